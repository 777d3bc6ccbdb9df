// memoryview: a window on another object's memory.
//
// A ManagedBuffer holds the one view that was got from the exporter; any number of MemoryViews share it, each
// with its own shape, format and offset. Invariants: mbuf->exports counts the views that are not released;
// the exporter's buffer is released when it falls to zero. view.obj is mbuf's reference, not the view's own.
// format is never null. A view with exports > 0 cannot be released. Callers: attached threads. The layout of
// MemoryView is public (PyMemoryView_GET_BUFFER).
#pragma once
#include "runtime/type.h"

namespace baton {

struct ManagedBuffer : Object {
    int flags;
    Index exports;
    BufferView master;
};
struct MemoryView : VarObject {
    ManagedBuffer* mbuf;
    Hash hash;  // -1 = not yet computed
    int flags;
    Index exports;
    BufferView view;
    Object* weakreflist;
    Index dims[1];  // shape, strides, suboffsets: ndim words each
};
static_assert(offsetof(MemoryView, view) == 56 && offsetof(MemoryView, weakreflist) == 136);

inline constexpr int kViewReleased = 1, kViewC = 2, kViewFortran = 4, kViewScalar = 8, kViewIndirect = 16;
inline constexpr int kMaxDimensions = 64;

// PyBUF_*.
inline constexpr int kBufferSimple = 0, kBufferWritable = 1, kBufferFormat = 4, kBufferNd = 8,
                     kBufferStrides = 0x18, kBufferC = 0x38, kBufferFortran = 0x58,
                     kBufferAnyContiguous = 0x98, kBufferIndirect = 0x118, kBufferFull = 0x11d,
                     kBufferFullReadOnly = 0x11c;

Result<Ref<MemoryView>> memoryview_new(Attached ts, Object& exporter);
// Of a buffer the caller has filled and gives away (PyMemoryView_FromBuffer): obj is not kept.
Result<Ref<MemoryView>> memoryview_from_buffer(Attached ts, const BufferView& info);
Result<Ref<MemoryView>> memoryview_from_memory(Attached ts, char* memory, Index size, bool writable);
// Marks it released; BufferError while somebody has a buffer of it.
Result<void> memoryview_release(Attached ts, MemoryView& self);
// Copies all items in C ('C'), Fortran ('F') or the view's own order ('A') into out, view.len bytes.
void memoryview_to_contiguous(const BufferView& view, char* out, char order);
bool buffer_is_contiguous(const BufferView& view, char order);  // PyBuffer_IsContiguous

// ---- shared by the memoryview files ----
Result<void> memoryview_check(Attached ts, const MemoryView& self);  // ValueError when released
Result<Ref<MemoryView>> memoryview_add(Attached ts, ManagedBuffer& mbuf, const BufferView& source);
void memoryview_update_flags(MemoryView& self);
// The code of a native single-character format ("@i" or "i") and its size; 0 when it is none.
char native_format(const char* format, Index* size);
// The same for access to items; NotImplementedError otherwise.
Result<char> item_format(Attached ts, const BufferView& view);
Result<Ref<Object>> unpack_item(Attached ts, const char* at, char code);
Result<void> pack_item(Attached ts, char* at, Object& value, char code);
// The address of element i along dimension `dim`, suboffsets followed.
char* view_element(const BufferView& view, char* at, int dim, Index i);
Result<char*> view_lookup(Attached ts, const BufferView& view, char* at, int dim,
                          Index i);  // negative i, IndexError

Result<Ref<Object>> memoryview_subscript(Attached ts, MemoryView& self, Object& key);
Result<void> memoryview_ass_subscript(Attached ts, MemoryView& self, Object& key, Object* value);
Result<Ref<Object>> memoryview_item(Attached ts, MemoryView& self, Index i);
Result<Ref<Object>> memoryview_compare(Attached ts, Object& a, Object& b, CompareOp op);
Result<Ref<Object>> memoryview_cast(Attached ts, MemoryView& self, Str& format, Object* shape);
Result<Ref<Object>> memoryview_tolist(Attached ts, MemoryView& self);
Result<Ref<Object>> memoryview_iter(Attached ts, MemoryView& self);

extern const TypeSpec memoryview_spec, managed_buffer_spec, memory_iterator_spec;

}  // namespace baton
