// str: the immortal statics, making objects, freeing them, the cached UTF-8 form.
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <limits>

#include "runtime/codec_utf8.h"
#include "runtime/dealloc.h"
#include "runtime/memory.h"
#include "runtime/siphash.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/str_impl.h"

namespace baton {
namespace {

struct AsciiChar {
    Str head;
    char text[2];
};
struct LatinChar {
    WideStr head;
    char text[2];
};

constexpr Str static_head(Index length, bool ascii) {
    Str s{};
    s.refcnt = kImmortalRefcnt;
    s.type = &PyUnicode_Type;
    s.length = length;
    s.hash = -1;
    s.state.interned = 2;
    s.state.kind = 1;
    s.state.compact = 1;
    s.state.ascii = ascii;
    s.state.ready = 1;
    return s;
}

template <size_t... C>
constexpr auto ascii_chars(std::index_sequence<C...>) {
    return std::array<AsciiChar, sizeof...(C)>{
        {AsciiChar{static_head(1, true), {static_cast<char>(C), 0}}...}};
}
struct LatinUtf8 {
    char bytes[3];
};
template <size_t... C>
constexpr auto latin_utf8(std::index_sequence<C...>) {
    return std::array<LatinUtf8, sizeof...(C)>{
        {LatinUtf8{{static_cast<char>(C < 64 ? 0xC2 : 0xC3), static_cast<char>(0x80 | (C & 63)), 0}}...}};
}
constinit auto latin_utf8_forms = latin_utf8(std::make_index_sequence<128>());
constexpr LatinChar latin_char(size_t c) {
    LatinChar s{};
    static_cast<Str&>(s.head) = static_head(1, false);
    s.head.utf8_length = 2;
    s.head.utf8 = latin_utf8_forms[c].bytes;
    s.text[0] = static_cast<char>(c + 128);
    return s;
}
template <size_t... C>
constexpr auto latin_chars(std::index_sequence<C...>) {
    return std::array<LatinChar, sizeof...(C)>{{latin_char(C)...}};
}

constinit AsciiChar empty_text{static_head(0, true), {0, 0}};
constinit auto ascii_char_objects = ascii_chars(std::make_index_sequence<128>());
constinit auto latin_char_objects = latin_chars(std::make_index_sequence<128>());

size_t header_size(uint32_t max_char) {
    return max_char < 128 ? sizeof(Str) : sizeof(WideStr);
}

// The static that stands for a text of this length, or null.
Str* static_text(int kind, const void* text, Index length) {
    if (length == 0) return &empty_text.head;
    if (length > 1) return nullptr;
    uint32_t c = with_kind(kind, text, [](auto* s) -> uint32_t { return s[0]; });
    return c < 256 ? &latin1_static(static_cast<uint8_t>(c)) : nullptr;
}

}  // namespace

Str& empty_static() {
    return empty_text.head;
}
Str& latin1_static(uint8_t c) {
    return c < 128 ? ascii_char_objects[c].head : latin_char_objects[c - 128].head;
}

size_t str_block_size(const Str& s) {
    return (s.state.ascii ? sizeof(Str) : sizeof(WideStr)) +
           (static_cast<size_t>(s.length) + 1) * static_cast<size_t>(str_kind(s));
}

Result<Ref<Str>> str_new(Attached ts, Index length, uint32_t max_char) {
    int kind = text::kind_of(max_char);
    size_t header = header_size(max_char);
    if (length >= (std::numeric_limits<Index>::max() - static_cast<Index>(header)) / kind) {
        return raise_no_memory(ts);
    }
    size_t bytes = header + (static_cast<size_t>(length) + 1) * static_cast<size_t>(kind);
    auto* s = static_cast<WideStr*>(allocate(ts, bytes));
    if (!s) [[unlikely]]
        return raise_no_memory(ts);
    s->refcnt = 1;
    s->type = &PyUnicode_Type;  // immortal: not counted
    s->length = length;
    s->hash = -1;
    s->wstr = nullptr;
    if (max_char < 128) {
        s->state = {.kind = 1, .compact = 1, .ascii = 1, .ready = 1};
        reinterpret_cast<char*>(static_cast<Str*>(s) + 1)[length] = 0;
        return Ref<Str>::steal(s);
    }
    s->state = {.kind = static_cast<unsigned>(kind) & 7, .compact = 1, .ascii = 0, .ready = 1};
    s->utf8_length = 0;
    s->utf8 = nullptr;
    s->wstr_length = 0;
    std::memset(reinterpret_cast<char*>(s + 1) + length * kind, 0, static_cast<size_t>(kind));
    return Ref<Str>::steal(s);
}

Ref<Str> str_empty() {
    return Ref<Str>::steal(&empty_text.head);
}
Ref<Str> str_latin1_char(uint8_t c) {
    return Ref<Str>::steal(&latin1_static(c));
}

Result<Ref<Str>> str_from_char(Attached ts, uint32_t c) {
    if (c < 256) return str_latin1_char(static_cast<uint8_t>(c));
    auto s = TRY(str_new(ts, 1, c));
    if (c < 0x10000) {
        *static_cast<uint16_t*>(str_data(*s)) = static_cast<uint16_t>(c);
    } else {
        *static_cast<uint32_t*>(str_data(*s)) = c;
    }
    return s;
}

Result<Ref<Str>> str_new_ascii(Attached ts, std::string_view text) {
    auto n = static_cast<Index>(text.size());
    if (Str* known = static_text(1, text.data(), n)) return Ref<Str>::steal(known);
    auto s = TRY(str_new(ts, n, 0x7F));
    std::memcpy(str_data(*s), text.data(), text.size());
    return s;
}

Result<Ref<Str>> str_new_latin1(Attached ts, std::string_view text) {
    return str_new_kind(ts, 1, text.data(), static_cast<Index>(text.size()));
}

Result<Ref<Str>> str_new_utf8(Attached ts, std::string_view text) {
    text::Utf8Scan scan = text::utf8_scan(reinterpret_cast<const uint8_t*>(text.data()), text.size());
    if (scan.bytes != text.size()) return raise_utf8_decode_error(ts, text, scan.bytes);
    return str_new_scanned(ts, text, scan);
}

Result<Ref<Str>> str_new_scanned(Attached ts, std::string_view text, const text::Utf8Scan& scan) {
    if (scan.bits < 0x80) return str_new_ascii(ts, text);
    auto n = static_cast<Index>(scan.chars);
    if (n == 1 && scan.bits < 256) return str_latin1_char(static_cast<uint8_t>(scan.bits));
    auto s = TRY(str_new(ts, n, scan.bits));
    with_kind(str_kind(*s), str_data(*s), [&]<class C>(const C* to) {
        text::utf8_decode(reinterpret_cast<const uint8_t*>(text.data()), text.size(), const_cast<C*>(to));
    });
    return s;
}

Result<Ref<Str>> str_new_ucs2(Attached ts, const uint16_t* text, Index length) {
    return str_new_kind(ts, 2, text, length);
}
Result<Ref<Str>> str_new_ucs4(Attached ts, const uint32_t* text, Index length) {
    return str_new_kind(ts, 4, text, length);
}

Result<Ref<Str>> str_new_kind(Attached ts, int kind, const void* text, Index length) {
    if (Str* known = static_text(kind, text, length)) return Ref<Str>::steal(known);
    uint32_t bits = with_kind(kind, text, [&](auto* s) { return text::combined_bits(s, length); });
    auto s = TRY(str_new(ts, length, bits));
    text::convert(kind, text, length, str_kind(*s), str_data(*s));
    return s;
}

Result<Ref<Str>> str_vformat(Attached ts, fmt::string_view format, fmt::format_args args) {
    fmt::basic_memory_buffer<char, 240> buffer;
    fmt::vformat_to(std::back_inserter(buffer), format, args);
    return str_new_utf8(ts, {buffer.data(), buffer.size()});
}

Result<Ref<Str>> str_exact(Attached ts, Str& s) {
    if (is_exact_str(s)) return Ref<Str>::share(s);
    return str_new_kind(ts, str_kind(s), str_data(s), s.length);
}

Result<Ref<Str>> str_subclass_new(Attached ts, Type& cls, Str& value, Ref<Object> blank) {
    auto s = std::move(blank).cast<Str>();
    auto& self = static_cast<SubclassStr&>(*s);
    size_t bytes = (static_cast<size_t>(value.length) + 1) * static_cast<size_t>(str_kind(value));
    self.length = value.length;
    self.hash = value.hash;
    self.state = {};
    self.state.kind = value.state.kind;
    self.state.ascii = value.state.ascii;
    self.state.ready = 1;
    self.wstr = nullptr;
    self.utf8_length = 0;
    self.utf8 = nullptr;
    self.wstr_length = 0;
    self.data = std::malloc(bytes);
    if (self.data == nullptr) {
        self.length = 0;
        return raise_no_memory(ts);
    }
    std::memcpy(self.data, str_data(value), bytes);
    if (self.state.ascii) {
        self.utf8 = static_cast<char*>(self.data);
        self.utf8_length = self.length;
    }
    return s;
}

void str_dealloc(Attached ts, Str& s) {
    if (s.state.interned == 1) str_release_interned(ts, s);
    if (s.wstr) [[unlikely]]  // what PyUnicode_AsUnicode made
        std::free(s.wstr);
    if (!s.state.compact) {
        auto& self = static_cast<SubclassStr&>(s);
        if (self.utf8 != self.data) std::free(self.utf8);
        std::free(self.data);
    } else if (!s.state.ascii) {
        std::free(static_cast<WideStr&>(s).utf8);
    }
    if (is_exact_str(s)) {
        free_block(ts, &s);
    } else {
        free_instance(ts, s);
    }
}

Result<std::string_view> str_as_utf8(Attached ts, Str& s) {
    if (s.state.ascii) return str_ascii_view(s);
    auto& wide = static_cast<WideStr&>(s);
    if (wide.utf8 == nullptr) {
        text::Utf8Size size = with_text(s, [&](auto* p) { return text::utf8_size(p, s.length); });
        if (size.surrogates) {
            Index at = with_text(s, [&](auto* p) { return text::find_surrogate(p, 0, s.length); });
            Index end = at + 1;
            while (end < s.length && (str_char_unchecked(s, end) & 0xFFFFF800) == 0xD800) ++end;
            return raise_encode_error(ts, "utf-8", s, at, end, "surrogates not allowed");
        }
        auto* out = static_cast<char*>(std::malloc(size.bytes + 1));
        if (out == nullptr) return raise_no_memory(ts);
        with_text(s, [&](auto* p) { text::utf8_encode(p, s.length, out); });
        out[size.bytes] = 0;
        wide.utf8 = out;
        wide.utf8_length = static_cast<Index>(size.bytes);
    }
    return std::string_view(wide.utf8, static_cast<size_t>(wide.utf8_length));
}

Result<const char*> str_as_c_string(Attached ts, Str& s) {
    std::string_view view = TRY(str_as_utf8(ts, s));
    if (std::memchr(view.data(), 0, view.size()) != nullptr) {
        return raise(ts, Exc::ValueError, "embedded null character");
    }
    return view.data();
}

Hash str_hash_slow(Str& s) {
    s.hash = hash_bytes(str_data(s), static_cast<size_t>(s.length) * static_cast<size_t>(str_kind(s)));
    return s.hash;
}

void hash_statics() {
    empty_text.head.hash = hash_bytes(empty_text.text, 0);
    for (AsciiChar& c : ascii_char_objects) c.head.hash = hash_bytes(c.text, 1);
    for (LatinChar& c : latin_char_objects) c.head.hash = hash_bytes(c.text, 1);
}

}  // namespace baton
