// array.array: numbers of one machine type in a row.
//
// Invariants. `items` has room for `allocated` items of kind->size bytes and holds `size` of them; it may be
// null while there are none. It is neither moved nor resized while `exports` views of it exist. Callers:
// attached threads.
#pragma once
#include <span>
#include <string_view>

#include "runtime/native.h"

namespace baton {

struct ArrayKind {
    char code;
    const char* format;  // of the buffer protocol
    uint8_t size;
    bool integer, is_signed;
};
struct ArrayObject : VarObject {  // the layout of CPython's, which compiled modules know
    char* items;
    Index allocated;
    const ArrayKind* kind;
    Object* weakreflist;
    Index exports;
};

bool is_array(const Object& o);
std::span<const ArrayKind> array_kinds();
const ArrayKind* array_kind(uint32_t code);  // null: no such type code

// ---- array.cpp: storage and items ----
Result<Ref<ArrayObject>> array_new(Attached ts, Type& cls, const ArrayKind& kind, Index size);
Result<void> array_resize(Attached ts, ArrayObject& self,
                          Index size);  // BufferError while exported; new items undefined
Result<void> array_replace(Attached ts, ArrayObject& self, Index low, Index high,
                           Index count);  // makes room, keeps the rest
Result<Ref<Object>> array_item(Attached ts, const ArrayObject& self, Index i);
Result<void> array_store(Attached ts, ArrayObject& self, Index i, Object& value);
// Checks the value before it makes room, so nothing is lost when it does not fit.
Result<void> array_insert_at(Attached ts, ArrayObject& self, Index at, Object& value);
Result<void> array_append_bytes(Attached ts, ArrayObject& self, std::string_view bytes);
Result<void> array_append_text(Attached ts, ArrayObject& self, Str& text);
Result<void> array_extend(Attached ts, ArrayObject& self, Object& iterable);
Result<Ref<Str>> array_text(Attached ts, const ArrayObject& self);
Result<Ref<List>> array_list(Attached ts, const ArrayObject& self);
inline std::string_view array_bytes(const ArrayObject& self) {
    return {self.size != 0 ? self.items : "", static_cast<size_t>(self.size * self.kind->size)};
}

// ---- array_pickle.cpp ----
Result<Ref<Object>> array_reduce_ex(Attached ts, ArrayObject& self, Object& protocol);
Result<Ref<Object>> array_reconstructor(Attached ts, Module& module, Object& type, Object& code, int format,
                                        Object& items);

extern const TypeSpec array_spec, array_iterator_spec;

}  // namespace baton
