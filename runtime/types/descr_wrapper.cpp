// wrapper_descriptor (a slot seen as a method) and method-wrapper (the same, bound).
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/raise.h"
#include "runtime/types/descr.h"
#include "runtime/types/descr_common.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<Ref<Object>> descr_new_wrapper(Attached ts, Type& owner, SlotRow& row, SlotFunctions f) {
    auto d = TRY(new_descr<NativeWrapperDescr>(ts, PyWrapperDescr_Type, owner, row.name));
    d->base = &row;
    d->wrapped = f.c;
    d->internal = f.internal;
    return d;
}
Result<Ref<Object>> method_wrapper_new(Attached ts, Object& descr, Object& self) {
    auto w = TRY(new_gc_object<MethodWrapper>(ts, _PyMethodWrapper_Type));
    incref(&descr);
    w->descr = static_cast<NativeWrapperDescr*>(&descr);
    incref(&self);
    w->self = &self;
    gc_track(ts, w.get());
    return w;
}

namespace {

Result<Ref<Object>> wrapper_get(Attached ts, Object& self, Object* instance, Object*) {
    auto& d = static_cast<NativeWrapperDescr&>(self);
    if (!instance) return Ref<Object>::share(self);
    TRY(check_receiver(ts, d, *instance));
    return method_wrapper_new(ts, self, *instance);
}

Value wrapper_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& d = static_cast<NativeWrapperDescr&>(callee);
    auto name = [&] { return d.base->name; };
    if (nargs == 0) {
        return raise(ts, Exc::TypeError, "descriptor '{}' of '{}' object needs an argument", name(),
                     type_name(*d.owner));
    }
    auto self = box_in_place(ts, args[0]);
    if (!self.ok()) return Value();
    Object* receiver = self.take();
    if (!is_instance_exact(*receiver, *d.owner)) {
        return raise(ts, Exc::TypeError, "descriptor '{}' requires a '{}' object but received a '{}'", name(),
                     type_name(*d.owner), type_name(*receiver));
    }
    return native_result(
        ts, call_wrapped(ts, *d.base, {d.internal, d.wrapped}, *receiver, args + 1, nargs - 1, kwnames));
}

Result<Ref<Object>> wrapper_repr(Attached ts, Descr& self) {
    return descr_repr(ts, self, "slot wrapper");
}
Result<Ref<Object>> wrapper_doc(Attached ts, NativeWrapperDescr& d) {
    return doc_without_signature(ts, d.base->name, d.base->doc);
}
Result<Ref<Object>> wrapper_signature(Attached ts, NativeWrapperDescr& d) {
    return doc_signature(ts, d.base->name, d.base->doc);
}

// ---- bound ----

Value bound_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& w = static_cast<MethodWrapper&>(callee);
    SlotFunctions f{w.descr->internal, w.descr->wrapped};
    return native_result(ts, call_wrapped(ts, *w.descr->base, f, *w.self, args, nargs, kwnames));
}
void bound_dealloc(Attached ts, MethodWrapper& w) {
    gc_untrack(&w);
    decref(ts, w.descr);
    decref(ts, w.self);
    gc_free(ts, &w, sizeof w);
}
int bound_traverse(Object* o, VisitProc visit, void* arg) {
    auto* w = static_cast<MethodWrapper*>(o);
    return visit_fields<Object>(visit, arg, w->descr, w->self);
}
Result<Ref<Object>> bound_repr(Attached ts, MethodWrapper& w) {
    return str_format(ts, "<method-wrapper '{}' of {} object at {}>", w.descr->base->name, type_name(*w.self),
                      static_cast<void*>(w.self));
}
Result<Hash> bound_hash(Attached, MethodWrapper& w) {
    auto mix = [](const void* p) {
        auto x = reinterpret_cast<uintptr_t>(p);
        return static_cast<Hash>(x >> 4 | x << 60);
    };
    Hash h = mix(w.self) ^ mix(w.descr);
    return h == -1 ? -2 : h;
}
Result<Ref<Object>> bound_compare(Attached, Object& a, Object& b, CompareOp op) {
    bool ours = a.type == &_PyMethodWrapper_Type && b.type == &_PyMethodWrapper_Type;
    if ((op != CompareOp::eq && op != CompareOp::ne) || !ours) return Ref<Object>::share(not_implemented());
    auto &x = static_cast<MethodWrapper&>(a), &y = static_cast<MethodWrapper&>(b);
    bool same = x.descr == y.descr && x.self == y.self;
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}
Result<Ref<Object>> bound_reduce(Attached ts, MethodWrapper& w) {
    auto getattr = TRY(builtin(ts, id(Name::getattr)));
    auto args = TRY(tuple_of(ts, {w.self, w.descr->name}));
    return tuple_of(ts, {getattr.get(), args.get()});
}
Result<Ref<Object>> bound_self(Attached, MethodWrapper& w) {
    return Ref<Object>::share(*w.self);
}
Result<Ref<Object>> bound_objclass(Attached, MethodWrapper& w) {
    return Ref<Object>::share(*w.descr->owner);
}
Result<Ref<Object>> bound_name(Attached, MethodWrapper& w) {
    return Ref<Object>::share(*w.descr->name);
}
Result<Ref<Object>> bound_qualname(Attached ts, MethodWrapper& w) {
    return descr_qualname(ts, *w.descr);
}
Result<Ref<Object>> bound_doc(Attached ts, MethodWrapper& w) {
    return wrapper_doc(ts, *w.descr);
}
Result<Ref<Object>> bound_signature(Attached ts, MethodWrapper& w) {
    return wrapper_signature(ts, *w.descr);
}

constexpr Method bound_methods[] = {
    method<bound_reduce>("__reduce__($self, /)", nullptr),
    {},
};
constexpr GetSet bound_getset[] = {
    getter<bound_self>("__self__"),
    getter<bound_objclass>("__objclass__"),
    getter<bound_name>("__name__"),
    getter<bound_qualname>("__qualname__"),
    getter<bound_doc>("__doc__"),
    getter<bound_signature>("__text_signature__"),
    {},
};

}  // namespace

extern const TypeSpec wrapper_descr_spec, method_wrapper_spec;
const TypeSpec wrapper_descr_spec = {
    .name = "wrapper_descriptor",
    .basicsize = sizeof(NativeWrapperDescr),
    .flags = kTypeHasGc | kTypeMethodDescriptor,
    .traverse = descr_traverse,
    .methods = descr_methods,
    .getset = callable_descr_getset<wrapper_doc, wrapper_signature>,
    .dealloc = typed_slot<descr_dealloc>,
    .repr = typed_slot<wrapper_repr>,
    .call = slot<wrapper_call>,
    .descr_get = slot<wrapper_get>,
};
const TypeSpec method_wrapper_spec = {
    .name = "method-wrapper",
    .basicsize = sizeof(MethodWrapper),
    .flags = kTypeHasGc,
    .traverse = bound_traverse,
    .methods = bound_methods,
    .getset = bound_getset,
    .dealloc = typed_slot<bound_dealloc>,
    .repr = typed_slot<bound_repr>,
    .hash = typed_slot<bound_hash>,
    .call = slot<bound_call>,
    .richcompare = slot<bound_compare>,
};

}  // namespace baton
