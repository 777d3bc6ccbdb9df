// The Unicode 14.0.0 character database: what each code point is and maps to.
//
// All data is constant and shared by every interpreter; the tables come from tools/gen_unicode.pl at
// build time. Every function is total: a code point above 0x10FFFF is answered like an unassigned one.
//
// Callers. Anybody, attached or not: nothing here touches an object, allocates or locks.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace baton::unicode {

inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;
inline constexpr std::string_view kVersion = "14.0.0";

// One bit per yes-or-no property; the order is the one gen_unicode.pl writes.
enum Flag : uint16_t {
    kAlpha = 1 << 0,      // category L*
    kLower = 1 << 1,      // derived property Lowercase
    kUpper = 1 << 2,      // derived property Uppercase
    kTitle = 1 << 3,      // category Lt
    kSpace = 1 << 4,      // category Zs, or bidi class WS, B or S
    kLineBreak = 1 << 5,  // ends a line for str.splitlines
    kPrintable = 1 << 6,
    kXidStart = 1 << 7,  // and '_'
    kXidContinue = 1 << 8,
    kCased = 1 << 9,
    kCaseIgnorable = 1 << 10,
    kMirrored = 1 << 11,
    kNumeric = 1 << 12,
    kInUnicode32 = 1 << 13,  // already assigned in Unicode 3.2.0 (unicodedata.ucd_3_2_0)
};

enum class Case : uint8_t { Upper, Lower, Title, Fold };
enum class Form : uint8_t { Nfc, Nfd, Nfkc, Nfkd };
enum class QuickCheck : uint8_t { Yes, Maybe, No };

struct UnicodeRecord {
    uint16_t flags;
    uint8_t category;
    uint8_t bidi;
    uint8_t combining;
    uint8_t width;
    int8_t decimal;  // -1: none
    int8_t digit;    // -1: none
    uint8_t numeric;
    uint8_t quick_check;  // two bits per Form
    uint16_t cases;
};

const UnicodeRecord& record(uint32_t c);

inline bool has(uint32_t c, Flag flag) {
    return (record(c).flags & flag) != 0;
}
inline bool is_alpha(uint32_t c) {
    return has(c, kAlpha);
}
inline bool is_lower(uint32_t c) {
    return has(c, kLower);
}
inline bool is_upper(uint32_t c) {
    return has(c, kUpper);
}
inline bool is_title(uint32_t c) {
    return has(c, kTitle);
}
inline bool is_space(uint32_t c) {
    return has(c, kSpace);
}
inline bool is_line_break(uint32_t c) {
    return has(c, kLineBreak);
}
inline bool is_printable(uint32_t c) {
    return has(c, kPrintable);
}
inline bool is_numeric(uint32_t c) {
    return has(c, kNumeric);
}
inline bool is_decimal(uint32_t c) {
    return record(c).decimal >= 0;
}
inline bool is_digit(uint32_t c) {
    return record(c).digit >= 0;
}
inline bool is_xid_start(uint32_t c) {
    return has(c, kXidStart);
}
inline bool is_xid_continue(uint32_t c) {
    return has(c, kXidContinue);
}
inline bool is_alnum(uint32_t c) {
    const UnicodeRecord& r = record(c);
    return (r.flags & (kAlpha | kNumeric)) != 0 || r.digit >= 0 || r.decimal >= 0;
}
inline int decimal_value(uint32_t c) {
    return record(c).decimal;
}  // -1: not a decimal digit
inline int digit_value(uint32_t c) {
    return record(c).digit;
}  // -1: not a digit
inline int combining_class(uint32_t c) {
    return record(c).combining;
}
double numeric_value(uint32_t c);  // -1.0 where is_numeric() is false

std::string_view category_name(uint32_t c);  // "Lu"
std::string_view bidi_name(uint32_t c);      // "AL"; empty for unassigned code points
std::string_view width_name(uint32_t c);     // East Asian width, "Na"

// The one-character mapping, which is what a regular expression compares by.
uint32_t simple_case(Case which, uint32_t c);
// The full mapping: writes up to three code points and says how many.
inline constexpr unsigned kMaxCaseExpansion = 3;
unsigned full_case(Case which, uint32_t c, uint32_t out[kMaxCaseExpansion]);

// The decomposition of one character as the database has it: one step, with its tag ("<compat>", or
// empty for a canonical one). No code points: the character does not decompose. Hangul is not in it.
struct Decomposition {
    std::string_view tag;
    const uint32_t* points;
    unsigned count;
};
Decomposition decomposition(uint32_t c);
uint32_t compose(uint32_t first, uint32_t second);  // 0: the pair has no primary composite
QuickCheck quick_check(Form form, uint32_t c);

// Normalisation (unicode_normalize.cpp), into a buffer that grows.
class PointBuffer {
  public:
    PointBuffer() = default;
    ~PointBuffer();
    PointBuffer(const PointBuffer&) = delete;
    PointBuffer& operator=(const PointBuffer&) = delete;

    [[nodiscard]] bool reserve(size_t capacity);  // false: out of memory
    [[nodiscard]] bool push(uint32_t c) {
        if (size_ == capacity_ && !reserve(capacity_ ? 2 * capacity_ : 64)) return false;
        data_[size_++] = c;
        return true;
    }
    void truncate(size_t size) { size_ = size; }
    uint32_t* data() { return data_; }
    const uint32_t* data() const { return data_; }
    size_t size() const { return size_; }

  private:
    uint32_t* data_ = nullptr;
    size_t size_ = 0;
    size_t capacity_ = 0;
};

// Replaces out's contents by the normalised text. False: out of memory. With `unicode_32`, by the rules of
// Unicode 3.2.
[[nodiscard]] bool normalize(Form form, const uint32_t* text, size_t size, PointBuffer& out,
                             bool unicode_32 = false);
// Yes and No are certain; Maybe means that only normalize() can tell.
QuickCheck quick_check(Form form, const uint32_t* text, size_t size);

// Names (unicode_names.cpp).
inline constexpr size_t kMaxNameLength = 256;
// Writes the name, without a final zero, and returns its length; 0 for characters without a name.
size_t character_name(uint32_t c, char out[kMaxNameLength]);
// Finds the characters of a name in any letter case, formal aliases and named sequences included;
// returns how many code points were written (one, except for sequences), 0: unknown.
inline constexpr unsigned kMaxSequence = 4;
unsigned find_character(std::string_view name, uint32_t out[kMaxSequence], bool with_sequences = true);

}  // namespace baton::unicode
