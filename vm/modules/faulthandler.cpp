// faulthandler: tracebacks at fatal signals, at signals of one's own, and when something takes too long.
//
// Signal handlers and the watchdog's thread find what they need in a record of the process (FaultState),
// which has plain data only. The file objects are kept by the module, so that their descriptors stay open;
// the module that goes takes its arrangements with it. The watchdog is a thread without a thread state: it
// dumps what the others are at without asking them.
#include "vm/modules/faulthandler.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>

#include <fmt/format.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "threadstate/check.h"
#include "threadstate/gilstate.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"
#include "threadstate/sync.h"
#include "vm/dump_traceback.h"
#include "vm/import.h"
#include "vm/lifecycle.h"
#include "vm/modules/duration.h"
#include "vm/sys_access.h"

namespace baton {

struct FatalSignal {
    int number;
    const char* name;
    bool installed;
    struct sigaction previous;
};
struct UserSignal {
    bool installed, all_threads, chain;
    int fd;
    struct sigaction previous;
};
struct FaultState {
    // SIGSEGV last: where signals share a number's action, it is put back first.
    FatalSignal fatal[5] = {{SIGBUS, "Bus error", false, {}},
                            {SIGILL, "Illegal instruction", false, {}},
                            {SIGFPE, "Floating point exception", false, {}},
                            {SIGABRT, "Aborted", false, {}},
                            {SIGSEGV, "Segmentation fault", false, {}}};
    bool enabled = false, all_threads = true;
    int fd = 2;
    Module* owner = nullptr;  // who enabled it
    UserSignal user[NSIG] = {};
    stack_t alternative{};

    // The watchdog. `running` from its start to its end; it parks on `pause`, who stops it on `ended`.
    sync::Parker pause, ended;
    sync::Atomic<bool> running{false}, stop{false};
    Module* watched_by = nullptr;
    InterpreterState* interp = nullptr;
    int64_t timeout_ns = 0;
    bool repeat = false, exits = false;
    int watch_fd = 2;
    std::string heading;
};

namespace {

// What the module keeps alive: the files.
struct FaultModule {
    Object *fatal_file, *watch_file, *user_file[NSIG];
};

FaultState& faults() {
    FaultState*& place = start_up_record().faults;
    if (!place) place = new FaultState;
    return *place;
}
// From handlers: nothing is made.
FaultState* faults_or_null() {
    auto* record = static_cast<StartUp*>(process().hooks.start_up);
    return record ? record->faults : nullptr;
}

void put(int fd, const char* text) {
    (void)!::write(fd, text, std::strlen(text));
}
void dump(int fd, bool all) {
    // A thread that has let go of the lock is still the one that got the signal.
    ThreadState* current = current_or_null();
    if (!current) current = gilstate_this_thread();
    InterpreterState* interp = current ? current->interp : process().main.load();
    if (interp) dump_threads(fd, *interp, current, all || !current);
}

// Who holds the lock is what one wants to know when threads stand still, and nothing new when there is only
// one.
void dump_lock_holders(int fd, const InterpreterState& interp) {
    if (interp.threads && interp.threads->next) report_locks(fd);
}

// ---- fatal signals ----
void restore_fatal(FatalSignal& s) {
    if (!s.installed) return;
    s.installed = false;
    (void)::sigaction(s.number, &s.previous, nullptr);
}
void on_fatal(int number) {
    const int error = errno;
    FaultState* state = faults_or_null();
    if (!state || !state->enabled) return;
    FatalSignal* found = nullptr;
    for (FatalSignal& s : state->fatal) {
        if (s.number == number) found = &s;
    }
    if (!found) return;
    // A fault while we report goes the old way.
    restore_fatal(*found);
    put(state->fd, "Fatal Python error: ");
    put(state->fd, found->name);
    put(state->fd, "\n\n");
    dump(state->fd, state->all_threads);
    if (InterpreterState* interp = process().main.load()) {
        dump_lock_holders(state->fd, *interp);
        dump_extension_modules(state->fd, *interp);
    }
    errno = error;
    // Blocked as long as this handler runs; it comes when we return, to whom it belongs now.
    (void)::raise(number);
}
void disable_fatal(FaultState& state) {
    state.enabled = false;
    for (FatalSignal& s : state.fatal) restore_fatal(s);
}
// An overflown stack leaves no room for a handler, so it has one of its own: the main thread's.
void use_alternative_stack(FaultState& state) {
    if (state.alternative.ss_sp) return;
    const size_t size = static_cast<size_t>(SIGSTKSZ) * 2;
    void* memory = std::malloc(size);
    if (!memory) return;
    state.alternative.ss_sp = memory;
    state.alternative.ss_size = size;
    if (::sigaltstack(&state.alternative, nullptr) != 0) {
        std::free(memory);
        state.alternative.ss_sp = nullptr;
    }
}

// ---- files ----
// The descriptor of a file argument; *file is what must be kept, null for a plain number.
Result<int> file_descriptor(Attached ts, Object* given, OptRef<Object>* file) {
    OptRef<Object> o;
    if (given && !is_none(*given)) {
        o = OptRef<Object>::share(given);
    } else {
        o = sys_get(ts, id(Name::stderr_));
        if (!o) return raise(ts, Exc::RuntimeError, "unable to get sys.stderr");
        if (is_none(*o)) return raise(ts, Exc::RuntimeError, "sys.stderr is None");
    }
    if (is_int(*o)) {
        const int64_t fd = TRY(convert_int64(ts, Value(o.get()), INT_MIN, INT_MAX, "int"));
        if (fd < 0) return raise(ts, Exc::ValueError, "file is not a valid file descripter");
        return static_cast<int>(fd);
    }
    const Ref<Object> number = TRY(call_method(ts, *o, *TRY(str_intern_utf8(ts, "fileno"))));
    int64_t fd = -1;
    if (!is_int(*number) || !int_fits_tag(static_cast<Int&>(*number), &fd) || fd < 0 || fd > INT_MAX)
        return raise(ts, Exc::RuntimeError, "file.fileno() is not a valid file descriptor");
    auto flushed = call_method(ts, *o, id(Name::flush));
    if (!flushed.ok()) clear_pending(ts);
    *file = std::move(o);
    return static_cast<int>(fd);
}
Result<bool> flag(Attached ts, Object* o, bool otherwise) {
    if (!o) return otherwise;
    return TRY(convert_int64(ts, Value(o), INT_MIN, INT_MAX, "int")) != 0;
}
void keep(Attached ts, Object*& place, OptRef<Object> file) {
    replace_field<Object>(ts, place, file.release());
}

Result<void> enable(Attached ts, Module& module, Object* file, Object* all_threads) {
    FaultState& state = faults();
    OptRef<Object> kept;
    const bool all = TRY(flag(ts, all_threads, true));
    const int fd = TRY(file_descriptor(ts, file, &kept));
    keep(ts, module_state<FaultModule>(module).fatal_file, std::move(kept));
    state.fd = fd;
    state.all_threads = all;
    state.owner = &module;
    if (state.enabled) return {};
    state.enabled = true;
    use_alternative_stack(state);
    for (FatalSignal& s : state.fatal) {
        struct sigaction action {};
        action.sa_handler = on_fatal;
        (void)::sigemptyset(&action.sa_mask);
        action.sa_flags = SA_NODEFER | (state.alternative.ss_sp ? SA_ONSTACK : 0);
        if (::sigaction(s.number, &action, &s.previous) != 0) return raise_oserror(ts, errno);
        s.installed = true;
    }
    return {};
}
Result<bool> disable(Attached ts, Module& module) {
    FaultState& state = faults();
    const bool was = state.enabled;
    disable_fatal(state);
    keep(ts, module_state<FaultModule>(module).fatal_file, {});
    return was;
}
Result<bool> is_enabled(Attached, Module&) {
    return faults().enabled;
}
Result<void> dump_now(Attached ts, Module&, Object* file, Object* all_threads) {
    OptRef<Object> kept;
    const bool all = TRY(flag(ts, all_threads, true));
    const int fd = TRY(file_descriptor(ts, file, &kept));
    dump_threads(fd, *ts->interp, &ts.state(), all);
    return {};
}

// ---- signals of one's own ----
void on_user(int number);
bool install_user(int number, UserSignal& user, struct sigaction* previous) {
    struct sigaction action {};
    action.sa_handler = on_user;
    (void)::sigemptyset(&action.sa_mask);
    // An interrupted call goes on: the dump is meant to disturb nothing. When the old handler is called too,
    // the signal must be able to come inside ours.
    action.sa_flags = SA_RESTART | (user.chain ? SA_NODEFER : 0);
    return ::sigaction(number, &action, previous) == 0;
}
void on_user(int number) {
    FaultState* state = faults_or_null();
    if (!state || number < 1 || number >= NSIG) return;
    UserSignal& user = state->user[number];
    if (!user.installed) return;
    const int error = errno;
    dump(user.fd, user.all_threads);
    errno = error;
    if (!user.chain) return;
    (void)::sigaction(number, &user.previous, nullptr);
    (void)::raise(number);
    errno = error;
    (void)install_user(number, user, nullptr);
}
Result<int> signal_number(Attached ts, Object& o) {
    const int64_t number = TRY(convert_int64(ts, Value(&o), INT_MIN, INT_MAX, "int"));
    for (const FatalSignal& s : faults().fatal) {
        if (s.number == number) {
            return raise(ts, Exc::RuntimeError, "signal {} cannot be registered, use enable() instead",
                         number);
        }
    }
    if (number < 1 || number >= NSIG) return raise(ts, Exc::ValueError, "signal number out of range");
    return static_cast<int>(number);
}
Result<void> register_signal(Attached ts, Module& module, Object& signum, Object* file, Object* all_threads,
                             Object* chain) {
    const int number = TRY(signal_number(ts, signum));
    OptRef<Object> kept;
    const bool all = TRY(flag(ts, all_threads, true)), chained = TRY(flag(ts, chain, false));
    const int fd = TRY(file_descriptor(ts, file, &kept));
    UserSignal& user = faults().user[number];
    user.chain = chained;
    struct sigaction previous {};
    if (!user.installed) {
        if (!install_user(number, user, &previous)) return raise_oserror(ts, errno);
        user.previous = previous;
    }
    keep(ts, module_state<FaultModule>(module).user_file[number], std::move(kept));
    user.fd = fd;
    user.all_threads = all;
    user.installed = true;
    return {};
}
bool forget_user(int number) {
    UserSignal& user = faults().user[number];
    if (!user.installed) return false;
    user.installed = false;
    (void)::sigaction(number, &user.previous, nullptr);
    return true;
}
Result<bool> unregister_signal(Attached ts, Module& module, Object& signum) {
    const int number = TRY(signal_number(ts, signum));
    const bool was = forget_user(number);
    keep(ts, module_state<FaultModule>(module).user_file[number], {});
    return was;
}

// ---- the watchdog ----
void watch(void* arg) {
    auto& state = *static_cast<FaultState*>(arg);
    sigset_t all;
    (void)::sigfillset(&all);
    (void)::pthread_sigmask(SIG_SETMASK, &all, nullptr);  // signals are for the others
    do {
        const bool woken = state.pause.park_until(sync::Deadline::after(state.timeout_ns));
        if (woken || state.stop.load()) break;
        put(state.watch_fd, state.heading.c_str());
        dump_threads(state.watch_fd, *state.interp, nullptr, true);
        dump_lock_holders(state.watch_fd, *state.interp);
        if (state.exits) ::_exit(1);
    } while (state.repeat);
    state.running.store(false);
    state.ended.unpark();
}
// Waits until the watchdog is gone.
void stop_watch(Attached ts, FaultState& state) {
    if (!state.watched_by) return;
    state.stop.store(true);
    state.pause.unpark();
    ts.detached([&] { state.ended.park(); });
    state.watched_by = nullptr;
}
// "Timeout (0:00:01.500000)!"
std::string heading_of(int64_t ns) {
    const int64_t us = ns / 1000, seconds = us / 1'000'000;
    std::string text =
        fmt::format("Timeout ({}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (us % 1'000'000 != 0) text += fmt::format(".{:06}", us % 1'000'000);
    return text + ")!\n";
}
Result<void> watch_later(Attached ts, Module& module, Object& timeout, Object* repeat, Object* file,
                         Object* exits) {
    const int64_t ns = TRY(nanoseconds_of(ts, timeout));
    if (ns / 1000 <= 0) return raise(ts, Exc::ValueError, "timeout must be greater than 0");
    const bool again = TRY(flag(ts, repeat, false)), leaves = TRY(flag(ts, exits, false));
    OptRef<Object> kept;
    const int fd = TRY(file_descriptor(ts, file, &kept));
    FaultState& state = faults();
    stop_watch(ts, state);
    keep(ts, module_state<FaultModule>(module).watch_file, std::move(kept));
    state.interp = &ts.interp();
    state.timeout_ns = ns;
    state.repeat = again;
    state.exits = leaves;
    state.watch_fd = fd;
    state.heading = heading_of(ns);
    state.stop.store(false);
    state.pause.reset();
    state.ended.reset();
    state.running.store(true);
    unsigned long ident;
    if (!sync::spawn(watch, &state, 0, &ident))
        return raise(ts, Exc::RuntimeError, "unable to start watchdog thread");
    state.watched_by = &module;
    return {};
}
Result<void> cancel_watch(Attached ts, Module& module) {
    stop_watch(ts, faults());
    keep(ts, module_state<FaultModule>(module).watch_file, {});
    return {};
}

// ---- crashes, for tests ----
// The core file of a wanted crash helps nobody.
void no_core() {
    rlimit limit;
    if (::getrlimit(RLIMIT_CORE, &limit) != 0) return;
    limit.rlim_cur = 0;
    (void)::setrlimit(RLIMIT_CORE, &limit);
}
Result<void> crash_sigsegv(Attached ts, Module&, Object* release_gil) {
    no_core();
    if (release_gil && TRY(is_true(ts, *release_gil)))
        ts.detached([] { (void)::raise(SIGSEGV); });
    else
        (void)::raise(SIGSEGV);
    return {};
}
Result<void> crash_sigabrt(Attached, Module&) {
    no_core();
    std::abort();
}
Result<void> crash_sigfpe(Attached, Module&) {
    no_core();
    (void)::raise(SIGFPE);
    return {};
}
// Not for the undefined behaviour sanitizer: the fault is what is asked for.
[[gnu::noinline, gnu::no_sanitize("null")]] void read_null() {
    const volatile int* volatile nowhere = nullptr;  // not for the optimizer to see either
    [[maybe_unused]] const int read = *nowhere;
}
Result<void> crash_read_null(Attached, Module&) {
    no_core();
    read_null();
    return {};
}
[[gnu::noinline]] size_t overflow(size_t depth, volatile char* before) {
    volatile char room[4096];
    room[0] = static_cast<char>(depth);
    room[4095] = before ? before[0] : '\0';
    if (depth == SIZE_MAX) return 0;  // never
    return overflow(depth + 1, room) + static_cast<size_t>(room[4095]);
}
Result<Index> crash_stack(Attached, Module&) {
    no_core();
    return static_cast<Index>(overflow(1, nullptr));
}
Result<void> crash_c_thread(Attached ts, Module&) {
    no_core();
    unsigned long ident;
    if (!sync::spawn([](void*) { fatal("faulthandler_fatal_error_thread", "in new thread"); }, nullptr, 0,
                     &ident))
        return raise(ts, Exc::RuntimeError, "unable to start the thread");
    ts.detached([] { sync::park_forever(); });
    return {};
}

constexpr Method functions[] = {
    method<enable>("enable($module, /, file=sys.stderr, all_threads=True)",
                   "Makes fatal signals say where the threads are, or only the one they hit."),
    method<disable>("disable($module, /)", "Leaves fatal signals alone again; whether it was enabled."),
    method<is_enabled>("is_enabled($module, /)", "Whether fatal signals print tracebacks."),
    method<dump_now>("dump_traceback($module, /, file=sys.stderr, all_threads=True)",
                     "Prints the traceback of this thread, or of all."),
    method<watch_later>(
        "dump_traceback_later($module, /, timeout, repeat=False, file=sys.stderr, exit=False)",
        "Prints the tracebacks of all threads after so many seconds, once or again and again; "
        "with exit, the process ends then."),
    method<cancel_watch>("cancel_dump_traceback_later($module, /)", "Takes back dump_traceback_later()."),
    method<register_signal>("register($module, /, signum, file=sys.stderr, all_threads=True, chain=False)",
                            "Has a signal print tracebacks; with chain its former handler runs as well."),
    method<unregister_signal>("unregister($module, signum, /)",
                              "Gives a signal back what it did before; whether it was registered."),
    method<crash_read_null>("_read_null($module, /)", "Reads from address zero, for tests."),
    method<crash_sigsegv>("_sigsegv($module, release_gil=False, /)", "Raises SIGSEGV, for tests."),
    method<crash_c_thread>("_fatal_error_c_thread($module, /)",
                           "Reports a fatal error from a thread that is no Python thread, for tests."),
    method<crash_sigabrt>("_sigabrt($module, /)", "Raises SIGABRT, for tests."),
    method<crash_sigfpe>("_sigfpe($module, /)", "Raises SIGFPE, for tests."),
    method<crash_stack>("_stack_overflow($module, /)", "Calls itself until the stack is used up, for tests."),
    {},
};

int fault_traverse(Module& module, VisitProc visit, void* arg) {
    auto& kept = module_state<FaultModule>(module);
    if (int r = visit_fields(visit, arg, kept.fatal_file, kept.watch_file)) return r;
    for (Object* file : kept.user_file) {
        if (!file) continue;
        if (int r = visit(file, arg)) return r;
    }
    return 0;
}
void fault_clear(Attached ts, Module& module) {
    FaultState& state = faults();
    auto& kept = module_state<FaultModule>(module);
    if (state.owner == &module) {
        disable_fatal(state);
        state.owner = nullptr;
    }
    if (state.watched_by == &module) stop_watch(ts, state);
    for (int number = 1; number < NSIG; ++number) {
        if (!kept.user_file[number]) continue;
        (void)forget_user(number);
        keep(ts, kept.user_file[number], {});
    }
    keep(ts, kept.fatal_file, {});
    keep(ts, kept.watch_file, {});
}

}  // namespace

Result<void> faulthandler_start(Attached ts) {
    const Ref<Object> module = TRY(import_module(ts, "faulthandler"));
    return enable(ts, static_cast<Module&>(*module), nullptr, nullptr);
}

extern const ModuleSpec faulthandler_module;
const ModuleSpec faulthandler_module = {
    .name = "faulthandler",
    .doc = "Tracebacks of a process in trouble.",
    .methods = functions,
    .state_size = sizeof(FaultModule),
    .traverse = fault_traverse,
    .clear = fault_clear,
};

}  // namespace baton
