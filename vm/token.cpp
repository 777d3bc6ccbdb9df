#include "vm/token.h"

#include <array>
#include <cstring>

namespace baton::ast {

namespace {

struct Keyword {
    std::string_view text;
    Tok type;
};

constexpr Keyword kKeywords[] = {
#define TOKEN(name, text)
#define OPERATOR(name, text)
#define KEYWORD(name, text) {text, Tok::name},
#include "vm/token.def"
};

constexpr size_t kShortest = 2;
constexpr size_t kLongest = 8;
constexpr size_t kTableSize = 256;

constexpr uint32_t slot_of(const char* text, size_t size, uint32_t factor) {
    uint32_t key = static_cast<unsigned char>(text[0]) + (static_cast<unsigned char>(text[1]) << 8) +
                   (static_cast<unsigned char>(text[size - 1]) << 16) + (static_cast<uint32_t>(size) << 24);
    return (key * factor) >> 24;
}

constexpr bool is_perfect(uint32_t factor) {
    std::array<bool, kTableSize> used{};
    for (const Keyword& k : kKeywords) {
        uint32_t slot = slot_of(k.text.data(), k.text.size(), factor);
        if (used[slot]) return false;
        used[slot] = true;
    }
    return true;
}

constexpr uint32_t find_factor() {
    uint32_t factor = 2654435761u;
    while (!is_perfect(factor)) factor = (factor * 1664525u + 1013904223u) | 1u;
    return factor;
}

constexpr uint32_t kFactor = find_factor();

constexpr std::array<Keyword, kTableSize> make_table() {
    std::array<Keyword, kTableSize> table{};
    for (const Keyword& k : kKeywords) table[slot_of(k.text.data(), k.text.size(), kFactor)] = k;
    return table;
}

constexpr std::array<Keyword, kTableSize> kTable = make_table();

constexpr std::string_view kTexts[] = {
#define TOKEN(name, text) text,
#include "vm/token.def"
};

}  // namespace

std::string_view token_text(Tok type) {
    return kTexts[static_cast<size_t>(type)];
}

Tok keyword_or_name(const char* text, size_t size) {
    if (size < kShortest || size > kLongest) return Tok::Name;
    const Keyword& k = kTable[slot_of(text, size, kFactor)];
    if (k.text.size() == size && std::memcmp(k.text.data(), text, size) == 0) return k.type;
    return Tok::Name;
}

}  // namespace baton::ast
