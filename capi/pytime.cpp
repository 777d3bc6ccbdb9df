// _PyTime: 64-bit nanoseconds, with four ways to round.
#include <climits>
#include <cmath>

#include "capi/shared.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton::api {
namespace {

constexpr int64_t kNano = 1'000'000'000;
constexpr int kFloor = 0, kCeiling = 1, kHalfEven = 2;  // 3: away from zero

double rounded(double x, int mode) {
    switch (mode) {
        case kHalfEven:
            return std::nearbyint(x);
        case kCeiling:
            return std::ceil(x);
        case kFloor:
            return std::floor(x);
        default:
            return x >= 0.0 ? std::ceil(x) : std::floor(x);
    }
}
// t / k, rounded.
int64_t divided(int64_t t, int64_t k, int mode) {
    int64_t q = t / k, r = t % k;
    if (r == 0) return q;
    const int away = t < 0 ? -1 : 1;
    if (mode == kHalfEven) {
        const int64_t twice = 2 * (r < 0 ? -r : r);
        return twice > k || (twice == k && (q & 1)) ? q + away : q;
    }
    if (mode == kFloor) return t < 0 ? q - 1 : q;
    if (mode == kCeiling) return t < 0 ? q : q + 1;
    return q + away;
}
// Seconds and the rest of t in parts of a second of `unit` nanoseconds each.
void split(int64_t t, int64_t unit, int mode, int64_t* seconds, int64_t* rest) {
    const int64_t parts = divided(t, unit, mode), per_second = kNano / unit;
    *seconds = parts / per_second;
    *rest = parts % per_second;
    if (*rest < 0) {
        *rest += per_second;
        --*seconds;
    }
}
Raised too_large(Attached ts) {
    return raise(ts, Exc::OverflowError, "timestamp too large to convert to C _PyTime_t");
}
// A number of units of `unit` nanoseconds, as nanoseconds.
Result<void> from_object(Attached ts, Object& o, int64_t unit, int mode, int64_t* out) {
    if (is_float(o)) {
        const double d = static_cast<Float&>(o).value;
        if (std::isnan(d)) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
        const double ns = rounded(d * static_cast<double>(unit), mode);
        if (!(ns >= -0x1p63 && ns < 0x1p63)) return too_large(ts);
        *out = static_cast<int64_t>(ns);
        return {};
    }
    auto i = TRY(number_index(ts, o));
    int overflow = 0;
    const int64_t n = int_as_int64(*i, &overflow);
    if (overflow || __builtin_mul_overflow(n, unit, out)) return too_large(ts);
    return {};
}
// Seconds as time_t and a fraction in parts of 1/parts s.
Result<void> to_fraction(Attached ts, Object& o, int64_t parts, int mode, time_t* seconds, long* rest) {
    if (is_float(o)) {
        const double d = static_cast<Float&>(o).value;
        if (std::isnan(d)) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
        double whole;
        double fraction = rounded(std::modf(d, &whole) * static_cast<double>(parts), mode);
        if (fraction >= static_cast<double>(parts)) {
            fraction -= static_cast<double>(parts);
            whole += 1.0;
        } else if (fraction < 0) {
            fraction += static_cast<double>(parts);
            whole -= 1.0;
            if (fraction >= static_cast<double>(parts)) {
                fraction -= static_cast<double>(parts);
                whole += 1.0;
            }
        }
        if (!(whole >= -0x1p63 && whole < 0x1p63))
            return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
        *seconds = static_cast<time_t>(whole);
        *rest = static_cast<long>(fraction);
        return {};
    }
    *rest = 0;
    *seconds = _PyLong_AsTime_t(ts, &o);
    if (*seconds == -1 && pending(ts)) return already_raised();
    return {};
}
int64_t clock_now(clockid_t clock) {
    timespec t;
    clock_gettime(clock, &t);
    return t.tv_sec * kNano + t.tv_nsec;
}
}  // namespace

int64_t _PyTime_FromSeconds(int seconds) {
    return seconds * kNano;
}
int64_t _PyTime_FromNanoseconds(int64_t ns) {
    return ns;
}
int _PyTime_FromSecondsObject(Attached ts, int64_t* t, Object* o, int mode) {
    return status(from_object(ts, *o, kNano, mode, t));
}
int _PyTime_FromMillisecondsObject(Attached ts, int64_t* t, Object* o, int mode) {
    return status(from_object(ts, *o, 1'000'000, mode, t));
}
int _PyTime_FromNanosecondsObject(Attached ts, int64_t* t, Object* o) {
    if (!is_int(*o)) {
        (void)raise(ts, Exc::TypeError, "expect int, got {}", type_name(*o));
        return -1;
    }
    int overflow = 0;
    *t = int_as_int64(static_cast<Int&>(*o), &overflow);
    if (!overflow) return 0;
    (void)too_large(ts);
    return -1;
}
int _PyTime_FromTimespec(Attached ts, int64_t* t, timespec* spec) {
    if (!__builtin_mul_overflow(spec->tv_sec, kNano, t) && !__builtin_add_overflow(*t, spec->tv_nsec, t))
        return 0;
    (void)too_large(ts);
    return -1;
}
int _PyTime_FromTimeval(Attached ts, int64_t* t, timeval* v) {
    if (!__builtin_mul_overflow(v->tv_sec, kNano, t) && !__builtin_add_overflow(*t, v->tv_usec * 1000, t))
        return 0;
    (void)too_large(ts);
    return -1;
}
int _PyTime_ObjectToTime_t(Attached ts, Object* o, time_t* seconds, int mode) {
    if (is_float(*o)) {
        const double d = static_cast<Float*>(o)->value;
        if (std::isnan(d)) {
            (void)raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
            return -1;
        }
        const double whole = rounded(d, mode);
        if (!(whole >= -0x1p63 && whole < 0x1p63)) {
            (void)raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
            return -1;
        }
        *seconds = static_cast<time_t>(whole);
        return 0;
    }
    *seconds = _PyLong_AsTime_t(ts, o);
    return *seconds == -1 && pending(ts) ? -1 : 0;
}
int _PyTime_ObjectToTimeval(Attached ts, Object* o, time_t* seconds, long* rest, int mode) {
    return status(to_fraction(ts, *o, 1'000'000, mode, seconds, rest));
}
int _PyTime_ObjectToTimespec(Attached ts, Object* o, time_t* seconds, long* rest, int mode) {
    return status(to_fraction(ts, *o, kNano, mode, seconds, rest));
}
double _PyTime_AsSecondsDouble(int64_t t) {
    if (t % kNano == 0) return static_cast<double>(t / kNano);
    return static_cast<double>(t) / 1e9;
}
int64_t _PyTime_AsMilliseconds(int64_t t, int mode) {
    return divided(t, 1'000'000, mode);
}
int64_t _PyTime_AsMicroseconds(int64_t t, int mode) {
    return divided(t, 1000, mode);
}
int64_t _PyTime_AsNanoseconds(int64_t t) {
    return t;
}
Object* _PyTime_AsNanosecondsObject(Attached ts, int64_t t) {
    return give(box_int(ts, t));
}
void _PyTime_AsTimeval_clamp(int64_t t, timeval* v, int mode) {
    int64_t s, rest;
    split(t, 1000, mode, &s, &rest);
    v->tv_sec = s;
    v->tv_usec = rest;
}
int _PyTime_AsTimeval(Attached, int64_t t, timeval* v, int mode) {
    _PyTime_AsTimeval_clamp(t, v, mode);  // time_t holds all there is
    return 0;
}
void _PyTime_AsTimespec_clamp(int64_t t, timespec* v) {
    int64_t s, rest;
    split(t, 1, kFloor, &s, &rest);
    v->tv_sec = s;
    v->tv_nsec = rest;
}
int _PyTime_AsTimespec(Attached, int64_t t, timespec* v) {
    _PyTime_AsTimespec_clamp(t, v);
    return 0;
}
int64_t _PyTime_Add(int64_t a, int64_t b) {
    int64_t sum;
    if (!__builtin_add_overflow(a, b, &sum)) return sum;
    return a < 0 ? INT64_MIN : INT64_MAX;
}
int64_t _PyTime_MulDiv(int64_t ticks, int64_t mul, int64_t div) {
    return _PyTime_Add(ticks / div * mul, ticks % div * mul / div);
}
int64_t _PyTime_GetSystemClock() {
    return clock_now(CLOCK_REALTIME);
}
int64_t _PyTime_GetMonotonicClock() {
    return clock_now(CLOCK_MONOTONIC);
}
int64_t _PyTime_GetPerfCounter() {
    return clock_now(CLOCK_MONOTONIC);
}
int64_t _PyDeadline_Init(int64_t timeout) {
    return _PyTime_Add(clock_now(CLOCK_MONOTONIC), timeout);
}
int64_t _PyDeadline_Get(int64_t deadline) {
    return deadline - clock_now(CLOCK_MONOTONIC);
}

}  // namespace baton::api
