// itertools that look ahead or share: islice, groupby, tee, zip_longest.
#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/itertools_types.h"

namespace baton {

namespace {

// ---- islice ----

struct Islice : Object {
    Object* iterator;               // null when exhausted
    Index next, stop, step, count;  // stop -1: no end
};

Result<Index> slice_argument(Attached ts, Object& o, Index missing, const char* text) {
    if (is_none(o)) return missing;
    if (has_index(o)) {
        auto i = TRY(number_index(ts, o));
        int overflow;
        int64_t v = int_as_int64(*i, &overflow);
        if (!overflow && v >= 0) return v;
    }
    return raise(ts, Exc::ValueError, "{}", text);
}

constexpr const char* kStopText =
    "Stop argument for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr const char* kIndexText = "Indices for islice() must be None or an integer: 0 <= x <= sys.maxsize.";
constexpr const char* kStepText = "Step for islice() must be a positive integer or None.";

Result<Ref<Object>> islice_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, it_islice_type())) TRY(no_keywords(ts, "islice", kwnames));
    TRY(positional_count(ts, "islice", nargs, 2, 4));
    TRY(box_all(ts, args, nargs));
    Index start = 0, stop, step = 1;
    if (nargs == 2) {
        stop = TRY(slice_argument(ts, *args[1].object(), -1, kStopText));
    } else {
        start = TRY(slice_argument(ts, *args[1].object(), 0, kIndexText));
        stop = TRY(slice_argument(ts, *args[2].object(), -1, kStopText));
    }
    if (nargs == 4) {
        step = TRY(slice_argument(ts, *args[3].object(), 1, kStepText));
        if (step < 1) return raise(ts, Exc::ValueError, "{}", kStepText);
    }
    auto iterator = TRY(get_iter(ts, *args[0].object()));
    auto self = TRY(new_instance<Islice>(ts, cls));
    self->iterator = iterator.release();
    self->next = start;
    self->stop = stop;
    self->step = step;
    gc_track(ts, self.get());
    return self;
}

Next islice_end(Attached ts, Islice& self, Next step) {
    auto keep = fetch(ts);
    replace_field<Object>(ts, self.iterator, nullptr);
    if (keep) restore(ts, std::move(keep).take());
    return step;
}

Next islice_next(Attached ts, Islice& self) {
    if (!self.iterator) return Next::done();
    auto iterator = Ref<Object>::share(*self.iterator);
    while (self.count < self.next) {
        Next step = iter_next(ts, *iterator);
        if (!step.has_item()) return islice_end(ts, self, std::move(step));
        ++self.count;
    }
    if (self.stop != -1 && self.count >= self.stop) return islice_end(ts, self, Next::done());
    Next step = iter_next(ts, *iterator);
    if (!step.has_item()) return islice_end(ts, self, std::move(step));
    ++self.count;
    Index following;
    if (__builtin_add_overflow(self.next, self.step, &following)) following = PTRDIFF_MAX;
    self.next = self.stop != -1 && following > self.stop ? self.stop : following;
    return step;
}

Result<Ref<Object>> islice_reduce(Attached ts, Islice& self) {
    if (!self.iterator) {
        auto empty = TRY(get_iter(ts, *empty_tuple()));
        auto zero = small_int(0);
        auto args = TRY(tuple_of(ts, {empty.get(), zero.get()}));
        return tuple_of(ts, {self.type, args.get(), zero.get()});
    }
    Ref<Object> stop = Ref<Object>::share(none());
    if (self.stop != -1) stop = TRY(box_int(ts, self.stop));
    auto next = TRY(box_int(ts, self.next));
    auto step = TRY(box_int(ts, self.step));
    auto count = TRY(box_int(ts, self.count));
    auto args = TRY(tuple_of(ts, {self.iterator, next.get(), stop.get(), step.get()}));
    return tuple_of(ts, {self.type, args.get(), count.get()});
}
Result<void> islice_setstate(Attached ts, Islice& self, Object& state) {
    self.count = TRY(as_index(ts, state, Exc::OverflowError));
    return {};
}
constexpr Method islice_methods[] = {
    method<islice_reduce>("__reduce__($self, /)", kReduceDoc),
    method<islice_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- groupby ----

struct Groupby : Object {
    Object* iterator;
    Object* key_function;  // null: the item itself
    Object* target_key;
    Object* current_key;
    Object* current_value;  // read from the iterator, not given out yet
    const void* group;      // the group that may still take items; not a reference
};
struct Grouper : Object {
    Object* parent;
    Object* target_key;
};

constexpr Signature kGroupbySignature = parse_signature("groupby(iterable, key=None)");

Result<Ref<Object>> groupby_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kGroupbySignature, args, nargs, kwnames, bound));
    Object* iterable = TRY(box_in_place(ts, *bound[0]));
    Object* key = nullptr;
    if (bound[1]) key = TRY(box_in_place(ts, *bound[1]));
    if (key && is_none(*key)) key = nullptr;
    auto iterator = TRY(get_iter(ts, *iterable));
    auto self = TRY(new_instance<Groupby>(ts, cls));
    self->iterator = iterator.release();
    self->key_function = shared(key);
    gc_track(ts, self.get());
    return self;
}

// Reads one item and its key. False: the end.
Result<bool> groupby_step(Attached ts, Groupby& self) {
    Next step = iter_next(ts, *self.iterator);
    if (step.raised()) return already_raised();
    if (step.is_done()) return false;
    auto item = step.take();
    auto key = self.key_function ? TRY(call(ts, *self.key_function, {item.get()})) : item.copy();
    replace_field(ts, self.current_value, item.release());
    replace_field(ts, self.current_key, key.release());
    return true;
}

Next groupby_next(Attached ts, Groupby& self) {
    self.group = nullptr;
    for (;;) {  // skips what is left of the last group
        if (self.current_key) {
            if (!self.target_key) break;
            auto a = Ref<Object>::share(*self.target_key);
            auto b = Ref<Object>::share(*self.current_key);
            if (!TRY(equal(ts, *a, *b))) break;
        }
        if (!TRY(groupby_step(ts, self))) return Next::done();
    }
    replace_field(ts, self.target_key, shared(self.current_key));
    auto group = TRY(new_gc_object<Grouper>(ts, it_grouper_type()));
    group->parent = shared(&self);
    group->target_key = shared(self.target_key);
    gc_track(ts, group.get());
    self.group = group.get();
    auto pair = TRY(tuple_of(ts, {self.current_key, group.get()}));
    return pair;
}

Next grouper_next(Attached ts, Grouper& self) {
    auto& parent = static_cast<Groupby&>(*self.parent);
    if (parent.group != &self) return Next::done();
    if (!parent.current_value) {
        if (!TRY(groupby_step(ts, parent))) return Next::done();
    }
    auto target = Ref<Object>::share(*self.target_key);
    auto current = Ref<Object>::share(*parent.current_key);
    if (!TRY(equal(ts, *target, *current))) return Next::done();
    if (!parent.current_value) return Next::done();  // the comparison has taken it
    auto item = Ref<Object>::steal(std::exchange(parent.current_value, nullptr));
    replace_field<Object>(ts, parent.current_key, nullptr);
    return item;
}

Result<Ref<Object>> grouper_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "_grouper", kwnames));
    TRY(positional_count(ts, "_grouper", nargs, 2, 2));
    TRY(box_all(ts, args, 2));
    if (!is_instance_exact(*args[0].object(), it_groupby_type())) {
        return raise(ts, Exc::TypeError, "_grouper() argument 1 must be itertools.groupby, not {}",
                     type_name(*args[0].object()));
    }
    auto self = TRY(new_instance<Grouper>(ts, cls));
    self->parent = shared(args[0].object());
    self->target_key = shared(args[1].object());
    static_cast<Groupby&>(*self->parent).group = self.get();
    gc_track(ts, self.get());
    return self;
}

// A group whose parent has gone on is an empty iterator.
Result<Ref<Object>> grouper_reduce(Attached ts, Grouper& self) {
    if (static_cast<Groupby&>(*self.parent).group != &self) {
        auto iter = TRY(builtin(ts, id(Name::iter)));
        auto nothing = TRY(tuple_of(ts, {empty_tuple().get()}));
        return tuple_of(ts, {iter.get(), nothing.get()});
    }
    auto args = TRY(tuple_of(ts, {self.parent, self.target_key}));
    return tuple_of(ts, {self.type, args.get()});
}
constexpr Method grouper_methods[] = {method<grouper_reduce>("__reduce__($self, /)", kReduceDoc), {}};

Result<Ref<Object>> groupby_reduce(Attached ts, Groupby& self) {
    Object* key = self.key_function ? self.key_function : &none();
    auto args = TRY(tuple_of(ts, {self.iterator, key}));
    if (!self.target_key || !self.current_key || !self.current_value)
        return tuple_of(ts, {self.type, args.get()});
    auto state = TRY(tuple_of(ts, {self.current_value, self.target_key, self.current_key}));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<void> groupby_setstate(Attached ts, Groupby& self, Object& state) {
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != 3)
        return raise(ts, Exc::TypeError, "state is not a tuple");
    auto& t = static_cast<Tuple&>(state);
    replace_field(ts, self.current_value, shared(t.item[0]));
    replace_field(ts, self.target_key, shared(t.item[1]));
    replace_field(ts, self.current_key, shared(t.item[2]));
    return {};
}
constexpr Method groupby_methods[] = {
    method<groupby_reduce>("__reduce__($self, /)", kReduceDoc),
    method<groupby_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

// ---- tee: a linked list of blocks that all branches read, each from its own place ----

constexpr Index kBlockItems = 57;

struct TeeData : Object {
    Object* iterator;
    Object* next_block;
    Index read;  // items so far
    bool reading;
    Object* items[kBlockItems];
};
struct Tee : Object {
    Object* block;
    Index at;
    Object* weakreflist;
};

int tee_data_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<TeeData*>(o);
    if (int r = visit_fields(visit, arg, self.iterator, self.next_block)) return r;
    for (Index i = 0; i < self.read; ++i) {
        if (int r = visit_field(self.items[i], visit, arg)) return r;
    }
    return 0;
}
int tee_data_clear(Object* o) {
    auto& self = *static_cast<TeeData*>(o);
    Index n = std::exchange(self.read, 0);
    if (Object* old = std::exchange(self.iterator, nullptr)) decref_unattached(old);
    for (Index i = 0; i < n; ++i) decref_unattached(self.items[i]);
    // A long chain of blocks that nobody else holds is taken apart in a loop.
    Object* next = std::exchange(self.next_block, nullptr);
    while (next && next->refcnt == 1 && next->type == self.type) {
        Object* after = std::exchange(static_cast<TeeData*>(next)->next_block, nullptr);
        decref_unattached(next);
        next = after;
    }
    if (next) decref_unattached(next);
    return 0;
}
void tee_data_dealloc(Attached ts, TeeData& self) {
    gc_untrack(&self);
    tee_data_clear(&self);
    free_instance(ts, self);
}

Result<Ref<TeeData>> tee_block(Attached ts, Object& iterator) {
    auto block = TRY(new_gc_object<TeeData>(ts, it_tee_data_type()));
    block->iterator = shared(&iterator);
    block->next_block = nullptr;
    block->read = 0;
    block->reading = false;
    gc_track(ts, block.get());
    return block;
}

Next tee_data_item(Attached ts, TeeData& self, Index i) {
    if (i < self.read) return Ref<Object>::share(*self.items[i]);
    if (self.reading) return raise(ts, Exc::RuntimeError, "cannot re-enter the tee iterator");
    self.reading = true;
    Next step = iter_next(ts, *self.iterator);
    self.reading = false;
    if (!step.has_item()) return step;
    auto item = step.take();
    self.items[self.read++] = item.copy().release();
    return item;
}

Next tee_next(Attached ts, Tee& self) {
    if (self.at >= kBlockItems) {
        auto& block = static_cast<TeeData&>(*self.block);
        if (!block.next_block) block.next_block = TRY(tee_block(ts, *block.iterator)).release();
        replace_field(ts, self.block, shared(block.next_block));
        self.at = 0;
    }
    auto block = Ref<Object>::share(*self.block);
    Next step = tee_data_item(ts, static_cast<TeeData&>(*block), self.at);
    if (step.has_item()) ++self.at;
    return step;
}

Result<Ref<Object>> tee_branch(Attached ts, Object& block, Index at) {
    auto self = TRY(new_gc_object<Tee>(ts, it_tee_type()));
    self->block = shared(&block);
    self->at = at;
    self->weakreflist = nullptr;
    gc_track(ts, self.get());
    return self;
}
Result<Ref<Object>> tee_copy(Attached ts, Tee& self) {
    return tee_branch(ts, *self.block, self.at);
}

Result<Ref<Object>> tee_of(Attached ts, Object& iterable) {
    auto iterator = TRY(get_iter(ts, iterable));
    if (is_exact(*iterator, it_tee_type())) return tee_copy(ts, static_cast<Tee&>(*iterator));
    auto block = TRY(tee_block(ts, *iterator));
    return tee_branch(ts, *block, 0);
}
Result<Ref<Object>> tee_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "_tee", kwnames));
    TRY(positional_count(ts, "_tee", nargs, 1, 1));
    Object* iterable = TRY(box_in_place(ts, args[0]));
    return tee_of(ts, *iterable);
}
void tee_dealloc(Attached ts, Tee& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    xdecref(ts, self.block);
    free_instance(ts, self);
}
Result<Ref<Object>> tee_reduce(Attached ts, Tee& self) {
    auto args = TRY(tuple_of(ts, {empty_tuple().get()}));
    auto at = TRY(box_int(ts, self.at));
    auto state = TRY(tuple_of(ts, {self.block, at.get()}));
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<void> tee_setstate(Attached ts, Tee& self, Object& state) {
    if (!is_tuple(state) || static_cast<Tuple&>(state).size != 2 ||
        !is_exact(*static_cast<Tuple&>(state).item[0], it_tee_data_type())) {
        return raise(ts, Exc::TypeError, "state is not a tuple");
    }
    auto& t = static_cast<Tuple&>(state);
    Index at = TRY(as_index(ts, *t.item[1], Exc::OverflowError));
    if (at < 0 || at > kBlockItems) return raise(ts, Exc::ValueError, "Index out of range");
    replace_field(ts, self.block, shared(t.item[0]));
    self.at = at;
    return {};
}
constexpr Method tee_methods[] = {
    method<tee_copy>("__copy__($self, /)", "Another iterator that stands at the same place."),
    method<tee_reduce>("__reduce__($self, /)", kReduceDoc),
    method<tee_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

Result<Ref<Object>> tee_data_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(no_keywords(ts, "teedataobject", kwnames));
    TRY(positional_count(ts, "teedataobject", nargs, 3, 3));
    TRY(box_all(ts, args, 3));
    Object &values = *args[1].object(), &next = *args[2].object();
    if (!is_list(values)) {
        return raise(ts, Exc::TypeError, "teedataobject() argument 2 must be list, not {}",
                     type_name(values));
    }
    auto& list = static_cast<List&>(values);
    if (list.size > kBlockItems) return raise(ts, Exc::ValueError, "Invalid arguments");
    auto block = TRY(tee_block(ts, *args[0].object()));
    for (Index i = 0; i < list.size; ++i) block->items[block->read++] = shared(list.item[i]);
    if (!is_none(next)) {
        if (list.size != kBlockItems || !is_exact(next, it_tee_data_type())) {
            return raise(ts, Exc::ValueError, "Invalid arguments");
        }
        block->next_block = shared(&next);
    }
    return block;
}
Result<Ref<Object>> tee_data_reduce(Attached ts, TeeData& self) {
    auto values = TRY(list_from(ts, self.items, self.read));
    Object* next = self.next_block ? self.next_block : &none();
    auto args = TRY(tuple_of(ts, {self.iterator, values.get(), next}));
    return tuple_of(ts, {self.type, args.get()});
}
constexpr Method tee_data_methods[] = {method<tee_data_reduce>("__reduce__($self, /)", kReduceDoc), {}};

// ---- zip_longest ----

struct ZipLongest : Object {
    Tuple* iterators;  // None where exhausted
    Index active;
    Tuple* result;
    Object* fill;
};

Result<Ref<Object>> zip_longest_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Object* fill = &none();
    for (Index i = 0; kwnames && i < kwnames->size; ++i) {
        if (kwnames->size != 1 || !str_eq_ascii(static_cast<Str&>(*kwnames->item[i]), "fillvalue")) {
            return raise(ts, Exc::TypeError, "zip_longest() got an unexpected keyword argument");
        }
        fill = TRY(box_in_place(ts, args[nargs]));
    }
    auto iterators = TRY(tuple_alloc(ts, static_cast<Index>(nargs)));
    for (size_t i = 0; i < nargs; ++i) {
        Object* iterable = TRY(box_in_place(ts, args[i]));
        iterators->item[i] = TRY(get_iter(ts, *iterable)).release();
    }
    auto finished = tuple_finish(ts, std::move(iterators));
    auto self = TRY(new_instance<ZipLongest>(ts, cls));
    self->iterators = finished.release();
    self->active = static_cast<Index>(nargs);
    self->fill = shared(fill);
    gc_track(ts, self.get());
    return self;
}

Next zip_longest_next(Attached ts, ZipLongest& self) {
    if (self.active == 0) return Next::done();
    auto result = TRY(tuple_alloc(ts, self.iterators->size));
    for (Index i = 0; i < self.iterators->size; ++i) {
        Object* iterator = self.iterators->item[i];
        if (is_none(*iterator)) {
            result->item[i] = shared(self.fill);
            continue;
        }
        Next step = iter_next(ts, *iterator);
        if (step.raised()) {
            self.active = 0;
            return step;
        }
        if (step.has_item()) {
            result->item[i] = step.take().release();
            continue;
        }
        if (--self.active == 0) return Next::done();
        result->item[i] = shared(self.fill);
        replace_field(ts, self.iterators->item[i], &none());
    }
    return tuple_finish(ts, std::move(result));
}

Result<Ref<Object>> zip_longest_reduce(Attached ts, ZipLongest& self) {
    auto args = TRY(tuple_alloc(ts, self.iterators->size));
    for (Index i = 0; i < self.iterators->size; ++i) {
        Object* it = self.iterators->item[i];
        args->item[i] = is_none(*it) ? static_cast<Object*>(empty_tuple().release()) : shared(it);
    }
    auto finished = tuple_finish(ts, std::move(args));
    return tuple_of(ts, {self.type, finished.get(), self.fill});
}
Result<void> zip_longest_setstate(Attached ts, ZipLongest& self, Object& state) {
    replace_field(ts, self.fill, shared(&state));
    return {};
}
constexpr Method zip_longest_methods[] = {
    method<zip_longest_reduce>("__reduce__($self, /)", kReduceDoc),
    method<zip_longest_setstate>("__setstate__($self, state, /)", kStateDoc),
    {},
};

template <auto NextFn, auto NewFn>
constexpr TypeSpec iterator_spec(const char* name, const char* doc, const Method* methods,
                                 unsigned long flags = kTypeBaseType) {
    return {
        .name = name,
        .doc = doc,
        .flags = flags,
        .methods = methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<NextFn>,
        .tp_new = slot<NewFn>,
    };
}
constexpr TypeSpec make_tee() {
    TypeSpec s = with_gc<Tee, &Tee::block>(iterator_spec<tee_next, tee_new>(
        "itertools._tee", "One of the iterators that tee() makes.", tee_methods, 0));
    s.weaklistoffset = offsetof(Tee, weakreflist);
    s.dealloc = typed_slot<tee_dealloc>;
    return s;
}

}  // namespace

constexpr TypeSpec it_islice_spec = with_gc<Islice, &Islice::iterator>(iterator_spec<islice_next, islice_new>(
    "itertools.islice", "The items that a slice with these bounds takes from the iterable.", islice_methods));
constexpr TypeSpec it_groupby_spec = with_gc<
    Groupby, &Groupby::iterator, &Groupby::key_function, &Groupby::target_key, &Groupby::current_key,
    &Groupby::current_value>(iterator_spec<groupby_next, groupby_new>(
    "itertools.groupby",
    "groupby(iterable, key=None)\n--\n\nYields a key and an iterator over the items with that key, for each "
    "run of items whose keys are equal.\nThe key of an item is key(item), or the item itself without key.",
    groupby_methods));
constexpr TypeSpec it_grouper_spec = with_gc<Grouper, &Grouper::parent, &Grouper::target_key>(
    iterator_spec<grouper_next, grouper_new>("itertools._grouper", nullptr, grouper_methods, 0));
constexpr TypeSpec it_tee_spec = make_tee();
constexpr TypeSpec it_tee_data_spec = {
    .name = "itertools._tee_dataobject",
    .doc =
        "teedataobject(iterable, values, next, /)\n--\n\nItems that the iterators of one tee() have yet to "
        "share.",
    .basicsize = sizeof(TeeData),
    .flags = kTypeHasGc,
    .traverse = tee_data_traverse,
    .clear = tee_data_clear,
    .methods = tee_data_methods,
    .dealloc = typed_slot<tee_data_dealloc>,
    .tp_new = slot<tee_data_new>,
};
constexpr TypeSpec it_zip_longest_spec = with_gc<ZipLongest, &ZipLongest::iterators, &ZipLongest::result,
                                                 &ZipLongest::fill>(iterator_spec<zip_longest_next,
                                                                                  zip_longest_new>(
    "itertools.zip_longest",
    "zip_longest(iter1 [,iter2 [...]], [fillvalue=None]) --> zip_longest object\n\nYields tuples that hold "
    "one item of every iterable until all have ended.\nThe place of one that has ended holds fillvalue.",
    zip_longest_methods));

Result<Ref<Object>> it_tee(Attached ts, Object&, Object& iterable, Opt<Index> count) {
    Index n = count.or_else(2);
    if (n < 0) return raise(ts, Exc::ValueError, "n must be >= 0");
    auto result = TRY(tuple_alloc(ts, n));
    if (n == 0) return tuple_finish(ts, std::move(result));
    // An iterator that can copy itself is its own first branch.
    auto iterator = TRY(get_iter(ts, iterable));
    OptRef<Object> copy = TRY(get_attr_opt(ts, *iterator, id(Name::__copy__)));
    auto first = copy ? std::move(iterator) : TRY(tee_of(ts, *iterator));
    if (!copy) copy = TRY(get_attr(ts, *first, id(Name::__copy__)));
    result->item[0] = first.release();
    for (Index i = 1; i < n; ++i) {
        auto branch = TRY(call(ts, *copy));
        result->item[i] = branch.release();
    }
    return tuple_finish(ts, std::move(result));
}

}  // namespace baton
