// Slots that Python methods fill: each looks its dunder up on type(self) at every call, so that later changes
// of the class count, and calls it without making a bound method.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/descr.h"
#include "runtime/types/int.h"
#include "runtime/types/iterators.h"
#include "runtime/types/str.h"

namespace baton {
namespace {

// The function behind a dunder, ready to be called: with self first, or bound already.
struct Looked {
    OptRef<Object> function;
    bool unbound = false;
    explicit operator bool() const { return static_cast<bool>(function); }
};
Result<Looked> look_up(Attached ts, Object& self, Str& name) {
    Looked r;
    Object* f = type_lookup(*self.type, name);
    if (!f) return r;
    if (has_flag(*f->type, kTypeMethodDescriptor)) {
        r.function = Ref<Object>::share(*f);
        r.unbound = true;
        return r;
    }
    auto keep = Ref<Object>::share(*f);
    if (auto get = info(*f).descr_get) {
        r.function = TRY(get(ts, *f, &self, self.type));
    } else {
        r.function = std::move(keep);
    }
    return r;
}

Value call_looked(Attached ts, Looked& f, Object& self, Value* args, size_t nargs, Tuple* kwnames = nullptr) {
    if (!f.unbound) return call_value(ts, *f.function, args, nargs, kwnames);
    return call_with_first(ts, *f.function, Value(&self), args, nargs, kwnames);
}

// Calls self's dunder with real objects; absent: AttributeError(name).
template <class... A>
Result<Ref<Object>> call_dunder(Attached ts, Object& self, Name name, A*... arg) {
    auto f = TRY(look_up(ts, self, id(name)));
    if (!f) return raise_with(ts, Exc::AttributeError, Ref<Object>::share(id(name)));
    Value room[1 + sizeof...(A)] = {Value(), unbox_borrowed(arg)...};
    Value r = call_looked(ts, f, self, room + 1, sizeof...(A));
    for (size_t i = 1; i < std::size(room); ++i) drop(ts, room[i]);
    return boxed_result(ts, r);
}
// The same, but NotImplemented when there is no such method.
template <class... A>
Result<Ref<Object>> call_maybe(Attached ts, Object& self, Name name, A*... arg) {
    if (!type_lookup(*self.type, id(name))) return Ref<Object>::share(not_implemented());
    return call_dunder(ts, self, name, arg...);
}

template <Name N>
Result<Ref<Object>> py_unary(Attached ts, Object& self) {
    return call_dunder(ts, self, N);
}
template <Name N>
Result<Ref<Object>> py_binary(Attached ts, Object& self, Object& other) {
    return call_dunder(ts, self, N, &other);
}

// A number operation: self's method, then other's reflected one; other's first when its class is derived from
// self's and has its own. Called for either operand.
template <SlotId Id, Name N, Name R>
Result<Ref<Object>> py_number(Attached ts, Object& a, Object& b) {
    void* own = reinterpret_cast<void*>(&py_number<Id, N, R>);
    bool do_other = a.type != b.type && internal_slot(*b.type, Id) == own;
    if (internal_slot(*a.type, Id) == own) {
        if (do_other && is_subtype(*b.type, *a.type)) {
            Object* theirs = type_lookup(*b.type, id(R));
            if (theirs && theirs != type_lookup(*a.type, id(R))) {
                auto r = TRY(call_maybe(ts, b, R, &a));
                if (r.get() != &not_implemented()) return r;
                do_other = false;
            }
        }
        auto r = TRY(call_maybe(ts, a, N, &b));
        if (r.get() != &not_implemented() || a.type == b.type) return r;
    }
    if (do_other) return call_maybe(ts, b, R, &a);
    return Ref<Object>::share(not_implemented());
}
Result<Ref<Object>> py_power(Attached ts, Object& a, Object& b, Object& modulus);
// The two-operand form asks which types have py_power in the slot, not itself.
template <>
Result<Ref<Object>> py_number<SlotId::power, Name::__pow__, Name::__rpow__>(Attached ts, Object& a,
                                                                            Object& b) {
    bool do_other = a.type != b.type && info(b).power == &py_power;
    if (info(a).power == &py_power) {
        if (do_other && is_subtype(*b.type, *a.type)) {
            Object* theirs = type_lookup(*b.type, id(Name::__rpow__));
            if (theirs && theirs != type_lookup(*a.type, id(Name::__rpow__))) {
                auto r = TRY(call_maybe(ts, b, Name::__rpow__, &a));
                if (r.get() != &not_implemented()) return r;
                do_other = false;
            }
        }
        auto r = TRY(call_maybe(ts, a, Name::__pow__, &b));
        if (r.get() != &not_implemented() || a.type == b.type) return r;
    }
    if (do_other) return call_maybe(ts, b, Name::__rpow__, &a);
    return Ref<Object>::share(not_implemented());
}
Result<Ref<Object>> py_power(Attached ts, Object& a, Object& b, Object& modulus) {
    if (is_none(modulus)) return py_number<SlotId::power, Name::__pow__, Name::__rpow__>(ts, a, b);
    if (info(a).power == &py_power) return call_dunder(ts, a, Name::__pow__, &b, &modulus);
    return Ref<Object>::share(not_implemented());
}
Result<Ref<Object>> py_inplace_power(Attached ts, Object& a, Object& b, Object&) {
    return call_dunder(ts, a, Name::__ipow__, &b);
}

Result<Ref<Object>> py_iter(Attached ts, Object& self) {
    auto f = TRY(look_up(ts, self, id(Name::__iter__)));
    if (f && is_none(*f.function))
        return raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(self));
    if (f) return call_dunder(ts, self, Name::__iter__);
    if (!type_lookup(*self.type, id(Name::__getitem__))) {
        return raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(self));
    }
    return sequence_iterator_new(ts, self);
}
Next py_iternext(Attached ts, Object& self) {
    if (!type_lookup(*self.type, id(Name::__next__))) {
        return raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(self));
    }
    auto r = call_dunder(ts, self, Name::__next__);
    if (r.ok()) return r.take();
    return already_raised();
}
Result<Hash> py_hash(Attached ts, Object& self) {
    auto f = TRY(look_up(ts, self, id(Name::__hash__)));
    if (!f || is_none(*f.function))
        return raise(ts, Exc::TypeError, "unhashable type: '{}'", type_name(self));
    auto r = TRY(call_dunder(ts, self, Name::__hash__));
    if (!is_int(*r)) return raise(ts, Exc::TypeError, "__hash__ method should return an integer");
    int overflow;
    int64_t h = int_as_int64(static_cast<Int&>(*r), &overflow);
    if (overflow) h = int_hash(Value(r.get()));
    return h == -1 ? -2 : h;
}
Result<Index> length_result(Attached ts, Object& r) {
    auto i = TRY(number_index(ts, r));
    if (i->size < 0) return raise(ts, Exc::ValueError, "__len__() should return >= 0");
    return as_index(ts, *i, Exc::OverflowError);
}
Result<Index> py_len(Attached ts, Object& self) {
    auto r = TRY(call_dunder(ts, self, Name::__len__));
    return length_result(ts, *r);
}
Result<bool> py_bool(Attached ts, Object& self) {
    auto r = TRY(call_dunder(ts, self, Name::__bool__));
    if (r->type != &PyBool_Type) {
        return raise(ts, Exc::TypeError, "__bool__ should return bool, returned {}", type_name(*r));
    }
    return r.get() == &bool_object(true);
}
Result<Ref<Object>> py_item(Attached ts, Object& self, Index i) {
    auto at = TRY(box_int(ts, i));
    return call_dunder(ts, self, Name::__getitem__, static_cast<Object*>(at.get()));
}
Result<void> py_set_key(Attached ts, Object& self, Object& key, Object* value) {
    if (value)
        TRY(call_dunder(ts, self, Name::__setitem__, &key, value));
    else
        TRY(call_dunder(ts, self, Name::__delitem__, &key));
    return {};
}
Result<void> py_set_index(Attached ts, Object& self, Index i, Object* value) {
    auto at = TRY(box_int(ts, i));
    return py_set_key(ts, self, *at, value);
}
Result<bool> py_contains(Attached ts, Object& self, Object& item) {
    auto f = TRY(look_up(ts, self, id(Name::__contains__)));
    if (f && is_none(*f.function))
        return raise(ts, Exc::TypeError, "'{}' object is not a container", type_name(self));
    if (f) {
        auto r = TRY(call_dunder(ts, self, Name::__contains__, &item));
        return is_true(ts, *r);
    }
    bool found = false;
    TRY(for_each(ts, self, [&](Ref<Object> o) -> Result<bool> {
        found = TRY(equal(ts, *o, item));
        return !found;
    }));
    return found;
}
Result<Ref<Object>> py_compare(Attached ts, Object& self, Object& other, CompareOp op) {
    static constexpr Name kNames[] = {Name::__lt__, Name::__le__, Name::__eq__,
                                      Name::__ne__, Name::__gt__, Name::__ge__};
    const Name name = kNames[static_cast<int>(op)];
    // A method that cannot even be got at is as good as none.
    if (!look_up(ts, self, id(name)).ok()) {
        clear_pending(ts);
        return Ref<Object>::share(not_implemented());
    }
    return call_maybe(ts, self, name, &other);
}
Value py_call(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto looked = look_up(ts, self, id(Name::__call__));
    if (!looked.ok()) return Value();
    Looked f = looked.take();
    if (!f) return raise_with(ts, Exc::AttributeError, Ref<Object>::share(id(Name::__call__)));
    RecursionScope scope(ts);
    if (!scope.enter(" while calling a Python object").ok()) return Value();
    return call_looked(ts, f, self, args, nargs, kwnames);
}
Result<void> py_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    auto f = TRY(look_up(ts, self, id(Name::__init__)));
    if (!f) return raise_with(ts, Exc::AttributeError, Ref<Object>::share(id(Name::__init__)));
    OwnedValue r(call_looked(ts, f, self, args, nargs, kwnames));
    if (!r.get()) return already_raised();
    if (r.get() == Value(&none())) return {};
    const char* what = r.get().is_int() ? "int" : type_name(*r.get().object());
    return raise(ts, Exc::TypeError, "__init__() should return None, not '{}'", what);
}
// __new__(cls, ...): a static method, so cls is an ordinary first argument.
Result<Ref<Object>> py_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    auto f = TRY(get_attr(ts, cls, id(Name::__new__)));
    return boxed_result(ts, call_with_first(ts, *f, Value(&cls), args, nargs, kwnames));
}
void py_finalize(Attached ts, Object& self) {
    OptRef<BaseException> earlier = fetch(ts);
    auto r = call_dunder(ts, self, Name::__del__);
    if (!r.ok()) {
        Object* del = type_lookup(*self.type, id(Name::__del__));
        if (del) incref(del);
        OptRef<Object> keep = OptRef<Object>::steal(del);
        write_unraisable(ts, nullptr, del);
    }
    if (earlier) restore(ts, std::move(earlier).take());
}
// An AttributeError that a program raised without saying for what is told it.
Result<Ref<Object>> with_subject(Attached ts, Object& self, Str& name, Result<Ref<Object>> found) {
    if (found.ok() || !pending_is(ts, Exc::AttributeError)) return found;
    auto& e = static_cast<AttributeErrorObject&>(*pending(ts));
    if (!e.name && !e.obj) {
        e.name = Ref<Object>::share(name).release();
        e.obj = Ref<Object>::share(self).release();
    }
    return found;
}
Result<Ref<Object>> py_getattr(Attached ts, Object& self, Str& name) {
    return with_subject(ts, self, name,
                        call_dunder(ts, self, Name::__getattribute__, static_cast<Object*>(&name)));
}
// __getattribute__ and then, if that raises AttributeError, __getattr__.
Result<Ref<Object>> py_getattr_hook(Attached ts, Object& self, Str& name) {
    Object* getattr = type_lookup(*self.type, id(Name::__getattr__));
    if (!getattr) return py_getattr(ts, self, name);
    Object* base = type_lookup(*self.type, id(Name::__getattribute__));
    bool plain =
        base && base->type == &PyWrapperDescr_Type &&
        static_cast<NativeWrapperDescr*>(base)->internal == reinterpret_cast<void*>(&generic_get_attr);
    if (plain) {
        auto r = generic_get_attr_opt(ts, self, name);
        if (r.ok()) {
            OptRef<Object> found = r.take();
            if (found) return std::move(found).take();
        } else if (pending_is(ts, Exc::AttributeError)) {
            clear_pending(ts);
        } else {
            return already_raised();
        }
    } else {
        auto r = py_getattr(ts, self, name);
        if (r.ok() || !pending_is(ts, Exc::AttributeError)) return r;
        clear_pending(ts);
    }
    return with_subject(ts, self, name,
                        call_dunder(ts, self, Name::__getattr__, static_cast<Object*>(&name)));
}
Result<void> py_setattr(Attached ts, Object& self, Str& name, Object* value) {
    if (value)
        TRY(call_dunder(ts, self, Name::__setattr__, static_cast<Object*>(&name), value));
    else
        TRY(call_dunder(ts, self, Name::__delattr__, static_cast<Object*>(&name)));
    return {};
}
Result<Ref<Object>> py_descr_get(Attached ts, Object& self, Object* instance, Object* owner) {
    Object* get = type_lookup(*self.type, id(Name::__get__));
    if (!get) return Ref<Object>::share(self);
    return call_dunder(ts, self, Name::__get__, instance ? instance : &none(), owner ? owner : &none());
}
Result<void> py_descr_set(Attached ts, Object& self, Object& instance, Object* value) {
    if (value)
        TRY(call_dunder(ts, self, Name::__set__, &instance, value));
    else
        TRY(call_dunder(ts, self, Name::__delete__, &instance));
    return {};
}

template <class Fn>
SlotFunctions erase(SlotPair<Fn> p) {
    return {reinterpret_cast<void*>(p.internal), p.c()};
}

}  // namespace

SlotFunctions python_slot(SlotId id) {
#define NUMBER(row, n, r) \
    case SlotId::row:     \
        return erase(slot<&py_number<SlotId::row, Name::n, Name::r>>);
#define UNARY(row, n) \
    case SlotId::row: \
        return erase(slot<&py_unary<Name::n>>);
#define BINARY(row, n) \
    case SlotId::row:  \
        return erase(slot<&py_binary<Name::n>>);
    switch (id) {
        NUMBER(add, __add__, __radd__)
        NUMBER(subtract, __sub__, __rsub__)
        NUMBER(multiply, __mul__, __rmul__)
        NUMBER(remainder, __mod__, __rmod__)
        NUMBER(divmod, __divmod__, __rdivmod__)
        NUMBER(lshift, __lshift__, __rlshift__)
        NUMBER(rshift, __rshift__, __rrshift__)
        NUMBER(nb_and, __and__, __rand__)
        NUMBER(nb_xor, __xor__, __rxor__)
        NUMBER(nb_or, __or__, __ror__)
        NUMBER(floor_divide, __floordiv__, __rfloordiv__)
        NUMBER(true_divide, __truediv__, __rtruediv__)
        NUMBER(matrix_multiply, __matmul__, __rmatmul__)
        UNARY(repr, __repr__)
        UNARY(str, __str__)
        UNARY(am_await, __await__)
        UNARY(am_aiter, __aiter__)
        UNARY(am_anext, __anext__)
        UNARY(negative, __neg__)
        UNARY(positive, __pos__)
        UNARY(absolute, __abs__)
        UNARY(invert, __invert__)
        UNARY(nb_int, __int__)
        UNARY(nb_float, __float__)
        UNARY(index, __index__)
        BINARY(inplace_add, __iadd__)
        BINARY(inplace_subtract, __isub__)
        BINARY(inplace_multiply, __imul__)
        BINARY(inplace_remainder, __imod__)
        BINARY(inplace_lshift, __ilshift__)
        BINARY(inplace_rshift, __irshift__)
        BINARY(inplace_and, __iand__)
        BINARY(inplace_xor, __ixor__)
        BINARY(inplace_or, __ior__)
        BINARY(inplace_floor_divide, __ifloordiv__)
        BINARY(inplace_true_divide, __itruediv__)
        BINARY(inplace_matrix_multiply, __imatmul__)
        BINARY(mp_subscript, __getitem__)
        case SlotId::power:
            return erase(slot<&py_power>);
        case SlotId::inplace_power:
            return erase(slot<&py_inplace_power>);
        case SlotId::hash:
            return erase(slot<&py_hash>);
        case SlotId::call:
            return erase(slot<&py_call>);
        case SlotId::getattro:
            return erase(slot<&py_getattr_hook>);
        case SlotId::setattro:
            return erase(slot<&py_setattr>);
        case SlotId::richcompare:
            return erase(slot<&py_compare>);
        case SlotId::iter:
            return erase(slot<&py_iter>);
        case SlotId::iternext:
            return erase(slot<&py_iternext>);
        case SlotId::descr_get:
            return erase(slot<&py_descr_get>);
        case SlotId::descr_set:
            return erase(slot<&py_descr_set>);
        case SlotId::init:
            return erase(slot<&py_init>);
        case SlotId::tp_new:
            return erase(slot<&py_new>);
        case SlotId::finalize:
            return erase(slot<&py_finalize>);
        case SlotId::nb_bool:
            return erase(slot<&py_bool>);
        case SlotId::mp_length:
        case SlotId::sq_length:
            return erase(slot<&py_len>);
        case SlotId::mp_ass_subscript:
            return erase(slot<&py_set_key>);
        case SlotId::sq_item:
            return erase(slot<&py_item>);
        case SlotId::sq_ass_item:
            return erase(slot<&py_set_index>);
        case SlotId::sq_contains:
            return erase(slot<&py_contains>);
        // A Python __add__ or __mul__ is a number's; sequences written in C keep these for themselves.
        case SlotId::sq_concat:
        case SlotId::sq_repeat:
        case SlotId::sq_inplace_concat:
        case SlotId::sq_inplace_repeat:
        case SlotId::dealloc:
        case SlotId::count:
            break;
    }
#undef NUMBER
#undef UNARY
#undef BINARY
    return {};
}

}  // namespace baton
