// collections.deque: methods, slots, type.
#include <cstdlib>

#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/arguments.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_common.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/modules/collections_types.h"

namespace baton {

namespace {

// Without a text where repr() fails, as CPython's.
Raised raise_not_in(Attached ts, Object& value) {
    auto shown = show_repr(ts, value);
    if (!shown.ok()) return raise_none(ts, Exc::ValueError);
    const Shown text = shown.take();
    return raise(ts, Exc::ValueError, "{} is not in deque", text.view);
}

bool is_deque(const Object& o) {
    return is_instance_exact(o, deque_type());
}

// ---- life ----

int deque_traverse(Object* o, VisitProc visit, void* arg) {
    auto& d = *static_cast<Deque*>(o);
    for (Index i = 0; i < d.size; ++i) {
        if (int r = visit_field(d.at(i), visit, arg)) return r;
    }
    return 0;
}
// Empties first, then releases: a release can run code that looks at the deque.
int deque_tp_clear(Object* o) {
    auto& d = *static_cast<Deque*>(o);
    Object** ring = std::exchange(d.ring, nullptr);
    Index head = std::exchange(d.head, 0), size = std::exchange(d.size, 0),
          capacity = std::exchange(d.capacity, 0);
    ++d.generation;
    for (Index i = 0; i < size; ++i) decref_unattached(ring[(head + i) & (capacity - 1)]);
    std::free(ring);
    return 0;
}
void deque_dealloc(Attached ts, Deque& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    deque_tp_clear(&self);
    free_instance(ts, self);
}

Result<Ref<Object>> deque_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return deque_new_of(ts, cls, -1);
}

constexpr Signature kInitSignature = parse_signature("deque(iterable=None, maxlen=None)");

Result<void> deque_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto& self = static_cast<Deque&>(o);
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kInitSignature, args, nargs, kwnames, bound));
    Index maxlen = -1;
    if (bound[1]) {
        Object* given = TRY(box_in_place(ts, *bound[1]));
        if (!is_none(*given)) {
            if (!is_int(*given)) return raise(ts, Exc::TypeError, "an integer is required");
            maxlen = TRY(as_index(ts, *given, Exc::OverflowError));
            if (maxlen < 0) return raise(ts, Exc::ValueError, "maxlen must be non-negative");
        }
    }
    self.maxlen = maxlen;
    if (self.size > 0) deque_tp_clear(&self);
    if (!bound[0]) return {};
    Object* iterable = TRY(box_in_place(ts, *bound[0]));
    return deque_extend_by(ts, self, *iterable);
}

// ---- methods ----

Result<void> append(Attached ts, Deque& self, Object& x) {
    return deque_push_back(ts, self, Ref<Object>::share(x));
}
Result<void> appendleft(Attached ts, Deque& self, Object& x) {
    return deque_push_front(ts, self, Ref<Object>::share(x));
}
Result<Ref<Object>> pop(Attached ts, Deque& self) {
    if (self.size == 0) return raise(ts, Exc::IndexError, "pop from an empty deque");
    return deque_take_back(self);
}
Result<Ref<Object>> popleft(Attached ts, Deque& self) {
    if (self.size == 0) return raise(ts, Exc::IndexError, "pop from an empty deque");
    return deque_take_front(self);
}
Result<void> clear(Attached, Deque& self) {
    deque_tp_clear(&self);
    return {};
}
Result<void> extend(Attached ts, Deque& self, Object& iterable) {
    return deque_extend_by(ts, self, iterable);
}
Result<void> extendleft(Attached ts, Deque& self, Object& iterable) {
    if (&iterable == &self) {
        auto copy = TRY(to_tuple(ts, self));
        return extendleft(ts, self, *copy);
    }
    return for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        TRY(deque_push_front(ts, self, std::move(item)));
        return true;
    });
}

Result<Ref<Object>> copy(Attached ts, Deque& self) {
    if (is_exact(self, deque_type())) {
        auto fresh = TRY(deque_new_of(ts, deque_type(), self.maxlen));
        TRY(deque_extend_by(ts, static_cast<Deque&>(*fresh), self));
        return fresh;
    }
    auto arguments = [&]() -> Result<Ref<Tuple>> {
        if (self.maxlen < 0) return tuple_of(ts, {&self});
        auto maxlen = TRY(box_int(ts, self.maxlen));
        return tuple_of(ts, {&self, maxlen.get()});
    };
    auto made = TRY(call_tuple(ts, *self.type, *TRY(arguments()), nullptr));
    if (!is_deque(*made)) {
        return raise(ts, Exc::TypeError, "{}() must return a deque, not {}", self.type->name,
                     type_name(*made));
    }
    return made;
}

// Calls f(i, item) for positions start..stop until it answers false; RuntimeError when the deque changes
// meanwhile.
template <class F>
Result<void> each(Attached ts, Deque& self, Index start, Index stop, F f) {
    uint64_t generation = self.generation;
    for (Index i = start; i < stop; ++i) {
        auto item = Ref<Object>::share(*self.at(i));
        bool go_on = TRY(f(i, *item));
        if (self.generation != generation)
            return raise(ts, Exc::RuntimeError, "deque mutated during iteration");
        if (!go_on) break;
    }
    return {};
}

Result<Index> count(Attached ts, Deque& self, Object& value) {
    Index n = 0;
    TRY(each(ts, self, 0, self.size, [&](Index, Object& item) -> Result<bool> {
        if (TRY(equal(ts, item, value))) ++n;
        return true;
    }));
    return n;
}

Result<Index> find(Attached ts, Deque& self, Object& value, Index start, Index stop) {
    Index found = -1;
    TRY(each(ts, self, start, stop, [&](Index i, Object& item) -> Result<bool> {
        if (TRY(equal(ts, item, value))) found = i;
        return found < 0;
    }));
    return found;
}

Result<bool> deque_contains(Attached ts, Deque& self, Object& value) {
    Index at = TRY(find(ts, self, value, 0, self.size));
    return at >= 0;
}

// An end of index(): negative ones count from the end, huge ones are clamped.
Result<Index> bound_of(Attached ts, Object& o, Index size) {
    if (!has_index(o))
        return raise(ts, Exc::TypeError, "slice indices must be integers or have an __index__ method");
    bool raised;
    Index i = as_index_clamped_or(ts, o, &raised);
    if (raised) return already_raised();
    if (i < 0) i += size;
    return i < 0 ? 0 : i > size ? size : i;
}

Result<Index> index(Attached ts, Deque& self, Object& value, Object* start, Object* stop) {
    Index from = start ? TRY(bound_of(ts, *start, self.size)) : 0;
    Index to = stop ? TRY(bound_of(ts, *stop, self.size)) : self.size;
    Index at = TRY(find(ts, self, value, from, to > self.size ? self.size : to));
    if (at >= 0) return at;
    return raise_not_in(ts, value);
}

// Moves the first n items behind the others; any n.
void rotate_left(Deque& d, Index n) {
    if (d.size <= 1) return;
    n %= d.size;
    if (n < 0) n += d.size;
    if (n == 0) return;
    ++d.generation;
    if (d.size == d.capacity) {
        d.head = (d.head + n) & (d.capacity - 1);
    } else if (n <= d.size / 2) {
        for (; n > 0; --n) {
            Object* o = d.at(0);
            d.at(d.size) = o;
            d.head = (d.head + 1) & (d.capacity - 1);
        }
    } else {
        for (n = d.size - n; n > 0; --n) {
            Object* o = d.at(d.size - 1);
            d.head = (d.head - 1) & (d.capacity - 1);
            d.at(0) = o;
        }
    }
}

Result<void> rotate(Attached, Deque& self, Opt<Index> n) {
    Index steps = n.or_else(1);
    if (self.size > 1) rotate_left(self, -(steps % self.size));
    return {};
}

Result<void> insert(Attached ts, Deque& self, Index at, Object& value) {
    if (self.size == self.maxlen) return raise(ts, Exc::IndexError, "deque already at its maximum size");
    if (at >= self.size) return append(ts, self, value);
    if (at <= -self.size || at == 0) return appendleft(ts, self, value);
    if (at < 0) at += self.size;
    TRY(deque_push_back(ts, self, Ref<Object>::share(value)));
    for (Index i = self.size - 1; i > at; --i) std::swap(self.at(i), self.at(i - 1));
    return {};
}

Ref<Object> take_at(Deque& d, Index at) {
    Object* o = d.at(at);
    if (at < d.size / 2) {
        for (Index i = at; i > 0; --i) d.at(i) = d.at(i - 1);
        d.head = (d.head + 1) & (d.capacity - 1);
    } else {
        for (Index i = at; i < d.size - 1; ++i) d.at(i) = d.at(i + 1);
    }
    --d.size;
    ++d.generation;
    return Ref<Object>::steal(o);
}

Result<void> remove(Attached ts, Deque& self, Object& value) {
    uint64_t generation = self.generation;
    for (Index i = 0; i < self.size; ++i) {
        auto item = Ref<Object>::share(*self.at(i));
        bool same = TRY(equal(ts, *item, value));
        if (generation != self.generation)
            return raise(ts, Exc::IndexError, "deque mutated during iteration");
        if (same) {
            auto removed = take_at(self, i);
            return {};
        }
    }
    return raise_not_in(ts, value);
}

Result<void> reverse(Attached, Deque& self) {
    for (Index i = 0, j = self.size - 1; i < j; ++i, --j) std::swap(self.at(i), self.at(j));
    if (self.size > 1) ++self.generation;
    return {};
}

Result<Ref<Object>> reduce(Attached ts, Deque& self) {
    auto state = TRY(call_method(ts, self, id(Name::__getstate__)));
    auto iterator = TRY(get_iter(ts, self));
    Ref<Tuple> args = empty_tuple();
    if (self.maxlen >= 0) {
        auto maxlen = TRY(box_int(ts, self.maxlen));
        args = TRY(tuple_of(ts, {empty_tuple().get(), maxlen.get()}));
    }
    return tuple_of(ts, {self.type, args.get(), state.get(), iterator.get()});
}

Result<Index> size_of(Attached, Deque& self) {
    return self.type->basicsize + self.capacity * static_cast<Index>(sizeof(Object*));
}

// ---- slots ----

Result<Index> deque_length(Attached, Deque& self) {
    return self.size;
}

Result<Ref<Object>> deque_item(Attached ts, Deque& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "deque index out of range");
    return Ref<Object>::share(*self.at(i));
}
Result<void> deque_ass_item(Attached ts, Deque& self, Index i, Object* value) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "deque index out of range");
    if (!value) {
        auto removed = take_at(self, i);
        return {};
    }
    replace_field(ts, self.at(i), Ref<Object>::share(*value).release());
    return {};
}

Result<Ref<Object>> deque_concat(Attached ts, Object& a, Object& b) {
    if (!is_deque(b)) {
        return raise(ts, Exc::TypeError, "can only concatenate deque (not \"{}\") to deque", type_name(b));
    }
    auto result = TRY(copy(ts, static_cast<Deque&>(a)));
    TRY(deque_extend_by(ts, static_cast<Deque&>(*result), b));
    return result;
}
Result<Ref<Object>> deque_inplace_concat(Attached ts, Object& a, Object& b) {
    TRY(deque_extend_by(ts, static_cast<Deque&>(a), b));
    return Ref<Object>::share(a);
}
Result<Ref<Object>> deque_inplace_repeat(Attached ts, Deque& self, Index n) {
    if (n <= 0) {
        deque_tp_clear(&self);
    } else if (n > 1 && self.size > 0) {
        if (self.size > PTRDIFF_MAX / 16 / n && self.maxlen < 0) return raise_no_memory(ts);
        auto items = TRY(to_tuple(ts, self));
        Index times = n - 1;
        if (self.maxlen >= 0 && times > self.maxlen / self.size + 1) times = self.maxlen / self.size + 1;
        // With a maxlen only the last items stay, so whole rounds beyond that change nothing.
        for (; times > 0; --times) TRY(deque_extend_by(ts, self, *items));
    }
    return Ref<Object>::share(self);
}
Result<Ref<Object>> deque_repeat(Attached ts, Deque& self, Index n) {
    auto result = TRY(copy(ts, self));
    return deque_inplace_repeat(ts, static_cast<Deque&>(*result), n);
}

Result<Ref<Object>> deque_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_deque(a) || !is_deque(b)) return Ref<Object>::share(not_implemented());
    auto &x = static_cast<Deque&>(a), &y = static_cast<Deque&>(b);
    if (x.size != y.size && (op == CompareOp::eq || op == CompareOp::ne)) {
        return Ref<Object>::share(bool_object(op == CompareOp::ne));
    }
    auto left = TRY(get_iter(ts, a));
    auto right = TRY(get_iter(ts, b));
    for (;;) {
        Next p = iter_next(ts, *left);
        if (p.raised()) return already_raised();
        Next q = iter_next(ts, *right);
        if (q.raised()) return already_raised();
        if (p.is_done() || q.is_done()) {
            int order = p.is_done() ? (q.is_done() ? 0 : -1) : 1;
            return Ref<Object>::share(bool_object(order_holds(order, op)));
        }
        auto u = p.take();
        auto v = q.take();
        if (TRY(equal(ts, *u, *v))) continue;
        if (op == CompareOp::eq) return Ref<Object>::share(bool_object(false));
        if (op == CompareOp::ne) return Ref<Object>::share(bool_object(true));
        return compare(ts, *u, *v, op);
    }
}

Result<Ref<Object>> deque_repr(Attached ts, Deque& self) {
    if (!TRY(enter_repr(ts, self))) return str_new_ascii(ts, "[...]");
    auto whole = [&]() -> Result<Ref<Object>> {
        auto items = TRY(to_list(ts, self));
        auto text = TRY(repr(ts, *items));
        StrBuilder b;
        b.append_utf8(type_short_name(*self.type));
        b.append('(');
        b.append(*text);
        if (self.maxlen >= 0) {
            b.append_ascii(", maxlen=");
            b.append_int(self.maxlen);
        }
        b.append(')');
        return b.finish(ts);
    }();
    leave_repr(ts, self);
    return whole;
}

Result<Ref<Object>> get_maxlen(Attached ts, Deque& self) {
    if (self.maxlen < 0) return Ref<Object>::share(none());
    return box_int(ts, self.maxlen);
}
constexpr GetSet deque_getset[] = {
    getter<get_maxlen>("maxlen", "How many elements there can be; None without a limit."),
    {},
};

constexpr Method deque_methods[] = {
    method<append>("append($self, item, /)", "Adds at the right end."),
    method<appendleft>("appendleft($self, item, /)", "Adds at the left end."),
    method<clear>("clear($self, /)", "Leaves the deque empty."),
    method<copy>("__copy__($self, /)", "Another deque of the same elements and maxlen."),
    method<copy>("copy($self, /)", "Another deque of the same elements and maxlen."),
    method<count>("count($self, value, /)", "How many elements equal value."),
    method<extend>("extend($self, iterable, /)", "Appends the elements one by one at the right end."),
    method<extendleft>("extendleft($self, iterable, /)",
                       "Appends the elements one by one at the left end, so that they end up reversed."),
    method<index>("index($self, value, start=0, stop=None, /)",
                  "The position of the first element equal to value, looked for from start up to stop; "
                  "ValueError if no element is."),
    method<insert>("insert($self, index, value, /)", "Puts value in front of the element at index."),
    method<pop>("pop($self, /)", "Takes the last element out and gives it."),
    method<popleft>("popleft($self, /)", "Takes the first element out and gives it."),
    method<reduce>("__reduce__($self, /)", "What pickle stores of it."),
    method<remove>("remove($self, value, /)", "Takes out the first element equal to value."),
    method<deque_reversed>("__reversed__($self, /)", "An iterator from the right end to the left."),
    method<reverse>("reverse($self, /)", "Turns the order of the elements around."),
    method<rotate>("rotate($self, n=1, /)",
                   "Moves the last n elements to the front; with negative n, the first -n to the end."),
    method<size_of>("__sizeof__($self, /)", "Bytes that the deque takes."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

}  // namespace

constexpr TypeSpec deque_spec = {
    .name = "collections.deque",
    .doc =
        "A sequence that grows and shrinks cheaply at both ends, kept to maxlen elements if that is given.",
    .basicsize = sizeof(Deque),
    .flags = kTypeBaseType | kTypeHasGc | kTypeSequence,
    .traverse = deque_traverse,
    .clear = deque_tp_clear,
    .weaklistoffset = offsetof(Deque, weakreflist),
    .methods = deque_methods,
    .getset = deque_getset,
    .dealloc = typed_slot<deque_dealloc>,
    .repr = typed_slot<deque_repr>,
    .richcompare = slot<deque_compare>,
    .iter = typed_slot<deque_iter>,
    .init = slot<deque_init>,
    .tp_new = slot<deque_new>,
    .sq_length = typed_slot<deque_length>,
    .sq_concat = slot<deque_concat>,
    .sq_repeat = typed_slot<deque_repeat>,
    .sq_item = typed_slot<deque_item>,
    .sq_ass_item = typed_slot<deque_ass_item>,
    .sq_contains = typed_slot<deque_contains>,
    .sq_inplace_concat = slot<deque_inplace_concat>,
    .sq_inplace_repeat = typed_slot<deque_inplace_repeat>,
};

}  // namespace baton
