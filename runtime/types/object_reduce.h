// object.__reduce_ex__ and object.__getstate__: how copy and pickle take objects apart.
// Callers: attached threads; imports copyreg.
#pragma once
#include "runtime/box.h"

namespace baton {

Result<Ref<Object>> object_reduce_protocol(Attached ts, Object& self, int protocol);
// What object.__getstate__ returns. `required`: the state must be complete, because nothing else of the
// object is kept.
Result<Ref<Object>> object_getstate_default(Attached ts, Object& self, bool required);

}  // namespace baton
