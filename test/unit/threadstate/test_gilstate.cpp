// PyGILState on the main thread and on foreign ones.
#include "test/support/catch.h"

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

// A destructor that uses the API itself, once per clear.
std::atomic<int> g_destructor_runs{0};
bool g_destructor_attached = false;
void clear_that_ensures(Attached ts, ThreadState&) {
    g_destructor_attached = attached_here(ts.state());
    GilStateResult s = ensure();
    g_destructor_runs.fetch_add(1);
    release(s);
}

}  // namespace

TEST_CASE("ensure on a thread that holds the lock nests") {
    // P12
    Runtime rt;
    REQUIRE(ensure() == GilStateResult::kLocked);
    REQUIRE(rt.main().gilstate_counter == 2);
    release(GilStateResult::kLocked);
    REQUIRE(rt.main().gilstate_counter == 1);
    REQUIRE(gilstate_check());
}

TEST_CASE("ensure on a detached main thread attaches its own state") {
    // P13
    Runtime rt;
    ThreadState* t = save();
    REQUIRE(ensure() == GilStateResult::kUnlocked);
    REQUIRE(current_or_null() == t);
    release(GilStateResult::kUnlocked);
    REQUIRE(current_or_null() == nullptr);
    restore(t);
}

TEST_CASE("three nested ensures with detached regions between use one state") {
    // P14
    Runtime rt;
    ThreadState* main = save();
    std::vector<int> results, counters;
    std::vector<ThreadState*> states;
    Crew crew;
    crew.run("foreign", [&] {
        auto note = [&](GilStateResult s) {
            results.push_back(static_cast<int>(s));
            counters.push_back(current_or_null()->gilstate_counter);
            states.push_back(current_or_null());
        };
        GilStateResult a = ensure();
        note(a);
        GilStateResult b = ensure();
        note(b);
        ThreadState* t = save();
        GilStateResult c = ensure();
        note(c);
        release(c);
        restore(t);
        release(b);
        release(a);
    });
    crew.join();
    restore(main);
    REQUIRE(results == std::vector<int>{1, 0, 1});
    REQUIRE(counters == std::vector<int>{1, 2, 3});
    REQUIRE(states[0] == states[2]);
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("a million nested pairs leave the list as it was") {
    // P18
    Runtime rt;
    for (int i = 0; i < 1000000; ++i) release(ensure());
    REQUIRE(count_threads(rt.interp()) == 1);
    REQUIRE(rt.main().gilstate_counter == 1);
    REQUIRE(rt.main().ensure_depth == 0);
}

TEST_CASE("more than 64 open ensures are released in order") {
    Runtime rt;
    ThreadState* t = save();
    std::vector<GilStateResult> open;
    open.push_back(ensure());
    for (int i = 0; i < 200; ++i) open.push_back(ensure());
    while (!open.empty()) {
        release(open.back());
        open.pop_back();
    }
    REQUIRE(current_or_null() == nullptr);
    restore(t);
}

TEST_CASE("a destructor that runs in the last release may use ensure, and runs once") {
    // X19, P20
    Hooks h;
    h.thread_clear = clear_that_ensures;
    Runtime rt(h);
    g_destructor_runs = 0;
    ThreadState* main = save();
    Crew crew;
    crew.run("foreign", [&] { release(ensure()); });
    crew.join();
    restore(main);
    REQUIRE(g_destructor_runs == 1);
    REQUIRE(g_destructor_attached);
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("the first ensure of a foreign thread makes a state, the outermost release removes it") {
    // P22, P23, P24
    Runtime rt;
    ThreadState* main = save();
    uint64_t first = 0, second = 0;
    bool on_main = false, native_matches = false, gone = false, check_after = true;
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        ThreadState* t = current_or_null();
        first = t->id;
        on_main = t->interp == &rt.main().interp[0];
        native_matches = t->native_thread_id == sync::current_native_id();
        release(s);
        gone = gilstate_this_thread() == nullptr;
        check_after = gilstate_check();
        s = ensure();
        second = current_or_null()->id;
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE(first == 2);
    REQUIRE(second == 3);
    REQUIRE(on_main);
    REQUIRE(native_matches);
    REQUIRE(gone);
    REQUIRE_FALSE(check_after);
}

TEST_CASE("64 foreign threads ensure and release a thousand times each") {
    // P25
    for (Mode mode : {Mode::kTicks, Mode::kTimed, Mode::kFair}) {
        GilSettings settings;
        settings.mode = mode;
        Runtime rt({}, settings);
        ThreadState* main = save();
        long total = 0;  // guarded by the lock
        {
            Crew crew(120);
            for (int i = 0; i < 64; ++i) {
                crew.run("foreign", [&] {
                    for (int k = 0; k < 1000; ++k) {
                        GilStateResult s = ensure();
                        ++total;
                        release(s);
                    }
                });
            }
        }
        restore(main);
        REQUIRE(total == 64000);
        REQUIRE(count_threads(rt.interp()) == 1);
    }
}

TEST_CASE("ensure reuses a state that was made explicitly on this thread, and release keeps it") {
    // P26, P27
    Runtime rt;
    ThreadState* main = save();
    bool same = false, kept = false, empty_after = false;
    GilStateResult result = GilStateResult::kUnlocked;
    Crew crew;
    crew.run("foreign", [&] {
        ThreadState* t = new_thread_state(*main->interp, Origin::kExplicit);
        acquire_thread(t, "PyEval_AcquireThread");
        result = ensure();
        same = current_or_null() == t;
        release(result);
        kept = current_or_null() == t && gilstate_this_thread() == t;
        clear_thread_state(t, "PyThreadState_Clear");
        delete_current_thread_state("PyThreadState_DeleteCurrent");
        empty_after = gilstate_this_thread() == nullptr;
    });
    crew.join();
    restore(main);
    REQUIRE(result == GilStateResult::kLocked);
    REQUIRE(same);
    REQUIRE(kept);
    REQUIRE(empty_after);
}

TEST_CASE("ensure with two states on one thread nests on the current one") {
    // X42
    Runtime rt;
    ThreadState* other = new_thread_state(rt.interp(), Origin::kExplicit);
    swap(other);
    REQUIRE(ensure() == GilStateResult::kLocked);
    REQUIRE(current_or_null() == other);
    release(GilStateResult::kLocked);
    swap(&rt.main());
    delete_thread_state(other, "test");
}

TEST_CASE("a counter raised by the program keeps the state alive beyond the last release") {
    // cffi and mod_wsgi do this.
    Runtime rt;
    ThreadState* main = save();
    ThreadState* kept = nullptr;
    bool reused = false;
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        kept = current_or_null();
        ++kept->gilstate_counter;
        release(s);
        s = ensure();
        reused = current_or_null() == kept;
        release(s);
    });
    crew.join();
    restore(main);
    REQUIRE(reused);
    REQUIRE(kept->gilstate_owner == nullptr);  // its thread has ended
    REQUIRE(count_threads(rt.interp()) == 2);
    clear_thread_state(kept, "PyThreadState_Clear");
    delete_thread_state(kept, "PyThreadState_Delete");
    REQUIRE(count_threads(rt.interp()) == 1);
}

TEST_CASE("a state deleted by another thread leaves its owner's slot empty") {
    Runtime rt;
    ThreadState* main = save();
    ThreadState* made = nullptr;
    Gate ready, deleted;
    bool empty = false;
    Crew crew;
    crew.run("owner", [&] {
        made = new_thread_state(*main->interp, Origin::kExplicit);
        ready.open();
        deleted.wait();
        empty = gilstate_this_thread() == nullptr;
        release(ensure());  // makes a new one
    });
    ready.wait();
    delete_thread_state(made, "test");
    deleted.open();
    crew.join();
    restore(main);
    REQUIRE(empty);
}
