#include <catch2/catch.hpp>

#include <cmath>
#include <string>

#include "runtime/text_number.h"

namespace baton {
namespace {

struct FormatRow {
    double value;
    char code;
    int precision;
    unsigned style;
    const char* text;
};
// Taken from the reference interpreter.
constexpr FormatRow kFormats[] = {
    {0.1, 'r', 0, 2, "0.1"},
    {1e+16, 'r', 0, 2, "1e+16"},
    {1000000000000000.0, 'r', 0, 2, "1000000000000000.0"},
    {1.2345678901234568e+17, 'r', 0, 2, "1.2345678901234568e+17"},
    {0.0001, 'r', 0, 2, "0.0001"},
    {1e-05, 'r', 0, 2, "1e-05"},
    {5e-324, 'r', 0, 2, "5e-324"},
    {1.7976931348623157e+308, 'r', 0, 2, "1.7976931348623157e+308"},
    {-0.0, 'r', 0, 2, "-0.0"},
    {2.0, 'r', 0, 2, "2.0"},
    {HUGE_VAL, 'r', 0, 2, "inf"},
    {__builtin_nan(""), 'r', 0, 2, "nan"},
    {0.5, 'f', 0, 0, "0"},
    {1.5, 'f', 0, 0, "2"},
    {2.5, 'f', 0, 0, "2"},
    {-0.0005, 'f', 3, 0, "-0.001"},
    {2.675, 'f', 2, 0, "2.67"},
    {0.1, 'f', 20, 0, "0.10000000000000000555"},
    {12345.678, 'e', 6, 0, "1.234568e+04"},
    {1.5, 'e', 0, 0, "2e+00"},
    {1.5, 'e', 0, 4, "2.e+00"},
    {100000.0, 'g', 6, 0, "100000"},
    {1000000.0, 'g', 6, 0, "1e+06"},
    {1e-05, 'g', 6, 0, "1e-05"},
    {1.0, 'g', 6, 4, "1.00000"},
    {1234.0, 'g', 3, 0, "1.23e+03"},
    {0.1, 'g', 10, 0, "0.1"},
    {3.25, 'f', 1, 1, "+3.2"},
    {HUGE_VAL, 'g', 6, 1, "+inf"},
    {1e-100, 'E', 6, 0, "1.000000E-100"},
    {__builtin_nan(""), 'G', 6, 0, "NAN"},
    {1e+22, 'f', 0, 0, "10000000000000000000000"},
    {1e-300, 'e', 25, 0, "1.0000000000000000250590918e-300"},
};

TEST_CASE("doubles print as repr and % print them") {
    for (const FormatRow& row : kFormats) {
        TextBuffer out;
        format_double(out, row.value, row.code, row.precision, row.style);
        CHECK(std::string(out.view()) == row.text);
    }
}

TEST_CASE("precision beyond any double's digits is filled with zeros") {
    TextBuffer out;
    format_double(out, 0.5, 'f', 3000, kFloatPlain);
    CHECK(out.size() == 3002);
    CHECK(out.view().substr(0, 4) == "0.50");
    CHECK(out.view().find_last_not_of('0') == 2);
}

TEST_CASE("what rounds to zero loses its sign only when asked to") {
    for (const bool z : {false, true}) {
        TextBuffer out;
        format_double(out, -0.001, 'f', 2, z ? kFloatNoNegZero : kFloatPlain);
        CHECK(out.view() == (z ? "0.00" : "-0.00"));
    }
}

TEST_CASE("float texts parse by Python's rules") {
    const auto value = [](std::string_view text) {
        double v = -1;
        CAPTURE(text);
        REQUIRE(parse_double(text, v) == FloatParse::Ok);
        return v;
    };
    CHECK(value(" 1_0.5e-1 ") == 1.05);
    CHECK(value("1.") == 1.0);
    CHECK(value(".5") == 0.5);
    CHECK(value("-Infinity") == -HUGE_VAL);
    CHECK(std::isnan(value("NaN")));
    CHECK(value("1e400") == HUGE_VAL);
    CHECK(value("1e-400") == 0.0);
    CHECK(value("0e99999999999999999999999") == 0.0);
    CHECK(value("1e-99999999999999999999999") == 0.0);
    CHECK(value("0." + std::string(500, '0') + "1e501") == 1.0);
    CHECK(value("2.2250738585072011e-308") == 2.2250738585072011e-308);
    double v;
    for (const char* bad : {"", " ", ".", "e5", "1e", "1_", "_1", "1__0", "1_.5", "1._5", "1e_5", "0x1",
                            "infx", "+-1", "1 2"}) {
        CAPTURE(bad);
        CHECK(parse_double(bad, v) == FloatParse::Invalid);
    }
}

TEST_CASE("hexadecimal notation is exact and rounds half to even") {
    TextBuffer out;
    format_hex(out, -0.1);
    CHECK(out.view() == "-0x1.999999999999ap-4");
    out.clear();
    format_hex(out, 5e-324);
    CHECK(out.view() == "0x0.0000000000001p-1022");
    double v;
    REQUIRE(parse_hex(" 0x1.fffffffffffff8p0 ", v) == HexParse::Ok);
    CHECK(v == 2.0);
    REQUIRE(parse_hex("0x0.8p-1074", v) == HexParse::Ok);
    CHECK(v == 0.0);
    REQUIRE(parse_hex("0x0.80000001p-1074", v) == HexParse::Ok);
    CHECK(v == 5e-324);
    CHECK(parse_hex("0x1p1024", v) == HexParse::Overflow);
    CHECK(parse_hex("0x1p", v) == HexParse::Invalid);
    CHECK(parse_hex("0x", v) == HexParse::Invalid);
}

TEST_CASE("rounding to decimal places looks at the exact value") {
    CHECK(round_to_places(2.675, 2) == 2.67);
    CHECK(round_to_places(0.5, 0) == 0.0);
    CHECK(round_to_places(25.0, -1) == 20.0);
    CHECK(round_to_places(35.0, -1) == 40.0);
    CHECK(round_to_places(50.0, -2) == 0.0);
    CHECK(round_to_places(50.000000001, -2) == 100.0);
    CHECK(std::signbit(round_to_places(-1.0, -5)));
    CHECK(std::isinf(round_to_places(1.7e308, -308)));
    CHECK(round_to_places(1e-320, 400) == 1e-320);
}

TEST_CASE("equal numbers hash alike") {
    CHECK(hash_double(1.0) == 1);
    CHECK(hash_double(-1.0) == -2);
    CHECK(hash_double(0.5) == 1152921504606846976);
    CHECK(hash_double(std::ldexp(1.0, 61)) == 1);
    CHECK(hash_double(HUGE_VAL) == 314159);
}

}  // namespace
}  // namespace baton
