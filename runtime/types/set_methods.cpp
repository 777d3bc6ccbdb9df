// set and frozenset: what scripts see of them.
#include "runtime/call.h"
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/set_table.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/table_key.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton {
namespace {

bool is_set(const Object& o) {
    return is_instance_exact(o, PySet_Type);
}
bool is_any_set(const Object& o) {
    return is_set(o) || is_instance_exact(o, PyFrozenSet_Type);
}
Set& as_set(Object& o) {
    return static_cast<Set&>(o);
}

int set_traverse(Object* self, VisitProc visit, void* arg) {
    Set& s = as_set(*self);
    if (!s.table) return 0;  // allocated, not yet made
    for (Index i = 0; i <= s.mask; ++i) {
        if (!set_entry_is_key(s.table[i])) continue;
        if (int r = visit(s.table[i].key, arg)) return r;
    }
    return 0;
}
int set_clear_slot(Object* self) {
    set_clear(current_attached(), as_set(*self));
    return 0;
}
void set_dealloc(Attached ts, Set& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    if (self.table) set_drop_table(ts, self);  // null: allocated, not yet made
    free_instance(ts, self);
}

Result<Ref<Set>> make(Attached ts, Type& type) {
    auto s = TRY(new_instance<Set>(ts, type));
    set_init_empty(*s);
    gc_track(ts, s.get());
    return s;
}

// What a binary operation on `like` gives: the builtin base of its type.
Type& result_type(Object& like) {
    return is_set(like) ? PySet_Type : PyFrozenSet_Type;
}

Result<Ref<Object>> set_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return make(ts, cls);
}
Result<void> set_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "set() takes no keyword arguments");
    if (nargs > 1) return raise(ts, Exc::TypeError, "set expected at most 1 argument, got {}", nargs);
    set_clear(ts, as_set(self));
    as_set(self).hash = -1;
    if (nargs == 1) TRY(set_update(ts, as_set(self), *TRY(box_in_place(ts, args[0]))));
    return {};
}
Result<Ref<Object>> frozenset_new_slot(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size && info(cls).init == info(PyFrozenSet_Type).init) {
        return raise(ts, Exc::TypeError, "frozenset() takes no keyword arguments");
    }
    if (nargs > 1) return raise(ts, Exc::TypeError, "frozenset expected at most 1 argument, got {}", nargs);
    if (nargs == 1 && &cls == &PyFrozenSet_Type) {
        Object& source = *TRY(box_in_place(ts, args[0]));
        if (is_exact(source, PyFrozenSet_Type)) return Ref<Object>::share(source);
    }
    auto s = TRY(make(ts, cls));
    if (nargs == 1) TRY(set_update(ts, *s, *TRY(box_in_place(ts, args[0]))));
    return s;
}

Result<Ref<Object>> set_repr(Attached ts, Set& self) {
    StrBuilder out;
    if (self.used == 0) {
        out.append_utf8(type_name(self));
        out.append_ascii("()");
        return out.finish(ts);
    }
    if (!TRY(enter_repr(ts, self))) {
        out.append_utf8(type_name(self));
        out.append_ascii("(...)");
        return out.finish(ts);
    }
    auto body = [&]() -> Result<void> {
        auto items = TRY(to_list(ts, self));
        bool plain = is_exact(self, PySet_Type);
        if (!plain) {
            out.append_utf8(type_name(self));
            out.append('(');
        }
        out.append('{');
        for (Index i = 0; i < items->size; ++i) {
            if (i) out.append_ascii(", ");
            out.append(*TRY(repr(ts, *items->item[i])));
        }
        out.append('}');
        if (!plain) out.append(')');
        return {};
    };
    auto done = body();
    leave_repr(ts, self);
    TRY(std::move(done));
    return out.finish(ts);
}

// CPython 3.11: frozenset_hash (Objects/setobject.c): independent of order, the same numbers.
Result<Index> frozenset_hash(Attached, Set& self) {
    if (self.hash != -1) return self.hash;
    uint64_t h = 0;
    auto shuffle = [](uint64_t v) { return ((v ^ 89869747u) ^ (v << 16)) * 3644798167u; };
    Index pos = 0;
    Hash each;
    while (set_next(self, &pos, nullptr, &each)) h ^= shuffle(static_cast<uint64_t>(each));
    h ^= (static_cast<uint64_t>(self.used) + 1) * 1927868237u;
    h ^= (h >> 11) ^ (h >> 25);
    h = h * 69069u + 907133923u;
    self.hash = h == ~uint64_t{0} ? 590923713 : static_cast<Hash>(h);
    return self.hash;
}

// A set stands for the frozenset of its items where a key is looked for: s in {frozenset(...)}.
Result<OptRef<Object>> as_key(Attached ts, Object& key) {
    if (!is_set(key) || !pending_is(ts, Exc::TypeError)) return already_raised();
    clear_pending(ts);
    return OptRef<Object>(Ref<Object>(TRY(set_copy(ts, as_set(key), PyFrozenSet_Type))));
}
Result<bool> set_contains_slot(Attached ts, Object& self, Object& key) {
    auto r = set_contains(ts, as_set(self), key);
    if (r.ok()) return r;
    auto frozen = TRY(as_key(ts, key));
    return set_contains(ts, as_set(self), *frozen);
}
Result<Index> set_len(Attached, Set& self) {
    return self.used;
}

Result<bool> is_subset(Attached ts, Set& a, Set& b) {
    if (a.used > b.used) return false;
    Index pos = 0;
    Object* key;
    Hash h;
    while (set_next(a, &pos, &key, &h)) {
        if (!TRY(set_contains_hash(ts, b, *key, h))) return false;
    }
    return true;
}
Result<Ref<Object>> set_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_any_set(a) || !is_any_set(b)) return Ref<Object>::share(not_implemented());
    Set &x = as_set(a), &y = as_set(b);
    bool r = false;
    switch (op) {
        case CompareOp::eq:
            r = x.used == y.used && TRY(is_subset(ts, x, y));
            break;
        case CompareOp::ne:
            r = !(x.used == y.used && TRY(is_subset(ts, x, y)));
            break;
        case CompareOp::le:
            r = TRY(is_subset(ts, x, y));
            break;
        case CompareOp::ge:
            r = TRY(is_subset(ts, y, x));
            break;
        case CompareOp::lt:
            r = x.used < y.used && TRY(is_subset(ts, x, y));
            break;
        case CompareOp::gt:
            r = x.used > y.used && TRY(is_subset(ts, y, x));
            break;
    }
    return Ref<Object>::share(bool_object(r));
}

// ---- operations ----
// Which of two ways is taken by which sizes decides the order of the result's items, so the sizes are
// CPython's.
Result<Ref<Set>> intersection(Attached ts, Set& s, Object& other);

Result<void> difference_into(Attached ts, Set& s, Object& other) {
    if (&other == &s) {
        set_clear(ts, s);
        return {};
    }
    if (is_any_set(other)) {
        auto from = Ref<Set>::share(as_set(other));
        if (from->used >> 3 > s.used) from = TRY(intersection(ts, s, other));
        Index pos = 0;
        Object* key;
        Hash h;
        while (set_next(*from, &pos, &key, &h)) TRY(set_discard_hash(ts, s, *key, h));
    } else if (is_exact(other, PyDict_Type)) {
        // The dict knows its keys' hashes.
        Index pos = 0;
        Object* key;
        Hash h;
        while (dict_next(static_cast<Dict&>(other), &pos, &key, nullptr, &h)) {
            const auto held = Ref<Object>::share(*key);
            TRY(set_discard_hash(ts, s, *held, h));
        }
    } else {
        TRY(for_each(ts, other, [&](Ref<Object> o) -> Result<bool> {
            TRY(set_discard(ts, s, *o));
            return true;
        }));
    }
    return set_squeeze(ts, s);
}
// A new set of the items of s that `absent(key, hash)` says are not elsewhere.
template <class F>
Result<Ref<Set>> items_absent(Attached ts, Set& s, F&& absent) {
    auto out = TRY(make(ts, result_type(s)));
    Index pos = 0;
    Object* key;
    Hash h;
    while (set_next(s, &pos, &key, &h)) {
        auto k = Ref<Object>::share(*key);
        if (TRY(absent(*k, h))) TRY(set_add_hash(ts, *out, *k, h));
    }
    return out;
}
Result<Ref<Set>> difference(Attached ts, Set& s, Object& other) {
    if (is_any_set(other) && s.used >> 2 <= as_set(other).used) {
        return items_absent(ts, s, [&](Object& k, Hash h) -> Result<bool> {
            return !TRY(set_contains_hash(ts, as_set(other), k, h));
        });
    }
    if (is_exact(other, PyDict_Type) && s.used >> 2 <= static_cast<Dict&>(other).used) {
        return items_absent(ts, s, [&](Object& k, Hash h) -> Result<bool> {
            return !TRY(dict_find_hash(ts, static_cast<Dict&>(other), k, h)).value;
        });
    }
    auto out = TRY(set_copy(ts, s, result_type(s)));
    TRY(difference_into(ts, *out, other));
    return out;
}
Result<Ref<Set>> intersection(Attached ts, Set& s, Object& other) {
    auto out = TRY(make(ts, result_type(s)));
    if (is_any_set(other)) {
        Set *small = &as_set(other), *big = &s;
        if (small->used > big->used) std::swap(small, big);
        Index pos = 0;
        Object* key;
        Hash h;
        while (set_next(*small, &pos, &key, &h)) {
            auto k = Ref<Object>::share(*key);
            if (TRY(set_contains_hash(ts, *big, *k, h))) TRY(set_add_hash(ts, *out, *k, h));
        }
        return out;
    }
    TRY(for_each(ts, other, [&](Ref<Object> o) -> Result<bool> {
        Hash h = TRY(key_hash(ts, *o));
        if (TRY(set_contains_hash(ts, s, *o, h))) TRY(set_add_hash(ts, *out, *o, h));
        return true;
    }));
    return out;
}
Result<void> symmetric_into(Attached ts, Set& s, Object& other) {
    if (&other == &s) {
        set_clear(ts, s);
        return {};
    }
    auto toggle = [&](Object& key, Hash h) -> Result<void> {
        auto k = Ref<Object>::share(key);
        if (!TRY(set_discard_hash(ts, s, *k, h))) TRY(set_add_hash(ts, s, *k, h));
        return {};
    };
    Index pos = 0;
    Object* key;
    Hash h;
    if (is_exact(other, PyDict_Type)) {
        while (dict_next(static_cast<Dict&>(other), &pos, &key, nullptr, &h)) TRY(toggle(*key, h));
        return {};
    }
    OptRef<Object> made;
    if (!is_any_set(other)) made = TRY(set_new(ts, &other));
    Set& o = as_set(made ? *made : other);
    while (set_next(o, &pos, &key, &h)) TRY(toggle(*key, h));
    return {};
}

Result<Ref<Object>> set_or(Attached ts, Object& a, Object& b) {
    if (!is_any_set(a) || !is_any_set(b)) return Ref<Object>::share(not_implemented());
    auto out = TRY(set_copy(ts, as_set(a), result_type(a)));
    TRY(set_merge(ts, *out, as_set(b)));
    return out;
}
Result<Ref<Object>> set_and(Attached ts, Object& a, Object& b) {
    if (!is_any_set(a) || !is_any_set(b)) return Ref<Object>::share(not_implemented());
    return intersection(ts, as_set(a), b);
}
Result<Ref<Object>> set_sub(Attached ts, Object& a, Object& b) {
    if (!is_any_set(a) || !is_any_set(b)) return Ref<Object>::share(not_implemented());
    return difference(ts, as_set(a), b);
}
Result<Ref<Object>> set_xor(Attached ts, Object& a, Object& b) {
    if (!is_any_set(a) || !is_any_set(b)) return Ref<Object>::share(not_implemented());
    auto out = TRY(set_copy(ts, as_set(b), result_type(a)));
    TRY(symmetric_into(ts, *out, a));
    return out;
}
Result<Ref<Object>> set_ior(Attached ts, Object& self, Object& other) {
    if (!is_any_set(other)) return Ref<Object>::share(not_implemented());
    TRY(set_merge(ts, as_set(self), as_set(other)));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> set_iand(Attached ts, Object& self, Object& other) {
    if (!is_any_set(other)) return Ref<Object>::share(not_implemented());
    auto both = TRY(intersection(ts, as_set(self), other));
    set_swap(as_set(self), *both);
    return Ref<Object>::share(self);
}
Result<Ref<Object>> set_isub(Attached ts, Object& self, Object& other) {
    if (!is_any_set(other)) return Ref<Object>::share(not_implemented());
    TRY(difference_into(ts, as_set(self), other));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> set_ixor(Attached ts, Object& self, Object& other) {
    if (!is_any_set(other)) return Ref<Object>::share(not_implemented());
    TRY(symmetric_into(ts, as_set(self), other));
    return Ref<Object>::share(self);
}

// ---- methods ----
Result<void> add_method(Attached ts, Set& self, Object& object) {
    return set_add(ts, self, object);
}
Result<void> discard_method(Attached ts, Set& self, Object& object) {
    auto r = set_discard(ts, self, object);
    if (!r.ok()) {
        auto frozen = TRY(as_key(ts, object));
        TRY(set_discard(ts, self, *frozen));
    }
    return {};
}
Result<void> remove_method(Attached ts, Set& self, Object& object) {
    auto r = set_discard(ts, self, object);
    bool found;
    if (r.ok()) {
        found = r.take();
    } else {
        auto frozen = TRY(as_key(ts, object));
        found = TRY(set_discard(ts, self, *frozen));
    }
    if (!found) return raise_with(ts, Exc::KeyError, Ref<Object>::share(object));
    return {};
}
Result<Ref<Object>> pop_method(Attached ts, Set& self) {
    auto key = TRY(set_pop(ts, self));
    if (!key) return raise(ts, Exc::KeyError, "pop from an empty set");
    return std::move(key).take();
}
Result<void> clear_method(Attached ts, Set& self) {
    set_clear(ts, self);
    return {};
}
Result<Ref<Object>> copy_method(Attached ts, Set& self) {
    if (is_exact(self, PyFrozenSet_Type)) return Ref<Object>::share(self);
    return set_copy(ts, self, result_type(self));
}
Result<void> update_method(Attached ts, Set& self, Args others) {
    for (size_t i = 0; i < others.n; ++i) TRY(set_update(ts, self, *TRY(box_in_place(ts, others.v[i]))));
    return {};
}
Result<Ref<Object>> union_method(Attached ts, Set& self, Args others) {
    auto out = TRY(set_copy(ts, self, result_type(self)));
    TRY(update_method(ts, *out, others));
    return out;
}
Result<Ref<Object>> intersection_method(Attached ts, Set& self, Args others) {
    if (others.n == 0) return set_copy(ts, self, result_type(self));
    auto out = Ref<Set>::share(self);
    for (size_t i = 0; i < others.n; ++i)
        out = TRY(intersection(ts, *out, *TRY(box_in_place(ts, others.v[i]))));
    return out;
}
Result<void> intersection_update_method(Attached ts, Set& self, Args others) {
    auto out = TRY(intersection_method(ts, self, others));
    set_swap(self, as_set(*out));
    return {};
}
Result<Ref<Object>> difference_method(Attached ts, Set& self, Args others) {
    if (others.n == 0) return set_copy(ts, self, result_type(self));
    auto out = TRY(difference(ts, self, *TRY(box_in_place(ts, others.v[0]))));
    for (size_t i = 1; i < others.n; ++i) TRY(difference_into(ts, *out, *TRY(box_in_place(ts, others.v[i]))));
    return out;
}
Result<void> difference_update_method(Attached ts, Set& self, Args others) {
    for (size_t i = 0; i < others.n; ++i) TRY(difference_into(ts, self, *TRY(box_in_place(ts, others.v[i]))));
    return {};
}
Result<Ref<Object>> symmetric_difference_method(Attached ts, Set& self, Object& other) {
    auto out = TRY(make(ts, result_type(self)));
    TRY(set_update(ts, *out, other));
    TRY(symmetric_into(ts, *out, self));
    return out;
}
Result<void> symmetric_difference_update_method(Attached ts, Set& self, Object& other) {
    return symmetric_into(ts, self, other);
}
Result<bool> isdisjoint_method(Attached ts, Set& self, Object& other) {
    if (&other == &self) return self.used == 0;
    if (is_any_set(other)) {
        Set *small = &as_set(other), *big = &self;
        if (small->used > big->used) std::swap(small, big);
        Index pos = 0;
        Object* key;
        Hash h;
        while (set_next(*small, &pos, &key, &h)) {
            if (TRY(set_contains_hash(ts, *big, *key, h))) return false;
        }
        return true;
    }
    bool disjoint = true;
    TRY(for_each(ts, other,
                 [&](Ref<Object> o) -> Result<bool> { return disjoint = !TRY(set_contains(ts, self, *o)); }));
    return disjoint;
}
Result<bool> issubset_method(Attached ts, Set& self, Object& other) {
    if (is_any_set(other)) return is_subset(ts, self, as_set(other));
    auto made = TRY(set_new(ts, &other));
    return is_subset(ts, self, *made);
}
Result<bool> issuperset_method(Attached ts, Set& self, Object& other) {
    if (is_any_set(other)) return is_subset(ts, as_set(other), self);
    bool all = true;
    TRY(for_each(ts, other,
                 [&](Ref<Object> o) -> Result<bool> { return all = TRY(set_contains(ts, self, *o)); }));
    return all;
}
Result<bool> contains_method(Attached ts, Set& self, Object& key) {
    return set_contains_slot(ts, self, key);
}
Result<Ref<Tuple>> reduce_method(Attached ts, Set& self) {
    auto items = TRY(to_list(ts, self));
    auto args = TRY(tuple_of(ts, {items.get()}));
    auto state = TRY(call_method(ts, self, id(Name::__getstate__)));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<Index> sizeof_method(Attached, Set& self) {
    return self.type->basicsize +
           (self.table == self.smalltable ? 0 : (self.mask + 1) * static_cast<Index>(sizeof(SetEntry)));
}

#define SHARED_SET_ROWS                                                                                      \
    method<contains_method>("__contains__($self, object, /)", "Stands behind y in x."),                      \
        method<copy_method>("copy($self, /)", "A set with the same elements."),                              \
        method<difference_method>("difference($self, *others)",                                              \
                                  "The items of this set that are in none of the others."),                  \
        method<intersection_method>("intersection($self, *others)",                                          \
                                    "The items that are in this set and in all others."),                    \
        method<isdisjoint_method>("isdisjoint($self, other, /)", "Whether no element is in both."),          \
        method<issubset_method>("issubset($self, other, /)", "Whether every element is in the other, too."), \
        method<issuperset_method>("issuperset($self, other, /)",                                             \
                                  "Whether every element of the other is here, too."),                       \
        method<symmetric_difference_method>("symmetric_difference($self, other, /)",                         \
                                            "The elements that are either here or there, but not in both."), \
        method<union_method>("union($self, *others)", "The items that are in any of the sets."),             \
        method<reduce_method>("__reduce__($self, /)", "What pickle stores of it."),                          \
        method<sizeof_method>("__sizeof__($self, /)", "How many bytes the set takes."),                      \
        class_method<generic_class_getitem>("__class_getitem__($type, item, /)",                             \
                                            "The class with type arguments, for annotations.")

constexpr Method frozenset_methods[] = {SHARED_SET_ROWS, {}};
constexpr Method set_methods[] = {
    SHARED_SET_ROWS,
    method<add_method>("add($self, object, /)", "Puts elem in, unless it is there."),
    method<clear_method>("clear($self, /)", "Leaves the set empty."),
    method<discard_method>("discard($self, object, /)", "Takes elem out, if it is there."),
    method<remove_method>("remove($self, object, /)", "Takes elem out; KeyError if it is not there."),
    method<pop_method>("pop($self, /)", "Takes some element out and gives it; KeyError if there is none."),
    method<update_method>("update($self, *others)", "Adds every element of the others."),
    method<difference_update_method>("difference_update($self, *others)",
                                     "Takes out what is in any of the others."),
    method<intersection_update_method>("intersection_update($self, *others)",
                                       "Keep the elements that all others have too."),
    method<symmetric_difference_update_method>(
        "symmetric_difference_update($self, other, /)",
        "Takes out what is in both, and adds what is only in the other."),
    {},
};

// ---- iterator ----
struct SetIterator : Object {
    Set* set;  // null once exhausted
    Index used;
    Index pos;
    Index left;
};
Result<Ref<Object>> set_iter(Attached ts, Set& self) {
    auto it = TRY(new_gc_object<SetIterator>(ts, PySetIter_Type));
    incref(&self);
    it->set = &self;
    it->used = it->left = self.used;
    it->pos = 0;
    gc_track(ts, it.get());
    return it;
}
int iterator_traverse(Object* self, VisitProc visit, void* arg) {
    Set* s = static_cast<SetIterator*>(self)->set;
    return s ? visit(s, arg) : 0;
}
void iterator_dealloc(Attached ts, SetIterator& self) {
    gc_untrack(&self);
    xdecref(ts, self.set);
    gc_free(ts, &self, sizeof(SetIterator));
}
Result<Ref<Object>> iterator_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}
Next iterator_next(Attached ts, SetIterator& self) {
    if (!self.set) return Next::done();
    if (self.set->used != self.used) {
        self.used = -1;
        return raise(ts, Exc::RuntimeError, "Set changed size during iteration");
    }
    Object* key;
    if (set_next(*self.set, &self.pos, &key, nullptr)) {
        --self.left;
        return Ref<Object>::share(*key);
    }
    Set* done = std::exchange(self.set, nullptr);
    decref(ts, done);
    return Next::done();
}
Result<Index> iterator_length_hint(Attached, SetIterator& self) {
    return self.set && self.set->used == self.used ? self.left : 0;
}
Result<Ref<Tuple>> iterator_reduce(Attached ts, SetIterator& self) {
    auto rest = TRY(list_new(ts));
    Index pos = self.pos;
    Object* key;
    while (self.set && set_next(*self.set, &pos, &key, nullptr)) TRY(list_append(ts, *rest, *key));
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = TRY(tuple_of(ts, {rest.get()}));
    return tuple_of(ts, {iter.get(), args.get()});
}
constexpr Method iterator_methods[] = {
    method<iterator_length_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<iterator_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

Result<Ref<Set>> from_iterable(Attached ts, Type& type, Object* iterable) {
    auto s = TRY(make(ts, type));
    if (iterable) TRY(set_update(ts, *s, *iterable));
    return s;
}

}  // namespace

Result<Ref<Set>> set_new(Attached ts, Object* iterable) {
    return from_iterable(ts, PySet_Type, iterable);
}
Result<Ref<Set>> frozenset_new(Attached ts, Object* iterable) {
    return from_iterable(ts, PyFrozenSet_Type, iterable);
}
Result<Ref<Set>> set_copy(Attached ts, Set& s, Type& type) {
    auto copy = TRY(make(ts, type));
    TRY(set_merge(ts, *copy, s));
    return copy;
}
Result<void> set_update(Attached ts, Set& s, Object& iterable) {
    if (is_any_set(iterable)) return set_merge(ts, s, as_set(iterable));
    if (is_exact(iterable, PyDict_Type)) {
        auto& d = static_cast<Dict&>(iterable);
        TRY(set_make_room(ts, s, d.used));
        Index pos = 0;
        Object* key;
        Hash h;
        while (dict_next(d, &pos, &key, nullptr, &h)) TRY(set_add_hash(ts, s, *key, h));
        return {};
    }
    return for_each(ts, iterable, [&](Ref<Object> o) -> Result<bool> {
        TRY(set_add(ts, s, *o));
        return true;
    });
}

const TypeSpec set_spec = {
    .name = "set",
    .doc = "A set of the distinct elements of an iterable.",
    .basicsize = sizeof(Set),
    .flags = kTypeHasGc | kTypeBaseType | kTypeMatchSelf,
    .traverse = set_traverse,
    .clear = set_clear_slot,
    .weaklistoffset = offsetof(Set, weakreflist),
    .methods = set_methods,
    .dealloc = typed_slot<set_dealloc>,
    .repr = typed_slot<set_repr>,
    .richcompare = slot<set_richcompare>,
    .iter = typed_slot<set_iter>,
    .init = slot<set_init>,
    .tp_new = slot<set_new_slot>,
    .subtract = slot<set_sub>,
    .nb_and = slot<set_and>,
    .nb_xor = slot<set_xor>,
    .nb_or = slot<set_or>,
    .inplace_subtract = slot<set_isub>,
    .inplace_and = slot<set_iand>,
    .inplace_xor = slot<set_ixor>,
    .inplace_or = slot<set_ior>,
    .sq_length = typed_slot<set_len>,
    .sq_contains = slot<set_contains_slot>,
};
const TypeSpec frozenset_spec = {
    .name = "frozenset",
    .doc = "A set of the distinct elements of an iterable that cannot be changed.",
    .basicsize = sizeof(Set),
    .flags = kTypeHasGc | kTypeBaseType | kTypeMatchSelf,
    .traverse = set_traverse,
    .clear = set_clear_slot,
    .weaklistoffset = offsetof(Set, weakreflist),
    .methods = frozenset_methods,
    .dealloc = typed_slot<set_dealloc>,
    .repr = typed_slot<set_repr>,
    .hash = typed_slot<frozenset_hash>,
    .richcompare = slot<set_richcompare>,
    .iter = typed_slot<set_iter>,
    .tp_new = slot<frozenset_new_slot>,
    .subtract = slot<set_sub>,
    .nb_and = slot<set_and>,
    .nb_xor = slot<set_xor>,
    .nb_or = slot<set_or>,
    .sq_length = typed_slot<set_len>,
    .sq_contains = slot<set_contains_slot>,
};
const TypeSpec set_iterator_spec = {
    .name = "set_iterator",
    .basicsize = sizeof(SetIterator),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = iterator_traverse,
    .methods = iterator_methods,
    .dealloc = typed_slot<iterator_dealloc>,
    .iter = slot<iterator_iter>,
    .iternext = typed_slot<iterator_next>,
};

}  // namespace baton
