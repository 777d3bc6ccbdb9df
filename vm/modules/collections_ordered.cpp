// OrderedDict: the order beside a dict, and the methods that keep the two together.
//
// What runs Python (__hash__, __eq__, releases) comes before or after a change of the order, never in
// between.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/table_key.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/collections_types.h"

namespace baton {

// ---- the order ----

namespace {

constexpr int kFirstLog2 = 3;

size_t bucket_of(const Object* key, int log2_buckets) {
    return static_cast<size_t>((reinterpret_cast<uintptr_t>(key) >> 4) * 0x9E3779B97F4A7C15u >>
                               (64 - log2_buckets));
}

// With more nodes than buckets the index grows; without the memory for that its chains become longer.
void grow_index(Attached ts, OrderedDict& d) {
    const int log2 = d.log2_buckets + 1;
    const size_t bytes = sizeof(OrderNode*) << log2;
    auto** buckets = static_cast<OrderNode**>(allocate(ts, bytes));
    if (!buckets) return;
    std::memset(static_cast<void*>(buckets), 0, bytes);
    for (OrderNode* n = d.first; n; n = n->next) {
        OrderNode*& head = buckets[bucket_of(n->key, log2)];
        n->chain = head;
        head = n;
    }
    free_block(ts, static_cast<void*>(d.buckets));
    d.buckets = buckets;
    d.log2_buckets = log2;
}

Result<void> ensure_index(Attached ts, OrderedDict& d) {
    if (d.buckets) return {};
    const size_t bytes = sizeof(OrderNode*) << kFirstLog2;
    auto** buckets = static_cast<OrderNode**>(allocate(ts, bytes));
    if (!buckets) return raise_no_memory(ts);
    std::memset(static_cast<void*>(buckets), 0, bytes);
    d.buckets = buckets;
    d.log2_buckets = kFirstLog2;
    return {};
}

void link_at_end(OrderedDict& d, OrderNode& n, bool last) {
    n.prev = last ? d.last : nullptr;
    n.next = last ? nullptr : d.first;
    (n.prev ? n.prev->next : d.first) = &n;
    (n.next ? n.next->prev : d.last) = &n;
    ++d.state;
}
void unlink(OrderedDict& d, OrderNode& n) {
    (n.prev ? n.prev->next : d.first) = n.next;
    (n.next ? n.next->prev : d.last) = n.prev;
    ++d.state;
}

// Takes a node out of the order and gives its key.
Ref<Object> remove_node(Attached ts, OrderedDict& d, OrderNode& n) {
    unlink(d, n);
    OrderNode** at = &d.buckets[bucket_of(n.key, d.log2_buckets)];
    while (*at != &n) at = &(*at)->chain;
    *at = n.chain;
    --d.nodes;
    auto key = Ref<Object>::steal(n.key);
    free_small(ts, &n, sizeof(OrderNode));
    return key;
}

// The nodes of an order that was taken away.
OrderNode* take_order(Attached ts, OrderedDict& d) {
    OrderNode* first = std::exchange(d.first, nullptr);
    OrderNode** buckets = std::exchange(d.buckets, nullptr);
    d.last = nullptr;
    d.nodes = 0;
    if (buckets) free_block(ts, static_cast<void*>(buckets));
    return first;
}
void release_nodes(Attached ts, OrderNode* n) {
    while (n) {
        OrderNode* next = n->next;
        Object* key = n->key;
        free_small(ts, n, sizeof(OrderNode));
        decref(ts, key);
        n = next;
    }
}

struct FoundNode {
    OrderNode* node;  // null: none
};
// The node of the key that is equal to `key`.
Result<FoundNode> find_node(Attached ts, OrderedDict& d, Object& key, Hash h) {
    Object* stored = TRY(dict_stored_key(ts, d, key, h)).value;
    return FoundNode{stored ? odict_node(d, *stored) : nullptr};
}

Result<void> set_with_hash(Attached ts, OrderedDict& d, Object& key, Hash h, Object& value) {
    // All memory first: an item without a node would be lost to the order.
    TRY(ensure_index(ts, d));
    auto* fresh = static_cast<OrderNode*>(allocate(ts, sizeof(OrderNode)));
    if (!fresh) return raise_no_memory(ts);
    auto done = [&]() -> Result<void> {
        TRY(dict_set_hash(ts, d, key, h, value));
        Object* stored = TRY(dict_stored_key(ts, d, key, h)).value;
        // What ran meanwhile may have taken the key out, or emptied everything.
        if (!stored || odict_node(d, *stored)) return {};
        TRY(ensure_index(ts, d));
        if (d.nodes >> d.log2_buckets) grow_index(ts, d);
        OrderNode& n = *std::exchange(fresh, nullptr);
        incref(stored);
        n.key = stored;
        n.hash = h;
        OrderNode*& head = d.buckets[bucket_of(stored, d.log2_buckets)];
        n.chain = head;
        head = &n;
        ++d.nodes;
        link_at_end(d, n, true);
        return {};
    }();
    if (fresh) free_small(ts, fresh, sizeof(OrderNode));
    return done;
}

// Takes an item out of the dict and the order at once; null: it was in neither. Another thread that came in
// between would make the two differ.
Result<OptRef<Object>> take(Attached ts, OrderedDict& d, Object& key, Hash h) {
    TakenItem item = TRY(dict_take_item(ts, d, key, h));
    if (!item.key) return OptRef<Object>();
    OptRef<Object> of_node;
    if (OrderNode* n = odict_node(d, *item.key)) of_node = remove_node(ts, d, *n);
    return std::move(item.value);
}

Raised raise_key_error(Attached ts, Object& key) {
    return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
}

bool is_exact_odict(const Object& o) {
    return o.type == &odict_type();
}

}  // namespace

OrderNode* odict_node(const OrderedDict& d, const Object& stored_key) {
    if (!d.buckets) return nullptr;
    OrderNode* n = d.buckets[bucket_of(&stored_key, d.log2_buckets)];
    while (n && n->key != &stored_key) n = n->chain;
    return n;
}

Result<Ref<Object>> odict_new(Attached ts) {
    return call(ts, odict_type());
}
Result<void> odict_set(Attached ts, OrderedDict& d, Object& key, Object& value) {
    return set_with_hash(ts, d, key, TRY(key_hash(ts, key)), value);
}
Result<bool> odict_del(Attached ts, OrderedDict& d, Object& key) {
    Hash h = TRY(key_hash(ts, key));
    return static_cast<bool>(TRY(take(ts, d, key, h)));
}
Result<Ref<Object>> odict_value(Attached ts, OrderedDict& d, Object& key) {
    Found found = TRY(dict_find(ts, d, key));
    if (!found.value) return raise_key_error(ts, key);
    return Ref<Object>::share(*found.value);
}

// ---- life ----

namespace {

int odict_traverse(Object* o, VisitProc visit, void* arg) {
    auto& d = *static_cast<OrderedDict*>(o);
    if (int r = visit_field(d.dict, visit, arg)) return r;
    for (OrderNode* n = d.first; n; n = n->next) {
        if (int r = visit(n->key, arg)) return r;
    }
    return PyDict_Type.traverse(o, visit, arg);
}
int odict_tp_clear(Object* o) {
    auto& d = *static_cast<OrderedDict*>(o);
    if (Object* old = std::exchange(d.dict, nullptr)) decref_unattached(old);
    Attached ts = current_attached();
    release_nodes(ts, take_order(ts, d));
    return PyDict_Type.clear(o);
}
void odict_dealloc(Attached ts, OrderedDict& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    if (Object* old = std::exchange(self.dict, nullptr)) decref(ts, old);
    release_nodes(ts, take_order(ts, self));
    info(PyDict_Type).dealloc(ts, self);
}

// ---- filling ----

Result<void> set_pair(Attached ts, Object& self, Object& pair) {
    auto it = TRY(get_iter(ts, pair));
    OptRef<Object> part[2];
    for (int i = 0; i < 2; ++i) {
        Next n = iter_next(ts, *it);
        if (n.raised()) return already_raised();
        if (n.is_done()) {
            return raise(ts, Exc::ValueError, "need more than {} value{} to unpack", i, i == 1 ? "" : "s");
        }
        part[i] = n.take();
    }
    Next n = iter_next(ts, *it);
    if (n.raised()) return already_raised();
    if (!n.is_done()) {
        auto more = n.take();
        return raise(ts, Exc::ValueError, "too many values to unpack (expected 2)");
    }
    return set_item(ts, self, *part[0], *part[1]);
}
Result<void> set_pairs(Attached ts, Object& self, Object& pairs) {
    return for_each(ts, pairs, [&](Ref<Object> pair) -> Result<bool> {
        TRY(set_pair(ts, self, *pair));
        return true;
    });
}

// From a dict, from what has keys(), from what has items(), or from pairs.
Result<void> update_from_one(Attached ts, Object& self, Object& other) {
    if (is_exact(other, PyDict_Type)) {
        auto items = TRY(dict_items_list(ts, static_cast<Dict&>(other)));
        return set_pairs(ts, self, *items);
    }
    if (auto keys_method = TRY(get_attr_opt(ts, other, id(Name::keys)))) {
        auto keys = TRY(call(ts, *keys_method));
        return for_each(ts, *keys, [&](Ref<Object> key) -> Result<bool> {
            auto value = TRY(get_item(ts, other, *key));
            TRY(set_item(ts, self, *key, *value));
            return true;
        });
    }
    if (auto items_method = TRY(get_attr_opt(ts, other, id(Name::items)))) {
        auto items = TRY(call(ts, *items_method));
        return set_pairs(ts, self, *items);
    }
    return set_pairs(ts, self, other);
}
Result<void> update_keywords(Attached ts, Object& self, Value* values, Tuple* names) {
    for (Index i = 0, n = names ? names->size : 0; i < n; ++i) {
        Object& value = *TRY(box_in_place(ts, values[i]));
        TRY(set_item(ts, self, *names->item[i], value));
    }
    return {};
}

Result<void> odict_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs > 1) return raise(ts, Exc::TypeError, "expected at most 1 arguments, got {}", nargs);
    if (nargs == 1) TRY(update_from_one(ts, self, *TRY(box_in_place(ts, args[0]))));
    return update_keywords(ts, self, args + nargs, kwnames);
}
Result<void> odict_update(Attached ts, Object& self, Args args, Kwargs kwargs) {
    if (args.n > 1) {
        return raise(ts, Exc::TypeError, "update() takes at most 1 positional argument ({} given)", args.n);
    }
    if (args.n == 1) TRY(update_from_one(ts, self, *TRY(box_in_place(ts, args.v[0]))));
    return update_keywords(ts, self, kwargs.v, kwargs.names);
}
Result<Ref<Object>> odict_fromkeys(Attached ts, Type& cls, Object& iterable, Object* value) {
    Object& v = value ? *value : none();
    auto made = TRY(call(ts, cls));
    TRY(for_each(ts, iterable, [&](Ref<Object> key) -> Result<bool> {
        if (is_exact_odict(*made))
            TRY(odict_set(ts, static_cast<OrderedDict&>(*made), *key, v));
        else
            TRY(set_item(ts, *made, *key, v));
        return true;
    }));
    return made;
}

// ---- methods ----

Result<void> odict_ass_subscript(Attached ts, OrderedDict& self, Object& key, Object* value) {
    if (value) return odict_set(ts, self, key, *value);
    if (!TRY(odict_del(ts, self, key))) return raise_key_error(ts, key);
    return {};
}

Result<Ref<Object>> odict_pop(Attached ts, OrderedDict& self, Object& key, Object* fallback) {
    auto value = TRY(take(ts, self, key, TRY(key_hash(ts, key))));
    if (value) return std::move(value).take();
    if (fallback) return Ref<Object>::share(*fallback);
    return raise_key_error(ts, key);
}

Result<Ref<Object>> odict_popitem(Attached ts, OrderedDict& self, Opt<bool> last) {
    OrderNode* n = last.or_else(true) ? self.last : self.first;
    if (!n) return raise(ts, Exc::KeyError, "dictionary is empty");
    auto key = Ref<Object>::share(*n->key);
    auto value = TRY(take(ts, self, *key, n->hash));
    if (!value) {
        // A method of dict took the item, or the key's hash lies.
        OptRef<Object> of_node;
        if (OrderNode* left = odict_node(self, *key)) of_node = remove_node(ts, self, *left);
        return raise_key_error(ts, *key);
    }
    return tuple_of(ts, {key.get(), value.get()});
}

Result<Ref<Object>> odict_setdefault(Attached ts, OrderedDict& self, Object& key, Object* fallback) {
    Object& value = fallback ? *fallback : none();
    if (is_exact_odict(self)) {
        Hash h = TRY(key_hash(ts, key));
        Found found = TRY(dict_find_hash(ts, self, key, h));
        if (found.value) return Ref<Object>::share(*found.value);
        TRY(set_with_hash(ts, self, key, h, value));
        return Ref<Object>::share(value);
    }
    if (TRY(contains(ts, self, key))) return get_item(ts, self, key);
    TRY(set_item(ts, self, key, value));
    return Ref<Object>::share(value);
}

Result<void> odict_move_to_end(Attached ts, OrderedDict& self, Object& key, Opt<bool> last) {
    const bool to_last = last.or_else(true);
    OrderNode* n = to_last ? self.last : self.first;
    if (!n) return raise_key_error(ts, key);
    if (n->key == &key) return {};
    n = TRY(find_node(ts, self, key, TRY(key_hash(ts, key)))).node;
    if (!n) return raise_key_error(ts, key);
    unlink(self, *n);
    link_at_end(self, *n, to_last);
    return {};
}

Result<void> odict_clear(Attached ts, OrderedDict& self) {
    OrderNode* nodes = take_order(ts, self);
    dict_clear(ts, self);  // empties the table before it releases anything
    release_nodes(ts, nodes);
    return {};
}

Result<Ref<Object>> odict_copy(Attached ts, OrderedDict& self) {
    auto made = TRY(call(ts, *self.type));
    TRY(odict_for_each(ts, self, [&](Object& key) -> Result<void> {
        if (is_exact_odict(self)) {
            auto value = TRY(odict_value(ts, self, key));
            return odict_set(ts, static_cast<OrderedDict&>(*made), key, *value);
        }
        auto value = TRY(get_item(ts, self, key));
        return set_item(ts, *made, key, *value);
    }));
    return made;
}

Result<Ref<Object>> odict_reduce(Attached ts, OrderedDict& self) {
    auto state = TRY(call_method(ts, self, id(Name::__getstate__)));
    auto items = TRY(call_method(ts, self, id(Name::items)));
    auto iterator = TRY(get_iter(ts, *items));
    return tuple_of(ts, {self.type, empty_tuple().get(), state.get(), &none(), iterator.get()});
}

Result<Index> odict_sizeof(Attached, OrderedDict& self) {
    Index index = self.buckets ? static_cast<Index>(sizeof(OrderNode*) << self.log2_buckets) : 0;
    Index table = self.keys->log2_size == 0
                      ? 0
                      : static_cast<Index>(sizeof(DictKeys) + self.keys->index_bytes()) +
                            (self.keys->count + self.keys->usable) * static_cast<Index>(sizeof(DictEntry));
    return self.type->basicsize + table + index + self.nodes * static_cast<Index>(sizeof(OrderNode));
}

Result<Ref<Object>> pairs_of(Attached ts, OrderedDict& self) {
    if (!is_exact_odict(self)) {
        auto items = TRY(call_method(ts, self, id(Name::items)));
        return to_list(ts, *items);
    }
    auto pairs = TRY(list_new(ts));
    TRY(odict_for_each(ts, self, [&](Object& key) -> Result<void> {
        auto value = TRY(odict_value(ts, self, key));
        auto pair = TRY(tuple_of(ts, {&key, value.get()}));
        return list_append_owned(ts, *pairs, std::move(pair));
    }));
    return pairs;
}
Result<Ref<Object>> odict_repr(Attached ts, OrderedDict& self) {
    StrBuilder out;
    if (self.used == 0) {
        out.append_utf8(type_short_name(*self.type));
        out.append_ascii("()");
        return out.finish(ts);
    }
    if (!TRY(enter_repr(ts, self))) return str_new_ascii(ts, "...");
    auto body = [&]() -> Result<Ref<Str>> {
        auto pairs = TRY(pairs_of(ts, self));
        return repr(ts, *pairs);
    };
    auto text = body();
    leave_repr(ts, self);
    auto shown = TRY(std::move(text));
    out.append_utf8(type_short_name(*self.type));
    out.append('(');
    out.append(*shown);
    out.append(')');
    return out.finish(ts);
}

Result<bool> same_order(Attached ts, OrderedDict& a, OrderedDict& b) {
    const uint64_t state_a = a.state, state_b = b.state;
    OrderNode *x = a.first, *y = b.first;
    while (x && y) {
        auto key_a = Ref<Object>::share(*x->key);
        auto key_b = Ref<Object>::share(*y->key);
        if (!TRY(equal(ts, *key_a, *key_b))) return false;
        x = odict_node(a, *key_a);
        y = odict_node(b, *key_b);
        if (a.state != state_a || b.state != state_b || !x || !y) {
            return raise(ts, Exc::RuntimeError, "OrderedDict mutated during iteration");
        }
        x = x->next;
        y = y->next;
    }
    return !x && !y;
}
Result<Ref<Object>> odict_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_odict(a) || !is_dict(b) || (op != CompareOp::eq && op != CompareOp::ne)) {
        return Ref<Object>::share(not_implemented());
    }
    auto as_dicts = TRY(info(PyDict_Type).richcompare(ts, a, b, CompareOp::eq));
    bool same = TRY(is_true(ts, *as_dicts));
    if (same && is_odict(b)) {
        same = TRY(same_order(ts, static_cast<OrderedDict&>(a), static_cast<OrderedDict&>(b)));
    }
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}

Result<Ref<Object>> odict_or(Attached ts, Object& a, Object& b) {
    if (!is_dict(a) || !is_dict(b)) return Ref<Object>::share(not_implemented());
    auto made = TRY(call(ts, is_odict(a) ? *a.type : *b.type, {&a}));
    TRY(update_from_one(ts, *made, b));
    return made;
}
Result<Ref<Object>> odict_ior(Attached ts, Object& self, Object& other) {
    TRY(update_from_one(ts, self, other));
    return Ref<Object>::share(self);
}

Result<Ref<Object>> odict_iter(Attached ts, OrderedDict& self) {
    return odict_iterate(ts, self, OrderPart::key, false);
}
Result<Ref<Object>> odict_reversed(Attached ts, OrderedDict& self) {
    return odict_iterate(ts, self, OrderPart::key, true);
}
Result<Ref<Object>> odict_keys(Attached ts, OrderedDict& self) {
    return dict_view(ts, odict_keys_type(), self);
}
Result<Ref<Object>> odict_values(Attached ts, OrderedDict& self) {
    return dict_view(ts, odict_values_type(), self);
}
Result<Ref<Object>> odict_items(Attached ts, OrderedDict& self) {
    return dict_view(ts, odict_items_type(), self);
}

constexpr GetSet odict_getset[] = {kDictRow, {}};
constexpr Method odict_methods[] = {
    class_method<odict_fromkeys>("fromkeys($type, /, iterable, value=None)",
                                 "A mapping whose keys come from iterable, each with the same value."),
    method<odict_pop>(
        "pop($self, /, key, default=<unrepresentable>)",
        "Remove key and return its value, or default; without a default a missing key is a KeyError."),
    method<odict_popitem>("popitem($self, /, last=True)",
                          "Remove and return the last (key, value) pair, or the first if last is false."),
    method<odict_setdefault>("setdefault($self, /, key, default=None)",
                             "The value of key; if there is none yet, default becomes it."),
    method<odict_move_to_end>("move_to_end($self, /, key, last=True)",
                              "Make key the last one, or the first if last is false."),
    method<odict_update>("update($self, *args, **kwargs)",
                         "Update from a mapping or an iterable of pairs, then from keywords."),
    method<odict_clear>("clear($self, /)", "Remove all items."),
    method<odict_copy>("copy($self, /)", "A new mapping with the same items in the same order."),
    method<odict_keys>("keys($self, /)", "A set-like view of the keys."),
    method<odict_values>("values($self, /)", "A view of the values."),
    method<odict_items>("items($self, /)", "A set-like view of the items."),
    method<odict_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    method<odict_reversed>("__reversed__($self, /)", "An iterator over the keys, the last one first."),
    method<odict_sizeof>("__sizeof__($self, /)", "How many bytes the mapping takes."),
    {},
};

}  // namespace

constexpr TypeSpec odict_spec = {
    .name = "collections.OrderedDict",
    .doc = "A dict with an order that can be changed, and that counts when two of them are compared.",
    .basicsize = sizeof(OrderedDict),
    .flags = kTypeBaseType | kTypeHasGc,
    .base = &PyDict_Type,
    .traverse = odict_traverse,
    .clear = odict_tp_clear,
    .weaklistoffset = offsetof(OrderedDict, weakreflist),
    .dictoffset = offsetof(OrderedDict, dict),
    .methods = odict_methods,
    .getset = odict_getset,
    .dealloc = typed_slot<odict_dealloc>,
    .repr = typed_slot<odict_repr>,
    .richcompare = slot<odict_richcompare>,
    .iter = typed_slot<odict_iter>,
    .init = slot<odict_init>,
    .nb_or = slot<odict_or>,
    .inplace_or = slot<odict_ior>,
    .mp_ass_subscript = typed_slot<odict_ass_subscript>,
};

}  // namespace baton
