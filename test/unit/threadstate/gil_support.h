// What the tests of the interpreter lock share: settings by mode, a wait for waiters, a thread that only
// computes.
#pragma once

#include <atomic>
#include <thread>

#include "threadstate/gil.h"

namespace baton::test {

inline GilSettings with_mode(Mode mode) {
    GilSettings s;
    s.mode = mode;
    return s;
}

// Waits until n threads queue at the lock.
inline void until_waiting(Gil& gil, int n) {
    while (gil.snapshot().waiters < n) std::this_thread::yield();
}

inline constexpr Mode kModes[] = {Mode::kTicks, Mode::kTimed, Mode::kFair};

// One thread's life as a spinner: polls after each step, as the eval loop does.
struct Spinner {
    Seat seat;
    long steps = 0;
    void spin(Gil& gil, std::atomic<bool>& stop) {
        if (gil.take(seat, Take::kFresh) != Taken::kHeld) return;
        seat.ticks = gil.tick_reload();
        while (!stop.load()) {
            ++steps;
            if (--seat.ticks < 0) {
                seat.ticks = gil.tick_reload();
                if (gil.wants_yield(seat) && gil.yield(seat) != Taken::kHeld) return;
            }
        }
        gil.drop(seat, Drop::kLeave);
    }
};

}  // namespace baton::test
