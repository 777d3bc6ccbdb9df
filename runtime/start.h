// Start and end of the object layer: what a process, an interpreter and a thread state need before objects
// can be used.
//
// Order: runtime_fill_hooks before the process is initialised; runtime_process_init once per process, before
// the first interpreter and after the hash key is set (siphash.h). Then, by the hooks, for each interpreter:
// runtime_interp_init (the first one also readies the static types), runtime_interp_clear when its modules
// are gone, runtime_interp_free. The layer above wraps these hooks with its own part. Callers: as the
// parameters say.
#pragma once
#include "runtime/result.h"
#include "threadstate/hooks.h"

namespace baton {

struct RuntimeThread;
struct RuntimeInterp;

// Sizes of the upper blocks and this layer's functions; the caller replaces those it wraps.
void runtime_fill_hooks(Hooks& hooks);
void runtime_process_init();  // repeated calls do nothing
// Every block of memory by malloc (PYTHONMALLOC=malloc), for tools that watch it. Before the first
// interpreter.
void leave_memory_to_malloc();

bool runtime_interp_init(Attached ts);  // false: out of memory, or an exception is set
// Drops what the interpreter's records hold and collects what is left. No Python code may run afterwards.
void runtime_interp_clear(Attached ts);
void runtime_interp_free(InterpreterState& state);

bool runtime_thread_init(ThreadState& state);
void runtime_thread_clear(Attached ts, ThreadState& state);
void runtime_thread_free(ThreadState& state);

}  // namespace baton
