// Tracebacks of threads as they stand, for reports of a process in trouble.
//
// Written straight to a descriptor, without locks and without memory from the heap, so that a signal handler
// may call it. It reads what belongs to running threads: a line may be out of date, nothing more.
// Callers: any thread, in any state, once there is an interpreter.
#pragma once
#include "threadstate/thread_state.h"

namespace baton {

// The frames of a thread, the innermost first, each "  File "...", line N in name".
void dump_traceback(int fd, ThreadState& state);
// The same for all threads of the interpreter, each under its heading, or of `current` alone. `current`: the
// thread that is called so; null: none is.
void dump_threads(int fd, InterpreterState& interp, ThreadState* current, bool all);
// The names of loaded modules that are not written in Python and not the library's own: who may be at fault.
void dump_extension_modules(int fd, InterpreterState& interp);

}  // namespace baton
