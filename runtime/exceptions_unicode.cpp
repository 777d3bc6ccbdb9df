// UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError.
#include "runtime/escape.h"
#include "runtime/exceptions_layout.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

void set_field(Attached ts, Object*& field, Object* borrowed) {
    xincref(borrowed);
    replace_field(ts, field, borrowed);
}

Result<void> check_count(Attached ts, size_t nargs, size_t expected) {
    if (nargs == expected) return {};
    return raise(ts, Exc::TypeError, "function takes exactly {} arguments ({} given)", expected, nargs);
}
Result<Object*> str_argument(Attached ts, Value* args, size_t i) {
    Object* o = args[i].object();
    if (!is_str(*o))
        return raise(ts, Exc::TypeError, "argument {} must be str, not {}", i + 1, type_name(*o));
    return o;
}

// The part common to all three, args boxed: [at] object, [at+1] start, [at+2] end, [at+3] reason.
Result<void> fill(Attached ts, UnicodeErrorObject& e, Object* encoding, Object& object, Value* args,
                  size_t at) {
    Index start = TRY(as_index(ts, *args[at + 1].object(), Exc::OverflowError));
    Index end = TRY(as_index(ts, *args[at + 2].object(), Exc::OverflowError));
    Object* reason = TRY(str_argument(ts, args, at + 3));
    set_field(ts, e.encoding, encoding);
    set_field(ts, e.object, &object);
    set_field(ts, e.reason, reason);
    e.start = start;
    e.end = end;
    return {};
}

Result<void> encode_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    TRY(check_count(ts, nargs, 5));
    Object* encoding = TRY(str_argument(ts, args, 0));
    Object* object = TRY(str_argument(ts, args, 1));
    return fill(ts, static_cast<UnicodeErrorObject&>(self), encoding, *object, args, 1);
}

Result<void> decode_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    TRY(check_count(ts, nargs, 5));
    Object* encoding = TRY(str_argument(ts, args, 0));
    Object& object = *args[1].object();
    if (is_bytes(object)) return fill(ts, static_cast<UnicodeErrorObject&>(self), encoding, object, args, 1);
    BytesLike view;
    TRY(view.get(ts, object));
    auto copy = TRY(bytes_new(ts, view.view()));
    return fill(ts, static_cast<UnicodeErrorObject&>(self), encoding, *copy, args, 1);
}

Result<void> translate_error_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    TRY(base_exception_init(ts, self, args, nargs, kwnames));
    TRY(check_count(ts, nargs, 4));
    Object* object = TRY(str_argument(ts, args, 0));
    return fill(ts, static_cast<UnicodeErrorObject&>(self), nullptr, *object, args, 0);
}

void append_escaped(StrBuilder& b, uint32_t c) {
    b.append('\'');
    b.append_ascii(CharEscape::by_number(c));
    b.append('\'');
}

// "<verb> <unit> <shown> in position 3: reason" or "<verb> <unit>s in position 3-5: reason".
template <class ShowUnit>
Result<Ref<Object>> unicode_error_text(Attached ts, UnicodeErrorObject& e, const char* verb, const char* unit,
                                       Index length, ShowUnit show) {
    if (!e.object) return str_empty();
    StrBuilder b;
    if (e.encoding) {
        auto encoding = TRY(str(ts, *e.encoding));
        b.append('\'');
        b.append(*encoding);
        b.append_ascii("' codec ");
    }
    b.append_format("{} {}", verb, unit);
    if (e.start >= 0 && e.start < length && e.end == e.start + 1) {
        b.append(' ');
        show(b, e.start);
        b.append_format(" in position {}: ", e.start);
    } else {
        b.append_format("s in position {}-{}: ", e.start, e.end - 1);
    }
    auto reason = TRY(str(ts, e.reason ? *e.reason : none()));
    b.append(*reason);
    return b.finish(ts);
}

Index text_length(const UnicodeErrorObject& e) {
    return e.object && is_str(*e.object) ? static_cast<Str&>(*e.object).length : 0;
}
Result<Ref<Object>> encode_error_str(Attached ts, UnicodeErrorObject& e) {
    return unicode_error_text(ts, e, "can't encode", "character", text_length(e),
                              [&](StrBuilder& b, Index i) {
                                  append_escaped(b, str_char_unchecked(static_cast<Str&>(*e.object), i));
                              });
}
Result<Ref<Object>> decode_error_str(Attached ts, UnicodeErrorObject& e) {
    std::string_view bytes;
    if (e.object && is_bytes(*e.object)) bytes = bytes_view(static_cast<Bytes&>(*e.object));
    return unicode_error_text(
        ts, e, "can't decode", "byte", static_cast<Index>(bytes.size()), [&](StrBuilder& b, Index i) {
            b.append_format("0x{:02x}", static_cast<unsigned char>(bytes[static_cast<size_t>(i)]));
        });
}
Result<Ref<Object>> translate_error_str(Attached ts, UnicodeErrorObject& e) {
    return unicode_error_text(ts, e, "can't translate", "character", text_length(e),
                              [&](StrBuilder& b, Index i) {
                                  append_escaped(b, str_char_unchecked(static_cast<Str&>(*e.object), i));
                              });
}

constexpr int kObject = 6, kIndex = 19;  // T_OBJECT, T_PYSSIZET of structmember.h
const MemberDef unicode_error_members[] = {
    {"encoding", kObject, offsetof(UnicodeErrorObject, encoding), 0, "The name of the encoding."},
    {"object", kObject, offsetof(UnicodeErrorObject, object), 0, "What was to be converted."},
    {"start", kIndex, offsetof(UnicodeErrorObject, start), 0, "Where the trouble begins."},
    {"end", kIndex, offsetof(UnicodeErrorObject, end), 0, "The index behind the trouble."},
    {"reason", kObject, offsetof(UnicodeErrorObject, reason), 0, "What is wrong there."},
    {},
};

template <auto Init, auto Text>
constexpr TypeSpec make_unicode_error(const char* name, const char* doc) {
    auto s = exception_spec<UnicodeErrorObject>(name, exception_base(Exc::UnicodeError), doc);
    s.members = const_cast<MemberDef*>(unicode_error_members);
    s.init = slot<Init>;
    s.str = typed_slot<Text>;
    return s;
}

}  // namespace

constexpr TypeSpec UnicodeEncodeError_spec = make_unicode_error<encode_error_init, encode_error_str>(
    "UnicodeEncodeError", "Text that this encoding cannot express.");
constexpr TypeSpec UnicodeDecodeError_spec = make_unicode_error<decode_error_init, decode_error_str>(
    "UnicodeDecodeError", "Bytes that are no text in this encoding.");
constexpr TypeSpec UnicodeTranslateError_spec = make_unicode_error<translate_error_init, translate_error_str>(
    "UnicodeTranslateError", "Text that a translation cannot express.");

}  // namespace baton
