// Encodings: the named ones, the registry, error handlers, the attributes of Unicode errors.
#include "capi/shared.h"
#include "runtime/types/tuple.h"

namespace baton::api {

// ---- one function per encoding ----
#define ENCODER(name, expression)              \
    Object* name(Attached ts, Object* o) {     \
        Str* s = text_of(ts, o);               \
        return s ? give(expression) : nullptr; \
    }
ENCODER(PyUnicode_AsASCIIString, encode_ascii(ts, *s, nullptr))
ENCODER(PyUnicode_AsLatin1String, encode_latin1(ts, *s, nullptr))
ENCODER(PyUnicode_AsUTF16String, encode_utf16(ts, *s, nullptr, ByteOrder::native))
ENCODER(PyUnicode_AsUTF32String, encode_utf32(ts, *s, nullptr, ByteOrder::native))
ENCODER(PyUnicode_AsUnicodeEscapeString, encode_unicode_escape(ts, *s))
ENCODER(PyUnicode_AsRawUnicodeEscapeString, encode_raw_unicode_escape(ts, *s))
#undef ENCODER
Object* PyUnicode_AsCharmapString(Attached ts, Object* o, Object* mapping) {
    return _PyUnicode_EncodeCharmap(ts, o, mapping, nullptr);
}
Object* _PyUnicode_AsUTF8String(Attached ts, Object* o, const char* errors) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf8(ts, *s, errors)) : nullptr;
}
Object* _PyUnicode_AsLatin1String(Attached ts, Object* o, const char* errors) {
    Str* s = text_of(ts, o);
    return s ? give(encode_latin1(ts, *s, errors)) : nullptr;
}
Object* _PyUnicode_AsASCIIString(Attached ts, Object* o, const char* errors) {
    Str* s = text_of(ts, o);
    return s ? give(encode_ascii(ts, *s, errors)) : nullptr;
}
// The flags of UTF-7 say whether optional characters and white space are base64 too; text is written
// directly.
Object* _PyUnicode_EncodeUTF7(Attached ts, Object* o, int, int, const char*) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf7(ts, *s)) : nullptr;
}
Object* _PyUnicode_EncodeUTF16(Attached ts, Object* o, const char* errors, int order) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf16(ts, *s, errors, static_cast<ByteOrder>(order))) : nullptr;
}
Object* _PyUnicode_EncodeUTF32(Attached ts, Object* o, const char* errors, int order) {
    Str* s = text_of(ts, o);
    return s ? give(encode_utf32(ts, *s, errors, static_cast<ByteOrder>(order))) : nullptr;
}
Object* _PyUnicode_EncodeCharmap(Attached ts, Object* o, Object* mapping, const char* errors) {
    Str* s = text_of(ts, o);
    if (s && !mapping) return give(encode_latin1(ts, *s, errors));
    return s ? give(encode_charmap(ts, *s, mapping, errors)) : nullptr;
}
Object* _PyUnicode_TransformDecimalAndSpaceToASCII(Attached ts, Object* o) {
    if (!o || !is_str(*o)) {
        (void)raise_bad_internal_call(ts, "_PyUnicode_TransformDecimalAndSpaceToASCII");
        return nullptr;
    }
    auto& s = static_cast<Str&>(*o);
    if (str_is_ascii(s)) return Py_NewRef(o);
    StrBuilder out(s.length);
    for (Index i = 0; i < s.length; ++i) {
        const uint32_t c = str_char_unchecked(s, i);
        const int digit = _PyUnicode_ToDecimalDigit(c);
        if (c < 127)
            out.append(c);
        else if (_PyUnicode_IsWhitespace(c))
            out.append(' ');
        else if (digit >= 0)
            out.append(static_cast<uint32_t>('0' + digit));
        else {
            out.append('?');  // the text is no number from here on
            break;
        }
    }
    return give(out.finish(ts));
}
Object* PyUnicode_DecodeCharmap(Attached ts, const char* text, Index size, Object* mapping,
                                const char* errors) {
    if (!mapping) return PyUnicode_DecodeLatin1(ts, text, size, errors);
    return give(decode_charmap(ts, view_of(text, size), mapping, errors));
}
Object* PyUnicode_DecodeUTF7Stateful(Attached ts, const char* text, Index size, const char* errors,
                                     Index* used) {
    return give(decode_utf7(ts, view_of(text, size), errors, used));
}
Object* PyUnicode_DecodeUTF7(Attached ts, const char* text, Index size, const char* errors) {
    return give(decode_utf7(ts, view_of(text, size), errors));
}
Object* PyUnicode_DecodeUTF8Stateful(Attached ts, const char* text, Index size, const char* errors,
                                     Index* used) {
    return give(decode_utf8(ts, view_of(text, size), errors, used));
}
namespace {
using WideDecoder = Result<Ref<Str>> (*)(Attached, std::string_view, const char*, ByteOrder*, Index*);
Object* decode_wide(Attached ts, WideDecoder decode, const char* text, Index size, const char* errors,
                    int* order, Index* used) {
    auto o = order ? static_cast<ByteOrder>(*order) : ByteOrder::native;
    auto r = decode(ts, view_of(text, size), errors, &o, used);
    if (r.ok() && order) *order = static_cast<int>(o);
    return give(std::move(r));
}
}  // namespace
Object* PyUnicode_DecodeUTF16Stateful(Attached ts, const char* text, Index size, const char* errors,
                                      int* order, Index* used) {
    return decode_wide(ts, decode_utf16, text, size, errors, order, used);
}
Object* PyUnicode_DecodeUTF16(Attached ts, const char* text, Index size, const char* errors, int* order) {
    return decode_wide(ts, decode_utf16, text, size, errors, order, nullptr);
}
Object* PyUnicode_DecodeUTF32Stateful(Attached ts, const char* text, Index size, const char* errors,
                                      int* order, Index* used) {
    return decode_wide(ts, decode_utf32, text, size, errors, order, used);
}
Object* PyUnicode_DecodeUTF32(Attached ts, const char* text, Index size, const char* errors, int* order) {
    return decode_wide(ts, decode_utf32, text, size, errors, order, nullptr);
}
Object* PyUnicode_DecodeUnicodeEscape(Attached ts, const char* text, Index size, const char* errors) {
    return give(decode_unicode_escape(ts, view_of(text, size), errors));
}
Object* PyUnicode_DecodeRawUnicodeEscape(Attached ts, const char* text, Index size, const char* errors) {
    return give(decode_raw_unicode_escape(ts, view_of(text, size), errors));
}

// ---- by the name of the encoding, any kind of object ----
namespace {
const char* encoding_or_default(const char* encoding) {
    return encoding ? encoding : "utf-8";
}
// Whether a deprecated function may go on: it was given a str, and the warning is not an error.
bool warned(Attached ts, Object* o, const char* message) {
    return text_of(ts, o) && warn(ts, Exc::DeprecationWarning, message).ok();
}
// What the codec returned, if it is a str.
Object* text_only(Attached ts, Result<Ref<Object>> result, const char* encoding, const char* instead) {
    if (!result.ok() || is_str(*result.get())) return give(std::move(result));
    const Ref<Object> other = result.take();
    (void)raise(ts, Exc::TypeError, "'{}' codec returned '{}' instead of 'str'; {}", encoding,
                type_name(*other), instead);
    return nullptr;
}
}  // namespace
Object* PyUnicode_AsEncodedObject(Attached ts, Object* o, const char* encoding, const char* errors) {
    if (!warned(ts, o,
                "PyUnicode_AsEncodedObject() is deprecated; use PyUnicode_AsEncodedString() to encode from "
                "str to bytes or PyCodec_Encode() for generic encoding"))
        return nullptr;
    return PyCodec_Encode(ts, o, encoding, errors);
}
Object* PyUnicode_AsEncodedUnicode(Attached ts, Object* o, const char* encoding, const char* errors) {
    if (!warned(ts, o,
                "PyUnicode_AsEncodedUnicode() is deprecated; use PyCodec_Encode() to encode from str to str"))
        return nullptr;
    encoding = encoding_or_default(encoding);
    return text_only(ts, encode_object(ts, *o, encoding, errors), encoding,
                     "use codecs.encode() to encode to arbitrary types");
}
Object* PyUnicode_AsDecodedObject(Attached ts, Object* o, const char* encoding, const char* errors) {
    if (!warned(ts, o, "PyUnicode_AsDecodedObject() is deprecated; use PyCodec_Decode() to decode from str"))
        return nullptr;
    return PyCodec_Decode(ts, o, encoding, errors);
}
Object* PyUnicode_AsDecodedUnicode(Attached ts, Object* o, const char* encoding, const char* errors) {
    if (!warned(ts, o,
                "PyUnicode_AsDecodedUnicode() is deprecated; use PyCodec_Decode() to decode from str to str"))
        return nullptr;
    encoding = encoding_or_default(encoding);
    return text_only(ts, decode_object(ts, *o, encoding, errors), encoding,
                     "use codecs.decode() to decode to arbitrary types");
}
Object* PyCodec_Encode(Attached ts, Object* o, const char* encoding, const char* errors) {
    return give(encode_object(ts, *o, encoding_or_default(encoding), errors));
}
Object* PyCodec_Decode(Attached ts, Object* o, const char* encoding, const char* errors) {
    return give(decode_object(ts, *o, encoding_or_default(encoding), errors));
}

// ---- the registry ----
int PyCodec_Register(Attached ts, Object* search) {
    if (search) return status(codec_register(ts, *search));
    PyErr_BadArgument(ts);
    return -1;
}
int PyCodec_Unregister(Attached ts, Object* search) {
    return status(codec_unregister(ts, *search));
}
Object* _PyCodec_Lookup(Attached ts, const char* encoding) {
    if (encoding) return give(codec_lookup(ts, encoding));
    PyErr_BadArgument(ts);
    return nullptr;
}
int PyCodec_KnownEncoding(Attached ts, const char* encoding) {
    if (codec_lookup(ts, encoding).ok()) return 1;
    clear_pending(ts);
    return 0;
}
namespace {
Object* codec_item(Attached ts, const char* encoding, int i) {
    auto found = codec_lookup(ts, encoding);
    return found.ok() ? Py_NewRef(found->item[i]) : nullptr;
}
// codec.attribute(errors), or codec.attribute() without.
Object* codec_made(Attached ts, const char* encoding, const char* attribute, const char* errors) {
    auto make = [&]() -> Result<Ref<Object>> {
        auto found = TRY(codec_lookup(ts, encoding));
        auto maker = TRY(get_attr(ts, *found, *TRY(str_intern_utf8(ts, attribute))));
        if (!errors) return call(ts, *maker);
        return call(ts, *maker, {TRY(str_new_utf8(ts, errors)).get()});
    };
    return give(make());
}
Object* codec_stream(Attached ts, const char* encoding, int i, Object* stream, const char* errors) {
    auto make = [&]() -> Result<Ref<Object>> {
        auto found = TRY(codec_lookup(ts, encoding));
        if (!errors) return call(ts, *found->item[i], {stream});
        return call(ts, *found->item[i], {stream, TRY(str_new_utf8(ts, errors)).get()});
    };
    return give(make());
}
}  // namespace
Object* PyCodec_Encoder(Attached ts, const char* encoding) {
    return codec_item(ts, encoding, 0);
}
Object* PyCodec_Decoder(Attached ts, const char* encoding) {
    return codec_item(ts, encoding, 1);
}
Object* PyCodec_IncrementalEncoder(Attached ts, const char* encoding, const char* errors) {
    return codec_made(ts, encoding, "incrementalencoder", errors);
}
Object* PyCodec_IncrementalDecoder(Attached ts, const char* encoding, const char* errors) {
    return codec_made(ts, encoding, "incrementaldecoder", errors);
}
Object* PyCodec_StreamReader(Attached ts, const char* encoding, Object* stream, const char* errors) {
    return codec_stream(ts, encoding, 2, stream, errors);
}
Object* PyCodec_StreamWriter(Attached ts, const char* encoding, Object* stream, const char* errors) {
    return codec_stream(ts, encoding, 3, stream, errors);
}

// ---- error handlers ----
int PyCodec_RegisterError(Attached ts, const char* name, Object* handler) {
    if (!is_callable(*handler)) {
        (void)raise(ts, Exc::TypeError, "handler must be callable");
        return -1;
    }
    auto n = name_of(ts, name);
    return n ? status(codec_register_error(ts, *n, *handler)) : -1;
}
Object* PyCodec_LookupError(Attached ts, const char* name) {
    return give(codec_lookup_error(ts, name ? name : "strict"));
}
#define HANDLER(name, kind)                                              \
    Object* name(Attached ts, Object* exception) {                       \
        return give(handle_unicode_error(ts, Errors::kind, *exception)); \
    }
HANDLER(PyCodec_StrictErrors, strict)
HANDLER(PyCodec_IgnoreErrors, ignore)
HANDLER(PyCodec_ReplaceErrors, replace)
HANDLER(PyCodec_XMLCharRefReplaceErrors, xmlcharrefreplace)
HANDLER(PyCodec_BackslashReplaceErrors, backslashreplace)
HANDLER(PyCodec_NameReplaceErrors, namereplace)
#undef HANDLER

// ---- Unicode errors ----
namespace {
UnicodeErrorObject& error_of(Object* o) {
    return static_cast<UnicodeErrorObject&>(*o);
}
Object* text_field(Attached ts, Object* field, const char* name) {
    if (!field) {
        (void)raise(ts, Exc::TypeError, "{} attribute not set", name);
        return nullptr;
    }
    if (is_str(*field)) return Py_NewRef(field);
    (void)raise(ts, Exc::TypeError, "{} attribute must be unicode", name);
    return nullptr;
}
Object* object_field(Attached ts, Object* o, bool bytes) {
    Object* field = error_of(o).object;
    if (!bytes) return text_field(ts, field, "object");
    if (!field) {
        (void)raise(ts, Exc::TypeError, "object attribute not set");
        return nullptr;
    }
    if (is_bytes(*field)) return Py_NewRef(field);
    (void)raise(ts, Exc::TypeError, "object attribute must be bytes");
    return nullptr;
}
// How long the object is; -1 = raised.
Index object_size(Attached ts, Object* o, bool bytes) {
    auto object = OptRef<Object>::steal(object_field(ts, o, bytes));
    if (!object) return -1;
    return bytes ? static_cast<Bytes&>(*object).size : static_cast<Str&>(*object).length;
}
int get_start(Attached ts, Object* o, Index* start, bool bytes) {
    const Index size = object_size(ts, o, bytes);
    if (size < 0) return -1;
    *start = error_of(o).start;
    if (*start < 0) *start = 0;
    if (*start >= size) *start = size - 1;
    return 0;
}
int get_end(Attached ts, Object* o, Index* end, bool bytes) {
    const Index size = object_size(ts, o, bytes);
    if (size < 0) return -1;
    *end = error_of(o).end;
    if (*end < 1) *end = 1;
    if (*end > size) *end = size;
    return 0;
}
int set_reason(Attached ts, Object* o, const char* reason) {
    auto text = str_new_utf8(ts, reason);
    if (!text.ok()) return -1;
    Object*& field = error_of(o).reason;
    replace_field(ts, field, static_cast<Object*>(text.release()));
    return 0;
}
}  // namespace
#define UNICODE_ERROR(Kind, bytes)                                                \
    Object* PyUnicode##Kind##Error_GetObject(Attached ts, Object* o) {            \
        return object_field(ts, o, bytes);                                        \
    }                                                                             \
    int PyUnicode##Kind##Error_GetStart(Attached ts, Object* o, Index* start) {   \
        return get_start(ts, o, start, bytes);                                    \
    }                                                                             \
    int PyUnicode##Kind##Error_SetStart(Attached, Object* o, Index start) {       \
        error_of(o).start = start;                                                \
        return 0;                                                                 \
    }                                                                             \
    int PyUnicode##Kind##Error_GetEnd(Attached ts, Object* o, Index* end) {       \
        return get_end(ts, o, end, bytes);                                        \
    }                                                                             \
    int PyUnicode##Kind##Error_SetEnd(Attached, Object* o, Index end) {           \
        error_of(o).end = end;                                                    \
        return 0;                                                                 \
    }                                                                             \
    Object* PyUnicode##Kind##Error_GetReason(Attached ts, Object* o) {            \
        return text_field(ts, error_of(o).reason, "reason");                      \
    }                                                                             \
    int PyUnicode##Kind##Error_SetReason(Attached ts, Object* o, const char* r) { \
        return set_reason(ts, o, r);                                              \
    }
UNICODE_ERROR(Encode, false)
UNICODE_ERROR(Decode, true)
UNICODE_ERROR(Translate, false)
#undef UNICODE_ERROR
Object* PyUnicodeEncodeError_GetEncoding(Attached ts, Object* o) {
    return text_field(ts, error_of(o).encoding, "encoding");
}
Object* PyUnicodeDecodeError_GetEncoding(Attached ts, Object* o) {
    return text_field(ts, error_of(o).encoding, "encoding");
}
Object* PyUnicodeDecodeError_Create(Attached ts, const char* encoding, const char* object, Index length,
                                    Index start, Index end, const char* reason) {
    auto make = [&]() -> Result<Ref<Object>> {
        auto name = TRY(str_new_utf8(ts, encoding));
        auto bytes = TRY(bytes_new(ts, view_of(object, length)));
        auto from = TRY(box_int(ts, start)), to = TRY(box_int(ts, end));
        auto why = TRY(str_new_utf8(ts, reason));
        return call(ts, exc_type(Exc::UnicodeDecodeError),
                    {name.get(), bytes.get(), from.get(), to.get(), why.get()});
    };
    return give(make());
}

}  // namespace baton::api
