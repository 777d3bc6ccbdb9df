// str: searching, counting, replacing, splitting kernels applied to objects.
#include "runtime/unicode_search.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/types/str.h"
#include "runtime/types/str_impl.h"

namespace baton {

Needle::Needle(const Str& needle, int kind) : data_(str_data(needle)) {
    if (str_kind(needle) == kind) return;
    size_t bytes = static_cast<size_t>(needle.length) * static_cast<size_t>(kind);
    void* to = inline_;
    if (bytes > sizeof inline_) to = copy_ = std::malloc(bytes);
    if (to != nullptr) text::convert(str_kind(needle), data_, needle.length, kind, to);
    data_ = to;
}
Needle::~Needle() {
    std::free(copy_);
}

namespace {

// Searching must not fail, so a needle that cannot be widened for want of memory is compared where it stands.
template <class C>
Index find_slowly(const C* s, Index n, const Str& needle, bool backward) {
    for (Index k = 0; k <= n - needle.length; ++k) {
        Index i = backward ? n - needle.length - k : k;
        bool same = with_text(needle, [&](auto* p) { return text::equal(s + i, p, needle.length); });
        if (same) return i;
    }
    return -1;
}

template <bool kBackward>
Index search(const Str& s, const Str& sub, Index start, Index end) {
    if (end - start < sub.length) return -1;
    if (sub.length == 0) return kBackward ? end : start;
    if (sub.state.kind > s.state.kind) return -1;
    Needle needle(sub, str_kind(s));
    return with_text(s, [&]<class C>(const C* p) {
        Index at;
        if (!needle.ok()) {
            at = find_slowly(p + start, end - start, sub, kBackward);
        } else if constexpr (kBackward) {
            at = text::rfind(p + start, end - start, needle.as<C>(), sub.length);
        } else {
            at = text::find(p + start, end - start, needle.as<C>(), sub.length);
        }
        return at < 0 ? -1 : start + at;
    });
}

template <bool kBackward>
Index search_char(const Str& s, uint32_t c, Index start, Index end) {
    if (start >= end || text::kind_of(c) > str_kind(s)) return -1;
    return with_text(s, [&]<class C>(const C* p) {
        Index at = kBackward ? text::rfind_char(p + start, end - start, static_cast<C>(c))
                             : text::find_char(p + start, end - start, static_cast<C>(c));
        return at < 0 ? -1 : start + at;
    });
}

uint32_t widest_char(const Str& s) {
    if (s.state.ascii) return 0x7F;
    return s.state.kind == 1 ? 0xFF : s.state.kind == 2 ? 0xFFFF : kMaxCodePoint;
}

// One character for another, in a copy; the result may need a narrower kind.
Result<Ref<Str>> replace_one_char(Attached ts, Str& s, uint32_t from, uint32_t to, Index max_count) {
    Index at = str_find_char(s, from, 0, s.length);
    if (at < 0) return str_exact(ts, s);
    if (s.length == 1) return str_from_char(ts, to);
    int kind = std::max(str_kind(s), text::kind_of(to));
    auto copy = TRY(str_new(ts, s.length, std::max(widest_char(s), to)));
    text::convert(str_kind(s), str_data(s), s.length, kind, str_data(*copy));
    with_text(*copy, [&]<class C>(const C* text) {
        C* p = const_cast<C*>(text);
        if (max_count >= s.length) {
            text::replace_char(p + at, s.length - at, static_cast<C>(from), static_cast<C>(to));
            return;
        }
        for (Index i = at; max_count > 0; --max_count) {
            p[i] = static_cast<C>(to);
            Index step = text::find_char(p + i + 1, s.length - i - 1, static_cast<C>(from));
            if (step < 0) break;
            i += 1 + step;
        }
    });
    if (!copy->state.ascii && from >= 128) {  // the widest characters may be gone
        return str_new_kind(ts, kind, str_data(*copy), copy->length);
    }
    return copy;
}

// `to` before every character and at the end, as far as max_count goes.
Result<Ref<Str>> interleave(Attached ts, Str& s, Str& to, Index max_count) {
    Index count = std::min(max_count, s.length + 1);
    if (to.length > (PTRDIFF_MAX - s.length) / count) {
        return raise(ts, Exc::OverflowError, "replace string is too long");
    }
    auto result = TRY(str_new(ts, s.length + count * to.length, std::max(widest_char(s), widest_char(to))));
    with_text(*result, [&]<class C>(const C* text) {
        C* out = const_cast<C*>(text);
        auto put = [&](const Str& source, Index from, Index n) {
            with_text(source, [&](auto* p) {
                if constexpr (sizeof(*p) <= sizeof(C)) text::convert(p + from, n, out);
            });
            out += n;
        };
        for (Index i = 0; i < count; ++i) {
            put(to, 0, to.length);
            if (i < s.length) put(s, i, 1);
        }
        if (count <= s.length) put(s, count, s.length - count);
    });
    return result;
}

}  // namespace

Index str_find(const Str& s, const Str& sub, Index start, Index end) {
    return search<false>(s, sub, start, end);
}
Index str_rfind(const Str& s, const Str& sub, Index start, Index end) {
    return search<true>(s, sub, start, end);
}
Index str_find_char(const Str& s, uint32_t c, Index start, Index end) {
    return search_char<false>(s, c, start, end);
}
Index str_rfind_char(const Str& s, uint32_t c, Index start, Index end) {
    return search_char<true>(s, c, start, end);
}

Index str_count(const Str& s, const Str& sub, Index start, Index end) {
    if (end - start < sub.length) return 0;
    if (sub.length == 0) return end - start + 1;
    if (sub.state.kind > s.state.kind) return 0;
    Index found = 0;
    Needle needle(sub, str_kind(s));
    with_text(s, [&]<class C>(const C* p) {
        if (needle.ok()) {
            found = text::count(p + start, end - start, needle.as<C>(), sub.length);
            return;
        }
        for (Index i = start; end - i >= sub.length; ++found) {
            Index step = find_slowly(p + i, end - i, sub, false);
            if (step < 0) break;
            i += step + sub.length;
        }
    });
    return found;
}

Result<Ref<Str>> str_replace(Attached ts, Str& s, Str& from, Str& to, Index max_count) {
    if (max_count < 0) max_count = PTRDIFF_MAX;
    if (max_count == 0 || s.length < from.length || from.state.kind > s.state.kind) return str_exact(ts, s);
    if (str_eq(from, to)) return str_exact(ts, s);
    if (from.length == 0) {
        if (s.length == 0) return str_exact(ts, to);
        return interleave(ts, s, to, max_count);
    }
    if (from.length == 1 && to.length == 1) {
        return replace_one_char(ts, s, str_char_unchecked(from, 0), str_char_unchecked(to, 0), max_count);
    }
    Needle needle(from, str_kind(s));
    if (!needle.ok()) return raise_no_memory(ts);
    Index count = with_text(s, [&]<class C>(const C* p) {
        return text::count(p, s.length, needle.as<C>(), from.length, max_count);
    });
    if (count == 0) return str_exact(ts, s);
    Index growth = to.length - from.length;
    if (growth > 0 && growth > (PTRDIFF_MAX - s.length) / count) {
        return raise(ts, Exc::OverflowError, "replace string is too long");
    }
    Index total = s.length + growth * count;
    if (total == 0) return str_empty();
    auto result = TRY(str_new(ts, total, std::max(widest_char(s), to.length != 0 ? widest_char(to) : 0)));
    with_text(*result, [&]<class R>(const R* text) {
        R* out = const_cast<R*>(text);
        with_text(s, [&]<class C>(const C* p) {
            if constexpr (sizeof(C) <= sizeof(R)) {
                Index at = 0;
                for (Index left = count; left > 0; --left) {
                    Index step = text::find(p + at, s.length - at, needle.as<C>(), from.length);
                    text::convert(p + at, step, out);
                    out += step;
                    with_text(to, [&]<class T>(const T* q) {
                        if constexpr (sizeof(T) <= sizeof(R)) text::convert(q, to.length, out);
                    });
                    out += to.length;
                    at += step + from.length;
                }
                text::convert(p + at, s.length - at, out);
            }
        });
    });
    if (total == 1 || (!from.state.ascii && !result->state.ascii)) {
        return str_new_kind(ts, str_kind(*result), str_data(*result), total);
    }
    return result;
}

}  // namespace baton
