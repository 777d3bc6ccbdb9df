#include "threadstate/finalize.h"

#include "threadstate/guard.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"

namespace baton {
namespace {

void enter(FinalPhase phase) {
    trace_event(Event::kFinalizePhase, nullptr, static_cast<uint64_t>(phase));
}

// A sub-interpreter that its maker did not end: this thread enters it, shuts it down and removes it.
void end_leftover_interpreter(InterpreterState& interp, ThreadState& mine) {
    ThreadState* t = new_thread_state(interp, Origin::kExplicit);
    if (t == nullptr) misuse(Misuse::kOutOfMemory, "Py_FinalizeEx");
    swap_thread(t, "Py_FinalizeEx");
    Attached ts = attached_unchecked(*t);
    interp.finalizing.store(true);
    run_interpreter_down(ts);
    if (interp.owns_gil) interp.gil->close();
    retire_other_thread_states(*t, interp);
    if (hooks().interp_clear != nullptr) hooks().interp_clear(ts);
    clear_thread_state(t, "Py_FinalizeEx");
    swap_thread(&mine, "Py_FinalizeEx");
    delete_thread_state(t, "Py_FinalizeEx");
    delete_interpreter_state(&interp, "Py_FinalizeEx");
}

InterpreterState* newest_subinterpreter() {
    ProcessState& p = process();
    sync::MutexLock lock(p.head);
    InterpreterState* i = p.interpreters;
    return i != nullptr && i != p.main.load() ? i : nullptr;
}

void run_exit_functions() {
    ProcessState& p = process();
    for (;;) {
        void (*fn)();
        {
            sync::MutexLock lock(p.head);
            if (p.exit_function_count == 0) return;
            fn = p.exit_functions[--p.exit_function_count];
        }
        fn();
    }
}

}  // namespace

void run_interpreter_down(Attached ts) {
    if (hooks().threading_shutdown != nullptr) hooks().threading_shutdown(ts);
    ts->interp->pending.run(ts);
    if (hooks().call_atexit != nullptr) hooks().call_atexit(ts);
    wait_for_guards(ts);
}

int finalize_runtime(Attached ts) {
    ProcessState& p = process();
    ThreadState& t = ts.state();
    InterpreterState& interp = *t.interp;
    if (!is_main_interpreter(interp)) misuse(Misuse::kFinalizeNotMain, "Py_FinalizeEx", &t);
    int result = 0;

    enter(FinalPhase::kJoin);
    if (hooks().threading_shutdown != nullptr) hooks().threading_shutdown(ts);
    enter(FinalPhase::kPending);
    ts->interp->pending.run(ts);
    enter(FinalPhase::kAtexit);
    if (hooks().call_atexit != nullptr) hooks().call_atexit(ts);
    enter(FinalPhase::kGuards);
    wait_for_guards(ts);
    enter(FinalPhase::kSubinterpreters);
    Gil::set_survivor(true);
    while (InterpreterState* sub = newest_subinterpreter()) end_leftover_interpreter(*sub, t);

    enter(FinalPhase::kClosed);
    {
        sync::MutexLock lock(p.lifecycle);
        p.stage.store(Stage::kFinalizing);
    }
    p.finalizing.store(&t);
    p.finalizing_thread.store(sync::current_ident());
    interp.finalizing.store(true);
    t.gil->close();

    enter(FinalPhase::kRetire);
    retire_other_thread_states(t, interp);
    enter(FinalPhase::kFlush);
    if (hooks().flush_std_files != nullptr && hooks().flush_std_files(ts) < 0) result = -1;
    if (hooks().finalize_signals != nullptr) hooks().finalize_signals(ts);
    enter(FinalPhase::kClear);
    if (hooks().interp_clear != nullptr) hooks().interp_clear(ts);
    clear_thread_state(&t, "Py_FinalizeEx");

    enter(FinalPhase::kGone);
    delete_current_thread_state("Py_FinalizeEx");
    delete_interpreter_state(&interp, "Py_FinalizeEx");
    Gil::set_survivor(false);
    clear_signals();
    p.finalizing.store(nullptr);
    if (hooks().process_end != nullptr) hooks().process_end();
    {
        sync::MutexLock lock(p.lifecycle);
        p.stage.store(Stage::kFinalized);
    }
    enter(FinalPhase::kExitFunctions);
    run_exit_functions();
    return result;
}

void leave_thread() {
    ThreadLocals& l = locals();
    l.current = nullptr;
    l.held = nullptr;
    process().parked_threads.fetch_add(1);
    sync::park_forever();
}

}  // namespace baton
