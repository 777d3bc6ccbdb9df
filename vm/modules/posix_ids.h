// posix: users, groups, priorities and scheduling of processes; posix.cpp has the table.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

// A user or group id: -1 comes as the greatest number. TypeError "uid should be integer, not X".
Result<uint32_t> posix_id(Attached ts, Object& o, const char* what);
// The number in a posix.sched_param.
Result<int> posix_scheduling_priority(Attached ts, Object& param);

Result<void> posix_setuid(Attached ts, Module& module, Object& id);
Result<void> posix_seteuid(Attached ts, Module& module, Object& id);
Result<void> posix_setgid(Attached ts, Module& module, Object& id);
Result<void> posix_setegid(Attached ts, Module& module, Object& id);
Result<void> posix_setreuid(Attached ts, Module& module, Object& ruid, Object& euid);
Result<void> posix_setregid(Attached ts, Module& module, Object& rgid, Object& egid);
Result<void> posix_setresuid(Attached ts, Module& module, Object& ruid, Object& euid, Object& suid);
Result<void> posix_setresgid(Attached ts, Module& module, Object& rgid, Object& egid, Object& sgid);
Result<Ref<Object>> posix_getresuid(Attached ts, Module& module);
Result<Ref<Object>> posix_getresgid(Attached ts, Module& module);
Result<Ref<Object>> posix_getgroups(Attached ts, Module& module);
Result<void> posix_setgroups(Attached ts, Module& module, Object& groups);
Result<Ref<Object>> posix_getgrouplist(Attached ts, Module& module, Str& user, Object& group);
Result<void> posix_initgroups(Attached ts, Module& module, Object& username, Object& gid);
Result<Ref<Object>> posix_getlogin(Attached ts, Module& module);
Result<Index> posix_getpriority(Attached ts, Module& module, int which, int who);
Result<void> posix_setpriority(Attached ts, Module& module, int which, int who, int priority);
Result<void> posix_setpgrp(Attached ts, Module& module);
Result<Index> posix_sched_get_priority_max(Attached ts, Module& module, int policy);
Result<Index> posix_sched_get_priority_min(Attached ts, Module& module, int policy);
Result<Ref<Object>> posix_sched_getparam(Attached ts, Module& module, int pid);
Result<void> posix_sched_setparam(Attached ts, Module& module, int pid, Object& param);
Result<Index> posix_sched_getscheduler(Attached ts, Module& module, int pid);
Result<void> posix_sched_setscheduler(Attached ts, Module& module, int pid, int policy, Object& param);
Result<double> posix_sched_rr_get_interval(Attached ts, Module& module, int pid);
Result<Ref<Object>> posix_sched_getaffinity(Attached ts, Module& module, int pid);
Result<void> posix_sched_setaffinity(Attached ts, Module& module, int pid, Object& mask);
Result<void> posix_sched_yield(Attached ts, Module& module);
Result<void> posix_ids_exec(Attached ts, Module& module);

extern const TypeSpec sched_param_spec;

}  // namespace baton
