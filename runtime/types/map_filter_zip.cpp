#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/lazy_iterators.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

constexpr const char* kReduceDoc = "What pickle stores of it.";

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

// iter() of each argument.
Result<Ref<Tuple>> iterators_of(Attached ts, Value* args, size_t n) {
    auto iterators = TRY(tuple_alloc(ts, static_cast<Index>(n)));
    for (size_t i = 0; i < n; ++i) {
        Object* o = TRY(box_in_place(ts, args[i]));
        auto it = TRY(get_iter(ts, *o));
        iterators->item[i] = it.release();
    }
    return tuple_finish(ts, std::move(iterators));
}

// ---- map ----

Result<Ref<Object>> map_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, PyMap_Type)) TRY(no_keywords(ts, "map", kwnames));
    if (nargs < 2) return raise(ts, Exc::TypeError, "map() must have at least two arguments.");
    auto iterators = TRY(iterators_of(ts, args + 1, nargs - 1));
    Object* function = TRY(box_in_place(ts, args[0]));
    auto self = TRY(new_instance<Map>(ts, cls));
    self->iterators = iterators.release();
    self->function = Ref<Object>::share(*function).release();
    gc_track(ts, self.get());
    return self;
}

Next map_next(Attached ts, Map& self) {
    constexpr Index kInline = 6;
    Value memory[kInline + 1];  // the word in front is the callee's scratch
    Value* items = memory + 1;
    Index n = self.iterators->size;
    Value* heap = nullptr;
    if (n > kInline) {
        heap = static_cast<Value*>(allocate(ts, static_cast<size_t>(n + 1) * sizeof(Value)));
        if (!heap) return raise_no_memory(ts);
        items = heap + 1;
    }
    Index have = 0;
    auto finish = [&](Next result) {
        for (Index i = 0; i < have; ++i) drop(ts, items[i]);
        if (heap) free_block(ts, heap);
        return result;
    };
    for (; have < n; ++have) {
        Next step = iter_next(ts, *self.iterators->item[have]);
        if (!step.has_item()) return finish(std::move(step));
        items[have] = unbox(ts, step.take().release());
    }
    auto result = boxed_result(ts, call_value(ts, *self.function, items, static_cast<size_t>(n), nullptr));
    return finish(result.ok() ? Next(result.take()) : Next(already_raised()));
}

Result<Ref<Object>> map_reduce(Attached ts, Map& self) {
    auto args = TRY(tuple_alloc(ts, self.iterators->size + 1));
    args->item[0] = Ref<Object>::share(*self.function).release();
    for (Index i = 0; i < self.iterators->size; ++i) {
        args->item[i + 1] = Ref<Object>::share(*self.iterators->item[i]).release();
    }
    auto finished = tuple_finish(ts, std::move(args));
    return tuple_of(ts, {self.type, finished.get()});
}

constexpr Method map_methods[] = {
    method<map_reduce>("__reduce__($self, /)", kReduceDoc),
    {},
};

// ---- filter ----

Result<Ref<Object>> filter_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, PyFilter_Type)) TRY(no_keywords(ts, "filter", kwnames));
    TRY(positional_count(ts, "filter", nargs, 2, 2));
    TRY(box_all(ts, args, 2));
    auto iterator = TRY(get_iter(ts, *args[1].object()));
    auto self = TRY(new_instance<Filter>(ts, cls));
    self->function = Ref<Object>::share(*args[0].object()).release();
    self->iterator = iterator.release();
    gc_track(ts, self.get());
    return self;
}

Next filter_next(Attached ts, Filter& self) {
    bool by_truth = is_none(*self.function) || self.function == &PyBool_Type;
    for (;;) {
        Next step = iter_next(ts, *self.iterator);
        if (!step.has_item()) return step;
        auto item = step.take();
        bool keep;
        if (by_truth) {
            keep = TRY(is_true(ts, *item));
        } else {
            auto answer = TRY(call(ts, *self.function, {item.get()}));
            keep = TRY(is_true(ts, *answer));
        }
        if (keep) return item;
    }
}

Result<Ref<Object>> filter_reduce(Attached ts, Filter& self) {
    auto args = TRY(tuple_of(ts, {self.function, self.iterator}));
    return tuple_of(ts, {self.type, args.get()});
}

constexpr Method filter_methods[] = {
    method<filter_reduce>("__reduce__($self, /)", kReduceDoc),
    {},
};

// ---- zip ----

Result<Ref<Object>> zip_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    bool strict = false;
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        auto& name = static_cast<Str&>(*kwnames->item[i]);
        if (!str_eq(name, id(Name::strict))) {
            auto shown = TRY(show_str(ts, name));
            return raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for zip()", shown.view);
        }
        strict = TRY(truth(ts, args[nargs + static_cast<size_t>(i)]));
    }
    auto iterators = TRY(iterators_of(ts, args, nargs));
    auto self = TRY(new_instance<Zip>(ts, cls));
    self->count = static_cast<Index>(nargs);
    self->iterators = iterators.release();
    self->strict = strict;
    gc_track(ts, self.get());
    return self;
}

// Iterator `at` ended. In strict mode all must end together.
Next zip_end(Attached ts, Zip& self, Index at) {
    if (!self.strict) return Next::done();
    if (at > 0) {
        return raise(ts, Exc::ValueError, "zip() argument {} is shorter than argument{}{}", at + 1,
                     at == 1 ? " " : "s 1-", at);
    }
    for (Index i = 1; i < self.count; ++i) {
        Next step = iter_next(ts, *self.iterators->item[i]);
        if (step.raised()) return step;
        if (step.has_item()) {
            return raise(ts, Exc::ValueError, "zip() argument {} is longer than argument{}{}", i + 1,
                         i == 1 ? " " : "s 1-", i);
        }
    }
    return Next::done();
}

Next zip_next(Attached ts, Zip& self) {
    if (self.count == 0) return Next::done();
    bool reuse = self.result && self.result->refcnt == 1;
    Ref<Tuple> result = reuse ? Ref<Tuple>::share(*self.result) : TRY(tuple_alloc(ts, self.count));
    for (Index i = 0; i < self.count; ++i) {
        Next step = iter_next(ts, *self.iterators->item[i]);
        if (step.raised()) return step;
        if (step.is_done()) return zip_end(ts, self, i);
        replace_field(ts, result->item[i], step.take().release());
    }
    if (reuse) {
        if (!gc_is_tracked(result.get())) gc_track(ts, result.get());
        return result;
    }
    auto finished = tuple_finish(ts, std::move(result));
    replace_field(ts, self.result, finished.copy().release());
    return finished;
}

Result<Ref<Object>> zip_reduce(Attached ts, Zip& self) {
    if (self.strict) return tuple_of(ts, {self.type, self.iterators, &bool_object(true)});
    return tuple_of(ts, {self.type, self.iterators});
}

Result<void> zip_setstate(Attached ts, Zip& self, Object& state) {
    self.strict = TRY(is_true(ts, state));
    return {};
}

constexpr Method zip_methods[] = {
    method<zip_reduce>("__reduce__($self, /)", kReduceDoc),
    method<zip_setstate>("__setstate__($self, state, /)", "Takes over what pickle stored."),
    {},
};

}  // namespace

constexpr TypeSpec map_spec = with_gc<Map, &Map::iterators, &Map::function>({
    .name = "map",
    .doc = "Calls func with one item of every iterable at a time, as long as each of them has one,\nand "
           "yields what it gives.",
    .flags = kTypeBaseType,
    .methods = map_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<map_next>,
    .tp_new = slot<map_new>,
});

constexpr TypeSpec filter_spec = with_gc<Filter, &Filter::function, &Filter::iterator>({
    .name = "filter",
    .doc = "Yields the items for which function gives something true; with None, the items that are true "
           "themselves.",
    .flags = kTypeBaseType,
    .methods = filter_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<filter_next>,
    .tp_new = slot<filter_new>,
});

constexpr TypeSpec zip_spec = with_gc<Zip, &Zip::iterators, &Zip::result>({
    .name = "zip",
    .doc = "Yields tuples that hold one item of every iterable, until one of them ends.\nWith strict, it is "
           "a ValueError if the others have not ended too.",
    .flags = kTypeBaseType,
    .methods = zip_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<zip_next>,
    .tp_new = slot<zip_new>,
});

}  // namespace baton
