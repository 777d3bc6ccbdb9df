// posix: processes, users and descriptors, by family; posix.cpp has the table.
// Callers: attached threads.
#pragma once
#include <sys/types.h>

#include <string>
#include <vector>

#include "runtime/native.h"

namespace baton {

// Texts, and the vector of pointers to them that exec takes.
class StringVector {
  public:
    // A sequence of arguments; `what` names it in messages ("execv() arg 2").
    Result<void> add_arguments(Attached ts, Object& argv, const char* what);
    Result<void> add_environment(Attached ts, Object& env);  // of a mapping
    void add_text(std::string text) { strings_.push_back(std::move(text)); }
    char* const* c_vector();

  private:
    std::vector<std::string> strings_;
    std::vector<char*> pointers_;
};

// posix_process.cpp
// A fork by fork(fd), with everything that goes before and after it.
Result<Index> posix_fork_by(Attached ts, pid_t (*fork)(int* fd), int* fd);
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
Result<Ref<Object>> posix_wait3(Attached ts, Module& module, int options);
Result<Ref<Object>> posix_wait4(Attached ts, Module& module, int pid, int options);
Result<Ref<Object>> posix_waitid(Attached ts, Module& module, int idtype, int id, int options);
Result<Index> posix_pidfd_open(Attached ts, Module& module, int pid, Opt<int> flags);
Result<void> posix_process_exec(Attached ts, Module& module);

// posix_spawn.cpp
Result<Index> posix_spawn(Attached ts, Module& module, Object& path, Object& argv, Object& env,
                          Object* file_actions, Object* setpgroup, Opt<int> resetids, Opt<int> setsid,
                          Object* setsigmask, Object* setsigdef, Object* scheduler);
Result<Index> posix_spawnp(Attached ts, Module& module, Object& path, Object& argv, Object& env,
                           Object* file_actions, Object* setpgroup, Opt<int> resetids, Opt<int> setsid,
                           Object* setsigmask, Object* setsigdef, Object* scheduler);

// posix_terminal.cpp
Result<Ref<Object>> posix_openpty(Attached ts, Module& module);
Result<Ref<Object>> posix_forkpty(Attached ts, Module& module);
Result<void> posix_login_tty(Attached ts, Module& module, Object& fd);
Result<Index> posix_tcgetpgrp(Attached ts, Module& module, int fd);
Result<void> posix_tcsetpgrp(Attached ts, Module& module, int fd, int pgid);
Result<Ref<Object>> posix_ctermid(Attached ts, Module& module);
Result<Ref<Object>> posix_device_encoding(Attached ts, Module& module, int fd);

extern const TypeSpec waitid_result_spec;

}  // namespace baton
