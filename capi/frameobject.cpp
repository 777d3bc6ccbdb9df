// Code, frames, functions, tracing: what C may ask of them. Their insides are the runtime's own.
#include <vector>

#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"
#include "vm/code.h"
#include "vm/code_tables.h"
#include "vm/frame_object.h"
#include "vm/function.h"
#include "vm/generator.h"
#include "vm/run.h"
#include "vm/trace.h"

namespace baton::api {

// ---- code ----
Code* PyCode_NewEmpty(Attached ts, const char* filename, const char* name, int line) {
    auto make = [&]() -> Result<Ref<Code>> {
        auto file = TRY(str_new_utf8(ts, filename));
        auto called = TRY(str_intern_utf8(ts, name));
        auto nothing = empty_tuple();
        const PositionEntry position{0, line, line, -1, -1};
        CodeParts parts;
        parts.positions = {&position, 1};
        parts.flags = kCodeOptimized | kCodeNewLocals;
        parts.firstlineno = line;
        parts.consts = parts.names = parts.varnames = parts.cellvars = parts.freevars = nothing.get();
        parts.filename = file.get();
        parts.name = parts.qualname = called.get();
        return code_new_foreign(ts, parts);
    };
    return make().release();
}
int PyCode_Addr2Line(Attached, Code* code, int offset) {
    if (offset < 0) return code->firstlineno;
    return code_line(*code, static_cast<uint32_t>(offset) / kBytesPerWord);
}
int PyCode_Addr2Location(Attached, Code* code, int offset, int* line, int* column, int* end_line,
                         int* end_column) {
    if (offset < 0) {
        *line = code->firstlineno;
        *column = *end_line = *end_column = 0;
        return 1;
    }
    const PositionEntry& p = code_position(*code, static_cast<uint32_t>(offset) / kBytesPerWord);
    *line = p.line;
    *column = p.column;
    *end_line = p.end_line;
    *end_column = p.end_column;
    return 1;
}
Object* PyCode_GetCode(Attached ts, Code* code) {
    return PyObject_GetAttrString(ts, code, "co_code");
}
Object* PyCode_GetVarnames(Attached, Code* code) {
    return Py_NewRef(code->varnames);
}
Object* PyCode_GetCellvars(Attached, Code* code) {
    return Py_NewRef(code->cellvars);
}
Object* PyCode_GetFreevars(Attached, Code* code) {
    return Py_NewRef(code->freevars);
}

// ---- frames ----
int PyFrame_GetLineNumber(Attached, FrameObject* f) {
    return frame_object_line(*f);
}
Code* PyFrame_GetCode(Attached, FrameObject* f) {
    incref(f->frame->code);
    return f->frame->code;
}
FrameObject* PyFrame_GetBack(Attached ts, FrameObject* f) {
    auto back = frame_object_back(ts, *f);
    return back.ok() ? back.take().release() : nullptr;
}
Object* PyFrame_GetBuiltins(Attached, FrameObject* f) {
    return Py_NewRef(f->frame->function->builtins);
}
Object* PyFrame_GetGlobals(Attached, FrameObject* f) {
    return Py_NewRef(f->frame->function->globals);
}
Object* PyFrame_GetGenerator(Attached, FrameObject* f) {
    return Py_XNewRef(f->frame->generator);
}
int PyFrame_GetLasti(Attached, FrameObject* f) {
    const Instr* pc = f->frame->pc;
    return pc && pc >= f->frame->code->code ? static_cast<int>(f->frame->code->index_of(pc) * kBytesPerWord)
                                            : -1;
}
Object* PyFrame_GetLocals(Attached ts, FrameObject* f) {
    return give(frame_locals(ts, *f->frame));
}
// A frame that never runs: for tracebacks of functions in other languages.
FrameObject* PyFrame_New(Attached ts, ThreadState*, Code* code, Object* globals, Object* locals) {
    auto make = [&]() -> Result<Ref<FrameObject>> {
        auto function = TRY(function_new(ts, *code, static_cast<Dict&>(*globals), nullptr));
        const int registers = code->temp_base();
        auto o = TRY(new_gc_object<FrameObject>(ts, PyFrame_Type, frame_object_bytes(registers)));
        auto* frame = reinterpret_cast<Frame*>(o.get() + 1);
        o->room = registers;
        o->back = nullptr;
        o->frame = frame;
        o->trace = nullptr;
        o->callee = nullptr;
        o->lineno = 0;
        o->last_line = o->last_word = o->jump_to = -1;
        o->on_no_line = o->in_event = false;
        o->owned = true;
        o->trace_lines = true;
        o->trace_opcodes = false;
        *frame = Frame{};
        frame->code = code;
        frame->pc = code->code;
        frame->function = function.release();
        frame->object = o.get();
        if (locals && !(code->flags & kCodeOptimized)) frame->locals = Py_NewRef(locals);
        for (int i = 0; i < registers; ++i) frame->regs()[i] = Value();
        gc_track(ts, o.get());
        return o;
    };
    return make().release();
}
int PyFrame_FastToLocalsWithError(Attached ts, FrameObject* f) {
    if (!f) {
        (void)raise_bad_internal_call(ts, "PyFrame_FastToLocalsWithError");
        return -1;
    }
    return frame_locals(ts, *f->frame).ok() ? 0 : -1;
}
void PyFrame_FastToLocals(Attached ts, FrameObject* f) {
    auto held = fetch(ts);
    if (!frame_locals(ts, *f->frame).ok()) clear_pending(ts);
    if (held) restore(ts, std::move(held).take());
}
void PyFrame_LocalsToFast(Attached ts, FrameObject* f, int clear) {
    auto held = fetch(ts);
    if (!frame_locals_to_fast(ts, *f, clear != 0).ok()) clear_pending(ts);
    if (held) restore(ts, std::move(held).take());
}
namespace {
FrameObject* object_of(Attached ts, Frame* f) {
    if (!f) return nullptr;
    auto held = fetch(ts);
    auto o = frame_object(ts, *f);
    if (!o.ok()) clear_pending(ts);
    if (held) restore(ts, std::move(held).take());
    return o.release();
}
}  // namespace
FrameObject* PyThreadState_GetFrame(Attached ts, ThreadState* state) {
    return object_of(ts, rt(explicit_thread(state)).frame);
}
FrameObject* PyEval_GetFrame(Attached ts) {
    FrameObject* o = object_of(ts, rt(ts).frame);
    if (o) decref(ts, o);  // borrowed: the running frame holds it
    return o;
}
Object* PyEval_GetLocals(Attached ts) {
    Frame* f = rt(ts).frame;
    if (!f) {
        (void)raise(ts, Exc::SystemError, "frame does not exist");
        return nullptr;
    }
    auto locals = frame_locals(ts, *f);
    return locals.get();  // borrowed: the frame holds it
}

// ---- functions ----
const char* PyEval_GetFuncName(Attached ts, Object* o) {
    if (o->type == &PyMethod_Type) return PyEval_GetFuncName(ts, static_cast<BoundMethod*>(o)->func);
    if (is_function(*o)) return PyUnicode_AsUTF8(ts, static_cast<Function*>(o)->name);
    if (is_instance_exact(*o, PyCFunction_Type)) return static_cast<CFunction*>(o)->ml->name;
    return type_name(*o);
}
const char* PyEval_GetFuncDesc(Attached, Object* o) {
    return o->type == &PyMethod_Type || is_function(*o) || is_instance_exact(*o, PyCFunction_Type)
               ? "()"
               : " object";
}
Object* PyEval_EvalCodeEx(Attached ts, Object* code, Object* globals, Object* locals, Object* const* args,
                          int nargs, Object* const* names_and_values, int nkeywords, Object* const* defaults,
                          int ndefaults, Object* kwdefaults, Object* closure) {
    auto& c = static_cast<Code&>(*code);
    if (!(c.flags & kCodeOptimized) && nargs == 0 && nkeywords == 0)
        return give(run_code(ts, c, static_cast<Dict&>(*globals), locals, static_cast<Tuple*>(closure)));
    auto evaluate = [&]() -> Result<Ref<Object>> {
        auto f = TRY(function_new(ts, c, static_cast<Dict&>(*globals), nullptr));
        if (ndefaults) f->defaults = TRY(tuple_from(ts, defaults, ndefaults)).release();
        if (kwdefaults) f->kwdefaults = static_cast<Dict*>(Py_NewRef(kwdefaults));
        if (closure) f->closure = static_cast<Tuple*>(Py_NewRef(closure));
        auto given = TRY(tuple_from(ts, args, nargs));
        auto keywords = TRY(dict_new(ts));
        for (int i = 0; i < nkeywords; ++i)
            TRY(dict_set(ts, *keywords, *names_and_values[2 * i], *names_and_values[2 * i + 1]));
        return call_tuple(ts, *f, *given, keywords.get());
    };
    return give(evaluate());
}
void PyEval_SetTrace(Attached ts, TraceFunctionAbi function, Object* argument) {
    if (!set_trace_function(ts, function, argument).ok())
        _PyErr_WriteUnraisableMsg(ts, "in PyEval_SetTrace", nullptr);
}
void PyEval_SetProfile(Attached ts, TraceFunctionAbi function, Object* argument) {
    if (!set_profile_function(ts, function, argument).ok())
        _PyErr_WriteUnraisableMsg(ts, "in PyEval_SetProfile", nullptr);
}
int PyEval_MergeCompilerFlags(Attached ts, CCompilerFlags* flags) {
    Frame* f = rt(ts).frame;
    if (f) flags->flags |= f->code->flags & 0x1fe0000;  // the future features in force
    return flags->flags != 0;
}
Object* PyFunction_New(Attached ts, Object* code, Object* globals) {
    return PyFunction_NewWithQualName(ts, code, globals, nullptr);
}
Object* PyFunction_NewWithQualName(Attached ts, Object* code, Object* globals, Object* qualname) {
    return give(function_new(ts, static_cast<Code&>(*code), static_cast<Dict&>(*globals), qualname));
}
namespace {
Function* function_of(Attached ts, Object* o, const char* who) {
    if (is_function(*o)) return static_cast<Function*>(o);
    (void)raise_bad_internal_call(ts, who);
    return nullptr;
}
}  // namespace
#define FUNCTION_FIELD(name, expression)         \
    Object* name(Attached ts, Object* o) {       \
        Function* f = function_of(ts, o, #name); \
        return f ? expression : nullptr;         \
    }
FUNCTION_FIELD(PyFunction_GetCode, f->code)
FUNCTION_FIELD(PyFunction_GetGlobals, f->globals)
FUNCTION_FIELD(PyFunction_GetModule, f->module)
FUNCTION_FIELD(PyFunction_GetDefaults, f->defaults)
FUNCTION_FIELD(PyFunction_GetKwDefaults, f->kwdefaults)
FUNCTION_FIELD(PyFunction_GetClosure, f->closure)
#undef FUNCTION_FIELD
Object* PyFunction_GetAnnotations(Attached ts, Object* o) {
    Function* f = function_of(ts, o, "PyFunction_GetAnnotations");
    if (!f || !f->annotations) return nullptr;
    auto made = function_annotations(ts, *f);
    return made.get();  // borrowed: the function holds it
}
namespace {
// Stores through the attribute, which knows what else depends on it. None or null: nothing.
int set_function(Attached ts, Object* o, const char* who, const char* attribute, Object* value,
                 bool (*fits)(const Object&), const char* what) {
    if (!function_of(ts, o, who)) return -1;
    if (value && !is_none(*value) && !fits(*value)) {
        (void)raise(ts, Exc::SystemError, "{}", what);
        return -1;
    }
    return PyObject_SetAttrString(ts, o, attribute, value ? value : &none());
}
}  // namespace
int PyFunction_SetDefaults(Attached ts, Object* o, Object* value) {
    return set_function(ts, o, "PyFunction_SetDefaults", "__defaults__", value, is_tuple,
                        "non-tuple default args");
}
int PyFunction_SetKwDefaults(Attached ts, Object* o, Object* value) {
    return set_function(ts, o, "PyFunction_SetKwDefaults", "__kwdefaults__", value, is_dict,
                        "non-dict keyword only default args");
}
int PyFunction_SetAnnotations(Attached ts, Object* o, Object* value) {
    return set_function(ts, o, "PyFunction_SetAnnotations", "__annotations__", value, is_dict,
                        "non-dict annotations");
}
int PyFunction_SetClosure(Attached ts, Object* o, Object* value) {
    Function* f = function_of(ts, o, "PyFunction_SetClosure");
    if (!f) return -1;
    if (value && !is_none(*value) && !is_tuple(*value)) {
        (void)raise(ts, Exc::SystemError, "expected tuple for closure, got '{}'", type_name(*value));
        return -1;
    }
    replace_field(ts, f->closure,
                  value && !is_none(*value) ? static_cast<Tuple*>(Py_NewRef(value)) : nullptr);
    return 0;
}

}  // namespace baton::api
