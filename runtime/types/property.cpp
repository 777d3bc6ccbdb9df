// property.
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
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct Property : Object {
    Object *get, *set, *del, *doc, *name;
    int getter_doc;  // doc is the getter's
};

int traverse(Object* o, VisitProc visit, void* arg) {
    auto* p = static_cast<Property*>(o);
    return visit_fields(visit, arg, p->get, p->set, p->del, p->doc, p->name);
}
void drop_fields(Attached ts, Property& p) {
    for (Object** f : {&p.get, &p.set, &p.del, &p.doc, &p.name}) replace_field<Object>(ts, *f, nullptr);
}
int clear(Object* o) {
    auto* p = static_cast<Property*>(o);
    replace_field<Object>(current_attached(), p->doc, nullptr);
    return 0;
}
void dealloc(Attached ts, Property& p) {
    gc_untrack(&p);
    drop_fields(ts, p);
    free_instance(ts, p);
}

void put(Attached ts, Object*& field, Object* value) {
    if (value && is_none(*value)) value = nullptr;
    xincref(value);
    replace_field<Object>(ts, field, value);
}

Result<void> set_up(Attached ts, Property& p, Object* get, Object* set, Object* del, Object* doc) {
    put(ts, p.get, get);
    put(ts, p.set, set);
    put(ts, p.del, del);
    xincref(doc);
    replace_field<Object>(ts, p.doc, doc);
    replace_field<Object>(ts, p.name, nullptr);
    p.getter_doc = 0;
    if ((!doc || is_none(*doc)) && p.get) {
        OptRef<Object> theirs = TRY(get_attr_opt(ts, *p.get, id(Name::__doc__)));
        if (theirs) {
            if (is_exact(p, PyProperty_Type)) {
                replace_field<Object>(ts, p.doc, theirs.release());
            } else {
                // A subclass's __doc__ in its dict would hide the field.
                TRY(set_attr(ts, p, id(Name::__doc__), *theirs));
            }
            p.getter_doc = 1;
        }
    }
    return {};
}

Result<void> property_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    static constexpr Signature kSignature =
        parse_signature("property($self, fget=None, fset=None, fdel=None, doc=None)");
    Value* bound[4] = {};
    TRY(bind_arguments(ts, kSignature, args, nargs, kwnames, bound));
    Object* o[4] = {};
    for (int i = 0; i < 4; ++i) {
        if (bound[i]) o[i] = TRY(box_in_place(ts, *bound[i]));
    }
    return set_up(ts, static_cast<Property&>(self), o[0], o[1], o[2], o[3]);
}
Result<Ref<Object>> property_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}

// A copy with one function replaced; its doc follows the getter when it came from there.
Result<Ref<Object>> copy(Attached ts, Property& p, Object* get, Object* set, Object* del) {
    auto pick = [](Object* fresh, Object* old) {
        return fresh && !is_none(*fresh) ? fresh : old ? old : &none();
    };
    get = pick(get, p.get);
    set = pick(set, p.set);
    del = pick(del, p.del);
    Object* doc = p.getter_doc && !is_none(*get) ? &none() : p.doc ? p.doc : &none();
    auto fresh = TRY(call(ts, *p.type, {get, set, del, doc}));
    if (is_instance_exact(*fresh, PyProperty_Type)) put(ts, static_cast<Property&>(*fresh).name, p.name);
    return fresh;
}
Result<Ref<Object>> property_getter(Attached ts, Property& p, Object& f) {
    return copy(ts, p, &f, nullptr, nullptr);
}
Result<Ref<Object>> property_setter(Attached ts, Property& p, Object& f) {
    return copy(ts, p, nullptr, &f, nullptr);
}
Result<Ref<Object>> property_deleter(Attached ts, Property& p, Object& f) {
    return copy(ts, p, nullptr, nullptr, &f);
}
Result<void> property_set_name(Attached ts, Property& p, Args args) {
    if (args.n != 2) {
        return raise(ts, Exc::TypeError, "__set_name__() takes 2 positional arguments but {} were given",
                     args.n);
    }
    put(ts, p.name, TRY(box_in_place(ts, args.v[1])));
    return {};
}

Raised raise_missing(Attached ts, Property& p, Object& instance, const char* what) {
    auto made = type_get_qualname(ts, *instance.type);
    if (!made.ok()) return already_raised();
    Ref<Object> q = made.take();
    auto type_text = str_as_utf8(ts, static_cast<Str&>(*q));
    if (!type_text.ok()) return already_raised();
    if (!p.name) return raise(ts, Exc::AttributeError, "property of '{}' object has no {}", *type_text, what);
    auto shown = repr(ts, *p.name);
    if (!shown.ok()) return already_raised();
    Ref<Str> name = shown.take();
    auto name_text = str_as_utf8(ts, *name);
    if (!name_text.ok()) return already_raised();
    return raise(ts, Exc::AttributeError, "property {} of '{}' object has no {}", *name_text, *type_text,
                 what);
}

Result<Ref<Object>> descr_get(Attached ts, Object& self, Object* instance, Object*) {
    if (!instance || is_none(*instance)) return Ref<Object>::share(self);
    auto& p = static_cast<Property&>(self);
    if (!p.get) return raise_missing(ts, p, *instance, "getter");
    auto f = Ref<Object>::share(*p.get);
    Value room[2] = {Value(), unbox_borrowed(instance)};
    Value r = call_value(ts, *f, room + 1, 1, nullptr);
    drop(ts, room[1]);
    return boxed_result(ts, r);
}
Result<void> descr_set(Attached ts, Object& self, Object& instance, Object* value) {
    auto& p = static_cast<Property&>(self);
    Object* f = value ? p.set : p.del;
    if (!f) return raise_missing(ts, p, instance, value ? "setter" : "deleter");
    auto keep = Ref<Object>::share(*f);
    if (value)
        TRY(call(ts, *keep, {&instance, value}));
    else
        TRY(call(ts, *keep, {&instance}));
    return {};
}

Result<Ref<Object>> get_abstract(Attached ts, Property& p) {
    for (Object* f : {p.get, p.set, p.del}) {
        if (!f) continue;
        TRY(check_c_stack(ts));
        OptRef<Object> v = TRY(get_attr_opt(ts, *f, id(Name::__isabstractmethod__)));
        if (v && TRY(is_true(ts, *v))) return Ref<Object>::share(bool_object(true));
    }
    return Ref<Object>::share(bool_object(false));
}

MemberDef members[] = {
    {"fget", 6, offsetof(Property, get), 1, nullptr},
    {"fset", 6, offsetof(Property, set), 1, nullptr},
    {"fdel", 6, offsetof(Property, del), 1, nullptr},
    {"__doc__", 6, offsetof(Property, doc), 0, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
constexpr Method methods[] = {
    method<property_getter>("getter($self, object, /)", "This property with another function for reading."),
    method<property_setter>("setter($self, object, /)",
                            "This property with another function for assignment."),
    method<property_deleter>("deleter($self, object, /)",
                             "This property with another function for deletion."),
    method<property_set_name>("__set_name__($self, /, *args)",
                              "Tells the property which class attribute it has become."),
    {},
};
constexpr GetSet getset[] = {
    getter<get_abstract>("__isabstractmethod__"),
    {},
};

}  // namespace

extern const TypeSpec property_spec;
const TypeSpec property_spec = {
    .name = "property",
    .doc =
        "An attribute that functions stand behind: fget(self) reads it, fset(self, value) assigns to it, "
        "fdel(self) "
        "deletes it.\n\nWithout doc, the docstring is that of fget.",
    .basicsize = sizeof(Property),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = traverse,
    .clear = clear,
    .methods = methods,
    .getset = getset,
    .members = members,
    .dealloc = typed_slot<dealloc>,
    .descr_get = slot<descr_get>,
    .descr_set = slot<descr_set>,
    .init = slot<property_init>,
    .tp_new = slot<property_new>,
};

Object* property_getter(const Object& property) {
    return static_cast<const Property&>(property).get;
}
Object* property_setter(const Object& property) {
    return static_cast<const Property&>(property).set;
}

}  // namespace baton
