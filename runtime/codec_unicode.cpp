// UTF-8, UTF-16 and UTF-32, with error handlers.
#include "runtime/codec.h"
#include "runtime/codec_utf8.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/str_impl.h"

namespace baton {
namespace {

const uint8_t* bytes_at(std::string_view s, Index at) {
    return reinterpret_cast<const uint8_t*>(s.data()) + at;
}
Index size_of(std::string_view s) {
    return static_cast<Index>(s.size());
}

bool is_surrogate(uint32_t c) {
    return (c & 0xFFFFF800) == 0xD800;
}

// The end of the run of surrogates at `at`.
Index surrogate_run(const Str& s, Index at) {
    Index end = at + 1;
    while (end < s.length && is_surrogate(str_char_unchecked(s, end))) ++end;
    return end;
}

void append_utf8(BytesBuilder& out, const Str& s, Index start, Index end) {
    with_text(s, [&](auto* p) {
        size_t size = text::utf8_size(p + start, end - start).bytes;
        if (char* at = out.extend(static_cast<Index>(size))) text::utf8_encode(p + start, end - start, at);
    });
}

// Reads and writes units of two or four bytes in either order.
template <class Unit>
uint32_t load_unit(const uint8_t* p, bool big) {
    if constexpr (sizeof(Unit) == 2) {
        return big ? static_cast<uint32_t>(p[0] << 8 | p[1]) : static_cast<uint32_t>(p[1] << 8 | p[0]);
    } else {
        uint32_t w;
        std::memcpy(&w, p, 4);
        return big ? __builtin_bswap32(w) : w;
    }
}
template <class Unit>
void store_unit(char* p, uint32_t c, bool big) {
    Unit unit = static_cast<Unit>(c);
    if constexpr (sizeof(Unit) == 2) {
        if (big) unit = __builtin_bswap16(unit);
    } else {
        if (big) unit = __builtin_bswap32(unit);
    }
    std::memcpy(p, &unit, sizeof unit);
}

template <class Unit>
void append_units(BytesBuilder& out, const Str& s, Index start, Index end, bool big) {
    Index units = end - start;
    with_text(s, [&]<class C>(const C* p) {
        if constexpr (sizeof(Unit) == 2 && sizeof(C) == 4) {
            for (Index i = start; i < end; ++i) units += p[i] >= 0x10000;
        }
        char* to = out.extend(units * static_cast<Index>(sizeof(Unit)));
        if (to == nullptr) return;
        for (Index i = start; i < end; ++i) {
            uint32_t c = p[i];
            if (sizeof(Unit) == 2 && c >= 0x10000) {
                store_unit<Unit>(to, 0xD7C0 + (c >> 10), big);
                store_unit<Unit>(to + 2, 0xDC00 + (c & 0x3FF), big);
                to += 4;
            } else {
                store_unit<Unit>(to, c, big);
                to += sizeof(Unit);
            }
        }
    });
}

// Encodes s, whose surrogates go to the error handler; `append` writes characters start..end, none a
// surrogate.
template <class Append>
Result<Ref<Bytes>> encode_around_surrogates(Attached ts, const char* encoding, Str& s, const char* errors,
                                            Index unit, BytesBuilder& out, Append append) {
    for (Index at = 0; at < s.length;) {
        Index bad = with_text(s, [&](auto* p) { return text::find_surrogate(p, at, s.length); });
        append(s, at, bad);
        if (bad == s.length) break;
        Index end = unit == 1 ? surrogate_run(s, bad) : bad + 1;
        EncodeReplacement use =
            TRY(handle_encode_error(ts, encoding, s, bad, end, "surrogates not allowed", errors));
        bool good;
        if (is_bytes(*use.text)) {
            std::string_view bytes = bytes_view(static_cast<Bytes&>(*use.text));
            good = size_of(bytes) % unit == 0;
            if (good) out.append(bytes);
        } else {
            auto& text = static_cast<Str&>(*use.text);
            good = text.state.ascii;
            if (good) append(text, Index{0}, text.length);
        }
        if (!good) return raise_encode_error(ts, encoding, s, bad, end, "surrogates not allowed");
        at = use.next;
    }
    return out.finish(ts);
}

}  // namespace

Result<Ref<Str>> decode_utf8(Attached ts, std::string_view in, const char* errors, Index* consumed) {
    if (consumed != nullptr) *consumed = size_of(in);
    text::Utf8Scan scan = text::utf8_scan(bytes_at(in, 0), in.size());
    if (scan.bytes == in.size()) return str_new_scanned(ts, in, scan);
    StrBuilder out(size_of(in));
    DecodeErrors handler("utf-8", in, errors);
    Index at = 0;
    for (;;) {
        std::string_view rest = handler.view().substr(static_cast<size_t>(at));
        scan = text::utf8_scan(bytes_at(rest, 0), rest.size());
        out.append_utf8(rest.substr(0, scan.bytes));
        at += static_cast<Index>(scan.bytes);
        rest.remove_prefix(scan.bytes);
        if (rest.empty()) break;
        text::Utf8Error error = text::utf8_error(bytes_at(rest, 0), rest.size());
        if (error.truncated && consumed != nullptr) break;
        // The first two bytes of an encoded surrogate: surrogatepass may take it when the third is there.
        if (consumed != nullptr && rest.size() == 2 && rest[0] == '\xED' && (rest[1] & 0xE0) == 0xA0) break;
        at = TRY(handler.handle(ts, out, at, at + static_cast<Index>(error.length), error.reason));
    }
    if (consumed != nullptr) *consumed = at;
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_utf8(Attached ts, Str& s, const char* errors) {
    if (s.state.ascii) return bytes_new(ts, str_ascii_view(s));
    text::Utf8Size size = with_text(s, [&](auto* p) { return text::utf8_size(p, s.length); });
    if (!size.surrogates) {
        auto result = TRY(bytes_new_uninitialised(ts, static_cast<Index>(size.bytes)));
        with_text(s, [&](auto* p) { text::utf8_encode(p, s.length, bytes_data(*result)); });
        return result;
    }
    BytesBuilder out(static_cast<Index>(size.bytes));
    return encode_around_surrogates(
        ts, "utf-8", s, errors, 1, out,
        [&](const Str& text, Index start, Index end) { append_utf8(out, text, start, end); });
}

Result<Ref<Str>> decode_utf16(Attached ts, std::string_view in, const char* errors, ByteOrder* order,
                              Index* consumed) {
    Index at = 0;
    if (*order == ByteOrder::native && in.size() >= 2) {
        uint32_t mark = load_unit<uint16_t>(bytes_at(in, 0), false);
        if (mark == 0xFEFF) *order = ByteOrder::little;
        if (mark == 0xFFFE) *order = ByteOrder::big;
        if (mark == 0xFEFF || mark == 0xFFFE) at = 2;
    }
    bool big = *order == ByteOrder::big;
    const char* encoding = big ? "utf-16-be" : "utf-16-le";
    StrBuilder out(size_of(in) / 2);
    DecodeErrors handler(encoding, in, errors);
    for (;;) {
        std::string_view view = handler.view();
        Index size = size_of(view);
        if (at == size) break;
        const char* reason = nullptr;
        Index end = at + 2;
        bool incomplete = false;
        if (size - at < 2) {
            reason = "truncated data";
            end = size;
            incomplete = true;
        } else {
            uint32_t c = load_unit<uint16_t>(bytes_at(view, at), big);
            if (!is_surrogate(c)) {
                // A run of plain units at once.
                Index run = at;
                uint32_t bits = 0;
                while (size - run >= 2) {
                    uint32_t unit = load_unit<uint16_t>(bytes_at(view, run), big);
                    if (is_surrogate(unit)) break;
                    bits |= unit;
                    run += 2;
                }
                Index count = (run - at) / 2;
                if (void* to = out.extend(count, bits)) {
                    with_kind(out.kind(), to, [&]<class C>(const C* text) {
                        C* chars = const_cast<C*>(text);
                        for (Index i = 0; i < count; ++i) {
                            chars[i] = static_cast<C>(load_unit<uint16_t>(bytes_at(view, at + 2 * i), big));
                        }
                    });
                }
                at = run;
                continue;
            }
            if (c >= 0xDC00) {
                reason = "illegal encoding";
            } else if (size - at < 4) {
                reason = "unexpected end of data";
                end = size;
                incomplete = true;
            } else {
                uint32_t low = load_unit<uint16_t>(bytes_at(view, at + 2), big);
                if (low >= 0xDC00 && low < 0xE000) {
                    out.append(0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00));
                    at += 4;
                    continue;
                }
                reason = "illegal UTF-16 surrogate";
            }
        }
        if (incomplete && consumed != nullptr) break;
        at = TRY(handler.handle(ts, out, at, end, reason));
    }
    if (consumed != nullptr) *consumed = at;
    return out.finish(ts);
}

Result<Ref<Str>> decode_utf32(Attached ts, std::string_view in, const char* errors, ByteOrder* order,
                              Index* consumed) {
    Index at = 0;
    if (*order == ByteOrder::native && in.size() >= 4) {
        uint32_t mark = load_unit<uint32_t>(bytes_at(in, 0), false);
        if (mark == 0xFEFF) *order = ByteOrder::little;
        if (mark == 0xFFFE0000) *order = ByteOrder::big;
        if (mark == 0xFEFF || mark == 0xFFFE0000) at = 4;
    }
    bool big = *order == ByteOrder::big;
    StrBuilder out(size_of(in) / 4);
    DecodeErrors handler(big ? "utf-32-be" : "utf-32-le", in, errors);
    for (;;) {
        std::string_view view = handler.view();
        Index size = size_of(view);
        if (at == size) break;
        const char* reason;
        Index end = at + 4;
        if (size - at < 4) {
            if (consumed != nullptr) break;
            reason = "truncated data";
            end = size;
        } else {
            uint32_t c = load_unit<uint32_t>(bytes_at(view, at), big);
            if (c <= kMaxCodePoint && !is_surrogate(c)) {
                out.append(c);
                at += 4;
                continue;
            }
            reason = is_surrogate(c) ? "code point in surrogate code point range(0xd800, 0xe000)"
                                     : "code point not in range(0x110000)";
        }
        at = TRY(handler.handle(ts, out, at, end, reason));
    }
    if (consumed != nullptr) *consumed = at;
    return out.finish(ts);
}

Result<Ref<Bytes>> encode_utf16(Attached ts, Str& s, const char* errors, ByteOrder order) {
    if (s.length > PTRDIFF_MAX / 4 - 2) return raise_no_memory(ts);
    bool big = order == ByteOrder::big;
    BytesBuilder out(2 * s.length + 2);
    auto append = [&](const Str& text, Index start, Index end) {
        append_units<uint16_t>(out, text, start, end, big);
    };
    if (order == ByteOrder::native) out.append({"\xFF\xFE", 2});
    const char* encoding = order == ByteOrder::native ? "utf-16" : big ? "utf-16-be" : "utf-16-le";
    return encode_around_surrogates(ts, encoding, s, errors, 2, out, append);
}

Result<Ref<Bytes>> encode_utf32(Attached ts, Str& s, const char* errors, ByteOrder order) {
    if (s.length > PTRDIFF_MAX / 4 - 1) return raise_no_memory(ts);
    bool big = order == ByteOrder::big;
    BytesBuilder out(4 * s.length + 4);
    auto append = [&](const Str& text, Index start, Index end) {
        append_units<uint32_t>(out, text, start, end, big);
    };
    if (order == ByteOrder::native) out.append({"\xFF\xFE\0\0", 4});
    const char* encoding = order == ByteOrder::native ? "utf-32" : big ? "utf-32-be" : "utf-32-le";
    return encode_around_surrogates(ts, encoding, s, errors, 4, out, append);
}

}  // namespace baton
