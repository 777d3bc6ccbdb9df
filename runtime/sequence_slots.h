// Is a type a sequence in the eyes of CPython's abstract functions? The texts of some errors depend on it.
#pragma once
#include "runtime/type.h"

namespace baton {

// Where CPython's type has a table of sequence functions, whatever it holds.
inline bool has_sequence_slots(const Object& o) {
    const TypeInfo& s = info(o);
    return has_flag(*o.type, kTypeHeap) || s.sq_length || s.sq_item || s.sq_ass_item || s.sq_contains ||
           s.sq_concat || s.sq_repeat;
}

}  // namespace baton
