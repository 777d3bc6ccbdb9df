#include <algorithm>
#include <cmath>

#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_scratch.h"

namespace baton {

namespace {

using digits::BitOp;
using digits::Digit;
using digits::In;
using digits::Out;

Out room(Int& i, size_t count) {
    return {i.digit, count};
}

// Numbers of up to four digits are calculated with in a machine's double word: hashes, random numbers and
// products of machine ints are of that size, and making and normalising digit arrays would be most of the
// work.
using Wide = unsigned __int128;
constexpr Wide kWordMax = ~uint64_t{0};

// The magnitude of a number below 2**120.
bool get_wide(const IntView& v, Wide* out) {
    if (v.is_small()) {
        const auto i = static_cast<uint64_t>(v.value());
        *out = v.negative() ? -i : i;
        return true;
    }
    const In m = v.magnitude();
    if (m.size() > 4) return false;
    Wide w = 0;
    for (size_t i = m.size(); i-- > 0;) w = w << kDigitBits | m[i];
    *out = w;
    return true;
}
bool get_wide(const IntView& x, const IntView& y, Wide* a, Wide* b) {
    return get_wide(x, a) && get_wide(y, b);
}
Result<Value> from_wide(Attached ts, Wide magnitude, bool negative) {
    if (magnitude <= static_cast<Wide>(kMaxTagged) + negative) {
        const auto i = static_cast<int64_t>(magnitude);
        return Value::of_int(negative ? -i : i);
    }
    size_t count = 0;
    for (Wide rest = magnitude; rest != 0; rest >>= kDigitBits) ++count;
    Ref<Int> made = TRY(int_alloc(ts, count));
    for (size_t i = 0; i < count; ++i, magnitude >>= kDigitBits) {
        made->digit[i] = static_cast<Digit>(magnitude) & digits::kDigitMask;
    }
    made->size = negative ? -static_cast<Index>(count) : static_cast<Index>(count);
    return Value(made.release());
}

// |x| + |y| or |x| - |y| with the sign that a sum of signed numbers asks for.
Result<Value> add_signed(Attached ts, const IntView& x, bool x_negative, const IntView& y, bool y_negative) {
    Wide wide_x, wide_y;
    if (get_wide(x, y, &wide_x, &wide_y)) {
        if (x_negative == y_negative) return from_wide(ts, wide_x + wide_y, x_negative);
        return wide_x >= wide_y ? from_wide(ts, wide_x - wide_y, x_negative)
                                : from_wide(ts, wide_y - wide_x, y_negative);
    }
    const In a = x.magnitude(), b = y.magnitude();
    const size_t count = std::max(a.size(), b.size()) + 1;
    Ref<Int> sum = TRY(int_alloc(ts, count));
    if (x_negative == y_negative) {
        const size_t n = digits::add(room(*sum, count), a, b);
        return int_finish(ts, std::move(sum), n, x_negative);
    }
    const bool swap = digits::compare(a, b) < 0;
    const size_t n = swap ? digits::sub(room(*sum, count), b, a) : digits::sub(room(*sum, count), a, b);
    return int_finish(ts, std::move(sum), n, swap ? y_negative : x_negative);
}

int64_t floor_div(int64_t a, int64_t b) {
    const int64_t q = a / b;
    return q - (a % b != 0 && (a < 0) != (b < 0));
}
int64_t floor_mod(int64_t a, int64_t b) {
    const int64_t r = a % b;
    return r != 0 && (r < 0) != (b < 0) ? r + b : r;
}

// Floor division of numbers that are not both small. Either result may be unwanted (null).
Result<void> divide(Attached ts, const IntView& x, const IntView& y, Value* quotient, Value* remainder) {
    Wide wide_x, wide_y;
    if (get_wide(x, y, &wide_x, &wide_y) && wide_x <= kWordMax && wide_y <= kWordMax) {
        auto q = static_cast<uint64_t>(wide_x) / static_cast<uint64_t>(wide_y);
        auto r = static_cast<uint64_t>(wide_x) % static_cast<uint64_t>(wide_y);
        const bool differ = x.negative() != y.negative(), up = differ && r != 0;
        if (quotient) *quotient = TRY(from_wide(ts, Wide{q} + up, differ));
        if (up) r = static_cast<uint64_t>(wide_y) - r;
        if (remainder) {
            auto made = from_wide(ts, r, y.negative());
            if (!made.ok() && quotient) drop(ts, std::exchange(*quotient, Value()));
            *remainder = TRY(made);
        }
        return {};
    }
    const In a = x.magnitude(), b = y.magnitude();
    const size_t room_q = (a.size() > b.size() ? a.size() - b.size() : 0) + 2;
    const size_t room_r = b.size() + 1;
    uint64_t whole;
    if (!remainder && x.negative() == y.negative() && digits::compare(a, b) >= 0 &&
        digits::quotient_by_head(whole, a, b)) {
        *quotient = Value::of_int(static_cast<int64_t>(whole));  // below 2**61
        return {};
    }
    Ref<Int> q = TRY(int_alloc(ts, room_q));
    Ref<Int> r = TRY(int_alloc(ts, room_r));
    size_t nq, nr;
    if (!digits::divmod(room(*q, room_q), nq, room(*r, room_r), nr, a, b)) return raise_no_memory(ts);
    if (x.negative() != y.negative() && nr != 0) {
        // Truncation went towards zero; the floor is one further away.
        const Digit one = 1;
        nq = digits::add(room(*q, room_q), In(q->digit, nq), In(&one, 1));
        nr = digits::sub(room(*r, room_r), b, In(r->digit, nr));
    }
    if (quotient) *quotient = int_finish(ts, std::move(q), nq, x.negative() != y.negative());
    if (remainder) *remainder = int_finish(ts, std::move(r), nr, y.negative());
    return {};
}

Result<Value> bitwise(Attached ts, BitOp op, const IntView& x, const IntView& y) {
    Wide wide_x, wide_y;
    if (!x.negative() && !y.negative() && get_wide(x, y, &wide_x, &wide_y)) {
        return from_wide(ts,
                         op == BitOp::And  ? wide_x & wide_y
                         : op == BitOp::Or ? wide_x | wide_y
                                           : wide_x ^ wide_y,
                         false);
    }
    const In a = x.magnitude(), b = y.magnitude();
    const size_t count = std::max(a.size(), b.size()) + 1;
    Ref<Int> result = TRY(int_alloc(ts, count));
    bool negative;
    const size_t n = digits::bit_op(op, room(*result, count), negative, a, x.negative(), b, y.negative());
    return int_finish(ts, std::move(result), n, negative);
}

}  // namespace

Result<Value> int_add(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return int_value(ts, x.value() + y.value());
    return add_signed(ts, x, x.negative(), y, y.negative());
}

Result<Value> int_sub(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return int_value(ts, x.value() - y.value());
    return add_signed(ts, x, x.negative(), y, !y.negative());
}

Result<Value> int_mul(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    int64_t product;
    if (x.is_small() && y.is_small() && !__builtin_mul_overflow(x.value(), y.value(), &product)) {
        return int_value(ts, product);
    }
    Wide wide_x, wide_y;
    if (get_wide(x, y, &wide_x, &wide_y) && wide_x <= kWordMax && wide_y <= kWordMax) {
        return from_wide(ts, wide_x * wide_y, x.negative() != y.negative());
    }
    const In m = x.magnitude();
    // The digits of one object twice: a square, which costs less.
    const In k = a == b ? m : y.magnitude();
    const size_t count = m.size() + k.size();
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::mul(room(*result, count), n, m, k)) return raise_no_memory(ts);
    return int_finish(ts, std::move(result), n, x.negative() != y.negative());
}

Result<Value> int_floordiv(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.is_zero()) return raise(ts, Exc::ZeroDivisionError, "integer division or modulo by zero");
    if (x.is_small() && y.is_small()) return int_value(ts, floor_div(x.value(), y.value()));
    Value quotient;
    TRY(divide(ts, x, y, &quotient, nullptr));
    return quotient;
}

Result<Value> int_mod(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.is_zero()) return raise(ts, Exc::ZeroDivisionError, "integer modulo by zero");
    if (x.is_small() && y.is_small()) return Value::of_int(floor_mod(x.value(), y.value()));
    Value remainder;
    TRY(divide(ts, x, y, nullptr, &remainder));
    return remainder;
}

Result<Value> int_divmod(Attached ts, Value a, Value b, Value* remainder) {
    const IntView x(a), y(b);
    if (y.is_zero()) return raise(ts, Exc::ZeroDivisionError, "integer division or modulo by zero");
    if (x.is_small() && y.is_small()) {
        *remainder = Value::of_int(floor_mod(x.value(), y.value()));
        return int_value(ts, floor_div(x.value(), y.value()));
    }
    Value quotient;
    TRY(divide(ts, x, y, &quotient, remainder));
    return quotient;
}

Result<double> int_truediv(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.is_zero()) return raise(ts, Exc::ZeroDivisionError, "division by zero");
    constexpr int64_t kExact = int64_t{1} << 53;
    if (x.is_small() && y.is_small() && std::abs(x.value()) <= kExact && std::abs(y.value()) <= kExact) {
        return static_cast<double>(x.value()) / static_cast<double>(y.value());
    }
    double quotient;
    switch (digits::true_divide(quotient, x.magnitude(), y.magnitude())) {
        case digits::Quotient::Ok:
            break;
        case digits::Quotient::Overflow:
            return raise(ts, Exc::OverflowError, "integer division result too large for a float");
        case digits::Quotient::NoMemory:
            return raise_no_memory(ts);
    }
    return x.negative() != y.negative() ? -quotient : quotient;
}

Result<Value> int_pow(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.negative()) {
        const double base = TRY(int_to_double(ts, a));
        const double exponent = TRY(int_to_double(ts, b));
        return Value(TRY(float_from_double(ts, TRY(float_pow_real(ts, base, exponent)))).release());
    }
    if (y.is_zero()) return Value::of_int(1);
    const In m = x.magnitude();
    const bool odd = (y.magnitude()[0] & 1) != 0;
    if (x.is_small() && std::abs(x.value()) <= 1)
        return Value::of_int(odd ? x.value() : x.value() * x.value());
    const size_t count = y.is_small() ? digits::pow_capacity(m, static_cast<uint64_t>(y.value())) : 0;
    if (count == 0) return raise_no_memory(ts);
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::pow(room(*result, count), n, m, static_cast<uint64_t>(y.value())))
        return raise_no_memory(ts);
    return int_finish(ts, std::move(result), n, x.negative() && odd);
}

Result<Value> int_pow_mod(Attached ts, Value a, Value b, Value modulus) {
    const IntView x(a), y(b), z(modulus);
    if (z.is_zero()) return raise(ts, Exc::ValueError, "pow() 3rd argument cannot be 0");
    const In m = z.magnitude();
    if (m.size() == 1 && m[0] == 1) return Value::of_int(0);
    // Everything happens in [0, |m|): first the base, inverted for a negative exponent.
    const size_t count = m.size() + 1;
    Scratch<Digit> base(count), quotient(x.magnitude().size() + 2);
    if (!base || !quotient) return raise_no_memory(ts);
    size_t base_size, ignored;
    if (!digits::divmod(Out(quotient.data(), quotient.size()), ignored, Out(base.data(), count), base_size,
                        x.magnitude(), m)) {
        return raise_no_memory(ts);
    }
    if (x.negative() && base_size != 0) {
        base_size = digits::sub(Out(base.data(), count), m, In(base.data(), base_size));
    }
    if (y.negative()) {
        Scratch<Digit> inverse(count);
        if (!inverse) return raise_no_memory(ts);
        size_t n;
        switch (digits::inverse_mod(Out(inverse.data(), count), n, In(base.data(), base_size), m)) {
            case digits::Inverse::Ok:
                break;
            case digits::Inverse::None:
                return raise(ts, Exc::ValueError, "base is not invertible for the given modulus");
            case digits::Inverse::NoMemory:
                return raise_no_memory(ts);
        }
        for (size_t i = 0; i < n; ++i) base[i] = inverse[i];
        base_size = n;
    }
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::pow_mod(room(*result, count), n, In(base.data(), base_size), y.magnitude(), m)) {
        return raise_no_memory(ts);
    }
    if (z.negative() && n != 0) n = digits::sub(room(*result, count), m, In(result->digit, n));
    return int_finish(ts, std::move(result), n, z.negative());
}

Result<Value> int_lshift(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.negative()) return raise(ts, Exc::ValueError, "negative shift count");
    if (x.is_zero()) return Value::of_int(0);
    if (!y.is_small()) return raise(ts, Exc::OverflowError, "too many digits in integer");
    const auto by = static_cast<uint64_t>(y.value());
    if (x.is_small() && by < 62) {
        const int64_t shifted = static_cast<int64_t>(static_cast<uint64_t>(x.value()) << by);
        if (shifted >> by == x.value()) return int_value(ts, shifted);
    }
    if (Wide wide; by <= 64 && get_wide(x, &wide) && wide <= kWordMax >> 1)
        return from_wide(ts, wide << by, x.negative());
    const size_t count = x.magnitude().size() + static_cast<size_t>(by / kDigitBits) + 1;
    Ref<Int> result = TRY(int_alloc(ts, count));
    const size_t n = digits::shift_left(room(*result, count), x.magnitude(), by);
    return int_finish(ts, std::move(result), n, x.negative());
}

Result<Value> int_rshift(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (y.negative()) return raise(ts, Exc::ValueError, "negative shift count");
    if (!y.is_small()) return Value::of_int(x.negative() ? -1 : 0);
    const auto by = static_cast<uint64_t>(y.value());
    if (x.is_small()) return Value::of_int(x.value() >> (by < 63 ? by : 63));
    if (Wide wide; !x.negative() && by < 128 && get_wide(x, &wide)) return from_wide(ts, wide >> by, false);
    const size_t count = x.magnitude().size() + 1;
    Ref<Int> result = TRY(int_alloc(ts, count));
    const size_t n = digits::shift_right(room(*result, count), x.magnitude(), by, x.negative());
    return int_finish(ts, std::move(result), n, x.negative());
}

Result<Value> int_and(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return Value::of_int(x.value() & y.value());
    return bitwise(ts, BitOp::And, x, y);
}
Result<Value> int_or(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return Value::of_int(x.value() | y.value());
    return bitwise(ts, BitOp::Or, x, y);
}
Result<Value> int_xor(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return Value::of_int(x.value() ^ y.value());
    return bitwise(ts, BitOp::Xor, x, y);
}

Result<Value> int_neg(Attached ts, Value a) {
    const IntView x(a);
    if (x.is_small()) return int_value(ts, -x.value());
    return int_from_magnitude(ts, x.magnitude(), !x.negative());
}

Result<Value> int_invert(Attached ts, Value a) {
    const IntView x(a);
    if (x.is_small()) return Value::of_int(~x.value());
    const IntView one(int64_t{1});
    return add_signed(ts, x, !x.negative(), one, true);
}

Result<Value> int_abs(Attached ts, Value a) {
    const IntView x(a);
    if (x.is_small()) return int_value(ts, std::abs(x.value()));
    if (!x.negative() && a.object()->type == &PyLong_Type) return share(a);
    return int_from_magnitude(ts, x.magnitude(), false);
}

int int_compare(Value a, Value b) {
    const IntView x(a), y(b);
    if (x.is_small() && y.is_small()) return x.value() < y.value() ? -1 : x.value() > y.value();
    if (x.negative() != y.negative()) return x.negative() ? -1 : 1;
    const int order = digits::compare(x.magnitude(), y.magnitude());
    return x.negative() ? -order : order;
}

bool int_eq(Value a, Value b) {
    return int_compare(a, b) == 0;
}

int int_compare_double(Value a, double d) {
    const IntView x(a);
    constexpr int64_t kExact = int64_t{1} << 53;
    if (x.is_small() && std::abs(x.value()) <= kExact) {
        const double i = static_cast<double>(x.value());
        return i < d ? -1 : i > d;
    }
    return digits::compare_double(x.magnitude(), x.negative(), d);
}

Result<Value> int_gcd(Attached ts, Value a, Value b) {
    const IntView x(a), y(b);
    const size_t count = std::max(x.magnitude().size(), y.magnitude().size()) + 1;
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::gcd(room(*result, count), n, x.magnitude(), y.magnitude())) return raise_no_memory(ts);
    return int_finish(ts, std::move(result), n, false);
}

Result<Value> int_isqrt(Attached ts, Value a) {
    const IntView x(a);
    if (x.negative()) return raise(ts, Exc::ValueError, "isqrt() argument must be nonnegative");
    const size_t count = x.magnitude().size() / 2 + 1;
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t n;
    if (!digits::isqrt(room(*result, count), n, x.magnitude())) return raise_no_memory(ts);
    return int_finish(ts, std::move(result), n, false);
}

Result<Value> int_factorial(Attached ts, int64_t n) {
    const auto number = static_cast<uint64_t>(n);
    const size_t count = digits::factorial_capacity(number);
    if (count == 0) return raise_no_memory(ts);
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t used;
    if (!digits::factorial(room(*result, count), used, number)) return raise_no_memory(ts);
    return int_finish(ts, std::move(result), used, false);
}

Result<Value> int_binomial(Attached ts, Value n, int64_t k) {
    const IntView view(n);
    const auto chosen = static_cast<uint64_t>(k);
    const size_t count = digits::binomial_capacity(view.magnitude(), chosen);
    if (count == 0) return raise_no_memory(ts);
    Ref<Int> result = TRY(int_alloc(ts, count));
    size_t used;
    if (!digits::binomial(room(*result, count), used, view.magnitude(), chosen)) return raise_no_memory(ts);
    return int_finish(ts, std::move(result), used, false);
}

Result<Value> int_round(Attached ts, Value a, int64_t places) {
    const IntView x(a);
    if (places >= 0) return x.is_small() ? Value::of_int(x.value()) : share(a);
    // Ten to that power is more than twice the number: nothing is left of it.
    const double decimal_digits = static_cast<double>(digits::bit_length(x.magnitude())) * 0.30103 + 2;
    if (-static_cast<double>(places) > decimal_digits) return Value::of_int(0);
    const OwnedValue unit(TRY(int_pow(ts, Value::of_int(10), Value::of_int(-places))));
    Value rest_word;
    const OwnedValue quotient(TRY(int_divmod(ts, a, unit.get(), &rest_word)));
    const OwnedValue rest(rest_word);
    const OwnedValue twice(TRY(int_lshift(ts, rest.get(), Value::of_int(1))));
    const int order = int_compare(twice.get(), unit.get());
    const IntView q(quotient.get());
    const bool odd = !q.is_zero() && (q.magnitude()[0] & 1) != 0;
    OwnedValue down(TRY(int_sub(ts, a, rest.get())));
    if (order < 0 || (order == 0 && !odd)) return down.release();
    return int_add(ts, down.get(), unit.get());
}

}  // namespace baton
