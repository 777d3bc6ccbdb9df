#include "threadstate/signals.h"

#include <cerrno>
#include <sys/socket.h>
#include <unistd.h>

#include "threadstate/process_state.h"

namespace baton {

bool signals_tripped() {
    return process().signals.any.load();
}

void trip_signal(int signum) {
    if (signum <= 0 || signum >= kSignalCount) return;
    int saved_errno = errno;
    SignalFlags& s = process().signals;
    // The flag first: whoever sees `any` must find it.
    if (!BATON_MUTANT(kFlagAfterAny)) s.tripped[signum].store(true);
    s.any.store(true);
    if (BATON_MUTANT(kFlagAfterAny)) s.tripped[signum].store(true);
    int64_t wakeup = s.wakeup.load();
    int fd = static_cast<int>(wakeup >> 2);
    if (fd >= 0) {
        unsigned char byte = static_cast<unsigned char>(signum);
        ssize_t n = (wakeup & 1) ? ::send(fd, &byte, 1, 0) : ::write(fd, &byte, 1);
        bool full = n < 0 && (errno == EWOULDBLOCK || errno == EAGAIN);
        if (n < 0 && (!full || (wakeup & 2))) s.wakeup_error.store(errno);
    }
    errno = saved_errno;
}

bool take_signal(int signum) {
    if (signum <= 0 || signum >= kSignalCount) return false;
    return process().signals.tripped[signum].exchange(false);
}

bool take_all_tripped() {
    return process().signals.any.exchange(false);
}

int handle_signals(Attached ts) {
    if (!is_main_thread() || !is_main_interpreter(ts.interp())) return 0;
    if (!signals_tripped() || !take_all_tripped()) return 0;
    if (hooks().run_signals == nullptr) return 0;
    if (hooks().run_signals(ts) < 0) {
        // The handlers that have not run yet stay due.
        process().signals.any.store(true);
        return -1;
    }
    return 0;
}

void clear_signals() {
    SignalFlags& s = process().signals;
    s.any.store(false);
    for (int i = 1; i < kSignalCount; ++i) s.tripped[i].store(false);
}

int set_wakeup_fd(int fd, bool warn_on_full, bool is_socket) {
    int64_t packed = static_cast<int64_t>(fd) << 2 | (warn_on_full ? 2 : 0) | (is_socket ? 1 : 0);
    return static_cast<int>(process().signals.wakeup.exchange(packed) >> 2);
}

int wakeup_fd() {
    return static_cast<int>(process().signals.wakeup.load() >> 2);
}

int take_wakeup_error() {
    return process().signals.wakeup_error.exchange(0);
}

}  // namespace baton
