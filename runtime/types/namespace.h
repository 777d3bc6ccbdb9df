// types.SimpleNamespace.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct Namespace : Object {
    Dict* dict;
};
// A namespace with a copy of these attributes.
Result<Ref<Object>> namespace_new(Attached ts, Dict& attributes);

extern const TypeSpec namespace_spec;

}  // namespace baton
