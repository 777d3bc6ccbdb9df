// math: functions of real numbers, from the C library, with Python's rules for errors.
#include <cerrno>
#include <cmath>
#include <numbers>

#include "runtime/call.h"
#include "runtime/names.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/math_functions.h"

namespace baton {

Raised raise_math_domain(Attached ts) {
    return raise(ts, Exc::ValueError, "math domain error");
}
Raised raise_math_range(Attached ts) {
    return raise(ts, Exc::OverflowError, "math range error");
}

namespace {

using Real = double (*)(double);
using Real2 = double (*)(double, double);

// Where an infinite result of a finite argument comes from.
enum class Infinite { Pole, Overflow };

Result<double> checked(Attached ts, double result, bool nan_given, bool finite_given, Infinite infinite) {
    if (std::isnan(result) && !nan_given) return raise_math_domain(ts);
    if (std::isinf(result) && finite_given) {
        return infinite == Infinite::Pole ? raise_math_domain(ts) : raise_math_range(ts);
    }
    return result;
}

template <Real F, Infinite I = Infinite::Pole>
Result<double> real(Attached ts, Object&, double x) {
    return checked(ts, F(x), std::isnan(x), std::isfinite(x), I);
}
template <Real2 F>
Result<double> real2(Attached ts, Object&, double x, double y) {
    return checked(ts, F(x, y), std::isnan(x) || std::isnan(y), std::isfinite(x) && std::isfinite(y),
                   Infinite::Overflow);
}

Result<double> math_degrees(Attached, Object&, double x) {
    return x * (180.0 / std::numbers::pi);
}
Result<double> math_radians(Attached, Object&, double x) {
    return x * (std::numbers::pi / 180.0);
}

// The products of whole numbers that doubles hold exactly.
double small_factorial(int n) {
    double product = 1.0;
    for (int i = 2; i <= n; ++i) product *= i;
    return product;
}

Result<double> math_gamma(Attached ts, Object&, double x) {
    if (std::isnan(x) || (std::isinf(x) && x > 0)) return x;
    if (std::isinf(x) || x == 0.0 || (x < 0 && x == std::floor(x))) return raise_math_domain(ts);
    if (x == std::floor(x) && x <= 23.0) return small_factorial(static_cast<int>(x) - 1);
    const double result = std::tgamma(x);
    if (std::isinf(result)) return raise_math_range(ts);
    return result;
}

Result<double> math_lgamma(Attached ts, Object&, double x) {
    if (std::isnan(x)) return x;
    if (std::isinf(x)) return HUGE_VAL;
    if (x <= 2.0 && x == std::floor(x)) {
        if (x <= 0.0) return raise_math_domain(ts);
        return 0.0;
    }
    int sign;  // lgamma_r does not write to the process's signgam
    const double result = ::lgamma_r(x, &sign);
    if (std::isinf(result)) return raise_math_range(ts);
    return result;
}

Result<double> math_fmod(Attached ts, Object&, double x, double y) {
    if (std::isinf(y) && std::isfinite(x)) return x;
    return checked(ts, std::fmod(x, y), std::isnan(x) || std::isnan(y), true, Infinite::Pole);
}

Result<double> math_remainder(Attached ts, Object&, double x, double y) {
    return checked(ts, std::remainder(x, y), std::isnan(x) || std::isnan(y), true, Infinite::Pole);
}

Result<double> math_pow(Attached ts, Object&, double x, double y) {
    const double result = std::pow(x, y);
    if (!std::isfinite(x) || !std::isfinite(y)) return result;
    if (std::isnan(result)) return raise_math_domain(ts);
    if (std::isinf(result)) return x == 0.0 ? raise_math_domain(ts) : raise_math_range(ts);
    return result;
}

Result<double> math_ldexp(Attached ts, Object&, double x, Object& i) {
    if (!is_int(i)) return raise(ts, Exc::TypeError, "Expected an int as second argument to ldexp.");
    if (x == 0.0 || !std::isfinite(x)) return x;
    int overflow;
    int64_t exponent = int_as_int64(static_cast<Int&>(i), &overflow);
    if (overflow != 0) exponent = overflow > 0 ? INT64_MAX : INT64_MIN;
    if (exponent > INT_MAX) return raise_math_range(ts);
    if (exponent < INT_MIN) return std::copysign(0.0, x);
    const double result = std::ldexp(x, static_cast<int>(exponent));
    if (std::isinf(result)) return raise_math_range(ts);
    return result;
}

Result<Ref<Object>> math_frexp(Attached ts, Object&, double x) {
    int exponent = 0;
    const double mantissa = std::isfinite(x) ? std::frexp(x, &exponent) : x;
    const Ref<Float> m = TRY(float_from_double(ts, mantissa));
    const Ref<Int> e = TRY(box_int(ts, exponent));
    return tuple_of(ts, {m.get(), e.get()});
}

Result<Ref<Object>> math_modf(Attached ts, Object&, double x) {
    double whole;
    const double fraction = std::modf(x, &whole);
    const Ref<Float> f = TRY(float_from_double(ts, fraction));
    const Ref<Float> w = TRY(float_from_double(ts, whole));
    return tuple_of(ts, {f.get(), w.get()});
}

// A logarithm of any number, ints beyond the range of doubles included: log(m * 2**e) = log(m) + e * log(2).
template <Real F>
Result<double> logarithm(Attached ts, Object& x) {
    if (is_int(x)) {
        const IntView view(static_cast<Int&>(x));
        if (view.negative() || view.is_zero()) return raise_math_domain(ts);
        bool overflow;
        const double whole = digits::to_double(view.magnitude(), overflow);
        if (!overflow) return F(whole);
        int64_t exponent;
        const double mantissa = digits::frexp(view.magnitude(), exponent);
        return F(mantissa) + F(2.0) * static_cast<double>(exponent);
    }
    const double value = TRY(as_double(ts, x));
    if (value <= 0.0) return raise_math_domain(ts);
    return F(value);
}

Result<double> math_log(Attached ts, Object&, Object& x, Object* base) {
    const double top = TRY(logarithm<std::log>(ts, x));
    if (base == nullptr) return top;
    const double bottom = TRY(logarithm<std::log>(ts, *base));
    return float_truediv(ts, top, bottom);
}
Result<double> math_log2(Attached ts, Object&, Object& x) {
    return logarithm<std::log2>(ts, x);
}
Result<double> math_log10(Attached ts, Object&, Object& x) {
    return logarithm<std::log10>(ts, x);
}

Result<Ref<Object>> rounded(Attached ts, Object& x, Name special, Real f) {
    if (!is_exact(x, float_type())) {
        OptRef<Object> result = TRY(call_special(ts, x, id(special)));
        if (result) return std::move(result).take();
    }
    const double value = TRY(as_double(ts, x));
    return boxed(ts, int_from_double(ts, f(value)));
}
Result<Ref<Object>> math_ceil(Attached ts, Object&, Object& x) {
    return rounded(ts, x, Name::__ceil__, std::ceil);
}
Result<Ref<Object>> math_floor(Attached ts, Object&, Object& x) {
    return rounded(ts, x, Name::__floor__, std::floor);
}
Result<Ref<Object>> math_trunc(Attached ts, Object&, Object& x) {
    if (is_exact(x, float_type())) return boxed(ts, int_from_double(ts, static_cast<Float&>(x).value));
    OptRef<Object> result = TRY(call_special(ts, x, id(Name::__trunc__)));
    if (result) return std::move(result).take();
    return raise(ts, Exc::TypeError, "type {} doesn't define __trunc__ method", type_name(x));
}

Result<bool> math_isfinite(Attached, Object&, double x) {
    return std::isfinite(x);
}
Result<bool> math_isinf(Attached, Object&, double x) {
    return std::isinf(x);
}
Result<bool> math_isnan(Attached, Object&, double x) {
    return std::isnan(x);
}

Result<bool> math_isclose(Attached ts, Object&, double a, double b, Opt<double> rel_tol,
                          Opt<double> abs_tol) {
    const double relative = rel_tol.or_else(1e-09);
    const double absolute = abs_tol.or_else(0.0);
    if (relative < 0.0 || absolute < 0.0)
        return raise(ts, Exc::ValueError, "tolerances must be non-negative");
    if (a == b) return true;
    if (std::isinf(a) || std::isinf(b)) return false;
    const double difference = std::fabs(b - a);
    return difference <= std::fabs(relative * b) || difference <= std::fabs(relative * a) ||
           difference <= absolute;
}

Result<double> math_nextafter(Attached, Object&, double x, double y) {
    return std::nextafter(x, y);
}

Result<double> math_ulp(Attached, Object&, double x) {
    x = std::fabs(x);
    if (!std::isfinite(x)) return x;
    const double next = std::nextafter(x, HUGE_VAL);
    // The largest double has no successor; the step below it is as wide.
    return std::isinf(next) ? x - std::nextafter(x, 0.0) : next - x;
}

Result<double> math_copysign(Attached, Object&, double x, double y) {
    return std::copysign(x, y);
}
Result<double> math_atan2(Attached, Object&, double y, double x) {
    return std::atan2(y, x);
}

constexpr Method functions[] = {
    method<real<std::acos>>("acos($module, x, /)", "The angle, in radians, whose cosine is x."),
    method<real<std::acosh>>("acosh($module, x, /)", "The number not below zero whose cosh is x."),
    method<real<std::asin>>("asin($module, x, /)", "The angle, in radians, whose sine is x."),
    method<real<std::asinh>>("asinh($module, x, /)", "The number whose sinh is x."),
    method<real<std::atan>>("atan($module, x, /)", "The angle, in radians, whose tangent is x."),
    method<math_atan2>("atan2($module, y, x, /)", "The angle of the point (x, y), in the right quadrant."),
    method<real<std::atanh>>("atanh($module, x, /)", "The number whose tanh is x."),
    method<real<std::cbrt>>("cbrt($module, x, /)", "The cube root of x."),
    method<math_ceil>("ceil($module, x, /)", "The smallest integer that is not less than x."),
    method<math_comb>("comb($module, n, k, /)", "How many subsets with k members a set of n has."),
    method<math_copysign>("copysign($module, x, y, /)", "The magnitude of x with the sign of y."),
    method<real<std::cos>>("cos($module, x, /)", "The cosine of x radians."),
    method<real<std::cosh, Infinite::Overflow>>("cosh($module, x, /)", "(exp(x) + exp(-x)) / 2."),
    method<math_degrees>("degrees($module, x, /)", "The angle x, given in radians, in degrees."),
    method<math_dist>("dist($module, p, q, /)", "The Euclidean distance of two points."),
    method<real<std::erf>>("erf($module, x, /)", "The error function at x."),
    method<real<std::erfc>>("erfc($module, x, /)", "1 - erf(x), exact also where erf(x) is nearly 1."),
    method<real<std::exp, Infinite::Overflow>>("exp($module, x, /)", "e to the power of x."),
    method<real<std::exp2, Infinite::Overflow>>("exp2($module, x, /)", "2 to the power of x."),
    method<real<std::expm1, Infinite::Overflow>>("expm1($module, x, /)",
                                                 "exp(x) - 1, exact also for small x."),
    method<real<std::fabs>>("fabs($module, x, /)", "x without its sign, as a float."),
    method<math_factorial>("factorial($module, x, /)", "x!"),
    method<math_floor>("floor($module, x, /)", "The largest integer that is not greater than x."),
    method<math_fmod>("fmod($module, x, y, /)", "The remainder of x / y with the sign of x, as in C."),
    method<math_frexp>("frexp($module, x, /)", "The pair (m, e) with x == m * 2**e and 0.5 <= abs(m) < 1."),
    method<math_fsum>("fsum($module, seq, /)", "The sum of the floats in an iterable, rounded once."),
    method<math_gamma>("gamma($module, x, /)", "The gamma function at x."),
    method<math_gcd>("gcd($module, *integers)", "The largest integer that divides all of them."),
    method<math_hypot>("hypot($module, *coordinates)", "The Euclidean length of a vector."),
    method<math_isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                         "Whether two numbers differ by no more than a tolerance."),
    method<math_isfinite>("isfinite($module, x, /)", "Whether x is neither infinite nor NaN."),
    method<math_isinf>("isinf($module, x, /)", "Whether x is infinite."),
    method<math_isnan>("isnan($module, x, /)", "Whether x is NaN."),
    method<math_isqrt>("isqrt($module, n, /)", "The largest integer whose square is not above n."),
    method<math_lcm>("lcm($module, *integers)",
                     "The smallest positive integer that all of them divide; 0 if one of them is 0."),
    method<math_ldexp>("ldexp($module, x, i, /)", "x * 2**i."),
    method<math_lgamma>("lgamma($module, x, /)", "log(abs(gamma(x))), without overflow."),
    method<math_log>("log($module, x, base=<unrepresentable>, /)",
                     "The logarithm of x, natural if no base is given."),
    method<math_log10>("log10($module, x, /)", "The logarithm of x to base 10."),
    method<real<std::log1p>>("log1p($module, x, /)", "log(1 + x), exact also for small x."),
    method<math_log2>("log2($module, x, /)", "The logarithm of x to base 2."),
    method<math_modf>("modf($module, x, /)", "The fraction and the whole part of x, both with its sign."),
    method<math_nextafter>("nextafter($module, x, y, /)", "The next float after x towards y."),
    method<math_perm>("perm($module, n, k=None, /)",
                      "How many sequences of k different members a set of n has; k is n if left out."),
    method<math_pow>("pow($module, x, y, /)", "x ** y, computed with floats by the C library."),
    method<math_prod>("prod($module, iterable, /, *, start=1)", "The product of the items of an iterable."),
    method<math_radians>("radians($module, x, /)", "The angle x, given in degrees, in radians."),
    method<math_remainder>("remainder($module, x, y, /)", "x - n*y where n is the integer nearest to x / y."),
    method<real<std::sin>>("sin($module, x, /)", "The sine of x radians."),
    method<real<std::sinh, Infinite::Overflow>>("sinh($module, x, /)", "(exp(x) - exp(-x)) / 2."),
    method<real<std::sqrt>>("sqrt($module, x, /)", "The square root of x."),
    method<real<std::tan>>("tan($module, x, /)", "The tangent of x radians."),
    method<real<std::tanh>>("tanh($module, x, /)", "sinh(x) / cosh(x)."),
    method<math_trunc>("trunc($module, x, /)", "x without its fraction: x.__trunc__()."),
    method<math_ulp>("ulp($module, x, /)",
                     "How far the float x is from its neighbour with the larger absolute value."),
    {},
};

Result<void> math_exec(Attached ts, Module& module) {
    const auto put = [&](const char* name, double value) -> Result<void> {
        const Ref<Str> key = TRY(str_intern_utf8(ts, name));
        const Ref<Float> number = TRY(float_from_double(ts, value));
        return dict_set_str(ts, *module.dict, *key, *number);
    };
    TRY(put("pi", std::numbers::pi));
    TRY(put("e", std::numbers::e));
    TRY(put("tau", 2.0 * std::numbers::pi));
    TRY(put("inf", HUGE_VAL));
    TRY(put("nan", __builtin_nan("")));
    return {};
}

}  // namespace

extern const ModuleSpec math_module;
const ModuleSpec math_module = {
    .name = "math",
    .doc = "Functions of real numbers, as the C standard defines them, and some of whole numbers.",
    .methods = functions,
    .exec = math_exec,
};

}  // namespace baton
