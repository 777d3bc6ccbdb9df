#include "threadstate/eval_breaker.h"

#include "threadstate/attached.h"
#include "threadstate/finalize.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"

namespace baton {
namespace {

int deliver_async_exception(Attached ts) {
    ThreadState& t = ts.state();
    t.breaker.fetch_and(~static_cast<uint32_t>(kAsyncExc));
    Object* exc = t.async_exc;
    if (exc == nullptr) return 0;
    t.async_exc = nullptr;
    trace_event(Event::kAsyncExcRaised, t.gil, t.id);
    if (hooks().run_python_async_exc == nullptr) return 0;
    hooks().run_python_async_exc(ts, exc);
    return -1;
}

}  // namespace

void yield_lock(Attached ts) {
    ThreadState& t = ts.state();
    ThreadLocals& l = locals();
    Gil& gil = *t.gil;
    const Phase phase = t.phase;
    t.step(Step::kDetach, "eval loop");
    l.held = nullptr;
    if (gil.yield(t) != Taken::kHeld) {
        l.current = nullptr;
        leave_thread();
    }
    l.held = &gil;
    if (BATON_UNLIKELY(t.phase == Phase::kGone)) {
        l.current = nullptr;
        l.held = nullptr;
        gil.drop(t, Drop::kLeave);
        leave_thread();
    }
    t.phase = phase;
    make_signals_due(t);
}

// CPython 3.11's order: signals, pending calls, drop request, asynchronous exception; then the collection.
int poll(Attached ts) {
    ThreadState& t = ts.state();
    t.ticks = t.gil->tick_reload();
    const uint32_t bits = t.breaker.load();
    if (is_main_thread()) {
        if (signals_tripped() && is_main_interpreter(*t.interp)) {
            if (handle_signals(ts) < 0) return -1;
        }
        if (t.interp->pending.any() && t.interp->pending.run(ts) < 0) return -1;
    }
    if (bits & (kPendingCalls | kSignals))
        t.breaker.fetch_and(~static_cast<uint32_t>(kPendingCalls | kSignals));
    if (t.gil->wants_yield(t)) yield_lock(ts);
    if (t.breaker.load() & kAsyncExc) {
        if (deliver_async_exception(ts) < 0) return -1;
    }
    if (bits & kGcDue) {
        t.breaker.fetch_and(~static_cast<uint32_t>(kGcDue));
        if (hooks().run_gc != nullptr && hooks().run_gc(ts) < 0) return -1;
    }
    return 0;
}

int set_async_exception(Attached ts, unsigned long ident, Object* exc) {
    Object* old = nullptr;
    bool found = false;
    {
        sync::MutexLock lock(process().head);
        for (ThreadState* t = ts->interp->threads; t != nullptr; t = t->next) {
            // A state that no thread was ever attached through has no thread to interrupt.
            if (t->thread_id != ident || t->phase == Phase::kFresh) continue;
            old = t->async_exc;
            t->async_exc = exc;
            t->breaker.fetch_or(kAsyncExc);
            t->ticks = -1;  // due at its next site; it is not running, this thread holds the lock
            found = true;
            break;
        }
    }
    if (!found) {
        old = exc;
    } else {
        trace_event(Event::kAsyncExcSet, ts->gil, ident);
    }
    if (old != nullptr && hooks().decref != nullptr) hooks().decref(old);
    return found ? 1 : 0;
}

}  // namespace baton
