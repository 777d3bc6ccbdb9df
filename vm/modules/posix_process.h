// posix: processes, users and descriptors, by family; posix.cpp has the table.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

// posix_process.cpp
Result<Index> posix_fork(Attached ts, Module& module);
Result<void> posix_register_at_fork(Attached ts, Module& module, Object* before, Object* after_in_child,
                                    Object* after_in_parent);
Result<void> posix_execv(Attached ts, Module& module, Object& path, Object& argv);
Result<void> posix_execve(Attached ts, Module& module, Object& path, Object& argv, Object& env);
Result<void> posix_exit(Attached ts, Module& module, int status);
Result<void> posix_abort(Attached ts, Module& module);
Result<Ref<Object>> posix_waitpid(Attached ts, Module& module, int pid, int options);
Result<Ref<Object>> posix_wait(Attached ts, Module& module);
Result<Index> posix_waitstatus_to_exitcode(Attached ts, Module& module, int status);
Result<void> posix_kill(Attached ts, Module& module, int pid, int signal);
Result<void> posix_killpg(Attached ts, Module& module, int pgid, int signal);
Result<Index> posix_system(Attached ts, Module& module, Object& command);
Result<Ref<Object>> posix_getgroups(Attached ts, Module& module);
Result<void> posix_setgroups(Attached ts, Module& module, Object& groups);
Result<Ref<Object>> posix_sched_getaffinity(Attached ts, Module& module, int pid);
Result<void> posix_sched_setaffinity(Attached ts, Module& module, int pid, Object& mask);
Result<void> posix_sched_yield(Attached ts, Module& module);
Result<Index> posix_pidfd_open(Attached ts, Module& module, int pid, Opt<int> flags);

}  // namespace baton
