// _statistics: quantiles of the normal distribution, by M. J. Wichura's algorithm AS 241 (Applied Statistics
// 37, 1988), which is good to 16 digits.
#include <cmath>
#include <span>

#include "runtime/native.h"

namespace baton {

namespace {

// Coefficients of the rational approximations, the constant first: near the median, between, and in the
// tails.
constexpr double kMiddleOver[] = {
    3.3871328727963666080e+0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
    4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
constexpr double kMiddleUnder[] = {1.0,
                                   4.2313330701600911252e+1,
                                   6.8718700749205790830e+2,
                                   5.3941960214247511077e+3,
                                   2.1213794301586595867e+4,
                                   3.9307895800092710610e+4,
                                   2.8729085735721942674e+4,
                                   5.2264952788528545610e+3};
constexpr double kOuterOver[] = {1.42343711074968357734e+0, 4.63033784615654529590e+0,
                                 5.76949722146069140550e+0, 3.64784832476320460504e+0,
                                 1.27045825245236838258e+0, 2.41780725177450611770e-1,
                                 2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr double kOuterUnder[] = {1.0,
                                  2.05319162663775882187e+0,
                                  1.67638483018380384940e+0,
                                  6.89767334985100004550e-1,
                                  1.48103976427480074590e-1,
                                  1.51986665636164571966e-2,
                                  5.47593808499534494600e-4,
                                  1.05075007164441684324e-9};
constexpr double kTailOver[] = {6.65790464350110377720e+0, 5.46378491116411436990e+0,
                                1.78482653991729133580e+0, 2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr double kTailUnder[] = {1.0,
                                 5.99832206555887937690e-1,
                                 1.36929880922735805310e-1,
                                 1.48753612908506148525e-2,
                                 7.86869131145613259100e-4,
                                 1.84631831751005468180e-5,
                                 1.42151175831644588870e-7,
                                 2.04426310338993978564e-15};

double polynomial(std::span<const double> coefficients, double x) {
    double sum = 0;
    for (size_t i = coefficients.size(); i-- > 0;) sum = sum * x + coefficients[i];
    return sum;
}

Result<double> normal_dist_inv_cdf(Attached ts, Module&, double p, double mu, double sigma) {
    if (p <= 0 || p >= 1 || sigma <= 0)  // a NaN goes through

        return raise(ts, Exc::ValueError, "inv_cdf undefined for these parameters");
    const double q = p - 0.5;
    if (std::fabs(q) <= 0.425) {
        const double r = 0.180625 - q * q;
        return mu + polynomial(kMiddleOver, r) * q / polynomial(kMiddleUnder, r) * sigma;
    }
    double r = std::sqrt(-std::log(q <= 0 ? p : 1 - p));
    double x;
    if (r <= 5) {
        r -= 1.6;
        x = polynomial(kOuterOver, r) / polynomial(kOuterUnder, r);
    } else {
        r -= 5;
        x = polynomial(kTailOver, r) / polynomial(kTailUnder, r);
    }
    return mu + (q < 0 ? -x : x) * sigma;
}

constexpr Method functions[] = {
    method<normal_dist_inv_cdf>("_normal_dist_inv_cdf($module, p, mu, sigma, /)",
                                "Below what a normally distributed number stays with probability p."),
    {},
};

}  // namespace

extern const ModuleSpec statistics_module;
const ModuleSpec statistics_module = {
    .name = "_statistics",
    .doc = "The fast part of the module statistics.",
    .methods = functions,
};

}  // namespace baton
