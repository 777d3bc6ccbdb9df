// Substring search in linear time, forward and backward, over text of any kind.
//
// Most searches end in a scan for places where the needle's first and last characters fit, and a comparison
// at each. The scan keeps a budget of compared characters; a haystack made to exhaust it continues in the
// two-way algorithm of Crochemore and Perrin, which needs constant space and no luck. Haystack and needle
// have the same kind; widen the needle first (a needle of a wider kind cannot occur).
//
// Callers: anybody, attached or not.
#pragma once
#include "runtime/unicode_text.h"

namespace baton::text {

template <class C>
struct Forward {
    const C* first;
    C operator[](Index i) const { return first[i]; }
};
template <class C>
struct Backward {
    const C* last;  // the text read from its end
    C operator[](Index i) const { return last[-i]; }
};

// Critical factorisation: where the needle splits, and the period of its right part.
template <class View>
Index maximal_suffix(View needle, Index m, bool inverted, Index* period) {
    Index suffix = -1, candidate = 0, k = 1, p = 1;
    while (candidate + k < m) {
        auto a = needle[candidate + k];
        auto b = needle[suffix + k];
        if (inverted ? b < a : a < b) {
            candidate += k;
            k = 1;
            p = candidate - suffix;
        } else if (a == b) {
            if (k == p) {
                candidate += p;
                k = 1;
            } else {
                ++k;
            }
        } else {
            suffix = candidate++;
            k = p = 1;
        }
    }
    *period = p;
    return suffix + 1;
}

template <class View>
Index two_way(View hay, Index n, View needle, Index m) {
    Index period, other_period;
    Index cut = maximal_suffix(needle, m, false, &period);
    Index other = maximal_suffix(needle, m, true, &other_period);
    if (other > cut) {
        cut = other;
        period = other_period;
    }
    bool periodic = true;
    for (Index i = 0; i < cut && periodic; ++i) periodic = needle[i] == needle[i + period];
    if (!periodic) {
        period = (cut > m - cut ? cut : m - cut) + 1;
    }
    Index memory = 0;  // how much of the needle's start is known to match, for periodic needles
    for (Index at = 0; at <= n - m;) {
        Index i = cut > memory ? cut : memory;
        while (i < m && needle[i] == hay[at + i]) ++i;
        if (i < m) {
            at += i - cut + 1;
            memory = 0;
            continue;
        }
        i = cut - 1;
        while (i >= memory && needle[i] == hay[at + i]) --i;
        if (i < memory) return at;
        at += period;
        memory = periodic ? m - period : 0;
    }
    return -1;
}

inline constexpr Index kFreeWork = 512;

// Whether the needle stands at s + i, whose first and last characters are known to fit.
template <class C>
inline bool middle_equal(const C* s, Index i, const C* p, Index m) {
    return equal(s + i + 1, p + 1, m - 2);
}

template <class C>
inline Index find(const C* s, Index n, const C* p, Index m) {
    if (m > n) return -1;
    if (m == 0) return 0;
    if (m == 1) return find_char(s, n, *p);
    Index work = 0, i = 0, candidates = n - m + 1;
    C first = p[0], last = p[m - 1];
    auto rest_two_way = [&](Index from) {
        Index rest = two_way(Forward<C>{s + from}, n - from, Forward<C>{p}, m);
        return rest < 0 ? -1 : from + rest;
    };
#if defined(__SSE2__)
    // Sixteen bytes of candidates at a time: those whose first and last characters fit.
    __m128i first_lanes = Lanes<C>::spread(first), last_lanes = Lanes<C>::spread(last);
    for (; i + Lanes<C>::kCount <= candidates; i += Lanes<C>::kCount) {
        unsigned mask = Lanes<C>::matches(s + i, first_lanes) & Lanes<C>::matches(s + i + m - 1, last_lanes);
        for (; mask != 0; mask = Lanes<C>::without_lowest(mask)) {
            Index at = i + Lanes<C>::lowest(mask);
            if (middle_equal(s, at, p, m)) return at;
            work += m;
            if (work > 4 * at + kFreeWork) return rest_two_way(at + 1);
        }
    }
#endif
    for (; i < candidates; ++i) {
        if (s[i] != first || s[i + m - 1] != last) continue;
        if (middle_equal(s, i, p, m)) return i;
        work += m;
        if (work > 4 * i + kFreeWork) return rest_two_way(i + 1);
    }
    return -1;
}

template <class C>
inline Index rfind(const C* s, Index n, const C* p, Index m) {
    if (m > n) return -1;
    if (m == 0) return n;
    if (m == 1) return rfind_char(s, n, *p);
    Index work = 0, i = n - m + 1;  // candidates before i are still to be looked at
    C first = p[0], last = p[m - 1];
    auto rest_two_way = [&](Index end) {
        Index left = end + m - 1;
        if (left < m) return Index{-1};
        Index rest = two_way(Backward<C>{s + left - 1}, left, Backward<C>{p + m - 1}, m);
        return rest < 0 ? -1 : left - rest - m;
    };
#if defined(__SSE2__)
    __m128i first_lanes = Lanes<C>::spread(first), last_lanes = Lanes<C>::spread(last);
    for (; i >= Lanes<C>::kCount; i -= Lanes<C>::kCount) {
        Index block = i - Lanes<C>::kCount;
        unsigned mask =
            Lanes<C>::matches(s + block, first_lanes) & Lanes<C>::matches(s + block + m - 1, last_lanes);
        while (mask != 0) {
            Index lane = Lanes<C>::highest(mask), at = block + lane;
            if (middle_equal(s, at, p, m)) return at;
            work += m;
            if (work > 4 * (n - at) + kFreeWork) return rest_two_way(at);
            mask &= (1u << (lane * static_cast<Index>(sizeof(C)))) - 1;
        }
    }
#endif
    while (i-- > 0) {
        if (s[i] != first || s[i + m - 1] != last) continue;
        if (middle_equal(s, i, p, m)) return i;
        work += m;
        if (work > 4 * (n - i) + kFreeWork) return rest_two_way(i);
    }
    return -1;
}

// Occurrences that do not overlap, at most `limit` of them. Not for an empty needle.
template <class C>
inline Index count(const C* s, Index n, const C* p, Index m, Index limit = PTRDIFF_MAX) {
    if (m == 1 && limit >= n) return count_char(s, n, *p);
    Index found = 0;
    for (Index at = 0; found < limit; ++found) {
        Index step = find(s + at, n - at, p, m);
        if (step < 0) break;
        at += step + m;
    }
    return found;
}

template <class C, class F>
inline bool split_text(const C* s, Index n, const C* p, Index m, Index maxsplit, F&& emit) {
    Index start = 0;
    while (maxsplit-- != 0) {
        Index step = find(s + start, n - start, p, m);
        if (step < 0) break;
        if (!emit(start, start + step)) return false;
        start += step + m;
    }
    return emit(start, n);
}
template <class C, class F>
inline bool rsplit_text(const C* s, Index n, const C* p, Index m, Index maxsplit, F&& emit) {
    Index end = n;
    while (maxsplit-- != 0) {
        Index at = rfind(s, end, p, m);
        if (at < 0) break;
        if (!emit(at + m, end)) return false;
        end = at;
    }
    return emit(Index{0}, end);
}

}  // namespace baton::text
