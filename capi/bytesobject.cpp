// bytes and bytearray, continued; hexadecimal text.
#include "capi/shared.h"
#include "runtime/types/bytes.h"

namespace baton {
// Behind PyByteArray_AS_STRING of an empty bytearray.
BATON_DATA char _PyByteArray_empty_string[];
char _PyByteArray_empty_string[] = "";
}  // namespace baton

namespace baton::api {

Object* PyBytes_Repr(Attached ts, Object* o, int smart_quotes) {
    return give(bytes_repr(ts, bytes_view(static_cast<Bytes&>(*o)), !smart_quotes));
}
void PyBytes_Concat(Attached ts, Object** left, Object* right) {
    if (!*left) return;
    Object* joined = right ? give(bytes_concat(ts, **left, *right)) : nullptr;
    decref(ts, std::exchange(*left, joined));
}
void PyBytes_ConcatAndDel(Attached ts, Object** left, Object* right) {
    PyBytes_Concat(ts, left, right);
    xdecref(ts, right);
}
Object* PyBytes_DecodeEscape(Attached ts, const char* text, Index size, const char* errors, Index,
                             const char*) {
    return give(decode_escape(ts, view_of(text, size), errors));
}
int _PyBytes_Resize(Attached ts, Object** p, Index size) {
    Object* o = *p;
    if (!is_bytes(*o) || size < 0 ||
        (o->refcnt != 1 && static_cast<Bytes*>(o)->size != size && !is_immortal(*o))) {
        *p = nullptr;
        decref(ts, o);
        (void)raise_bad_internal_call(ts, "_PyBytes_Resize");
        return -1;
    }
    if (static_cast<Bytes*>(o)->size == size) return 0;
    if (static_cast<Bytes*>(o)->size == 0 || size == 0 ||
        is_immortal(*o)) {  // shared objects are not resized
        auto fresh = size ? bytes_new_uninitialised(ts, size) : Result<Ref<Bytes>>(bytes_empty());
        if (fresh.ok() && size) {
            const Index n = std::min(size, static_cast<Bytes*>(o)->size);
            std::memcpy(fresh->data, static_cast<Bytes*>(o)->data, static_cast<size_t>(n));
        }
        *p = fresh.release();
        decref(ts, o);
        return *p ? 0 : -1;
    }
    *p = give(bytes_resize(ts, Ref<Bytes>::steal(static_cast<Bytes*>(o)), size));
    return *p ? 0 : -1;
}
Object* _PyBytes_Join(Attached ts, Object* separator, Object* items) {
    return call_named(ts, separator, "join", {items});
}
Object* _PyBytes_FromHex(Attached ts, Object* text, int use_bytearray) {
    return call_named(ts, use_bytearray ? &PyByteArray_Type : &PyBytes_Type, "fromhex", {text});
}
Index _PyBytes_Find(const char* text, Index size, const char* part, Index part_size, Index offset) {
    const size_t at = view_of(text, size).find(view_of(part, part_size));
    return at == std::string_view::npos ? -1 : static_cast<Index>(at) + offset;
}
Index _PyBytes_ReverseFind(const char* text, Index size, const char* part, Index part_size, Index offset) {
    const size_t at = view_of(text, size).rfind(view_of(part, part_size));
    return at == std::string_view::npos ? -1 : static_cast<Index>(at) + offset;
}

// ---- bytearray ----
Object* PyByteArray_FromObject(Attached ts, Object* o) {
    return give(call(ts, PyByteArray_Type, {o}));
}
Object* PyByteArray_Concat(Attached ts, Object* a, Object* b) {
    BytesLike x, y;
    if (!is_bytes_like(*a) || !is_bytes_like(*b)) {
        (void)raise(ts, Exc::TypeError, "can't concat {} to {}", type_name(*b), type_name(*a));
        return nullptr;
    }
    if (!x.get(ts, *a).ok() || !y.get(ts, *b).ok()) return nullptr;
    auto made = bytearray_new(ts, x.view());
    return made.ok() && bytearray_append(ts, *made, y.view()).ok() ? made.release() : nullptr;
}
Index PyByteArray_Size(Attached, Object* o) {
    return static_cast<ByteArray*>(o)->size;
}
char* PyByteArray_AsString(Attached, Object* o) {
    auto& b = static_cast<ByteArray&>(*o);
    return b.size ? b.start : _PyByteArray_empty_string;
}
int PyByteArray_Resize(Attached ts, Object* o, Index size) {
    auto& b = static_cast<ByteArray&>(*o);
    return b.size == size ? 0 : status(bytearray_resize(ts, b, size));
}

// ---- hexadecimal text ----
namespace {
Object* hex_of(Attached ts, const char* data, Index size, Object* separator, int group, bool as_bytes) {
    auto view = bytes_new(ts, view_of(data, size));
    if (!view.ok()) return nullptr;
    Object* text;
    if (separator) {
        auto n = box_int(ts, group);
        text = n.ok() ? call_named(ts, view.get(), "hex", {separator, n.get()}) : nullptr;
    } else {
        text = call_named(ts, view.get(), "hex", {});
    }
    auto made = OptRef<Object>::steal(text);
    return as_bytes && made ? PyUnicode_AsASCIIString(ts, made.get()) : made.release();
}
}  // namespace
Object* _Py_strhex(Attached ts, const char* data, Index size) {
    return hex_of(ts, data, size, nullptr, 0, false);
}
Object* _Py_strhex_bytes(Attached ts, const char* data, Index size) {
    return hex_of(ts, data, size, nullptr, 0, true);
}
Object* _Py_strhex_with_sep(Attached ts, const char* data, Index size, Object* separator, int group) {
    return hex_of(ts, data, size, separator, group, false);
}
Object* _Py_strhex_bytes_with_sep(Attached ts, const char* data, Index size, Object* separator, int group) {
    return hex_of(ts, data, size, separator, group, true);
}
namespace {
int wide_converter(Attached ts, Object* o, wchar_t** out, bool optional) {
    if (!o) {  // the clean-up call of "O&"
        PyMem_Free(ts, *out);
        return 1;
    }
    if (optional && is_none(*o)) {
        *out = nullptr;
        return 1;
    }
    if (is_str(*o)) {
        *out = PyUnicode_AsWideCharString(ts, o, nullptr);
        return *out ? 0x20000 : 0;
    }
    (void)raise(ts, Exc::TypeError, "argument must be str{}, not {}", optional ? " or None" : "",
                type_name(*o));
    return 0;
}
}  // namespace
int _PyUnicode_WideCharString_Converter(Attached ts, Object* o, void* out) {
    return wide_converter(ts, o, static_cast<wchar_t**>(out), false);
}
int _PyUnicode_WideCharString_Opt_Converter(Attached ts, Object* o, void* out) {
    return wide_converter(ts, o, static_cast<wchar_t**>(out), true);
}

}  // namespace baton::api
