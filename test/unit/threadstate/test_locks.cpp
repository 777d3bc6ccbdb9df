// Locks for programs, thread-specific storage, and starting threads.
#include "test/support/catch.h"

#include <csignal>
#include <pthread.h>

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

LockResult acquire(ByteLock* l, long long micros, bool interruptible = false) {
    return thread_lock_acquire(l, micros, interruptible, "PyThread_acquire_lock_timed");
}
void release_lock_of(ByteLock* l) {
    thread_lock_release(l, "PyThread_release_lock");
}

std::atomic<int> g_signals{0};
void count_signal(int) {
    g_signals.fetch_add(1);
}
void install_handler() {
    struct sigaction act {};
    act.sa_handler = count_signal;  // without SA_RESTART
    sigaction(SIGUSR1, &act, nullptr);
}

// Sends SIGUSR1 to `target` until `done`.
void pester(pthread_t target, std::atomic<bool>& done) {
    while (!done.load()) {
        pthread_kill(target, SIGUSR1);
        std::this_thread::yield();
    }
}

}  // namespace

TEST_CASE("a lock is taken once; a timed try fails after its time") {
    // P98
    ByteLock* l = thread_lock_allocate();
    REQUIRE(acquire(l, 0) == LockResult::kAcquired);
    REQUIRE(acquire(l, 0) == LockResult::kFailure);
    int64_t start = sync::now_ns();
    REQUIRE(acquire(l, 50000) == LockResult::kFailure);
    int64_t took = sync::now_ns() - start;
    REQUIRE(took >= 50'000'000);
    release_lock_of(l);
    REQUIRE(acquire(l, -1) == LockResult::kAcquired);
    REQUIRE(acquire(l, 1) == LockResult::kFailure);
    release_lock_of(l);
    REQUIRE(acquire(l, INT64_MAX) == LockResult::kAcquired);  // P100: clamped
    release_lock_of(l);
    thread_lock_free(l);
}

TEST_CASE("any thread may release a lock") {
    // P101
    ByteLock* l = thread_lock_allocate();
    REQUIRE(acquire(l, 0) == LockResult::kAcquired);
    Crew crew;
    crew.run("other", [&] { release_lock_of(l); });
    REQUIRE(acquire(l, -1) == LockResult::kAcquired);
    crew.join();
    release_lock_of(l);
    thread_lock_free(l);
}

TEST_CASE("a signal interrupts a wait only if it may") {
    // P99
    install_handler();
    ByteLock* l = thread_lock_allocate();
    REQUIRE(acquire(l, 0) == LockResult::kAcquired);
    LockResult interruptible = LockResult::kAcquired, stubborn = LockResult::kAcquired;
    for (bool may : {true, false}) {
        std::atomic<bool> done{false};
        std::atomic<pthread_t> self{0};
        g_signals = 0;
        Crew crew;
        crew.run("waiter", [&] {
            self.store(pthread_self());
            (may ? interruptible : stubborn) = acquire(l, may ? -1 : 30000, may);
            done.store(true);
        });
        while (self.load() == 0) std::this_thread::yield();
        // The thread handle stays valid: the crew has not joined it yet.
        pester(self.load(), done);
        crew.join();
        REQUIRE(g_signals > 0);
    }
    REQUIRE(interruptible == LockResult::kInterrupted);
    REQUIRE(stubborn == LockResult::kFailure);
    release_lock_of(l);
    thread_lock_free(l);
}

TEST_CASE("no wake-up is lost among waiters with and without time limits") {
    ByteLock lock;
    long counter = 0;
    std::atomic<long> timeouts{0};
    constexpr int kThreads = 8, kRounds = 3000;
    {
        Crew crew(60);
        for (int t = 0; t < kThreads; ++t) {
            crew.run("worker", [&, t] {
                for (int i = 0; i < kRounds; ++i) {
                    if (t % 2 == 0) {
                        lock.lock();
                    } else {
                        while (lock.lock_until(sync::Deadline::after(1000), true) != sync::Wake::kUnparked) {
                            timeouts.fetch_add(1);
                        }
                    }
                    ++counter;
                    if (!lock.unlock()) abort();
                }
            });
        }
    }
    REQUIRE(counter == kThreads * kRounds);
    REQUIRE_FALSE(lock.is_locked());
}

TEST_CASE("an attached thread gives the interpreter lock away only if it has to wait") {
    // H104
    Runtime rt;
    Attached ts = rt.ts();
    ByteLock lock;
    uint64_t takes = rt.main().takes;
    lock.lock(ts);
    REQUIRE(rt.main().takes == takes);
    Crew crew;
    bool ran_python = false;
    crew.run("owner's friend", [&] {
        GilStateResult s = ensure();
        ran_python = true;
        release(s);
        if (!lock.unlock()) abort();
    });
    lock.lock(ts);
    REQUIRE(rt.main().takes == takes + 1);
    REQUIRE(ran_python);
    crew.join();
    REQUIRE(lock.lock_until(ts, sync::Deadline::after(1'000'000), false) == sync::Wake::kTimedOut);
    REQUIRE(lock.unlock());
}

TEST_CASE("a contended PyMutex lets its owner take the interpreter lock") {
    // P105
    Runtime rt;
    ByteLock m;
    py_mutex_lock(m);
    REQUIRE(py_mutex_is_locked(m));
    bool ran_python = false;
    Crew crew;
    crew.run("owner", [&] {
        GilStateResult s = ensure();
        ran_python = true;
        release(s);
        py_mutex_unlock(m);
    });
    py_mutex_lock(m);
    crew.join();
    REQUIRE(ran_python);
    REQUIRE(current_or_null() == &rt.main());
    py_mutex_unlock(m);
    REQUIRE_FALSE(py_mutex_is_locked(m));
    // And without any runtime.
    ThreadState* t = save();
    py_mutex_lock(m);
    py_mutex_unlock(m);
    restore(t);
}

TEST_CASE("thread-specific storage: idempotent creation, null by default, one value per thread") {
    // P106
    Tss t;
    REQUIRE_FALSE(tss_is_created(t));
    REQUIRE(tss_create(t));
    unsigned key = t.key;
    REQUIRE(tss_create(t));
    REQUIRE(t.key == key);
    REQUIRE(tss_is_created(t));
    REQUIRE(tss_get(t) == nullptr);
    int here = 0, there = 0;
    REQUIRE(tss_set(t, &here));
    void *other_first = &here, *other_second = nullptr;
    Crew crew;
    crew.run("other", [&] {
        other_first = tss_get(t);
        tss_set(t, &there);
        other_second = tss_get(t);
    });
    crew.join();
    REQUIRE(other_first == nullptr);
    REQUIRE(other_second == &there);
    REQUIRE(tss_get(t) == &here);
    tss_remove(t);
    REQUIRE_FALSE(tss_is_created(t));
    tss_remove(t);
    REQUIRE(tss_create(t));
    REQUIRE(tss_get(t) == nullptr);
    tss_remove(t);

    int old = tls_create_key();
    REQUIRE(old >= 0);
    REQUIRE(tls_value(old) == nullptr);
    REQUIRE(tls_set_value(old, &here));
    REQUIRE(tls_value(old) == &here);
    tls_delete_value(old);
    REQUIRE(tls_value(old) == nullptr);
    tls_delete_key(old);
}

namespace {

struct Child {
    std::atomic<unsigned long> ident{0};
    std::atomic<bool> slot_is_own{false};
    std::atomic<bool> done{false};
    std::atomic<uint64_t> id{0};
};
void child_body(Attached ts, void* arg) {
    auto* c = static_cast<Child*>(arg);
    c->ident.store(ts->thread_id);
    c->id.store(ts->id);
    c->slot_is_own.store(gilstate_this_thread() == &ts.state() && gilstate_check());
    c->done.store(true);
}
std::atomic<bool> g_bare_ran{false};
void bare_body(void*) {
    g_bare_ran.store(true);
}

}  // namespace

TEST_CASE("a started thread is bound by itself, runs attached, and leaves no state behind") {
    Runtime rt;
    Attached ts = rt.ts();
    Child child;
    unsigned long ident = 0;
    REQUIRE(spawn_attached(ts, child_body, &child, &ident));
    ts.detached([&] {
        while (!child.done.load()) std::this_thread::yield();
    });
    while (count_threads(rt.interp()) > 1) ts.detached([] { std::this_thread::yield(); });
    REQUIRE(child.ident.load() == ident);
    REQUIRE(child.id.load() == 2);
    REQUIRE(child.slot_is_own.load());
    REQUIRE(spawn_thread(nullptr, bare_body, nullptr, &ident));
    while (!g_bare_ran.load()) std::this_thread::yield();
}

TEST_CASE("a thread that the system refuses leaves no state behind") {
    Runtime rt;
    rt.interp().stack_size = size_t{1} << 60;
    Child child;
    unsigned long ident = 0;
    REQUIRE_FALSE(spawn_attached(rt.ts(), child_body, &child, &ident));
    REQUIRE(count_threads(rt.interp()) == 1);
    REQUIRE_FALSE(child.done.load());
    REQUIRE(set_stack_size(rt.interp(), 100) == -1);
    REQUIRE(set_stack_size(rt.interp(), 1 << 20) == 0);
    REQUIRE(spawn_attached(rt.ts(), child_body, &child, &ident));
    rt.ts().detached([&] {
        while (!child.done.load()) std::this_thread::yield();
    });
    while (count_threads(rt.interp()) > 1) rt.ts().detached([] { std::this_thread::yield(); });
    REQUIRE(set_stack_size(rt.interp(), 0) == 0);
}
