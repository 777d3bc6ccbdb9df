// _json: strings in JSON form, and the module.
#include "vm/modules/json.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr char kHex[] = "0123456789abcdef";
constexpr uint32_t kHighSurrogate = 0xD800, kLowSurrogate = 0xDC00, kSurrogateEnd = 0xE000;

void append_escape(StrBuilder& out, uint32_t unit) {
    out.append_ascii("\\u");
    for (int shift = 12; shift >= 0; shift -= 4) out.append(kHex[unit >> shift & 15]);
}
// The letter behind the backslash of a short escape; 0: it has none.
constexpr char short_escape(uint32_t c) {
    switch (c) {
        case '"':
        case '\\':
            return static_cast<char>(c);
        case '\b':
            return 'b';
        case '\f':
            return 'f';
        case '\n':
            return 'n';
        case '\r':
            return 'r';
        case '\t':
            return 't';
        default:
            return 0;
    }
}
// The character a short escape means; 0: there is no such escape.
constexpr char unescape(uint32_t letter) {
    switch (letter) {
        case '"':
        case '\\':
        case '/':
            return static_cast<char>(letter);
        case 'b':
            return '\b';
        case 'f':
            return '\f';
        case 'n':
            return '\n';
        case 'r':
            return '\r';
        case 't':
            return '\t';
        default:
            return 0;
    }
}
// Four hexadecimal digits; -1: they are not.
int64_t read_unit(const Str& text, Index at) {
    int64_t unit = 0;
    for (Index i = at; i < at + 4; ++i) {
        const uint32_t c = str_char_unchecked(text, i);
        int digit;
        if (c >= '0' && c <= '9')
            digit = static_cast<int>(c - '0');
        else if (c >= 'a' && c <= 'f')
            digit = static_cast<int>(c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            digit = static_cast<int>(c - 'A' + 10);
        else
            return -1;
        unit = unit << 4 | digit;
    }
    return unit;
}

template <bool ascii>
Result<Ref<Object>> encode_string(Attached ts, Module&, Object& string) {
    if (!is_str(string))
        return raise(ts, Exc::TypeError, "first argument must be a string, not {}", type_name(string));
    StrBuilder out;
    json_append_string(out, static_cast<Str&>(string), ascii);
    return out.finish(ts);
}
Result<Ref<Object>> scanstring(Attached ts, Module&, Object& string, Index end, Opt<bool> strict) {
    if (!is_str(string))
        return raise(ts, Exc::TypeError, "first argument must be a string, not {}", type_name(string));
    Index next;
    const Ref<Str> text =
        TRY(json_scan_string(ts, static_cast<Str&>(string), end, strict.or_else(true), &next));
    const Ref<Int> at = TRY(box_int(ts, next));
    return tuple_of(ts, {text.get(), at.get()});
}

constexpr Method functions[] = {
    method<encode_string<true>>("encode_basestring_ascii($module, string, /)",
                                "The text as a JSON string in which everything but ASCII is escaped."),
    method<encode_string<false>>("encode_basestring($module, string, /)", "The text as a JSON string."),
    method<scanstring>(
        "scanstring($module, string, end, strict=True, /)",
        "The JSON string whose opening quote stands before end, and where it ends. Strict: without control "
        "characters in it."),
    {},
};

Result<void> json_exec(Attached ts, Module& m) {
    TRY(module_add(ts, m, "make_scanner", json_scanner_type()));
    return module_add(ts, m, "make_encoder", json_encoder_type());
}

}  // namespace

void json_append_string(StrBuilder& out, const Str& text, bool ascii) {
    out.append('"');
    with_text(text, [&](const auto* chars) {
        Index plain = 0;  // where the run of characters that need nothing begins
        for (Index i = 0; i < text.length; ++i) {
            const uint32_t c = chars[i];
            if (c >= ' ' && c != '"' && c != '\\' && (!ascii || c <= '~')) continue;
            out.append_range(text, plain, i);
            plain = i + 1;
            if (const char letter = short_escape(c)) {
                out.append('\\');
                out.append(letter);
            } else if (c >= 0x10000) {
                append_escape(out, kHighSurrogate + ((c - 0x10000) >> 10));
                append_escape(out, kLowSurrogate + ((c - 0x10000) & 0x3ff));
            } else {
                append_escape(out, c);
            }
        }
        out.append_range(text, plain, text.length);
    });
    out.append('"');
}

JsonEncoderKind json_encoder_kind(const Object& encoder) {
    if (!is_exact(encoder, PyCFunction_Type)) return JsonEncoderKind::foreign;
    const Method* row = native_row(*static_cast<const CFunction&>(encoder).ml);
    if (row && row->fn == functions[0].fn) return JsonEncoderKind::escape_ascii;
    if (row && row->fn == functions[1].fn) return JsonEncoderKind::escape;
    return JsonEncoderKind::foreign;
}

Raised json_raise(Attached ts, std::string_view message, Str& text, Index at) {
    const Ref<Object> decoder = TRY(import_module(ts, "json.decoder"));
    const Ref<Object> error = TRY(get_attr(ts, *decoder, *TRY(str_intern_utf8(ts, "JSONDecodeError"))));
    const Ref<Str> what = TRY(str_new_utf8(ts, message));
    const Ref<Int> where = TRY(box_int(ts, at));
    Ref<Object> made = TRY(call(ts, *error, {what.get(), &text, where.get()}));
    return raise_object(ts, std::move(made).cast<BaseException>());
}

Result<Ref<Str>> json_scan_string(Attached ts, Str& text, Index start, bool strict, Index* end) {
    const Index length = text.length, opening = start - 1;
    if (start < 0 || start > length) return raise(ts, Exc::ValueError, "end is out of bounds");
    StrBuilder out;
    Index at = start;
    for (;;) {
        const Index plain = at;
        uint32_t c = 0;
        for (; at < length; ++at) {
            c = str_char_unchecked(text, at);
            if (c == '"' || c == '\\') break;
            if (c < ' ' && strict) return json_raise(ts, "Invalid control character at", text, at);
        }
        if (at == length) return json_raise(ts, "Unterminated string starting at", text, opening);
        if (c == '"') {
            *end = at + 1;
            if (plain == start) return str_substring(ts, text, start, at);  // without an escape
            out.append_range(text, plain, at);
            return out.finish(ts);
        }
        out.append_range(text, plain, at);
        const Index backslash = at++;
        if (at == length) return json_raise(ts, "Unterminated string starting at", text, opening);
        c = str_char_unchecked(text, at++);
        if (c != 'u') {
            const char meant = unescape(c);
            if (!meant) return json_raise(ts, "Invalid \\escape", text, backslash);
            out.append(meant);
            continue;
        }
        int64_t unit = at + 4 < length ? read_unit(text, at) : -1;
        if (unit < 0) return json_raise(ts, "Invalid \\uXXXX escape", text, backslash + 1);
        at += 4;
        if (unit >= kHighSurrogate && unit < kLowSurrogate && at + 6 < length &&
            str_char_unchecked(text, at) == '\\' && str_char_unchecked(text, at + 1) == 'u') {
            const int64_t low = read_unit(text, at + 2);
            if (low < 0) return json_raise(ts, "Invalid \\uXXXX escape", text, at + 1);
            if (low >= kLowSurrogate && low < kSurrogateEnd) {
                unit = 0x10000 + ((unit - kHighSurrogate) << 10) + (low - kLowSurrogate);
                at += 6;
            }
        }
        out.append(static_cast<uint32_t>(unit));
    }
}

extern const ModuleSpec json_module;
const ModuleSpec json_module = {
    .name = "_json",
    .doc = "The fast part of the package json.",
    .methods = functions,
    .exec = json_exec,
};

}  // namespace baton
