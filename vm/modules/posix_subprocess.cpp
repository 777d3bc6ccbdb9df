// _posixsubprocess: making a child process that runs another program.
//
// Everything the child needs is prepared before the fork. Between fork and exec it is a copy of one thread of
// a program with many: it may make system calls and nothing else, above all allocate no memory. Only a
// preexec_fn asks for more; then the fork is the runtime's own, and the child runs Python code. Otherwise the
// child borrows the parent's memory (vfork) and the parent waits for the exec, detached.
//
// A failure in the child is told through the pipe errpipe_write: the name of the exception, the error number
// in hexadecimal and a message, with colons between. Callers: attached threads.
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstring>
#include <vector>

#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/modules/posix_process.h"

namespace baton {
namespace {

// Texts and the vector of pointers to them that exec takes.
class TextVector {
  public:
    void add(std::string text) { texts_.push_back(std::move(text)); }
    bool empty() const { return texts_.empty(); }
    size_t size() const { return texts_.size(); }
    const char* operator[](size_t i) const { return texts_[i].c_str(); }
    char* const* pointers() {
        pointers_.clear();
        for (std::string& t : texts_) pointers_.push_back(t.data());
        pointers_.push_back(nullptr);
        return pointers_.data();
    }

  private:
    std::vector<std::string> texts_;
    std::vector<char*> pointers_;
};

// What the child does, all of it plain data.
struct Plan {
    TextVector programs, arguments, environment;
    char* const* argv = nullptr;
    char* const* envp = nullptr;  // null: the parent's
    std::vector<int> keep;        // sorted
    std::vector<gid_t> groups;
    std::string directory;
    bool close_fds = false, restore_signals = false, new_session = false, has_groups = false,
         has_directory = false;
    int p2cread = -1, p2cwrite = -1, c2pread = -1, c2pwrite = -1, errread = -1, errwrite = -1;
    int errpipe_read = -1, errpipe_write = -1;
    int umask = -1;
    int64_t process_group = -1, uid = -1, gid = -1;
    const sigset_t* signals = nullptr;  // vfork: the mask to go back to
};

// ---- in the child ----

void report(int pipe, const char* exception, int error, const char* message) {
    char text[128];
    size_t n = 0;
    for (const char* c = exception; *c != '\0' && n < 64; ++c) text[n++] = *c;
    text[n++] = ':';
    for (int shift = 28, digits = 0; shift >= 0; shift -= 4) {
        const int digit = (error >> shift) & 15;
        if (digit == 0 && digits == 0 && shift != 0) continue;
        text[n++] = "0123456789abcdef"[digit];
        ++digits;
    }
    text[n++] = ':';
    for (const char* c = message; *c != '\0' && n < sizeof text; ++c) text[n++] = *c;
    if (::write(pipe, text, n) < 0) return;  // nobody is left to be told
}

bool set_inheritable(int fd, bool on) {
    const int flags = ::fcntl(fd, F_GETFD);
    return flags >= 0 && ::fcntl(fd, F_SETFD, on ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC) == 0;
}
void close_if(int fd) {
    if (fd >= 0) (void)::close(fd);
}
// fd becomes one of 0, 1 and 2 of the program.
bool install(int fd, int as) {
    if (fd < 0) return true;
    return fd == as ? set_inheritable(fd, true) : ::dup2(fd, as) >= 0;
}

void close_range_of(unsigned first, unsigned last) {
    if (first > last || ::close_range(first, last, 0) == 0) return;
    // A kernel without it: one by one, as far as there can be any.
    const long most = ::sysconf(_SC_OPEN_MAX);
    for (unsigned fd = first; fd <= last && fd < static_cast<unsigned>(most < 0 ? 1024 : most); ++fd)
        (void)::close(static_cast<int>(fd));
}
void close_others(const Plan& plan) {
    unsigned from = 3;
    for (const int fd : plan.keep) {
        if (fd < 3) continue;
        if (static_cast<unsigned>(fd) > from) close_range_of(from, static_cast<unsigned>(fd) - 1);
        from = static_cast<unsigned>(fd) + 1;
    }
    close_range_of(from, UINT_MAX);
}

// The descriptors of the program. False with errno.
bool arrange_descriptors(const Plan& plan) {
    for (const int fd : plan.keep) {
        if (fd != plan.errpipe_write && !set_inheritable(fd, true)) return false;
    }
    close_if(plan.p2cwrite);
    close_if(plan.c2pread);
    close_if(plan.errread);
    (void)::close(plan.errpipe_read);
    int out = plan.c2pwrite, err = plan.errwrite;
    // Those that stand where another has to go move out of the way.
    if (out == 0 && (out = ::fcntl(out, F_DUPFD_CLOEXEC, 3)) < 0) return false;
    if ((err == 0 || err == 1) && (err = ::fcntl(err, F_DUPFD_CLOEXEC, 3)) < 0) return false;
    return install(plan.p2cread, 0) && install(out, 1) && install(err, 2);
}

void default_signals() {
    for (const int s : {SIGPIPE, SIGXFSZ}) (void)::signal(s, SIG_DFL);
}
// In a vforked child no handler of the parent may run: they share their memory.
void forget_handlers() {
    for (int s = 1; s < NSIG; ++s) {
        struct sigaction action;
        if (s == SIGKILL || s == SIGSTOP || ::sigaction(s, nullptr, &action) < 0) continue;
        if (action.sa_handler != SIG_IGN && action.sa_handler != SIG_DFL) (void)::signal(s, SIG_DFL);
    }
}

bool change_owner(const Plan& plan) {
    if (plan.new_session) (void)::setsid();
    if (plan.process_group >= 0 && ::setpgid(0, static_cast<pid_t>(plan.process_group)) < 0) return false;
    if (plan.has_groups && ::setgroups(plan.groups.size(), plan.groups.data()) < 0) return false;
    if (plan.gid >= 0 && ::setregid(static_cast<gid_t>(plan.gid), static_cast<gid_t>(plan.gid)) < 0)
        return false;
    return plan.uid < 0 || ::setreuid(static_cast<uid_t>(plan.uid), static_cast<uid_t>(plan.uid)) == 0;
}

// Up to where a preexec_fn runs. False: it has been reported.
bool child_prepare(const Plan& plan) {
    bool good = arrange_descriptors(plan);
    if (good && plan.has_directory) good = ::chdir(plan.directory.c_str()) == 0;
    if (good && plan.umask >= 0) (void)::umask(static_cast<mode_t>(plan.umask));
    if (good) {
        if (plan.restore_signals) default_signals();
        if (plan.signals != nullptr) {
            forget_handlers();
            (void)::sigprocmask(SIG_SETMASK, plan.signals, nullptr);
        }
        good = change_owner(plan);
    }
    if (!good) report(plan.errpipe_write, "OSError", errno, "noexec");
    return good;
}
// The rest; comes back only to leave.
void child_exec(const Plan& plan) {
    if (plan.close_fds) close_others(plan);
    int error = 0;
    for (size_t i = 0; i < plan.programs.size(); ++i) {
        if (plan.envp != nullptr)
            (void)::execve(plan.programs[i], plan.argv, plan.envp);
        else
            (void)::execv(plan.programs[i], plan.argv);
        if (errno != ENOENT && errno != ENOTDIR && error == 0) error = errno;
    }
    report(plan.errpipe_write, "OSError", error != 0 ? error : errno, "");
}

// ---- in the parent ----

// Never inlined: its frame is the child's as well until the exec.
[[gnu::noinline]] pid_t fork_borrowing(const Plan& plan) {
    const pid_t pid = ::vfork();
    if (pid != 0) return pid;
    if (child_prepare(plan)) child_exec(plan);
    ::_exit(255);
}

Result<void> to_texts(Attached ts, Object& sequence, TextVector* out) {
    return for_each(ts, sequence, [&](Ref<Object> item) -> Result<bool> {
        std::string text;
        TRY(fs_encode(ts, *item, &text));
        out->add(std::move(text));
        return true;
    });
}
// The same for what is asked for its length and its items, as CPython asks for the programs.
Result<void> to_texts_by_index(Attached ts, Object& sequence, TextVector* out) {
    const Index n = TRY(length(ts, sequence));
    if (n > static_cast<Index>(PTRDIFF_MAX / sizeof(char*)) - 1) return raise_no_memory(ts);
    for (Index i = 0; i < n; ++i) {
        const Ref<Object> item = TRY(sequence_item(ts, sequence, i));
        std::string text;
        TRY(fs_encode(ts, *item, &text));
        out->add(std::move(text));
    }
    return {};
}
// An id, or -1 for None.
Result<int64_t> id_of(Attached ts, Object& o, const char* what) {
    if (is_none(o)) return int64_t{-1};
    const int64_t id = TRY(convert_int64(ts, Value(&o), INT64_MIN, INT64_MAX, "long"));
    if (id < 0) return raise(ts, Exc::OverflowError, "{} is less than minimum", what);
    if (id > UINT_MAX) return raise(ts, Exc::OverflowError, "{} is greater than maximum", what);
    return id;
}

// The positions of the arguments.
enum Argument : size_t {
    kArgs,
    kExecutables,
    kCloseFds,
    kPassFds,
    kCwd,
    kEnv,
    kP2cRead,
    kP2cWrite,
    kC2pRead,
    kC2pWrite,
    kErrRead,
    kErrWrite,
    kErrpipeRead,
    kErrpipeWrite,
    kRestoreSignals,
    kNewSession,
    kProcessGroup,
    kGid,
    kGroups,
    kUid,
    kUmask,
    kPreexec,
    kAllowVfork,
    kArgumentCount,
};

Result<void> read_plan(Attached ts, Args args, Plan* plan) {
    auto object = [&](Argument a) -> Object& { return *args[a].object(); };
    auto number = [&](Argument a, int* out) -> Result<void> {
        *out = static_cast<int>(TRY(convert_int64(ts, args[a], INT_MIN, INT_MAX, "int")));
        return {};
    };
    plan->close_fds = TRY(is_true(ts, object(kCloseFds)));
    plan->restore_signals = TRY(is_true(ts, object(kRestoreSignals)));
    plan->new_session = TRY(is_true(ts, object(kNewSession)));
    const struct {
        Argument from;
        int* to;
    } numbers[] = {{kP2cRead, &plan->p2cread},
                   {kP2cWrite, &plan->p2cwrite},
                   {kC2pRead, &plan->c2pread},
                   {kC2pWrite, &plan->c2pwrite},
                   {kErrRead, &plan->errread},
                   {kErrWrite, &plan->errwrite},
                   {kUmask, &plan->umask},
                   {kErrpipeRead, &plan->errpipe_read},
                   {kErrpipeWrite, &plan->errpipe_write}};
    for (const auto& row : numbers) TRY(number(row.from, row.to));
    int group = -1;
    TRY(number(kProcessGroup, &group));
    plan->process_group = group;
    if (plan->close_fds && plan->errpipe_write < 3)
        return raise(ts, Exc::ValueError, "errpipe_write must be >= 3");

    if (!is_tuple(object(kPassFds))) {
        return raise(ts, Exc::TypeError, "fork_exec() argument 4 must be tuple, not {}",
                     type_name(object(kPassFds)));
    }
    TRY(for_each(ts, object(kPassFds), [&](Ref<Object> item) -> Result<bool> {
        int64_t fd = -1;
        if (!is_int(*item) || !int_fits_tag(static_cast<Int&>(*item), &fd) || fd < 0 || fd > INT_MAX ||
            (!plan->keep.empty() && fd <= plan->keep.back()))
            return raise(ts, Exc::ValueError, "bad value(s) in fds_to_keep");
        plan->keep.push_back(static_cast<int>(fd));
        return true;
    }));

    TRY(to_texts_by_index(ts, object(kExecutables), &plan->programs));
    if (!is_none(object(kArgs))) TRY(to_texts(ts, object(kArgs), &plan->arguments));
    plan->argv = plan->arguments.pointers();
    if (!is_none(object(kEnv))) {
        TRY(to_texts(ts, object(kEnv), &plan->environment));
        plan->envp = plan->environment.pointers();
    }
    if (!is_none(object(kCwd))) {
        TRY(fs_encode(ts, object(kCwd), &plan->directory));
        plan->has_directory = true;
    }
    if (!is_none(object(kGroups))) {
        if (!is_list(object(kGroups))) return raise(ts, Exc::TypeError, "setgroups argument must be a list");
        plan->has_groups = true;
        TRY(for_each(ts, object(kGroups), [&](Ref<Object> item) -> Result<bool> {
            if (!is_int(*item)) return raise(ts, Exc::TypeError, "groups must be integers");
            int64_t id = -1;
            if (!int_fits_tag(static_cast<Int&>(*item), &id) || id < 0 || id > UINT_MAX)
                return raise(ts, Exc::ValueError, "invalid group id");
            plan->groups.push_back(static_cast<gid_t>(id));
            return true;
        }));
        if (plan->groups.size() > NGROUPS_MAX) return raise(ts, Exc::ValueError, "too many groups");
    }
    plan->gid = TRY(id_of(ts, object(kGid), "gid"));
    plan->uid = TRY(id_of(ts, object(kUid), "uid"));
    return {};
}

// With a preexec_fn: a fork like os.fork(), and Python code in the child.
Result<Index> fork_calling(Attached ts, const Plan& plan, Object& preexec) {
    const Ref<Object> module = TRY(import_module(ts, "posix"));
    const Index pid = TRY(posix_fork(ts, static_cast<Module&>(*module)));
    if (pid != 0) return pid;
    if (child_prepare(plan)) {
        if (call(ts, preexec).ok())
            child_exec(plan);
        else
            report(plan.errpipe_write, "SubprocessError", 0, "Exception occurred in preexec_fn.");
    }
    ::_exit(255);
}

Result<Index> fork_exec(Attached ts, Module&, Args args) {
    if (args.n != kArgumentCount) {
        return raise(ts, Exc::TypeError, "fork_exec() takes exactly {} arguments ({} given)",
                     static_cast<size_t>(kArgumentCount), args.n);
    }
    if (!ts->interp->config.allow_exec)
        return raise(ts, Exc::RuntimeError, "subprocess not supported for isolated subinterpreters");
    TRY(box_all(ts, args.v, args.n));
    Object& preexec = *args[kPreexec].object();
    if (!is_none(preexec) && !is_main_interpreter(ts.interp()))
        return raise(ts, Exc::RuntimeError, "preexec_fn not supported within subinterpreters");
    Plan plan;
    TRY(read_plan(ts, args, &plan));
    if (!is_none(preexec)) return fork_calling(ts, plan, preexec);
    const bool borrow =
        TRY(is_true(ts, *args[kAllowVfork].object())) && plan.uid < 0 && plan.gid < 0 && !plan.has_groups;
    // No handler of ours may run in the child before it has forgotten them.
    sigset_t all, before;
    (void)::sigfillset(&all);
    (void)::pthread_sigmask(SIG_BLOCK, &all, &before);
    plan.signals = &before;
    int error = 0;
    const pid_t pid = ts.detached([&]() -> pid_t {
        pid_t made;
        if (borrow) {
            made = fork_borrowing(plan);
        } else {
            made = ::fork();
            if (made == 0) {
                if (child_prepare(plan)) child_exec(plan);
                ::_exit(255);
            }
        }
        error = errno;
        return made;
    });
    (void)::pthread_sigmask(SIG_SETMASK, &before, nullptr);
    if (pid < 0) return raise_oserror(ts, error);
    return Index{pid};
}

constexpr Method functions[] = {
    method<fork_exec>("fork_exec($module, *args)",
                      "Start a program in a child process; the arguments are those that subprocess passes. "
                      "Returns the child's id."),
    {},
};

}  // namespace

extern const ModuleSpec posix_subprocess_module;
const ModuleSpec posix_subprocess_module = {
    .name = "_posixsubprocess",
    .doc = "Starting programs in child processes; used through subprocess.",
    .methods = functions,
};

}  // namespace baton
