// slice: turning s[start:stop:step] into positions of a sequence.
//
// Callers: attached threads; computing bounds may run __index__ methods, so take the length afterwards where
// it can change.
#pragma once
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

struct SliceBounds {
    Index start, stop, step;
    Index length;  // how many items; 0 when none
};
// PySlice_Unpack: missing ends stand for the far ends, huge values are clamped. TypeError, ValueError for
// step 0.
Result<SliceBounds> slice_unpack(Attached ts, Slice& slice);  // length is 0
// PySlice_AdjustIndices.
void slice_adjust(SliceBounds& bounds, Index length);
// Both.
Result<SliceBounds> slice_bounds(Attached ts, Slice& slice, Index length);

// slice(start, stop, step); null stands for None.
Result<Ref<Slice>> slice_new(Attached ts, Object* start, Object* stop, Object* step);
// The same for a sequence whose length is any int (range): exact, nothing is clamped to a machine word.
struct LongSliceBounds {
    OwnedValue start, stop, step;
};
Result<void> slice_long_bounds(Attached ts, Slice& slice, Value length, LongSliceBounds* out);

extern const TypeSpec slice_spec;

}  // namespace baton
