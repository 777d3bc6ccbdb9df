#include "vm/modules/sre_chars.h"

#include <cctype>

#include "runtime/unicode_data.h"
#include "vm/modules/sre.h"

namespace baton {

namespace sre {

static bool is_ascii_digit(uint32_t c) {
    return c - '0' < 10;
}
static bool is_ascii_space(uint32_t c) {
    return c == ' ' || c - 9 < 5;
}
bool is_ascii_word(uint32_t c) {
    return c < 128 && (std::isalnum(static_cast<int>(c)) != 0 || c == '_');
}
bool is_locale_word(uint32_t c) {
    return c < 256 && (std::isalnum(static_cast<int>(c)) != 0 || c == '_');
}
bool is_unicode_word(uint32_t c) {
    if (c < 128) return is_ascii_word(c);
    const auto& r = unicode::record(c);
    return unicode::is_alpha(c) || r.decimal >= 0 || r.digit >= 0 || unicode::has(c, unicode::kNumeric);
}

bool in_category(uint32_t category, uint32_t c) {
    switch (category) {
        case 0:
            return is_ascii_digit(c);
        case 1:
            return !is_ascii_digit(c);
        case 2:
            return is_ascii_space(c);
        case 3:
            return !is_ascii_space(c);
        case 4:
            return is_ascii_word(c);
        case 5:
            return !is_ascii_word(c);
        case 6:
            return is_newline(c);
        case 7:
            return !is_newline(c);
        case 8:
            return is_locale_word(c);
        case 9:
            return !is_locale_word(c);
        case 10:
            return unicode::record(c).decimal >= 0;
        case 11:
            return unicode::record(c).decimal < 0;
        case 12:
            return unicode::is_space(c);
        case 13:
            return !unicode::is_space(c);
        case 14:
            return is_unicode_word(c);
        case 15:
            return !is_unicode_word(c);
        case 16:
            return unicode::has(c, unicode::kLineBreak);
        case 17:
            return !unicode::has(c, unicode::kLineBreak);
        default:
            return false;
    }
}

static uint32_t upper_unicode(uint32_t c) {
    return unicode::simple_case(unicode::Case::Upper, c);
}
uint32_t lower_locale(uint32_t c) {
    return c < 256 ? static_cast<uint32_t>(std::tolower(static_cast<int>(c))) : c;
}
uint32_t upper_locale(uint32_t c) {
    return c < 256 ? static_cast<uint32_t>(std::toupper(static_cast<int>(c))) : c;
}

bool in_set(const uint32_t* set, uint32_t c) {
    bool ok = true;
    for (;;) {
        switch (*set++) {
            case kFailure:
                return !ok;
            case kLiteral:
                if (c == *set) return ok;
                ++set;
                break;
            case kCategory:
                if (in_category(*set, c)) return ok;
                ++set;
                break;
            case kCharset:
                if (c < 256 && (set[c / 32] >> (c & 31) & 1) != 0) return ok;
                set += 8;
                break;
            case kRange:
                if (set[0] <= c && c <= set[1]) return ok;
                set += 2;
                break;
            case kRangeUniIgnore: {
                if (set[0] <= c && c <= set[1]) return ok;
                const uint32_t up = upper_unicode(c);
                if (set[0] <= up && up <= set[1]) return ok;
                set += 2;
                break;
            }
            case kNegate:
                ok = !ok;
                break;
            case kBigCharset: {
                // A table of block numbers by the high byte, then the blocks as sets of bits.
                const uint32_t count = *set++;
                if (c < 65536) {
                    const uint32_t block = reinterpret_cast<const unsigned char*>(set)[c >> 8];
                    const uint32_t* bits = set + 64 + block * 8;
                    if ((bits[(c & 255) / 32] >> (c & 31) & 1) != 0) return ok;
                }
                set += 64 + count * 8;
                break;
            }
            default:
                return false;  // not a set: the pattern was not made by re._compiler
        }
    }
}

bool in_set_locale(const uint32_t* set, uint32_t c) {
    const uint32_t low = lower_locale(c), up = upper_locale(c);
    return in_set(set, low) || (up != low && in_set(set, up));
}
bool equal_locale(uint32_t pattern, uint32_t c) {
    return c == pattern || lower_locale(c) == pattern || upper_locale(c) == pattern;
}

}  // namespace sre

bool sre_iscased_ascii(uint32_t c) {
    return c < 128 && std::isalpha(static_cast<int>(c)) != 0;
}
bool sre_iscased_unicode(uint32_t c) {
    const uint32_t low = sre_lower_unicode(c);
    return c != low || c != unicode::simple_case(unicode::Case::Upper, c);
}
uint32_t sre_lower_ascii(uint32_t c) {
    return c - 'A' < 26 ? c + 32 : c;
}
uint32_t sre_lower_unicode(uint32_t c) {
    if (c < 128) return sre_lower_ascii(c);
    return unicode::simple_case(unicode::Case::Lower, c);
}

}  // namespace baton
