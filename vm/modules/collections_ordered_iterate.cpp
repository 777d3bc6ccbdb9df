// The views of OrderedDict and the one iterator behind them all.
#include "runtime/builtins.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict_parts.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "vm/modules/collections_types.h"

namespace baton {

namespace {

// Holds the key that comes next and looks its node up at each step: nodes can go away between two of them.
struct OrderIterator : Object {
    OrderedDict* dict;  // null once exhausted
    Object* current;
    Index used;  // of the dict when the loop began; -1: it was found changed
    uint64_t state;
    OrderPart part;
    bool backwards;
};

void finish(Attached ts, OrderIterator& self) {
    Object* dict = std::exchange(self.dict, nullptr);
    Object* current = std::exchange(self.current, nullptr);
    xdecref(ts, dict);
    xdecref(ts, current);
}

// The key that is due, null at the end; the iterator is one further after it.
Result<OptRef<Object>> next_key(Attached ts, OrderIterator& self) {
    if (!self.dict) return OptRef<Object>();
    OrderedDict& d = *self.dict;
    if (self.current && d.state != self.state) {
        finish(ts, self);
        return raise(ts, Exc::RuntimeError, "OrderedDict mutated during iteration");
    }
    if (self.current && d.used != self.used) {
        self.used = -1;
        return raise(ts, Exc::RuntimeError, "OrderedDict changed size during iteration");
    }
    OrderNode* n = self.current ? odict_node(d, *self.current) : nullptr;
    if (!n) {
        finish(ts, self);
        return OptRef<Object>();
    }
    OrderNode* following = self.backwards ? n->prev : n->next;
    if (following) incref(following->key);
    auto key = Ref<Object>::steal(std::exchange(self.current, following ? following->key : nullptr));
    return OptRef<Object>(std::move(key));
}

Result<OptRef<Object>> advance(Attached ts, OrderIterator& self) {
    auto key = TRY(next_key(ts, self));
    if (!key || self.part == OrderPart::key) return key;
    auto dict = Ref<OrderedDict>::share(*self.dict);
    auto value = odict_value(ts, *dict, *key);
    if (!value.ok()) {
        finish(ts, self);
        return already_raised();
    }
    auto held = value.take();
    if (self.part == OrderPart::value) return OptRef<Object>(std::move(held));
    return OptRef<Object>(Ref<Object>(TRY(tuple_of(ts, {key.get(), held.get()}))));
}
Next iterator_next(Attached ts, OrderIterator& self) {
    auto item = advance(ts, self);
    if (!item.ok()) return already_raised();
    auto found = item.take();
    if (!found) return Next::done();
    return std::move(found).take();
}
Result<Ref<Object>> self_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}

// Pickles as iter(list of what is left).
Result<Ref<Tuple>> iterator_reduce(Attached ts, OrderIterator& self) {
    auto rest = TRY(list_new(ts));
    if (self.dict) {
        auto ahead = TRY(odict_iterate(ts, *self.dict, self.part, self.backwards));
        auto& copy = static_cast<OrderIterator&>(*ahead);
        Object* due = self.current;
        xincref(due);
        Object* old = std::exchange(copy.current, due);
        copy.used = self.used;
        copy.state = self.state;
        xdecref(ts, old);
        TRY(for_each(ts, *ahead, [&](Ref<Object> item) -> Result<bool> {
            TRY(list_append_owned(ts, *rest, std::move(item)));
            return true;
        }));
    }
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = TRY(tuple_of(ts, {rest.get()}));
    return tuple_of(ts, {iter.get(), args.get()});
}

constexpr Method iterator_methods[] = {
    method<iterator_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

template <OrderPart part, bool backwards>
Result<Ref<Object>> view_iterate(Attached ts, DictView& self) {
    return odict_iterate(ts, static_cast<OrderedDict&>(*self.dict), part, backwards);
}
template <OrderPart part>
constexpr Method view_methods[] = {
    method<view_iterate<part, true>>("__reversed__($self, /)",
                                     "An iterator over the view, the last one first."),
    {},
};
template <OrderPart part>
constexpr TypeSpec view_spec(const char* name, Type& base) {
    return {
        .name = name,
        .basicsize = sizeof(DictView),
        .flags = kTypeHasGc | kTypeDisallowInstantiation,
        .base = &base,
        .methods = view_methods<part>,
        .iter = typed_slot<view_iterate<part, false>>,
    };
}

}  // namespace

Result<Ref<Object>> odict_iterate(Attached ts, OrderedDict& d, OrderPart part, bool backwards) {
    auto it = TRY(new_gc_object<OrderIterator>(ts, odict_iterator_type()));
    OrderNode* n = backwards ? d.last : d.first;
    incref(&d);
    it->dict = &d;
    it->current = n ? n->key : nullptr;
    xincref(it->current);
    it->used = d.used;
    it->state = d.state;
    it->part = part;
    it->backwards = backwards;
    gc_track(ts, it.get());
    return it;
}

constexpr TypeSpec odict_iterator_spec =
    with_gc<OrderIterator, &OrderIterator::dict, &OrderIterator::current>({
        .name = "odict_iterator",
        .flags = kTypeDisallowInstantiation,
        .methods = iterator_methods,
        .iter = slot<self_iter>,
        .iternext = typed_slot<iterator_next>,
    });
const TypeSpec odict_keys_spec = view_spec<OrderPart::key>("odict_keys", PyDictKeys_Type);
const TypeSpec odict_items_spec = view_spec<OrderPart::item>("odict_items", PyDictItems_Type);
const TypeSpec odict_values_spec = view_spec<OrderPart::value>("odict_values", PyDictValues_Type);

}  // namespace baton
