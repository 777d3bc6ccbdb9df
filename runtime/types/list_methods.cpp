// list: what scripts see of it.
#include "runtime/builtins.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_common.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

int list_traverse(Object* self, VisitProc visit, void* arg) {
    auto& l = static_cast<List&>(*self);
    for (Index i = l.size; i-- > 0;) {
        if (!l.item[i]) continue;
        if (int r = visit(l.item[i], arg)) return r;
    }
    return 0;
}
int list_clear_slot(Object* self) {
    list_clear(current_attached(), static_cast<List&>(*self));
    return 0;
}
void list_dealloc(Attached ts, List& self) {
    gc_untrack(&self);
    list_clear(ts, self);
    if (is_exact(self, PyList_Type))
        gc_free(ts, &self, sizeof(List));
    else
        free_instance(ts, self);
}

Result<Ref<Object>> list_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    if (&cls == &PyList_Type) return list_new(ts);
    auto l = TRY(allocate_instance(ts, cls));
    gc_track(ts, l.get());
    return l;
}
Result<void> list_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto& l = static_cast<List&>(self);
    if (kwnames && kwnames->size && info(self).tp_new == info(PyList_Type).tp_new)
        return raise(ts, Exc::TypeError, "list() takes no keyword arguments");
    if (nargs > 1) return raise(ts, Exc::TypeError, "list expected at most 1 argument, got {}", nargs);
    list_clear(ts, l);
    if (nargs == 1) TRY(list_extend(ts, l, *TRY(box_in_place(ts, args[0]))));
    return {};
}

Result<Ref<Object>> list_repr(Attached ts, List& self) {
    return sequence_repr(ts, self, "[", "]");
}
Result<Ref<Object>> list_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_list(a) || !is_list(b)) return Ref<Object>::share(not_implemented());
    return sequence_compare(ts, a, b, op);
}
Result<Index> list_len(Attached, List& self) {
    return self.size;
}
Result<bool> list_contains(Attached ts, Object& self, Object& item) {
    return sequence_contains(ts, self, item);
}

Result<Ref<Object>> list_item(Attached ts, List& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "list index out of range");
    return Ref<Object>::share(*self.item[i]);
}
Result<void> list_ass_item(Attached ts, List& self, Index i, Object* value) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "list assignment index out of range");
    if (!value) return list_set_slice(ts, self, i, i + 1, nullptr);
    incref(value);
    list_store(ts, self, i, value);
    return {};
}
Result<Ref<Object>> list_subscript(Attached ts, List& self, Object& key) {
    if (has_index(key)) {
        Index i = TRY(as_index(ts, key, Exc::IndexError));
        return list_item(ts, self, i < 0 ? i + self.size : i);
    }
    if (!is_exact(key, PySlice_Type)) {
        return raise(ts, Exc::TypeError, "list indices must be integers or slices, not {}", type_name(key));
    }
    auto s = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
    slice_adjust(s, self.size);
    if (s.length <= 0) return list_new(ts);
    if (s.step == 1) return list_slice(ts, self, s.start, s.start + s.length);
    auto l = TRY(list_new(ts, s.length));
    for (Index i = 0, at = s.start; i < s.length; ++i, at += s.step) {
        incref(self.item[at]);
        l->item[i] = self.item[at];
    }
    return l;
}

// del l[start:stop:step] for a step other than 1.
Result<void> delete_extended(Attached ts, List& self, SliceBounds s) {
    if (s.length <= 0) return {};
    if (s.step < 0) {
        s.start += s.step * (s.length - 1);
        s.step = -s.step;
    }
    auto gone = TRY(list_new(ts));
    TRY(list_reserve(ts, *gone, s.length));
    Index to = s.start;
    for (Index from = s.start, k = 0; from < self.size; ++from) {
        if (k < s.length && from == s.start + k * s.step) {
            gone->item[gone->size++] = self.item[from];
            ++k;
        } else {
            self.item[to++] = self.item[from];
        }
    }
    self.size = to;
    return {};
}
Result<void> list_ass_subscript(Attached ts, List& self, Object& key, Object* value) {
    if (has_index(key)) {
        Index i = TRY(as_index(ts, key, Exc::IndexError));
        return list_ass_item(ts, self, i < 0 ? i + self.size : i, value);
    }
    if (!is_exact(key, PySlice_Type)) {
        return raise(ts, Exc::TypeError, "list indices must be integers or slices, not {}", type_name(key));
    }
    auto s = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
    slice_adjust(s, self.size);
    if (s.step == 1) return list_set_slice(ts, self, s.start, s.start + s.length, value);
    if (!value) return delete_extended(ts, self, s);
    OptRef<Object> seq;
    if (value == &self)
        seq = TRY(list_slice(ts, self, 0, self.size));
    else
        seq = TRY(sequence_fast(ts, *value, "must assign iterable to extended slice"));
    Index n = static_cast<VarObject&>(*seq).size;
    if (n != s.length) {
        return raise(ts, Exc::ValueError,
                     "attempt to assign sequence of size {} to extended slice of size {}", n, s.length);
    }
    // Old items are dropped only when all new ones stand.
    auto old = TRY(list_new(ts, n));
    Object** from = is_list(*seq) ? static_cast<List&>(*seq).item : static_cast<Tuple&>(*seq).item;
    for (Index i = 0, at = s.start; i < n; ++i, at += s.step) {
        incref(from[i]);
        old->item[i] = std::exchange(self.item[at], from[i]);
    }
    return {};
}

Result<Ref<Object>> list_concat(Attached ts, Object& a, Object& b) {
    if (!is_list(b))
        return raise(ts, Exc::TypeError, "can only concatenate list (not \"{}\") to list", type_name(b));
    auto& x = static_cast<List&>(a);
    auto& y = static_cast<List&>(b);
    auto l = TRY(list_new(ts));
    TRY(list_reserve(ts, *l, x.size + y.size));
    TRY(list_extend(ts, *l,
                    x.type == &PyList_Type ? static_cast<Object&>(x) : *TRY(list_slice(ts, x, 0, x.size))));
    TRY(list_extend(ts, *l,
                    y.type == &PyList_Type ? static_cast<Object&>(y) : *TRY(list_slice(ts, y, 0, y.size))));
    return l;
}
// Appends the first `size` items n-1 more times.
Result<void> repeat_in_place(Attached ts, List& l, Index size, Index n) {
    if (size && n > PTRDIFF_MAX / Index{sizeof(Object*)} / size) return raise_no_memory(ts);
    TRY(list_reserve(ts, l, size * n));
    for (Index k = 1; k < n; ++k) {
        for (Index i = 0; i < size; ++i) {
            incref(l.item[i]);
            l.item[l.size++] = l.item[i];
        }
    }
    return {};
}
Result<Ref<Object>> list_repeat(Attached ts, List& self, Index n) {
    if (n <= 0 || self.size == 0) return list_new(ts);
    if (n > PTRDIFF_MAX / Index{sizeof(Object*)} / self.size) return raise_no_memory(ts);
    auto l = TRY(list_new(ts));
    TRY(list_reserve(ts, *l, self.size * n));
    for (Index i = 0; i < self.size; ++i) {
        incref(self.item[i]);
        l->item[l->size++] = self.item[i];
    }
    TRY(repeat_in_place(ts, *l, self.size, n));
    return l;
}
Result<Ref<Object>> list_inplace_concat(Attached ts, Object& self, Object& other) {
    TRY(list_extend(ts, static_cast<List&>(self), other));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> list_inplace_repeat(Attached ts, List& self, Index n) {
    if (n <= 0)
        list_clear(ts, self);
    else
        TRY(repeat_in_place(ts, self, self.size, n));
    return Ref<Object>::share(self);
}

// ---- methods ----
Result<void> list_append_method(Attached ts, List& self, Object& object) {
    return list_append(ts, self, object);
}
Result<void> list_insert_method(Attached ts, List& self, Index index, Object& object) {
    return list_insert(ts, self, index, object);
}
Result<void> list_extend_method(Attached ts, List& self, Object& iterable) {
    return list_extend(ts, self, iterable);
}
Result<Ref<Object>> list_pop(Attached ts, List& self, Opt<Index> index) {
    Index i = index.or_else(-1);
    if (self.size == 0) return raise(ts, Exc::IndexError, "pop from empty list");
    if (i < 0) i += self.size;
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "pop index out of range");
    auto item = Ref<Object>::share(*self.item[i]);
    if (i == self.size - 1) {
        decref(ts, self.item[--self.size]);
        if (self.size == 0) list_clear(ts, self);
    } else {
        TRY(list_set_slice(ts, self, i, i + 1, nullptr));
    }
    return item;
}
Result<void> list_remove(Attached ts, List& self, Object& value) {
    Index at = TRY(sequence_index_of(ts, self, value, 0, PTRDIFF_MAX));
    if (at < 0) return raise(ts, Exc::ValueError, "list.remove(x): x not in list");
    return list_set_slice(ts, self, at, at + 1, nullptr);
}
Result<void> list_clear_method(Attached ts, List& self) {
    list_clear(ts, self);
    return {};
}
Result<Ref<List>> list_copy(Attached ts, List& self) {
    return list_slice(ts, self, 0, self.size);
}
Result<Index> list_count(Attached ts, List& self, Object& value) {
    return sequence_count(ts, self, value);
}
Result<Index> list_index(Attached ts, List& self, Object& value, Object* start, Object* stop) {
    Index from = clamp_bound(TRY(bound_argument(ts, start, 0)), self.size);
    Index to = TRY(bound_argument(ts, stop, PTRDIFF_MAX));
    if (to < 0) to = clamp_bound(to, self.size);
    Index at = TRY(sequence_index_of(ts, self, value, from, to));
    if (at < 0) {
        auto shown = show_repr(ts, value);
        if (!shown.ok()) return raise_none(ts, Exc::ValueError);  // CPython's has no text then either
        const Shown text = shown.take();
        return raise(ts, Exc::ValueError, "{} is not in list", text.view);
    }
    return at;
}
Result<void> list_sort_method(Attached ts, List& self, Object* key, Opt<bool> reverse) {
    return list_sort(ts, self, key && !is_none(*key) ? key : nullptr, reverse.or_else(false));
}
Result<void> list_reverse_method(Attached ts, List& self) {
    return list_reverse(ts, self);
}
Result<Index> list_sizeof(Attached, List& self) {
    return self.type->basicsize + self.allocated * static_cast<Index>(sizeof(Object*));
}

// ---- iterators ----
Result<Ref<Object>> make_cursor(Attached ts, Type& type, List& list, Index index) {
    auto it = TRY(new_gc_object<SequenceCursor>(ts, type));
    it->index = index;
    incref(&list);
    it->seq = &list;
    gc_track(ts, it.get());
    return it;
}
Result<Ref<Object>> list_iter(Attached ts, List& self) {
    return make_cursor(ts, PyListIter_Type, self, 0);
}
Result<Ref<Object>> list_reversed(Attached ts, List& self) {
    return make_cursor(ts, PyListRevIter_Type, self, self.size - 1);
}
int cursor_traverse(Object* self, VisitProc visit, void* arg) {
    Object* seq = static_cast<SequenceCursor*>(self)->seq;
    return seq ? visit(seq, arg) : 0;
}
void cursor_dealloc(Attached ts, SequenceCursor& self) {
    gc_untrack(&self);
    xdecref(ts, self.seq);
    gc_free(ts, &self, sizeof(SequenceCursor));
}
Result<Ref<Object>> cursor_iter(Attached, Object& self) {
    return Ref<Object>::share(self);
}
Next finish(Attached ts, SequenceCursor& self) {
    Object* done = std::exchange(self.seq, nullptr);
    decref(ts, done);
    return Next::done();
}
Next forward_next(Attached ts, SequenceCursor& self) {
    if (!self.seq) return Next::done();
    auto& l = static_cast<List&>(*self.seq);
    if (self.index < l.size) return Ref<Object>::share(*l.item[self.index++]);
    return finish(ts, self);
}
Next backward_next(Attached ts, SequenceCursor& self) {
    if (!self.seq) return Next::done();
    auto& l = static_cast<List&>(*self.seq);
    if (self.index >= 0 && self.index < l.size) return Ref<Object>::share(*l.item[self.index--]);
    return finish(ts, self);
}
template <bool backward>
Result<Index> cursor_length_hint(Attached, SequenceCursor& self) {
    if (!self.seq) return 0;
    Index size = static_cast<List&>(*self.seq).size;
    if (backward) return self.index + 1 > size ? 0 : self.index + 1;
    return size > self.index ? size - self.index : 0;
}
template <bool backward>
Result<Ref<Tuple>> cursor_reduce(Attached ts, SequenceCursor& self) {
    auto function = TRY(builtin(ts, id(backward && self.seq ? Name::reversed : Name::iter)));
    if (!self.seq) {
        auto empty = TRY(list_new(ts));
        auto args = TRY(tuple_of(ts, {empty.get()}));
        return tuple_of(ts, {function.get(), args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.seq}));
    auto index = TRY(box_int(ts, self.index));
    return tuple_of(ts, {function.get(), args.get(), index.get()});
}
template <bool backward>
Result<void> cursor_setstate(Attached, SequenceCursor& self, Index index) {
    if (!self.seq) return {};
    Index size = static_cast<List&>(*self.seq).size;
    if (backward)
        self.index = index < -1 ? -1 : index > size - 1 ? size - 1 : index;
    else
        self.index = index < 0 ? 0 : index > size ? size : index;
    return {};
}
template <bool backward>
constexpr Method cursor_methods[] = {
    method<cursor_length_hint<backward>>("__length_hint__($self, /)", "How many items are likely to come."),
    method<cursor_reduce<backward>>("__reduce__($self, /)", "What pickle stores of it."),
    method<cursor_setstate<backward>>("__setstate__($self, state, /)", "Takes over what pickle stored."),
    {},
};

constexpr Method list_methods[] = {
    method<list_subscript>("__getitem__($self, index, /)", "Stands behind self[index]."),
    method<list_reversed>("__reversed__($self, /)", "An iterator from the last item to the first."),
    method<list_sizeof>("__sizeof__($self, /)", "How many bytes the list takes."),
    method<list_clear_method>("clear($self, /)", "Leaves the list empty."),
    method<list_copy>("copy($self, /)", "Another list of the same items."),
    method<list_append_method>("append($self, object, /)", "Adds an item behind the last."),
    method<list_insert_method>("insert($self, index, object, /)",
                               "Puts object in front of the item at index."),
    method<list_extend_method>("extend($self, iterable, /)", "Adds every item of iterable behind the last."),
    method<list_pop>("pop($self, index=-1, /)",
                     "Takes the item at index out of the list (the last one if index is left "
                     "out);\nIndexError if there is no such item."),
    method<list_remove>("remove($self, value, /)",
                        "Takes out the first item equal to value; ValueError if no item is."),
    method<list_index>("index($self, value, start=0, stop=sys.maxsize, /)",
                       "The position of the first item equal to value; ValueError if no item is."),
    method<list_count>("count($self, value, /)", "How many items equal value."),
    method<list_reverse_method>("reverse($self, /)", "Turns the order of the items around."),
    method<list_sort_method>("sort($self, /, *, key=None, reverse=False)",
                             "Puts the items in ascending order where they are; equal ones keep theirs.\n\n"
                             "key is applied once to each item; reverse=True sorts in descending order."),
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

template <bool backward>
constexpr TypeSpec cursor_spec(const char* name, SlotPair<IterNextFn> next) {
    return {
        .name = name,
        .basicsize = sizeof(SequenceCursor),
        .flags = kTypeHasGc | kTypeDisallowInstantiation,
        .traverse = cursor_traverse,
        .methods = cursor_methods<backward>,
        .dealloc = typed_slot<cursor_dealloc>,
        .iter = slot<cursor_iter>,
        .iternext = next,
    };
}

}  // namespace

const NativeFn list_append_native = &Native<&list_append_method>::call;
const TypeSpec list_spec = {
    .name = "list",
    .doc =
        "A sequence that can be changed.\n\nWithout an argument it is empty; with an iterable it holds that "
        "iterable's items.",
    .basicsize = sizeof(List),
    .flags = kTypeHasGc | kTypeBaseType | kTypeList | kTypeSequence | kTypeMatchSelf,
    .traverse = list_traverse,
    .clear = list_clear_slot,
    .methods = list_methods,
    .dealloc = typed_slot<list_dealloc>,
    .repr = typed_slot<list_repr>,
    .richcompare = slot<list_compare>,
    .iter = typed_slot<list_iter>,
    .init = slot<list_init>,
    .tp_new = slot<list_new_slot>,
    .mp_length = typed_slot<list_len>,
    .mp_subscript = typed_slot<list_subscript>,
    .mp_ass_subscript = typed_slot<list_ass_subscript>,
    .sq_length = typed_slot<list_len>,
    .sq_concat = slot<list_concat>,
    .sq_repeat = typed_slot<list_repeat>,
    .sq_item = typed_slot<list_item>,
    .sq_ass_item = typed_slot<list_ass_item>,
    .sq_contains = slot<list_contains>,
    .sq_inplace_concat = slot<list_inplace_concat>,
    .sq_inplace_repeat = typed_slot<list_inplace_repeat>,
};
const TypeSpec list_iterator_spec = cursor_spec<false>("list_iterator", typed_slot<forward_next>);
const TypeSpec list_reverse_iterator_spec =
    cursor_spec<true>("list_reverseiterator", typed_slot<backward_next>);

}  // namespace baton
