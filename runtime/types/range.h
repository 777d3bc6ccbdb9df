// range and its iterators: the layouts, for the VM, which iterates them inline.
//
// Invariants: the four fields of a range are exact ints; step is not zero; length is the number of items. A
// RangeIterator steps through machine ints; LongRangeIterator is for ranges whose ends do not fit. Callers:
// attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

struct Range : Object {
    Object *start, *stop, *step, *length;
};
struct RangeIterator : Object {
    Index index;
    int64_t start, step;
    Index length;
};
struct LongRangeIterator : Object {
    Object *index, *start, *step, *length;
};

Result<Ref<Object>> range_new(Attached ts, Object& start, Object& stop,
                              Object& step);  // any objects with __index__
// The machine ints of a range when start, stop, step and length all fit; false otherwise.
bool range_small(const Range& r, int64_t* start, int64_t* step, Index* length);

extern const TypeSpec range_spec, range_iterator_spec, long_range_iterator_spec;

}  // namespace baton
