// str: Unicode text, cp311 layout: compact objects of one, two or four bytes per code point.
//
// Invariants. A str is canonical: its kind is the narrowest that holds its largest code point, `ascii` is set
// exactly when every code point is below 128, and one zero code point follows the text. Text never changes,
// except while a function here is the only owner (str_append on a reference count of one). Texts of length
// zero and one below 256 are the immortal statics, whoever makes them. Hashes are SipHash-1-3 of the text
// bytes under the process's key.
//
// Callers: attached threads. Views stay valid as long as the str does.
#pragma once
#include <fmt/core.h>

#include <string_view>

#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

inline constexpr uint32_t kMaxCodePoint = 0x10FFFF;

inline int str_kind(const Str& s) {
    return static_cast<int>(s.state.kind);
}
inline bool str_is_ascii(const Str& s) {
    return s.state.ascii;
}
inline const void* str_data(const Str& s) {
    if (!s.state.compact) [[unlikely]]
        return static_cast<const SubclassStr&>(s).data;
    return s.state.ascii ? static_cast<const void*>(&s + 1)
                         : static_cast<const void*>(static_cast<const WideStr*>(&s) + 1);
}
inline void* str_data(Str& s) {
    return const_cast<void*>(str_data(static_cast<const Str&>(s)));
}
inline uint32_t str_char_unchecked(const Str& s, Index i) {
    const void* p = str_data(s);
    switch (str_kind(s)) {
        case 1:
            return static_cast<const uint8_t*>(p)[i];
        case 2:
            return static_cast<const uint16_t*>(p)[i];
        default:
            return static_cast<const uint32_t*>(p)[i];
    }
}
inline bool is_exact_str(const Object& o) {
    return o.type == &PyUnicode_Type;
}

// Calls f(const uint8_t*/uint16_t*/uint32_t* text) for the kind at hand.
template <class F>
decltype(auto) with_kind(int kind, const void* p, F&& f) {
    switch (kind) {
        case 1:
            return f(static_cast<const uint8_t*>(p));
        case 2:
            return f(static_cast<const uint16_t*>(p));
        default:
            return f(static_cast<const uint32_t*>(p));
    }
}
template <class F>
decltype(auto) with_text(const Str& s, F&& f) {
    return with_kind(str_kind(s), str_data(s), static_cast<F&&>(f));
}

// ---- making ----
// Room for `length` code points up to max_char, not filled; the closing zero is there. The caller must fill
// it with text whose largest code point really needs that kind. Never gives one of the shared statics, so
// length > 0.
Result<Ref<Str>> str_new(Attached ts, Index length, uint32_t max_char);
Ref<Str> str_empty();
Ref<Str> str_latin1_char(uint8_t c);
Result<Ref<Str>> str_from_char(Attached ts, uint32_t c);
Result<Ref<Str>> str_new_ascii(Attached ts, std::string_view text);  // precondition: ASCII
Result<Ref<Str>> str_new_latin1(Attached ts, std::string_view text);
Result<Ref<Str>> str_new_utf8(Attached ts, std::string_view text);  // UnicodeDecodeError when it is not UTF-8
Result<Ref<Str>> str_new_ucs2(Attached ts, const uint16_t* text, Index length);
Result<Ref<Str>> str_new_ucs4(Attached ts, const uint32_t* text, Index length);
Result<Ref<Str>> str_new_kind(Attached ts, int kind, const void* text,
                              Index length);  // finds the canonical kind
Result<Ref<Str>> str_vformat(Attached ts, fmt::string_view format, fmt::format_args args);
template <class... A>
Result<Ref<Str>> str_format(Attached ts, fmt::format_string<A...> format, A&&... args) {
    return str_vformat(ts, format, fmt::make_format_args(args...));
}
// The exact str of the same text: the object itself, or a copy of a subclass instance.
Result<Ref<Str>> str_exact(Attached ts, Str& s);

// ---- taking apart ----
// The UTF-8 form, kept in the object; UnicodeEncodeError for lone surrogates. A zero byte follows.
Result<std::string_view> str_as_utf8(Attached ts, Str& s);
// The same for C functions that end at a zero: ValueError "embedded null character".
Result<const char*> str_as_c_string(Attached ts, Str& s);
// ASCII text of an ASCII str.
inline std::string_view str_ascii_view(const Str& s) {
    return {static_cast<const char*>(str_data(s)), static_cast<size_t>(s.length)};
}
Result<Ref<Str>> str_substring(Attached ts, Str& s, Index start,
                               Index end);  // clamped, as s[start:end] with start, end >= 0
Result<Ref<Str>> str_index_char(Attached ts, Str& s, Index i);  // negative counts from the end; IndexError
Result<Ref<Object>> str_subscript(Attached ts, Str& s, Object& key);  // s[key]: index or slice

// ---- putting together ----
Result<Ref<Str>> str_concat(Attached ts, Str& a, Str& b);
// left += right: in place when `left` is the only reference; `left` keeps its text when it fails.
Result<void> str_append(Attached ts, Ref<Str>& left, Str& right);
Result<Ref<Str>> str_join(Attached ts, Str& separator, Object& iterable);
Result<Ref<Str>> str_join_items(Attached ts, Str& separator, Object* const* items, Index count);
Result<Ref<Str>> str_repeat(Attached ts, Str& s, Index count);

// ---- comparing and searching ----
Hash str_hash_slow(Str& s);
inline Hash str_hash(Str& s) {
    return s.hash != -1 ? s.hash : str_hash_slow(s);
}
bool str_eq_slow(const Str& a, const Str& b);  // same length and kind
inline bool str_eq(const Str& a, const Str& b) {
    if (&a == &b) return true;
    if (a.length != b.length || a.state.kind != b.state.kind) return false;
    if (a.hash != b.hash && a.hash != -1 && b.hash != -1) return false;
    return str_eq_slow(a, b);
}
bool str_eq_ascii(const Str& s, std::string_view ascii);
int str_compare(const Str& a, const Str& b);  // -1, 0, 1 by code points
// Positions are code points; start and end are already adjusted to 0 <= start <= end <= length. -1: not
// there.
Index str_find(const Str& s, const Str& sub, Index start, Index end);
Index str_rfind(const Str& s, const Str& sub, Index start, Index end);
Index str_find_char(const Str& s, uint32_t c, Index start, Index end);
Index str_rfind_char(const Str& s, uint32_t c, Index start, Index end);
Index str_count(const Str& s, const Str& sub, Index start, Index end);
inline bool str_contains(const Str& s, const Str& sub) {
    return str_find(s, sub, 0, s.length) >= 0;
}
bool str_starts_with(const Str& s, const Str& prefix);
bool str_ends_with(const Str& s, const Str& suffix);
Result<Ref<Str>> str_replace(Attached ts, Str& s, Str& from, Str& to, Index max_count);  // max_count < 0: all

// ---- texts about text ----
Result<Ref<Str>> str_repr(Attached ts, Str& s);
Result<Ref<Str>> str_ascii_escape(Attached ts,
                                  Str& text);  // ascii(): repr's text with everything else escaped too
bool str_is_identifier(const Str& s);
Result<Ref<Str>> str_lower(Attached ts, Str& s);
Result<Ref<Str>> str_upper(Attached ts, Str& s);

// ---- interning ----
struct RuntimeInterp;
// The one interned str of this text in this interpreter (statics and names.def first). Exact strs only:
// others come back.
Result<Ref<Str>> str_intern(Attached ts, Ref<Str> s);
Result<Ref<Str>> str_intern_utf8(Attached ts, std::string_view text);
// The same, made immortal and shared by all interpreters: names in static types. While the process starts up
// only.
Str& str_static(Attached ts, std::string_view text);
inline bool str_is_interned(const Str& s) {
    return s.state.interned != 0;
}
void str_release_interned(Attached ts, Str& s);       // dealloc of a mortal interned str
void str_clear_interned(RuntimeInterp& interpreter);  // end of the interpreter: forget the table

// Static strs hash by the process's key: called once, before the first interpreter, after the key is set
// (text_hash.h).
void str_init_process();

extern const TypeSpec str_spec;
extern const TypeSpec str_iterator_spec;

}  // namespace baton
