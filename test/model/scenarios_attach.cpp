// Thread states: foreign threads that come and go, and what is meant to reach a running thread.
#include <cstring>

#include "test/model/oracles.h"
#include "test/model/scenarios.h"
#include "threadstate/eval_breaker.h"
#include "threadstate/signals.h"
#include "threadstate/spawn.h"

namespace baton::model {
namespace {

Gate g_ready[kMaxThreads], g_done[kMaxThreads];

void fresh_gates() {
    for (int t = 0; t < kMaxThreads; ++t) g_ready[t] = g_done[t] = Gate{};
}

void plain_setup() {
    fresh_gates();
    start_runtime({});
}

// Thread 0 is the main thread and goes off to block; the others call in.
void ensure_body(int thread) {
    if (thread == 0) {
        poll_here();
        for (int i = 0; i < config().ops; ++i) restore(save());
        poll_here();
        save();
        return;
    }
    for (int i = 0; i < config().ops; ++i) {
        GilStateResult outer = ensure();
        MODEL_CHECK(outer == GilStateResult::kUnlocked);
        GilStateResult inner = ensure();
        MODEL_CHECK(inner == GilStateResult::kLocked);
        poll_here();
        restore(save());
        release(inner);
        release(outer);
        MODEL_CHECK(gilstate_this_thread() == nullptr);
    }
}

// Several threads take turns with one thread state.
ThreadState* g_shared;
void shared_setup() {
    plain_setup();
    g_shared = new_thread_state(*main_state().interp, Origin::kExplicit);
    MODEL_CHECK(g_shared != nullptr);
}
void shared(int thread) {
    if (thread == 0) save();
    for (int i = 0; i < config().ops; ++i) {
        restore(g_shared);
        if (thread == 0) poll_here();
        save();
    }
}
void shared_check() {
    // The slot of the thread that made it names it; all others must not.
    restore_thread(g_shared, "PyEval_RestoreThread");
    clear_thread_state(g_shared, "PyThreadState_Clear");
    delete_current_thread_state("PyThreadState_DeleteCurrent");
    end_runtime();
}

int g_ran[kMaxThreads];
int count_call(void* arg) {
    ++g_ran[reinterpret_cast<intptr_t>(arg)];
    return 0;
}
void pending_setup() {
    plain_setup();
    std::memset(g_ran, 0, sizeof g_ran);
}
// Odd threads add their calls without the lock, even ones with it.
void pending(int thread) {
    if (thread == 0) {
        for (int i = 0; i < config().ops; ++i) {
            poll_here();
            restore(save());
        }
        ThreadState* t = save();
        for (int k = 1; k < config().threads; ++k) g_done[k].pass();
        restore(t);
        poll_here();
        for (int k = 1; k < config().threads; ++k) MODEL_CHECK(g_ran[k] == config().ops);
        save();
        return;
    }
    for (int i = 0; i < config().ops; ++i) {
        GilStateResult s{};
        if (thread % 2 == 0) s = ensure();
        MODEL_CHECK(add_pending_call(count_call, reinterpret_cast<void*>(static_cast<intptr_t>(thread))) ==
                    0);
        if (thread % 2 == 0) release(s);
    }
    g_done[thread].open();
}

// An exception is whatever pointer was stored.
Object* const kException = reinterpret_cast<Object*>(64);
int g_delivered_to, g_deliveries, g_released;
void deliver(Attached, Object* exc) {
    MODEL_CHECK(exc == kException);
    g_delivered_to = thread_id();
    ++g_deliveries;
}
void drop_reference(Object* exc) {
    MODEL_CHECK(exc == kException);
    ++g_released;
}
unsigned long g_ident[kMaxThreads];
void async_setup() {
    fresh_gates();
    Hooks hooks;
    hooks.run_python_async_exc = deliver;
    hooks.decref = drop_reference;
    start_runtime(hooks);
    g_deliveries = g_released = 0;
    g_delivered_to = -1;
}
// Thread 0 stores an exception for thread 1, which may be on its way in or out; further threads contend.
void async(int thread) {
    if (thread == 0) {
        ThreadState* t = save();
        g_ready[1].pass();
        restore(t);
        MODEL_CHECK(set_async_exception(current_attached(), g_ident[1], kException) == 1);
        MODEL_CHECK(set_async_exception(current_attached(), 1, kException) == 0);
        g_done[0].open();
        poll_here();
        save();
        return;
    }
    GilStateResult s = ensure();
    if (thread == 1) {
        g_ident[1] = sync::current_ident();
        g_ready[1].open();
        for (int i = 0; i < config().ops; ++i) {
            poll_here();
            restore(save());
        }
        ThreadState* t = save();
        g_done[0].pass();
        restore(t);
        if (g_deliveries == 0) MODEL_CHECK(poll_here() == -1);
        MODEL_CHECK(g_deliveries == 1 && g_delivered_to == 1 && g_released == 1);
        MODEL_CHECK(poll_here() == 0);
    } else {
        poll_here();
    }
    release(s);
}

int g_handled[kSignalCount];
int handle(Attached) {
    for (int s = 1; s < kSignalCount; ++s) {
        if (g_handled[s] >= 0 && take_signal(s)) ++g_handled[s];
    }
    return 0;
}
void signals_setup() {
    fresh_gates();
    Hooks hooks;
    hooks.run_signals = handle;
    start_runtime(hooks);
    for (int& h : g_handled) h = -1;
    for (int t = 1; t < config().threads; ++t) g_handled[10 + t] = 0;
}
// Each other thread trips one signal; the main thread handles every one, once.
void signals(int thread) {
    if (thread != 0) {
        trip_signal(10 + thread);
        g_done[thread].open();
        return;
    }
    for (int i = 0; i < config().ops; ++i) poll_here();
    ThreadState* t = save();
    for (int k = 1; k < config().threads; ++k) g_done[k].pass();
    restore(t);
    poll_here();
    for (int k = 1; k < config().threads; ++k) MODEL_CHECK(g_handled[10 + k] == 1);
    save();
}

int g_bodies;
void spawned(Attached ts, void*) {
    entered(*ts->gil, ts.state());
    poll_here();
    restore(save());
    if (++g_bodies == config().ops) g_done[0].open();
    left(*ts->gil, ts.state());
}
void spawn_setup() {
    plain_setup();
    g_bodies = 0;
}
void spawn_body(int thread) {
    if (thread != 0) {
        release(ensure());
        return;
    }
    for (int i = 0; i < config().ops; ++i) {
        unsigned long ident;
        MODEL_CHECK(spawn_attached(current_attached(), spawned, nullptr, &ident));
    }
    ThreadState* t = save();
    g_done[0].pass();
    restore(t);
    poll_here();
    save();
}

}  // namespace

const Scenario kEnsure{"ensure", "foreign threads call in while the main thread blocks", plain_setup,
                       ensure_body, end_runtime};
const Scenario kShared{"shared", "threads take turns with one thread state", shared_setup, shared,
                       shared_check};
const Scenario kPending{"pending", "calls queued for the main thread run once each", pending_setup, pending,
                        end_runtime};
const Scenario kAsync{"async", "an asynchronous exception reaches its thread, once", async_setup, async,
                      end_runtime};
const Scenario kSignals{"signals", "tripped signals are handled once each", signals_setup, signals,
                        end_runtime};
const Scenario kSpawnThread{"spawn", "threads are started attached, run and go", spawn_setup, spawn_body,
                            end_runtime};

}  // namespace baton::model
