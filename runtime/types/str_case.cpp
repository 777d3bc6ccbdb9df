// str: letter case, and the two forms that describe a text: repr and ascii.
#include <cstring>

#include "runtime/escape.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/str_case.h"
#include "runtime/unicode_text.h"

namespace baton {
namespace {

using unicode::Case;

bool ascii_is_upper(uint8_t c) {
    return static_cast<uint8_t>(c - 'A') < 26;
}
bool ascii_is_lower(uint8_t c) {
    return static_cast<uint8_t>(c - 'a') < 26;
}
uint8_t ascii_to_lower(uint8_t c) {
    return static_cast<uint8_t>(c | (ascii_is_upper(c) ? 0x20 : 0));
}
uint8_t ascii_to_upper(uint8_t c) {
    return static_cast<uint8_t>(c & ~(ascii_is_lower(c) ? 0x20 : 0));
}

// f(character, position) over ASCII text; the result is ASCII of the same length.
template <class F>
BATON_VECTORIZE Result<Ref<Str>> map_ascii(Attached ts, Str& s, F f) {
    if (s.length == 0) return str_empty();
    auto* from = static_cast<const uint8_t*>(str_data(s));
    if (s.length == 1) return str_latin1_char(f(from[0], 0));
    auto result = TRY(str_new(ts, s.length, 0x7F));
    auto* to = static_cast<uint8_t*>(str_data(*result));
    for (Index i = 0; i < s.length; ++i) to[i] = f(from[i], i);
    return result;
}

constexpr uint32_t kSigma = 0x3A3, kFinalSigma = 0x3C2, kSmallSigma = 0x3C3;

// A capital sigma ends a word: a cased letter before it, none after, case-ignorable characters skipped.
template <class C>
bool is_final_sigma(const C* s, Index n, Index at) {
    auto cased_beyond = [&](Index i, Index step) {
        for (i += step; i >= 0 && i < n; i += step) {
            if (!unicode::has(s[i], unicode::kCaseIgnorable)) return unicode::has(s[i], unicode::kCased);
        }
        return false;
    };
    return cased_beyond(at, -1) && !cased_beyond(at, 1);
}

void append_case(StrBuilder& out, Case which, uint32_t c) {
    if (c < 0x80) {
        bool up = which == Case::Upper || which == Case::Title;
        auto ascii = static_cast<uint8_t>(c);
        out.append(uint32_t{up ? ascii_to_upper(ascii) : ascii_to_lower(ascii)});
        return;
    }
    uint32_t mapped[unicode::kMaxCaseExpansion];
    unsigned count = unicode::full_case(which, c, mapped);
    for (unsigned i = 0; i < count; ++i) out.append(mapped[i]);
}
template <class C>
void append_lower(StrBuilder& out, const C* s, Index n, Index i) {
    if (s[i] == kSigma) {
        out.append(is_final_sigma(s, n, i) ? kFinalSigma : kSmallSigma);
    } else {
        append_case(out, Case::Lower, s[i]);
    }
}

// each(out, s, n, i) appends what character i becomes.
template <class F>
Result<Ref<Str>> map_text(Attached ts, Str& s, F each) {
    StrBuilder out(s.length);
    with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) each(out, p, s.length, i);
    });
    return out.finish(ts);
}

}  // namespace

Result<Ref<Str>> str_lower(Attached ts, Str& s) {
    if (s.state.ascii) return map_ascii(ts, s, [](uint8_t c, Index) { return ascii_to_lower(c); });
    return map_text(ts, s, [](StrBuilder& out, auto* p, Index n, Index i) { append_lower(out, p, n, i); });
}

Result<Ref<Str>> str_upper(Attached ts, Str& s) {
    if (s.state.ascii) return map_ascii(ts, s, [](uint8_t c, Index) { return ascii_to_upper(c); });
    return map_text(ts, s,
                    [](StrBuilder& out, auto* p, Index, Index i) { append_case(out, Case::Upper, p[i]); });
}

Result<Ref<Str>> str_casefold(Attached ts, Str& s) {
    if (s.state.ascii) return str_lower(ts, s);
    return map_text(ts, s,
                    [](StrBuilder& out, auto* p, Index, Index i) { append_case(out, Case::Fold, p[i]); });
}

Result<Ref<Str>> str_capitalize(Attached ts, Str& s) {
    if (s.state.ascii) {
        return map_ascii(ts, s,
                         [](uint8_t c, Index i) { return i == 0 ? ascii_to_upper(c) : ascii_to_lower(c); });
    }
    return map_text(ts, s, [](StrBuilder& out, auto* p, Index n, Index i) {
        if (i == 0) {
            append_case(out, Case::Title, p[0]);
        } else {
            append_lower(out, p, n, i);
        }
    });
}

Result<Ref<Str>> str_swapcase(Attached ts, Str& s) {
    if (s.state.ascii) {
        return map_ascii(ts, s, [](uint8_t c, Index) {
            return ascii_is_upper(c) ? ascii_to_lower(c) : ascii_to_upper(c);
        });
    }
    return map_text(ts, s, [](StrBuilder& out, auto* p, Index n, Index i) {
        uint32_t c = p[i];
        if (unicode::is_upper(c)) {
            append_lower(out, p, n, i);
        } else if (unicode::is_lower(c)) {
            append_case(out, Case::Upper, c);
        } else {
            out.append(c);
        }
    });
}

Result<Ref<Str>> str_title(Attached ts, Str& s) {
    bool in_word = false;
    return map_text(ts, s, [&](StrBuilder& out, auto* p, Index n, Index i) {
        if (in_word) {
            append_lower(out, p, n, i);
        } else {
            append_case(out, Case::Title, p[i]);
        }
        in_word = unicode::has(p[i], unicode::kCased);
    });
}

Result<Ref<Str>> str_repr(Attached ts, Str& s) {
    bool single = str_find_char(s, '\'', 0, s.length) >= 0;
    char quote = single && str_find_char(s, '"', 0, s.length) < 0 ? '"' : '\'';
    StrBuilder out(s.length + 2);
    out.append(quote);
    with_text(s, [&]<class C>(const C* p) {
        auto is_plain = [quote](uint32_t c) {
            if (c < 0x7F) return c >= 0x20 && c != '\\' && c != static_cast<uint32_t>(quote);
            return c >= 0xA0 && unicode::is_printable(c);
        };
        for (Index i = 0; i < s.length;) {
            Index run = i;
            while (run < s.length && is_plain(p[run])) ++run;
            if (run > i) {
                out.append_range(s, i, run);
                i = run;
                continue;
            }
            uint32_t c = p[i++];
            if (c == static_cast<uint32_t>(quote)) {
                out.append('\\');
                out.append(quote);
            } else {
                out.append_ascii(CharEscape::of(c));
            }
        }
    });
    out.append(quote);
    return out.finish(ts);
}

Result<Ref<Str>> str_ascii_escape(Attached ts, Str& s) {
    if (s.state.ascii) return str_exact(ts, s);
    StrBuilder out(s.length + 16);
    with_text(s, [&](auto* p) {
        for (Index i = 0; i < s.length; ++i) {
            if (p[i] < 0x80) {
                out.append(static_cast<char>(p[i]));
            } else {
                out.append_ascii(CharEscape::by_number(p[i]));
            }
        }
    });
    return out.finish(ts);
}

}  // namespace baton
