// super: look-up behind a class in the MRO of another. Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

// The class whose MRO super(type, self) walks, borrowed; TypeError when self is not one of type's.
Result<Type*> super_check(Attached ts, Type& type, Object& self);
// super(type, self).name, without the super object's own attributes; empty = absent. self_type as super_check
// gives it.
Result<OptRef<Object>> super_lookup(Attached ts, Type& type, Object& self, Type& self_type, Str& name);

}  // namespace baton
