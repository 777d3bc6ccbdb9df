// types.GenericAlias: list[int]. What the rest of the runtime needs of it.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct GenericAlias : Object {
    Object* origin;
    Tuple* args;
    Object* parameters;  // made on demand, may be null
    Object* weakreflist;
    bool starred;
};

// origin[args]; a tuple stands for several arguments.
Result<Ref<Object>> generic_alias_new(Attached ts, Object& origin, Object& args);
// The body of every native __class_getitem__.
Result<Ref<Object>> generic_class_getitem(Attached ts, Type& cls, Object& item);

extern const TypeSpec generic_alias_spec;

}  // namespace baton
