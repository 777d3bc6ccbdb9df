#include "vm/function.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/list.h"
#include "runtime/types/descr.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/audit.h"
#include "vm/cell.h"
#include "vm/frame.h"
#include "vm/run.h"

namespace baton {

Result<Ref<Dict>> builtins_of(Attached ts, Dict& globals) {
    if (Object* b = dict_find_str(globals, id(Name::__builtins__))) {
        if (is_instance_exact(*b, PyModule_Type)) b = static_cast<Module*>(b)->dict;
        if (b && is_dict(*b)) return Ref<Dict>::share(static_cast<Dict&>(*b));
    }
    // Globals without builtins: those of whoever makes the function.
    if (const Frame* f = rt(ts).frame) return Ref<Dict>::share(*f->function->builtins);
    return Ref<Dict>::share(*interp(ts).builtins);
}

Result<Ref<Function>> function_new(Attached ts, Code& code, Dict& globals, Object* qualname) {
    auto builtins = TRY(builtins_of(ts, globals));
    auto f = TRY(new_gc_object<Function>(ts, PyFunction_Type));
    Function& s = *f;
    s.code = Ref<Code>::share(code).release();
    s.globals = Ref<Dict>::share(globals).release();
    s.builtins = builtins.release();
    s.defaults = nullptr;
    s.kwdefaults = nullptr;
    s.closure = nullptr;
    s.name = Ref<Str>::share(*code.name).release();
    s.qualname = qualname ? Ref<Str>::share(static_cast<Str&>(*qualname)).release()
                          : Ref<Str>::share(*code.qualname).release();
    s.doc = nullptr;
    if (code.consts->size && is_str(*code.consts->item[0])) {
        s.doc = Ref<Object>::share(*code.consts->item[0]).release();
    }
    s.module = dict_find_str(globals, id(Name::__name__));
    xincref(s.module);
    s.annotations = nullptr;
    s.dict = nullptr;
    s.weakreflist = nullptr;
    s.retired = nullptr;
    s.version = 0;
    gc_track(ts, &s);
    return f;
}

Result<Ref<Object>> function_annotations(Attached ts, Function& f) {
    if (f.annotations && is_dict(*f.annotations)) return Ref<Object>::share(*f.annotations);
    auto d = TRY(dict_new(ts));
    if (f.annotations) {
        auto& pairs = static_cast<Tuple&>(*f.annotations);
        for (Index i = 0; i + 1 < pairs.size; i += 2)
            TRY(dict_set(ts, *d, *pairs.item[i], *pairs.item[i + 1]));
    }
    Object* old = std::exchange(f.annotations, d.copy().release());
    xdecref(ts, old);
    return d;
}

namespace {

void function_drop_fields(Function& f) {
    Object* owned[] = {std::exchange(f.defaults, nullptr),
                       std::exchange(f.kwdefaults, nullptr),
                       std::exchange(f.closure, nullptr),
                       std::exchange(f.doc, nullptr),
                       std::exchange(f.module, nullptr),
                       std::exchange(f.annotations, nullptr),
                       std::exchange(f.dict, nullptr),
                       std::exchange(f.retired, nullptr),
                       std::exchange(f.name, str_empty().release()),
                       std::exchange(f.qualname, str_empty().release())};
    for (Object* o : owned) {
        if (o) decref_unattached(o);
    }
}

void function_dealloc(Attached ts, Function& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    xdecref(ts, self.defaults);
    xdecref(ts, self.kwdefaults);
    xdecref(ts, self.closure);
    xdecref(ts, self.doc);
    xdecref(ts, self.module);
    xdecref(ts, self.annotations);
    xdecref(ts, self.dict);
    xdecref(ts, self.retired);
    decref(ts, self.code);
    decref(ts, self.globals);
    decref(ts, self.builtins);
    decref(ts, self.name);
    decref(ts, self.qualname);
    gc_free(ts, &self, sizeof(Function));
}

int function_traverse(Object* o, VisitProc visit, void* arg) {
    auto& f = static_cast<Function&>(*o);
    return visit_fields<Object>(visit, arg, f.code, f.globals, f.builtins, f.defaults, f.kwdefaults,
                                f.closure, f.doc, f.module, f.annotations, f.dict, f.name, f.qualname,
                                f.retired);
}

// The code stays: a function that is being cleared can still be called by a finaliser.
int function_clear(Object* o) {
    function_drop_fields(static_cast<Function&>(*o));
    return 0;
}

Result<Ref<Object>> function_repr(Attached ts, Function& self) {
    void* at = &self;
    auto q = TRY(str_as_utf8(ts, *self.qualname));
    return str_format(ts, "<function {} at {}>", q, at);
}

Result<Ref<Object>> function_get(Attached ts, Function& self, Object* instance, Object*) {
    if (!instance || is_none(*instance)) return Ref<Object>::share(self);
    return bound_method_new(ts, self, *instance);
}

// ---- attributes ----
Ref<Object> or_none(Object* o) {
    return Ref<Object>::share(o ? *o : none());
}

template <auto Field>
Result<Ref<Object>> field(Attached, Function& self) {
    return or_none(self.*Field);
}
template <auto Field>
Result<void> set_field(Attached ts, Function& self, Object* value) {
    xincref(value);
    Object* old = std::exchange(self.*Field, value);
    xdecref(ts, old);
    return {};
}

// What hooks want to hear of.
struct AuditedName {
    const char* text;
};
constexpr AuditedName kCode{"__code__"}, kDefaults{"__defaults__"}, kKwdefaults{"__kwdefaults__"};
template <auto Field, const AuditedName& Name>
Result<Ref<Object>> audited_field(Attached ts, Function& self) {
    TRY(audit_attribute(ts, "object.__getattr__", self, Name.text));
    return or_none(self.*Field);
}
Result<void> audit_change(Attached ts, Function& self, const AuditedName& name, Object* value) {
    return audit_attribute(ts, value ? "object.__setattr__" : "object.__delattr__", self, name.text, value);
}

Result<void> set_code(Attached ts, Function& self, Object* value) {
    if (!value || !is_code(*value)) return raise(ts, Exc::TypeError, "__code__ must be set to a code object");
    TRY(audit_change(ts, self, kCode, value));
    auto& code = static_cast<Code&>(*value);
    Index closure = self.closure ? self.closure->size : 0;
    if (code.nfrees != closure) {
        auto name = TRY(str_as_utf8(ts, *self.name));
        return raise(ts, Exc::ValueError, "{}() requires a code object with {} free vars, not {}", name,
                     closure, code.nfrees);
    }
    // Running frames borrow the code they run from this function, so the old one is kept.
    if (!self.retired) self.retired = TRY(list_new(ts)).release();
    TRY(list_append(ts, static_cast<List&>(*self.retired), *self.code));
    Code* old = std::exchange(self.code, Ref<Code>::share(code).release());
    self.version = 0;
    decref(ts, old);
    return {};
}

Result<void> set_defaults(Attached ts, Function& self, Object* value) {
    if (value && is_none(*value)) value = nullptr;
    if (value && !is_tuple(*value))
        return raise(ts, Exc::TypeError, "__defaults__ must be set to a tuple object");
    TRY(audit_change(ts, self, kDefaults, value));
    xincref(value);
    Tuple* old = std::exchange(self.defaults, static_cast<Tuple*>(value));
    self.version = 0;
    xdecref(ts, old);
    return {};
}

Result<void> set_kwdefaults(Attached ts, Function& self, Object* value) {
    if (value && is_none(*value)) value = nullptr;
    if (value && !is_dict(*value))
        return raise(ts, Exc::TypeError, "__kwdefaults__ must be set to a dict object");
    TRY(audit_change(ts, self, kKwdefaults, value));
    xincref(value);
    Dict* old = std::exchange(self.kwdefaults, static_cast<Dict*>(value));
    self.version = 0;
    xdecref(ts, old);
    return {};
}

Result<void> set_annotations(Attached ts, Function& self, Object* value) {
    if (value && is_none(*value)) value = nullptr;
    if (value && !is_dict(*value))
        return raise(ts, Exc::TypeError, "__annotations__ must be set to a dict object");
    return set_field<&Function::annotations>(ts, self, value);
}

Result<void> set_str(Attached ts, Str*& slot, Object* value, const char* name) {
    if (!value || !is_str(*value))
        return raise(ts, Exc::TypeError, "{} must be set to a string object", name);
    Str* old = std::exchange(slot, Ref<Str>::share(static_cast<Str&>(*value)).release());
    decref(ts, old);
    return {};
}
Result<void> set_name(Attached ts, Function& self, Object* value) {
    return set_str(ts, self.name, value, "__name__");
}
Result<void> set_qualname(Attached ts, Function& self, Object* value) {
    return set_str(ts, self.qualname, value, "__qualname__");
}

constexpr GetSet function_getset[] = {
    property_row<audited_field<&Function::code, kCode>, set_code>("__code__"),
    property_row<audited_field<&Function::defaults, kDefaults>, set_defaults>("__defaults__"),
    property_row<audited_field<&Function::kwdefaults, kKwdefaults>, set_kwdefaults>("__kwdefaults__"),
    property_row<function_annotations, set_annotations>("__annotations__"),
    kDictRow,
    property_row<field<&Function::name>, set_name>("__name__"),
    property_row<field<&Function::qualname>, set_qualname>("__qualname__"),
    property_row<field<&Function::doc>, set_field<&Function::doc>>("__doc__"),
    property_row<field<&Function::module>, set_field<&Function::module>>("__module__"),
    {},
};
// Members, as in CPython: types.MemberDescriptorType is the type of __globals__.
MemberDef function_members[] = {
    {"__closure__", 6, offsetof(Function, closure), 1, nullptr},
    {"__globals__", 6, offsetof(Function, globals), 1, nullptr},
    {"__builtins__", 6, offsetof(Function, builtins), 1, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

// ---- types.FunctionType(...) ----
Result<Ref<Function>> function_make(Attached ts, Type&, Object& code_object, Dict& globals, Object* name,
                                    Object* argdefs, Object* closure) {
    if (!is_code(code_object)) {
        return raise(ts, Exc::TypeError, "function() argument 'code' must be code, not {}",
                     type_name(code_object));
    }
    auto& code = static_cast<Code&>(code_object);
    TRY(audit_values(ts, "function.__new__", &code));
    if (name && is_none(*name)) name = nullptr;
    if (name && !is_str(*name)) return raise(ts, Exc::TypeError, "arg 3 (name) must be None or string");
    if (argdefs && is_none(*argdefs)) argdefs = nullptr;
    if (argdefs && !is_tuple(*argdefs))
        return raise(ts, Exc::TypeError, "arg 4 (defaults) must be None or tuple");
    if (!closure) closure = &none();
    if (!is_tuple(*closure)) {
        if (code.nfrees && is_none(*closure))
            return raise(ts, Exc::TypeError, "arg 5 (closure) must be tuple");
        if (!is_none(*closure)) return raise(ts, Exc::TypeError, "arg 5 (closure) must be None or tuple");
    }
    Index cells = is_none(*closure) ? 0 : static_cast<Tuple*>(closure)->size;
    if (code.nfrees != cells) {
        auto n = TRY(str_as_utf8(ts, *code.name));
        return raise(ts, Exc::ValueError, "{} requires closure of length {}, not {}", n, code.nfrees, cells);
    }
    for (Index i = 0; i < cells; ++i) {
        Object& cell = *static_cast<Tuple*>(closure)->item[i];
        if (!is_cell(cell)) {
            return raise(ts, Exc::TypeError, "arg 5 (closure) expected cell, found {}", cell.type->name);
        }
    }
    auto f = TRY(function_new(ts, code, globals, nullptr));
    if (name) TRY(set_name(ts, *f, name));
    if (argdefs) TRY(set_defaults(ts, *f, argdefs));
    if (cells) f->closure = Ref<Tuple>::share(static_cast<Tuple&>(*closure)).release();
    return f;
}
constexpr Method function_new_row =
    method<function_make>("function($type, code, globals, name=None, argdefs=None, closure=None)", nullptr);

Result<Ref<Object>> function_tp_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, function_new_row.fn(ts, function_new_row, &cls, args, nargs, kwnames));
}

}  // namespace

const TypeSpec function_spec = {
    .name = "function",
    .doc =
        "Code together with the variables it uses: the globals of its module and, in closure, cells for each "
        "name in "
        "co_freevars.\n\nname is that of the code if it is left out; argdefs are defaults for the last "
        "arguments.",
    .basicsize = sizeof(Function),
    .flags = kTypeHasGc | kTypeMethodDescriptor,
    .traverse = function_traverse,
    .clear = function_clear,
    .weaklistoffset = offsetof(Function, weakreflist),
    .dictoffset = offsetof(Function, dict),
    .getset = function_getset,
    .members = function_members,
    .dealloc = typed_slot<function_dealloc>,
    .repr = typed_slot<function_repr>,
    .call = slot<call_function>,
    .descr_get = typed_slot<function_get>,
    .tp_new = slot<function_tp_new>,
};

}  // namespace baton
