#include <cerrno>
#include <cmath>
#include <cstring>

#include "runtime/object_ops.h"
#include "runtime/text_number.h"
#include "runtime/text_number_str.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

bool is_odd_integer(double d) {
    return std::fmod(std::fabs(d), 2.0) == 1.0;
}

// OverflowError(34, 'Numerical result out of range'): the C library's error, as CPython passes it on.
Raised raise_errno(Attached ts, Exc e, int code) {
    const Ref<Int> number = TRY(int_from_int64(ts, code));
    const Ref<Str> text = TRY(str_new_utf8(ts, std::strerror(code)));
    const Ref<Tuple> arguments = TRY(tuple_of(ts, {number.get(), text.get()}));
    return raise_type(ts, exc_type(e), arguments.get());
}

bool compare_doubles(double a, double b, CompareOp op) {
    switch (op) {
        case CompareOp::lt:
            return a < b;
        case CompareOp::le:
            return a <= b;
        case CompareOp::eq:
            return a == b;
        case CompareOp::ne:
            return a != b;
        case CompareOp::gt:
            return a > b;
        case CompareOp::ge:
            break;
    }
    return a >= b;
}

}  // namespace

Result<Ref<Float>> box_float(Attached ts, double d) {
    return float_from_double(ts, d);
}

// CPython 3.11: _float_div_mod (Objects/floatobject.c). The quotient is snapped to the nearest integer,
// because (a - mod) / b may come out slightly off one.
FloatDivision float_divide_floor(double a, double b) {
    double mod = std::fmod(a, b);
    double div = (a - mod) / b;
    if (mod != 0.0) {
        if ((b < 0) != (mod < 0)) {
            mod += b;
            div -= 1.0;
        }
    } else {
        mod = std::copysign(0.0, b);
    }
    if (div == 0.0) return {std::copysign(0.0, a / b), mod};
    double floor = std::floor(div);
    if (div - floor > 0.5) floor += 1.0;
    return {floor, mod};
}

Result<double> float_truediv(Attached ts, double a, double b) {
    if (b == 0.0) return raise(ts, Exc::ZeroDivisionError, "float division by zero");
    return a / b;
}

Result<double> float_floordiv(Attached ts, double a, double b) {
    if (b == 0.0) return raise(ts, Exc::ZeroDivisionError, "float floor division by zero");
    return float_divide_floor(a, b).quotient;
}

Result<double> float_mod(Attached ts, double a, double b) {
    if (b == 0.0) return raise(ts, Exc::ZeroDivisionError, "float modulo");
    return float_divide_floor(a, b).remainder;
}

Result<double> float_pow_real(Attached ts, double a, double b) {
    // The IEEE special cases first: C libraries differ in them.
    if (b == 0.0) return 1.0;
    if (std::isnan(a)) return a;
    if (std::isnan(b)) return a == 1.0 ? 1.0 : b;
    if (std::isinf(b)) {
        const double m = std::fabs(a);
        if (m == 1.0) return 1.0;
        return (b > 0.0) == (m > 1.0) ? std::fabs(b) : 0.0;
    }
    const bool odd = is_odd_integer(b);
    if (std::isinf(a)) {
        if (b > 0.0) return odd ? a : std::fabs(a);
        return odd ? std::copysign(0.0, a) : 0.0;
    }
    if (a == 0.0) {
        if (b < 0.0) return raise(ts, Exc::ZeroDivisionError, "0.0 cannot be raised to a negative power");
        return odd ? a : 0.0;
    }
    const bool negate = a < 0.0 && odd;
    a = std::fabs(a);
    if (a == 1.0) return negate ? -1.0 : 1.0;
    const double power = std::pow(a, b);
    if (std::isinf(power)) return raise_errno(ts, Exc::OverflowError, ERANGE);
    return negate ? -power : power;
}

Result<Ref<Object>> float_pow(Attached ts, double a, double b) {
    const bool real = !(a < 0.0) || std::isinf(a) || !std::isfinite(b) || b == std::floor(b);
    if (real) {
        const double power = TRY(float_pow_real(ts, a, b));
        return float_from_double(ts, power);
    }
    const ComplexValue power = TRY(complex_power(ts, {a, 0.0}, {b, 0.0}));
    return complex_from_doubles(ts, power.real, power.imag);
}

Result<bool> float_operand(Attached ts, Object& o, double* out) {
    if (is_float(o)) {
        *out = static_cast<Float&>(o).value;
        return true;
    }
    if (!is_int(o)) return false;
    *out = TRY(int_to_double(ts, Value(&o)));
    return true;
}

Result<double> as_double(Attached ts, Object& o) {
    if (is_float(o)) return static_cast<Float&>(o).value;
    if (is_exact(o, int_type())) return int_to_double(ts, Value(&o));
    if (const UnaryFn to_float = info(o).nb_float) {
        const Ref<Object> made = TRY(to_float(ts, o));
        if (!is_float(*made)) {
            return raise(ts, Exc::TypeError, "{}.__float__ returned non-float (type {})", type_name(o),
                         type_name(*made));
        }
        if (!is_exact(*made, float_type())) {
            const std::string message = fmt::format(
                "{}.__float__ returned non-float (type {}).  The ability to return an instance of a strict "
                "subclass of float is deprecated, and may not be supported in a future version of Python.",
                type_name(o), type_name(*made));
            TRY(warn(ts, Exc::DeprecationWarning, message));
        }
        return static_cast<Float&>(*made).value;
    }
    if (has_index(o)) {
        const Ref<Int> index = TRY(number_index(ts, o));
        return int_to_double(ts, *index);
    }
    return raise(ts, Exc::TypeError, "must be real number, not {}", type_name(o));
}

Result<double> float_from_text(Attached ts, Object& text) {
    TextBuffer scratch;
    BytesLike buffer;
    std::string_view ascii;
    if (is_str(text)) {
        ascii = TRY(number_text(ts, static_cast<Str&>(text), scratch));
    } else if (is_bytes_like(text)) {
        TRY(buffer.get(ts, text));
        ascii = buffer.view();
    } else {
        return raise(ts, Exc::TypeError, "float() argument must be a string or a real number, not '{}'",
                     type_name(text));
    }
    double value = 0.0;
    switch (parse_double(ascii, value)) {
        case FloatParse::Ok:
            return value;
        case FloatParse::NoMemory:
            return raise_no_memory(ts);
        case FloatParse::Invalid:
            break;
    }
    const Ref<Str> shown = TRY(repr(ts, text));
    const std::string_view utf8 = TRY(str_as_utf8(ts, *shown));
    return raise(ts, Exc::ValueError, "could not convert string to float: {}", utf8);
}

Hash float_hash(Object& self, double value) {
    if (!std::isnan(value)) return hash_double(value);
    const auto address = reinterpret_cast<uintptr_t>(&self);
    const auto hash = static_cast<Hash>(address >> 4 | address << 60);
    return hash == -1 ? -2 : hash;
}

Result<Ref<Str>> float_repr_text(Attached ts, double value) {
    TextBuffer text;
    format_double(text, value, 'r', 0, kFloatAddDot0);
    return str_from_buffer(ts, text);
}

Result<Ref<Object>> float_compare(Attached, Object& a, Object& b, CompareOp op) {
    const double x = static_cast<Float&>(a).value;
    if (is_float(b))
        return Ref<Object>::share(bool_object(compare_doubles(x, static_cast<Float&>(b).value, op)));
    if (!is_int(b)) return Ref<Object>::share(not_implemented());
    if (std::isnan(x)) return Ref<Object>::share(bool_object(op == CompareOp::ne));
    return Ref<Object>::share(bool_object(order_holds(-int_compare_double(Value(&b), x), op)));
}

}  // namespace baton
