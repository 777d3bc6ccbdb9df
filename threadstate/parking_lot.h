// Where threads wait for a lock that is a single byte: queues keyed by address (PyMutex and PyThread locks).
//
// Invariants. A waiter is on the stack of its thread and linked in its address's bucket. It is unlinked
// either by unpark_one(), which also leaves a permit under the bucket's mutex, or by itself, when its time is
// over. So a waiter that finds itself unlinked by another has its permit, and nobody touches it any more.
//
// Callers. Threads that hold no mutex of this layer and no interpreter lock: park() sleeps.
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/sync.h"

namespace baton {

class ParkingLot {
  public:
    constexpr ParkingLot() = default;

    // Sleeps while `byte` holds `expected`, checked under the bucket's mutex. kUnparked also when it does
    // not.
    sync::Wake park(sync::Atomic<uint8_t>& byte, uint8_t expected, sync::Deadline deadline,
                    bool interruptible);
    // Takes the longest waiter of `byte` out, stores `if_more` or `if_last` into the byte according to
    // whether others stay, and wakes it. False (and stores if_last): nobody waits.
    bool unpark_one(sync::Atomic<uint8_t>& byte, uint8_t if_more, uint8_t if_last);
    // Fork child: nobody waits.
    void reset_after_fork() NO_THREAD_SAFETY_ANALYSIS;

  private:
    struct Waiter {
        const void* address;
        Waiter* next = nullptr;
        bool unlinked = false;
        sync::Parker parker;
    };
    struct alignas(64) Bucket {
        sync::Mutex mu{sync::Rank::kParkingLot};
        Waiter* head GUARDED_BY(mu) = nullptr;
        Waiter* tail GUARDED_BY(mu) = nullptr;
    };
    static constexpr size_t kBuckets = 61;  // prime, so that objects of one size class spread
    Bucket& bucket_of(const void* address) {
        return buckets_[(reinterpret_cast<uintptr_t>(address) >> 3) % kBuckets];
    }
    static void unlink(Bucket& b, Waiter& w) REQUIRES(b.mu);

    Bucket buckets_[kBuckets];
};

}  // namespace baton
