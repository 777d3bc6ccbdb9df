#include "runtime/types/range_iterators.h"

#include "runtime/builtins.h"
#include "runtime/long_loop.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<Ref<Object>> range_iterator_new(Attached ts, int64_t start, int64_t step, Index length) {
    auto it = TRY(new_object<RangeIterator>(ts, PyRangeIter_Type));
    it->index = 0;
    it->start = start;
    it->step = step;
    it->length = length;
    return it;
}

Result<Ref<Object>> long_range_iterator_new(Attached ts, Object& start, Object& step, Object& length) {
    auto it = TRY(new_object<LongRangeIterator>(ts, PyLongRangeIter_Type));
    it->index = small_int(0).release();
    it->start = Ref<Object>::share(start).release();
    it->step = Ref<Object>::share(step).release();
    it->length = Ref<Object>::share(length).release();
    return it;
}

namespace {

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Result<Ref<Object>> reduced(Attached ts, Object& start, Object& stop, Object& step, Object& index) {
    auto range = TRY(range_new(ts, start, stop, step));
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = TRY(tuple_of(ts, {range.get()}));
    return tuple_of(ts, {iter.get(), args.get(), &index});
}

// ---- machine ints ----

void small_dealloc(Attached ts, RangeIterator& self) {
    free_small(ts, &self, sizeof(RangeIterator));
}

Next small_next(Attached ts, RangeIterator& self) {
    auto steps = static_cast<uint32_t>(self.index);
    TRY(step_of_long_loop(ts, steps));
    if (self.index >= self.length) return Next::done();
    auto item = TRY(box_int(ts, self.start + self.index * self.step));
    ++self.index;
    return item;
}

Result<Index> small_hint(Attached, RangeIterator& self) {
    return self.length - self.index;
}

Result<Ref<Object>> small_reduce(Attached ts, RangeIterator& self) {
    auto start = TRY(box_int(ts, self.start));
    auto stop = TRY(box_int(ts, self.start + self.length * self.step));
    auto step = TRY(box_int(ts, self.step));
    auto index = TRY(box_int(ts, self.index));
    return reduced(ts, *start, *stop, *step, *index);
}

Result<void> small_setstate(Attached ts, RangeIterator& self, Object& state) {
    Index i = TRY(as_index(ts, state, Exc::OverflowError));
    self.index = i < 0 ? 0 : i > self.length ? self.length : i;
    return {};
}

constexpr const char* kHintDoc = "How many items are likely to come.";
constexpr const char* kReduceDoc = "What pickle stores of it.";
constexpr const char* kStateDoc = "Takes over what pickle stored.";
constexpr Method small_methods[] = {
    method<small_hint>("__length_hint__($self, /)", kHintDoc),
    method<small_reduce>("__reduce__($self, /)", kReduceDoc),
    method<small_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- any ints ----

void long_dealloc(Attached ts, LongRangeIterator& self) {
    for (Object* o : {self.index, self.start, self.step, self.length}) xdecref(ts, o);
    free_small(ts, &self, sizeof(LongRangeIterator));
}

Next long_next(Attached ts, LongRangeIterator& self) {
    if (Value at = borrowed_value(*self.index); at.is_int()) {
        auto steps = static_cast<uint32_t>(at.as_int());
        TRY(step_of_long_loop(ts, steps));
    }
    Value index = borrowed_value(*self.index);
    if (int_compare(index, borrowed_value(*self.length)) >= 0) return Next::done();
    OwnedValue offset(TRY(int_mul(ts, index, borrowed_value(*self.step))));
    auto item = TRY(boxed(ts, int_add(ts, borrowed_value(*self.start), offset.get())));
    auto next = TRY(boxed(ts, int_add(ts, index, Value::of_int(1))));
    replace_field(ts, self.index, next.release());
    return item;
}

Result<Ref<Object>> long_hint(Attached ts, LongRangeIterator& self) {
    return boxed(ts, int_sub(ts, borrowed_value(*self.length), borrowed_value(*self.index)));
}

Result<Ref<Object>> long_reduce(Attached ts, LongRangeIterator& self) {
    OwnedValue span(TRY(int_mul(ts, borrowed_value(*self.length), borrowed_value(*self.step))));
    auto stop = TRY(boxed(ts, int_add(ts, borrowed_value(*self.start), span.get())));
    return reduced(ts, *self.start, *stop, *self.step, *self.index);
}

Result<void> long_setstate(Attached ts, LongRangeIterator& self, Object& state) {
    if (!is_int(state)) return raise(ts, Exc::TypeError, "state must be an int, not {}", type_name(state));
    auto index = TRY(number_index(ts, state));
    Value v = borrowed_value(*index), length = borrowed_value(*self.length);
    if (int_compare(v, Value::of_int(0)) < 0) {
        replace_field<Object>(ts, self.index, small_int(0).release());
    } else if (int_compare(v, length) > 0) {
        replace_field(ts, self.index, Ref<Object>::share(*self.length).release());
    } else {
        replace_field<Object>(ts, self.index, index.release());
    }
    return {};
}

constexpr Method long_methods[] = {
    method<long_hint>("__length_hint__($self, /)", kHintDoc),
    method<long_reduce>("__reduce__($self, /)", kReduceDoc),
    method<long_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

}  // namespace

constexpr TypeSpec range_iterator_spec = {
    .name = "range_iterator",
    .basicsize = sizeof(RangeIterator),
    .methods = small_methods,
    .dealloc = typed_slot<small_dealloc>,
    .iter = slot<return_self>,
    .iternext = typed_slot<small_next>,
};
constexpr TypeSpec long_range_iterator_spec = {
    .name = "longrange_iterator",
    .basicsize = sizeof(LongRangeIterator),
    .methods = long_methods,
    .dealloc = typed_slot<long_dealloc>,
    .iter = slot<return_self>,
    .iternext = typed_slot<long_next>,
};

}  // namespace baton
