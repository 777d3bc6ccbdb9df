#include "runtime/types/iterators.h"

#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/long_loop.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/tuple.h"

namespace baton {

// ---- iter(sequence) ----

Result<Ref<Object>> sequence_iterator_new(Attached ts, Object& sequence) {
    auto it = TRY(new_gc_object<SequenceIterator>(ts, PySeqIter_Type));
    it->index = 0;
    it->seq = Ref<Object>::share(sequence).release();
    gc_track(ts, it.get());
    return it;
}

namespace {

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Next sequence_iterator_next(Attached ts, SequenceIterator& self) {
    if (!self.seq) return Next::done();
    if (self.index == PTRDIFF_MAX) return raise(ts, Exc::OverflowError, "iter index too large");
    auto item = sequence_item(ts, *self.seq, self.index);
    if (item.ok()) {
        ++self.index;
        return item.take();
    }
    if (!pending_is(ts, Exc::IndexError) && !pending_is(ts, Exc::StopIteration)) return already_raised();
    clear_pending(ts);
    replace_field<Object>(ts, self.seq, nullptr);
    return Next::done();
}

Result<Ref<Object>> sequence_iterator_hint(Attached ts, SequenceIterator& self) {
    if (!self.seq) return small_int(0);
    if (!info(*self.seq).sq_length && !info(*self.seq).mp_length)
        return Ref<Object>::share(not_implemented());
    Index n = TRY(length(ts, *self.seq));
    return box_int(ts, n > self.index ? n - self.index : 0);
}

Result<Ref<Object>> sequence_iterator_reduce(Attached ts, SequenceIterator& self) {
    auto iter = TRY(builtin(ts, id(Name::iter)));
    if (!self.seq) {
        auto args = TRY(tuple_of(ts, {empty_tuple().get()}));
        return tuple_of(ts, {iter.get(), args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.seq}));
    auto index = TRY(box_int(ts, self.index));
    return tuple_of(ts, {iter.get(), args.get(), index.get()});
}

Result<void> sequence_iterator_setstate(Attached ts, SequenceIterator& self, Object& state) {
    Index index = TRY(as_index(ts, state, Exc::OverflowError));
    if (self.seq) self.index = index < 0 ? 0 : index;
    return {};
}

constexpr const char* kHintDoc = "How many items are likely to come.";
constexpr const char* kReduceDoc = "What pickle stores of it.";
constexpr const char* kStateDoc = "Takes over what pickle stored.";
constexpr Method sequence_iterator_methods[] = {
    method<sequence_iterator_hint>("__length_hint__($self, /)", kHintDoc),
    method<sequence_iterator_reduce>("__reduce__($self, /)", kReduceDoc),
    method<sequence_iterator_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

}  // namespace

constexpr TypeSpec sequence_iterator_spec = with_gc<SequenceIterator, &SequenceIterator::seq>({
    .name = "iterator",
    .methods = sequence_iterator_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<sequence_iterator_next>,
});

// ---- iter(callable, sentinel) ----

Result<Ref<Object>> callable_iterator_new(Attached ts, Object& callable, Object& sentinel) {
    auto it = TRY(new_gc_object<CallableIterator>(ts, PyCallIter_Type));
    it->steps = 0;
    it->callable = Ref<Object>::share(callable).release();
    it->sentinel = Ref<Object>::share(sentinel).release();
    gc_track(ts, it.get());
    return it;
}

namespace {

void exhaust(Attached ts, CallableIterator& self) {
    replace_field<Object>(ts, self.callable, nullptr);
    replace_field<Object>(ts, self.sentinel, nullptr);
}

Next callable_iterator_next(Attached ts, CallableIterator& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (!self.callable) return Next::done();
    auto callable = Ref<Object>::share(*self.callable);
    auto result = call(ts, *callable);
    if (!result.ok()) {
        if (!pending_is(ts, Exc::StopIteration)) return already_raised();
        clear_pending(ts);
        exhaust(ts, self);
        return Next::done();
    }
    auto item = result.take();
    if (!self.sentinel) return Next::done();  // the call exhausted this iterator
    auto sentinel = Ref<Object>::share(*self.sentinel);
    if (!TRY(equal(ts, *item, *sentinel))) return item;
    exhaust(ts, self);
    return Next::done();
}

Result<Ref<Object>> callable_iterator_reduce(Attached ts, CallableIterator& self) {
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = self.callable ? TRY(tuple_of(ts, {self.callable, self.sentinel}))
                              : TRY(tuple_of(ts, {empty_tuple().get()}));
    return tuple_of(ts, {iter.get(), args.get()});
}

constexpr Method callable_iterator_methods[] = {
    method<callable_iterator_reduce>("__reduce__($self, /)", kReduceDoc),
    {},
};

}  // namespace

constexpr TypeSpec callable_iterator_spec =
    with_gc<CallableIterator, &CallableIterator::callable, &CallableIterator::sentinel>({
        .name = "callable_iterator",
        .methods = callable_iterator_methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<callable_iterator_next>,
    });

}  // namespace baton
