#include "threadstate/pending_calls.h"

#include "threadstate/process_state.h"
#include "threadstate/signals.h"

namespace baton {

bool PendingCalls::add(PendingFunction fn, void* arg) {
    sync::MutexLock lock(mu_);
    int waiting = count_.load();
    if (waiting == kCapacity) return false;
    ring_[(first_ + waiting) % kCapacity] = {fn, arg};
    count_.store(waiting + 1);
    return true;
}

int PendingCalls::run(Attached ts) {
    if (busy_ || !is_main_thread()) return 0;
    busy_ = true;
    int result = 0;
    for (int i = 0; i < kPerPass && result == 0; ++i) {
        Call call;
        {
            sync::MutexLock lock(mu_);
            if (count_.load() == 0) break;
            call = ring_[first_];
            first_ = (first_ + 1) % kCapacity;
            if (!BATON_MUTANT(kCountsOutsideMutex)) count_.fetch_sub(1);
        }
        if (BATON_MUTANT(kCountsOutsideMutex)) count_.fetch_sub(1);
        trace_event(Event::kPendingRun, ts->gil, reinterpret_cast<uintptr_t>(call.arg));
        if (call.fn(call.arg) != 0) result = -1;
    }
    busy_ = false;
    return result;
}

int add_pending_call(PendingFunction fn, void* arg) {
    ProcessState& p = process();
    ThreadLocals& l = locals();
    {
        // No interpreter can go while the list is held; a detached thread has nothing else that keeps one.
        sync::MutexLock lock(p.head);
        InterpreterState* interp = p.main.load();
        if (!p.profile.pending_calls_main_only) {
            if (l.current != nullptr) {
                interp = l.current->interp;
            } else if (ThreadState* t = l.gilstate.load()) {
                interp = t->interp;
            }
        }
        if (interp == nullptr || !interp->pending.add(fn, arg)) return -1;
    }
    trace_event(Event::kPendingAdd, nullptr, reinterpret_cast<uintptr_t>(arg));
    return 0;
}

int make_pending_calls(Attached ts) {
    if (!is_main_thread()) return 0;
    if (handle_signals(ts) < 0) return -1;
    return ts->interp->pending.run(ts) < 0 ? -1 : 0;
}

}  // namespace baton
