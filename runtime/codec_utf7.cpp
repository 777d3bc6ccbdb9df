// UTF-7 (RFC 2152): ASCII, with other characters as base64 of UTF-16 between '+' and '-'.
#include "runtime/codec.h"
#include "runtime/types/bytes_builder.h"

namespace baton {
namespace {

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_value(uint8_t c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// Characters that the encoder writes as they are: RFC 2152's sets D and O, and white space.
bool is_direct(uint32_t c) {
    if (c >= 0x80) return false;
    if (c >= 'a' && c <= 'z') return true;
    if (c == '\t' || c == '\n' || c == '\r') return true;
    return c >= 0x20 && c != '+' && c != '\\' && c != '~' && c != 0x7F;
}

// Bits waiting to become six-bit digits, or collected from them.
struct Bits {
    uint64_t value = 0;
    int count = 0;
    void push(uint32_t bits, int n) {
        value = value << n | bits;
        count += n;
    }
    uint32_t pop(int n) {
        count -= n;
        auto bits = static_cast<uint32_t>(value >> count);
        value &= (uint64_t{1} << count) - 1;
        return bits & ((1u << n) - 1);
    }
};

void put_unit(BytesBuilder& out, Bits& bits, uint32_t unit) {
    bits.push(unit, 16);
    while (bits.count >= 6) out.append(kBase64[bits.pop(6)]);
}
void put_padding(BytesBuilder& out, Bits& bits) {
    if (bits.count > 0) out.append(kBase64[(bits.value << (6 - bits.count)) & 63]);
    bits = {};
}

}  // namespace

Result<Ref<Bytes>> encode_utf7(Attached ts, Str& s) {
    BytesBuilder out(s.length);
    Bits bits;
    bool shifted = false;
    for (Index i = 0; i < s.length; ++i) {
        uint32_t c = str_char_unchecked(s, i);
        if (is_direct(c)) {
            if (shifted) {
                put_padding(out, bits);
                shifted = false;
                if (base64_value(static_cast<uint8_t>(c)) >= 0 || c == '-') out.append('-');
            }
            out.append(static_cast<char>(c));
            continue;
        }
        if (!shifted) {
            out.append('+');
            if (c == '+') {
                out.append('-');
                continue;
            }
            shifted = true;
        }
        if (c >= 0x10000) {
            put_unit(out, bits, 0xD7C0 + (c >> 10));
            c = 0xDC00 + (c & 0x3FF);
        }
        put_unit(out, bits, c);
    }
    put_padding(out, bits);
    if (shifted) out.append('-');
    return out.finish(ts);
}

Result<Ref<Str>> decode_utf7(Attached ts, std::string_view in, const char* errors, Index* consumed) {
    StrBuilder out(static_cast<Index>(in.size()));
    DecodeErrors handler("utf7", in, errors);
    Index at = 0, shift_start = 0, shift_output = 0;
    Bits bits;
    bool shifted = false;
    uint32_t high = 0;  // a high surrogate that waits for its low one
    auto size = [&] { return static_cast<Index>(handler.view().size()); };
    auto byte = [&](Index i) { return static_cast<uint8_t>(handler.view()[static_cast<size_t>(i)]); };
    auto put = [&](uint32_t unit) {
        bool low = unit >= 0xDC00 && unit < 0xE000;
        if (high != 0 && low) {
            out.append(0x10000 + ((high - 0xD800) << 10) + (unit - 0xDC00));
            high = 0;
            return;
        }
        if (high != 0) out.append(std::exchange(high, 0));
        if (unit >= 0xD800 && unit < 0xDC00) {
            high = unit;
        } else {
            out.append(unit);
        }
    };
    for (;;) {
        while (at < size()) {
            uint8_t c = byte(at);
            const char* reason = nullptr;
            Index start = at;
            if (shifted && base64_value(c) >= 0) {
                bits.push(static_cast<uint32_t>(base64_value(c)), 6);
                ++at;
                if (bits.count >= 16) put(bits.pop(16));
                continue;
            }
            if (shifted) {
                shifted = false;
                if (bits.count >= 6) {
                    reason = "partial character in base64 sequence";
                } else if (bits.count > 0 && bits.value != 0) {
                    reason = "non-zero padding bits in base64 sequence";
                }
                if (reason != nullptr) {
                    ++at;
                    start = shift_start;
                } else {
                    if (high != 0 && c < 0x80 && c != '+') out.append(high);
                    high = 0;
                    if (c == '-') ++at;
                }
            } else if (c == '+') {
                shift_start = at++;
                if (at < size() && byte(at) == '-') {
                    ++at;
                    out.append('+');
                } else if (at < size() && base64_value(byte(at)) < 0) {
                    ++at;
                    reason = "ill-formed sequence";
                } else {
                    shifted = true;
                    high = 0;
                    bits = {};
                    shift_output = out.size();
                }
            } else {
                ++at;
                if (c < 0x80) {
                    out.append(static_cast<char>(c));
                } else {
                    reason = "unexpected special character";
                }
            }
            if (reason != nullptr) at = TRY(handler.handle(ts, out, start, at, reason));
        }
        bool unfinished = high != 0 || bits.count >= 6 || (bits.count > 0 && bits.value != 0);
        if (!shifted || consumed != nullptr || !unfinished) break;
        shifted = false;
        high = 0;
        at = TRY(handler.handle(ts, out, shift_start, size(), "unterminated shift sequence"));
        if (at >= size()) break;
    }
    if (consumed != nullptr) {
        *consumed = at;
        if (shifted) {  // the whole shift sequence is read again with the next piece
            *consumed = shift_start;
            out.truncate(shift_output);
        }
    }
    return out.finish(ts);
}

}  // namespace baton
