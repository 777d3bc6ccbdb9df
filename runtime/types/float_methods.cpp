#include <bit>
#include <cmath>

#include "runtime/allocate_instance.h"
#include "runtime/call.h"
#include "runtime/format_builtin.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/text_number.h"
#include "runtime/text_number_str.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

Ref<Object> answer(Object& o) {
    return Ref<Object>::share(o);
}

// ---- slots ----

using DoubleOp = Result<double> (*)(Attached, double, double);

template <DoubleOp Op>
Result<Ref<Object>> binary_slot(Attached ts, Object& a, Object& b) {
    double x, y;
    if (!TRY(float_operand(ts, a, &x)) || !TRY(float_operand(ts, b, &y))) return answer(not_implemented());
    const double result = TRY(Op(ts, x, y));
    return float_from_double(ts, result);
}

Result<double> plus(Attached, double a, double b) {
    return a + b;
}
Result<double> minus(Attached, double a, double b) {
    return a - b;
}
Result<double> times(Attached, double a, double b) {
    return a * b;
}

Result<Ref<Object>> float_divmod(Attached ts, Object& a, Object& b) {
    double x, y;
    if (!TRY(float_operand(ts, a, &x)) || !TRY(float_operand(ts, b, &y))) return answer(not_implemented());
    if (y == 0.0) return raise(ts, Exc::ZeroDivisionError, "float divmod()");
    const FloatDivision both = float_divide_floor(x, y);
    const Ref<Float> quotient = TRY(float_from_double(ts, both.quotient));
    const Ref<Float> remainder = TRY(float_from_double(ts, both.remainder));
    return tuple_of(ts, {quotient.get(), remainder.get()});
}

Result<Ref<Object>> float_power(Attached ts, Object& a, Object& b, Object& modulus) {
    if (!is_none(modulus)) {
        return raise(ts, Exc::TypeError, "pow() 3rd argument not allowed unless all arguments are integers");
    }
    double x, y;
    if (!TRY(float_operand(ts, a, &x)) || !TRY(float_operand(ts, b, &y))) return answer(not_implemented());
    return float_pow(ts, x, y);
}

Result<Ref<Object>> float_negative(Attached ts, Float& self) {
    return float_from_double(ts, -self.value);
}
Result<Ref<Object>> float_absolute(Attached ts, Float& self) {
    return float_from_double(ts, std::fabs(self.value));
}
Result<Ref<Object>> float_exact(Attached ts, Float& self) {
    if (is_exact(self, float_type())) return answer(self);
    return float_from_double(ts, self.value);
}
Result<bool> float_bool(Attached, Float& self) {
    return self.value != 0.0;
}
Result<Ref<Object>> float_repr(Attached ts, Float& self) {
    return float_repr_text(ts, self.value);
}
Result<Index> float_hash_slot(Attached, Float& self) {
    return float_hash(self, self.value);
}
Result<Ref<Object>> float_trunc(Attached ts, Float& self) {
    return boxed(ts, int_from_double(ts, self.value));
}

void float_dealloc(Attached ts, Float& self) {
    if (is_exact(self, float_type())) {
        free_small(ts, &self, sizeof(Float));
    } else {
        free_instance(ts, self);
    }
}

Result<Ref<Object>> float_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (kwnames != nullptr && kwnames->size != 0 &&
        (&cls == &float_type() || cls.init == float_type().init)) {
        return raise(ts, Exc::TypeError, "float() takes no keyword arguments");
    }
    if (nargs > 1) return raise(ts, Exc::TypeError, "float expected at most 1 argument, got {}", nargs);
    double value = 0.0;
    if (nargs == 1) {
        Object& x = *TRY(box_in_place(ts, args[0]));
        if (is_exact_str(x)) {
            value = TRY(float_from_text(ts, x));
        } else {
            const Ref<Object> number = TRY(number_float(ts, x));
            value = static_cast<Float&>(*number).value;
            if (&cls == &float_type()) return number.copy();
        }
    }
    if (&cls == &float_type()) return float_from_double(ts, value);
    Ref<Object> self = TRY(allocate_instance(ts, cls, 0));
    static_cast<Float&>(*self).value = value;
    return self;
}

// ---- methods ----

Result<Ref<Object>> float_floor(Attached ts, Float& self) {
    return boxed(ts, int_from_double(ts, std::floor(self.value)));
}
Result<Ref<Object>> float_ceil(Attached ts, Float& self) {
    return boxed(ts, int_from_double(ts, std::ceil(self.value)));
}

Result<Ref<Object>> float_round(Attached ts, Float& self, Object* ndigits) {
    const double value = self.value;
    if (ndigits == nullptr || is_none(*ndigits)) {
        // Ties go to the even neighbour, whatever rounding mode the thread is in.
        double rounded = std::round(value);
        if (std::fabs(value - rounded) == 0.5) rounded = 2.0 * std::round(value / 2.0);
        return boxed(ts, int_from_double(ts, rounded));
    }
    const Ref<Int> places = TRY(number_index(ts, *ndigits));
    if (!std::isfinite(value)) return float_from_double(ts, value);
    int overflow;
    int64_t count = int_as_int64(*places, &overflow);
    if (overflow != 0) count = overflow > 0 ? INT64_MAX : INT64_MIN;
    const double rounded = round_to_places(value, count);
    if (std::isinf(rounded)) return raise(ts, Exc::OverflowError, "rounded value too large to represent");
    return float_from_double(ts, rounded);
}

Result<bool> float_is_integer(Attached, Float& self) {
    return std::isfinite(self.value) && std::floor(self.value) == self.value;
}

Result<Ref<Object>> float_as_integer_ratio(Attached ts, Float& self) {
    if (std::isinf(self.value))
        return raise(ts, Exc::OverflowError, "cannot convert Infinity to integer ratio");
    if (std::isnan(self.value)) return raise(ts, Exc::ValueError, "cannot convert NaN to integer ratio");
    uint64_t mantissa;
    int exponent;
    split_double(self.value, mantissa, exponent);
    auto m = static_cast<int64_t>(mantissa);
    if (self.value < 0) m = -m;
    const Value power = Value::of_int(exponent < 0 ? -exponent : exponent);
    const OwnedValue shifted(TRY(int_lshift(ts, Value::of_int(exponent < 0 ? 1 : m), power)));
    const Value both[] = {exponent < 0 ? Value::of_int(m) : shifted.get(),
                          exponent < 0 ? shifted.get() : Value::of_int(1)};
    return tuple_from_values(ts, both, 2);
}

Result<Ref<Str>> float_hex(Attached ts, Float& self) {
    TextBuffer text;
    format_hex(text, self.value);
    return str_from_buffer(ts, text);
}

Result<Ref<Object>> float_fromhex(Attached ts, Type& cls, Object& string) {
    if (!is_str(string)) return raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    const std::string_view text = TRY(str_as_utf8(ts, static_cast<Str&>(string)));
    double value = 0.0;
    switch (parse_hex(text, value)) {
        case HexParse::Ok:
            break;
        case HexParse::Invalid:
            return raise(ts, Exc::ValueError, "invalid hexadecimal floating-point string");
        case HexParse::Overflow:
            return raise(ts, Exc::OverflowError, "hexadecimal value too large to represent as a float");
    }
    Ref<Object> number = TRY(float_from_double(ts, value));
    if (&cls == &float_type()) return number;
    return call(ts, cls, {number.get()});
}

Result<Ref<Str>> float_getformat(Attached ts, Type&, Str& typestr) {
    if (!str_eq_ascii(typestr, "double") && !str_eq_ascii(typestr, "float")) {
        return raise(ts, Exc::ValueError, "__getformat__() argument 1 must be 'double' or 'float'");
    }
    return str_new_ascii(
        ts, std::endian::native == std::endian::little ? "IEEE, little-endian" : "IEEE, big-endian");
}

Result<Ref<Object>> float_getnewargs(Attached ts, Float& self) {
    const Ref<Float> value = TRY(float_from_double(ts, self.value));
    return tuple_of(ts, {value.get()});
}
Result<Ref<Str>> float_format_method(Attached ts, Float& self, Str& format_spec) {
    return float_format(ts, self, format_spec);
}
Result<Ref<Object>> float_get_imag(Attached ts, Float&) {
    return float_from_double(ts, 0.0);
}

constexpr Method float_methods[] = {
    method<float_exact>("conjugate($self, /)", "The number itself: a float has no imaginary part."),
    method<float_trunc>("__trunc__($self, /)", "The integer nearest to the number between it and zero."),
    method<float_floor>("__floor__($self, /)", "The largest integer that is not greater."),
    method<float_ceil>("__ceil__($self, /)", "The smallest integer that is not less."),
    method<float_round>("__round__($self, ndigits=None, /)",
                        "The nearest integer, ties to even; with ndigits the nearest such decimal number."),
    method<float_as_integer_ratio>(
        "as_integer_ratio($self, /)",
        "The pair of integers, in lowest terms, whose quotient is exactly the number."),
    class_method<float_fromhex>("fromhex($type, string, /)",
                                "The float that hexadecimal notation stands for."),
    method<float_hex>("hex($self, /)", "The number in hexadecimal notation, exactly."),
    method<float_is_integer>("is_integer($self, /)", "Whether the number is integral."),
    method<float_getnewargs>("__getnewargs__($self, /)", nullptr),
    class_method<float_getformat>("__getformat__($type, typestr, /)",
                                  "How C's 'double' or 'float' is represented; for the test suite."),
    method<float_format_method>("__format__($self, format_spec, /)", "The number as format_spec asks."),
    {},
};

constexpr GetSet float_getset[] = {
    getter<float_exact>("real", "the number itself"),
    getter<float_get_imag>("imag", "always 0.0"),
    {},
};

// float is on either side: put it on the left.
Result<Ref<Object>> float_richcompare(Attached ts, Object& a, Object& b, CompareOp op) {
    return float_compare(ts, a, b, op);
}

}  // namespace

const TypeSpec float_spec = {
    .name = "float",
    .doc = "float(x=0, /)\n--\n\nThe floating point number that a number or a text stands for.",
    .basicsize = sizeof(Float),
    .flags = kTypeBaseType | kTypeMatchSelf,
    .methods = float_methods,
    .getset = float_getset,
    .dealloc = typed_slot<float_dealloc>,
    .repr = typed_slot<float_repr>,
    .hash = typed_slot<float_hash_slot>,
    .richcompare = slot<float_richcompare>,
    .tp_new = slot<float_new>,
    .add = slot<binary_slot<plus>>,
    .subtract = slot<binary_slot<minus>>,
    .multiply = slot<binary_slot<times>>,
    .remainder = slot<binary_slot<float_mod>>,
    .divmod = slot<float_divmod>,
    .power = slot<float_power>,
    .negative = typed_slot<float_negative>,
    .positive = typed_slot<float_exact>,
    .absolute = typed_slot<float_absolute>,
    .nb_bool = typed_slot<float_bool>,
    .nb_int = typed_slot<float_trunc>,
    .nb_float = typed_slot<float_exact>,
    .floor_divide = slot<binary_slot<float_floordiv>>,
    .true_divide = slot<binary_slot<float_truediv>>,
};

}  // namespace baton
