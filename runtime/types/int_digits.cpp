#include "runtime/types/int_digits.h"

#include <bit>
#include <utility>

#include "runtime/types/int_limbs.h"

namespace baton::digits {

namespace {

// From this many digits on, converting to GMP's limbs and back costs less than it saves.
constexpr std::size_t kGmpMulDigits = 12;

void mul_schoolbook(Out out, In a, In b) {
    std::uint64_t carry = 0;
    std::uint64_t factor = a[0];
    for (std::size_t j = 0; j < b.size(); ++j) {
        carry += factor * b[j];
        out[j] = static_cast<Digit>(carry) & kDigitMask;
        carry >>= kDigitBits;
    }
    out[b.size()] = static_cast<Digit>(carry);
    for (std::size_t i = 1; i < a.size(); ++i) {
        factor = a[i];
        carry = 0;
        Digit* row = out.data() + i;
        for (std::size_t j = 0; j < b.size(); ++j) {
            carry += row[j] + factor * b[j];
            row[j] = static_cast<Digit>(carry) & kDigitMask;
            carry >>= kDigitBits;
        }
        row[b.size()] = static_cast<Digit>(carry);
    }
}

// Copies `a` shifted left by less than a digit; returns what falls out at the top.
Digit shifted_copy(Digit* out, In a, int shift) {
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        carry |= static_cast<std::uint64_t>(a[i]) << shift;
        out[i] = static_cast<Digit>(carry) & kDigitMask;
        carry >>= kDigitBits;
    }
    return static_cast<Digit>(carry);
}

// Long division (Knuth, TAOCP 2, algorithm D): the work is quotient digits times divisor digits, so it suits
// a short quotient, for which converting to GMP's limbs and back would cost more. b has at least two digits,
// a >= b.
bool divmod_schoolbook(Out q, std::size_t& nq, Out r, std::size_t& nr, In a, In b) {
    const std::size_t n = b.size();
    const std::size_t count = a.size() - n + 1;  // quotient digits
    Scratch<Digit, 256> work(a.size() + 1 + n);
    if (!work) return false;
    // With the divisor's top bit set, a guess from two digits is at most two too large.
    const int shift = kDigitBits - std::bit_width(b.back());
    Digit* v = work.data();
    Digit* u = v + n;
    shifted_copy(v, b, shift);
    u[a.size()] = shifted_copy(u, a, shift);
    const std::uint64_t top = v[n - 1], second = v[n - 2];
    for (std::size_t j = count; j-- > 0;) {
        Digit* row = u + j;
        const std::uint64_t head = (static_cast<std::uint64_t>(row[n]) << kDigitBits) | row[n - 1];
        std::uint64_t guess = head / top;
        std::uint64_t rest = head - guess * top;
        while (guess > kDigitMask || guess * second > ((rest << kDigitBits) | row[n - 2])) {
            --guess;
            rest += top;
            if (rest > kDigitMask) break;
        }
        std::int64_t borrow = 0;
        for (std::size_t i = 0; i < n; ++i) {
            borrow += static_cast<std::int64_t>(row[i]) - static_cast<std::int64_t>(guess * v[i]);
            row[i] = static_cast<Digit>(borrow) & kDigitMask;
            borrow >>= kDigitBits;
        }
        if (static_cast<std::int64_t>(row[n]) + borrow < 0) {  // one too large: add the divisor back
            --guess;
            Digit carry = 0;
            for (std::size_t i = 0; i < n; ++i) {
                carry += row[i] + v[i];
                row[i] = carry & kDigitMask;
                carry >>= kDigitBits;
            }
        }
        q[j] = static_cast<Digit>(guess);
    }
    nq = significant(q.first(count));
    Digit high = 0;
    for (std::size_t i = n; i-- > 0;) {
        r[i] = (u[i] >> shift) | ((high << (kDigitBits - shift)) & kDigitMask);
        high = u[i];
    }
    nr = significant(r.first(n));
    return true;
}

// Quotients up to this long are found by long division.
constexpr std::size_t kLongDivisionDigits = 8;

}  // namespace

bool memory_available(std::uint64_t bytes) {
    if (bytes < (1u << 16)) return true;
    if (bytes > PTRDIFF_MAX) return false;
    void* probe = std::malloc(static_cast<std::size_t>(bytes));
    const bool available = probe != nullptr;
    // The compiler may otherwise drop the pair of calls.
    asm volatile("" : : "r"(probe) : "memory");
    std::free(probe);
    return available;
}

std::size_t from_uint64(Out out, std::uint64_t value) {
    std::size_t n = 0;
    for (; value != 0; value >>= kDigitBits) out[n++] = static_cast<Digit>(value) & kDigitMask;
    return n;
}

bool to_uint64(In a, std::uint64_t& value) {
    if (a.size() > 3 || (a.size() == 3 && a[2] >= (1u << 4))) return false;
    value = 0;
    for (std::size_t i = a.size(); i-- > 0;) value = (value << kDigitBits) | a[i];
    return true;
}

int compare(In a, In b) {
    if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    for (std::size_t i = a.size(); i-- > 0;) {
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    }
    return 0;
}

std::size_t add(Out out, In a, In b) {
    if (a.size() < b.size()) std::swap(a, b);
    Digit carry = 0;
    std::size_t i = 0;
    for (; i < b.size(); ++i) {
        carry += a[i] + b[i];
        out[i] = carry & kDigitMask;
        carry >>= kDigitBits;
    }
    for (; i < a.size(); ++i) {
        carry += a[i];
        out[i] = carry & kDigitMask;
        carry >>= kDigitBits;
    }
    if (carry != 0) out[i++] = carry;
    return i;
}

std::size_t sub(Out out, In a, In b) {
    Digit borrow = 0;
    std::size_t i = 0;
    for (; i < b.size(); ++i) {
        borrow = a[i] - b[i] - borrow;
        out[i] = borrow & kDigitMask;
        borrow = (borrow >> kDigitBits) & 1;
    }
    for (; i < a.size(); ++i) {
        borrow = a[i] - borrow;
        out[i] = borrow & kDigitMask;
        borrow = (borrow >> kDigitBits) & 1;
    }
    return significant(out.first(a.size()));
}

bool mul(Out out, std::size_t& n, In a, In b) {
    if (a.size() < b.size()) std::swap(a, b);
    n = 0;
    if (b.empty()) return true;
    if (b.size() < kGmpMulDigits) {
        mul_schoolbook(out, b, a);
        n = significant(out.first(a.size() + b.size()));
        return true;
    }
    const std::size_t limbs_a = limb_capacity(a.size());
    const std::size_t limbs_b = limb_capacity(b.size());
    Scratch<mp_limb_t, 128> work(2 * (limbs_a + limbs_b));
    if (!work || !memory_available(8 * (limbs_a + limbs_b) * sizeof(mp_limb_t))) return false;
    mp_limb_t* la = work.data();
    mp_limb_t* lb = la + limbs_a;
    mp_limb_t* product = lb + limbs_b;
    const std::size_t na = pack(la, a);
    if (a.data() == b.data() && a.size() == b.size()) {
        mpn_sqr(product, la, static_cast<mp_size_t>(na));
        n = unpack(out.first(a.size() + b.size()), product, 2 * na);
        return true;
    }
    const std::size_t nb = pack(lb, b);
    // Equally many digits can mean one limb more or less, and mpn_mul wants the longer factor first.
    if (na >= nb) {
        mpn_mul(product, la, static_cast<mp_size_t>(na), lb, static_cast<mp_size_t>(nb));
    } else {
        mpn_mul(product, lb, static_cast<mp_size_t>(nb), la, static_cast<mp_size_t>(na));
    }
    n = unpack(out.first(a.size() + b.size()), product, na + nb);
    return true;
}

Digit divmod_digit(Out q, std::size_t& nq, In a, Digit b) {
    std::uint64_t rest = 0;
    for (std::size_t i = a.size(); i-- > 0;) {
        rest = (rest << kDigitBits) | a[i];
        q[i] = static_cast<Digit>(rest / b);
        rest %= b;
    }
    nq = significant(q.first(a.size()));
    return static_cast<Digit>(rest);
}

bool quotient_by_head(std::uint64_t& q, In a, In b) {
    constexpr std::size_t kHead = 3;
    if (b.size() < kHead || a.size() - b.size() > 1) return false;
    const std::size_t tail = b.size() - kHead;  // digits left out of both
    unsigned __int128 head_a = 0, head_b = 0;
    for (std::size_t i = a.size(); i-- > tail;) head_a = head_a << kDigitBits | a[i];
    for (std::size_t i = b.size(); i-- > tail;) head_b = head_b << kDigitBits | b[i];
    // What was left out adds less than one to each head.
    q = static_cast<std::uint64_t>(head_a / head_b);
    return q == static_cast<std::uint64_t>(head_a / (head_b + 1));
}

bool divmod(Out q, std::size_t& nq, Out r, std::size_t& nr, In a, In b) {
    nq = nr = 0;
    if (compare(a, b) < 0) {
        for (std::size_t i = 0; i < a.size(); ++i) r[i] = a[i];
        nr = a.size();
        return true;
    }
    if (b.size() == 1) {
        r[0] = divmod_digit(q, nq, a, b[0]);
        nr = r[0] != 0;
        return true;
    }
    std::uint64_t small_a, small_b;
    if (to_uint64(a, small_a) && to_uint64(b, small_b)) {
        // Both outputs may be shorter than three digits, which from_uint64 respects: it writes significant
        // ones.
        nq = from_uint64(q, small_a / small_b);
        nr = from_uint64(r, small_a % small_b);
        return true;
    }
    if (a.size() - b.size() < kLongDivisionDigits || b.size() < kLongDivisionDigits) {
        return divmod_schoolbook(q, nq, r, nr, a, b);
    }
    const std::size_t limbs_a = limb_capacity(a.size());
    const std::size_t limbs_b = limb_capacity(b.size());
    Scratch<mp_limb_t, 128> work(2 * (limbs_a + limbs_b) + 1);
    if (!work || !memory_available(8 * (limbs_a + limbs_b) * sizeof(mp_limb_t))) return false;
    mp_limb_t* la = work.data();
    mp_limb_t* lb = la + limbs_a;
    mp_limb_t* lq = lb + limbs_b;
    mp_limb_t* lr = lq + limbs_a + 1;
    const std::size_t na = pack(la, a);
    const std::size_t nb = pack(lb, b);
    mpn_tdiv_qr(lq, lr, 0, la, static_cast<mp_size_t>(na), lb, static_cast<mp_size_t>(nb));
    nq = unpack(q.first(a.size() - b.size() + 1), lq, na - nb + 1);
    nr = unpack(r.first(b.size()), lr, nb);
    return true;
}

std::size_t shift_left(Out out, In a, std::uint64_t bits) {
    if (a.empty()) return 0;
    const std::size_t words = static_cast<std::size_t>(bits / kDigitBits);
    const int rest = static_cast<int>(bits % kDigitBits);
    for (std::size_t i = 0; i < words; ++i) out[i] = 0;
    std::uint64_t carry = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        carry |= static_cast<std::uint64_t>(a[i]) << rest;
        out[words + i] = static_cast<Digit>(carry) & kDigitMask;
        carry >>= kDigitBits;
    }
    std::size_t n = words + a.size();
    if (carry != 0) out[n++] = static_cast<Digit>(carry);
    return n;
}

std::size_t shift_right(Out out, In a, std::uint64_t bits, bool round_up) {
    const bool up = round_up && any_low_bits(a, bits);
    const std::uint64_t words = bits / kDigitBits;
    const int rest = static_cast<int>(bits % kDigitBits);
    std::size_t n = 0;
    if (words < a.size()) {
        const std::size_t skip = static_cast<std::size_t>(words);
        n = a.size() - skip;
        for (std::size_t i = 0; i < n; ++i) {
            const std::uint64_t high = skip + i + 1 < a.size() ? a[skip + i + 1] : 0;
            out[i] = static_cast<Digit>(((high << kDigitBits) | a[skip + i]) >> rest) & kDigitMask;
        }
        n = significant(out.first(n));
    }
    if (up) {
        const Digit one = 1;
        n = add(out, out.first(n), In(&one, 1));
    }
    return n;
}

bool any_low_bits(In a, std::uint64_t bits) {
    const std::uint64_t words = bits / kDigitBits;
    const int rest = static_cast<int>(bits % kDigitBits);
    for (std::size_t i = 0; i < a.size() && i < words; ++i) {
        if (a[i] != 0) return true;
    }
    return words < a.size() && (a[static_cast<std::size_t>(words)] & ((Digit{1} << rest) - 1)) != 0;
}

namespace {

// Streams the digits of a signed magnitude in two's complement.
class Complement {
  public:
    Complement(In a, bool negative) : a_(a), flip_(negative ? kDigitMask : 0), carry_(negative ? 1 : 0) {}
    Digit next() {
        const Digit digit = at_ < a_.size() ? a_[at_] : 0;
        ++at_;
        carry_ += digit ^ flip_;
        const Digit result = carry_ & kDigitMask;
        carry_ >>= kDigitBits;
        return result;
    }

  private:
    In a_;
    std::size_t at_ = 0;
    Digit flip_, carry_;
};

template <class Op>
std::size_t bit_op_with(Op op, Out out, bool& out_negative, In a, bool a_negative, In b, bool b_negative) {
    const std::size_t n = (a.size() > b.size() ? a.size() : b.size()) + 1;
    out_negative = op(a_negative ? 1u : 0u, b_negative ? 1u : 0u) != 0;
    Complement left(a, a_negative);
    Complement right(b, b_negative);
    const Digit flip = out_negative ? kDigitMask : 0;
    Digit carry = out_negative ? 1 : 0;
    for (std::size_t i = 0; i < n; ++i) {
        carry += (op(left.next(), right.next()) & kDigitMask) ^ flip;
        out[i] = carry & kDigitMask;
        carry >>= kDigitBits;
    }
    return significant(out.first(n));
}

}  // namespace

std::size_t bit_op(BitOp op, Out out, bool& out_negative, In a, bool a_negative, In b, bool b_negative) {
    switch (op) {
        case BitOp::And:
            return bit_op_with([](Digit x, Digit y) { return x & y; }, out, out_negative, a, a_negative, b,
                               b_negative);
        case BitOp::Or:
            return bit_op_with([](Digit x, Digit y) { return x | y; }, out, out_negative, a, a_negative, b,
                               b_negative);
        case BitOp::Xor:
            break;
    }
    return bit_op_with([](Digit x, Digit y) { return x ^ y; }, out, out_negative, a, a_negative, b,
                       b_negative);
}

std::uint64_t bit_length(In a) {
    if (a.empty()) return 0;
    return static_cast<std::uint64_t>(a.size() - 1) * kDigitBits +
           static_cast<unsigned>(std::bit_width(a.back()));
}

std::uint64_t bit_count(In a) {
    std::uint64_t count = 0;
    for (Digit d : a) count += static_cast<unsigned>(std::popcount(d));
    return count;
}

bool bit_is_set(In a, std::uint64_t bit) {
    const std::uint64_t word = bit / kDigitBits;
    return word < a.size() && ((a[static_cast<std::size_t>(word)] >> (bit % kDigitBits)) & 1) != 0;
}

}  // namespace baton::digits
