// CharEscape: a character as a backslash escape. What every repr, codec and error text writes for what it
// does not show.
//
// No state, no allocation: the text is in the value itself. Callers: anybody.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace baton {

class CharEscape {
  public:
    // \xhh, \uhhhh or \Uhhhhhhhh, whichever is the shortest that has room for c.
    static constexpr CharEscape by_number(uint32_t c) {
        CharEscape e;
        int digits = c < 0x100 ? 2 : c < 0x10000 ? 4 : 8;
        e.put(digits == 2 ? 'x' : digits == 4 ? 'u' : 'U');
        while (digits-- > 0) e.put("0123456789abcdef"[c >> (4 * digits) & 15]);
        return e;
    }
    // As by_number, but tab, line feed, carriage return and the backslash by a letter of their own.
    static constexpr CharEscape of(uint32_t c) {
        char letter = c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == '\\' ? '\\' : 0;
        if (!letter) return by_number(c);
        CharEscape e;
        e.put(letter);
        return e;
    }
    constexpr operator std::string_view() const { return {text_, size_}; }

  private:
    constexpr void put(char c) { text_[size_++] = c; }

    char text_[10] = {'\\'};
    size_t size_ = 1;
};

}  // namespace baton
