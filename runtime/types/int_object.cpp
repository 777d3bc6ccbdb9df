#include <cmath>
#include <utility>

#include "runtime/memory.h"
#include "runtime/types/int.h"

namespace baton {

namespace {

constexpr size_t kHeader = offsetof(Int, digit);

constexpr Int immortal_int(int value) {
    const unsigned magnitude = static_cast<unsigned>(value < 0 ? -value : value);
    return Int{{{kImmortalRefcnt, &PyLong_Type}, value < 0 ? -1 : value > 0}, {magnitude}};
}

}  // namespace

#define ROW8(v)                                                                                          \
    immortal_int(v), immortal_int(v + 1), immortal_int(v + 2), immortal_int(v + 3), immortal_int(v + 4), \
        immortal_int(v + 5), immortal_int(v + 6), immortal_int(v + 7)
#define ROW64(v) \
    ROW8(v), ROW8(v + 8), ROW8(v + 16), ROW8(v + 24), ROW8(v + 32), ROW8(v + 40), ROW8(v + 48), ROW8(v + 56)
constinit Int small_ints[kSmallIntMax - kSmallIntMin + 1] = {
    immortal_int(-5), immortal_int(-4), immortal_int(-3), immortal_int(-2), immortal_int(-1),
    ROW64(0),         ROW64(64),        ROW64(128),       ROW64(192),       immortal_int(256),
};
#undef ROW64
#undef ROW8

// True and False: ints of type bool (object.h declares them with C linkage).
constinit Int _Py_FalseStruct = {{{kImmortalRefcnt, &PyBool_Type}, 0}, {0}};
constinit Int _Py_TrueStruct = {{{kImmortalRefcnt, &PyBool_Type}, 1}, {1}};

Result<Ref<Int>> int_alloc(Attached ts, size_t count) {
    if (count > (PTRDIFF_MAX - kHeader) / sizeof(digits::Digit)) {
        return raise(ts, Exc::OverflowError, "too many digits in integer");
    }
    // Readers of the layout expect at least one digit, also of zero.
    if (count == 0) count = 1;
    Ref<Int> fresh = TRY(new_object<Int>(ts, int_type(), kHeader + count * sizeof(digits::Digit)));
    fresh->size = 0;
    fresh->digit[0] = 0;
    return fresh;
}

Value int_finish(Attached ts, Ref<Int> fresh, size_t count, bool negative) {
    fresh->size = negative ? -static_cast<Index>(count) : static_cast<Index>(count);
    int64_t small;
    if (int_fits_tag(*fresh, &small)) {
        decref(ts, fresh.release());
        return Value::of_int(small);
    }
    return Value(fresh.release());
}

Result<Ref<Int>> int_from_int64_slow(Attached ts, int64_t i) {
    constexpr int64_t kTwoDigits = int64_t{1} << 2 * kDigitBits;
    if (i > -kTwoDigits && i < kTwoDigits) {  // what containers of ints are made of
        auto* fresh = static_cast<Int*>(allocate(ts, kHeader + 2 * sizeof(digits::Digit)));
        if (!fresh) [[unlikely]]
            return raise_no_memory(ts);
        fresh->refcnt = 1;
        fresh->type = &PyLong_Type;  // immortal: not counted
        const auto m = static_cast<uint64_t>(i < 0 ? -i : i);
        fresh->digit[0] = static_cast<uint32_t>(m & ((1u << kDigitBits) - 1));
        (&fresh->digit[0])[1] = static_cast<uint32_t>(m >> kDigitBits);
        const Index n = m >> kDigitBits ? 2 : m != 0;
        fresh->size = i < 0 ? -n : n;
        return Ref<Int>::steal(fresh);
    }
    Ref<Int> fresh = TRY(int_alloc(ts, 3));
    const uint64_t magnitude = i < 0 ? -static_cast<uint64_t>(i) : static_cast<uint64_t>(i);
    const auto n = static_cast<Index>(digits::from_uint64({fresh->digit, 3}, magnitude));
    fresh->size = i < 0 ? -n : n;
    return fresh;
}

Result<Ref<Int>> int_from_uint64(Attached ts, uint64_t i) {
    if (i <= kSmallIntMax) return small_int(static_cast<int>(i));
    Ref<Int> fresh = TRY(int_alloc(ts, 3));
    fresh->size = static_cast<Index>(digits::from_uint64({fresh->digit, 3}, i));
    return fresh;
}

Result<Value> int_value(Attached ts, int64_t i) {
    if (fits_tag(i)) return Value::of_int(i);
    return Value(TRY(int_from_int64_slow(ts, i)).release());
}

Result<Value> int_from_magnitude(Attached ts, digits::In magnitude, bool negative) {
    uint64_t small;
    if (digits::to_uint64(magnitude, small) && small <= static_cast<uint64_t>(kMaxTagged)) {
        return Value::of_int(negative ? -static_cast<int64_t>(small) : static_cast<int64_t>(small));
    }
    Ref<Int> fresh = TRY(int_alloc(ts, magnitude.size()));
    for (size_t i = 0; i < magnitude.size(); ++i) fresh->digit[i] = magnitude[i];
    return int_finish(ts, std::move(fresh), magnitude.size(), negative);
}

Result<Value> int_from_double(Attached ts, double d) {
    if (std::fabs(d) < 4611686018427387904.0) return Value::of_int(static_cast<int64_t>(d));
    if (std::isnan(d)) return raise(ts, Exc::ValueError, "cannot convert float NaN to integer");
    if (std::isinf(d)) return raise(ts, Exc::OverflowError, "cannot convert float infinity to integer");
    const size_t room = digits::double_capacity(d);
    Ref<Int> fresh = TRY(int_alloc(ts, room));
    const size_t n = digits::from_double({fresh->digit, room}, d);
    return int_finish(ts, std::move(fresh), n, d < 0);
}

Result<Ref<Int>> int_exact(Attached ts, Int& i) {
    if (is_exact(i, int_type())) return Ref<Int>::share(i);
    const IntView view(i);
    if (view.is_small()) return box_int(ts, view.value());
    const digits::In magnitude = view.magnitude();
    Ref<Int> fresh = TRY(int_alloc(ts, magnitude.size()));
    for (size_t k = 0; k < magnitude.size(); ++k) fresh->digit[k] = magnitude[k];
    fresh->size = i.size;
    return fresh;
}

int64_t int_as_int64(const Int& i, int* overflow) {
    *overflow = 0;
    const IntView view(i);
    if (view.is_small()) return view.value();
    uint64_t magnitude;
    if (digits::to_uint64(view.magnitude(), magnitude)) {
        constexpr uint64_t kLimit = uint64_t{1} << 63;
        if (view.negative() ? magnitude <= kLimit : magnitude < kLimit) {
            return static_cast<int64_t>(view.negative() ? -magnitude : magnitude);
        }
    }
    *overflow = view.negative() ? -1 : 1;
    return -1;
}

bool int_as_uint64(const Int& i, uint64_t* out) {
    const IntView view(i);
    return !view.negative() && digits::to_uint64(view.magnitude(), *out);
}

uint64_t int_as_uint64_mask(const Int& i) {
    const IntView view(i);
    uint64_t low = 0;
    const digits::In magnitude = view.magnitude();
    for (size_t k = magnitude.size() < 3 ? magnitude.size() : 3; k-- > 0;)
        low = low << kDigitBits | magnitude[k];
    return view.negative() ? -low : low;
}

Result<double> int_to_double(Attached ts, Value i) {
    const IntView view(i);
    if (view.is_small()) return static_cast<double>(view.value());
    bool overflow;
    const double magnitude = digits::to_double(view.magnitude(), overflow);
    if (overflow) return raise(ts, Exc::OverflowError, "int too large to convert to float");
    return view.negative() ? -magnitude : magnitude;
}

int int_sign(const Int& i) {
    return i.size < 0 ? -1 : i.size > 0;
}

Hash int_hash(Value i) {
    const IntView view(i);
    return digits::hash(view.magnitude(), view.negative());
}

}  // namespace baton
