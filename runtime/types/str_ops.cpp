// str: putting together, taking apart, comparing.
#include <algorithm>
#include <cstdlib>

#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/tuple.h"
#include "runtime/unicode_text.h"

namespace baton {
namespace {

constexpr Index kMaxLength = PTRDIFF_MAX;

// A code point that needs the kind and asciiness of s: for choosing those of a text made from whole strs.
uint32_t widest_char(const Str& s) {
    if (s.state.ascii) return 0x7F;
    return s.state.kind == 1 ? 0xFF : s.state.kind == 2 ? 0xFFFF : kMaxCodePoint;
}

void* char_address(Str& s, Index i) {
    return static_cast<char*>(str_data(s)) + i * str_kind(s);
}

void copy_into(Str& to, Index at, const Str& from) {
    text::convert(str_kind(from), str_data(from), from.length, str_kind(to), char_address(to, at));
}

}  // namespace

Result<Ref<Str>> str_concat(Attached ts, Str& a, Str& b) {
    if (a.length == 0) return str_exact(ts, b);
    if (b.length == 0) return str_exact(ts, a);
    if (a.length > kMaxLength - b.length)
        return raise(ts, Exc::OverflowError, "strings are too large to concat");
    uint32_t widest = std::max(widest_char(a), widest_char(b));
    auto s = TRY(str_new(ts, a.length + b.length, widest));
    copy_into(*s, 0, a);
    copy_into(*s, a.length, b);
    return s;
}

Result<void> str_append(Attached ts, Ref<Str>& left, Str& right) {
    Str& s = *left;
    if (right.length == 0 && is_exact_str(s)) return {};
    bool in_place = s.refcnt == 1 && is_exact_str(s) && s.state.interned == 0 &&
                    s.state.kind >= right.state.kind && (!s.state.ascii || right.state.ascii) &&
                    s.length != 0;
    if (!in_place) {
        left = TRY(str_concat(ts, s, right));
        return {};
    }
    if (s.length > kMaxLength / 4 - 64 - right.length) {
        return raise(ts, Exc::OverflowError, "strings are too large to concat");
    }
    Index old_length = s.length, added = right.length;
    size_t kind = static_cast<size_t>(str_kind(s));
    size_t bytes = str_block_size(s) + static_cast<size_t>(added) * kind;
    if (!s.state.ascii) {  // the cached UTF-8 is of the old text
        auto& wide = static_cast<WideStr&>(s);
        std::free(wide.utf8);
        wide.utf8 = nullptr;
        wide.utf8_length = 0;
    }
    bool with_itself = &right == &s;
    auto* grown = static_cast<Str*>(reallocate_block(ts, &s, bytes));
    if (grown == nullptr) return raise_no_memory(ts);
    (void)left.release();
    left = Ref<Str>::steal(grown);
    grown->hash = -1;
    grown->length = old_length + added;
    const Str& source = with_itself ? *grown : right;
    text::convert(str_kind(source), str_data(source), added, str_kind(*grown),
                  char_address(*grown, old_length));
    std::memset(char_address(*grown, grown->length), 0, kind);
    return {};
}

Result<Ref<Str>> str_join_items(Attached ts, Str& separator, Object* const* items, Index count) {
    if (count == 0) return str_empty();
    if (count == 1 && is_exact_str(*items[0])) return Ref<Str>::share(static_cast<Str&>(*items[0]));
    Index total = 0;
    uint32_t widest = count > 1 && separator.length ? widest_char(separator) : 0;
    for (Index i = 0; i < count; ++i) {
        if (!is_str(*items[i])) {
            return raise(ts, Exc::TypeError, "sequence item {}: expected str instance, {} found", i,
                         type_name(*items[i]));
        }
        auto& item = static_cast<Str&>(*items[i]);
        Index more = item.length + (i != 0 ? separator.length : 0);
        if (total > kMaxLength - more) {
            return raise(ts, Exc::OverflowError, "join() result is too long for a Python string");
        }
        total += more;
        if (item.length != 0) widest = std::max(widest, widest_char(item));
    }
    if (total == 0) return str_empty();
    if (total == 1) {
        if (separator.length == 1) return str_exact(ts, separator);
        for (Index i = 0; i < count; ++i) {
            if (static_cast<Str*>(items[i])->length == 1) return str_exact(ts, static_cast<Str&>(*items[i]));
        }
    }
    auto s = TRY(str_new(ts, total, widest));
    if (str_kind(*s) == 1) {
        auto* to = static_cast<char*>(str_data(*s));
        const void* gap = str_data(separator);
        auto gap_size = static_cast<size_t>(separator.length);
        for (Index i = 0; i < count; ++i) {
            if (i != 0 && gap_size != 0) {
                std::memcpy(to, gap, gap_size);
                to += gap_size;
            }
            auto& item = static_cast<Str&>(*items[i]);
            std::memcpy(to, str_data(item), static_cast<size_t>(item.length));
            to += item.length;
        }
    } else {
        Index at = 0;
        for (Index i = 0; i < count; ++i) {
            if (i != 0 && separator.length != 0) {
                copy_into(*s, at, separator);
                at += separator.length;
            }
            auto& item = static_cast<Str&>(*items[i]);
            copy_into(*s, at, item);
            at += item.length;
        }
    }
    return s;
}

Result<Ref<Str>> str_join(Attached ts, Str& separator, Object& iterable) {
    auto sequence = TRY(sequence_fast(ts, iterable, "can only join an iterable"));
    if (is_list(*sequence)) {
        auto& list = static_cast<List&>(*sequence);
        return str_join_items(ts, separator, list.item, list.size);
    }
    auto& tuple = static_cast<Tuple&>(*sequence);
    return str_join_items(ts, separator, tuple.item, tuple.size);
}

Result<Ref<Str>> str_repeat(Attached ts, Str& s, Index count) {
    if (count <= 0 || s.length == 0) return str_empty();
    if (count == 1) return str_exact(ts, s);
    if (s.length > kMaxLength / count) return raise(ts, Exc::OverflowError, "repeated string is too long");
    Index total = s.length * count;
    auto result = TRY(str_new(ts, total, widest_char(s)));
    if (s.length == 1) {
        uint32_t c = str_char_unchecked(s, 0);
        with_text(*result, [&]<class C>(const C* to) { text::fill(const_cast<C*>(to), total, c); });
        return result;
    }
    auto* to = static_cast<char*>(str_data(*result));
    size_t bytes = static_cast<size_t>(total) * s.state.kind;
    size_t done = static_cast<size_t>(s.length) * s.state.kind;
    std::memcpy(to, str_data(s), done);
    while (done < bytes) {
        size_t more = std::min(done, bytes - done);
        std::memcpy(to + done, to, more);
        done += more;
    }
    return result;
}

Result<Ref<Str>> str_substring(Attached ts, Str& s, Index start, Index end) {
    if (end > s.length) end = s.length;
    if (start >= end) return str_empty();
    if (start == 0 && end == s.length) return str_exact(ts, s);
    Index length = end - start;
    if (s.state.ascii && length > 1) {
        auto result = TRY(str_new(ts, length, 0x7F));
        std::memcpy(str_data(*result), char_address(s, start), static_cast<size_t>(length));
        return result;
    }
    return str_new_kind(ts, str_kind(s), char_address(s, start), length);
}

Result<Ref<Str>> str_index_char(Attached ts, Str& s, Index i) {
    if (i < 0) i += s.length;
    if (i < 0 || i >= s.length) return raise(ts, Exc::IndexError, "string index out of range");
    return str_from_char(ts, str_char_unchecked(s, i));
}

Result<Ref<Object>> str_subscript(Attached ts, Str& s, Object& key) {
    if (is_exact(key, slice_type())) {
        SliceBounds bounds = TRY(slice_bounds(ts, static_cast<Slice&>(key), s.length));
        if (bounds.length <= 0) return str_empty();
        if (bounds.step == 1) return str_substring(ts, s, bounds.start, bounds.start + bounds.length);
        uint32_t bits = 0;
        if (s.state.ascii && bounds.length > 1) {
            bits = 0x7F;  // the whole has nothing wider
        } else {
            for (Index k = 0, i = bounds.start; k < bounds.length; ++k, i += bounds.step)
                bits |= str_char_unchecked(s, i);
        }
        if (bounds.length == 1) return str_from_char(ts, bits);
        auto result = TRY(str_new(ts, bounds.length, bits));
        with_text(s, [&](auto* from) {
            with_text(*result, [&]<class C>(const C* text) {
                C* to = const_cast<C*>(text);
                for (Index k = 0, i = bounds.start; k < bounds.length; ++k, i += bounds.step) {
                    to[k] = static_cast<C>(from[i]);
                }
            });
        });
        return result;
    }
    if (!has_index(key)) {
        return raise(ts, Exc::TypeError, "string indices must be integers, not '{}'", type_name(key));
    }
    return str_index_char(ts, s, TRY(as_index(ts, key, Exc::IndexError)));
}

bool str_eq_slow(const Str& a, const Str& b) {
    return std::memcmp(str_data(a), str_data(b), static_cast<size_t>(a.length) * a.state.kind) == 0;
}

bool str_eq_ascii(const Str& s, std::string_view ascii) {
    return s.state.ascii && str_ascii_view(s) == ascii;
}

int str_compare(const Str& a, const Str& b) {
    if (&a == &b) return 0;
    return with_text(a, [&](auto* x) {
        return with_text(b, [&](auto* y) { return text::compare(x, a.length, y, b.length); });
    });
}

bool str_starts_with(const Str& s, const Str& prefix) {
    if (prefix.length > s.length || prefix.state.kind > s.state.kind) return false;
    return with_text(s, [&](auto* x) {
        return with_text(prefix, [&](auto* y) { return text::equal(x, y, prefix.length); });
    });
}

bool str_ends_with(const Str& s, const Str& suffix) {
    if (suffix.length > s.length || suffix.state.kind > s.state.kind) return false;
    return with_text(s, [&](auto* x) {
        return with_text(
            suffix, [&](auto* y) { return text::equal(x + (s.length - suffix.length), y, suffix.length); });
    });
}

}  // namespace baton
