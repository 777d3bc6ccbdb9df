// Kernels over text of one, two or four bytes per code point: scanning, widening, comparing, line and space
// splitting.
//
// Everything is a function of pointers and lengths; where two kinds meet, the function is a template of both.
// Lengths and positions are code points. Long scans look at eight bytes or more at a time.
//
// Callers: anybody, attached or not.
#pragma once
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>

#include "runtime/unicode_data.h"

namespace baton::text {

using Index = std::ptrdiff_t;

// -O2 of GCC 12 vectorises too shyly for loops that only copy or combine.
#define BATON_VECTORIZE __attribute__((optimize("tree-vectorize", "vect-cost-model=dynamic")))

inline uint64_t load64(const void* p) {
    uint64_t w;
    std::memcpy(&w, p, 8);
    return w;
}
inline constexpr uint64_t kHighBits = 0x8080808080808080;

// How many of the first n bytes come before the first one that is not ASCII.
inline size_t ascii_prefix(const uint8_t* s, size_t n) {
    size_t i = 0;
#if defined(__SSE2__)
    for (; i + 16 <= n; i += 16) {
        int mask = _mm_movemask_epi8(_mm_loadu_si128(reinterpret_cast<const __m128i*>(s + i)));
        if (mask != 0) return i + static_cast<size_t>(__builtin_ctz(static_cast<unsigned>(mask)));
    }
#endif
    for (; i + 8 <= n; i += 8) {
        if (uint64_t high = load64(s + i) & kHighBits)
            return i + static_cast<size_t>(__builtin_ctzll(high)) / 8;
    }
    while (i < n && s[i] < 0x80) ++i;
    return i;
}
inline bool is_ascii(const void* s, size_t n) {
    return ascii_prefix(static_cast<const uint8_t*>(s), n) == n;
}

// An upper bound of the code points with the same canonical kind as the largest: all of them or-ed together.
template <class C>
BATON_VECTORIZE inline uint32_t combined_bits(const C* s, Index n) {
    if constexpr (sizeof(C) == 1) {
        return is_ascii(s, static_cast<size_t>(n)) ? 0x7F : 0xFF;
    } else {
        C bits = 0;
        for (Index i = 0; i < n; ++i) bits |= s[i];
        return bits;
    }
}
inline int kind_of(uint32_t max_char) {
    return max_char < 0x100 ? 1 : max_char < 0x10000 ? 2 : 4;
}

// Copies text into a kind at least as wide as needed.
template <class From, class To>
BATON_VECTORIZE inline void convert(const From* from, Index n, To* to) {
    if constexpr (sizeof(From) == sizeof(To)) {
        std::memcpy(to, from, static_cast<size_t>(n) * sizeof(To));
    } else {
        for (Index i = 0; i < n; ++i) to[i] = static_cast<To>(from[i]);
    }
}
inline void convert(int from_kind, const void* from, Index n, int to_kind, void* to) {
    auto second = [&](auto* source) {
        switch (to_kind) {
            case 1:
                convert(source, n, static_cast<uint8_t*>(to));
                break;
            case 2:
                convert(source, n, static_cast<uint16_t*>(to));
                break;
            default:
                convert(source, n, static_cast<uint32_t*>(to));
                break;
        }
    };
    switch (from_kind) {
        case 1:
            second(static_cast<const uint8_t*>(from));
            break;
        case 2:
            second(static_cast<const uint16_t*>(from));
            break;
        default:
            second(static_cast<const uint32_t*>(from));
            break;
    }
}

template <class A, class B>
inline bool equal(const A* a, const B* b, Index n) {
    if constexpr (sizeof(A) == sizeof(B)) {
        return std::memcmp(a, b, static_cast<size_t>(n) * sizeof(A)) == 0;
    } else {
        for (Index i = 0; i < n; ++i) {
            if (a[i] != b[i]) return false;
        }
        return true;
    }
}

template <class A, class B>
inline int compare(const A* a, Index a_size, const B* b, Index b_size) {
    Index n = a_size < b_size ? a_size : b_size;
    if constexpr (sizeof(A) == 1 && sizeof(B) == 1) {
        int order = std::memcmp(a, b, static_cast<size_t>(n));
        if (order != 0) return order < 0 ? -1 : 1;
    } else {
        for (Index i = 0; i < n; ++i) {
            if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
        }
    }
    return a_size == b_size ? 0 : a_size < b_size ? -1 : 1;
}

template <class C>
inline void fill(C* to, Index n, uint32_t c) {
    if constexpr (sizeof(C) == 1) {
        std::memset(to, static_cast<int>(c), static_cast<size_t>(n));
    } else {
        for (Index i = 0; i < n; ++i) to[i] = static_cast<C>(c);
    }
}

// ---- one character ----
#if defined(__SSE2__)
template <class C>
struct Lanes {
    static constexpr Index kCount = 16 / sizeof(C);
    static __m128i spread(C c) {
        if constexpr (sizeof(C) == 1) return _mm_set1_epi8(static_cast<char>(c));
        if constexpr (sizeof(C) == 2) return _mm_set1_epi16(static_cast<short>(c));
        if constexpr (sizeof(C) == 4) return _mm_set1_epi32(static_cast<int>(c));
    }
    // One bit per byte of each lane that equals.
    static unsigned matches(const C* s, __m128i wanted) {
        __m128i block = _mm_loadu_si128(reinterpret_cast<const __m128i*>(s));
        __m128i same;
        if constexpr (sizeof(C) == 1) same = _mm_cmpeq_epi8(block, wanted);
        if constexpr (sizeof(C) == 2) same = _mm_cmpeq_epi16(block, wanted);
        if constexpr (sizeof(C) == 4) same = _mm_cmpeq_epi32(block, wanted);
        return static_cast<unsigned>(_mm_movemask_epi8(same));
    }
    static Index lowest(unsigned mask) { return __builtin_ctz(mask) / static_cast<int>(sizeof(C)); }
    static Index highest(unsigned mask) { return (31 - __builtin_clz(mask)) / static_cast<int>(sizeof(C)); }
    static unsigned without_lowest(unsigned mask) {
        return mask & ~(((1u << sizeof(C)) - 1) << (lowest(mask) * static_cast<Index>(sizeof(C))));
    }
};
#endif

template <class C>
inline Index find_char(const C* s, Index n, C c) {
    if constexpr (sizeof(C) == 1) {
        if (n > 12) {
            const void* at = std::memchr(s, c, static_cast<size_t>(n));
            return at ? static_cast<const C*>(at) - s : -1;
        }
    }
    Index i = 0;
#if defined(__SSE2__)
    if constexpr (sizeof(C) != 1) {
        __m128i wanted = Lanes<C>::spread(c);
        for (; i + Lanes<C>::kCount <= n; i += Lanes<C>::kCount) {
            if (unsigned mask = Lanes<C>::matches(s + i, wanted)) {
                return i + Lanes<C>::lowest(mask);
            }
        }
    }
#endif
    for (; i < n; ++i) {
        if (s[i] == c) return i;
    }
    return -1;
}

template <class C>
inline Index rfind_char(const C* s, Index n, C c) {
    if constexpr (sizeof(C) == 1) {
        const void* at = n > 0 ? memrchr(s, c, static_cast<size_t>(n)) : nullptr;
        return at ? static_cast<const C*>(at) - s : -1;
    } else {
        Index i = n;
#if defined(__SSE2__)
        __m128i wanted = Lanes<C>::spread(c);
        for (; i >= Lanes<C>::kCount; i -= Lanes<C>::kCount) {
            if (unsigned mask = Lanes<C>::matches(s + i - Lanes<C>::kCount, wanted)) {
                return i - Lanes<C>::kCount + Lanes<C>::highest(mask);
            }
        }
#endif
        while (i-- > 0) {
            if (s[i] == c) return i;
        }
        return -1;
    }
}

template <class C>
BATON_VECTORIZE inline Index count_char(const C* s, Index n, C c) {
    Index count = 0;
    for (Index i = 0; i < n;) {
        // Partial sums in the element's own width keep all lanes busy; they cannot overflow in so few rounds.
        Index end = n - i < 128 ? n : i + 128;
        C partial = 0;
        for (; i < end; ++i) partial = static_cast<C>(partial + (s[i] == c));
        count += partial;
    }
    return count;
}

template <class C>
BATON_VECTORIZE inline void replace_char(C* s, Index n, C from, C to) {
    for (Index i = 0; i < n; ++i) s[i] = s[i] == from ? to : s[i];
}

// ---- spaces and lines ----
extern const uint8_t kAsciiKinds[128];  // bit 0: space, bit 1: line break
inline bool is_space(uint32_t c) {
    return c < 128 ? (kAsciiKinds[c] & 1) != 0 : unicode::is_space(c);
}
inline bool is_line_break(uint32_t c) {
    return c < 128 ? (kAsciiKinds[c] & 2) != 0 : unicode::is_line_break(c);
}

struct UnicodeRules {
    static bool is_space(uint32_t c) { return text::is_space(c); }
    static bool is_line_break(uint32_t c) { return text::is_line_break(c); }
};
struct ByteRules {  // bytes know ASCII white space only, and \n, \r as line ends
    static bool is_space(uint32_t c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
    static bool is_line_break(uint32_t c) { return c == '\n' || c == '\r'; }
};

// The splitters call emit(start, end) for each piece and stop early when it answers false; they return
// whether all was emitted. maxsplit < 0 means no limit.
template <class Rules = UnicodeRules, class C, class F>
inline bool split_spaces(const C* s, Index n, Index maxsplit, F&& emit) {
    Index i = 0;
    for (;;) {
        while (i < n && Rules::is_space(s[i])) ++i;
        if (i == n) return true;
        if (maxsplit-- == 0) break;
        Index start = i;
        do ++i;
        while (i < n && !Rules::is_space(s[i]));
        if (!emit(start, i)) return false;
    }
    return emit(i, n);
}
template <class Rules = UnicodeRules, class C, class F>
inline bool rsplit_spaces(const C* s, Index n, Index maxsplit, F&& emit) {
    Index i = n;
    for (;;) {
        while (i > 0 && Rules::is_space(s[i - 1])) --i;
        if (i == 0) return true;
        if (maxsplit-- == 0) break;
        Index end = i;
        do --i;
        while (i > 0 && !Rules::is_space(s[i - 1]));
        if (!emit(i, end)) return false;
    }
    return emit(Index{0}, i);
}
template <class Rules = UnicodeRules, class C, class F>
inline bool split_lines(const C* s, Index n, bool keep_ends, F&& emit) {
    for (Index i = 0; i < n;) {
        Index start = i;
        while (i < n && !Rules::is_line_break(s[i])) ++i;
        Index end = i;
        if (i < n) {
            i += s[i] == '\r' && i + 1 < n && s[i + 1] == '\n' ? 2 : 1;
            if (keep_ends) end = i;
        }
        if (!emit(start, end)) return false;
    }
    return true;
}

}  // namespace baton::text
