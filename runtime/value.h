// Value: what VM registers, call arguments, cells and inline instance slots hold.
//
// What: one word. Bit 0 set: a 63-bit int. Otherwise an Object pointer; 0 means "nothing" (unbound, missing,
// raised). Invariants: an exact int that fits in 63 bits is ALWAYS tagged inside a Value (canonical rule), so
// identity of values is comparison of words. A tagged Value is never stored in a container and never reaches
// C: box() first. Ownership is by convention of the holder, as for a raw pointer: Value has no destructor.
#pragma once
#include "runtime/object.h"

namespace baton {

BATON_DATA Type PyLong_Type;

struct Value {
    uintptr_t w = 0;

    constexpr Value() = default;
    explicit constexpr Value(uintptr_t word) : w(word) {}
    explicit Value(Object* o) : w(reinterpret_cast<uintptr_t>(o)) {}
    static constexpr Value of_int(int64_t i) { return Value((static_cast<uintptr_t>(i) << 1) | 1); }

    explicit constexpr operator bool() const { return w != 0; }
    constexpr bool is_int() const { return w & 1; }
    constexpr bool is_object() const { return !(w & 1); }  // also true of nothing
    constexpr int64_t as_int() const { return static_cast<int64_t>(w) >> 1; }
    Object* object() const { return reinterpret_cast<Object*>(w); }
    friend constexpr bool operator==(Value a, Value b) { return a.w == b.w; }
};
static_assert(sizeof(Value) == sizeof(void*));

inline constexpr int64_t kMaxTagged = (int64_t{1} << 62) - 1;
inline constexpr int64_t kMinTagged = -(int64_t{1} << 62);
inline constexpr bool fits_tag(int64_t i) {
    return i >= kMinTagged && i <= kMaxTagged;
}

#pragma GCC diagnostic push
// GCC follows None and its like into the branch that their type has just ruled out.
#pragma GCC diagnostic ignored "-Warray-bounds"
// The machine value of an exact int of at most two digits, or of three that fit the tag.
inline bool int_fits_tag(const Int& i, int64_t* out) {
    Index n = i.size;
    if (n >= -2 && n <= 2) {
        int64_t v = n == 0                ? 0
                    : (n == 1 || n == -1) ? i.digit[0]
                                          : (int64_t{i.digit[1]} << kDigitBits | i.digit[0]);
        *out = n < 0 ? -v : v;
        return true;
    }
    if ((n == 3 || n == -3) && i.digit[2] < 4) {
        int64_t v = int64_t{i.digit[2]} << 60 | int64_t{i.digit[1]} << kDigitBits | i.digit[0];
        *out = n < 0 ? -v : v;
        return true;
    }
    return false;
}
#pragma GCC diagnostic pop

}  // namespace baton
