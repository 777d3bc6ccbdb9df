// See io_newlines.h.
#include "vm/modules/io_newlines.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/int.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/modules/io.h"
#include "vm/vm_types.h"

namespace baton {

Result<void> check_newline_argument(Attached ts, Object* newline) {
    if (!newline || is_none(*newline)) return {};
    if (!is_str(*newline))
        return raise(ts, Exc::TypeError, "newline must be str or None, not {}", type_name(*newline));
    auto& s = static_cast<Str&>(*newline);
    for (const char* known : {"", "\n", "\r", "\r\n"}) {
        if (str_eq_ascii(s, known)) return {};
    }
    return raise(ts, Exc::ValueError, "illegal newline value: {}", TRY(show_repr(ts, s)).view);
}

Index find_line_end(const Str& text, Index start, const LineEnds& ends) {
    if (ends.translated) {
        Index at = str_find_char(text, '\n', start, text.length);
        return at < 0 ? -1 : at + 1;
    }
    if (ends.universal) {
        return with_text(text, [&](auto* p) -> Index {
            for (Index i = start; i < text.length; ++i) {
                if (p[i] == '\n') return i + 1;
                if (p[i] == '\r') return i + 1 < text.length && p[i + 1] == '\n' ? i + 2 : i + 1;
            }
            return -1;
        });
    }
    for (Index i = start;;) {
        Index at = str_find_char(text, ends.ending[0], i, text.length);
        if (at < 0) return -1;
        if (ends.length == 1) return at + 1;
        if (at + 1 < text.length && str_char_unchecked(text, at + 1) == ends.ending[1]) return at + 2;
        i = at + 1;
    }
}

Result<Ref<Object>> newlines_seen(Attached ts, int seen) {
    static constexpr const char* kNames[] = {"\r", "\n", "\r\n"};
    OptRef<Object> parts[3];
    Object* found[3];
    Index n = 0;
    for (int i = 0; i < 3; ++i) {
        if (!(seen & (1 << i))) continue;
        parts[n] = Ref<Object>(TRY(str_new_ascii(ts, kNames[i])));
        found[n] = parts[n].get();
        ++n;
    }
    if (n == 0) return Ref<Object>::share(none());
    if (n == 1) return Ref<Object>::share(*found[0]);
    return tuple_from(ts, found, n);
}

Result<Ref<Str>> newline_decode(Attached ts, NewlineDecoder& d, Str& given, bool final) {
    auto text = Ref<Str>::share(given);
    // A \r at the end waits for what follows it.
    if (d.pending_cr && (final || text->length > 0)) {
        auto cr = str_latin1_char('\r');
        text = TRY(str_concat(ts, *cr, *text));
        d.pending_cr = false;
    }
    if (!final && text->length > 0 && str_char_unchecked(*text, text->length - 1) == '\r') {
        text = TRY(str_substring(ts, *text, 0, text->length - 1));
        d.pending_cr = true;
    }
    if (text->length == 0) return text;
    if (str_find_char(*text, '\r', 0, text->length) < 0) {
        if (d.seen != 7 && !(d.seen & kSeenLf) && str_find_char(*text, '\n', 0, text->length) >= 0)
            d.seen |= kSeenLf;
        return text;
    }
    StrBuilder out(text->length);
    int seen = 0;
    with_text(*text, [&](auto* p) {
        Index n = text->length;
        for (Index i = 0; i < n; ++i) {
            auto c = static_cast<uint32_t>(p[i]);
            if (c == '\n') {
                seen |= kSeenLf;
            } else if (c == '\r') {
                if (i + 1 < n && p[i + 1] == '\n') {
                    seen |= kSeenCrLf;
                    if (d.translate)
                        ++i;
                    else {
                        out.append(c);
                        ++i;
                    }
                } else {
                    seen |= kSeenCr;
                    if (!d.translate) {
                        out.append(c);
                        continue;
                    }
                }
                c = '\n';
            }
            out.append(c);
        }
    });
    d.seen |= seen;
    if (!d.translate) return text;
    return out.finish(ts);
}

Result<Ref<NewlineDecoder>> newline_decoder_new(Attached ts, Object& decoder, bool translate) {
    auto d = TRY(new_gc_object<NewlineDecoder>(ts, baton_io_newline_decoder_type));
    incref(&decoder);
    d->decoder = &decoder;
    d->errors = nullptr;
    d->translate = translate;
    d->pending_cr = false;
    d->seen = 0;
    gc_track(ts, d.get());
    return d;
}

namespace {

Result<Ref<Object>> decoder_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto d = TRY(new_instance<NewlineDecoder>(ts, cls));
    gc_track(ts, d.get());
    return d;
}
Result<void> decoder_make(Attached ts, NewlineDecoder& d, Object& decoder, bool translate, Object* errors) {
    incref(&decoder);
    replace_field(ts, d.decoder, &decoder);
    xincref(errors);
    replace_field(ts, d.errors, errors);
    d.translate = translate;
    d.pending_cr = false;
    d.seen = 0;
    return {};
}
constexpr Method init_row =
    method<decoder_make>("IncrementalNewlineDecoder($self, decoder, translate, errors='strict')", "");
Result<void> decoder_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!init_row.fn(ts, init_row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}
Result<void> need_init(Attached ts, const NewlineDecoder& d) {
    if (!d.decoder) return raise(ts, Exc::ValueError, "IncrementalNewlineDecoder.__init__() not called");
    return {};
}
Result<Ref<Object>> decoder_decode(Attached ts, NewlineDecoder& d, Object& input, Opt<bool> final) {
    TRY(need_init(ts, d));
    OptRef<Object> text;
    if (is_none(*d.decoder)) {
        text = Ref<Object>::share(input);
    } else {
        auto decode = TRY(str_intern_utf8(ts, "decode"));
        text = TRY(call_method(ts, *d.decoder, *decode, {&input, &bool_object(final.or_else(false))}));
    }
    if (!is_str(*text))
        return raise(ts, Exc::TypeError, "decoder should return a string result, not '{}'", type_name(*text));
    return newline_decode(ts, d, static_cast<Str&>(*text), final.or_else(false));
}
Result<Ref<Object>> decoder_getstate(Attached ts, NewlineDecoder& d) {
    TRY(need_init(ts, d));
    OptRef<Object> buffer;
    int64_t flag = 0;
    if (is_none(*d.decoder)) {
        buffer = Ref<Object>(bytes_empty());
    } else {
        auto state = TRY(stream_call(ts, *d.decoder, "getstate"));
        if (!is_tuple(*state) || static_cast<Tuple&>(*state).size != 2)
            return raise(ts, Exc::TypeError, "illegal decoder state");
        buffer = Ref<Object>::share(*static_cast<Tuple&>(*state).item[0]);
        flag = TRY(as_index(ts, *static_cast<Tuple&>(*state).item[1], Exc::OverflowError));
    }
    auto f = TRY(box_int(ts, flag << 1 | (d.pending_cr ? 1 : 0)));
    return tuple_of(ts, {buffer.get(), f.get()});
}
Result<Ref<Object>> decoder_setstate(Attached ts, NewlineDecoder& d, Object& state) {
    TRY(need_init(ts, d));
    if (!is_tuple(state)) return raise(ts, Exc::TypeError, "state argument must be a tuple");
    auto& t = static_cast<Tuple&>(state);
    if (t.size != 2) return raise(ts, Exc::TypeError, "illegal decoder state");
    Index flag = TRY(as_index(ts, *t.item[1], Exc::OverflowError));
    d.pending_cr = flag & 1;
    if (is_none(*d.decoder)) return Ref<Object>::share(none());
    auto f = TRY(box_int(ts, flag >> 1));
    auto inner = TRY(tuple_of(ts, {t.item[0], f.get()}));
    return stream_call(ts, *d.decoder, "setstate", {inner.get()});
}
Result<Ref<Object>> decoder_reset(Attached ts, NewlineDecoder& d) {
    TRY(need_init(ts, d));
    d.seen = 0;
    d.pending_cr = false;
    if (is_none(*d.decoder)) return Ref<Object>::share(none());
    return stream_call(ts, *d.decoder, "reset");
}
Result<Ref<Object>> get_newlines(Attached ts, Object& o) {
    return newlines_seen(ts, static_cast<NewlineDecoder&>(o).seen);
}

int decoder_traverse(Object* o, VisitProc visit, void* arg) {
    auto& d = static_cast<NewlineDecoder&>(*o);
    for (Object* field : {d.decoder, d.errors}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
void decoder_dealloc(Attached ts, NewlineDecoder& self) {
    gc_untrack(&self);
    xdecref(ts, self.decoder);
    xdecref(ts, self.errors);
    free_instance(ts, self);
}
constexpr Method methods[] = {
    method<decoder_decode>("decode($self, input, final=False)", ""),
    method<decoder_getstate>("getstate($self, /)", ""),
    method<decoder_setstate>("setstate($self, state, /)", ""),
    method<decoder_reset>("reset($self, /)", ""),
    {},
};
constexpr GetSet getset[] = {GetSet{"newlines", get_newlines, nullptr, nullptr}, {}};

}  // namespace

const TypeSpec io_newline_decoder_spec = {
    .name = "_io.IncrementalNewlineDecoder",
    .doc =
        "Notices the line ends in what another decoder gives, and makes '\\n' of them if it is to translate.",
    .basicsize = sizeof(NewlineDecoder),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = decoder_traverse,
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<decoder_dealloc>,
    .init = slot<decoder_init>,
    .tp_new = slot<decoder_new_slot>,
};

}  // namespace baton
