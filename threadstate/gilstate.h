// PyGILState: a thread state per OS thread, found without being told.
//
// Invariants. Each OS thread has one slot, set by the first state made on it, and cleared when that state is
// deleted, by whatever thread. A state made by ensure() belongs to the main interpreter and goes with its
// outermost release. Every open ensure() is remembered with what it returned, so an unmatched release is
// named at once. Differs from CPython 3.11: with a current state of any interpreter, ensure() nests on that
// one, where CPython would deadlock; destructors that run in the last release may call ensure() again.
//
// Callers: any thread, attached or not, after initialisation.
#pragma once

#include "threadstate/attached.h"

namespace baton {

enum class GilStateResult : int { kLocked = 0, kUnlocked = 1 };

GilStateResult gilstate_ensure(const char* function);
void gilstate_release(GilStateResult state, const char* function);
ThreadState* gilstate_this_thread();  // the slot, or null
// Whether this thread is attached through its slot's state. CPython's exceptions: 1 before initialisation,
// and 1 for ever once a sub-interpreter was made.
bool gilstate_check();

// Binds t to the calling thread's slot if it is empty. Called at the creation or first attach of a state.
void bind_gilstate_slot(ThreadState& t);

}  // namespace baton
