// The end of the runtime and of interpreters, and fork.
#include "test/model/heap.h"
#include "test/model/oracles.h"
#include "test/model/scenarios.h"
#include "threadstate/eval_breaker.h"
#include "threadstate/finalize.h"
#include "threadstate/fork.h"
#include "threadstate/guard.h"
#include "threadstate/lock.h"

namespace baton::model {
namespace {

Gate g_in[kMaxThreads];
bool g_finalized;
int g_cleared;

void count_clear(Attached, ThreadState&) {
    ++g_cleared;
}

void end_setup() {
    for (int t = 0; t < kMaxThreads; ++t) g_in[t] = Gate{};
    g_finalized = false;
    g_cleared = 0;
    Hooks hooks;
    hooks.thread_clear = count_clear;
    start_runtime(hooks);
}

void finalize_here() {
    ThreadState& t = *locals().current;
    left(*t.gil, t);
    MODEL_CHECK(finalize_runtime(current_attached()) == 0);
    g_finalized = true;
    MODEL_CHECK(locals().current == nullptr && locals().held == nullptr);
}

int retired_states() {
    int n = 0;
    for (ThreadState* t = process().retired; t != nullptr; t = t->retired_next) ++n;
    return n;
}

void check_finalized() {
    MODEL_CHECK(g_finalized);
    MODEL_CHECK(process().stage.load() == Stage::kFinalized);
    MODEL_CHECK(process().main.load() == nullptr && process().interpreters == nullptr);
    MODEL_CHECK(process().main_gil.holder_unlocked() == nullptr);
    // A lock is never given back, because a late thread may look at it; there was one at most.
    MODEL_CHECK(heap_live() == retired_states() + (process().free_gils != nullptr ? 1 : 0));
    // And it can start again.
    const char* error = nullptr;
    MODEL_CHECK(initialize_runtime(&error) != nullptr);
    MODEL_CHECK(finalize_runtime(current_attached()) == 0);
}

// A daemon thread runs scripts, blocks and comes back while the main thread finalizes.
void daemon(int thread) {
    GilStateResult s = ensure();
    g_in[thread].open();
    for (int i = 0; i < config().ops; ++i) {
        poll_here();
        ThreadState* t = save();
        pause_elsewhere();
        restore(t);
        if (g_finalized) fail("a thread runs after finalization");
    }
    release(s);
}

void finalize(int thread) {
    if (thread != 0) return daemon(thread);
    ThreadState* t = save();
    for (int k = 1; k < config().threads; ++k) g_in[k].pass();
    restore(t);
    poll_here();
    finalize_here();
}

// The same without waiting for them: they may come at any time, also after the end, where Ensure dies and
// says why.
void late_ensure(int thread) {
    if (thread != 0) {
        release(ensure());
        return;
    }
    expect_fatal("PyGILState_Ensure: Python has been finalized");
    save();
    restore(&main_state());
    finalize_here();
}

// Threads that come in through a view either are kept waiting for, or get no guard.
InterpreterView g_view;
void guards_setup() {
    end_setup();
    MODEL_CHECK(view_from_main(&g_view));
}
void guards(int thread) {
    if (thread == 0) {
        restore(save());
        return finalize_here();
    }
    for (int i = 0; i < config().ops; ++i) {
        InterpreterGuard* guard = guard_from_view(g_view);
        if (guard == nullptr) return;
        AttachToken* token = ensure_guarded(guard, "PyThreadState_Ensure");
        MODEL_CHECK(token != nullptr);
        MODEL_CHECK(process().main_gil.holder_unlocked() == locals().current);
        (void)poll(current_attached());
        release_token(token, "PyThreadState_Release");
        MODEL_CHECK(!g_finalized);
        guard_close(guard, "PyInterpreterGuard_Close");
    }
}

// One interpreter with a lock of its own, one that shares the main one's. Threads run in both while the main
// thread ends everything.
ThreadState* g_guest[kMaxThreads];
void own_lock_setup() {
    end_setup();
    const char* error = nullptr;
    InterpreterConfig own;
    own.use_main_obmalloc = 0;
    own.check_multi_interp_extensions = 1;
    own.gil = static_cast<int>(GilChoice::kOwn);
    left(process().main_gil, main_state());
    ThreadState* first = new_interpreter(own, &error, "Py_NewInterpreterFromConfig");
    MODEL_CHECK(first != nullptr && first->gil != &process().main_gil);
    ThreadState* second = new_interpreter(kLegacyConfig, &error, "Py_NewInterpreter");
    MODEL_CHECK(second != nullptr && second->gil == &process().main_gil);
    swap_thread(&main_state(), "PyThreadState_Swap");
    entered(process().main_gil, main_state());
    watch(*first->gil);
    for (int t = 1; t < config().threads; ++t) {
        g_guest[t] = new_thread_state(t % 2 != 0 ? *first->interp : *second->interp, Origin::kExplicit);
        MODEL_CHECK(g_guest[t] != nullptr);
    }
}
void own_lock(int thread) {
    if (thread == 0) {
        restore(save());
        poll_here();
        return finalize_here();
    }
    for (int i = 0; i < config().ops; ++i) {
        restore(g_guest[thread]);
        poll_here();
        save();
    }
}

// The runtime ends and starts anew while a thread of the first run is away.
void again(int thread) {
    if (thread != 0) {
        GilStateResult s = ensure();
        g_in[thread].open();
        ThreadState* t = save();
        pause_elsewhere();
        restore(t);
        if (g_finalized) fail("a thread of the former run came back");
        release(s);
        return;
    }
    ThreadState* t = save();
    for (int k = 1; k < config().threads; ++k) g_in[k].pass();
    restore(t);
    finalize_here();
    const char* error = nullptr;
    ThreadState* anew = initialize_runtime(&error);
    MODEL_CHECK(anew != nullptr && error == nullptr);
    watch_start();
    watch(process().main_gil);
    entered(process().main_gil, *anew);
    poll_here();
    restore(save());
    finalize_here();
}

// The main thread forks while the others are anywhere. The child has that thread only, and everything works
// there. Two locks whose waiters meet in one bucket.
struct alignas(8) {
    ByteLock theirs, ours;
} g_locks;
void fork_setup() {
    end_setup();
    new (&g_locks.theirs) ByteLock;
    new (&g_locks.ours) ByteLock;
}
void in_child(int) {
    GilStateResult s = ensure();
    poll_here();
    MODEL_CHECK(add_pending_call([](void*) { return 0; }, nullptr) == 0);
    release(s);
    MODEL_CHECK(thread_lock_acquire(&g_locks.ours, -1, false, "lock") == LockResult::kAcquired);
    thread_lock_release(&g_locks.ours, "lock");
    g_in[0].open();
}
void fork_body(int thread) {
    if (thread == 0) {
        restore(save());
        Attached ts = current_attached();
        before_fork(ts);
        become_child();
        after_fork_child(ts);
        watch_start();
        watch(process().main_gil);
        entered(process().main_gil, main_state());
        MODEL_CHECK(main_state().next == nullptr && main_state().prev == nullptr);
        MODEL_CHECK(thread_lock_acquire(&g_locks.ours, -1, false, "lock") == LockResult::kAcquired);
        start_thread(in_child, 0);
        ThreadState* t = save();
        thread_lock_release(&g_locks.ours, "lock");
        g_in[0].pass();
        restore(t);
        poll_here();
        return finalize_here();
    }
    for (int i = 0; i < config().ops; ++i) {
        if (thread == 1) {
            GilStateResult s = ensure();
            poll_here();
            release(s);
            (void)add_pending_call([](void*) { return 0; }, nullptr);
        } else if (thread_lock_acquire(&g_locks.theirs, -1, false, "lock") == LockResult::kAcquired) {
            thread_lock_release(&g_locks.theirs, "lock");
        }
    }
}
void check_child() {
    MODEL_CHECK(g_finalized);
    MODEL_CHECK(process().main_gil.holder_unlocked() == nullptr);
    MODEL_CHECK(process().stage.load() == Stage::kFinalized);
}

}  // namespace

const Scenario kFinalize{"finalize", "the runtime ends while daemon threads run and block", end_setup,
                         finalize, check_finalized};
const Scenario kLateEnsure{"late-ensure", "foreign threads call in while the runtime ends, or after",
                           end_setup, late_ensure, check_finalized};
const Scenario kGuards{"guards", "guards keep the runtime from ending", guards_setup, guards,
                       check_finalized};
const Scenario kOwnLock{"own-lock", "interpreters with own and shared locks end while threads use them",
                        own_lock_setup, own_lock, check_finalized};
const Scenario kAgain{"again", "the runtime starts anew while a thread of the first run is away", end_setup,
                      again, check_finalized};
const Scenario kFork{
    "fork", "the child of a fork has one thread and works", fork_setup, fork_body, check_child, true};

}  // namespace baton::model
