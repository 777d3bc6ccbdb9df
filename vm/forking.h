// What a fork means for the interpreter: PyOS_BeforeFork and its kin, and the callbacks of
// os.register_at_fork.
//
// Invariants. The import lock is held across the fork, so the child finds no module half imported by a thread
// that it does not have. In the child nobody else holds it, and signals that came in before the fork are the
// parent's alone. Callbacks run attached; what they raise is reported and stops nothing.
//
// Callers: attached threads; before_fork once, then one of the others in each of the two processes.
#pragma once
#include "runtime/result.h"
#include "runtime/types/list.h"

namespace baton {

struct ForkCallbacks {  // owned; null until used
    List *before = nullptr, *after_in_parent = nullptr, *after_in_child = nullptr;
};

void interpreter_before_fork(Attached ts);
void interpreter_after_fork_parent(Attached ts);
void interpreter_after_fork_child(Attached ts);

Result<void> fork_callbacks_add(Attached ts, Object* before, Object* after_in_child, Object* after_in_parent);
void fork_callbacks_clear(Attached ts);

}  // namespace baton
