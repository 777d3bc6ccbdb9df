// The functions of sys, and the hooks' default behaviour.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

extern const Method* const sys_functions;

// sys_async.cpp
Result<Ref<Object>> sys_get_asyncgen_hooks(Attached ts, Module& module);
Result<void> sys_set_asyncgen_hooks(Attached ts, Module& module, Object* firstiter, Object* finalizer);
Result<int> sys_get_coroutine_origin_tracking_depth(Attached ts, Module& module);
Result<void> sys_set_coroutine_origin_tracking_depth(Attached ts, Module& module, int depth);

}  // namespace baton
