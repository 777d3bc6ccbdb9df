// See signal_wait.h.
#include "vm/modules/signal_wait.h"

#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/structseq.h"
#include "threadstate/signals.h"
#include "threadstate/sync.h"
#include "vm/modules/duration.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr const char* kSiginfoFields[] = {"si_signo", "si_code",   "si_errno", "si_pid",
                                          "si_uid",   "si_status", "si_band"};
constexpr auto siginfo_getset = struct_getset(kSiginfoFields);
const StructInfo siginfo_info = {&baton_struct_siginfo_type, 7, 7, 0, kSiginfoFields};

Result<void> set_from_iterable(Attached ts, Object& signals, sigset_t* out) {
    sigemptyset(out);
    return for_each(ts, signals, [&](Ref<Object> item) -> Result<bool> {
        const Ref<Int> number = TRY(number_index(ts, *item));
        int overflow = 0;
        const int64_t signum = int_as_int64(*number, &overflow);
        if (overflow != 0 || signum < 1 || signum >= kSignalCount) {
            return raise(ts, Exc::ValueError, "signal number {} out of range [1; {}]",
                         overflow != 0 ? -1 : signum, kSignalCount - 1);
        }
        // The C library keeps some for itself.
        if (sigaddset(out, static_cast<int>(signum)) != 0) {
            TRY(warn(ts, Exc::RuntimeWarning,
                     fmt::format("invalid signal number {}, please use valid_signals()", signum)));
        }
        return true;
    });
}
Result<Ref<Set>> set_to_object(Attached ts, const sigset_t& signals) {
    Ref<Set> out = TRY(set_new(ts, nullptr));
    for (int s = 1; s < kSignalCount; ++s) {
        if (sigismember(&signals, s) == 1) TRY(set_add(ts, *out, *TRY(box_int(ts, s))));
    }
    return out;
}

Result<Ref<Object>> siginfo_object(Attached ts, const siginfo_t& info) {
    const int64_t fields[] = {info.si_signo, info.si_code,   info.si_errno, info.si_pid,
                              info.si_uid,   info.si_status, info.si_band};
    Ref<Tuple> out = TRY(struct_new(ts, siginfo_info));
    for (int i = 0; i < 7; ++i) struct_set(*out, i, TRY(box_int(ts, fields[i])));
    return out;
}

// Waits for one of the signals. Empty: the time is over.
Result<OptRef<Object>> wait_for(Attached ts, const sigset_t& signals, sync::Deadline deadline) {
    for (;;) {
        siginfo_t info;
        int error = 0;
        const int r = ts.detached_long([&] {
            int result;
            if (deadline.is_never()) {
                result = ::sigwaitinfo(&signals, &info);
            } else {
                const int64_t left = deadline.at_ns - sync::now_ns();
                const timespec t = {left <= 0 ? 0 : static_cast<time_t>(left / 1'000'000'000),
                                    left <= 0 ? 0 : static_cast<long>(left % 1'000'000'000)};
                result = ::sigtimedwait(&signals, &info, &t);
            }
            error = errno;
            return result;
        });
        if (r >= 0) {
            Ref<Object> made = TRY(siginfo_object(ts, info));
            return made;
        }
        if (error == EAGAIN) return OptRef<Object>();
        if (error != EINTR) return raise_oserror(ts, error);
        TRY(signal_after_sending(ts));
    }
}

}  // namespace

Result<void> signal_after_sending(Attached ts) {
    if (handle_signals(ts) < 0) return already_raised();
    return {};
}

Result<Ref<Set>> signal_valid_signals(Attached ts, Module&) {
    sigset_t all;
    sigfillset(&all);
    return set_to_object(ts, all);
}
Result<Ref<Set>> signal_pthread_sigmask(Attached ts, Module&, int how, Object& mask) {
    sigset_t wanted, old;
    TRY(set_from_iterable(ts, mask, &wanted));
    if (int error = ::pthread_sigmask(how, &wanted, &old)) return raise_oserror(ts, error);
    // Those that are no longer blocked have come in by now.
    TRY(signal_after_sending(ts));
    return set_to_object(ts, old);
}
Result<Ref<Set>> signal_sigpending(Attached ts, Module&) {
    sigset_t waiting;
    if (::sigpending(&waiting) != 0) return raise_oserror(ts, errno);
    return set_to_object(ts, waiting);
}
Result<int> signal_sigwait(Attached ts, Module&, Object& sigset) {
    sigset_t signals;
    TRY(set_from_iterable(ts, sigset, &signals));
    int signum = 0;
    if (int error = ts.detached_long([&] { return ::sigwait(&signals, &signum); }))
        return raise_oserror(ts, error);
    return signum;
}
Result<Ref<Object>> signal_sigwaitinfo(Attached ts, Module&, Object& sigset) {
    sigset_t signals;
    TRY(set_from_iterable(ts, sigset, &signals));
    OptRef<Object> found = TRY(wait_for(ts, signals, sync::Deadline::never()));
    return std::move(found).take();
}
Result<Ref<Object>> signal_sigtimedwait(Attached ts, Module&, Object& sigset, Object& timeout) {
    const int64_t ns = TRY(nanoseconds_of(ts, timeout));
    if (ns < 0) return raise(ts, Exc::ValueError, "timeout must be non-negative");
    sigset_t signals;
    TRY(set_from_iterable(ts, sigset, &signals));
    OptRef<Object> found = TRY(wait_for(ts, signals, sync::Deadline::after(ns)));
    if (!found) return Ref<Object>::share(none());
    return std::move(found).take();
}
Result<void> signal_pidfd_send_signal(Attached ts, Module&, int pidfd, int signalnum, Object* siginfo,
                                      Opt<int> flags) {
    if (siginfo != nullptr && !is_none(*siginfo)) return raise(ts, Exc::TypeError, "siginfo must be None");
    if (::syscall(SYS_pidfd_send_signal, pidfd, signalnum, nullptr, flags.or_else(0)) < 0)
        return raise_oserror(ts, errno);
    return signal_after_sending(ts);
}

Result<void> signal_wait_exec(Attached ts, Module& module) {
    for (const auto& [name, value] : {std::pair<const char*, int>{"SIG_BLOCK", SIG_BLOCK},
                                      {"SIG_UNBLOCK", SIG_UNBLOCK},
                                      {"SIG_SETMASK", SIG_SETMASK}}) {
        TRY(module_add_int(ts, module, name, value));
    }
    TRY(struct_prepare(ts, siginfo_info));
    return module_add_type(ts, module, baton_struct_siginfo_type);
}

const TypeSpec struct_siginfo_spec = struct_spec<7>("signal.struct_siginfo", siginfo_getset.data(),
                                                    "What the system says of a signal: number, code, error, "
                                                    "and the process, user and state that it is about.");

}  // namespace baton
