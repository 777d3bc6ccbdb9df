// Every misuse in misuse.def: the process dies, says in which function, who holds the lock, and what to do.
#include "test/support/catch.h"

#include "test/unit/threadstate/runtime_fixture.h"

using namespace baton;
using namespace baton::test;

namespace {

Runtime& started() {
    static Runtime* rt = new Runtime;  // the child dies with it
    return *rt;
}

void in_thread(void (*body)()) {
    std::thread(body).join();
}

const char kNotHeld[] =
    "the function must be called with the GIL held, but the GIL is released (the current Python thread state "
    "is NULL)";

bool dies(const char* name, const std::string& function, const std::string& text) {
    return dies_with(name, "Fatal Python error: " + function + ": " + text);
}

}  // namespace

CHILD(save_twice) {
    started();
    save();
    save();
    return 0;
}
CHILD(restore_null) {
    started();
    restore(nullptr);
    return 0;
}
CHILD(restore_attached) {
    Runtime& rt = started();
    restore(&rt.main());
    return 0;
}
CHILD(acquire_null) {
    started();
    acquire_thread(nullptr, "PyEval_AcquireThread");
    return 0;
}
CHILD(acquire_holding) {
    Runtime& rt = started();
    acquire_thread(new_thread_state(rt.interp(), Origin::kExplicit), "PyEval_AcquireThread");
    return 0;
}
CHILD(release_null) {
    started();
    release_thread(nullptr, "PyEval_ReleaseThread");
    return 0;
}
CHILD(release_other) {
    Runtime& rt = started();
    release_thread(new_thread_state(rt.interp(), Origin::kExplicit), "PyEval_ReleaseThread");
    return 0;
}
CHILD(release_detached) {
    started();
    release_thread(save(), "PyEval_ReleaseThread");
    return 0;
}
CHILD(get_detached) {
    started();
    save();
    current_or_die("PyThreadState_Get");
    return 0;
}
CHILD(delete_current) {
    Runtime& rt = started();
    delete_thread_state(&rt.main(), "_PyThreadState_Delete");
    return 0;
}
CHILD(delete_null) {
    started();
    delete_thread_state(nullptr, "PyThreadState_Delete");
    return 0;
}
CHILD(delete_attached_elsewhere) {
    Runtime& rt = started();
    static ThreadState* main = &rt.main();
    in_thread([] { delete_thread_state(main, "_PyThreadState_Delete"); });
    return 0;
}
CHILD(delete_current_detached) {
    started();
    save();
    delete_current_thread_state("_PyThreadState_DeleteCurrent");
    return 0;
}
CHILD(clear_unheld) {
    Runtime& rt = started();
    ThreadState* t = new_thread_state(rt.interp(), Origin::kExplicit);
    save();
    clear_thread_state(t, "PyThreadState_Clear");
    return 0;
}
CHILD(release_lock_twice) {
    started();
    release_lock("drop_gil");
    release_lock("drop_gil");
    return 0;
}
CHILD(acquire_lock_null) {
    started();
    save();
    acquire_lock("PyEval_AcquireLock");
    return 0;
}
CHILD(swap_unheld) {
    started();
    swap(save());
    return 0;
}
CHILD(ensure_before_init) {
    ensure();
    return 0;
}
CHILD(ensure_after_finalize) {
    started().finalize();
    ensure();
    return 0;
}
CHILD(release_no_state) {
    started();
    in_thread([] { release(GilStateResult::kLocked); });
    return 0;
}
CHILD(release_while_detached) {
    started();
    GilStateResult s = ensure();
    save();
    release(s);
    return 0;
}
CHILD(release_out_of_order) {
    started();
    save();
    in_thread([] {
        GilStateResult a = ensure();
        save();
        release(a);
    });
    return 0;
}
CHILD(release_surplus) {
    started();
    release(GilStateResult::kUnlocked);
    return 0;
}
CHILD(release_wrong_value) {
    started();
    ensure();
    release(GilStateResult::kUnlocked);
    return 0;
}
CHILD(release_on_swapped) {
    Runtime& rt = started();
    GilStateResult s = ensure();
    swap(new_thread_state(rt.interp(), Origin::kExplicit));
    release(s);
    return 0;
}
CHILD(exit_holding) {
    started();
    save();
    in_thread([] { ensure(); });
    return 0;
}
CHILD(end_not_current) {
    Runtime& rt = started();
    const char* error;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    swap(&rt.main());
    end_interpreter(sub, "Py_EndInterpreter");
    return 0;
}
CHILD(end_not_last) {
    started();
    const char* error;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    new_thread_state(*sub->interp, Origin::kExplicit);
    end_interpreter(sub, "Py_EndInterpreter");
    return 0;
}
CHILD(end_with_frame) {
    Hooks h;
    h.has_frame = [](ThreadState&) { return true; };
    Runtime rt(h);
    const char* error;
    end_interpreter(new_interpreter(kLegacyConfig, &error, "test"), "Py_EndInterpreter");
    return 0;
}
CHILD(delete_main_interpreter) {
    Runtime& rt = started();
    const char* error;
    new_interpreter(kLegacyConfig, &error, "test");
    delete_interpreter_state(&rt.interp(), "PyInterpreterState_Delete");
    return 0;
}
CHILD(finalize_in_sub) {
    started();
    const char* error;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    finalize_runtime(attached_unchecked(*sub));
    return 0;
}
CHILD(fork_child_in_sub) {
    started();
    const char* error;
    ThreadState* sub = new_interpreter(kLegacyConfig, &error, "test");
    after_fork_child(attached_unchecked(*sub));
    return 0;
}
CHILD(lock_released_twice) {
    ByteLock* l = thread_lock_allocate();
    thread_lock_acquire(l, 0, false, "PyThread_acquire_lock");
    thread_lock_release(l, "PyThread_release_lock");
    thread_lock_release(l, "PyThread_release_lock");
    return 0;
}
CHILD(lock_null) {
    thread_lock_release(nullptr, "PyThread_release_lock");
    return 0;
}
CHILD(mutex_unheld) {
    ByteLock m;
    py_mutex_unlock(m);
    return 0;
}
CHILD(tss_not_created) {
    Tss t;
    tss_get(t);
    return 0;
}
CHILD(token_released_by_another) {
    Runtime& rt = started();
    static AttachToken* token = ensure_guarded(guard_from_current(rt.ts()), "PyThreadState_Ensure");
    save();
    in_thread([] {
        ensure();
        release_token(token, "PyThreadState_Release");
    });
    return 0;
}
CHILD(guard_null) {
    started();
    guard_close(nullptr, "PyInterpreterGuard_Close");
    return 0;
}
CHILD(token_used_while_detached) {
    Runtime& rt = started();
    Attached ts = rt.ts();
    return ts.detached([&] { return static_cast<int>(ts->id); });
}

TEST_CASE("wrong use of the lock is named") {
    REQUIRE(dies("save_twice", "PyEval_SaveThread", kNotHeld));
    REQUIRE(dies("restore_null", "PyEval_RestoreThread", kNotHeld));
    REQUIRE(dies("restore_attached", "PyEval_RestoreThread", "non-NULL old thread state"));
    REQUIRE(dies("acquire_null", "PyEval_AcquireThread", kNotHeld));
    REQUIRE(dies("acquire_holding", "PyEval_AcquireThread", "non-NULL old thread state"));
    REQUIRE(dies("release_null", "PyEval_ReleaseThread", kNotHeld));
    REQUIRE(dies("release_other", "PyEval_ReleaseThread", "wrong thread state"));
    REQUIRE(dies("release_detached", "PyEval_ReleaseThread", "wrong thread state"));
    REQUIRE(dies("get_detached", "PyThreadState_Get", kNotHeld));
    REQUIRE(dies("release_lock_twice", "drop_gil", "drop_gil: GIL is not locked"));
    REQUIRE(dies("acquire_lock_null", "PyEval_AcquireLock", kNotHeld));
    REQUIRE(dies("swap_unheld", "PyThreadState_Swap", "the GIL must be held"));
    REQUIRE(dies("exit_holding", "thread exit", "a thread ends while it holds the GIL"));
}

TEST_CASE("wrong use of thread states is named") {
    REQUIRE(dies("delete_current", "_PyThreadState_Delete", "tstate is still current"));
    REQUIRE(dies("delete_null", "PyThreadState_Delete", "NULL tstate"));
    REQUIRE(dies("delete_attached_elsewhere", "_PyThreadState_Delete", "tstate is still current"));
    REQUIRE(dies("delete_current_detached", "_PyThreadState_DeleteCurrent", kNotHeld));
    REQUIRE(dies("clear_unheld", "PyThreadState_Clear", "the GIL must be held"));
}

TEST_CASE("wrong use of GILState is named") {
    REQUIRE(dies("ensure_before_init", "PyGILState_Ensure", "Python is not initialized"));
    REQUIRE(dies("ensure_after_finalize", "PyGILState_Ensure", "Python has been finalized"));
    REQUIRE(dies("release_no_state", "PyGILState_Release",
                 "auto-releasing thread-state, but no thread-state for this thread"));
    REQUIRE(
        dies("release_while_detached", "PyGILState_Release", "thread state must be current when releasing"));
    REQUIRE(
        dies("release_out_of_order", "PyGILState_Release", "thread state must be current when releasing"));
    REQUIRE(dies("release_surplus", "PyGILState_Release", "unbalanced"));
    REQUIRE(dies("release_wrong_value", "PyGILState_Release", "the PyGILState_STATE is not the one"));
    REQUIRE(dies("release_on_swapped", "PyGILState_Release", "thread state must be current when releasing"));
}

TEST_CASE("wrong use of interpreters is named") {
    REQUIRE(dies("end_not_current", "Py_EndInterpreter", "thread is not current"));
    REQUIRE(dies("end_not_last", "Py_EndInterpreter", "not the last thread"));
    REQUIRE(dies("end_with_frame", "Py_EndInterpreter", "thread still has a frame"));
    REQUIRE(dies("delete_main_interpreter", "PyInterpreterState_Delete", "remaining subinterpreters"));
    REQUIRE(dies("finalize_in_sub", "Py_FinalizeEx",
                 "called on a thread state that does not belong to the main"));
    REQUIRE(dies("fork_child_in_sub", "_PyInterpreterState_DeleteExceptMain", "not main interpreter"));
}

TEST_CASE("wrong use of locks, keys, guards and tokens is named") {
    REQUIRE(dies("lock_released_twice", "PyThread_release_lock", "the lock is not held"));
    REQUIRE(dies("lock_null", "PyThread_release_lock", "the lock is NULL"));
    REQUIRE(dies("mutex_unheld", "PyMutex_Unlock", "unlocking mutex that is not locked"));
    REQUIRE(dies("tss_not_created", "PyThread_tss_get", "the thread-specific storage key was not created"));
    REQUIRE(dies("token_released_by_another", "PyThreadState_Release", "PyThreadState_Release() without"));
    REQUIRE(dies("guard_null", "PyInterpreterGuard_Close", "the interpreter guard was closed already"));
}

TEST_CASE("a report names the thread, the holder of the lock and the way out") {
    ChildResult r = run_child("delete_attached_elsewhere");
    INFO(r.output);
    for (const char* part :
         {"GILCHECK CK13 in _PyThreadState_Delete: ", "  thread : tid ", "(foreign), attached to none",
          "  GIL #0 : held by \"MainThread\" tid ", "of interpreter 0", "  fix    : "}) {
        INFO(part);
        REQUIRE(r.output.find(part) != std::string::npos);
    }
    REQUIRE(r.output.find("Fatal Python error: ") == 0);
}

#ifndef BATON_RELEASE
TEST_CASE("a token used while its thread is detached dies at once") {
    REQUIRE(dies_with("token_used_while_detached", "attached_here"));
}
#endif

TEST_CASE("every row of the table has a text, a headline and a way out") {
    for (int i = 0; i < kMisuseCount; ++i) {
        const MisuseRow& row = misuse_row(static_cast<Misuse>(i));
        INFO(row.id);
        REQUIRE(std::string(row.ck).substr(0, 2) == "CK");
        REQUIRE(std::string(row.text).size() > 5);
        REQUIRE(std::string(row.headline).size() > 5);
        REQUIRE(std::string(row.fix).size() > 10);
    }
}
