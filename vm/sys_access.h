// sys.x for the runtime's own use.
//
// Invariants: sys may be changed by scripts, so every name may be missing or of any type.
// Callers: attached threads.
#pragma once
#include "runtime/box.h"
#include "runtime/names.h"
#include "runtime/thread_data.h"

namespace baton {

OptRef<Object> sys_get(Attached ts, Str& name);  // empty = not there; never raises
Result<void> sys_set(Attached ts, Str& name, Object& value);
// Writes text to sys.stderr, or to descriptor 2 when that cannot be used. Keeps a pending exception; never
// raises.
void write_stderr(Attached ts, std::string_view text);

}  // namespace baton
