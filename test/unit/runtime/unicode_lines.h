// One line of text per code point, in groups of properties. tools/unicode_oracle.py writes the same lines
// from Python 3.11's own database; the unit test compares digests of the two, and a difference can be
// looked up by dumping both.
#pragma once

#include <fmt/format.h>

#include <string>
#include <string_view>

#include "runtime/unicode_data.h"

namespace baton::unicode {

inline void add_case(std::string& line, Case which, uint32_t c) {
    uint32_t out[kMaxCaseExpansion];
    unsigned count = full_case(which, c, out);
    line += ';';
    for (unsigned i = 0; i < count; ++i) line += fmt::format(" {:X}", out[i]);
}

inline std::string character_line(std::string_view group, uint32_t c) {
    std::string line = fmt::format("{:X}", c);
    if (group == "properties") {
        line += fmt::format(";{};{};{};{};{};{};{};{:.17g}", category_name(c), bidi_name(c),
                            combining_class(c), width_name(c), has(c, kMirrored) ? 1 : 0, decimal_value(c),
                            digit_value(c), numeric_value(c));
    } else if (group == "predicates") {
        bool cased = has(c, kCased), ignorable = has(c, kCaseIgnorable);
        for (bool bit :
             {is_alpha(c), is_decimal(c), is_digit(c), is_numeric(c), is_alnum(c), is_lower(c), is_upper(c),
              is_title(c) || is_upper(c), is_space(c), is_printable(c), is_xid_start(c), is_xid_continue(c),
              is_line_break(c), cased && !ignorable, cased || ignorable}) {
            line += bit ? 'Y' : 'N';
        }
    } else if (group == "cases") {
        add_case(line, Case::Upper, c);
        add_case(line, Case::Lower, c);
        add_case(line, Case::Title, c);
        add_case(line, Case::Fold, c);
        line += fmt::format(";{:X}", simple_case(Case::Lower, c));
    } else if (group == "forms") {
        Decomposition step = decomposition(c);
        line += ';';
        line += step.tag;
        for (unsigned i = 0; i < step.count; ++i) {
            line += fmt::format("{}{:04X}", i == 0 && step.tag.empty() ? "" : " ", step.points[i]);
        }
        PointBuffer buffer;
        for (Form form : {Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd}) {
            line += ';';
            if (!normalize(form, &c, 1, buffer)) return "out of memory";
            for (size_t i = 0; i < buffer.size(); ++i) line += fmt::format(" {:X}", buffer.data()[i]);
            bool same = buffer.size() == 1 && buffer.data()[0] == c;
            QuickCheck quick = quick_check(form, c);
            line += quick == QuickCheck::Maybe || (quick == QuickCheck::Yes) == same ? 'Y' : 'N';
        }
    } else if (group == "names") {
        char name[kMaxNameLength];
        size_t size = character_name(c, name);
        line += ';';
        line += std::string_view(name, size);
        uint32_t found[kMaxSequence] = {};
        unsigned count = size != 0 ? find_character({name, size}, found) : 0;
        line += fmt::format(";{}", count == 1 && found[0] == c ? 'Y' : 'N');
    }
    return line += '\n';
}

// Pseudo-random texts of one to eight characters, rich in marks, jamo and composites, and their four forms.
inline std::string sequence_line(uint32_t i) {
    constexpr struct {
        uint32_t first, count;
    } pools[] = {{0x41, 0x200},  {0x300, 0x70},   {0x1100, 0x100}, {0xAC00, 0x2BA4},
                 {0x900, 0x500}, {0x1E00, 0x200}, {0x300, 0x70},   {0, 0x30000}};
    uint32_t state = i * 2654435761u + 12345;
    auto next = [&state](uint32_t below) {
        state = state * 1664525 + 1013904223;
        return static_cast<uint32_t>(uint64_t{state} * below >> 32);
    };
    uint32_t text[8];
    uint32_t size = 1 + next(8);
    for (uint32_t k = 0; k < size; ++k) {
        const auto& pool = pools[next(8)];
        text[k] = pool.first + next(pool.count);
    }
    std::string line = fmt::format("{}", i);
    PointBuffer buffer;
    for (Form form : {Form::Nfc, Form::Nfd, Form::Nfkc, Form::Nfkd}) {
        line += ';';
        if (!normalize(form, text, size, buffer)) return "out of memory";
        for (size_t k = 0; k < buffer.size(); ++k) line += fmt::format(" {:X}", buffer.data()[k]);
    }
    return line += '\n';
}

}  // namespace baton::unicode
