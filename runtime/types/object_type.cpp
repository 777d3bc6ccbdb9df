// The type `object`: what every object can do.
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/type_impl.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/object_reduce.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/vm_hooks.h"

namespace baton {
namespace {

// ---- making ----

Result<Ref<Object>> object_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);
Result<void> object_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames);

bool has_arguments(size_t nargs, Tuple* kwnames) {
    return nargs || (kwnames && kwnames->size);
}

Raised raise_abstract(Attached ts, Type& cls, Object& abstract) {
    auto text = [&]() -> Result<void> {
        auto names = TRY(to_list(ts, abstract));
        TRY(list_sort(ts, *names, nullptr, false));
        auto comma = TRY(str_new_ascii(ts, ", "));
        auto joined = TRY(str_join(ts, *comma, *names));
        auto view = TRY(str_as_utf8(ts, *joined));
        return raise(ts, Exc::TypeError, "Can't instantiate abstract class {} with abstract method{} {}",
                     cls.name, names->size > 1 ? "s" : "", view);
    };
    (void)text();
    return already_raised();
}

// Surplus arguments are an error unless the other of __new__ and __init__ is there to take them.
Result<Ref<Object>> object_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (has_arguments(nargs, kwnames)) {
        if (info(cls).tp_new != &object_new) {
            return raise(ts, Exc::TypeError,
                         "object.__new__() takes exactly one argument (the type to instantiate)");
        }
        if (info(cls).init == &object_init)
            return raise(ts, Exc::TypeError, "{}() takes no arguments", cls.name);
    }
    if (has_flag(cls, kTypeIsAbstract)) {
        OptRef<Object> abstract = TRY(get_attr_opt(ts, cls, id(Name::__abstractmethods__)));
        if (abstract) return raise_abstract(ts, cls, *abstract);
    }
    return allocate_instance(ts, cls);
}
Result<void> object_init(Attached ts, Object& self, Value*, size_t nargs, Tuple* kwnames) {
    if (!has_arguments(nargs, kwnames)) return {};
    Type& cls = *self.type;
    if (info(cls).init != &object_init) {
        return raise(ts, Exc::TypeError,
                     "object.__init__() takes exactly one argument (the instance to initialize)");
    }
    if (info(cls).tp_new == &object_new) {
        return raise(ts, Exc::TypeError,
                     "{}.__init__() takes exactly one argument (the instance to initialize)", cls.name);
    }
    return {};
}
void object_dealloc(Attached ts, Object& self) {
    if (has_flag(*self.type, kTypeHasGc)) gc_untrack(&self);
    free_instance(ts, self);
}

// ---- text, comparison ----

Result<Ref<Object>> object_repr(Attached ts, Object& self) {
    Type& t = *self.type;
    auto q = TRY(type_get_qualname(ts, t));
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*q)));
    auto m = type_get_module(ts, t);
    if (!m.ok()) clear_pending(ts);
    if (m.ok() && is_str(*m) && !str_eq_ascii(static_cast<Str&>(*m), "builtins")) {
        return str_format(ts, "<{}.{} object at {}>", TRY(str_as_utf8(ts, static_cast<Str&>(*m))), name,
                          static_cast<void*>(&self));
    }
    return str_format(ts, "<{} object at {}>", t.name, static_cast<void*>(&self));
}
Result<Ref<Object>> object_str(Attached ts, Object& self) {
    auto f = info(self).repr;
    return f ? f(ts, self) : object_repr(ts, self);
}
Result<Hash> object_hash(Attached, Object& self) {
    auto w = reinterpret_cast<uintptr_t>(&self);
    Hash h = static_cast<Hash>(w >> 4 | w << 60);
    return h == -1 ? -2 : h;
}
Result<Ref<Object>> object_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (op == CompareOp::eq) return Ref<Object>::share(&a == &b ? bool_object(true) : not_implemented());
    if (op == CompareOp::ne) {
        // By default the opposite of ==.
        auto eq = info(a).richcompare;
        if (!eq) return Ref<Object>::share(not_implemented());
        auto r = TRY(eq(ts, a, b, CompareOp::eq));
        if (r.get() == &not_implemented()) return r;
        bool same = TRY(is_true(ts, *r));
        return Ref<Object>::share(bool_object(!same));
    }
    return Ref<Object>::share(not_implemented());
}

// ---- __class__ ----

Result<Ref<Object>> get_class(Attached, Object& self) {
    return Ref<Object>::share(*self.type);
}
Result<void> set_class(Attached ts, Object& self, Object* value) {
    if (!value) return raise(ts, Exc::TypeError, "can't delete __class__ attribute");
    if (!is_type(*value)) {
        return raise(ts, Exc::TypeError, "__class__ must be set to a class, not '{}' object",
                     type_name(*value));
    }
    TRY(tell_audit(ts, "object.__setattr__", {&self, &id(Name::__class__), value}));
    auto& to = static_cast<Type&>(*value);
    Type& from = *self.type;
    if (&to == &from) return {};
    const bool modules = is_subtype(to, PyModule_Type) && is_subtype(from, PyModule_Type);
    if (!modules && (has_flag(to, kTypeImmutable) || has_flag(from, kTypeImmutable))) {
        return raise(ts, Exc::TypeError,
                     "__class__ assignment only supported for mutable types or ModuleType subclasses");
    }
    if (to.free != from.free) {
        return raise(ts, Exc::TypeError, "__class__ assignment: '{}' deallocator differs from '{}'", to.name,
                     from.name);
    }
    if (!same_layout(from, to) || from.dictoffset != to.dictoffset ||
        from.weaklistoffset != to.weaklistoffset) {
        return raise(ts, Exc::TypeError, "__class__ assignment: '{}' object layout differs from '{}'",
                     to.name, from.name);
    }
    // Inline attributes are laid out by the class: they move into a dict, which both classes understand.
    if (info(from).inline_offset) TRY(materialize_dict(ts, self));
    if (has_flag(to, kTypeHeap)) incref(&to);
    self.type = &to;
    if (has_flag(from, kTypeHeap)) decref(ts, &from);
    return {};
}

// ---- methods ----

Result<Ref<Object>> object_format(Attached ts, Object& self, Str& spec) {
    if (spec.length) {
        return raise(ts, Exc::TypeError, "unsupported format string passed to {}.__format__",
                     type_name(self));
    }
    return str(ts, self);
}
Result<Index> object_sizeof(Attached, Object& self) {
    const Type& t = *self.type;
    Index n = t.itemsize ? static_cast<VarObject&>(self).size : 0;
    return t.basicsize + (n < 0 ? -n : n) * t.itemsize;
}
Result<Ref<Object>> object_dir(Attached ts, Object& self) {
    OptRef<Object> d = TRY(get_attr_opt(ts, self, id(Name::__dict__)));
    auto names = d && is_dict(*d) ? TRY(dict_copy(ts, static_cast<Dict&>(*d))) : TRY(dict_new(ts));
    OptRef<Object> cls = TRY(get_attr_opt(ts, self, id(Name::__class__)));
    if (cls) {
        // Every name along the bases; values do not matter.
        auto merge = [&](auto& again, Object& c) -> Result<void> {
            OptRef<Object> cd = TRY(get_attr_opt(ts, c, id(Name::__dict__)));
            if (cd) TRY(dict_merge(ts, *names, *cd, true));
            OptRef<Object> bases = TRY(get_attr_opt(ts, c, id(Name::__bases__)));
            if (!bases || !is_tuple(*bases)) return {};
            auto& b = static_cast<Tuple&>(*bases);
            for (Index i = 0; i < b.size; ++i) TRY(again(again, *b.item[i]));
            return {};
        };
        TRY(merge(merge, *cls));
    }
    return dict_keys_list(ts, *names);
}
Result<Ref<Object>> object_subclasshook(Attached, Type&, Args) {
    return Ref<Object>::share(not_implemented());
}
Result<void> object_init_subclass(Attached, Type&) {
    return {};
}
Result<Ref<Object>> object_getstate_method(Attached ts, Object& self) {
    return object_getstate_default(ts, self, false);
}
Result<Ref<Object>> object_reduce(Attached ts, Object& self) {
    return object_reduce_protocol(ts, self, 0);
}
Result<Ref<Object>> object_reduce_ex(Attached ts, Object& self, int protocol) {
    OptRef<Object> reduce = TRY(get_attr_opt(ts, self, id(Name::__reduce__)));
    if (reduce) {
        // A class's own __reduce__ goes before the default.
        Object* theirs = type_lookup(*self.type, id(Name::__reduce__));
        if (theirs != type_lookup(PyBaseObject_Type, id(Name::__reduce__))) return call(ts, *reduce);
    }
    return object_reduce_protocol(ts, self, protocol);
}

constexpr Method methods[] = {
    method<object_reduce_ex>("__reduce_ex__($self, protocol, /)",
                             "What pickle and copy need to make the object again."),
    method<object_reduce>("__reduce__($self, /)", "What pickle and copy need to make the object again."),
    method<object_getstate_method>("__getstate__($self, /)",
                                   "What pickle and copy need to make the object again."),
    class_method<object_subclasshook>(
        "__subclasshook__($type, /, *args)",
        "What an abstract class overrides to say itself which classes count as derived from it."),
    class_method<object_init_subclass>("__init_subclass__($type, /)",
                                       "Runs for every new class that derives from this one."),
    method<object_format>("__format__($self, format_spec, /)",
                          "Formats as str(self) does; no format specification is understood."),
    method<object_sizeof>("__sizeof__($self, /)", "How many bytes the object takes."),
    method<object_dir>("__dir__($self, /)", "The names of the attributes of the object and of its class."),
    {},
};
constexpr GetSet getset[] = {
    {"__class__", get_class, set_class, "The class that this object is an instance of."},
    {},
};

}  // namespace

extern const TypeSpec object_spec;
const TypeSpec object_spec = {
    .name = "object",
    .doc =
        "object()\n--\n\n"
        "The class from which every class derives. Its plain instances carry no attributes.",
    .basicsize = sizeof(Object),
    .flags = kTypeBaseType,
    .methods = methods,
    .getset = getset,
    .dealloc = slot<object_dealloc>,
    .repr = slot<object_repr>,
    .hash = slot<object_hash>,
    .str = slot<object_str>,
    .getattro = slot<generic_get_attr>,
    .setattro = slot<generic_set_attr>,
    .richcompare = slot<object_compare>,
    .init = slot<object_init>,
    .tp_new = slot<object_new>,
};

}  // namespace baton
