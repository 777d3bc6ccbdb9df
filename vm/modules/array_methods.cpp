// array.array: the type, its methods, its iterator, and the module.
#include <bit>
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/arguments.h"
#include "runtime/types/bytes.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/list.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/module.h"
#include "runtime/types/sequence_common.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/audit.h"
#include "vm/import.h"
#include "vm/modules/array.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// ---- making ----

Result<void> fill(Attached ts, ArrayObject& self, Object& initial) {
    if (is_bytes(initial)) return array_append_bytes(ts, self, bytes_view(static_cast<Bytes&>(initial)));
    if (is_instance_exact(initial, PyByteArray_Type))
        return array_append_bytes(ts, self, bytearray_view(static_cast<ByteArray&>(initial)));
    const bool text = self.kind->code == 'u';
    if (is_str(initial)) {
        if (text) return array_append_text(ts, self, static_cast<Str&>(initial));
        return raise(ts, Exc::TypeError, "cannot use a str to initialize an array with typecode '{}'",
                     self.kind->code);
    }
    if (is_array(initial)) {
        auto& other = static_cast<ArrayObject&>(initial);
        if (other.kind->code == 'u' && !text) {
            return raise(ts, Exc::TypeError,
                         "cannot use a unicode array to initialize an array with typecode '{}'",
                         self.kind->code);
        }
        if (other.kind != self.kind) {
            const Ref<List> items = TRY(array_list(ts, other));
            return array_extend(ts, self, *items);
        }
    }
    return array_extend(ts, self, initial);
}

Result<Ref<Object>> new_array(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    if (takes_all_arguments(cls, baton_array_type)) TRY(no_keywords(ts, "array.array", kwnames));
    if (nargs < 1) return raise(ts, Exc::TypeError, "array() takes at least 1 argument ({} given)", nargs);
    if (nargs > 2) return raise(ts, Exc::TypeError, "array() takes at most 2 arguments ({} given)", nargs);
    TRY(box_all(ts, args, nargs));
    Object& code = *args[0].object();
    if (!is_str(code) || static_cast<Str&>(code).length != 1) {
        return raise(ts, Exc::TypeError, "array() argument 1 must be a unicode character, not {}",
                     type_name(code));
    }
    TRY(audit_values(ts, "array.__new__", &code, nargs > 1 ? args[1].object() : nullptr));
    const ArrayKind* kind = array_kind(str_char_unchecked(static_cast<Str&>(code), 0));
    if (kind == nullptr)
        return raise(ts, Exc::ValueError, "bad typecode (must be b, B, u, h, H, i, I, l, L, q, Q, f or d)");
    Ref<ArrayObject> self = TRY(array_new(ts, cls, *kind, 0));
    if (nargs > 1) TRY(fill(ts, *self, *args[1].object()));
    return self;
}
void array_dealloc(Attached ts, ArrayObject& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    std::free(self.items);
    free_instance(ts, self);
}
Result<Ref<ArrayObject>> copy_of(Attached ts, const ArrayObject& self, Index from, Index to) {
    Ref<ArrayObject> out = TRY(array_new(ts, baton_array_type, *self.kind, to - from));
    if (to > from) {
        std::memcpy(out->items, self.items + from * self.kind->size,
                    static_cast<size_t>((to - from) * self.kind->size));
    }
    return out;
}

// ---- as a sequence ----

Result<Index> array_length(Attached, ArrayObject& self) {
    return self.size;
}
Result<Ref<Object>> array_at(Attached ts, ArrayObject& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "array index out of range");
    return array_item(ts, self, i);
}
Result<void> array_set_at(Attached ts, ArrayObject& self, Index i, Object* value) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "array assignment index out of range");
    if (value == nullptr) return array_replace(ts, self, i, i + 1, 0);
    return array_store(ts, self, i, *value);
}
Result<Ref<Object>> array_concat(Attached ts, ArrayObject& self, Object& other) {
    if (!is_array(other)) {
        return raise(ts, Exc::TypeError, "can only append array (not \"{}\") to array", type_name(other));
    }
    if (static_cast<ArrayObject&>(other).kind != self.kind)
        return raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    Ref<ArrayObject> out = TRY(copy_of(ts, self, 0, self.size));
    TRY(array_extend(ts, *out, other));
    return out;
}
Result<Ref<Object>> array_inplace_concat(Attached ts, ArrayObject& self, Object& other) {
    if (!is_array(other)) {
        return raise(ts, Exc::TypeError, "can only extend array with array (not \"{}\")", type_name(other));
    }
    TRY(array_extend(ts, self, other));
    return Ref<Object>::share(self);
}
// Fills the array with copies of its first `size` items.
void repeat_items(ArrayObject& self, Index size) {
    const Index unit = self.kind->size, total = self.size * unit;
    for (Index done = size * unit; done > 0 && done < total;) {
        const Index step = done < total - done ? done : total - done;
        std::memcpy(self.items + done, self.items, static_cast<size_t>(step));
        done += step;
    }
}
Result<Ref<Object>> array_repeat(Attached ts, ArrayObject& self, Index count) {
    if (count < 0) count = 0;
    if (count > 0 && self.size > PTRDIFF_MAX / count) return raise_no_memory(ts);
    Ref<ArrayObject> out = TRY(array_new(ts, baton_array_type, *self.kind, self.size * count));
    if (out->size > 0) {
        std::memcpy(out->items, self.items, static_cast<size_t>(self.size * self.kind->size));
        repeat_items(*out, self.size);
    }
    return out;
}
Result<Ref<Object>> array_inplace_repeat(Attached ts, ArrayObject& self, Index count) {
    const Index size = self.size;
    if (count < 0) count = 0;
    if (count > 0 && size > PTRDIFF_MAX / self.kind->size / count) return raise_no_memory(ts);
    if (size > 0 && count != 1) {
        TRY(array_resize(ts, self, size * count));
        repeat_items(self, size);
    }
    return Ref<Object>::share(self);
}
Result<bool> array_contains(Attached ts, ArrayObject& self, Object& value) {
    for (Index i = 0; i < self.size; ++i) {
        const Ref<Object> item = TRY(array_item(ts, self, i));
        if (TRY(equal(ts, *item, value))) return true;
    }
    return false;
}

// ---- by index and slice ----

Result<Ref<Object>> array_subscript(Attached ts, ArrayObject& self, Object& key) {
    if (has_index(key)) {
        const Index i = TRY(as_index(ts, key, Exc::IndexError));
        return array_at(ts, self, i < 0 ? i + self.size : i);
    }
    if (!is_exact(key, PySlice_Type)) return raise(ts, Exc::TypeError, "array indices must be integers");
    SliceBounds b = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
    slice_adjust(b, self.size);
    if (b.step == 1) return copy_of(ts, self, b.start, b.start + b.length);
    Ref<ArrayObject> out = TRY(array_new(ts, baton_array_type, *self.kind, b.length));
    const Index unit = self.kind->size;
    for (Index i = 0, at = b.start; i < b.length; ++i, at += b.step) {
        std::memcpy(out->items + i * unit, self.items + at * unit, static_cast<size_t>(unit));
    }
    return out;
}

// Takes out the items of an extended slice.
Result<void> delete_slice(Attached ts, ArrayObject& self, SliceBounds b) {
    if (b.length == 0) return {};
    if (self.exports > 0)
        return raise(ts, Exc::BufferError, "cannot resize an array that is exporting buffers");
    if (b.step < 0) {
        b.start += b.step * (b.length - 1);
        b.step = -b.step;
    }
    const Index unit = self.kind->size;
    Index to = b.start;
    for (Index i = 0; i < b.length; ++i) {
        const Index from = b.start + i * b.step + 1;
        const Index stop = i + 1 < b.length ? from + b.step - 1 : self.size;
        std::memmove(self.items + to * unit, self.items + from * unit,
                     static_cast<size_t>((stop - from) * unit));
        to += stop - from;
    }
    return array_resize(ts, self, to);
}

Result<void> assign_slice(Attached ts, ArrayObject& self, const SliceBounds& b, ArrayObject& other) {
    const Index unit = self.kind->size, count = other.size;
    if (b.step == 1) {
        const Index high = b.start + b.length;
        TRY(array_replace(ts, self, b.start, high, count));
        if (count > 0)
            std::memcpy(self.items + b.start * unit, other.items, static_cast<size_t>(count * unit));
        return {};
    }
    if (count != b.length) {
        return raise(ts, Exc::ValueError, "attempt to assign array of size {} to extended slice of size {}",
                     count, b.length);
    }
    for (Index i = 0, at = b.start; i < b.length; ++i, at += b.step) {
        std::memcpy(self.items + at * unit, other.items + i * unit, static_cast<size_t>(unit));
    }
    return {};
}

Result<void> array_ass_subscript(Attached ts, ArrayObject& self, Object& key, Object* value) {
    if (has_index(key)) {
        const Index i = TRY(as_index(ts, key, Exc::IndexError));
        return array_set_at(ts, self, i < 0 ? i + self.size : i, value);
    }
    if (!is_exact(key, PySlice_Type)) return raise(ts, Exc::TypeError, "array indices must be integers");
    SliceBounds b = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
    slice_adjust(b, self.size);
    if (value == nullptr) {
        if (b.step == 1) return array_replace(ts, self, b.start, b.start + b.length, 0);
        return delete_slice(ts, self, b);
    }
    if (!is_array(*value)) {
        return raise(ts, Exc::TypeError, "can only assign array (not \"{}\") to array slice",
                     type_name(*value));
    }
    auto& other = static_cast<ArrayObject&>(*value);
    if (other.kind != self.kind) return raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    if (&other != &self) return assign_slice(ts, self, b, other);
    const Ref<ArrayObject> copy = TRY(copy_of(ts, self, 0, self.size));
    return assign_slice(ts, self, b, *copy);
}

// ---- comparing and showing ----

Result<Ref<Object>> array_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_array(a) || !is_array(b)) return Ref<Object>::share(_Py_NotImplementedStruct);
    auto &x = static_cast<ArrayObject&>(a), &y = static_cast<ArrayObject&>(b);
    const bool only_equality = op == CompareOp::eq || op == CompareOp::ne;
    if (only_equality && x.size != y.size) return Ref<Object>::share(bool_object(op == CompareOp::ne));
    // Whole numbers of one kind are equal when their bytes are; a NaN is not equal to itself.
    if (only_equality && x.kind == y.kind && (x.kind->integer || x.kind->code == 'u'))
        return Ref<Object>::share(bool_object((array_bytes(x) == array_bytes(y)) == (op == CompareOp::eq)));
    Index i = 0;
    for (; i < x.size && i < y.size; ++i) {
        const Ref<Object> v = TRY(array_item(ts, x, i));
        const Ref<Object> w = TRY(array_item(ts, y, i));
        if (TRY(equal(ts, *v, *w))) continue;
        if (only_equality) return Ref<Object>::share(bool_object(op == CompareOp::ne));
        return compare(ts, *v, *w, op);
    }
    const Index left = x.size, right = y.size;
    const bool holds = op == CompareOp::lt   ? left < right
                       : op == CompareOp::le ? left <= right
                       : op == CompareOp::eq ? left == right
                       : op == CompareOp::ne ? left != right
                       : op == CompareOp::gt ? left > right
                                             : left >= right;
    return Ref<Object>::share(bool_object(holds));
}

Result<Ref<Object>> array_repr(Attached ts, ArrayObject& self) {
    const char* name = type_short_name(*self.type);
    if (self.size == 0) return str_format(ts, "{}('{}')", name, self.kind->code);
    OptRef<Object> items;
    if (self.kind->code == 'u')
        items = TRY(array_text(ts, self));
    else
        items = TRY(array_list(ts, self));
    const Shown shown = TRY(show_repr(ts, *items));
    return str_format(ts, "{}('{}', {})", name, self.kind->code, shown.view);
}

// ---- methods ----

Result<void> array_append(Attached ts, ArrayObject& self, Object& v) {
    return array_insert_at(ts, self, PTRDIFF_MAX, v);
}
Result<void> array_insert(Attached ts, ArrayObject& self, Index i, Object& v) {
    return array_insert_at(ts, self, i, v);
}
Result<void> array_extend_method(Attached ts, ArrayObject& self, Object& bb) {
    return array_extend(ts, self, bb);
}
Result<Ref<Object>> array_pop(Attached ts, ArrayObject& self, Opt<Index> i) {
    if (self.size == 0) return raise(ts, Exc::IndexError, "pop from empty array");
    Index at = i.or_else(-1);
    if (at < 0) at += self.size;
    if (at < 0 || at >= self.size) return raise(ts, Exc::IndexError, "pop index out of range");
    Ref<Object> item = TRY(array_item(ts, self, at));
    TRY(array_replace(ts, self, at, at + 1, 0));
    return item;
}
// The first position of v in [start, stop); -1: none.
Result<Index> find(Attached ts, ArrayObject& self, Object& v, Index start, Index stop) {
    for (Index i = start; i < stop && i < self.size; ++i) {
        const Ref<Object> item = TRY(array_item(ts, self, i));
        if (TRY(equal(ts, *item, v))) return i;
    }
    return -1;
}
Result<Index> array_index(Attached ts, ArrayObject& self, Object& v, Object* start, Object* stop) {
    Index from = TRY(bound_argument(ts, start, 0));
    const Index to = TRY(bound_argument(ts, stop, PTRDIFF_MAX));
    if (from < 0) from = from + self.size < 0 ? 0 : from + self.size;
    const Index at = TRY(find(ts, self, v, from, to < 0 ? to + self.size : to));
    if (at < 0) return raise(ts, Exc::ValueError, "array.index(x): x not in array");
    return at;
}
Result<Index> array_count(Attached ts, ArrayObject& self, Object& v) {
    Index count = 0;
    for (Index i = 0; i < self.size; ++i) {
        const Ref<Object> item = TRY(array_item(ts, self, i));
        count += TRY(equal(ts, *item, v));
    }
    return count;
}
Result<void> array_remove(Attached ts, ArrayObject& self, Object& v) {
    const Index at = TRY(find(ts, self, v, 0, PTRDIFF_MAX));
    if (at < 0) return raise(ts, Exc::ValueError, "array.remove(x): x not in array");
    if (at >= self.size) return {};
    return array_replace(ts, self, at, at + 1, 0);
}
Result<void> array_reverse(Attached, ArrayObject& self) {
    const auto unit = static_cast<size_t>(self.kind->size);
    char spare[8];
    for (Index a = 0, b = self.size - 1; a < b; ++a, --b) {
        char *p = self.items + static_cast<size_t>(a) * unit, *q = self.items + static_cast<size_t>(b) * unit;
        std::memcpy(spare, p, unit);
        std::memcpy(p, q, unit);
        std::memcpy(q, spare, unit);
    }
    return {};
}
Result<void> array_byteswap(Attached, ArrayObject& self) {
    const auto unit = static_cast<size_t>(self.kind->size);
    for (Index i = 0; i < self.size; ++i) {
        char* p = self.items + static_cast<size_t>(i) * unit;
        for (size_t a = 0, b = unit - 1; a < b; ++a, --b) std::swap(p[a], p[b]);
    }
    return {};
}
Result<Ref<Object>> array_buffer_info(Attached ts, ArrayObject& self) {
    const Value both[] = {Value::of_int(static_cast<int64_t>(reinterpret_cast<uintptr_t>(self.items))),
                          Value::of_int(self.size)};
    return tuple_from_values(ts, both, 2);
}
Result<Ref<Object>> array_copy(Attached ts, ArrayObject& self) {
    return copy_of(ts, self, 0, self.size);
}
Result<Ref<Object>> array_deepcopy(Attached ts, ArrayObject& self, Object&) {
    return copy_of(ts, self, 0, self.size);
}
Result<void> array_frombytes(Attached ts, ArrayObject& self, Object& buffer) {
    BytesLike data;
    TRY(data.get(ts, buffer));
    return array_append_bytes(ts, self, data.view());
}
Result<Ref<Object>> array_tobytes(Attached ts, ArrayObject& self) {
    return bytes_new(ts, array_bytes(self));
}
Result<void> array_fromlist(Attached ts, ArrayObject& self, Object& list) {
    if (!is_list(list)) return raise(ts, Exc::TypeError, "arg must be list");
    auto& items = static_cast<List&>(list);
    const Index size = items.size, old_size = self.size;
    TRY(array_resize(ts, self, old_size + size));
    for (Index i = 0; i < size; ++i) {
        const Ref<Object> item = Ref<Object>::share(*items.item[i]);
        auto stored = array_store(ts, self, old_size + i, *item);
        if (stored.ok() && items.size != size)
            stored = raise(ts, Exc::RuntimeError, "list changed size during iteration");
        if (!stored.ok()) {
            // As it was before; what converting raised stays pending.
            OptRef<BaseException> kept = fetch(ts);
            if (!array_resize(ts, self, old_size).ok()) clear_pending(ts);
            restore(ts, std::move(kept).take());
            return already_raised();
        }
    }
    return {};
}
Result<Ref<Object>> array_tolist(Attached ts, ArrayObject& self) {
    return array_list(ts, self);
}
Result<void> array_fromunicode(Attached ts, ArrayObject& self, Str& ustr) {
    if (self.kind->code != 'u')
        return raise(ts, Exc::ValueError, "fromunicode() may only be called on unicode type arrays");
    return array_append_text(ts, self, ustr);
}
Result<Ref<Object>> array_tounicode(Attached ts, ArrayObject& self) {
    if (self.kind->code != 'u')
        return raise(ts, Exc::ValueError, "tounicode() may only be called on unicode type arrays");
    return array_text(ts, self);
}
Result<void> array_fromfile(Attached ts, ArrayObject& self, Object& f, Index n) {
    if (n < 0) return raise(ts, Exc::ValueError, "negative count");
    if (n > PTRDIFF_MAX / self.kind->size) return raise_no_memory(ts);
    const Index wanted = n * self.kind->size;
    const Ref<Str> read = TRY(str_intern_utf8(ts, "read"));
    const Ref<Int> size = TRY(box_int(ts, wanted));
    const Ref<Object> data = TRY(call_method(ts, f, *read, {size.get()}));
    if (!is_bytes(*data)) return raise(ts, Exc::TypeError, "read() didn't return bytes");
    const std::string_view got = bytes_view(static_cast<Bytes&>(*data));
    // What there was is kept; that there was too little is said afterwards.
    TRY(array_append_bytes(ts, self, got));
    if (static_cast<Index>(got.size()) != wanted)
        return raise(ts, Exc::EOFError, "read() didn't return enough bytes");
    return {};
}
Result<void> array_tofile(Attached ts, ArrayObject& self, Object& f) {
    constexpr size_t kBlock = 64 * 1024;
    const Ref<Str> write = TRY(str_intern_utf8(ts, "write"));
    // write() may change the array: each block is what is there by then.
    for (size_t at = 0; at < array_bytes(self).size(); at += kBlock) {
        const Ref<Bytes> block = TRY(bytes_new(ts, array_bytes(self).substr(at, kBlock)));
        TRY(call_method(ts, f, *write, {block.get()}));
    }
    return {};
}
Result<Index> array_sizeof(Attached, ArrayObject& self) {
    return self.type->basicsize + self.allocated * self.kind->size;
}

// ---- attributes and the buffer ----

Result<Ref<Object>> get_typecode(Attached ts, Object& self) {
    return str_from_char(ts, static_cast<uint32_t>(static_cast<ArrayObject&>(self).kind->code));
}
Result<Ref<Object>> get_itemsize(Attached ts, Object& self) {
    return box_int(ts, static_cast<ArrayObject&>(self).kind->size);
}

int get_array_buffer(Object* o, BufferView* view, int flags) {
    auto& self = *static_cast<ArrayObject*>(o);
    static constexpr char kNothing = 0;  // somewhere to point when there is no memory yet
    incref(o);
    view->obj = o;
    view->buf = self.items != nullptr ? self.items : const_cast<char*>(&kNothing);
    view->len = self.size * self.kind->size;
    view->itemsize = self.kind->size;
    view->readonly = 0;
    view->ndim = 1;
    // The size stays what it is while there are exports.
    view->shape = (flags & kBufferNd) == kBufferNd ? &self.size : nullptr;
    view->internal = nullptr;
    view->strides = (flags & kBufferStrides) == kBufferStrides ? &view->itemsize : nullptr;
    view->suboffsets = nullptr;
    view->format = (flags & kBufferFormat) == kBufferFormat ? const_cast<char*>(self.kind->format) : nullptr;
    ++self.exports;
    return 0;
}
void release_array_buffer(Object* o, BufferView*) {
    --static_cast<ArrayObject*>(o)->exports;
}
BufferProcs array_buffer_procs = {get_array_buffer, release_array_buffer};

// ---- the iterator ----

struct ArrayIterator : Object {
    Index index;
    Object* array;  // null once exhausted
};
Result<Ref<Object>> array_iter(Attached ts, ArrayObject& self) {
    Ref<ArrayIterator> it = TRY(new_gc_object<ArrayIterator>(ts, baton_array_iterator_type));
    it->index = 0;
    it->array = Ref<Object>::share(self).release();
    gc_track(ts, it.get());
    return it;
}
Next iterator_next(Attached ts, ArrayIterator& it) {
    if (it.array == nullptr) return Next::done();
    auto& array = static_cast<ArrayObject&>(*it.array);
    if (it.index < array.size) {
        auto item = array_item(ts, array, it.index);
        if (!item.ok()) return already_raised();
        ++it.index;
        return item.take();
    }
    replace_field<Object>(ts, it.array, nullptr);
    return Next::done();
}
Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> iterator_reduce(Attached ts, ArrayIterator& it) {
    const Ref<Object> iter = TRY(builtin(ts, id(Name::iter)));
    if (it.array == nullptr) {
        const Ref<Tuple> nothing = empty_tuple();
        const Ref<Tuple> args = TRY(tuple_of(ts, {nothing.get()}));
        return tuple_of(ts, {iter.get(), args.get()});
    }
    const Ref<Tuple> args = TRY(tuple_of(ts, {it.array}));
    const Ref<Int> index = TRY(box_int(ts, it.index));
    return tuple_of(ts, {iter.get(), args.get(), index.get()});
}
Result<void> iterator_setstate(Attached, ArrayIterator& it, Index state) {
    if (it.array == nullptr) return {};
    const Index size = static_cast<ArrayObject&>(*it.array).size;
    it.index = state < 0 ? 0 : state > size ? size : state;
    return {};
}
constexpr Method iterator_methods[] = {
    method<iterator_reduce>("__reduce__($self, /)", "What pickling takes."),
    method<iterator_setstate>("__setstate__($self, state, /)", "Go on at this position."),
    {},
};

constexpr Method array_methods[] = {
    method<array_append>("append($self, v, /)", "Add one item at the end."),
    method<array_buffer_info>("buffer_info($self, /)", "(address, length in items) of the memory."),
    method<array_byteswap>("byteswap($self, /)", "Reverse the bytes of every item."),
    method<array_copy>("__copy__($self, /)", "A new array with the same items."),
    method<array_count>("count($self, v, /)", "How many items are equal to v."),
    method<array_deepcopy>("__deepcopy__($self, unused, /)", "A new array with the same items."),
    method<array_extend_method>("extend($self, bb, /)",
                                "Add the items of an iterable, or of an array of the same type, at the end."),
    method<array_fromfile>("fromfile($self, f, n, /)", "Add n items that are read from a binary file."),
    method<array_fromlist>("fromlist($self, list, /)",
                           "Add the items of a list; when one does not fit, none."),
    method<array_frombytes>("frombytes($self, buffer, /)",
                            "Add items given as machine values in a bytes-like object."),
    method<array_fromunicode>("fromunicode($self, ustr, /)",
                              "Add the characters of a string to an array of type 'u'."),
    method<array_index>("index($self, v, start=0, stop=sys.maxsize, /)",
                        "The position of the first item equal to v."),
    method<array_insert>("insert($self, i, v, /)", "Put v before position i."),
    method<array_pop>("pop($self, i=-1, /)", "Take out the item at i and return it."),
    method<array_reduce_ex>("__reduce_ex__($self, value, /)", "What pickling takes."),
    method<array_remove>("remove($self, v, /)", "Take out the first item equal to v."),
    method<array_reverse>("reverse($self, /)", "Turn the order of the items round."),
    method<array_tobytes>("tobytes($self, /)", "The machine values as bytes."),
    method<array_tofile>("tofile($self, f, /)", "Write the machine values to a binary file."),
    method<array_tolist>("tolist($self, /)", "The items as a list."),
    method<array_tounicode>("tounicode($self, /)", "The characters of an array of type 'u' as a string."),
    method<array_sizeof>("__sizeof__($self, /)", "How many bytes the array takes."),
    {},
};
constexpr GetSet array_getset[] = {
    GetSet{"typecode", get_typecode, nullptr, "the letter that says what the items are"},
    GetSet{"itemsize", get_itemsize, nullptr, "bytes per item"},
    {},
};

constexpr Method functions[] = {
    method<array_reconstructor>(
        "_array_reconstructor($module, arraytype, typecode, mformat_code, items, /)",
        "Makes an array from what its __reduce_ex__ gave, perhaps on another machine."),
    {},
};

Result<void> array_exec(Attached ts, Module& module) {
    TRY(module_add(ts, module, "array", baton_array_type));
    TRY(module_add(ts, module, "ArrayType", baton_array_type));
    std::string codes;
    for (const ArrayKind& k : array_kinds()) codes += k.code;
    const Ref<Str> text = TRY(str_new_ascii(ts, codes));
    TRY(module_add(ts, module, "typecodes", *text));
    // By the interface that Python code knows it is a sequence that can be changed.
    const Ref<Object> abc = TRY(import_module(ts, "collections.abc"));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "MutableSequence"));
    const Ref<Object> sequence = TRY(get_attr(ts, *abc, *name));
    const Ref<Str> add = TRY(str_intern_utf8(ts, "register"));
    TRY(call_method(ts, *sequence, *add, {&baton_array_type}));
    return {};
}

}  // namespace

const TypeSpec array_spec = {
    .name = "array.array",
    .doc =
        "array(typecode [, initializer]): a row of numbers of one machine type.\n\nTypecodes, with the bytes "
        "an item has on "
        "this machine:\n\n"
        "    b B   signed and unsigned char, 1\n    h H   short, 2\n    i I   int, 4\n    l L   long, 8\n"
        "    q Q   long long, 8\n    u     a character, 4\n    f d   float, 4, and double, 8\n\nThe "
        "initializer is an iterable "
        "of items, an array, bytes with machine values, or a string for 'u'.",
    .basicsize = sizeof(ArrayObject),
    .flags = kTypeBaseType | kTypeSequence,
    .weaklistoffset = offsetof(ArrayObject, weakreflist),
    .methods = array_methods,
    .getset = array_getset,
    .buffer = &array_buffer_procs,
    .dealloc = typed_slot<array_dealloc>,
    .repr = typed_slot<array_repr>,
    .richcompare = slot<array_compare>,
    .iter = typed_slot<array_iter>,
    .tp_new = slot<new_array>,
    .mp_length = typed_slot<array_length>,
    .mp_subscript = typed_slot<array_subscript>,
    .mp_ass_subscript = typed_slot<array_ass_subscript>,
    .sq_length = typed_slot<array_length>,
    .sq_concat = typed_slot<array_concat>,
    .sq_repeat = typed_slot<array_repeat>,
    .sq_item = typed_slot<array_at>,
    .sq_ass_item = typed_slot<array_set_at>,
    .sq_contains = typed_slot<array_contains>,
    .sq_inplace_concat = typed_slot<array_inplace_concat>,
    .sq_inplace_repeat = typed_slot<array_inplace_repeat>,
};
const TypeSpec array_iterator_spec = with_gc<ArrayIterator, &ArrayIterator::array>({
    .name = "array.arrayiterator",
    .flags = kTypeDisallowInstantiation,
    .methods = iterator_methods,
    .iter = slot<return_self>,
    .iternext = typed_slot<iterator_next>,
});

extern const ModuleSpec array_module;
const ModuleSpec array_module = {
    .name = "array",
    .doc = "Rows of numbers of one machine type, as compact as C has them.",
    .methods = functions,
    .exec = array_exec,
};

}  // namespace baton
