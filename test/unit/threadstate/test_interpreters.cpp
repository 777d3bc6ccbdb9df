// Sub-interpreters, sharing the lock or with their own; guards and views.
#include "test/support/catch.h"

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

InterpreterConfig own_gil() {
    InterpreterConfig c;
    c.use_main_obmalloc = 0;
    c.check_multi_interp_extensions = 1;
    c.gil = static_cast<int>(GilChoice::kOwn);
    return c;
}

ThreadState* make(const InterpreterConfig& config = kLegacyConfig) {
    const char* error = nullptr;
    ThreadState* t = new_interpreter(config, &error, "Py_NewInterpreter");
    if (t == nullptr) fprintf(stderr, "new_interpreter: %s\n", error);
    return t;
}
void end(ThreadState* t) {
    end_interpreter(t, "Py_EndInterpreter");
}

int g_refuse = 0;
bool refuse(Attached) {
    return g_refuse-- != 0;
}

}  // namespace

TEST_CASE("sub-interpreter ids rise and are not reused; the newest is first") {
    // P54, P55, P56
    Runtime rt;
    ThreadState* a = make();
    REQUIRE(a->interp->id == 1);
    REQUIRE(a->id == 1);
    REQUIRE(current_or_null() == a);
    REQUIRE(process().interpreters == a->interp);
    REQUIRE(a->interp->next == &rt.interp());
    end(a);
    REQUIRE(current_or_null() == nullptr);
    REQUIRE(process().main_gil.holder_unlocked() == &process().main_gil.limbo());
    swap(&rt.main());
    ThreadState* b = make();
    REQUIRE(b->interp->id == 2);
    end(b);
    swap(&rt.main());
    REQUIRE(gilstate_check());
    ThreadState* t = save();
    REQUIRE(gilstate_check());  // P59
    restore(t);
}

TEST_CASE("swap alternates between main and sub-interpreter") {
    // P41
    Runtime rt;
    ThreadState* sub = make();
    for (int i = 0; i < 100; ++i) {
        REQUIRE(swap(&rt.main()) == sub);
        REQUIRE(swap(sub) == &rt.main());
    }
    end(sub);
    swap(&rt.main());
}

TEST_CASE("an interpreter can be made by a thread that swapped its state out and kept the lock") {
    Runtime rt;
    const char* error = nullptr;
    REQUIRE(swap(nullptr) == &rt.main());
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    REQUIRE(sub != nullptr);
    REQUIRE(attached_here(*sub));
    end_interpreter(sub, "test");
    REQUIRE(locals().current == nullptr);
    REQUIRE(swap(&rt.main()) == nullptr);
    REQUIRE(attached_here(rt.main()));
}

TEST_CASE("ensure while a sub-interpreter is current nests on it") {
    // X60
    Runtime rt;
    ThreadState* sub = make();
    REQUIRE(ensure() == GilStateResult::kLocked);
    REQUIRE(current_or_null() == sub);
    release(GilStateResult::kLocked);
    end(sub);
    swap(&rt.main());
}

TEST_CASE("a holder in one interpreter is asked to drop by a waiter in another that shares its lock") {
    // X61: CPython 3.9 to 3.12 store the request where the holder does not look.
    Runtime rt;
    ThreadState* sub = make();
    swap(&rt.main());
    ThreadState* main = save();
    ThreadState* worker = new_thread_state(*sub->interp, Origin::kExplicit);
    std::atomic<bool> stop{false};
    long polls = 0;
    Crew crew;
    crew.run("spinner in sub", [&] {
        Attached ts = attach(*worker, "test", Take::kFresh);
        while (!stop.load()) {
            if (--ts->ticks < 0) {
                ++polls;
                (void)poll(ts);
            }
        }
        clear_thread_state(worker, "test");
        delete_current_thread_state("test");
    });
    while (process().main_gil.holder_unlocked() != worker) std::this_thread::yield();
    restore(main);  // would never return if the request went astray
    stop.store(true);
    save();
    crew.join();
    restore(main);
    swap(sub);
    end(sub);
    swap(&rt.main());
    REQUIRE(polls > 0);
}

TEST_CASE("a state of a sub-interpreter can serve a worker thread") {
    // P62
    Runtime rt;
    ThreadState* sub = make();
    InterpreterState* interp = sub->interp;
    swap(&rt.main());
    ThreadState* main = save();
    bool right_interp = false;
    Crew crew;
    crew.run("worker", [&] {
        ThreadState* t = new_thread_state(*interp, Origin::kExplicit);
        acquire_thread(t, "PyEval_AcquireThread");
        right_interp = current_or_null()->interp == interp;
        clear_thread_state(t, "PyThreadState_Clear");
        delete_current_thread_state("PyThreadState_DeleteCurrent");
    });
    crew.join();
    restore(main);
    swap(sub);
    end(sub);
    swap(&rt.main());
    REQUIRE(right_interp);
}

TEST_CASE("an interpreter with its own lock leaves the main lock free") {
    // P63
    Runtime rt;
    ThreadState* sub = make(own_gil());
    REQUIRE(sub->gil != rt.main().gil);
    REQUIRE(rt.main().phase == Phase::kBound);
    bool ran = false;
    Crew crew;
    crew.run("foreign", [&] {
        GilStateResult s = ensure();
        ran = current_or_null()->interp == &rt.interp();
        release(s);
    });
    crew.join();
    REQUIRE(ran);
    end(sub);
    REQUIRE(current_or_null() == nullptr);
    restore(&rt.main());
}

TEST_CASE("two locks are held by two threads at the same time") {
    // P64
    Runtime rt;
    ThreadState* sub = make(own_gil());
    swap(&rt.main());
    Gate inside_sub, inside_main;
    Crew crew;
    crew.run("sub", [&] {
        acquire_thread(sub, "PyEval_AcquireThread");
        inside_sub.open();
        inside_main.wait();  // while holding its lock, which the main thread does not need
        release_thread(sub, "PyEval_ReleaseThread");
    });
    inside_sub.wait();
    REQUIRE(sub->gil->snapshot().holder == sub);
    REQUIRE(process().main_gil.snapshot().holder == &rt.main());
    inside_main.open();
    crew.join();
    swap(sub);
    end(sub);
    restore(&rt.main());
}

TEST_CASE("settings of one lock do not touch another; locks are used again") {
    // P65
    Runtime rt;
    ThreadState* sub = make(own_gil());
    Gil* gil = sub->gil;
    GilSettings s = gil->settings();
    s.interval_ns = 123456;
    gil->set_settings(s);
    REQUIRE(process().main_gil.settings().interval_ns == 5'000'000);
    end(sub);
    restore(&rt.main());
    sub = make(own_gil());
    REQUIRE(sub->gil == gil);
    REQUIRE(gil->settings().interval_ns == 5'000'000);
    end(sub);
    restore(&rt.main());
}

TEST_CASE("bad configurations are refused, and the caller stays attached") {
    // P67
    Runtime rt;
    const char* error = nullptr;
    InterpreterConfig c;
    c.gil = 7;
    REQUIRE(new_interpreter(c, &error, "test") == nullptr);
    REQUIRE(std::string(error) == "invalid interpreter config 'gil' value");
    c = own_gil();
    c.check_multi_interp_extensions = 0;
    REQUIRE(new_interpreter(c, &error, "test") == nullptr);
    REQUIRE(std::string(error) ==
            "per-interpreter obmalloc does not support single-phase init extension modules");
    c = own_gil();
    c.use_main_obmalloc = 1;
    REQUIRE(new_interpreter(c, &error, "test") == nullptr);
    REQUIRE(attached_here(rt.main()));
}

TEST_CASE("an interpreter that cannot be set up leaves no trace") {
    Hooks h;
    h.interp_init = refuse;
    g_refuse = 1;  // the main interpreter is accepted
    Runtime rt(h);
    for (bool own : {false, true}) {
        g_refuse = 0;
        const char* error = nullptr;
        REQUIRE(new_interpreter(own ? own_gil() : kLegacyConfig, &error, "test") == nullptr);
        REQUIRE(error != nullptr);
        REQUIRE(attached_here(rt.main()));
        REQUIRE(process().interpreters == &rt.interp());
    }
}

TEST_CASE("before initialisation there is no new interpreter") {
    // P6
    const char* error = nullptr;
    REQUIRE(new_interpreter(kLegacyConfig, &error, "Py_NewInterpreter") == nullptr);
    REQUIRE(std::string(error) == "Py_Initialize must be called first");
}

TEST_CASE("a guard keeps finalization waiting") {
    // P92, P93
    Runtime rt;
    InterpreterGuard* guard = guard_from_current(rt.ts());
    REQUIRE(guard != nullptr);
    InterpreterView view = view_from_current(rt.ts());
    std::atomic<bool> used{false};
    bool refused_after = false;
    Gate finalized;
    Crew crew;
    crew.run("guarded", [&] {
        AttachToken* token = ensure_guarded(guard, "PyThreadState_Ensure");  // waits until main is detached
        used.store(true);
        release_token(token, "PyThreadState_Release");
        guard_close(guard, "PyInterpreterGuard_Close");
        finalized.wait();
        refused_after = guard_from_view(view) == nullptr && ensure_from_view(view, "test") == nullptr;
    });
    REQUIRE(rt.finalize() == 0);
    REQUIRE(used.load());
    finalized.open();
    crew.join();
    REQUIRE(refused_after);
}

TEST_CASE("ensure from a view attaches to that interpreter and restores what was current") {
    // P15-30
    Runtime rt;
    ThreadState* sub = make();
    InterpreterView view = view_from_current(attached_unchecked(*sub));
    swap(&rt.main());
    AttachToken* token = ensure_from_view(view, "PyThreadState_EnsureFromView");
    REQUIRE(token != nullptr);
    REQUIRE(current_or_null()->interp == sub->interp);
    AttachToken* inner = ensure_from_view(view, "PyThreadState_EnsureFromView");
    REQUIRE(current_or_null() == token->state);
    release_token(inner, "PyThreadState_Release");
    release_token(token, "PyThreadState_Release");
    REQUIRE(attached_here(rt.main()));
    REQUIRE(count_threads(*sub->interp) == 1);

    ThreadState* main = save();
    token = ensure_from_view(view, "PyThreadState_EnsureFromView");
    REQUIRE(current_or_null()->interp == sub->interp);
    release_token(token, "PyThreadState_Release");
    REQUIRE(current_or_null() == nullptr);
    InterpreterView main_view;
    REQUIRE(view_from_main(&main_view));
    token = ensure_from_view(main_view, "PyThreadState_EnsureFromView");
    REQUIRE(current_or_null() == main);
    release_token(token, "PyThreadState_Release");
    restore(main);

    swap(sub);
    end(sub);
    swap(&rt.main());
    REQUIRE(ensure_from_view(view, "PyThreadState_EnsureFromView") == nullptr);
}

TEST_CASE("a view of a former run is not taken for one of this run") {
    InterpreterView view;
    {
        Runtime rt;
        view = view_from_current(rt.ts());
    }
    REQUIRE_FALSE(view_from_main(&view));
    Runtime rt;
    REQUIRE(guard_from_view(view) == nullptr);
}
