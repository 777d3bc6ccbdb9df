// _collections: defaultdict, the descriptor of named tuples, counting, and the module. deque is in
// collections_deque*.cpp, OrderedDict in collections_ordered*.cpp.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/modules/collections_types.h"

namespace baton {

namespace {

// ---- defaultdict ----

struct DefaultDict : Dict {
    Object* factory;  // null: none
};

int defaultdict_traverse(Object* o, VisitProc visit, void* arg) {
    if (int r = visit_field(static_cast<DefaultDict*>(o)->factory, visit, arg)) return r;
    return PyDict_Type.traverse(o, visit, arg);
}
int defaultdict_clear(Object* o) {
    if (Object* old = std::exchange(static_cast<DefaultDict*>(o)->factory, nullptr)) decref_unattached(old);
    return PyDict_Type.clear(o);
}
void defaultdict_dealloc(Attached ts, DefaultDict& self) {
    gc_untrack(&self);
    if (Object* old = std::exchange(self.factory, nullptr)) decref(ts, old);
    info(PyDict_Type).dealloc(ts, self);
}

Result<void> defaultdict_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto& self = static_cast<DefaultDict&>(o);
    Object* factory = nullptr;
    size_t used = nargs > 0 ? 1 : 0;
    if (used) {
        factory = TRY(box_in_place(ts, args[0]));
        if (!is_none(*factory) && !is_callable(*factory)) {
            return raise(ts, Exc::TypeError, "first argument must be callable or None");
        }
        if (is_none(*factory)) factory = nullptr;
    }
    xincref(factory);
    replace_field(ts, self.factory, factory);
    return info(PyDict_Type).init(ts, self, args + used, nargs - used, kwnames);
}

Result<Ref<Object>> defaultdict_missing(Attached ts, DefaultDict& self, Object& key) {
    if (!self.factory) return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
    auto factory = Ref<Object>::share(*self.factory);
    auto value = TRY(call(ts, *factory));
    TRY(set_item(ts, self, key, *value));
    return value;
}

Object* factory_or_none(DefaultDict& self) {
    return self.factory ? self.factory : &none();
}

Result<Ref<Object>> defaultdict_copy(Attached ts, DefaultDict& self) {
    return call(ts, *self.type, {factory_or_none(self), &self});
}

Result<Ref<Object>> defaultdict_reduce(Attached ts, DefaultDict& self) {
    auto args = self.factory ? TRY(tuple_of(ts, {self.factory})) : empty_tuple();
    auto items = TRY(call_method(ts, self, id(Name::items)));
    auto iterator = TRY(get_iter(ts, *items));
    return tuple_of(ts, {self.type, args.get(), &none(), &none(), iterator.get()});
}

Result<Ref<Object>> defaultdict_repr(Attached ts, DefaultDict& self) {
    auto base = TRY(info(PyDict_Type).repr(ts, self));
    StrBuilder b;
    b.append_utf8(type_short_name(*self.type));
    b.append('(');
    if (!self.factory) {
        b.append_ascii("None");
    } else if (TRY(enter_repr(ts, *self.factory))) {
        auto factory = Ref<Object>::share(*self.factory);
        auto text = repr(ts, *factory);
        leave_repr(ts, *factory);
        auto shown = TRY(std::move(text));
        b.append(*shown);
    } else {
        b.append_ascii("...");
    }
    b.append_ascii(", ");
    b.append(static_cast<Str&>(*base));
    b.append(')');
    return b.finish(ts);
}

Result<Ref<Object>> defaultdict_or(Attached ts, Object& a, Object& b) {
    Object& self = is_instance_exact(a, defaultdict_type()) ? a : b;
    Object& other = &self == &a ? b : a;
    if (!is_dict(other)) return Ref<Object>::share(not_implemented());
    auto made = TRY(call(ts, *self.type, {factory_or_none(static_cast<DefaultDict&>(self)), &a}));
    if (!is_dict(*made)) return raise(ts, Exc::TypeError, "copy of defaultdict is a '{}'", type_name(*made));
    TRY(dict_merge(ts, static_cast<Dict&>(*made), b, true));
    return made;
}

Result<Ref<Object>> get_factory(Attached, DefaultDict& self) {
    return Ref<Object>::share(*factory_or_none(self));
}
Result<void> set_factory(Attached ts, DefaultDict& self, Object* value) {
    Object* factory = value && !is_none(*value) ? value : nullptr;
    xincref(factory);
    replace_field(ts, self.factory, factory);
    return {};
}
constexpr GetSet defaultdict_getset[] = {
    property_row<get_factory, set_factory>("default_factory",
                                           "What makes the value of a missing key; None for a KeyError."),
    {},
};
constexpr Method defaultdict_methods[] = {
    method<defaultdict_missing>(
        "__missing__($self, key, /)",
        "Stores what default_factory() gives under key and returns it; KeyError without a factory."),
    method<defaultdict_copy>("copy($self, /)", "A new mapping with the same keys and values."),
    method<defaultdict_copy>("__copy__($self, /)", "A new mapping with the same keys and values."),
    method<defaultdict_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

// ---- the attributes of named tuples ----

struct TupleGetter : Object {
    Index index;
    Object* doc;
};

Result<Ref<Object>> tuplegetter_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "_tuplegetter", kwnames));
    TRY(positional_count(ts, "_tuplegetter", nargs, 2, 2));
    Index index = TRY(convert_index(ts, args[0]));
    Object* doc = TRY(box_in_place(ts, args[1]));
    auto self = TRY(new_instance<TupleGetter>(ts, cls));
    self->index = index;
    self->doc = Ref<Object>::share(*doc).release();
    gc_track(ts, self.get());
    return self;
}
Result<Ref<Object>> tuplegetter_get(Attached ts, TupleGetter& self, Object* instance, Object*) {
    if (!instance || is_none(*instance)) return Ref<Object>::share(self);
    if (!is_tuple(*instance)) {
        return raise(ts, Exc::TypeError,
                     "descriptor for index '{}' for tuple subclasses doesn't apply to '{}' object",
                     self.index, type_name(*instance));
    }
    auto& t = static_cast<Tuple&>(*instance);
    if (self.index < 0 || self.index >= t.size) return raise(ts, Exc::IndexError, "tuple index out of range");
    return Ref<Object>::share(*t.item[self.index]);
}
Result<void> tuplegetter_set(Attached ts, TupleGetter&, Object&, Object* value) {
    return raise(ts, Exc::AttributeError, "can't {} attribute", value ? "set" : "delete");
}
Result<Ref<Object>> tuplegetter_reduce(Attached ts, TupleGetter& self) {
    auto index = TRY(box_int(ts, self.index));
    auto args = TRY(tuple_of(ts, {index.get(), self.doc}));
    return tuple_of(ts, {self.type, args.get()});
}
Result<Ref<Object>> tuplegetter_repr(Attached ts, TupleGetter& self) {
    auto doc = TRY(repr(ts, *self.doc));
    StrBuilder b;
    b.append_utf8(type_short_name(*self.type));
    b.append_format("({}, ", self.index);
    b.append(*doc);
    b.append(')');
    return b.finish(ts);
}
Result<Ref<Object>> get_doc(Attached, TupleGetter& self) {
    return Ref<Object>::share(*self.doc);
}
Result<void> set_doc(Attached ts, TupleGetter& self, Object* value) {
    replace_field(ts, self.doc, Ref<Object>::share(value ? *value : none()).release());
    return {};
}
constexpr GetSet tuplegetter_getset[] = {
    property_row<get_doc, set_doc>("__doc__"),
    {},
};
constexpr Method tuplegetter_methods[] = {
    method<tuplegetter_reduce>("__reduce__($self, /)", nullptr),
    {},
};

}  // namespace

constexpr TypeSpec defaultdict_spec = {
    .name = "collections.defaultdict",
    .doc =
        "A dict that makes the "
        "value of a missing key when it is indexed with it, by calling default_factory().\nThe other "
        "arguments are those of dict.",
    .basicsize = sizeof(DefaultDict),
    .flags = kTypeBaseType | kTypeHasGc,
    .base = &PyDict_Type,
    .traverse = defaultdict_traverse,
    .clear = defaultdict_clear,
    .methods = defaultdict_methods,
    .getset = defaultdict_getset,
    .dealloc = typed_slot<defaultdict_dealloc>,
    .repr = typed_slot<defaultdict_repr>,
    .init = slot<defaultdict_init>,
    .nb_or = slot<defaultdict_or>,
};

constexpr TypeSpec tuplegetter_spec = with_gc<TupleGetter, &TupleGetter::doc>({
    .name = "_collections._tuplegetter",
    .methods = tuplegetter_methods,
    .getset = tuplegetter_getset,
    .repr = typed_slot<tuplegetter_repr>,
    .descr_get = typed_slot<tuplegetter_get>,
    .descr_set = typed_slot<tuplegetter_set>,
    .tp_new = slot<tuplegetter_new>,
});

// ---- counting ----

namespace {

// Neither get nor __setitem__ of the mapping is its own: dict's can be used directly.
bool counts_like_dict(Object& mapping) {
    if (!is_dict(mapping)) return false;
    for (Name n : {Name::get, Name::__setitem__}) {
        if (type_lookup(*mapping.type, id(n)) != type_lookup(PyDict_Type, id(n))) return false;
    }
    return true;
}

}  // namespace

Result<void> count_elements(Attached ts, Object&, Object& mapping, Object& iterable) {
    auto one = small_int(1);
    if (counts_like_dict(mapping)) {
        auto& dict = static_cast<Dict&>(mapping);
        return for_each(ts, iterable, [&](Ref<Object> key) -> Result<bool> {
            Hash h = TRY(hash(ts, *key));
            Found found = TRY(dict_find_hash(ts, dict, *key, h));
            if (!found.value) {
                TRY(dict_set_hash(ts, dict, *key, h, *one));
                return true;
            }
            auto old = Ref<Object>::share(*found.value);
            auto next = TRY(binary(ts, BinaryOp::add, *old, *one));
            TRY(dict_set_hash(ts, dict, *key, h, *next));
            return true;
        });
    }
    auto get = TRY(get_attr(ts, mapping, id(Name::get)));
    auto zero = small_int(0);
    return for_each(ts, iterable, [&](Ref<Object> key) -> Result<bool> {
        auto old = TRY(call(ts, *get, {key.get(), zero.get()}));
        auto next = TRY(binary(ts, BinaryOp::add, *old, *one));
        TRY(set_item(ts, mapping, *key, *next));
        return true;
    });
}

// ---- the module ----

namespace {

constexpr Method collections_functions[] = {
    method<count_elements>("_count_elements($module, mapping, iterable, /)",
                           "Adds to the numbers in mapping how often each element occurs."),
    {},
};

Result<void> collections_exec(Attached ts, Module& module) {
    Type* const types[] = {&deque_type(),          &defaultdict_type(),
                           &deque_iterator_type(), &deque_reverse_iterator_type(),
                           &tuplegetter_type(),    &odict_type()};
    for (Type* type : types) {
        auto name = TRY(str_intern_utf8(ts, type_short_name(*type)));
        TRY(dict_set_str(ts, *module.dict, *name, *type));
    }
    return {};
}

}  // namespace

extern const ModuleSpec collections_module;
const ModuleSpec collections_module = {
    .name = "_collections",
    .doc = "deque, defaultdict, OrderedDict and helpers of the collections module.",
    .methods = collections_functions,
    .exec = collections_exec,
};

}  // namespace baton
