// What reaches a running thread from outside: pending calls, asynchronous exceptions, signals; and the poll's
// order.
#include "test/support/catch.h"

#include <csignal>
#include <fcntl.h>
#include <unistd.h>

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;
using namespace std::string_literals;

namespace {

std::string g_log;

int note(void* arg) {
    g_log += *static_cast<const char*>(arg);
    return 0;
}
int fail(void* arg) {
    note(arg);
    return -1;
}
char A = 'a', B = 'b', C = 'c', S = 's', G = 'g', X = 'x';

int g_self_runs = 0;
int add_self(void*) {
    ++g_self_runs;
    return add_pending_call(add_self, nullptr);
}
int nested(void*) {
    g_log += 'n';
    return make_pending_calls(current_attached()) != 0 ? -1 : 0;
}

int on_signals(Attached) {
    for (int s = 1; s < kSignalCount; ++s) {
        if (take_signal(s)) g_log += S;
    }
    return 0;
}
int failing_signals(Attached) {
    return -1;
}
int on_gc(Attached) {
    g_log += G;
    return 0;
}
std::vector<Object*> g_dropped;
void on_decref(Object* o) {
    g_dropped.push_back(o);
}
Object* g_raised = nullptr;
void on_async(Attached, Object* exc) {
    g_log += X;
    g_raised = exc;
}
Object* fake(int n) {
    return reinterpret_cast<Object*>(static_cast<uintptr_t>(n) * 16);
}

Hooks all_hooks() {
    Hooks h;
    h.run_signals = on_signals;
    h.run_gc = on_gc;
    h.run_python_async_exc = on_async;
    h.decref = on_decref;
    g_log.clear();
    g_dropped.clear();
    g_raised = nullptr;
    return h;
}

}  // namespace

TEST_CASE("31 pending calls fit, the 32nd is refused, and they run first in first out") {
    // P69, P70
    Runtime rt(all_hooks());
    for (int i = 0; i < 31; ++i) REQUIRE(add_pending_call(note, i % 2 ? &B : &A) == 0);
    REQUIRE(add_pending_call(note, &C) == -1);
    REQUIRE(make_pending_calls(rt.ts()) == 0);
    REQUIRE(g_log == "ababababababababababababababababa"s.substr(0, 31));
}

TEST_CASE("pending calls run on the main thread only") {
    // P71
    Runtime rt(all_hooks());
    add_pending_call(note, &A);
    ThreadState* main = save();
    int result = -5;
    std::string log_there;
    Crew crew;
    crew.run("other", [&] {
        GilStateResult s = ensure();
        result = make_pending_calls(current_attached());
        (void)poll(current_attached());
        log_there = g_log;
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE(result == 0);
    REQUIRE(log_there.empty());
    REQUIRE(poll(rt.ts()) == 0);
    REQUIRE(g_log == "a");
}

TEST_CASE("a failing pending call ends the pass, the rest run later") {
    // P72
    Runtime rt(all_hooks());
    add_pending_call(note, &A);
    add_pending_call(fail, &B);
    add_pending_call(note, &C);
    REQUIRE(make_pending_calls(rt.ts()) == -1);
    REQUIRE(g_log == "ab");
    REQUIRE(poll(rt.ts()) == 0);
    REQUIRE(g_log == "abc");
}

TEST_CASE("a pending call that asks for pending calls gets none") {
    // P73
    Runtime rt(all_hooks());
    add_pending_call(nested, nullptr);
    add_pending_call(note, &A);
    REQUIRE(make_pending_calls(rt.ts()) == 0);
    REQUIRE(g_log == "na");
}

TEST_CASE("a call that adds itself runs 32 times per pass, and finalization ends all the same") {
    // P74, P77
    Runtime rt(all_hooks());
    g_self_runs = 0;
    add_pending_call(add_self, nullptr);
    make_pending_calls(rt.ts());
    REQUIRE(g_self_runs == 32);
    REQUIRE(rt.finalize() == 0);
    REQUIRE(g_self_runs == 64);
}

TEST_CASE("a call added in a sub-interpreter runs there, or in main in the 3.12 profile") {
    // P75
    for (bool main_only : {false, true}) {
        Runtime rt(all_hooks());
        process().profile.pending_calls_main_only = main_only;
        const char* error = nullptr;
        ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
        add_pending_call(note, &A);
        REQUIRE(poll(current_attached()) == 0);
        REQUIRE(g_log == (main_only ? "" : "a"));
        end_interpreter(sub, "test");
        swap(&rt.main());
        REQUIRE(poll(current_attached()) == 0);
        REQUIRE(g_log == "a");
        process().profile.pending_calls_main_only = false;
    }
}

TEST_CASE("a call added by a foreign thread is served while the main thread runs") {
    // P76, X123: no other thread ever wants the lock.
    Runtime rt(all_hooks());
    Attached ts = rt.ts();
    Crew crew;
    Gate start;
    crew.run("foreign", [&] {
        start.wait();
        for (int i = 0; i < 100; ++i) {
            while (add_pending_call(note, &A) != 0) std::this_thread::yield();
        }
    });
    start.open();
    while (g_log.size() < 100) {
        if (--ts->ticks < 0) (void)poll(ts);
    }
    REQUIRE(g_log == std::string(100, 'a'));
}

TEST_CASE("pending calls from many threads each run exactly once") {
    Runtime rt(all_hooks());
    Attached ts = rt.ts();
    Crew crew(60);
    for (int t = 0; t < 4; ++t) {
        crew.run("adder", [&] {
            for (int i = 0; i < 2000; ++i) {
                while (add_pending_call(note, &A) != 0) std::this_thread::yield();
            }
        });
    }
    while (g_log.size() < 8000) {
        if (--ts->ticks < 0) (void)poll(ts);
    }
    crew.join();
    REQUIRE(poll(ts) == 0);
    REQUIRE(g_log.size() == 8000);
}

TEST_CASE("a pending call does not wait for the countdown to end, whatever the check interval") {
    // H110: the countdown of mode ticks is at most one check interval away; a call zeroes nothing but is seen
    // at the first poll.
    GilSettings settings;
    settings.mode = Mode::kTicks;
    settings.check_interval = 10;
    Runtime rt(all_hooks(), settings);
    Attached ts = rt.ts();
    (void)poll(ts);
    add_pending_call(note, &A);
    int sites = 0;
    while (g_log.empty()) {
        ++sites;
        if (--ts->ticks < 0) (void)poll(ts);
    }
    REQUIRE(sites <= 11);
}

TEST_CASE("an asynchronous exception reaches its thread at the next poll") {
    // P78, P80
    Runtime rt(all_hooks());
    Attached ts = rt.ts();
    REQUIRE(set_async_exception(ts, 12345, fake(1)) == 0);
    REQUIRE(g_dropped == std::vector<Object*>{fake(1)});
    g_dropped.clear();
    REQUIRE(set_async_exception(ts, sync::current_ident(), fake(2)) == 1);
    REQUIRE(g_log.empty());
    REQUIRE(poll(ts) == -1);
    REQUIRE(g_raised == fake(2));
    REQUIRE(poll(ts) == 0);
    // A later one replaces an earlier one; null cancels.
    set_async_exception(ts, sync::current_ident(), fake(3));
    set_async_exception(ts, sync::current_ident(), fake(4));
    REQUIRE(g_dropped == std::vector<Object*>{fake(3)});
    set_async_exception(ts, sync::current_ident(), nullptr);
    REQUIRE(g_dropped == std::vector<Object*>{fake(3), fake(4)});
    REQUIRE(poll(ts) == 0);
}

TEST_CASE("an asynchronous exception does not hit a thread of another interpreter") {
    // P82
    Runtime rt(all_hooks());
    const char* error = nullptr;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    REQUIRE(set_async_exception(attached_unchecked(*sub), sync::current_ident(), fake(1)) == 1);
    REQUIRE(rt.main().async_exc == nullptr);
    REQUIRE(poll(current_attached()) == -1);
    end_interpreter(sub, "test");
    swap(&rt.main());
    REQUIRE(poll(current_attached()) == 0);
}

TEST_CASE("an asynchronous exception for the parent never hits a child that has not started") {
    // X83
    Runtime rt(all_hooks());
    ThreadState* unborn = new_thread_state(rt.interp(), Origin::kSpawn);
    REQUIRE(rt.interp().threads == unborn);
    REQUIRE(set_async_exception(rt.ts(), sync::current_ident(), fake(1)) == 1);
    REQUIRE(unborn->async_exc == nullptr);
    REQUIRE(rt.main().async_exc == fake(1));
    REQUIRE(poll(rt.ts()) == -1);
    delete_thread_state(unborn, "test");
}

TEST_CASE("the poll works in order: signals, pending calls, drop request, exception, collection") {
    Runtime rt(all_hooks());
    Attached ts = rt.ts();
    trip_signal(SIGUSR1);
    add_pending_call(note, &A);
    ts->breaker.fetch_or(kGcDue);
    REQUIRE(poll(ts) == 0);
    REQUIRE(g_log == "sag");
    g_log.clear();
    trip_signal(SIGUSR2);
    add_pending_call(note, &A);
    ts->breaker.fetch_or(kGcDue);
    set_async_exception(ts, sync::current_ident(), fake(1));
    REQUIRE(poll(ts) == -1);
    REQUIRE(g_log == "sax");
    REQUIRE(poll(ts) == 0);  // what was left is done then
    REQUIRE(g_log == "saxg");
}

TEST_CASE("a handler that raises ends the poll and the other signals stay due") {
    Hooks h = all_hooks();
    h.run_signals = failing_signals;
    Runtime rt(h);
    trip_signal(SIGUSR1);
    add_pending_call(note, &A);
    REQUIRE(poll(rt.ts()) == -1);
    REQUIRE(g_log.empty());
    REQUIRE(signals_tripped());
    clear_signals();
    REQUIRE(poll(rt.ts()) == 0);
    REQUIRE(g_log == "a");
}

TEST_CASE("signals are handled by the main thread of the main interpreter only") {
    Runtime rt(all_hooks());
    trip_signal(SIGUSR1);
    ThreadState* main = save();
    Crew crew;
    std::string log_there;
    crew.run("other", [&] {
        GilStateResult s = ensure();
        (void)poll(current_attached());
        (void)handle_signals(current_attached());
        log_there = g_log;
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE(log_there.empty());
    REQUIRE(handle_signals(rt.ts()) == 0);
    REQUIRE(g_log == "s");
    REQUIRE_FALSE(take_signal(SIGUSR1));
    trip_signal(0);
    trip_signal(65);
    REQUIRE_FALSE(signals_tripped());
}

TEST_CASE("the wake-up descriptor gets the signal's number, and a failed write is remembered") {
    int fds[2];
    REQUIRE(pipe(fds) == 0);
    REQUIRE(set_wakeup_fd(fds[1], true, false) == -1);
    REQUIRE(wakeup_fd() == fds[1]);
    errno = 5;
    trip_signal(SIGTERM);
    REQUIRE(errno == 5);
    unsigned char byte = 0;
    REQUIRE(read(fds[0], &byte, 1) == 1);
    REQUIRE(byte == SIGTERM);
    REQUIRE(take_wakeup_error() == 0);
    // Full pipe: reported only when asked for.
    fcntl(fds[1], F_SETFL, O_NONBLOCK);
    char fill[4096] = {};
    while (write(fds[1], fill, sizeof fill) > 0) {
    }
    trip_signal(SIGTERM);
    REQUIRE(take_wakeup_error() == EAGAIN);
    REQUIRE(set_wakeup_fd(fds[1], false, false) == fds[1]);
    trip_signal(SIGTERM);
    REQUIRE(take_wakeup_error() == 0);
    close(fds[0]);
    close(fds[1]);
    trip_signal(SIGTERM);
    REQUIRE(take_wakeup_error() == EBADF);
    REQUIRE(set_wakeup_fd(-1, true, false) >= 0);
    clear_signals();
}
