// _PyUnicodeWriter: text that grows. Programs inline its fast path, so the fields mean what they mean in
// cp311: `data`, `kind` and `max_char` describe `buffer`, `pos` characters of `size` are written; a
// `readonly` buffer is somebody else's str that was written alone so far, and then `size` is its length.
#include "capi/shared.h"

namespace baton::api {

namespace {
void update(CUnicodeWriter& w) {
    auto& s = static_cast<Str&>(*w.buffer);
    w.max_char = str_is_ascii(s) ? 0x7f : str_kind(s) == 1 ? 0xff : str_kind(s) == 2 ? 0xffff : kMaxCodePoint;
    w.data = str_data(s);
    if (w.readonly) {
        w.kind = 0;  // smaller than any: the next write copies
        w.size = 0;
        return;
    }
    w.kind = str_kind(s);
    w.size = s.length;
}
// A buffer of its own with room for `size` characters up to max_char, that holds what is written so far.
int rebuild(Attached ts, CUnicodeWriter& w, Index size, uint32_t max_char) {
    auto fresh = str_new(ts, size, max_char);
    if (!fresh.ok()) return -1;
    if (w.buffer) _PyUnicode_FastCopyCharacters(fresh.get(), 0, w.buffer, 0, w.pos);
    Object* old = std::exchange(w.buffer, fresh.release());
    xdecref(ts, old);
    w.readonly = 0;
    update(w);
    return 0;
}
uint32_t largest(const Str& s, Index start, Index end) {
    if (str_is_ascii(s)) return 0x7f;
    uint32_t all = 0x7f;
    for (Index i = start; i < end; ++i) all |= str_char_unchecked(s, i);
    return all < 0x100 ? all < 0x80 ? 0x7f : 0xff : all < 0x10000 ? 0xffff : kMaxCodePoint;
}
int prepare(Attached ts, CUnicodeWriter& w, Index length, uint32_t max_char) {
    if (length == 0 || (max_char <= w.max_char && length <= w.size - w.pos)) return 0;
    return _PyUnicodeWriter_PrepareInternal(ts, &w, length, max_char);
}
int write_bytes(Attached ts, CUnicodeWriter& w, const char* text, Index size, uint32_t max_char) {
    if (size < 0) size = static_cast<Index>(strlen(text));
    if (size == 0) return 0;
    if (prepare(ts, w, size, max_char) < 0) return -1;
    auto& s = static_cast<Str&>(*w.buffer);
    if (str_kind(s) == 1) {
        std::memcpy(static_cast<char*>(str_data(s)) + w.pos, text, static_cast<size_t>(size));
    } else {
        for (Index i = 0; i < size; ++i)
            _PyUnicode_FastFill(w.buffer, w.pos + i, 1, static_cast<unsigned char>(text[i]));
    }
    w.pos += size;
    return 0;
}
}  // namespace

void _PyUnicodeWriter_Init(CUnicodeWriter* w) {
    *w = CUnicodeWriter{};
    w->min_char = 127;
}
int _PyUnicodeWriter_PrepareInternal(Attached ts, CUnicodeWriter* w, Index length, uint32_t max_char) {
    if (length > PTRDIFF_MAX - w->pos) {
        (void)raise_no_memory(ts);
        return -1;
    }
    Index size = w->pos + length;
    if (max_char < w->min_char) max_char = w->min_char;
    if (w->buffer && max_char < w->max_char) max_char = w->max_char;
    if (w->overallocate && size <= PTRDIFF_MAX - size / 4) size += size / 4;
    if (size < w->min_length) size = w->min_length;
    if (w->buffer && !w->readonly && size < w->size) size = w->size;
    return rebuild(ts, *w, size, max_char);
}
int _PyUnicodeWriter_PrepareKindInternal(Attached ts, CUnicodeWriter* w, int kind) {
    return _PyUnicodeWriter_PrepareInternal(ts, w, 0, kind == 1 ? 0xff : kind == 2 ? 0xffff : kMaxCodePoint);
}
int _PyUnicodeWriter_WriteChar(Attached ts, CUnicodeWriter* w, uint32_t c) {
    if (prepare(ts, *w, 1, c) < 0) return -1;
    _PyUnicode_FastFill(w->buffer, w->pos, 1, c);
    ++w->pos;
    return 0;
}
int _PyUnicodeWriter_WriteSubstring(Attached ts, CUnicodeWriter* w, Object* text, Index start, Index end) {
    auto& s = static_cast<Str&>(*text);
    if (end == 0 || start == end) return 0;
    if (start == 0 && end == s.length) return _PyUnicodeWriter_WriteStr(ts, w, text);
    if (prepare(ts, *w, end - start, largest(s, start, end)) < 0) return -1;
    _PyUnicode_FastCopyCharacters(w->buffer, w->pos, text, start, end - start);
    w->pos += end - start;
    return 0;
}
int _PyUnicodeWriter_WriteStr(Attached ts, CUnicodeWriter* w, Object* text) {
    auto& s = static_cast<Str&>(*text);
    if (s.length == 0) return 0;
    const uint32_t max_char = largest(s, 0, s.length);
    if (!w->buffer && !w->overallocate) {  // perhaps it stays the only one
        incref(text);
        w->readonly = 1;
        w->buffer = text;
        update(*w);
        w->pos = s.length;
        return 0;
    }
    if (prepare(ts, *w, s.length, max_char) < 0) return -1;
    _PyUnicode_FastCopyCharacters(w->buffer, w->pos, text, 0, s.length);
    w->pos += s.length;
    return 0;
}
int _PyUnicodeWriter_WriteASCIIString(Attached ts, CUnicodeWriter* w, const char* text, Index size) {
    return write_bytes(ts, *w, text, size, 0x7f);
}
int _PyUnicodeWriter_WriteLatin1String(Attached ts, CUnicodeWriter* w, const char* text, Index size) {
    uint32_t all = 0x7f;
    for (Index i = 0; i < size; ++i) all |= static_cast<unsigned char>(text[i]);
    return write_bytes(ts, *w, text, size, all);
}
Object* _PyUnicodeWriter_Finish(Attached ts, CUnicodeWriter* w) {
    if (w->pos == 0) {
        _PyUnicodeWriter_Dealloc(ts, w);
        return str_empty().release();
    }
    auto buffer = Ref<Str>::steal(static_cast<Str*>(std::exchange(w->buffer, nullptr)));
    if (w->readonly) return buffer.release();
    // Canonical: of the length written and of the smallest kind.
    if (w->pos == buffer->length && (str_is_ascii(*buffer) || str_kind(*buffer) == 1)) {
        if (str_is_ascii(*buffer) || largest(*buffer, 0, w->pos) > 0x7f) return buffer.release();
    }
    return give(str_new_kind(ts, str_kind(*buffer), str_data(*buffer), w->pos));
}
void _PyUnicodeWriter_Dealloc(Attached ts, CUnicodeWriter* w) {
    Object* old = std::exchange(w->buffer, nullptr);
    xdecref(ts, old);
}

// ---- private functions of str that compiled programs import ----
int _PyUnicode_Ready(Attached, Object*) {
    return 0;  // text is always in its final form here
}
Object* _PyUnicode_FromId(Attached ts, CIdentifier* identifier) {
    // The interned text; immortal, because CPython's callers hold it as borrowed for good.
    return &str_static(ts, identifier->string);
}
int _PyUnicode_EqualToASCIIString(Attached, Object* o, const char* text) {
    return str_eq_ascii(static_cast<Str&>(*o), text);
}
int _PyUnicode_EqualToASCIIId(Attached, Object* o, CIdentifier* identifier) {
    return str_eq_ascii(static_cast<Str&>(*o), identifier->string);
}
int _PyUnicode_EQ(Attached, Object* a, Object* b) {
    return str_eq(static_cast<Str&>(*a), static_cast<Str&>(*b));
}
int _PyUnicode_Equal(Attached, Object* a, Object* b) {
    return str_eq(static_cast<Str&>(*a), static_cast<Str&>(*b));
}
Object* _PyUnicode_Copy(Attached ts, Object* o) {
    if (!o || !is_str(*o)) {
        (void)raise_bad_internal_call(ts, "_PyUnicode_Copy");
        return nullptr;
    }
    auto& s = static_cast<Str&>(*o);
    return give(str_new_kind(ts, str_kind(s), str_data(s), s.length));
}
Object* _PyUnicode_FromASCII(Attached ts, const char* text, Index size) {
    return give(str_new_ascii(ts, view_of(text, size)));
}
Object* _PyUnicode_JoinArray(Attached ts, Object* separator, Object* const* items, Index count) {
    auto s = separator ? Ref<Str>::share(static_cast<Str&>(*separator)) : str_latin1_char(' ');
    return give(str_join_items(ts, *s, items, count));
}
Object* _PyUnicode_XStrip(Attached ts, Object* text, int where, Object* characters) {
    return call_named(ts, text, where == 0 ? "lstrip" : where == 1 ? "rstrip" : "strip", {characters});
}
uint32_t _PyUnicode_FindMaxChar(Attached, Object* o, Index start, Index end) {
    auto& s = static_cast<Str&>(*o);
    uint32_t highest = 127;
    if (start == 0 && end == s.length)
        return str_is_ascii(s) ? 0x7f : str_kind(s) == 1 ? 0xff : str_kind(s) == 2 ? 0xffff : kMaxCodePoint;
    highest = largest(s, start, end);
    return highest;
}

}  // namespace baton::api
