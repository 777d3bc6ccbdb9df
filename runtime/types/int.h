// int: what the rest of the runtime and the VM need of it.
//
// Two levels. The arithmetic works on Values, each a tagged int or an int object (also of a subclass), and
// answers with a canonical Value: that is what the VM's slow paths call. Conversions to and from machine
// numbers, text and bytes follow. Digit algorithms are in int_digits.h and know nothing of objects.
//
// Invariants. An Int's digits are normalised: the last one is not zero. Exact ints in -5..256 that this code
// returns as objects are the immortal ones of box.h. int(x) of a subclass instance is an exact int.
//
// Callers: attached threads. Parameters are borrowed, results owned.
#pragma once
#include <string_view>

#include "runtime/box.h"
#include "runtime/raise.h"
#include "runtime/slots.h"
#include "runtime/type.h"
#include "runtime/types/int_digits.h"

namespace baton {

// The magnitude and sign of a Value or Int, whichever form it has. Lives no longer than what it looks at.
class IntView {
  public:
    explicit IntView(Value v) {
        if (v.is_int()) {
            set_small(v.as_int());
        } else {
            set_object(static_cast<const Int&>(*v.object()));
        }
    }
    explicit IntView(const Int& i) { set_object(i); }
    explicit IntView(int64_t i) { set_small(i); }
    IntView(const IntView&) = delete;
    IntView& operator=(const IntView&) = delete;

    // True and the number itself when it fits a tag.
    bool is_small() const { return small_; }
    int64_t value() const { return value_; }
    bool negative() const { return negative_; }
    bool is_zero() const { return small_ && value_ == 0; }
    digits::In magnitude() const {
        if (data_ == nullptr) {
            const uint64_t m = negative_ ? -static_cast<uint64_t>(value_) : static_cast<uint64_t>(value_);
            size_ = digits::from_uint64(own_, m);
            data_ = own_;
        }
        return {data_, size_};
    }

  private:
    void set_small(int64_t i) {
        small_ = true;
        value_ = i;
        negative_ = i < 0;
    }
    void set_object(const Int& i) {
        negative_ = i.size < 0;
        small_ = int_fits_tag(i, &value_);
        data_ = i.digit;
        size_ = static_cast<size_t>(negative_ ? -i.size : i.size);
    }

    mutable const digits::Digit* data_ = nullptr;
    mutable size_t size_ = 0;
    int64_t value_ = 0;
    bool negative_ = false;
    bool small_ = false;
    mutable digits::Digit own_[3];
};

// ---- making ----
// An Int with room for `count` digits; the caller fills them and sets the size. OverflowError when absurdly
// large.
Result<Ref<Int>> int_alloc(Attached ts, size_t count);
// Closes what int_alloc began: sets sign and size, and returns the canonical Value.
Value int_finish(Attached ts, Ref<Int> fresh, size_t count, bool negative);
Result<Value> int_value(Attached ts, int64_t i);  // tagged where it fits
inline Result<Ref<Int>> int_from_int64(Attached ts, int64_t i) {
    return box_int(ts, i);
}
Result<Ref<Int>> int_from_uint64(Attached ts, uint64_t i);
Result<Value> int_from_magnitude(Attached ts, digits::In magnitude, bool negative);
// Truncates; "cannot convert float NaN to integer", "cannot convert float infinity to integer".
Result<Value> int_from_double(Attached ts, double d);
// The exact int with the same value: the object itself, or a copy of a subclass instance.
Result<Ref<Int>> int_exact(Attached ts, Int& i);

// ---- taking apart ----
// -1 and *overflow = the sign when it does not fit; *overflow = 0 otherwise.
int64_t int_as_int64(const Int& i, int* overflow);
bool int_as_uint64(const Int& i, uint64_t* out);     // false: negative or too large
uint64_t int_as_uint64_mask(const Int& i);           // modulo 2**64
Result<double> int_to_double(Attached ts, Value i);  // "int too large to convert to float"
inline Result<double> int_to_double(Attached ts, const Int& i) {
    return int_to_double(ts, Value(const_cast<Int*>(&i)));
}
int int_sign(const Int& i);
Hash int_hash(Value i);

// ---- arithmetic; Python's semantics and error texts ----
Result<Value> int_add(Attached ts, Value a, Value b);
Result<Value> int_sub(Attached ts, Value a, Value b);
Result<Value> int_mul(Attached ts, Value a, Value b);
Result<Value> int_floordiv(Attached ts, Value a, Value b);
Result<Value> int_mod(Attached ts, Value a, Value b);
// Both at once; *remainder is owned by the caller when the result is ok.
Result<Value> int_divmod(Attached ts, Value a, Value b, Value* remainder);
Result<double> int_truediv(Attached ts, Value a, Value b);
// a ** b; b < 0 gives a float.
Result<Value> int_pow(Attached ts, Value a, Value b);
Result<Value> int_pow_mod(Attached ts, Value a, Value b, Value modulus);
Result<Value> int_lshift(Attached ts, Value a, Value b);
Result<Value> int_rshift(Attached ts, Value a, Value b);
Result<Value> int_and(Attached ts, Value a, Value b);
Result<Value> int_or(Attached ts, Value a, Value b);
Result<Value> int_xor(Attached ts, Value a, Value b);
Result<Value> int_neg(Attached ts, Value a);
Result<Value> int_invert(Attached ts, Value a);
Result<Value> int_abs(Attached ts, Value a);
int int_compare(Value a, Value b);          // -1, 0, 1
int int_compare_double(Value a, double d);  // exact; d is not NaN
bool int_eq(Value a, Value b);
Result<Value> int_gcd(Attached ts, Value a, Value b);
Result<Value> int_isqrt(Attached ts, Value a);                // ValueError for a negative one
Result<Value> int_factorial(Attached ts, int64_t n);          // n >= 0
Result<Value> int_binomial(Attached ts, Value n, int64_t k);  // 0 <= k <= n
// Rounds to a multiple of 10**places, ties to even.
Result<Value> int_round(Attached ts, Value a, int64_t places);

// The object form of an owned Value.
inline Result<Ref<Object>> boxed(Attached ts, Result<Value> v) {
    if (!v.ok()) return already_raised();
    const Value owned = v.take();
    if (owned.is_int()) return box(ts, owned);
    return Ref<Object>::steal(owned.object());
}
// bool for an order (-1, 0, 1) and an operator.
inline bool order_holds(int order, CompareOp op) {
    switch (op) {
        case CompareOp::lt:
            return order < 0;
        case CompareOp::le:
            return order <= 0;
        case CompareOp::eq:
            return order == 0;
        case CompareOp::ne:
            return order != 0;
        case CompareOp::gt:
            return order > 0;
        case CompareOp::ge:
            break;
    }
    return order >= 0;
}

// ---- text ----
// The digits in a base, with "0x", "0o" or "0b" before them when `prefix`. The decimal digit limit applies.
Result<Ref<Str>> int_to_text(Attached ts, Value i, int base = 10, bool prefix = false);
// int(text, base) for a str, bytes or bytearray; ValueError in CPython's words.
Result<Value> int_from_text(Attached ts, Object& text, int base);
// The value of a literal as source code has it (underscores, prefixes); the text must be a valid one.
Result<Value> int_from_literal(Attached ts, std::string_view text);
Raised raise_int_digit_limit(Attached ts, size_t digits);  // digits = 0: the count is not known

Result<Ref<Object>> int_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);

extern const TypeSpec int_spec;
extern const TypeSpec bool_spec;

}  // namespace baton
