#include <bit>
#include <cmath>
#include <numeric>

#include "runtime/types/int_digits.h"
#include "runtime/types/int_limbs.h"

namespace baton::digits {

namespace {

using Wide = unsigned __int128;

// The most significant 64 bits, left aligned; `sticky` tells whether anything below them is set.
std::uint64_t top_bits(In a, bool& sticky) {
    const std::uint64_t bits = bit_length(a);
    sticky = false;
    std::uint64_t top;
    if (bits <= 64) {
        to_uint64(a, top);
        return top << (64 - bits);
    }
    const std::uint64_t drop = bits - 64;
    const std::size_t word = static_cast<std::size_t>(drop / kDigitBits);
    const int rest = static_cast<int>(drop % kDigitBits);
    Wide value = 0;
    for (std::size_t i = a.size(); i-- > word;) value = (value << kDigitBits) | a[i];
    sticky = any_low_bits(a, drop);
    return static_cast<std::uint64_t>(value >> rest);
}

// Drops `drop` (0..63) low bits of q, ties to even; anything below q is known through `sticky`.
std::uint64_t round_half_even(std::uint64_t q, int drop, bool sticky) {
    if (drop == 0) return q;  // only reached with enough spare bits when nothing needs rounding
    const std::uint64_t kept = q >> drop;
    const std::uint64_t rest = q & ((std::uint64_t{1} << drop) - 1);
    const std::uint64_t half = std::uint64_t{1} << (drop - 1);
    const bool up = rest > half || (rest == half && (sticky || (kept & 1) != 0));
    return kept + up;
}

}  // namespace

std::size_t pow_capacity(In base, std::uint64_t exponent) {
    if (base.empty() || exponent == 0 || (base.size() == 1 && base[0] == 1)) return 1;
    const Wide bits = static_cast<Wide>(bit_length(base)) * exponent;
    if (bits > kMaxBits) {
        // A power of two needs one bit per factor less: 2**n has n + 1 bits, not 2n.
        const std::uint64_t length = bit_length(base);
        const Wide exact = static_cast<Wide>(length - 1) * exponent + 1;
        if (any_low_bits(base, length - 1) || exact > kMaxBits) return 0;
        return static_cast<std::size_t>(exact / kDigitBits) + 1;
    }
    return static_cast<std::size_t>(bits / kDigitBits) + 1;
}

bool pow(Out out, std::size_t& n, In base, std::uint64_t exponent) {
    const std::uint64_t length = bit_length(base);
    if (length != 0 && static_cast<Wide>(length) * exponent <= 64) {
        std::uint64_t value, result = 1;
        to_uint64(base, value);
        for (; exponent != 0; --exponent) result *= value;
        n = from_uint64(out, result);
        return true;
    }
    Natural b(base);
    // The result, and GMP's temporary of the same size for the last squaring.
    if (!b ||
        !memory_available(4 * static_cast<std::uint64_t>(pow_capacity(base, exponent)) * sizeof(Digit))) {
        return false;
    }
    MutableNatural result;
    mpz_pow_ui(result.get(), b.get(), exponent);
    n = result.write(out);
    return true;
}

bool pow_mod(Out out, std::size_t& n, In base, In exponent, In modulus) {
    std::uint64_t small_modulus;
    if (modulus.size() <= 3 && to_uint64(modulus, small_modulus)) {
        Wide value = 0;
        for (std::size_t i = base.size(); i-- > 0;) value = ((value << kDigitBits) | base[i]) % small_modulus;
        Wide result = 1 % small_modulus;
        for (std::uint64_t bit = bit_length(exponent); bit-- > 0;) {
            result = result * result % small_modulus;
            if (bit_is_set(exponent, bit)) result = result * value % small_modulus;
        }
        n = from_uint64(out, static_cast<std::uint64_t>(result));
        return true;
    }
    Natural b(base), e(exponent), m(modulus);
    if (!b || !e || !m || !memory_available(std::uint64_t{64} * modulus.size() * sizeof(Digit))) return false;
    MutableNatural result;
    mpz_powm(result.get(), b.get(), e.get(), m.get());
    n = result.write(out.first(modulus.size()));
    return true;
}

Inverse inverse_mod(Out out, std::size_t& n, In a, In modulus) {
    n = 0;
    if (modulus.size() == 1 && modulus[0] == 1) return Inverse::Ok;
    Natural value(a), m(modulus);
    if (!value || !m || !memory_available(std::uint64_t{16} * (a.size() + modulus.size()) * sizeof(Digit))) {
        return Inverse::NoMemory;
    }
    MutableNatural result;
    if (mpz_invert(result.get(), value.get(), m.get()) == 0) return Inverse::None;
    n = result.write(out.first(modulus.size()));
    return Inverse::Ok;
}

bool gcd(Out out, std::size_t& n, In a, In b) {
    std::uint64_t small_a, small_b;
    if (to_uint64(a, small_a) && to_uint64(b, small_b)) {
        n = from_uint64(out, std::gcd(small_a, small_b));
        return true;
    }
    Natural x(a), y(b);
    if (!x || !y || !memory_available(std::uint64_t{16} * (a.size() + b.size()) * sizeof(Digit)))
        return false;
    MutableNatural result;
    mpz_gcd(result.get(), x.get(), y.get());
    n = result.write(out);
    return true;
}

bool isqrt(Out out, std::size_t& n, In a) {
    n = 0;
    if (a.empty()) return true;
    Natural value(a);
    if (!value || !memory_available(std::uint64_t{8} * a.size() * sizeof(Digit))) return false;
    MutableNatural result;
    mpz_sqrt(result.get(), value.get());
    n = result.write(out);
    return true;
}

std::size_t factorial_capacity(std::uint64_t n) {
    if (n < 2) return 1;
    // Stirling's bound from above: n! < 2 * sqrt(pi * n) * (n / e)**n.
    const double x = static_cast<double>(n);
    const double bits = x * (std::log2(x) - 1.4426950408889634) + std::log2(x) / 2 + 3;
    return bits > static_cast<double>(kMaxBits) ? 0 : static_cast<std::size_t>(bits / kDigitBits) + 2;
}

bool factorial(Out out, std::size_t& count, std::uint64_t n) {
    if (!memory_available(std::uint64_t{16} * factorial_capacity(n) * sizeof(Digit))) return false;
    MutableNatural result;
    mpz_fac_ui(result.get(), n);
    count = result.write(out);
    return true;
}

std::size_t binomial_capacity(In n, std::uint64_t k) {
    // At most n**k, and for a small n at most 2**n.
    Wide bits = static_cast<Wide>(bit_length(n)) * k + 1;
    std::uint64_t small;
    if (to_uint64(n, small) && small < bits) bits = small;
    return bits > kMaxBits ? 0 : static_cast<std::size_t>(bits / kDigitBits) + 2;
}

bool binomial(Out out, std::size_t& count, In n, std::uint64_t k) {
    Natural number(n);
    if (!number || !memory_available(std::uint64_t{16} * binomial_capacity(n, k) * sizeof(Digit)))
        return false;
    MutableNatural result;
    std::uint64_t small;
    if (to_uint64(n, small)) {
        mpz_bin_uiui(result.get(), small, k);
    } else {
        mpz_bin_ui(result.get(), number.get(), k);
    }
    count = result.write(out);
    return true;
}

double frexp(In a, std::int64_t& exponent) {
    exponent = 0;
    if (a.empty()) return 0.0;
    bool sticky;
    const std::uint64_t top = top_bits(a, sticky);
    std::uint64_t mantissa = round_half_even(top, 11, sticky);
    exponent = static_cast<std::int64_t>(bit_length(a));
    if (mantissa == std::uint64_t{1} << 53) {
        mantissa >>= 1;
        ++exponent;
    }
    return std::ldexp(static_cast<double>(mantissa), -53);
}

double to_double(In a, bool& overflow) {
    std::int64_t exponent;
    const double fraction = frexp(a, exponent);
    overflow = exponent > 1024;
    return overflow ? HUGE_VAL : std::ldexp(fraction, static_cast<int>(exponent));
}

std::size_t double_capacity(double value) {
    int exponent;
    std::frexp(value, &exponent);
    // Room for the 53-bit mantissa, whose digits are produced before they are shifted.
    return exponent <= 0 ? 3 : static_cast<std::size_t>(exponent) / kDigitBits + 3;
}

std::size_t from_double(Out out, double value) {
    int exponent;
    const double fraction = std::frexp(std::fabs(value), &exponent);
    if (exponent <= 0) return 0;
    const std::uint64_t mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    if (exponent <= 53) return from_uint64(out, mantissa >> (53 - exponent));
    Digit low[3];
    const std::size_t n = from_uint64(low, mantissa);
    return shift_left(out, In(low, n), static_cast<std::uint64_t>(exponent - 53));
}

int compare_double(In a, bool negative, double value) {
    const int sign_a = a.empty() ? 0 : negative ? -1 : 1;
    const int sign_v = value > 0 ? 1 : value < 0 ? -1 : 0;
    if (sign_a != sign_v) return sign_a < sign_v ? -1 : 1;
    if (sign_a == 0) return 0;
    if (std::isinf(value)) return -sign_v;
    const double magnitude = std::fabs(value);
    int exponent;
    std::frexp(magnitude, &exponent);
    const std::int64_t bits = static_cast<std::int64_t>(bit_length(a));
    if (bits != exponent) return bits < exponent ? -sign_a : sign_a;
    Digit whole[40];
    const int order = compare(a, In(whole, from_double(whole, magnitude)));
    if (order != 0) return order * sign_a;
    return magnitude != std::floor(magnitude) ? -sign_a : 0;
}

Quotient true_divide(double& out, In a, In b) {
    out = 0.0;
    if (a.empty()) return Quotient::Ok;
    constexpr std::uint64_t kExact = std::uint64_t{1} << 53;
    std::uint64_t small_a, small_b;
    if (to_uint64(a, small_a) && to_uint64(b, small_b) && small_a <= kExact && small_b <= kExact) {
        out = static_cast<double>(small_a) / static_cast<double>(small_b);
        return Quotient::Ok;
    }
    const std::int64_t difference =
        static_cast<std::int64_t>(bit_length(a)) - static_cast<std::int64_t>(bit_length(b));
    if (difference > 1024) return Quotient::Overflow;
    if (difference < -1076) return Quotient::Ok;
    // a / b == quotient * 2**shift, with a quotient of 55 or 56 bits and everything below it in `sticky`.
    const std::int64_t shift = difference - 55;
    const std::size_t room =
        shift < 0 ? a.size() + static_cast<std::size_t>(-shift) / kDigitBits + 1 : a.size() + 1;
    Scratch<Digit, 128> numerator(room), quotient(room + 1), remainder(b.size());
    if (!numerator || !quotient || !remainder) return Quotient::NoMemory;
    bool sticky = false;
    std::size_t n;
    if (shift < 0) {
        n = shift_left(Out(numerator.data(), room), a, static_cast<std::uint64_t>(-shift));
    } else {
        sticky = any_low_bits(a, static_cast<std::uint64_t>(shift));
        n = shift_right(Out(numerator.data(), room), a, static_cast<std::uint64_t>(shift), false);
    }
    std::size_t quotient_size, remainder_size;
    if (!divmod(Out(quotient.data(), room + 1), quotient_size, Out(remainder.data(), b.size()),
                remainder_size, In(numerator.data(), n), b)) {
        return Quotient::NoMemory;
    }
    sticky |= remainder_size != 0;
    std::uint64_t q;
    to_uint64(In(quotient.data(), quotient_size), q);
    const int width = std::bit_width(q);
    const std::int64_t exponent = width + shift;
    std::int64_t precision = 53;
    if (exponent < -1021) precision = exponent + 1074;
    if (precision < 0) return Quotient::Ok;
    const int drop = width - static_cast<int>(precision);
    out = std::ldexp(static_cast<double>(round_half_even(q, drop, sticky)), static_cast<int>(shift + drop));
    return std::isinf(out) ? Quotient::Overflow : Quotient::Ok;
}

std::size_t bytes_capacity(std::size_t count) {
    return static_cast<std::size_t>((static_cast<Wide>(count) * 8 + kDigitBits - 1) / kDigitBits) + 1;
}

std::size_t from_bytes(Out out, bool& negative, std::span<const std::uint8_t> bytes, bool little,
                       bool is_signed) {
    const std::size_t count = bytes.size();
    negative = count > 0 && is_signed && (bytes[little ? count - 1 : 0] & 0x80) != 0;
    // A negative number's magnitude is its complement plus one, made on the way.
    const std::uint8_t flip = negative ? 0xff : 0;
    unsigned carry = negative ? 1 : 0;
    std::uint64_t pending = 0;
    int bits = 0;
    std::size_t n = 0;
    for (std::size_t i = 0; i < count; ++i) {
        carry += static_cast<std::uint8_t>(bytes[little ? i : count - 1 - i] ^ flip);
        pending |= static_cast<std::uint64_t>(carry & 0xff) << bits;
        carry >>= 8;
        bits += 8;
        if (bits >= kDigitBits) {
            out[n++] = static_cast<Digit>(pending) & kDigitMask;
            pending >>= kDigitBits;
            bits -= kDigitBits;
        }
    }
    // The magnitude of -2**(8k) has one bit more than the bytes.
    pending |= static_cast<std::uint64_t>(carry) << bits;
    if (pending != 0) out[n++] = static_cast<Digit>(pending);
    return significant(out.first(n));
}

bool to_bytes(std::span<std::uint8_t> bytes, In a, bool negative, bool little, bool is_signed) {
    const std::size_t count = bytes.size();
    const std::uint64_t length = bit_length(a);
    const Wide room = static_cast<Wide>(count) * 8;
    if (negative && count == 0) {
        // CPython writes -1, all of whose bits are sign, in no bytes at all.
        return is_signed && length == 1;
    }
    if (negative) {
        // -2**(8k-1) is the one number whose magnitude may use the sign bit.
        if (!is_signed || length > room || (length == room && any_low_bits(a, length - 1))) return false;
    } else if (is_signed ? length != 0 && length >= room : length > room) {
        return false;
    }
    const std::uint8_t flip = negative ? 0xff : 0;
    unsigned carry = negative ? 1 : 0;
    std::uint64_t pending = 0;
    int bits = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
        if (bits < 8 && at < a.size()) {
            pending |= static_cast<std::uint64_t>(a[at++]) << bits;
            bits += kDigitBits;
        }
        carry += static_cast<std::uint8_t>(static_cast<std::uint8_t>(pending) ^ flip);
        bytes[little ? i : count - 1 - i] = static_cast<std::uint8_t>(carry);
        carry >>= 8;
        pending >>= 8;
        bits = bits > 8 ? bits - 8 : 0;
    }
    return true;
}

std::uint64_t hash_magnitude(In a) {
    std::uint64_t value = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        // Multiplying by 2**30 modulo 2**61 - 1 is a rotation of 61 bits.
        value = ((value << kDigitBits) & kHashModulus) | (value >> (kHashBits - kDigitBits));
        value += a[i];
        if (value >= kHashModulus) value -= kHashModulus;
    }
    return value;
}

std::int64_t hash(In a, bool negative) {
    const std::int64_t value = static_cast<std::int64_t>(hash_magnitude(a));
    if (!negative) return value;
    return value == 1 ? -2 : -value;
}

}  // namespace baton::digits
