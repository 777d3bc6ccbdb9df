// posix: making, replacing, ending and watching processes.
#include "vm/modules/posix_process.h"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <climits>
#include <cstdlib>
#include <vector>

#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "vm/forking.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"

namespace baton {

namespace {

// An argument or environment vector for exec.
class StringVector {
  public:
    Result<void> add(Attached ts, Object& o) {
        std::string text;
        TRY(fs_encode(ts, o, &text));
        add_text(std::move(text));
        return {};
    }
    void add_text(std::string text) { strings_.push_back(std::move(text)); }
    char* const* c_vector() {
        pointers_.clear();
        for (std::string& s : strings_) pointers_.push_back(s.data());
        pointers_.push_back(nullptr);
        return pointers_.data();
    }

  private:
    std::vector<std::string> strings_;
    std::vector<char*> pointers_;
};

Result<void> argument_vector(Attached ts, StringVector& out, Object& argv, const char* function,
                             const char* position) {
    if (!is_list(argv) && !is_tuple(argv)) {
        return raise(ts, Exc::TypeError, "{}() arg {} must be a tuple or list", function, position);
    }
    const Ref<Tuple> items = TRY(to_tuple(ts, argv));
    if (items->size < 1)
        return raise(ts, Exc::ValueError, "{}() arg {} must not be empty", function, position);
    for (Index i = 0; i < items->size; ++i) {
        std::string text;
        TRY(fs_encode(ts, *items->item[i], &text));
        if (i == 0 && text.empty()) {
            return raise(ts, Exc::ValueError, "{}() arg {} first element cannot be empty", function,
                         position);
        }
        out.add_text(std::move(text));
    }
    return {};
}

Result<Ref<Object>> pid_and_status(Attached ts, int64_t pid, int status) {
    const Value both[] = {Value::of_int(pid), Value::of_int(status)};
    return tuple_from_values(ts, both, 2);
}

}  // namespace

Result<Index> posix_fork(Attached ts, Module&) {
    if (!is_main_interpreter(ts.interp())) {
        return raise(ts, Exc::RuntimeError, "fork not supported for subinterpreters");
    }
    interpreter_before_fork(ts);
    const pid_t pid = ::fork();
    const int error = errno;
    if (pid == 0)
        interpreter_after_fork_child(ts);
    else
        interpreter_after_fork_parent(ts);
    if (pid < 0) return raise_oserror(ts, error);
    return pid;
}

Result<void> posix_register_at_fork(Attached ts, Module&, Object* before, Object* after_in_child,
                                    Object* after_in_parent) {
    return fork_callbacks_add(ts, before, after_in_child, after_in_parent);
}

Result<void> posix_execv(Attached ts, Module&, Object& path, Object& argv) {
    PathArg name;
    TRY(name.get(ts, &path, "execv", "path"));
    StringVector arguments;
    TRY(argument_vector(ts, arguments, argv, "execv", "2"));
    ::execv(name.c_str(), arguments.c_vector());
    return raise_oserror(ts, errno);
}

Result<void> posix_execve(Attached ts, Module&, Object& path, Object& argv, Object& env) {
    PathArg name;
    TRY(name.get(ts, &path, "execve", "path", PathArg::kFd));
    StringVector arguments, environment;
    TRY(argument_vector(ts, arguments, argv, "execve", "2"));
    const Ref<Str> keys_name = TRY(str_intern_utf8(ts, "keys"));
    const Ref<Object> key_view = TRY(call_method(ts, env, *keys_name));
    const Ref<Tuple> keys = TRY(to_tuple(ts, *key_view));
    for (Index i = 0; i < keys->size; ++i) {
        std::string text, value;
        const Ref<Object> item = TRY(get_item(ts, env, *keys->item[i]));
        TRY(fs_encode(ts, *keys->item[i], &text));
        TRY(fs_encode(ts, *item, &value));
        if (text.empty() || text.find('=') != text.npos) {
            return raise(ts, Exc::ValueError, "illegal environment variable name");
        }
        environment.add_text(text + "=" + value);
    }
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

Result<Index> posix_waitstatus_to_exitcode(Attached ts, Module&, int status) {
    if (WIFEXITED(status)) return WEXITSTATUS(status);
    if (WIFSIGNALED(status)) return -WTERMSIG(status);
    if (WIFSTOPPED(status)) {
        return raise(ts, Exc::ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
    }
    return raise(ts, Exc::ValueError, "invalid wait status: {}", status);
}

Result<void> posix_kill(Attached ts, Module&, int pid, int signal) {
    if (::kill(pid, signal) < 0) return raise_oserror(ts, errno);
    // A signal to this very process is seen at once, not at the next poll.
    if (pid == ::getpid() && handle_signals(ts) < 0) return already_raised();
    return {};
}
Result<void> posix_killpg(Attached ts, Module&, int pgid, int signal) {
    if (::killpg(pgid, signal) < 0) return raise_oserror(ts, errno);
    return {};
}

Result<Index> posix_system(Attached ts, Module&, Object& command) {
    std::string text;
    TRY(fs_encode(ts, command, &text));
    return ts.detached([&] { return ::system(text.c_str()); });
}

Result<Ref<Object>> posix_getgroups(Attached ts, Module&) {
    const int count = ::getgroups(0, nullptr);
    if (count < 0) return raise_oserror(ts, errno);
    std::vector<gid_t> groups(static_cast<size_t>(count));
    const int got = ::getgroups(count, groups.data());
    if (got < 0) return raise_oserror(ts, errno);
    Ref<List> result = TRY(list_new(ts, 0));
    for (int i = 0; i < got; ++i) {
        Ref<Int> id = TRY(box_int(ts, groups[static_cast<size_t>(i)]));
        TRY(list_append_owned(ts, *result, std::move(id)));
    }
    return result;
}
Result<void> posix_setgroups(Attached ts, Module&, Object& groups) {
    const Ref<Tuple> items = TRY(to_tuple(ts, groups));
    std::vector<gid_t> ids;
    for (Index i = 0; i < items->size; ++i) {
        const Index id = TRY(as_index(ts, *items->item[i], Exc::OverflowError));
        if (id < 0) return raise(ts, Exc::OverflowError, "group id is less than minimum");
        if (id > UINT_MAX) return raise(ts, Exc::OverflowError, "group id is greater than maximum");
        ids.push_back(static_cast<gid_t>(id));
    }
    if (::setgroups(ids.size(), ids.data()) < 0) return raise_oserror(ts, errno);
    return {};
}

Result<Ref<Object>> posix_sched_getaffinity(Attached ts, Module&, int pid) {
    cpu_set_t set;
    if (::sched_getaffinity(pid, sizeof set, &set) < 0) return raise_oserror(ts, errno);
    Ref<List> cpus = TRY(list_new(ts, 0));
    for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
        if (!CPU_ISSET(cpu, &set)) continue;
        Ref<Int> number = TRY(box_int(ts, cpu));
        TRY(list_append_owned(ts, *cpus, std::move(number)));
    }
    return call(ts, set_type(), {cpus.get()});
}
Result<void> posix_sched_setaffinity(Attached ts, Module&, int pid, Object& mask) {
    cpu_set_t set;
    CPU_ZERO(&set);
    TRY(for_each(ts, mask, [&](Ref<Object> item) -> Result<bool> {
        const Index cpu = TRY(as_index(ts, *item, Exc::OverflowError));
        if (cpu < 0) return raise(ts, Exc::ValueError, "negative CPU number");
        if (cpu >= CPU_SETSIZE) return raise(ts, Exc::OverflowError, "CPU number too large");
        CPU_SET(static_cast<size_t>(cpu), &set);
        return true;
    }));
    if (::sched_setaffinity(pid, sizeof set, &set) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<void> posix_sched_yield(Attached ts, Module&) {
    ts.detached([] { ::sched_yield(); });
    return {};
}
Result<Index> posix_pidfd_open(Attached ts, Module&, int pid, Opt<int> flags) {
    const long fd = ::syscall(SYS_pidfd_open, pid, flags.or_else(0));
    if (fd < 0) return raise_oserror(ts, errno);
    return fd;
}

}  // namespace baton
