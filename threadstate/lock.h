// Locks for programs: one byte of state, waiters in the process's parking lot. PyThread_type_lock and PyMutex
// are both this.
//
// Invariants. Bit kLocked: somebody holds it. Bit kParked: somebody may be waiting, so a release must look.
// Any thread may release. Releasing an unheld lock is fatal (in CPython 3.11 it lets two owners in). Arrivals
// may overtake a woken waiter, which then waits on.
//
// Callers. try_lock, unlock: any thread, any state. lock_*: a detached thread, or one that has no business
// with the interpreter; whoever is attached uses the forms that take Attached, which give the interpreter
// lock away only if they have to wait.
#pragma once

#include <cstdint>

#include "threadstate/attached.h"
#include "threadstate/sync.h"

namespace baton {

class ByteLock {
  public:
    constexpr ByteLock() = default;
    ByteLock(const ByteLock&) = delete;
    ByteLock& operator=(const ByteLock&) = delete;

    bool try_lock();
    // kUnparked: got it. kTimedOut. kInterrupted: a signal handler ran (only if interruptible).
    sync::Wake lock_until(sync::Deadline deadline, bool interruptible);
    void lock() { (void)lock_until(sync::Deadline::never(), false); }
    // False: it was not held.
    bool unlock();
    bool is_locked() const { return bits_.load() & kLocked; }
    // Fork child: free, nobody waits.
    void reset_after_fork() { bits_.store(0); }

    // Waits detached.
    sync::Wake lock_until(Attached ts, sync::Deadline deadline, bool interruptible);
    void lock(Attached ts) { (void)lock_until(ts, sync::Deadline::never(), false); }

  private:
    static constexpr uint8_t kLocked = 1, kParked = 2;
    sync::Atomic<uint8_t> bits_{0};
};
static_assert(sizeof(ByteLock) == 1);

// The PyThread_* lock calls. Microseconds: below 0 waits for ever, 0 tries, above kMaxLockMicros is clamped.
enum class LockResult : int { kFailure = 0, kAcquired = 1, kInterrupted = 2 };
inline constexpr long long kMaxLockMicros = INT64_MAX / 1000;
ByteLock* thread_lock_allocate();  // null: no memory
void thread_lock_free(ByteLock* lock);
LockResult thread_lock_acquire(ByteLock* lock, long long micros, bool interruptible, const char* function);
void thread_lock_release(ByteLock* lock, const char* function);

}  // namespace baton
