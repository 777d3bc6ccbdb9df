// Lengths of time that Python code gives in seconds.
// Callers: attached threads.
#pragma once
#include "runtime/result.h"

namespace baton {

// A number of units (seconds, unless said otherwise) as an int or a float, in nanoseconds, rounded away from
// zero. ValueError for a NaN, OverflowError for what does not fit in 64 bits.
Result<int64_t> nanoseconds_of(Attached ts, Object& count, int64_t unit = 1'000'000'000);

}  // namespace baton
