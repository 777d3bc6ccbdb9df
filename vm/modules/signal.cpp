// The _signal module: Python handlers of signals, timers, and sending signals.
//
// The C handler only trips a flag (vm/signal_handlers.h); Python handlers run at a poll of the main thread.
// Calls that may wait detach. The handlers that the process had at start-up are recorded when the module is
// first imported.
#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstring>
#include <sys/stat.h>
#include <sys/time.h>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/modules/signal_wait.h"
#include "vm/signal_handlers.h"

namespace baton {

namespace {

struct Constant {
    const char* name;
    int number;
};
constexpr Constant constants[] = {
    {"SIGHUP", SIGHUP},
    {"SIGINT", SIGINT},
    {"SIGQUIT", SIGQUIT},
    {"SIGILL", SIGILL},
    {"SIGTRAP", SIGTRAP},
    {"SIGIOT", SIGIOT},
    {"SIGABRT", SIGABRT},
    {"SIGFPE", SIGFPE},
    {"SIGKILL", SIGKILL},
    {"SIGBUS", SIGBUS},
    {"SIGSEGV", SIGSEGV},
    {"SIGSYS", SIGSYS},
    {"SIGPIPE", SIGPIPE},
    {"SIGALRM", SIGALRM},
    {"SIGTERM", SIGTERM},
    {"SIGUSR1", SIGUSR1},
    {"SIGUSR2", SIGUSR2},
    {"SIGCLD", SIGCHLD},
    {"SIGCHLD", SIGCHLD},
    {"SIGPWR", SIGPWR},
    {"SIGIO", SIGIO},
    {"SIGURG", SIGURG},
    {"SIGWINCH", SIGWINCH},
    {"SIGPOLL", SIGPOLL},
    {"SIGSTOP", SIGSTOP},
    {"SIGTSTP", SIGTSTP},
    {"SIGCONT", SIGCONT},
    {"SIGTTIN", SIGTTIN},
    {"SIGTTOU", SIGTTOU},
    {"SIGVTALRM", SIGVTALRM},
    {"SIGPROF", SIGPROF},
    {"SIGXCPU", SIGXCPU},
    {"SIGXFSZ", SIGXFSZ},
    {"SIGSTKFLT", SIGSTKFLT},
    {"SIG_DFL", 0},
    {"SIG_IGN", 1},
    {"NSIG", kSignalCount},
    {"ITIMER_REAL", ITIMER_REAL},
    {"ITIMER_VIRTUAL", ITIMER_VIRTUAL},
    {"ITIMER_PROF", ITIMER_PROF},
};

Result<void> check_number(Attached ts, int signum) {
    if (signum < 1 || signum >= kSignalCount) return raise(ts, Exc::ValueError, "signal number out of range");
    return {};
}

// ---- handlers ----
Result<Ref<Object>> signal_signal(Attached ts, Module&, int signalnum, Object& handler) {
    if (!is_main_thread() || !is_main_interpreter(ts.interp())) {
        return raise(ts, Exc::ValueError, "signal only works in main thread of the main interpreter");
    }
    TRY(check_number(ts, signalnum));
    int64_t word = -1;
    if (is_int(handler)) (void)int_fits_tag(static_cast<Int&>(handler), &word);
    if (word != 0 && word != 1 && !is_callable(handler)) {
        return raise(ts, Exc::TypeError,
                     "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
    }
    // What came in before belongs to the handler that was in force.
    if (handle_signals(ts) < 0) return already_raised();
    return set_signal_handler(ts, signalnum, handler);
}
Result<Ref<Object>> signal_getsignal(Attached ts, Module&, int signalnum) {
    TRY(check_number(ts, signalnum));
    Object* handler = signal_handler(ts, signalnum);
    return Ref<Object>::share(handler ? *handler : none());
}
Result<void> default_int_handler(Attached ts, Module&, Args) {
    return raise_keyboard_interrupt(ts);
}

// ---- sending and waiting ----
Result<void> signal_raise(Attached ts, Module&, int signalnum) {
    // For long: who sends itself a signal wants others to notice.
    if (int e = ts.detached_long([&] { return ::raise(signalnum) == 0 ? 0 : errno; }))
        return raise_oserror(ts, e);
    return signal_after_sending(ts);
}
Result<void> signal_pthread_kill(Attached ts, Module&, Object& thread_id, int signalnum) {
    uint64_t ident = TRY(convert_uint64_mask(ts, Value(&thread_id)));
    TRY(audit_values(ts, "signal.pthread_kill", &thread_id, signalnum));
    if (int e = ::pthread_kill(static_cast<pthread_t>(ident), signalnum)) return raise_oserror(ts, e);
    return signal_after_sending(ts);
}
Result<int> signal_alarm(Attached, Module&, int seconds) {
    return static_cast<int>(::alarm(static_cast<unsigned>(seconds)));
}
Result<void> signal_pause(Attached ts, Module&) {
    TRY(signal_after_sending(ts));  // a signal since the last poll would otherwise wait for the next one
    ts.detached_long([] { return ::pause(); });
    return signal_after_sending(ts);
}
Result<void> signal_siginterrupt(Attached ts, Module&, int signalnum, bool flag) {
    TRY(check_number(ts, signalnum));
    struct sigaction action;
    if (::sigaction(signalnum, nullptr, &action) < 0) return raise_oserror(ts, errno);
    if (flag)
        action.sa_flags &= ~SA_RESTART;
    else
        action.sa_flags |= SA_RESTART;
    if (::sigaction(signalnum, &action, nullptr) < 0) return raise_oserror(ts, errno);
    return {};
}

// ---- timers ----
Result<timeval> duration(Attached ts, Object* seconds) {
    if (!seconds) return timeval{0, 0};
    double s = TRY(convert_double(ts, Value(seconds)));
    if (s != s) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
    if (s > 9.2e12 || s < -9.2e12)
        return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    double whole = std::floor(s);
    // Rounded up: a short time must not become none, which would stop the timer.
    auto micros = static_cast<suseconds_t>(std::ceil((s - whole) * 1e6));
    if (micros >= 1'000'000) return timeval{static_cast<time_t>(whole) + 1, micros - 1'000'000};
    return timeval{static_cast<time_t>(whole), micros};
}
double in_seconds(timeval t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) * 1e-6;
}
Result<Ref<Tuple>> timer_pair(Attached ts, const itimerval& t) {
    auto value = TRY(box_float(ts, in_seconds(t.it_value)));
    auto interval = TRY(box_float(ts, in_seconds(t.it_interval)));
    return tuple_of(ts, {value.get(), interval.get()});
}
Result<Ref<Tuple>> raise_timer_error(Attached ts, Module& module, int error) {
    Object* type = dict_find_str(*module.dict, *TRY(str_intern_utf8(ts, "ItimerError")));
    if (!type || !is_type(*type)) return raise_oserror(ts, error);
    auto number = TRY(box_int(ts, error));
    auto text = TRY(fs_decode(ts, std::strerror(error)));
    auto exception = TRY(call(ts, *type, {number.get(), text.get()}));
    return raise_type(ts, static_cast<Type&>(*type), exception.get());
}
Result<Ref<Tuple>> signal_setitimer(Attached ts, Module& module, int which, Object& seconds,
                                    Object* interval) {
    itimerval next{}, old{};
    next.it_value = TRY(duration(ts, &seconds));
    next.it_interval = TRY(duration(ts, interval));
    if (::setitimer(static_cast<__itimer_which_t>(which), &next, &old) != 0)
        return raise_timer_error(ts, module, errno);
    return timer_pair(ts, old);
}
Result<Ref<Tuple>> signal_getitimer(Attached ts, Module& module, int which) {
    itimerval t{};
    if (::getitimer(static_cast<__itimer_which_t>(which), &t) != 0)
        return raise_timer_error(ts, module, errno);
    return timer_pair(ts, t);
}

// ---- the rest ----
Result<Ref<Object>> signal_strsignal(Attached ts, Module&, int signalnum) {
    TRY(check_number(ts, signalnum));
    const char* text = sigdescr_np(signalnum);
    if (!text) {
        if (signalnum < SIGRTMIN) return Ref<Object>::share(none());
        return TRY(fs_decode(ts, fmt::format("Real-time signal {}", signalnum - SIGRTMIN)));
    }
    return TRY(fs_decode(ts, text));
}
Result<int> signal_set_wakeup_fd(Attached ts, Module&, int fd, Opt<bool> warn_on_full_buffer) {
    if (!is_main_thread() || !is_main_interpreter(ts.interp())) {
        return raise(ts, Exc::ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
    }
    bool socket = false;
    if (fd != -1) {
        struct stat st;
        if (::fstat(fd, &st) != 0) return raise_oserror(ts, errno);
        socket = S_ISSOCK(st.st_mode);
        int flags = ::fcntl(fd, F_GETFL);
        if (flags < 0) return raise_oserror(ts, errno);
        if (!(flags & O_NONBLOCK))
            return raise(ts, Exc::ValueError, "the fd {} must be in non-blocking mode", fd);
    }
    return set_wakeup_fd(fd, warn_on_full_buffer.or_else(true), socket);
}

constexpr Method functions[] = {
    method<signal_signal>("signal($module, signalnum, handler, /)",
                          "Chooses what the signal does from now on, and gives what it did."),
    method<signal_getsignal>(
        "getsignal($module, signalnum, /)",
        "What the signal does: a function, SIG_DFL, SIG_IGN, or None if that was not set from here."),
    method<default_int_handler>("default_int_handler($module, /, *args)",
                                "What SIGINT does at first: raises KeyboardInterrupt."),
    method<signal_raise>("raise_signal($module, signalnum, /)", "Sends this process itself a signal."),
    method<signal_pthread_kill>("pthread_kill($module, thread_id, signalnum, /)",
                                "Sends one thread of this process a signal."),
    method<signal_alarm>("alarm($module, seconds, /)",
                         "Sends this process SIGALRM once that many seconds have gone by."),
    method<signal_pause>("pause($module, /)", "Sleeps until some signal comes in."),
    method<signal_siginterrupt>("siginterrupt($module, signalnum, flag, /)",
                                "Choose whether system calls are restarted after the signal."),
    method<signal_setitimer>("setitimer($module, which, seconds, interval=0.0, /)",
                             "Set the given interval timer and return its old values."),
    method<signal_getitimer>("getitimer($module, which, /)",
                             "How many seconds this timer still has to run, and its interval."),
    method<signal_strsignal>("strsignal($module, signalnum, /)",
                             "What the C library calls the signal; None if it knows none of that number."),
    method<signal_valid_signals>("valid_signals($module, /)",
                                 "The numbers of all signals that can be sent here."),
    method<signal_pthread_sigmask>("pthread_sigmask($module, how, mask, /)",
                                   "Changes which signals this thread blocks; gives those it blocked."),
    method<signal_sigpending>("sigpending($module, /)", "The blocked signals that have come in."),
    method<signal_sigwait>("sigwait($module, sigset, /)",
                           "Waits until one of these blocked signals comes in, and takes it: its number."),
    method<signal_sigwaitinfo>("sigwaitinfo($module, sigset, /)",
                               "The same as sigwait(), but tells all that the system knows of the signal."),
    method<signal_sigtimedwait>("sigtimedwait($module, sigset, timeout, /)",
                                "As sigwaitinfo(), but None after so many seconds."),
    method<signal_pidfd_send_signal>("pidfd_send_signal($module, pidfd, signalnum, siginfo=None, flags=0, /)",
                                     "Sends a signal to the process that the descriptor stands for."),
    method<signal_set_wakeup_fd>(
        "set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)",
        "Set the descriptor that a signal writes its number to; return the old one."),
    {},
};

// Records what the process has for each signal that Python has not set itself.
Result<void> record_handlers(Attached ts, Module& module) {
    VmInterp& vm = vm_interp(ts);
    Object* on_interrupt = dict_find_str(*module.dict, *TRY(str_intern_utf8(ts, "default_int_handler")));
    for (int s = 1; s < kSignalCount; ++s) {
        struct sigaction action;
        if (vm.signal_handlers[s] || ::sigaction(s, nullptr, &action) != 0) continue;
        if (s == SIGINT && vm.default_sigint && on_interrupt) {
            incref(on_interrupt);
            vm.signal_handlers[s] = on_interrupt;
        } else if (action.sa_handler == SIG_DFL || action.sa_handler == SIG_IGN) {
            vm.signal_handlers[s] = TRY(box_int(ts, action.sa_handler == SIG_IGN)).release();
        }
    }
    return {};
}

Result<void> signal_exec(Attached ts, Module& module) {
    Dict& d = *module.dict;
    auto put = [&](const char* name, Object& o) -> Result<void> {
        return dict_set_str(ts, d, *TRY(str_intern_utf8(ts, name)), o);
    };
    for (const Constant& c : constants) TRY(put(c.name, *TRY(box_int(ts, c.number))));
    TRY(put("SIGRTMIN", *TRY(box_int(ts, SIGRTMIN))));
    TRY(put("SIGRTMAX", *TRY(box_int(ts, SIGRTMAX))));
    auto body = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *body, *TRY(str_intern_utf8(ts, "__module__")),
                     *TRY(str_intern_utf8(ts, "signal"))));
    auto name = TRY(str_intern_utf8(ts, "itimer_error"));
    auto bases = TRY(tuple_of(ts, {&exc_type(Exc::OSError)}));
    TRY(put("ItimerError", *TRY(call(ts, PyType_Type, {name.get(), bases.get(), body.get()}))));
    TRY(signal_wait_exec(ts, module));
    return record_handlers(ts, module);
}

}  // namespace

extern const ModuleSpec signal_module;
const ModuleSpec signal_module = {
    .name = "_signal",
    .doc = "Signals: handlers, timers, and sending.",
    .methods = functions,
    .exec = signal_exec,
};

}  // namespace baton
