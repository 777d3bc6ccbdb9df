// Making iterators of ranges. Private to range*.cpp.
#pragma once
#include "runtime/types/range.h"

namespace baton {

Result<Ref<Object>> range_iterator_new(Attached ts, int64_t start, int64_t step, Index length);
Result<Ref<Object>> long_range_iterator_new(Attached ts, Object& start, Object& step, Object& length);

}  // namespace baton
