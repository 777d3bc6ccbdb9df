#include "runtime/format_spec.h"

#include <climits>
#include <clocale>
#include <cmath>
#include <cstring>
#include <cwchar>

#include <fmt/format.h>

#include "runtime/text_number.h"
#include "runtime/types/int_text.h"

namespace baton {

namespace {

template <class... Args>
SpecFault fault(SpecFault::Kind kind, fmt::format_string<Args...> text, Args&&... args) {
    SpecFault result;
    result.kind = kind;
    *fmt::format_to_n(result.text, sizeof result.text - 1, text, std::forward<Args>(args)...).out = '\0';
    return result;
}

template <class... Args>
SpecFault value_fault(fmt::format_string<Args...> text, Args&&... args) {
    return fault(SpecFault::Kind::ValueError, text, std::forward<Args>(args)...);
}

bool is_alignment(char32_t c) {
    return c == '<' || c == '>' || c == '=' || c == '^';
}
bool is_printable_ascii(char32_t c) {
    return c > 32 && c < 128;
}

struct Cursor {
    std::u32string_view text;
    std::size_t at = 0;
    char32_t peek(std::size_t ahead = 0) const { return at + ahead < text.size() ? text[at + ahead] : 0; }
    bool take(char32_t c) {
        if (at == text.size() || text[at] != c) return false;
        ++at;
        return true;
    }
    std::size_t left() const { return text.size() - at; }
};

// Digits read into `value`, which stays -1 when there are none. False when the number is too large.
bool take_number(Cursor& in, std::int64_t& value, DecimalValue decimal) {
    std::int64_t number = 0;
    const std::size_t start = in.at;
    for (; in.at < in.text.size(); ++in.at) {
        const int digit = decimal(in.text[in.at]);
        if (digit < 0) break;
        if (number > (PTRDIFF_MAX - digit) / 10) return false;
        number = number * 10 + digit;
    }
    if (in.at != start) value = number;
    return true;
}

std::size_t mark_length(const char32_t* mark) {
    std::size_t n = 0;
    while (mark[n] != 0) ++n;
    return n;
}

}  // namespace

SpecFault unknown_format_code(char32_t type, std::string_view type_name) {
    if (is_printable_ascii(type)) {
        return value_fault("Unknown format code '{}' for object of type '{}'", static_cast<char>(type),
                           type_name);
    }
    return value_fault("Unknown format code '\\x{:x}' for object of type '{}'", static_cast<unsigned>(type),
                       type_name);
}

SpecFault parse_spec(FormatSpec& spec, std::u32string_view text, char default_type, char default_align,
                     DecimalValue decimal) {
    spec = FormatSpec{};
    spec.align = default_align;
    spec.type = static_cast<unsigned char>(default_type);
    Cursor in{text};
    bool fill_given = false;
    bool align_given = false;
    if (in.left() >= 2 && is_alignment(in.peek(1))) {
        spec.fill = in.peek();
        spec.align = static_cast<char>(in.peek(1));
        fill_given = align_given = true;
        in.at += 2;
    } else if (is_alignment(in.peek())) {
        spec.align = static_cast<char>(in.peek());
        align_given = true;
        ++in.at;
    }
    if (in.peek() == '+' || in.peek() == '-' || in.peek() == ' ')
        spec.sign = static_cast<char>(text[in.at++]);
    spec.no_negative_zero = in.take('z');
    spec.alternate = in.take('#');
    if (!fill_given && in.take('0')) {
        spec.fill = '0';
        if (!align_given && default_align == '>') spec.align = '=';
    }
    if (!take_number(in, spec.width, decimal)) return value_fault("Too many decimal digits in format string");
    if (in.take(',')) spec.grouping = ',';
    if (in.peek() == '_') {
        if (spec.grouping != 0) return value_fault("Cannot specify both ',' and '_'.");
        spec.grouping = '_';
        ++in.at;
    }
    if (in.peek() == ',' && spec.grouping == '_') return value_fault("Cannot specify both ',' and '_'.");
    if (in.take('.')) {
        if (!take_number(in, spec.precision, decimal))
            return value_fault("Too many decimal digits in format string");
        if (spec.precision < 0) return value_fault("Format specifier missing precision");
    }
    if (in.left() > 1) return fault(SpecFault::Kind::InvalidSpecifier, "Invalid format specifier");
    if (in.left() == 1) spec.type = in.peek();

    if (spec.grouping != 0) {
        const char32_t t = spec.type;
        const bool decimal_type = t == 0 || t == 'd' || is_float_type(t);
        const bool binary_type = t == 'b' || t == 'o' || t == 'x' || t == 'X';
        if (!decimal_type && !(binary_type && spec.grouping == '_')) {
            if (is_printable_ascii(t)) {
                return value_fault("Cannot specify '{}' with '{}'.", spec.grouping, static_cast<char>(t));
            }
            return value_fault("Cannot specify '{}' with '\\x{:x}'.", spec.grouping,
                               static_cast<unsigned>(t));
        }
    }
    return {};
}

Padding padding_for(const FormatSpec& spec, std::size_t length) {
    const std::size_t width = spec.width > 0 ? static_cast<std::size_t>(spec.width) : 0;
    if (width <= length) return {};
    const std::size_t total = width - length;
    const std::size_t left = spec.align == '>' ? total : spec.align == '^' ? total / 2 : 0;
    return {left, total - left};
}

// What separates thousands and where the fraction begins, in the C library's current locale.
struct NumberLayout::Locale {
    const char* sizes;
    static void decode(char32_t (&mark)[kMaxMark + 1], const char* text) {
        std::mbstate_t state{};
        std::size_t n = 0;
        for (std::size_t left = std::strlen(text); left > 0 && n < kMaxMark;) {
            wchar_t c = 0;
            const std::size_t used = std::mbrtowc(&c, text, left, &state);
            if (used == 0 || used > left) break;
            mark[n++] = static_cast<char32_t>(c);
            text += used;
            left -= used;
        }
        mark[n] = 0;
    }
};

std::size_t NumberLayout::fixed_length() const {
    return (sign_ != 0) + prefix_length_ + mark_length(point_) + tail_.size() + character_present_;
}

std::size_t NumberLayout::body_length() const {
    return fixed_length() + grouped_length_;
}

// Fills grouped_ from the right: digits, then zeros as far as min_width asks, a ',' between groups. `sizes`
// is as in struct lconv: one group size per byte, the last one repeating, CHAR_MAX ending the grouping.
void NumberLayout::group(std::string_view digits, const char* sizes, std::int64_t min_width) {
    const auto separator = static_cast<std::int64_t>(mark_length(separator_));
    std::int64_t remaining = static_cast<std::int64_t>(digits.size());
    std::size_t end = grouped_.size();
    std::int64_t length = 0;
    char previous = 0;
    const char* size = sizes;
    // Written backwards, reversed below.
    for (bool first = true;; first = false) {
        std::int64_t most = remaining > min_width ? remaining : min_width;
        if (most < 1) most = 1;
        std::int64_t take = most;
        const char wanted = *size != 0 ? *size : previous;
        if (wanted > 0 && wanted != CHAR_MAX && wanted < most) take = wanted;
        if (*size != 0) {
            previous = *size;
            ++size;
        }
        if (!first) {
            grouped_.append(',');
            length += separator;
        }
        const std::int64_t copied = take < remaining ? take : remaining;
        for (std::int64_t i = 0; i < copied; ++i)
            grouped_.append(digits[static_cast<std::size_t>(--remaining)]);
        if (take > copied) grouped_.append(static_cast<std::size_t>(take - copied), '0');
        if (!grouped_.ok()) return;
        length += take;
        min_width -= take;
        if (remaining <= 0 && min_width <= 0) break;
        min_width -= separator;
    }
    grouped_length_ = static_cast<std::size_t>(length);
    char* text = grouped_.data();
    for (std::size_t a = end, b = grouped_.size(); a + 1 < b; ++a) {
        --b;
        const char c = text[a];
        text[a] = text[b];
        text[b] = c;
    }
}

void NumberLayout::pad(const FormatSpec& spec) {
    fill_ = spec.fill;
    const Padding padding = padding_for(spec, body_length());
    left_ = padding.left;
    right_ = padding.right;
    if (spec.align == '=') {
        inner_ = right_;
        right_ = 0;
    }
}

void NumberLayout::build(const FormatSpec& spec, std::string_view text, std::string_view prefix,
                         bool use_locale) {
    bool negative = false;
    if (!text.empty() && text[0] == '-') {
        negative = true;
        text.remove_prefix(1);
    }
    sign_ = negative ? '-' : spec.sign == '+' ? '+' : spec.sign == ' ' ? ' ' : '\0';
    prefix_length_ = prefix.size();
    for (std::size_t i = 0; i < prefix.size(); ++i) prefix_[i] = prefix[i];

    // In a base above ten all of it is digits; a fraction or exponent follows only decimal digits.
    std::size_t count = 0;
    if (spec.type == 'x' || spec.type == 'X') {
        count = text.size();
    } else {
        while (count < text.size() && text[count] >= '0' && text[count] <= '9') ++count;
    }
    const std::string_view digits = text.substr(0, count);
    std::string_view tail = text.substr(count);
    const char* sizes = "";
    if (!tail.empty() && tail[0] == '.') {
        tail.remove_prefix(1);
        point_[0] = U'.';
        point_[1] = 0;
    }
    if (use_locale) {
        const lconv* conventions = localeconv();
        Locale::decode(separator_, conventions->thousands_sep);
        if (point_[0] != 0) Locale::decode(point_, conventions->decimal_point);
        sizes = conventions->grouping;
    } else if (spec.grouping != 0) {
        separator_[0] = static_cast<char32_t>(spec.grouping);
        const bool binary = spec.type == 'b' || spec.type == 'o' || spec.type == 'x' || spec.type == 'X';
        sizes = spec.grouping == '_' && binary ? "\4" : "\3";
    }
    tail_.append(tail);
    if (!digits.empty() && *sizes == 0) {
        grouped_.append(digits);
        grouped_length_ = digits.size();
    } else if (!digits.empty()) {
        // Zeros that get separators belong to the number; without separators they are plain padding.
        const bool zero_fill = spec.fill == '0' && spec.align == '=' && *sizes != 0;
        const std::int64_t min_width = zero_fill ? spec.width - static_cast<std::int64_t>(fixed_length()) : 0;
        group(digits, sizes, min_width);
    }
    pad(spec);
}

void NumberLayout::build_character(const FormatSpec& spec, char32_t character) {
    character_ = character;
    character_present_ = true;
    pad(spec);
}

char32_t NumberLayout::max_char() const {
    char32_t widest = 'z';
    if ((left_ | right_ | inner_) != 0 && fill_ > widest) widest = fill_;
    for (const char32_t* c = separator_; *c != 0; ++c) widest = *c > widest ? *c : widest;
    for (const char32_t* c = point_; *c != 0; ++c) widest = *c > widest ? *c : widest;
    return character_present_ && character_ > widest ? character_ : widest;
}

SpecFault layout_int(NumberLayout& layout, const FormatSpec& spec, digits::In magnitude, bool negative,
                     int limit) {
    if (spec.precision >= 0) return value_fault("Precision not allowed in integer format specifier");
    if (spec.no_negative_zero) {
        return value_fault("Negative zero coercion (z) not allowed in integer format specifier");
    }
    if (spec.type == 'c') {
        if (spec.sign != 0) return value_fault("Sign not allowed with integer format specifier 'c'");
        if (spec.alternate) {
            return value_fault("Alternate form (#) not allowed with integer format specifier 'c'");
        }
        std::uint64_t value;
        if (!digits::to_uint64(magnitude, value) || value > static_cast<std::uint64_t>(LONG_MAX) + negative) {
            return fault(SpecFault::Kind::OverflowError, "Python int too large to convert to C long");
        }
        if ((negative && value != 0) || value > 0x10ffff) {
            return fault(SpecFault::Kind::OverflowError, "%c arg not in range(0x110000)");
        }
        layout.build_character(spec, static_cast<char32_t>(value));
        return {};
    }
    int base = 10;
    std::string_view prefix;
    switch (spec.type) {
        case 'b':
            base = 2, prefix = "0b";
            break;
        case 'o':
            base = 8, prefix = "0o";
            break;
        case 'x':
            base = 16, prefix = "0x";
            break;
        case 'X':
            base = 16, prefix = "0X";
            break;
        default:
            break;
    }
    TextBuffer text;
    if (negative) text.append('-');
    switch (digits::write(text, magnitude, base, limit)) {
        case digits::WriteStatus::Ok:
            break;
        case digits::WriteStatus::OverLimit:
            return fault(SpecFault::Kind::OverLimit, "");
        case digits::WriteStatus::NoMemory:
            return fault(SpecFault::Kind::NoMemory, "");
    }
    if (spec.type == 'X') {
        for (std::size_t i = 0; i < text.size(); ++i) {
            char& c = text.data()[i];
            if (c >= 'a') c = static_cast<char>(c - 32);
        }
    }
    layout.build(spec, text.view(), spec.alternate ? prefix : std::string_view(), spec.type == 'n');
    return layout.ok() ? SpecFault{} : fault(SpecFault::Kind::NoMemory, "");
}

namespace {

// How the spec of a float or complex number turns into format_double's terms.
struct FloatForm {
    char code = 'r';
    int precision = 0;
    unsigned style = kFloatPlain;
    bool percent = false;
};

SpecFault float_form(FloatForm& form, const FormatSpec& spec, bool dot_0) {
    if (spec.precision > INT_MAX) return value_fault("precision too big");
    form.code = static_cast<char>(spec.type);
    form.precision = 6;
    if (spec.alternate) form.style |= kFloatAlternate;
    if (spec.no_negative_zero) form.style |= kFloatNoNegZero;
    if (spec.type == 0) {
        if (dot_0) form.style |= kFloatAddDot0;
        form.code = 'r';
        form.precision = 0;
    } else if (spec.type == 'n') {
        form.code = 'g';
    } else if (spec.type == '%') {
        form.code = 'f';
        form.percent = true;
    }
    if (spec.precision >= 0) {
        form.precision = static_cast<int>(spec.precision);
        if (form.code == 'r') form.code = 'g';
    }
    return {};
}

SpecFault no_memory_unless(bool ok) {
    return ok ? SpecFault{} : fault(SpecFault::Kind::NoMemory, "");
}

}  // namespace

SpecFault layout_float(NumberLayout& layout, const FormatSpec& spec, double value) {
    FloatForm form;
    if (SpecFault bad = float_form(form, spec, true)) return bad;
    TextBuffer text;
    format_double(text, form.percent ? value * 100 : value, form.code, form.precision, form.style);
    if (form.percent) text.append('%');
    if (!text.ok()) return no_memory_unless(false);
    layout.build(spec, text.view(), {}, spec.type == 'n');
    return no_memory_unless(layout.ok());
}

SpecFault layout_complex(ComplexLayout& layout, const FormatSpec& spec, double real, double imaginary) {
    FloatForm form;
    if (spec.precision > INT_MAX) return value_fault("precision too big");
    if (spec.fill == '0') return value_fault("Zero padding is not allowed in complex format specifier");
    if (spec.align == '=')
        return value_fault("'=' alignment flag is not allowed in complex format specifier");
    if (SpecFault bad = float_form(form, spec, false)) return bad;
    if (spec.type == 0) {
        layout.with_real = real != 0.0 || std::signbit(real);
        layout.parentheses = layout.with_real;
    }
    FormatSpec part = spec;
    part.fill = 0;
    part.align = '<';
    part.width = -1;
    TextBuffer text;
    if (layout.with_real) {
        format_double(text, real, form.code, form.precision, form.style);
        if (!text.ok()) return no_memory_unless(false);
        layout.real.build(part, text.view(), {}, spec.type == 'n');
        part.sign = '+';
        text.clear();
    }
    format_double(text, imaginary, form.code, form.precision, form.style);
    if (!text.ok()) return no_memory_unless(false);
    layout.imaginary.build(part, text.view(), {}, spec.type == 'n');
    layout.fill = spec.fill;
    layout.padding = {};
    layout.padding = padding_for(spec, layout.length());
    return no_memory_unless(layout.ok());
}

SpecFault check_string_spec(const FormatSpec& spec) {
    if (spec.sign == ' ') return value_fault("Space not allowed in string format specifier");
    if (spec.sign != 0) return value_fault("Sign not allowed in string format specifier");
    if (spec.no_negative_zero)
        return value_fault("Negative zero coercion (z) not allowed in string format specifier");
    if (spec.alternate) return value_fault("Alternate form (#) not allowed in string format specifier");
    if (spec.align == '=') return value_fault("'=' alignment not allowed in string format specifier");
    return {};
}

}  // namespace baton
