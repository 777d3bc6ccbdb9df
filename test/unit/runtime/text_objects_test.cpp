#include "runtime/codec.h"
#include "runtime/memory.h"
#include "runtime/names.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str_builder.h"
#include "test/unit/runtime/started.h"

using namespace baton;

namespace {

Ref<Str> text(Attached ts, std::string_view utf8) {
    return must(ts, str_new_utf8(ts, utf8));
}
std::string utf8(Attached ts, Str& s) {
    return std::string(must(ts, str_as_utf8(ts, s)));
}

}  // namespace

TEST_CASE("a str has the narrowest kind, whatever it was made from") {
    Attached ts = started();
    const uint32_t points[] = {'a', 'b', 'c', 0xE9, 0x20AC, 0x1F600};
    struct {
        Index length;
        int kind;
        bool ascii;
    } expected[] = {{3, 1, true}, {4, 1, false}, {5, 2, false}, {6, 4, false}};
    for (const auto& e : expected) {
        auto s = must(ts, str_new_ucs4(ts, points, e.length));
        REQUIRE(str_kind(*s) == e.kind);
        REQUIRE(str_is_ascii(*s) == e.ascii);
        auto again = text(ts, utf8(ts, *s));
        REQUIRE(str_eq(*s, *again));
        auto cut = must(ts, str_substring(ts, *s, 0, 3));
        REQUIRE(str_kind(*cut) == 1);
        REQUIRE(str_is_ascii(*cut));
    }
}

TEST_CASE("replacing the widest characters narrows the text") {
    Attached ts = started();
    auto s = text(ts, "a\u20acb\u20ac");
    auto euro = text(ts, "\u20ac");
    auto plain = must(ts, str_replace(ts, *s, *euro, *text(ts, "E"), -1));
    REQUIRE(str_is_ascii(*plain));
    REQUIRE(utf8(ts, *plain) == "aEbE");
    auto gone = must(ts, str_replace(ts, *s, *euro, *str_empty(), -1));
    REQUIRE(str_is_ascii(*gone));
    auto half = must(ts, str_replace(ts, *s, *euro, *str_empty(), 1));
    REQUIRE(str_kind(*half) == 2);
}

TEST_CASE("empty and one-character texts are the shared ones") {
    Attached ts = started();
    REQUIRE(text(ts, "").get() == str_empty().get());
    REQUIRE(text(ts, "\xC3\xA9").get() == str_latin1_char(0xE9).get());
    auto s = text(ts, "abc");
    REQUIRE(must(ts, str_index_char(ts, *s, -1)).get() == str_latin1_char('c').get());
    REQUIRE(must(ts, str_substring(ts, *s, 1, 2)).get() == str_latin1_char('b').get());
    REQUIRE(must(ts, bytes_new(ts, "")).get() == bytes_empty().get());
    REQUIRE(must(ts, bytes_new(ts, "x")).get() == bytes_char('x').get());
}

TEST_CASE("appending reuses the only reference and leaves every other alone") {
    Attached ts = started();
    auto s = text(ts, "ab");
    for (int i = 0; i < 2000; ++i) {
        must(ts, str_append(ts, s, *str_latin1_char('x')));
        REQUIRE(s->length == i + 3);
    }
    auto kept = s.copy();
    must(ts, str_append(ts, s, *text(ts, "yz")));
    REQUIRE(kept.get() != s.get());
    REQUIRE(kept->length == 2002);
    REQUIRE(s->length == 2004);
    REQUIRE(str_hash(*s) != str_hash(*kept));
    must(ts, str_append(ts, s, *text(ts, "\u20ac")));
    REQUIRE(str_kind(*s) == 2);
    std::string cached = utf8(ts, *s);
    must(ts, str_append(ts, s, *str_latin1_char('!')));
    REQUIRE(utf8(ts, *s) == cached + "!");
}

TEST_CASE("interning gives one str per text and forgets the dead") {
    Attached ts = started();
    auto a = must(ts, str_intern_utf8(ts, "no such identifier 1"));
    auto b = must(ts, str_intern_utf8(ts, "no such identifier 1"));
    REQUIRE(a.get() == b.get());
    REQUIRE(must(ts, str_intern_utf8(ts, "append")).get() == &id(Name::append));
    for (int round = 0; round < 3; ++round) {
        std::vector<Ref<Str>> many;
        for (int i = 0; i < 5000; ++i)
            many.push_back(must(ts, str_intern(ts, must(ts, str_format(ts, "t{}", i)))));
        for (int i = 0; i < 5000; i += 2) many[static_cast<size_t>(i)] = str_empty();
        for (int i = 1; i < 5000; i += 2) {
            auto same = must(ts, str_intern(ts, must(ts, str_format(ts, "t{}", i))));
            REQUIRE(same.get() == many[static_cast<size_t>(i)].get());
        }
    }
    REQUIRE(must(ts, str_intern_utf8(ts, "no such identifier 1")).get() == a.get());
}

TEST_CASE("a builder widens as it must and gives canonical text") {
    Attached ts = started();
    StrBuilder out;
    for (int i = 0; i < 300; ++i) out.append('a');
    out.append(uint32_t{0xE9});
    out.append_ascii("-");
    out.append(uint32_t{0x20AC});
    out.append(uint32_t{0x1F600});
    out.append_int(-42);
    out.append_format("{}{:03}", "\u20ac", 7);
    out.append_repeated('z', 3);
    auto s = must(ts, out.finish(ts));
    REQUIRE(utf8(ts, *s) == std::string(300, 'a') + "\u00e9-\u20ac\U0001F600-42\u20ac007zzz");
    REQUIRE(str_kind(*s) == 4);
    out.append(uint32_t{0x1F600});
    out.append('b');
    out.truncate(0);
    out.append_ascii("again");
    s = must(ts, out.finish(ts));
    REQUIRE(str_is_ascii(*s));
    REQUIRE(utf8(ts, *s) == "again");
}

TEST_CASE("a lone surrogate has no UTF-8 form") {
    Attached ts = started();
    const uint16_t points[] = {'a', 0xD800, 0xDC00};
    auto s = must(ts, str_new_ucs2(ts, points, 3));
    REQUIRE_FALSE(str_as_utf8(ts, *s).ok());
    REQUIRE(
        raised(ts) ==
        "UnicodeEncodeError: 'utf-8' codec can't encode characters in position 1-2: surrogates not allowed");
    auto escaped = must(ts, encode_utf8(ts, *s, "backslashreplace"));
    REQUIRE(bytes_view(*escaped) == "a\\ud800\\udc00");
    REQUIRE_FALSE(encode_utf8(ts, *s, "no-such-handler").ok());
    REQUIRE(raised(ts) == "LookupError: unknown error handler name 'no-such-handler'");
}

TEST_CASE("an incremental decoder leaves what is incomplete") {
    Attached ts = started();
    Index used = -1;
    auto s = must(ts, decode_utf8(ts, "ab\xE2\x82", nullptr, &used));
    REQUIRE(utf8(ts, *s) == "ab");
    REQUIRE(used == 2);
    ByteOrder order = ByteOrder::native;
    s = must(ts, decode_utf16(ts,
                              std::string_view("\xFF\xFE"
                                               "a\0=\xD8",
                                               6),
                              nullptr, &order, &used));
    REQUIRE(utf8(ts, *s) == "a");
    REQUIRE(used == 4);
    REQUIRE(order == ByteOrder::little);
    s = must(ts, decode_utf7(ts, "a+IK", nullptr, &used));
    REQUIRE(utf8(ts, *s) == "a");
    REQUIRE(used == 1);
}

TEST_CASE("a bytearray with a view cannot change its size") {
    Attached ts = started();
    auto a = must(ts, bytearray_new(ts, "abc"));
    {
        BytesLike held;
        must(ts, held.get_writable(ts, *a));
        REQUIRE(held.view() == "abc");
        REQUIRE_FALSE(bytearray_append(ts, *a, "d").ok());
        REQUIRE(raised(ts) == "BufferError: Existing exports of data: object cannot be re-sized");
        held.data()[0] = 'x';
    }
    must(ts, bytearray_append(ts, *a, "d"));
    REQUIRE(bytearray_view(*a) == "xbcd");
    BytesLike refused;
    REQUIRE_FALSE(refused.get_writable(ts, *bytes_char('x')).ok());
    REQUIRE(raised(ts) == "TypeError: read-write bytes-like object expected");
}

TEST_CASE("a text too long to exist is refused, and nothing is lost") {
    Attached ts = started();
    auto s = text(ts, "ab");
    REQUIRE_FALSE(str_repeat(ts, *s, PTRDIFF_MAX).ok());
    REQUIRE(raised(ts) == "OverflowError: repeated string is too long");
    REQUIRE_FALSE(str_repeat(ts, *s, PTRDIFF_MAX / 4).ok());
    REQUIRE(raised(ts) == "MemoryError: ");
    REQUIRE(utf8(ts, *s) == "ab");
}
