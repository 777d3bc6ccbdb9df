// The types of _functools. Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "vm/vm_types.h"

namespace baton {

struct Partial : Object {
    Object* function;
    Tuple* args;
    Dict* keywords;
    Dict* dict;
    Object* weakreflist;
};

Result<Ref<Object>> cmp_to_key(Attached ts, Object& module, Object& mycmp);

extern const TypeSpec partial_spec, key_wrapper_spec;  // functools.cpp
extern const TypeSpec lru_cache_spec, lru_link_spec;   // functools_lru.cpp

}  // namespace baton
