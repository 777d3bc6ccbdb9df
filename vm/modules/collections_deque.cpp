// collections.deque: storage and iterators. Its methods are in collections_deque_methods.cpp.
#include <cstdlib>
#include <cstring>

#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/collections_types.h"

namespace baton {

namespace {

Result<void> grow(Attached ts, Deque& d) {
    Index capacity = d.capacity ? d.capacity * 2 : 8;
    auto* ring = static_cast<Object**>(std::malloc(static_cast<size_t>(capacity) * sizeof(Object*)));
    if (!ring) return raise_no_memory(ts);
    for (Index i = 0; i < d.size; ++i) ring[i] = d.at(i);
    std::free(d.ring);
    d.ring = ring;
    d.head = 0;
    d.capacity = capacity;
    return {};
}

}  // namespace

Result<Ref<Object>> deque_new_of(Attached ts, Type& cls, Index maxlen) {
    auto d = TRY(new_instance<Deque>(ts, cls));
    d->maxlen = maxlen;
    gc_track(ts, d.get());
    return d;
}

Result<void> deque_push_back(Attached ts, Deque& d, Ref<Object> item) {
    if (d.maxlen == 0) return {};
    ++d.generation;
    if (d.maxlen > 0 && d.size == d.maxlen) {
        auto old = deque_take_front(d);
        d.at(d.size++) = item.release();
        return {};
    }
    if (d.size == d.capacity) TRY(grow(ts, d));
    d.at(d.size++) = item.release();
    return {};
}

Result<void> deque_push_front(Attached ts, Deque& d, Ref<Object> item) {
    if (d.maxlen == 0) return {};
    ++d.generation;
    OptRef<Object> old;
    if (d.maxlen > 0 && d.size == d.maxlen) old = deque_take_back(d);
    if (d.size == d.capacity) TRY(grow(ts, d));
    d.head = (d.head - 1) & (d.capacity - 1);
    ++d.size;
    d.at(0) = item.release();
    return {};
}

Ref<Object> deque_take_back(Deque& d) {
    ++d.generation;
    return Ref<Object>::steal(d.at(--d.size));
}

Ref<Object> deque_take_front(Deque& d) {
    ++d.generation;
    Object* o = d.at(0);
    d.head = (d.head + 1) & (d.capacity - 1);
    --d.size;
    return Ref<Object>::steal(o);
}

Result<void> deque_extend_by(Attached ts, Deque& d, Object& iterable) {
    if (&iterable == &d) {
        auto copy = TRY(to_tuple(ts, d));
        return deque_extend_by(ts, d, *copy);
    }
    return for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        TRY(deque_push_back(ts, d, std::move(item)));
        return true;
    });
}

// ---- iterators ----

namespace {

struct DequeIterator : Object {
    Object* deque;
    Index at;  // position of the next item, from the end it started at
    Index left;
    uint64_t generation;
};

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Result<Ref<Object>> make_iterator(Attached ts, Type& type, Deque& d) {
    auto it = TRY(new_gc_object<DequeIterator>(ts, type));
    it->deque = Ref<Deque>::share(d).release();
    it->at = 0;
    it->left = d.size;
    it->generation = d.generation;
    gc_track(ts, it.get());
    return it;
}

template <bool Reverse>
Next iterator_next(Attached ts, DequeIterator& self) {
    auto& d = static_cast<Deque&>(*self.deque);
    if (self.generation != d.generation) {
        self.left = 0;
        return raise(ts, Exc::RuntimeError, "deque mutated during iteration");
    }
    if (self.left == 0) return Next::done();
    --self.left;
    Index i = self.at++;
    return Ref<Object>::share(*d.at(Reverse ? d.size - 1 - i : i));
}

Result<Index> iterator_hint(Attached, DequeIterator& self) {
    return self.left;
}

Result<Ref<Object>> iterator_reduce(Attached ts, DequeIterator& self) {
    auto& d = static_cast<Deque&>(*self.deque);
    auto at = TRY(box_int(ts, d.size - self.left));
    auto args = TRY(tuple_of(ts, {self.deque, at.get()}));
    return tuple_of(ts, {self.type, args.get()});
}

template <bool Reverse>
Result<Ref<Object>> iterator_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, cls.name, kwnames));
    TRY(positional_count(ts, cls.name, nargs, 1, 2));
    TRY(box_all(ts, args, nargs));
    if (!is_instance_exact(*args[0].object(), deque_type())) {
        return raise(ts, Exc::TypeError, "argument 1 must be collections.deque, not {}",
                     type_name(*args[0].object()));
    }
    auto it = TRY(make_iterator(ts, cls, static_cast<Deque&>(*args[0].object())));
    Index skip = nargs > 1 ? TRY(as_index(ts, *args[1].object(), Exc::OverflowError)) : 0;
    auto& self = static_cast<DequeIterator&>(*it);
    if (skip > self.left) skip = self.left;
    if (skip > 0) {
        self.at = skip;
        self.left -= skip;
    }
    return it;
}

constexpr Method iterator_methods[] = {
    method<iterator_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<iterator_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

template <bool Reverse>
constexpr TypeSpec iterator_type_spec(const char* name) {
    return with_gc<DequeIterator, &DequeIterator::deque>({
        .name = name,
        .methods = iterator_methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<iterator_next<Reverse>>,
        .tp_new = slot<iterator_new<Reverse>>,
    });
}

}  // namespace

Result<Ref<Object>> deque_iter(Attached ts, Deque& d) {
    return make_iterator(ts, deque_iterator_type(), d);
}
Result<Ref<Object>> deque_reversed(Attached ts, Deque& d) {
    return make_iterator(ts, deque_reverse_iterator_type(), d);
}

constexpr TypeSpec deque_iterator_spec = iterator_type_spec<false>("_collections._deque_iterator");
constexpr TypeSpec deque_reverse_iterator_spec =
    iterator_type_spec<true>("_collections._deque_reverse_iterator");

}  // namespace baton
