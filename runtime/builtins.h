// The builtins of the interpreter at hand, for code that needs one by name (pickling support: iter, getattr,
// reversed...). Callers: attached threads.
#pragma once
#include "runtime/box.h"
#include "runtime/names.h"

namespace baton {

Result<Ref<Object>> builtin(Attached ts, Str& name);  // builtins.name; RuntimeError when it was deleted

}  // namespace baton
