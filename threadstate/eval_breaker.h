// The bits of a thread state's breaker: why this thread should leave its fast path at the next poll.
//
// Invariants. A breaker belongs to one thread state. Anyone may set a bit (by fetch_or); each bit is cleared
// by the one who acts on it: kDropRequest under the lock's queue mutex, the others by the owning thread
// before it acts, so a bit set meanwhile is not lost. The condition a bit stands for is always re-read from
// its source: a stale bit costs one look and nothing else.
//
// Callers. Setters: named at each bit. Reader: poll() (poll.h), on the owning thread.
#pragma once

#include <cstdint>

namespace baton {

enum Breaker : uint32_t {
    kDropRequest = 1u << 0,   // a waiter wants the interpreter lock; set only on the holder's state
    kAsyncExc = 1u << 1,      // async_exc was stored by set_async_exc()
    kGcDue = 1u << 2,         // the allocator of the layer above asks for a collection at the next poll
    kPendingCalls = 1u << 3,  // a call was queued for this thread to run
    kSignals = 1u << 4,       // a signal was tripped; only on states of the main thread
};

}  // namespace baton
