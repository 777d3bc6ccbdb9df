#include "threadstate/lock.h"

#include <new>

#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {

bool ByteLock::try_lock() {
    uint8_t v = 0;
    while (!bits_.compare_exchange(v, v | kLocked)) {
        if (v & kLocked) return false;
    }
    return true;
}

sync::Wake ByteLock::lock_until(sync::Deadline deadline, bool interruptible) {
    for (;;) {
        if (try_lock()) return sync::Wake::kUnparked;
        uint8_t v = kLocked;
        if (!bits_.compare_exchange(v, kLocked | kParked) && v != (kLocked | kParked)) continue;
        sync::Wake wake = process().lot.park(bits_, kLocked | kParked, deadline, interruptible);
        // A wake-up always tries once more, also when the time is over: it may have been meant for the next
        // waiter.
        if (wake != sync::Wake::kUnparked) return wake;
    }
}

bool ByteLock::unlock() {
    uint8_t v = kLocked;
    if (bits_.compare_exchange(v, 0)) return true;
    if (!(v & kLocked)) return false;
    process().lot.unpark_one(bits_, kParked, 0);
    return true;
}

sync::Wake ByteLock::lock_until(Attached ts, sync::Deadline deadline, bool interruptible) {
    if (try_lock()) return sync::Wake::kUnparked;
    return ts.detached_long([&] { return lock_until(deadline, interruptible); });
}

ByteLock* thread_lock_allocate() {
    return new (std::nothrow) ByteLock;
}

void thread_lock_free(ByteLock* lock) {
    delete lock;
}

LockResult thread_lock_acquire(ByteLock* lock, long long micros, bool interruptible, const char* function) {
    if (lock == nullptr) misuse(Misuse::kLockNull, function);
    if (lock->try_lock()) return LockResult::kAcquired;
    if (micros == 0) return LockResult::kFailure;
    sync::Deadline deadline;
    if (micros > 0) {
        if (micros > kMaxLockMicros) micros = kMaxLockMicros;
        deadline = sync::Deadline::after(micros * 1000);
    }
    switch (lock->lock_until(deadline, interruptible)) {
        case sync::Wake::kUnparked:
            return LockResult::kAcquired;
        case sync::Wake::kTimedOut:
            return LockResult::kFailure;
        case sync::Wake::kInterrupted:
            return LockResult::kInterrupted;
    }
    return LockResult::kFailure;
}

void thread_lock_release(ByteLock* lock, const char* function) {
    if (lock == nullptr) misuse(Misuse::kLockNull, function);
    if (!lock->unlock()) misuse(Misuse::kLockUnheld, function);
}

}  // namespace baton
