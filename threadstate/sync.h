// The seam: every primitive the thread-state layer may use, and the only place that names one.
//
// Invariants. Nothing else in threadstate/ touches a futex, a pthread call, a C++ atomic, a clock or a
// thread-local. All atomics are sequentially consistent and take no order argument, so that freedom from data
// races (TSan) makes exploring interleavings (test/model) a proof. Mutexes are leaves: they are held for a
// few instructions, never across a park, a system call that can block, or a call out of this layer; their
// ranks only rise while nested. A Parker has one owner that parks and any number of wakers; its permit is
// sticky.
//
// Callers: any thread, attached or not, before initialisation and after finalization. Nothing here allocates,
// except spawn().
//
// The model build defines BATON_MODEL and supplies the same names, where each operation is a choice point of
// a controlled scheduler. This is the only such switch in the layer.
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/annotations.h"

namespace baton::sync {

// Lock classes, in the order in which they may be nested: a thread may take a mutex only if it holds none of
// an equal or higher rank. The table with reasons is in threadstate/README.md.
enum class Rank : uint8_t {
    kLifecycle = 1,    // process state: one initialise/finalise/fork at a time
    kHead = 2,         // lists of interpreters and of thread states, ids, bindings
    kInterpreter = 3,  // one interpreter's guards and views
    kPending = 4,      // a pending-call ring
    kGil = 5,          // the waiting queue of one interpreter lock
    kParkingLot = 6,   // a bucket of waiters for PyMutex and PyThread locks
    kTss = 7,          // thread-specific storage keys
    kTrace = 8,        // event ring control
    kLeaf = 9,         // anything that calls nothing
};

inline constexpr int64_t kForever = INT64_MAX;

// A point on the monotonic clock. kForever never comes.
struct Deadline {
    int64_t at_ns = kForever;
    static constexpr Deadline never() { return {}; }
    static Deadline after(int64_t ns);  // saturates; ns <= 0 is now
    constexpr bool is_never() const { return at_ns == kForever; }
};

// Why a park ended.
enum class Wake : uint8_t { kUnparked, kTimedOut, kInterrupted };

// What a new thread runs. It ends by returning; nothing may unwind out of it.
using ThreadMain = void (*)(void* arg);

}  // namespace baton::sync

#ifdef BATON_MODEL
#include "test/model/sync_model.h"
#else

// A fault that the model build can put in its place, to show that the explorer finds it
// (test/model/mutants.def).
#define BATON_MUTANT(name) false

#include <atomic>
#include <pthread.h>

namespace baton::sync {

template <class T>
class Atomic {
    std::atomic<T> value_;

  public:
    constexpr Atomic() : value_(T{}) {}
    constexpr explicit Atomic(T v) : value_(v) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    T load() const { return value_.load(); }
    void store(T v) { value_.store(v); }
    T exchange(T v) { return value_.exchange(v); }
    // On failure `expected` receives the value found. Never fails spuriously.
    bool compare_exchange(T& expected, T desired) {
        return value_.compare_exchange_strong(expected, desired);
    }
    T fetch_add(T v) { return value_.fetch_add(v); }
    T fetch_sub(T v) { return value_.fetch_sub(v); }
    T fetch_or(T v) { return value_.fetch_or(v); }
    T fetch_and(T v) { return value_.fetch_and(v); }
};

// A short-term lock. Not recursive. Debug builds check rank and owner.
class CAPABILITY("mutex") Mutex {
  public:
    explicit constexpr Mutex(Rank rank) : rank_(rank) {}
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    void lock() ACQUIRE();
    bool try_lock() TRY_ACQUIRE(true);
    void unlock() RELEASE();
    void assert_held() const ASSERT_CAPABILITY(this);
    // Fork child, only thread: forget whoever held it. The books of this thread are corrected too.
    void reset_after_fork() NO_THREAD_SAFETY_ANALYSIS;

  private:
    pthread_mutex_t m_ = PTHREAD_MUTEX_INITIALIZER;
    std::atomic<unsigned long> owner_{0};  // debug books; 0 = nobody
    const Rank rank_;
};

// The sticky-permit wait/wake primitive: unpark() deposits a permit (at most one is kept), park() consumes
// it, sleeping until there is one. No spurious return. One futex word; unpark() of a thread that is not
// asleep makes no system call, nor does park() when a permit waits.
class Parker {
  public:
    constexpr Parker() = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    void park();
    // False: the deadline passed and no permit came (none is consumed then).
    bool park_until(Deadline d);
    // Also returns when a signal handler ran on this thread.
    Wake park_interruptibly_until(Deadline d);
    void unpark() { wake(deposit()); }

    // unpark() in two steps, for a waker that holds a mutex: deposit() under it, wake() after unlocking.
    // wake() touches no memory, so the Parker may be gone by then (its owner may already have run on the
    // permit).
    class Ticket {
        friend class Parker;
        std::atomic<uint32_t>* asleep_ = nullptr;
    };
    Ticket deposit();
    static void wake(Ticket t);

    // Fork child, or a parker that is to be used afresh: forget any permit.
    void reset() { word_.store(kEmpty); }

  private:
    static constexpr uint32_t kEmpty = 0, kPermit = 1, kParked = 2;
    std::atomic<uint32_t> word_{kEmpty};
};

int64_t now_ns();  // monotonic
// The same for figures that nothing is decided by: no choice point in the model.
inline int64_t statistics_ns() {
    return now_ns();
}

// Starts a detached thread. stack_size 0 = the system's default. Returns false if the system refuses. On
// success *ident is what current_ident() gives in the new thread.
bool spawn(ThreadMain main, void* arg, size_t stack_size, unsigned long* ident);
unsigned long current_ident();      // pthread_self as a number, never 0
unsigned long current_native_id();  // the kernel's id

// Tells a fork child from its parent.
long process_id();

// Sleeps for ever with every signal blocked. The thread's stack and locals stay valid.
[[noreturn]] void park_forever();
// The end of a fatal error.
[[noreturn]] void abort_process();

// The calling thread's T: one per thread and type, constant-initialised, never destroyed. T must be trivially
// destructible and constexpr-constructible.
template <class T>
struct PerThread {
    static inline constinit thread_local T value __attribute__((tls_model("initial-exec"))){};
};
template <class T>
T& per_thread() {
#if defined(__SANITIZE_ADDRESS__) && !defined(__clang__)
    // GCC 12's -fsanitize=null takes the address of such a variable for null in some programs; hidden from it
    // here, the address is tested as any other.
    T* here = &PerThread<T>::value;
    __asm__("" : "+r"(here));
    return *here;
#else
    return PerThread<T>::value;
#endif
}

// Calls `fn` at the end of every thread that has called arm_thread_exit(). One process-wide function, set
// once.
void set_thread_exit_function(void (*fn)());
void arm_thread_exit();

// A run-time key for one pointer per thread (PyThread_tss, PyThread_create_key). No destructor runs at thread
// end.
class TlsKey {
  public:
    constexpr TlsKey() = default;
    bool create();  // false: the system has no key left
    void destroy();
    void* get() const;
    bool set(void* value) const;
    int number() const { return static_cast<int>(key_); }
    static TlsKey from_number(int n) {
        TlsKey k;
        k.key_ = static_cast<pthread_key_t>(n);
        return k;
    }

  private:
    pthread_key_t key_ = 0;
};

}  // namespace baton::sync
#endif  // BATON_MODEL

namespace baton::sync {

class SCOPED_CAPABILITY MutexLock {
    Mutex& m_;

  public:
    explicit MutexLock(Mutex& m) ACQUIRE(m) : m_(m) { m_.lock(); }
    ~MutexLock() RELEASE() { m_.unlock(); }
    MutexLock(const MutexLock&) = delete;
    MutexLock& operator=(const MutexLock&) = delete;
};

inline Deadline Deadline::after(int64_t ns) {
    if (ns == kForever) return never();
    int64_t now = now_ns();
    if (ns <= 0) return {now};
    return {ns > kForever - 1 - now ? kForever - 1 : now + ns};
}

}  // namespace baton::sync
