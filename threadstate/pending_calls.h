// Pending calls: functions that any thread, with or without the lock, asks the main thread to run soon.
//
// Invariants. First in, first out. At most kCapacity wait, as in CPython 3.9 to 3.12. Only the main thread
// runs them, one pass at a time, at most kPerPass per pass; a call that fails ends the pass and the rest
// stay. Differs from CPython 3.11: the holder is nudged through its breaker, so a call queued by a foreign
// thread is served at the next poll and not at the next time-out of somebody.
//
// Callers. add(): any thread, any state, not from a signal handler (it takes a mutex). run(): attached.
#pragma once

#include <cstdint>

#include "threadstate/sync.h"

namespace baton {

class Attached;

using PendingFunction = int (*)(void* arg);

class PendingCalls {
  public:
    static constexpr int kCapacity = 31, kPerPass = 32;

    // False: the queue is full.
    bool add(PendingFunction fn, void* arg);
    bool any() const { return count_.load() != 0; }
    // One pass. 0, or -1 with the exception that the failing call set. Does nothing off the main thread, or
    // inside a pass.
    int run(Attached ts);
    // Forgets what waits (fork child: what other threads asked for is kept; the mutex is made anew).
    void reset_after_fork() { mu_.reset_after_fork(); }
    sync::Mutex& mutex() RETURN_CAPABILITY(mu_) { return mu_; }

  private:
    struct Call {
        PendingFunction fn = nullptr;
        void* arg = nullptr;
    };
    sync::Mutex mu_{sync::Rank::kPending};
    Call ring_[kCapacity] GUARDED_BY(mu_);
    int first_ GUARDED_BY(mu_) = 0;
    sync::Atomic<int> count_{0};  // written under mu_, read anywhere
    bool busy_ = false;           // guarded by the interpreter's lock: a pass is on
};

// Py_AddPendingCall: to the current state's interpreter, else to the GILState one's, else to the main one. 0
// or -1.
int add_pending_call(PendingFunction fn, void* arg);
// Py_MakePendingCalls: signals first, then one pass. 0 off the main thread.
int make_pending_calls(Attached ts);

}  // namespace baton
