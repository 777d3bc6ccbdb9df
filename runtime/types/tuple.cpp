// tuple: storage, methods and type. Layout in object.h.
#include "runtime/types/tuple.h"

#include <cstring>

#include "runtime/builtins.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_common.h"
#include "runtime/types/slice.h"
#include "runtime/types/table_key.h"

namespace baton {
namespace {

constexpr Index kItemsOffset = sizeof(VarObject);
constexpr size_t tuple_bytes(Index n) {
    return static_cast<size_t>(kItemsOffset + (n < 1 ? 1 : n) * Index{sizeof(Object*)});
}
constexpr Index kMaxItems = (PTRDIFF_MAX - 64) / Index{sizeof(Object*)};

// () is one immortal object. It has a GC header in front, never tracked, because C code may ask for it.
struct EmptyTuple {
    GcHead head;
    Tuple tuple;
};
EmptyTuple empty_storage = {{0, 0}, {{{kImmortalRefcnt, &PyTuple_Type}, 0}, {nullptr}}};

int tuple_traverse(Object* self, VisitProc visit, void* arg) {
    auto& t = static_cast<Tuple&>(*self);
    for (Index i = 0; i < t.size; ++i) {
        if (!t.item[i]) continue;
        if (int r = visit(t.item[i], arg)) return r;
    }
    return 0;
}
void tuple_dealloc(Attached ts, Tuple& self) {
    gc_untrack(&self);
    for (Index i = self.size; i-- > 0;) xdecref(ts, self.item[i]);
    if (is_exact(self, PyTuple_Type))
        gc_free(ts, &self, tuple_bytes(self.size));
    else
        free_instance(ts, self);
}

// tuple(iterable=())
Result<Ref<Object>> tuple_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size && info(cls).init == info(PyTuple_Type).init)
        return raise(ts, Exc::TypeError, "tuple() takes no keyword arguments");
    if (nargs > 1) return raise(ts, Exc::TypeError, "tuple expected at most 1 argument, got {}", nargs);
    auto exact = nargs == 0 ? empty_tuple() : TRY(to_tuple(ts, *TRY(box_in_place(ts, args[0]))));
    if (&cls == &PyTuple_Type) return exact;
    auto made = TRY(allocate_instance(ts, cls, exact->size)).cast<Tuple>();
    for (Index i = 0; i < exact->size; ++i) {
        incref(exact->item[i]);
        made->item[i] = exact->item[i];
    }
    gc_track(ts, made.get());
    return made;
}

Result<Index> tuple_len(Attached, Tuple& self) {
    return self.size;
}
Result<Ref<Object>> tuple_item(Attached ts, Tuple& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "tuple index out of range");
    return Ref<Object>::share(*self.item[i]);
}
Result<Ref<Object>> tuple_subscript(Attached ts, Tuple& self, Object& key) {
    if (has_index(key)) {
        Index i = TRY(as_index(ts, key, Exc::IndexError));
        return tuple_item(ts, self, i < 0 ? i + self.size : i);
    }
    if (!is_exact(key, PySlice_Type)) {
        return raise(ts, Exc::TypeError, "tuple indices must be integers or slices, not {}", type_name(key));
    }
    auto range = TRY(slice_bounds(ts, static_cast<Slice&>(key), self.size));
    if (range.length == self.size && range.step == 1 && is_exact(self, PyTuple_Type))
        return Ref<Object>::share(self);
    auto t = TRY(tuple_alloc(ts, range.length));
    for (Index i = 0, at = range.start; i < range.length; ++i, at += range.step) {
        incref(self.item[at]);
        t->item[i] = self.item[at];
    }
    return range.length ? tuple_finish(ts, std::move(t)) : std::move(t);
}
Result<Ref<Object>> tuple_repeat(Attached ts, Tuple& self, Index n) {
    if (n < 0) n = 0;
    if ((n == 1 || self.size == 0) && is_exact(self, PyTuple_Type)) return Ref<Object>::share(self);
    if (n == 0 || self.size == 0) return empty_tuple();
    if (self.size > kMaxItems / n) return raise_no_memory(ts);
    auto t = TRY(tuple_alloc(ts, self.size * n));
    for (Index k = 0, at = 0; k < n; ++k) {
        for (Index i = 0; i < self.size; ++i) {
            incref(self.item[i]);
            t->item[at++] = self.item[i];
        }
    }
    return tuple_finish(ts, std::move(t));
}
Result<Ref<Object>> tuple_repr(Attached ts, Tuple& self) {
    return sequence_repr(ts, self, "(", ")");
}
Result<Ref<Object>> tuple_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_tuple(a) || !is_tuple(b)) return Ref<Object>::share(not_implemented());
    return sequence_compare(ts, a, b, op);
}
Result<bool> tuple_contains(Attached ts, Object& self, Object& item) {
    return sequence_contains(ts, self, item);
}

Result<Index> tuple_count(Attached ts, Tuple& self, Object& value) {
    return sequence_count(ts, self, value);
}
Result<Index> tuple_index(Attached ts, Tuple& self, Object& value, Object* start, Object* stop) {
    Index from = clamp_bound(TRY(bound_argument(ts, start, 0)), self.size);
    Index to = clamp_bound(TRY(bound_argument(ts, stop, PTRDIFF_MAX)), self.size);
    Index at = TRY(sequence_index_of(ts, self, value, from, to));
    if (at < 0) return raise(ts, Exc::ValueError, "tuple.index(x): x not in tuple");
    return at;
}
Result<Ref<Tuple>> tuple_getnewargs(Attached ts, Tuple& self) {
    auto copy = TRY(tuple_slice(ts, self, 0, self.size));
    return tuple_of(ts, {copy.get()});
}

constexpr Method tuple_methods[] = {
    method<tuple_getnewargs>("__getnewargs__($self, /)", ""),
    method<tuple_index>("index($self, value, start=0, stop=sys.maxsize, /)",
                        "The position of the first item equal to value; ValueError if no item is."),
    method<tuple_count>("count($self, value, /)", "How many items equal value."),
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

// ---- iterator ----
Result<Ref<Object>> tuple_iter(Attached ts, Tuple& self) {
    auto it = TRY(new_gc_object<SequenceCursor>(ts, PyTupleIter_Type));
    it->index = 0;
    incref(&self);
    it->seq = &self;
    gc_track(ts, it.get());
    return it;
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
Next cursor_next(Attached ts, SequenceCursor& self) {
    if (!self.seq) return Next::done();
    auto& t = static_cast<Tuple&>(*self.seq);
    if (self.index < t.size) return Ref<Object>::share(*t.item[self.index++]);
    Object* done = std::exchange(self.seq, nullptr);
    decref(ts, done);
    return Next::done();
}
Result<Index> cursor_length_hint(Attached, SequenceCursor& self) {
    return self.seq ? static_cast<Tuple&>(*self.seq).size - self.index : 0;
}
Result<Ref<Tuple>> cursor_reduce(Attached ts, SequenceCursor& self) {
    auto iter = TRY(builtin(ts, id(Name::iter)));
    auto args = TRY(tuple_of(ts, {self.seq ? self.seq : static_cast<Object*>(empty_tuple().get())}));
    if (!self.seq) return tuple_of(ts, {iter.get(), args.get()});
    auto index = TRY(box_int(ts, self.index));
    return tuple_of(ts, {iter.get(), args.get(), index.get()});
}
Result<void> cursor_setstate(Attached ts, SequenceCursor& self, Index index) {
    if (self.seq)
        self.index = index < 0                                     ? 0
                     : index > static_cast<Tuple&>(*self.seq).size ? static_cast<Tuple&>(*self.seq).size
                                                                   : index;
    return {};
}
constexpr Method cursor_methods[] = {
    method<cursor_length_hint>("__length_hint__($self, /)", "How many items are likely to come."),
    method<cursor_reduce>("__reduce__($self, /)", "What pickle stores of it."),
    method<cursor_setstate>("__setstate__($self, state, /)", "Takes over what pickle stored."),
    {},
};

}  // namespace

Ref<Tuple> empty_tuple() {
    return Ref<Tuple>::steal(&empty_storage.tuple);
}

Result<Ref<Tuple>> tuple_alloc(Attached ts, Index n) {
    if (n == 0) return empty_tuple();
    if (n < 0 || n > kMaxItems) return raise_no_memory(ts);
    auto t = TRY(new_gc_object<Tuple>(ts, PyTuple_Type, tuple_bytes(n)));
    t->size = n;
    if (n > 8) {
        std::memset(t->item, 0, static_cast<size_t>(n) * sizeof(Object*));
    } else {
        for (Index i = 0; i < n; ++i) t->item[i] = nullptr;
    }
    return t;
}
// A tuple whose items can all not be part of a cycle stays out of the collector's lists.
void tuple_track(Attached ts, Tuple& t) {
    for (Index i = 0; i < t.size; ++i) {
        Object* o = t.item[i];
        if (has_flag(*o->type, kTypeHasGc) && (o->type != &PyTuple_Type || gc_is_tracked(o))) {
            gc_track(ts, &t);
            return;
        }
    }
}
Result<Ref<Tuple>> tuple_from(Attached ts, Object* const* borrowed, Index n) {
    if (n == 0) return empty_tuple();
    auto t = TRY(tuple_alloc(ts, n));
    for (Index i = 0; i < n; ++i) {
        incref(borrowed[i]);
        t->item[i] = borrowed[i];
    }
    return tuple_finish(ts, std::move(t));
}
Result<Ref<Tuple>> tuple_of(Attached ts, std::initializer_list<Object*> borrowed) {
    return tuple_from(ts, borrowed.begin(), static_cast<Index>(borrowed.size()));
}
Result<Ref<Tuple>> tuple_from_values(Attached ts, const Value* borrowed, Index n) {
    if (n == 0) return empty_tuple();
    auto t = TRY(tuple_alloc(ts, n));
    for (Index i = 0; i < n; ++i) t->item[i] = TRY(box(ts, borrowed[i])).release();
    return tuple_finish(ts, std::move(t));
}
Result<Ref<Tuple>> tuple_slice(Attached ts, Tuple& t, Index from, Index to) {
    from = from < 0 ? 0 : from;
    to = to > t.size ? t.size : to;
    if (from >= to) return empty_tuple();
    if (from == 0 && to == t.size && is_exact(t, PyTuple_Type)) return Ref<Tuple>::share(t);
    return tuple_from(ts, t.item + from, to - from);
}
Result<Ref<Object>> tuple_concat(Attached ts, Object& a, Object& b) {
    if (!is_tuple(b))
        return raise(ts, Exc::TypeError, "can only concatenate tuple (not \"{}\") to tuple", type_name(b));
    auto& x = static_cast<Tuple&>(a);
    auto& y = static_cast<Tuple&>(b);
    if (x.size == 0 && is_exact(y, PyTuple_Type)) return Ref<Object>::share(y);
    if (y.size == 0 && is_exact(x, PyTuple_Type)) return Ref<Object>::share(x);
    auto t = TRY(tuple_alloc(ts, x.size + y.size));
    Index at = 0;
    for (Tuple* part : {&x, &y}) {
        for (Index i = 0; i < part->size; ++i) {
            incref(part->item[i]);
            t->item[at++] = part->item[i];
        }
    }
    return t->size ? tuple_finish(ts, std::move(t)) : std::move(t);
}

// CPython 3.11: the xxHash-style mixing of tuplehash (Objects/tupleobject.c), so that hashes agree.
Result<Hash> tuple_hash(Attached ts, Tuple& t) {
    constexpr uint64_t kPrime1 = 11400714785074694791u, kPrime2 = 14029467366897019727u,
                       kPrime5 = 2870177450012600261u;
    uint64_t acc = kPrime5;
    for (Index i = 0; i < t.size; ++i) {
        auto lane = static_cast<uint64_t>(TRY(key_hash(ts, *t.item[i])));
        acc += lane * kPrime2;
        acc = (acc << 31) | (acc >> 33);
        acc *= kPrime1;
    }
    acc += static_cast<uint64_t>(t.size) ^ (kPrime5 ^ 3527539u);
    if (acc == ~uint64_t{0}) return Hash{1546275796};
    return static_cast<Hash>(acc);
}
static Result<Index> tuple_hash_slot(Attached ts, Tuple& t) {
    return tuple_hash(ts, t);
}

const TypeSpec tuple_spec = {
    .name = "tuple",
    .doc =
        "A sequence that cannot be changed.\n\nWithout an argument it is empty; with an iterable it holds "
        "that iterable's items.\nA tuple as argument is returned as it is.",
    .basicsize = kItemsOffset,
    .itemsize = sizeof(Object*),
    .flags = kTypeHasGc | kTypeBaseType | kTypeTuple | kTypeSequence | kTypeMatchSelf,
    .traverse = tuple_traverse,
    .methods = tuple_methods,
    .dealloc = typed_slot<tuple_dealloc>,
    .repr = typed_slot<tuple_repr>,
    .hash = typed_slot<tuple_hash_slot>,
    .richcompare = slot<tuple_compare>,
    .iter = typed_slot<tuple_iter>,
    .tp_new = slot<tuple_new>,
    .mp_length = typed_slot<tuple_len>,
    .mp_subscript = typed_slot<tuple_subscript>,
    .sq_length = typed_slot<tuple_len>,
    .sq_concat = slot<tuple_concat>,
    .sq_repeat = typed_slot<tuple_repeat>,
    .sq_item = typed_slot<tuple_item>,
    .sq_contains = slot<tuple_contains>,
};
const TypeSpec tuple_iterator_spec = {
    .name = "tuple_iterator",
    .basicsize = sizeof(SequenceCursor),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = cursor_traverse,
    .methods = cursor_methods,
    .dealloc = typed_slot<cursor_dealloc>,
    .iter = slot<cursor_iter>,
    .iternext = typed_slot<cursor_next>,
};

}  // namespace baton
