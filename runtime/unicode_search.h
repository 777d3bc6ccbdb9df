// Substring search in linear time, forward and backward, over text of any kind.
//
// Most searches end in a scan for the needle's first character and a comparison at each hit. The scan keeps a budget of
// compared characters; a haystack made to exhaust it continues in the two-way algorithm of Crochemore and Perrin, which
// needs constant space and no luck. Haystack and needle have the same kind; widen the needle first (a needle of a wider
// kind cannot occur).
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

template <class C>
inline Index find(const C* s, Index n, const C* p, Index m) {
    if (m > n) return -1;
    if (m == 0) return 0;
    if (m == 1) return find_char(s, n, *p);
    if constexpr (sizeof(C) == 1) {
        if (n > 64) {
            const void* at = memmem(s, static_cast<size_t>(n), p, static_cast<size_t>(m));
            return at ? static_cast<const C*>(at) - s : -1;
        }
    }
    Index work = 0;
    for (Index i = 0; i <= n - m; ++i) {
        Index step = find_char(s + i, n - m + 1 - i, p[0]);
        if (step < 0) return -1;
        i += step;
        if (s[i + m - 1] != p[m - 1]) continue;
        if (equal(s + i + 1, p + 1, m - 2)) return i;
        work += m;
        if (work > 4 * i + kFreeWork) {
            Index rest = two_way(Forward<C>{s + i + 1}, n - i - 1, Forward<C>{p}, m);
            return rest < 0 ? -1 : i + 1 + rest;
        }
    }
    return -1;
}

template <class C>
inline Index rfind(const C* s, Index n, const C* p, Index m) {
    if (m > n) return -1;
    if (m == 0) return n;
    if (m == 1) return rfind_char(s, n, *p);
    Index work = 0;
    for (Index end = n - m + 1; end > 0;) {
        Index i = rfind_char(s, end, p[0]);
        if (i < 0) return -1;
        end = i;
        if (s[i + m - 1] != p[m - 1]) continue;
        if (equal(s + i + 1, p + 1, m - 2)) return i;
        work += m;
        if (work > 4 * (n - i) + kFreeWork) {
            Index left = i + m - 1;  // what is still to be searched
            if (left < m) return -1;
            Index rest = two_way(Backward<C>{s + left - 1}, left, Backward<C>{p + m - 1}, m);
            return rest < 0 ? -1 : left - rest - m;
        }
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
