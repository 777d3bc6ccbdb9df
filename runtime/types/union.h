// types.UnionType: int | str.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct Union : Object {
    Tuple* args;
    Object* parameters;  // made on demand, may be null
};

// a | b for types and what stands for types; NotImplemented for anything else. The body of type.__or__.
Result<Ref<Object>> union_or(Attached ts, Object& a, Object& b);

extern const TypeSpec union_spec;

}  // namespace baton
