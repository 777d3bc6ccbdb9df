// What methods of bytes do to plain bytes: no objects but for their results and errors.
#pragma once
#include "runtime/types/bytes_builder.h"
#include "runtime/unicode_search.h"

namespace baton {

inline bool is_ascii_upper(uint8_t c) {
    return static_cast<uint8_t>(c - 'A') < 26;
}
inline bool is_ascii_lower(uint8_t c) {
    return static_cast<uint8_t>(c - 'a') < 26;
}
inline bool is_ascii_alpha(uint8_t c) {
    return is_ascii_upper(static_cast<uint8_t>(c & ~0x20));
}
inline bool is_ascii_digit(uint8_t c) {
    return static_cast<uint8_t>(c - '0') < 10;
}
inline bool is_ascii_alnum(uint8_t c) {
    return is_ascii_alpha(c) || is_ascii_digit(c);
}
inline uint8_t ascii_lower(uint8_t c) {
    return static_cast<uint8_t>(is_ascii_upper(c) ? c | 0x20 : c);
}
inline uint8_t ascii_upper(uint8_t c) {
    return static_cast<uint8_t>(is_ascii_lower(c) ? c & ~0x20 : c);
}

// Positions within s; start and end are adjusted (start may lie beyond the end). -1: not there.
Index bytes_find(std::string_view s, std::string_view sub, Index start, Index end);
Index bytes_rfind(std::string_view s, std::string_view sub, Index start, Index end);
Index bytes_count(std::string_view s, std::string_view sub, Index start, Index end);
// False: there is nothing to replace and `out` is untouched. A result beyond memory makes out.failed().
bool bytes_replace(std::string_view s, std::string_view from, std::string_view to, Index max_count,
                   BytesBuilder& out);
std::string_view strip_view(std::string_view s, std::string_view remove, bool left, bool right);
void expand_tabs(std::string_view s, Index tabsize, BytesBuilder& out);
void repeat_into(std::string_view s, Index count, char* out);
bool is_titled(std::string_view s);

template <class Right, class Wrong>
bool one_case(std::string_view s, Right right, Wrong wrong) {
    bool found = false;
    for (char c : s) {
        if (wrong(static_cast<uint8_t>(c))) return false;
        found = found || right(static_cast<uint8_t>(c));
    }
    return found;
}

// bytes.hex and its like: `separator` a str or bytes of one ASCII character (null: none) after every `group`
// bytes, counted from the end, or from the start when negative.
Result<Ref<Str>> bytes_hex(Attached ts, std::string_view data, Object* separator, Index group);
Result<void> parse_hex_bytes(Attached ts, Str& text, BytesBuilder& out);

}  // namespace baton
