#include <catch2/catch.hpp>

#include <random>
#include <string>
#include <vector>

#include "runtime/codec_utf8.h"
#include "runtime/siphash.h"
#include "runtime/unicode_search.h"

namespace baton::text {
namespace {

template <class C>
std::u32string wide(const std::vector<C>& text) {
    return {text.begin(), text.end()};
}
Index position(size_t at) {
    return at == std::u32string::npos ? -1 : static_cast<Index>(at);
}

template <class C>
void compare_searches(uint32_t seed) {
    std::mt19937 random(seed);
    for (int round = 0; round < 40'000; ++round) {
        size_t n = random() % (round % 10 == 0 ? 700 : 60), m = 1 + random() % (round % 7 == 0 ? 40 : 5);
        uint32_t letters = 1 + random() % 3;
        std::vector<C> hay(n), needle(m);
        for (C& c : hay) c = static_cast<C>('a' + random() % letters);
        for (C& c : needle) c = static_cast<C>('a' + random() % letters);
        std::u32string h = wide(hay), p = wide(needle);
        auto hay_size = static_cast<Index>(n), needle_size = static_cast<Index>(m);
        Index expected = position(h.find(p)), expected_last = position(h.rfind(p)), occurrences = 0;
        for (size_t at = 0; (at = h.find(p, at)) != h.npos; at += m) ++occurrences;
        bool good = find(hay.data(), hay_size, needle.data(), needle_size) == expected &&
                    rfind(hay.data(), hay_size, needle.data(), needle_size) == expected_last &&
                    count(hay.data(), hay_size, needle.data(), needle_size) == occurrences;
        if (m <= n) {
            Index forward = two_way(Forward<C>{hay.data()}, hay_size, Forward<C>{needle.data()}, needle_size);
            Index backward = two_way(Backward<C>{hay.data() + n - 1}, hay_size,
                                     Backward<C>{needle.data() + m - 1}, needle_size);
            good = good && forward == expected;
            good = good && (backward < 0 ? -1 : hay_size - backward - needle_size) == expected_last;
        }
        if (!good) FAIL("seed " << seed << ", round " << round << ", n " << n << ", m " << m);
    }
    SUCCEED();
}

TEST_CASE("searching finds what a naive search finds, in every kind") {
    compare_searches<uint8_t>(1);
    compare_searches<uint16_t>(2);
    compare_searches<uint32_t>(3);
}

TEST_CASE("one character is found wherever it stands") {
    for (Index n = 0; n < 40; ++n) {
        for (Index at = 0; at < n; ++at) {
            std::vector<uint16_t> text(static_cast<size_t>(n), 0x3A9);
            text[static_cast<size_t>(at)] = 0x3AA;
            REQUIRE(find_char<uint16_t>(text.data(), n, 0x3AA) == at);
            REQUIRE(rfind_char<uint16_t>(text.data(), n, 0x3AA) == at);
            REQUIRE(count_char<uint16_t>(text.data(), n, 0x3A9) == n - 1);
        }
    }
}

TEST_CASE("a count beyond 255 does not wrap") {
    std::vector<uint8_t> text(100'000, 'x');
    CHECK(count_char<uint8_t>(text.data(), 100'000, 'x') == 100'000);
}

std::vector<std::string> pieces(std::string_view text, Index maxsplit, bool backward) {
    std::vector<std::string> result;
    auto* p = reinterpret_cast<const uint8_t*>(text.data());
    auto emit = [&](Index start, Index end) {
        result.emplace_back(text.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
        return true;
    };
    auto n = static_cast<Index>(text.size());
    backward ? rsplit_spaces(p, n, maxsplit, emit) : split_spaces(p, n, maxsplit, emit);
    return result;
}

TEST_CASE("splitting at white space follows Python at both limits") {
    using Strings = std::vector<std::string>;
    CHECK(pieces("  a b  c ", -1, false) == Strings{"a", "b", "c"});
    CHECK(pieces("  a b  c ", 1, false) == Strings{"a", "b  c "});
    CHECK(pieces("  a b  c ", 0, false) == Strings{"a b  c "});
    CHECK(pieces("  a b  c ", 1, true) == Strings{"c", "  a b"});
    CHECK(pieces("  a b  c ", 0, true) == Strings{"  a b  c"});
    CHECK(pieces("   ", -1, false).empty());
    CHECK(pieces("\x1c"
                 "a\x85"
                 "b\xa0"
                 "c",
                 -1, false) == Strings{"a", "b", "c"});
}

struct BadUtf8 {
    std::string_view bytes;
    size_t good;      // valid bytes before the error
    unsigned length;  // of the error
    const char* reason;
    bool truncated;
};
// As bytes.decode of Python 3.11 reports them.
constexpr BadUtf8 kBadUtf8[] = {
    {"a\x80", 1, 1, "invalid start byte", false},
    {"\xC0\x80", 0, 1, "invalid start byte", false},
    {"\xF5", 0, 1, "invalid start byte", false},
    {"ab\xC3", 2, 1, "unexpected end of data", true},
    {"\xC3(", 0, 1, "invalid continuation byte", false},
    {"\xE0\x80\x80", 0, 1, "invalid continuation byte", false},
    {"\xE2\x82", 0, 2, "unexpected end of data", true},
    {"\xE2\x82(", 0, 2, "invalid continuation byte", false},
    {"\xED\xA0\x80", 0, 1, "invalid continuation byte", false},
    {"\xF0\x80\x80\x80", 0, 1, "invalid continuation byte", false},
    {"\xF0\x9F\x98", 0, 3, "unexpected end of data", true},
    {"\xF0\x9F\x98(", 0, 3, "invalid continuation byte", false},
    {"\xF4\x90\x80\x80", 0, 1, "invalid continuation byte", false},
    {"12345678\xFF", 8, 1, "invalid start byte", false},
};

TEST_CASE("invalid UTF-8 is located and explained") {
    for (const BadUtf8& bad : kBadUtf8) {
        CAPTURE(bad.bytes);
        auto* s = reinterpret_cast<const uint8_t*>(bad.bytes.data());
        Utf8Scan scan = utf8_scan(s, bad.bytes.size());
        REQUIRE(scan.bytes == bad.good);
        Utf8Error error = utf8_error(s + scan.bytes, bad.bytes.size() - scan.bytes);
        CHECK(error.length == bad.length);
        CHECK(std::string(error.reason) == bad.reason);
        CHECK(error.truncated == bad.truncated);
    }
}

TEST_CASE("every code point survives UTF-8") {
    for (uint32_t c = 0; c <= unicode::kMaxCodePoint; ++c) {
        uint32_t text[10] = {'a', 'b', c, 'c', 'd', 'e', 'f', 'g', 'h', c};
        char bytes[40];
        Utf8Size size = utf8_size(text, 10);
        char* end = utf8_encode(text, 10, bytes);
        bool surrogate = (c & 0xFFFFF800) == 0xD800;
        bool good = static_cast<size_t>(end - bytes) == size.bytes && size.surrogates == surrogate;
        auto* s = reinterpret_cast<const uint8_t*>(bytes);
        Utf8Scan scan = utf8_scan(s, size.bytes);
        if (surrogate) {
            good = good && scan.bytes == 2;
        } else {
            uint32_t back[10];
            utf8_decode(s, size.bytes, back);
            good = good && scan.bytes == size.bytes && scan.chars == 10 && equal(back, text, 10);
        }
        if (!good) FAIL("code point " << c);
    }
    SUCCEED();
}

TEST_CASE("hashes are those of Python 3.11 under the same seed") {
    HashKey before = hash_key();
    set_hash_key(hash_key_from_seed(0));
    CHECK(hash_bytes("abc", 3) == -4594863902769663758);
    CHECK(hash_bytes("hello world", 11) == -5642461784034726774);
    CHECK(hash_bytes("", 0) == 0);
    set_hash_key(hash_key_from_seed(42));
    CHECK(hash_bytes("hello world", 11) == -3893157060480277979);
    set_hash_key(before);
}

TEST_CASE("texts of different kinds compare by code points") {
    uint8_t narrow[] = {'a', 0xFF};
    uint32_t broad[] = {'a', 0x10000};
    CHECK(compare(narrow, 2, broad, 2) == -1);
    CHECK(compare(broad, 2, narrow, 2) == 1);
    CHECK(compare(narrow, 1, broad, 1) == 0);
    CHECK(compare(narrow, 1, broad, 2) == -1);
}

}  // namespace
}  // namespace baton::text
