// itertools that pass a stream on: count, cycle, repeat, chain, compress, dropwhile, takewhile, filterfalse,
// starmap, pairwise and accumulate.
#include "runtime/call.h"
#include "runtime/long_loop.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/modules/itertools_types.h"

namespace baton {

namespace {

// ---- count ----

struct Count : Object {
    int64_t next;  // valid while `big` is null
    int64_t stride;
    Object* big;  // the next item when machine ints do not do
    Object* step;
    uint32_t steps;  // runtime/long_loop.h
};

constexpr Signature kCountSignature = parse_signature("count(start=0, step=1)");

Result<Ref<Object>> count_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kCountSignature, args, nargs, kwnames, bound));
    auto start = bound[0] ? Ref<Object>::share(*TRY(box_in_place(ts, *bound[0]))) : Ref<Object>(small_int(0));
    auto step = bound[1] ? Ref<Object>::share(*TRY(box_in_place(ts, *bound[1]))) : Ref<Object>(small_int(1));
    if (!is_number(*start) || !is_number(*step)) return raise(ts, Exc::TypeError, "a number is required");
    auto self = TRY(new_instance<Count>(ts, cls));
    Value first = borrowed_value(*start), stride = borrowed_value(*step);
    if (first.is_int() && stride.is_int()) {
        self->next = first.as_int();
        self->stride = stride.as_int();
    } else {
        self->big = start.release();
    }
    self->step = step.release();
    gc_track(ts, self.get());
    return self;
}

Result<Ref<Object>> count_current(Attached ts, Count& self) {
    if (self.big) return Ref<Object>::share(*self.big);
    return box_int(ts, self.next);
}

Next count_next(Attached ts, Count& self) {
    TRY(step_of_long_loop(ts, self.steps));
    auto item = TRY(count_current(ts, self));
    int64_t next;
    if (!self.big && !__builtin_add_overflow(self.next, self.stride, &next)) {
        self.next = next;
        return item;
    }
    auto following = TRY(binary(ts, BinaryOp::add, *item, *self.step));
    replace_field(ts, self.big, following.release());
    return item;
}

bool unit_step(const Count& self) {
    return self.big ? borrowed_value(*self.step) == Value::of_int(1) : self.stride == 1;
}

Result<Ref<Object>> count_repr(Attached ts, Count& self) {
    auto current = TRY(count_current(ts, self));
    auto text = TRY(repr(ts, *current));
    StrBuilder b;
    b.append_utf8(type_short_name(*self.type));
    b.append('(');
    b.append(*text);
    if (!unit_step(self)) {
        auto step = TRY(repr(ts, *self.step));
        b.append_ascii(", ");
        b.append(*step);
    }
    b.append(')');
    return b.finish(ts);
}

Result<Ref<Object>> count_reduce(Attached ts, Count& self) {
    auto current = TRY(count_current(ts, self));
    auto args =
        unit_step(self) ? TRY(tuple_of(ts, {current.get()})) : TRY(tuple_of(ts, {current.get(), self.step}));
    return tuple_of(ts, {self.type, args.get()});
}
constexpr Method count_methods[] = {method<count_reduce>("__reduce__($self, /)", kReduceDoc), {}};

// ---- cycle ----

struct Cycle : Object {
    Object* iterator;  // null after the first pass
    List* saved;
    Index at;
    uint32_t steps;    // runtime/long_loop.h
    bool saving_done;  // restored by __setstate__: the items are known already
};

Result<Ref<Object>> cycle_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, it_cycle_type())) TRY(no_keywords(ts, "cycle", kwnames));
    TRY(positional_count(ts, "cycle", nargs, 1, 1));
    Object* iterable = TRY(box_in_place(ts, args[0]));
    auto iterator = TRY(get_iter(ts, *iterable));
    auto saved = TRY(list_new(ts));
    auto self = TRY(new_instance<Cycle>(ts, cls));
    self->iterator = iterator.release();
    self->saved = saved.release();
    gc_track(ts, self.get());
    return self;
}

Next cycle_next(Attached ts, Cycle& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (self.iterator) {
        Next step = iter_next(ts, *self.iterator);
        if (step.raised()) return step;
        if (step.has_item()) {
            auto item = step.take();
            if (!self.saving_done) TRY(list_append(ts, *self.saved, *item));
            return item;
        }
        replace_field<Object>(ts, self.iterator, nullptr);
    }
    if (self.saved->size == 0) return Next::done();
    if (self.at >= self.saved->size) self.at = 0;
    return Ref<Object>::share(*self.saved->item[self.at++]);
}

Result<Ref<Object>> cycle_reduce(Attached ts, Cycle& self) {
    if (self.iterator) {
        auto args = TRY(tuple_of(ts, {self.iterator}));
        auto state = TRY(tuple_of(ts, {self.saved, &bool_object(self.saving_done)}));
        return tuple_of(ts, {self.type, args.get(), state.get()});
    }
    auto rest = TRY(list_slice(ts, *self.saved, self.at, self.saved->size));
    auto iterator = TRY(get_iter(ts, *rest));
    auto args = TRY(tuple_of(ts, {iterator.get()}));
    auto state = TRY(tuple_of(ts, {self.saved, &bool_object(true)}));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<void> cycle_setstate(Attached ts, Cycle& self, Object& state) {
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != 2)
        return raise(ts, Exc::TypeError, "state is not a tuple");
    auto& t = static_cast<Tuple&>(state);
    if (!is_list(*t.item[0])) return raise(ts, Exc::TypeError, "state is not a tuple");
    self.saving_done = TRY(as_index(ts, *t.item[1], Exc::OverflowError)) != 0;
    replace_field(ts, self.saved, Ref<List>::share(static_cast<List&>(*t.item[0])).release());
    self.at = 0;
    return {};
}
constexpr Method cycle_methods[] = {
    method<cycle_reduce>("__reduce__($self, /)", kReduceDoc),
    method<cycle_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- repeat ----

struct Repeat : Object {
    Object* element;
    Index left;      // -1 = for ever
    uint32_t steps;  // runtime/long_loop.h
};
constexpr Signature kRepeatSignature = parse_signature("repeat(object, times=<unrepresentable>)");

Result<Ref<Object>> repeat_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kRepeatSignature, args, nargs, kwnames, bound));
    Object* element = TRY(box_in_place(ts, *bound[0]));
    Index times = -1;
    if (bound[1]) {
        times = TRY(convert_index(ts, *bound[1]));
        if (times < 0) times = 0;
    }
    auto self = TRY(new_instance<Repeat>(ts, cls));
    self->element = shared(element);
    self->left = times;
    gc_track(ts, self.get());
    return self;
}
Next repeat_next(Attached ts, Repeat& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (self.left == 0) return Next::done();
    if (self.left > 0) --self.left;
    return Ref<Object>::share(*self.element);
}
Result<Ref<Object>> repeat_repr(Attached ts, Repeat& self) {
    auto text = TRY(repr(ts, *self.element));
    StrBuilder b;
    b.append_utf8(type_short_name(*self.type));
    b.append('(');
    b.append(*text);
    if (self.left >= 0) {
        b.append_ascii(", ");
        b.append_int(self.left);
    }
    b.append(')');
    return b.finish(ts);
}
Result<Index> repeat_hint(Attached ts, Repeat& self) {
    if (self.left < 0) return raise(ts, Exc::TypeError, "len() of unsized object");
    return self.left;
}
Result<Ref<Object>> repeat_reduce(Attached ts, Repeat& self) {
    if (self.left < 0) {
        auto args = TRY(tuple_of(ts, {self.element}));
        return tuple_of(ts, {self.type, args.get()});
    }
    auto left = TRY(box_int(ts, self.left));
    auto args = TRY(tuple_of(ts, {self.element, left.get()}));
    return tuple_of(ts, {self.type, args.get()});
}
constexpr Method repeat_methods[] = {
    method<repeat_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<repeat_reduce>("__reduce__($self, /)", kReduceDoc),
    {},
};

// ---- chain ----

struct Chain : Object {
    Object* source;  // iterator of iterables; null when exhausted
    Object* active;
};

Result<Ref<Object>> make_chain(Attached ts, Type& cls, Object& iterables) {
    auto source = TRY(get_iter(ts, iterables));
    auto self = TRY(new_instance<Chain>(ts, cls));
    self->source = source.release();
    gc_track(ts, self.get());
    return self;
}
Result<Ref<Object>> chain_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, it_chain_type())) TRY(no_keywords(ts, "chain", kwnames));
    auto iterables = TRY(tuple_from_values(ts, args, static_cast<Index>(nargs)));
    return make_chain(ts, cls, *iterables);
}
Result<Ref<Object>> chain_from_iterable(Attached ts, Type& cls, Object& iterables) {
    return make_chain(ts, cls, iterables);
}

Next chain_next(Attached ts, Chain& self) {
    while (self.source) {
        if (!self.active) {
            Next step = iter_next(ts, *self.source);
            if (!step.has_item()) {
                replace_field<Object>(ts, self.source, nullptr);
                return step;
            }
            auto iterable = step.take();
            auto iterator = get_iter(ts, *iterable);
            if (!iterator.ok()) {
                auto keep = fetch(ts);
                replace_field<Object>(ts, self.source, nullptr);
                restore(ts, std::move(keep).take());
                return already_raised();
            }
            replace_field(ts, self.active, iterator.release());
        }
        auto active = Ref<Object>::share(*self.active);
        Next step = iter_next(ts, *active);
        if (!step.is_done()) return step;
        replace_field<Object>(ts, self.active, nullptr);
    }
    return Next::done();
}
Result<Ref<Object>> chain_reduce(Attached ts, Chain& self) {
    if (!self.source) return tuple_of(ts, {self.type, empty_tuple().get()});
    auto state =
        self.active ? TRY(tuple_of(ts, {self.source, self.active})) : TRY(tuple_of(ts, {self.source}));
    return tuple_of(ts, {self.type, empty_tuple().get(), state.get()});
}
Result<void> chain_setstate(Attached ts, Chain& self, Object& state) {
    if (!is_tuple(state)) return raise(ts, Exc::TypeError, "state is not a tuple");
    auto& t = static_cast<Tuple&>(state);
    if (t.size < 1 || t.size > 2) {
        return raise(ts, Exc::TypeError, "function takes at {} argument{} ({} given)",
                     t.size < 1 ? "least 1" : "most 2", t.size < 1 ? "" : "s", t.size);
    }
    if (!is_iterator(*t.item[0]) || (t.size == 2 && !is_iterator(*t.item[1]))) {
        return raise(ts, Exc::TypeError, "Arguments must be iterators.");
    }
    replace_field(ts, self.source, shared(t.item[0]));
    replace_field(ts, self.active, t.size == 2 ? shared(t.item[1]) : nullptr);
    return {};
}
constexpr Method chain_methods[] = {
    class_method<chain_from_iterable>("from_iterable($type, iterable, /)",
                                      "A chain of the iterables that an iterable gives."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    method<chain_reduce>("__reduce__($self, /)", kReduceDoc),
    method<chain_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- compress ----

struct Pair : Object {  // two objects: compress, and function + iterator below
    Object* first;
    Object* second;
    bool flag;
};

constexpr Signature kCompressSignature = parse_signature("compress(data, selectors)");

Result<Ref<Object>> compress_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kCompressSignature, args, nargs, kwnames, bound));
    Object* data_object = TRY(box_in_place(ts, *bound[0]));
    Object* selector_object = TRY(box_in_place(ts, *bound[1]));
    auto data = TRY(get_iter(ts, *data_object));
    auto selectors = TRY(get_iter(ts, *selector_object));
    auto self = TRY(new_instance<Pair>(ts, cls));
    self->first = data.release();
    self->second = selectors.release();
    gc_track(ts, self.get());
    return self;
}
Next compress_next(Attached ts, Pair& self) {
    for (;;) {
        Next data = iter_next(ts, *self.first);
        if (!data.has_item()) return data;
        Next selector = iter_next(ts, *self.second);
        if (!selector.has_item()) return selector;
        auto chosen = selector.take();
        if (TRY(is_true(ts, *chosen))) return data;
    }
}
Result<Ref<Object>> pair_reduce(Attached ts, Pair& self) {
    auto args = TRY(tuple_of(ts, {self.first, self.second}));
    return tuple_of(ts, {self.type, args.get()});
}
constexpr Method pair_methods[] = {method<pair_reduce>("__reduce__($self, /)", kReduceDoc), {}};

// ---- dropwhile, takewhile, filterfalse, starmap: a function and an iterator ----

template <auto& Name>
Result<Ref<Object>> function_and_iterable(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    // None of these types has an __init__ but object's.
    if (takes_all_arguments(cls, PyBaseObject_Type)) TRY(no_keywords(ts, Name, kwnames));
    TRY(positional_count(ts, Name, nargs, 2, 2));
    TRY(box_all(ts, args, 2));
    auto iterator = TRY(get_iter(ts, *args[1].object()));
    auto self = TRY(new_instance<Pair>(ts, cls));
    self->first = shared(args[0].object());
    self->second = iterator.release();
    gc_track(ts, self.get());
    return self;
}
constexpr char kDropwhile[] = "dropwhile", kTakewhile[] = "takewhile", kFilterfalse[] = "filterfalse",
               kStarmap[] = "starmap";

Result<bool> ask(Attached ts, Object& function, Object& item) {
    auto answer = TRY(call(ts, function, {&item}));
    return is_true(ts, *answer);
}

Next dropwhile_next(Attached ts, Pair& self) {
    for (;;) {
        Next step = iter_next(ts, *self.second);
        if (!step.has_item() || self.flag) return step;
        auto item = step.take();
        if (!TRY(ask(ts, *self.first, *item))) {
            self.flag = true;
            return item;
        }
    }
}
Next takewhile_next(Attached ts, Pair& self) {
    if (self.flag) return Next::done();
    Next step = iter_next(ts, *self.second);
    if (!step.has_item()) return step;
    auto item = step.take();
    if (TRY(ask(ts, *self.first, *item))) return item;
    self.flag = true;
    return Next::done();
}
Result<Ref<Object>> flagged_reduce(Attached ts, Pair& self) {
    auto args = TRY(tuple_of(ts, {self.first, self.second}));
    auto flag = small_int(self.flag);
    return tuple_of(ts, {self.type, args.get(), flag.get()});
}
Result<void> flagged_setstate(Attached ts, Pair& self, Object& state) {
    self.flag = TRY(is_true(ts, state));
    return {};
}
constexpr Method flagged_methods[] = {
    method<flagged_reduce>("__reduce__($self, /)", kReduceDoc),
    method<flagged_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

Next filterfalse_next(Attached ts, Pair& self) {
    bool by_truth = is_none(*self.first) || self.first == &PyBool_Type;
    for (;;) {
        Next step = iter_next(ts, *self.second);
        if (!step.has_item()) return step;
        auto item = step.take();
        bool holds = by_truth ? TRY(is_true(ts, *item)) : TRY(ask(ts, *self.first, *item));
        if (!holds) return item;
    }
}
Next starmap_next(Attached ts, Pair& self) {
    Next step = iter_next(ts, *self.second);
    if (!step.has_item()) return step;
    auto item = step.take();
    auto args = TRY(to_tuple(ts, *item));
    auto result = TRY(call_tuple(ts, *self.first, *args, nullptr));
    return result;
}

// ---- pairwise ----

struct Pairwise : Object {
    Object* iterator;
    Object* old;
};
Result<Ref<Object>> pairwise_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, PyBaseObject_Type)) TRY(no_keywords(ts, "pairwise", kwnames));
    TRY(positional_count(ts, "pairwise", nargs, 1, 1));
    Object* iterable = TRY(box_in_place(ts, args[0]));
    auto iterator = TRY(get_iter(ts, *iterable));
    auto self = TRY(new_instance<Pairwise>(ts, cls));
    self->iterator = iterator.release();
    gc_track(ts, self.get());
    return self;
}
Next pairwise_end(Attached ts, Pairwise& self, Next step) {
    auto keep = fetch(ts);
    replace_field<Object>(ts, self.iterator, nullptr);
    replace_field<Object>(ts, self.old, nullptr);
    if (keep) restore(ts, std::move(keep).take());
    return step;
}
Next pairwise_next(Attached ts, Pairwise& self) {
    if (!self.iterator) return Next::done();
    auto iterator = Ref<Object>::share(*self.iterator);
    if (!self.old) {
        Next step = iter_next(ts, *iterator);
        if (!step.has_item()) return pairwise_end(ts, self, std::move(step));
        replace_field(ts, self.old, step.take().release());
        if (!self.iterator) return pairwise_end(ts, self, Next::done());
    }
    auto old = Ref<Object>::share(*self.old);
    Next step = iter_next(ts, *iterator);
    if (!step.has_item()) return pairwise_end(ts, self, std::move(step));
    auto item = step.take();
    auto pair = TRY(tuple_of(ts, {old.get(), item.get()}));
    replace_field(ts, self.old, item.release());
    return pair;
}

// ---- accumulate ----

struct Accumulate : Object {
    Object* total;  // null before the first item
    Object* iterator;
    Object* function;  // null: addition
    Object* initial;   // null: none, or given out already
};
constexpr Signature kAccumulateSignature =
    parse_signature("accumulate(iterable, func=None, *, initial=None)");

Result<Ref<Object>> accumulate_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[3] = {};
    TRY(bind_arguments(ts, kAccumulateSignature, args, nargs, kwnames, bound));
    Object* given[3] = {};
    for (int i = 0; i < 3; ++i) {
        if (!bound[i]) continue;
        given[i] = TRY(box_in_place(ts, *bound[i]));
        if (i > 0 && is_none(*given[i])) given[i] = nullptr;
    }
    auto iterator = TRY(get_iter(ts, *given[0]));
    auto self = TRY(new_instance<Accumulate>(ts, cls));
    self->iterator = iterator.release();
    self->function = shared(given[1]);
    self->initial = shared(given[2]);
    gc_track(ts, self.get());
    return self;
}
Next accumulate_next(Attached ts, Accumulate& self) {
    if (self.initial) {
        replace_field(ts, self.total, std::exchange(self.initial, nullptr));
        return Ref<Object>::share(*self.total);
    }
    Next step = iter_next(ts, *self.iterator);
    if (!step.has_item()) return step;
    auto item = step.take();
    if (!self.total) {
        self.total = item.copy().release();
        return item;
    }
    auto total = Ref<Object>::share(*self.total);
    auto next = self.function ? TRY(call(ts, *self.function, {total.get(), item.get()}))
                              : TRY(binary(ts, BinaryOp::add, *total, *item));
    replace_field(ts, self.total, next.copy().release());
    return next;
}
Result<Ref<Object>> accumulate_reduce(Attached ts, Accumulate& self) {
    Object* function = self.function ? self.function : &none();
    if (self.initial) {
        auto first = TRY(tuple_of(ts, {self.initial}));
        auto sources = TRY(tuple_of(ts, {first.get(), self.iterator}));
        auto chain = TRY(make_chain(ts, it_chain_type(), *sources));
        auto args = TRY(tuple_of(ts, {chain.get(), function}));
        return tuple_of(ts, {self.type, args.get(), &none()});
    }
    if (self.total && is_none(*self.total)) {
        // None as a state would mean "no total yet": a fresh one that skips its first item says the same.
        auto first = TRY(tuple_of(ts, {self.total}));
        auto sources = TRY(tuple_of(ts, {first.get(), self.iterator}));
        auto chain = TRY(make_chain(ts, it_chain_type(), *sources));
        auto fresh = TRY(call(ts, *self.type, {chain.get(), function}));
        auto one = small_int(1);
        auto args = TRY(tuple_of(ts, {fresh.get(), one.get(), &none()}));
        return tuple_of(ts, {&it_islice_type(), args.get()});
    }
    auto args = TRY(tuple_of(ts, {self.iterator, function}));
    if (!self.total) return tuple_of(ts, {self.type, args.get()});
    return tuple_of(ts, {self.type, args.get(), self.total});
}
Result<void> accumulate_setstate(Attached ts, Accumulate& self, Object& state) {
    replace_field(ts, self.total, is_none(state) ? nullptr : shared(&state));
    return {};
}
constexpr Method accumulate_methods[] = {
    method<accumulate_reduce>("__reduce__($self, /)", kReduceDoc),
    method<accumulate_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// Common to all types here.

template <auto NextFn, auto NewFn>
constexpr TypeSpec iterator_spec(const char* name, const char* doc, const Method* methods) {
    return {
        .name = name,
        .doc = doc,
        .flags = kTypeBaseType,
        .methods = methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<NextFn>,
        .tp_new = slot<NewFn>,
    };
}
constexpr TypeSpec with_repr(TypeSpec s, SlotPair<UnaryFn> f) {
    s.repr = f;
    return s;
}

}  // namespace

constexpr TypeSpec it_count_spec =
    with_repr(with_gc<Count, &Count::big, &Count::step>(iterator_spec<count_next, count_new>(
                  "itertools.count",
                  "count(start=0, step=1)\n--\n\nYields start and then, without end, always step more.",
                  count_methods)),
              typed_slot<count_repr>);
constexpr TypeSpec it_cycle_spec =
    with_gc<Cycle, &Cycle::iterator, &Cycle::saved>(iterator_spec<cycle_next, cycle_new>(
        "itertools.cycle", "cycle(iterable, /)\n--\n\nYields the items over and over.", cycle_methods));
constexpr TypeSpec it_repeat_spec =
    with_repr(with_gc<Repeat, &Repeat::element>(iterator_spec<repeat_next, repeat_new>(
                  "itertools.repeat", "Yields the object again and again, times times if that is given.",
                  repeat_methods)),
              typed_slot<repeat_repr>);
constexpr TypeSpec it_chain_spec =
    with_gc<Chain, &Chain::source, &Chain::active>(iterator_spec<chain_next, chain_new>(
        "itertools.chain", "Yields the items of the first iterable, then of the second, and so on.",
        chain_methods));
constexpr TypeSpec it_compress_spec = with_gc<Pair, &Pair::first, &Pair::second>(
    iterator_spec<compress_next, compress_new>("itertools.compress",
                                               "compress(data, selectors)\n--\n\nYields the items of data "
                                               "for which the item of selectors at the same place is true.",
                                               pair_methods));
constexpr TypeSpec it_dropwhile_spec = with_gc<Pair, &Pair::first, &Pair::second>(
    iterator_spec<dropwhile_next, function_and_iterable<kDropwhile>>(
        "itertools.dropwhile",
        "dropwhile(predicate, iterable, /)\n--\n\nYields the items from the first one on for which predicate "
        "gives something false.",
        flagged_methods));
constexpr TypeSpec it_takewhile_spec = with_gc<Pair, &Pair::first, &Pair::second>(
    iterator_spec<takewhile_next, function_and_iterable<kTakewhile>>(
        "itertools.takewhile",
        "takewhile(predicate, iterable, /)\n--\n\nYields the items in front of the first one for which "
        "predicate gives something false.",
        flagged_methods));
constexpr TypeSpec it_filterfalse_spec = with_gc<Pair, &Pair::first, &Pair::second>(
    iterator_spec<filterfalse_next, function_and_iterable<kFilterfalse>>(
        "itertools.filterfalse",
        "filterfalse(function, iterable, /)\n--\n\nYields the items for which function gives something "
        "false; with None, the items that are false themselves.",
        pair_methods));
constexpr TypeSpec it_starmap_spec =
    with_gc<Pair, &Pair::first, &Pair::second>(iterator_spec<starmap_next, function_and_iterable<kStarmap>>(
        "itertools.starmap", "starmap(function, iterable, /)\n--\n\nYields function(*item) for every item.",
        pair_methods));
constexpr TypeSpec it_pairwise_spec =
    with_gc<Pairwise, &Pairwise::iterator, &Pairwise::old>(iterator_spec<pairwise_next, pairwise_new>(
        "itertools.pairwise",
        "pairwise(iterable, /)\n--\n\nYields every item but the last, paired with the one that comes next.",
        nullptr));
constexpr TypeSpec it_accumulate_spec =
    with_gc<Accumulate, &Accumulate::total, &Accumulate::iterator, &Accumulate::function,
            &Accumulate::initial>(iterator_spec<accumulate_next, accumulate_new>(
        "itertools.accumulate",
        "accumulate(iterable, func=None, *, initial=None)\n--\n\nReturn series of accumulated sums.",
        accumulate_methods));

}  // namespace baton
