#include "runtime/types/int_text.h"

#include <bit>
#include <charconv>
#include <cmath>

#include "runtime/types/int_limbs.h"

namespace baton::digits {

namespace {

bool is_space(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
}

// Per base: how many digits always fit in 64 bits, and the power of the base that many digits count to.
struct Word {
    int digits = 0;
    std::uint64_t power = 1;
};
struct Words {
    Word of[37];
    constexpr Words() : of() {
        for (unsigned base = 2; base <= 36; ++base) {
            for (Word& w = of[base]; w.power <= ~std::uint64_t{0} / base; ++w.digits) w.power *= base;
        }
    }
};
constexpr Words kWords;

double bits_per_digit(int base) {
    return base == 10 ? 3.3219280948873626 : std::log2(base);
}

// From this many digits on, GMP's subquadratic reader wins.
constexpr std::size_t kGmpReadDigits = 600;

}  // namespace

IntScan scan(std::string_view text, int base, int limit) {
    IntScan result;
    std::size_t at = 0;
    while (at < text.size() && is_space(text[at])) ++at;
    if (at < text.size() && (text[at] == '+' || text[at] == '-')) result.negative = text[at++] == '-';

    const auto peek = [&](std::size_t i) { return i < text.size() ? text[i] : '\0'; };
    const char mark = static_cast<char>(peek(at + 1) | 0x20);
    bool must_be_zero = false;
    if (base == 0) {
        base = 10;
        if (peek(at) == '0') {
            base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
            // "0777" reads like an octal number of old; only zero may be written so.
            must_be_zero = base == 10;
        }
    }
    result.base = base;
    if (peek(at) == '0' &&
        ((base == 16 && mark == 'x') || (base == 8 && mark == 'o') || (base == 2 && mark == 'b'))) {
        at += 2;
        if (peek(at) == '_') ++at;
    }
    if (peek(at) == '_') return result;

    const std::size_t start = at;
    std::size_t first = text.size();  // the first digit that is not zero
    char previous = '\0';
    for (; at < text.size(); previous = text[at++]) {
        if (text[at] == '_') {
            if (previous == '_') return result;
            continue;
        }
        if (digit_value(text[at]) >= base) break;
        ++result.written_count;
        if (first == text.size() && text[at] != '0') first = at;
        if (first != text.size()) ++result.digit_count;
    }
    const std::size_t end = at;
    if (previous == '_' || end == start) return result;
    while (at < text.size() && is_space(text[at])) ++at;
    const bool limited = !is_power_of_two(base) && limit > 0 &&
                         result.written_count > kMaxStrDigitsThreshold &&
                         result.written_count > static_cast<std::size_t>(limit);
    if (limited) {
        result.status = IntScan::Status::OverLimit;
        return result;
    }
    if (at != text.size() || (must_be_zero && result.digit_count != 0)) return result;
    if (first < end) result.text = text.substr(first, end - first);
    result.status = IntScan::Status::Ok;
    return result;
}

std::size_t read_capacity(const IntScan& scan) {
    if (scan.digit_count <= static_cast<std::size_t>(kWords.of[scan.base].digits)) return 3;
    const double bits = static_cast<double>(scan.digit_count) * bits_per_digit(scan.base);
    return static_cast<std::size_t>(bits / kDigitBits) + 2;
}

namespace {

// The digits of `text` from `at` on, up to as many as fit in a word: their value, and base**(digits taken).
Word take_word(std::string_view text, std::size_t& at, int base, std::uint64_t& value) {
    const int most = kWords.of[base].digits;
    const auto factor = static_cast<std::uint64_t>(base);
    Word taken;
    value = 0;
    for (; at < text.size() && taken.digits < most; ++at) {
        if (text[at] == '_') continue;
        value = value * factor + static_cast<std::uint64_t>(digit_value(text[at]));
        ++taken.digits;
        taken.power *= factor;
    }
    return taken;
}

}  // namespace

bool read(Out out, std::size_t& n, const IntScan& scan) {
    std::uint64_t value;
    std::size_t at = 0;
    if (scan.digit_count <= static_cast<std::size_t>(kWords.of[scan.base].digits)) {
        take_word(scan.text, at, scan.base, value);
        n = from_uint64(out, value);
        return true;
    }
    const std::size_t limbs =
        static_cast<std::size_t>(static_cast<double>(scan.digit_count) * bits_per_digit(scan.base) / 64) + 2;
    Scratch<mp_limb_t, 64> words(limbs);
    if (!words) return false;
    if (scan.digit_count < kGmpReadDigits) {
        mp_size_t used = 0;
        while (at < scan.text.size()) {
            const Word taken = take_word(scan.text, at, scan.base, value);
            mp_limb_t carry = used > 0 ? mpn_mul_1(words.data(), words.data(), used, taken.power) : 0;
            if (used > 0) carry += mpn_add_1(words.data(), words.data(), used, value);
            if (used == 0) carry = value;
            if (carry != 0) words[static_cast<std::size_t>(used++)] = carry;
        }
        n = unpack(out, words.data(), static_cast<std::size_t>(used));
        return true;
    }
    Scratch<unsigned char, 1024> values(scan.digit_count);
    if (!values || !memory_available(std::uint64_t{6} * limbs * sizeof(mp_limb_t))) return false;
    std::size_t count = 0;
    for (char c : scan.text) {
        if (c != '_') values[count++] = static_cast<unsigned char>(digit_value(c));
    }
    const mp_size_t used = mpn_set_str(words.data(), values.data(), count, scan.base);
    n = unpack(out, words.data(), static_cast<std::size_t>(used));
    return true;
}

WriteStatus write(TextBuffer& out, In a, int base, int limit) {
    const bool limited = limit > 0 && !is_power_of_two(base);
    std::uint64_t word;
    if (to_uint64(a, word)) {
        char* at = out.extend(64);
        if (at == nullptr) return WriteStatus::NoMemory;
        char* end = std::to_chars(at, at + 64, word, base).ptr;
        out.truncate(out.size() - static_cast<std::size_t>(at + 64 - end));
        return WriteStatus::Ok;
    }
    // At least this many digits: refuse before doing quadratic work.
    const double least = static_cast<double>(bit_length(a) - 1) / bits_per_digit(base);
    if (limited && least > kMaxStrDigitsThreshold && least > limit + 1.0) return WriteStatus::OverLimit;

    Scratch<mp_limb_t, 64> limbs(limb_capacity(a.size()) + 1);
    if (!limbs) return WriteStatus::NoMemory;
    const std::size_t count = pack(limbs.data(), a);
    const std::size_t before = out.size();
    const std::size_t room =
        static_cast<std::size_t>(static_cast<double>(bit_length(a)) / bits_per_digit(base)) + 3;
    char* text = out.extend(room);
    if (text == nullptr || !memory_available(std::uint64_t{6} * count * sizeof(mp_limb_t))) {
        return WriteStatus::NoMemory;
    }
    auto* values = reinterpret_cast<unsigned char*>(text);
    const std::size_t length = mpn_get_str(values, base, limbs.data(), static_cast<mp_size_t>(count));
    std::size_t zeros = 0;
    while (zeros + 1 < length && values[zeros] == 0) ++zeros;
    for (std::size_t i = zeros; i < length; ++i)
        text[i - zeros] = "0123456789abcdefghijklmnopqrstuvwxyz"[values[i]];
    const std::size_t written = length - zeros;
    out.truncate(before + written);
    if (limited && written > kMaxStrDigitsThreshold && written > static_cast<std::size_t>(limit)) {
        out.truncate(before);
        return WriteStatus::OverLimit;
    }
    return WriteStatus::Ok;
}

}  // namespace baton::digits
