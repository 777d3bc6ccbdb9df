// Character names: unicodedata.name and lookup, \N{...}, the namereplace error handler.
#include <cstring>

#include "runtime/unicode_data.h"

namespace baton::unicode {
namespace {

struct NameAlias {
    const char* name;
    uint32_t point;
};

struct NamedSequence {
    const char* name;
    uint8_t count;
    uint32_t points[kMaxSequence];
};

#include "unicode_names.inc"

constexpr size_t kNameCount = sizeof(kNamePoints) / sizeof(kNamePoints[0]);
constexpr size_t kTableSize = sizeof(kNameTable) / sizeof(kNameTable[0]);
static_assert((kTableSize & (kTableSize - 1)) == 0);

// Names formed by a rule from the code point.
struct NameRange {
    uint32_t first;
    uint32_t last;
};
constexpr std::string_view kIdeographPrefix = "CJK UNIFIED IDEOGRAPH-";
constexpr NameRange kIdeographs[] = {{0x3400, 0x4DBF},   {0x4E00, 0x9FFF},   {0x20000, 0x2A6DF},
                                     {0x2A700, 0x2B738}, {0x2B740, 0x2B81D}, {0x2B820, 0x2CEA1},
                                     {0x2CEB0, 0x2EBE0}, {0x30000, 0x3134A}};
constexpr std::string_view kHangulPrefix = "HANGUL SYLLABLE ";
constexpr uint32_t kSBase = 0xAC00, kSCount = 11172;
constexpr std::string_view kLead[] = {"G",  "GG", "N", "D",  "DD", "R", "M", "B", "BB", "S",
                                      "SS", "",   "J", "JJ", "C",  "K", "T", "P", "H"};
constexpr std::string_view kVowel[] = {"A",  "AE", "YA", "YAE", "EO", "E",  "YEO", "YE", "O",  "WA", "WAE",
                                       "OE", "YO", "U",  "WEO", "WE", "WI", "YU",  "EU", "YI", "I"};
constexpr std::string_view kTrail[] = {"",   "G",  "GG", "GS", "N",  "NJ", "NH", "D", "L",  "LG",
                                       "LM", "LB", "LS", "LT", "LP", "LH", "M",  "B", "BS", "S",
                                       "SS", "NG", "J",  "C",  "K",  "T",  "P",  "H"};

bool is_ideograph(uint32_t c) {
    for (const NameRange& range : kIdeographs) {
        if (c >= range.first && c <= range.last) return true;
    }
    return false;
}

struct Writer {
    char* out;
    size_t size = 0;
    void put(std::string_view text) {
        std::memcpy(out + size, text.data(), text.size());
        size += text.size();
    }
    void put_hex(uint32_t c) {
        for (int shift = c > 0xFFFFF ? 20 : c > 0xFFFF ? 16 : 12; shift >= 0; shift -= 4) {
            out[size++] = "0123456789ABCDEF"[c >> shift & 15];
        }
    }
};

size_t stored_name(size_t entry, char* out) {
    Writer writer{out};
    for (const uint8_t* code = kNameCodes + kNameStarts[entry]; *code != 0; ++code) {
        uint32_t word = *code < 128 ? *code : (uint32_t{*code} & 127) << 8 | code[1];
        if (*code >= 128) ++code;
        if (writer.size != 0) writer.put(" ");
        --word;
        writer.put({kNameWords + kNameWordStarts[word], kNameWordStarts[word + 1] - kNameWordStarts[word]});
    }
    return writer.size;
}

uint32_t name_hash(std::string_view name) {
    uint32_t h = 0;
    for (char c : name) h = h * 33 + static_cast<unsigned char>(c);
    return h ^ (h >> 15);
}

bool parse_hex(std::string_view digits, uint32_t& value) {
    if (digits.size() < 4 || digits.size() > 5) return false;
    value = 0;
    for (char c : digits) {
        bool decimal = c >= '0' && c <= '9';
        if (!decimal && !(c >= 'A' && c <= 'F')) return false;
        value = value << 4 | static_cast<uint32_t>(decimal ? c - '0' : c - 'A' + 10);
    }
    return true;
}

// The longest part of `parts` that starts `text`; -1 when none does.
template <size_t N>
int longest_prefix(const std::string_view (&parts)[N], std::string_view text) {
    int best = -1;
    for (size_t i = 0; i < N; ++i) {
        if (text.substr(0, parts[i].size()) == parts[i] &&
            (best < 0 || parts[i].size() > parts[static_cast<size_t>(best)].size())) {
            best = static_cast<int>(i);
        }
    }
    return best;
}

uint32_t find_hangul(std::string_view rest) {
    int lead = longest_prefix(kLead, rest);
    if (lead < 0) return 0;
    rest.remove_prefix(kLead[lead].size());
    int vowel = longest_prefix(kVowel, rest);
    if (vowel < 0) return 0;
    rest.remove_prefix(kVowel[vowel].size());
    int trail = longest_prefix(kTrail, rest);
    if (trail < 0 || kTrail[trail].size() != rest.size()) return 0;
    return kSBase + static_cast<uint32_t>((lead * 21 + vowel) * 28 + trail);
}

template <class Entry, size_t N>
const Entry* find_sorted(const Entry (&entries)[N], std::string_view name) {
    size_t low = 0, high = N;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = name.compare(entries[middle].name);
        if (order == 0) return &entries[middle];
        if (order < 0) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return nullptr;
}

uint32_t find_stored(std::string_view name) {
    char candidate[kMaxNameLength];
    for (size_t slot = name_hash(name) & (kTableSize - 1); kNameTable[slot] != 0;
         slot = (slot + 1) & (kTableSize - 1)) {
        size_t entry = kNameTable[slot] - 1u;
        size_t size = stored_name(entry, candidate);
        if (name == std::string_view(candidate, size)) return kNamePoints[entry];
    }
    return UINT32_MAX;
}

}  // namespace

size_t character_name(uint32_t c, char out[kMaxNameLength]) {
    Writer writer{out};
    if (c - kSBase < kSCount) {
        uint32_t index = c - kSBase;
        writer.put(kHangulPrefix);
        writer.put(kLead[index / (21 * 28)]);
        writer.put(kVowel[index / 28 % 21]);
        writer.put(kTrail[index % 28]);
        return writer.size;
    }
    if (is_ideograph(c)) {
        writer.put(kIdeographPrefix);
        writer.put_hex(c);
        return writer.size;
    }
    size_t low = 0, high = kNameCount;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (kNamePoints[middle] == c) return stored_name(middle, out);
        if (kNamePoints[middle] > c) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return 0;
}

unsigned find_character(std::string_view name, uint32_t out[kMaxSequence], bool with_sequences) {
    if (name.empty() || name.size() >= kMaxNameLength) return 0;
    char buffer[kMaxNameLength];
    for (size_t i = 0; i < name.size(); ++i) {
        char c = name[i];
        buffer[i] = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    std::string_view upper(buffer, name.size());
    if (upper.substr(0, kHangulPrefix.size()) == kHangulPrefix) {
        out[0] = find_hangul(upper.substr(kHangulPrefix.size()));
        return out[0] != 0 ? 1 : 0;
    }
    if (upper.substr(0, kIdeographPrefix.size()) == kIdeographPrefix) {
        return parse_hex(upper.substr(kIdeographPrefix.size()), out[0]) && is_ideograph(out[0]) ? 1 : 0;
    }
    out[0] = find_stored(upper);
    if (out[0] != UINT32_MAX) return 1;
    if (const NameAlias* alias = find_sorted(kNameAliases, upper)) {
        out[0] = alias->point;
        return 1;
    }
    if (!with_sequences) return 0;
    const NamedSequence* sequence = find_sorted(kNamedSequences, upper);
    if (sequence == nullptr) return 0;
    for (unsigned i = 0; i < sequence->count; ++i) out[i] = sequence->points[i];
    return sequence->count;
}

}  // namespace baton::unicode
