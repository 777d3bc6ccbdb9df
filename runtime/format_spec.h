// The format mini-language ("{:>10,.2f}") and the layout of what it formats.
//
// Invariants. parse_spec reports exactly CPython 3.11's errors, in its order. A NumberLayout holds a finished
// number in pieces: padding is only counted, so that a caller can size its string before it emits. Nothing
// here allocates except through TextBuffer, whose failure becomes SpecFault::NoMemory.
//
// Callers. Anyone, attached or not; no Python object is touched. localeconv() is read for type 'n' only.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/text_number_buffer.h"
#include "runtime/types/int_digits.h"

namespace baton {

// Why a specifier or a value cannot be formatted. The text is CPython's, complete, except for
// InvalidSpecifier: there the caller adds the specifier and the type name.
struct SpecFault {
    enum class Kind { None, ValueError, OverflowError, InvalidSpecifier, OverLimit, NoMemory };
    Kind kind = Kind::None;
    char text[112];  // set with every kind but None
    SpecFault() {}   // leaves the text alone: nearly every fault is none
    explicit operator bool() const { return kind != Kind::None; }
};

struct FormatSpec {
    char32_t fill = ' ';
    char align = '<';  // one of < > = ^
    char sign = 0;     // '+', '-', ' ' or 0
    bool no_negative_zero = false;
    bool alternate = false;
    char grouping = 0;            // ',', '_' or 0
    std::int64_t width = -1;      // -1: none given
    std::int64_t precision = -1;  // -1: none given
    char32_t type = 0;            // 0: none given (and no default)
};

// The value 0..9 of a character that is a decimal digit in any script, or -1.
using DecimalValue = int (*)(char32_t);

// Parses a whole specifier. default_type and default_align are what the formatted type prescribes.
SpecFault parse_spec(FormatSpec& spec, std::u32string_view text, char default_type, char default_align,
                     DecimalValue decimal);

// "Unknown format code 'x' for object of type 'int'".
SpecFault unknown_format_code(char32_t type, std::string_view type_name);

// Number of fill characters left and right of `length` characters of text.
struct Padding {
    std::size_t left = 0;
    std::size_t right = 0;
};
Padding padding_for(const FormatSpec& spec, std::size_t length);

// One formatted number, ready to be written from left to right.
class NumberLayout {
  public:
    // `text` is an optional '-', digits, an optional point and a tail ("e+20", "%", "inf"). prefix ("0x")
    // goes between sign and digits. The result depends on sign, fill, align, width and grouping of the spec.
    void build(const FormatSpec& spec, std::string_view text, std::string_view prefix, bool use_locale);
    // A single character in place of a number (type 'c').
    void build_character(const FormatSpec& spec, char32_t character);

    bool ok() const { return grouped_.ok() && tail_.ok(); }
    std::size_t length() const { return left_ + right_ + inner_ + body_length(); }
    // The widest character that write() emits, to choose a string kind.
    char32_t max_char() const;

    // Sink: repeat(char32_t, size_t), ascii(std::string_view).
    template <class Sink>
    void write(Sink& sink) const {
        if (left_ != 0) sink.repeat(fill_, left_);
        if (sign_ != 0) sink.repeat(static_cast<unsigned char>(sign_), 1);
        sink.ascii(std::string_view(prefix_, prefix_length_));
        if (inner_ != 0) sink.repeat(fill_, inner_);
        if (separator_[0] == U',' && separator_[1] == 0) {
            sink.ascii(grouped_.view());
        } else {
            std::string_view rest = grouped_.view();
            for (std::size_t at; (at = rest.find(',')) != rest.npos; rest.remove_prefix(at + 1)) {
                sink.ascii(rest.substr(0, at));
                for (const char32_t* c = separator_; *c != 0; ++c) sink.repeat(*c, 1);
            }
            sink.ascii(rest);
        }
        for (const char32_t* c = point_; *c != 0; ++c) sink.repeat(*c, 1);
        sink.ascii(tail_.view());
        if (character_present_) sink.repeat(character_, 1);
        if (right_ != 0) sink.repeat(fill_, right_);
    }

  private:
    static constexpr std::size_t kMaxMark = 8;
    struct Locale;

    std::size_t body_length() const;
    std::size_t fixed_length() const;
    void group(std::string_view digits, const char* sizes, std::int64_t min_width);
    void pad(const FormatSpec& spec);

    std::size_t left_ = 0, right_ = 0, inner_ = 0;
    std::size_t grouped_length_ = 0;
    char32_t fill_ = ' ';
    char sign_ = 0;
    char prefix_[2] = {};
    std::size_t prefix_length_ = 0;
    TextBuffer grouped_;  // ',' stands for the separator
    TextBuffer tail_;
    char32_t separator_[kMaxMark + 1] = {U',', 0};
    char32_t point_[kMaxMark + 1] = {};
    char32_t character_ = 0;
    bool character_present_ = false;
};

// format(int, spec) for the integer types b c d n o x X (a type of 0 counts as 'd').
SpecFault layout_int(NumberLayout& layout, const FormatSpec& spec, digits::In magnitude, bool negative,
                     int limit);
// format(float, spec) for the types e E f F g G n % and none.
SpecFault layout_float(NumberLayout& layout, const FormatSpec& spec, double value);

// A formatted complex number: padding, "(", real, imaginary, "j", ")", padding.
struct ComplexLayout {
    NumberLayout real, imaginary;
    bool with_real = true;
    bool parentheses = false;
    Padding padding;
    char32_t fill = ' ';

    bool ok() const { return real.ok() && imaginary.ok(); }
    std::size_t length() const {
        return padding.left + padding.right + 1 + 2 * parentheses + (with_real ? real.length() : 0) +
               imaginary.length();
    }
    template <class Sink>
    void write(Sink& sink) const {
        if (padding.left != 0) sink.repeat(fill, padding.left);
        if (parentheses) sink.ascii("(");
        if (with_real) real.write(sink);
        imaginary.write(sink);
        sink.ascii(parentheses ? "j)" : "j");
        if (padding.right != 0) sink.repeat(fill, padding.right);
    }
};
SpecFault layout_complex(ComplexLayout& layout, const FormatSpec& spec, double real, double imaginary);

// Checks what format(str, spec) allows; the text is then spec.precision characters and padding_for().
SpecFault check_string_spec(const FormatSpec& spec);

// True for the types that make format(int, …) format a float instead.
inline bool is_float_type(char32_t type) {
    return type < 128 && type != 0 &&
           std::string_view("eEfFgG%").find(static_cast<char>(type)) != std::string_view::npos;
}
inline bool is_int_type(char32_t type) {
    return type == 0 || (type < 128 &&
                         std::string_view("bcdnoxX").find(static_cast<char>(type)) != std::string_view::npos);
}

}  // namespace baton
