// The interpreter lock by itself: modes, hand-over, seats, closing, what it reports.
#include "test/support/catch.h"

#include <algorithm>
#include <cerrno>
#include <map>
#include <vector>

#include "test/support/child.h"
#include "test/support/crew.h"
#include "test/unit/threadstate/gil_support.h"
#include "threadstate/process_state.h"
#include "threadstate/trace.h"

using namespace baton;
using baton::test::Crew;
using baton::test::Gate;
using baton::test::kModes;
using baton::test::Spinner;
using baton::test::until_waiting;
using baton::test::with_mode;

TEST_CASE("a free lock is taken and dropped without waiting, in every mode") {
    for (Mode mode : kModes) {
        Gil gil;
        gil.set_settings(with_mode(mode));
        Seat a;
        for (int i = 0; i < 1000; ++i) {
            REQUIRE(gil.take(a) == Taken::kHeld);
            REQUIRE(gil.holder_unlocked() == &a);
            gil.drop(a);
        }
        REQUIRE(gil.holder_unlocked() == nullptr);
        REQUIRE(a.takes == 1000);
        REQUIRE(a.waits == 0);
        REQUIRE(gil.stats().takes == 1000);
        REQUIRE(gil.stats().switches == 1);
    }
}

TEST_CASE("at most one thread holds the lock, and nobody is lost, in every mode") {
    for (Mode mode : kModes) {
        Gil gil;
        GilSettings settings = with_mode(mode);
        settings.check_interval = 7;
        settings.interval_ns = 50'000;
        gil.set_settings(settings);
        int inside = 0;  // guarded by the lock under test
        long counter = 0;
        bool overlapped = false;
        constexpr int kThreads = 8, kRounds = 2000;
        {
            Crew crew(60);
            for (int t = 0; t < kThreads; ++t) {
                crew.run("worker", [&] {
                    Seat s;
                    for (int i = 0; i < kRounds; ++i) {
                        (void)gil.take(s);
                        if (++inside != 1) overlapped = true;
                        ++counter;
                        --inside;
                        if (i % 16 == 0 && gil.wants_yield(s)) (void)gil.yield(s);
                        gil.drop(s, i % 3 == 0 ? Drop::kLong : Drop::kBlock);
                    }
                });
            }
        }
        REQUIRE_FALSE(overlapped);
        REQUIRE(counter == kThreads * kRounds);
        REQUIRE(gil.snapshot().holder == nullptr);
        REQUIRE(gil.snapshot().waiters == 0);
        REQUIRE_FALSE(gil.snapshot().queued);
    }
}

TEST_CASE("a waiter gets a holder that polls to hand over, in modes timed and fair") {
    for (Mode mode : {Mode::kTimed, Mode::kFair}) {
        Gil gil;
        gil.set_settings(with_mode(mode));
        std::atomic<bool> stop{false};
        Spinner spinner;
        Seat waiter;
        (void)gil.take(waiter);
        {
            Crew crew;
            crew.run("spinner", [&] { spinner.spin(gil, stop); });
            until_waiting(gil, 1);
            gil.drop(waiter, Drop::kLong);
            while (gil.holder_unlocked() != &spinner.seat) std::this_thread::yield();
            REQUIRE(gil.take(waiter) == Taken::kHeld);
            stop.store(true);
            gil.drop(waiter);
        }
        REQUIRE(spinner.seat.forced >= 1);
        REQUIRE(gil.stats().requests >= 1);
        REQUIRE(waiter.waits == 1);
        REQUIRE(waiter.wait_ns > 0);
    }
}

TEST_CASE("a forced hand-over goes to another thread before the holder has the lock again") {
    // H113. The tag of the last holder is guarded by the lock itself.
    for (Mode mode : kModes) {
        Gil gil;
        GilSettings settings = with_mode(mode);
        settings.interval_ns = 100'000;
        settings.check_interval = 10;
        gil.set_settings(settings);
        const void* last = nullptr;
        bool repeated = false;
        std::atomic<int> rounds{0};
        {
            Crew crew(60);
            for (int t = 0; t < 3; ++t) {
                crew.run("spinner", [&] {
                    Seat s;
                    (void)gil.take(s, Take::kFresh);
                    last = &s;
                    while (rounds.load() < 300) {
                        if (!gil.wants_yield(s)) continue;
                        bool others = gil.snapshot().waiters > 0;
                        (void)gil.yield(s);
                        if (others && last == &s) repeated = true;
                        last = &s;
                        rounds.fetch_add(1);
                    }
                    gil.drop(s, Drop::kLeave);
                });
            }
        }
        REQUIRE_FALSE(repeated);
    }
}

TEST_CASE("mode ticks hands over round robin, exactly every N+1 counted steps") {
    // H108: the schedule is a function of the program and N.
    for (int64_t n : {0, 1, 10, 100}) {
        Gil gil;
        GilSettings settings = with_mode(Mode::kTicks);
        settings.check_interval = n;
        gil.set_settings(settings);
        REQUIRE(gil.tick_reload() == n);
        std::vector<int> order;
        std::vector<long> runs;
        constexpr int kThreads = 3;
        Seat first;
        (void)gil.take(first);
        Crew crew(60);
        for (int t = 0; t < kThreads; ++t) {
            crew.run("spinner", [&, t] {
                Seat s;
                (void)gil.take(s, Take::kFresh);
                s.ticks = gil.tick_reload();
                long run = 0;
                for (int step = 0; step < 1000; ++step) {
                    ++run;
                    if (--s.ticks < 0) {
                        s.ticks = gil.tick_reload();
                        if (gil.wants_yield(s)) {
                            order.push_back(t);
                            runs.push_back(run);
                            run = 0;
                            (void)gil.yield(s);
                        }
                    }
                }
                gil.drop(s, Drop::kLeave);
            });
            until_waiting(gil, t + 1);
        }
        gil.drop(first, Drop::kLeave);
        crew.join();
        bool exact = true, round_robin = true;
        for (long run : runs) exact = exact && run == n + 1;
        for (size_t i = 0; i < order.size(); ++i) {
            if (i < 3 * 990 / static_cast<size_t>(n + 1)) {
                round_robin = round_robin && order[i] == static_cast<int>(i % kThreads);
            }
        }
        REQUIRE(exact);
        REQUIRE(round_robin);
        REQUIRE(runs.size() >= 2 * (1000 / static_cast<size_t>(n + 1)));
    }
}

TEST_CASE("a check interval below zero polls at every step") {
    // H109
    Gil gil;
    GilSettings settings = with_mode(Mode::kTicks);
    settings.check_interval = -5;
    gil.set_settings(settings);
    REQUIRE(gil.tick_reload() == 0);
    REQUIRE(gil.settings().check_interval == -5);
}

TEST_CASE("the unfair flag of mode ticks releases and contends again") {
    Gil gil;
    GilSettings settings = with_mode(Mode::kTicks);
    settings.check_interval = 5;
    settings.unfair = true;
    gil.set_settings(settings);
    std::atomic<bool> stop{false};
    Spinner a, b;
    {
        Crew crew;
        crew.run("a", [&] { a.spin(gil, stop); });
        crew.run("b", [&] { b.spin(gil, stop); });
        Seat s;
        for (bool done = false; !done;) {
            (void)gil.take(s);
            done = a.seat.forced > 5 && b.seat.forced > 5;
            gil.drop(s, Drop::kLong);
        }
        stop.store(true);
    }
    REQUIRE(a.steps > 0);
    REQUIRE(b.steps > 0);
    REQUIRE(gil.snapshot().waiters == 0);
}

TEST_CASE("a shorter interval takes effect for a wait that is under way") {
    // H111: with an interval of an hour the test would not end.
    for (Mode mode : {Mode::kTimed, Mode::kFair}) {
        Gil gil;
        GilSettings settings = with_mode(mode);
        settings.interval_ns = 3600LL * 1'000'000'000;
        settings.min_slice_ns = settings.interval_ns;
        gil.set_settings(settings);
        std::atomic<bool> stop{false};
        Spinner spinner;
        Seat other;
        std::atomic<bool> got{false};
        Crew crew;
        crew.run("spinner", [&] { spinner.spin(gil, stop); });
        while (gil.holder_unlocked() != &spinner.seat) std::this_thread::yield();
        crew.run("waiter", [&] {
            (void)gil.take(other, Take::kFresh);
            got.store(true);
            gil.drop(other, Drop::kLeave);
        });
        until_waiting(gil, 1);
        REQUIRE_FALSE(got.load());
        settings.interval_ns = 100'000;
        gil.set_settings(settings);
        while (!got.load()) std::this_thread::yield();
        stop.store(true);
        crew.join();
        REQUIRE(got.load());
    }
}

TEST_CASE("the mode can change while threads wait") {
    Gil gil;
    std::atomic<bool> stop{false};
    std::vector<Spinner> spinners(4);
    Seat main;
    {
        Crew crew(60);
        for (Spinner& s : spinners) crew.run("spinner", [&] { s.spin(gil, stop); });
        for (int i = 0; i < 60; ++i) {
            GilSettings settings = with_mode(kModes[i % 3]);
            settings.interval_ns = 200'000;
            gil.set_settings(settings);
            REQUIRE(gil.take(main) == Taken::kHeld);
            gil.drop(main);
        }
        for (bool all = false; !all;) {
            (void)gil.take(main);
            all = true;
            for (Spinner& s : spinners) all = all && s.seat.forced > 0;
            gil.drop(main);
        }
        stop.store(true);
    }
    for (Spinner& s : spinners) REQUIRE(s.steps > 0);
}

TEST_CASE("errno survives take, drop and yield, contended or not") {
    // P34
    Gil gil;
    gil.set_settings(with_mode(Mode::kTimed));
    std::atomic<bool> stop{false};
    Spinner spinner;
    Seat s;
    errno = 4711;
    (void)gil.take(s);
    gil.drop(s);
    REQUIRE(errno == 4711);
    Crew crew;
    crew.run("spinner", [&] { spinner.spin(gil, stop); });
    while (gil.holder_unlocked() != &spinner.seat) std::this_thread::yield();
    errno = 4712;
    (void)gil.take(s);
    int after_take = errno;
    until_waiting(gil, 1);
    (void)gil.yield(s);
    int after_yield = errno;
    gil.drop(s);
    int after_drop = errno;
    stop.store(true);
    crew.join();
    REQUIRE(after_take == 4712);
    REQUIRE(after_yield == 4712);
    REQUIRE(after_drop == 4712);
}

TEST_CASE("closing sends every waiter away and lets only survivors in") {
    Gil gil;
    Seat me;
    Gil::set_survivor(true);
    (void)gil.take(me);
    std::atomic<int> closed{0};
    Crew crew;
    for (int t = 0; t < 5; ++t) {
        crew.run("waiter", [&] {
            Seat s;
            if (gil.take(s) == Taken::kClosed) closed.fetch_add(1);
        });
    }
    until_waiting(gil, 5);
    gil.close();
    crew.join();
    REQUIRE(closed.load() == 5);
    gil.drop(me);
    crew.run("late", [&] {
        Seat s;
        if (gil.take(s) == Taken::kClosed) closed.fetch_add(1);
    });
    crew.join();
    REQUIRE(closed.load() == 6);
    REQUIRE(gil.take(me) == Taken::kHeld);
    gil.drop(me);
    Gil::set_survivor(false);
    REQUIRE(gil.take(me) == Taken::kClosed);
    gil.reopen();
    REQUIRE(gil.take(me) == Taken::kHeld);
    gil.drop(me);
}

TEST_CASE("several threads may hold through one seat, one after the other") {
    for (Mode mode : kModes) {
        Gil gil;
        gil.set_settings(with_mode(mode));
        Seat shared;
        (void)gil.take(shared);
        long counter = 0;
        Crew crew;
        for (int t = 0; t < 4; ++t) {
            crew.run("sharer", [&] {
                for (int i = 0; i < 500; ++i) {
                    (void)gil.take(shared);
                    ++counter;
                    if (i % 10 == 0) (void)gil.yield(shared);
                    gil.drop(shared, i % 2 ? Drop::kBlock : Drop::kLong);
                }
            });
        }
        until_waiting(gil, 4);
        REQUIRE(gil.in_use(shared));
        gil.drop(shared, Drop::kLeave);
        crew.join();
        REQUIRE(counter == 2000);
        REQUIRE_FALSE(gil.in_use(shared));
    }
}

TEST_CASE("the holder can change seats, and a drop request moves along") {
    Gil gil;
    GilSettings settings = with_mode(Mode::kTimed);
    settings.interval_ns = 1000;
    gil.set_settings(settings);
    Seat a, b, waiter;
    (void)gil.take(a);
    gil.transfer(a, b);
    REQUIRE(gil.holder_unlocked() == &b);
    Crew crew;
    crew.run("waiter", [&] {
        (void)gil.take(waiter, Take::kFresh);
        gil.drop(waiter, Drop::kLeave);
    });
    while (!(b.breaker.load() & kDropRequest)) std::this_thread::yield();
    gil.transfer(b, a);
    REQUIRE((a.breaker.load() & kDropRequest) != 0);
    REQUIRE((b.breaker.load() & kDropRequest) == 0);
    REQUIRE(gil.yield(a) == Taken::kHeld);
    REQUIRE((a.breaker.load() & kDropRequest) == 0);
    gil.drop(a);
    crew.join();
    REQUIRE(waiter.takes == 1);
}

TEST_CASE("the event ring tells who waited and who was granted the lock") {
    TraceRing* ring = TraceRing::create(64);
    Gil gil(3);
    GilSettings settings;
    settings.interval_ns = 10'000'000'000;  // no drop request on a slow machine
    gil.set_settings(settings);
    gil.set_trace(ring);
    Seat a, b;
    (void)gil.take(a);
    Crew crew;
    crew.run("b", [&] {
        (void)gil.take(b, Take::kFresh);
        gil.drop(b, Drop::kLeave);
    });
    until_waiting(gil, 1);
    gil.drop(a, Drop::kLeave);
    crew.join();
    TraceRecord records[64];
    size_t n = ring->read(records, 64);
    REQUIRE(n == 2);
    REQUIRE(records[0].event == Event::kWait);
    REQUIRE(records[1].event == Event::kGrant);
    REQUIRE(records[1].gil == 3);
    REQUIRE(records[1].arg == reinterpret_cast<uintptr_t>(&b));
    REQUIRE(records[0].native_id != records[1].native_id);
    REQUIRE(std::string(event_name(records[1].event)) == "grant");
    gil.set_trace(nullptr);
    TraceRing::destroy(ring);
}

TEST_CASE("a full ring keeps the latest events") {
    TraceRing* ring = TraceRing::create(16);
    for (uint64_t i = 0; i < 100; ++i) ring->record(Event::kTake, 0, static_cast<int64_t>(i), i);
    TraceRecord records[32];
    REQUIRE(ring->read(records, 32) == 16);
    REQUIRE(records[0].arg == 84);
    REQUIRE(records[15].arg == 99);
    REQUIRE(ring->recorded() == 100);
    TraceRing::destroy(ring);
}

TEST_CASE("the histogram of waits answers percentiles within a quarter octave") {
    WaitHistogram h;
    REQUIRE(h.percentile(0.5) == 0);
    for (int i = 1; i <= 1000; ++i) h.add(i * 1000);
    int64_t p50 = h.percentile(0.5), p99 = h.percentile(0.99), max = h.percentile(1.0);
    REQUIRE(p50 >= 500'000);
    REQUIRE(p50 < 500'000 * 5 / 4 + 1);
    REQUIRE(p99 >= 990'000);
    REQUIRE(p99 < 990'000 * 5 / 4 + 1);
    REQUIRE(max >= 1'000'000);
    h.add(-1);
    h.add(INT64_MAX);
    REQUIRE(h.percentile(1.0) > max);
}

TEST_CASE("settings are read from text") {
    GilSettings s;
    REQUIRE(parse_gil_settings("ticks=50", &s));
    REQUIRE(s.mode == Mode::kTicks);
    REQUIRE(s.check_interval == 50);
    REQUIRE(parse_gil_settings("ticks,unfair", &s));
    REQUIRE(s.unfair);
    REQUIRE(parse_gil_settings("timed=0.002", &s));
    REQUIRE(s.mode == Mode::kTimed);
    REQUIRE(s.interval_ns == 2'000'000);
    REQUIRE(parse_gil_settings("fair", &s));
    REQUIRE(s.mode == Mode::kFair);
    for (const char* bad : {"", "fairer", "ticks=", "ticks=x", "timed,unfair", "fair=1x"}) {
        GilSettings before = s;
        REQUIRE_FALSE(parse_gil_settings(bad, &s));
        REQUIRE(s.mode == before.mode);
        REQUIRE(s.interval_ns == before.interval_ns);
    }
}
