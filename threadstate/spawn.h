// Starting threads: bare ones (PyThread_start_new_thread) and ones that run attached (_thread).
//
// Invariants. Threads are detached, as CPython's are, and end by returning. An attached thread's state is
// made by the parent, so its failure is the parent's error, and is bound by the child; until then no
// asynchronous exception and no GILState call can take it for anybody else's.
//
// Callers. spawn_thread: anyone. spawn_attached: attached.
#pragma once

#include <cstddef>

#include "threadstate/attached.h"

namespace baton {

// Runs main(arg) in a new thread. interp may be null (default stack size). False: the system refuses.
bool spawn_thread(InterpreterState* interp, void (*main)(void*), void* arg, unsigned long* ident);

// Runs body(ts, arg) in a new thread with a state of its own in ts's interpreter, which is cleared and
// deleted when body returns. False: no memory, or the system refuses; arg is then still the caller's. If
// finalization closes the lock before the child got it, body never runs.
bool spawn_attached(Attached ts, void (*body)(Attached ts, void* arg), void* arg, unsigned long* ident);

inline constexpr size_t kMinStackSize = 32768;
// 0: done. -1: size is not 0 and below the least.
int set_stack_size(InterpreterState& interp, size_t size);

}  // namespace baton
