// The end: of the runtime, of one interpreter, and of threads that come back too late.
//
// Invariants. The phases run in order, each traced; after kClosed only the finalizing thread runs script
// code. A thread that asks for a closed lock never gets it and never unwinds: it ends in leave_thread(),
// where it sleeps for ever with every signal blocked, its stack intact. Differs from CPython 3.11, which
// calls pthread_exit there and so runs C++ destructors without the lock, or aborts in a noexcept frame.
//
// Callers. finalize_runtime: a thread attached to the main interpreter. leave_thread: attach and friends;
// they hold nothing any more.
#pragma once

#include "threadstate/attached.h"

namespace baton {

enum class FinalPhase : uint8_t {
    kJoin,             // non-daemon threads, as threading._shutdown does
    kPending,          // one pass of pending calls
    kAtexit,           // atexit callbacks
    kGuards,           // wait until every PEP 788 guard is closed
    kSubinterpreters,  // end what is left of them. Differs: 3.11 dies here
    kClosed,           // other threads can no longer attach
    kRetire,           // their states are cleared and retired
    kFlush,            // standard files
    kClear,            // modules and collection
    kGone,             // interpreter and last thread state are freed
    kExitFunctions,    // Py_AtExit functions, last in first out
};

// 0, or -1 if flushing failed. Detached and uninitialised afterwards.
int finalize_runtime(Attached ts);

// What both ends of an interpreter share: join, atexit, guards. May run script code and detach.
void run_interpreter_down(Attached ts);

[[noreturn]] void leave_thread();

}  // namespace baton
