// bytes: the type itself.
#include "runtime/bytes_warning.h"
#include "runtime/dealloc.h"
#include "runtime/memory.h"
#include "runtime/format_percent.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes_buffer.h"
#include "runtime/types/bytes_common.h"
#include "runtime/types/str_iterator.h"

namespace baton {
namespace {

using namespace bytes_methods;

constexpr Signature kNewSignature = parse_signature("bytes(source=b'', encoding='', errors='')");

Result<Ref<Bytes>> new_exact(Attached ts, Value* source, Value* encoding, Value* errors) {
    if (source == nullptr && encoding == nullptr && errors == nullptr) return bytes_empty();
    if (source != nullptr && encoding == nullptr && errors == nullptr && source->is_object() &&
        is_exact(*source->object(), PyBytes_Type)) {
        return Ref<Bytes>::share(static_cast<Bytes&>(*source->object()));
    }
    Source from = TRY(bytes_source(ts, "bytes", true, source, encoding, errors));
    switch (from.kind) {
        case SourceKind::nothing:
            return bytes_empty();
        case SourceKind::bytes:
            return std::move(from.object).take().cast<Bytes>();  // an instance of a subclass stays one
        case SourceKind::count: {
            auto zeros = TRY(bytes_new_uninitialised(ts, from.count));
            if (from.count > 0) std::memset(zeros->data, 0, static_cast<size_t>(from.count));
            return zeros;
        }
        default:
            return bytes_from_object(ts, *from.object);
    }
}

Result<Ref<Object>> new_slot(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[3] = {};
    TRY(bind_arguments(ts, kNewSignature, args, nargs, kwnames, bound));
    auto exact = TRY(new_exact(ts, bound[0], bound[1], bound[2]));
    if (&cls == &PyBytes_Type) return exact;
    auto blank = TRY(allocate_instance(ts, cls, exact->size));
    auto& self = static_cast<Bytes&>(*blank);
    self.hash = exact->hash;
    std::memcpy(self.data, exact->data, static_cast<size_t>(exact->size) + 1);
    return blank;
}

void dealloc(Attached ts, Bytes& self) {
    if (is_exact(self, PyBytes_Type)) {
        free_block(ts, &self);
    } else {
        free_instance(ts, self);
    }
}

Result<Ref<Object>> repr_slot(Attached ts, Bytes& self) {
    return bytes_repr(ts, bytes_view(self));
}
Result<Ref<Object>> str_slot(Attached ts, Bytes& self) {
    TRY(warn_about_bytes(ts, "str() on a bytes instance"));
    return bytes_repr(ts, bytes_view(self));
}
Result<Index> hash_slot(Attached, Bytes& self) {
    return bytes_hash(self);
}
Result<Ref<Object>> iter_slot(Attached ts, Bytes& self) {
    return text_iterator(ts, bytes_iterator_type(), self);
}
Result<Ref<Object>> concat_slot(Attached ts, Object& a, Object& b) {
    return bytes_concat(ts, a, b);
}
Result<Ref<Object>> item_slot(Attached ts, Bytes& self, Index i) {
    if (i < 0 || i >= self.size) return raise(ts, Exc::IndexError, "index out of range");
    return small_int(static_cast<uint8_t>(self.data[i]));
}
Result<Ref<Object>> compare_slot(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_bytes(a) || !is_bytes(b)) {
        TRY(warn_about_comparison(ts, "bytes", a, b, op));
        return Ref<Object>::share(not_implemented());
    }
    return compare_views(bytes_view(static_cast<Bytes&>(a)), bytes_view(static_cast<Bytes&>(b)), op);
}
Result<Ref<Object>> remainder_slot(Attached ts, Object& a, Object& b) {
    if (!is_bytes(a)) return Ref<Object>::share(not_implemented());
    return bytes_percent(ts, bytes_view(static_cast<Bytes&>(a)), b);
}

int get_buffer_slot(Object* self, BufferView* view, int flags) {
    auto& b = static_cast<Bytes&>(*self);
    return fill_buffer(current_attached(), view, self, b.data, b.size, true, flags).to_c();
}
BufferProcs buffer_procs = {get_buffer_slot, nullptr};

Result<Ref<Bytes>> bytes_method(Attached ts, Bytes& self) {
    return unchanged(ts, self);
}
Result<Ref<Tuple>> getnewargs_method(Attached ts, Bytes& self) {
    auto copy = TRY(bytes_new(ts, bytes_view(self)));
    return tuple_of(ts, {copy.get()});
}

constexpr std::array kOwnRows = {
    method<bytes_method>("__bytes__($self, /)", "This object as an exact bytes."),
    method<getnewargs_method>("__getnewargs__($self, /)", "Arguments for copying and pickling."),
};
constexpr auto kRows = with_own_rows(kCommonRows<Bytes>, kOwnRows);

}  // namespace

const TypeSpec bytes_spec = {
    .name = "bytes",
    .doc =
        "bytes(iterable_of_ints) -> bytes\nbytes(string, encoding[, errors]) -> bytes\n"
        "bytes(bytes_or_buffer) -> bytes\nbytes(int) -> bytes of that many zeros\nbytes() -> empty bytes\n\n"
        "An immutable sequence of integers in range(256).",
    .basicsize = offsetof(Bytes, data) + 1,
    .itemsize = 1,
    .flags = kTypeBaseType | kTypeBytes | kTypeMatchSelf,
    .methods = kRows.data(),
    .buffer = &buffer_procs,
    .dealloc = typed_slot<dealloc>,
    .repr = typed_slot<repr_slot>,
    .hash = typed_slot<hash_slot>,
    .str = typed_slot<str_slot>,
    .richcompare = slot<compare_slot>,
    .iter = typed_slot<iter_slot>,
    .tp_new = slot<new_slot>,
    .remainder = slot<remainder_slot>,
    .mp_length = typed_slot<length<Bytes>>,
    .mp_subscript = typed_slot<subscript<Bytes>>,
    .sq_length = typed_slot<length<Bytes>>,
    .sq_concat = slot<concat_slot>,
    .sq_repeat = typed_slot<repeat<Bytes>>,
    .sq_item = typed_slot<item_slot>,
    .sq_contains = typed_slot<contains<Bytes>>,
};

}  // namespace baton
