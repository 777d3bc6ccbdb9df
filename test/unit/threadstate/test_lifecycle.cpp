// Initialisation, thread states and their life, attaching in all its forms.
#include "test/support/catch.h"

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

int g_order[40];
int g_order_count;
template <int N>
void exit_function() {
    g_order[g_order_count++] = is_initialized() ? -1 : N;
}

std::atomic<int> g_cleared{0}, g_freed{0}, g_made{0};
bool count_init(ThreadState& t) {
    g_made.fetch_add(1);
    return t.upper<long>() == 0;  // zero at creation
}
void count_clear(Attached, ThreadState&) {
    g_cleared.fetch_add(1);
}
void count_free(ThreadState&) {
    g_freed.fetch_add(1);
}

struct Upper {
    long a, b[100];
};

}  // namespace

TEST_CASE("a process is not initialised, then is, then is not, and both steps may be repeated") {
    // P1, P2, P3
    REQUIRE_FALSE(is_initialized());
    REQUIRE(gilstate_check());
    Runtime rt;
    REQUIRE(is_initialized());
    REQUIRE(is_main_thread());
    REQUIRE(rt.interp().id == 0);
    REQUIRE(rt.main().id == 1);
    REQUIRE(rt.main().gilstate_counter == 1);
    REQUIRE(gilstate_this_thread() == &rt.main());
    REQUIRE(gilstate_check());
    REQUIRE(rt.main().gil->holder_unlocked() == &rt.main());
    const char* error = nullptr;
    REQUIRE(initialize_runtime(&error) == nullptr);
    REQUIRE(error == nullptr);
    REQUIRE(rt.finalize() == 0);
    REQUIRE_FALSE(is_initialized());
    REQUIRE(gilstate_this_thread() == nullptr);  // P9
    REQUIRE(current_or_null() == nullptr);
}

TEST_CASE("ids start again after finalize and initialise") {
    // P4
    for (int i = 0; i < 100; ++i) {
        Runtime rt;
        REQUIRE(rt.interp().id == 0);
        REQUIRE(rt.main().id == 1);
        REQUIRE(ensure() == GilStateResult::kLocked);
        release(GilStateResult::kLocked);
        ThreadState* extra = new_thread_state(rt.interp(), Origin::kExplicit);
        REQUIRE(extra->id == 2);
        delete_thread_state(extra, "test");
    }
}

TEST_CASE("exit functions run last in first out after the runtime is gone, and the 33rd is refused") {
    // P5
    Runtime rt;
    g_order_count = 0;
    REQUIRE(add_exit_function(exit_function<1>));
    REQUIRE(add_exit_function(exit_function<2>));
    for (int i = 2; i < 32; ++i) REQUIRE(add_exit_function(exit_function<3>));
    REQUIRE_FALSE(add_exit_function(exit_function<4>));
    rt.finalize();
    REQUIRE(g_order_count == 32);
    REQUIRE(g_order[0] == 3);
    REQUIRE(g_order[30] == 2);
    REQUIRE(g_order[31] == 1);
}

TEST_CASE("thread states have rising ids, newest first, and the upper block is zero") {
    Hooks h;
    h.thread_upper_size = sizeof(Upper);
    h.thread_init = count_init;
    h.thread_clear = count_clear;
    h.thread_free = count_free;
    g_made = g_cleared = g_freed = 0;
    {
        Runtime rt(h);
        ThreadState* a = new_thread_state(rt.interp(), Origin::kExplicit);
        ThreadState* b = new_thread_state(rt.interp(), Origin::kExplicit);
        REQUIRE(a->id == 2);
        REQUIRE(b->id == 3);
        REQUIRE(rt.interp().threads == b);
        REQUIRE(b->next == a);
        REQUIRE(a->next == &rt.main());
        REQUIRE(a->prev == b);
        REQUIRE(reinterpret_cast<uintptr_t>(&a->upper<Upper>()) % 64 == 0);
        REQUIRE(a->upper<Upper>().b[99] == 0);
        a->upper<Upper>().b[99] = 1;
        clear_thread_state(a, "test");
        delete_thread_state(a, "test");
        REQUIRE(b->next == &rt.main());
        delete_thread_state(b, "test");
        REQUIRE(count_threads(rt.interp()) == 1);
        ThreadState* c = new_thread_state(rt.interp(), Origin::kExplicit);
        REQUIRE(c->id == 4);  // never reused
        delete_thread_state(c, "test");
    }
    REQUIRE(g_made == 4);
    REQUIRE(g_freed == 4);
    REQUIRE(g_cleared == 2);
}

TEST_CASE("the classic fields are where cp311 extensions expect them") {
    Runtime rt;
    auto* raw = reinterpret_cast<char*>(&rt.main());
    REQUIRE(*reinterpret_cast<InterpreterState**>(raw + 16) == &rt.interp());
    REQUIRE(*reinterpret_cast<int*>(raw + 24) == 1);
    REQUIRE(*reinterpret_cast<int*>(raw + 136) == 1);
    REQUIRE(*reinterpret_cast<unsigned long*>(raw + 152) == sync::current_ident());
    REQUIRE(*reinterpret_cast<unsigned long*>(raw + 160) == sync::current_native_id());
    REQUIRE(*reinterpret_cast<uint64_t*>(raw + 240) == 1);
    REQUIRE(rt.main().cframe == &rt.main().root_cframe);
    REQUIRE(rt.main().exc_info == &rt.main().exc_state);
}

TEST_CASE("save and restore keep errno and the state") {
    // P31, P34, P37
    Runtime rt;
    ThreadState* t = save();
    REQUIRE(t == &rt.main());
    REQUIRE(current_or_null() == nullptr);
    REQUIRE_FALSE(gilstate_check());
    errno = 99;
    restore(t);
    REQUIRE(errno == 99);
    REQUIRE(current_or_null() == t);
    REQUIRE(rt.main().phase == Phase::kAttached);
}

#ifndef BATON_SANITIZED
namespace {

// From here on every system call but exit_group kills the process.
void forbid_system_calls() {
    sock_filter filter[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_exit_group, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
    };
    sock_fprog program{sizeof filter / sizeof filter[0], filter};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(3);
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) != 0) _exit(3);
}

}  // namespace

CHILD(no_system_calls) {
    // H117
    static Runtime* rt = new Runtime;
    restore(save());
    release(ensure());
    ByteLock lock;
    forbid_system_calls();
    for (int i = 0; i < 1000000; ++i) restore(save());
    for (int i = 0; i < 1000; ++i) {
        release(ensure());
        (void)poll(rt->ts());
        lock.lock(rt->ts());
        if (!lock.unlock()) _exit(4);
    }
    _exit(0);
}
CHILD(one_system_call) {
    forbid_system_calls();
    syscall(SYS_getpid);
    _exit(0);
}
TEST_CASE("a million uncontended save and restore pairs make no system call") {
    REQUIRE(succeeds("no_system_calls"));
    REQUIRE(run_child("one_system_call").signal == SIGSYS);  // the trap works
}
#endif

TEST_CASE("a state saved by one thread can be restored by another") {
    // P37
    Runtime rt;
    ThreadState* t = save();
    unsigned long ident = t->thread_id;
    ThreadState* seen = nullptr;
    Crew crew;
    crew.run("other", [&] {
        restore(t);
        seen = current_or_null();
        save();
    });
    crew.join();
    restore(t);
    REQUIRE(seen == t);
    REQUIRE(t->thread_id == ident);
}

TEST_CASE("several threads may take turns with one state, and swap away from it and back") {
    // Bareos, Kodi and Ceph do this.
    Runtime rt;
    ThreadState* shared = save();
    bool alone = true;
    int inside = 0;
    {
        Crew crew(60);
        for (int i = 0; i < 4; ++i) {
            crew.run("job", [&] {
                for (int k = 0; k < 300; ++k) {
                    acquire_thread(shared, "PyEval_AcquireThread");
                    if (++inside != 1) alone = false;
                    ThreadState* fresh = new_thread_state(*shared->interp, Origin::kExplicit);
                    swap(fresh);
                    clear_thread_state(fresh, "test");
                    --inside;
                    swap(shared);
                    delete_thread_state(fresh, "test");
                    release_thread(shared, "PyEval_ReleaseThread");
                }
            });
        }
    }
    restore(shared);
    REQUIRE(alone);
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("a state made here and first attached there is bound there") {
    // P28, X29
    Runtime rt;
    ThreadState* t = new_thread_state(rt.interp(), Origin::kExplicit);
    REQUIRE(t->phase == Phase::kFresh);
    ThreadState* main = save();
    unsigned long there = 0, native = 0;
    ThreadState* slot = t;
    bool check = true;
    Crew crew;
    crew.run("other", [&] {
        acquire_thread(t, "PyEval_AcquireThread");
        there = sync::current_ident();
        native = sync::current_native_id();
        slot = gilstate_this_thread();
        check = gilstate_check();
        release_thread(t, "PyEval_ReleaseThread");
    });
    crew.join();
    restore(main);
    REQUIRE(t->thread_id == there);
    REQUIRE(t->native_thread_id == native);
    REQUIRE(slot == nullptr);
    REQUIRE_FALSE(check);
    REQUIRE(t->phase == Phase::kBound);
    clear_thread_state(t, "test");
    REQUIRE(t->phase == Phase::kCleared);
    delete_thread_state(t, "test");
}

TEST_CASE("acquire and release of a new state work ten thousand times") {
    // P43
    Runtime rt;
    ThreadState* main = save();
    ThreadState* t = new_thread_state(*main->interp, Origin::kExplicit);
    for (int i = 0; i < 10000; ++i) {
        acquire_thread(t, "PyEval_AcquireThread");
        release_thread(t, "PyEval_ReleaseThread");
    }
    restore(main);
    delete_thread_state(t, "test");
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("deleting the current state gives the lock to a waiter") {
    // P49, P50
    Runtime rt;
    ThreadState* main = save();
    ThreadState* t = new_thread_state(*main->interp, Origin::kExplicit);
    acquire_thread(t, "PyEval_AcquireThread");
    bool ran = false;
    Crew crew;
    crew.run("waiter", [&] {
        ThreadState* mine = new_thread_state(*main->interp, Origin::kExplicit);
        restore(mine);
        ran = true;
        clear_thread_state(mine, "test");
        delete_current_thread_state("test");
    });
    while (t->gil->snapshot().waiters == 0) std::this_thread::yield();
    clear_thread_state(t, "test");
    delete_current_thread_state("PyThreadState_DeleteCurrent");
    crew.join();
    REQUIRE(ran);
    REQUIRE(current_or_null() == nullptr);
    restore(main);
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("the raw lock can be released and acquired, and the current state stays") {
    // P52
    Runtime rt;
    release_lock("PyEval_ReleaseLock");
    REQUIRE(current_or_null() == &rt.main());
    REQUIRE(rt.main().gil->holder_unlocked() == nullptr);
    acquire_lock("PyEval_AcquireLock");
    REQUIRE(current_or_null() == &rt.main());
    REQUIRE(rt.main().gil->holder_unlocked() == &rt.main());
    release_lock("PyEval_ReleaseLock");
    REQUIRE(swap(nullptr) == &rt.main());  // only the pointer
    restore(&rt.main());
}

TEST_CASE("swap moves the lock between states and keeps it") {
    // P39, P40 (3.11 profile)
    Runtime rt;
    ThreadState* other = new_thread_state(rt.interp(), Origin::kExplicit);
    REQUIRE(swap(&rt.main()) == &rt.main());
    REQUIRE(swap(other) == &rt.main());
    REQUIRE(current_or_null() == other);
    REQUIRE(rt.main().phase == Phase::kBound);
    REQUIRE(other->phase == Phase::kAttached);
    REQUIRE(swap(nullptr) == other);
    REQUIRE(current_or_null() == nullptr);
    REQUIRE(rt.main().gil->holder_unlocked() == &rt.main().gil->limbo());
    REQUIRE(swap(&rt.main()) == nullptr);
    REQUIRE(rt.main().gil->holder_unlocked() == &rt.main());
    delete_thread_state(other, "test");
}

TEST_CASE("without a current state a foreign thread has to wait, in the 3.11 profile") {
    // P40
    Runtime rt;
    swap(nullptr);
    std::atomic<bool> in{false};
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        in.store(true);
        release(s);
    });
    while (process().main_gil.snapshot().waiters == 0) std::this_thread::yield();
    bool entered_early = in.load();
    swap(&rt.main());
    ThreadState* t = save();
    crew.join();
    restore(t);
    REQUIRE_FALSE(entered_early);
    REQUIRE(in.load());
}

TEST_CASE("without a current state the lock is free, in the 3.12 profile") {
    // P40, other profile
    Runtime rt;
    process().profile.swap_null_releases = true;
    REQUIRE(swap(nullptr) == &rt.main());
    Crew crew;
    crew.run("foreign", [&] { release(ensure()); });
    crew.join();
    REQUIRE(swap(&rt.main()) == nullptr);
    REQUIRE(rt.main().phase == Phase::kAttached);
    process().profile.swap_null_releases = false;
}

TEST_CASE("leftover states can be cleared and deleted without a current state") {
    Hooks h;
    h.thread_clear = count_clear;
    g_cleared = 0;
    Runtime rt(h);
    ThreadState* t = new_thread_state(rt.interp(), Origin::kExplicit);
    swap(nullptr);
    clear_thread_state(t, "PyThreadState_Clear");
    REQUIRE(current_or_null() == nullptr);
    delete_thread_state(t, "PyThreadState_Delete");
    swap(&rt.main());
    REQUIRE(g_cleared == 1);
}

TEST_CASE("a detached region runs without the lock, and its result and errno come back") {
    // P38
    Runtime rt;
    Attached ts = rt.ts();
    bool ran = false;
    int result = ts.detached([&] {
        Crew crew;
        crew.run("other", [&] {
            GilStateResult s = ensure();
            ran = true;
            release(s);
        });
        crew.join();
        errno = 33;
        return 7;
    });
    REQUIRE(errno == 33);
    REQUIRE(result == 7);
    REQUIRE(ran);
    REQUIRE(ts->id == 1);
    bool void_ran = false;
    ts.detached_long([&] { void_ran = true; });
    REQUIRE(void_ran);
}

TEST_CASE("the lifecycle table has one outcome per cell, and each cell is enforced") {
    // Every cell, against the table in the header's comment.
    const Phase want[kPhases][kSteps] = {
        {Phase::kBound, Phase::kDies, Phase::kDies, Phase::kCleared, Phase::kGone},
        {Phase::kDies, Phase::kAttached, Phase::kDies, Phase::kCleared, Phase::kGone},
        {Phase::kDies, Phase::kDies, Phase::kBound, Phase::kClearedAttached, Phase::kDies},
        {Phase::kDies, Phase::kDies, Phase::kCleared, Phase::kClearedAttached, Phase::kDies},
        {Phase::kDies, Phase::kClearedAttached, Phase::kDies, Phase::kCleared, Phase::kGone},
        {Phase::kDies, Phase::kDies, Phase::kDies, Phase::kDies, Phase::kDies},
    };
    for (int p = 0; p < kPhases; ++p) {
        for (int s = 0; s < kSteps; ++s) {
            REQUIRE(kLifecycle[p][s] == want[p][s]);
            if (want[p][s] == Phase::kDies) continue;
            ThreadState t;
            t.phase = static_cast<Phase>(p);
            t.step(static_cast<Step>(s), "test");
            REQUIRE(t.phase == want[p][s]);
        }
    }
}

CHILD(deadly_cells_die) {
    // The cell to try comes from the environment of the parent test.
    const char* cell = getenv("BATON_TEST_CELL");
    CHILD_CHECK(cell != nullptr);
    ThreadState t;
    t.phase = static_cast<Phase>(cell[0] - '0');
    t.step(static_cast<Step>(cell[1] - '0'), "PyThreadState_Test");
    return 0;
}

TEST_CASE("each deadly cell of the lifecycle table dies, naming the function") {
    for (int p = 0; p < kPhases; ++p) {
        for (int s = 0; s < kSteps; ++s) {
            if (kLifecycle[p][s] != Phase::kDies) continue;
            char cell[3] = {static_cast<char>('0' + p), static_cast<char>('0' + s), 0};
            setenv("BATON_TEST_CELL", cell, 1);
            REQUIRE(dies_with("deadly_cells_die", "Fatal Python error: PyThreadState_Test: "));
        }
    }
}
