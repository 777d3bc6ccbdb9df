// str: split, partition, splitlines and strip.
#include "runtime/types/list.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/str_methods.h"
#include "runtime/types/tuple.h"
#include "runtime/unicode_search.h"

namespace baton {
namespace {

// Collects the pieces of a text; raised() tells whether one could not be made.
class Pieces {
  public:
    Pieces(Attached ts, Str& text, List& list) : ts_(ts), text_(text), list_(list) {}
    bool operator()(Index start, Index end) {
        auto piece = str_substring(ts_, text_, start, end);
        if (!piece.ok()) return false;
        return list_append_owned(ts_, list_, piece.take()).ok();
    }

  private:
    Attached ts_;
    Str& text_;
    List& list_;
};

void reverse_pieces(List& list) {
    for (Index i = 0, k = list.size - 1; i < k; ++i, --k) std::swap(list.item[i], list.item[k]);
}

Result<Ref<List>> split(Attached ts, Str& self, Object* separator, Index maxsplit, bool backward) {
    auto list = TRY(list_new(ts));
    // Room for as many pieces as most texts have, at once.
    constexpr Index kUsualPieces = 12;
    TRY(list_reserve(ts, *list, maxsplit >= 0 && maxsplit < kUsualPieces ? maxsplit + 1 : kUsualPieces));
    Pieces emit(ts, self, *list);
    bool complete;
    if (separator == nullptr || is_none(*separator)) {
        complete = with_text(self, [&](auto* p) {
            return backward ? text::rsplit_spaces(p, self.length, maxsplit, emit)
                            : text::split_spaces(p, self.length, maxsplit, emit);
        });
    } else {
        if (!is_str(*separator)) {
            return raise(ts, Exc::TypeError, "must be str or None, not {}", type_name(*separator));
        }
        auto& sep = static_cast<Str&>(*separator);
        if (sep.length == 0) return raise(ts, Exc::ValueError, "empty separator");
        if (sep.state.kind > self.state.kind) {
            complete = emit(0, self.length);
        } else {
            Needle needle(sep, str_kind(self));
            if (!needle.ok()) return raise_no_memory(ts);
            complete = with_text(self, [&]<class C>(const C* p) {
                return backward
                           ? text::rsplit_text(p, self.length, needle.as<C>(), sep.length, maxsplit, emit)
                           : text::split_text(p, self.length, needle.as<C>(), sep.length, maxsplit, emit);
            });
        }
    }
    if (!complete) return already_raised();
    if (backward) reverse_pieces(*list);
    return list;
}

Result<Ref<Tuple>> partition(Attached ts, Str& self, Object& separator, bool backward) {
    if (!is_str(separator)) return raise(ts, Exc::TypeError, "must be str, not {}", type_name(separator));
    auto& sep = static_cast<Str&>(separator);
    if (sep.length == 0) return raise(ts, Exc::ValueError, "empty separator");
    Index at = backward ? str_rfind(self, sep, 0, self.length) : str_find(self, sep, 0, self.length);
    auto empty = str_empty();
    if (at < 0) {
        auto all = TRY(str_exact(ts, self));
        return backward ? tuple_of(ts, {empty.get(), empty.get(), all.get()})
                        : tuple_of(ts, {all.get(), empty.get(), empty.get()});
    }
    auto before = TRY(str_substring(ts, self, 0, at));
    auto after = TRY(str_substring(ts, self, at + sep.length, self.length));
    return tuple_of(ts, {before.get(), &sep, after.get()});
}

// Membership in the characters to strip: a bit per low byte rules most characters out at once.
class CharSet {
  public:
    explicit CharSet(const Str& chars) : chars_(chars) {
        for (Index i = 0; i < chars.length; ++i) {
            uint32_t c = str_char_unchecked(chars, i);
            bits_[c / 64 & 3] |= uint64_t{1} << (c & 63);
        }
    }
    bool contains(uint32_t c) const {
        if ((bits_[c / 64 & 3] >> (c & 63) & 1) == 0) return false;
        return (c < 256 && chars_.state.kind == 1) || str_find_char(chars_, c, 0, chars_.length) >= 0;
    }

  private:
    const Str& chars_;
    uint64_t bits_[4] = {};
};

enum Sides { kLeft = 1, kRight = 2 };

template <class F>
Result<Ref<Str>> strip_where(Attached ts, Str& self, int sides, F remove) {
    Index start = 0, end = self.length;
    with_text(self, [&](auto* p) {
        if (sides & kLeft) {
            while (start < end && remove(p[start])) ++start;
        }
        if (sides & kRight) {
            while (end > start && remove(p[end - 1])) --end;
        }
    });
    return str_substring(ts, self, start, end);
}

Result<Ref<Str>> strip(Attached ts, Str& self, Object* chars, int sides) {
    if (chars == nullptr || is_none(*chars)) return strip_where(ts, self, sides, text::is_space);
    if (!is_str(*chars)) {
        const char* name = sides == kLeft ? "lstrip" : sides == kRight ? "rstrip" : "strip";
        return raise(ts, Exc::TypeError, "{} arg must be None or str", name);
    }
    CharSet set(static_cast<Str&>(*chars));
    return strip_where(ts, self, sides, [&](uint32_t c) { return set.contains(c); });
}

}  // namespace

Result<Ref<List>> str_split(Attached ts, Str& self, Object* separator, Opt<Index> maxsplit) {
    return split(ts, self, separator, maxsplit.or_else(-1), false);
}
Result<Ref<List>> str_rsplit(Attached ts, Str& self, Object* separator, Opt<Index> maxsplit) {
    return split(ts, self, separator, maxsplit.or_else(-1), true);
}

Result<Ref<List>> str_splitlines(Attached ts, Str& self, Opt<bool> keepends) {
    auto list = TRY(list_new(ts));
    Pieces emit(ts, self, *list);
    bool complete = with_text(
        self, [&](auto* p) { return text::split_lines(p, self.length, keepends.or_else(false), emit); });
    if (!complete) return already_raised();
    return list;
}

Result<Ref<Tuple>> str_partition(Attached ts, Str& self, Object& separator) {
    return partition(ts, self, separator, false);
}
Result<Ref<Tuple>> str_rpartition(Attached ts, Str& self, Object& separator) {
    return partition(ts, self, separator, true);
}

Result<Ref<Str>> str_strip(Attached ts, Str& self, Object* chars) {
    return strip(ts, self, chars, kLeft | kRight);
}
Result<Ref<Str>> str_lstrip(Attached ts, Str& self, Object* chars) {
    return strip(ts, self, chars, kLeft);
}
Result<Ref<Str>> str_rstrip(Attached ts, Str& self, Object* chars) {
    return strip(ts, self, chars, kRight);
}

}  // namespace baton
