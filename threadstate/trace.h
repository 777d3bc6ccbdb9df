// The event ring: who took, gave, waited for and asked for which lock, in which order. Off by default.
//
// Invariants. A slot is four atomic words; the sequence word is zero while the slot is being written and
// equals the event's number + 1 afterwards, so a reader can tell a torn or overwritten slot. The ring never
// blocks and never allocates after creation; when full it overwrites the oldest events.
//
// Callers. record(): any thread, also under the mutexes of this layer. read(): any thread. The ring must
// outlive every lock it was set on (process_state keeps it for the life of the process).
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/sync.h"

namespace baton {

enum class Event : uint8_t {
    kNone,
    kTake,         // contended take without waiting; arg = seat
    kWait,         // began to wait; arg = seat
    kGrant,        // lock passed on; arg = receiving seat
    kDropRequest,  // arg = holder's seat
    kDrop,         // contended release, lock now free; arg = seat
    kLazyDrop,     // released, kept for its last holder; arg = seat
    kYield,        // forced hand-over at a poll; arg = seat
    kClose,        // lock closed for finalization
    kThreadNew,    // arg = thread state id
    kThreadDelete,
    kInterpNew,  // arg = interpreter id
    kInterpEnd,
    kEnsure,
    kRelease,
    kPendingAdd,
    kPendingRun,
    kAsyncExcSet,
    kAsyncExcRaised,
    kFork,
    kFinalizePhase,  // arg = phase number
    kCount,
};
const char* event_name(Event e);

struct TraceRecord {
    uint64_t number;
    int64_t time_ns;
    Event event;
    uint16_t gil;
    uint32_t native_id;
    uint64_t arg;
};

class TraceRing {
  public:
    // capacity is rounded up to a power of two. Null if there is no memory.
    static TraceRing* create(size_t capacity);
    static void destroy(TraceRing* ring);

    void record(Event e, uint32_t gil, int64_t now, uint64_t arg);
    // Copies up to `max` of the latest events, oldest first; returns how many.
    size_t read(TraceRecord* out, size_t max) const;
    uint64_t recorded() const { return next_.load(); }

  private:
    struct Slot {
        sync::Atomic<uint64_t> sequence, time, what, arg;
    };
    TraceRing() = default;
    sync::Atomic<uint64_t> next_{0};
    size_t mask_ = 0;
    Slot* slots_ = nullptr;
};

}  // namespace baton
