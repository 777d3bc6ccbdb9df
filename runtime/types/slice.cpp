// The slice type. Turning a slice into positions of a sequence is slice_bounds.cpp.
#include "runtime/types/slice.h"

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

Result<Ref<Slice>> slice_new(Attached ts, Object* start, Object* stop, Object* step) {
    auto s = TRY(new_gc_object<Slice>(ts, PySlice_Type));
    auto field = [](Object* o) { return Ref<Object>::share(o ? *o : none()).release(); };
    s->start = field(start);
    s->stop = field(stop);
    s->step = field(step);
    gc_track(ts, s.get());
    return s;
}

namespace {

// The int an end of a slice stands for.
Result<Value> end_value(Attached ts, Object& o) {
    if (!has_index(o)) {
        return raise(ts, Exc::TypeError,
                     "slice indices must be integers or None or have an __index__ method");
    }
    auto i = TRY(number_index(ts, o));
    return Result<Value>(std::move(i));
}

Value copy(Value v) {
    return share(v);
}

// An end given by the program, brought into lower..upper.
Result<Value> clamp_end(Attached ts, Object& o, Value length, Value lower, Value upper) {
    OwnedValue v(TRY(end_value(ts, o)));
    if (int_compare(v.get(), Value::of_int(0)) < 0) {
        v = OwnedValue(TRY(int_add(ts, v.get(), length)));
        if (int_compare(v.get(), lower) < 0) return copy(lower);
    } else if (int_compare(v.get(), upper) > 0) {
        return copy(upper);
    }
    return v.release();
}

}  // namespace

Result<void> slice_long_bounds(Attached ts, Slice& slice, Value length, LongSliceBounds* out) {
    out->step = OwnedValue(Value::of_int(1));
    if (!is_none(*slice.step)) out->step = OwnedValue(TRY(end_value(ts, *slice.step)));
    int sign = int_compare(out->step.get(), Value::of_int(0));
    if (sign == 0) return raise(ts, Exc::ValueError, "slice step cannot be zero");
    Value lower = Value::of_int(sign < 0 ? -1 : 0);
    OwnedValue upper(copy(length));
    if (sign < 0) upper = OwnedValue(TRY(int_sub(ts, length, Value::of_int(1))));
    if (is_none(*slice.start)) {
        out->start = OwnedValue(copy(sign < 0 ? upper.get() : lower));
    } else {
        out->start = OwnedValue(TRY(clamp_end(ts, *slice.start, length, lower, upper.get())));
    }
    if (is_none(*slice.stop)) {
        out->stop = OwnedValue(copy(sign < 0 ? lower : upper.get()));
    } else {
        out->stop = OwnedValue(TRY(clamp_end(ts, *slice.stop, length, lower, upper.get())));
    }
    return {};
}

namespace {

Result<Ref<Object>> slice_type_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "slice", kwnames));
    TRY(positional_count(ts, "slice", nargs, 1, 3));
    TRY(box_all(ts, args, nargs));
    if (nargs == 1) return slice_new(ts, nullptr, args[0].object(), nullptr);
    return slice_new(ts, args[0].object(), args[1].object(), nargs > 2 ? args[2].object() : nullptr);
}

Result<Ref<Object>> slice_repr(Attached ts, Slice& self) {
    StrBuilder b;
    b.append_ascii("slice(");
    for (Object* o : {self.start, self.stop, self.step}) {
        if (b.size() > 6) b.append_ascii(", ");
        auto text = TRY(repr(ts, *o));
        b.append(*text);
    }
    b.append(')');
    return b.finish(ts);
}

Result<Ref<Object>> slice_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_exact(a, PySlice_Type) || !is_exact(b, PySlice_Type))
        return Ref<Object>::share(not_implemented());
    if (&a == &b) {
        bool holds = op == CompareOp::eq || op == CompareOp::le || op == CompareOp::ge;
        return Ref<Object>::share(bool_object(holds));
    }
    auto &x = static_cast<Slice&>(a), &y = static_cast<Slice&>(b);
    auto left = TRY(tuple_of(ts, {x.start, x.stop, x.step}));
    auto right = TRY(tuple_of(ts, {y.start, y.stop, y.step}));
    return compare(ts, *left, *right, op);
}

Result<Ref<Object>> slice_indices(Attached ts, Slice& self, Object& length) {
    auto n = TRY(number_index(ts, length));
    Value whole = borrowed_value(*n);
    if (int_compare(whole, Value::of_int(0)) < 0) {
        return raise(ts, Exc::ValueError, "length should not be negative");
    }
    LongSliceBounds bounds;
    TRY(slice_long_bounds(ts, self, whole, &bounds));
    Value values[] = {bounds.start.get(), bounds.stop.get(), bounds.step.get()};
    return tuple_from_values(ts, values, 3);
}

Result<Ref<Object>> slice_reduce(Attached ts, Slice& self) {
    auto args = TRY(tuple_of(ts, {self.start, self.stop, self.step}));
    return tuple_of(ts, {self.type, args.get()});
}

constexpr Method slice_methods[] = {
    method<slice_indices>("indices($self, len, /)",
                          "The start, stop and step that this slice means for a sequence of that length."),
    method<slice_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

constexpr int kObject = 6, kReadOnly = 1;  // T_OBJECT and READONLY of structmember.h
const MemberDef slice_members[] = {
    {"start", kObject, offsetof(Slice, start), kReadOnly, nullptr},
    {"stop", kObject, offsetof(Slice, stop), kReadOnly, nullptr},
    {"step", kObject, offsetof(Slice, step), kReadOnly, nullptr},
    {},
};

}  // namespace

constexpr TypeSpec slice_spec = with_gc<Slice, &Slice::start, &Slice::stop, &Slice::step>({
    .name = "slice",
    .doc = "What stands between the brackets of a[start:stop:step].",
    .methods = slice_methods,
    .members = const_cast<MemberDef*>(slice_members),
    .repr = typed_slot<slice_repr>,
    .richcompare = slot<slice_compare>,
    .tp_new = slot<slice_type_new>,
});

}  // namespace baton
