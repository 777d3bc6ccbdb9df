// See signal_handlers.h.
#include "vm/signal_handlers.h"

#include <cerrno>
#include <csignal>

#include "runtime/call.h"
#include "runtime/raise.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "vm/frame_object.h"
#include "vm/interp_data.h"
#include "vm/sys_access.h"

namespace baton {
namespace {

void c_handler(int signum) {
    int saved = errno;
    trip_signal(signum);
    errno = saved;
}

bool install(int signum, void (*handler)(int)) {
    struct sigaction action {};
    action.sa_handler = handler;
    sigemptyset(&action.sa_mask);
    action.sa_flags = SA_ONSTACK;
    return sigaction(signum, &action, nullptr) == 0;
}
void (*installed(int signum))(int) {
    struct sigaction action;
    if (sigaction(signum, nullptr, &action) < 0) return SIG_ERR;
    return action.sa_handler;
}

}  // namespace

Result<void> signal_handlers_start(Attached ts) {
    VmInterp& vm = vm_interp(ts);
    if (!vm.config.install_signal_handlers || !is_main_interpreter(*ts->interp)) return {};
    vm.owns_signals = true;
    (void)install(SIGPIPE, SIG_IGN);
    (void)install(SIGXFSZ, SIG_IGN);
    if (installed(SIGINT) == SIG_DFL) {
        vm.default_sigint = true;
        (void)install(SIGINT, c_handler);
    }
    return {};
}
void signal_handlers_clear(Attached ts) {
    for (Object*& handler : vm_interp(ts).signal_handlers) replace_field<Object>(ts, handler, nullptr);
}
void signal_handlers_end(Attached ts) {
    VmInterp* vm = interp(ts).vm;
    if (!vm || !vm->owns_signals) return;
    for (int s = 1; s < kSignalCount; ++s) {
        bool ours = installed(s) == c_handler;
        if (ours) (void)install(s, SIG_DFL);
    }
    // SIGPIPE and SIGXFSZ stay ignored: what is still written, by destructors and daemon threads, fails and
    // goes on.
    clear_signals();
}

Result<void> raise_keyboard_interrupt(Attached ts) {
    return raise_none(ts, Exc::KeyboardInterrupt);
}

// The C handler could not write to the wake-up descriptor.
static void report_wakeup_error(Attached ts, int error) {
    auto kept = fetch(ts);
    write_stderr(ts, "Exception ignored when trying to write to the signal wakeup fd:\n");
    (void)raise_oserror(ts, error);
    write_unraisable(ts, nullptr, nullptr);
    if (kept) restore(ts, std::move(kept).take());
}

int run_signal_handlers(Attached ts) {
    VmInterp& vm = vm_interp(ts);
    if (const int error = take_wakeup_error()) report_wakeup_error(ts, error);
    for (int s = 1; s < kSignalCount; ++s) {
        if (!take_signal(s)) continue;
        Object* handler = vm.signal_handlers[s];
        if (!handler) {
            if (s == SIGINT) {
                (void)raise_keyboard_interrupt(ts);
                // The others stay tripped for the next poll.
                return -1;
            }
            continue;
        }
        if (!is_callable(*handler)) continue;
        auto keep = Ref<Object>::share(*handler);
        auto number = box_int(ts, s);
        OptRef<Object> frame;
        if (Frame* f = rt(ts).frame) {
            auto made = frame_object(ts, *f);
            if (!made.ok()) return -1;
            frame = made.take();
        }
        if (!number.ok() || !call(ts, *keep, {number.get(), frame ? frame.get() : &none()}).ok()) return -1;
    }
    return 0;
}

Object* signal_handler(Attached ts, int signum) {
    return vm_interp(ts).signal_handlers[signum];
}

Result<Ref<Object>> set_signal_handler(Attached ts, int signum, Object& handler) {
    VmInterp& vm = vm_interp(ts);
    void (*c)(int) = c_handler;
    if (is_int(handler)) {
        int64_t v = -1;
        (void)int_fits_tag(static_cast<Int&>(handler), &v);
        c = v == 0 ? SIG_DFL : SIG_IGN;
    }
    if (!install(signum, c)) return raise_oserror(ts, errno);
    incref(&handler);
    Object* old = std::exchange(vm.signal_handlers[signum], &handler);
    if (old) return Ref<Object>::steal(old);
    return Ref<Object>::share(none());
}

}  // namespace baton
