// Buffers over a plain run of bytes, and comparing two of them. Callers: attached threads.
#pragma once
#include <string_view>

#include "runtime/raise.h"
#include "runtime/slots.h"
#include "runtime/type.h"

namespace baton {

// PyBuffer_FillInfo: a one-dimensional view of `size` bytes that belong to `owner`. BufferError when writing
// is asked for and not allowed.
Result<void> fill_buffer(Attached ts, BufferView* view, Object* owner, void* data, Index size, bool readonly,
                         int flags);
Result<Ref<Object>> compare_views(std::string_view a, std::string_view b, CompareOp op);

}  // namespace baton
