// Error handlers of codecs: the standard ones, and calls of registered ones.
#include <cstring>

#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/codec_utf8.h"
#include "runtime/escape.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/tuple.h"

namespace baton {
namespace {

struct NamedErrors {
    const char* name;
    Errors errors;
};
constexpr NamedErrors kNamedErrors[] = {
    {"strict", Errors::strict},
    {"ignore", Errors::ignore},
    {"replace", Errors::replace},
    {"backslashreplace", Errors::backslashreplace},
    {"xmlcharrefreplace", Errors::xmlcharrefreplace},
    {"surrogateescape", Errors::surrogateescape},
    {"surrogatepass", Errors::surrogatepass},
    {"namereplace", Errors::namereplace},
};

Result<Ref<Object>> make_unicode_error(Attached ts, Exc which, const char* encoding, Object& object,
                                       Index start, Index end, const char* reason) {
    auto name = TRY(str_new_utf8(ts, encoding));
    auto from = TRY(box_int(ts, start));
    auto to = TRY(box_int(ts, end));
    auto why = TRY(str_new_utf8(ts, reason));
    return call(ts, exc_type(which), {name.get(), &object, from.get(), to.get(), why.get()});
}

Raised raise_made(Attached ts, Result<Ref<Object>> made) {
    if (!made.ok()) return already_raised();
    return raise_object(ts, made.take().cast<BaseException>());
}

// How a Unicode encoding writes one surrogate, for surrogatepass.
struct SurrogateForm {
    int width = 0;  // bytes: 3 for UTF-8; 0: not a Unicode encoding
    bool big = false;
};
SurrogateForm surrogate_form(std::string_view encoding) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    auto starts = [&](std::string_view prefix) {
        if (encoding.size() < prefix.size()) return false;
        for (size_t i = 0; i < prefix.size(); ++i) {
            if (lower(encoding[i]) != prefix[i]) return false;
        }
        encoding.remove_prefix(prefix.size());
        return true;
    };
    if (encoding == "CP_UTF8") return {3, false};
    if (!starts("utf")) return {};
    if (!encoding.empty() && (encoding[0] == '-' || encoding[0] == '_')) encoding.remove_prefix(1);
    if (encoding == "8") return {3, false};
    SurrogateForm form;
    if (starts("16")) {
        form.width = 2;
    } else if (starts("32")) {
        form.width = 4;
    } else {
        return {};
    }
    if (encoding.empty()) return form;  // the machine's order
    if (encoding[0] == '-' || encoding[0] == '_') encoding.remove_prefix(1);
    if (starts("be") && encoding.empty()) {
        form.big = true;
        return form;
    }
    return starts("le") && encoding.empty() ? form : SurrogateForm{};
}

void append_surrogate(BytesBuilder& out, SurrogateForm form, uint32_t c) {
    char bytes[4];
    if (form.width == 3) {
        text::utf8_put(c, bytes);
    } else {
        for (int i = 0; i < form.width; ++i) {
            int shift = 8 * (form.big ? form.width - 1 - i : i);
            bytes[i] = static_cast<char>(c >> shift);
        }
    }
    out.append({bytes, static_cast<size_t>(form.width)});
}

// The surrogate at the start of `bytes`, or 0.
uint32_t read_surrogate(std::string_view bytes, SurrogateForm form) {
    if (form.width == 0 || bytes.size() < static_cast<size_t>(form.width)) return 0;
    auto byte = [&](int i) {
        return static_cast<uint32_t>(static_cast<uint8_t>(bytes[static_cast<size_t>(i)]));
    };
    uint32_t c = 0;
    if (form.width == 3) {
        if ((byte(0) & 0xF0) != 0xE0 || (byte(1) & 0xC0) != 0x80 || (byte(2) & 0xC0) != 0x80) return 0;
        c = (byte(0) & 0x0F) << 12 | (byte(1) & 0x3F) << 6 | (byte(2) & 0x3F);
    } else {
        for (int i = 0; i < form.width; ++i) c |= byte(i) << (8 * (form.big ? form.width - 1 - i : i));
    }
    return (c & 0xFFFFF800) == 0xD800 ? c : 0;
}

void append_name_escape(StrBuilder& out, uint32_t c) {
    char name[unicode::kMaxNameLength];
    size_t size = unicode::character_name(c, name);
    if (size == 0) {
        out.append_ascii(CharEscape::by_number(c));
        return;
    }
    out.append_ascii("\\N{");
    out.append_ascii({name, size});
    out.append('}');
}

// A standard handler on the decoding of bytes start..end. False: it does not apply, raise the error.
// Otherwise *next says where to go on.
bool decode_by_rule(Errors rule, const char* encoding, std::string_view input, StrBuilder& out, Index start,
                    Index end, Index* next) {
    *next = end;
    switch (rule) {
        case Errors::ignore:
            return true;
        case Errors::replace:
            out.append(uint32_t{0xFFFD});
            return true;
        case Errors::backslashreplace:
            for (Index i = start; i < end; ++i)
                out.append_ascii(CharEscape::by_number(static_cast<uint8_t>(input[i])));
            return true;
        case Errors::surrogateescape: {
            Index i = start;
            for (; i < end && i < start + 4 && static_cast<uint8_t>(input[i]) >= 0x80; ++i) {
                out.append(0xDC00u + static_cast<uint8_t>(input[i]));
            }
            *next = i;
            return i > start;
        }
        case Errors::surrogatepass: {
            SurrogateForm form = surrogate_form(encoding);
            uint32_t c = read_surrogate(input.substr(static_cast<size_t>(start)), form);
            if (c == 0) return false;
            out.append(c);
            *next = start + form.width;
            return true;
        }
        default:
            return false;
    }
}

// The same for the encoding of characters start..end; the replacement goes to one of the two builders.
bool encode_by_rule(Errors rule, const char* encoding, const Str& s, Index start, Index end, StrBuilder& out,
                    BytesBuilder& bytes, bool* as_bytes) {
    *as_bytes = false;
    switch (rule) {
        case Errors::ignore:
            return true;
        case Errors::replace:
            out.append_repeated('?', end - start);
            return true;
        case Errors::backslashreplace:
            for (Index i = start; i < end; ++i)
                out.append_ascii(CharEscape::by_number(str_char_unchecked(s, i)));
            return true;
        case Errors::namereplace:
            for (Index i = start; i < end; ++i) append_name_escape(out, str_char_unchecked(s, i));
            return true;
        case Errors::xmlcharrefreplace:
            for (Index i = start; i < end; ++i) {
                out.append_ascii("&#");
                out.append_int(str_char_unchecked(s, i));
                out.append(';');
            }
            return true;
        case Errors::surrogateescape:
            *as_bytes = true;
            for (Index i = start; i < end; ++i) {
                uint32_t c = str_char_unchecked(s, i);
                if (c < 0xDC80 || c > 0xDCFF) return false;
                bytes.append(static_cast<char>(c - 0xDC00));
            }
            return true;
        case Errors::surrogatepass: {
            *as_bytes = true;
            SurrogateForm form = surrogate_form(encoding);
            if (form.width == 0) return false;
            for (Index i = start; i < end; ++i) {
                uint32_t c = str_char_unchecked(s, i);
                if ((c & 0xFFFFF800) != 0xD800) return false;
                append_surrogate(bytes, form, c);
            }
            return true;
        }
        default:
            return false;
    }
}

Result<Ref<Tuple>> handler_result(Attached ts, Object& text, Index next) {
    auto position = TRY(box_int(ts, next));
    return tuple_of(ts, {&text, position.get()});
}

// The position in a handler's answer; negative counts from the end.
Result<Index> handler_position(Attached ts, Object& position, Index size) {
    Index at = TRY(as_index(ts, position, Exc::IndexError));
    Index from_start = at < 0 ? at + size : at;
    if (from_start < 0 || from_start > size) {
        return raise(ts, Exc::IndexError, "position {} from error handler out of bounds", from_start);
    }
    return from_start;
}

}  // namespace

Errors parse_errors(const char* name) {
    if (name == nullptr) return Errors::strict;
    for (const NamedErrors& known : kNamedErrors) {
        if (std::strcmp(known.name, name) == 0) return known.errors;
    }
    return Errors::custom;
}

Raised raise_decode_error(Attached ts, const char* encoding, std::string_view bytes, Index start, Index end,
                          const char* reason) {
    auto object = bytes_new(ts, bytes);
    if (!object.ok()) return already_raised();
    return raise_made(ts,
                      make_unicode_error(ts, Exc::UnicodeDecodeError, encoding, *object, start, end, reason));
}

Raised raise_utf8_decode_error(Attached ts, std::string_view bytes, size_t at) {
    auto* s = reinterpret_cast<const uint8_t*>(bytes.data());
    text::Utf8Error error = text::utf8_error(s + at, bytes.size() - at);
    auto start = static_cast<Index>(at);
    return raise_decode_error(ts, "utf-8", bytes, start, start + static_cast<Index>(error.length),
                              error.reason);
}

Raised raise_encode_error(Attached ts, const char* encoding, Str& text, Index start, Index end,
                          const char* reason) {
    return raise_made(ts,
                      make_unicode_error(ts, Exc::UnicodeEncodeError, encoding, text, start, end, reason));
}

Result<Index> DecodeErrors::handle(Attached ts, StrBuilder& out, Index start, Index end, const char* reason) {
    if (kind_ == Errors::xmlcharrefreplace || kind_ == Errors::namereplace) {
        return raise(ts, Exc::TypeError, "don't know how to handle UnicodeDecodeError in error callback");
    }
    if (kind_ == Errors::custom) return call_handler(ts, out, start, end, reason);
    Index next;
    if (decode_by_rule(kind_, encoding_, input_, out, start, end, &next)) return next;
    return raise_decode_error(ts, encoding_, input_, start, end, reason);
}

Result<Index> DecodeErrors::call_handler(Attached ts, StrBuilder& out, Index start, Index end,
                                         const char* reason) {
    auto handler = TRY(codec_lookup_error(ts, errors_));
    auto object = TRY(bytes_new(ts, input_));
    auto exception =
        TRY(make_unicode_error(ts, Exc::UnicodeDecodeError, encoding_, *object, start, end, reason));
    auto answer = TRY(call(ts, *handler, {exception.get()}));
    auto* tuple = is_tuple(*answer) ? static_cast<Tuple*>(answer.get()) : nullptr;
    if (tuple == nullptr || tuple->size != 2 || !is_str(*tuple->item[0]) || !has_index(*tuple->item[1])) {
        return raise(ts, Exc::TypeError, "decoding error handler must return (str, int) tuple");
    }
    Object* input = static_cast<UnicodeErrorObject*>(exception.get())->object;
    if (input == nullptr || !is_bytes(*input)) {
        return raise(ts, Exc::TypeError, "exception attribute object must be bytes");
    }
    if (input != object.get()) {
        replaced_ = Ref<Bytes>::share(static_cast<Bytes&>(*input));
        input_ = bytes_view(*replaced_);
    }
    Index next = TRY(handler_position(ts, *tuple->item[1], static_cast<Index>(input_.size())));
    out.append(static_cast<Str&>(*tuple->item[0]));
    return next;
}

Result<EncodeReplacement> handle_encode_error(Attached ts, const char* encoding, Str& text, Index start,
                                              Index end, const char* reason, const char* errors) {
    EncodeReplacement result;
    Errors rule = parse_errors(errors);
    if (rule == Errors::surrogateescape) {  // what can be escaped goes first; the error is about what cannot
        Index good = start;
        while (good < end && str_char_unchecked(text, good) - 0xDC80 < 0x80) ++good;
        if (good > start) end = good;
    }
    if (rule != Errors::custom) {
        StrBuilder characters;
        BytesBuilder bytes;
        bool as_bytes;
        if (!encode_by_rule(rule, encoding, text, start, end, characters, bytes, &as_bytes)) {
            return raise_encode_error(ts, encoding, text, start, end, reason);
        }
        if (as_bytes) {
            result.text = TRY(bytes.finish(ts));
        } else {
            result.text = TRY(characters.finish(ts));
        }
        result.next = end;
        return result;
    }
    auto handler = TRY(codec_lookup_error(ts, errors));
    auto exception = TRY(make_unicode_error(ts, Exc::UnicodeEncodeError, encoding, text, start, end, reason));
    auto answer = TRY(call(ts, *handler, {exception.get()}));
    auto* tuple = is_tuple(*answer) ? static_cast<Tuple*>(answer.get()) : nullptr;
    if (tuple == nullptr || tuple->size != 2 || !(is_str(*tuple->item[0]) || is_bytes(*tuple->item[0])) ||
        !has_index(*tuple->item[1])) {
        return raise(ts, Exc::TypeError, "encoding error handler must return (str/bytes, int) tuple");
    }
    result.next = TRY(handler_position(ts, *tuple->item[1], text.length));
    result.text = Ref<Object>::share(*tuple->item[0]);
    return result;
}

Result<Ref<Object>> handle_unicode_error(Attached ts, Errors handler, Object& exception) {
    bool decoding = is_instance_exact(exception, exc_type(Exc::UnicodeDecodeError));
    bool encoding = is_instance_exact(exception, exc_type(Exc::UnicodeEncodeError));
    bool translating = is_instance_exact(exception, exc_type(Exc::UnicodeTranslateError));
    if (handler == Errors::strict) {
        if (!is_exception(exception)) return raise(ts, Exc::TypeError, "codec must pass exception instance");
        return raise_object(ts, Ref<BaseException>::share(static_cast<BaseException&>(exception)));
    }
    bool any = handler == Errors::ignore || handler == Errors::replace || handler == Errors::backslashreplace;
    bool only_encoding = handler == Errors::xmlcharrefreplace || handler == Errors::namereplace;
    if (!(encoding || (decoding && !only_encoding) || (translating && any))) {
        return raise(ts, Exc::TypeError, "don't know how to handle {} in error callback",
                     type_name(exception));
    }
    auto& error = static_cast<UnicodeErrorObject&>(exception);
    auto refuse = [&]() -> Raised {
        return raise_object(ts, Ref<BaseException>::share(static_cast<BaseException&>(exception)));
    };
    auto clamp = [](Index i, Index low, Index high) { return i < low ? low : i > high ? high : i; };
    if (decoding) {
        if (error.object == nullptr || !is_bytes(*error.object)) {
            return raise(ts, Exc::TypeError, "object attribute must be bytes");
        }
        std::string_view input = bytes_view(static_cast<Bytes&>(*error.object));
        auto size = static_cast<Index>(input.size());
        Index start = clamp(error.start, 0, size > 0 ? size - 1 : 0);
        Index end = clamp(error.end, start < size ? start + 1 : start, size);
        Str* name = error.encoding != nullptr && is_str(*error.encoding) ? static_cast<Str*>(error.encoding)
                                                                         : nullptr;
        std::string_view encoding_name = name != nullptr ? TRY(str_as_utf8(ts, *name)) : "";
        StrBuilder out;
        Index next;
        if (!decode_by_rule(handler, encoding_name.data(), input, out, start, end, &next)) return refuse();
        auto text = TRY(out.finish(ts));
        return handler_result(ts, *text, next);
    }
    if (error.object == nullptr || !is_str(*error.object)) {
        return raise(ts, Exc::TypeError, "object attribute must be unicode");
    }
    auto& input = static_cast<Str&>(*error.object);
    Index start = clamp(error.start, 0, input.length > 0 ? input.length - 1 : 0);
    Index end = clamp(error.end, start < input.length ? start + 1 : start, input.length);
    StrBuilder out;
    if (translating && handler == Errors::replace) {
        out.append_repeated(0xFFFD, end - start);
        auto text = TRY(out.finish(ts));
        return handler_result(ts, *text, end);
    }
    Str* name =
        error.encoding != nullptr && is_str(*error.encoding) ? static_cast<Str*>(error.encoding) : nullptr;
    std::string_view encoding_name = name != nullptr ? TRY(str_as_utf8(ts, *name)) : "";
    BytesBuilder bytes;
    bool as_bytes;
    if (!encode_by_rule(handler, encoding_name.data(), input, start, end, out, bytes, &as_bytes))
        return refuse();
    if (as_bytes) {
        auto data = TRY(bytes.finish(ts));
        return handler_result(ts, *data, end);
    }
    auto text = TRY(out.finish(ts));
    return handler_result(ts, *text, end);
}

}  // namespace baton
