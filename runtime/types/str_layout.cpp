// str: padding, tabs, and translation through tables.
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/str_methods.h"
#include "runtime/unicode_text.h"

namespace baton {
namespace {

Result<uint32_t> fill_argument(Attached ts, Object* fill) {
    if (fill == nullptr) return uint32_t{' '};
    if (!is_str(*fill)) {
        return raise(ts, Exc::TypeError, "The fill character must be a unicode character, not {}",
                     type_name(*fill));
    }
    auto& s = static_cast<Str&>(*fill);
    if (s.length != 1)
        return raise(ts, Exc::TypeError, "The fill character must be exactly one character long");
    return str_char_unchecked(s, 0);
}

Result<Ref<Str>> pad(Attached ts, Str& self, Index left, Index right, uint32_t fill) {
    if (left < 0) left = 0;
    if (right < 0) right = 0;
    if (left == 0 && right == 0) return str_exact(ts, self);
    if (left > PTRDIFF_MAX - self.length || right > PTRDIFF_MAX - (left + self.length)) {
        return raise(ts, Exc::OverflowError, "padded string is too long");
    }
    StrBuilder out(left + self.length + right);
    out.append_repeated(fill, left);
    out.append(self);
    out.append_repeated(fill, right);
    return out.finish(ts);
}

}  // namespace

Result<Ref<Str>> str_center(Attached ts, Str& self, Index width, Object* fill) {
    uint32_t c = TRY(fill_argument(ts, fill));
    if (self.length >= width) return str_exact(ts, self);
    Index margin = width - self.length;
    Index left = margin / 2 + (margin & width & 1);
    return pad(ts, self, left, margin - left, c);
}

Result<Ref<Str>> str_ljust(Attached ts, Str& self, Index width, Object* fill) {
    uint32_t c = TRY(fill_argument(ts, fill));
    return pad(ts, self, 0, width < self.length ? 0 : width - self.length, c);
}

Result<Ref<Str>> str_rjust(Attached ts, Str& self, Index width, Object* fill) {
    uint32_t c = TRY(fill_argument(ts, fill));
    return pad(ts, self, width < self.length ? 0 : width - self.length, 0, c);
}

Result<Ref<Str>> str_zfill(Attached ts, Str& self, Index width) {
    if (self.length >= width) return str_exact(ts, self);
    StrBuilder out(width);
    Index from = 0;
    if (self.length > 0) {
        uint32_t sign = str_char_unchecked(self, 0);
        if (sign == '+' || sign == '-') {
            out.append(sign);
            from = 1;
        }
    }
    out.append_repeated('0', width - self.length);
    out.append_range(self, from, self.length);
    return out.finish(ts);
}

Result<Ref<Str>> str_expandtabs(Attached ts, Str& self, Opt<int> tabsize) {
    Index size = tabsize.or_else(8);
    if (str_find_char(self, '\t', 0, self.length) < 0) return str_exact(ts, self);
    // The length first: it can overflow, and the builder need not grow step by step.
    Index total = 0, column = 0;
    bool fits = with_text(self, [&](auto* p) {
        for (Index i = 0; i < self.length; ++i) {
            Index more = 1;
            if (p[i] == '\t') {
                more = size > 0 ? size - column % size : 0;
                column += more;
            } else {
                column = p[i] == '\n' || p[i] == '\r' ? 0 : column + 1;
            }
            if (total > PTRDIFF_MAX - more) return false;
            total += more;
        }
        return true;
    });
    if (!fits) return raise(ts, Exc::OverflowError, "new string is too long");
    StrBuilder out(total);
    with_text(self, [&](auto* p) {
        Index start = 0;
        column = 0;
        for (Index i = 0; i < self.length; ++i) {
            if (p[i] == '\t') {
                out.append_range(self, start, i);
                start = i + 1;
                Index more = size > 0 ? size - column % size : 0;
                out.append_repeated(' ', more);
                column += more;
            } else {
                column = p[i] == '\n' || p[i] == '\r' ? 0 : column + 1;
            }
        }
        out.append_range(self, start, self.length);
    });
    return out.finish(ts);
}

namespace {

Result<void> set_point(Attached ts, Dict& table, uint32_t key, Object& value) {
    auto boxed = TRY(box_int(ts, key));
    return dict_set(ts, table, *boxed, value);
}

Result<Ref<Object>> table_of_mapping(Attached ts, Dict& mapping) {
    auto table = TRY(dict_new(ts));
    Index at = 0;
    Object *key, *value;
    while (dict_next(mapping, &at, &key, &value)) {
        if (is_str(*key)) {
            auto& s = static_cast<Str&>(*key);
            if (s.length != 1) {
                return raise(ts, Exc::ValueError, "string keys in translate table must be of length 1");
            }
            TRY(set_point(ts, *table, str_char_unchecked(s, 0), *value));
        } else if (is_int(*key)) {
            TRY(dict_set(ts, *table, *key, *value));
        } else {
            return raise(ts, Exc::TypeError, "keys in translate table must be strings or integers");
        }
    }
    return table;
}

// What one character becomes: appended to `out`; false when it stays.
Result<bool> append_translation(Attached ts, StrBuilder& out, Object& table, uint32_t c) {
    auto key = TRY(box_int(ts, c));
    OptRef<Object> holder;
    if (is_exact(table, dict_type())) {
        Found found = TRY(dict_find(ts, static_cast<Dict&>(table), *key));
        if (found.value == nullptr) return false;
        holder = OptRef<Object>::share(found.value);
    } else {
        auto item = get_item(ts, table, *key);
        if (!item.ok()) {
            if (!pending_is(ts, Exc::LookupError)) return already_raised();
            clear_pending(ts);
            return false;
        }
        holder = item.take();
    }
    Object& value = *holder;
    if (is_none(value)) return true;
    if (is_int(value)) {
        int64_t point;
        if (!int_fits_tag(static_cast<Int&>(value), &point) || point < 0 || point > int64_t{kMaxCodePoint}) {
            return raise(ts, Exc::ValueError, "character mapping must be in range(0x110000)");
        }
        out.append(static_cast<uint32_t>(point));
        return true;
    }
    if (is_str(value)) {
        out.append(static_cast<Str&>(value));
        return true;
    }
    return raise(ts, Exc::TypeError, "character mapping must return integer, None or str");
}

}  // namespace

Result<Ref<Object>> str_maketrans(Attached ts, Object*, Object& x, Str* y, Str* z) {
    if (y == nullptr) {
        if (!is_exact(x, dict_type())) {
            return raise(ts, Exc::TypeError, "if you give only one argument to maketrans it must be a dict");
        }
        return table_of_mapping(ts, static_cast<Dict&>(x));
    }
    if (!is_str(x)) {
        return raise(ts, Exc::TypeError,
                     "first maketrans argument must be a string if there is a second argument");
    }
    auto& from = static_cast<Str&>(x);
    if (from.length != y->length) {
        return raise(ts, Exc::ValueError, "the first two maketrans arguments must have equal length");
    }
    auto table = TRY(dict_new(ts));
    for (Index i = 0; i < from.length; ++i) {
        auto value = TRY(box_int(ts, str_char_unchecked(*y, i)));
        TRY(set_point(ts, *table, str_char_unchecked(from, i), *value));
    }
    for (Index i = 0; z != nullptr && i < z->length; ++i) {
        TRY(set_point(ts, *table, str_char_unchecked(*z, i), none()));
    }
    return table;
}

Result<Ref<Str>> str_translate(Attached ts, Str& self, Object& table) {
    StrBuilder out(self.length);
    // Answers for ASCII characters that map to one ASCII character or to nothing are remembered for this
    // call.
    constexpr uint8_t kUnknown = 0xFF, kDeleted = 0xFE, kOther = 0xFD;
    uint8_t known[128];
    std::memset(known, kUnknown, sizeof known);
    for (Index i = 0; i < self.length; ++i) {
        uint32_t c = str_char_unchecked(self, i);
        if (c < 128 && known[c] < 128) {
            out.append(static_cast<char>(known[c]));
            continue;
        }
        if (c < 128 && known[c] == kDeleted) continue;
        Index before = out.size();
        bool mapped = TRY(append_translation(ts, out, table, c));
        if (!mapped) out.append(c);
        if (c < 128) {
            Index added = out.size() - before;
            uint32_t to = added == 1 ? out.at(before) : 0x80;
            known[c] = added == 0 ? kDeleted : to < 0x80 ? static_cast<uint8_t>(to) : kOther;
        }
    }
    return out.finish(ts);
}

}  // namespace baton
