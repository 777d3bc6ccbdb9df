// Signals as the C handler sees them: a flag per signal, one for all, and the wake-up descriptor.
//
// Invariants. trip_signal() is async-signal-safe and touches only atomics and the descriptor. A flag is
// cleared before its handler runs, so a signal that comes meanwhile is not lost. Handlers run on the main
// thread in the main interpreter, at the next poll or in handle_signals().
//
// Callers. trip_signal: signal handlers, on any thread, in any state. take_signal, handle_signals: attached,
// main thread. The rest: attached.
#pragma once

#include <cstdint>

#include "threadstate/attached.h"

namespace baton {

inline constexpr int kSignalCount = 65;  // Linux: 1 .. 64

void trip_signal(int signum);
bool signals_tripped();
// True if it was tripped since; forgets it.
bool take_signal(int signum);
// Forgets that any was tripped; the flags of each stay. handle_signals() does this first.
bool take_all_tripped();
// PyErr_CheckSignals' core: runs the handlers of tripped signals, on the main thread of the main interpreter;
// else does nothing. -1: a handler raised.
int handle_signals(Attached ts);
void clear_signals();

// signal.set_wakeup_fd: returns the previous descriptor; -1 is none.
int set_wakeup_fd(int fd, bool warn_on_full, bool is_socket);
int wakeup_fd();
// The errno of a failed write since the last call, or 0; the layer above reports it.
int take_wakeup_error();

}  // namespace baton
