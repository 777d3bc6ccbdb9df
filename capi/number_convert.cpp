// Numbers, continued: masks and overflow flags, packed floats, complex arithmetic, information.
#include <cfloat>
#include <cmath>

#include "capi/shared.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton::api {

Object* PyNumber_ToBase(Attached ts, Object* n, int base) {
    if (base != 2 && base != 8 && base != 10 && base != 16) {
        (void)raise(ts, Exc::SystemError, "PyNumber_ToBase: base must be 2, 8, 10 or 16");
        return nullptr;
    }
    auto i = number_index(ts, *n);
    return i.ok() ? give(int_to_text(ts, borrowed_value(*i), base, base != 10)) : nullptr;
}
unsigned long long PyLong_AsUnsignedLongLongMask(Attached ts, Object* o) {
    return PyLong_AsUnsignedLongMask(ts, o);
}
long long PyLong_AsLongLongAndOverflow(Attached ts, Object* o, int* overflow) {
    return PyLong_AsLongAndOverflow(ts, o, overflow);
}
Object* PyLong_FromUnicodeObject(Attached ts, Object* text, int base) {
    auto r = int_from_text(ts, *text, base);
    return r.ok() ? give_value(ts, r.take()) : nullptr;
}
Object* PyLong_GetInfo(Attached ts) {
    Object* o = PySys_GetObject(ts, "int_info");
    xincref(o);
    return o;
}
Object* PyFloat_GetInfo(Attached ts) {
    Object* o = PySys_GetObject(ts, "float_info");
    xincref(o);
    return o;
}
double PyFloat_GetMax() {
    return DBL_MAX;
}
double PyFloat_GetMin() {
    return DBL_MIN;
}

// ---- packed floats ----
namespace {
template <class T>
void put_bytes(char* p, T bits, int little) {
    for (size_t i = 0; i < sizeof bits; ++i)
        p[little ? i : sizeof bits - 1 - i] = static_cast<char>(bits >> (8 * i));
}
template <class T>
T get_bytes(const char* p, int little) {
    T bits = 0;
    for (size_t i = 0; i < sizeof bits; ++i)
        bits = static_cast<T>(
            bits | static_cast<T>(static_cast<T>(static_cast<uint8_t>(p[little ? i : sizeof bits - 1 - i]))
                                  << (8 * i)));
    return bits;
}
// binary16 of a double, rounded to even. False: too large.
bool half_of(double x, uint16_t* out) {
    const bool negative = std::signbit(x);
    uint16_t bits;
    if (std::isnan(x)) {
        bits = 0x7e00;
    } else if (std::isinf(x)) {
        bits = 0x7c00;
    } else {
        int exponent;
        double f = std::frexp(std::fabs(x), &exponent);  // f in [0.5, 1)
        if (f == 0.0) {
            bits = 0;
        } else {
            --exponent;  // 1.xxx * 2**exponent
            if (exponent >= 16) return false;
            const int shift = exponent < -14 ? 24 + exponent + 1 : 11;  // significant bits that there are
            const double scaled = std::nearbyint(std::ldexp(f, shift));
            auto n = static_cast<unsigned>(scaled);
            if (exponent < -14)
                bits = static_cast<uint16_t>(n);  // a carry makes the least normal number
            else
                n += static_cast<unsigned>(exponent + 14) << 10, bits = static_cast<uint16_t>(n);
            if (bits >= 0x7c00) return false;
        }
    }
    *out = static_cast<uint16_t>(bits | (negative ? 0x8000 : 0));
    return true;
}
}  // namespace
int PyFloat_Pack2(Attached ts, double x, char* p, int little) {
    uint16_t bits;
    if (!half_of(x, &bits)) {
        (void)raise(ts, Exc::OverflowError, "float too large to pack with e format");
        return -1;
    }
    put_bytes(p, bits, little);
    return 0;
}
int PyFloat_Pack4(Attached ts, double x, char* p, int little) {
    const auto f = static_cast<float>(x);
    if (std::isinf(f) && !std::isinf(x)) {
        (void)raise(ts, Exc::OverflowError, "float too large to pack with f format");
        return -1;
    }
    put_bytes(p, __builtin_bit_cast(uint32_t, f), little);
    return 0;
}
int PyFloat_Pack8(Attached, double x, char* p, int little) {
    put_bytes(p, __builtin_bit_cast(uint64_t, x), little);
    return 0;
}
double PyFloat_Unpack2(Attached, const char* p, int little) {
    const auto bits = get_bytes<uint16_t>(p, little);
    const int exponent = bits >> 10 & 0x1f, fraction = bits & 0x3ff;
    double x;
    if (exponent == 0x1f)
        x = fraction ? static_cast<double>(NAN) : static_cast<double>(INFINITY);
    else if (exponent)
        x = std::ldexp(1024 + fraction, exponent - 25);
    else
        x = std::ldexp(fraction, -24);
    return bits & 0x8000 ? -x : x;
}
double PyFloat_Unpack4(Attached, const char* p, int little) {
    return static_cast<double>(__builtin_bit_cast(float, get_bytes<uint32_t>(p, little)));
}
double PyFloat_Unpack8(Attached, const char* p, int little) {
    return __builtin_bit_cast(double, get_bytes<uint64_t>(p, little));
}

// ---- complex ----
Object* PyComplex_FromCComplex(Attached ts, CComplex c) {
    return give(complex_from_doubles(ts, c.real, c.imag));
}
CComplex PyComplex_AsCComplex(Attached ts, Object* o) {
    auto c = as_complex(ts, *o);
    if (!c.ok()) return {-1.0, 0.0};
    return {(*c).real, (*c).imag};
}
CComplex _Py_c_sum(CComplex a, CComplex b) {
    return {a.real + b.real, a.imag + b.imag};
}
CComplex _Py_c_diff(CComplex a, CComplex b) {
    return {a.real - b.real, a.imag - b.imag};
}
CComplex _Py_c_neg(CComplex a) {
    return {-a.real, -a.imag};
}
CComplex _Py_c_prod(CComplex a, CComplex b) {
    const ComplexValue r = complex_product({a.real, a.imag}, {b.real, b.imag});
    return {r.real, r.imag};
}
// Division by zero is told by errno, as from any C function.
CComplex _Py_c_quot(CComplex a, CComplex b) {
    const double x = std::fabs(b.real), y = std::fabs(b.imag);
    if (x == 0.0 && y == 0.0) {
        errno = EDOM;
        return {0.0, 0.0};
    }
    if (x >= y) {  // by the larger part, so that nothing overflows on the way
        const double ratio = b.imag / b.real, divisor = b.real + b.imag * ratio;
        return {(a.real + a.imag * ratio) / divisor, (a.imag - a.real * ratio) / divisor};
    }
    if (y >= x) {
        const double ratio = b.real / b.imag, divisor = b.real * ratio + b.imag;
        return {(a.real * ratio + a.imag) / divisor, (a.imag * ratio - a.real) / divisor};
    }
    return {static_cast<double>(NAN), static_cast<double>(NAN)};
}
CComplex _Py_c_pow(CComplex a, CComplex b) {
    if (b.real == 0.0 && b.imag == 0.0) return {1.0, 0.0};
    if (a.real == 0.0 && a.imag == 0.0) {
        if (b.imag != 0.0 || b.real < 0.0) errno = EDOM;
        return {0.0, 0.0};
    }
    const double size = std::hypot(a.real, a.imag), angle = std::atan2(a.imag, a.real);
    double length = std::pow(size, b.real), phase = angle * b.real;
    if (b.imag != 0.0) {
        length *= std::exp(-angle * b.imag);
        phase += b.imag * std::log(size);
    }
    return {length * std::cos(phase), length * std::sin(phase)};
}
double _Py_c_abs(CComplex a) {
    errno = 0;
    const double size = std::hypot(a.real, a.imag);
    if (!std::isfinite(size) && std::isfinite(a.real) && std::isfinite(a.imag)) errno = ERANGE;
    return size;
}

}  // namespace baton::api
