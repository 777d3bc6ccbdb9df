#include "runtime/allocate_instance.h"
#include "runtime/call.h"
#include "runtime/format_builtin.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

Ref<Object> answer(Object& o) {
    return Ref<Object>::share(o);
}

// ---- slots ----

using ValueOp = Result<Value> (*)(Attached, Value, Value);
template <ValueOp Op>
Result<Ref<Object>> binary_slot(Attached ts, Object& a, Object& b) {
    if (!is_int(a) || !is_int(b)) return answer(not_implemented());
    return boxed(ts, Op(ts, Value(&a), Value(&b)));
}

template <Result<Value> (*Op)(Attached, Value)>
Result<Ref<Object>> unary_slot(Attached ts, Object& self) {
    return boxed(ts, Op(ts, Value(&self)));
}

Result<Ref<Object>> int_truediv_slot(Attached ts, Object& a, Object& b) {
    if (!is_int(a) || !is_int(b)) return answer(not_implemented());
    const double quotient = TRY(int_truediv(ts, Value(&a), Value(&b)));
    return float_from_double(ts, quotient);
}

Result<Ref<Object>> int_divmod_slot(Attached ts, Object& a, Object& b) {
    if (!is_int(a) || !is_int(b)) return answer(not_implemented());
    Value rest;
    const OwnedValue quotient(TRY(int_divmod(ts, Value(&a), Value(&b), &rest)));
    const OwnedValue remainder(rest);
    const Value both[] = {quotient.get(), remainder.get()};
    return tuple_from_values(ts, both, 2);
}

Result<Ref<Object>> int_power_slot(Attached ts, Object& a, Object& b, Object& modulus) {
    if (!is_int(a) || !is_int(b) || !(is_int(modulus) || is_none(modulus))) return answer(not_implemented());
    if (is_none(modulus)) return boxed(ts, int_pow(ts, Value(&a), Value(&b)));
    return boxed(ts, int_pow_mod(ts, Value(&a), Value(&b), Value(&modulus)));
}

Result<Ref<Object>> int_richcompare(Attached, Object& a, Object& b, CompareOp op) {
    if (!is_int(a) || !is_int(b)) return answer(not_implemented());
    return answer(bool_object(order_holds(int_compare(Value(&a), Value(&b)), op)));
}

Result<Index> int_hash_slot(Attached, Object& self) {
    return int_hash(Value(&self));
}
Result<bool> int_bool_slot(Attached, Int& self) {
    return self.size != 0;
}
Result<Ref<Object>> int_repr_slot(Attached ts, Object& self) {
    return int_to_text(ts, Value(&self));
}
Result<Ref<Object>> int_self(Attached ts, Int& self) {
    return int_exact(ts, self);
}
Result<Ref<Object>> int_float_slot(Attached ts, Object& self) {
    const double d = TRY(int_to_double(ts, Value(&self)));
    return float_from_double(ts, d);
}

void int_dealloc(Attached ts, Int& self) {
    if (is_exact(self, int_type())) {
        free_block(ts, &self);
    } else {
        free_instance(ts, self);
    }
}

// ---- methods ----

Result<Index> int_bit_length(Attached, Int& self) {
    return static_cast<Index>(digits::bit_length(IntView(self).magnitude()));
}
Result<Index> int_bit_count(Attached, Int& self) {
    return static_cast<Index>(digits::bit_count(IntView(self).magnitude()));
}
Result<Index> int_sizeof(Attached, Int& self) {
    const Index digits_used = self.size < 0 ? -self.size : self.size;
    const Index count = digits_used == 0 ? 1 : digits_used;
    return static_cast<Index>(offsetof(Int, digit)) + count * static_cast<Index>(sizeof(digits::Digit));
}

Result<Ref<Object>> int_as_integer_ratio(Attached ts, Int& self) {
    const Ref<Int> numerator = TRY(int_exact(ts, self));
    return tuple_of(ts, {numerator.get(), small_int(1).get()});
}
Result<Ref<Object>> int_getnewargs(Attached ts, Int& self) {
    const Ref<Int> value = TRY(int_exact(ts, self));
    return tuple_of(ts, {value.get()});
}

Result<Ref<Str>> int_format_method(Attached ts, Int& self, Str& format_spec) {
    return int_format(ts, self, format_spec);
}

Result<Ref<Object>> int_round_method(Attached ts, Int& self, Object* ndigits) {
    if (ndigits == nullptr) return int_exact(ts, self);
    const Ref<Int> places = TRY(number_index(ts, *ndigits));
    int overflow;
    const int64_t count = int_as_int64(*places, &overflow);
    if (overflow > 0 || (overflow == 0 && count >= 0)) return int_exact(ts, self);
    return boxed(ts, int_round(ts, Value(&self), overflow < 0 ? INT64_MIN + 1 : count));
}

Result<bool> wants_little(Attached ts, Str* byteorder) {
    if (byteorder == nullptr || str_eq_ascii(*byteorder, "big")) return false;
    if (str_eq_ascii(*byteorder, "little")) return true;
    return raise(ts, Exc::ValueError, "byteorder must be either 'little' or 'big'");
}

Result<Ref<Object>> int_to_bytes(Attached ts, Int& self, Opt<Index> length, Str* byteorder,
                                 Opt<bool> is_signed) {
    const bool little = TRY(wants_little(ts, byteorder));
    const Index count = length.or_else(1);
    if (count < 0) return raise(ts, Exc::ValueError, "length argument must be non-negative");
    const bool with_sign = is_signed.or_else(false);
    if (self.size < 0 && !with_sign)
        return raise(ts, Exc::OverflowError, "can't convert negative int to unsigned");
    const IntView view(self);
    const auto fill = [&](std::span<uint8_t> out) {
        return digits::to_bytes(out, view.magnitude(), view.negative(), little, with_sign);
    };
    if (count <= 1) {  // these bytes objects are shared, so not written into
        uint8_t own[1];
        if (!fill({own, static_cast<size_t>(count)}))
            return raise(ts, Exc::OverflowError, "int too big to convert");
        return count == 0 ? bytes_empty() : bytes_char(own[0]);
    }
    Ref<Bytes> bytes = TRY(bytes_new_uninitialised(ts, count));
    if (!fill({reinterpret_cast<uint8_t*>(bytes->data), static_cast<size_t>(count)})) {
        return raise(ts, Exc::OverflowError, "int too big to convert");
    }
    return bytes;
}

Result<Ref<Object>> int_from_bytes(Attached ts, Type& cls, Object& source, Str* byteorder,
                                   Opt<bool> is_signed) {
    const bool little = TRY(wants_little(ts, byteorder));
    const Ref<Object> bytes = TRY(bytes_of(ts, source));
    const std::string_view data = bytes_view(static_cast<Bytes&>(*bytes));
    const size_t room = digits::bytes_capacity(data.size());
    Ref<Int> fresh = TRY(int_alloc(ts, room));
    bool negative;
    const std::span<const uint8_t> octets(reinterpret_cast<const uint8_t*>(data.data()), data.size());
    const size_t n =
        digits::from_bytes({fresh->digit, room}, negative, octets, little, is_signed.or_else(false));
    const OwnedValue value(int_finish(ts, std::move(fresh), n, negative));
    Ref<Object> number = TRY(box(ts, value.get()));
    if (&cls == &int_type()) return number;
    return call(ts, cls, {number.get()});
}

Result<Ref<Object>> int_get_zero(Attached, Int&) {
    return small_int(0);
}
Result<Ref<Object>> int_get_one(Attached, Int&) {
    return small_int(1);
}

constexpr Method int_methods[] = {
    method<int_self>("conjugate($self, /)", "The number itself: an int has no imaginary part."),
    method<int_bit_length>("bit_length($self, /)", "How many bits the absolute value needs; 0 for zero."),
    method<int_bit_count>("bit_count($self, /)", "How many bits of the absolute value are set."),
    method<int_to_bytes>("to_bytes($self, /, length=1, byteorder='big', *, signed=False)",
                         "The number as `length` bytes; OverflowError when it does not fit."),
    class_method<int_from_bytes>("from_bytes($type, /, bytes, byteorder='big', *, signed=False)",
                                 "The number that bytes, or an iterable of small ints, stand for."),
    method<int_as_integer_ratio>("as_integer_ratio($self, /)", "The pair (self, 1)."),
    method<int_self>("__trunc__($self, /)", "The number itself."),
    method<int_self>("__floor__($self, /)", "The number itself."),
    method<int_self>("__ceil__($self, /)", "The number itself."),
    method<int_round_method>("__round__($self, ndigits=<unrepresentable>, /)",
                             "Rounds to a power of ten, ties to the even neighbour; the result is an int."),
    method<int_getnewargs>("__getnewargs__($self, /)", nullptr),
    method<int_format_method>("__format__($self, format_spec, /)", nullptr),
    method<int_sizeof>("__sizeof__($self, /)", "How many bytes the object takes."),
    {},
};

constexpr GetSet int_getset[] = {
    getter<int_self>("real", "the number itself"),
    getter<int_get_zero>("imag", "always 0"),
    getter<int_self>("numerator", "the number itself"),
    getter<int_get_one>("denominator", "always 1"),
    {},
};

constexpr Signature kNewSignature = parse_signature("int($type, x=0, /, base=10)");

// The value of int(args…) before the class of the result is considered.
Result<Ref<Object>> int_converted(Attached ts, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[2] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    if (bound[0] == nullptr) {
        if (bound[1] != nullptr) return raise(ts, Exc::TypeError, "int() missing string argument");
        return small_int(0);
    }
    Object& x = *TRY(box_in_place(ts, *bound[0]));
    if (bound[1] == nullptr) return number_int(ts, x);
    Object& base_object = *TRY(box_in_place(ts, *bound[1]));
    const Ref<Int> base = TRY(number_index(ts, base_object));
    int overflow;
    const int64_t value = int_as_int64(*base, &overflow);
    if (overflow != 0 || (value != 0 && value < 2) || value > 36) {
        return raise(ts, Exc::ValueError, "int() base must be >= 2 and <= 36, or 0");
    }
    if (!is_str(x) && !is_bytes(x) && !is_instance_exact(x, bytearray_type())) {
        return raise(ts, Exc::TypeError, "int() can't convert non-string with explicit base");
    }
    return boxed(ts, int_from_text(ts, x, static_cast<int>(value)));
}

// ---- bool ----

template <ValueOp Op>
Result<Ref<Object>> bool_slot(Attached ts, Object& a, Object& b) {
    if (!is_exact(a, bool_type()) || !is_exact(b, bool_type())) return binary_slot<Op>(ts, a, b);
    const Value result = TRY(Op(ts, Value(&a), Value(&b)));
    return answer(bool_object(result.as_int() != 0));
}

Result<Ref<Object>> bool_repr(Attached ts, Int& self) {
    return str_new_ascii(ts, self.size != 0 ? "True" : "False");
}

Result<Ref<Object>> bool_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames != nullptr && kwnames->size != 0)
        return raise(ts, Exc::TypeError, "bool() takes no keyword arguments");
    if (nargs > 1) return raise(ts, Exc::TypeError, "bool expected at most 1 argument, got {}", nargs);
    const bool value = nargs == 1 && TRY(truth(ts, args[0]));
    return answer(bool_object(value));
}

void bool_dealloc(Attached, Object&) {}  // True and False are immortal

}  // namespace

Result<Ref<Object>> int_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Ref<Object> number = TRY(int_converted(ts, args, nargs, kwnames));
    if (&cls == &int_type()) return number;
    const digits::In magnitude = IntView(static_cast<Int&>(*number)).magnitude();
    const size_t count = magnitude.size();
    Ref<Object> self = TRY(allocate_instance(ts, cls, static_cast<Index>(count == 0 ? 1 : count)));
    auto& result = static_cast<Int&>(*self);
    for (size_t i = 0; i < count; ++i) result.digit[i] = magnitude[i];
    result.size = static_cast<Int&>(*number).size;
    return self;
}

const TypeSpec int_spec = {
    .name = "int",
    .doc =
        "int([x]) -> integer\nint(x, base=10) -> integer\n\n"
        "The integer a number truncates to, or that a text denotes in a base (2..36, or 0 to\n"
        "tell from its prefix). Without arguments 0.",
    .basicsize = offsetof(Int, digit),
    .itemsize = sizeof(digits::Digit),
    .flags = kTypeBaseType | kTypeLong | kTypeMatchSelf,
    .methods = int_methods,
    .getset = int_getset,
    .dealloc = typed_slot<int_dealloc>,
    .repr = slot<int_repr_slot>,
    .hash = slot<int_hash_slot>,
    .richcompare = slot<int_richcompare>,
    .tp_new = slot<int_new>,
    .add = slot<binary_slot<int_add>>,
    .subtract = slot<binary_slot<int_sub>>,
    .multiply = slot<binary_slot<int_mul>>,
    .remainder = slot<binary_slot<int_mod>>,
    .divmod = slot<int_divmod_slot>,
    .power = slot<int_power_slot>,
    .negative = slot<unary_slot<int_neg>>,
    .positive = typed_slot<int_self>,
    .absolute = slot<unary_slot<int_abs>>,
    .nb_bool = typed_slot<int_bool_slot>,
    .invert = slot<unary_slot<int_invert>>,
    .lshift = slot<binary_slot<int_lshift>>,
    .rshift = slot<binary_slot<int_rshift>>,
    .nb_and = slot<binary_slot<int_and>>,
    .nb_xor = slot<binary_slot<int_xor>>,
    .nb_or = slot<binary_slot<int_or>>,
    .nb_int = typed_slot<int_self>,
    .nb_float = slot<int_float_slot>,
    .floor_divide = slot<binary_slot<int_floordiv>>,
    .true_divide = slot<int_truediv_slot>,
    .index = typed_slot<int_self>,
};

const TypeSpec bool_spec = {
    .name = "bool",
    .doc =
        "bool(x) -> bool\n\nWhether x counts as true. There are two instances, and no class can derive from "
        "bool.",
    .basicsize = sizeof(Int),
    .itemsize = sizeof(digits::Digit),
    .flags = kTypeLong | kTypeMatchSelf,
    .base = &PyLong_Type,
    .dealloc = slot<bool_dealloc>,
    .repr = typed_slot<bool_repr>,
    .tp_new = slot<bool_new>,
    .nb_and = slot<bool_slot<int_and>>,
    .nb_xor = slot<bool_slot<int_xor>>,
    .nb_or = slot<bool_slot<int_or>>,
};

}  // namespace baton
