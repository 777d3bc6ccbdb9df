#include <cerrno>
#include <cmath>

#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton {

namespace {

constexpr int kOverflow = ERANGE;
constexpr int kDomain = EDOM;

// Smith's method: scale by the larger part of the divisor. `error` becomes kDomain for a zero divisor.
ComplexValue divide(ComplexValue a, ComplexValue b, int& error) {
    const double real = std::fabs(b.real), imag = std::fabs(b.imag);
    if (real >= imag) {
        if (real == 0.0) {
            error = kDomain;
            return {0.0, 0.0};
        }
        const double ratio = b.imag / b.real;
        const double scale = b.real + b.imag * ratio;
        return {(a.real + a.imag * ratio) / scale, (a.imag - a.real * ratio) / scale};
    }
    if (imag >= real) {
        const double ratio = b.real / b.imag;
        const double scale = b.real * ratio + b.imag;
        return {(a.real * ratio + a.imag) / scale, (a.imag * ratio - a.real) / scale};
    }
    return {__builtin_nan(""), __builtin_nan("")};  // a part of b is NaN
}

ComplexValue power_of_int(ComplexValue base, int exponent, int& error) {
    const unsigned n = static_cast<unsigned>(exponent < 0 ? -exponent : exponent);
    ComplexValue result{1.0, 0.0};
    ComplexValue square = base;
    for (unsigned bit = 1; bit <= n; bit <<= 1) {
        if ((n & bit) != 0) result = complex_product(result, square);
        square = complex_product(square, square);
    }
    return exponent > 0 ? result : divide({1.0, 0.0}, result, error);
}

ComplexValue power_polar(ComplexValue a, ComplexValue b, int& error) {
    if (b.real == 0.0 && b.imag == 0.0) return {1.0, 0.0};
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0) error = kDomain;
        return {0.0, 0.0};
    }
    const double modulus = std::hypot(a.real, a.imag);
    const double angle = std::atan2(a.imag, a.real);
    double length = std::pow(modulus, b.real);
    double phase = angle * b.real;
    if (b.imag != 0.0) {
        length /= std::exp(angle * b.imag);
        phase += b.imag * std::log(modulus);
    }
    const ComplexValue result{length * std::cos(phase), length * std::sin(phase)};
    // The C library reports an infinite phase only here.
    if (std::isinf(phase)) error = kDomain;
    return result;
}

}  // namespace

Result<Ref<Complex>> complex_from_doubles(Attached ts, double real, double imaginary) {
    Ref<Complex> fresh = TRY(new_object<Complex>(ts, complex_type()));
    fresh->real = real;
    fresh->imag = imaginary;
    return fresh;
}

ComplexValue complex_product(ComplexValue a, ComplexValue b) {
    return {a.real * b.real - a.imag * b.imag, a.real * b.imag + a.imag * b.real};
}

Result<ComplexValue> complex_quotient(Attached ts, ComplexValue a, ComplexValue b) {
    int error = 0;
    const ComplexValue quotient = divide(a, b, error);
    if (error != 0) return raise(ts, Exc::ZeroDivisionError, "complex division by zero");
    return quotient;
}

Result<ComplexValue> complex_power(Attached ts, ComplexValue a, ComplexValue b) {
    int error = 0;
    const bool small_int = b.imag == 0.0 && b.real == std::floor(b.real) && std::fabs(b.real) <= 100.0;
    const ComplexValue power =
        small_int ? power_of_int(a, static_cast<int>(b.real), error) : power_polar(a, b, error);
    if (error == 0 && (std::isinf(power.real) || std::isinf(power.imag))) error = kOverflow;
    if (error == kDomain) return raise(ts, Exc::ZeroDivisionError, "0.0 to a negative or complex power");
    if (error == kOverflow) return raise(ts, Exc::OverflowError, "complex exponentiation");
    return power;
}

Result<bool> complex_operand(Attached ts, Object& o, ComplexValue* out) {
    if (is_instance_exact(o, complex_type())) {
        *out = {static_cast<Complex&>(o).real, static_cast<Complex&>(o).imag};
        return true;
    }
    out->imag = 0.0;
    return float_operand(ts, o, &out->real);
}

Result<OptRef<Complex>> complex_special(Attached ts, Object& o) {
    OptRef<Object> made = TRY(call_special(ts, o, id(Name::complex_dunder)));
    if (!made) return OptRef<Complex>();
    Ref<Object> number = std::move(made).take();
    if (!is_instance_exact(*number, complex_type())) {
        return raise(ts, Exc::TypeError, "{}.__complex__() returned non-complex (type {})", type_name(o),
                     type_name(*number));
    }
    if (!is_exact(*number, complex_type())) {
        const std::string message = fmt::format(
            "{}.__complex__() returned non-complex (type {}).  The ability to return an instance of a strict "
            "subclass "
            "of complex is deprecated, and may not be supported in a future version of Python.",
            type_name(o), type_name(*number));
        TRY(warn(ts, Exc::DeprecationWarning, message));
    }
    return std::move(number).cast<Complex>();
}

Result<ComplexValue> as_complex(Attached ts, Object& o) {
    if (is_instance_exact(o, complex_type())) {
        return ComplexValue{static_cast<Complex&>(o).real, static_cast<Complex&>(o).imag};
    }
    const OptRef<Complex> special = TRY(complex_special(ts, o));
    if (special) return ComplexValue{special->real, special->imag};
    const double real = TRY(as_double(ts, o));
    return ComplexValue{real, 0.0};
}

}  // namespace baton
