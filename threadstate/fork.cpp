#include "threadstate/fork.h"

#include "threadstate/guard.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {

void before_fork(Attached ts) NO_THREAD_SAFETY_ANALYSIS {
    trace_event(Event::kFork, ts->gil, 0);
    process().head.lock();
}

void after_fork_parent(Attached ts) NO_THREAD_SAFETY_ANALYSIS {
    process().head.unlock();
    trace_event(Event::kFork, ts->gil, 1);
}

void after_fork_child(Attached ts) NO_THREAD_SAFETY_ANALYSIS {
    ProcessState& p = process();
    ThreadState& t = ts.state();
    if (!is_main_interpreter(*t.interp))
        misuse(Misuse::kForkNotMain, "_PyInterpreterState_DeleteExceptMain", &t);
    p.main_thread.store(sync::current_ident());
    const long pid = sync::process_id();
    if (p.pid.exchange(pid) == pid) return;

    p.head.reset_after_fork();
    p.lifecycle.reset_after_fork();
    p.tss_mu.reset_after_fork();
    p.lot.reset_after_fork();
    locals().native_id = sync::current_native_id();
    t.thread_id = sync::current_ident();
    t.native_thread_id = locals().native_id;
    t.gil->reset_after_fork(&t);
    drop_other_thread_states_after_fork(&t, *t.interp);
    while (InterpreterState* i = p.interpreters) {
        if (i == t.interp) i = i->next;
        if (i == nullptr) break;
        if (i->owns_gil) {
            i->gil->reset_after_fork(nullptr);
            i->gil->mark_closed();
        }
        drop_other_thread_states_after_fork(nullptr, *i);
        delete_interpreter_state(i, "PyOS_AfterFork_Child");
    }
    t.interp->pending.reset_after_fork();
    reset_guards_after_fork(*t.interp);
    t.interp->thread_count.store(0);
    trace_event(Event::kFork, t.gil, 2);
}

}  // namespace baton
