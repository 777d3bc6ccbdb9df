// method_descriptor and classmethod_descriptor: methods of types, from native rows or C's METH_* functions.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/descr_common.h"

namespace baton {

Result<Ref<Object>> descr_new_method(Attached ts, Type& owner, MethodDef& def) {
    auto d = TRY(new_descr<MethodDescr>(ts, PyMethodDescr_Type, owner, def.name));
    d->method = &def;
    d->vectorcall = &c_vectorcall_entry;
    return d;
}
Result<Ref<Object>> descr_new_class_method(Attached ts, Type& owner, MethodDef& def) {
    auto d = TRY(new_descr<MethodDescr>(ts, PyClassMethodDescr_Type, owner, def.name));
    d->method = &def;
    d->vectorcall = &c_vectorcall_entry;
    return d;
}

namespace {

Type* defining_class(const MethodDescr& d) {
    return d.method->flags & kMethMethod ? d.owner : nullptr;
}

Result<Ref<Object>> method_get(Attached ts, Object& self, Object* instance, Object*) {
    auto& d = static_cast<MethodDescr&>(self);
    if (!instance) return Ref<Object>::share(self);
    TRY(check_receiver(ts, d, *instance));
    return cfunction_new(ts, *d.method, instance, nullptr, defining_class(d));
}

// descr(self, ...): the first argument is the receiver.
Value method_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& d = static_cast<MethodDescr&>(callee);
    if (nargs == 0) {
        auto q = descr_qualname(ts, d);
        if (!q.ok()) return Value();
        auto text = str_as_utf8(ts, static_cast<Str&>(*q));
        if (!text.ok()) return Value();
        return raise(ts, Exc::TypeError, "unbound method {}() needs an argument", *text);
    }
    auto self = box_in_place(ts, args[0]);
    if (!self.ok()) return Value();
    Object* receiver = self.take();
    if (!is_instance_exact(*receiver, *d.owner)) {
        auto name = str_as_utf8(ts, static_cast<Str&>(*d.name));
        if (!name.ok()) return Value();
        return raise(ts, Exc::TypeError, "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
                     *name, type_name(*d.owner), type_name(*receiver));
    }
    return call_method_def(ts, *d.method, defining_class(d), receiver, callee, args + 1, nargs - 1, kwnames);
}

Result<void> check_class(Attached ts, MethodDescr& d, Object& type) {
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*d.name)));
    if (!is_type(type)) {
        return raise(ts, Exc::TypeError, "descriptor '{}' for type '{}' needs a type, not a '{}' as arg 2",
                     name, type_name(*d.owner), type_name(type));
    }
    if (is_subtype(static_cast<Type&>(type), *d.owner)) return {};
    return raise(ts, Exc::TypeError, "descriptor '{}' requires a subtype of '{}' but received '{}'", name,
                 type_name(*d.owner), type_name(static_cast<Type&>(type)));
}

Result<Ref<Object>> class_method_get(Attached ts, Object& self, Object* instance, Object* owner) {
    auto& d = static_cast<MethodDescr&>(self);
    if (!owner) {
        if (!instance) {
            auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*d.name)));
            return raise(ts, Exc::TypeError, "descriptor '{}' for type '{}' needs either an object or a type",
                         name, type_name(*d.owner));
        }
        owner = instance->type;
    }
    TRY(check_class(ts, d, *owner));
    return cfunction_new(ts, *d.method, owner, nullptr, defining_class(d));
}

Value class_method_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& d = static_cast<MethodDescr&>(callee);
    if (nargs == 0) {
        auto name = str_as_utf8(ts, static_cast<Str&>(*d.name));
        if (!name.ok()) return Value();
        return raise(ts, Exc::TypeError, "descriptor '{}' of '{}' object needs an argument", *name,
                     type_name(*d.owner));
    }
    auto self = box_in_place(ts, args[0]);
    if (!self.ok()) return Value();
    if (!check_class(ts, d, *self.take()).ok()) return Value();
    return call_method_def(ts, *d.method, defining_class(d), self.take(), callee, args + 1, nargs - 1,
                           kwnames);
}

Result<Ref<Object>> method_repr(Attached ts, Descr& self) {
    return descr_repr(ts, self, "method");
}
Result<Ref<Object>> get_doc(Attached ts, MethodDescr& d) {
    return method_doc(ts, *d.method);
}
Result<Ref<Object>> get_signature(Attached ts, MethodDescr& d) {
    return method_text_signature(ts, *d.method);
}

}  // namespace

extern const TypeSpec method_descr_spec, classmethod_descr_spec;
const TypeSpec method_descr_spec = {
    .name = "method_descriptor",
    .basicsize = sizeof(MethodDescr),
    .flags = kTypeHasGc | kTypeMethodDescriptor,
    .traverse = descr_traverse,
    .methods = descr_methods,
    .getset = callable_descr_getset<get_doc, get_signature>,
    .vectorcall_offset = offsetof(MethodDescr, vectorcall),
    .dealloc = typed_slot<descr_dealloc>,
    .repr = typed_slot<method_repr>,
    .call = slot<method_call>,
    .descr_get = slot<method_get>,
};
const TypeSpec classmethod_descr_spec = {
    .name = "classmethod_descriptor",
    .basicsize = sizeof(MethodDescr),
    .flags = kTypeHasGc,
    .traverse = descr_traverse,
    .getset = callable_descr_getset<get_doc, get_signature>,
    .dealloc = typed_slot<descr_dealloc>,
    .repr = typed_slot<method_repr>,
    .call = slot<class_method_call>,
    .descr_get = slot<class_method_get>,
};

}  // namespace baton
