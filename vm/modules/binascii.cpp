// binascii: bytes as hexadecimal, base64 and uuencoded text, and two checksums.
#include "runtime/exceptions.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/bytes_kernels.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "vm/modules/binascii_text.h"
#include "vm/vm_types.h"

namespace baton {

Raised raise_binascii_error(Attached ts, std::string_view message) {
    const Ref<Str> text = TRY(str_new_ascii(ts, message));
    return raise_type(ts, binascii_error_type(), text.get());
}

Result<void> AsciiInput::get(Attached ts, Object& o) {
    if (is_str(o)) {
        const auto& s = static_cast<Str&>(o);
        if (!str_is_ascii(s))
            return raise(ts, Exc::ValueError, "string argument should contain only ASCII characters");
        view_ = str_ascii_view(s);
        return {};
    }
    if (!is_bytes_like(o)) {
        return raise(ts, Exc::TypeError, "argument should be bytes, buffer or ASCII string, not '{}'",
                     type_name(o));
    }
    TRY(buffer_.get(ts, o));
    view_ = buffer_.view();
    return {};
}

namespace {

constexpr char kBase64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
struct Base64Values {
    uint8_t of[256];
    constexpr Base64Values() : of() {
        for (auto& v : of) v = 64;
        for (uint8_t i = 0; i < 64; ++i) of[static_cast<unsigned char>(kBase64[i])] = i;
    }
};
constexpr Base64Values kBase64Values;

// CRC-32 of IEEE 802.3, eight bytes at a time: of[k][b] is the effect of byte b followed by k zero bytes.
struct Crc32Tables {
    uint32_t of[8][256];
    constexpr Crc32Tables() : of() {
        for (uint32_t b = 0; b < 256; ++b) {
            uint32_t c = b;
            for (int bit = 0; bit < 8; ++bit) c = (c & 1) != 0 ? 0xedb88320u ^ (c >> 1) : c >> 1;
            of[0][b] = c;
        }
        for (int k = 1; k < 8; ++k) {
            for (int b = 0; b < 256; ++b) of[k][b] = of[0][of[k - 1][b] & 255] ^ (of[k - 1][b] >> 8);
        }
    }
};
constexpr Crc32Tables kCrc32;

uint32_t crc32_of(std::string_view data, uint32_t crc) {
    crc = ~crc;
    const auto* p = reinterpret_cast<const unsigned char*>(data.data());
    size_t n = data.size();
    for (; n >= 8; n -= 8, p += 8) {
        crc ^= p[0] | uint32_t{p[1]} << 8 | uint32_t{p[2]} << 16 | uint32_t{p[3]} << 24;
        crc = kCrc32.of[7][crc & 255] ^ kCrc32.of[6][crc >> 8 & 255] ^ kCrc32.of[5][crc >> 16 & 255] ^
              kCrc32.of[4][crc >> 24] ^ kCrc32.of[3][p[4]] ^ kCrc32.of[2][p[5]] ^ kCrc32.of[1][p[6]] ^
              kCrc32.of[0][p[7]];
    }
    for (; n > 0; --n) crc = kCrc32.of[0][(crc ^ *p++) & 255] ^ (crc >> 8);
    return ~crc;
}

Result<Value> binascii_crc32(Attached ts, Object&, Object& data, Opt<uint64_t> crc) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const std::string_view bytes = buffer.view();
    const auto start = static_cast<uint32_t>(crc.or_else(0));
    // Worth giving the lock away for, as CPython judges it.
    constexpr size_t kLong = 1024 * 5;
    const uint32_t sum =
        bytes.size() > kLong ? ts.detached([&] { return crc32_of(bytes, start); }) : crc32_of(bytes, start);
    return Value::of_int(sum);
}

Result<Value> binascii_crc_hqx(Attached ts, Object&, Object& data, uint64_t crc) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    uint32_t sum = crc & 0xffff;
    for (unsigned char c : buffer.view()) {
        sum ^= uint32_t{c} << 8;
        for (int bit = 0; bit < 8; ++bit) sum = (sum & 0x8000) != 0 ? (sum << 1) ^ 0x1021 : sum << 1;
        sum &= 0xffff;
    }
    return Value::of_int(sum);
}

Result<Ref<Bytes>> binascii_hexlify(Attached ts, Object&, Object& data, Object* sep, Opt<int> bytes_per_sep) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const Ref<Str> text = TRY(bytes_hex(ts, buffer.view(), sep, bytes_per_sep.or_else(1)));
    return bytes_new(ts, str_ascii_view(*text));
}

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

Result<Ref<Bytes>> binascii_unhexlify(Attached ts, Object&, Object& hexstr) {
    AsciiInput input;
    TRY(input.get(ts, hexstr));
    const std::string_view text = input.view();
    if (text.size() % 2 != 0) return raise_binascii_error(ts, "Odd-length string");
    BytesBuilder out(static_cast<Index>(text.size() / 2));
    for (size_t at = 0; at < text.size(); at += 2) {
        const int high = hex_value(text[at]), low = hex_value(text[at + 1]);
        if (high < 0 || low < 0) return raise_binascii_error(ts, "Non-hexadecimal digit found");
        out.append(static_cast<char>(high << 4 | low));
    }
    return out.finish(ts);
}

Result<Ref<Bytes>> binascii_a2b_base64(Attached ts, Object&, Object& data, Opt<bool> strict_mode) {
    AsciiInput input;
    TRY(input.get(ts, data));
    const std::string_view text = input.view();
    const bool strict = strict_mode.or_else(false);
    if (strict && !text.empty() && text[0] == '=')
        return raise_binascii_error(ts, "Leading padding not allowed");
    BytesBuilder out(static_cast<Index>(text.size() / 4 * 3 + 3));
    int filled = 0;  // characters of the current group of four
    int pads = 0;
    bool padding = false;
    unsigned group = 0;
    for (size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '=') {
            padding = true;
            if (filled >= 2 && filled + ++pads >= 4) {
                // A whole group: what follows is not looked at.
                if (strict && at + 1 < text.size())
                    return raise_binascii_error(ts, "Excess data after padding");
                return out.finish(ts);
            }
            continue;
        }
        const unsigned value = kBase64Values.of[static_cast<unsigned char>(text[at])];
        if (value >= 64) {
            if (strict) return raise_binascii_error(ts, "Only base64 data is allowed");
            continue;
        }
        if (strict && padding) return raise_binascii_error(ts, "Discontinuous padding not allowed");
        pads = 0;
        group = group << 6 | value;
        if (++filled > 1) out.append(static_cast<char>(group >> (8 - 2 * filled)));
        filled &= 3;
        if (filled == 0) group = 0;
    }
    if (filled == 1) {
        const Index characters = out.size() / 3 * 4 + 1;
        const std::string message = fmt::format(
            "Invalid base64-encoded string: number of data characters ({}) cannot be 1 more than a multiple "
            "of 4",
            characters);
        return raise_binascii_error(ts, message);
    }
    if (filled != 0) return raise_binascii_error(ts, "Incorrect padding");
    return out.finish(ts);
}

Result<Ref<Bytes>> binascii_b2a_base64(Attached ts, Object&, Object& data, Opt<bool> newline) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const std::string_view bytes = buffer.view();
    BytesBuilder out(static_cast<Index>(bytes.size() / 3 * 4 + 5));
    const auto at = [&](size_t i) {
        return i < bytes.size() ? unsigned{static_cast<unsigned char>(bytes[i])} : 0u;
    };
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        out.append(kBase64[group >> 18]);
        out.append(kBase64[group >> 12 & 63]);
        out.append(i + 1 < bytes.size() ? kBase64[group >> 6 & 63] : '=');
        out.append(i + 2 < bytes.size() ? kBase64[group & 63] : '=');
    }
    if (newline.or_else(true)) out.append('\n');
    return out.finish(ts);
}

Result<Ref<Bytes>> binascii_a2b_uu(Attached ts, Object&, Object& data) {
    AsciiInput input;
    TRY(input.get(ts, data));
    const std::string_view text = input.view();
    // No text at all counts as a zero byte, whose length code is 32.
    const auto length =
        static_cast<Index>(((text.empty() ? 0u : static_cast<unsigned char>(text[0])) - 32u) & 63u);
    BytesBuilder out(length);
    size_t at = 1;
    int bits = 0;
    unsigned pending = 0;
    while (out.size() < length && !out.failed()) {
        // Trailing blanks may have been lost on the way: they count as zeros.
        unsigned char c = at < text.size() ? static_cast<unsigned char>(text[at]) : '\n';
        ++at;
        unsigned value = 0;
        if (c != '\n' && c != '\r') {
            // A backtick is a blank that survives.
            if (c < ' ' || c > '`') return raise_binascii_error(ts, "Illegal char");
            value = (c - 32u) & 63u;
        }
        pending = pending << 6 | value;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out.append(static_cast<char>(pending >> bits));
        }
    }
    for (; at < text.size(); ++at) {
        const char c = text[at];
        if (c != ' ' && c != '`' && c != '\n' && c != '\r')
            return raise_binascii_error(ts, "Trailing garbage");
    }
    return out.finish(ts);
}

Result<Ref<Bytes>> binascii_b2a_uu(Attached ts, Object&, Object& data, Opt<bool> backtick) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const std::string_view bytes = buffer.view();
    if (bytes.size() > 45) return raise_binascii_error(ts, "At most 45 bytes at once");
    const char zero = backtick.or_else(false) ? '`' : ' ';
    const auto code = [&](unsigned value) { return value == 0 ? zero : static_cast<char>(value + 32); };
    const auto at = [&](size_t i) {
        return i < bytes.size() ? unsigned{static_cast<unsigned char>(bytes[i])} : 0u;
    };
    BytesBuilder out;
    out.append(code(static_cast<unsigned>(bytes.size())));
    for (size_t i = 0; i < bytes.size(); i += 3) {
        const unsigned group = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
        for (int shift = 18; shift >= 0; shift -= 6) out.append(code(group >> shift & 63));
    }
    out.append('\n');
    return out.finish(ts);
}

constexpr Method functions[] = {
    method<binascii_a2b_base64>("a2b_base64($module, data, /, *, strict_mode=False)",
                                "The bytes of a line of base64 text."),
    method<binascii_unhexlify>("a2b_hex($module, hexstr, /)",
                               "The bytes that pairs of hexadecimal digits stand for."),
    method<binascii_a2b_qp>("a2b_qp($module, /, data, header=False)", "The bytes of quoted-printable text."),
    method<binascii_a2b_uu>("a2b_uu($module, data, /)", "The bytes of a line of uuencoded text."),
    method<binascii_b2a_base64>("b2a_base64($module, data, /, *, newline=True)",
                                "The bytes as one line of base64 text."),
    method<binascii_hexlify>("b2a_hex($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
                             "The bytes as hexadecimal digits."),
    method<binascii_b2a_qp>("b2a_qp($module, /, data, quotetabs=False, istext=True, header=False)",
                            "The bytes as quoted-printable text."),
    method<binascii_b2a_uu>("b2a_uu($module, data, /, *, backtick=False)",
                            "The bytes as a line of uuencoded text."),
    method<binascii_crc32>("crc32($module, data, crc=0, /)",
                           "The CRC-32 checksum of the data, from a start value on."),
    method<binascii_crc_hqx>("crc_hqx($module, data, crc, /)",
                             "The CRC-CCITT checksum of the data, from a start value on."),
    method<binascii_hexlify>("hexlify($module, /, data, sep=<unrepresentable>, bytes_per_sep=1)",
                             "The bytes as hexadecimal digits."),
    method<binascii_unhexlify>("unhexlify($module, hexstr, /)",
                               "The bytes that pairs of hexadecimal digits stand for."),
    {},
};

Result<void> binascii_exec(Attached ts, Module& module) {
    const Ref<Str> error = TRY(str_intern_utf8(ts, "Error"));
    TRY(dict_set_str(ts, *module.dict, *error, binascii_error_type()));
    const Ref<Str> incomplete = TRY(str_intern_utf8(ts, "Incomplete"));
    return dict_set_str(ts, *module.dict, *incomplete, binascii_incomplete_type());
}

}  // namespace

const TypeSpec binascii_error_spec = {
    .name = "binascii.Error",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::ValueError)],
};
const TypeSpec binascii_incomplete_spec = {
    .name = "binascii.Incomplete",
    .basicsize = sizeof(BaseException),
    .flags = kTypeBaseType,
    .base = &exception_types[static_cast<int>(Exc::Exception)],
};

extern const ModuleSpec binascii_module;
const ModuleSpec binascii_module = {
    .name = "binascii",
    .doc = "Encodings of bytes as printable characters, and checksums.",
    .methods = functions,
    .exec = binascii_exec,
};

}  // namespace baton
