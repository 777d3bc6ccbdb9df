// dict: what scripts see of it. The table is in dict_table.cpp.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

int dict_traverse(Object* self, VisitProc visit, void* arg) {
    auto& d = static_cast<Dict&>(*self);
    DictEntry* e = d.keys->entries();
    for (Index i = 0; i < d.keys->count; ++i) {
        if (!e[i].value) continue;
        if (int r = visit(e[i].value, arg)) return r;
        if (d.keys->all_str) continue;
        if (int r = visit(e[i].key, arg)) return r;
    }
    return 0;
}
int dict_clear_slot(Object* self) {
    dict_clear(current_attached(), static_cast<Dict&>(*self));
    return 0;
}
void dict_dealloc(Attached ts, Dict& self) {
    gc_untrack(&self);
    dict_clear(ts, self);
    free_instance(ts, self);
}

Result<Ref<Object>> dict_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    if (&cls == &PyDict_Type) return dict_new(ts);
    auto d = TRY(allocate_instance(ts, cls, 0)).cast<Dict>();
    dict_init_empty(ts, *d);
    gc_track(ts, d.get());
    return d;
}

// dict(...) and dict.update(...): one optional mapping or iterable of pairs, then keywords.
Result<void> update_from(Attached ts, Dict& self, const char* who, Value* args, size_t nargs,
                         Tuple* kwnames) {
    if (nargs > 1) return raise(ts, Exc::TypeError, "{} expected at most 1 argument, got {}", who, nargs);
    if (nargs == 1) {
        Object& source = *TRY(box_in_place(ts, args[0]));
        bool mapping = is_exact(source, PyDict_Type) || TRY(has_attr(ts, source, id(Name::keys)));
        if (mapping)
            TRY(dict_merge(ts, self, source, true));
        else
            TRY(dict_update_pairs(ts, self, source));
    }
    Index n = kwnames ? kwnames->size : 0;
    for (Index i = 0; i < n; ++i) {
        Object& value = *TRY(box_in_place(ts, args[nargs + static_cast<size_t>(i)]));
        TRY(dict_set(ts, self, *kwnames->item[i], value));
    }
    return {};
}
Result<void> dict_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    return update_from(ts, static_cast<Dict&>(self), "dict", args, nargs, kwnames);
}
Result<void> dict_update(Attached ts, Dict& self, Args args, Kwargs kwargs) {
    return update_from(ts, self, "update", args.v, args.n, kwargs.names);
}

Result<Ref<Object>> dict_repr(Attached ts, Dict& self) {
    if (self.used == 0) return str_new_ascii(ts, "{}");
    if (!TRY(enter_repr(ts, self))) return str_new_ascii(ts, "{...}");
    StrBuilder out;
    out.append('{');
    auto body = [&]() -> Result<void> {
        Index pos = 0;
        Object *k, *v;
        bool first = true;
        while (dict_next(self, &pos, &k, &v)) {
            auto key = Ref<Object>::share(*k);
            auto value = Ref<Object>::share(*v);
            if (!first) out.append_ascii(", ");
            first = false;
            out.append(*TRY(repr(ts, *key)));
            out.append_ascii(": ");
            out.append(*TRY(repr(ts, *value)));
        }
        return {};
    };
    auto done = body();
    leave_repr(ts, self);
    TRY(std::move(done));
    out.append('}');
    return out.finish(ts);
}

Result<Index> dict_len(Attached, Dict& self) {
    return self.used;
}

// d[key] for a missing key: subclasses may say what with __missing__.
Result<Ref<Object>> dict_subscript(Attached ts, Dict& self, Object& key) {
    Found f = TRY(dict_find(ts, self, key));
    if (f.value) return Ref<Object>::share(*f.value);
    if (!is_exact(self, PyDict_Type)) {
        auto made = TRY(call_special(ts, self, id(Name::__missing__), {&key}));
        if (made) return std::move(made).take();
    }
    return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
}
Result<void> dict_ass_subscript(Attached ts, Dict& self, Object& key, Object* value) {
    if (value) return dict_set(ts, self, key, *value);
    if (!TRY(dict_del(ts, self, key))) return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
    return {};
}
Result<bool> dict_contains(Attached ts, Dict& self, Object& key) {
    return TRY(dict_find(ts, self, key)).value != nullptr;
}

Result<bool> dict_equal(Attached ts, Dict& a, Dict& b) {
    if (a.used != b.used) return false;
    Index pos = 0;
    Object *k, *v;
    Hash h;
    while (dict_next(a, &pos, &k, &v, &h)) {
        auto key = Ref<Object>::share(*k);
        auto value = Ref<Object>::share(*v);
        Found f = TRY(dict_find_hash(ts, b, *key, h));
        if (!f.value) return false;
        auto other = Ref<Object>::share(*f.value);
        if (!TRY(equal(ts, *value, *other))) return false;
    }
    return true;
}
Result<Ref<Object>> dict_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_dict(a) || !is_dict(b) || (op != CompareOp::eq && op != CompareOp::ne))
        return Ref<Object>::share(not_implemented());
    bool same = TRY(dict_equal(ts, static_cast<Dict&>(a), static_cast<Dict&>(b)));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}

Result<Ref<Object>> dict_iter(Attached ts, Dict& self) {
    return dict_iterator(ts, PyDictIterKey_Type, self);
}
Result<Ref<Object>> dict_reversed(Attached ts, Dict& self) {
    return dict_iterator(ts, PyDictRevIterKey_Type, self);
}

Result<Ref<Object>> dict_or(Attached ts, Object& a, Object& b) {
    if (!is_dict(a) || !is_dict(b)) return Ref<Object>::share(not_implemented());
    auto merged = TRY(dict_copy(ts, static_cast<Dict&>(a)));
    TRY(dict_merge(ts, *merged, b, true));
    return merged;
}
Result<Ref<Object>> dict_ior(Attached ts, Object& self, Object& other) {
    Value arg(&other);
    TRY(update_from(ts, static_cast<Dict&>(self), "update", &arg, 1, nullptr));
    return Ref<Object>::share(self);
}

Result<Ref<Object>> dict_get(Attached ts, Dict& self, Object& key, Object* fallback) {
    Found f = TRY(dict_find(ts, self, key));
    return Ref<Object>::share(f.value ? *f.value : fallback ? *fallback : none());
}
Result<Ref<Object>> dict_setdefault_method(Attached ts, Dict& self, Object& key, Object* fallback) {
    return dict_setdefault(ts, self, key, fallback ? *fallback : none());
}
Result<Ref<Object>> dict_pop_method(Attached ts, Dict& self, Object& key, Object* fallback) {
    auto found = TRY(dict_pop(ts, self, key));
    if (found) return std::move(found).take();
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
}
Result<Ref<Tuple>> dict_popitem_method(Attached ts, Dict& self) {
    return dict_popitem(ts, self);
}
Result<Ref<Object>> dict_keys(Attached ts, Dict& self) {
    return dict_view(ts, PyDictKeys_Type, self);
}
Result<Ref<Object>> dict_values(Attached ts, Dict& self) {
    return dict_view(ts, PyDictValues_Type, self);
}
Result<Ref<Object>> dict_items(Attached ts, Dict& self) {
    return dict_view(ts, PyDictItems_Type, self);
}
Result<void> dict_clear_method(Attached ts, Dict& self) {
    dict_clear(ts, self);
    return {};
}
Result<Ref<Dict>> dict_copy_method(Attached ts, Dict& self) {
    return dict_copy(ts, self);
}
Result<bool> dict_contains_method(Attached ts, Dict& self, Object& key) {
    return dict_contains(ts, self, key);
}
Result<Index> dict_sizeof(Attached, Dict& self) {
    Index table = self.keys->log2_size == 0
                      ? 0
                      : static_cast<Index>(sizeof(DictKeys) + self.keys->index_bytes()) +
                            (self.keys->count + self.keys->usable) * static_cast<Index>(sizeof(DictEntry));
    return self.type->basicsize + table;
}

Result<Ref<Object>> dict_fromkeys(Attached ts, Type& cls, Object& iterable, Object* value) {
    Object& v = value ? *value : none();
    auto made = TRY(call(ts, cls));
    if (is_exact(*made, PyDict_Type)) {
        auto& d = static_cast<Dict&>(*made);
        if (is_exact(iterable, PySet_Type) || is_exact(iterable, PyFrozenSet_Type)) {
            // The set knows its items' hashes.
            Index pos = 0;
            Object* key;
            Hash h;
            while (set_next(static_cast<Set&>(iterable), &pos, &key, &h)) {
                const auto held = Ref<Object>::share(*key);
                TRY(dict_set_hash(ts, d, *held, h, v));
            }
            return made;
        }
        if (is_exact(iterable, PyDict_Type)) {
            Index pos = 0;
            Object* key;
            Hash h;
            while (dict_next(static_cast<Dict&>(iterable), &pos, &key, nullptr, &h)) {
                const auto held = Ref<Object>::share(*key);
                TRY(dict_set_hash(ts, d, *held, h, v));
            }
            return made;
        }
        TRY(for_each(ts, iterable, [&](Ref<Object> key) -> Result<bool> {
            TRY(dict_set(ts, d, *key, v));
            return true;
        }));
    } else {
        TRY(for_each(ts, iterable, [&](Ref<Object> key) -> Result<bool> {
            TRY(set_item(ts, *made, *key, v));
            return true;
        }));
    }
    return made;
}

constexpr Method dict_methods[] = {
    method<dict_contains_method>("__contains__($self, key, /)", "Whether key is in the dictionary."),
    method<dict_subscript>("__getitem__($self, key, /)", "Stands behind self[key]."),
    method<dict_sizeof>("__sizeof__($self, /)", "How many bytes the dictionary takes."),
    method<dict_get>("get($self, key, default=None, /)",
                     "The value stored under key, or default if there is none."),
    method<dict_setdefault_method>("setdefault($self, key, default=None, /)",
                                   "The value of key; if there is none yet, default becomes it."),
    method<dict_pop_method>(
        "pop($self, key, default=<unrepresentable>, /)",
        "Remove key and return its value, or default; without a default a missing key is a KeyError."),
    method<dict_popitem_method>("popitem($self, /)",
                                "Remove and return the last (key, value) pair; KeyError when empty."),
    method<dict_keys>("keys($self, /)", "A set-like view of the keys."),
    method<dict_items>("items($self, /)", "A set-like view of the items."),
    method<dict_values>("values($self, /)", "A view of the values."),
    method<dict_update>("update($self, *args, **kwargs)",
                        "Update from a mapping or an iterable of pairs, then from keywords."),
    class_method<dict_fromkeys>("fromkeys($type, iterable, value=None, /)",
                                "A dictionary whose keys come from iterable, each with the same value."),
    method<dict_clear_method>("clear($self, /)", "Remove all items."),
    method<dict_copy_method>("copy($self, /)", "A shallow copy."),
    method<dict_reversed>("__reversed__($self, /)", "An iterator over the keys, the last one first."),
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

}  // namespace

const TypeSpec dict_spec = {
    .name = "dict",
    .doc =
        "A mapping that keeps the order in which the keys came.\n\n"
        "It starts with the pairs of a mapping, or with those that an iterable yields, and the keyword "
        "arguments.",
    .basicsize = sizeof(Dict),
    .flags = kTypeHasGc | kTypeBaseType | kTypeDict | kTypeMapping | kTypeMatchSelf,
    .traverse = dict_traverse,
    .clear = dict_clear_slot,
    .methods = dict_methods,
    .dealloc = typed_slot<dict_dealloc>,
    .repr = typed_slot<dict_repr>,
    .richcompare = slot<dict_richcompare>,
    .iter = typed_slot<dict_iter>,
    .init = slot<dict_init>,
    .tp_new = slot<dict_new_slot>,
    .nb_or = slot<dict_or>,
    .inplace_or = slot<dict_ior>,
    .mp_length = typed_slot<dict_len>,
    .mp_subscript = typed_slot<dict_subscript>,
    .mp_ass_subscript = typed_slot<dict_ass_subscript>,
    .sq_contains = typed_slot<dict_contains>,
};

}  // namespace baton
