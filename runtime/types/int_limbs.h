// The bridge between 30-bit digits and GMP's 64-bit limbs; private to the int_*.cpp files.
//
// Invariants. pack and unpack never allocate. A Natural is a read-only mpz view over limbs it owns; it must
// be tested before use, as its memory may be missing.
//
// Callers. Only the number algorithms; nothing here touches a Python object.
#pragma once

#include <gmp.h>

#include "runtime/types/int_digits.h"
#include "runtime/types/int_scratch.h"

namespace baton::digits {

static_assert(GMP_LIMB_BITS == 64 && GMP_NAIL_BITS == 0);

inline std::size_t limb_capacity(std::size_t digit_count) {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(digit_count) * kDigitBits + 63) / 64);
}
inline std::size_t digit_capacity(std::size_t limb_count) {
    return (limb_count * 64 + kDigitBits - 1) / kDigitBits;
}

// Writes limb_capacity(a.size()) limbs and returns the significant ones.
inline std::size_t pack(mp_limb_t* limbs, In a) {
    unsigned __int128 pending = 0;
    int bits = 0;
    std::size_t n = 0;
    for (Digit d : a) {
        pending |= static_cast<unsigned __int128>(d) << bits;
        bits += kDigitBits;
        if (bits >= 64) {
            limbs[n++] = static_cast<mp_limb_t>(pending);
            pending >>= 64;
            bits -= 64;
        }
    }
    if (bits > 0) limbs[n++] = static_cast<mp_limb_t>(pending);
    while (n > 0 && limbs[n - 1] == 0) --n;
    return n;
}

// Writes the value of `limbs` and returns its significant digits; what does not fit in `out` must be zero.
inline std::size_t unpack(Out out, const mp_limb_t* limbs, std::size_t count) {
    unsigned __int128 pending = 0;
    int bits = 0;
    std::size_t at = 0;
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (bits < kDigitBits && at < count) {
            pending |= static_cast<unsigned __int128>(limbs[at++]) << bits;
            bits += 64;
        }
        out[i] = static_cast<Digit>(pending) & kDigitMask;
        pending >>= kDigitBits;
        bits = bits > kDigitBits ? bits - kDigitBits : 0;
    }
    return significant(out);
}

// A read-only GMP integer over a copy of digits.
class Natural {
  public:
    explicit Natural(In a) : limbs_(limb_capacity(a.size()) + 1) {
        if (limbs_) mpz_roinit_n(view_, limbs_.data(), static_cast<mp_size_t>(pack(limbs_.data(), a)));
    }
    explicit operator bool() const { return static_cast<bool>(limbs_); }
    mpz_srcptr get() const { return view_; }

  private:
    Scratch<mp_limb_t, 32> limbs_;
    mpz_t view_;
};

// A GMP result.
class MutableNatural {
  public:
    MutableNatural() { mpz_init(value_); }
    ~MutableNatural() { mpz_clear(value_); }
    MutableNatural(const MutableNatural&) = delete;
    MutableNatural& operator=(const MutableNatural&) = delete;
    mpz_ptr get() { return value_; }
    std::size_t write(Out out) const { return unpack(out, mpz_limbs_read(value_), mpz_size(value_)); }

  private:
    mpz_t value_;
};

}  // namespace baton::digits
