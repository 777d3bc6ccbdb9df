// The interpreter lock: which thread may touch the objects of the interpreters that share it.
//
// Invariants.
//   * word_ is the whole lock: the holder's Seat, or 0, and three flags. kFast: taken by the fast path,
//     so nobody knows since when. kQueued: somebody waits. kClosed: only survivors may take it any
//     more.
//   * While kQueued or kClosed is set, word_ changes only under queue_mu_. The fast paths need both
//     clear.
//   * A lock is held through a Seat, which belongs to a thread state, and waited for with a Waiter,
//     which belongs to an OS thread; so several threads may wait to hold through one seat, one after
//     the other.
//   * Waiters form one FIFO. One leaves it by a grant or by close(), never by itself. In mode fair each
//     has a standing. Batch. Eager (came back from a block, holds briefly): goes first and cuts a batch
//     slice short, but not the hold of another brief thread. Patient (an eager one that has used up its
//     share): goes first again once some batch waiters had their turn, and cuts nothing short.
//   * Queue not empty, and lock held or lazily free: some waiter is the monitor, and the monitor sleeps
//     with a deadline, or has a permit, or is running. In mode ticks it needs no deadline: the holder
//     polls.
//   * A lock that is free although somebody waits is lazily free, kept for its last holder (lazy_owner_),
//     or open: a waiter was woken, and it or whoever comes first has it.
//   * slice_start_ is when the lock last passed on by a grant or was taken while open (or when the first
//     waiter came). It is not restarted by a thread that slips in while the lock is lazily free: that
//     time is charged.
//   * The statistics are guarded by the lock itself: only the holder writes or reads them.
//
// Callers. take(): a thread that holds no lock. It may return kClosed: then the thread must leave
// (finalize.h). drop(), yield(): the holder. settings: anyone. Nothing here allocates, logs or looks inside
// an object. errno survives every call.
//
// The algorithm is described in README.md, "Handing over".
#pragma once

#include <cstdint>

#include "threadstate/check.h"
#include "threadstate/eval_breaker.h"
#include "threadstate/sync.h"

namespace baton {

class Gil;
class TraceRing;

enum class Mode : uint8_t {
    kTicks,  // the holder hands over every check_interval counted instructions
    kTimed,  // CPython 3.2 to 3.13: a waiter asks after interval; a blocking release lets anybody in
    kFair,   // direct grants, lazy release, interactive preemption
};

struct GilSettings {
    Mode mode = Mode::kFair;
    bool unfair = false;  // mode ticks: release and contend again, as CPython 2 did
    int64_t interval_ns =
        5'000'000;                 // slice of a batch thread (sys.setswitchinterval); at least 1 us in effect
    int64_t check_interval = 100;  // mode ticks (sys.setcheckinterval); below 1 is every instruction
    int64_t grace_ns = 60'000;     // how long a lazily released lock is kept for its last holder
    int64_t min_slice_ns = 200'000;  // what a batch holder gets before an eager waiter may ask
    int64_t brief_ns = 1'000'000;    // a thread whose holds are shorter in the mean is brief
};

// What a lock is held through: part of each thread state, and one in each Gil. Guarded by holding the lock,
// except the breaker and where it says otherwise.
struct alignas(64) Seat {
    int64_t ticks = 0;               // counts down in the eval loop; below zero: poll()
    sync::Atomic<uint32_t> breaker;  // anybody may set a bit
    bool brief = false;              // its last holder's contended holds were; guarded by the queue mutex
    uintptr_t held_as = 0;           // what the fast drop expects in the word
    int64_t hold_start = 0;          // clock at a contended take; 0 = uncontended, unknown
    uint64_t takes = 0, waits = 0, switches = 0, forced = 0;
    int64_t wait_ns = 0, hold_ns = 0, max_wait_ns = 0;
};

enum class Standing : uint8_t { kBatch, kEager, kPatient };

// What an OS thread waits with, and what the locks learned about it. One per thread.
struct Waiter {
    // This thread's own.
    bool survivor = false;    // may take a closed lock: the finalizing thread
    bool spent = false;       // used up its share before others: returns as patient
    uint64_t back_at = 0;     // as patient: goes first again when so many batch grants were made
    uint64_t share_from = 0;  // batch grants when the share began that it uses up
    int64_t share_used = 0;   // time since that others could not use because of it
    int64_t released_at = 0;  // clock at the last blocking release that met waiters; 0 = unknown
    int64_t off_ewma = 0;     // recent time off the lock per block, clipped, weight 1/8
    int64_t burst_ewma = 0;   // recent time on the lock per hold, clipped, weight 1/8

    // Guarded by the queue mutex of the lock it waits for.
    enum class Outcome : uint8_t { kNone, kWaiting, kGranted, kClosed };
    Outcome outcome = Outcome::kNone;
    Standing standing = Standing::kBatch;
    Seat* seat = nullptr;
    Waiter* next = nullptr;
    int64_t enqueued_at = 0;  // on the lock's turn clock
    int64_t waits_since = 0;  // on the monotonic clock, for debuggers
    int ahead = 0;            // who waited already

    sync::Parker parker;
};

struct GilStats {
    uint64_t takes = 0;          // all successful takes
    uint64_t waits = 0;          // takes that slept
    uint64_t switches = 0;       // the lock went to another thread than before
    uint64_t forced = 0;         // polls that gave the lock away
    uint64_t requests = 0;       // drop requests made
    uint64_t lazy_releases = 0;  // released without waking anybody
    uint64_t lazy_hits = 0;      // taken back by the same thread within the grace
    int64_t wait_ns = 0, max_wait_ns = 0;
    int64_t hold_ns = 0;  // of holds that were contended
};

// How long waits were: counts per quarter octave of nanoseconds.
struct WaitHistogram {
    static constexpr int kBuckets = 160;
    uint64_t counts[kBuckets] = {};
    void add(int64_t ns);
    // The wait that a fraction of all waits did not exceed (upper end of its bucket), in nanoseconds; 0 if
    // none.
    int64_t percentile(double fraction) const;
};

enum class Taken : uint8_t {
    kHeld,
    kClosed,  // the lock is closed to this thread: leave
};

// What a thread goes off to do when it drops the lock.
enum class Drop : uint8_t {
    kBlock,  // a call that may block; will usually be back
    kLong,   // known to be long (sleep, join, lock wait): never worth keeping the lock lazily
    kLeave,  // is not coming back through this seat soon
};

// Why a thread takes the lock.
enum class Take : uint8_t { kReturn, kFresh };

class Gil {
  public:
    explicit constexpr Gil(uint32_t id = 0) : id_(id) {}
    Gil(const Gil&) = delete;
    Gil& operator=(const Gil&) = delete;

    // One atomic operation when nobody else wants the lock.
    [[nodiscard]] Taken take(Seat& s, Take why = Take::kReturn) {
        uintptr_t free_word = 0;
        if (BATON_LIKELY(word_.compare_exchange(free_word, as_word(s) | kFast))) {
            s.held_as = as_word(s) | kFast;
            s.hold_start = 0;
            self().released_at = 0;
            self().spent = false;
            count_take(s);
            return Taken::kHeld;
        }
        return take_slow(s, why);
    }

    void drop(Seat& s, Drop how = Drop::kBlock) {
        DCHECK(s.held_as != 0);
        uintptr_t mine = s.held_as;
        s.held_as = 0;
        if (BATON_LIKELY(word_.compare_exchange(mine, 0))) return;
        drop_slow(s, how);
    }

    // At a poll. True if the holder should now call yield().
    bool wants_yield(const Seat& s) const {
        if (s.breaker.load() & kDropRequest) return true;
        return counting_.load() && (word_.load() & kQueued);
    }
    // Gives the lock to the next waiter, if there is one, queues behind the others and waits for it to come
    // back.
    [[nodiscard]] Taken yield(Seat& s);

    // What a thread's ticks start from after a poll.
    int64_t tick_reload() const { return reload_.load(); }
    // Mode ticks: the eval loop counts every instruction.
    bool counting() const { return counting_.load(); }

    // Does a thread hold the lock, or wait for it, through this seat?
    bool in_use(const Seat& s);

    // The holder changes seats (PyThreadState_Swap); a drop request moves along.
    void transfer(Seat& from, Seat& to);

    // What the locks learned about the calling thread is forgotten (fork child; a thread that changes its
    // work).
    static void forget_learned();
    // Whether the calling thread may take closed locks.
    static void set_survivor(bool survivor) { self().survivor = survivor; }
    // From now on only survivors may take the lock; waiters return kClosed. The caller holds it.
    void close();
    void reopen();       // nobody holds it
    void mark_closed();  // nobody holds it, nobody waits

    // Settings take effect at once: the monitor is woken to compute its deadline anew.
    void set_settings(const GilSettings& settings);
    GilSettings settings();

    // Held by the caller.
    GilStats stats();
    const WaitHistogram& waits() const { return waits_; }
    void reset_stats();

    uint32_t id() const { return id_; }
    void set_id(uint32_t id) { id_ = id; }
    void set_trace(TraceRing* ring);

    // The seat that holds the lock when its holder has no current thread state.
    Seat& limbo() { return limbo_; }

    // fork(): the forking thread owns the queue mutex across the call.
    void lock_for_fork() ACQUIRE(queue_mu_) { queue_mu_.lock(); }
    void unlock_after_fork() RELEASE(queue_mu_) { queue_mu_.unlock(); }
    // Child, only thread: `holder` (may be null) holds the lock, nobody waits.
    void reset_after_fork(Seat* holder) NO_THREAD_SAFETY_ANALYSIS;

    // A look from outside for reports and for the explorer's oracles. The seat may be gone when this returns.
    struct Snapshot {
        const Seat* holder;
        bool queued, closed, lazily_free, monitored;
        int waiters;
        int64_t slice_start;
    };
    Snapshot snapshot();
    // The same without the mutex, for a process that is about to abort.
    const Seat* holder_unlocked() const { return seat_of(word_.load()); }

  private:
    static constexpr uintptr_t kQueued = 1, kClosed = 2, kFast = 4, kFlags = 63;
    static constexpr int64_t kAgedIntervals = 4;  // beyond one for each before it: then a waiter goes next
    static constexpr int64_t kMinIntervalNs = 1000;

    // Sleepers to wake once the mutex is released.
    struct Wakes {
        sync::Parker::Ticket tickets[3];
        int count = 0;
        void add(Waiter& w) {
            DCHECK(count < 3);
            tickets[count++] = w.parker.deposit();
        }
        void flush() {
            for (int i = 0; i < count; ++i) sync::Parker::wake(tickets[i]);
            count = 0;
        }
    };

    static Waiter& self() { return sync::per_thread<Waiter>(); }
    static uintptr_t as_word(const Seat& s) { return reinterpret_cast<uintptr_t>(&s); }
    static Seat* seat_of(uintptr_t w) { return reinterpret_cast<Seat*>(w & ~kFlags); }

    void count_take(Seat& s) {
        ++s.takes;
        ++stats_.takes;
        if (last_holder_ != &s) {
            last_holder_ = &s;
            ++s.switches;
            ++stats_.switches;
        }
    }

    [[gnu::noinline]] Taken take_slow(Seat& s, Take why);
    [[gnu::noinline]] void drop_slow(Seat& s, Drop how);
    Taken wait(Waiter& me, Seat& s, int64_t began, Wakes& wakes) RELEASE(queue_mu_);
    void watch(Waiter& me, int64_t now, Wakes& wakes) REQUIRES(queue_mu_);
    int64_t monitor_deadline(int64_t now) REQUIRES(queue_mu_);
    void enqueue(Waiter& me, Seat& s, Standing standing, int64_t now) REQUIRES(queue_mu_);
    void unqueue(Waiter& w) REQUIRES(queue_mu_);
    int& waiting(Standing standing) REQUIRES(queue_mu_);
    Waiter* next_waiter(int64_t now, const Waiter* except = nullptr) const REQUIRES(queue_mu_);
    int64_t turn_clock(int64_t now) const REQUIRES(queue_mu_);
    void begin_slice(int64_t now, int64_t had = 0) REQUIRES(queue_mu_);
    bool aged(const Waiter* w, int64_t now) const REQUIRES(queue_mu_);
    bool may_slip_in(const Waiter& me, int64_t now) const REQUIRES(queue_mu_);
    bool may_keep(const Waiter& me, int64_t now) const REQUIRES(queue_mu_);
    bool may_open(const Waiter& me, int64_t now) const REQUIRES(queue_mu_);
    bool has_share(const Waiter& me) const REQUIRES(queue_mu_);
    void spend(Waiter& me) REQUIRES(queue_mu_);
    void grant_next(int64_t now, Waiter* running, Wakes& wakes, const Waiter* except = nullptr)
        REQUIRES(queue_mu_);
    void request_drop(Seat& holder, int64_t now) REQUIRES(queue_mu_);
    void hold_free_lock(Seat& s, uintptr_t word, int64_t now) REQUIRES(queue_mu_);
    void end_hold(Seat& s, int64_t now);
    int64_t interval() const REQUIRES(queue_mu_);
    int64_t slice_limit() const REQUIRES(queue_mu_);
    int share_turns() const REQUIRES(queue_mu_);
    int64_t share() const REQUIRES(queue_mu_);
    int64_t keep_limit() const REQUIRES(queue_mu_);
    int64_t least_slice() const REQUIRES(queue_mu_);
    int64_t brief_limit() const REQUIRES(queue_mu_);
    bool brief(const Waiter& w) const REQUIRES(queue_mu_);
    void learn_hold(Waiter& me, Seat& s, int64_t mean) REQUIRES(queue_mu_);
    void charge(Waiter& me, int64_t hold) REQUIRES(queue_mu_);
    bool empty() const REQUIRES(queue_mu_) { return head_ == nullptr; }
    uintptr_t queued_flag() const REQUIRES(queue_mu_) { return empty() ? 0 : kQueued; }

    // First line: the fast paths.
    alignas(64) sync::Atomic<uintptr_t> word_{0};
    Seat* last_holder_ = nullptr;  // with stats_: guarded by holding the lock
    sync::Atomic<bool> counting_{false};
    sync::Atomic<int64_t> reload_{kPollTicks};
    GilStats stats_;

    alignas(64) sync::Mutex queue_mu_{sync::Rank::kGil};
    Waiter* head_ GUARDED_BY(queue_mu_) = nullptr;  // oldest first
    Waiter* tail_ GUARDED_BY(queue_mu_) = nullptr;
    int batch_waiting_ GUARDED_BY(queue_mu_) = 0;
    int eager_waiting_ GUARDED_BY(queue_mu_) = 0;
    int patient_waiting_ GUARDED_BY(queue_mu_) = 0;
    Standing holder_standing_ GUARDED_BY(queue_mu_) = Standing::kBatch;  // as which the holder came in
    // For its age: eager waiters do not cut its slice short.
    bool holder_shielded_ GUARDED_BY(queue_mu_) = false;
    uint64_t batch_grants_ GUARDED_BY(queue_mu_) = 0;
    Waiter* monitor_ GUARDED_BY(queue_mu_) = nullptr;
    int64_t slice_start_ GUARDED_BY(queue_mu_) = 0;
    int64_t turns_ns_ GUARDED_BY(queue_mu_) = 0;        // the turn clock at slice_start_
    int64_t lazy_since_ GUARDED_BY(queue_mu_) = 0;      // the last lazy release
    Seat* lazy_owner_ GUARDED_BY(queue_mu_) = nullptr;  // who made it, while nobody took the lock since
    bool lazy_active_ GUARDED_BY(queue_mu_) = false;    // the monitor polls at grace_ns and needs no nudge
    uint64_t lazy_seq_ GUARDED_BY(queue_mu_) = 0, lazy_seen_ GUARDED_BY(queue_mu_) = 0;
    uint64_t requests_ GUARDED_BY(queue_mu_) = 0;
    GilSettings settings_ GUARDED_BY(queue_mu_);
    TraceRing* trace_ GUARDED_BY(queue_mu_) = nullptr;
    WaitHistogram waits_;  // guarded like stats_
    uint32_t id_;
    int32_t wake_debt_ GUARDED_BY(queue_mu_) =
        0;  // ns it took to wake a brief holder's heir; not charged yet
    bool after_brief_ GUARDED_BY(queue_mu_) = false;  // the last holder that met waiters was brief
    Seat limbo_;
    Gil* next_free_ = nullptr;  // process_state's list of locks that wait for a new interpreter
    friend Gil* allocate_gil();
    friend void free_gil(Gil*);
    friend struct DebugLayout;  // vm/debug_layout.cpp: where debuggers find the fields

  public:
    // Modes timed and fair: instructions between two looks at the breaker.
    static constexpr int64_t kPollTicks = 1000;
};

}  // namespace baton
