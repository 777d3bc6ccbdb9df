// What the files of bytearray share among themselves.
#pragma once
#include "runtime/types/bytes.h"

namespace baton {

Result<void> bytearray_check_resizable(Attached ts, ByteArray& self);  // BufferError while exported
// self[low:high] = data, which must not be self's own memory. 0 <= low <= high <= size.
Result<void> bytearray_replace(Attached ts, ByteArray& self, Index low, Index high, std::string_view data);
void bytearray_dealloc(Attached ts, ByteArray& self);

}  // namespace baton
