#include <limits>

#include "runtime/object_ops.h"
#include "runtime/types/slice.h"

namespace baton {
namespace {

constexpr Index kLargest = std::numeric_limits<Index>::max();

Result<Index> slice_index(Attached ts, Object& o, Index missing) {
    if (is_none(o)) return missing;
    if (!has_index(o)) {
        return raise(ts, Exc::TypeError,
                     "slice indices must be integers or None or have an __index__ method");
    }
    bool raised = false;
    Index value = as_index_clamped_or(ts, o, &raised);
    if (raised) return already_raised();
    return value;
}

}  // namespace

Result<SliceBounds> slice_unpack(Attached ts, Slice& slice) {
    Index step = TRY(slice_index(ts, *slice.step, 1));
    if (step == 0) return raise(ts, Exc::ValueError, "slice step cannot be zero");
    if (step < -kLargest) step = -kLargest;  // so that -step exists
    Index start = TRY(slice_index(ts, *slice.start, step < 0 ? kLargest : 0));
    Index stop = TRY(slice_index(ts, *slice.stop, step < 0 ? std::numeric_limits<Index>::min() : kLargest));
    return SliceBounds{start, stop, step, 0};
}

void slice_adjust(SliceBounds& bounds, Index length) {
    auto adjust = [&](Index& i) {
        if (i < 0) {
            i += length;
            if (i < 0) i = bounds.step < 0 ? -1 : 0;
        } else if (i >= length) {
            i = bounds.step < 0 ? length - 1 : length;
        }
    };
    adjust(bounds.start);
    adjust(bounds.stop);
    bounds.length = 0;
    if (bounds.step < 0) {
        if (bounds.stop < bounds.start) bounds.length = (bounds.start - bounds.stop - 1) / -bounds.step + 1;
    } else if (bounds.start < bounds.stop) {
        bounds.length = (bounds.stop - bounds.start - 1) / bounds.step + 1;
    }
}

Result<SliceBounds> slice_bounds(Attached ts, Slice& slice, Index length) {
    SliceBounds bounds = TRY(slice_unpack(ts, slice));
    slice_adjust(bounds, length);
    return bounds;
}

}  // namespace baton
