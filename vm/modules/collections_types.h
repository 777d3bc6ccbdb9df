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

extern const TypeSpec deque_spec, deque_iterator_spec, deque_reverse_iterator_spec, defaultdict_spec,
    tuplegetter_spec;

Result<void> count_elements(Attached ts, Object& module, Object& mapping, Object& iterable);

}  // namespace baton
