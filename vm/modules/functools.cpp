// _functools: partial, reduce, cmp_to_key and the module. The cache is functools_lru.cpp.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/functools_types.h"

namespace baton {

namespace {

// ---- partial ----

Result<Ref<Dict>> keywords_of(Attached ts, Dict* base, Value* values, Tuple* kwnames) {
    Ref<Dict> dict = base ? TRY(dict_copy(ts, *base)) : TRY(dict_new(ts));
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        Object* value = TRY(box_in_place(ts, values[i]));
        TRY(dict_set(ts, *dict, *kwnames->item[i], *value));
    }
    return dict;
}

Result<Ref<Object>> partial_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs < 1) return raise(ts, Exc::TypeError, "type 'partial' takes at least one argument");
    TRY(box_all(ts, args, nargs));
    Object* function = args[0].object();
    Tuple* inner_args = nullptr;
    Dict* inner_keywords = nullptr;
    // A partial of a plain partial calls the function inside at once.
    if (is_exact(*function, partial_type()) && &cls == &partial_type()) {
        auto& inner = static_cast<Partial&>(*function);
        if (!inner.dict) {
            function = inner.function;
            inner_args = inner.args;
            inner_keywords = inner.keywords;
        }
    }
    if (!is_callable(*function)) return raise(ts, Exc::TypeError, "the first argument must be callable");
    auto own = TRY(tuple_from_values(ts, args + 1, static_cast<Index>(nargs) - 1));
    auto all = inner_args ? TRY(tuple_concat(ts, *inner_args, *own)) : Ref<Object>(std::move(own));
    auto keywords = TRY(keywords_of(ts, inner_keywords, args + nargs, kwnames));
    auto self = TRY(new_instance<Partial>(ts, cls));
    self->function = Ref<Object>::share(*function).release();
    self->args = static_cast<Tuple*>(all.release());
    self->keywords = keywords.release();
    gc_track(ts, self.get());
    return self;
}

void partial_dealloc(Attached ts, Partial& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    xdecref(ts, self.function);
    xdecref(ts, static_cast<Object*>(self.args));
    xdecref(ts, static_cast<Object*>(self.keywords));
    xdecref(ts, static_cast<Object*>(self.dict));
    free_instance(ts, self);
}

// With stored keywords: the call's own win, so they are merged in a dict.
Result<Ref<Object>> call_with_keywords(Attached ts, Partial& self, Value* args, size_t nargs,
                                       Tuple* kwnames) {
    auto own = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    auto all = TRY(tuple_concat(ts, *self.args, *own));
    auto keywords = TRY(keywords_of(ts, self.keywords, args + nargs, kwnames));
    return call_tuple(ts, *self.function, static_cast<Tuple&>(*all), keywords.get());
}

Value partial_call(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto& self = static_cast<Partial&>(o);
    auto keep = Ref<Object>::share(o);
    if (self.keywords->used) {
        auto r = call_with_keywords(ts, self, args, nargs, kwnames);
        return r.ok() ? unbox(ts, r.release()) : Value();
    }
    auto own = static_cast<size_t>(self.args->size);
    if (own == 0) return call_value(ts, *self.function, args, nargs, kwnames);
    size_t passed = nargs + (kwnames ? static_cast<size_t>(kwnames->size) : 0);
    constexpr size_t kInline = 12;
    Value memory[kInline + 1];
    Value* all = memory;
    if (own + passed > kInline) {
        all = static_cast<Value*>(allocate(ts, (own + passed + 1) * sizeof(Value)));
        if (!all) return raise_no_memory(ts);
    }
    ++all;  // the word in front is the callee's scratch
    // __setstate__ may replace these while the call runs.
    auto held_args = Ref<Tuple>::share(*self.args);
    auto function = Ref<Object>::share(*self.function);
    Tuple& stored = *held_args;
    for (size_t i = 0; i < own; ++i) all[i] = borrowed_value(*stored.item[i]);
    for (size_t i = 0; i < passed; ++i) all[own + i] = args[i];
    Value result = call_value(ts, *function, all, own + nargs, kwnames);
    // What the callee has boxed in our copy is ours to drop.
    for (size_t i = 0; i < own + passed; ++i) {
        Value was = i < own ? borrowed_value(*stored.item[i]) : args[i - own];
        if (was.is_int() && !all[i].is_int()) drop(ts, all[i]);
    }
    if (all - 1 != memory) free_block(ts, all - 1);
    return result;
}

Result<Ref<Object>> partial_repr(Attached ts, Partial& self) {
    if (!TRY(enter_repr(ts, self))) return str_new_ascii(ts, "...");
    auto whole = [&]() -> Result<Ref<Object>> {
        StrBuilder b;
        b.append_utf8(type_name(self));
        b.append('(');
        auto function = Ref<Object>::share(*self.function);
        auto args = Ref<Tuple>::share(*self.args);
        auto keywords = TRY(dict_copy(ts, *self.keywords));
        auto text = TRY(repr(ts, *function));
        b.append(*text);
        for (Index i = 0; i < args->size; ++i) {
            b.append_ascii(", ");
            auto item = TRY(repr(ts, *args->item[i]));
            b.append(*item);
        }
        Index at = 0;
        Object *key, *value;
        while (dict_next(*keywords, &at, &key, &value)) {
            b.append_ascii(", ");
            auto name = TRY(str(ts, *key));
            b.append(*name);
            b.append('=');
            auto item = TRY(repr(ts, *value));
            b.append(*item);
        }
        b.append(')');
        return b.finish(ts);
    }();
    leave_repr(ts, self);
    return whole;
}

Result<Ref<Object>> partial_reduce(Attached ts, Partial& self) {
    auto args = TRY(tuple_of(ts, {self.function}));
    Object* dict = self.dict ? static_cast<Object*>(self.dict) : &none();
    auto state = TRY(tuple_of(ts, {self.function, self.args, self.keywords, dict}));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}

Result<void> partial_setstate(Attached ts, Partial& self, Object& state) {
    auto invalid = [&] { return raise(ts, Exc::TypeError, "invalid partial state"); };
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != 4) return invalid();
    auto& t = static_cast<Tuple&>(state);
    Object &function = *t.item[0], &args = *t.item[1], &keywords = *t.item[2], &dict = *t.item[3];
    if (!is_callable(function) || !is_tuple(args) || (!is_none(keywords) && !is_dict(keywords)))
        return invalid();
    auto exact_args =
        is_exact(args, PyTuple_Type) ? Ref<Tuple>::share(static_cast<Tuple&>(args)) : TRY(to_tuple(ts, args));
    Ref<Dict> own = is_none(keywords)                 ? TRY(dict_new(ts))
                    : is_exact(keywords, PyDict_Type) ? Ref<Dict>::share(static_cast<Dict&>(keywords))
                                                      : TRY(dict_copy(ts, static_cast<Dict&>(keywords)));
    replace_field(ts, self.function, Ref<Object>::share(function).release());
    replace_field(ts, self.args, exact_args.release());
    replace_field(ts, self.keywords, own.release());
    replace_field(ts, self.dict,
                  is_dict(dict) ? Ref<Dict>::share(static_cast<Dict&>(dict)).release() : nullptr);
    return {};
}

constexpr int kObject = 6, kReadOnly = 1;  // T_OBJECT and READONLY of structmember.h
const MemberDef partial_members[] = {
    {"func", kObject, offsetof(Partial, function), kReadOnly, "What gets called."},
    {"args", kObject, offsetof(Partial, args), kReadOnly, "The positional arguments that come first."},
    {"keywords", kObject, offsetof(Partial, keywords), kReadOnly,
     "The keyword arguments, unless a call gives its own."},
    {},
};
constexpr GetSet partial_getset[] = {
    kDictRow,
    {},
};
constexpr Method partial_methods[] = {
    method<partial_reduce>("__reduce__($self, /)", nullptr),
    method<partial_setstate>("__setstate__($self, state, /)", nullptr),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

constexpr TypeSpec make_partial_spec() {
    TypeSpec s = with_gc<Partial, &Partial::function, &Partial::args, &Partial::keywords, &Partial::dict>({
        .name = "functools.partial",
        .doc = "A callable that calls func with these arguments before those it is given.",
        .flags = kTypeBaseType,
        .weaklistoffset = offsetof(Partial, weakreflist),
        .dictoffset = offsetof(Partial, dict),
        .methods = partial_methods,
        .getset = partial_getset,
        .members = const_cast<MemberDef*>(partial_members),
        .repr = typed_slot<partial_repr>,
        .call = slot<partial_call>,
        .tp_new = slot<partial_new>,
    });
    s.dealloc = typed_slot<partial_dealloc>;
    return s;
}

// ---- cmp_to_key ----

struct KeyWrapper : Object {
    Object* compare;
    Object* object;  // null in the factory itself
};

Result<Ref<Object>> make_key(Attached ts, Object& compare_function, Object* object) {
    auto key = TRY(new_gc_object<KeyWrapper>(ts, key_wrapper_type()));
    key->compare = Ref<Object>::share(compare_function).release();
    key->object = OptRef<Object>::share(object).release();
    gc_track(ts, key.get());
    return key;
}

constexpr Signature kKeySignature = parse_signature("K(obj)");

Value key_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[1] = {};
    if (!bind_arguments(ts, kKeySignature, args, nargs, kwnames, bound).ok()) return Value();
    auto object = box_in_place(ts, *bound[0]);
    if (!object.ok()) return Value();
    auto key = make_key(ts, *static_cast<KeyWrapper&>(self).compare, object.take());
    return key.ok() ? Value(key.release()) : Value();
}

Result<Ref<Object>> key_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_exact(b, key_wrapper_type()))
        return raise(ts, Exc::TypeError, "other argument must be K instance");
    auto &x = static_cast<KeyWrapper&>(a), &y = static_cast<KeyWrapper&>(b);
    if (!x.object || !y.object) return raise(ts, Exc::AttributeError, "object");
    auto order = TRY(call(ts, *x.compare, {x.object, y.object}));
    auto zero = small_int(0);
    return compare(ts, *order, *zero, op);
}

Result<Ref<Object>> get_obj(Attached, KeyWrapper& self) {
    return Ref<Object>::share(self.object ? *self.object : none());
}
Result<void> set_obj(Attached ts, KeyWrapper& self, Object* value) {
    xincref(value);
    replace_field(ts, self.object, value);
    return {};
}
constexpr GetSet key_getset[] = {
    property_row<get_obj, set_obj>("obj", "What mycmp is called with."),
    {},
};

// ---- reduce ----

Result<Ref<Object>> functools_reduce(Attached ts, Object&, Object& function, Object& iterable,
                                     Object* initial) {
    auto iterator = get_iter(ts, iterable);
    if (!iterator.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "reduce() arg 2 must support iteration");
    }
    OptRef<Object> result = OptRef<Object>::share(initial);
    for (;;) {
        Next step = iter_next(ts, *iterator);
        if (step.raised()) return already_raised();
        if (step.is_done()) break;
        auto item = step.take();
        if (result) {
            result = TRY(call(ts, function, {result.get(), item.get()}));
        } else {
            result = std::move(item);
        }
    }
    if (result) return std::move(result).take();
    return raise(ts, Exc::TypeError, "reduce() of empty iterable with no initial value");
}

constexpr Method functools_functions[] = {
    method<cmp_to_key>("cmp_to_key($module, mycmp)",
                       "A function that gives sort keys which compare as mycmp says."),
    method<functools_reduce>("reduce($module, function, iterable, initial=<unrepresentable>, /)",
                             "Folds the iterable from the left: function takes the result so far and the "
                             "next item.\nThe fold starts at initial or, without it, at the first item."),
    {},
};

Result<void> functools_exec(Attached ts, Module& module) {
    for (Type* type : {&partial_type(), &lru_cache_type()}) {
        auto name = TRY(str_intern_utf8(ts, type_short_name(*type)));
        TRY(dict_set_str(ts, *module.dict, *name, *type));
    }
    return {};
}

}  // namespace

Result<Ref<Object>> cmp_to_key(Attached ts, Object&, Object& mycmp) {
    return make_key(ts, mycmp, nullptr);
}

constexpr TypeSpec partial_spec = make_partial_spec();
constexpr TypeSpec key_wrapper_spec = with_gc<KeyWrapper, &KeyWrapper::compare, &KeyWrapper::object>({
    .name = "functools.KeyWrapper",
    .flags = kTypeDisallowInstantiation,
    .getset = key_getset,
    .call = slot<key_call>,
    .richcompare = slot<key_compare>,
});

extern const ModuleSpec functools_module;
const ModuleSpec functools_module = {
    .name = "_functools",
    .doc = "What the module functools has in C: partial, reduce, caches.",
    .methods = functools_functions,
    .exec = functools_exec,
};

}  // namespace baton
