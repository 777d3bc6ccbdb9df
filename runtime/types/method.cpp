// method (a function bound to self) and instancemethod.
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton {

Result<Ref<Object>> bound_method_new(Attached ts, Object& function, Object& self) {
    auto m = TRY(new_gc_object<BoundMethod>(ts, PyMethod_Type));
    incref(&function);
    m->func = &function;
    incref(&self);
    m->self = &self;
    m->weakreflist = nullptr;
    m->vectorcall = &c_vectorcall_entry;
    gc_track(ts, m.get());
    return m;
}

namespace {

Value method_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& m = static_cast<BoundMethod&>(callee);
    auto keep_function = Ref<Object>::share(*m.func);
    auto keep_self = Ref<Object>::share(*m.self);
    return call_with_first(ts, *keep_function, borrowed_value(*keep_self), args, nargs, kwnames);
}

// What the method itself has goes first, the rest is the function's. A method of a method knows no more than
// this one, however many there are inside one another.
template <class Method>
Result<Ref<Object>> method_getattro(Attached ts, Object& self, Str& name) {
    Object* own = type_lookup(*self.type, name);
    if (own) {
        auto keep = Ref<Object>::share(*own);
        if (auto get = info(*own).descr_get) return get(ts, *own, &self, self.type);
        return keep;
    }
    Object* function = static_cast<Method&>(self).func;
    while (function->type == self.type) function = static_cast<Method*>(function)->func;
    return get_attr(ts, *function, name);
}

void method_dealloc(Attached ts, BoundMethod& m) {
    gc_untrack(&m);
    if (m.weakreflist) weakref_clear_all(ts, m);
    decref(ts, m.func);
    decref(ts, m.self);
    gc_free(ts, &m, sizeof m);
}
int method_traverse(Object* o, VisitProc visit, void* arg) {
    auto* m = static_cast<BoundMethod*>(o);
    return visit_fields(visit, arg, m->func, m->self);
}

Result<Ref<Object>> method_repr(Attached ts, BoundMethod& m) {
    OptRef<Object> name = TRY(get_attr_opt(ts, *m.func, id(Name::__qualname__)));
    if (!name) name = TRY(get_attr_opt(ts, *m.func, id(Name::__name__)));
    auto self_text = TRY(repr(ts, *m.self));
    auto self_view = TRY(str_as_utf8(ts, *self_text));
    std::string_view text = "?";
    if (name && is_str(*name)) text = TRY(str_as_utf8(ts, static_cast<Str&>(*name)));
    return str_format(ts, "<bound method {} of {}>", text, self_view);
}
Result<Hash> method_hash(Attached ts, BoundMethod& m) {
    auto w = reinterpret_cast<uintptr_t>(m.self);
    Hash h = static_cast<Hash>(w >> 4 | w << 60) ^ TRY(hash(ts, *m.func));
    return h == -1 ? -2 : h;
}
Result<Ref<Object>> method_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    bool ours = a.type == &PyMethod_Type && b.type == &PyMethod_Type;
    if ((op != CompareOp::eq && op != CompareOp::ne) || !ours) return Ref<Object>::share(not_implemented());
    auto &x = static_cast<BoundMethod&>(a), &y = static_cast<BoundMethod&>(b);
    bool same = x.self == y.self && TRY(equal(ts, *x.func, *y.func));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}
Result<Ref<Object>> method_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "method() takes no keyword arguments");
    if (nargs != 2) return raise(ts, Exc::TypeError, "method expected 2 arguments, got {}", nargs);
    TRY(box_all(ts, args, 2));
    if (!is_callable(*args[0].object())) return raise(ts, Exc::TypeError, "first argument must be callable");
    if (is_none(*args[1].object())) return raise(ts, Exc::TypeError, "instance must not be None");
    return bound_method_new(ts, *args[0].object(), *args[1].object());
}
Result<Ref<Object>> method_reduce(Attached ts, BoundMethod& m) {
    auto getattr = TRY(builtin(ts, id(Name::getattr)));
    auto name = TRY(get_attr(ts, *m.func, id(Name::__name__)));
    auto args = TRY(tuple_of(ts, {m.self, name.get()}));
    return tuple_of(ts, {getattr.get(), args.get()});
}
Result<Ref<Object>> method_doc(Attached ts, BoundMethod& m) {
    OptRef<Object> doc = TRY(get_attr_opt(ts, *m.func, id(Name::__doc__)));
    if (doc) return std::move(doc).take();
    return Ref<Object>::share(none());
}
Result<Ref<Object>> method_func(Attached, BoundMethod& m) {
    return Ref<Object>::share(*m.func);
}
Result<Ref<Object>> method_self(Attached, BoundMethod& m) {
    return Ref<Object>::share(*m.self);
}

constexpr Method method_rows[] = {
    method<method_reduce>("__reduce__($self, /)", nullptr),
    {},
};
constexpr GetSet method_getset[] = {
    getter<method_doc>("__doc__"),
    getter<method_func>("__func__", "What gets called"),
    getter<method_self>("__self__", "What is passed as the first argument"),
    {},
};

// ---- instancemethod: what C code binds to itself ----

struct InstanceMethod : Object {
    Object* func;
};
void instance_dealloc(Attached ts, InstanceMethod& m) {
    gc_untrack(&m);
    xdecref(ts, m.func);
    gc_free(ts, &m, sizeof m);
}
int instance_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<InstanceMethod*>(o)->func, visit, arg);
}
Value instance_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    return call_value(ts, *static_cast<InstanceMethod&>(callee).func, args, nargs, kwnames);
}
Result<Ref<Object>> instance_get(Attached ts, Object& self, Object* instance, Object*) {
    Object& f = *static_cast<InstanceMethod&>(self).func;
    if (!instance) return Ref<Object>::share(f);
    return bound_method_new(ts, f, *instance);
}
Result<Ref<Object>> instance_repr(Attached ts, InstanceMethod& m) {
    OptRef<Object> name = TRY(get_attr_opt(ts, *m.func, id(Name::__name__)));
    std::string_view text = "?";
    if (name && is_str(*name)) text = TRY(str_as_utf8(ts, static_cast<Str&>(*name)));
    return str_format(ts, "<instancemethod {} at {}>", text, static_cast<void*>(&m));
}
Result<Ref<Object>> instance_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    bool ours = a.type == &PyInstanceMethod_Type && b.type == &PyInstanceMethod_Type;
    if ((op != CompareOp::eq && op != CompareOp::ne) || !ours) return Ref<Object>::share(not_implemented());
    bool same = TRY(equal(ts, *static_cast<InstanceMethod&>(a).func, *static_cast<InstanceMethod&>(b).func));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}
Result<Ref<Object>> instance_new(Attached ts, Type&, Value* args, size_t nargs, Tuple*) {
    if (nargs != 1) return raise(ts, Exc::TypeError, "instancemethod expected 1 argument, got {}", nargs);
    Object& f = *TRY(box_in_place(ts, args[0]));
    if (!is_callable(f)) return raise(ts, Exc::TypeError, "first argument must be callable");
    auto m = TRY(new_gc_object<InstanceMethod>(ts, PyInstanceMethod_Type));
    incref(&f);
    m->func = &f;
    gc_track(ts, m.get());
    return m;
}
Result<Ref<Object>> instance_func(Attached, InstanceMethod& m) {
    return Ref<Object>::share(*m.func);
}
Result<Ref<Object>> instance_doc(Attached ts, InstanceMethod& m) {
    return get_attr(ts, *m.func, id(Name::__doc__));
}
constexpr GetSet instance_getset[] = {
    getter<instance_func>("__func__", "What gets called"),
    getter<instance_doc>("__doc__"),
    {},
};

}  // namespace

extern const TypeSpec method_spec, instancemethod_spec;
const TypeSpec method_spec = {
    .name = "method",
    .doc = "A function together with its first argument.",
    .basicsize = sizeof(BoundMethod),
    .flags = kTypeHasGc,
    .traverse = method_traverse,
    .weaklistoffset = offsetof(BoundMethod, weakreflist),
    .methods = method_rows,
    .getset = method_getset,
    .vectorcall_offset = offsetof(BoundMethod, vectorcall),
    .dealloc = typed_slot<method_dealloc>,
    .repr = typed_slot<method_repr>,
    .hash = typed_slot<method_hash>,
    .call = slot<method_call>,
    .getattro = slot<method_getattro<BoundMethod>>,
    .setattro = slot<generic_set_attr>,
    .richcompare = slot<method_compare>,
    .tp_new = slot<method_new>,
};
const TypeSpec instancemethod_spec = {
    .name = "instancemethod",
    .doc = "Makes a C function act as a method when it stands in a class.",
    .basicsize = sizeof(InstanceMethod),
    .flags = kTypeHasGc,
    .traverse = instance_traverse,
    .getset = instance_getset,
    .dealloc = typed_slot<instance_dealloc>,
    .repr = typed_slot<instance_repr>,
    .call = slot<instance_call>,
    .getattro = slot<method_getattro<InstanceMethod>>,
    .richcompare = slot<instance_compare>,
    .descr_get = slot<instance_get>,
    .tp_new = slot<instance_new>,
};

}  // namespace baton
