// PEP 788: interpreter guards, which keep finalization waiting, and views, which name an interpreter that may
// be gone; and the attach calls built on them.
//
// Invariants. While a guard of an interpreter is open, its finalization does not pass FinalPhase::kGuards.
// Once it has, no guard can be opened. A view holds an id, never a pointer, so it outlives its interpreter;
// the id of a former run of the runtime is not mistaken for one of this run (the view also holds the run's
// number).
//
// Callers. guard_from_current, view_from_current: attached. The rest: any thread.
#pragma once

#include <cstdint>

#include "threadstate/attached.h"

namespace baton {

struct InterpreterGuard {
    InterpreterState* interp;
    unsigned long opener;  // thread ident; a fork child drops the guards of other threads
    InterpreterGuard* next;
    InterpreterGuard* prev;
};
struct InterpreterView {
    int64_t interpreter_id;
    uint64_t run;
};
// What ensure_* returns and release_token() takes back.
struct AttachToken {
    ThreadState* state;
    ThreadState* previous;    // was current before; null if none
    bool was_attached;        // previous held its lock
    InterpreterGuard* guard;  // opened by ensure_from_view(), closed by release_token()
};

// Null: no memory, or the interpreter is past the point where guards keep it.
InterpreterGuard* guard_from_current(Attached ts);
InterpreterGuard* guard_from_view(const InterpreterView& view);
void guard_close(InterpreterGuard* guard, const char* function);

InterpreterView view_from_current(Attached ts);
bool view_from_main(InterpreterView* view);  // false: not initialised

// Attaches the calling thread to the guard's (view's) interpreter: reuses the current state if it is of that
// interpreter, else the thread's GILState one, else makes one. Null: no memory, or the interpreter is ending.
AttachToken* ensure_guarded(InterpreterGuard* guard, const char* function);
AttachToken* ensure_from_view(const InterpreterView& view, const char* function);
void release_token(AttachToken* token, const char* function);

// Finalization: sleeps, detached, until no guard is open, and closes the door.
void wait_for_guards(Attached ts);

// Fork child.
void reset_guards_after_fork(InterpreterState& interp);

}  // namespace baton
