// math: the functions on whole numbers.
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "vm/modules/math_functions.h"

namespace baton {

namespace {

// The argument as an owned, canonical Value.
Result<Value> whole(Attached ts, Value v) {
    if (v.is_int()) return v;
    Ref<Int> index = TRY(number_index(ts, *v.object()));
    return Result<Value>(std::move(index));
}
Result<Value> whole(Attached ts, Object& o) {
    return whole(ts, Value(&o));
}

bool is_negative(Value v) {
    return IntView(v).negative();
}

// (n - first) * (n - first - 1) * ... * (n - last + 1), halving the range so that factors stay of like size.
Result<Value> falling_product(Attached ts, Value n, int64_t first, int64_t last) {
    if (last - first == 1) return int_sub(ts, n, Value::of_int(first));
    const int64_t middle = first + (last - first) / 2;
    const OwnedValue left(TRY(falling_product(ts, n, first, middle)));
    const OwnedValue right(TRY(falling_product(ts, n, middle, last)));
    return int_mul(ts, left.get(), right.get());
}

}  // namespace

Result<Value> math_gcd(Attached ts, Object&, Args integers) {
    OwnedValue result(Value::of_int(0));
    for (size_t i = 0; i < integers.n; ++i) {
        const OwnedValue next(TRY(whole(ts, integers[i])));
        result = OwnedValue(TRY(int_gcd(ts, result.get(), next.get())));
    }
    return result.release();
}

Result<Value> math_lcm(Attached ts, Object&, Args integers) {
    OwnedValue result(Value::of_int(1));
    for (size_t i = 0; i < integers.n; ++i) {
        const OwnedValue next(TRY(whole(ts, integers[i])));
        if (IntView(result.get()).is_zero() || IntView(next.get()).is_zero()) {
            result = OwnedValue(Value::of_int(0));  // and the rest is still checked for being whole
            continue;
        }
        const OwnedValue divisor(TRY(int_gcd(ts, result.get(), next.get())));
        const OwnedValue rest(TRY(int_floordiv(ts, next.get(), divisor.get())));
        const OwnedValue product(TRY(int_mul(ts, result.get(), rest.get())));
        result = OwnedValue(TRY(int_abs(ts, product.get())));
    }
    return result.release();
}

Result<Value> math_factorial(Attached ts, Object&, Object& x) {
    const OwnedValue n(TRY(whole(ts, x)));
    const IntView view(n.get());
    if (view.negative()) return raise(ts, Exc::ValueError, "factorial() not defined for negative values");
    uint64_t value;
    if (!digits::to_uint64(view.magnitude(), value) || value > INT64_MAX) {
        return raise(ts, Exc::OverflowError, "factorial() argument should not exceed {}", INT64_MAX);
    }
    return int_factorial(ts, static_cast<int64_t>(value));
}

Result<Value> math_comb(Attached ts, Object&, Object& n_object, Object& k_object) {
    const OwnedValue n(TRY(whole(ts, n_object)));
    const OwnedValue k(TRY(whole(ts, k_object)));
    if (is_negative(n.get())) return raise(ts, Exc::ValueError, "n must be a non-negative integer");
    if (is_negative(k.get())) return raise(ts, Exc::ValueError, "k must be a non-negative integer");
    const OwnedValue rest(TRY(int_sub(ts, n.get(), k.get())));
    if (is_negative(rest.get())) return Value::of_int(0);
    const IntView smaller(int_compare(rest.get(), k.get()) < 0 ? rest.get() : k.get());
    uint64_t chosen;
    if (!digits::to_uint64(smaller.magnitude(), chosen) || chosen > INT64_MAX) {
        return raise(ts, Exc::OverflowError, "min(n - k, k) must not exceed {}", INT64_MAX);
    }
    return int_binomial(ts, n.get(), static_cast<int64_t>(chosen));
}

Result<Value> math_perm(Attached ts, Object& module, Object& n_object, Object* k_object) {
    if (k_object == nullptr || is_none(*k_object)) return math_factorial(ts, module, n_object);
    const OwnedValue n(TRY(whole(ts, n_object)));
    const OwnedValue k(TRY(whole(ts, *k_object)));
    if (is_negative(n.get())) return raise(ts, Exc::ValueError, "n must be a non-negative integer");
    if (is_negative(k.get())) return raise(ts, Exc::ValueError, "k must be a non-negative integer");
    if (int_compare(n.get(), k.get()) < 0) return Value::of_int(0);
    const IntView count(k.get());
    uint64_t factors;
    if (!digits::to_uint64(count.magnitude(), factors) || factors > INT64_MAX) {
        return raise(ts, Exc::OverflowError, "k must not exceed {}", INT64_MAX);
    }
    if (factors == 0) return Value::of_int(1);
    return falling_product(ts, n.get(), 0, static_cast<int64_t>(factors));
}

Result<Value> math_isqrt(Attached ts, Object&, Object& n_object) {
    const OwnedValue n(TRY(whole(ts, n_object)));
    return int_isqrt(ts, n.get());
}

}  // namespace baton
