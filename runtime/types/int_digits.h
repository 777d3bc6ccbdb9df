// Magnitudes of Python ints: arithmetic on spans of 30-bit digits, least significant first.
//
// Invariants. A magnitude is normalised: its last digit is not zero, and zero is the empty span. Every
// function takes normalised inputs and returns the number of significant digits it wrote, so outputs are
// normalised by `out.first(n)`. The caller owns all memory; the room an output needs is stated per function.
// Where GMP is used its working memory is asked for first, because GMP aborts when an allocation fails;
// `false` means "no memory".
//
// Callers. Anyone, attached or not: no Python object is touched, nothing blocks. Long runs do not poll.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace baton::digits {

using Digit = std::uint32_t;
using In = std::span<const Digit>;
using Out = std::span<Digit>;

inline constexpr int kDigitBits = 30;
inline constexpr Digit kDigitMask = (Digit{1} << kDigitBits) - 1;

// Above this many bits GMP's own size fields would overflow, and no machine of ours has the memory.
inline constexpr std::uint64_t kMaxBits = std::uint64_t{1} << 36;
inline constexpr std::size_t kMaxDigits = kMaxBits / kDigitBits;

// The number of significant digits in `a` once leading zeros are dropped.
inline std::size_t significant(In a) {
    std::size_t n = a.size();
    while (n > 0 && a[n - 1] == 0) --n;
    return n;
}

// Writes a 64-bit magnitude; `out` has room for 3 digits.
std::size_t from_uint64(Out out, std::uint64_t value);
// True and `value` set when the magnitude fits in 64 bits.
bool to_uint64(In a, std::uint64_t& value);

// -1, 0, 1 as a is less than, equal to, greater than b.
int compare(In a, In b);

// out: max(a, b) + 1 digits. May be the same memory as a or b.
std::size_t add(Out out, In a, In b);
// Requires a >= b. out: a.size() digits. May be the same memory as a or b.
std::size_t sub(Out out, In a, In b);
// out: a.size() + b.size() digits, distinct from a and b.
[[nodiscard]] bool mul(Out out, std::size_t& n, In a, In b);

// Truncating division; b is not zero. q: a.size() - b.size() + 1 digits (1 if a is shorter), r: b.size()
// digits.
[[nodiscard]] bool divmod(Out q, std::size_t& nq, Out r, std::size_t& nr, In a, In b);
// The quotient alone, where the leading digits of both settle it: false = they do not, or the quotient is
// long. The rest of the digits is not looked at. Requires a >= b.
bool quotient_by_head(std::uint64_t& q, In a, In b);
// Division by one digit in place of q; q may be a. Returns the remainder.
Digit divmod_digit(Out q, std::size_t& nq, In a, Digit b);

// out: a.size() + bits / 30 + 1 digits. May not overlap a.
std::size_t shift_left(Out out, In a, std::uint64_t bits);
// Drops `bits` low bits; with `round_up`, adds one if any of them was set (floor of a negative number).
// out: a.size() + 1 digits.
std::size_t shift_right(Out out, In a, std::uint64_t bits, bool round_up);

enum class BitOp { And, Or, Xor };
// Two's complement semantics over signed magnitudes. out: max(a, b) + 1 digits.
std::size_t bit_op(BitOp op, Out out, bool& out_negative, In a, bool a_negative, In b, bool b_negative);

std::uint64_t bit_length(In a);
std::uint64_t bit_count(In a);
bool bit_is_set(In a, std::uint64_t bit);
// True if any of the low `bits` bits is set.
bool any_low_bits(In a, std::uint64_t bits);

// An upper bound on the digits of base ** exponent, or 0 when it is beyond kMaxDigits.
std::size_t pow_capacity(In base, std::uint64_t exponent);
// out: pow_capacity digits (which must not have been 0).
[[nodiscard]] bool pow(Out out, std::size_t& n, In base, std::uint64_t exponent);
// base ** exponent mod modulus, all magnitudes; modulus > 0. out: modulus.size() digits.
[[nodiscard]] bool pow_mod(Out out, std::size_t& n, In base, In exponent, In modulus);

enum class Inverse { Ok, None, NoMemory };
// The x in [0, modulus) with a * x == 1 (mod modulus). out: modulus.size() digits.
Inverse inverse_mod(Out out, std::size_t& n, In a, In modulus);

// out: max(a, b) digits.
[[nodiscard]] bool gcd(Out out, std::size_t& n, In a, In b);
// floor(sqrt(a)). out: (a.size() + 1) / 2 digits.
[[nodiscard]] bool isqrt(Out out, std::size_t& n, In a);

// n! and the number of ways to choose k of n. Capacities are 0 beyond kMaxBits; k <= n.
std::size_t factorial_capacity(std::uint64_t n);
[[nodiscard]] bool factorial(Out out, std::size_t& count, std::uint64_t n);
std::size_t binomial_capacity(In n, std::uint64_t k);
[[nodiscard]] bool binomial(Out out, std::size_t& count, In n, std::uint64_t k);

// --- doubles -----------------------------------------------------------------------------------------------

// The nearest double, ties to even; `overflow` when it would be infinite.
double to_double(In a, bool& overflow);
// As frexp: a == result * 2**exponent with result in [0.5, 1), rounded to 53 bits. Zero gives 0 and 0.
double frexp(In a, std::int64_t& exponent);
// The integer part of a finite value's magnitude. out: double_capacity(value) digits.
std::size_t double_capacity(double value);
std::size_t from_double(Out out, double value);
// Exact comparison of a signed magnitude with a double that is not NaN.
int compare_double(In a, bool negative, double value);

enum class Quotient { Ok, Overflow, NoMemory };
// a / b correctly rounded (b not zero), without intermediate overflow.
Quotient true_divide(double& out, In a, In b);

// --- bytes and hashing
// --------------------------------------------------------------------------------------

// Digits needed for `count` bytes.
std::size_t bytes_capacity(std::size_t count);
// Reads an unsigned or two's complement number. out: bytes_capacity(bytes.size()) digits.
std::size_t from_bytes(Out out, bool& negative, std::span<const std::uint8_t> bytes, bool little,
                       bool is_signed);
// Fills `bytes`; false when the number does not fit. A negative number needs is_signed.
bool to_bytes(std::span<std::uint8_t> bytes, In a, bool negative, bool little, bool is_signed);

inline constexpr int kHashBits = 61;
inline constexpr std::uint64_t kHashModulus = (std::uint64_t{1} << kHashBits) - 1;
// The magnitude modulo 2**61 - 1.
std::uint64_t hash_magnitude(In a);
// The hash of an int: signed, and never -1.
std::int64_t hash(In a, bool negative);

// True when `bytes` of working memory can be had now. GMP aborts otherwise, so ask before calling it.
bool memory_available(std::uint64_t bytes);

}  // namespace baton::digits
