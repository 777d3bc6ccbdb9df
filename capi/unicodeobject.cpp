// str, continued: wide characters, writing into fresh text, searching, the file system's and the locale's
// text.
#include <clocale>
#include <cwchar>
#include <string>

#include "capi/shared.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"
#include "runtime/unicode_data.h"
#include "vm/fs_text.h"

static_assert(sizeof(wchar_t) == 4);

namespace baton::api {

// ---- wchar_t and UCS4 ----
Object* PyUnicode_FromWideChar(Attached ts, const wchar_t* text, Index size) {
    if (!text && size == 0) return str_empty().release();
    if (!text) {
        (void)raise_bad_internal_call(ts, "PyUnicode_FromWideChar");
        return nullptr;
    }
    if (size < 0) size = static_cast<Index>(wcslen(text));
    for (Index i = 0; i < size; ++i) {
        if (static_cast<uint32_t>(text[i]) > kMaxCodePoint) {
            (void)raise(ts, Exc::ValueError, "character U+{:x} is not in range [U+0000; U+10ffff]",
                        static_cast<uint32_t>(text[i]));
            return nullptr;
        }
    }
    return give(str_new_ucs4(ts, reinterpret_cast<const uint32_t*>(text), size));
}
Index PyUnicode_AsWideChar(Attached ts, Object* o, wchar_t* out, Index size) {
    if (!o) {
        (void)raise_bad_internal_call(ts, "PyUnicode_AsWideChar");
        return -1;
    }
    Str* s = text_of(ts, o);
    if (!s) return -1;
    if (!out) return s->length + 1;
    const Index n = size > s->length ? s->length : size;
    for (Index i = 0; i < n; ++i) out[i] = static_cast<wchar_t>(str_char_unchecked(*s, i));
    if (size > s->length) out[n] = 0;
    return n;
}
wchar_t* PyUnicode_AsWideCharString(Attached ts, Object* o, Index* size) {
    if (!o) {
        (void)raise_bad_internal_call(ts, "PyUnicode_AsWideCharString");
        return nullptr;
    }
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    if (!size && str_find_char(*s, 0, 0, s->length) >= 0) {
        (void)raise(ts, Exc::ValueError, "embedded null character");
        return nullptr;
    }
    auto* out =
        static_cast<wchar_t*>(PyMem_Malloc(ts, (static_cast<size_t>(s->length) + 1) * sizeof(wchar_t)));
    if (!out) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    PyUnicode_AsWideChar(ts, o, out, s->length + 1);
    if (size) *size = s->length;
    return out;
}
Object* PyUnicode_FromUnicode(Attached ts, const wchar_t* text, Index size) {
    if (!warn(ts, Exc::DeprecationWarning,
              "PyUnicode_FromUnicode(NULL, size) is deprecated; use PyUnicode_New() instead")
             .ok() &&
        !text)
        return nullptr;
    if (text) return PyUnicode_FromWideChar(ts, text, size);
    return PyUnicode_New(ts, size, kMaxCodePoint);
}
wchar_t* PyUnicode_AsUnicodeAndSize(Attached ts, Object* o, Index* size) {
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    if (size) *size = s->length;
    if (str_kind(*s) == 4) return static_cast<wchar_t*>(str_data(*s));
    if (!s->wstr) {
        auto* out =
            static_cast<wchar_t*>(std::malloc((static_cast<size_t>(s->length) + 1) * sizeof(wchar_t)));
        if (!out) {
            (void)raise_no_memory(ts);
            return nullptr;
        }
        PyUnicode_AsWideChar(ts, o, out, s->length + 1);
        s->wstr = out;
    }
    return static_cast<wchar_t*>(s->wstr);
}
wchar_t* PyUnicode_AsUnicode(Attached ts, Object* o) {
    return PyUnicode_AsUnicodeAndSize(ts, o, nullptr);
}
Index PyUnicode_GetSize(Attached ts, Object* o) {
    return PyUnicode_GetLength(ts, o);
}
uint32_t* PyUnicode_AsUCS4(Attached ts, Object* o, uint32_t* out, Index size, int copy_null) {
    if (!out || size < 0) {
        (void)raise_bad_internal_call(ts, "PyUnicode_AsUCS4");
        return nullptr;
    }
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    if (size < s->length + (copy_null ? 1 : 0)) {
        if (copy_null && size > 0) out[0] = 0;
        (void)raise(ts, Exc::SystemError, "string is longer than the buffer");
        return nullptr;
    }
    for (Index i = 0; i < s->length; ++i) out[i] = str_char_unchecked(*s, i);
    if (copy_null) out[s->length] = 0;
    return out;
}
uint32_t* PyUnicode_AsUCS4Copy(Attached ts, Object* o) {
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    auto* out =
        static_cast<uint32_t*>(PyMem_Malloc(ts, (static_cast<size_t>(s->length) + 1) * sizeof(uint32_t)));
    if (out) return PyUnicode_AsUCS4(ts, o, out, s->length + 1, 1);
    (void)raise_no_memory(ts);
    return nullptr;
}

// ---- writing into text that nobody else has ----
namespace {
uint32_t kind_limit(const Str& s) {
    return str_is_ascii(s) ? 0x7f : str_kind(s) == 1 ? 0xff : str_kind(s) == 2 ? 0xffff : kMaxCodePoint;
}
bool is_fresh(const Str& s) {
    return s.refcnt == 1 && s.hash == -1 && !str_is_interned(s) && is_exact_str(s);
}
bool writable(Attached ts, const Str& s) {
    if (is_fresh(s)) return true;
    (void)raise(ts, Exc::SystemError, "Cannot modify a string currently used");
    return false;
}
void put(Str& s, Index i, uint32_t c) {
    void* p = str_data(s);
    if (str_kind(s) == 1)
        static_cast<uint8_t*>(p)[i] = static_cast<uint8_t>(c);
    else if (str_kind(s) == 2)
        static_cast<uint16_t*>(p)[i] = static_cast<uint16_t>(c);
    else
        static_cast<uint32_t*>(p)[i] = c;
}
}  // namespace
void _PyUnicode_FastFill(Object* o, Index start, Index length, uint32_t c) {
    for (Index i = 0; i < length; ++i) put(static_cast<Str&>(*o), start + i, c);
}
void _PyUnicode_FastCopyCharacters(Object* to, Index to_start, Object* from, Index from_start, Index count) {
    for (Index i = 0; i < count; ++i)
        put(static_cast<Str&>(*to), to_start + i,
            str_char_unchecked(static_cast<Str&>(*from), from_start + i));
}
Index PyUnicode_CopyCharacters(Attached ts, Object* to, Index to_start, Object* from, Index from_start,
                               Index count) {
    if (!to || !from || !is_str(*to) || !is_str(*from)) {
        (void)raise_bad_internal_call(ts, "PyUnicode_CopyCharacters");
        return -1;
    }
    auto &t = static_cast<Str&>(*to), &f = static_cast<Str&>(*from);
    if (from_start < 0 || from_start > f.length || to_start < 0 || to_start > t.length) {
        (void)raise(ts, Exc::IndexError, "string index out of range");
        return -1;
    }
    if (count < 0) {
        (void)raise(ts, Exc::SystemError, "how_many cannot be negative");
        return -1;
    }
    if (count > f.length - from_start) count = f.length - from_start;
    if (to_start + count > t.length) {
        (void)raise(ts, Exc::SystemError, "Cannot write {} characters at {} in a string of {} characters",
                    count, to_start, t.length);
        return -1;
    }
    if (count == 0) return 0;
    if (!writable(ts, t)) return -1;
    for (Index i = 0; i < count; ++i) {
        if (str_char_unchecked(f, from_start + i) > kind_limit(t)) {
            (void)raise(ts, Exc::SystemError, "Cannot copy {} characters into a string of {} characters",
                        str_kind(f) == 1   ? "UCS1"
                        : str_kind(f) == 2 ? "UCS2"
                                           : "UCS4",
                        str_is_ascii(t)    ? "ASCII"
                        : str_kind(t) == 1 ? "UCS1"
                                           : "UCS2");
            return -1;
        }
    }
    _PyUnicode_FastCopyCharacters(to, to_start, from, from_start, count);
    return count;
}
Index PyUnicode_Fill(Attached ts, Object* o, Index start, Index length, uint32_t c) {
    if (!o || !is_str(*o)) {
        (void)raise_bad_internal_call(ts, "PyUnicode_Fill");
        return -1;
    }
    auto& s = static_cast<Str&>(*o);
    if (!writable(ts, s)) return -1;
    if (start < 0) {
        (void)raise(ts, Exc::IndexError, "string index out of range");
        return -1;
    }
    if (c > kind_limit(s)) {
        (void)raise(ts, Exc::ValueError, "fill character is bigger than the string maximum character");
        return -1;
    }
    if (length > s.length - start) length = s.length - start;
    if (length <= 0) return 0;
    _PyUnicode_FastFill(o, start, length, c);
    return length;
}
int PyUnicode_WriteChar(Attached ts, Object* o, Index i, uint32_t c) {
    if (!o || !is_str(*o)) {
        (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
        return -1;
    }
    auto& s = static_cast<Str&>(*o);
    if (i < 0 || i >= s.length) {
        (void)raise(ts, Exc::IndexError, "string index out of range");
        return -1;
    }
    if (!writable(ts, s)) return -1;
    if (c > kind_limit(s)) {
        (void)raise(ts, Exc::ValueError, "character out of range");
        return -1;
    }
    put(s, i, c);
    return 0;
}
int PyUnicode_Resize(Attached ts, Object** p, Index length) {
    if (!p || !*p || !is_str(**p) || length < 0) {
        (void)raise_bad_internal_call(ts, "PyUnicode_Resize");
        return -1;
    }
    auto& s = static_cast<Str&>(**p);
    if (s.length == length) return 0;
    auto fresh = length ? str_new(ts, length, kind_limit(s)) : Result<Ref<Str>>(str_empty());
    if (!fresh.ok()) return -1;
    const Index n = length < s.length ? length : s.length;
    if (length) std::memcpy(str_data(*fresh), str_data(s), static_cast<size_t>(n) * s.state.kind);
    decref(ts, std::exchange(*p, fresh.release()));
    return 0;
}
void PyUnicode_Append(Attached ts, Object** left, Object* right) {
    if (!left) {
        if (!pending(ts)) (void)raise_bad_internal_call(ts, "PyUnicode_Append");
        return;
    }
    if (!*left || !right || !is_str(**left) || !is_str(*right)) {
        if (!pending(ts)) (void)raise_bad_internal_call(ts, "PyUnicode_Append");
        Object* old = std::exchange(*left, nullptr);
        xdecref(ts, old);
        return;
    }
    auto r = str_concat(ts, static_cast<Str&>(**left), static_cast<Str&>(*right));
    decref(ts, std::exchange(*left, r.release()));
}
void PyUnicode_AppendAndDel(Attached ts, Object** left, Object* right) {
    PyUnicode_Append(ts, left, right);
    xdecref(ts, right);
}

// ---- searching and splitting ----
namespace {
struct Pair {
    Str *a = nullptr, *b = nullptr;
};
bool two_texts(Attached ts, Object* a, Object* b, Pair* out) {
    out->a = text_of(ts, a);
    out->b = out->a ? text_of(ts, b) : nullptr;
    return out->b;
}
void clamp(Index* start, Index* end, Index length) {
    if (*end > length) *end = length;
    if (*end < 0) *end = *end + length < 0 ? 0 : *end + length;
    if (*start < 0) *start = *start + length < 0 ? 0 : *start + length;
}
}  // namespace
Index PyUnicode_Count(Attached ts, Object* text, Object* part, Index start, Index end) {
    Pair p;
    if (!two_texts(ts, text, part, &p)) return -1;
    clamp(&start, &end, p.a->length);
    if (start > end) return 0;
    return str_count(*p.a, *p.b, start, end);
}
Index PyUnicode_Find(Attached ts, Object* text, Object* part, Index start, Index end, int direction) {
    Pair p;
    if (!two_texts(ts, text, part, &p)) return -2;
    clamp(&start, &end, p.a->length);
    if (start > end) return -1;
    return direction > 0 ? str_find(*p.a, *p.b, start, end) : str_rfind(*p.a, *p.b, start, end);
}
Index PyUnicode_Tailmatch(Attached ts, Object* text, Object* part, Index start, Index end, int direction) {
    Pair p;
    if (!two_texts(ts, text, part, &p)) return -1;
    clamp(&start, &end, p.a->length);
    if (end - start < p.b->length) return 0;
    const Index at = direction > 0 ? end - p.b->length : start;
    for (Index i = 0; i < p.b->length; ++i) {
        if (str_char_unchecked(*p.a, at + i) != str_char_unchecked(*p.b, i)) return 0;
    }
    return 1;
}
Object* PyUnicode_Partition(Attached ts, Object* text, Object* separator) {
    Pair p;
    return two_texts(ts, text, separator, &p) ? call_named(ts, text, "partition", {separator}) : nullptr;
}
Object* PyUnicode_RPartition(Attached ts, Object* text, Object* separator) {
    Pair p;
    return two_texts(ts, text, separator, &p) ? call_named(ts, text, "rpartition", {separator}) : nullptr;
}
Object* PyUnicode_RSplit(Attached ts, Object* text, Object* separator, Index max) {
    if (!text_of(ts, text) || (separator && !text_of(ts, separator))) return nullptr;
    auto n = box_int(ts, max);
    return n.ok() ? call_named(ts, text, "rsplit", {separator ? separator : &none(), n.get()}) : nullptr;
}
Object* PyUnicode_Splitlines(Attached ts, Object* text, int keep) {
    return text_of(ts, text) ? call_named(ts, text, "splitlines", {&bool_object(keep != 0)}) : nullptr;
}
Object* PyUnicode_Translate(Attached ts, Object* text, Object* table, const char* errors) {
    Str* s = text_of(ts, text);
    if (!s) return nullptr;
    if (errors && strcmp(errors, "ignore") != 0 && strcmp(errors, "strict") != 0) {
        (void)raise(ts, Exc::LookupError, "unknown error handler name '{}'", errors);
        return nullptr;
    }
    return call_named(ts, text, "translate", {table});
}
Object* PyUnicode_RichCompare(Attached ts, Object* a, Object* b, int op) {
    if (!is_str(*a) || !is_str(*b)) return Py_NewRef(&_Py_NotImplementedStruct);
    return PyObject_RichCompare(ts, a, b, op);
}
int PyUnicode_IsIdentifier(Attached, Object* o) {
    return str_is_identifier(static_cast<Str&>(*o));
}
Index _PyUnicode_ScanIdentifier(Object* o) {
    auto& s = static_cast<Str&>(*o);
    Index n = 0;
    while (n < s.length) {
        const uint32_t c = str_char_unchecked(s, n);
        if (!(n == 0 ? c == '_' || unicode::is_xid_start(c) : unicode::is_xid_continue(c))) break;
        ++n;
    }
    return n;
}
void PyUnicode_InternImmortal(Attached ts, Object** o) {
    PyUnicode_InternInPlace(ts, o);
}
const char* PyUnicode_GetDefaultEncoding() {
    return "utf-8";
}

// ---- paths and the locale ----
int PyUnicode_FSConverter(Attached ts, Object* o, void* out) {
    auto** target = static_cast<Object**>(out);
    if (!o) {  // the clean-up call of "O&"
        if (*target) decref(ts, std::exchange(*target, nullptr));
        return 1;
    }
    auto path = fs_path(ts, *o);
    if (!path.ok()) return 0;
    auto bytes = is_bytes(*path) ? Result<Ref<Bytes>>(path.take().cast<Bytes>())
                                 : encode_utf8(ts, static_cast<Str&>(*path), "surrogateescape");
    if (!bytes.ok()) return 0;
    if (std::memchr(bytes->data, 0, static_cast<size_t>(bytes->size))) {
        (void)raise(ts, Exc::ValueError, "embedded null byte");
        return 0;
    }
    *target = bytes.release();
    return 0x20000;  // Py_CLEANUP_SUPPORTED
}
int PyUnicode_FSDecoder(Attached ts, Object* o, void* out) {
    auto** target = static_cast<Object**>(out);
    if (!o) {
        if (*target) decref(ts, std::exchange(*target, nullptr));
        return 1;
    }
    auto path = fs_path(ts, *o);
    if (!path.ok()) return 0;
    auto text = is_str(*path) ? Result<Ref<Str>>(path.take().cast<Str>())
                              : fs_decode(ts, {static_cast<Bytes&>(*path).data,
                                               static_cast<size_t>(static_cast<Bytes&>(*path).size)});
    if (!text.ok()) return 0;
    if (str_find_char(*text, 0, 0, text->length) >= 0) {
        (void)raise(ts, Exc::ValueError, "embedded null character");
        return 0;
    }
    *target = text.release();
    return 0x20000;
}
Object* PyUnicode_DecodeFSDefaultAndSize(Attached ts, const char* text, Index size) {
    return give(fs_decode(ts, view_of(text, size)));
}
Object* PyUnicode_DecodeLocaleAndSize(Attached ts, const char* text, Index size, const char* errors) {
    if (std::memchr(text, 0, static_cast<size_t>(size)) || text[size]) {
        (void)raise(ts, Exc::ValueError, "embedded null byte");
        return nullptr;
    }
    return give(decode_utf8(ts, view_of(text, size), errors));
}
Object* PyUnicode_DecodeLocale(Attached ts, const char* text, const char* errors) {
    return give(decode_utf8(ts, text, errors));
}
Object* PyUnicode_EncodeLocale(Attached ts, Object* o, const char* errors) {
    Str* s = text_of(ts, o);
    if (!s) return nullptr;
    if (str_find_char(*s, 0, 0, s->length) >= 0) {
        (void)raise(ts, Exc::ValueError, "embedded null character");
        return nullptr;
    }
    return give(encode_utf8(ts, *s, errors));
}
Object* PyUnicode_FromEncodedObject(Attached ts, Object* o, const char* encoding, const char* errors) {
    if (!o) {
        (void)raise_bad_internal_call(ts, "PyUnicode_FromEncodedObject");
        return nullptr;
    }
    if (is_str(*o)) {
        (void)raise(ts, Exc::TypeError, "decoding str is not supported");
        return nullptr;
    }
    if (!is_bytes(*o) && !PyObject_CheckBuffer(o)) {
        (void)raise(ts, Exc::TypeError, "decoding to str: need a bytes-like object, {} found", type_name(*o));
        return nullptr;
    }
    return give(decode_bytes(ts, *o, encoding, errors));
}
Object* PyUnicode_BuildEncodingMap(Attached ts, Object* table) {
    if (!is_str(*table) || !static_cast<Str*>(table)->length) {
        (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
        return nullptr;
    }
    return give(charmap_build(ts, static_cast<Str&>(*table)));
}
// The encoding of the command line and of environment variables is UTF-8 here, in every locale; bytes that
// are not UTF-8 become lone surrogates and come back from them.
wchar_t* Py_DecodeLocale(const char* text, size_t* size) {
    std::wstring out;
    for (auto* p = reinterpret_cast<const unsigned char*>(text); *p;) {
        const unsigned char c = *p;
        const int n = c < 0x80                ? 1
                      : c >= 0xc2 && c < 0xe0 ? 2
                      : c >= 0xe0 && c < 0xf0 ? 3
                      : c >= 0xf0 && c < 0xf5 ? 4
                                              : 0;
        uint32_t point = n <= 1 ? c : c & (0x7fu >> n);
        bool good = n > 0;
        for (int i = 1; good && i < n; ++i) {
            good = (p[i] & 0xc0) == 0x80;
            point = point << 6 | (p[i] & 0x3f);
        }
        good = good && !(n == 3 && (point < 0x800 || (point >= 0xd800 && point < 0xe000))) &&
               !(n == 4 && (point < 0x10000 || point > kMaxCodePoint));
        out += good ? static_cast<wchar_t>(point) : static_cast<wchar_t>(0xdc00 + c);
        p += good ? n : 1;
    }
    auto* result = static_cast<wchar_t*>(PyMem_RawMalloc((out.size() + 1) * sizeof(wchar_t)));
    if (!result) {
        if (size) *size = static_cast<size_t>(-1);
        return nullptr;
    }
    std::memcpy(result, out.c_str(), (out.size() + 1) * sizeof(wchar_t));
    if (size) *size = out.size();
    return result;
}
char* Py_EncodeLocale(const wchar_t* text, size_t* error_pos) {
    std::string out;
    for (const wchar_t* p = text; *p; ++p) {
        const auto c = static_cast<uint32_t>(*p);
        if (c < 0x80) {
            out += static_cast<char>(c);
        } else if (c >= 0xdc80 && c < 0xdd00) {
            out += static_cast<char>(c - 0xdc00);
        } else if (c > kMaxCodePoint || (c >= 0xd800 && c < 0xe000)) {
            if (error_pos) *error_pos = static_cast<size_t>(p - text);
            return nullptr;
        } else {
            const int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
            out += static_cast<char>((0xff00u >> (more + 1) & 0xff) | c >> (6 * more));
            for (int i = more - 1; i >= 0; --i) out += static_cast<char>(0x80 | (c >> (6 * i) & 0x3f));
        }
    }
    auto* result = static_cast<char*>(PyMem_RawMalloc(out.size() + 1));
    if (!result) {
        if (error_pos) *error_pos = static_cast<size_t>(-1);
        return nullptr;
    }
    std::memcpy(result, out.c_str(), out.size() + 1);
    if (error_pos) *error_pos = static_cast<size_t>(-1);
    return result;
}

}  // namespace baton::api
