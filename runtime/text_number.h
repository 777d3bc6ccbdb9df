// Doubles as text, both ways, digit for digit what Python prints and reads; and the arithmetic on decimal
// places that depends on the same digits (rounding, hashing, hexadecimal form).
//
// Invariants. Everything is exact: digits come from the binary value, ties go to even, and nothing depends on
// the locale. Text read is ASCII: the caller has replaced Unicode decimal digits and white space.
//
// Callers. Anyone, attached or not; no Python object is touched.
#pragma once

#include <cstdint>
#include <string_view>

#include "runtime/text_number_buffer.h"

namespace baton {

// How format_double shapes its result; combined with |.
enum FloatStyle : unsigned {
    kFloatPlain = 0,
    kFloatSign = 1,       // a '+' on what is not negative
    kFloatAddDot0 = 2,    // a finite number never looks like an int
    kFloatAlternate = 4,  // '#': keep the point and trailing zeros
    kFloatNoNegZero = 8,  // 'z': what rounds to zero loses its sign
};

// Appends value as C's %e, %f, %g (also upper case), or as repr for code 'r' (precision is then ignored).
// CPython 3.11: PyOS_double_to_string (Python/pystrtod.c)
void format_double(TextBuffer& out, double value, char code, int precision, unsigned style);

// Reads the longest number (also inf, infinity, nan, in any case) that `text` begins with. Returns its
// length, 0 if there is none. No white space, no underscores.
std::size_t parse_double_prefix(std::string_view text, double& value);

enum class FloatParse { Ok, Invalid, NoMemory };
// float(text): white space around the number, single underscores between digits.
FloatParse parse_double(std::string_view text, double& value);
// Removes Python's digit-separating underscores; Invalid when one stands anywhere else.
FloatParse remove_underscores(TextBuffer& out, std::string_view text);

// float.hex and float.fromhex.
void format_hex(TextBuffer& out, double value);
enum class HexParse { Ok, Invalid, Overflow };
HexParse parse_hex(std::string_view text, double& value);

// round(value, places), correctly rounded in decimal; value is finite. Infinite on overflow.
double round_to_places(double value, std::int64_t places);

// |value| == mantissa * 2**exponent with an odd mantissa (0 for zero); value is finite.
void split_double(double value, std::uint64_t& mantissa, int& exponent);

// hash(float); value is not NaN, whose hash is that of the object's address.
std::int64_t hash_double(double value);

}  // namespace baton
