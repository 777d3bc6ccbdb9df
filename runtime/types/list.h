// list: operations for the rest of the runtime. Layout in object.h (ob_item, allocated), so C sees real
// arrays of objects. Invariants: item[0..size) are never null once the list is visible. Callers: attached
// threads.
#pragma once
#include <initializer_list>

#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<List>> list_new(Attached ts, Index size_with_nulls = 0);  // fill before anybody sees it
Result<Ref<List>> list_of(Attached ts, std::initializer_list<Object*> borrowed);
Result<Ref<List>> list_from(Attached ts, Object* const* borrowed, Index n);
Result<void> list_append(Attached ts, List& l, Object& item);
Result<void> list_append_owned(Attached ts, List& l, Ref<Object> item);
Result<void> list_insert(Attached ts, List& l, Index at, Object& item);
Result<void> list_extend(Attached ts, List& l, Object& iterable);
Result<void> list_set_slice(Attached ts, List& l, Index from, Index to, Object* iterable_or_null);
Result<Ref<List>> list_slice(Attached ts, List& l, Index from, Index to);
Result<void> list_sort(Attached ts, List& l, Object* key, bool reverse);
Result<void> list_reverse(Attached ts, List& l);
void list_clear(Attached ts, List& l);
Result<Ref<Tuple>> list_to_tuple(Attached ts, List& l);
Result<void> list_reserve(Attached ts, List& l, Index capacity);  // room; size unchanged
// Stores an owned item at i (in range) and drops the old one.
void list_store(Attached ts, List& l, Index i, Object* owned);

extern const TypeSpec list_spec, list_iterator_spec, list_reverse_iterator_spec;

// How list.append is called (NativeFn, native.h): the VM knows it, to append without a call.
struct Method;
extern Value (*const list_append_native)(Attached, const Method&, Object*, Value*, size_t, Tuple*);

// The iterators of list and tuple, public to the VM, which steps them inline.
struct SequenceCursor : Object {
    Index index;
    Object* seq;  // List or Tuple; null once exhausted
};

}  // namespace baton
