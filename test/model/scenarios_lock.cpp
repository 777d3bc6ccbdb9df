// The interpreter lock alone: seats without thread states.
#include "test/model/oracles.h"
#include "test/model/scenarios.h"
#include "threadstate/process_state.h"

namespace baton::model {
namespace {

Seat g_seats[kMaxThreads];

Gil& gil() {
    return process().main_gil;
}

}  // namespace

namespace {

void lock_setup() {
    for (Seat& s : g_seats) {
        s.~Seat();
        new (&s) Seat;
    }
    GilSettings settings;
    settings.mode = config().mode;
    settings.unfair = config().unfair;
    gil().set_settings(settings);
    watch_start();
    watch(gil());
}

// Each thread takes the lock, polls once, and drops it.
void take_drop(int thread) {
    Seat& seat = g_seats[thread];
    for (int i = 0; i < config().ops; ++i) {
        take(gil(), seat);
        poll_lock(gil(), seat);
        drop(gil(), seat);
    }
}

void check_free() {
    MODEL_CHECK(gil().holder_unlocked() == nullptr);
    MODEL_CHECK(gil().snapshot().waiters == 0);
    uint64_t takes = 0;
    for (const Seat& s : g_seats) takes += s.takes;
    MODEL_CHECK(gil().stats().takes == takes);
}

// Thread 0 computes for a whole interval per operation; the others hold the lock for a moment and come back
// from short blocks.
void mixed(int thread) {
    Seat& seat = g_seats[thread];
    for (int i = 0; i < config().ops; ++i) {
        take(gil(), seat, thread == 0 ? Take::kFresh : Take::kReturn);
        compute(thread == 0 ? 5'000'000 : 10'000);
        poll_lock(gil(), seat);
        drop(gil(), seat);
    }
}

// Thread 0 computes until it is asked, as often as there are operations; the others come, one after the
// other, and would wait for ever if nobody asked.
Gate g_held;
void request_setup() {
    lock_setup();
    g_held = Gate{};
}
void request(int thread) {
    Seat& seat = g_seats[thread];
    if (thread == 0) {
        take(gil(), seat, Take::kFresh);
        g_held.open();
        wait_for_request(gil());
        poll_lock(gil(), seat);
        poll_lock(gil(), seat);
        drop(gil(), seat, Drop::kLong);
        return;
    }
    g_held.pass();
    for (int i = 0; i < config().ops; ++i) {
        take(gil(), seat, Take::kFresh);
        poll_lock(gil(), seat);
        drop(gil(), seat, thread == 1 ? Drop::kLong : Drop::kBlock);
    }
}

// Thread 0 gives the lock away while others wait; whoever gets it computes until the next one asks.
void heir(int thread) {
    Seat& seat = g_seats[thread];
    if (thread == 0) {
        take(gil(), seat, Take::kFresh);
        g_held.open();
        drop(gil(), seat, Drop::kLong);
        return;
    }
    g_held.pass();
    take(gil(), seat, Take::kFresh);
    if (somebody_waits(gil())) wait_for_request(gil());
    poll_lock(gil(), seat);
    drop(gil(), seat, Drop::kLong);
}

// The last thread changes the mode from ticks, where nobody needs a timer, while thread 0 computes.
void settings_setup() {
    request_setup();
    GilSettings ticks;
    ticks.mode = Mode::kTicks;
    gil().set_settings(ticks);
}
void settings(int thread) {
    if (thread != config().threads - 1) return request(thread);
    GilSettings s;
    s.mode = config().mode;
    gil().set_settings(s);
    watch_settings(gil(), s);
}

// Thread 0 closes the lock, as finalization does. Everybody else is sent away, and nobody holds it after
// that.
bool g_closed_seen[kMaxThreads];
void close_setup() {
    request_setup();
    for (bool& b : g_closed_seen) b = false;
}
void close_lock(int thread) {
    Seat& seat = g_seats[thread];
    if (thread == 0) {
        Gil::set_survivor(true);
        take(gil(), seat);
        poll_lock(gil(), seat);
        gil().close();
        g_held.open();
        for (int i = 0; i < config().ops; ++i) {
            drop(gil(), seat);
            take(gil(), seat);
        }
        poll_lock(gil(), seat);
        drop(gil(), seat);
        Gil::set_survivor(false);
        return;
    }
    for (int i = 0; i < config().ops; ++i) {
        const bool late = g_held.is_open();
        if (gil().take(seat, Take::kReturn) != Taken::kHeld) break;
        if (late) fail("the lock was taken after it had been closed");
        entered(gil(), seat);
        if (!gil().wants_yield(seat)) {
            drop(gil(), seat);
            continue;
        }
        left(gil(), seat);
        if (gil().yield(seat) != Taken::kHeld) break;
        entered(gil(), seat);
        drop(gil(), seat);
    }
}
void check_closed() {
    MODEL_CHECK(gil().holder_unlocked() == nullptr);
    gil().reopen();
    MODEL_CHECK(gil().take(g_seats[0]) == Taken::kHeld);
    gil().drop(g_seats[0]);
}

// The holder changes seats while others wait and ask: the request must follow it.
void transfer(int thread) {
    if (thread != 0) return request(thread);
    Seat& a = g_seats[0];
    Seat& b = g_seats[kMaxThreads - 1];
    take(gil(), a, Take::kFresh);
    g_held.open();
    left(gil(), a);
    gil().transfer(a, b);
    entered(gil(), b);
    wait_for_request(gil());
    poll_lock(gil(), b);
    drop(gil(), b);
}

// Many threads, each as if it were new, pass the lock on among them after a moment each, without ever being
// asked; thread 0 wants it too. The interval is short, so that its age comes to count soon.
void relay_setup() {
    lock_setup();
    GilSettings s = gil().settings();
    s.interval_ns = 400'000;
    gil().set_settings(s);
    watch_settings(gil(), s);
}
void relay(int thread) {
    Seat& seat = g_seats[thread];
    for (int i = 0; i < (thread == 0 ? 2 : config().ops); ++i) {
        take(gil(), seat, thread == 0 ? Take::kFresh : Take::kReturn);
        compute(100'000);
        drop(gil(), seat, Drop::kLong);
        if (thread != 0) Gil::forget_learned();  // whoever comes next has a share of its own
    }
}

// Computing threads and chatty ones for many turns: the observer watches that nobody is passed over.
void crowd(int thread) {
    Seat& seat = g_seats[thread];
    const bool chatty = thread % 2 != 0;
    for (int i = 0; i < config().ops * (chatty ? 4 : 1); ++i) {
        take(gil(), seat, chatty ? Take::kReturn : Take::kFresh);
        for (int k = 0; k < (chatty ? 1 : 3); ++k) {
            compute(chatty ? 150'000 : 2'500'000);
            poll_lock(gil(), seat);
        }
        drop(gil(), seat, chatty ? Drop::kBlock : Drop::kLong);
    }
}

}  // namespace

const Scenario kTakeDrop{"take-drop", "threads take the lock, poll, and drop it", lock_setup, take_drop,
                         check_free};
const Scenario kMixed{"mixed", "a computing thread and chatty ones", lock_setup, mixed, check_free};
const Scenario kRequest{"request", "a holder that never blocks must be asked", request_setup, request,
                        check_free};
const Scenario kHeir{"heir", "the lock passes on among threads that compute until they are asked",
                     request_setup, heir, check_free};
const Scenario kSettings{"settings", "the mode changes while threads wait", settings_setup, settings,
                         check_free};
const Scenario kClose{"close", "the lock is closed while threads hold it, wait and come", close_setup,
                      close_lock, check_closed};
const Scenario kTransfer{"transfer", "the holder changes seats while it is asked", request_setup, transfer,
                         check_free};
const Scenario kRelay{"relay", "a thread waits beside ever new ones that hold the lock for a moment each",
                      relay_setup, relay, check_free};
const Scenario kCrowd{"crowd", "nobody is passed over for longer than the rules allow", lock_setup, crowd,
                      check_free};

}  // namespace baton::model
