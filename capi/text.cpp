// str, bytes, bytearray, memoryview.
#include "capi/impl.h"
#include "runtime/codec.h"
#include "runtime/types/bytes.h"
#include "runtime/types/memoryview.h"
#include "vm/fs_text.h"

namespace baton::api {

namespace {
Str* text_of(Attached ts, Object* o) {
    if (o && is_str(*o)) return static_cast<Str*>(o);
    (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    return nullptr;
}
// obj.name(args...)
Object* method(Attached ts, Object* o, const char* name, std::initializer_list<Object*> args) {
    auto n = name_of(ts, name);
    return n ? give(call_method(ts, *o, *n, args)) : nullptr;
}
}  // namespace

Object* PyUnicode_FromString(Attached ts, const char* text) {
    return give(str_new_utf8(ts, text));
}
Object* PyUnicode_FromStringAndSize(Attached ts, const char* text, Index size) {
    if (size < 0) {
        (void)raise(ts, Exc::SystemError, "Negative size passed to PyUnicode_FromStringAndSize");
        return nullptr;
    }
    if (!text) return size ? give(str_new(ts, size, 127)) : str_empty().release();
    return give(str_new_utf8(ts, {text, static_cast<size_t>(size)}));
}
Object* PyUnicode_InternFromString(Attached ts, const char* text) {
    return give(str_intern_utf8(ts, text));
}
Object* PyUnicode_FromKindAndData(Attached ts, int kind, const void* data, Index length) {
    return give(str_new_kind(ts, kind, data, length));
}
Object* PyUnicode_New(Attached ts, Index length, uint32_t max_char) {
    return length ? give(str_new(ts, length, max_char)) : str_empty().release();
}
Object* PyUnicode_FromObject(Attached ts, Object* o) {
    if (!is_str(*o)) {
        (void)raise(ts, Exc::TypeError, "Can't convert '{}' object to str implicitly", type_name(*o));
        return nullptr;
    }
    return give(str_exact(ts, static_cast<Str&>(*o)));
}
Object* PyUnicode_FromOrdinal(Attached ts, int c) {
    if (c < 0 || c > 0x10ffff) {
        (void)raise(ts, Exc::ValueError, "chr() arg not in range(0x110000)");
        return nullptr;
    }
    return give(str_from_char(ts, static_cast<uint32_t>(c)));
}
const char* PyUnicode_AsUTF8AndSize(Attached ts, Object* o, Index* size) {
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    auto r = str_as_utf8(ts, *s);
    if (!r.ok()) return nullptr;
    if (size) *size = static_cast<Index>((*r).size());
    return (*r).data();
}
const char* PyUnicode_AsUTF8(Attached ts, Object* o) {
    return PyUnicode_AsUTF8AndSize(ts, o, nullptr);
}
Object* PyUnicode_AsUTF8String(Attached ts, Object* o) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf8(ts, *s, nullptr)) : nullptr;
}
Object* PyUnicode_AsEncodedString(Attached ts, Object* o, const char* encoding, const char* errors) {
    Str* s = text_of(ts, o);
    return s ? give(encode_str(ts, *s, encoding, errors)) : nullptr;
}
Object* PyUnicode_Decode(Attached ts, const char* text, Index size, const char* encoding,
                         const char* errors) {
    return give(decode_view(ts, {text, static_cast<size_t>(size)}, encoding, errors));
}
Object* PyUnicode_DecodeUTF8(Attached ts, const char* text, Index size, const char* errors) {
    return give(decode_utf8(ts, {text, static_cast<size_t>(size)}, errors));
}
Object* PyUnicode_DecodeLatin1(Attached ts, const char* text, Index size, const char*) {
    return give(decode_latin1(ts, {text, static_cast<size_t>(size)}));
}
Object* PyUnicode_DecodeASCII(Attached ts, const char* text, Index size, const char* errors) {
    return give(decode_ascii(ts, {text, static_cast<size_t>(size)}, errors));
}
Object* PyUnicode_DecodeFSDefault(Attached ts, const char* text) {
    return give(fs_decode(ts, text));
}
Object* PyUnicode_EncodeFSDefault(Attached ts, Object* o) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf8(ts, *s, "surrogateescape")) : nullptr;
}
Index PyUnicode_GetLength(Attached ts, Object* o) {
    Str* s = text_of(ts, o);
    return s ? s->length : -1;
}
uint32_t PyUnicode_ReadChar(Attached ts, Object* o, Index index) {
    Str* s = text_of(ts, o);
    if (!s) return static_cast<uint32_t>(-1);
    if (index < 0 || index >= s->length) {
        (void)raise(ts, Exc::IndexError, "string index out of range");
        return static_cast<uint32_t>(-1);
    }
    return str_char_unchecked(*s, index);
}
Object* PyUnicode_Substring(Attached ts, Object* o, Index start, Index end) {
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    if (start < 0 || end < 0) {
        (void)raise(ts, Exc::IndexError, "string index out of range");
        return nullptr;
    }
    return give(str_substring(ts, *s, start, end));
}
Object* PyUnicode_Concat(Attached ts, Object* a, Object* b) {
    Str *x = text_of(ts, a), *y = x ? text_of(ts, b) : nullptr;
    return y ? give(str_concat(ts, *x, *y)) : nullptr;
}
Object* PyUnicode_Join(Attached ts, Object* separator, Object* items) {
    Str* s = text_of(ts, separator);
    return s ? give(str_join(ts, *s, *items)) : nullptr;
}
Object* PyUnicode_Split(Attached ts, Object* text, Object* separator, Index max) {
    auto n = box_int(ts, max);
    return n.ok() ? method(ts, text, "split", {separator ? separator : &none(), n.get()}) : nullptr;
}
Object* PyUnicode_Replace(Attached ts, Object* text, Object* from, Object* to, Index max) {
    Str *s = text_of(ts, text), *f = s ? text_of(ts, from) : nullptr, *t = f ? text_of(ts, to) : nullptr;
    return t ? give(str_replace(ts, *s, *f, *t, max)) : nullptr;
}
Object* PyUnicode_Format(Attached ts, Object* format, Object* args) {
    return give(binary(ts, BinaryOp::remainder, *format, *args));
}
int PyUnicode_Compare(Attached ts, Object* a, Object* b) {
    Str *x = text_of(ts, a), *y = x ? text_of(ts, b) : nullptr;
    return y ? str_compare(*x, *y) : -1;
}
int PyUnicode_CompareWithASCIIString(Attached, Object* a, const char* b) {
    auto& s = static_cast<Str&>(*a);
    for (Index i = 0;; ++i) {
        auto c = static_cast<unsigned char>(b[i]);
        if (i == s.length) return c ? -1 : 0;
        if (!c) return 1;
        uint32_t x = str_char_unchecked(s, i);
        if (x != c) return x < c ? -1 : 1;
    }
}
int PyUnicode_Contains(Attached ts, Object* text, Object* part) {
    return truth_of(contains(ts, *text, *part));
}
Index PyUnicode_FindChar(Attached, Object* text, uint32_t c, Index start, Index end, int direction) {
    auto& s = static_cast<Str&>(*text);
    if (start < 0) start = start + s.length < 0 ? 0 : start + s.length;
    if (end > s.length) end = s.length;
    if (start >= end) return -1;
    return direction > 0 ? str_find_char(s, c, start, end) : str_rfind_char(s, c, start, end);
}
void PyUnicode_InternInPlace(Attached ts, Object** o) {
    if (!*o || !is_exact_str(**o)) return;
    auto r = str_intern(ts, Ref<Str>::share(static_cast<Str&>(**o)));
    if (!r.ok()) return clear_pending(ts);
    Object* old = std::exchange(*o, r.release());
    decref(ts, old);
}

Object* PyBytes_FromString(Attached ts, const char* data) {
    return give(bytes_new(ts, data));
}
Object* PyBytes_FromStringAndSize(Attached ts, const char* data, Index size) {
    if (size < 0) {
        (void)raise(ts, Exc::SystemError, "Negative size passed to PyBytes_FromStringAndSize");
        return nullptr;
    }
    if (!data) return size ? give(bytes_new_uninitialised(ts, size)) : bytes_empty().release();
    return give(bytes_new(ts, {data, static_cast<size_t>(size)}));
}
Object* PyBytes_FromObject(Attached ts, Object* o) {
    return give(bytes_from_object(ts, *o));
}
int PyBytes_AsStringAndSize(Attached ts, Object* o, char** data, Index* size) {
    if (!is_bytes(*o)) {
        (void)raise(ts, Exc::TypeError, "expected bytes, {} found", type_name(*o));
        return -1;
    }
    auto& b = static_cast<Bytes&>(*o);
    *data = b.data;
    if (size) {
        *size = b.size;
    } else if (strlen(b.data) != static_cast<size_t>(b.size)) {
        (void)raise(ts, Exc::ValueError, "embedded null byte");
        return -1;
    }
    return 0;
}
char* PyBytes_AsString(Attached ts, Object* o) {
    char* data;
    Index size;
    return PyBytes_AsStringAndSize(ts, o, &data, &size) < 0 ? nullptr : data;
}
Index PyBytes_Size(Attached ts, Object* o) {
    char* data;
    Index size;
    return PyBytes_AsStringAndSize(ts, o, &data, &size) < 0 ? -1 : size;
}
Object* PyByteArray_FromStringAndSize(Attached ts, const char* data, Index size) {
    auto r = bytearray_new(ts, data ? std::string_view(data, static_cast<size_t>(size)) : std::string_view());
    if (r.ok() && !data && size && !bytearray_resize(ts, *r, size).ok()) return nullptr;
    return give(std::move(r));
}
Object* PyMemoryView_FromObject(Attached ts, Object* o) {
    return give(memoryview_new(ts, *o));
}
Object* PyMemoryView_FromMemory(Attached ts, char* memory, Index size, int flags) {
    return give(memoryview_from_memory(ts, memory, size, flags & 0x200));
}

}  // namespace baton::api
