// fork(): what the parent does before and after, and what the child rebuilds.
//
// Invariants. before_fork() holds the lists' mutex across the call, so the child finds them whole. In the
// child exactly one thread exists: it becomes the main thread, holds the interpreter's lock afresh, every
// other state and every other interpreter is freed without running code, all waiting queues are empty. Locks
// of programs (lock.h) stay as they were: their owners decide.
//
// Callers. PyOS_BeforeFork, PyOS_AfterFork_Parent, PyOS_AfterFork_Child; attached. after_fork_child() without
// before_fork() is accepted, because embedders that fork by themselves do that; and in a process that did not
// fork it only makes the calling thread the main thread.
#pragma once

#include "threadstate/attached.h"

namespace baton {

void before_fork(Attached ts);
void after_fork_parent(Attached ts);
void after_fork_child(Attached ts);

}  // namespace baton
