#include "runtime/types/generic_alias.h"

#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_arguments.h"
#include "runtime/types/union.h"
#include "runtime/weakref.h"

namespace baton {

namespace {

Result<Ref<GenericAlias>> make_alias(Attached ts, Type& cls, Object& origin, Object& args, bool starred) {
    Ref<Tuple> tuple =
        is_tuple(args) ? Ref<Tuple>::share(static_cast<Tuple&>(args)) : TRY(tuple_of(ts, {&args}));
    auto self = TRY(new_instance<GenericAlias>(ts, cls));
    self->origin = Ref<Object>::share(origin).release();
    self->args = tuple.release();
    self->starred = starred;
    gc_track(ts, self.get());
    return self;
}

void alias_dealloc(Attached ts, GenericAlias& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    xdecref(ts, self.origin);
    xdecref(ts, static_cast<Object*>(self.args));
    xdecref(ts, self.parameters);
    free_instance(ts, self);
}

Result<Ref<Object>> alias_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "GenericAlias", kwnames));
    TRY(positional_count(ts, "GenericAlias", nargs, 2, 2));
    TRY(box_all(ts, args, nargs));
    return make_alias(ts, cls, *args[0].object(), *args[1].object(), false);
}

Result<Ref<Object>> alias_repr(Attached ts, GenericAlias& self) {
    RecursionScope scope(ts);
    TRY(scope.enter(" while getting the repr of an object"));
    StrBuilder b;
    if (self.starred) b.append('*');
    TRY(append_type_argument(ts, b, *self.origin));
    b.append('[');
    for (Index i = 0; i < self.args->size; ++i) {
        if (i) b.append_ascii(", ");
        TRY(append_type_argument(ts, b, *self.args->item[i]));
    }
    if (self.args->size == 0) b.append_ascii("()");
    b.append(']');
    return b.finish(ts);
}

Result<Hash> alias_hash(Attached ts, GenericAlias& self) {
    Hash origin = TRY(hash(ts, *self.origin));
    Hash args = TRY(hash(ts, *self.args));
    Hash h = origin ^ args;
    return h == -1 ? -2 : h;
}

Result<Ref<Object>> alias_call(Attached ts, GenericAlias& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto made = TRY(boxed_result(ts, call_value(ts, *self.origin, args, nargs, kwnames)));
    auto name = TRY(str_intern_utf8(ts, "__orig_class__"));
    if (!set_attr(ts, *made, *name, self).ok()) {
        if (!pending_is(ts, Exc::AttributeError) && !pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
    }
    return made;
}
Value alias_call_slot(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto r = alias_call(ts, static_cast<GenericAlias&>(self), args, nargs, kwnames);
    return r.ok() ? unbox(ts, r.release()) : Value();
}

// Attributes that are the alias's own; all others are those of the origin.
constexpr std::string_view kOwn[] = {
    "__class__",       "__origin__",     "__args__",
    "__unpacked__",    "__parameters__", "__typing_unpacked_tuple_args__",
    "__mro_entries__", "__reduce_ex__",  "__reduce__",
    "__copy__",        "__deepcopy__",
};

Result<Ref<Object>> alias_getattro(Attached ts, GenericAlias& self, Str& name) {
    bool own = false;
    for (std::string_view s : kOwn) own = own || str_eq_ascii(name, s);
    if (!own) return get_attr(ts, *self.origin, name);
    return generic_get_attr(ts, self, name);
}

Result<Ref<Object>> alias_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_instance_exact(a, Py_GenericAliasType) || !is_instance_exact(b, Py_GenericAliasType) ||
        (op != CompareOp::eq && op != CompareOp::ne)) {
        return Ref<Object>::share(not_implemented());
    }
    auto &x = static_cast<GenericAlias&>(a), &y = static_cast<GenericAlias&>(b);
    bool same = x.starred == y.starred;
    if (same) same = TRY(equal(ts, *x.origin, *y.origin));
    if (same) same = TRY(equal(ts, *x.args, *y.args));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}

// for x in list[int]: one item, *list[int]; this is how *tuple[...] is spelt in a subscript.
Result<Ref<Object>> alias_iter(Attached ts, GenericAlias& self) {
    auto starred = TRY(make_alias(ts, Py_GenericAliasType, *self.origin, *self.args, true));
    auto one = TRY(tuple_of(ts, {starred.get()}));
    return get_iter(ts, *one);
}

Result<Tuple*> parameters(Attached ts, GenericAlias& self) {
    if (!self.parameters) {
        auto found = TRY(type_parameters(ts, *self.args));
        if (!self.parameters) self.parameters = found.release();
    }
    return static_cast<Tuple*>(self.parameters);
}

Result<Ref<Object>> alias_subscript(Attached ts, GenericAlias& self, Object& item) {
    Tuple* names = TRY(parameters(ts, self));
    auto args = TRY(substitute_parameters(ts, self, *self.args, *names, item));
    return make_alias(ts, Py_GenericAliasType, *self.origin, *args, self.starred);
}

Result<Ref<Object>> alias_mro_entries(Attached ts, GenericAlias& self, Object&) {
    return tuple_of(ts, {self.origin});
}
Result<bool> alias_instancecheck(Attached ts, GenericAlias&, Object&) {
    return raise(ts, Exc::TypeError, "isinstance() argument 2 cannot be a parameterized generic");
}
Result<bool> alias_subclasscheck(Attached ts, GenericAlias&, Object&) {
    return raise(ts, Exc::TypeError, "issubclass() argument 2 cannot be a parameterized generic");
}
Result<Ref<Object>> alias_reduce(Attached ts, GenericAlias& self) {
    if (self.starred) {
        auto plain = TRY(make_alias(ts, Py_GenericAliasType, *self.origin, *self.args, false));
        auto iterator = TRY(get_iter(ts, *plain));
        auto next = TRY(builtin(ts, id(Name::next)));
        auto args = TRY(tuple_of(ts, {iterator.get()}));
        return tuple_of(ts, {next.get(), args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.origin, self.args}));
    return tuple_of(ts, {self.type, args.get()});
}
Result<Ref<Object>> alias_dir(Attached ts, GenericAlias& self) {
    auto names = TRY(dir(ts, self.origin));
    for (std::string_view s : kOwn) {
        auto name = TRY(str_intern_utf8(ts, s));
        if (TRY(contains(ts, *names, *name))) continue;
        TRY(list_append(ts, *names, *name));
    }
    return names;
}

constexpr Method alias_methods[] = {
    method<alias_mro_entries>("__mro_entries__($self, bases, /)", nullptr),
    method<alias_instancecheck>("__instancecheck__($self, instance, /)", nullptr),
    method<alias_subclasscheck>("__subclasscheck__($self, cls, /)", nullptr),
    method<alias_reduce>("__reduce__($self, /)", nullptr),
    method<alias_dir>("__dir__($self, /)", nullptr),
    {},
};

Result<Ref<Object>> get_origin(Attached, GenericAlias& self) {
    return Ref<Object>::share(*self.origin);
}
Result<Ref<Object>> get_args(Attached, GenericAlias& self) {
    return Ref<Object>::share(*self.args);
}
Result<Ref<Object>> get_unpacked(Attached, GenericAlias& self) {
    return Ref<Object>::share(bool_object(self.starred));
}
Result<Ref<Object>> get_parameters(Attached ts, GenericAlias& self) {
    Tuple* names = TRY(parameters(ts, self));
    return Ref<Object>::share(*names);
}
Result<Ref<Object>> get_unpacked_args(Attached, GenericAlias& self) {
    if (self.starred && self.origin == &PyTuple_Type) return Ref<Object>::share(*self.args);
    return Ref<Object>::share(none());
}
constexpr GetSet alias_getset[] = {
    getter<get_origin>("__origin__"),
    getter<get_args>("__args__"),
    getter<get_unpacked>("__unpacked__"),
    getter<get_parameters>("__parameters__", "The type variables that stand in it."),
    getter<get_unpacked_args>("__typing_unpacked_tuple_args__"),
    {},
};

constexpr TypeSpec make_spec() {
    TypeSpec s =
        with_gc<GenericAlias, &GenericAlias::origin, &GenericAlias::args, &GenericAlias::parameters>({
            .name = "types.GenericAlias",
            .doc = "A class with type arguments, as list[int] makes it.",
            .flags = kTypeBaseType,
            .weaklistoffset = offsetof(GenericAlias, weakreflist),
            .methods = alias_methods,
            .getset = alias_getset,
            .repr = typed_slot<alias_repr>,
            .hash = typed_slot<alias_hash>,
            .call = slot<alias_call_slot>,
            .getattro = typed_slot<alias_getattro>,
            .richcompare = slot<alias_compare>,
            .iter = typed_slot<alias_iter>,
            .tp_new = slot<alias_new>,
            .nb_or = slot<union_or>,
            .mp_subscript = typed_slot<alias_subscript>,
        });
    s.dealloc = typed_slot<alias_dealloc>;
    return s;
}

}  // namespace

Result<Ref<Object>> generic_alias_new(Attached ts, Object& origin, Object& args) {
    return make_alias(ts, Py_GenericAliasType, origin, args, false);
}
Result<Ref<Object>> generic_class_getitem(Attached ts, Type& cls, Object& item) {
    return generic_alias_new(ts, cls, item);
}

constexpr TypeSpec generic_alias_spec = make_spec();

}  // namespace baton
