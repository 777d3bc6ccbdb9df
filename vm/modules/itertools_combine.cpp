// itertools that enumerate selections of a pool: product, permutations, combinations,
// combinations_with_replacement.
//
// All four hold their pools as tuples and a row of indices; next() advances the row and reads the items off.
// `started` is false until the first row, which is the initial one, has been given out.
#include <cstdlib>

#include "runtime/call.h"
#include "runtime/long_loop.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/itertools_types.h"

namespace baton {

namespace {

struct Selection : Object {
    Tuple* pools;    // product: one tuple per position; the others: a single tuple of items
    Index* indices;  // positions in the pool(s); malloc
    Index* cycles;   // permutations only; malloc
    Index width;     // items per result
    uint32_t steps;  // runtime/long_loop.h
    bool started, stopped;
};

int selection_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<Selection*>(o)->pools, visit, arg);
}
int selection_clear(Object* o) {
    auto& self = *static_cast<Selection*>(o);
    self.stopped = true;
    if (Tuple* old = std::exchange(self.pools, nullptr)) decref_unattached(old);
    return 0;
}
void selection_dealloc(Attached ts, Selection& self) {
    gc_untrack(&self);
    std::free(self.indices);
    std::free(self.cycles);
    xdecref(ts, static_cast<Object*>(self.pools));
    free_instance(ts, self);
}

Result<Index*> index_row(Attached ts, Index n) {
    auto* row = static_cast<Index*>(std::calloc(n ? static_cast<size_t>(n) : 1, sizeof(Index)));
    if (!row) return raise_no_memory(ts);
    return row;
}

Result<Ref<Selection>> make_selection(Attached ts, Type& cls, Ref<Tuple> pools, Index width) {
    auto self = TRY(new_instance<Selection>(ts, cls));
    self->pools = pools.release();
    self->width = width;
    gc_track(ts, self.get());
    self->indices = TRY(index_row(ts, width));
    return self;
}

// The items at the current row.
template <class Pick>
Result<Ref<Tuple>> row_of(Attached ts, Selection& self, Pick pick) {
    auto result = TRY(tuple_alloc(ts, self.width));
    for (Index i = 0; i < self.width; ++i) {
        Object* o = pick(i);
        incref(o);
        result->item[i] = o;
    }
    return tuple_finish(ts, std::move(result));
}
Next pool_row(Attached ts, Selection& self) {
    auto row = TRY(row_of(ts, self, [&](Index i) { return self.pools->item[self.indices[i]]; }));
    return row;
}

Result<Ref<Tuple>> index_tuple(Attached ts, const Index* values, Index n) {
    auto t = TRY(tuple_alloc(ts, n));
    for (Index i = 0; i < n; ++i) t->item[i] = TRY(box_int(ts, values[i])).release();
    return tuple_finish(ts, std::move(t));
}
// Reads n indices, each brought into 0..limit(i).
template <class Limit>
Result<void> restore_indices(Attached ts, Object& state, Index* into, Index n, Limit limit) {
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != n)
        return raise(ts, Exc::ValueError, "invalid arguments");
    auto& t = static_cast<Tuple&>(state);
    for (Index i = 0; i < n; ++i) {
        Index v = TRY(as_index(ts, *t.item[i], Exc::OverflowError));
        Index most = limit(i);
        into[i] = v > most ? most : v < 0 ? 0 : v;
    }
    return {};
}

// ---- product ----

Tuple& pool_at(Selection& self, Index i) {
    return static_cast<Tuple&>(*self.pools->item[i]);
}

Result<Ref<Object>> product_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Index repeat = 1;
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        auto& name = static_cast<Str&>(*kwnames->item[i]);
        if (kwnames->size > 1) {
            return raise(ts, Exc::TypeError, "product() takes at most 1 keyword argument ({} given)",
                         kwnames->size);
        }
        if (!str_eq_ascii(name, "repeat")) {
            auto shown = TRY(show_str(ts, name));
            return raise(ts, Exc::TypeError, "'{}' is an invalid keyword argument for product()", shown.view);
        }
        repeat = TRY(convert_index(ts, args[nargs + static_cast<size_t>(i)]));
        if (repeat < 0) return raise(ts, Exc::ValueError, "repeat argument cannot be negative");
    }
    auto given = static_cast<Index>(nargs);
    Index width;
    if (__builtin_mul_overflow(given, repeat, &width) || width > (Index{1} << 40)) {
        return raise(ts, Exc::OverflowError, "repeat argument too large");
    }
    if (repeat == 0) given = 0;
    auto pools = TRY(tuple_alloc(ts, width));
    for (Index i = 0; i < given; ++i) {
        Object* iterable = TRY(box_in_place(ts, args[i]));
        pools->item[i] = TRY(to_tuple(ts, *iterable)).release();
    }
    for (Index i = given; i < width; ++i) {
        incref(pools->item[i - given]);
        pools->item[i] = pools->item[i - given];
    }
    auto finished = tuple_finish(ts, std::move(pools));
    return make_selection(ts, cls, std::move(finished), width);
}

Next product_next(Attached ts, Selection& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (self.stopped) return Next::done();
    if (!self.started) {
        self.started = true;
        for (Index i = 0; i < self.width; ++i) {
            if (pool_at(self, i).size == 0) self.stopped = true;
        }
    } else {
        Index i = self.width - 1;
        for (; i >= 0; --i) {
            if (++self.indices[i] < pool_at(self, i).size) break;
            self.indices[i] = 0;
        }
        if (i < 0) self.stopped = true;
    }
    if (self.stopped) return Next::done();
    auto row = TRY(row_of(ts, self, [&](Index i) { return pool_at(self, i).item[self.indices[i]]; }));
    return row;
}

Result<Ref<Object>> product_reduce(Attached ts, Selection& self) {
    if (self.stopped) {
        auto args = TRY(tuple_of(ts, {empty_tuple().get()}));
        return tuple_of(ts, {self.type, args.get()});
    }
    if (!self.started) return tuple_of(ts, {self.type, self.pools});
    auto state = TRY(index_tuple(ts, self.indices, self.width));
    return tuple_of(ts, {self.type, self.pools, state.get()});
}
Result<void> product_setstate(Attached ts, Selection& self, Object& state) {
    for (Index i = 0; i < self.width; ++i) {
        if (pool_at(self, i).size == 0) {
            self.stopped = true;
            return {};
        }
    }
    TRY(restore_indices(ts, state, self.indices, self.width,
                        [&](Index i) { return pool_at(self, i).size - 1; }));
    self.started = true;
    return {};
}
constexpr Method product_methods[] = {
    method<product_reduce>("__reduce__($self, /)", kReduceDoc),
    method<product_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- permutations ----

constexpr Signature kPermutationsSignature = parse_signature("permutations(iterable, r=None)");

Result<Ref<Object>> permutations_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kPermutationsSignature, args, nargs, kwnames, bound));
    Object* iterable = TRY(box_in_place(ts, *bound[0]));
    auto pool = TRY(to_tuple(ts, *iterable));
    Index n = pool->size, r = n;
    if (bound[1]) {
        Object* width = TRY(box_in_place(ts, *bound[1]));
        if (!is_none(*width)) {
            if (!is_int(*width)) return raise(ts, Exc::TypeError, "Expected int as r");
            r = TRY(as_index(ts, *width, Exc::OverflowError));
            if (r < 0) return raise(ts, Exc::ValueError, "r must be non-negative");
        }
    }
    auto self = TRY(make_selection(ts, cls, std::move(pool), 0));
    std::free(std::exchange(self->indices, nullptr));
    self->indices = TRY(index_row(ts, n));
    Index rows = r > n ? 0 : r;
    self->cycles = TRY(index_row(ts, rows));
    self->width = r;
    for (Index i = 0; i < n; ++i) self->indices[i] = i;
    for (Index i = 0; i < rows; ++i) self->cycles[i] = n - i;
    self->stopped = r > n;
    return self;
}

Next permutations_next(Attached ts, Selection& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (self.stopped) return Next::done();
    if (!self.started) {
        self.started = true;
        return pool_row(ts, self);
    }
    Index n = self.pools->size;
    for (Index i = self.width - 1; i >= 0; --i) {
        Index* at = self.indices;
        if (--self.cycles[i] == 0) {
            Index first = at[i];
            for (Index j = i; j < n - 1; ++j) at[j] = at[j + 1];
            at[n - 1] = first;
            self.cycles[i] = n - i;
        } else {
            std::swap(at[i], at[n - self.cycles[i]]);
            return pool_row(ts, self);
        }
    }
    self.stopped = true;
    return Next::done();
}

Result<Ref<Object>> width_args(Attached ts, Selection& self, Object& pool) {
    auto width = TRY(box_int(ts, self.width));
    return tuple_of(ts, {&pool, width.get()});
}
// Permutations keep a place for each item of the pool, and the cycles of the positions.
Result<Index> selection_sizeof(Attached, Selection& self) {
    Index rows = self.indices ? self.width : 0;
    if (self.cycles && self.pools) rows += self.pools->size;
    return self.type->basicsize + rows * static_cast<Index>(sizeof(Index));
}
constexpr const char* kSizeDoc = "Bytes that the iterator takes, with its positions.";

Result<Ref<Object>> selection_reduce(Attached ts, Selection& self) {
    auto args = TRY(width_args(ts, self, self.stopped ? *empty_tuple() : *self.pools));
    if (!self.started || self.stopped) {
        if (self.stopped &&
            self.width == 0) {  // () has one selection of none, which has been given out: ask for one
            auto one = small_int(1);
            args = TRY(tuple_of(ts, {empty_tuple().get(), one.get()}));
        }
        return tuple_of(ts, {self.type, args.get()});
    }
    if (!self.cycles) {
        auto state = TRY(index_tuple(ts, self.indices, self.width));
        return tuple_of(ts, {self.type, args.get(), state.get()});
    }
    auto indices = TRY(index_tuple(ts, self.indices, self.pools->size));
    auto cycles = TRY(index_tuple(ts, self.cycles, self.width));
    auto state = TRY(tuple_of(ts, {indices.get(), cycles.get()}));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<void> permutations_setstate(Attached ts, Selection& self, Object& state) {
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != 2)
        return raise(ts, Exc::ValueError, "invalid arguments");
    auto& t = static_cast<Tuple&>(state);
    Index n = self.pools->size;
    if (self.width > n) return raise(ts, Exc::ValueError, "invalid arguments");
    TRY(restore_indices(ts, *t.item[0], self.indices, n, [&](Index) { return n - 1; }));
    TRY(restore_indices(ts, *t.item[1], self.cycles, self.width, [&](Index i) { return n - i; }));
    for (Index i = 0; i < self.width; ++i) {
        if (self.cycles[i] < 1) self.cycles[i] = 1;
    }
    self.started = true;
    return {};
}
constexpr Method permutations_methods[] = {
    method<selection_sizeof>("__sizeof__($self, /)", kSizeDoc),
    method<selection_reduce>("__reduce__($self, /)", kReduceDoc),
    method<permutations_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- combinations, with and without replacement ----

constexpr Signature kCombinationsSignature = parse_signature("combinations(iterable, r)");
constexpr Signature kRepeatedSignature = parse_signature("combinations_with_replacement(iterable, r)");

template <bool Replacement>
Result<Ref<Object>> combinations_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, Replacement ? kRepeatedSignature : kCombinationsSignature, args, nargs, kwnames,
                       bound));
    Index r = TRY(convert_index(ts, *bound[1]));
    Object* iterable = TRY(box_in_place(ts, *bound[0]));
    auto pool = TRY(to_tuple(ts, *iterable));
    if (r < 0) return raise(ts, Exc::ValueError, "r must be non-negative");
    Index n = pool->size;
    bool none_at_all = Replacement ? n == 0 && r > 0 : r > n;
    auto self = TRY(make_selection(ts, cls, std::move(pool), none_at_all ? 0 : r));
    self->width = r;
    self->stopped = none_at_all;
    if (!Replacement && !none_at_all) {
        for (Index i = 0; i < r; ++i) self->indices[i] = i;
    }
    return self;
}

template <bool Replacement>
Next combinations_next(Attached ts, Selection& self) {
    TRY(step_of_long_loop(ts, self.steps));
    if (self.stopped) return Next::done();
    if (!self.started) {
        self.started = true;
        return pool_row(ts, self);
    }
    Index n = self.pools->size, r = self.width;
    auto last = [&](Index i) { return Replacement ? n - 1 : i + n - r; };
    Index i = r - 1;
    while (i >= 0 && self.indices[i] == last(i)) --i;
    if (i < 0) {
        self.stopped = true;
        return Next::done();
    }
    Index v = ++self.indices[i];
    for (Index j = i + 1; j < r; ++j) self.indices[j] = Replacement ? v : ++v;
    return pool_row(ts, self);
}

template <bool Replacement>
Result<void> combinations_setstate(Attached ts, Selection& self, Object& state) {
    Index n = self.pools->size, r = self.width;
    if (self.stopped) return raise(ts, Exc::ValueError, "invalid arguments");
    TRY(restore_indices(ts, state, self.indices, r,
                        [&](Index i) { return Replacement ? n - 1 : i + n - r; }));
    self.started = true;
    return {};
}
template <bool Replacement>
constexpr Method combinations_methods[] = {
    method<selection_sizeof>("__sizeof__($self, /)", kSizeDoc),
    method<selection_reduce>("__reduce__($self, /)", kReduceDoc),
    method<combinations_setstate<Replacement>>("__setstate__($self, state, /)", kStateDoc),
    {},
};

template <auto NextFn, auto NewFn>
constexpr TypeSpec selection_spec(const char* name, const char* doc, const Method* methods) {
    return {
        .name = name,
        .doc = doc,
        .basicsize = sizeof(Selection),
        .flags = kTypeBaseType | kTypeHasGc,
        .traverse = selection_traverse,
        .clear = selection_clear,
        .methods = methods,
        .dealloc = typed_slot<selection_dealloc>,
        .iter = slot<return_self>,
        .iternext = typed_slot<NextFn>,
        .tp_new = slot<NewFn>,
    };
}

}  // namespace

constexpr TypeSpec it_product_spec = selection_spec<product_next, product_new>(
    "itertools.product",
    "product(*iterables, repeat=1) --> product object\n\nEvery tuple that has one item of each iterable; the "
    "last place changes fastest.\nWith repeat, as if the iterables were given that many times.",
    product_methods);
constexpr TypeSpec it_permutations_spec = selection_spec<permutations_next, permutations_new>(
    "itertools.permutations",
    "permutations(iterable, r=None)\n--\n\nEvery choice of r items in tuples, in every order; all the items "
    "if r is left out.",
    permutations_methods);
constexpr TypeSpec it_combinations_spec = selection_spec<combinations_next<false>, combinations_new<false>>(
    "itertools.combinations",
    "combinations(iterable, r)\n--\n\nEvery choice of r items in tuples, in the order in which the items "
    "come.",
    combinations_methods<false>);
constexpr TypeSpec it_combinations_repeat_spec =
    selection_spec<combinations_next<true>, combinations_new<true>>(
        "itertools.combinations_with_replacement",
        "combinations_with_replacement(iterable, r)\n--\n\nEvery choice of r items in tuples, where an item "
        "can be chosen more than once.",
        combinations_methods<true>);

}  // namespace baton
