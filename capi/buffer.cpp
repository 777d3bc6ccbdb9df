// Py_buffer: shapes, strides, contiguity, copying in and out.
#include <algorithm>

#include "capi/shared.h"
#include "runtime/call.h"
#include "runtime/types/bytes_buffer.h"
#include "runtime/types/memoryview.h"
#include "vm/import.h"
#include "vm/modules/pickle.h"
#include "vm/vm_types.h"

namespace baton::api {

Object* call_in_module(Attached ts, const char* module, const char* name,
                       std::initializer_list<Object*> args) {
    auto m = import_module(ts, module);
    return m.ok() ? call_named(ts, m.get(), name, args) : nullptr;
}

int PyObject_CheckBuffer(Object* o) {
    return o->type->as_buffer && o->type->as_buffer->get;
}
int PyBuffer_IsContiguous(const BufferView* view, char order) {
    if (view->suboffsets) return 0;
    return (order == 'C' || order == 'F' || order == 'A') && buffer_is_contiguous(*view, order);
}
void* PyBuffer_GetPointer(const BufferView* view, const Index* indices) {
    auto* p = static_cast<char*>(view->buf);
    for (int i = 0; i < view->ndim; ++i) {
        p += view->strides[i] * indices[i];
        if (view->suboffsets && view->suboffsets[i] >= 0)
            p = *reinterpret_cast<char**>(p) + view->suboffsets[i];
    }
    return p;
}
void PyBuffer_FillContiguousStrides(int ndim, Index* shape, Index* strides, int itemsize, char order) {
    Index step = itemsize;
    for (int k = 0; k < ndim; ++k) {
        const int i = order == 'F' ? k : ndim - 1 - k;
        strides[i] = step;
        step *= shape[i];
    }
}
Index PyBuffer_SizeFromFormat(Attached ts, const char* format) {
    auto text = str_new_utf8(ts, format);
    if (!text.ok()) return -1;
    auto size = OptRef<Object>::steal(call_in_module(ts, "struct", "calcsize", {text.get()}));
    return size ? PyLong_AsSsize_t(ts, size.get()) : -1;
}
int PyBuffer_FillInfo(Attached ts, BufferView* view, Object* o, void* memory, Index size, int readonly,
                      int flags) {
    return status(fill_buffer(ts, view, o, memory, size, readonly != 0, flags));
}

namespace {
// Calls f with the address of each item of the view, in the order of the last index first (C) or the first
// (F).
template <class F>
void each_item(const BufferView& view, char order, F&& f) {
    std::vector<Index> at(static_cast<size_t>(view.ndim), 0);
    const Index count = view.itemsize ? view.len / view.itemsize : 0;
    for (Index n = 0; n < count; ++n) {
        f(static_cast<char*>(PyBuffer_GetPointer(&view, at.data())));
        for (int k = 0; k < view.ndim; ++k) {
            const auto i = static_cast<size_t>(order == 'F' ? k : view.ndim - 1 - k);
            if (++at[i] < view.shape[i]) break;
            at[i] = 0;
        }
    }
}
}  // namespace
int PyBuffer_FromContiguous(Attached, const BufferView* view, const void* memory, Index size, char order) {
    const Index n = std::min(size, view->len);
    if (PyBuffer_IsContiguous(view, order)) {
        std::memcpy(view->buf, memory, static_cast<size_t>(n));
        return 0;
    }
    auto* from = static_cast<const char*>(memory);
    const char* end = from + n;
    const auto item = static_cast<size_t>(view->itemsize);
    each_item(*view, order, [&](char* to) {
        if (from + item > end) return;
        std::memcpy(to, from, item);
        from += item;
    });
    return 0;
}
int PyBuffer_ToContiguous(Attached ts, void* memory, const BufferView* view, Index size, char order) {
    if (size != view->len) {
        (void)raise(ts, Exc::ValueError, "PyBuffer_ToContiguous: len != view->len");
        return -1;
    }
    if (PyBuffer_IsContiguous(view, order)) {
        std::memcpy(memory, view->buf, static_cast<size_t>(size));
        return 0;
    }
    // What the flags of the request left out is what a plain sequence of bytes or items has.
    BufferView full = *view;
    Index shape = view->itemsize ? view->len / view->itemsize : 0;
    std::vector<Index> strides(static_cast<size_t>(std::max(view->ndim, 1)));
    if (!full.shape) {
        full.shape = &shape;
        full.ndim = 1;
    }
    if (!full.strides) {
        PyBuffer_FillContiguousStrides(full.ndim, full.shape, strides.data(), static_cast<int>(full.itemsize),
                                       'C');
        full.strides = strides.data();
    }
    memoryview_to_contiguous(full, static_cast<char*>(memory), order);
    return 0;
}
int PyObject_CopyData(Attached ts, Object* to, Object* from) {
    if (!PyObject_CheckBuffer(to) || !PyObject_CheckBuffer(from)) {
        (void)raise(ts, Exc::TypeError, "both destination and source must be bytes-like objects");
        return -1;
    }
    BufferView out, in;
    if (!get_buffer(ts, *to, &out, 0x11d).ok()) return -1;
    int result = -1;
    if (get_buffer(ts, *from, &in, 0x11c).ok()) {
        if (out.len < in.len) {
            (void)raise(ts, Exc::BufferError, "destination is too small to receive data from source");
        } else {
            std::vector<char> copy(static_cast<size_t>(in.len));
            result = PyBuffer_ToContiguous(ts, copy.data(), &in, in.len, 'C');
            if (result == 0) result = PyBuffer_FromContiguous(ts, &out, copy.data(), in.len, 'C');
        }
        release_buffer(&in);
    }
    release_buffer(&out);
    return result;
}
Object* PyMemoryView_FromBuffer(Attached ts, const BufferView* info) {
    if (!info->buf) {
        (void)raise(ts, Exc::ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
        return nullptr;
    }
    return give(memoryview_from_buffer(ts, *info));
}
Object* PyMemoryView_GetContiguous(Attached ts, Object* o, int kind, char order) {
    auto made = memoryview_new(ts, *o);
    if (!made.ok()) return nullptr;
    const BufferView& view = made->view;
    if (kind == 0x200 && view.readonly) {  // PyBUF_WRITE
        (void)raise(ts, Exc::BufferError, "underlying buffer is not writable");
        return nullptr;
    }
    if (PyBuffer_IsContiguous(&view, order)) return made.release();
    if (kind == 0x200) {
        (void)raise(ts, Exc::BufferError,
                    "writable contiguous buffer requested for a non-contiguous object.");
        return nullptr;
    }
    // A copy in bytes, seen through the format and the shape of the original.
    auto bytes = bytes_new_uninitialised(ts, view.len);
    if (!bytes.ok()) return nullptr;
    if (PyBuffer_ToContiguous(ts, bytes->data, &view, view.len, order) < 0) return nullptr;
    std::vector<Index> strides(static_cast<size_t>(view.ndim));
    PyBuffer_FillContiguousStrides(view.ndim, view.shape, strides.data(), static_cast<int>(view.itemsize),
                                   order);
    auto of_bytes = memoryview_new(ts, *bytes);
    if (!of_bytes.ok()) return nullptr;
    BufferView shown = view;
    shown.buf = bytes->data;
    shown.obj = of_bytes->view.obj;
    shown.readonly = 1;
    shown.strides = strides.data();
    shown.suboffsets = nullptr;
    return give(memoryview_add(ts, *of_bytes->mbuf, shown));
}

// ---- pickle.PickleBuffer ----
namespace {
PickleBuffer* pickle_buffer_of(Attached ts, Object* o) {
    if (o && is_subtype(*o->type, PyPickleBuffer_Type)) return static_cast<PickleBuffer*>(o);
    (void)raise(ts, Exc::TypeError, "expected PickleBuffer, {} found", o ? type_name(*o) : "NULL");
    return nullptr;
}
}  // namespace
Object* PyPickleBuffer_FromObject(Attached ts, Object* exporter) {
    return missing(ts, exporter) ? nullptr : give(call(ts, PyPickleBuffer_Type, {exporter}));
}
const BufferView* PyPickleBuffer_GetBuffer(Attached ts, Object* o) {
    PickleBuffer* buffer = pickle_buffer_of(ts, o);
    if (!buffer) return nullptr;
    auto view = pickle_buffer_view(ts, *buffer);
    return view.ok() ? view.take() : nullptr;
}
int PyPickleBuffer_Release(Attached ts, Object* o) {
    PickleBuffer* buffer = pickle_buffer_of(ts, o);
    if (!buffer) return -1;
    pickle_buffer_release(*buffer);
    return 0;
}

}  // namespace baton::api
