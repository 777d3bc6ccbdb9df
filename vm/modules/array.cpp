// array.array: storage, and items of each machine type.
#include "vm/modules/array.h"

#include <climits>
#include <cstdlib>
#include <cstring>

#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr ArrayKind kKinds[] = {
    {'b', "b", sizeof(signed char), true, true},
    {'B', "B", sizeof(unsigned char), true, false},
    {'u', "w", sizeof(wchar_t), false, false},
    {'h', "h", sizeof(short), true, true},
    {'H', "H", sizeof(unsigned short), true, false},
    {'i', "i", sizeof(int), true, true},
    {'I', "I", sizeof(unsigned int), true, false},
    {'l', "l", sizeof(long), true, true},
    {'L', "L", sizeof(unsigned long), true, false},
    {'q', "q", sizeof(long long), true, true},
    {'Q', "Q", sizeof(unsigned long long), true, false},
    {'f', "f", sizeof(float), false, false},
    {'d', "d", sizeof(double), false, false},
};
static_assert(sizeof(wchar_t) == 4, "items of 'u' are code points");

// Messages as the C types' converters word them.
Result<int64_t> signed_number(Attached ts, Object& value, int64_t low, int64_t high, const char* type) {
    const Ref<Int> number = TRY(number_index(ts, value));
    int overflow = 0;
    const int64_t n = int_as_int64(*number, &overflow);
    if (overflow != 0) return raise(ts, Exc::OverflowError, "Python int too large to convert to C long");
    if (n < low) return raise(ts, Exc::OverflowError, "{} is less than minimum", type);
    if (n > high) return raise(ts, Exc::OverflowError, "{} is greater than maximum", type);
    return n;
}
Result<int64_t> wide_number(Attached ts, Object& value, const char* too_large) {
    const Ref<Int> number = TRY(number_index(ts, value));
    int overflow = 0;
    const int64_t n = int_as_int64(*number, &overflow);
    if (overflow != 0) return raise_text(ts, Exc::OverflowError, too_large);
    return n;
}
Result<uint64_t> unsigned_number(Attached ts, Object& value, const char* negative, const char* too_large) {
    const Ref<Int> number = TRY(number_index(ts, value));
    uint64_t n = 0;
    if (int_sign(*number) < 0) return raise_text(ts, Exc::OverflowError, negative);
    if (!int_as_uint64(*number, &n)) return raise_text(ts, Exc::OverflowError, too_large);
    return n;
}

template <class T>
void put(char* at, T value) {
    std::memcpy(at, &value, sizeof value);
}

// One item as bytes. Converting may run Python code, so it happens outside the array.
Result<void> convert_item(Attached ts, char code, Object& value, char* to) {
    constexpr const char* kNegative = "can't convert negative value to unsigned int";
    switch (code) {
        case 'b':
        case 'B':
        case 'h': {
            const int64_t n = TRY(signed_number(ts, value, SHRT_MIN, SHRT_MAX, "signed short integer"));
            if (code == 'h') {
                put(to, static_cast<short>(n));
                return {};
            }
            const bool is_signed = code == 'b';
            const char* type = is_signed ? "signed char" : "unsigned byte integer";
            if (n < (is_signed ? SCHAR_MIN : 0))
                return raise(ts, Exc::OverflowError, "{} is less than minimum", type);
            if (n > (is_signed ? SCHAR_MAX : UCHAR_MAX))
                return raise(ts, Exc::OverflowError, "{} is greater than maximum", type);
            *to = static_cast<char>(n);
            return {};
        }
        case 'u': {
            if (!is_str(value) || static_cast<Str&>(value).length != 1)
                return raise(ts, Exc::TypeError, "array item must be unicode character");
            put(to, str_char_unchecked(static_cast<Str&>(value), 0));
            return {};
        }
        case 'H':
        case 'i': {
            const int64_t n = TRY(signed_number(ts, value, INT_MIN, INT_MAX, "signed integer"));
            if (code == 'i') {
                put(to, static_cast<int>(n));
                return {};
            }
            if (n < 0) return raise(ts, Exc::OverflowError, "unsigned short is less than minimum");
            if (n > USHRT_MAX) return raise(ts, Exc::OverflowError, "unsigned short is greater than maximum");
            put(to, static_cast<unsigned short>(n));
            return {};
        }
        case 'I': {
            const uint64_t n = TRY(
                unsigned_number(ts, value, kNegative, "Python int too large to convert to C unsigned long"));
            if (n > UINT_MAX) return raise(ts, Exc::OverflowError, "unsigned int is greater than maximum");
            put(to, static_cast<unsigned>(n));
            return {};
        }
        case 'l': {
            const int64_t n = TRY(wide_number(ts, value, "Python int too large to convert to C long"));
            put(to, n);
            return {};
        }
        case 'L': {
            const uint64_t n = TRY(
                unsigned_number(ts, value, kNegative, "Python int too large to convert to C unsigned long"));
            put(to, n);
            return {};
        }
        case 'q': {
            const int64_t n = TRY(wide_number(ts, value, "int too big to convert"));
            put(to, n);
            return {};
        }
        case 'Q': {
            const uint64_t n = TRY(unsigned_number(ts, value, "can't convert negative int to unsigned",
                                                   "int too big to convert"));
            put(to, n);
            return {};
        }
        default: {
            const double d = TRY(convert_double(ts, Value(&value)));
            if (code == 'f')
                put(to, static_cast<float>(d));
            else
                put(to, d);
            return {};
        }
    }
}

}  // namespace

bool is_array(const Object& o) {
    return is_instance_exact(o, baton_array_type);
}
std::span<const ArrayKind> array_kinds() {
    return kKinds;
}
const ArrayKind* array_kind(uint32_t code) {
    for (const ArrayKind& k : kKinds) {
        if (static_cast<uint32_t>(k.code) == code) return &k;
    }
    return nullptr;
}

// ---- storage ----

Result<Ref<ArrayObject>> array_new(Attached ts, Type& cls, const ArrayKind& kind, Index size) {
    Ref<ArrayObject> self = TRY(new_instance<ArrayObject>(ts, cls));
    self->kind = &kind;
    if (size > PTRDIFF_MAX / kind.size) return raise_no_memory(ts);
    if (size > 0) {
        self->items = static_cast<char*>(std::malloc(static_cast<size_t>(size * kind.size)));
        if (self->items == nullptr) return raise_no_memory(ts);
        self->size = self->allocated = size;
    }
    return self;
}

Result<void> array_resize(Attached ts, ArrayObject& self, Index size) {
    if (self.exports > 0 && size != self.size)
        return raise(ts, Exc::BufferError, "cannot resize an array that is exporting buffers");
    if (size <= self.allocated && size >= self.size - 16 && self.items != nullptr) {
        self.size = size;
        return {};
    }
    if (size == 0) {
        std::free(std::exchange(self.items, nullptr));
        self.size = self.allocated = 0;
        return {};
    }
    const Index room = (size >> 4) + (self.size < 8 ? 3 : 7) + size;
    if (size < 0 || room > PTRDIFF_MAX / self.kind->size) return raise_no_memory(ts);
    char* items = static_cast<char*>(std::realloc(self.items, static_cast<size_t>(room * self.kind->size)));
    if (items == nullptr) return raise_no_memory(ts);
    self.items = items;
    self.size = size;
    self.allocated = room;
    return {};
}

Result<void> array_replace(Attached ts, ArrayObject& self, Index low, Index high, Index count) {
    const Index growth = count - (high - low), unit = self.kind->size, tail = self.size - high;
    if (growth == 0) return {};
    if (self.exports > 0)
        return raise(ts, Exc::BufferError, "cannot resize an array that is exporting buffers");
    if (growth < 0) {
        if (tail > 0) {
            std::memmove(self.items + (high + growth) * unit, self.items + high * unit,
                         static_cast<size_t>(tail * unit));
        }
        return array_resize(ts, self, self.size + growth);
    }
    if (self.size > PTRDIFF_MAX - growth) return raise_no_memory(ts);
    TRY(array_resize(ts, self, self.size + growth));
    if (tail > 0) {
        std::memmove(self.items + (high + growth) * unit, self.items + high * unit,
                     static_cast<size_t>(tail * unit));
    }
    return {};
}

// ---- items ----

Result<Ref<Object>> array_item(Attached ts, const ArrayObject& self, Index i) {
    const char* at = self.items + i * self.kind->size;
    if (self.kind->code != 'u') return unpack_item(ts, at, self.kind->code);
    uint32_t c;
    std::memcpy(&c, at, sizeof c);
    if (c > kMaxCodePoint) {
        return raise(ts, Exc::ValueError, "character U+{:x} is not in range [U+0000; U+10ffff]", c);
    }
    return str_from_char(ts, c);
}

Result<void> array_store(Attached ts, ArrayObject& self, Index i, Object& value) {
    char item[8];
    TRY(convert_item(ts, self.kind->code, value, item));
    // Converting may have run Python code that shortened the array.
    if (i >= self.size) return raise(ts, Exc::IndexError, "array assignment index out of range");
    std::memcpy(self.items + i * self.kind->size, item, self.kind->size);
    return {};
}

Result<void> array_insert_at(Attached ts, ArrayObject& self, Index at, Object& value) {
    char item[8];
    TRY(convert_item(ts, self.kind->code, value, item));
    if (at < 0) at = at + self.size < 0 ? 0 : at + self.size;
    if (at > self.size) at = self.size;
    TRY(array_replace(ts, self, at, at, 1));
    std::memcpy(self.items + at * self.kind->size, item, self.kind->size);
    return {};
}

Result<void> array_append_bytes(Attached ts, ArrayObject& self, std::string_view bytes) {
    const auto unit = static_cast<size_t>(self.kind->size);
    if (bytes.size() % unit != 0)
        return raise(ts, Exc::ValueError, "bytes length not a multiple of item size");
    if (bytes.empty()) return {};
    const Index old_size = self.size, count = static_cast<Index>(bytes.size() / unit);
    if (old_size > PTRDIFF_MAX / self.kind->size - count) return raise_no_memory(ts);
    TRY(array_resize(ts, self, old_size + count));
    std::memcpy(self.items + old_size * self.kind->size, bytes.data(), bytes.size());
    return {};
}

Result<void> array_append_text(Attached ts, ArrayObject& self, Str& text) {
    if (text.length == 0) return {};
    const Index old_size = self.size;
    TRY(array_resize(ts, self, old_size + text.length));
    for (Index i = 0; i < text.length; ++i) put(self.items + (old_size + i) * 4, str_char_unchecked(text, i));
    return {};
}

Result<void> array_extend(Attached ts, ArrayObject& self, Object& iterable) {
    if (!is_array(iterable)) {
        return for_each(ts, iterable, [&](Ref<Object> item) -> Result<bool> {
            TRY(array_insert_at(ts, self, PTRDIFF_MAX, *item));
            return true;
        });
    }
    auto& other = static_cast<ArrayObject&>(iterable);
    if (other.kind != self.kind) return raise(ts, Exc::TypeError, "can only extend with array of same kind");
    const Index old_size = self.size, added = other.size;
    if (added == 0) return {};
    if (old_size > PTRDIFF_MAX / self.kind->size - added) return raise_no_memory(ts);
    TRY(array_resize(ts, self, old_size + added));
    // other may be self: its items are where they now are.
    std::memcpy(self.items + old_size * self.kind->size, other.items,
                static_cast<size_t>(added * self.kind->size));
    return {};
}

Result<Ref<Str>> array_text(Attached ts, const ArrayObject& self) {
    const auto* text = reinterpret_cast<const uint32_t*>(self.items);
    for (Index i = 0; i < self.size; ++i) {
        if (text[i] > kMaxCodePoint) {
            return raise(ts, Exc::ValueError, "character U+{:x} is not in range [U+0000; U+10ffff]", text[i]);
        }
    }
    return str_new_ucs4(ts, text, self.size);
}
Result<Ref<List>> array_list(Attached ts, const ArrayObject& self) {
    Ref<List> out = TRY(list_new(ts, 0));
    for (Index i = 0; i < self.size; ++i) {
        Ref<Object> item = TRY(array_item(ts, self, i));
        TRY(list_append_owned(ts, *out, std::move(item)));
    }
    return out;
}

}  // namespace baton
