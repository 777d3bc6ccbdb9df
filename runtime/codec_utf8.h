// UTF-8 kernels: validating, measuring, decoding and encoding, without objects and without error handlers.
//
// Decoding goes in two steps: utf8_scan says how far the bytes are valid and what text they hold, then
// utf8_decode writes text of the right kind without checking again. Where a scan stops early, utf8_error says
// what is wrong there, in the terms of Python's UnicodeDecodeError. Encoding writes lone surrogates as three
// bytes (WTF-8) if asked.
//
// Callers: anybody, attached or not.
#pragma once
#include "runtime/unicode_text.h"

namespace baton::text {

struct Utf8Scan {
    size_t bytes = 0;   // length of the valid prefix
    size_t chars = 0;   // code points in it
    uint32_t bits = 0;  // its code points or-ed together: enough to choose the kind
};

// The length of the valid sequence at s (1..4), or 0.
inline unsigned utf8_sequence(const uint8_t* s, size_t n) {
    auto tail = [&](size_t i) { return (s[i] & 0xC0) == 0x80; };
    uint8_t lead = s[0];
    if (lead < 0x80) return 1;
    if (lead < 0xC2) return 0;
    if (lead < 0xE0) return n >= 2 && tail(1) ? 2 : 0;
    if (lead < 0xF0) {
        if (n < 3 || !tail(1) || !tail(2)) return 0;
        if (lead == 0xE0 && s[1] < 0xA0) return 0;
        if (lead == 0xED && s[1] >= 0xA0) return 0;
        return 3;
    }
    if (lead > 0xF4 || n < 4 || !tail(1) || !tail(2) || !tail(3)) return 0;
    if (lead == 0xF0 && s[1] < 0x90) return 0;
    if (lead == 0xF4 && s[1] >= 0x90) return 0;
    return 4;
}

inline uint32_t utf8_value(const uint8_t* s, unsigned length) {
    switch (length) {
        case 1:
            return s[0];
        case 2:
            return (s[0] & 0x1Fu) << 6 | (s[1] & 0x3Fu);
        case 3:
            return (s[0] & 0x0Fu) << 12 | (s[1] & 0x3Fu) << 6 | (s[2] & 0x3Fu);
        default:
            return (s[0] & 0x07u) << 18 | (s[1] & 0x3Fu) << 12 | (s[2] & 0x3Fu) << 6 | (s[3] & 0x3Fu);
    }
}

Utf8Scan utf8_scan(const uint8_t* s, size_t n);

// How many ASCII bytes stand at s, at least one; looks at eight at a time.
inline size_t ascii_run(const uint8_t* s, size_t n) {
    if (n < 8) return 1;
    uint64_t high = load64(s) & kHighBits;
    return high != 0 ? static_cast<size_t>(__builtin_ctzll(high)) / 8 : ascii_prefix(s, n);
}

// The bytes must have been scanned.
template <class C>
inline void utf8_decode(const uint8_t* s, size_t n, C* out) {
    const uint8_t* end = s + n;
    while (s < end) {
        if (*s < 0x80) {
            size_t run = ascii_run(s, static_cast<size_t>(end - s));
            if (run >= 8) {
                convert(s, static_cast<Index>(run), out);
            } else {
                for (size_t i = 0; i < run; ++i) out[i] = s[i];
            }
            out += run;
            s += run;
        } else if (*s < 0xE0) {
            *out++ = static_cast<C>(utf8_value(s, 2));
            s += 2;
        } else if (*s < 0xF0) {
            *out++ = static_cast<C>(utf8_value(s, 3));
            s += 3;
        } else {
            *out++ = static_cast<C>(utf8_value(s, 4));
            s += 4;
        }
    }
}

struct Utf8Error {
    unsigned length = 0;      // bytes the error covers
    const char* reason = "";  // UnicodeDecodeError's
    bool truncated = false;   // more input could make it valid
};
Utf8Error utf8_error(const uint8_t* s, size_t n);  // precondition: utf8_sequence(s, n) == 0

struct Utf8Size {
    size_t bytes = 0;
    bool surrogates = false;  // some are counted, three bytes each
};
template <class C>
BATON_VECTORIZE inline Utf8Size utf8_size(const C* s, Index n) {
    size_t extra = 0;
    uint32_t surrogates = 0;
    for (Index i = 0; i < n; ++i) {
        uint32_t c = s[i];
        extra += c >= 0x80;
        if constexpr (sizeof(C) >= 2) {
            extra += c >= 0x800;
            surrogates |= (c & 0xFFFFF800) == 0xD800;
        }
        if constexpr (sizeof(C) >= 4) extra += c >= 0x10000;
    }
    return {static_cast<size_t>(n) + extra, surrogates != 0};
}

inline char* utf8_put(uint32_t c, char* out) {
    auto byte = [](uint32_t b) { return static_cast<char>(b); };
    if (c < 0x80) {
        *out++ = byte(c);
    } else if (c < 0x800) {
        *out++ = byte(0xC0 | c >> 6);
        *out++ = byte(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
        *out++ = byte(0xE0 | c >> 12);
        *out++ = byte(0x80 | (c >> 6 & 0x3F));
        *out++ = byte(0x80 | (c & 0x3F));
    } else {
        *out++ = byte(0xF0 | c >> 18);
        *out++ = byte(0x80 | (c >> 12 & 0x3F));
        *out++ = byte(0x80 | (c >> 6 & 0x3F));
        *out++ = byte(0x80 | (c & 0x3F));
    }
    return out;
}

// Writes utf8_size(s, n).bytes bytes and returns their end.
template <class C>
inline char* utf8_encode(const C* s, Index n, char* out) {
    constexpr Index kWord = 8 / sizeof(C);
    constexpr uint64_t kBeyondAscii = sizeof(C) == 1   ? kHighBits
                                      : sizeof(C) == 2 ? 0xFF80FF80FF80FF80
                                                       : 0xFFFFFF80FFFFFF80;
    for (Index i = 0; i < n;) {
        if (s[i] >= 0x80) {
            out = utf8_put(s[i++], out);
        } else if (n - i >= kWord && (load64(s + i) & kBeyondAscii) == 0) {
            for (Index k = 0; k < kWord; ++k) *out++ = static_cast<char>(s[i + k]);
            i += kWord;
        } else {
            *out++ = static_cast<char>(s[i++]);
        }
    }
    return out;
}
inline constexpr Index kMaxUtf8Growth = 4;  // bytes per code point at most

// Where the first surrogate at or after `from` is; n when there is none.
template <class C>
inline Index find_surrogate(const C* s, Index from, Index n) {
    if constexpr (sizeof(C) == 1) return n;
    while (from < n && (s[from] & 0xFFFFF800u) != 0xD800) ++from;
    return from;
}

}  // namespace baton::text
