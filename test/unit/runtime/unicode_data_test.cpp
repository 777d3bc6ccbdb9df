#include <catch2/catch.hpp>

#include <array>
#include <string>
#include <vector>

#include "test/unit/runtime/unicode_lines.h"

namespace baton::unicode {
namespace {

class Crc32 {
  public:
    Crc32() {
        for (uint32_t i = 0; i < 256; ++i) {
            uint32_t c = i;
            for (int bit = 0; bit < 8; ++bit) c = c & 1 ? 0xEDB88320u ^ c >> 1 : c >> 1;
            table_[i] = c;
        }
    }
    void add(std::string_view text) {
        for (unsigned char byte : text) state_ = table_[(state_ ^ byte) & 255] ^ state_ >> 8;
    }
    uint32_t value() const { return ~state_; }

  private:
    std::array<uint32_t, 256> table_;
    uint32_t state_ = 0xFFFFFFFF;
};

uint32_t digest(std::string_view group) {
    Crc32 crc;
    for (uint32_t c = 0; c <= kMaxCodePoint; ++c) crc.add(character_line(group, c));
    return crc.value();
}

std::vector<uint32_t> normal(Form form, const std::vector<uint32_t>& text) {
    PointBuffer buffer;
    REQUIRE(normalize(form, text.data(), text.size(), buffer));
    return {buffer.data(), buffer.data() + buffer.size()};
}

std::vector<uint32_t> found(std::string_view name, bool with_sequences = true) {
    uint32_t out[kMaxSequence];
    unsigned count = find_character(name, out, with_sequences);
    return {out, out + count};
}

// The digests are what tools/unicode_oracle.py prints under Python 3.11.
TEST_CASE("every code point has the properties that Python 3.11 gives it") {
    CHECK(digest("properties") == 0x9E8D0B68);
    CHECK(digest("predicates") == 0xDC64B37D);
    CHECK(digest("cases") == 0x79AAF246);
    CHECK(digest("forms") == 0x8DCCB234);
}

TEST_CASE("every character name is Python 3.11's and finds its character") {
    CHECK(digest("names") == 0x8E695143);
}

TEST_CASE("random texts normalise as in Python 3.11") {
    Crc32 crc;
    for (uint32_t i = 0; i < 100'000; ++i) crc.add(sequence_line(i));
    CHECK(crc.value() == 0xD25231E8);
}

TEST_CASE("a long run of marks is ordered stably") {
    std::vector<uint32_t> text{'a'};
    for (int i = 0; i < 1000; ++i) text.insert(text.end(), {0x301, 0x316, 0x300});
    std::vector<uint32_t> expected{'a'};
    expected.insert(expected.end(), 1000, 0x316);
    for (int i = 0; i < 1000; ++i) expected.insert(expected.end(), {0x301, 0x300});
    CHECK(normal(Form::Nfd, text) == expected);
    CHECK(normal(Form::Nfc, text)[0] == 0xE1);
    CHECK(quick_check(Form::Nfd, text.data(), text.size()) == QuickCheck::No);
}

TEST_CASE("a name is found by alias, in any case, and as a sequence") {
    CHECK(found("latin small letter a") == std::vector<uint32_t>{'a'});
    CHECK(found("LINE FEED") == std::vector<uint32_t>{0x0A});
    CHECK(found("BOM") == std::vector<uint32_t>{0xFEFF});
    CHECK(found("KEYCAP DIGIT ONE") == std::vector<uint32_t>{'1', 0xFE0F, 0x20E3});
    CHECK(found("KEYCAP DIGIT ONE", false).empty());
    CHECK(found("HANGUL SYLLABLE GAG") == std::vector<uint32_t>{0xAC01});
    CHECK(found("HANGUL SYLLABLE GAGX").empty());
    CHECK(found("CJK UNIFIED IDEOGRAPH-4E00") == std::vector<uint32_t>{0x4E00});
    CHECK(found("CJK UNIFIED IDEOGRAPH-04E00") == std::vector<uint32_t>{0x4E00});
    CHECK(found("CJK UNIFIED IDEOGRAPH-004E00").empty());
    CHECK(found("CJK UNIFIED IDEOGRAPH-FFFF").empty());
    CHECK(found("NO SUCH CHARACTER").empty());
    CHECK(found("").empty());
    CHECK(found(std::string(5000, 'A')).empty());
}

TEST_CASE("numbers beyond Unicode are answered like unassigned code points") {
    CHECK(category_name(0x110000) == "Cn");
    CHECK_FALSE(is_alpha(0xFFFFFFFF));
    CHECK(simple_case(Case::Upper, 0x110000) == 0x110000);
    CHECK(decomposition(0x110000).count == 0);
    CHECK(compose(0xFFFFFFFF, 0xFFFFFFFF) == 0);
}

}  // namespace
}  // namespace baton::unicode
