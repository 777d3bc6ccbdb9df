#include "threadstate/gil.h"

#include <cerrno>
#include <utility>

#include "threadstate/trace.h"

namespace baton {
namespace {

int64_t least(int64_t a, int64_t b) {
    return a < b ? a : b;
}

// Exponential mean with weight 1/8. Samples are clipped by the caller: one long sleep must not hide fifty
// short calls.
int64_t mean_with(int64_t mean, int64_t sample) {
    return (mean * 7 + sample) / 8;
}

}  // namespace

void WaitHistogram::add(int64_t ns) {
    uint64_t n = ns < 4 ? 4 : static_cast<uint64_t>(ns);
    int octave = 63 - __builtin_clzll(n);
    int bucket = octave * 4 + static_cast<int>(n >> (octave - 2) & 3);
    ++counts[bucket < kBuckets ? bucket : kBuckets - 1];
}

int64_t WaitHistogram::percentile(double fraction) const {
    uint64_t total = 0;
    for (uint64_t c : counts) total += c;
    if (total == 0) return 0;
    uint64_t seen = 0;
    for (int i = 0; i < kBuckets; ++i) {
        seen += counts[i];
        if (static_cast<double>(seen) >= fraction * static_cast<double>(total)) {
            return (int64_t{5} + i % 4) << (i / 4 - 2);
        }
    }
    return 0;
}

int64_t Gil::interval() const {
    return settings_.interval_ns < kMinIntervalNs ? kMinIntervalNs : settings_.interval_ns;
}

int64_t Gil::brief_limit() const {
    return least(settings_.brief_ns, interval());
}

int64_t Gil::least_slice() const {
    return least(settings_.min_slice_ns, interval());
}

// Recently held the lock only for short times.
bool Gil::brief(const Waiter& w) const {
    return settings_.mode == Mode::kFair && w.burst_ewma < brief_limit();
}

void Gil::learn_hold(Waiter& me, Seat& s, int64_t mean) {
    me.burst_ewma = mean;
    s.brief = brief(me);
}

// The share of a thread that holds briefly, lazily released time included: seven eighths of what every other
// waiter has, an interval per round, since the hand-overs it causes cost the others a little more than is
// charged; the round is halved, and the time with it, so that the wait between is halved too.
// Smaller parts would be lost to waking the threads they talk to.
int Gil::share_turns() const {
    int others = batch_waiting_ + patient_waiting_;
    return others > 1 ? (others + 1) / 2 : 1;
}

int64_t Gil::share() const {
    int others = batch_waiting_ + patient_waiting_;
    int64_t limit = interval() / 8 * 7 * share_turns() / (others > 1 ? others : 1);
    return limit > least_slice() ? limit : least_slice();
}

// How long the lock may lie lazily free, and others slip in, before it is handed on.
int64_t Gil::keep_limit() const {
    return eager_waiting_ != 0 ? least_slice() : share();
}

// How long the holder may go on before it is asked to drop.
int64_t Gil::slice_limit() const {
    if (settings_.mode != Mode::kFair || holder_shielded_) return interval();
    if (holder_standing_ == Standing::kBatch) return eager_waiting_ != 0 ? least_slice() : interval();
    return eager_waiting_ != 0 && share() > brief_limit() ? brief_limit() : share();
}

// Age is measured on a clock that runs at most one interval per slice: when the machine is overloaded and
// every slice takes longer, all waiters grow old together, and that must not make their age the only thing
// that counts.
int64_t Gil::turn_clock(int64_t now) const {
    return now > slice_start_ ? turns_ns_ + least(now - slice_start_, interval()) : turns_ns_;
}

// `now` may have been read before the mutex was taken, and be older than the slice that is on: time that
// others have waited must not be taken back from them. `had`: how much of the slice counts as over.
void Gil::begin_slice(int64_t now, int64_t had) {
    turns_ns_ = turn_clock(now) - least(had, interval());
    slice_start_ = (now > slice_start_ ? now : slice_start_) - had;
}

// Waited four intervals longer than its place in the queue explains.
bool Gil::aged(const Waiter* w, int64_t now) const {
    if (BATON_MUTANT(kAgeIgnored)) return false;
    return w != nullptr && turn_clock(now) - w->enqueued_at > (kAgedIntervals + w->ahead) * interval();
}

// `except`, the last in the queue, gives way to the others; there is at least one.
Waiter* Gil::next_waiter(int64_t now, const Waiter* except) const {
    if (eager_waiting_ + patient_waiting_ == 0 || batch_waiting_ == 0 || aged(head_, now)) return head_;
    Waiter* first_batch = nullptr;
    for (Waiter* w = head_; w != nullptr; w = w->next) {
        if (w->standing == Standing::kEager) return w;
        if (w->standing == Standing::kPatient && batch_grants_ >= w->back_at) return w;
        if (w->standing == Standing::kBatch && first_batch == nullptr && w != except) first_batch = w;
    }
    return first_batch != nullptr ? first_batch : head_;
}

int& Gil::waiting(Standing standing) {
    switch (standing) {
        case Standing::kEager:
            return eager_waiting_;
        case Standing::kPatient:
            return patient_waiting_;
        case Standing::kBatch:
            break;
    }
    return batch_waiting_;
}

void Gil::enqueue(Waiter& me, Seat& s, Standing standing, int64_t now) {
    DCHECK(me.outcome == Waiter::Outcome::kNone);
    me.outcome = Waiter::Outcome::kWaiting;
    me.standing = standing;
    me.spent = false;
    me.seat = &s;
    me.enqueued_at = turn_clock(now);
    me.waits_since = now;
    me.ahead = batch_waiting_ + eager_waiting_ + patient_waiting_;
    me.next = nullptr;
    (tail_ != nullptr ? tail_->next : head_) = &me;
    tail_ = &me;
    ++waiting(standing);
    if (monitor_ == nullptr) monitor_ = &me;
    if (trace_ != nullptr) trace_->record(Event::kWait, id_, now, as_word(s));
}

void Gil::unqueue(Waiter& w) {
    Waiter* before = nullptr;
    for (Waiter** link = &head_; *link != &w; link = &(*link)->next) before = *link;
    (before != nullptr ? before->next : head_) = w.next;
    if (tail_ == &w) tail_ = before;
    w.next = nullptr;
    --waiting(w.standing);
}

// The lock passes to the next waiter, wherever it is now. `running` is a waiter whose thread is executing
// this: it can become the monitor without being woken.
void Gil::grant_next(int64_t now, Waiter* running, Wakes& wakes, const Waiter* except) {
    Waiter* k = next_waiter(now, except);
    const bool batch = k->standing == Standing::kBatch;
    if (batch) ++batch_grants_;
    holder_standing_ = k->standing;
    holder_shielded_ = batch && aged(k, now);
    unqueue(*k);
    word_.store(as_word(*k->seat) | queued_flag() | (word_.load() & kClosed));
    begin_slice(now);
    lazy_owner_ = nullptr;
    k->outcome = Waiter::Outcome::kGranted;
    if (trace_ != nullptr) trace_->record(Event::kGrant, id_, now, as_word(*k->seat));
    if (k != running && !BATON_MUTANT(kLostSignal)) wakes.add(*k);
    if (monitor_ != k && monitor_ != nullptr) return;
    if (running != nullptr && running != k) {
        monitor_ = running;
    } else {
        // The new monitor sleeps without a deadline; it must wake once to set one.
        monitor_ = next_waiter(now);
        if (monitor_ != nullptr && !BATON_MUTANT(kNoNewMonitor)) wakes.add(*monitor_);
    }
}

void Gil::request_drop(Seat& holder, int64_t now) {
    if (holder.breaker.fetch_or(kDropRequest) & kDropRequest) return;
    ++requests_;
    if (trace_ != nullptr) trace_->record(Event::kDropRequest, id_, now, as_word(holder));
}

// May an arriving thread take the free lock although others wait for it?
bool Gil::may_slip_in(const Waiter& me, int64_t now) const {
    if (empty()) return true;
    if (aged(head_, now)) return false;
    if (settings_.mode != Mode::kFair) return true;
    if (lazy_owner_ == nullptr) return brief(me) && has_share(me);
    return !me.spent && now - slice_start_ < keep_limit();
}

bool Gil::has_share(const Waiter& me) const {
    return !me.spent && me.share_used < share();
}

// May the lock stay with its holder, which releases it to block, until the grace is over?
bool Gil::may_keep(const Waiter& me, int64_t now) const {
    if (settings_.mode != Mode::kFair || eager_waiting_ != 0 || me.off_ewma >= settings_.grace_ns)
        return false;
    return !aged(head_, now) && now - slice_start_ < keep_limit();
}

// May the lock be left open when its holder releases it to block, for the eager waiter that is woken or for
// another brief thread that comes first? Handing it over would keep them all from it until that waiter runs.
bool Gil::may_open(const Waiter& me, int64_t now) const {
    return settings_.mode == Mode::kFair && eager_waiting_ != 0 && brief(me) && has_share(me) &&
           !aged(head_, now);
}

// This thread has had its share: it will stand back until some of the others had their turn.
void Gil::spend(Waiter& me) {
    me.spent = true;
    me.back_at = batch_grants_ + static_cast<uint64_t>(share_turns());
    me.share_used = 0;
}

// A hold is over. A share begins anew when the others had their turn without this thread's standing back.
void Gil::charge(Waiter& me, int64_t hold) {
    if (batch_grants_ - me.share_from >= static_cast<uint64_t>(share_turns())) {
        me.share_from = batch_grants_;
        me.share_used = 0;
    }
    me.share_used += hold;
    // What it took to wake whoever came after a brief holder was lost to all others because of it.
    after_brief_ = brief(me);
    if (after_brief_) me.share_used += std::exchange(wake_debt_, 0);
}

void Gil::hold_free_lock(Seat& s, uintptr_t word, int64_t now) {
    if (!(word & kQueued)) {
        begin_slice(now);
        holder_standing_ = brief(self()) ? Standing::kEager : Standing::kBatch;
    } else if (lazy_owner_ == nullptr && last_holder_ != &s) {
        // A switch, so the slice begins, as it does in CPython; in one that is kept lazily it goes on.
        begin_slice(now);
        holder_standing_ = brief(self()) ? Standing::kEager : Standing::kBatch;
    }
    holder_shielded_ = false;
    if (lazy_owner_ == &s) ++stats_.lazy_hits;
    lazy_owner_ = nullptr;
    if (trace_ != nullptr) trace_->record(Event::kTake, id_, now, as_word(s));
}

Taken Gil::take_slow(Seat& s, Take why) {
    int saved_errno = errno;
    Wakes wakes;
    Waiter& me = self();
    int64_t now = sync::now_ns();
    queue_mu_.lock();
    if (me.released_at != 0) {
        me.off_ewma = mean_with(me.off_ewma, least(now - me.released_at, 4 * settings_.grace_ns));
        me.released_at = 0;
    }
    Standing standing = Standing::kBatch;
    if (why == Take::kReturn && brief(me)) standing = me.spent ? Standing::kPatient : Standing::kEager;
    const bool eager = standing == Standing::kEager;
    uintptr_t v = word_.load();
    for (;;) {
        if ((v & kClosed) && !me.survivor && !BATON_MUTANT(kLateComer)) {
            queue_mu_.unlock();
            errno = saved_errno;
            return Taken::kClosed;
        }
        if (Seat* h = seat_of(v); h != nullptr) {
            if (!word_.compare_exchange(v, (v | kQueued) & ~kFast)) continue;
            if (v & kFast) {
                // Nobody knows since when it holds. If it is no brief one, it has had its least to an eager
                // waiter, and nothing to others.
                const bool computes = !h->brief;
                begin_slice(now, eager && computes ? settings_.min_slice_ns : 0);
                holder_standing_ = computes ? Standing::kBatch : Standing::kEager;
                holder_shielded_ = false;
            }
            enqueue(me, s, standing, now);
            if (eager) {
                if (now - slice_start_ >= slice_limit()) {
                    request_drop(*h, now);
                } else {
                    monitor_ = &me;  // the deadline has come nearer, and this thread is awake to set it
                }
            }
            break;
        }
        if (!may_slip_in(me, now)) {
            if (eager && (me.share_used >= share() || now - slice_start_ >= share())) {
                spend(me);
                standing = Standing::kPatient;
            }
            enqueue(me, s, standing, now);
            grant_next(now, &me, wakes);
            break;
        }
        if (!word_.compare_exchange(v, as_word(s) | (v & (kQueued | kClosed)))) continue;
        s.held_as = as_word(s);
        s.hold_start = now;
        me.spent = false;
        if (lazy_owner_ == &s) me.share_used += now - lazy_since_;
        hold_free_lock(s, v, now);
        count_take(s);
        queue_mu_.unlock();
        errno = saved_errno;
        return Taken::kHeld;
    }
    Taken result = wait(me, s, now, wakes);
    errno = saved_errno;
    return result;
}

// What a waiter that is awake does for the queue: give away a lock that lies free, and, if it is the monitor,
// ask a holder whose slice is over to drop.
void Gil::watch(Waiter& me, int64_t now, Wakes& wakes) {
    Seat* h = seat_of(word_.load());
    if (h == nullptr) {
        bool kept = lazy_owner_ != nullptr && now - lazy_since_ < settings_.grace_ns &&
                    now - slice_start_ < keep_limit() && !aged(head_, now);
        if (!kept) grant_next(now, &me, wakes);
        return;
    }
    if (monitor_ != &me || settings_.mode == Mode::kTicks) return;
    if (lazy_seen_ == lazy_seq_) lazy_active_ = false;
    lazy_seen_ = lazy_seq_;
    if (now - slice_start_ >= slice_limit()) {
        request_drop(BATON_MUTANT(kWrongHolder) ? *me.seat : *h, now);
    }
}

int64_t Gil::monitor_deadline(int64_t now) {
    if (settings_.mode == Mode::kTicks) return sync::kForever;
    if (seat_of(word_.load()) == nullptr) {
        return least(lazy_since_ + settings_.grace_ns, slice_start_ + keep_limit());
    }
    if (lazy_active_) return now + settings_.grace_ns;
    int64_t end = slice_start_ + slice_limit();
    return end > now ? end : now + interval();
}

Taken Gil::wait(Waiter& me, Seat& s, int64_t began, Wakes& wakes) {
    using Outcome = Waiter::Outcome;
    for (;;) {
        int64_t deadline = sync::kForever;
        if (me.outcome == Outcome::kWaiting && (monitor_ == &me || seat_of(word_.load()) == nullptr)) {
            int64_t now = sync::now_ns();
            watch(me, now, wakes);
            if (monitor_ == &me) deadline = monitor_deadline(now);
        }
        if (me.outcome != Outcome::kWaiting) break;
        queue_mu_.unlock();
        wakes.flush();
        if (BATON_MUTANT(kLostPermit)) me.parker.reset();
        const bool woken = me.parker.park_until({deadline});
        queue_mu_.lock();
        if (BATON_MUTANT(kTimeoutEatsGrant) && !woken) me.outcome = Outcome::kWaiting;
    }
    const bool closed = me.outcome == Outcome::kClosed;
    me.outcome = Outcome::kNone;
    const int64_t granted_at = slice_start_;
    if (after_brief_ && holder_standing_ == Standing::kBatch) {
        after_brief_ = false;
        wake_debt_ = static_cast<int32_t>(least(sync::now_ns() - granted_at, least_slice()));
    }
    queue_mu_.unlock();
    wakes.flush();
    if (closed) return Taken::kClosed;

    s.held_as = as_word(s);
    s.hold_start = granted_at;
    int64_t waited = sync::statistics_ns() - began;
    count_take(s);
    ++s.waits;
    ++stats_.waits;
    s.wait_ns += waited;
    stats_.wait_ns += waited;
    waits_.add(waited);
    if (waited > s.max_wait_ns) s.max_wait_ns = waited;
    if (waited > stats_.max_wait_ns) stats_.max_wait_ns = waited;
    return Taken::kHeld;
}

void Gil::end_hold(Seat& s, int64_t now) {
    if (s.hold_start == 0) return;
    s.hold_ns += now - s.hold_start;
    stats_.hold_ns += now - s.hold_start;
}

void Gil::drop_slow(Seat& s, Drop how) {
    int saved_errno = errno;
    Wakes wakes;
    Waiter& me = self();
    int64_t now = sync::now_ns();
    end_hold(s, now);
    {
        sync::MutexLock lock(queue_mu_);
        uintptr_t v = word_.load();
        CHECK(seat_of(v) == &s);
        if (s.hold_start != 0) {
            const int64_t hold = now - s.hold_start;
            if (how != Drop::kLeave)
                learn_hold(me, s, mean_with(me.burst_ewma, least(hold, 4 * brief_limit())));
            charge(me, hold);
        }
        if (how == Drop::kBlock) me.released_at = now;
        const bool asked = s.breaker.load() & kDropRequest;
        if (asked) s.breaker.fetch_and(~static_cast<uint32_t>(kDropRequest));
        if (empty()) {
            word_.store(v & kClosed);
        } else if (how == Drop::kBlock && !asked && may_keep(me, now)) {
            ++stats_.lazy_releases;
            lazy_owner_ = &s;
            lazy_since_ = now;
            ++lazy_seq_;
            word_.store(kQueued | (v & kClosed));
            if (!lazy_active_) {
                lazy_active_ = true;
                if (!BATON_MUTANT(kLazyUnnoticed)) wakes.add(*monitor_);
            }
            if (trace_ != nullptr) trace_->record(Event::kLazyDrop, id_, now, as_word(s));
        } else if (!asked && (settings_.mode == Mode::kTimed || (how == Drop::kBlock && may_open(me, now)))) {
            lazy_owner_ = nullptr;
            wakes.add(*next_waiter(now));
            if (BATON_MUTANT(kReleaseOutsideMutex)) queue_mu_.unlock();
            word_.store(kQueued | (v & kClosed));
            if (BATON_MUTANT(kReleaseOutsideMutex)) queue_mu_.lock();
            if (trace_ != nullptr) trace_->record(Event::kDrop, id_, now, as_word(s));
        } else {
            if (brief(me) && (me.share_used >= share() || now - slice_start_ >= share())) spend(me);
            grant_next(now, nullptr, wakes);
        }
    }
    wakes.flush();
    errno = saved_errno;
}

Taken Gil::yield(Seat& s) {
    int saved_errno = errno;
    Wakes wakes;
    Waiter& me = self();
    int64_t now = sync::now_ns();
    queue_mu_.lock();
    s.breaker.fetch_and(~static_cast<uint32_t>(kDropRequest));
    if (empty() || BATON_MUTANT(kNoForcedSwitch)) {
        queue_mu_.unlock();
        errno = saved_errno;
        return Taken::kHeld;
    }
    end_hold(s, now);
    ++s.forced;
    ++stats_.forced;
    if (trace_ != nullptr) trace_->record(Event::kYield, id_, now, as_word(s));
    s.held_as = 0;
    me.released_at = 0;
    // A hold that had to be ended counts in full: one is enough to tell a computing thread from a chatty one.
    const int64_t hold = now - (s.hold_start != 0 ? s.hold_start : slice_start_);
    if (hold > me.burst_ewma) learn_hold(me, s, least(hold, 4 * brief_limit()));
    charge(me, hold);
    Taken result;
    if (settings_.mode == Mode::kTicks && settings_.unfair) {
        word_.store(kQueued | (word_.load() & kClosed));
        wakes.add(*next_waiter(now));
        queue_mu_.unlock();
        wakes.flush();
        result = take(s, Take::kFresh);
    } else {
        spend(me);
        enqueue(me, s, brief(me) ? Standing::kPatient : Standing::kBatch, now);
        grant_next(now, &me, wakes, &me);
        DCHECK(me.outcome == Waiter::Outcome::kWaiting);  // forced means that another thread runs
        result = wait(me, s, now, wakes);
    }
    if (BATON_MUTANT(kLateReset)) s.breaker.fetch_and(~static_cast<uint32_t>(kDropRequest));
    errno = saved_errno;
    return result;
}

void Gil::forget_learned() {
    Waiter& me = self();
    me.spent = false;
    me.released_at = me.off_ewma = me.burst_ewma = me.share_used = 0;
}

bool Gil::in_use(const Seat& s) {
    sync::MutexLock lock(queue_mu_);
    if (seat_of(word_.load()) == &s) return true;
    for (Waiter* w = head_; w != nullptr; w = w->next) {
        if (w->seat == &s) return true;
    }
    return false;
}

void Gil::transfer(Seat& from, Seat& to) {
    uintptr_t v = from.held_as;
    DCHECK(seat_of(v) == &from);
    from.held_as = 0;
    to.held_as = as_word(to) | (v & kFast);
    to.hold_start = from.hold_start;
    if (word_.compare_exchange(v, to.held_as)) return;
    sync::MutexLock lock(queue_mu_);
    v = word_.load();
    CHECK(seat_of(v) == &from);
    word_.store(as_word(to) | (v & kFlags));
    if ((from.breaker.load() & kDropRequest) && !BATON_MUTANT(kRequestStaysBehind)) {
        from.breaker.fetch_and(~static_cast<uint32_t>(kDropRequest));
        to.breaker.fetch_or(kDropRequest);
    }
}

void Gil::close() {
    sync::MutexLock lock(queue_mu_);
    uintptr_t v = word_.load();
    CHECK(seat_of(v) != nullptr);
    while (!word_.compare_exchange(v, (v | kClosed) & ~kQueued)) {
    }
    Waiter* const oldest = head_;
    while (head_ != nullptr) {
        Waiter* w = head_;
        unqueue(*w);
        w->outcome = Waiter::Outcome::kClosed;
        w->parker.unpark();
    }
    if (BATON_MUTANT(kDyingRequester)) head_ = tail_ = oldest;
    monitor_ = nullptr;
    lazy_active_ = false;
    if (trace_ != nullptr) trace_->record(Event::kClose, id_, sync::now_ns(), 0);
}

void Gil::reopen() {
    sync::MutexLock lock(queue_mu_);
    CHECK(word_.load() == kClosed);
    last_holder_ = nullptr;
    word_.store(0);
}

void Gil::mark_closed() {
    sync::MutexLock lock(queue_mu_);
    CHECK(seat_of(word_.load()) == nullptr && empty());
    word_.store(kClosed);
}

void Gil::set_settings(const GilSettings& settings) {
    Wakes wakes;
    {
        sync::MutexLock lock(queue_mu_);
        settings_ = settings;
        counting_.store(settings.mode == Mode::kTicks);
        reload_.store(settings.mode != Mode::kTicks
                          ? kPollTicks
                          : (settings.check_interval < 0 ? 0 : settings.check_interval));
        if (monitor_ != nullptr && !BATON_MUTANT(kSettingsUnnoticed)) wakes.add(*monitor_);
    }
    wakes.flush();
}

GilSettings Gil::settings() {
    sync::MutexLock lock(queue_mu_);
    return settings_;
}

GilStats Gil::stats() {
    sync::MutexLock lock(queue_mu_);
    GilStats s = stats_;
    s.requests = requests_;
    return s;
}

void Gil::reset_stats() {
    sync::MutexLock lock(queue_mu_);
    stats_ = {};
    waits_ = {};
    requests_ = 0;
}

void Gil::set_trace(TraceRing* ring) {
    sync::MutexLock lock(queue_mu_);
    trace_ = ring;
}

void Gil::reset_after_fork(Seat* holder) {
    queue_mu_.reset_after_fork();
    if (!BATON_MUTANT(kForkKeepsWaiters)) head_ = tail_ = nullptr;
    batch_waiting_ = eager_waiting_ = patient_waiting_ = 0;
    monitor_ = nullptr;
    lazy_owner_ = nullptr;
    lazy_active_ = false;
    last_holder_ = holder;
    self().parker.reset();
    forget_learned();
    uintptr_t closed = word_.load() & kClosed;
    if (holder != nullptr) {
        holder->held_as = as_word(*holder);
        holder->breaker.fetch_and(~static_cast<uint32_t>(kDropRequest));
        word_.store(as_word(*holder) | closed);
    } else {
        word_.store(closed);
    }
}

Gil::Snapshot Gil::snapshot() {
    sync::MutexLock lock(queue_mu_);
    uintptr_t v = word_.load();
    int waiters = 0;
    for (Waiter* w = head_; w != nullptr; w = w->next) ++waiters;
    return {seat_of(v),          (v & kQueued) != 0,
            (v & kClosed) != 0,  seat_of(v) == nullptr && lazy_owner_ != nullptr,
            monitor_ != nullptr, waiters,
            slice_start_};
}

}  // namespace baton
