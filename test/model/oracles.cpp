#include "test/model/oracles.h"

#include <cerrno>
#include <cstring>

#include "threadstate/eval_breaker.h"
#include "threadstate/process_state.h"
#include "threadstate/trace.h"

namespace baton {

// The event ring's functions, as this program links them: what is recorded goes to the observer.
namespace model {
namespace {
void observe(Event e, uint32_t gil, int64_t now, uint64_t arg);
}
}  // namespace model

TraceRing* TraceRing::create(size_t) {
    static TraceRing ring;
    return &ring;
}
void TraceRing::destroy(TraceRing*) {}
void TraceRing::record(Event e, uint32_t gil, int64_t now, uint64_t arg) {
    model::observe(e, gil, now, arg);
}
size_t TraceRing::read(TraceRecord*, size_t) const {
    return 0;
}
const char* event_name(Event) {
    return "event";
}

namespace model {
namespace {

struct Waiting {
    uint64_t seat;
    int thread;
    int64_t since;  // on the turn clock
    int ahead;
};

struct Watched {
    Gil* gil = nullptr;
    GilSettings settings;
    Seat* inside = nullptr;  // who says it holds the lock
    uint64_t entries = 0;
    bool requested = false;
    bool lazily_free = false;
    int64_t lazy_since = 0;
    Waiting waiting[kMaxThreads] = {};
    int waiters = 0;
    // A clock that counts at most one interval for each holder.
    int64_t turns = 0, turn_start = 0;
    uint64_t grants = 0;
    Gate request_gate;
};

constexpr int kMaxLocks = 4;
Watched g_watched[kMaxLocks];
int g_watched_count = 0;

Watched* find(const Gil* gil) {
    for (int i = 0; i < g_watched_count; ++i) {
        if (g_watched[i].gil == gil) return &g_watched[i];
    }
    return nullptr;
}

int64_t interval_of(const Watched& w) {
    return w.settings.interval_ns < 1000 ? 1000 : w.settings.interval_ns;
}

int64_t turn_clock(const Watched& w, int64_t now) {
    int64_t slice = now - w.turn_start;
    return w.turns + (slice < interval_of(w) ? slice : interval_of(w));
}

void new_holder(Watched& w, int64_t now, bool by_grant) {
    w.requested = false;
    w.request_gate = Gate{};
    w.lazily_free = false;
    if (by_grant) {
        w.turns = turn_clock(w, now);
        w.turn_start = now;
    }
}

void remove_waiter(Watched& w, uint64_t seat) {
    for (int i = 0; i < w.waiters; ++i) {
        if (w.waiting[i].seat != seat) continue;
        for (int j = i + 1; j < w.waiters; ++j) w.waiting[j - 1] = w.waiting[j];
        --w.waiters;
        return;
    }
    fail("the lock was granted to somebody who does not wait");
}

// Waits at most four intervals beyond one for each waiter before it; the slice that is on and the one after
// the look may come on top.
void check_bypass(const Watched& w, int64_t now) {
    if (w.settings.mode != Mode::kFair) return;
    for (int i = 0; i < w.waiters; ++i) {
        const Waiting& k = w.waiting[i];
        if (turn_clock(w, now) - k.since > (4 + k.ahead + 2 + w.waiters) * interval_of(w))
            fail("T%d is passed over: it waits for more than its turn", k.thread);
    }
}

void observe(Event e, uint32_t gil_id, int64_t, uint64_t arg) {
    const int64_t now = clock_now();  // what the event says was read before the mutex was taken
    Watched* w = nullptr;
    for (int i = 0; i < g_watched_count; ++i) {
        if (g_watched[i].gil->id() == gil_id) w = &g_watched[i];
    }
    if (w == nullptr) return;
    switch (e) {
        case Event::kWait:
            if (w->waiters == kMaxThreads) fail("more waiters than threads");
            w->waiting[w->waiters] = {arg, thread_id(), turn_clock(*w, now), w->waiters};
            ++w->waiters;
            break;
        case Event::kGrant:
            remove_waiter(*w, arg);
            new_holder(*w, now, true);
            ++w->grants;
            check_bypass(*w, now);
            break;
        case Event::kTake:
            new_holder(*w, now, w->waiters == 0);
            check_bypass(*w, now);
            break;
        case Event::kDropRequest:
            w->requested = true;
            w->request_gate.open();
            break;
        case Event::kDrop:
        case Event::kYield:
            w->requested = w->lazily_free = false;
            break;
        case Event::kLazyDrop:
            w->requested = false;
            w->lazily_free = true;
            w->lazy_since = now;
            break;
        case Event::kClose:
            w->waiters = 0;
            w->requested = false;
            break;
        default:
            break;
    }
}

// Several threads may wait through one seat, so the events do not tell who is still waiting.
bool waits_for(const Watched& w, int thread) {
    const Waiter& k = waiter_of(thread);
    if (k.outcome != Waiter::Outcome::kWaiting) return false;
    for (int i = 0; i < w.waiters; ++i) {
        if (w.waiting[i].seat == reinterpret_cast<uintptr_t>(k.seat)) return true;
    }
    return false;
}

// Nobody can run unless some timer goes off. That must not be what saves a waiter.
void check_quiescence() {
    for (int t = 0; t < thread_count(); ++t) {
        const Waiter::Outcome outcome = waiter_of(t).outcome;
        if (is_asleep(t) && (outcome == Waiter::Outcome::kGranted || outcome == Waiter::Outcome::kClosed))
            fail("lost wake-up: T%d was granted the lock, or sent away, and sleeps on", t);
    }
    for (int i = 0; i < g_watched_count; ++i) {
        const Watched& w = g_watched[i];
        if (w.waiters == 0) continue;
        int64_t soonest = sync::kForever;
        for (int t = 0; t < thread_count(); ++t) {
            if (waits_for(w, t) && is_asleep(t) && deadline_of(t) < soonest) soonest = deadline_of(t);
        }
        if (w.gil->holder_unlocked() == nullptr) {
            const bool kept = w.lazily_free && soonest <= w.lazy_since + w.settings.grace_ns;
            if (!kept) fail("lost wake-up: the lock is free, somebody waits for it, and everybody is asleep");
        } else if (w.settings.mode != Mode::kTicks && soonest == sync::kForever) {
            fail("nobody watches: waiters sleep without a deadline while the lock is held");
        }
    }
}

}  // namespace

void watch_start() {
    for (Watched& w : g_watched) w = Watched{};
    g_watched_count = 0;
    g_quiescence_oracle = check_quiescence;
}

void watch(Gil& gil) {
    if (g_watched_count == kMaxLocks) fail("more locks than the observer has places for");
    Watched& w = g_watched[g_watched_count++];
    w = Watched{};
    w.gil = &gil;
    w.settings = gil.settings();
    // Who waits already.
    for (int t = 0; t < thread_count() && g_watched_count == 1; ++t) {
        const Waiter& k = waiter_of(t);
        if (!is_live(t) || k.outcome != Waiter::Outcome::kWaiting) continue;
        w.waiting[w.waiters] = {reinterpret_cast<uintptr_t>(k.seat), t, 0, w.waiters};
        ++w.waiters;
    }
    gil.set_trace(TraceRing::create(16));
}

void watch_settings(Gil& gil, const GilSettings& settings) {
    find(&gil)->settings = settings;
}

void entered(Gil& gil, Seat& seat) {
    Watched* w = find(&gil);
    if (w == nullptr) return;
    if (w->inside != nullptr) fail("two threads hold the lock");
    Peek peek;
    if (gil.holder_unlocked() != &seat) fail("the lock's word does not name its holder");
    w->inside = &seat;
    ++w->entries;
}

void left(Gil& gil, Seat& seat) {
    Watched* w = find(&gil);
    if (w == nullptr) return;
    if (w->inside != &seat) fail("the lock was held by somebody else meanwhile");
    w->inside = nullptr;
}

bool drop_requested(const Gil& gil) {
    const Watched* w = find(&gil);
    return w != nullptr && w->requested;
}

void take(Gil& gil, Seat& seat, Take why) {
    errno = 4711;
    if (gil.take(seat, why) != Taken::kHeld) fail("take() found the lock closed");
    if (errno != 4711) fail("errno did not survive take()");
    entered(gil, seat);
}

void drop(Gil& gil, Seat& seat, Drop how) {
    left(gil, seat);
    errno = 4711;
    gil.drop(seat, how);
    if (errno != 4711) fail("errno did not survive drop()");
}

void poll_lock(Gil& gil, Seat& seat) {
    Watched* w = find(&gil);
    const bool asked = w->requested;
    if (!gil.wants_yield(seat)) {
        if (asked) fail("the holder did not see the request to drop");
        return;
    }
    const uint64_t entries = w->entries, forced = seat.forced;
    left(gil, seat);
    errno = 4711;
    if (gil.yield(seat) != Taken::kHeld) fail("yield() found the lock closed");
    if (errno != 4711) fail("errno did not survive yield()");
    entered(gil, seat);
    const bool had_waiters = seat.forced != forced;
    if (asked && !had_waiters) fail("a request was made, but the holder found nobody to yield to");
    if (had_waiters && !w->settings.unfair && w->entries < entries + 2)
        fail("a forced switch did not switch");
}

bool somebody_waits(const Gil& gil) {
    return find(&gil)->waiters != 0;
}

void wait_for_request(Gil& gil) {
    find(&gil)->request_gate.pass();
}

GilStateResult ensure() {
    GilStateResult r = gilstate_ensure("PyGILState_Ensure");
    ThreadState* t = locals().current;
    if (r == GilStateResult::kUnlocked) entered(*t->gil, *t);
    return r;
}

void release(GilStateResult state) {
    ThreadState* t = locals().current;
    if (state == GilStateResult::kUnlocked) left(*t->gil, *t);
    gilstate_release(state, "PyGILState_Release");
}

ThreadState* save() {
    ThreadState* t = locals().current;
    left(*t->gil, *t);
    return save_thread("PyEval_SaveThread", nullptr);
}

void restore(ThreadState* t) {
    errno = 4711;
    restore_thread(t, "PyEval_RestoreThread");
    if (errno != 4711) fail("errno did not survive PyEval_RestoreThread");
    entered(*t->gil, *t);
}

int poll_here() {
    Attached ts = current_attached();
    ThreadState& t = ts.state();
    Watched* w = find(t.gil);
    const bool asked = w != nullptr && w->requested;
    const uint64_t grants = w != nullptr ? w->grants : 0;
    left(*t.gil, t);
    int result = poll(ts);
    entered(*t.gil, t);
    // One grant to somebody else, one to come back.
    if (asked && result == 0 && w->grants < grants + 2) fail("a poll did not heed the request to drop");
    return result;
}

}  // namespace model
}  // namespace baton
