// bytearray: the type itself and the methods that change it.
#include "runtime/bytes_warning.h"
#include "runtime/call.h"
#include "runtime/attr.h"
#include "runtime/format_percent.h"
#include "runtime/dealloc.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytearray_impl.h"
#include "runtime/types/bytes_buffer.h"
#include "runtime/types/bytes_common.h"
#include "runtime/types/str_iterator.h"

namespace baton {
namespace {

using namespace bytes_methods;

bool is_bytearray(const Object& o) {
    return is_instance_exact(o, PyByteArray_Type);
}

constexpr Signature kInitSignature = parse_signature("bytearray(source=b'', encoding='', errors='')");

Result<Ref<Object>> new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls, 0);
}

Result<void> extend_from_iterable(Attached ts, ByteArray& self, Object& iterable) {
    BytesBuilder items;
    TRY(append_bytes_of_iterable(ts, items, iterable, "byte must be in range(0, 256)"));
    if (items.failed()) return raise_no_memory(ts);
    return bytearray_append(ts, self, items.view());
}

Result<void> init_slot(Attached ts, Object& object, Value* args, size_t nargs, Tuple* kwnames) {
    auto& self = static_cast<ByteArray&>(object);
    Value* bound[3] = {};
    TRY(bind_arguments(ts, kInitSignature, args, nargs, kwnames, bound));
    if (self.size != 0) TRY(bytearray_resize(ts, self, 0));
    Source from = TRY(bytes_source(ts, "bytearray", false, bound[0], bound[1], bound[2]));
    switch (from.kind) {
        case SourceKind::nothing:
            return {};
        case SourceKind::count:
            TRY(bytearray_resize(ts, self, from.count));
            if (from.count > 0) std::memset(self.start, 0, static_cast<size_t>(from.count));
            return {};
        case SourceKind::bytes:
            return bytearray_append(ts, self, bytes_view(static_cast<Bytes&>(*from.object)));
        case SourceKind::buffer: {
            auto copy = TRY(bytes_from_object(ts, *from.object));
            return bytearray_append(ts, self, bytes_view(*copy));
        }
        case SourceKind::other:
            break;
    }
    auto iterator = get_iter(ts, *from.object);
    if (!iterator.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "cannot convert '{}' object to bytearray", type_name(*from.object));
    }
    // One at a time: the iterable may look at the bytearray it fills.
    for (;;) {
        Next item = iter_next(ts, *iterator);
        if (item.raised()) return already_raised();
        if (item.is_done()) return {};
        auto value = item.take();
        char byte = static_cast<char>(TRY(byte_value(ts, *value)));
        TRY(bytearray_append(ts, self, {&byte, 1}));
    }
}

Result<Ref<Object>> repr_slot(Attached ts, ByteArray& self) {
    auto contents = TRY(bytes_repr(ts, bytearray_view(self), true));
    StrBuilder out;
    out.append_utf8(type_name(self));
    out.append('(');
    out.append(*contents);
    out.append(')');
    return out.finish(ts);
}

Result<Ref<Object>> iter_slot(Attached ts, ByteArray& self) {
    return text_iterator(ts, bytearray_iterator_type(), self);
}

Result<Ref<Object>> str_slot(Attached ts, ByteArray& self) {
    TRY(warn_about_bytes(ts, "str() on a bytearray instance"));
    return repr(ts, self);
}
Result<Ref<Object>> compare_slot(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_bytes_like(a) || !is_bytes_like(b)) {
        // Unlike bytes, no words about numbers.
        if (is_str(a) || is_str(b)) TRY(warn_about_comparison(ts, "bytearray", a, b, op));
        return Ref<Object>::share(not_implemented());
    }
    BytesLike x, y;
    if (!x.get(ts, a).ok() || !y.get(ts, b).ok()) {
        clear_pending(ts);
        return Ref<Object>::share(not_implemented());
    }
    return compare_views(x.view(), y.view(), op);
}

Result<Ref<Object>> concat_slot(Attached ts, Object& a, Object& b) {
    if (!is_bytes_like(b)) {
        return raise(ts, Exc::TypeError, "can't concat {} to {}", type_name(b), type_name(a));
    }
    BytesLike x, y;
    TRY(x.get(ts, a));
    TRY(y.get(ts, b));
    auto result = TRY(bytearray_new(ts, x.view()));
    TRY(bytearray_append(ts, *result, y.view()));
    return result;
}

Result<void> extend_with_buffer(Attached ts, ByteArray& self, Object& other) {
    if (&other == &self) {
        auto copy = TRY(bytes_new(ts, bytearray_view(self)));
        return bytearray_append(ts, self, bytes_view(*copy));
    }
    BytesLike held;
    TRY(held.get(ts, other));
    return bytearray_append(ts, self, held.view());
}

Result<Ref<Object>> inplace_concat_slot(Attached ts, ByteArray& self, Object& other) {
    if (!is_bytes_like(other)) {
        return raise(ts, Exc::TypeError, "can't concat {} to {}", type_name(other), type_name(self));
    }
    TRY(extend_with_buffer(ts, self, other));
    return Ref<Object>::share(self);
}

Result<Ref<Object>> inplace_repeat_slot(Attached ts, ByteArray& self, Index count) {
    if (count < 0) count = 0;
    if (count == 1) return Ref<Object>::share(self);
    Index size = self.size;
    if (count > 0 && size > PTRDIFF_MAX / count) return raise_no_memory(ts);
    TRY(bytearray_resize(ts, self, size * count));
    for (Index i = 1; i < count && size > 0; ++i) {
        std::memcpy(self.start + i * size, self.start, static_cast<size_t>(size));
    }
    return Ref<Object>::share(self);
}

Result<Ref<Object>> item_slot(Attached ts, ByteArray& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "bytearray index out of range");
    return small_int(static_cast<uint8_t>(self.start[i]));
}

Result<void> store_item(Attached ts, ByteArray& self, Index i, Object* value) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "bytearray index out of range");
    if (value == nullptr) return bytearray_replace(ts, self, i, i + 1, {});
    uint8_t byte = TRY(byte_value(ts, *value));
    if (i >= self.size)
        return raise(ts, Exc::IndexError, "bytearray index out of range");  // __index__ shrank it
    self.start[i] = static_cast<char>(byte);
    return {};
}

Result<void> delete_stepped(Attached ts, ByteArray& self, SliceBounds bounds) {
    if (bounds.length == 0) return {};
    TRY(bytearray_check_resizable(ts, self));
    if (bounds.step < 0) {
        bounds.start += (bounds.length - 1) * bounds.step;
        bounds.step = -bounds.step;
    }
    char* to = self.start + bounds.start;
    for (Index k = 0, from = bounds.start; k < bounds.length; ++k, from += bounds.step) {
        Index next = k + 1 < bounds.length ? from + bounds.step : self.size;
        auto run = static_cast<size_t>(next - from - 1);
        std::memmove(to, self.start + from + 1, run);
        to += run;
    }
    return bytearray_resize(ts, self, self.size - bounds.length);
}

Result<void> set_slice(Attached ts, ByteArray& self, SliceBounds bounds, Object* value) {
    OptRef<Object> replacement;
    if (value != nullptr && (value == &self || !is_bytes_like(*value))) {
        // Anything else that bytearray() takes, but neither a number nor a text.
        if (value != &self && (has_index(*value) || is_str(*value))) {
            return raise(ts, Exc::TypeError,
                         "can assign only bytes, buffers, or iterables of ints in range(0, 256)");
        }
        replacement = TRY(call(ts, PyByteArray_Type, {value}));
        value = replacement.get();
    }
    BytesLike held;
    if (value != nullptr) TRY(held.get(ts, *value));
    slice_adjust(bounds, self.size);
    if (bounds.step == 1) {
        Index high = bounds.stop < bounds.start ? bounds.start : bounds.stop;
        return bytearray_replace(ts, self, bounds.start, high, held.view());
    }
    if (held.size() == 0) return delete_stepped(ts, self, bounds);  // no bytes: deletes, as CPython does
    if (held.size() != bounds.length) {
        return raise(ts, Exc::ValueError, "attempt to assign bytes of size {} to extended slice of size {}",
                     held.size(), bounds.length);
    }
    for (Index k = 0, i = bounds.start; k < bounds.length; ++k, i += bounds.step)
        self.start[i] = held.data()[k];
    return {};
}

Result<void> ass_subscript_slot(Attached ts, ByteArray& self, Object& key, Object* value) {
    if (is_exact(key, slice_type())) {
        return set_slice(ts, self, TRY(slice_unpack(ts, static_cast<Slice&>(key))), value);
    }
    if (!has_index(key)) {
        return raise(ts, Exc::TypeError, "bytearray indices must be integers or slices, not {}",
                     type_name(key));
    }
    Index i = TRY(as_index(ts, key, Exc::IndexError));
    if (value != nullptr) TRY(byte_value(ts, *value));  // a bad value is reported before a bad index
    return store_item(ts, self, i < 0 ? i + self.size : i, value);
}

Result<Ref<Object>> remainder_slot(Attached ts, Object& a, Object& b) {
    if (!is_bytearray(a)) return Ref<Object>::share(not_implemented());
    auto copy =
        TRY(bytes_new(ts, bytearray_view(static_cast<ByteArray&>(a))));  // formatting runs Python code
    auto formatted = TRY(bytes_percent(ts, bytes_view(*copy), b));
    return bytearray_new(ts, bytes_view(*formatted));
}

int get_buffer_slot(Object* object, BufferView* view, int flags) {
    auto& self = static_cast<ByteArray&>(*object);
    static char nothing[1] = {0};
    char* data = self.start != nullptr ? self.start : nothing;
    if (!fill_buffer(current_attached(), view, object, data, self.size, false, flags).ok()) return -1;
    ++self.exports;
    return 0;
}
void release_buffer_slot(Object* object, BufferView*) {
    --static_cast<ByteArray&>(*object).exports;
}
BufferProcs buffer_procs = {get_buffer_slot, release_buffer_slot};

// ---- methods of its own ----
Result<void> append_method(Attached ts, ByteArray& self, Object& item) {
    char byte = static_cast<char>(TRY(byte_value(ts, item)));
    return bytearray_append(ts, self, {&byte, 1});
}
Result<void> clear_method(Attached ts, ByteArray& self) {
    return bytearray_resize(ts, self, 0);
}
Result<Ref<ByteArray>> copy_method(Attached ts, ByteArray& self) {
    return bytearray_new(ts, bytearray_view(self));
}
Result<void> extend_method(Attached ts, ByteArray& self, Object& iterable) {
    if (is_bytes_like(iterable)) return extend_with_buffer(ts, self, iterable);
    auto iterator = get_iter(ts, iterable);
    if (!iterator.ok()) {
        if (!pending_is(ts, Exc::TypeError)) return already_raised();
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "can't extend bytearray with {}", type_name(iterable));
    }
    TRY(length_hint(ts, iterable, 0));  // its errors count, though the builder grows by itself
    return extend_from_iterable(ts, self, *iterator);
}
Result<void> insert_method(Attached ts, ByteArray& self, Index index, Object& item) {
    char byte = static_cast<char>(TRY(byte_value(ts, item)));
    if (index < 0) index = index + self.size < 0 ? 0 : index + self.size;
    if (index > self.size) index = self.size;
    return bytearray_replace(ts, self, index, index, {&byte, 1});
}
Result<int> pop_method(Attached ts, ByteArray& self, Opt<Index> index) {
    if (self.size == 0) return raise(ts, Exc::IndexError, "pop from empty bytearray");
    Index i = index.or_else(-1);
    if (i < 0) i += self.size;
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "pop index out of range");
    TRY(bytearray_check_resizable(ts, self));
    int value = static_cast<uint8_t>(self.start[i]);
    TRY(bytearray_replace(ts, self, i, i + 1, {}));
    return value;
}
Result<void> remove_method(Attached ts, ByteArray& self, Object& item) {
    uint8_t byte = TRY(byte_value(ts, item));
    Index at = self.size > 0 ? text::find_char(unsigned_of(bytearray_view(self)), self.size, byte) : -1;
    if (at < 0) return raise(ts, Exc::ValueError, "value not found in bytearray");
    return bytearray_replace(ts, self, at, at + 1, {});
}
Result<void> reverse_method(Attached, ByteArray& self) {
    for (Index i = 0, k = self.size - 1; i < k; ++i, --k) std::swap(self.start[i], self.start[k]);
    return {};
}
Result<Index> alloc_method(Attached, ByteArray& self) {
    return self.alloc;
}
Result<Index> sizeof_method(Attached, ByteArray& self) {
    return self.type->basicsize + self.alloc;
}

Result<Ref<Tuple>> reduce(Attached ts, ByteArray& self, int protocol) {
    auto state = TRY(call_method(ts, self, id(Name::__getstate__)));
    OptRef<Tuple> args;
    if (protocol < 3) {
        // Older protocols have no bytes: the text of the same code points stands for them.
        auto text = TRY(decode_latin1(ts, bytearray_view(self)));
        auto encoding = TRY(str_new_ascii(ts, "latin-1"));
        args = TRY(tuple_of(ts, {text.get(), encoding.get()}));
    } else if (self.size != 0) {
        auto data = TRY(bytes_new(ts, bytearray_view(self)));
        args = TRY(tuple_of(ts, {data.get()}));
    } else {
        args = empty_tuple();
    }
    return tuple_of(ts, {self.type, args.get(), state.get()});
}
Result<Ref<Tuple>> reduce_method(Attached ts, ByteArray& self) {
    return reduce(ts, self, 2);
}
Result<Ref<Tuple>> reduce_ex_method(Attached ts, ByteArray& self, Opt<int> protocol) {
    return reduce(ts, self, protocol.or_else(0));
}

constexpr std::array kOwnRows = {
    method<append_method>("append($self, item, /)", "Append one byte."),
    method<clear_method>("clear($self, /)", "Remove all bytes."),
    method<copy_method>("copy($self, /)", "A copy."),
    method<extend_method>("extend($self, iterable_of_ints, /)",
                          "Append the bytes or numbers of an iterable."),
    method<insert_method>("insert($self, index, item, /)", "Puts a byte in front of the one at index."),
    method<pop_method>("pop($self, index=-1, /)",
                       "Takes the byte at index out (the last one if index is left out) and gives it."),
    method<remove_method>("remove($self, value, /)", "Remove the first byte of that value."),
    method<reverse_method>("reverse($self, /)", "Turns the order of the bytes around."),
    method<alloc_method>("__alloc__($self, /)", "The number of bytes allocated."),
    method<sizeof_method>("__sizeof__($self, /)", "Size of the object in bytes."),
    method<reduce_method>("__reduce__($self, /)", "State for pickling."),
    method<reduce_ex_method>("__reduce_ex__($self, proto=0, /)", "State for pickling."),
};
constexpr auto kRows = with_own_rows(kCommonRows<ByteArray>, kOwnRows);

}  // namespace

const TypeSpec bytearray_spec = {
    .name = "bytearray",
    .doc =
        "bytearray(iterable_of_ints) -> bytearray\nbytearray(string, encoding[, errors]) -> bytearray\n"
        "bytearray(bytes_or_buffer) -> bytearray\nbytearray(int) -> bytearray of that many zeros\n"
        "bytearray() -> empty bytearray\n\nA mutable sequence of integers in range(256).",
    .basicsize = sizeof(ByteArray),
    .flags = kTypeBaseType | kTypeMatchSelf,
    .methods = kRows.data(),
    .buffer = &buffer_procs,
    .dealloc = typed_slot<bytearray_dealloc>,
    .repr = typed_slot<repr_slot>,
    .str = typed_slot<str_slot>,
    .richcompare = slot<compare_slot>,
    .iter = typed_slot<iter_slot>,
    .init = slot<init_slot>,
    .tp_new = slot<new_slot>,
    .remainder = slot<remainder_slot>,
    .mp_length = typed_slot<length<ByteArray>>,
    .mp_subscript = typed_slot<subscript<ByteArray>>,
    .mp_ass_subscript = typed_slot<ass_subscript_slot>,
    .sq_length = typed_slot<length<ByteArray>>,
    .sq_concat = slot<concat_slot>,
    .sq_repeat = typed_slot<repeat<ByteArray>>,
    .sq_item = typed_slot<item_slot>,
    .sq_ass_item = typed_slot<store_item>,
    .sq_contains = typed_slot<contains<ByteArray>>,
    .sq_inplace_concat = typed_slot<inplace_concat_slot>,
    .sq_inplace_repeat = typed_slot<inplace_repeat_slot>,
};

}  // namespace baton
