#include "vm/source_text.h"

#include <cstring>

#include <fmt/format.h>

namespace baton::ast {

namespace {

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\f';
}

bool is_cookie_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
}

// The encoding named by a cookie in this line; empty without one.
std::string_view cookie_in(std::string_view line) {
    size_t i = 0;
    while (i < line.size() && is_blank(line[i])) i++;
    if (i == line.size() || line[i] != '#') return {};
    for (size_t at = line.find("coding", i); at != std::string_view::npos; at = line.find("coding", at + 1)) {
        size_t p = at + 6;
        if (p >= line.size() || (line[p] != ':' && line[p] != '=')) continue;
        do p++;
        while (p < line.size() && (line[p] == ' ' || line[p] == '\t'));
        size_t begin = p;
        while (p < line.size() && is_cookie_char(line[p])) p++;
        if (p > begin) return line.substr(begin, p - begin);
    }
    return {};
}

bool is_blank_or_comment(std::string_view line) {
    for (char c : line) {
        if (c == '#') return true;
        if (!is_blank(c)) return false;
    }
    return true;
}

std::string_view find_cookie(std::string_view source) {
    for (int lineno = 0; lineno < 2; lineno++) {
        size_t end = source.find_first_of("\r\n");
        std::string_view line = source.substr(0, end);
        std::string_view cookie = cookie_in(line);
        if (!cookie.empty()) return cookie;
        if (end == std::string_view::npos || !is_blank_or_comment(line)) return {};
        if (source[end] == '\r' && end + 1 < source.size() && source[end + 1] == '\n') end++;
        source.remove_prefix(end + 1);
    }
    return {};
}

// "utf-8" and "iso-8859-1" for their usual aliases, other names unchanged. Looks at 12 characters, as PEP 263
// does.
std::string normal_encoding(std::string_view name) {
    std::string low;
    for (char c : name.substr(0, 12)) {
        if (c == '_') c = '-';
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
        low += c;
    }
    auto is_or_starts = [&](std::string_view what) {
        return low.compare(0, what.size(), what) == 0 &&
               (low.size() == what.size() || low[what.size()] == '-');
    };
    if (is_or_starts("utf-8")) return "utf-8";
    if (is_or_starts("latin-1") || is_or_starts("iso-8859-1") || is_or_starts("iso-latin-1"))
        return "iso-8859-1";
    return std::string(name);
}

void normalize_lines(std::string& text, bool add_newline) {
    if (std::memchr(text.data(), '\r', text.size())) {
        size_t out = 0;
        for (size_t i = 0; i < text.size(); i++) {
            char c = text[i];
            if (c == '\r') {
                c = '\n';
                if (i + 1 < text.size() && text[i + 1] == '\n') i++;
            }
            text[out++] = c;
        }
        text.resize(out);
    }
    if (add_newline && (text.empty() || text.back() != '\n')) text += '\n';
}

ParseError source_error(std::string message) {
    ParseError error;
    error.message = std::move(message);
    error.offset = -1;
    return error;
}

}  // namespace

SourceText prepare_source(std::string_view source, const ParseOptions& options) {
    SourceText result;
    if (std::memchr(source.data(), '\0', source.size())) {
        ParseError error;
        error.kind = ErrorKind::ValueError;
        error.message = "source code string cannot contain null bytes";
        result.error = std::move(error);
        return result;
    }
    if (options.ignore_cookie) {
        result.buffer = source;
        normalize_lines(result.buffer, options.mode == Mode::Exec);
        return result;
    }

    bool bom = source.size() >= 3 && std::memcmp(source.data(), "\xEF\xBB\xBF", 3) == 0;
    if (bom) source.remove_prefix(3);
    std::string_view cookie = find_cookie(source);
    std::string encoding = normal_encoding(cookie);
    result.counts_characters = bom || !cookie.empty();
    if (bom && !cookie.empty() && encoding != "utf-8") {
        result.error = source_error(fmt::format("encoding problem: {} with BOM", encoding));
        return result;
    }
    if (cookie.empty() || encoding == "utf-8") {
        result.buffer = source;
    } else if (encoding == "iso-8859-1") {
        for (unsigned char c : source) append_utf8(result.buffer, c);
    } else {
        bool unknown = options.hooks.decode == nullptr;
        std::string out;
        if (!unknown && options.hooks.decode(options.hooks.context, encoding, source, out, &unknown)) {
            result.buffer = std::move(out);
        } else {
            result.error =
                source_error(unknown ? fmt::format("unknown encoding: {}", cookie) : std::move(out));
            return result;
        }
    }
    normalize_lines(result.buffer, options.mode == Mode::Exec);
    return result;
}

std::optional<UndeclaredBytes> find_undeclared_bytes(std::string_view source) {
    if (source.substr(0, 3) == "\xEF\xBB\xBF" || !find_cookie(source).empty()) return {};
    int line = 1;
    for (const char *at = source.data(), *end = at + source.size(); at < end;) {
        uint32_t ch;
        const int length = decode_utf8(at, end, &ch);
        if (length == 0) return UndeclaredBytes{line, static_cast<unsigned char>(*at)};
        line += *at == '\n';
        at += length;
    }
    return {};
}

int decode_utf8(const char* at, const char* end, uint32_t* ch) {
    auto byte = [&](int i) { return static_cast<unsigned char>(at[i]); };
    auto follows = [&](int i) { return at + i < end && (byte(i) & 0xC0) == 0x80; };
    if (at == end) return 0;
    unsigned char c = byte(0);
    if (c < 0x80) {
        *ch = c;
        return 1;
    }
    if (c >= 0xC2 && c < 0xE0) {
        if (!follows(1)) return 0;
        *ch = (c & 0x1Fu) << 6 | (byte(1) & 0x3Fu);
        return 2;
    }
    if (c >= 0xE0 && c < 0xF0) {
        if (!follows(1) || !follows(2)) return 0;
        uint32_t value = (c & 0x0Fu) << 12 | (byte(1) & 0x3Fu) << 6 | (byte(2) & 0x3Fu);
        if (value < 0x800 || (value >= 0xD800 && value < 0xE000)) return 0;
        *ch = value;
        return 3;
    }
    if (c >= 0xF0 && c < 0xF5) {
        if (!follows(1) || !follows(2) || !follows(3)) return 0;
        uint32_t value =
            (c & 0x07u) << 18 | (byte(1) & 0x3Fu) << 12 | (byte(2) & 0x3Fu) << 6 | (byte(3) & 0x3Fu);
        if (value < 0x10000 || value > 0x10FFFF) return 0;
        *ch = value;
        return 4;
    }
    return 0;
}

void append_utf8(std::string& out, uint32_t ch) {
    auto tail = [&](int shift) { out += static_cast<char>(0x80 | ((ch >> shift) & 0x3F)); };
    if (ch < 0x80) {
        out += static_cast<char>(ch);
    } else if (ch < 0x800) {
        out += static_cast<char>(0xC0 | ch >> 6);
        tail(0);
    } else if (ch < 0x10000) {
        out += static_cast<char>(0xE0 | ch >> 12);
        tail(6);
        tail(0);
    } else {
        out += static_cast<char>(0xF0 | ch >> 18);
        tail(12);
        tail(6);
        tail(0);
    }
}

namespace {

// Bytes from `at` that one replacement character stands for: the longest part of a sequence that is
// well-formed so far, at least one byte.
int malformed_length(const char* at, const char* end) {
    auto byte = [&](int i) { return static_cast<unsigned char>(at[i]); };
    unsigned char c = byte(0);
    int needs = c >= 0xF0 && c < 0xF5 ? 3 : c >= 0xE0 && c < 0xF0 ? 2 : c >= 0xC2 && c < 0xE0 ? 1 : 0;
    int have = 0;
    while (have < needs && at + have + 1 < end) {
        unsigned char next = byte(have + 1);
        unsigned char low = 0x80, high = 0xBF;
        if (have == 0) {
            if (c == 0xE0) low = 0xA0;
            if (c == 0xED) high = 0x9F;
            if (c == 0xF0) low = 0x90;
            if (c == 0xF4) high = 0x8F;
        }
        if (next < low || next > high) break;
        have++;
    }
    return 1 + have;
}

bool is_ascii(std::string_view bytes) {
    for (char c : bytes)
        if (c & 0x80) return false;
    return true;
}

}  // namespace

int count_characters(std::string_view bytes) {
    if (is_ascii(bytes)) return static_cast<int>(bytes.size());
    int count = 0;
    const char* end = bytes.data() + bytes.size();
    for (const char* at = bytes.data(); at != end; count++) {
        uint32_t ch;
        int length = decode_utf8(at, end, &ch);
        at += length ? length : malformed_length(at, end);
    }
    return count;
}

std::string replace_malformed(std::string_view bytes) {
    if (is_ascii(bytes)) return std::string(bytes);
    std::string out;
    const char* end = bytes.data() + bytes.size();
    for (const char* at = bytes.data(); at != end;) {
        uint32_t ch;
        int length = decode_utf8(at, end, &ch);
        if (length) {
            out.append(at, length);
        } else {
            out += "\xEF\xBF\xBD";
            length = malformed_length(at, end);
        }
        at += length;
    }
    return out;
}

std::optional<std::string> explain_malformed(std::string_view bytes) {
    if (is_ascii(bytes)) return std::nullopt;
    const char* end = bytes.data() + bytes.size();
    for (const char* at = bytes.data(); at != end;) {
        uint32_t ch;
        int length = decode_utf8(at, end, &ch);
        if (!length) {
            auto position = at - bytes.data();
            unsigned char c = static_cast<unsigned char>(*at);
            int bad = malformed_length(at, end);
            bool starts = c >= 0xC2 && c < 0xF5;
            const char* why = !starts           ? "invalid start byte"
                              : at + bad == end ? "unexpected end of data"
                                                : "invalid continuation byte";
            if (bad == 1)
                return fmt::format("'utf-8' codec can't decode byte 0x{:02x} in position {}: {}", c, position,
                                   why);
            return fmt::format("'utf-8' codec can't decode bytes in position {}-{}: {}", position,
                               position + bad - 1, why);
        }
        at += length;
    }
    return std::nullopt;
}

}  // namespace baton::ast
