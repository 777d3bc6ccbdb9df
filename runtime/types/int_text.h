// Python ints as text, both ways, in bases 2 to 36.
//
// Invariants. Reading is two steps, so that the caller can allocate its object in between: scan() decides
// what the text means and how many digits it needs, read() fills them. Text is ASCII: the caller has replaced
// Unicode decimal digits and white space. Writing emits digits only; sign and prefix are the caller's.
//
// Callers. Anyone, attached or not. The digit limit (`limit`, 0 for none) is sys.set_int_max_str_digits().
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "runtime/text_number_buffer.h"
#include "runtime/types/int_digits.h"

namespace baton::digits {

// Numbers shorter than this are never subject to the limit.
inline constexpr int kMaxStrDigitsThreshold = 640;
inline constexpr int kDefaultMaxStrDigits = 4300;

struct IntScan {
    enum class Status { Ok, Invalid, OverLimit };
    Status status = Status::Invalid;
    bool negative = false;
    int base = 10;
    std::string_view text;          // the digits and underscores, without leading zeros
    std::size_t digit_count = 0;    // digits in `text`
    std::size_t written_count = 0;  // digits with leading zeros, which is what the limit counts
};

// `base` is 0 or 2..36. White space around the number is accepted. The whole text must be a number.
IntScan scan(std::string_view text, int base, int limit);
inline bool is_power_of_two(int base) {
    return (base & (base - 1)) == 0;
}

// Digits needed by read().
std::size_t read_capacity(const IntScan& scan);
[[nodiscard]] bool read(Out out, std::size_t& n, const IntScan& scan);

enum class WriteStatus { Ok, OverLimit, NoMemory };
// Appends the digits of `a` in lower case ("0" for zero).
WriteStatus write(TextBuffer& out, In a, int base, int limit);

struct DigitValues {
    unsigned char of[256];
    constexpr DigitValues() : of() {
        for (int c = 0; c < 256; ++c) {
            of[c] = static_cast<unsigned char>(c >= '0' && c <= '9'   ? c - '0'
                                               : c >= 'a' && c <= 'z' ? c - 'a' + 10
                                               : c >= 'A' && c <= 'Z' ? c - 'A' + 10
                                                                      : 99);
        }
    }
};
inline constexpr DigitValues kDigitValues;
// The value of a digit character in base 36, or 99.
inline int digit_value(char c) {
    return kDigitValues.of[static_cast<unsigned char>(c)];
}

}  // namespace baton::digits
