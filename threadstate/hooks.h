// What the layers above do for this one: the only way a call goes upwards.
//
// Invariants. Filled once, before the first initialisation, by the runtime and the VM; never changed while
// the process is initialised. Every entry may be null: then nothing is done, and 0 or true is the answer.
//
// Callers. Each hook runs in the state its parameters say: with an Attached, the thread holds the lock of
// that interpreter; without, it may hold none and must not touch an object, except decref(), which runs
// attached too.
#pragma once

#include <cstddef>

namespace baton {

struct Object;
struct ThreadState;
struct InterpreterState;
class Attached;

struct Hooks {
    // Bytes that follow each thread state and each interpreter in memory (upper<T>()), zero at creation.
    size_t thread_upper_size = 0;
    size_t interp_upper_size = 0;

    // A thread state was made. It belongs to no interpreter yet (interp is null). False: out of memory.
    bool (*thread_init)(ThreadState&) = nullptr;
    // Drop every reference that `state` holds. `ts` runs destructors; it may be another state than `state`.
    void (*thread_clear)(Attached ts, ThreadState& state) = nullptr;
    // Give back memory only. No lock is held; in a fork child this comes without a clear before.
    void (*thread_free)(ThreadState&) = nullptr;

    bool (*interp_init)(Attached) = nullptr;           // false: could not be set up (exception set)
    void (*interp_clear)(Attached) = nullptr;          // modules, collection, everything that runs code
    void (*interp_free)(InterpreterState&) = nullptr;  // memory only

    void (*decref)(Object*) = nullptr;
    // Make `exc` (a reference that passes to the callee) the pending exception of this thread.
    void (*run_python_async_exc)(Attached, Object* exc) = nullptr;
    int (*run_signals)(Attached) = nullptr;  // run the handlers of tripped signals; -1: exception set
    int (*run_gc)(Attached) = nullptr;       // -1: exception set
    bool (*has_frame)(ThreadState&) = nullptr;

    void (*threading_shutdown)(Attached) = nullptr;  // wait for the non-daemon threads
    void (*call_atexit)(Attached) = nullptr;
    int (*flush_std_files)(Attached) = nullptr;  // -1: failed
    void (*finalize_signals)(Attached) = nullptr;
    // The last word of the layers above: everything is gone but the process root.
    void (*process_end)() = nullptr;

    // What the layers above start with; theirs, kept here because this is the process root.
    void* start_up = nullptr;

    // For reports of a dying process: no allocation, no lock.
    void (*dump_traceback)(int fd, ThreadState&) = nullptr;
    // The frames of all threads under their headings; one of them, or none, is the current one.
    void (*dump_threads)(int fd, InterpreterState&, ThreadState* current) = nullptr;
    // Writes "file.py:41" into buf; false if the state runs no script.
    bool (*current_line)(ThreadState&, char* buf, size_t size) = nullptr;
};

}  // namespace baton
