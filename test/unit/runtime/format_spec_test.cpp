#include <catch2/catch.hpp>

#include <cmath>
#include <string>

#include "runtime/format_spec.h"

namespace baton {
namespace {

struct IntRow {
    int value;
    const char *spec, *text;
};
struct FloatRow {
    double value;
    const char *spec, *text;
};
struct ComplexRow {
    double real, imaginary;
    const char *spec, *text;
};
// Taken from the reference interpreter; '!' begins the text of an error.
constexpr IntRow kInts[] = {
    {255, "#010x", "0x000000ff"},
    {255, "#_b", "0b1111_1111"},
    {-1234567, ",", "-1,234,567"},
    {1234567, "_", "1_234_567"},
    {123, "08,", "0,000,123"},
    {123, "07,", "000,123"},
    {0, "05,", "0,000"},
    {42, "*^7", "**42***"},
    {42, "+", "+42"},
    {42, " d", " 42"},
    {-42, "=6", "-   42"},
    {42, "<6", "42    "},
    {65, "5c", "    A"},
    {65, "+c", "!Sign not allowed with integer format specifier 'c'"},
    {-1, "c", "!%c arg not in range(0x110000)"},
    {1114112, "c", "!%c arg not in range(0x110000)"},
    {3, ".2", "!Precision not allowed in integer format specifier"},
    {3, "zd", "!Negative zero coercion (z) not allowed in integer format specifier"},
    {3, "dd", "!Invalid format specifier"},
    {3, "5.", "!Format specifier missing precision"},
    {3, ",_", "!Cannot specify both ',' and '_'."},
    {3, "_,", "!Cannot specify both ',' and '_'."},
    {3, ",x", "!Cannot specify ',' with 'x'."},
    {3, "s", "!Unknown format code 's' for object of type 'int'"},
    {3, "\x01", "!Unknown format code '\\x1' for object of type 'int'"},
    {3, "99999999999999999999", "!Too many decimal digits in format string"},
    {255, "X", "FF"},
    {255, "#X", "0XFF"},
    {8, "#o", "0o10"},
    {-5, "#b", "-0b101"},
    {5, "02_x", "05"},
    {1, ">>5", ">>>>1"},
};
constexpr FloatRow kFloats[] = {
    {3.14159, ".2f", "3.14"},
    {1234567.891, ",.2f", "1,234,567.89"},
    {1234567.0, "020,.2f", "0,000,001,234,567.00"},
    {0.5, "%", "50.000000%"},
    {-0.0001, "z.2f", "0.00"},
    {-0.0001, "+z.2f", "+0.00"},
    {1.0, "", "1.0"},
    {1.0, ".3", "1.0"},
    {123456.0, ".6", "1.23456e+05"},
    {1e+16, "", "1e+16"},
    {__builtin_nan(""), "010", "0000000nan"},
    {-HUGE_VAL, "+010", "-000000inf"},
    {3.0, "d", "!Unknown format code 'd' for object of type 'float'"},
    {3.0, ".2147483648f", "!precision too big"},
    {1.0, "#.0f", "1."},
    {1.5, "_.3", "1.5"},
    {12345.678, "e", "1.234568e+04"},
    {2.5, "^10", "   2.5    "},
};
constexpr ComplexRow kComplexes[] = {
    {1.0, 2.0, "", "(1+2j)"},
    {0.0, 1.0, "", "1j"},
    {0.0, 1.0, ".1f", "0.0+1.0j"},
    {1.0, 2.0, ">12", "      (1+2j)"},
    {1.0, 2.0, "012", "!Zero padding is not allowed in complex format specifier"},
    {1.0, 2.0, "=12", "!'=' alignment flag is not allowed in complex format specifier"},
    {1.0, 2.0, "%", "!Unknown format code '%' for object of type 'complex'"},
    {1.5, -2.5, "+.2e", "+1.50e+00-2.50e+00j"},
    {1234.0, 5678.0, ",", "(1,234+5,678j)"},
};

struct Sink {
    std::string text;
    void repeat(char32_t c, size_t n) { text.append(n, static_cast<char>(c)); }
    void ascii(std::string_view s) { text.append(s); }
};

int decimal(char32_t c) {
    return c >= '0' && c <= '9' ? static_cast<int>(c - '0') : -1;
}

template <class Layout>
std::string shown(const SpecFault& fault, const Layout& layout) {
    if (fault) return std::string("!") + fault.text;
    Sink sink;
    layout.write(sink);
    CHECK(sink.text.size() == layout.length());
    return sink.text;
}

SpecFault parse(FormatSpec& out, const char* text, char type) {
    const std::u32string wide(text, text + std::strlen(text));
    return parse_spec(out, wide, type, '>', decimal);
}

TEST_CASE("ints follow their format specifiers") {
    for (const IntRow& row : kInts) {
        CAPTURE(row.value, row.spec);
        FormatSpec spec;
        NumberLayout layout;
        SpecFault fault = parse(spec, row.spec, 'd');
        if (!fault && !is_int_type(spec.type)) fault = unknown_format_code(spec.type, "int");
        digits::Digit own[3];
        const size_t n = digits::from_uint64(own, static_cast<uint64_t>(std::abs(row.value)));
        if (!fault) fault = layout_int(layout, spec, {own, n}, row.value < 0, 0);
        CHECK(shown(fault, layout) == row.text);
    }
}

TEST_CASE("floats follow their format specifiers") {
    for (const FloatRow& row : kFloats) {
        CAPTURE(row.value, row.spec);
        FormatSpec spec;
        NumberLayout layout;
        SpecFault fault = parse(spec, row.spec, '\0');
        if (!fault && spec.type != 0 && !is_float_type(spec.type))
            fault = unknown_format_code(spec.type, "float");
        if (!fault) fault = layout_float(layout, spec, row.value);
        CHECK(shown(fault, layout) == row.text);
    }
}

TEST_CASE("complex numbers follow their format specifiers") {
    for (const ComplexRow& row : kComplexes) {
        CAPTURE(row.real, row.imaginary, row.spec);
        FormatSpec spec;
        ComplexLayout layout;
        SpecFault fault = parse(spec, row.spec, '\0');
        if (!fault && spec.type != 0 && (!is_float_type(spec.type) || spec.type == '%')) {
            fault = unknown_format_code(spec.type, "complex");
        }
        if (!fault) fault = layout_complex(layout, spec, row.real, row.imaginary);
        CHECK(shown(fault, layout) == row.text);
    }
}

TEST_CASE("padding and zeros are counted, not made, before a layout is written") {
    FormatSpec spec;
    REQUIRE_FALSE(parse(spec, "0999999999999d", 'd'));
    NumberLayout layout;
    const digits::Digit one = 1;
    REQUIRE_FALSE(layout_int(layout, spec, {&one, 1}, false, 0));
    CHECK(layout.length() == 999999999999u);
}

}  // namespace
}  // namespace baton
