#include "runtime/text_number.h"

#include <bit>
#include <charconv>
#include <cmath>

#include "runtime/types/int_digits.h"

namespace baton {

namespace {

// No double has a significant decimal digit further right than this; the rest are zeros.
constexpr int kMaxPlaces = 1100;
constexpr std::size_t kRoom = 1500;

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}
char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

std::string_view strip(std::string_view text) {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
    while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
    return text;
}

bool starts_with_word(std::string_view text, std::string_view word) {
    if (text.size() < word.size()) return false;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (lower(text[i]) != word[i]) return false;
    }
    return true;
}

// Significant decimal digits without trailing zeros; the value is 0.d1d2d3… * 10**point.
struct Decimal {
    char digits[kRoom];
    int count = 0;
    int point = 0;
};

// Takes apart "d.ddde±xx".
void split_scientific(Decimal& decimal, const char* first, const char* last) {
    const char* at = first;
    for (; at != last && *at != 'e'; ++at) {
        if (*at != '.') decimal.digits[decimal.count++] = *at;
    }
    ++at;
    if (at != last && *at == '+') ++at;
    int exponent = 0;
    std::from_chars(at, last, exponent);
    while (decimal.count > 1 && decimal.digits[decimal.count - 1] == '0') --decimal.count;
    decimal.point = exponent + 1;
}

// `significant` digits correctly rounded, or the fewest that read back as the value when it is 0.
void to_decimal(Decimal& decimal, double magnitude, int significant) {
    char text[kRoom];
    std::to_chars_result end;
    if (significant == 0) {
        end = std::to_chars(text, text + kRoom, magnitude, std::chars_format::scientific);
    } else {
        const int places = significant - 1 < kMaxPlaces ? significant - 1 : kMaxPlaces;
        end = std::to_chars(text, text + kRoom, magnitude, std::chars_format::scientific, places);
    }
    split_scientific(decimal, text, end.ptr);
}

void append_exponent(TextBuffer& out, int exponent, bool upper) {
    out.append(upper ? 'E' : 'e');
    out.append(exponent < 0 ? '-' : '+');
    if (exponent < 0) exponent = -exponent;
    if (exponent < 10) out.append('0');
    char text[8];
    out.append(std::string_view(text, std::to_chars(text, text + 8, exponent).ptr));
}

// %g and repr: digits laid out with or without an exponent.
void append_general(TextBuffer& out, const Decimal& decimal, int precision, bool shortest, unsigned style,
                    bool upper) {
    const bool dot_0 = (style & kFloatAddDot0) != 0;
    const bool alternate = (style & kFloatAlternate) != 0;
    const bool with_exponent =
        decimal.point <= -4 || decimal.point > (shortest ? 16 : precision - (dot_0 ? 1 : 0));
    int wanted = decimal.count;  // digits shown, counting from the first significant one
    if (alternate && !shortest && precision > wanted) wanted = precision;
    const int point = with_exponent ? 1 : decimal.point;
    if (wanted < point) wanted = point;
    if (!with_exponent && dot_0 && wanted <= point) wanted = (point > 0 ? point : 0) + 1;

    const auto digit = [&](int i) { return i < decimal.count ? decimal.digits[i] : '0'; };
    if (point <= 0) {
        out.append("0.");
        out.append(static_cast<std::size_t>(-point), '0');
        for (int i = 0; i < wanted && i < decimal.count; ++i) out.append(digit(i));
        if (wanted > decimal.count) out.append(static_cast<std::size_t>(wanted - decimal.count), '0');
    } else {
        for (int i = 0; i < point; ++i) out.append(digit(i));
        if (wanted > point || alternate) out.append('.');
        for (int i = point; i < wanted && i < decimal.count; ++i) out.append(digit(i));
        const int zeros = wanted - (decimal.count > point ? decimal.count : point);
        if (zeros > 0) out.append(static_cast<std::size_t>(zeros), '0');
    }
    if (with_exponent) append_exponent(out, decimal.point - 1, upper);
}

bool all_zero(const char* first, const char* last) {
    for (; first != last && *first != 'e'; ++first) {
        if (*first != '0' && *first != '.') return false;
    }
    return true;
}

// Rounds mantissa (whose low end is followed by `sticky` bits) times 2**exponent to a double, ties to even.
double assemble(std::uint64_t mantissa, bool sticky, std::int64_t exponent) {
    if (mantissa == 0) return 0.0;
    const int width = std::bit_width(mantissa);
    const std::int64_t top = width + exponent;  // as frexp counts
    if (top > 1024) return HUGE_VAL;
    std::int64_t precision = top < -1021 ? top + 1074 : 53;
    if (precision < 0) return 0.0;
    const int drop = width - static_cast<int>(precision);
    if (drop <= 0) return std::ldexp(static_cast<double>(mantissa), static_cast<int>(exponent));
    const std::uint64_t kept = drop >= 64 ? 0 : mantissa >> drop;
    const std::uint64_t rest = drop >= 64 ? mantissa : mantissa & ((std::uint64_t{1} << drop) - 1);
    const std::uint64_t half = std::uint64_t{1} << (drop - 1);
    const bool up = rest > half || (rest == half && (sticky || (kept & 1) != 0));
    return std::ldexp(static_cast<double>(kept + up), static_cast<int>(exponent + drop));
}

}  // namespace

void format_double(TextBuffer& out, double value, char code, int precision, unsigned style) {
    const bool upper = code >= 'A' && code <= 'Z';
    code = lower(code);
    const std::size_t sign_at = out.size();
    if (std::signbit(value) && !std::isnan(value)) {
        out.append('-');
    } else if ((style & kFloatSign) != 0) {
        out.append('+');
    }
    if (!std::isfinite(value)) {
        out.append(std::isnan(value) ? (upper ? "NAN" : "nan") : (upper ? "INF" : "inf"));
        return;
    }
    const double magnitude = std::fabs(value);
    bool zero;
    if (code == 'r' || code == 'g') {
        if (code == 'g' && precision == 0) precision = 1;
        Decimal decimal;
        to_decimal(decimal, magnitude, code == 'r' ? 0 : precision);
        zero = decimal.digits[0] == '0';
        append_general(out, decimal, precision, code == 'r', style, upper);
    } else {
        char text[kRoom];
        const int places = precision < kMaxPlaces ? precision : kMaxPlaces;
        const auto form = code == 'e' ? std::chars_format::scientific : std::chars_format::fixed;
        const char* end = std::to_chars(text, text + kRoom, magnitude, form, places).ptr;
        zero = all_zero(text, end);
        const char* split = end;
        if (code == 'e') {
            while (split[-1] != 'e') --split;
            --split;
        }
        out.append(std::string_view(text, split));
        if (precision == 0 && (style & kFloatAlternate) != 0) out.append('.');
        if (precision > places) out.append(static_cast<std::size_t>(precision - places), '0');
        if (code == 'e') {
            if (upper) text[split - text] = 'E';
            out.append(std::string_view(split, end));
        }
    }
    if (zero && (style & kFloatNoNegZero) != 0 && std::signbit(value) && out.ok()) {
        if ((style & kFloatSign) != 0) {
            out.data()[sign_at] = '+';
        } else {
            std::memmove(out.data() + sign_at, out.data() + sign_at + 1, out.size() - sign_at - 1);
            out.truncate(out.size() - 1);
        }
    }
}

std::size_t parse_double_prefix(std::string_view text, double& value) {
    std::size_t at = 0;
    bool negative = false;
    if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
        negative = text[0] == '-';
        at = 1;
    }
    const std::string_view rest = text.substr(at);
    if (starts_with_word(rest, "inf")) {
        value = negative ? -HUGE_VAL : HUGE_VAL;
        return at + (starts_with_word(rest, "infinity") ? 8 : 3);
    }
    if (starts_with_word(rest, "nan")) {
        value = std::copysign(__builtin_nan(""), negative ? -1.0 : 1.0);
        return at + 3;
    }

    const std::size_t start = at;
    // The power of ten of the first significant digit, to tell overflow from underflow.
    std::int64_t magnitude = 0;
    bool significant = false;
    bool any = false;
    for (; at < text.size() && is_digit(text[at]); ++at) {
        any = true;
        significant |= text[at] != '0';
        magnitude += significant;
    }
    if (at < text.size() && text[at] == '.') {
        ++at;
        for (; at < text.size() && is_digit(text[at]); ++at) {
            any = true;
            if (significant) continue;
            if (text[at] == '0') {
                --magnitude;
            } else {
                significant = true;
            }
        }
    }
    if (!any) return 0;
    std::int64_t exponent = 0;
    if (at < text.size() && lower(text[at]) == 'e') {
        std::size_t ahead = at + 1;
        bool minus = false;
        if (ahead < text.size() && (text[ahead] == '+' || text[ahead] == '-')) minus = text[ahead++] == '-';
        if (ahead < text.size() && is_digit(text[ahead])) {
            constexpr std::int64_t kHuge = std::int64_t{1} << 60;
            for (; ahead < text.size() && is_digit(text[ahead]); ++ahead) {
                if (exponent < kHuge / 10 - 10) exponent = exponent * 10 + (text[ahead] - '0');
            }
            if (minus) exponent = -exponent;
            at = ahead;
        }
    }
    double parsed = 0.0;
    if (significant) {
        // Far outside the range the answer is known, and the reader need not cope with absurd exponents.
        const std::int64_t power = magnitude + exponent;
        if (power > 400) {
            parsed = HUGE_VAL;
        } else if (power >= -400) {
            const auto result = std::from_chars(text.data() + start, text.data() + at, parsed);
            if (result.ec == std::errc::result_out_of_range) parsed = power > 0 ? HUGE_VAL : 0.0;
        }
    }
    value = negative ? -parsed : parsed;
    return at;
}

FloatParse remove_underscores(TextBuffer& out, std::string_view text) {
    char previous = '\0';
    for (char c : text) {
        if (c == '_') {
            if (!is_digit(previous)) return FloatParse::Invalid;
        } else {
            if (previous == '_' && !is_digit(c)) return FloatParse::Invalid;
            out.append(c);
        }
        previous = c;
    }
    if (previous == '_') return FloatParse::Invalid;
    return out.ok() ? FloatParse::Ok : FloatParse::NoMemory;
}

FloatParse parse_double(std::string_view text, double& value) {
    text = strip(text);
    TextBuffer without;
    if (text.find('_') != text.npos) {
        const FloatParse status = remove_underscores(without, text);
        if (status != FloatParse::Ok) return status;
        text = without.view();
    }
    return !text.empty() && parse_double_prefix(text, value) == text.size() ? FloatParse::Ok
                                                                            : FloatParse::Invalid;
}

void format_hex(TextBuffer& out, double value) {
    if (!std::isfinite(value)) {
        format_double(out, value, 'r', 0, kFloatPlain);
        return;
    }
    const std::uint64_t bits = std::bit_cast<std::uint64_t>(value);
    const int biased = static_cast<int>((bits >> 52) & 0x7ff);
    const std::uint64_t fraction = bits & ((std::uint64_t{1} << 52) - 1);
    if (std::signbit(value)) out.append('-');
    if (value == 0.0) {
        out.append("0x0.0p+0");
        return;
    }
    out.append(biased == 0 ? "0x0." : "0x1.");
    for (int shift = 48; shift >= 0; shift -= 4) out.append("0123456789abcdef"[(fraction >> shift) & 15]);
    const int exponent = biased == 0 ? -1022 : biased - 1023;
    out.append(exponent < 0 ? "p-" : "p+");
    char text[8];
    out.append(
        std::string_view(text, std::to_chars(text, text + 8, exponent < 0 ? -exponent : exponent).ptr));
}

HexParse parse_hex(std::string_view text, double& value) {
    text = strip(text);
    const auto hex = [](char c) {
        return is_digit(c) ? c - '0' : lower(c) >= 'a' && lower(c) <= 'f' ? lower(c) - 87 : -1;
    };
    std::string_view rest = text;
    bool negative = false;
    if (!rest.empty() && (rest[0] == '+' || rest[0] == '-')) {
        negative = rest[0] == '-';
        rest.remove_prefix(1);
    }
    if (starts_with_word(rest, "inf") || starts_with_word(rest, "nan")) {
        return parse_double_prefix(text, value) == text.size() ? HexParse::Ok : HexParse::Invalid;
    }
    if (starts_with_word(rest, "0x")) rest.remove_prefix(2);

    std::uint64_t mantissa = 0;
    bool sticky = false;
    bool any = false;
    bool point = false;
    std::int64_t exponent = 0;
    std::size_t at = 0;
    for (; at < rest.size(); ++at) {
        if (rest[at] == '.' && !point) {
            point = true;
            continue;
        }
        const int digit = hex(rest[at]);
        if (digit < 0) break;
        any = true;
        if (point) exponent -= 4;
        if (mantissa >> 60 == 0) {
            mantissa = mantissa << 4 | static_cast<unsigned>(digit);
        } else {
            sticky |= digit != 0;
            exponent += 4;
        }
    }
    if (!any) return HexParse::Invalid;
    if (at < rest.size() && lower(rest[at]) == 'p') {
        ++at;
        bool minus = false;
        if (at < rest.size() && (rest[at] == '+' || rest[at] == '-')) minus = rest[at++] == '-';
        if (at == rest.size() || !is_digit(rest[at])) return HexParse::Invalid;
        constexpr std::int64_t kHuge = std::int64_t{1} << 61;
        std::int64_t written = 0;
        for (; at < rest.size() && is_digit(rest[at]); ++at) {
            if (written < kHuge / 10 - 10) written = written * 10 + (rest[at] - '0');
        }
        exponent += minus ? -written : written;
    }
    const double magnitude = assemble(mantissa, sticky, exponent);
    if (std::isinf(magnitude)) return HexParse::Overflow;  // even when garbage follows, as in CPython
    if (at != rest.size()) return HexParse::Invalid;
    value = negative ? -magnitude : magnitude;
    return HexParse::Ok;
}

double round_to_places(double value, std::int64_t places) {
    // Beyond these bounds the value is its own rounding, or rounds to zero.
    if (places > 323 || value == 0.0) return value;
    if (places < -308) return 0.0 * value;
    char text[kRoom];
    const double magnitude = std::fabs(value);
    double rounded = 0.0;
    if (places >= 0) {
        const char* end =
            std::to_chars(text, text + kRoom, magnitude, std::chars_format::fixed, static_cast<int>(places))
                .ptr;
        std::from_chars(text, end, rounded);
    } else {
        Decimal exact;
        to_decimal(exact, magnitude, kMaxPlaces);
        // How many digits stand left of the rounding position.
        const int kept = exact.point + static_cast<int>(places);
        if (kept < 0) return std::copysign(0.0, value);
        if (kept == 0) {
            // Either zero or one unit: more than half of it must be there.
            const bool above = exact.digits[0] > '5' || (exact.digits[0] == '5' && exact.count > 1);
            if (!above) return std::copysign(0.0, value);
            char* at = text;
            *at++ = '1';
            *at++ = 'e';
            at = std::to_chars(at, text + kRoom, -places).ptr;
            if (std::from_chars(text, at, rounded).ec != std::errc()) rounded = HUGE_VAL;
        } else {
            const char* end =
                std::to_chars(text, text + kRoom, magnitude, std::chars_format::scientific, kept - 1).ptr;
            if (std::from_chars(text, end, rounded).ec != std::errc()) rounded = HUGE_VAL;
        }
    }
    return std::copysign(rounded, value);
}

void split_double(double value, std::uint64_t& mantissa, int& exponent) {
    const double fraction = std::frexp(std::fabs(value), &exponent);
    mantissa = static_cast<std::uint64_t>(std::ldexp(fraction, 53));
    if (mantissa == 0) {
        exponent = 0;
        return;
    }
    const int zeros = std::countr_zero(mantissa);
    mantissa >>= zeros;
    exponent += zeros - 53;
}

std::int64_t hash_double(double value) {
    if (std::isinf(value)) return value > 0 ? 314159 : -314159;
    std::uint64_t mantissa;
    int exponent;
    split_double(value, mantissa, exponent);
    constexpr int kBits = digits::kHashBits;
    constexpr std::uint64_t kModulus = digits::kHashModulus;
    // mantissa < 2**53, and a power of two modulo 2**61 - 1 is a rotation.
    const int turn = exponent >= 0 ? exponent % kBits : (kBits - 1) - (-1 - exponent) % kBits;
    std::uint64_t hash = mantissa % kModulus;
    if (turn != 0) hash = ((hash << turn) & kModulus) | (hash >> (kBits - turn));
    const std::int64_t signed_hash = static_cast<std::int64_t>(hash);
    if (value >= 0) return signed_hash;
    return signed_hash == 1 ? -2 : -signed_hash;
}

}  // namespace baton
