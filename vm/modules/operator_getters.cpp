// operator.itemgetter, attrgetter and methodcaller.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/modules/operator_types.h"

namespace baton {

namespace {

struct Getter : Object {
    Tuple* keys;   // what was asked for
    Tuple* paths;  // attrgetter: per key a str, or a tuple of the strs between the dots; itemgetter: null
};
struct MethodCaller : Object {
    Object* name;
    Tuple* args;
    Dict* keywords;  // may be null
};

template <auto& What>
Result<Ref<Getter>> getter_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, What, kwnames));
    if (nargs < 1) return raise(ts, Exc::TypeError, "{} expected 1 argument, got 0", What);
    TRY(box_all(ts, args, nargs));
    auto keys = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    auto self = TRY(new_instance<Getter>(ts, cls));
    self->keys = keys.release();
    gc_track(ts, self.get());
    return self;
}
constexpr char kItemgetter[] = "itemgetter", kAttrgetter[] = "attrgetter";

// The one argument of a call of a getter.
Result<Object*> subject(Attached ts, const char* what, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, what, kwnames));
    TRY(positional_count(ts, what, nargs, 1, 1));
    return box_in_place(ts, args[0]);
}

// f(key) for one key, a tuple of all f(key) for several.
template <class F>
Result<Ref<Object>> one_or_all(Attached ts, Tuple& keys, F f) {
    if (keys.size == 1) return f(*keys.item[0]);
    auto result = TRY(tuple_alloc(ts, keys.size));
    for (Index i = 0; i < keys.size; ++i) {
        auto item = TRY(f(*keys.item[i]));
        result->item[i] = item.release();
    }
    return tuple_finish(ts, std::move(result));
}

Value as_value(Attached ts, Result<Ref<Object>> r) {
    return r.ok() ? unbox(ts, r.release()) : Value();
}

Result<Ref<Object>> append_keys(Attached ts, Getter& self) {
    if (!TRY(enter_repr(ts, self))) return str_format(ts, "{}(...)", type_name(self));
    auto whole = [&]() -> Result<Ref<Object>> {
        StrBuilder b;
        b.append_utf8(type_name(self));
        b.append('(');
        for (Index i = 0; i < self.keys->size; ++i) {
            if (i) b.append_ascii(", ");
            auto text = TRY(repr(ts, *self.keys->item[i]));
            b.append(*text);
        }
        b.append(')');
        return b.finish(ts);
    }();
    leave_repr(ts, self);
    return whole;
}

Result<Ref<Object>> getter_reduce(Attached ts, Getter& self) {
    return tuple_of(ts, {self.type, self.keys});
}
constexpr Method getter_methods[] = {
    method<getter_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

// ---- itemgetter ----

Result<Ref<Object>> itemgetter_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return getter_new<kItemgetter>(ts, cls, args, nargs, kwnames);
}
Result<Ref<Object>> itemgetter_object(Attached ts, Getter& self, Value* args, size_t nargs, Tuple* kwnames) {
    Object* o = TRY(subject(ts, kItemgetter, args, nargs, kwnames));
    return one_or_all(ts, *self.keys, [&](Object& key) { return get_item(ts, *o, key); });
}
Value itemgetter_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return as_value(ts, itemgetter_object(ts, static_cast<Getter&>(self), args, nargs, kwnames));
}

// ---- attrgetter ----

// "a" -> "a", "a.b" -> ("a", "b"), interned.
Result<Ref<Object>> path_of(Attached ts, Str& name) {
    auto piece = [&](Index from, Index to) -> Result<Ref<Str>> {
        auto text = TRY(str_substring(ts, name, from, to));
        auto exact = TRY(str_exact(ts, *text));
        return str_intern(ts, std::move(exact));
    };
    Index dot = str_find_char(name, '.', 0, name.length);
    if (dot < 0) return piece(0, name.length);
    auto list = TRY(list_new(ts));
    Index from = 0;
    for (; dot >= 0; dot = str_find_char(name, '.', from, name.length)) {
        auto part = TRY(piece(from, dot));
        TRY(list_append(ts, *list, *part));
        from = dot + 1;
    }
    auto last = TRY(piece(from, name.length));
    TRY(list_append(ts, *list, *last));
    return list_to_tuple(ts, *list);
}

Result<Ref<Object>> attrgetter_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    auto self = TRY(getter_new<kAttrgetter>(ts, cls, args, nargs, kwnames));
    Tuple& keys = *self->keys;
    auto paths = TRY(tuple_alloc(ts, keys.size));
    for (Index i = 0; i < keys.size; ++i) {
        if (!is_str(*keys.item[i])) return raise(ts, Exc::TypeError, "attribute name must be a string");
        auto path = TRY(path_of(ts, static_cast<Str&>(*keys.item[i])));
        paths->item[i] = path.release();
    }
    self->paths = tuple_finish(ts, std::move(paths)).release();
    return self;
}

Result<Ref<Object>> follow(Attached ts, Object& o, Object& path) {
    if (is_str(path)) return get_attr(ts, o, static_cast<Str&>(path));
    auto& parts = static_cast<Tuple&>(path);
    auto at = Ref<Object>::share(o);
    for (Index i = 0; i < parts.size; ++i) at = TRY(get_attr(ts, *at, static_cast<Str&>(*parts.item[i])));
    return at;
}

Result<Ref<Object>> attrgetter_object(Attached ts, Getter& self, Value* args, size_t nargs, Tuple* kwnames) {
    Object* o = TRY(subject(ts, kAttrgetter, args, nargs, kwnames));
    return one_or_all(ts, *self.paths, [&](Object& path) { return follow(ts, *o, path); });
}
Value attrgetter_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return as_value(ts, attrgetter_object(ts, static_cast<Getter&>(self), args, nargs, kwnames));
}

// ---- methodcaller ----

Result<Ref<Object>> methodcaller_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs < 1) {
        return raise(ts, Exc::TypeError, "methodcaller needs at least one argument, the method name");
    }
    TRY(box_all(ts, args, nargs));
    Object& name = *args[0].object();
    if (!is_str(name)) return raise(ts, Exc::TypeError, "method name must be a string");
    auto exact = TRY(str_exact(ts, static_cast<Str&>(name)));
    auto interned = TRY(str_intern(ts, std::move(exact)));
    auto rest = TRY(tuple_from_values(ts, args + 1, static_cast<Index>(nargs) - 1));
    OptRef<Dict> keywords;
    if (kwnames && kwnames->size) {
        keywords = TRY(dict_new(ts));
        for (Index i = 0; i < kwnames->size; ++i) {
            Object* value = TRY(box_in_place(ts, args[nargs + static_cast<size_t>(i)]));
            TRY(dict_set(ts, *keywords, *kwnames->item[i], *value));
        }
    }
    auto self = TRY(new_instance<MethodCaller>(ts, cls));
    self->name = interned.release();
    self->args = rest.release();
    self->keywords = keywords.release();
    gc_track(ts, self.get());
    return self;
}

Result<Ref<Object>> methodcaller_object(Attached ts, MethodCaller& self, Value* args, size_t nargs,
                                        Tuple* kwnames) {
    Object* o = TRY(subject(ts, "methodcaller", args, nargs, kwnames));
    auto method = TRY(get_attr(ts, *o, static_cast<Str&>(*self.name)));
    return call_tuple(ts, *method, *self.args, self.keywords);
}
Value methodcaller_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return as_value(ts, methodcaller_object(ts, static_cast<MethodCaller&>(self), args, nargs, kwnames));
}

Result<Ref<Object>> methodcaller_repr(Attached ts, MethodCaller& self) {
    if (!TRY(enter_repr(ts, self))) return str_format(ts, "{}(...)", type_name(self));
    auto whole = [&]() -> Result<Ref<Object>> {
        StrBuilder b;
        b.append_utf8(type_name(self));
        b.append('(');
        auto name = TRY(repr(ts, *self.name));
        b.append(*name);
        for (Index i = 0; i < self.args->size; ++i) {
            b.append_ascii(", ");
            auto text = TRY(repr(ts, *self.args->item[i]));
            b.append(*text);
        }
        Index at = 0;
        Object *key, *value;
        while (self.keywords && dict_next(*self.keywords, &at, &key, &value)) {
            b.append_ascii(", ");
            b.append(static_cast<Str&>(*key));
            b.append('=');
            auto text = TRY(repr(ts, *value));
            b.append(*text);
        }
        b.append(')');
        return b.finish(ts);
    }();
    leave_repr(ts, self);
    return whole;
}

// With keywords the constructor itself is wrapped in a partial, since pickle passes positional arguments
// only.
Result<Ref<Object>> methodcaller_reduce(Attached ts, MethodCaller& self) {
    if (!self.keywords || self.keywords->used == 0) {
        auto name = TRY(tuple_of(ts, {self.name}));
        auto args = TRY(tuple_concat(ts, *name, *self.args));
        return tuple_of(ts, {self.type, args.get()});
    }
    auto wrapped = TRY(tuple_of(ts, {self.type, self.name}));
    auto maker = TRY(call_tuple(ts, partial_type(), *wrapped, self.keywords));
    return tuple_of(ts, {maker.get(), self.args});
}
constexpr Method methodcaller_methods[] = {
    method<methodcaller_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

}  // namespace

constexpr TypeSpec itemgetter_spec = with_gc<Getter, &Getter::keys, &Getter::paths>({
    .name = "operator.itemgetter",
    .doc = "A callable that gives x[item], or a tuple of such with several items.",
    .methods = getter_methods,
    .repr = typed_slot<append_keys>,
    .call = slot<itemgetter_call>,
    .tp_new = slot<itemgetter_new>,
});
constexpr TypeSpec attrgetter_spec = with_gc<Getter, &Getter::keys, &Getter::paths>({
    .name = "operator.attrgetter",
    .doc = "A callable that gives the attribute of that name (dots go further in), or a tuple of such with "
           "several names.",
    .methods = getter_methods,
    .repr = typed_slot<append_keys>,
    .call = slot<attrgetter_call>,
    .tp_new = slot<attrgetter_new>,
});
constexpr TypeSpec methodcaller_spec =
    with_gc<MethodCaller, &MethodCaller::name, &MethodCaller::args, &MethodCaller::keywords>({
        .name = "operator.methodcaller",
        .doc = "A callable that calls the method of that name with the arguments kept here.",
        .methods = methodcaller_methods,
        .repr = typed_slot<methodcaller_repr>,
        .call = slot<methodcaller_call>,
        .tp_new = slot<methodcaller_new>,
    });

}  // namespace baton
