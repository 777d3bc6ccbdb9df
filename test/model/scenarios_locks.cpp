// The locks that programs use: PyThread locks with time-outs and interruption, PyMutex.
#include "test/model/oracles.h"
#include "test/model/scenarios.h"
#include "threadstate/lock.h"
#include "threadstate/py_mutex.h"

namespace baton::model {
namespace {

alignas(64) ByteLock g_lock;
int g_inside;
Gate g_holding;

void locks_setup() {
    new (&g_lock) ByteLock;
    g_inside = 0;
    g_holding = Gate{};
    watch_start();
}

void use() {
    if (++g_inside != 1) fail("two threads hold the lock");
    (void)g_lock.is_locked();  // a place to be interrupted at
    if (--g_inside != 0) fail("two threads hold the lock");
}

// The first thread and the last wait for ever, those between for a while.
void byte_lock(int thread) {
    const long long micros = thread == 0 || thread == config().threads - 1 ? -1 : 50;
    for (int i = 0; i < config().ops; ++i) {
        LockResult r = thread_lock_acquire(&g_lock, micros, false, "lock");
        if (r != LockResult::kAcquired) {
            MODEL_CHECK(r == LockResult::kFailure && micros > 0);
            continue;
        }
        use();
        thread_lock_release(&g_lock, "lock");
    }
}
void check_unlocked() {
    MODEL_CHECK(!g_lock.is_locked());
    MODEL_CHECK(g_lock.try_lock());
    MODEL_CHECK(g_lock.unlock());
}

// A signal handler runs on thread 1 while it waits; it asks again, as Python's lock.acquire() does.
void interrupted(int thread) {
    if (thread == config().threads - 1) {
        interrupt(1);
        return;
    }
    for (int i = 0; i < config().ops; ++i) {
        LockResult r;
        int times = 0;
        do {
            r = thread_lock_acquire(&g_lock, thread == 1 ? 1000 : -1, thread == 1, "lock");
        } while (r == LockResult::kInterrupted && ++times < 3);
        MODEL_CHECK(times <= 1);
        if (r == LockResult::kFailure) {
            MODEL_CHECK(thread == 1);
            continue;
        }
        use();
        thread_lock_release(&g_lock, "lock");
    }
}

// Attached threads: who waits for the mutex must give the interpreter lock away, for its owner needs it.
void py_mutex_setup() {
    locks_setup();
    start_runtime({});
}
void py_mutex(int thread) {
    GilStateResult s{};
    if (thread == 0) {
        restore(save());
    } else {
        s = ensure();
    }
    for (int i = 0; i < config().ops; ++i) {
        ThreadState& t = *locals().current;
        left(*t.gil, t);
        py_mutex_lock(g_lock);
        entered(*t.gil, t);
        ++g_inside;
        poll_here();
        restore(save());
        MODEL_CHECK(g_inside == 1);
        --g_inside;
        py_mutex_unlock(g_lock);
    }
    if (thread == 0) {
        save();
    } else {
        release(s);
    }
}
void py_mutex_check() {
    check_unlocked();
    end_runtime();
}

}  // namespace

const Scenario kByteLock{"byte-lock", "a lock for programs, with time-outs", locks_setup, byte_lock,
                         check_unlocked};
const Scenario kInterrupted{"interrupted", "a signal handler runs on a thread that waits for a lock",
                            locks_setup, interrupted, check_unlocked};
const Scenario kPyMutex{"py-mutex", "PyMutex between attached threads", py_mutex_setup, py_mutex,
                        py_mutex_check};

}  // namespace baton::model
