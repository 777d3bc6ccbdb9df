// classmethod and staticmethod.
#include "runtime/attr.h"
#include "runtime/c_stack.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

struct Decorated : Object {
    Object* callable;
    Object* dict;
};

void dealloc(Attached ts, Decorated& d) {
    gc_untrack(&d);
    replace_field<Object>(ts, d.callable, nullptr);
    replace_field<Object>(ts, d.dict, nullptr);
    free_instance(ts, d);
}
int traverse(Object* o, VisitProc visit, void* arg) {
    auto* d = static_cast<Decorated*>(o);
    return visit_fields(visit, arg, d->callable, d->dict);
}
int clear(Object* o) {
    auto* d = static_cast<Decorated*>(o);
    replace_field<Object>(current_attached(), d->callable, nullptr);
    replace_field<Object>(current_attached(), d->dict, nullptr);
    return 0;
}

Raised raise_uninitialized(Attached ts, const char* kind) {
    return raise(ts, Exc::RuntimeError, "uninitialized {} object", kind);
}

Result<Ref<Object>> make(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}

// What functools.wraps copies: the decorated thing looks like the function inside.
Result<void> copy_metadata(Attached ts, Object& from, Object& to) {
    for (Name n :
         {Name::__module__, Name::__name__, Name::__qualname__, Name::__doc__, Name::__annotations__}) {
        OptRef<Object> v = TRY(get_attr_opt(ts, from, id(n)));
        if (v) TRY(set_attr(ts, to, id(n), *v));
    }
    OptRef<Object> v = TRY(get_attr_opt(ts, from, id(Name::__dict__)));
    if (v && is_dict(*v) && static_cast<Dict&>(*v).used) {
        Ref<Object> own = TRY(get_attr(ts, to, id(Name::__dict__)));
        TRY(dict_merge(ts, static_cast<Dict&>(*own), *v, true));
    }
    return {};
}

Result<void> init_as(Attached ts, const char* name, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "{}() takes no keyword arguments", name);
    if (nargs != 1) return raise(ts, Exc::TypeError, "{} expected 1 argument, got {}", name, nargs);
    Object& f = *TRY(box_in_place(ts, args[0]));
    incref(&f);
    replace_field<Object>(ts, static_cast<Decorated&>(self).callable, &f);
    return copy_metadata(ts, f, self);
}
Result<void> class_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return init_as(ts, "classmethod", self, args, nargs, kwnames);
}
Result<void> static_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return init_as(ts, "staticmethod", self, args, nargs, kwnames);
}

Result<Ref<Object>> class_get(Attached ts, Object& self, Object* instance, Object* owner) {
    auto& d = static_cast<Decorated&>(self);
    if (!d.callable) return raise_uninitialized(ts, "classmethod");
    Object* type = owner ? owner : instance->type;
    if (auto get = info(*d.callable).descr_get) return get(ts, *d.callable, type, type);
    return bound_method_new(ts, *d.callable, *type);
}
Result<Ref<Object>> static_get(Attached ts, Object& self, Object*, Object*) {
    auto& d = static_cast<Decorated&>(self);
    if (!d.callable) return raise_uninitialized(ts, "staticmethod");
    return Ref<Object>::share(*d.callable);
}
Value static_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto& d = static_cast<Decorated&>(self);
    if (!d.callable) return raise_uninitialized(ts, "staticmethod");
    return call_value(ts, *d.callable, args, nargs, kwnames);
}

Result<Ref<Object>> show(Attached ts, Decorated& d, const char* name) {
    auto text = d.callable ? TRY(repr(ts, *d.callable)) : TRY(str_new_ascii(ts, "NULL"));
    return str_format(ts, "<{}({})>", name, TRY(str_as_utf8(ts, *text)));
}
Result<Ref<Object>> class_repr(Attached ts, Decorated& d) {
    return show(ts, d, "classmethod");
}
Result<Ref<Object>> static_repr(Attached ts, Decorated& d) {
    return show(ts, d, "staticmethod");
}

Result<Ref<Object>> get_func(Attached, Decorated& d) {
    return Ref<Object>::share(d.callable ? *d.callable : none());
}
Result<Ref<Object>> get_abstract(Attached ts, Decorated& d) {
    if (!d.callable) return Ref<Object>::share(bool_object(false));
    TRY(check_c_stack(ts));
    OptRef<Object> v = TRY(get_attr_opt(ts, *d.callable, id(Name::__isabstractmethod__)));
    bool is = v && TRY(is_true(ts, *v));
    return Ref<Object>::share(bool_object(is));
}
constexpr GetSet getset[] = {
    getter<get_func>("__func__"),
    getter<get_func>("__wrapped__"),
    getter<get_abstract>("__isabstractmethod__"),
    kDictRow,
    {},
};

Result<Ref<Object>> new_decorated(Attached ts, Type& type, Object& f) {
    auto d = TRY(allocate_instance(ts, type)).cast<Decorated>();
    incref(&f);
    d->callable = &f;
    return d;
}

}  // namespace

Result<Ref<Object>> staticmethod_new(Attached ts, Object& f) {
    return new_decorated(ts, PyStaticMethod_Type, f);
}
Result<Ref<Object>> classmethod_new(Attached ts, Object& f) {
    return new_decorated(ts, PyClassMethod_Type, f);
}

Object* classmethod_callable(const Object& o) {
    return is_exact(o, PyClassMethod_Type) ? static_cast<const Decorated&>(o).callable : nullptr;
}

// The part of both that depends on the struct only.
static constexpr TypeSpec decorated_spec(const char* name, const char* doc) {
    TypeSpec s;
    s.name = name;
    s.doc = doc;
    s.basicsize = sizeof(Decorated);
    s.flags = kTypeHasGc | kTypeBaseType;
    s.traverse = traverse;
    s.clear = clear;
    s.dictoffset = offsetof(Decorated, dict);
    s.getset = getset;
    s.dealloc = typed_slot<dealloc>;
    s.tp_new = slot<make>;
    return s;
}

extern const TypeSpec classmethod_spec, staticmethod_spec;
constinit const TypeSpec classmethod_spec = [] {
    auto s = decorated_spec(
        "classmethod",
        "classmethod(function) -> method\n\nMakes a method that gets the class in the place of "
        "self, called on the class or on an instance.");
    s.repr = typed_slot<class_repr>;
    s.descr_get = slot<class_get>;
    s.init = slot<class_init>;
    return s;
}();
constinit const TypeSpec staticmethod_spec = [] {
    auto s = decorated_spec(
        "staticmethod",
        "staticmethod(function) -> method\n\nMakes a method that is called as the plain function "
        "it is, without self or the class.");
    s.repr = typed_slot<static_repr>;
    s.call = slot<static_call>;
    s.descr_get = slot<static_get>;
    s.init = slot<static_init>;
    return s;
}();

}  // namespace baton
