// posix: making, replacing, ending and watching processes.
#include "vm/modules/posix_process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/structseq.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/forking.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/modules/posix.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr const char* kWaitidFields[] = {"si_pid", "si_uid", "si_signo", "si_status", "si_code"};
constexpr auto waitid_getset = struct_getset(kWaitidFields);
const StructInfo waitid_info = {&baton_waitid_result_type, 5, 5, 0, kWaitidFields};

Result<void> check_exec_allowed(Attached ts) {
    if (ts->interp->config.allow_exec) return {};
    return raise(ts, Exc::RuntimeError, "exec not supported for isolated subinterpreters");
}

Result<Ref<Object>> pid_and_status(Attached ts, int64_t pid, int status) {
    const Value both[] = {Value::of_int(pid), Value::of_int(status)};
    return tuple_from_values(ts, both, 2);
}

}  // namespace

Result<void> StringVector::add_arguments(Attached ts, Object& argv, const char* what) {
    if (!is_list(argv) && !is_tuple(argv))
        return raise(ts, Exc::TypeError, "{} must be a tuple or list", what);
    const Ref<Tuple> items = TRY(to_tuple(ts, argv));
    if (items->size < 1) return raise(ts, Exc::ValueError, "{} must not be empty", what);
    for (Index i = 0; i < items->size; ++i) {
        std::string text;
        TRY(fs_encode(ts, *items->item[i], &text));
        if (i == 0 && text.empty())
            return raise(ts, Exc::ValueError, "{} first element cannot be empty", what);
        add_text(std::move(text));
    }
    return {};
}
Result<void> StringVector::add_environment(Attached ts, Object& env) {
    const Ref<Str> keys_name = TRY(str_intern_utf8(ts, "keys"));
    const Ref<Object> key_view = TRY(call_method(ts, env, *keys_name));
    const Ref<Tuple> keys = TRY(to_tuple(ts, *key_view));
    for (Index i = 0; i < keys->size; ++i) {
        std::string text, value;
        const Ref<Object> item = TRY(get_item(ts, env, *keys->item[i]));
        TRY(fs_encode(ts, *keys->item[i], &text));
        TRY(fs_encode(ts, *item, &value));
        if (text.empty() || text.find('=') != text.npos)
            return raise(ts, Exc::ValueError, "illegal environment variable name");
        add_text(text + "=" + value);
    }
    return {};
}
char* const* StringVector::c_vector() {
    pointers_.clear();
    for (std::string& s : strings_) pointers_.push_back(s.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
}

Result<Index> posix_fork_by(Attached ts, pid_t (*fork)(int* fd), int* fd) {
    if (!ts->interp->config.allow_fork)
        return raise(ts, Exc::RuntimeError, "fork not supported for isolated subinterpreters");
    if (!is_main_interpreter(ts.interp()))
        return raise(ts, Exc::RuntimeError, "fork not supported for subinterpreters");
    interpreter_before_fork(ts);
    const pid_t pid = fork(fd);
    const int error = errno;
    if (pid == 0)
        interpreter_after_fork_child(ts);
    else
        interpreter_after_fork_parent(ts);
    if (pid < 0) return raise_oserror(ts, error);
    return pid;
}

Result<Index> posix_fork(Attached ts, Module&) {
    TRY(audit(ts, "os.fork", {}));
    return posix_fork_by(
        ts, [](int*) { return ::fork(); }, nullptr);
}

Result<void> posix_register_at_fork(Attached ts, Module&, Object* before, Object* after_in_child,
                                    Object* after_in_parent) {
    return fork_callbacks_add(ts, before, after_in_child, after_in_parent);
}

Result<void> posix_execv(Attached ts, Module&, Object& path, Object& argv) {
    TRY(check_exec_allowed(ts));
    PathArg name;
    TRY(name.get(ts, &path, "execv", "path"));
    StringVector arguments;
    TRY(arguments.add_arguments(ts, argv, "execv() arg 2"));
    TRY(audit_values(ts, "os.exec", &path, &argv, &none()));
    ::execv(name.c_str(), arguments.c_vector());
    return raise_oserror(ts, errno);
}

Result<void> posix_execve(Attached ts, Module&, Object& path, Object& argv, Object& env) {
    TRY(check_exec_allowed(ts));
    PathArg name;
    TRY(name.get(ts, &path, "execve", "path", PathArg::kFd));
    StringVector arguments, environment;
    TRY(arguments.add_arguments(ts, argv, "execve: argv"));
    if (!is_mapping(env)) return raise(ts, Exc::TypeError, "execve: environment must be a mapping object");
    TRY(environment.add_environment(ts, env));
    TRY(audit_values(ts, "os.exec", &path, &argv, &env));
    if (name.is_fd()) {
        ::fexecve(name.fd(), arguments.c_vector(), environment.c_vector());
    } else {
        ::execve(name.c_str(), arguments.c_vector(), environment.c_vector());
    }
    return raise_oserror(ts, errno, name.object());
}

Result<void> posix_exit(Attached, Module&, int status) {
    ::_exit(status);
}
Result<void> posix_abort(Attached, Module&) {
    std::abort();
}

Result<Ref<Object>> posix_waitpid(Attached ts, Module&, int pid, int options) {
    int status = 0;
    const int64_t ended = TRY(checked_call(ts, nullptr, [&] { return ::waitpid(pid, &status, options); }));
    return pid_and_status(ts, ended, ended == 0 ? 0 : status);
}
Result<Ref<Object>> posix_wait(Attached ts, Module& module) {
    return posix_waitpid(ts, module, -1, 0);
}

namespace {
// (pid, status, usage): the last is what the module resource makes of a rusage.
Result<Ref<Object>> wait_usage(Attached ts, int pid, int options) {
    int status = 0;
    rusage usage{};
    const int64_t ended =
        TRY(checked_call(ts, nullptr, [&] { return ::wait4(pid, &status, options, &usage); }));
    if (ended == 0) {
        status = 0;
        usage = {};
    }
    const Ref<Object> resource = TRY(import_module(ts, "resource"));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "struct_rusage"));
    const Ref<Object> type = TRY(get_attr(ts, *resource, *name));
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
    };
    const Ref<List> values = TRY(list_new(ts, 0));
    for (const timeval& t : {usage.ru_utime, usage.ru_stime}) {
        Ref<Float> number = TRY(float_from_double(ts, seconds(t)));
        TRY(list_append_owned(ts, *values, std::move(number)));
    }
    for (const long count :
         {usage.ru_maxrss, usage.ru_ixrss, usage.ru_idrss, usage.ru_isrss, usage.ru_minflt, usage.ru_majflt,
          usage.ru_nswap, usage.ru_inblock, usage.ru_oublock, usage.ru_msgsnd, usage.ru_msgrcv,
          usage.ru_nsignals, usage.ru_nvcsw, usage.ru_nivcsw}) {
        Ref<Int> number = TRY(box_int(ts, count));
        TRY(list_append_owned(ts, *values, std::move(number)));
    }
    const Ref<Object> made = TRY(call(ts, *type, {values.get()}));
    const Ref<Int> child = TRY(box_int(ts, ended));
    const Ref<Int> how = TRY(box_int(ts, status));
    return tuple_of(ts, {child.get(), how.get(), made.get()});
}
}  // namespace

Result<Ref<Object>> posix_wait3(Attached ts, Module&, int options) {
    return wait_usage(ts, -1, options);
}
Result<Ref<Object>> posix_wait4(Attached ts, Module&, int pid, int options) {
    return wait_usage(ts, pid, options);
}
Result<Ref<Object>> posix_waitid(Attached ts, Module&, int idtype, int id, int options) {
    siginfo_t found{};
    TRY(checked_call(ts, nullptr, [&] {
        return ::waitid(static_cast<idtype_t>(idtype), static_cast<id_t>(id), &found, options);
    }));
    if (found.si_pid == 0) return Ref<Object>::share(none());
    Ref<Tuple> result = TRY(struct_new(ts, waitid_info));
    int at = 0;
    for (const int64_t value : {int64_t{found.si_pid}, int64_t{found.si_uid}, int64_t{found.si_signo},
                                int64_t{found.si_status}, int64_t{found.si_code}}) {
        Ref<Int> number = TRY(box_int(ts, value));
        struct_set(*result, at++, std::move(number));
    }
    gc_track(ts, result.get());
    return result;
}
Result<void> posix_process_exec(Attached ts, Module& module) {
    TRY(struct_prepare(ts, waitid_info));
    return module_add_type(ts, module, *waitid_info.type);
}

Result<Index> posix_waitstatus_to_exitcode(Attached ts, Module&, int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return -WTERMSIG(status);
    if (WIFSTOPPED(status)) {
        return raise(ts, Exc::ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
    }
    return raise(ts, Exc::ValueError, "invalid wait status: {}", status);
}

Result<void> posix_kill(Attached ts, Module&, int pid, int signal) {
    TRY(audit_values(ts, "os.kill", pid, signal));
    if (::kill(pid, signal) < 0) return raise_oserror(ts, errno);
    // A signal to this very process is seen at once, not at the next poll.
    if (pid == ::getpid() && handle_signals(ts) < 0) return already_raised();
    return {};
}
Result<void> posix_killpg(Attached ts, Module&, int pgid, int signal) {
    TRY(audit_values(ts, "os.killpg", pgid, signal));
    if (::killpg(pgid, signal) < 0) return raise_oserror(ts, errno);
    return {};
}

Result<Index> posix_system(Attached ts, Module&, Object& command) {
    std::string text;
    TRY(fs_encode(ts, command, &text));
    TRY(audit_values(ts, "os.system", text));
    return ts.detached([&] { return ::system(text.c_str()); });
}

Result<Index> posix_pidfd_open(Attached ts, Module&, int pid, Opt<int> flags) {
    const long fd = ::syscall(SYS_pidfd_open, pid, flags.or_else(0));
    if (fd < 0) return raise_oserror(ts, errno);
    return fd;
}

const TypeSpec waitid_result_spec =
    struct_spec<5>("posix.waitid_result", waitid_getset.data(), "What waitid() tells about a child process.");

}  // namespace baton
