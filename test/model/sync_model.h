// The seam's other side: the primitives of threadstate/sync.h, where every operation is a choice point.
//
// Invariants. Only one fibre runs at a time, so the values need no atomicity of their own. Each operation
// calls begin() (which returns when the scheduler has chosen this fibre to do it), acts, and calls end(),
// which says whether it changed anything. The classes hold plain data and are constant-initialised, so that
// the process root can be put back by copying its first image. Addresses name objects; nothing is registered.
//
// Callers: threadstate/ and the scenarios, on fibres. Outside of an execution, and before a second fibre
// exists, the operations act at once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <source_location>

namespace baton::model {

// What a fibre is about to do.
enum class Kind : uint8_t {
    kStart,
    kLoad,
    kStore,
    kRmw,
    kLock,
    kTryLock,
    kUnlock,
    kPark,       // looks for a permit; sleeps if there is none
    kResume,     // wakes up: it was woken, interrupted, or its time is over
    kDeposit,    // leaves a permit
    kWake,       // ends the sleep of a thread with a permit
    kReset,      // forgets a permit
    kInterrupt,  // a signal handler ran on a sleeping thread
    kClock,      // reads the clock
    kAdvance,    // time goes by while the thread computes
    kSpawn,
    kFork,
    kKeys,   // the table of thread-specific keys
    kOpen,   // opens a gate of the scenario
    kPass,   // waits for one
    kPause,  // does something elsewhere
    kCount,
};

using At = std::source_location;

void begin(Kind kind, const void* object, const At& at);
void end(bool wrote);

// Faults that can be put into the layer, one at a time; 0 is none. See mutants.def.
enum class Mutant : uint8_t {
    kNone,
#define MUTANT(name, what) name,
#include "test/model/mutants.def"
#undef MUTANT
};
extern Mutant g_mutant;

// The storage behind per_thread(): each type has a place in every fibre's block.
int register_per_thread(size_t size, size_t align, void (*construct)(void*));
void* per_thread_place(int offset);

}  // namespace baton::model

#define BATON_MUTANT(name) (::baton::model::g_mutant == ::baton::model::Mutant::name)

namespace baton::sync {

using model::At;
using model::Kind;

template <class T>
class Atomic {
    T value_;

  public:
    constexpr Atomic() : value_(T{}) {}
    constexpr explicit Atomic(T v) : value_(v) {}
    Atomic(const Atomic&) = delete;
    Atomic& operator=(const Atomic&) = delete;

    T load(const At& at = At::current()) const {
        model::begin(Kind::kLoad, this, at);
        T v = value_;
        model::end(false);
        return v;
    }
    void store(T v, const At& at = At::current()) {
        model::begin(Kind::kStore, this, at);
        bool changes = value_ != v;
        value_ = v;
        model::end(changes);
    }
    T exchange(T v, const At& at = At::current()) {
        model::begin(Kind::kRmw, this, at);
        T old = value_;
        value_ = v;
        model::end(old != v);
        return old;
    }
    bool compare_exchange(T& expected, T desired, const At& at = At::current()) {
        model::begin(Kind::kRmw, this, at);
        bool equal = value_ == expected;
        bool changes = equal && value_ != desired;
        if (equal) {
            value_ = desired;
        } else {
            expected = value_;
        }
        model::end(changes);
        return equal;
    }
    T fetch_add(T v, const At& at = At::current()) {
        return change([v](T x) { return T(x + v); }, at);
    }
    T fetch_sub(T v, const At& at = At::current()) {
        return change([v](T x) { return T(x - v); }, at);
    }
    T fetch_or(T v, const At& at = At::current()) {
        return change([v](T x) { return T(x | v); }, at);
    }
    T fetch_and(T v, const At& at = At::current()) {
        return change([v](T x) { return T(x & v); }, at);
    }

  private:
    template <class F>
    T change(F f, const At& at) {
        model::begin(Kind::kRmw, this, at);
        T old = value_;
        value_ = f(old);
        model::end(value_ != old);
        return old;
    }
};

class CAPABILITY("mutex") Mutex {
  public:
    explicit constexpr Mutex(Rank rank) : rank_(rank) {}
    Mutex(const Mutex&) = delete;
    Mutex& operator=(const Mutex&) = delete;

    void lock(const At& at = At::current()) ACQUIRE();
    bool try_lock(const At& at = At::current()) TRY_ACQUIRE(true);
    void unlock(const At& at = At::current()) RELEASE();
    void assert_held() const ASSERT_CAPABILITY(this);
    void reset_after_fork() NO_THREAD_SAFETY_ANALYSIS;

    int owner() const { return owner_; }  // for the scheduler: fibre + 1, 0 = free

  private:
    void taken();

    int owner_ = 0;
    const Rank rank_;
};

class Parker {
  public:
    constexpr Parker() = default;
    Parker(const Parker&) = delete;
    Parker& operator=(const Parker&) = delete;

    void park(const At& at = At::current()) { park_until(Deadline::never(), at); }
    bool park_until(Deadline d, const At& at = At::current());
    Wake park_interruptibly_until(Deadline d, const At& at = At::current());
    void unpark(const At& at = At::current()) { wake(deposit(at), at); }

    class Ticket {
        friend class Parker;
        const Parker* asleep_ = nullptr;
    };
    Ticket deposit(const At& at = At::current());
    static void wake(Ticket t, const At& at = At::current());
    void reset(const At& at = At::current());

  private:
    Wake sleep(Deadline d, bool interruptible, const At& at);

    bool permit_ = false;
    bool asleep_ = false;
};

int64_t now_ns(const At& at = At::current());
int64_t statistics_ns();  // no choice point
bool spawn(ThreadMain main, void* arg, size_t stack_size, unsigned long* ident, const At& at = At::current());
unsigned long current_ident();
unsigned long current_native_id();
long process_id();
[[noreturn]] void park_forever();
[[noreturn]] void abort_process();

template <class T>
struct PerThread {
    static inline const int offset =
        model::register_per_thread(sizeof(T), alignof(T), [](void* p) { new (p) T{}; });
};
template <class T>
T& per_thread() {
    return *static_cast<T*>(model::per_thread_place(PerThread<T>::offset));
}

void set_thread_exit_function(void (*fn)());
void arm_thread_exit();

class TlsKey {
  public:
    constexpr TlsKey() = default;
    bool create(const At& at = At::current());
    void destroy(const At& at = At::current());
    void* get() const;
    bool set(void* value) const;
    int number() const { return key_; }
    static TlsKey from_number(int n) {
        TlsKey k;
        k.key_ = n;
        return k;
    }

  private:
    int key_ = 0;
};

}  // namespace baton::sync
