// types.MappingProxyType: a read-only view of a mapping.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> mappingproxy_new(Attached ts, Object& mapping);

extern const TypeSpec mappingproxy_spec;

}  // namespace baton
