// dict views (keys, values, items) and the iterators over dicts.
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/list.h"
#include "runtime/types/mappingproxy.h"
#include "runtime/types/set.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

using View = DictView;
using Iterator = DictCursor;

int view_traverse(Object* self, VisitProc visit, void* arg) {
    Dict* d = static_cast<View*>(self)->dict;
    return d ? visit(d, arg) : 0;
}
void view_dealloc(Attached ts, View& self) {
    gc_untrack(&self);
    xdecref(ts, self.dict);
    free_instance(ts, self);
}
int iterator_traverse(Object* self, VisitProc visit, void* arg) {
    Dict* d = static_cast<Iterator*>(self)->dict;
    return d ? visit(d, arg) : 0;
}
void iterator_dealloc(Attached ts, Iterator& self) {
    gc_untrack(&self);
    xdecref(ts, self.dict);
    free_instance(ts, self);
}

enum class Part { key, value, item };

Result<Ref<Object>> part_of(Attached ts, Part part, Object* key, Object* value) {
    if (part == Part::key) return Ref<Object>::share(*key);
    if (part == Part::value) return Ref<Object>::share(*value);
    return tuple_of(ts, {key, value});
}

template <Part part, bool backwards>
Next iterator_next(Attached ts, Iterator& self) {
    if (!self.dict) return Next::done();
    Dict& d = *self.dict;
    if (d.used != self.used) {
        self.used = -1;  // stays broken
        return raise(ts, Exc::RuntimeError, "dictionary changed size during iteration");
    }
    Object *key, *value;
    bool more = backwards ? dict_previous(d, &self.pos, &key, &value) : dict_next(d, &self.pos, &key, &value);
    if (more) {
        if (self.left-- <= 0) {
            self.left = 0;
            return raise(ts, Exc::RuntimeError, "dictionary keys changed during iteration");
        }
        auto r = part_of(ts, part, key, value);
        if (!r.ok()) return already_raised();
        return r.take();
    }
    Dict* done = std::exchange(self.dict, nullptr);
    decref(ts, done);
    return Next::done();
}

Result<Index> iterator_length_hint(Attached, Iterator& self) {
    if (self.dict && self.dict->used == self.used) return self.left;
    return 0;
}
Result<Ref<Object>> self_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}

// Pickles as iter(list of what is left).
template <Part part, bool backwards>
Result<Ref<Tuple>> iterator_reduce(Attached ts, Iterator& self) {
    auto rest = TRY(list_new(ts));
    if (self.dict) {
        Iterator copy = self;
        Object *key, *value;
        while (backwards ? dict_previous(*copy.dict, &copy.pos, &key, &value)
                         : dict_next(*copy.dict, &copy.pos, &key, &value)) {
            auto item = TRY(part_of(ts, part, key, value));
            TRY(list_append_owned(ts, *rest, std::move(item)));
        }
    }
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = TRY(tuple_of(ts, {rest.get()}));
    return tuple_of(ts, {iter.get(), args.get()});
}

template <Part part, bool backwards>
constexpr Method iterator_methods[] = {
    method<iterator_length_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<iterator_reduce<part, backwards>>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

// ---- views ----
Result<Index> view_len(Attached, View& self) {
    return self.dict ? self.dict->used : 0;
}

Result<Ref<Object>> view_mapping(Attached ts, View& self) {
    return mappingproxy_new(ts, *self.dict);
}

template <Part part>
Result<bool> view_contains(Attached ts, View& self, Object& o) {
    if (part == Part::key) return TRY(dict_find(ts, *self.dict, o)).value != nullptr;
    if (!is_tuple(o) || static_cast<Tuple&>(o).size != 2) return false;
    auto& pair = static_cast<Tuple&>(o);
    Found f = TRY(dict_find(ts, *self.dict, *pair.item[0]));
    if (!f.value) return false;
    auto value = Ref<Object>::share(*f.value);
    return equal(ts, *value, *pair.item[1]);
}

template <bool backwards>
Type& iterator_type_of(const Object& view) {
    if (view.type == &PyDictKeys_Type) return backwards ? PyDictRevIterKey_Type : PyDictIterKey_Type;
    if (view.type == &PyDictValues_Type) return backwards ? PyDictRevIterValue_Type : PyDictIterValue_Type;
    return backwards ? PyDictRevIterItem_Type : PyDictIterItem_Type;
}
Result<Ref<Object>> iterate(Attached ts, Type& type, Dict& d) {
    auto it = TRY(new_gc_object<Iterator>(ts, type));
    incref(&d);
    it->dict = &d;
    it->used = d.used;
    it->left = d.used;
    it->pos = is_exact(*it, PyDictRevIterKey_Type) || is_exact(*it, PyDictRevIterValue_Type) ||
                      is_exact(*it, PyDictRevIterItem_Type)
                  ? -1
                  : 0;
    gc_track(ts, it.get());
    return it;
}
Result<Ref<Object>> view_iter(Attached ts, View& self) {
    return iterate(ts, iterator_type_of<false>(self), *self.dict);
}
Result<Ref<Object>> view_reversed(Attached ts, View& self) {
    return iterate(ts, iterator_type_of<true>(self), *self.dict);
}

Result<Ref<Object>> view_repr(Attached ts, View& self) {
    if (!TRY(enter_repr(ts, self))) return str_new_ascii(ts, "...");
    auto body = [&]() -> Result<Ref<Object>> {
        auto list = TRY(to_list(ts, self));
        auto text = TRY(repr(ts, *list));
        StrBuilder out;
        out.append_utf8(type_name(self));
        out.append('(');
        out.append(*text);
        out.append(')');
        return out.finish(ts);
    };
    auto r = body();
    leave_repr(ts, self);
    return r;
}

bool is_set_like(const Object& o) {
    return is_instance_exact(o, PySet_Type) || is_instance_exact(o, PyFrozenSet_Type) ||
           is_instance_exact(o, PyDictKeys_Type) || is_instance_exact(o, PyDictItems_Type);
}
Result<bool> all_in(Attached ts, Object& items, Object& container) {
    bool all = true;
    TRY(for_each(ts, items, [&](Ref<Object> item) -> Result<bool> {
        return all = TRY(contains(ts, container, *item));
    }));
    return all;
}
Result<Ref<Object>> view_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_set_like(b)) return Ref<Object>::share(not_implemented());
    Index na = TRY(length(ts, a)), nb = TRY(length(ts, b));
    bool r = false;
    switch (op) {
        case CompareOp::eq:
            r = na == nb && TRY(all_in(ts, a, b));
            break;
        case CompareOp::ne:
            r = !(na == nb && TRY(all_in(ts, a, b)));
            break;
        case CompareOp::lt:
            r = na < nb && TRY(all_in(ts, a, b));
            break;
        case CompareOp::le:
            r = na <= nb && TRY(all_in(ts, a, b));
            break;
        case CompareOp::gt:
            r = na > nb && TRY(all_in(ts, b, a));
            break;
        case CompareOp::ge:
            r = na >= nb && TRY(all_in(ts, b, a));
            break;
    }
    return Ref<Object>::share(bool_object(r));
}

// Set operations: a set of the left operand, changed in place by the right one.
Result<Ref<Object>> view_sub(Attached ts, Object& a, Object& b) {
    auto s = TRY(set_new(ts, &a));
    TRY(for_each(ts, b, [&](Ref<Object> o) -> Result<bool> {
        TRY(set_discard(ts, *s, *o));
        return true;
    }));
    return s;
}
Result<Ref<Object>> view_or(Attached ts, Object& a, Object& b) {
    auto s = TRY(set_new(ts, &a));
    TRY(set_update(ts, *s, b));
    return s;
}
Result<Ref<Object>> view_and(Attached ts, Object& a, Object& b) {
    Object* view = &a;
    Object* other = &b;
    if (!is_set_like(*view)) std::swap(view, other);
    auto s = TRY(set_new(ts, nullptr));
    TRY(for_each(ts, *other, [&](Ref<Object> o) -> Result<bool> {
        if (TRY(contains(ts, *view, *o))) TRY(set_add(ts, *s, *o));
        return true;
    }));
    return s;
}
Result<Ref<Object>> view_xor(Attached ts, Object& a, Object& b) {
    auto left = TRY(set_new(ts, &a));
    auto right = TRY(set_new(ts, &b));
    auto out = TRY(set_new(ts, nullptr));
    TRY(for_each(ts, *left, [&](Ref<Object> o) -> Result<bool> {
        if (!TRY(set_contains(ts, *right, *o))) TRY(set_add(ts, *out, *o));
        return true;
    }));
    TRY(for_each(ts, *right, [&](Ref<Object> o) -> Result<bool> {
        if (!TRY(set_contains(ts, *left, *o))) TRY(set_add(ts, *out, *o));
        return true;
    }));
    return out;
}
Result<bool> view_isdisjoint(Attached ts, View& self, Object& other) {
    bool disjoint = true;
    TRY(for_each(ts, other,
                 [&](Ref<Object> o) -> Result<bool> { return disjoint = !TRY(contains(ts, self, *o)); }));
    return disjoint;
}

constexpr Method set_view_methods[] = {
    method<view_isdisjoint>("isdisjoint($self, other, /)",
                            "Whether the view and the iterable share no element."),
    method<view_reversed>("__reversed__($self, /)", "An iterator over the view, what was put in last first."),
    {},
};
constexpr Method values_methods[] = {
    method<view_reversed>("__reversed__($self, /)",
                          "An iterator over the values, what was put in last first."),
    {},
};
constexpr GetSet view_getset[] = {getter<view_mapping>("mapping", "The dictionary, read-only"), {}};

constexpr TypeSpec set_view_spec(const char* name, SlotPair<ContainsFn> contains_slot) {
    return {
        .name = name,
        .basicsize = sizeof(View),
        .flags = kTypeHasGc | kTypeDisallowInstantiation,
        .traverse = view_traverse,
        .methods = set_view_methods,
        .getset = view_getset,
        .dealloc = typed_slot<view_dealloc>,
        .repr = typed_slot<view_repr>,
        .richcompare = slot<view_richcompare>,
        .iter = typed_slot<view_iter>,
        .subtract = slot<view_sub>,
        .nb_and = slot<view_and>,
        .nb_xor = slot<view_xor>,
        .nb_or = slot<view_or>,
        .sq_length = typed_slot<view_len>,
        .sq_contains = contains_slot,
    };
}
template <Part part, bool backwards>
constexpr TypeSpec iterator_spec(const char* name) {
    return {
        .name = name,
        .basicsize = sizeof(Iterator),
        .flags = kTypeHasGc | kTypeDisallowInstantiation,
        .traverse = iterator_traverse,
        .methods = iterator_methods<part, backwards>,
        .dealloc = typed_slot<iterator_dealloc>,
        .iter = slot<self_iter>,
        .iternext = typed_slot<iterator_next<part, backwards>>,
    };
}

}  // namespace

Result<Ref<Object>> dict_view(Attached ts, Type& view_type, Dict& d) {
    auto v = TRY(new_gc_object<View>(ts, view_type));
    incref(&d);
    v->dict = &d;
    gc_track(ts, v.get());
    return v;
}
Result<Ref<Object>> dict_iterator(Attached ts, Type& iterator_type, Dict& d) {
    return iterate(ts, iterator_type, d);
}

const TypeSpec dict_keys_spec = set_view_spec("dict_keys", typed_slot<view_contains<Part::key>>);
const TypeSpec dict_items_spec = set_view_spec("dict_items", typed_slot<view_contains<Part::item>>);
const TypeSpec dict_values_spec = {
    .name = "dict_values",
    .basicsize = sizeof(View),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = view_traverse,
    .methods = values_methods,
    .getset = view_getset,
    .dealloc = typed_slot<view_dealloc>,
    .repr = typed_slot<view_repr>,
    .iter = typed_slot<view_iter>,
    .sq_length = typed_slot<view_len>,
};
const TypeSpec dict_key_iterator_spec = iterator_spec<Part::key, false>("dict_keyiterator");
const TypeSpec dict_value_iterator_spec = iterator_spec<Part::value, false>("dict_valueiterator");
const TypeSpec dict_item_iterator_spec = iterator_spec<Part::item, false>("dict_itemiterator");
const TypeSpec dict_reverse_key_iterator_spec = iterator_spec<Part::key, true>("dict_reversekeyiterator");
const TypeSpec dict_reverse_value_iterator_spec =
    iterator_spec<Part::value, true>("dict_reversevalueiterator");
const TypeSpec dict_reverse_item_iterator_spec = iterator_spec<Part::item, true>("dict_reverseitemiterator");

}  // namespace baton
