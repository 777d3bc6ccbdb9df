// list: storage and the operations other parts use. Methods are in list_methods.cpp, sorting in
// list_sort.cpp.
#include "runtime/types/list.h"

#include <cstdlib>
#include <cstring>

#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

constexpr Index kMaxItems = (PTRDIFF_MAX - 64) / Index{sizeof(Object*)};

// The item array is one block of the object allocator (PyMem_* in C).
Result<void> grow(Attached ts, List& l, Index capacity) {
    if (capacity > kMaxItems) return raise_no_memory(ts);
    auto* items =
        static_cast<Object**>(reallocate_block(ts, l.item, static_cast<size_t>(capacity) * sizeof(Object*)));
    if (!items) return raise_no_memory(ts);
    l.item = items;
    l.allocated = capacity;
    return {};
}
// Room for `size` items with over-allocation by an eighth: appending stays linear.
Result<void> make_room(Attached ts, List& l, Index size) {
    if (size <= l.allocated) return {};
    Index capacity = size + (size >> 3) + 6;
    if (size - l.size > capacity - size) capacity = size + 3;
    return grow(ts, l, capacity & ~Index{3});
}

}  // namespace

Result<void> list_reserve(Attached ts, List& l, Index capacity) {
    if (capacity <= l.allocated) return {};
    return grow(ts, l, capacity);
}

Result<Ref<List>> list_new(Attached ts, Index size) {
    if (size < 0 || size > kMaxItems) return raise_no_memory(ts);
    auto l = TRY(new_gc_object<List>(ts, PyList_Type));
    l->size = 0;
    l->item = nullptr;
    l->allocated = 0;
    if (size) {
        l->item = static_cast<Object**>(allocate(ts, static_cast<size_t>(size) * sizeof(Object*)));
        if (!l->item) return raise_no_memory(ts);
        for (Index i = 0; i < size; ++i) l->item[i] = nullptr;
        l->size = l->allocated = size;
    }
    gc_track(ts, l.get());
    return l;
}
Result<Ref<List>> list_from(Attached ts, Object* const* borrowed, Index n) {
    auto l = TRY(list_new(ts, n));
    for (Index i = 0; i < n; ++i) {
        incref(borrowed[i]);
        l->item[i] = borrowed[i];
    }
    return l;
}
Result<Ref<List>> list_of(Attached ts, std::initializer_list<Object*> borrowed) {
    return list_from(ts, borrowed.begin(), static_cast<Index>(borrowed.size()));
}

Result<void> list_append_owned(Attached ts, List& l, Ref<Object> item) {
    if (l.size >= l.allocated) [[unlikely]]  // allocated is -1 while the list is being sorted
        TRY(make_room(ts, l, l.size + 1));
    l.item[l.size++] = item.release();
    return {};
}
Result<void> list_append(Attached ts, List& l, Object& item) {
    return list_append_owned(ts, l, Ref<Object>::share(item));
}

Result<void> list_insert(Attached ts, List& l, Index at, Object& item) {
    TRY(make_room(ts, l, l.size + 1));
    if (at < 0) at = at + l.size < 0 ? 0 : at + l.size;
    if (at > l.size) at = l.size;
    std::memmove(l.item + at + 1, l.item + at, static_cast<size_t>(l.size - at) * sizeof(Object*));
    incref(&item);
    l.item[at] = &item;
    ++l.size;
    return {};
}

Result<void> list_extend(Attached ts, List& l, Object& iterable) {
    if (is_exact(iterable, PyList_Type) || is_exact(iterable, PyTuple_Type)) {
        // The source may be the list itself: its items are read after the room is made.
        Index n = static_cast<VarObject&>(iterable).size;
        if (n == 0) return {};
        TRY(make_room(ts, l, l.size + n));
        Object** from =
            is_list(iterable) ? static_cast<List&>(iterable).item : static_cast<Tuple&>(iterable).item;
        for (Index i = 0; i < n; ++i) {
            incref(from[i]);
            l.item[l.size + i] = from[i];
        }
        l.size += n;
        return {};
    }
    auto it = TRY(get_iter(ts, iterable));
    Index hint = TRY(length_hint(ts, iterable, 8));
    if (hint > 0 && l.size <= kMaxItems - hint) TRY(make_room(ts, l, l.size + hint));
    for (;;) {
        Next n = iter_next(ts, *it);
        if (n.raised()) return already_raised();
        if (n.is_done()) break;
        TRY(list_append_owned(ts, l, n.take()));
    }
    return {};
}

void list_clear(Attached ts, List& l) {
    if (!l.item) return;  // also of a list that is being sorted: clearing it is no change
    Object** items = std::exchange(l.item, nullptr);
    Index n = std::exchange(l.size, 0);
    l.allocated = 0;
    for (Index i = n; i-- > 0;) xdecref(ts, items[i]);
    free_block(ts, items);
}

void list_store(Attached ts, List& l, Index i, Object* owned) {
    Object* old = std::exchange(l.item[i], owned);
    xdecref(ts, old);
}

// The list is in its new state before any old item is dropped, since that may run Python.
Result<void> list_set_slice(Attached ts, List& l, Index from, Index to, Object* iterable) {
    OptRef<Object> seq;
    Object** fresh = nullptr;
    Index n = 0;
    if (iterable) {
        if (iterable == &l) {
            seq = TRY(list_slice(ts, l, 0, l.size));
        } else {
            seq = TRY(sequence_fast(ts, *iterable, "can only assign an iterable"));
        }
        n = static_cast<VarObject&>(*seq).size;
        fresh = is_list(*seq) ? static_cast<List&>(*seq).item : static_cast<Tuple&>(*seq).item;
    }
    from = from < 0 ? 0 : from > l.size ? l.size : from;
    to = to < from ? from : to > l.size ? l.size : to;
    Index removed = to - from;
    if (removed == l.size && n == 0) {
        list_clear(ts, l);
        return {};
    }
    Object* small[16];
    Object** old = small;
    if (removed > 16) {
        old = static_cast<Object**>(std::malloc(static_cast<size_t>(removed) * sizeof(Object*)));
        if (!old) return raise_no_memory(ts);
    }
    if (removed) std::memcpy(old, l.item + from, static_cast<size_t>(removed) * sizeof(Object*));
    if (n > removed) {
        auto room = make_room(ts, l, l.size + n - removed);
        if (!room.ok()) {
            if (old != small) std::free(old);
            return already_raised();
        }
    }
    std::memmove(l.item + from + n, l.item + to, static_cast<size_t>(l.size - to) * sizeof(Object*));
    l.size += n - removed;
    for (Index i = 0; i < n; ++i) {
        incref(fresh[i]);
        l.item[from + i] = fresh[i];
    }
    for (Index i = removed; i-- > 0;) decref(ts, old[i]);
    if (old != small) std::free(old);
    return {};
}

Result<Ref<List>> list_slice(Attached ts, List& l, Index from, Index to) {
    from = from < 0 ? 0 : from > l.size ? l.size : from;
    to = to < from ? from : to > l.size ? l.size : to;
    return list_from(ts, l.item + from, to - from);
}
Result<Ref<Tuple>> list_to_tuple(Attached ts, List& l) {
    return tuple_from(ts, l.item, l.size);
}

Result<void> list_reverse(Attached, List& l) {
    for (Index i = 0, j = l.size - 1; i < j; ++i, --j) std::swap(l.item[i], l.item[j]);
    return {};
}

}  // namespace baton
