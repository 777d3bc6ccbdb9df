// Lengths of time that Python code gives in seconds.
#include "vm/modules/duration.h"

#include <cmath>

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"

namespace baton {

Result<int64_t> nanoseconds_of(Attached ts, Object& count, int64_t unit) {
    if (is_float(count)) {
        const double d = static_cast<Float&>(count).value;
        if (std::isnan(d)) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
        const double ns = d * static_cast<double>(unit);
        if (ns > 9.2e18 || ns < -9.2e18)
            return raise(ts, Exc::OverflowError, "timestamp too large to convert to C _PyTime_t");
        return static_cast<int64_t>(ns < 0 ? std::floor(ns) : std::ceil(ns));
    }
    const Ref<Int> whole = TRY(number_index(ts, count));
    int64_t s;
    if (!int_fits_tag(*whole, &s) || s > INT64_MAX / unit || s < INT64_MIN / unit)
        return raise(ts, Exc::OverflowError, "timestamp too large to convert to C _PyTime_t");
    return s * unit;
}

}  // namespace baton
