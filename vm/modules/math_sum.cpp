// math: exact sums, products and distances.
#include <cfloat>
#include <cmath>

#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_scratch.h"
#include "runtime/types/tuple.h"
#include "vm/modules/math_functions.h"

namespace baton {

namespace {

// A sum held exactly as doubles that do not overlap, smallest first (J. R. Shewchuk, "Adaptive Precision
// Floating-Point Arithmetic and Fast Robust Geometric Predicates", 1997).
class ExactSum {
  public:
    // False when a partial sum of finite numbers left the range of doubles.
    bool add(double x) {
        const double given = x;
        int kept = 0;
        for (int i = 0; i < count_; ++i) {
            double y = partial_[i];
            if (std::fabs(x) < std::fabs(y)) std::swap(x, y);
            const double high = x + y;
            const double low = y - (high - x);
            if (low != 0.0) partial_[kept++] = low;
            x = high;
        }
        count_ = kept;
        if (x == 0.0) return true;
        if (std::isfinite(x)) {
            partial_[count_++] = x;
            return true;
        }
        if (std::isfinite(given)) return false;
        if (std::isinf(given)) infinite_ += given;
        special_ += given;
        count_ = 0;
        return true;
    }
    bool is_special() const { return special_ != 0.0; }
    double special() const { return special_; }
    bool infinities_cancel() const { return std::isnan(infinite_); }

    double rounded() const {
        int i = count_;
        if (i == 0) return 0.0;
        double high = partial_[--i];
        double low = 0.0;
        while (i > 0 && low == 0.0) {
            const double x = high;
            const double y = partial_[--i];
            high = x + y;
            low = y - (high - x);
        }
        // A tie was rounded to even, but what lies below breaks it the other way.
        if (i > 0 && low != 0.0 && (low < 0.0) == (partial_[i - 1] < 0.0)) {
            const double twice = low * 2.0;
            const double moved = high + twice;
            if (twice == moved - high) return moved;
        }
        return high;
    }

  private:
    // Partials occupy disjoint bit positions of a double's range.
    static constexpr int kMost = DBL_MAX_EXP - DBL_MIN_EXP + DBL_MANT_DIG + 8;
    double partial_[kMost];
    int count_ = 0;
    double special_ = 0.0;
    double infinite_ = 0.0;
};

// The Euclidean length of a vector of magnitudes: scaled against overflow, summed in extended precision.
double vector_length(double* v, size_t n, double most, bool any_nan) {
    if (std::isinf(most)) return most;
    if (any_nan) return __builtin_nan("");
    if (most == 0.0 || n <= 1) return most;
    int exponent;
    std::frexp(most, &exponent);
    long double sum = 0.0L, lost = 0.0L;
    for (size_t i = 0; i < n; ++i) {
        const long double x = std::ldexp(static_cast<long double>(v[i]), -exponent);
        const long double term = x * x - lost;
        const long double next = sum + term;
        lost = (next - sum) - term;
        sum = next;
    }
    return static_cast<double>(std::ldexp(std::sqrt(sum), exponent));
}

}  // namespace

Result<double> math_fsum(Attached ts, Object&, Object& seq) {
    ExactSum sum;
    TRY(for_each(ts, seq, [&](Ref<Object> item) -> Result<bool> {
        const double x = TRY(as_double(ts, *item));
        if (!sum.add(x)) return raise(ts, Exc::OverflowError, "intermediate overflow in fsum");
        return true;
    }));
    if (sum.is_special()) {
        if (sum.infinities_cancel()) return raise(ts, Exc::ValueError, "-inf + inf in fsum");
        return sum.special();
    }
    return sum.rounded();
}

Result<Ref<Object>> math_prod(Attached ts, Object&, Object& iterable, Object* start) {
    Ref<Object> product = start != nullptr ? Ref<Object>::share(*start) : Ref<Object>(small_int(1));
    TRY(for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
        product = TRY(binary(ts, BinaryOp::multiply, *product, *item));
        return true;
    }));
    return product;
}

Result<double> math_dist(Attached ts, Object&, Object& p_object, Object& q_object) {
    const Ref<Tuple> p = TRY(to_tuple(ts, p_object));
    const Ref<Tuple> q = TRY(to_tuple(ts, q_object));
    if (p->size != q->size) {
        return raise(ts, Exc::ValueError, "both points must have the same number of dimensions");
    }
    const auto n = static_cast<size_t>(p->size);
    Scratch<double, 32> differences(n);
    if (!differences) return raise_no_memory(ts);
    double most = 0.0;
    bool any_nan = false;
    for (size_t i = 0; i < n; ++i) {
        const double x = TRY(as_double(ts, *p->item[i]));
        const double y = TRY(as_double(ts, *q->item[i]));
        differences[i] = std::fabs(x - y);
        any_nan |= std::isnan(differences[i]);
        if (differences[i] > most) most = differences[i];
    }
    return vector_length(differences.data(), n, most, any_nan);
}

Result<double> math_hypot(Attached ts, Object&, Args coordinates) {
    Scratch<double, 32> values(coordinates.n);
    if (!values) return raise_no_memory(ts);
    double most = 0.0;
    bool any_nan = false;
    for (size_t i = 0; i < coordinates.n; ++i) {
        values[i] = std::fabs(TRY(convert_double(ts, coordinates[i])));
        any_nan |= std::isnan(values[i]);
        if (values[i] > most) most = values[i];
    }
    return vector_length(values.data(), coordinates.n, most, any_nan);
}

}  // namespace baton
