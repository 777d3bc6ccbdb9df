#include "vm/trace.h"

#include "runtime/call.h"
#include "runtime/raise.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/frame_object.h"
#include "vm/generator.h"
#include "vm/interp.h"

namespace baton {

namespace {

void set_active(Attached ts) {
    rt(ts).trace_active = !ts->tracing && (ts->c_tracefunc || ts->c_profilefunc);
    choose_table(ts);
}

// Calls an installed function; tracing is muted meanwhile. False = raised.
bool call_hook(Attached ts, TraceFunctionAbi function, Object* self, Frame& f, TraceEvent event,
               Object* arg) {
    if (!function) return true;
    auto fo = frame_object(ts, f);
    if (!fo.ok()) return false;
    ++ts->tracing;
    set_active(ts);
    int r = function(self, fo.get(), static_cast<int>(event), arg);
    --ts->tracing;
    set_active(ts);
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

const char* const kEventNames[] = {"call",   "exception",   "line",     "return",
                                   "c_call", "c_exception", "c_return", "opcode"};

Result<Ref<Object>> call_callback(Attached ts, Object& callback, FrameObject& fo, int event, Object* arg) {
    // The function may look at f_locals and change them.
    Frame* f = fo.frame;
    if (f && f->locals) TRY(frame_locals(ts, *f));
    auto name = TRY(str_intern_utf8(ts, kEventNames[event]));
    auto result = TRY(call(ts, callback, {&fo, name.get(), arg ? arg : &none()}));
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
        set_trace_function(ts, nullptr, nullptr);
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
    set_profile_function(ts, nullptr, nullptr);
    restore(ts, std::move(error).take());
    return -1;
}

void install(Attached ts, TraceFunctionAbi& slot, Object*& object, TraceFunctionAbi function,
             Object* argument) {
    xincref(argument);
    slot = nullptr;
    Object* old = std::exchange(object, nullptr);
    set_active(ts);
    xdecref(ts, old);
    slot = function;
    object = argument;
    set_active(ts);
}

// Line and opcode events.
bool trace_line(Attached ts, const Instr* pc, Frame& f) {
    FrameObject* fo = f.object;
    if (!fo || !fo->trace) return true;
    auto word = static_cast<int32_t>(f.code->index_of(pc));
    int line = code_line(*f.code, static_cast<uint32_t>(word));
    bool moved = line != fo->last_line || word < fo->last_word;
    fo->last_word = word;
    if (line > 0 && moved) {
        fo->last_line = line;
        if (fo->trace_lines && !trace_event(ts, f, TraceEvent::line, nullptr)) return false;
    }
    if (fo->trace_opcodes && !trace_event(ts, f, TraceEvent::opcode, nullptr)) return false;
    return true;
}

}  // namespace

bool trace_instruction(Attached ts, const Instr* pc, Value* R) {
    RuntimeThread& t = rt(ts);
    Frame& f = *frame_of(R);
    if (!t.trace_active) return true;
    Op op = opcode(*pc);
    bool generator_code = f.code->flags & kCodeAnyGenerator;
    if (generator_code && !f.generator) return true;  // not yet a generator: its first resume is the call
    if (!(f.flags & kFrameTraced)) {
        f.flags |= kFrameTraced;
        bool begins = generator_code || pc == f.code->code;
        if (begins && !both_event(ts, f, TraceEvent::call, nullptr)) return false;
    }
    if (ts->c_tracefunc && !trace_line(ts, pc, f)) return false;
    Value result;
    switch (op) {
        case Op::RETURN_CONST:
            result = f.code->constants[pc->bc()];
            break;
        case Op::RETURN:
        case Op::GEN_RETURN:
        case Op::YIELD:
            result = R[pc->b];
            break;
        default:
            return true;
    }
    Boxed value(ts, result);
    return value.ok() && both_event(ts, f, TraceEvent::return_, &*value);
}

void trace_exception(Attached ts, Frame& f) {
    if (!ts->c_tracefunc) return;
    BaseException* e = pending(ts);
    auto kept = Ref<Object>::share(*e);
    Object* traceback = e->traceback ? e->traceback : &none();
    auto held = fetch(ts);
    auto arg = tuple_of(ts, {kept->type, kept.get(), traceback});
    if (!arg.ok()) return;
    if (trace_event(ts, f, TraceEvent::exception, arg.get()) && held) restore(ts, std::move(held).take());
}

void trace_unwind(Attached ts, Frame& f) {
    event_keeping_exception(ts, both_event, f, TraceEvent::return_, nullptr);
}

void set_trace_function(Attached ts, TraceFunctionAbi function, Object* argument) {
    install(ts, ts->c_tracefunc, ts->c_traceobj, function, argument);
}
void set_profile_function(Attached ts, TraceFunctionAbi function, Object* argument) {
    install(ts, ts->c_profilefunc, ts->c_profileobj, function, argument);
}
void set_python_trace(Attached ts, Object& o) {
    if (is_none(o))
        set_trace_function(ts, nullptr, nullptr);
    else
        set_trace_function(ts, trace_trampoline, &o);
}
void set_python_profile(Attached ts, Object& o) {
    if (is_none(o))
        set_profile_function(ts, nullptr, nullptr);
    else
        set_profile_function(ts, profile_trampoline, &o);
}
Object* get_trace(Attached ts) {
    return ts->c_tracefunc ? ts->c_traceobj : nullptr;
}
Object* get_profile(Attached ts) {
    return ts->c_profilefunc ? ts->c_profileobj : nullptr;
}

}  // namespace baton
