// The breaker: why a thread should leave its fast path; and the poll that acts on it.
//
// Invariants. A breaker belongs to one thread state. Anyone may set a bit (by fetch_or); each bit is cleared
// by the one who acts on it: kDropRequest under the lock's queue mutex, the others by the owning thread
// before it acts, so a bit set meanwhile is not lost. Signals and pending calls are also read from their own
// counters, so a bit that was cleared too early costs nothing.
//
// Callers. Setters: named at each bit. poll(): the eval loop, attached, when ts->ticks fell below zero.
#pragma once

#include <cstdint>

namespace baton {

enum Breaker : uint32_t {
    kDropRequest = 1u << 0,   // a waiter wants the interpreter lock; set only on the holder's state
    kAsyncExc = 1u << 1,      // async_exc was stored by set_async_exception()
    kGcDue = 1u << 2,         // the allocator of the layer above asks for a collection at the next poll
    kPendingCalls = 1u << 3,  // a call was queued for this thread to run
    kSignals = 1u << 4,       // a signal was tripped; only on states of the main thread
};

class Attached;
struct Object;

// Everything that is due, in CPython 3.11's order. 0, or -1 with an exception set. May hand the lock over,
// run handlers, pending calls and the collector, and may not return (finalization). Starts the ticks anew.
int poll(Attached ts);

// The hand-over alone: gives the lock to the next waiter, if any, and comes back with it. May not return.
void yield_lock(Attached ts);

// PyThreadState_SetAsyncExc: stores exc (a reference that passes to this function; null cancels) for the
// thread with this ident in the current interpreter. 1 if there is one, else 0 (then exc is released).
int set_async_exception(Attached ts, unsigned long ident, Object* exc);

}  // namespace baton
