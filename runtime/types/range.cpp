#include "runtime/types/range.h"

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/range_iterators.h"
#include "runtime/types/slice.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

constexpr Value kZero = Value::of_int(0), kOne = Value::of_int(1);

// The number of items, for any ints.
Result<Value> count_items(Attached ts, Value start, Value stop, Value step) {
    // Nearly always machine ints, and then machine arithmetic, unless the count is too long for one.
    if (start.is_int() && stop.is_int() && step.is_int()) {
        int64_t first = start.as_int(), end = stop.as_int(), by = step.as_int();
        if (by < 0) {
            std::swap(first, end);
            by = -by;
        }
        if (first >= end) return Value::of_int(0);
        uint64_t count =
            (static_cast<uint64_t>(end) - static_cast<uint64_t>(first) - 1) / static_cast<uint64_t>(by) + 1;
        if (count <= INT64_MAX && fits_tag(static_cast<int64_t>(count)))
            return Value::of_int(static_cast<int64_t>(count));
    }
    bool up = int_compare(step, kZero) > 0;
    Value low = up ? start : stop, high = up ? stop : start;
    if (int_compare(low, high) >= 0) return kZero;
    OwnedValue stride(up ? share(step) : TRY(int_neg(ts, step)));
    OwnedValue distance(TRY(int_sub(ts, high, low)));
    OwnedValue last(TRY(int_sub(ts, distance.get(), kOne)));
    OwnedValue steps(TRY(int_floordiv(ts, last.get(), stride.get())));
    return int_add(ts, steps.get(), kOne);
}

Result<Ref<Object>> boxed_owned(Attached ts, OwnedValue v) {
    return boxed(ts, Result<Value>(v.release()));
}

// Takes exact ints.
Result<Ref<Object>> make_range(Attached ts, Type& cls, Ref<Object> start, Ref<Object> stop,
                               Ref<Object> step) {
    auto length =
        TRY(boxed(ts, count_items(ts, borrowed_value(*start), borrowed_value(*stop), borrowed_value(*step))));
    auto r = TRY(new_instance<Range>(ts, cls));
    r->start = start.release();
    r->stop = stop.release();
    r->step = step.release();
    r->length = length.release();
    return r;
}

void range_dealloc(Attached ts, Range& self) {
    for (Object* o : {self.start, self.stop, self.step, self.length}) xdecref(ts, o);
    free_instance(ts, self);
}

Result<Ref<Object>> range_type_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "range", kwnames));
    if (nargs == 0) return raise(ts, Exc::TypeError, "range expected at least 1 argument, got 0");
    if (nargs > 3) return raise(ts, Exc::TypeError, "range expected at most 3 arguments, got {}", nargs);
    TRY(box_all(ts, args, nargs));
    auto index = [&](size_t i) { return number_index(ts, *args[i].object()); };
    if (nargs == 1) {
        auto stop = TRY(index(0));
        return make_range(ts, cls, small_int(0), std::move(stop), small_int(1));
    }
    auto start = TRY(index(0));
    auto stop = TRY(index(1));
    auto step = nargs == 3 ? TRY(index(2)) : small_int(1);
    if (step->size == 0) return raise(ts, Exc::ValueError, "range() arg 3 must not be zero");
    return make_range(ts, cls, std::move(start), std::move(stop), std::move(step));
}

// start + i * step for any i.
Result<Value> item_value(Attached ts, Range& r, Value i) {
    OwnedValue offset(TRY(int_mul(ts, i, borrowed_value(*r.step))));
    return int_add(ts, borrowed_value(*r.start), offset.get());
}

Result<Ref<Object>> item_at(Attached ts, Range& self, Value i) {
    OwnedValue at(share(i));
    Value length = borrowed_value(*self.length);
    if (int_compare(at.get(), kZero) < 0) at = OwnedValue(TRY(int_add(ts, at.get(), length)));
    if (int_compare(at.get(), kZero) < 0 || int_compare(at.get(), length) >= 0) {
        return raise(ts, Exc::IndexError, "range object index out of range");
    }
    return boxed(ts, item_value(ts, self, at.get()));
}

Result<Ref<Object>> range_item(Attached ts, Range& self, Index i) {
    OwnedValue at(TRY(int_value(ts, i)));  // an index may be too large for a tag
    return item_at(ts, self, at.get());
}

Result<Ref<Object>> slice_of(Attached ts, Range& self, Slice& slice) {
    LongSliceBounds b;
    TRY(slice_long_bounds(ts, slice, borrowed_value(*self.length), &b));
    OwnedValue step(TRY(int_mul(ts, b.step.get(), borrowed_value(*self.step))));
    OwnedValue start(TRY(item_value(ts, self, b.start.get())));
    OwnedValue stop(TRY(item_value(ts, self, b.stop.get())));
    auto start_object = TRY(boxed_owned(ts, std::move(start)));
    auto stop_object = TRY(boxed_owned(ts, std::move(stop)));
    auto step_object = TRY(boxed_owned(ts, std::move(step)));
    return make_range(ts, PyRange_Type, std::move(start_object), std::move(stop_object),
                      std::move(step_object));
}

Result<Ref<Object>> range_subscript(Attached ts, Range& self, Object& key) {
    if (has_index(key)) {
        auto i = TRY(number_index(ts, key));
        return item_at(ts, self, borrowed_value(*i));
    }
    if (is_exact(key, PySlice_Type)) return slice_of(ts, self, static_cast<Slice&>(key));
    return raise(ts, Exc::TypeError, "range indices must be integers or slices, not {}", type_name(key));
}

Result<Index> range_len(Attached ts, Range& self) {
    int sign;
    int64_t n = int_as_int64(static_cast<Int&>(*self.length), &sign);
    if (sign) return raise(ts, Exc::OverflowError, "Python int too large to convert to C ssize_t");
    return n;
}

Result<bool> range_bool(Attached, Range& self) {
    return int_sign(static_cast<Int&>(*self.length)) != 0;
}

Result<Ref<Object>> range_repr(Attached ts, Range& self) {
    bool unit = borrowed_value(*self.step) == kOne;
    StrBuilder b;
    b.append_ascii("range(");
    auto start = TRY(repr(ts, *self.start));
    auto stop = TRY(repr(ts, *self.stop));
    b.append(*start);
    b.append_ascii(", ");
    b.append(*stop);
    if (!unit) {
        auto step = TRY(repr(ts, *self.step));
        b.append_ascii(", ");
        b.append(*step);
    }
    b.append(')');
    return b.finish(ts);
}

bool is_plain_int(const Object& o) {
    return is_exact(o, PyLong_Type) || is_exact(o, PyBool_Type);
}

// Whether an int is an item.
Result<bool> contains_int(Attached ts, Range& self, Value v) {
    Value start = borrowed_value(*self.start), stop = borrowed_value(*self.stop),
          step = borrowed_value(*self.step);
    if (int_compare(step, kZero) > 0) {
        if (int_compare(v, start) < 0 || int_compare(v, stop) >= 0) return false;
    } else {
        if (int_compare(v, start) > 0 || int_compare(v, stop) <= 0) return false;
    }
    OwnedValue distance(TRY(int_sub(ts, v, start)));
    OwnedValue rest(TRY(int_mod(ts, distance.get(), step)));
    return int_compare(rest.get(), kZero) == 0;
}

// Calls f(item) for each item until it answers false.
template <class F>
Result<void> each_item(Attached ts, Range& self, F&& f) {
    return for_each(ts, self, f);
}

Result<bool> range_contains(Attached ts, Range& self, Object& o) {
    if (is_plain_int(o)) return contains_int(ts, self, borrowed_value(o));
    bool found = false;
    TRY(each_item(ts, self, [&](Ref<Object> item) -> Result<bool> {
        found = TRY(equal(ts, *item, o));
        return !found;
    }));
    return found;
}

Result<bool> same_ranges(Attached ts, Range& a, Range& b) {
    if (&a == &b) return true;
    Value length = borrowed_value(*a.length);
    if (int_compare(length, borrowed_value(*b.length)) != 0) return false;
    if (int_compare(length, kZero) == 0) return true;
    if (int_compare(borrowed_value(*a.start), borrowed_value(*b.start)) != 0) return false;
    if (int_compare(length, kOne) == 0) return true;
    return int_compare(borrowed_value(*a.step), borrowed_value(*b.step)) == 0;
}

Result<Ref<Object>> range_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_exact(a, PyRange_Type) || !is_exact(b, PyRange_Type) ||
        (op != CompareOp::eq && op != CompareOp::ne)) {
        return Ref<Object>::share(not_implemented());
    }
    bool same = TRY(same_ranges(ts, static_cast<Range&>(a), static_cast<Range&>(b)));
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}

// Equal ranges hash alike: what does not matter for equality is left out.
Result<Hash> range_hash(Attached ts, Range& self) {
    Value length = borrowed_value(*self.length);
    bool empty = int_compare(length, kZero) == 0;
    bool single = int_compare(length, kOne) == 0;
    auto key =
        TRY(tuple_of(ts, {self.length, empty ? &none() : self.start, empty || single ? &none() : self.step}));
    return hash(ts, *key);
}

Result<Ref<Object>> range_index(Attached ts, Range& self, Object& o) {
    if (is_plain_int(o)) {
        if (TRY(contains_int(ts, self, borrowed_value(o)))) {
            OwnedValue distance(TRY(int_sub(ts, borrowed_value(o), borrowed_value(*self.start))));
            return boxed(ts, int_floordiv(ts, distance.get(), borrowed_value(*self.step)));
        }
    } else {
        Index at = 0;
        bool found = false;
        TRY(each_item(ts, self, [&](Ref<Object> item) -> Result<bool> {
            found = TRY(equal(ts, *item, o));
            if (!found) ++at;
            return !found;
        }));
        if (found) return box_int(ts, at);
        return raise(ts, Exc::ValueError, "sequence.index(x): x not in sequence");
    }
    auto shown = TRY(show_repr(ts, o));
    return raise(ts, Exc::ValueError, "{} is not in range", shown.view);
}

Result<Index> range_count(Attached ts, Range& self, Object& o) {
    if (is_plain_int(o)) {
        bool in = TRY(contains_int(ts, self, borrowed_value(o)));
        return in ? 1 : 0;
    }
    Index n = 0;
    TRY(each_item(ts, self, [&](Ref<Object> item) -> Result<bool> {
        if (TRY(equal(ts, *item, o))) ++n;
        return true;
    }));
    return n;
}

Result<Ref<Object>> range_reduce(Attached ts, Range& self) {
    auto args = TRY(tuple_of(ts, {self.start, self.stop, self.step}));
    return tuple_of(ts, {self.type, args.get()});
}

Result<Ref<Object>> range_iter(Attached ts, Range& self) {
    int64_t start, step;
    Index length;
    if (range_small(self, &start, &step, &length)) return range_iterator_new(ts, start, step, length);
    return long_range_iterator_new(ts, *self.start, *self.step, *self.length);
}

Result<Ref<Object>> range_reversed(Attached ts, Range& self) {
    int64_t start, step;
    Index length;
    if (range_small(self, &start, &step, &length) && step != INT64_MIN) {
        if (length == 0) return range_iterator_new(ts, start, -step, 0);
        return range_iterator_new(ts, start + (length - 1) * step, -step, length);
    }
    OwnedValue last(TRY(int_sub(ts, borrowed_value(*self.length), kOne)));
    OwnedValue from(TRY(item_value(ts, self, last.get())));
    auto start_object = TRY(boxed_owned(ts, std::move(from)));
    auto step_object = TRY(boxed(ts, int_neg(ts, borrowed_value(*self.step))));
    return long_range_iterator_new(ts, *start_object, *step_object, *self.length);
}

constexpr Method range_methods[] = {
    method<range_reversed>("__reversed__($self, /)", "An iterator over the same numbers from the other end."),
    method<range_reduce>("__reduce__($self, /)", nullptr),
    method<range_count>("count($self, value, /)", "How often value occurs in the range."),
    method<range_index>("index($self, value, /)",
                        "The position of value in the range; ValueError if it is not in it."),
    {},
};

constexpr int kObject = 6, kReadOnly = 1;  // T_OBJECT and READONLY of structmember.h
const MemberDef range_members[] = {
    {"start", kObject, offsetof(Range, start), kReadOnly, nullptr},
    {"stop", kObject, offsetof(Range, stop), kReadOnly, nullptr},
    {"step", kObject, offsetof(Range, step), kReadOnly, nullptr},
    {},
};

}  // namespace

bool range_small(const Range& r, int64_t* start, int64_t* step, Index* length) {
    int e1, e2, e3, e4;
    *start = int_as_int64(static_cast<Int&>(*r.start), &e1);
    *step = int_as_int64(static_cast<Int&>(*r.step), &e2);
    *length = int_as_int64(static_cast<Int&>(*r.length), &e3);
    (void)int_as_int64(static_cast<Int&>(*r.stop), &e4);
    // The position after the last item is computed too, so it must not overflow.
    int64_t distance, end;
    return !e1 && !e2 && !e3 && !e4 && !__builtin_mul_overflow(*length, *step, &distance) &&
           !__builtin_add_overflow(*start, distance, &end);
}

Result<Ref<Object>> range_new(Attached ts, Object& start, Object& stop, Object& step) {
    Value args[] = {Value(), Value(&start), Value(&stop), Value(&step)};
    return range_type_new(ts, PyRange_Type, args + 1, 3, nullptr);
}

constexpr TypeSpec range_spec = {
    .name = "range",
    .doc =
        "The integers from start (0 if left out) up to, and without, stop, each step further than the last.",
    .basicsize = sizeof(Range),
    .flags = kTypeSequence,
    .methods = range_methods,
    .members = const_cast<MemberDef*>(range_members),
    .dealloc = typed_slot<range_dealloc>,
    .repr = typed_slot<range_repr>,
    .hash = typed_slot<range_hash>,
    .richcompare = slot<range_compare>,
    .iter = typed_slot<range_iter>,
    .tp_new = slot<range_type_new>,
    .nb_bool = typed_slot<range_bool>,
    .mp_length = typed_slot<range_len>,
    .mp_subscript = typed_slot<range_subscript>,
    .sq_length = typed_slot<range_len>,
    .sq_item = typed_slot<range_item>,
    .sq_contains = typed_slot<range_contains>,
};

}  // namespace baton
