// The end of the runtime, and fork. Bodies that leave threads parked run in processes of their own.
#include "test/support/catch.h"

#include <csignal>
#include <sys/wait.h>
#include <unistd.h>

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

std::string g_phases;
void shutdown_hook(Attached) {
    g_phases += "join ";
}
void atexit_hook(Attached) {
    g_phases += "atexit ";
}
int flush_hook(Attached) {
    g_phases += "flush ";
    return -1;
}
void clear_hook(Attached ts) {
    g_phases += "clear" + std::to_string(ts->interp->id) + " ";
}
void thread_clear_hook(Attached, ThreadState& t) {
    g_phases += "t" + std::to_string(t.id) + " ";
}
void end_hook() {
    g_phases += "end ";
}
int pending(void*) {
    g_phases += "pending ";
    return 0;
}

Hooks phase_hooks() {
    g_phases.clear();
    Hooks h;
    h.threading_shutdown = shutdown_hook;
    h.call_atexit = atexit_hook;
    h.flush_std_files = flush_hook;
    h.interp_clear = clear_hook;
    h.thread_clear = thread_clear_hook;
    h.process_end = end_hook;
    return h;
}

// Starts a detached bare thread.
void start(void (*body)(void*), void* arg = nullptr) {
    unsigned long ident;
    if (!spawn_thread(nullptr, body, arg, &ident)) abort();
}

std::atomic<int> g_reached{0}, g_returned{0}, g_unwound{0};
struct Unwound {
    ~Unwound() { g_unwound.fetch_add(1); }
};

Gate g_detached, g_finalized;

void detached_across_finalize(void*) {
    Unwound witness;
    GilStateResult s = ensure();
    ThreadState* t = save();
    g_detached.open();
    g_finalized.wait();
    g_reached.fetch_add(1);
    restore(t);  // never returns
    g_returned.fetch_add(1);
    release(s);
}

void daemon_loop(void*) {
    Unwound witness;
    GilStateResult s = ensure();
    Attached ts = current_attached();
    g_reached.fetch_add(1);
    for (;;) {
        if (--ts->ticks < 0) (void)poll(ts);
    }
    release(s);
}

void waits_for_parked(uint64_t n) {
    while (process().parked_threads.load() < n) std::this_thread::yield();
}

}  // namespace

TEST_CASE("finalization goes through its phases in CPython's order") {
    Runtime rt(phase_hooks());
    new_thread_state(rt.interp(), Origin::kExplicit);
    add_pending_call(pending, nullptr);
    REQUIRE(rt.finalize() == -1);  // flushing failed, everything else was done
    REQUIRE(g_phases == "join pending atexit t2 flush clear0 t1 end ");
}

TEST_CASE("sub-interpreters that are left over end first") {
    // X10
    Runtime rt(phase_hooks());
    const char* error = nullptr;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    REQUIRE(sub != nullptr);
    swap(&rt.main());
    InterpreterConfig own;
    own.use_main_obmalloc = 0;
    own.check_multi_interp_extensions = 1;
    own.gil = static_cast<int>(GilChoice::kOwn);
    REQUIRE(new_interpreter(own, &error, "test") != nullptr);
    swap(&rt.main());
    rt.finalize();
    REQUIRE(g_phases == "join atexit join atexit t1 clear2 t2 join atexit t1 clear1 t2 flush clear0 t1 end ");
    REQUIRE(process().interpreters == nullptr);
}

CHILD(returning_thread_parks) {
    // X90: with a new run of the runtime on top of the old one's ashes.
    {
        Runtime rt;
        ThreadState* main = save();
        start(detached_across_finalize);
        g_detached.wait();
        restore(main);
        CHILD_CHECK(rt.finalize() == 0);
    }
    Runtime again;
    ThreadState* main = save();
    g_finalized.open();
    waits_for_parked(1);
    restore(main);
    CHILD_CHECK(g_reached == 1);
    CHILD_CHECK(g_returned == 0);
    CHILD_CHECK(g_unwound == 0);
    CHILD_CHECK(count_threads(again.interp()) == 1);
    return 0;
}
TEST_CASE("a thread that comes back after finalization parks and never unwinds") {
    REQUIRE(succeeds("returning_thread_parks"));
}

CHILD(daemons_park) {
    // P94, P95
    for (Mode mode : {Mode::kFair, Mode::kTimed, Mode::kTicks}) {
        GilSettings settings;
        settings.mode = mode;
        uint64_t parked = process().parked_threads.load();
        g_reached = 0;
        Runtime rt({}, settings);
        ThreadState* main = save();
        for (int i = 0; i < 4; ++i) start(daemon_loop);
        while (g_reached < 4) std::this_thread::yield();
        restore(main);
        CHILD_CHECK(rt.finalize() == 0);
        waits_for_parked(parked + 4);
        CHILD_CHECK(g_unwound == 0);
    }
    return 0;
}
TEST_CASE("daemon threads in a loop do not keep finalization from ending") {
    REQUIRE(succeeds("daemons_park"));
}

CHILD(parked_threads_take_no_signals) {
    // H97: the signal goes to the process; the only thread that may take it is the main one.
    static std::atomic<unsigned long> handled_by{0};
    struct sigaction act {};
    act.sa_handler = [](int) { handled_by.store(sync::current_ident()); };
    sigaction(SIGUSR1, &act, nullptr);
    {
        Runtime rt;
        ThreadState* main = save();
        for (int i = 0; i < 4; ++i) start(daemon_loop);
        while (g_reached < 4) std::this_thread::yield();
        restore(main);
        rt.finalize();
    }
    waits_for_parked(4);
    for (int i = 0; i < 50; ++i) {
        handled_by.store(0);
        kill(getpid(), SIGUSR1);
        while (handled_by.load() == 0) std::this_thread::yield();
        CHILD_CHECK(handled_by.load() == sync::current_ident());
    }
    return 0;
}
TEST_CASE("a parked thread does not take the process's signals") {
    REQUIRE(succeeds("parked_threads_take_no_signals"));
}

CHILD(storm_of_attaching_threads) {
    static std::atomic<bool> stop{false};
    Runtime rt;
    ThreadState* main = save();
    auto body = [](void*) {
        g_reached.fetch_add(1);
        while (!stop.load()) release(ensure());
    };
    for (int i = 0; i < 50; ++i) start(body);
    while (g_reached < 50) std::this_thread::yield();
    restore(main);
    CHILD_CHECK(rt.finalize() == 0);
    _exit(0);  // some threads may be about to report that the runtime is gone
}
TEST_CASE("fifty threads may race finalization") {
    ChildResult r = run_child("storm_of_attaching_threads");
    INFO(r.output);
    // A thread that makes a new state after the end is told so; nothing else may happen.
    REQUIRE((r.ok() || r.aborted_with("Python has been finalized")));
}

TEST_CASE("a hundred runs leave the memory as it was") {
    auto resident = [] {
        long pages = 0, total = 0;
        FILE* f = fopen("/proc/self/statm", "r");
        if (fscanf(f, "%ld %ld", &total, &pages) != 2) pages = 0;
        fclose(f);
        return pages;
    };
    auto run = [] {
        Hooks h;
        h.thread_upper_size = 65536;
        h.interp_upper_size = 65536;
        Runtime rt(h);
        const char* error = nullptr;
        ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
        release(ensure());
        end_interpreter(sub, "test");
        swap(&rt.main());
        ThreadState* main = save();
        Crew crew;
        crew.run("foreign", [] { release(ensure()); });
        crew.join();
        restore(main);
    };
    for (int i = 0; i < 10; ++i) run();
    long before = resident();
    for (int i = 0; i < 100; ++i) run();
#ifndef BATON_SANITIZED                   // whose allocator holds back what was freed
    REQUIRE(resident() - before < 1000);  // pages; one leaked state or interpreter per run would be 1,700
#else
    (void)before;
#endif
}

namespace {

int child_status(pid_t pid) {
    int status = 0;
    waitpid(pid, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 200 + WTERMSIG(status);
}

pid_t fork_attached(Attached ts) {
    before_fork(ts);
    pid_t pid = fork();
    if (pid == 0) {
        alarm(20);
        after_fork_child(ts);
    } else {
        after_fork_parent(ts);
    }
    return pid;
}

}  // namespace

TEST_CASE("the child of a fork has one thread state, the same one, with new ids") {
    // P84
    Runtime rt;
    new_thread_state(rt.interp(), Origin::kExplicit);
    pid_t pid = fork_attached(rt.ts());
    if (pid == 0) {
        bool ok = current_or_null() == &rt.main() && gilstate_this_thread() == &rt.main() &&
                  count_threads(rt.interp()) == 1 &&
                  rt.main().native_thread_id == sync::current_native_id() && is_main_thread();
        release(ensure());
        restore(save());
        _exit(ok && rt.finalize() == 0 ? 0 : 1);
    }
    REQUIRE(child_status(pid) == 0);
    REQUIRE(count_threads(rt.interp()) == 2);
}

TEST_CASE("the child of a fork on a foreign thread makes it the main thread") {
    // P85
    Runtime rt;
    ThreadState* main = save();
    int status = -1;
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        pid_t pid = fork_attached(current_attached());
        if (pid == 0) {
            static int ran = 0;
            add_pending_call([](void*) { return ++ran, 0; }, nullptr);
            make_pending_calls(current_attached());
            _exit(is_main_thread() && ran == 1 ? 0 : 1);
        }
        status = child_status(pid);
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE(status == 0);
}

TEST_CASE("a child forked while eight threads contend can use the lock") {
    // P88, H89
    Runtime rt;
    ThreadState* main = save();
    std::atomic<bool> stop{false};
    std::atomic<int> failures{0};
    Crew crew(120);
    for (int i = 0; i < 8; ++i) {
        crew.run("contender", [&] {
            while (!stop.load()) {
                release(ensure());
                (void)add_pending_call([](void*) { return 0; }, nullptr);
            }
        });
    }
    restore(main);
    for (int i = 0; i < 100; ++i) {
        Attached ts = rt.ts();
        pid_t pid = fork_attached(ts);
        if (pid == 0) {
            for (int k = 0; k < 100; ++k) {
                restore(save());
                (void)add_pending_call([](void*) { return 0; }, nullptr);
                (void)poll(current_attached());
            }
            _exit(count_threads(rt.interp()) == 1 ? 0 : 1);
        }
        if (ts.detached([&] { return child_status(pid); }) != 0) failures.fetch_add(1);
    }
    stop.store(true);
    rt.ts().detached([&] { crew.join(); });
    REQUIRE(failures == 0);
}

TEST_CASE("a child forgets other interpreters, and guards of threads it does not have") {
    Runtime rt;
    const char* error = nullptr;
    InterpreterConfig own;
    own.use_main_obmalloc = 0;
    own.check_multi_interp_extensions = 1;
    own.gil = static_cast<int>(GilChoice::kOwn);
    ThreadState* sub = new_interpreter(own, &error, "test");
    swap(&rt.main());
    InterpreterView view = view_from_current(rt.ts());
    InterpreterGuard *theirs = nullptr, *mine = guard_from_current(rt.ts());
    {
        Crew crew;
        crew.run("guard", [&] { theirs = guard_from_view(view); });
    }
    pid_t pid = fork_attached(rt.ts());
    if (pid == 0) {
        bool ok = process().interpreters == &rt.interp();
        guard_close(mine, "test");
        _exit(ok && rt.finalize() == 0 ? 0 : 1);  // would wait for ever for the other thread's guard
    }
    REQUIRE(child_status(pid) == 0);
    guard_close(theirs, "test");
    guard_close(mine, "test");
    swap(sub);
    end_interpreter(sub, "test");
    restore(&rt.main());
}

TEST_CASE("the child hook in a process that did not fork only makes the caller the main thread") {
    Runtime rt;
    ThreadState* main = save();
    bool was_main = true, is_main = false;
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        was_main = is_main_thread();
        after_fork_child(current_attached());
        is_main = is_main_thread();
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE_FALSE(was_main);
    REQUIRE(is_main);
    REQUIRE_FALSE(is_main_thread());
    after_fork_child(rt.ts());
    REQUIRE(is_main_thread());
}
