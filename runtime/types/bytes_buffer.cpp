#include "runtime/types/bytes_buffer.h"

#include "runtime/ref.h"

namespace baton {

// PyBUF_* flags.
constexpr int kWritable = 0x1, kFormat = 0x4, kShape = 0x8, kStrides = 0x10 | kShape;

Result<void> fill_buffer(Attached ts, BufferView* view, Object* owner, void* data, Index size, bool readonly,
                         int flags) {
    if (view == nullptr) {
        return raise(ts, Exc::BufferError, "PyBuffer_FillInfo: view==NULL argument is obsolete");
    }
    if (readonly && (flags & kWritable) != 0) return raise(ts, Exc::BufferError, "Object is not writable.");
    static char byte_format[] = "B";
    xincref(owner);
    view->obj = owner;
    view->buf = data;
    view->len = size;
    view->readonly = readonly;
    view->itemsize = 1;
    view->ndim = 1;
    view->format = (flags & kFormat) != 0 ? byte_format : nullptr;
    view->shape = (flags & kShape) != 0 ? &view->len : nullptr;
    view->strides = (flags & kStrides) == kStrides ? &view->itemsize : nullptr;
    view->suboffsets = nullptr;
    view->internal = nullptr;
    return {};
}

Result<Ref<Object>> compare_views(std::string_view a, std::string_view b, CompareOp op) {
    bool result;
    switch (op) {
        case CompareOp::eq:
            result = a == b;
            break;
        case CompareOp::ne:
            result = a != b;
            break;
        case CompareOp::lt:
            result = a < b;
            break;
        case CompareOp::le:
            result = a <= b;
            break;
        case CompareOp::gt:
            result = a > b;
            break;
        default:
            result = a >= b;
            break;
    }
    return Ref<Object>::share(bool_object(result));
}

}  // namespace baton
