// cmath: functions of complex numbers.
//
// The C library computes them, special values by annex G of the C standard; here stands which results are
// errors in Python: a point where the function has no limit is a ValueError, a finite argument with an
// infinite result an OverflowError.
#include <cmath>
#include <complex>

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/modules/math_functions.h"

namespace baton {

namespace {

using Complex64 = std::complex<double>;
constexpr double kInf = INFINITY, kNan = NAN;

bool finite(Complex64 z) {
    return std::isfinite(z.real()) && std::isfinite(z.imag());
}
Complex64 times_i(Complex64 z) {
    return {-z.imag(), z.real()};
}
Complex64 over_i(Complex64 z) {
    return {z.imag(), -z.real()};
}

enum class Outcome : uint8_t { fine, domain, range };
struct Answer {
    Complex64 value;
    Outcome outcome = Outcome::fine;
};
Result<Ref<Object>> give(Attached ts, const Answer& a) {
    if (a.outcome == Outcome::domain) return raise_math_domain(ts);
    if (a.outcome == Outcome::range) return raise_math_range(ts);
    return complex_from_doubles(ts, a.value.real(), a.value.imag());
}
Answer checked(Complex64 z, Complex64 value, bool domain) {
    if (domain) return {value, Outcome::domain};
    return {value, finite(z) && !finite(value) ? Outcome::range : Outcome::fine};
}

// ---- the functions ----
Answer sqrt_of(Complex64 z) {
    return {std::sqrt(z)};
}
Answer acos_of(Complex64 z) {
    return {std::acos(z)};
}
Answer asin_of(Complex64 z) {
    return {std::asin(z)};
}
Answer acosh_of(Complex64 z) {
    if (z.real() == 0 && std::isnan(z.imag())) return {{kNan, kNan}};  // C has pi/2 there since 2017
    return {std::acosh(z)};
}
Answer asinh_of(Complex64 z) {
    return {std::asinh(z)};
}
Answer atanh_of(Complex64 z) {
    const bool pole = std::fabs(z.real()) == 1 && z.imag() == 0;
    return {std::atanh(z), pole ? Outcome::domain : Outcome::fine};
}
Answer atan_of(Complex64 z) {
    const Answer a = atanh_of(times_i(z));
    return {over_i(a.value), a.outcome};
}
Answer exp_of(Complex64 z) {
    const bool turning = std::isinf(z.imag()) && (std::isfinite(z.real()) || z.real() == kInf);
    return checked(z, std::exp(z), turning);
}
Answer cosh_of(Complex64 z) {
    return checked(z, std::cosh(z), std::isinf(z.imag()) && !std::isnan(z.real()));
}
Answer sinh_of(Complex64 z) {
    return checked(z, std::sinh(z), std::isinf(z.imag()) && !std::isnan(z.real()));
}
Answer tanh_of(Complex64 z) {
    if (z.real() == 0 && std::isnan(z.imag())) return {{kNan, kNan}};  // C has 0 there since 2017
    return {std::tanh(z), std::isinf(z.imag()) && std::isfinite(z.real()) ? Outcome::domain : Outcome::fine};
}
Answer cos_of(Complex64 z) {
    return cosh_of(times_i(z));
}
Answer sin_of(Complex64 z) {
    const Answer a = sinh_of(times_i(z));
    return {over_i(a.value), a.outcome};
}
Answer tan_of(Complex64 z) {
    const Answer a = tanh_of(times_i(z));
    return {over_i(a.value), a.outcome};
}
Answer log_of(Complex64 z) {
    return {std::log(z), z == Complex64(0) ? Outcome::domain : Outcome::fine};
}
Answer log10_of(Complex64 z) {
    const Answer a = log_of(z);
    return {{a.value.real() / M_LN10, a.value.imag() / M_LN10}, a.outcome};
}

Result<Complex64> argument(Attached ts, Object& o) {
    const ComplexValue v = TRY(as_complex(ts, o));
    return Complex64(v.real, v.imag);
}
template <Answer (*f)(Complex64)>
Result<Ref<Object>> function(Attached ts, Module&, Object& z) {
    return give(ts, f(TRY(argument(ts, z))));
}
Result<Ref<Object>> cmath_log(Attached ts, Module&, Object& z, Object* base) {
    const Answer a = log_of(TRY(argument(ts, z)));
    if (!base) return give(ts, a);
    const Answer b = log_of(TRY(argument(ts, *base)));
    if (a.outcome != Outcome::fine || b.outcome != Outcome::fine || b.value == Complex64(0))
        return raise_math_domain(ts);
    const ComplexValue q =
        TRY(complex_quotient(ts, {a.value.real(), a.value.imag()}, {b.value.real(), b.value.imag()}));
    return complex_from_doubles(ts, q.real, q.imag);
}

// ---- polar coordinates ----
Result<double> cmath_phase(Attached ts, Module&, Object& z) {
    const Complex64 c = TRY(argument(ts, z));
    return std::atan2(c.imag(), c.real());
}
Result<Ref<Object>> cmath_polar(Attached ts, Module&, Object& z) {
    const Complex64 c = TRY(argument(ts, z));
    const double radius = std::hypot(c.real(), c.imag());
    if (std::isinf(radius) && finite(c)) return raise_math_range(ts);
    const Ref<Float> r = TRY(float_from_double(ts, radius)),
                     phi = TRY(float_from_double(ts, std::atan2(c.imag(), c.real())));
    return tuple_of(ts, {r.get(), phi.get()});
}
Answer rect_of(double r, double phi) {
    if (phi == 0) return {{r, std::isfinite(r) ? r * phi : r < 0 ? -phi : phi}};
    if (std::isfinite(r) && std::isfinite(phi)) return {{r * std::cos(phi), r * std::sin(phi)}};
    if (std::isinf(r) && std::isfinite(phi))
        return {{std::copysign(r, r * std::cos(phi)), std::copysign(r, r * std::sin(phi))}};
    const bool turning = std::isinf(phi) && r != 0 && !std::isnan(r);
    const Outcome outcome = turning ? Outcome::domain : Outcome::fine;
    if (r == 0) return {{0, 0}, outcome};
    return {{std::isinf(r) ? kInf : kNan, kNan}, outcome};
}
Result<Ref<Object>> cmath_rect(Attached ts, Module&, double r, double phi) {
    return give(ts, rect_of(r, phi));
}

// ---- questions ----
Result<bool> cmath_isfinite(Attached ts, Module&, Object& z) {
    return finite(TRY(argument(ts, z)));
}
Result<bool> cmath_isnan(Attached ts, Module&, Object& z) {
    const Complex64 c = TRY(argument(ts, z));
    return std::isnan(c.real()) || std::isnan(c.imag());
}
Result<bool> cmath_isinf(Attached ts, Module&, Object& z) {
    const Complex64 c = TRY(argument(ts, z));
    return std::isinf(c.real()) || std::isinf(c.imag());
}
Result<bool> cmath_isclose(Attached ts, Module&, Object& a, Object& b, Opt<double> rel_tol,
                           Opt<double> abs_tol) {
    const Complex64 x = TRY(argument(ts, a)), y = TRY(argument(ts, b));
    const double relative = rel_tol.or_else(1e-9), absolute = abs_tol.or_else(0);
    if (relative < 0 || absolute < 0) return raise(ts, Exc::ValueError, "tolerances must be non-negative");
    if (x == y) return true;
    // An infinity is close to itself only.
    if (std::isinf(x.real()) || std::isinf(x.imag()) || std::isinf(y.real()) || std::isinf(y.imag()))
        return false;
    const double apart = std::abs(x - y);
    return apart <= relative * std::abs(y) || apart <= relative * std::abs(x) || apart <= absolute;
}

constexpr Method functions[] = {
    method<function<acos_of>>("acos($module, z, /)", "The arc cosine of z."),
    method<function<acosh_of>>("acosh($module, z, /)", "What cosh() takes to z."),
    method<function<asin_of>>("asin($module, z, /)", "The arc sine of z."),
    method<function<asinh_of>>("asinh($module, z, /)", "What sinh() takes to z."),
    method<function<atan_of>>("atan($module, z, /)", "The arc tangent of z."),
    method<function<atanh_of>>("atanh($module, z, /)", "What tanh() takes to z."),
    method<function<cos_of>>("cos($module, z, /)", "The cosine of z."),
    method<function<cosh_of>>("cosh($module, z, /)", "Half of exp(z) + exp(-z)."),
    method<function<exp_of>>("exp($module, z, /)", "e to the power of z."),
    method<cmath_isclose>("isclose($module, /, a, b, *, rel_tol=1e-09, abs_tol=0.0)",
                          "Whether a and b differ by no more than rel_tol times the larger of them, or by no "
                          "more than abs_tol."),
    method<cmath_isfinite>("isfinite($module, z, /)",
                           "Whether both parts of z are neither infinite nor NaN."),
    method<cmath_isinf>("isinf($module, z, /)", "Whether a part of z is infinite."),
    method<cmath_isnan>("isnan($module, z, /)", "Whether a part of z is a NaN."),
    method<cmath_log>("log($module, z, base=<unrepresentable>, /)",
                      "The logarithm of z to a base; the natural one if left out."),
    method<function<log10_of>>("log10($module, z, /)", "The logarithm of z to base 10."),
    method<cmath_phase>("phase($module, z, /)", "The angle of z, from -pi to pi."),
    method<cmath_polar>("polar($module, z, /)", "Distance from zero and angle of z."),
    method<cmath_rect>("rect($module, r, phi, /)", "The number at that distance from zero and that angle."),
    method<function<sin_of>>("sin($module, z, /)", "The sine of z."),
    method<function<sinh_of>>("sinh($module, z, /)", "Half of exp(z) - exp(-z)."),
    method<function<sqrt_of>>("sqrt($module, z, /)", "The square root of z."),
    method<function<tan_of>>("tan($module, z, /)", "The tangent of z."),
    method<function<tanh_of>>("tanh($module, z, /)", "sinh(z) / cosh(z)."),
    {},
};

Result<void> cmath_exec(Attached ts, Module& m) {
    const struct {
        const char* name;
        double value;
    } reals[] = {{"pi", M_PI}, {"e", M_E}, {"tau", 2 * M_PI}, {"inf", kInf}, {"nan", kNan}};
    for (const auto& r : reals) {
        const Ref<Float> value = TRY(float_from_double(ts, r.value));
        TRY(module_add(ts, m, r.name, *value));
    }
    const Ref<Object> infj = TRY(complex_from_doubles(ts, 0, kInf)),
                      nanj = TRY(complex_from_doubles(ts, 0, kNan));
    TRY(module_add(ts, m, "infj", *infj));
    return module_add(ts, m, "nanj", *nanj);
}

}  // namespace

extern const ModuleSpec cmath_module;
const ModuleSpec cmath_module = {
    .name = "cmath",
    .doc = "Functions of complex numbers.",
    .methods = functions,
    .exec = cmath_exec,
};

}  // namespace baton
