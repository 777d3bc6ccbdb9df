// The types of _thread.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> thread_lock_new(Attached ts);
void thread_lock_force_release(
    Object& lock);  // a held lock made by thread_lock_new becomes free; no-op when it is free

extern const TypeSpec thread_lock_spec, thread_rlock_spec, thread_local_spec, thread_local_dummy_spec,
    thread_excepthook_args_spec;

}  // namespace baton
