// The types of _collections. Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "vm/vm_types.h"

namespace baton {

// deque: a ring buffer. Invariants: capacity is zero or a power of two; item i is at (head + i) & (capacity -
// 1); generation changes with every change of the contents, which is how iterators notice one.
struct Deque : Object {
    Object** ring;
    Index head, size, capacity;
    Index maxlen;  // -1: none
    uint64_t generation;
    Object* weakreflist;

    Object*& at(Index i) const { return ring[(head + i) & (capacity - 1)]; }
};

Result<Ref<Object>> deque_new_of(Attached ts, Type& cls, Index maxlen);
Result<void> deque_push_back(Attached ts, Deque& d, Ref<Object> item);
Result<void> deque_push_front(Attached ts, Deque& d, Ref<Object> item);
Ref<Object> deque_take_back(Deque& d);   // not empty
Ref<Object> deque_take_front(Deque& d);  // not empty
Result<void> deque_extend_by(Attached ts, Deque& d, Object& iterable);
Result<Ref<Object>> deque_iter(Attached ts, Deque& d);
Result<Ref<Object>> deque_reversed(Attached ts, Deque& d);

// OrderedDict: a dict, and beside it the order, a list of the keys with an index by the identity of the key
// as the dict stores it. Invariants: a node holds its key; the nodes and the index change together and
// without running any Python; `state` counts the changes of the order, which is how iterators notice them.
// Methods of dict that are called directly leave the order as it was: nodes may be without an item and items
// without a node.
struct OrderNode {
    Object* key;
    Hash hash;
    OrderNode *prev, *next, *chain;
};
struct OrderedDict : Dict {
    OrderNode *first, *last;
    OrderNode** buckets;  // null or 1 << log2_buckets
    int log2_buckets;
    Index nodes;
    uint64_t state;
    Object* dict;
    Object* weakreflist;
};

inline bool is_odict(const Object& o) {
    return is_instance_exact(o, odict_type());
}
OrderNode* odict_node(const OrderedDict& d, const Object& stored_key);  // null: none
Result<Ref<Object>> odict_new(Attached ts);
Result<void> odict_set(Attached ts, OrderedDict& d, Object& key, Object& value);
Result<bool> odict_del(Attached ts, OrderedDict& d, Object& key);  // false: was absent (nothing raised)

enum class OrderPart : uint8_t { key, value, item };
Result<Ref<Object>> odict_iterate(Attached ts, OrderedDict& d, OrderPart part, bool backwards);
// Calls f(Object& key) for each key in order; RuntimeError if the order changes meanwhile.
template <class F>
Result<void> odict_for_each(Attached ts, OrderedDict& d, F&& f) {
    const uint64_t state = d.state;
    for (OrderNode* n = d.first; n;) {
        auto key = Ref<Object>::share(*n->key);
        TRY(f(*key));
        n = odict_node(d, *key);
        if (d.state != state || !n)
            return raise(ts, Exc::RuntimeError, "OrderedDict mutated during iteration");
        n = n->next;
    }
    return {};
}
// The value of a key that is in the order; KeyError if it is not in the dict.
Result<Ref<Object>> odict_value(Attached ts, OrderedDict& d, Object& key);

extern const TypeSpec deque_spec, deque_iterator_spec, deque_reverse_iterator_spec, defaultdict_spec,
    tuplegetter_spec, odict_spec, odict_iterator_spec, odict_keys_spec, odict_items_spec, odict_values_spec;

Result<void> count_elements(Attached ts, Object& module, Object& mapping, Object& iterable);

}  // namespace baton
