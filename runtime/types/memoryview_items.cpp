// memoryview: access to items: struct codes, indexing, slicing, assignment, iteration.
#include <climits>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/slice.h"
#include "runtime/types/tuple.h"

namespace baton {

// ---- struct codes ----

char native_format(const char* format, Index* size) {
    if (*format == '@') ++format;
    char code = *format;
    if (!code || format[1]) return 0;
    switch (code) {
        case 'c':
        case 'b':
        case 'B':
        case '?':
            *size = 1;
            return code;
        case 'h':
        case 'H':
            *size = sizeof(short);
            return code;
        case 'i':
        case 'I':
        case 'f':
            *size = sizeof(int);
            return code;
        case 'l':
        case 'L':
        case 'q':
        case 'Q':
        case 'n':
        case 'N':
        case 'd':
        case 'P':
            *size = 8;
            return code;
        default:
            return 0;
    }
}

Result<char> item_format(Attached ts, const BufferView& view) {
    const char* format = view.format;
    if (*format == '@') ++format;
    if (format[0] && !format[1]) return format[0];
    return raise(ts, Exc::NotImplementedError, "memoryview: unsupported format {}", view.format);
}

namespace {

template <class T>
T load(const char* at) {
    T v;
    std::memcpy(&v, at, sizeof v);
    return v;
}
template <class T>
void store(char* at, T v) {
    std::memcpy(at, &v, sizeof v);
}

}  // namespace

Result<Ref<Object>> unpack_item(Attached ts, const char* at, char code) {
    switch (code) {
        case 'B':
            return box_int(ts, load<uint8_t>(at));
        case 'b':
            return box_int(ts, load<int8_t>(at));
        case 'h':
            return box_int(ts, load<int16_t>(at));
        case 'H':
            return box_int(ts, load<uint16_t>(at));
        case 'i':
            return box_int(ts, load<int32_t>(at));
        case 'I':
            return box_int(ts, load<uint32_t>(at));
        case 'l':
        case 'q':
        case 'n':
            return box_int(ts, load<int64_t>(at));
        case 'L':
        case 'Q':
        case 'N':
        case 'P':
            return int_from_uint64(ts, load<uint64_t>(at));
        case 'f':
            return float_from_double(ts, load<float>(at));
        case 'd':
            return float_from_double(ts, load<double>(at));
        case '?':
            return Ref<Object>::share(bool_object(load<uint8_t>(at) != 0));
        case 'c':
            return bytes_char(load<uint8_t>(at));
        default:
            return raise(ts, Exc::NotImplementedError, "memoryview: format {} not supported", code);
    }
}

namespace {

Raised raise_type(Attached ts, char code) {
    return raise(ts, Exc::TypeError, "memoryview: invalid type for format '{}'", code);
}
Raised raise_value(Attached ts, char code) {
    return raise(ts, Exc::ValueError, "memoryview: invalid value for format '{}'", code);
}
// A conversion failed: its TypeError, OverflowError or ValueError is told in terms of the format.
Raised retell(Attached ts, char code) {
    if (pending_is(ts, Exc::TypeError)) {
        clear_pending(ts);
        return raise_type(ts, code);
    }
    if (pending_is(ts, Exc::OverflowError) || pending_is(ts, Exc::ValueError)) {
        clear_pending(ts);
        return raise_value(ts, code);
    }
    return already_raised();
}

Result<int64_t> signed_value(Attached ts, Object& o, char code, int64_t low, int64_t high) {
    auto i = number_index(ts, o);
    if (!i.ok()) return retell(ts, code);
    int overflow;
    int64_t v = int_as_int64(*i, &overflow);
    if (overflow || v < low || v > high) return raise_value(ts, code);
    return v;
}
Result<uint64_t> unsigned_value(Attached ts, Object& o, char code, uint64_t high) {
    auto i = number_index(ts, o);
    if (!i.ok()) return retell(ts, code);
    uint64_t v;
    if (!int_as_uint64(*i, &v) || v > high) return raise_value(ts, code);
    return v;
}

}  // namespace

Result<void> pack_item(Attached ts, char* at, Object& value, char code) {
    switch (code) {
        case 'b':
            store(at, static_cast<int8_t>(TRY(signed_value(ts, value, code, SCHAR_MIN, SCHAR_MAX))));
            break;
        case 'h':
            store(at, static_cast<int16_t>(TRY(signed_value(ts, value, code, SHRT_MIN, SHRT_MAX))));
            break;
        case 'i':
            store(at, static_cast<int32_t>(TRY(signed_value(ts, value, code, INT_MIN, INT_MAX))));
            break;
        case 'l':
        case 'q':
        case 'n':
            store(at, TRY(signed_value(ts, value, code, INT64_MIN, INT64_MAX)));
            break;
        case 'B':
            store(at, static_cast<uint8_t>(TRY(unsigned_value(ts, value, code, UCHAR_MAX))));
            break;
        case 'H':
            store(at, static_cast<uint16_t>(TRY(unsigned_value(ts, value, code, USHRT_MAX))));
            break;
        case 'I':
            store(at, static_cast<uint32_t>(TRY(unsigned_value(ts, value, code, UINT_MAX))));
            break;
        case 'L':
        case 'Q':
        case 'N':
            store(at, TRY(unsigned_value(ts, value, code, UINT64_MAX)));
            break;
        case 'P': {
            if (!is_int(value)) return raise_type(ts, code);
            const auto& number = static_cast<Int&>(value);
            uint64_t address;
            int overflow = 0;
            if (!int_as_uint64(number, &address)) {
                address = static_cast<uint64_t>(int_as_int64(number, &overflow));
                if (overflow) return raise_value(ts, code);
            }
            store(at, address);
            break;
        }
        case 'f':
        case 'd': {
            auto d = as_double(ts, value);
            if (!d.ok()) return retell(ts, code);
            if (code == 'f') {
                store(at, static_cast<float>(*d));
            } else {
                store(at, *d);
            }
            break;
        }
        case '?': {
            bool b = TRY(is_true(ts, value));
            store(at, static_cast<uint8_t>(b));
            break;
        }
        case 'c': {
            if (!is_bytes(value)) return raise_type(ts, code);
            auto& b = static_cast<Bytes&>(value);
            if (b.size != 1) return raise_value(ts, code);
            *at = b.data[0];
            break;
        }
        default:
            return raise(ts, Exc::NotImplementedError, "memoryview: format {} not supported", code);
    }
    return {};
}

// ---- finding an element ----

char* view_element(const BufferView& view, char* at, int dim, Index i) {
    at += view.strides[dim] * i;
    if (view.suboffsets && view.suboffsets[dim] >= 0) at = load<char*>(at) + view.suboffsets[dim];
    return at;
}

Result<char*> view_lookup(Attached ts, const BufferView& view, char* at, int dim, Index i) {
    Index n = view.shape[dim];
    if (i < 0) i += n;
    if (i < 0 || i >= n) return raise(ts, Exc::IndexError, "index out of bounds on dimension {}", dim + 1);
    return view_element(view, at, dim, i);
}

namespace {

char* start_of(const BufferView& v) {
    return static_cast<char*>(v.buf);
}

bool all_indices(Object& key) {
    if (!is_tuple(key)) return false;
    auto& t = static_cast<Tuple&>(key);
    for (Index i = 0; i < t.size; ++i) {
        if (!has_index(*t.item[i])) return false;
    }
    return true;
}
bool all_slices(Object& key) {
    if (!is_tuple(key)) return false;
    auto& t = static_cast<Tuple&>(key);
    for (Index i = 0; i < t.size; ++i) {
        if (!is_exact(*t.item[i], PySlice_Type)) return false;
    }
    return t.size > 0;
}

// The element that a tuple of ndim indices names.
Result<char*> element_at(Attached ts, MemoryView& self, Tuple& indices) {
    const BufferView& v = self.view;
    if (indices.size > v.ndim) {
        return raise(ts, Exc::TypeError, "cannot index {}-dimension view with {}-element tuple", v.ndim,
                     indices.size);
    }
    char* at = start_of(v);
    for (Index dim = 0; dim < indices.size; ++dim) {
        Index i = TRY(as_index(ts, *indices.item[dim], Exc::IndexError));
        at = TRY(view_lookup(ts, v, at, static_cast<int>(dim), i));
    }
    return at;
}

// Narrows dimension 0 of a view to a slice.
Result<void> narrow(Attached ts, MemoryView& self, Slice& slice) {
    BufferView& v = self.view;
    auto b = TRY(slice_bounds(ts, slice, v.shape[0]));
    v.buf = start_of(v) + v.strides[0] * b.start;  // a suboffset of a dimension counts behind its stride
    v.shape[0] = b.length;
    v.strides[0] *= b.step;
    v.len = v.itemsize;
    for (int i = 0; i < v.ndim; ++i) v.len *= v.shape[i];
    memoryview_update_flags(self);
    return {};
}

bool is_empty_tuple(Object& key) {
    return is_tuple(key) && static_cast<Tuple&>(key).size == 0;
}

}  // namespace

Result<Ref<Object>> memoryview_item(Attached ts, MemoryView& self, Index i) {
    TRY(memoryview_check(ts, self));
    char code = TRY(item_format(ts, self.view));
    if (self.view.ndim == 0) return raise(ts, Exc::TypeError, "invalid indexing of 0-dim memory");
    if (self.view.ndim != 1) {
        return raise(ts, Exc::NotImplementedError, "multi-dimensional sub-views are not implemented");
    }
    char* at = TRY(view_lookup(ts, self.view, start_of(self.view), 0, i));
    return unpack_item(ts, at, code);
}

Result<Ref<Object>> memoryview_subscript(Attached ts, MemoryView& self, Object& key) {
    TRY(memoryview_check(ts, self));
    const BufferView& v = self.view;
    if (v.ndim == 0) {
        if (is_empty_tuple(key)) {
            char code = TRY(item_format(ts, v));
            return unpack_item(ts, start_of(v), code);
        }
        if (&key == &ellipsis()) return Ref<Object>::share(self);
        return raise(ts, Exc::TypeError, "invalid indexing of 0-dim memory");
    }
    if (has_index(key)) {
        Index i = TRY(as_index(ts, key, Exc::IndexError));
        return memoryview_item(ts, self, i);
    }
    if (is_exact(key, PySlice_Type)) {
        auto sub = TRY(memoryview_add(ts, *self.mbuf, v));
        TRY(narrow(ts, *sub, static_cast<Slice&>(key)));
        return sub;
    }
    if (all_indices(key)) {
        char code = TRY(item_format(ts, v));
        auto& indices = static_cast<Tuple&>(key);
        if (indices.size < v.ndim)
            return raise(ts, Exc::NotImplementedError, "sub-views are not implemented");
        char* at = TRY(element_at(ts, self, indices));
        TRY(memoryview_check(ts, self));  // __index__ may have released it
        return unpack_item(ts, at, code);
    }
    if (all_slices(key)) {
        return raise(ts, Exc::NotImplementedError, "multi-dimensional slicing is not implemented");
    }
    return raise(ts, Exc::TypeError, "memoryview: invalid slice key");
}

namespace {

bool same_format(const BufferView& a, const BufferView& b) {
    auto plain = [](const char* f) { return f && *f == '@' ? f + 1 : f ? f : "B"; };
    return std::strcmp(plain(a.format), plain(b.format)) == 0 && a.itemsize == b.itemsize;
}

// self[slice] = value, one dimension. The two may overlap, so the items travel through a copy.
Result<void> assign_slice(Attached ts, MemoryView& self, Slice& slice, Object& value) {
    if (!value.type->as_buffer || !value.type->as_buffer->get) {
        return raise(ts, Exc::TypeError, "a bytes-like object is required, not '{}'", type_name(value));
    }
    auto source = TRY(memoryview_new(ts, value));
    auto target = TRY(memoryview_add(ts, *self.mbuf, self.view));
    TRY(narrow(ts, *target, slice));
    const BufferView &to = target->view, &from = source->view;
    if (from.ndim != 1 || from.shape[0] != to.shape[0] || !same_format(from, to)) {
        return raise(ts, Exc::ValueError,
                     "memoryview assignment: lvalue and rvalue have different structures");
    }
    TRY(memoryview_check(ts, self));
    if (to.len == 0) return {};
    auto copy = TRY(bytes_new_uninitialised(ts, from.len));
    memoryview_to_contiguous(from, bytes_data(*copy), 'C');
    const char* next = bytes_data(*copy);
    for (Index i = 0; i < to.shape[0]; ++i, next += to.itemsize) {
        std::memcpy(view_element(to, start_of(to), 0, i), next, static_cast<size_t>(to.itemsize));
    }
    return {};
}

// A value is converted before the place is looked up again: conversion may run code that releases the view.
Result<void> assign_item(Attached ts, MemoryView& self, char* at, Object& value, char code) {
    char packed[16];
    TRY(pack_item(ts, packed, value, code));
    TRY(memoryview_check(ts, self));
    std::memcpy(at, packed, static_cast<size_t>(self.view.itemsize));
    return {};
}

}  // namespace

Result<void> memoryview_ass_subscript(Attached ts, MemoryView& self, Object& key, Object* value) {
    TRY(memoryview_check(ts, self));
    const BufferView& v = self.view;
    Index size;
    char code = TRY(item_format(ts, v));
    if (v.readonly) return raise(ts, Exc::TypeError, "cannot modify read-only memory");
    if (!value) return raise(ts, Exc::TypeError, "cannot delete memory");
    bool known = native_format(v.format, &size) && size == v.itemsize;
    if (!known) return raise(ts, Exc::NotImplementedError, "memoryview: format {} not supported", code);
    if (v.ndim == 0) {
        if (&key == &ellipsis() || is_empty_tuple(key))
            return assign_item(ts, self, start_of(v), *value, code);
        return raise(ts, Exc::TypeError, "invalid indexing of 0-dim memory");
    }
    if (has_index(key)) {
        if (v.ndim > 1) return raise(ts, Exc::NotImplementedError, "sub-views are not implemented");
        Index i = TRY(as_index(ts, key, Exc::IndexError));
        char* at = TRY(view_lookup(ts, v, start_of(v), 0, i));
        return assign_item(ts, self, at, *value, code);
    }
    if (is_exact(key, PySlice_Type) && v.ndim == 1)
        return assign_slice(ts, self, static_cast<Slice&>(key), *value);
    if (all_indices(key)) {
        auto& indices = static_cast<Tuple&>(key);
        if (indices.size < v.ndim)
            return raise(ts, Exc::NotImplementedError, "sub-views are not implemented");
        char* at = TRY(element_at(ts, self, indices));
        return assign_item(ts, self, at, *value, code);
    }
    if (is_exact(key, PySlice_Type) || all_slices(key)) {
        return raise(ts, Exc::NotImplementedError,
                     "memoryview slice assignments are currently restricted to ndim = 1");
    }
    return raise(ts, Exc::TypeError, "memoryview: invalid slice key");
}

// ---- lists ----

namespace {

Result<Ref<Object>> list_of_dimension(Attached ts, const BufferView& v, char* at, int dim, char code) {
    auto list = TRY(list_new(ts));
    for (Index i = 0; i < v.shape[dim]; ++i) {
        char* element = view_element(v, at, dim, i);
        auto item = dim + 1 == v.ndim ? TRY(unpack_item(ts, element, code))
                                      : TRY(list_of_dimension(ts, v, element, dim + 1, code));
        TRY(list_append_owned(ts, *list, std::move(item)));
    }
    return list;
}

}  // namespace

Result<Ref<Object>> memoryview_tolist(Attached ts, MemoryView& self) {
    char code = TRY(item_format(ts, self.view));
    if (self.view.ndim == 0) return unpack_item(ts, start_of(self.view), code);
    return list_of_dimension(ts, self.view, start_of(self.view), 0, code);
}

// ---- iteration ----

namespace {

struct MemoryIterator : Object {
    Index index;
    Object* view;  // null once exhausted
    Index length;
    char code;
};

Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}

Next memory_iterator_next(Attached ts, MemoryIterator& self) {
    if (!self.view) return Next::done();
    auto& view = static_cast<MemoryView&>(*self.view);
    if (self.index < self.length) {
        TRY(memoryview_check(ts, view));
        char* at = TRY(view_lookup(ts, view.view, start_of(view.view), 0, self.index));
        ++self.index;
        auto item = TRY(unpack_item(ts, at, self.code));
        return item;
    }
    replace_field<Object>(ts, self.view, nullptr);
    return Next::done();
}

}  // namespace

Result<Ref<Object>> memoryview_iter(Attached ts, MemoryView& self) {
    TRY(memoryview_check(ts, self));
    if (self.view.ndim == 0) return raise(ts, Exc::TypeError, "invalid indexing of 0-dim memory");
    if (self.view.ndim != 1) {
        return raise(ts, Exc::NotImplementedError, "multi-dimensional sub-views are not implemented");
    }
    char code = TRY(item_format(ts, self.view));
    auto it = TRY(new_gc_object<MemoryIterator>(ts, _PyMemoryIter_Type));
    it->index = 0;
    it->view = Ref<MemoryView>::share(self).release();
    it->length = self.view.shape[0];
    it->code = code;
    gc_track(ts, it.get());
    return it;
}

constexpr TypeSpec memory_iterator_spec = with_gc<MemoryIterator, &MemoryIterator::view>({
    .name = "memory_iterator",
    .iter = slot<return_self>,
    .iternext = typed_slot<memory_iterator_next>,
});

}  // namespace baton
