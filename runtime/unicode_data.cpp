#include "runtime/unicode_data.h"

namespace baton::unicode {
namespace {

struct CaseRecord {
    int32_t delta[4];   // by Case: what to add for the first (usually the only) code point
    uint16_t full;      // where the four full mappings start in kCaseFull
    uint8_t length[4];  // their lengths; all zero when every mapping is one code point
};

struct Composition {
    uint32_t first;
    uint32_t second;
    uint32_t composite;
};

#include "unicode_tables.inc"

constexpr size_t kCompositionCount = sizeof(kCompositions) / sizeof(kCompositions[0]);
static_assert((kCompositionCount & (kCompositionCount - 1)) == 0);
constexpr uint32_t kUnassigned = 0x10FFFF;  // a noncharacter: never assigned, maps to itself

constexpr uint32_t clamp(uint32_t c) {
    return c <= kMaxCodePoint ? c : kUnassigned;
}

constexpr size_t composition_slot(uint32_t first, uint32_t second) {
    return ((first * 31 + second) ^ (first >> 7)) & (kCompositionCount - 1);
}

}  // namespace

const UnicodeRecord& record(uint32_t c) {
    c = clamp(c);
    constexpr uint32_t mask = (1u << kRecordShift) - 1;
    return kRecords[kRecordBlock[(uint32_t{kRecordIndex[c >> kRecordShift]} << kRecordShift) + (c & mask)]];
}

double numeric_value(uint32_t c) {
    const UnicodeRecord& r = record(c);
    return (r.flags & kNumeric) != 0 ? kNumericValues[r.numeric] : -1.0;
}

std::string_view category_name(uint32_t c) {
    return kCategoryNames[record(c).category];
}
std::string_view bidi_name(uint32_t c) {
    return kBidiNames[record(c).bidi];
}
std::string_view width_name(uint32_t c) {
    return kWidthNames[record(c).width];
}

uint32_t simple_case(Case which, uint32_t c) {
    return c + static_cast<uint32_t>(kCases[record(c).cases].delta[static_cast<unsigned>(which)]);
}

unsigned full_case(Case which, uint32_t c, uint32_t out[kMaxCaseExpansion]) {
    const CaseRecord& cases = kCases[record(c).cases];
    unsigned index = static_cast<unsigned>(which);
    unsigned length = cases.length[index];
    if (length == 0) {
        out[0] = c + static_cast<uint32_t>(cases.delta[index]);
        return 1;
    }
    const uint32_t* from = kCaseFull + cases.full;
    for (unsigned i = 0; i < index; ++i) from += cases.length[i];
    for (unsigned i = 0; i < length; ++i) out[i] = from[i];
    return length;
}

Decomposition decomposition(uint32_t c) {
    c = clamp(c);
    constexpr uint32_t mask = (1u << kDecompositionShift) - 1;
    uint32_t at =
        kDecompositionBlock[(uint32_t{kDecompositionIndex[c >> kDecompositionShift]} << kDecompositionShift) +
                            (c & mask)];
    uint32_t head = kDecompositions[at];
    return {kDecompositionTags[head & 255], kDecompositions + at + 1, head >> 8};
}

uint32_t compose(uint32_t first, uint32_t second) {
    for (size_t slot = composition_slot(first, second);; slot = (slot + 1) & (kCompositionCount - 1)) {
        const Composition& entry = kCompositions[slot];
        if (entry.composite == 0) return 0;
        if (entry.first == first && entry.second == second) return entry.composite;
    }
}

QuickCheck quick_check(Form form, uint32_t c) {
    return static_cast<QuickCheck>(record(c).quick_check >> (2 * static_cast<unsigned>(form)) & 3);
}

}  // namespace baton::unicode
