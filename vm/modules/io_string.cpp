// _io.StringIO: a text stream in memory.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/modules/io.h"
#include "vm/modules/io_newlines.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// Code points, four bytes each; writing at the end, the common case, appends.
struct StringIo : IoBase {
    uint32_t* text;
    Index size, capacity, pos;
    bool ok, closed, write_translate, read_universal, read_translate;
    Object* newline;  // as given: None or str
    NewlineDecoder* decoder;
    LineEnds ends;
    uint32_t write_newline[2];
    int write_newline_length;
};

Result<void> need_open(Attached ts, const StringIo& s) {
    if (!s.ok) return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
    if (s.closed) return raise(ts, Exc::ValueError, "I/O operation on closed file");
    return {};
}
Result<void> reserve(Attached ts, StringIo& s, Index n) {
    if (n <= s.capacity) return {};
    Index capacity = n + (n >> 3) + 32;
    auto* text =
        static_cast<uint32_t*>(std::realloc(s.text, static_cast<size_t>(capacity) * sizeof(uint32_t)));
    if (!text) return raise_no_memory(ts);
    s.text = text;
    s.capacity = capacity;
    return {};
}
Result<Ref<Str>> part(Attached ts, const StringIo& s, Index from, Index to) {
    if (from >= to) return str_empty();
    return str_new_ucs4(ts, s.text + from, to - from);
}

Result<void> put(Attached ts, StringIo& s, Str& given) {
    auto text = Ref<Str>::share(given);
    if (s.decoder) text = TRY(newline_decode(ts, *s.decoder, *text, true));
    if (s.write_translate && s.write_newline_length) {
        auto from = str_latin1_char('\n');
        auto to = TRY(str_new_ucs4(ts, s.write_newline, s.write_newline_length));
        text = TRY(str_replace(ts, *text, *from, *to, -1));
    }
    Index n = text->length;
    if (n == 0) return {};
    Index end = s.pos + n;
    TRY(reserve(ts, s, end));
    for (Index i = s.size; i < s.pos; ++i) s.text[i] = 0;
    with_text(*text, [&](auto* p) {
        for (Index i = 0; i < n; ++i) s.text[s.pos + i] = static_cast<uint32_t>(p[i]);
    });
    s.pos = end;
    if (end > s.size) s.size = end;
    return {};
}

Result<Ref<Object>> string_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto s = TRY(new_instance<StringIo>(ts, cls));
    gc_track(ts, s.get());
    return s;
}
Result<void> string_make(Attached ts, StringIo& s, Object* initial, Object* newline) {
    s.ok = false;
    auto lf = str_latin1_char('\n');
    Object& ends = newline ? *newline : *lf;
    TRY(check_newline_argument(ts, &ends));
    if (initial && !is_none(*initial) && !is_str(*initial)) {
        return raise(ts, Exc::TypeError, "initial_value must be str or None, not {}", type_name(*initial));
    }
    s.size = s.pos = 0;
    s.closed = false;
    incref(&ends);
    replace_field(ts, s.newline, &ends);
    replace_field<NewlineDecoder>(ts, s.decoder, nullptr);
    auto* text = is_none(ends) ? nullptr : static_cast<Str*>(&ends);
    s.read_universal = !text || text->length == 0;
    s.read_translate = !text;
    s.ends = LineEnds{};
    s.ends.translated = s.read_translate;
    s.ends.universal = s.read_universal;
    s.write_translate = false;
    s.write_newline_length = 0;
    if (text && text->length > 0) {
        s.ends.length = static_cast<int>(text->length);
        for (int i = 0; i < s.ends.length; ++i)
            s.ends.ending[i] = s.write_newline[i] = str_char_unchecked(*text, i);
        s.write_translate = str_char_unchecked(*text, 0) == '\r';
        s.write_newline_length = s.ends.length;
    }
    if (s.read_universal) s.decoder = TRY(newline_decoder_new(ts, none(), s.read_translate)).release();
    s.ok = true;
    if (initial && is_str(*initial)) {
        TRY(put(ts, s, static_cast<Str&>(*initial)));
        s.pos = 0;
    }
    return {};
}
constexpr Method init_row = method<string_make>("StringIO($self, initial_value='', newline='\\n')", "");
Result<void> string_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!init_row.fn(ts, init_row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}

Result<Index> string_write(Attached ts, StringIo& s, Object& text) {
    TRY(need_open(ts, s));
    if (!is_str(text))
        return raise(ts, Exc::TypeError, "string argument expected, got '{}'", type_name(text));
    Index n = static_cast<Str&>(text).length;
    if (n) TRY(put(ts, s, static_cast<Str&>(text)));
    return n;
}
Result<Ref<Str>> string_getvalue(Attached ts, StringIo& s) {
    TRY(need_open(ts, s));
    return part(ts, s, 0, s.size);
}
Result<Index> limit_of(Attached ts, Object* size) {
    return size && !is_none(*size) ? as_index(ts, *size, Exc::OverflowError) : Result<Index>(-1);
}
Result<Ref<Str>> string_read(Attached ts, StringIo& s, Object* size) {
    TRY(need_open(ts, s));
    Index n = TRY(limit_of(ts, size));
    Index end = n < 0 || n > s.size - s.pos ? s.size : s.pos + n;
    auto r = TRY(part(ts, s, s.pos, end));
    if (end > s.pos) s.pos = end;
    return r;
}
Result<Ref<Str>> next_line(Attached ts, StringIo& s, Index limit) {
    if (s.pos >= s.size) return str_empty();
    Index stop = limit >= 0 && limit < s.size - s.pos ? s.pos + limit : s.size;
    Index end = stop;
    for (Index i = s.pos; i < stop; ++i) {
        uint32_t c = s.text[i];
        bool hit;
        Index length = 1;
        if (s.ends.translated)
            hit = c == '\n';
        else if (s.ends.universal) {
            hit = c == '\n' || c == '\r';
            if (c == '\r' && i + 1 < stop && s.text[i + 1] == '\n') length = 2;
        } else {
            hit = c == s.ends.ending[0] &&
                  (s.ends.length == 1 || (i + 1 < stop && s.text[i + 1] == s.ends.ending[1]));
            length = s.ends.length;
        }
        if (hit) {
            end = i + length;
            break;
        }
    }
    auto r = TRY(part(ts, s, s.pos, end));
    s.pos = end;
    return r;
}
Result<Ref<Str>> string_readline(Attached ts, StringIo& s, Object* size) {
    TRY(need_open(ts, s));
    return next_line(ts, s, TRY(limit_of(ts, size)));
}
Next string_next(Attached ts, StringIo& s) {
    if (!need_open(ts, s).ok()) return already_raised();
    auto line = is_exact(s, baton_io_stringio_type) ? Result<Ref<Object>>(next_line(ts, s, -1))
                                                    : call_method(ts, s, id(Name::readline));
    if (!line.ok()) return already_raised();
    if (!is_str(*line))
        return raise(ts, Exc::OSError, "readline() should have returned an str object, not '{}'",
                     type_name(*line));
    if (static_cast<Str&>(*line).length == 0) return Next::done();
    return line.take();
}
Result<Ref<Object>> string_iter(Attached ts, StringIo& s) {
    TRY(need_open(ts, s));
    return Ref<Object>::share(s);
}
Result<Index> string_tell(Attached ts, StringIo& s) {
    TRY(need_open(ts, s));
    return s.pos;
}
Result<Index> string_seek(Attached ts, StringIo& s, Index pos, Opt<int> whence) {
    TRY(need_open(ts, s));
    int from = whence.or_else(0);
    if (from < 0 || from > 2)
        return raise(ts, Exc::ValueError, "Invalid whence ({}, should be 0, 1 or 2)", from);
    if (pos < 0 && from == 0) return raise(ts, Exc::ValueError, "Negative seek position {}", pos);
    if (from != 0 && pos != 0) return raise(ts, Exc::OSError, "Can't do nonzero cur-relative seeks");
    if (from == 0)
        s.pos = pos;
    else if (from == 2)
        s.pos = s.size;
    return s.pos;
}
Result<Index> string_truncate(Attached ts, StringIo& s, Object* size) {
    TRY(need_open(ts, s));
    Index n = size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError)) : s.pos;
    if (n < 0) return raise(ts, Exc::ValueError, "Negative size value {}", n);
    if (n < s.size) s.size = n;
    return n;
}
Result<void> string_close(Attached, StringIo& s) {
    s.closed = true;
    std::free(s.text);
    s.text = nullptr;
    s.size = s.capacity = 0;
    return {};
}
Result<bool> string_true(Attached ts, StringIo& s) {
    TRY(need_open(ts, s));
    return true;
}
Result<Ref<Object>> get_closed(Attached ts, Object& o) {
    auto& s = static_cast<StringIo&>(o);
    if (!s.ok) return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
    return Ref<Object>::share(bool_object(s.closed));
}
Result<Ref<Object>> get_newlines(Attached ts, Object& o) {
    auto& s = static_cast<StringIo&>(o);
    TRY(need_open(ts, s));
    return newlines_seen(ts, s.decoder ? s.decoder->seen : 0);
}
Result<Ref<Object>> get_line_buffering(Attached ts, Object& o) {
    TRY(need_open(ts, static_cast<StringIo&>(o)));
    return Ref<Object>::share(bool_object(false));
}
Result<Ref<Object>> string_getstate(Attached ts, StringIo& s) {
    auto value = TRY(string_getvalue(ts, s));
    auto pos = TRY(box_int(ts, s.pos));
    OptRef<Object> dict;
    if (s.dict) dict = Ref<Object>(TRY(dict_copy(ts, *s.dict)));
    return tuple_of(ts, {value.get(), s.newline, pos.get(), dict ? dict.get() : &none()});
}
Result<void> string_setstate(Attached ts, StringIo& s, Object& state) {
    if (s.closed) return raise(ts, Exc::ValueError, "I/O operation on closed file");
    if (!is_tuple(state) || static_cast<Tuple&>(state).size < 4) {
        return raise(ts, Exc::TypeError, "{}.__setstate__ argument should be 4-tuple, got {}", type_name(s),
                     type_name(state));
    }
    auto& t = static_cast<Tuple&>(state);
    auto empty = str_empty();
    TRY(string_make(ts, s, empty.get(), t.item[1]));
    if (!is_none(*t.item[0])) {
        if (!is_str(*t.item[0]))
            return raise(ts, Exc::TypeError, "initial_value must be str or None, not {}",
                         type_name(*t.item[0]));
        auto& text = static_cast<Str&>(*t.item[0]);
        TRY(reserve(ts, s, text.length));
        for (Index i = 0; i < text.length; ++i) s.text[i] = str_char_unchecked(text, i);
        s.size = text.length;
    }
    Index pos = TRY(as_index(ts, *t.item[2], Exc::OverflowError));
    if (pos < 0) return raise(ts, Exc::ValueError, "position value cannot be negative");
    s.pos = pos;
    if (is_none(*t.item[3])) return {};
    if (!is_dict(*t.item[3]))
        return raise(ts, Exc::TypeError, "fourth item of state should be a dict, got a {}",
                     type_name(*t.item[3]));
    if (!s.dict) s.dict = TRY(dict_new(ts)).release();
    return dict_merge(ts, *s.dict, *t.item[3], true);
}

int string_traverse(Object* o, VisitProc visit, void* arg) {
    auto& s = static_cast<StringIo&>(*o);
    for (Object* field : {static_cast<Object*>(s.dict), s.newline, static_cast<Object*>(s.decoder)}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
int string_clear(Object* o) {
    replace_field<Dict>(current_attached(), static_cast<IoBase*>(o)->dict, nullptr);
    return 0;
}
void string_dealloc(Attached ts, StringIo& self) {
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    stream_dealloc_base(ts, self);
    xdecref(ts, self.newline);
    xdecref(ts, self.decoder);
    std::free(self.text);
    free_instance(ts, self);
}

constexpr Method methods[] = {
    method<string_getvalue>("getvalue($self, /)", "The whole text, wherever the present place is."),
    method<string_read>("read($self, size=-1, /)",
                        "The characters that follow, size of them at the most; all without size."),
    method<string_readline>("readline($self, size=-1, /)", "What comes next up to and with the line end."),
    method<string_tell>("tell($self, /)", "How many characters stand before the present place."),
    method<string_truncate>("truncate($self, pos=None, /)",
                            "Drops the text behind the first pos characters."),
    method<string_seek>("seek($self, pos, whence=0, /)", "Chooses the present place and gives it."),
    method<string_write>("write($self, s, /)", "Puts text at the present place and gives its length."),
    method<string_close>("close($self, /)", "Lets the text go."),
    method<string_true>("readable($self, /)", "True, unless it is closed."),
    method<string_true>("writable($self, /)", "True, unless it is closed."),
    method<string_true>("seekable($self, /)", "True, unless it is closed."),
    method<string_getstate>("__getstate__($self, /)", ""),
    method<string_setstate>("__setstate__($self, state, /)", ""),
    {},
};
constexpr GetSet getset[] = {
    GetSet{"closed", get_closed, nullptr, nullptr},
    GetSet{"newlines", get_newlines, nullptr, nullptr},
    GetSet{"line_buffering", get_line_buffering, nullptr, nullptr},
    {},
};

}  // namespace

const TypeSpec io_stringio_spec = {
    .name = "_io.StringIO",
    .doc = "A text file whose contents are in memory.",
    .basicsize = sizeof(StringIo),
    .flags = kTypeHasGc | kTypeBaseType,
    .base = &baton_io_text_base_type,
    .traverse = string_traverse,
    .clear = string_clear,
    .weaklistoffset = offsetof(StringIo, weakreflist),
    .dictoffset = offsetof(StringIo, dict),
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<string_dealloc>,
    .iter = typed_slot<string_iter>,
    .iternext = typed_slot<string_next>,
    .init = slot<string_init>,
    .tp_new = slot<string_new>,
};

}  // namespace baton
