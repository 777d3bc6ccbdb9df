// enumerate and reversed.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/lazy_iterators.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

// ---- enumerate ----

constexpr Signature kEnumerateSignature = parse_signature("enumerate(iterable, start=0)");

Result<Ref<Object>> enumerate_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    if (nargs == 0 && !kwnames) {
        return raise(ts, Exc::TypeError, "enumerate() missing required argument 'iterable'");
    }
    TRY(bind_arguments(ts, kEnumerateSignature, args, nargs, kwnames, bound));
    Object* iterable = TRY(box_in_place(ts, *bound[0]));
    OptRef<Int> start;
    if (bound[1]) {
        Object* given = TRY(box_in_place(ts, *bound[1]));
        start = TRY(number_index(ts, *given));
    }
    auto iterator = TRY(get_iter(ts, *iterable));
    auto self = TRY(new_instance<Enumerate>(ts, cls));
    int overflow = 0;
    self->index = start ? int_as_int64(*start, &overflow) : 0;
    if (overflow) {
        self->index = PTRDIFF_MAX;
        self->big_index = start.release();
    }
    self->iterator = iterator.release();
    gc_track(ts, self.get());
    return self;
}

// The index of the next item, owned; the counter goes on.
Result<Ref<Object>> next_index(Attached ts, Enumerate& self) {
    if (self.index < PTRDIFF_MAX) return box_int(ts, self.index++);
    if (!self.big_index) {
        auto start = TRY(box_int(ts, PTRDIFF_MAX));
        self.big_index = start.release();
    }
    auto now = Ref<Object>::share(*self.big_index);
    auto next = TRY(boxed(ts, int_add(ts, borrowed_value(*now), Value::of_int(1))));
    replace_field(ts, self.big_index, next.release());
    return now;
}

Next enumerate_next(Attached ts, Enumerate& self) {
    auto iterator = Ref<Object>::share(*self.iterator);
    Next step = iter_next(ts, *iterator);
    if (!step.has_item()) return step;
    auto item = step.take();
    auto index = TRY(next_index(ts, self));
    if (self.result && self.result->refcnt == 1) {
        auto pair = Ref<Tuple>::share(*self.result);
        replace_field(ts, pair->item[0], index.release());
        replace_field(ts, pair->item[1], item.release());
        if (!gc_is_tracked(pair.get())) gc_track(ts, pair.get());
        return pair;
    }
    auto pair = TRY(tuple_of(ts, {index.get(), item.get()}));
    replace_field(ts, self.result, pair.copy().release());
    return pair;
}

Result<Ref<Object>> enumerate_reduce(Attached ts, Enumerate& self) {
    Ref<Object> index =
        self.big_index ? Ref<Object>::share(*self.big_index) : Ref<Object>(TRY(box_int(ts, self.index)));
    auto args = TRY(tuple_of(ts, {self.iterator, index.get()}));
    return tuple_of(ts, {self.type, args.get()});
}

constexpr Method enumerate_methods[] = {
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    method<enumerate_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    {},
};

// ---- reversed ----

Result<Ref<Object>> reversed_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, PyReversed_Type)) TRY(no_keywords(ts, "reversed", kwnames));
    TRY(positional_count(ts, "reversed", nargs, 1, 1));
    Object& seq = *TRY(box_in_place(ts, args[0]));
    Object* method = type_lookup(*seq.type, id(Name::__reversed__));
    if (method && !is_none(*method)) {
        OptRef<Object> made = TRY(call_special(ts, seq, id(Name::__reversed__)));
        return std::move(made).take();
    }
    if (method || !is_sequence(seq)) {
        return raise(ts, Exc::TypeError, "'{}' object is not reversible", type_name(seq));
    }
    Index n = TRY(length(ts, seq));
    auto self = TRY(new_instance<Reversed>(ts, cls));
    self->index = n - 1;
    self->seq = Ref<Object>::share(seq).release();
    gc_track(ts, self.get());
    return self;
}

Next reversed_next(Attached ts, Reversed& self) {
    if (self.index >= 0 && self.seq) {
        auto seq = Ref<Object>::share(*self.seq);
        auto item = sequence_item(ts, *seq, self.index);
        if (item.ok()) {
            --self.index;
            return item.take();
        }
        if (!pending_is(ts, Exc::IndexError) && !pending_is(ts, Exc::StopIteration)) return already_raised();
        clear_pending(ts);
    }
    self.index = -1;
    replace_field<Object>(ts, self.seq, nullptr);
    return Next::done();
}

Result<Index> reversed_hint(Attached ts, Reversed& self) {
    if (!self.seq) return 0;
    Index n = TRY(length(ts, *self.seq));
    return n < self.index + 1 ? 0 : self.index + 1;
}

Result<Ref<Object>> reversed_reduce(Attached ts, Reversed& self) {
    if (!self.seq) {
        auto args = TRY(tuple_of(ts, {empty_tuple().get()}));
        return tuple_of(ts, {self.type, args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.seq}));
    auto index = TRY(box_int(ts, self.index));
    return tuple_of(ts, {self.type, args.get(), index.get()});
}

Result<void> reversed_setstate(Attached ts, Reversed& self, Object& state) {
    Index index = TRY(as_index(ts, state, Exc::OverflowError));
    if (!self.seq) return {};
    Index n = TRY(length(ts, *self.seq));
    self.index = index < -1 ? -1 : index > n - 1 ? n - 1 : index;
    return {};
}

constexpr Method reversed_methods[] = {
    method<reversed_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<reversed_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    method<reversed_setstate>("__setstate__($self, state, /)", "Takes over what pickle stored."),
    {},
};

}  // namespace

constexpr TypeSpec enumerate_spec =
    with_gc<Enumerate, &Enumerate::iterator, &Enumerate::result, &Enumerate::big_index>({
        .name = "enumerate",
        .doc = "enumerate(iterable, start=0)\n--\n\nPairs of a number, counting from start, and an item of "
               "the iterable.",
        .flags = kTypeBaseType,
        .methods = enumerate_methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<enumerate_next>,
        .tp_new = slot<enumerate_new>,
    });

constexpr TypeSpec reversed_spec = with_gc<Reversed, &Reversed::seq>({
    .name = "reversed",
    .doc = "reversed(sequence, /)\n--\n\nYields the items of a sequence from the last to the first.",
    .flags = kTypeBaseType,
    .methods = reversed_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<reversed_next>,
    .tp_new = slot<reversed_new>,
});

}  // namespace baton
