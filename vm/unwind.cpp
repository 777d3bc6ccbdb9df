// Unwinding: from a raised exception to its handler, frame by frame.
#include "runtime/exceptions.h"
#include "vm/code_tables.h"
#include "vm/generator.h"
#include "vm/interp.h"
#include "vm/traceback.h"

namespace baton {

namespace {

// These raise an exception that has passed here before: no second traceback entry.
bool raises_again(Attached ts, Op op) {
    switch (op) {
        case Op::RERAISE:
        case Op::RERAISE_HANDLED:
        case Op::END_ASYNC_FOR:
            return true;
        case Op::RAISE_AGAIN:
            return rt(ts).pending == handled_exception(ts);
        default:
            return false;
    }
}

// The end of a handler that only cleans up (operand b of the raising instruction): the exception leaves the
// frame from where it came up.
void back_to_origin(Attached ts, Frame& f) {
    auto* t = static_cast<Traceback*>(rt(ts).pending->traceback);
    if (f.object && t && t->frame == f.object) f.pc = f.code->code + t->lasti / kBytesPerWord;
}

// PEP 479: StopIteration does not leave a generator.
void replace_stop_iteration(Attached ts, Generator& g) {
    const char* kind = is_coroutine(g)         ? "coroutine"
                       : is_async_generator(g) ? "async generator"
                                               : "generator";
    const char* what;
    if (pending_is(ts, Exc::StopIteration))
        what = "StopIteration";
    else if (is_async_generator(g) && pending_is(ts, Exc::StopAsyncIteration))
        what = "StopAsyncIteration";
    else
        return;
    auto cause = fetch(ts);
    (void)raise(ts, Exc::RuntimeError, "{} raised {}", kind, what);
    BaseException* e = pending(ts);
    set_cause(ts, *e, OptRef<Object>::share(cause.get()));
    set_context(ts, *e, std::move(cause));
}

}  // namespace

Unwound unwind(Attached ts, const Instr** pc, Value** R) {
    RuntimeThread& t = rt(ts);
    for (;;) {
        Frame* f = frame_of(*R);
        Code& c = *f->code;
        uint32_t word = c.index_of(f->pc);
        Op op = opcode(*f->pc);
        if (!raises_again(ts, op)) {
            traceback_here(ts, *f);
            if (t.trace_active) trace_exception(ts, *f);
        }

        Value* temp = *R + c.temp_base();
        int live = op_info(op).has(op_trait::ConsumesAlways) ? f->pc->a - c.temp_base() : c.depth[word];
        const ExceptionEntry* handler = code_handler(c, word);
        int floor = handler ? handler->depth : 0;
        while (live > floor) drop(ts, std::exchange(temp[--live], Value()));
        if (handler) {
            temp[floor] = Value(fetch(ts).release());
            if (t.trace_active) trace_handler(*f, handler->handler);
            *pc = c.code + handler->handler;
            return Unwound::handler;
        }

        if ((op == Op::RERAISE || op == Op::RERAISE_HANDLED) && f->pc->b) back_to_origin(ts, *f);
        if (t.trace_active) trace_unwind(ts, *f);
        uint16_t flags = f->flags;
        uint16_t result = f->result;
        Frame* caller = f->prev;
        if (flags & kFrameGenerator) {
            Generator& g = *f->generator;
            generator_leave(ts, t, g);
            replace_stop_iteration(ts, g);
        } else {
            frame_clear(ts, f);
            t.frame = caller;
            frame_release(t, f);
        }
        --t.recursion_depth;
        if (flags & kFrameEntry) return Unwound::left_entry;
        *R = caller->regs();
        if (flags & kFrameInit) drop(ts, (*R)[result]);  // the instance that was to be
    }
}

}  // namespace baton
