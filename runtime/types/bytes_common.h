// The methods that bytes and bytearray have in common, as templates of the type; each type's file makes its
// table of them.
//
// Arguments are read first, because reading them can run Python code that changes a bytearray; then the
// contents are looked at, and nothing below runs Python until the result is made.
#pragma once
#include <array>

#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/bytes_impl.h"
#include "runtime/types/bytes_kernels.h"
#include "runtime/types/list.h"
#include "runtime/types/slice.h"
#include "runtime/types/str_impl.h"
#include "runtime/types/tuple.h"

namespace baton::bytes_methods {

// ---- one byte for another ----
template <class T, class F>
Result<Ref<T>> map_bytes(Attached ts, T& self, F f) {
    char* out;
    auto result = TRY(make_room<T>(ts, self.size, &out));
    std::string_view in = view_of(self);
    for (size_t i = 0; i < in.size(); ++i) out[i] = static_cast<char>(f(static_cast<uint8_t>(in[i]), i));
    return result;
}
template <class T>
Result<Ref<T>> lower(Attached ts, T& self) {
    return map_bytes(ts, self, [](uint8_t c, size_t) { return ascii_lower(c); });
}
template <class T>
Result<Ref<T>> upper(Attached ts, T& self) {
    return map_bytes(ts, self, [](uint8_t c, size_t) { return ascii_upper(c); });
}
template <class T>
Result<Ref<T>> swapcase(Attached ts, T& self) {
    return map_bytes(ts, self,
                     [](uint8_t c, size_t) { return is_ascii_upper(c) ? ascii_lower(c) : ascii_upper(c); });
}
template <class T>
Result<Ref<T>> capitalize(Attached ts, T& self) {
    return map_bytes(ts, self, [](uint8_t c, size_t i) { return i == 0 ? ascii_upper(c) : ascii_lower(c); });
}
template <class T>
Result<Ref<T>> title(Attached ts, T& self) {
    bool in_word = false;
    return map_bytes(ts, self, [&](uint8_t c, size_t) {
        uint8_t mapped = in_word ? ascii_lower(c) : ascii_upper(c);
        in_word = is_ascii_alpha(c);
        return mapped;
    });
}

// ---- searching ----
struct Window {
    Index start, end;
};
template <class T>
Result<Window> window(Attached ts, T& self, Value start, Value end) {
    Window w;
    w.start = TRY(position_argument(ts, start, 0));
    w.end = TRY(position_argument(ts, end, PTRDIFF_MAX));
    adjust_range(self.size, w.start, w.end);
    return w;
}

template <class T, auto Search>
Result<Index> search(Attached ts, T& self, const char* name, Args args) {
    SearchArguments given = TRY(search_arguments(ts, name, args));
    SubArgument needle;
    TRY(needle.get(ts, *given.sub));
    Window w = TRY(window(ts, self, given.start, given.end));
    return Search(view_of(self), needle.view(), w.start, w.end);
}
template <class T>
Result<Index> find(Attached ts, T& self, Args args) {
    return search<T, bytes_find>(ts, self, "find", args);
}
template <class T>
Result<Index> rfind(Attached ts, T& self, Args args) {
    return search<T, bytes_rfind>(ts, self, "rfind", args);
}
template <class T>
Result<Index> count(Attached ts, T& self, Args args) {
    return search<T, bytes_count>(ts, self, "count", args);
}
template <class T>
Result<Index> index(Attached ts, T& self, Args args) {
    Index at = TRY((search<T, bytes_find>(ts, self, "index", args)));
    if (at < 0) return raise(ts, Exc::ValueError, "subsection not found");
    return at;
}
template <class T>
Result<Index> rindex(Attached ts, T& self, Args args) {
    Index at = TRY((search<T, bytes_rfind>(ts, self, "rindex", args)));
    if (at < 0) return raise(ts, Exc::ValueError, "subsection not found");
    return at;
}
template <class T>
Result<bool> contains(Attached ts, T& self, Object& item) {
    SubArgument needle;
    TRY(needle.get(ts, item, true));
    return bytes_find(view_of(self), needle.view(), 0, self.size) >= 0;
}

template <class T, bool kStart>
Result<bool> has_affix(Attached ts, T& self, Args args) {
    constexpr const char* name = kStart ? "startswith" : "endswith";
    SearchArguments given = TRY(search_arguments(ts, name, args));
    Object& affix = *given.sub;
    Window w = TRY(window(ts, self, given.start, given.end));
    auto matches = [&](Object& one) -> Result<bool> {
        BytesLike held;
        TRY(held.get(ts, one));
        Index room = w.end - w.start;
        if (w.start > self.size || room < held.size()) return false;
        Index at = kStart ? w.start : w.end - held.size();
        return view_of(self).substr(static_cast<size_t>(at), static_cast<size_t>(held.size())) == held.view();
    };
    if (is_tuple(affix)) {
        auto& tuple = static_cast<Tuple&>(affix);
        for (Index i = 0; i < tuple.size; ++i) {
            if (TRY(matches(*tuple.item[i]))) return true;
        }
        return false;
    }
    if (!is_bytes_like(affix)) {
        return raise(ts, Exc::TypeError, "{} first arg must be bytes or a tuple of bytes, not {}", name,
                     type_name(affix));
    }
    return matches(affix);
}
template <class T>
Result<bool> startswith(Attached ts, T& self, Args args) {
    return has_affix<T, true>(ts, self, args);
}
template <class T>
Result<bool> endswith(Attached ts, T& self, Args args) {
    return has_affix<T, false>(ts, self, args);
}
template <class T>
Result<Ref<T>> removeprefix(Attached ts, T& self, Object& prefix) {
    BytesLike held;
    TRY(held.get(ts, prefix));
    std::string_view in = view_of(self);
    if (held.size() == 0 || in.substr(0, held.view().size()) != held.view()) return unchanged(ts, self);
    return make_like<T>(ts, in.substr(held.view().size()));
}
template <class T>
Result<Ref<T>> removesuffix(Attached ts, T& self, Object& suffix) {
    BytesLike held;
    TRY(held.get(ts, suffix));
    std::string_view in = view_of(self);
    if (held.size() == 0 || held.size() > self.size ||
        in.substr(in.size() - held.view().size()) != held.view()) {
        return unchanged(ts, self);
    }
    return make_like<T>(ts, in.substr(0, in.size() - held.view().size()));
}

template <class T>
Result<Ref<T>> replace(Attached ts, T& self, Object& from, Object& to, Opt<Index> count) {
    BytesLike old_bytes, new_bytes;
    TRY(old_bytes.get(ts, from));
    TRY(new_bytes.get(ts, to));
    BytesBuilder out;
    if (!bytes_replace(view_of(self), old_bytes.view(), new_bytes.view(), count.or_else(-1), out)) {
        if (out.failed()) return raise_no_memory(ts);
        return unchanged(ts, self);
    }
    if (out.failed()) return raise(ts, Exc::OverflowError, "replace bytes is too long");
    return make_like<T>(ts, out.view());
}

// ---- pieces ----
template <class T>
class Pieces {
  public:
    Pieces(Attached ts, std::string_view in, List& list) : ts_(ts), in_(in), list_(list) {}
    bool operator()(Index start, Index end) {
        auto piece =
            make_like<T>(ts_, in_.substr(static_cast<size_t>(start), static_cast<size_t>(end - start)));
        return piece.ok() && list_append_owned(ts_, list_, piece.take()).ok();
    }

  private:
    Attached ts_;
    std::string_view in_;
    List& list_;
};

template <class T, bool kBackward>
Result<Ref<List>> split_either(Attached ts, T& self, Object* separator, Opt<Index> maxsplit) {
    BytesLike sep;
    bool spaces = separator == nullptr || is_none(*separator);
    if (!spaces) {
        TRY(sep.get(ts, *separator));
        if (sep.size() == 0) return raise(ts, Exc::ValueError, "empty separator");
    }
    auto list = TRY(list_new(ts));
    Pieces<T> emit(ts, view_of(self), *list);
    const uint8_t* p = unsigned_of(view_of(self));
    Index limit = maxsplit.or_else(-1);
    bool complete;
    if (spaces) {
        complete = kBackward ? text::rsplit_spaces<text::ByteRules>(p, self.size, limit, emit)
                             : text::split_spaces<text::ByteRules>(p, self.size, limit, emit);
    } else {
        const uint8_t* q = unsigned_of(sep.view());
        complete = kBackward ? text::rsplit_text(p, self.size, q, sep.size(), limit, emit)
                             : text::split_text(p, self.size, q, sep.size(), limit, emit);
    }
    if (!complete) return already_raised();
    if (kBackward) {
        for (Index i = 0, k = list->size - 1; i < k; ++i, --k) std::swap(list->item[i], list->item[k]);
    }
    return list;
}
template <class T>
Result<Ref<List>> split(Attached ts, T& self, Object* sep, Opt<Index> maxsplit) {
    return split_either<T, false>(ts, self, sep, maxsplit);
}
template <class T>
Result<Ref<List>> rsplit(Attached ts, T& self, Object* sep, Opt<Index> maxsplit) {
    return split_either<T, true>(ts, self, sep, maxsplit);
}
template <class T>
Result<Ref<List>> splitlines(Attached ts, T& self, Opt<bool> keepends) {
    auto list = TRY(list_new(ts));
    Pieces<T> emit(ts, view_of(self), *list);
    if (!text::split_lines<text::ByteRules>(unsigned_of(view_of(self)), self.size, keepends.or_else(false),
                                            emit)) {
        return already_raised();
    }
    return list;
}

template <class T, bool kBackward>
Result<Ref<Tuple>> partition_either(Attached ts, T& self, Object& separator) {
    BytesLike sep;
    TRY(sep.get(ts, separator));
    if (sep.size() == 0) return raise(ts, Exc::ValueError, "empty separator");
    std::string_view in = view_of(self);
    Index at =
        kBackward ? bytes_rfind(in, sep.view(), 0, self.size) : bytes_find(in, sep.view(), 0, self.size);
    if (at < 0) {
        auto all = TRY(unchanged(ts, self));
        auto first = TRY(make_like<T>(ts, {}));
        auto second = TRY(make_like<T>(ts, {}));
        return kBackward ? tuple_of(ts, {first.get(), second.get(), all.get()})
                         : tuple_of(ts, {all.get(), first.get(), second.get()});
    }
    auto before = TRY(make_like<T>(ts, in.substr(0, static_cast<size_t>(at))));
    auto after = TRY(make_like<T>(ts, in.substr(static_cast<size_t>(at + sep.size()))));
    if constexpr (std::is_same_v<T, Bytes>) {
        return tuple_of(ts, {before.get(), &separator, after.get()});
    } else {
        auto middle = TRY(make_like<T>(ts, sep.view()));
        return tuple_of(ts, {before.get(), middle.get(), after.get()});
    }
}
template <class T>
Result<Ref<Tuple>> partition(Attached ts, T& self, Object& sep) {
    return partition_either<T, false>(ts, self, sep);
}
template <class T>
Result<Ref<Tuple>> rpartition(Attached ts, T& self, Object& sep) {
    return partition_either<T, true>(ts, self, sep);
}

template <class T, bool kLeft, bool kRight>
Result<Ref<T>> strip_sides(Attached ts, T& self, Object* chars) {
    BytesLike held;
    std::string_view remove = " \t\n\r\x0b\x0c";
    if (chars != nullptr && !is_none(*chars)) {
        TRY(held.get(ts, *chars));
        remove = held.view();
    }
    std::string_view in = view_of(self), out = strip_view(in, remove, kLeft, kRight);
    return out.size() == in.size() ? unchanged(ts, self) : make_like<T>(ts, out);
}
template <class T>
Result<Ref<T>> strip(Attached ts, T& self, Object* chars) {
    return strip_sides<T, true, true>(ts, self, chars);
}
template <class T>
Result<Ref<T>> lstrip(Attached ts, T& self, Object* chars) {
    return strip_sides<T, true, false>(ts, self, chars);
}
template <class T>
Result<Ref<T>> rstrip(Attached ts, T& self, Object* chars) {
    return strip_sides<T, false, true>(ts, self, chars);
}

// ---- layout ----
inline Result<char> fill_argument(Attached ts, Object* fill, const char* method) {
    if (fill == nullptr) return ' ';
    std::string_view view;
    if (is_bytes(*fill)) {
        view = bytes_view(static_cast<Bytes&>(*fill));
    } else if (is_instance_exact(*fill, PyByteArray_Type)) {
        view = bytearray_view(static_cast<ByteArray&>(*fill));
    }
    if (view.size() != 1) {
        return raise(ts, Exc::TypeError, "{}() argument 2 must be a byte string of length 1, not {}", method,
                     type_name(*fill));
    }
    return view[0];
}
template <class T>
Result<Ref<T>> pad(Attached ts, T& self, Index left, Index right, char fill) {
    if (left > PTRDIFF_MAX - self.size || right > PTRDIFF_MAX - self.size - left) return raise_no_memory(ts);
    char* out;
    auto result = TRY(make_room<T>(ts, left + self.size + right, &out));
    if (left > 0) std::memset(out, fill, static_cast<size_t>(left));
    if (self.size > 0) std::memcpy(out + left, view_of(self).data(), static_cast<size_t>(self.size));
    if (right > 0) std::memset(out + left + self.size, fill, static_cast<size_t>(right));
    return result;
}
template <class T>
Result<Ref<T>> center(Attached ts, T& self, Index width, Object* fill) {
    char c = TRY(fill_argument(ts, fill, "center"));
    if (width <= self.size) return unchanged(ts, self);
    Index margin = width - self.size;
    Index left = margin / 2 + (margin & width & 1);
    return pad(ts, self, left, margin - left, c);
}
template <class T>
Result<Ref<T>> ljust(Attached ts, T& self, Index width, Object* fill) {
    char c = TRY(fill_argument(ts, fill, "ljust"));
    return width <= self.size ? unchanged(ts, self) : pad(ts, self, 0, width - self.size, c);
}
template <class T>
Result<Ref<T>> rjust(Attached ts, T& self, Index width, Object* fill) {
    char c = TRY(fill_argument(ts, fill, "rjust"));
    return width <= self.size ? unchanged(ts, self) : pad(ts, self, width - self.size, 0, c);
}
template <class T>
Result<Ref<T>> zfill(Attached ts, T& self, Index width) {
    if (width <= self.size) return unchanged(ts, self);
    Index zeros = width - self.size;
    auto result = TRY(pad(ts, self, zeros, 0, '0'));
    char* p = const_cast<char*>(view_of(*result).data());
    if (self.size > 0 && (p[zeros] == '+' || p[zeros] == '-')) std::swap(p[0], p[zeros]);
    return result;
}
template <class T>
Result<Ref<T>> expandtabs(Attached ts, T& self, Opt<int> tabsize) {
    BytesBuilder out;
    expand_tabs(view_of(self), tabsize.or_else(8), out);
    if (out.failed()) return raise(ts, Exc::OverflowError, "result too long");
    return make_like<T>(ts, out.view());
}

// ---- tables, joining, text ----
template <class T>
Result<Ref<T>> translate(Attached ts, T& self, Object& table, Object* remove) {
    BytesLike map, deleted;
    if (!is_none(table)) {
        TRY(map.get(ts, table));
        if (map.size() != 256)
            return raise(ts, Exc::ValueError, "translation table must be 256 characters long");
    }
    if (remove != nullptr) TRY(deleted.get(ts, *remove));
    bool drop[256] = {};
    for (char c : deleted.view()) drop[static_cast<uint8_t>(c)] = true;
    BytesBuilder out(self.size);
    for (char c : view_of(self)) {
        if (drop[static_cast<uint8_t>(c)]) continue;
        out.append(map.size() != 0 ? map.view()[static_cast<uint8_t>(c)] : c);
    }
    if (out.failed()) return raise_no_memory(ts);
    if (out.view() == view_of(self)) return unchanged(ts, self);
    return make_like<T>(ts, out.view());
}

inline Result<Ref<Bytes>> maketrans(Attached ts, Object*, Object& from, Object& to) {
    BytesLike a, b;
    TRY(a.get(ts, from));
    TRY(b.get(ts, to));
    if (a.size() != b.size()) return raise(ts, Exc::ValueError, "maketrans arguments must have same length");
    char table[256];
    for (int i = 0; i < 256; ++i) table[i] = static_cast<char>(i);
    for (Index i = 0; i < a.size(); ++i) table[static_cast<uint8_t>(a.data()[i])] = b.data()[i];
    return bytes_new(ts, {table, 256});
}

template <class T>
Result<Ref<T>> join(Attached ts, T& self, Object& iterable) {
    auto sequence = TRY(sequence_fast(ts, iterable, "can only join an iterable"));
    bool list = is_list(*sequence);
    auto count = [&] { return static_cast<VarObject&>(*sequence).size; };
    auto item = [&](Index i) -> Object& {
        return list ? *static_cast<List&>(*sequence).item[i] : *static_cast<Tuple&>(*sequence).item[i];
    };
    if (count() == 1) {
        if (std::is_same_v<T, Bytes> && is_exact(item(0), PyBytes_Type)) {
            return Ref<Object>::share(item(0)).template cast<T>();
        }
    }
    BytesBuilder out;
    for (Index i = 0; i < count(); ++i) {
        auto one = Ref<Object>::share(item(i));
        if (!is_bytes_like(*one)) {
            return raise(ts, Exc::TypeError, "sequence item {}: expected a bytes-like object, {} found", i,
                         type_name(*one));
        }
        BytesLike held;
        TRY(held.get(ts, *one));
        if (i != 0) out.append(view_of(self));
        out.append(held.view());
    }
    if (out.failed()) return raise_no_memory(ts);
    return make_like<T>(ts, out.view());
}

template <class T>
Result<Ref<Str>> decode(Attached ts, T& self, Str* encoding, Str* errors) {
    const char* encoding_name = encoding != nullptr ? TRY(str_as_c_string(ts, *encoding)) : nullptr;
    const char* errors_name = errors != nullptr ? TRY(str_as_c_string(ts, *errors)) : nullptr;
    return decode_bytes(ts, self, encoding_name, errors_name);
}
template <class T>
Result<Ref<Str>> hex(Attached ts, T& self, Object* separator, Opt<int> group) {
    return bytes_hex(ts, view_of(self), separator, group.or_else(1));
}
template <class T>
Result<Ref<Object>> fromhex(Attached ts, Type& cls, Str& text) {
    BytesBuilder out;
    TRY(parse_hex_bytes(ts, text, out));
    Type& own = std::is_same_v<T, Bytes> ? PyBytes_Type : PyByteArray_Type;
    if (&cls == &own) return make_like<T>(ts, out.view());
    auto plain = TRY(out.finish(ts));
    return call(ts, cls, {plain.get()});
}

// ---- questions ----
template <class T, auto Test>
Result<bool> all(Attached, T& self) {
    if (self.size == 0) return false;
    for (char c : view_of(self)) {
        if (!Test(static_cast<uint8_t>(c))) return false;
    }
    return true;
}
template <class T>
Result<bool> isascii(Attached, T& self) {
    return text::is_ascii(view_of(self).data(), static_cast<size_t>(self.size));
}
template <class T>
Result<bool> islower(Attached, T& self) {
    return one_case(view_of(self), is_ascii_lower, is_ascii_upper);
}
template <class T>
Result<bool> isupper(Attached, T& self) {
    return one_case(view_of(self), is_ascii_upper, is_ascii_lower);
}
template <class T>
Result<bool> istitle(Attached, T& self) {
    return is_titled(view_of(self));
}

// ---- slots ----
template <class T>
Result<Index> length(Attached, T& self) {
    return self.size;
}
template <class T>
Result<Ref<Object>> repeat(Attached ts, T& self, Index count) {
    if (count < 0) count = 0;
    if (count > 0 && self.size > PTRDIFF_MAX / count) return raise_no_memory(ts);
    if (count == 1) return unchanged(ts, self);
    char* out;
    auto result = TRY(make_room<T>(ts, self.size * count, &out));
    repeat_into(view_of(self), count, out);
    return result;
}
template <class T>
Result<Ref<Object>> subscript(Attached ts, T& self, Object& key) {
    if (is_exact(key, slice_type())) {
        SliceBounds bounds = TRY(slice_unpack(ts, static_cast<Slice&>(key)));
        slice_adjust(bounds, self.size);
        std::string_view in = view_of(self);
        if (bounds.step == 1) {
            if (bounds.length == self.size) return unchanged(ts, self);
            return make_like<T>(ts, in.substr(static_cast<size_t>(bounds.length > 0 ? bounds.start : 0),
                                              static_cast<size_t>(bounds.length)));
        }
        char* out;
        auto result = TRY(make_room<T>(ts, bounds.length, &out));
        for (Index k = 0, i = bounds.start; k < bounds.length; ++k, i += bounds.step) {
            out[k] = in[static_cast<size_t>(i)];
        }
        return result;
    }
    constexpr bool kBytes = std::is_same_v<T, Bytes>;
    if (!has_index(key)) {
        return raise(ts, Exc::TypeError, "{} indices must be integers or slices, not {}",
                     kBytes ? "byte" : "bytearray", type_name(key));
    }
    Index i = TRY(as_index(ts, key, Exc::IndexError));
    if (i < 0) i += self.size;
    if (i < 0 || i >= self.size) {
        return raise(ts, Exc::IndexError, kBytes ? "index out of range" : "bytearray index out of range");
    }
    return small_int(static_cast<uint8_t>(view_of(self)[static_cast<size_t>(i)]));
}

template <class T>
constexpr std::array kCommonRows = {
    method<capitalize<T>>("capitalize($self, /)",
                          "A copy with its first character capital and the rest lower case."),
    method<center<T>>("center($self, width, fillchar=b' ', /)", "The bytes centred in width columns."),
    method<count<T>>("count($self, *args)", "How often sub occurs in self[start:end]."),
    method<decode<T>>("decode($self, /, encoding='utf-8', errors='strict')",
                      "The text that these bytes encode."),
    method<endswith<T>>("endswith($self, *args)", "Whether self[start:end] ends with suffix."),
    method<expandtabs<T>>("expandtabs($self, /, tabsize=8)", "A copy with tabs replaced by spaces."),
    method<find<T>>("find($self, *args)", "The lowest index of sub, -1 if absent."),
    class_method<fromhex<T>>("fromhex($type, string, /)",
                             "The bytes that pairs of hexadecimal digits stand for."),
    method<hex<T>>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",
                   "The bytes as hexadecimal digits."),
    method<index<T>>("index($self, *args)", "As find, but absence is a ValueError."),
    method<all<T, is_ascii_alnum>>("isalnum($self, /)",
                                   "Whether all bytes, at least one, are ASCII letters or digits."),
    method<all<T, is_ascii_alpha>>("isalpha($self, /)",
                                   "Whether all bytes, at least one, are ASCII letters."),
    method<isascii<T>>("isascii($self, /)", "Whether all bytes are ASCII."),
    method<all<T, is_ascii_digit>>("isdigit($self, /)", "Whether all bytes, at least one, are ASCII digits."),
    method<islower<T>>("islower($self, /)", "Whether the ASCII letters, at least one, are lower case."),
    method<all<T, text::ByteRules::is_space>>("isspace($self, /)",
                                              "Whether all bytes, at least one, are white space."),
    method<istitle<T>>("istitle($self, /)", "Whether words start with capitals and go on in lower case."),
    method<isupper<T>>("isupper($self, /)", "Whether the ASCII letters, at least one, are upper case."),
    method<join<T>>("join($self, iterable_of_bytes, /)",
                    "The items of the iterable with these bytes between them."),
    method<ljust<T>>("ljust($self, width, fillchar=b' ', /)", "The bytes flush left in width columns."),
    method<lower<T>>("lower($self, /)", "A copy in lower case."),
    method<lstrip<T>>("lstrip($self, bytes=None, /)", "A copy without leading white space (or bytes)."),
    static_method<maketrans>("maketrans($self, frm, to, /)", "A table for translate()."),
    method<partition<T>>("partition($self, sep, /)",
                         "What stands before sep, sep itself, and what follows it."),
    method<removeprefix<T>>("removeprefix($self, prefix, /)", "A copy without the prefix, if it is there."),
    method<removesuffix<T>>("removesuffix($self, suffix, /)", "A copy without the suffix, if it is there."),
    method<replace<T>>(
        "replace($self, old, new, count=-1, /)",
        "A copy that has new where old was, at the first count places only if count is not negative."),
    method<rfind<T>>("rfind($self, *args)", "The highest index of sub, -1 if absent."),
    method<rindex<T>>("rindex($self, *args)", "As rfind, but absence is a ValueError."),
    method<rjust<T>>("rjust($self, width, fillchar=b' ', /)", "The bytes flush right in width columns."),
    method<rpartition<T>>("rpartition($self, sep, /)", "As partition, at the last occurrence of sep."),
    method<rsplit<T>>("rsplit($self, /, sep=None, maxsplit=-1)", "As split, from the end."),
    method<rstrip<T>>("rstrip($self, bytes=None, /)", "A copy without trailing white space (or bytes)."),
    method<split<T>>("split($self, /, sep=None, maxsplit=-1)", "The pieces between sep (or white space)."),
    method<splitlines<T>>("splitlines($self, /, keepends=False)", "The lines, with their ends if asked."),
    method<startswith<T>>("startswith($self, *args)", "Whether self[start:end] starts with prefix."),
    method<strip<T>>("strip($self, bytes=None, /)", "A copy without white space (or bytes) at either end."),
    method<swapcase<T>>("swapcase($self, /)", "A copy with upper and lower case exchanged."),
    method<title<T>>("title($self, /)", "A version in which each word starts with a capital letter."),
    method<translate<T>>("translate($self, table, /, delete=b'')",
                         "A copy in which the table has replaced each byte."),
    method<upper<T>>("upper($self, /)", "A copy in upper case."),
    method<zfill<T>>("zfill($self, width, /)",
                     "The bytes with zeros in front, after a sign, up to width columns."),
};

// Common rows, a type's own rows, and the closing row.
template <size_t A, size_t B>
constexpr auto with_own_rows(const std::array<Method, A>& common, const std::array<Method, B>& own) {
    std::array<Method, A + B + 1> rows{};
    for (size_t i = 0; i < A; ++i) rows[i] = common[i];
    for (size_t i = 0; i < B; ++i) rows[A + i] = own[i];
    return rows;
}

}  // namespace baton::bytes_methods
