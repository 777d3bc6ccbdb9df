// The codecs unicode_escape, raw_unicode_escape and escape (backslashes in bytes).
#include "runtime/codec.h"
#include "runtime/escape.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/str_impl.h"
#include "runtime/unicode_data.h"

namespace baton {
namespace {

Index size_of(std::string_view s) {
    return static_cast<Index>(s.size());
}

int hex_digit(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

// What stands after a backslash: a character, text to keep, or an error that reaches to `end`.
struct Escape {
    enum Kind { kChar, kNothing, kInvalid, kError, kIncomplete } kind = kChar;
    uint32_t c = 0;
    Index end = 0;
    const char* reason = nullptr;
};

// Up to `count` hexadecimal digits at `at`.
Escape hex_escape(std::string_view in, Index at, int count, const char* truncated) {
    Escape e;
    for (; count > 0; --count, ++at) {
        if (at == size_of(in)) return {Escape::kIncomplete, 0, at, truncated};
        int digit = hex_digit(in[static_cast<size_t>(at)]);
        if (digit < 0) return {Escape::kError, 0, at, truncated};
        e.c = e.c << 4 | static_cast<uint32_t>(digit);
    }
    e.end = at;
    return e;
}

Escape named_escape(std::string_view in, Index at) {
    constexpr const char* kMalformed = "malformed \\N character escape";
    if (at == size_of(in)) return {Escape::kIncomplete, 0, at, kMalformed};
    if (in[static_cast<size_t>(at)] != '{') return {Escape::kError, 0, at, kMalformed};
    Index start = ++at;
    while (at < size_of(in) && in[static_cast<size_t>(at)] != '}') ++at;
    if (at == size_of(in)) return {Escape::kIncomplete, 0, at, kMalformed};
    std::string_view name = in.substr(static_cast<size_t>(start), static_cast<size_t>(at - start));
    if (name.empty()) return {Escape::kError, 0, at, kMalformed};
    uint32_t found[unicode::kMaxSequence];
    if (unicode::find_character(name, found, false) != 1) {
        return {Escape::kError, 0, at + 1, "unknown Unicode character name"};
    }
    return {Escape::kChar, found[0], at + 1, nullptr};
}

// Octal digits, `at` standing behind the first.
Escape octal_escape(std::string_view in, Index at) {
    Escape e;
    e.c = static_cast<uint32_t>(in[static_cast<size_t>(at - 1)] - '0');
    for (int more = 0; more < 2 && at < size_of(in); ++more, ++at) {
        char digit = in[static_cast<size_t>(at)];
        if (digit < '0' || digit > '7') break;
        e.c = e.c << 3 | static_cast<uint32_t>(digit - '0');
    }
    e.end = at;
    if (e.c > 0xFF) e.kind = Escape::kInvalid;  // still that character, but worth a warning
    return e;
}

// The escape whose backslash is at `at`.
Escape read_escape(std::string_view in, Index at) {
    Index next = at + 1;
    if (next == size_of(in)) return {Escape::kIncomplete, 0, next, "\\ at end of string"};
    char c = in[static_cast<size_t>(next++)];
    auto simple = [next](char value) {
        return Escape{Escape::kChar, static_cast<uint8_t>(value), next, nullptr};
    };
    switch (c) {
        case '\n':
            return {Escape::kNothing, 0, next, nullptr};
        case '\\':
        case '\'':
        case '"':
            return simple(c);
        case 'b':
            return simple('\b');
        case 't':
            return simple('\t');
        case 'n':
            return simple('\n');
        case 'r':
            return simple('\r');
        case 'f':
            return simple('\f');
        case 'v':
            return simple('\v');
        case 'a':
            return simple('\a');
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
            return octal_escape(in, next);
        case 'x':
            return hex_escape(in, next, 2, "truncated \\xXX escape");
        case 'u':
            return hex_escape(in, next, 4, "truncated \\uXXXX escape");
        case 'U': {
            Escape e = hex_escape(in, next, 8, "truncated \\UXXXXXXXX escape");
            if (e.kind == Escape::kChar && e.c > kMaxCodePoint) {
                return {Escape::kError, 0, e.end, "illegal Unicode character"};
            }
            return e;
        }
        case 'N':
            return named_escape(in, next);
        default:
            return {Escape::kInvalid, '\\', at + 1, nullptr};
    }
}

// What stands from `at` on up to the next backslash or the end.
std::string_view before_backslash(std::string_view in, Index at) {
    std::string_view rest = in.substr(static_cast<size_t>(at));
    return rest.substr(0, rest.find('\\'));
}

}  // namespace

Result<Ref<Str>> decode_unicode_escape(Attached ts, std::string_view in, const char* errors, Index* consumed,
                                       Index* invalid_escape) {
    if (invalid_escape != nullptr) *invalid_escape = -1;
    StrBuilder out(size_of(in));
    DecodeErrors handler("unicodeescape", in, errors);
    Index at = 0;
    while (at < size_of(handler.view())) {
        std::string_view view = handler.view();
        std::string_view plain = before_backslash(view, at);
        out.append_latin1(plain);
        at += size_of(plain);
        if (at == size_of(view)) break;
        Escape e = read_escape(view, at);
        if (e.kind == Escape::kIncomplete && consumed != nullptr) break;
        if (e.kind == Escape::kError || e.kind == Escape::kIncomplete) {
            at = TRY(handler.handle(ts, out, at, e.end, e.reason));
            continue;
        }
        if (e.kind == Escape::kInvalid && invalid_escape != nullptr && *invalid_escape < 0)
            *invalid_escape = at;
        if (e.kind != Escape::kNothing) out.append(e.c);
        at = e.end;
    }
    if (consumed != nullptr) *consumed = at;
    return out.finish(ts);
}

Result<Ref<Str>> decode_raw_unicode_escape(Attached ts, std::string_view in, const char* errors,
                                           Index* consumed) {
    StrBuilder out(size_of(in));
    DecodeErrors handler("rawunicodeescape", in, errors);
    Index at = 0;
    while (at < size_of(handler.view())) {
        std::string_view view = handler.view();
        std::string_view plain = before_backslash(view, at);
        out.append_latin1(plain);
        at += size_of(plain);
        if (at == size_of(view)) break;
        if (at + 1 == size_of(view)) {
            if (consumed == nullptr) {
                out.append('\\');
                ++at;
            }
            break;
        }
        char c = view[static_cast<size_t>(at + 1)];
        if (c != 'u' && c != 'U') {
            out.append('\\');
            out.append(c);
            at += 2;
            continue;
        }
        Escape e = c == 'u' ? hex_escape(view, at + 2, 4, "truncated \\uXXXX escape")
                            : hex_escape(view, at + 2, 8, "truncated \\UXXXXXXXX escape");
        if (e.kind == Escape::kChar && e.c > kMaxCodePoint) {
            e = {Escape::kError, 0, e.end, "\\Uxxxxxxxx out of range"};
        }
        if (e.kind == Escape::kIncomplete && consumed != nullptr) break;
        if (e.kind != Escape::kChar) {
            at = TRY(handler.handle(ts, out, at, e.end, e.reason));
            continue;
        }
        out.append(e.c);
        at = e.end;
    }
    if (consumed != nullptr) *consumed = at;
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_unicode_escape(Attached ts, Str& s) {
    BytesBuilder out(s.length);
    with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) {
            uint32_t c = p[i];
            if (c >= 0x20 && c < 0x7F && c != '\\') {
                out.append(static_cast<char>(c));
            } else {
                out.append(CharEscape::of(c));
            }
        }
    });
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_raw_unicode_escape(Attached ts, Str& s) {
    if (s.state.kind == 1)
        return bytes_new(ts, {static_cast<const char*>(str_data(s)), static_cast<size_t>(s.length)});
    BytesBuilder out(s.length);
    with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) {
            uint32_t c = p[i];
            if (c < 0x100) {
                out.append(static_cast<char>(c));
            } else {
                out.append(CharEscape::by_number(c));
            }
        }
    });
    return out.finish(ts);
}

Result<Ref<Bytes>> decode_escape(Attached ts, std::string_view in, const char* errors,
                                 Index* invalid_escape) {
    if (invalid_escape != nullptr) *invalid_escape = -1;
    BytesBuilder out(size_of(in));
    Index at = 0;
    while (at < size_of(in)) {
        std::string_view plain = before_backslash(in, at);
        out.append(plain);
        at += size_of(plain);
        if (at == size_of(in)) break;
        if (at + 1 == size_of(in)) return raise(ts, Exc::ValueError, "Trailing \\ in string");
        char c = in[static_cast<size_t>(at + 1)];
        bool unicode_only = c == 'u' || c == 'U' || c == 'N';
        Escape e = unicode_only ? Escape{Escape::kInvalid, '\\', at + 1, nullptr} : read_escape(in, at);
        if (e.kind == Escape::kError || e.kind == Escape::kIncomplete) {
            Errors rule = parse_errors(errors);
            if (rule == Errors::strict) {
                return raise(ts, Exc::ValueError, "invalid \\x escape at position {}", at);
            }
            if (rule == Errors::replace) {
                out.append('?');
            } else if (rule != Errors::ignore) {
                return raise(ts, Exc::ValueError, "decoding error; unknown error handling code: {}", errors);
            }
            // The digits that were there belong to the broken escape.
            at += 2;
            if (at < size_of(in) && hex_digit(in[static_cast<size_t>(at)]) >= 0) ++at;
            continue;
        }
        if (e.kind == Escape::kInvalid && invalid_escape != nullptr && *invalid_escape < 0)
            *invalid_escape = at;
        if (e.kind != Escape::kNothing) out.append(static_cast<char>(e.c));
        at = e.end;
    }
    return out.finish(ts);
}

}  // namespace baton
