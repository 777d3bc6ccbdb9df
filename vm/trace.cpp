#include "vm/trace.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/raise.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/frame_jump.h"
#include "vm/frame_object.h"
#include "vm/generator.h"
#include "vm/interp.h"
#include "vm/traceback.h"

namespace baton {

namespace {

void set_active(Attached ts) {
    rt(ts).trace_active = !ts->tracing && (ts->c_tracefunc || ts->c_profilefunc);
    choose_table(ts);
}

}  // namespace

int set_tracing_depth(Attached ts, int depth) {
    int before = std::exchange(ts->tracing, depth);
    set_active(ts);
    return before;
}

namespace {

// Calls an installed function; tracing is muted meanwhile. False = raised.
bool call_hook(Attached ts, TraceFunctionAbi function, Object* self, Frame& f, TraceEvent event,
               Object* arg) {
    if (!function) return true;
    auto fo = frame_object(ts, f);
    if (!fo.ok()) return false;
    auto kept = fo.take();
    set_tracing_depth(ts, ts->tracing + 1);
    int outer = std::exchange(ts->tracing_what, static_cast<int>(event));
    kept->in_event = true;
    int r = function(self, kept.get(), static_cast<int>(event), arg);
    kept->in_event = false;
    ts->tracing_what = outer;
    set_tracing_depth(ts, ts->tracing - 1);
    return r == 0;
}

bool trace_event(Attached ts, Frame& f, TraceEvent event, Object* arg) {
    return call_hook(ts, ts->c_tracefunc, ts->c_traceobj, f, event, arg);
}
bool both_event(Attached ts, Frame& f, TraceEvent event, Object* arg) {
    return trace_event(ts, f, event, arg) &&
           call_hook(ts, ts->c_profilefunc, ts->c_profileobj, f, event, arg);
}
// The same for a frame that an exception is leaving: a failure replaces the exception.
void event_keeping_exception(Attached ts, bool (*send)(Attached, Frame&, TraceEvent, Object*), Frame& f,
                             TraceEvent event, Object* arg) {
    auto held = fetch(ts);
    if (send(ts, f, event, arg) && held) restore(ts, std::move(held).take());
}

// A function that has failed is removed.
void remove_trace(Attached ts);
void remove_profile(Attached ts);

const char* const kEventNames[] = {"call",   "exception",   "line",     "return",
                                   "c_call", "c_exception", "c_return", "opcode"};

Result<Ref<Object>> call_callback(Attached ts, Object& callback, FrameObject& fo, int event, Object* arg) {
    // The function may look at f_locals and change them.
    Frame* f = fo.frame;
    if (f && f->locals) TRY(frame_locals(ts, *f));
    auto name = TRY(str_intern_utf8(ts, kEventNames[event]));
    auto result = call(ts, callback, {&fo, name.get(), arg ? arg : &none()});
    if (!result.ok()) {
        if (f) traceback_here(ts, *f);
        return already_raised();
    }
    if (f && f->locals) TRY(frame_locals_to_fast(ts, fo, true));
    return result;
}

// CPython 3.11: trace_trampoline (Python/sysmodule.c).
int trace_trampoline(Object* self, Object* frame, int event, Object* arg) {
    Attached ts = current_attached();
    auto& fo = static_cast<FrameObject&>(*frame);
    Object* callback = event == static_cast<int>(TraceEvent::call) ? self : fo.trace;
    if (!callback) return 0;
    auto kept = Ref<Object>::share(*callback);
    auto result = call_callback(ts, *kept, fo, event, arg);
    if (!result.ok()) {
        auto error = fetch(ts);
        remove_trace(ts);
        Object* old = std::exchange(fo.trace, nullptr);
        xdecref(ts, old);
        restore(ts, std::move(error).take());
        return -1;
    }
    if (!is_none(*result)) {
        Object* old = std::exchange(fo.trace, result.release());
        xdecref(ts, old);
    }
    return 0;
}

int profile_trampoline(Object* self, Object* frame, int event, Object* arg) {
    Attached ts = current_attached();
    auto result = call_callback(ts, *self, static_cast<FrameObject&>(*frame), event, arg);
    if (result.ok()) return 0;
    auto error = fetch(ts);
    remove_profile(ts);
    restore(ts, std::move(error).take());
    return -1;
}

Result<void> install(Attached ts, const char* what, bool& installing, TraceFunctionAbi& slot, Object*& object,
                     TraceFunctionAbi function, Object* argument) {
    if (installing)
        return raise(ts, Exc::RuntimeError,
                     "Cannot install a {0} function while another {0} function is being installed", what);
    installing = true;
    xincref(argument);
    slot = nullptr;
    Object* old = std::exchange(object, nullptr);
    set_active(ts);
    xdecref(ts, old);
    // Who runs already has no call to report, and no builtin function that it will see return.
    for (Frame* f = rt(ts).frame; f; f = f->prev) {
        f->flags |= kFrameTraced;
        if (!f->object) continue;
        Object* callee = std::exchange(f->object->callee, nullptr);
        xdecref(ts, callee);
    }
    installing = false;
    slot = function;
    object = argument;
    set_active(ts);
    return {};
}
void remove_trace(Attached ts) {
    (void)set_trace_function(ts, nullptr, nullptr);
}
void remove_profile(Attached ts) {
    (void)set_profile_function(ts, nullptr, nullptr);
}

// ---- call ----

// The line a function is entered on. A generator that goes on is on the line of its yield.
int entry_line(const Frame& f, const Instr* pc) {
    const Code& c = *f.code;
    if (!f.generator || pc == c.code) {
        // CPython counts the entry of a module to no line.
        bool module = c.firstlineno == 1 && str_eq_ascii(*c.name, "<module>");
        return module ? 0 : c.firstlineno;
    }
    uint32_t word = c.index_of(pc);
    if (opcode(*pc) == Op::YIELD_FROM || opcode(*pc) == Op::YIELD) return code_line(c, word);
    return opcode(pc[-1]) == Op::YIELD ? code_line(c, word - 1) : c.firstlineno;
}

bool enter_event(Attached ts, Frame& f, const Instr* pc) {
    auto made = frame_object(ts, f);
    if (!made.ok()) return false;
    auto fo = made.take();
    fo->lineno = entry_line(f, pc);
    fo->on_no_line = fo->lineno == 0;
    bool resumed = f.generator && opcode(pc[-1]) != Op::GENERATOR;
    fo->last_line = resumed ? fo->lineno : -1;
    fo->last_word = -1;
    bool ok = both_event(ts, f, TraceEvent::call, &none());
    fo->lineno = 0;
    fo->on_no_line = false;
    if (!ok) return false;
    if (fo->jump_to >= 0) frame_go_to(ts, f, static_cast<uint32_t>(std::exchange(fo->jump_to, -1)));
    return true;
}

// ---- line ----

bool is_loop_step(const Instr& i) {
    return opcode(i) == Op::FORLOOP_L || opcode(i) == Op::FORLOOP_T;
}

// Whether the frame has begun another round of a loop, which is reported even on a line that has been
// already. The step of a for loop stands behind its body, and the first round comes to it from before the
// body. Waiting in `yield from` is no round.
bool begins_round(const Instr* pc, const Code& c, int32_t last_word) {
    if (last_word < 0) return false;
    const Instr& last = c.code[last_word];
    if (is_loop_step(*pc)) return c.code + last_word >= pc + pc->sc() && opcode(last) != Op::POLL;
    return pc < &last && opcode(*pc) != Op::YIELD_FROM && !is_loop_step(last);
}

bool trace_line(Attached ts, const Instr* pc, Frame& f) {
    FrameObject* fo = f.object;
    if (!fo) return true;
    // sys.settrace() follows the frames that the function asked for; a C function is told of all.
    if (!fo->trace && ts->c_tracefunc == trace_trampoline) return true;
    auto word = static_cast<int32_t>(f.code->index_of(pc));
    int line = code_position(*f.code, static_cast<uint32_t>(word)).line;
    bool moved = line >= 0 && (line != fo->last_line || begins_round(pc, *f.code, fo->last_word));
    fo->last_word = word;
    if (moved) {
        fo->last_line = line;
        if (fo->trace_lines && !trace_event(ts, f, TraceEvent::line, &none())) return false;
    }
    if (fo->trace_opcodes && !trace_event(ts, f, TraceEvent::opcode, &none())) return false;
    return true;
}

// ---- calls of builtin functions, for profilers ----

// What a call instruction is going to call, if that is a builtin function or a builtin method with its
// object: owned, as the event shows it.
Result<OptRef<Object>> builtin_callee(Attached ts, const Instr* pc, Value* R) {
    auto as_event = [&](Object& callee, Value self) -> Result<OptRef<Object>> {
        if (is_exact(callee, PyCFunction_Type)) return OptRef<Object>::share(&callee);
        if (!is_exact(callee, PyMethodDescr_Type) || !self) return OptRef<Object>();
        auto o = TRY(box(ts, self));
        return OptRef<Object>(TRY(info(callee).descr_get(ts, callee, o.get(), o->type)));
    };
    Value first = R[pc->a];
    if (first.is_int() || !first) return OptRef<Object>();
    Object& o = *first.object();
    switch (opcode(*pc)) {
        case Op::CALL:
        case Op::CALL_KW:
            return as_event(o, pc->b > 0 ? R[pc->a + 1] : Value());
        case Op::CALL_EX:
            return as_event(o, Value());
        case Op::CALL_LOADED:
        case Op::CALL_LOADED_KW:
            return as_event(o, R[pc->a + 1]);
        case Op::CALL_METHOD: {
            // Only what no code of the program decides: a builtin method of the type, or a function in the
            // object's own dict.
            Str& name = name_at(R, pc->c);
            if (Object* found = type_lookup(*o.type, name)) return as_event(*found, first);
            if (o.type == &PyModule_Type) {
                Object* found = dict_find_str(*static_cast<Module&>(o).dict, name);
                if (found) return as_event(*found, Value());
            }
            return OptRef<Object>();
        }
        default:
            return OptRef<Object>();
    }
}

bool profile_event(Attached ts, Frame& f, TraceEvent event, Object* arg) {
    return call_hook(ts, ts->c_profilefunc, ts->c_profileobj, f, event, arg);
}

// The call that the frame's last instruction made has come back.
bool builtin_returned(Attached ts, Frame& f, TraceEvent event) {
    if (!f.object || !f.object->callee) return true;
    auto callee = Ref<Object>::steal(std::exchange(f.object->callee, nullptr));
    return profile_event(ts, f, event, callee.get());
}

bool builtin_called(Attached ts, const Instr* pc, Value* R, Frame& f) {
    if (!ts->c_profilefunc) return true;
    auto callee = builtin_callee(ts, pc, R);
    if (!callee.ok()) return false;
    auto called = callee.take();
    if (!called) return true;
    if (!profile_event(ts, f, TraceEvent::c_call, called.get())) return false;
    f.object->callee = called.release();
    return true;
}

// The value a frame is being left with, or yields.
bool leave_event(Attached ts, Frame& f, Value result) {
    Boxed value(ts, result);
    return value.ok() && both_event(ts, f, TraceEvent::return_, &*value);
}

}  // namespace

bool trace_instruction(Attached ts, const Instr* pc, Value* R) {
    RuntimeThread& t = rt(ts);
    Frame& f = *frame_of(R);
    if (!t.trace_active) return true;
    bool generator_code = f.code->flags & kCodeAnyGenerator;
    if (generator_code && !f.generator) return true;  // not yet a generator: its first resume is the call
    if (!(f.flags & kFrameTraced)) {
        // A function is entered when its variables are where they belong.
        if (opcode(*pc) == Op::COPY_FREE || opcode(*pc) == Op::MAKE_CELL) return true;
        f.flags |= kFrameTraced;
        if (!enter_event(ts, f, pc)) return false;
        pc = f.pc;
    }
    if (!builtin_returned(ts, f, TraceEvent::c_return)) return false;
    if (ts->c_tracefunc && !trace_line(ts, pc, f)) return false;
    pc = f.pc;
    switch (opcode(*pc)) {
        case Op::RETURN_CONST:
            return leave_event(ts, f, f.code->constants[pc->bc()]);
        case Op::RETURN:
        case Op::GEN_RETURN:
        case Op::YIELD:
            return leave_event(ts, f, R[pc->b]);
        case Op::CALL:
        case Op::CALL_KW:
        case Op::CALL_EX:
        case Op::CALL_METHOD:
        case Op::CALL_LOADED:
        case Op::CALL_LOADED_KW:
            return builtin_called(ts, pc, R, f);
        default:
            return true;
    }
}

bool trace_delegate_end(Attached ts, Value* R, Value value) {
    Frame& f = *frame_of(R);
    if (!rt(ts).trace_active || !ts->c_tracefunc) return true;
    // To a tracer the result comes as an exception, as if the iterator had been asked through its methods.
    Value delegate = R[f.pc->a];
    bool plain = !is_coroutine(*delegate.object()) && value == Value(&none());
    if (plain) return true;
    Boxed result(ts, value);
    if (!result.ok()) return false;
    (void)raise_stop_iteration(ts, is_none(*result) ? nullptr : &*result);
    trace_exception(ts, f);
    if (!pending_is(ts, Exc::StopIteration)) return false;
    clear_pending(ts);
    return true;
}

bool trace_delegated_yield(Attached ts, Value* R, Value value) {
    return !rt(ts).trace_active || leave_event(ts, *frame_of(R), value);
}

void trace_exception(Attached ts, Frame& f) {
    if (!(f.flags & kFrameTraced)) {  // a generator that the exception has been thrown into
        f.flags |= kFrameTraced;
        auto held = fetch(ts);
        if (!enter_event(ts, f, f.pc)) return;
        if (held) restore(ts, std::move(held).take());
    }
    if (f.object && f.object->callee) {
        auto held = fetch(ts);
        if (builtin_returned(ts, f, TraceEvent::c_exception) && held) restore(ts, std::move(held).take());
    }
    if (!ts->c_tracefunc) return;
    BaseException* e = pending(ts);
    auto kept = Ref<Object>::share(*e);
    auto traceback = Ref<Object>::share(e->traceback ? *e->traceback : none());
    auto held = fetch(ts);
    auto arg = tuple_of(ts, {kept->type, kept.get(), traceback.get()});
    if (!arg.ok()) return;
    if (trace_event(ts, f, TraceEvent::exception, arg.get()) && held) restore(ts, std::move(held).take());
}

void trace_handler(Frame& f, uint32_t handler) {
    // Where a handler begins on no line, its next line is new even if it is that of the raise.
    if (f.object && code_position(*f.code, handler).line < 0) f.object->last_line = -1;
}

void trace_unwind(Attached ts, Frame& f) {
    event_keeping_exception(ts, both_event, f, TraceEvent::return_, nullptr);
}

Result<void> set_trace_function(Attached ts, TraceFunctionAbi function, Object* argument) {
    return install(ts, "trace", rt(ts).installing_trace, ts->c_tracefunc, ts->c_traceobj, function, argument);
}
Result<void> set_profile_function(Attached ts, TraceFunctionAbi function, Object* argument) {
    return install(ts, "profile", rt(ts).installing_profile, ts->c_profilefunc, ts->c_profileobj, function,
                   argument);
}
Result<void> set_python_trace(Attached ts, Object& o) {
    if (is_none(o)) return set_trace_function(ts, nullptr, nullptr);
    return set_trace_function(ts, trace_trampoline, &o);
}
Result<void> set_python_profile(Attached ts, Object& o) {
    if (is_none(o)) return set_profile_function(ts, nullptr, nullptr);
    return set_profile_function(ts, profile_trampoline, &o);
}
Object* get_trace(Attached ts) {
    return ts->c_tracefunc ? ts->c_traceobj : nullptr;
}
Object* get_profile(Attached ts) {
    return ts->c_profilefunc ? ts->c_profileobj : nullptr;
}

}  // namespace baton
