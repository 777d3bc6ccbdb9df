// memoryview: making, sharing, exporting and releasing views; the attributes.
#include "runtime/types/memoryview.h"

#include <cstring>

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytes_kernels.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton {

namespace {

constexpr int kBufferIsReleased = 1, kOwnsFormat = 2;  // ManagedBuffer::flags
char kBytesFormat[] = "B";

// ---- the shared buffer ----

void managed_release(ManagedBuffer& self) {
    if (self.flags & kBufferIsReleased) return;
    self.flags |= kBufferIsReleased;
    gc_untrack(&self);
    if (self.flags & kOwnsFormat) std::free(self.master.format);
    release_buffer(&self.master);
}
void managed_dealloc(Attached ts, ManagedBuffer& self) {
    managed_release(self);
    free_instance(ts, self);
}
int managed_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<ManagedBuffer*>(o)->master.obj, visit, arg);
}
int managed_clear(Object* o) {
    auto& self = *static_cast<ManagedBuffer*>(o);
    if (self.exports <= 0) managed_release(self);
    return 0;
}

Result<Ref<ManagedBuffer>> managed_new(Attached ts) {
    auto m = TRY(new_gc_object<ManagedBuffer>(ts, _PyManagedBuffer_Type));
    m->flags = 0;
    m->exports = 0;
    std::memset(&m->master, 0, sizeof m->master);
    gc_track(ts, m.get());
    return m;
}

// ---- a view's fields ----

void copy_dimensions(MemoryView& self, const BufferView& source) {
    BufferView& v = self.view;
    if (v.ndim == 0) {
        v.shape = v.strides = v.suboffsets = nullptr;
        return;
    }
    v.shape = self.dims;
    v.strides = self.dims + v.ndim;
    if (v.ndim == 1) {
        v.shape[0] = source.shape ? source.shape[0] : source.itemsize ? source.len / source.itemsize : 0;
        v.strides[0] = source.strides ? source.strides[0] : source.itemsize;
    } else {
        for (int i = 0; i < v.ndim; ++i) v.shape[i] = source.shape[i];
        Index stride = v.itemsize;
        for (int i = v.ndim - 1; i >= 0; --i) {
            v.strides[i] = source.strides ? source.strides[i] : stride;
            stride *= v.shape[i];
        }
    }
    v.suboffsets = source.suboffsets ? self.dims + 2 * v.ndim : nullptr;
    for (int i = 0; v.suboffsets && i < v.ndim; ++i) v.suboffsets[i] = source.suboffsets[i];
}

}  // namespace

bool buffer_is_contiguous(const BufferView& v, char order) {
    if (v.suboffsets) return false;
    if (order == 'A') return buffer_is_contiguous(v, 'C') || buffer_is_contiguous(v, 'F');
    if (v.len == 0 || !v.strides) return order == 'C' || v.ndim <= 1;
    Index expected = v.itemsize;
    for (int k = 0; k < v.ndim; ++k) {
        int i = order == 'C' ? v.ndim - 1 - k : k;
        Index n = v.shape ? v.shape[i] : v.len / v.itemsize;
        if (n > 1 && v.strides[i] != expected) return false;
        expected *= n;
    }
    return true;
}

void memoryview_update_flags(MemoryView& self) {
    const BufferView& v = self.view;
    int flags = 0;
    if (v.ndim == 0) {
        flags = kViewScalar | kViewC | kViewFortran;
    } else {
        if (buffer_is_contiguous(v, 'C')) flags |= kViewC;
        if (buffer_is_contiguous(v, 'F')) flags |= kViewFortran;
    }
    if (v.suboffsets) flags = (flags | kViewIndirect) & ~(kViewC | kViewFortran);
    self.flags = flags;
}

Result<Ref<MemoryView>> memoryview_add(Attached ts, ManagedBuffer& mbuf, const BufferView& source) {
    if (source.ndim > kMaxDimensions) {
        return raise(ts, Exc::ValueError, "memoryview: number of dimensions must not exceed 64");
    }
    auto words = static_cast<size_t>(3 * (source.ndim ? source.ndim : 1));
    auto self = TRY(
        new_gc_object<MemoryView>(ts, PyMemoryView_Type, offsetof(MemoryView, dims) + words * sizeof(Index)));
    self->size = static_cast<Index>(words);
    self->hash = -1;
    self->exports = 0;
    self->weakreflist = nullptr;
    self->view = source;
    self->view.internal = nullptr;
    if (!self->view.format) self->view.format = kBytesFormat;
    copy_dimensions(*self, source);
    memoryview_update_flags(*self);
    self->view.obj = mbuf.master.obj;
    self->mbuf = Ref<ManagedBuffer>::share(mbuf).release();
    ++mbuf.exports;
    gc_track(ts, self.get());
    return self;
}

Result<void> memoryview_check(Attached ts, const MemoryView& self) {
    if ((self.flags & kViewReleased) || (self.mbuf->flags & kBufferIsReleased)) {
        return raise(ts, Exc::ValueError, "operation forbidden on released memoryview object");
    }
    return {};
}

Result<Ref<MemoryView>> memoryview_new(Attached ts, Object& exporter) {
    if (is_exact(exporter, PyMemoryView_Type)) {
        auto& other = static_cast<MemoryView&>(exporter);
        TRY(memoryview_check(ts, other));
        return memoryview_add(ts, *other.mbuf, other.view);
    }
    if (!exporter.type->as_buffer || !exporter.type->as_buffer->get) {
        return raise(ts, Exc::TypeError, "memoryview: a bytes-like object is required, not '{}'",
                     type_name(exporter));
    }
    auto mbuf = TRY(managed_new(ts));
    TRY(get_buffer(ts, exporter, &mbuf->master, kBufferFullReadOnly));
    return memoryview_add(ts, *mbuf, mbuf->master);
}

Result<Ref<MemoryView>> memoryview_from_buffer(Attached ts, const BufferView& info) {
    if (!info.buf) return raise(ts, Exc::ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL");
    auto mbuf = TRY(managed_new(ts));
    mbuf->master = info;
    mbuf->master.obj = nullptr;
    return memoryview_add(ts, *mbuf, mbuf->master);
}

Result<Ref<MemoryView>> memoryview_from_memory(Attached ts, char* memory, Index size, bool writable) {
    auto mbuf = TRY(managed_new(ts));
    BufferView& v = mbuf->master;
    v.buf = memory;
    v.len = size;
    v.itemsize = 1;
    v.readonly = !writable;
    v.ndim = 1;
    v.format = kBytesFormat;
    return memoryview_add(ts, *mbuf, v);
}

Result<void> memoryview_release(Attached ts, MemoryView& self) {
    if (self.flags & kViewReleased) return {};
    if (self.exports == 0) {
        self.flags |= kViewReleased;
        if (--self.mbuf->exports == 0) managed_release(*self.mbuf);
        return {};
    }
    return raise(ts, Exc::BufferError, "memoryview has {} exported buffer{}", self.exports,
                 self.exports == 1 ? "" : "s");
}

namespace {

void view_dealloc(Attached ts, MemoryView& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    if (self.mbuf) {
        if (!(self.flags & kViewReleased)) {
            self.flags |= kViewReleased;
            if (--self.mbuf->exports == 0) managed_release(*self.mbuf);
        }
        decref(ts, self.mbuf);
    }
    free_instance(ts, self);
}
int view_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<MemoryView*>(o)->mbuf, visit, arg);
}
int view_clear(Object* o) {
    auto& self = *static_cast<MemoryView*>(o);
    if (self.exports == 0 && self.mbuf) {
        if (!(self.flags & kViewReleased)) {
            self.flags |= kViewReleased;
            if (--self.mbuf->exports == 0) managed_release(*self.mbuf);
        }
        decref_unattached(std::exchange(self.mbuf, nullptr));
    }
    return 0;
}

// ---- as an exporter ----

Result<void> export_view(Attached ts, MemoryView& self, BufferView* out, int flags) {
    out->obj = nullptr;
    TRY(memoryview_check(ts, self));
    auto asks = [flags](int what) { return (flags & what) == what; };
    auto refuse = [ts](const char* why) { return raise(ts, Exc::BufferError, "memoryview: {}", why); };
    bool c = self.flags & kViewC, fortran = self.flags & kViewFortran;
    *out = self.view;
    out->obj = nullptr;
    if (asks(kBufferWritable) && self.view.readonly) return refuse("underlying buffer is not writable");
    if (!asks(kBufferFormat)) out->format = nullptr;
    if (asks(kBufferC) && !c) return refuse("underlying buffer is not C-contiguous");
    if (asks(kBufferFortran) && !fortran) return refuse("underlying buffer is not Fortran contiguous");
    if (asks(kBufferAnyContiguous) && !c && !fortran) return refuse("underlying buffer is not contiguous");
    if (!asks(kBufferIndirect) && (self.flags & kViewIndirect))
        return refuse("underlying buffer requires suboffsets");
    if (!asks(kBufferStrides)) {
        if (!c) return refuse("underlying buffer is not C-contiguous");
        out->strides = nullptr;
    }
    if (!asks(kBufferNd)) {
        if (out->format) return refuse("cannot cast to unsigned bytes if the format flag is present");
        out->ndim = 1;
        out->shape = nullptr;
    }
    out->obj = Ref<MemoryView>::share(self).release();
    ++self.exports;
    return {};
}
int export_slot(Object* self, BufferView* out, int flags) {
    return export_view(current_attached(), static_cast<MemoryView&>(*self), out, flags).to_c();
}
void unexport_slot(Object* self, BufferView*) {
    --static_cast<MemoryView*>(self)->exports;
}
BufferProcs view_buffer_procs = {export_slot, unexport_slot};

// ---- methods ----

constexpr Signature kNewSignature = parse_signature("memoryview(object)");

Result<Ref<Object>> view_new(Attached ts, Type&, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[1] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    Object* exporter = TRY(box_in_place(ts, *bound[0]));
    return memoryview_new(ts, *exporter);
}

Result<Ref<Object>> view_repr(Attached ts, MemoryView& self) {
    return str_format(ts, "<{}memory at {}>", self.flags & kViewReleased ? "released " : "",
                      static_cast<const void*>(&self));
}

Result<Index> view_length(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    return self.view.ndim == 0 ? 1 : self.view.shape[0];
}

Result<Ref<Bytes>> copy_bytes(Attached ts, MemoryView& self, char order) {
    if (self.view.len == 0) return bytes_empty();
    auto out = TRY(bytes_new_uninitialised(ts, self.view.len));
    memoryview_to_contiguous(self.view, bytes_data(*out), order);
    return out;
}

Result<Hash> view_hash(Attached ts, MemoryView& self) {
    if (self.hash != -1) return self.hash;
    TRY(memoryview_check(ts, self));
    if (!self.view.readonly) return raise(ts, Exc::ValueError, "cannot hash writable memoryview object");
    Index size;
    char code = native_format(self.view.format, &size);
    if (code != 'B' && code != 'b' && code != 'c') {
        return raise(ts, Exc::ValueError, "memoryview: hashing is restricted to formats 'B', 'b' or 'c'");
    }
    if (self.view.obj) TRY(hash(ts, *self.view.obj));
    auto copy = TRY(copy_bytes(ts, self, 'C'));
    self.hash = hash_bytes(bytes_data(*copy), static_cast<size_t>(copy->size));
    return self.hash;
}

Result<void> view_release(Attached ts, MemoryView& self) {
    return memoryview_release(ts, self);
}
Result<Ref<Object>> view_enter(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    return Ref<Object>::share(self);
}
Result<void> view_exit(Attached ts, MemoryView& self, Args) {
    return memoryview_release(ts, self);
}

Result<Ref<Object>> view_tobytes(Attached ts, MemoryView& self, Object* order) {
    TRY(memoryview_check(ts, self));
    char how = 'C';
    if (order && !is_none(*order)) {
        if (!is_str(*order)) {
            return raise(ts, Exc::TypeError, "tobytes() argument 'order' must be str or None, not {}",
                         type_name(*order));
        }
        auto& text = static_cast<Str&>(*order);
        how = text.length == 1 ? static_cast<char>(str_char_unchecked(text, 0)) : 0;
        if (how != 'C' && how != 'F' && how != 'A') {
            return raise(ts, Exc::ValueError, "order must be 'C', 'F' or 'A'");
        }
    }
    return copy_bytes(ts, self, how);
}
Result<Ref<Str>> view_hex(Attached ts, MemoryView& self, Object* separator, Opt<int> group) {
    TRY(memoryview_check(ts, self));
    auto copy = TRY(copy_bytes(ts, self, 'C'));
    return bytes_hex(ts, bytes_view(*copy), separator, group.or_else(1));
}
Result<Ref<Object>> view_toreadonly(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    auto copy = TRY(memoryview_add(ts, *self.mbuf, self.view));
    copy->view.readonly = 1;
    return copy;
}
Result<Ref<Object>> view_tolist(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    return memoryview_tolist(ts, self);
}

constexpr Method view_methods[] = {
    method<view_release>("release($self, /)",
                         "Gives the viewed buffer back; the view cannot be used after that."),
    method<view_tobytes>("tobytes($self, /, order=None)",
                         "The viewed bytes, copied: in C order for 'C' (and None), in Fortran order for 'F', "
                         "in the order of the memory for 'A'."),
    method<view_hex>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
                     "The bytes as text, two hexadecimal digits for each."),
    method<view_tolist>("tolist($self, /)",
                        "The elements, unpacked, as a list (of lists, for more dimensions)."),
    method<memoryview_cast>("cast($self, /, format, shape=<unrepresentable>)",
                            "The same memory with another element format or another shape."),
    method<view_toreadonly>("toreadonly($self, /)", "The same memory, not writable through the new view."),
    method<view_enter>("__enter__($self, /)", nullptr),
    method<view_exit>("__exit__($self, /, *exc_info)", nullptr),
    {},
};

// ---- attributes ----

Result<Ref<Object>> dimensions(Attached ts, const Index* values, int n) {
    if (!values) return empty_tuple();
    auto t = TRY(tuple_alloc(ts, n));
    for (int i = 0; i < n; ++i) t->item[i] = TRY(box_int(ts, values[i])).release();
    return tuple_finish(ts, std::move(t));
}
template <auto F>
Result<Ref<Object>> checked(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    return F(ts, self);
}
Result<Ref<Object>> get_obj(Attached, MemoryView& self) {
    return Ref<Object>::share(self.view.obj ? *self.view.obj : none());
}
Result<Ref<Object>> get_nbytes(Attached ts, MemoryView& self) {
    return box_int(ts, self.view.len);
}
Result<Ref<Object>> get_format(Attached ts, MemoryView& self) {
    return str_new_utf8(ts, self.view.format);
}
Result<Ref<Object>> get_itemsize(Attached ts, MemoryView& self) {
    return box_int(ts, self.view.itemsize);
}
Result<Ref<Object>> get_shape(Attached ts, MemoryView& self) {
    return dimensions(ts, self.view.shape, self.view.ndim);
}
Result<Ref<Object>> get_strides(Attached ts, MemoryView& self) {
    return dimensions(ts, self.view.strides, self.view.ndim);
}
Result<Ref<Object>> get_suboffsets(Attached ts, MemoryView& self) {
    return dimensions(ts, self.view.suboffsets, self.view.ndim);
}
Result<Ref<Object>> get_ndim(Attached ts, MemoryView& self) {
    return box_int(ts, self.view.ndim);
}
Result<Ref<Object>> get_readonly(Attached, MemoryView& self) {
    return Ref<Object>::share(bool_object(self.view.readonly));
}
Result<Ref<Object>> get_c(Attached, MemoryView& self) {
    return Ref<Object>::share(bool_object(self.flags & kViewC));
}
Result<Ref<Object>> get_fortran(Attached, MemoryView& self) {
    return Ref<Object>::share(bool_object(self.flags & kViewFortran));
}
Result<Ref<Object>> get_any(Attached, MemoryView& self) {
    return Ref<Object>::share(bool_object(self.flags & (kViewC | kViewFortran)));
}
constexpr GetSet view_getset[] = {
    getter<checked<get_obj>>("obj", "The object whose memory this is."),
    getter<checked<get_nbytes>>("nbytes",
                                "How many bytes the view's elements take when they lie side by side."),
    getter<checked<get_readonly>>("readonly", "Whether the view refuses to be written through."),
    getter<checked<get_itemsize>>("itemsize", "How many bytes an element takes."),
    getter<checked<get_format>>("format",
                                "How an element is laid out, in the notation of the struct module."),
    getter<checked<get_ndim>>("ndim", "Number of dimensions."),
    getter<checked<get_shape>>("shape", "Number of elements along each dimension."),
    getter<checked<get_strides>>("strides", "Distance in bytes between neighbours along each dimension."),
    getter<checked<get_suboffsets>>("suboffsets", "Offsets of indirect dimensions; empty without any."),
    getter<checked<get_c>>("c_contiguous", "Whether the elements lie without gaps in C order."),
    getter<checked<get_fortran>>("f_contiguous", "Whether the elements lie without gaps in Fortran order."),
    getter<checked<get_any>>("contiguous", "Whether the elements lie without gaps in either order."),
    {},
};

}  // namespace

constexpr TypeSpec managed_buffer_spec = {
    .name = "managedbuffer",
    .basicsize = sizeof(ManagedBuffer),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = managed_traverse,
    .clear = managed_clear,
    .dealloc = typed_slot<managed_dealloc>,
};

constexpr TypeSpec memoryview_spec = {
    .name = "memoryview",
    .doc =
        "memoryview(object)\n--\n\nA view of the bytes of an object that has the buffer protocol, without "
        "copying them.",
    .basicsize = offsetof(MemoryView, dims),
    .itemsize = sizeof(Index),
    .flags = kTypeHasGc | kTypeSequence,
    .traverse = view_traverse,
    .clear = view_clear,
    .weaklistoffset = offsetof(MemoryView, weakreflist),
    .methods = view_methods,
    .getset = view_getset,
    .buffer = &view_buffer_procs,
    .dealloc = typed_slot<view_dealloc>,
    .repr = typed_slot<view_repr>,
    .hash = typed_slot<view_hash>,
    .richcompare = slot<memoryview_compare>,
    .iter = typed_slot<memoryview_iter>,
    .tp_new = slot<view_new>,
    .mp_length = typed_slot<view_length>,
    .mp_subscript = typed_slot<memoryview_subscript>,
    .mp_ass_subscript = typed_slot<memoryview_ass_subscript>,
    .sq_length = typed_slot<view_length>,
    .sq_item = typed_slot<memoryview_item>,
};

}  // namespace baton
