// The poll of the interpreter loop, and the VM's part of a thread state.
#include "threadstate/eval_breaker.h"
#include "vm/interp.h"
#include "vm/run.h"
#include "vm/tables.h"
#include "vm/trace.h"

namespace baton {

void choose_table(Attached ts) {
    RuntimeThread& t = rt(ts);
    set_table(t, t.trace_active ? Table::tracing : ts->gil->counting() ? Table::counting : Table::plain);
}

bool vm_poll(Attached ts) {
    bool ok = poll(ts) == 0;
    choose_table(ts);
    return ok;
}

void vm_thread_init(RuntimeThread& t) {
    t.handled = &t.handled_base;
    set_table(t, Table::plain);
}

void vm_thread_clear(Attached ts, RuntimeThread& t) {
    BaseException* handled = std::exchange(t.handled_base.exception, nullptr);
    xdecref(ts, handled);
}

void vm_thread_free(RuntimeThread& t) {
    stack_free(t);
    attr_memo_free(t);
}

}  // namespace baton
