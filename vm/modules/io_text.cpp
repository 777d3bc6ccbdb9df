// _io.TextIOWrapper: text over a binary stream.
//
// Reading: chunks of the buffer's bytes go through an incremental decoder; what was decoded but not asked for
// waits in `decoded` from `used` on. tell() and seek() speak in cookies: the byte position of the last
// snapshot, with the decoder's state, the number of bytes to feed it again and of characters to skip (PEP
// 3116 leaves the form to the implementation; ours packs the same five numbers as CPython's). Writing:
// encoded bytes wait in `pending` until there is a chunk of them, or a flush.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "vm/import.h"
#include "vm/interp_data.h"
#include "vm/interp_data.h"
#include "vm/modules/io.h"
#include "vm/modules/io_newlines.h"
#include "vm/text_locale.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr Index kChunk = 8192;  // what _CHUNK_SIZE starts with

struct TextWrapper : IoBase {
    Object *buffer, *encoding, *errors, *encoder,
        *decoder;          // buffer null: detached; encoder, decoder null: not needed yet
    Object* read_newline;  // as given
    std::string* pending;  // encoded, not yet written
    Str* decoded;          // null = none
    Index used;
    Index chunk;             // how many bytes are read, and kept before they are written
    Object* snapshot_state;  // decoder flags (int) at the snapshot; null = no snapshot
    Bytes* snapshot_input;   // bytes fed since then
    LineEnds ends;
    int write_ending;  // 0 as is, 1 "\r", 2 "\r\n"
    bool ok, line_buffering, write_through, seekable, telling, has_read1, read_universal, read_translate,
        encode_start, finalizing;
    enum Fast : uint8_t { general, utf8, ascii, latin1 } fast;
    bool strict;
};

Result<void> need_attached(Attached ts, const TextWrapper& t) {
    if (!t.ok && (t.buffer || !t.encoding))
        return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
    if (!t.buffer) return raise(ts, Exc::ValueError, "underlying buffer has been detached");
    return {};
}
Result<void> need_open(Attached ts, TextWrapper& t) {
    TRY(need_attached(ts, t));
    if (TRY(stream_closed(ts, *t.buffer))) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    return {};
}
Result<const char*> c_text(Attached ts, Object& o) {
    return str_as_c_string(ts, static_cast<Str&>(o));
}

void forget_decoded(Attached ts, TextWrapper& t) {
    replace_field<Str>(ts, t.decoded, nullptr);
    t.used = 0;
}
void forget_snapshot(Attached ts, TextWrapper& t) {
    replace_field<Object>(ts, t.snapshot_state, nullptr);
    replace_field<Bytes>(ts, t.snapshot_input, nullptr);
}

// ---- codecs ----
Result<Ref<Object>> codec_attribute(Attached ts, TextWrapper& t, const char* name) {
    auto codec = TRY(codec_lookup(ts, TRY(c_text(ts, *t.encoding))));
    auto make = TRY(get_attr(ts, *codec, *TRY(str_intern_utf8(ts, name))));
    return call(ts, *make, {t.errors});
}
Result<void> set_decoder(Attached ts, TextWrapper& t) {
    auto readable = TRY(stream_call(ts, *t.buffer, "readable"));
    replace_field<Object>(ts, t.decoder, nullptr);
    if (!TRY(is_true(ts, *readable))) return {};
    auto decoder = TRY(codec_attribute(ts, t, "incrementaldecoder"));
    if (t.read_universal) {
        t.decoder = TRY(newline_decoder_new(ts, *decoder, t.read_translate)).release();
    } else {
        t.decoder = decoder.release();
    }
    return {};
}
Result<void> set_encoder(Attached ts, TextWrapper& t) {
    replace_field<Object>(ts, t.encoder, nullptr);
    t.fast = TextWrapper::general;
    auto writable = TRY(stream_call(ts, *t.buffer, "writable"));
    if (!TRY(is_true(ts, *writable))) return {};
    std::string_view e = TRY(str_as_utf8(ts, static_cast<Str&>(*t.encoding)));
    std::string plain;
    for (char c : e) plain += c == '_' ? '-' : static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
    if (plain == "utf-8" || plain == "utf8")
        t.fast = TextWrapper::utf8;
    else if (plain == "ascii" || plain == "us-ascii")
        t.fast = TextWrapper::ascii;
    else if (plain == "latin-1" || plain == "iso8859-1" || plain == "iso-8859-1" || plain == "latin1")
        t.fast = TextWrapper::latin1;
    if (t.fast != TextWrapper::general) return {};
    t.encoder = TRY(codec_attribute(ts, t, "incrementalencoder")).release();
    return {};
}
void set_newline(TextWrapper& t, Object* newline) {
    auto* text = newline && is_str(*newline) ? static_cast<Str*>(newline) : nullptr;
    t.read_universal = !text || text->length == 0;
    t.read_translate = !text;
    t.ends = LineEnds{};
    t.ends.translated = t.read_translate;
    t.ends.universal = t.read_universal;
    t.write_ending = 0;
    if (text && text->length > 0) {
        t.ends.length = static_cast<int>(text->length);
        for (int i = 0; i < t.ends.length; ++i) t.ends.ending[i] = str_char_unchecked(*text, i);
        if (t.ends.ending[0] == '\r') t.write_ending = t.ends.length;
    }
}
// An encoder that starts in the middle of a file writes no byte order mark.
Result<void> fix_encoder_state(Attached ts, TextWrapper& t) {
    t.encode_start = true;
    if (!t.seekable || !t.encoder) return {};
    auto at = TRY(stream_call(ts, *t.buffer, "tell"));
    auto zero = small_int(0);
    if (TRY(equal(ts, *at, *zero))) return {};
    t.encode_start = false;
    TRY(stream_call(ts, *t.encoder, "setstate", {zero.get()}));
    return {};
}

// ---- construction ----
Result<Ref<Object>> text_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto t = TRY(new_instance<TextWrapper>(ts, cls));
    t->pending = new std::string();
    t->chunk = kChunk;
    gc_track(ts, t.get());
    return t;
}
// What was given or, for None and "locale", the locale's.
Result<Ref<Object>> wanted_encoding(Attached ts, Object* encoding) {
    const Config& config = vm_interp(ts).config;
    const bool given = encoding && is_str(*encoding);
    if (given && !str_eq_ascii(static_cast<Str&>(*encoding), "locale")) return Ref<Object>::share(*encoding);
    if (!given) {
        if (config.warn_default_encoding)
            TRY(warn(ts, Exc::EncodingWarning, "'encoding' argument not specified"));
        return str_new_utf8(ts, locale_encoding(config));
    }
    Config plain;
    plain.utf8_mode = 0;
    return str_new_utf8(ts, locale_encoding(plain));
}
// Wrong names are found at once in development mode, not when something has to be coded.
Result<void> check_in_dev_mode(Attached ts, Object& encoding, Object* errors) {
    if (!vm_interp(ts).config.dev_mode) return {};
    TRY(codec_lookup(ts, TRY(c_text(ts, encoding))));
    if (errors && is_str(*errors)) TRY(codec_lookup_error(ts, TRY(c_text(ts, *errors))));
    return {};
}
Result<void> text_make(Attached ts, TextWrapper& t, Object& buffer, Object* encoding, Object* errors,
                       Object* newline, Opt<bool> line_buffering, Opt<bool> write_through) {
    t.ok = false;
    TRY(check_newline_argument(ts, newline));
    if (encoding && !is_none(*encoding) && !is_str(*encoding)) {
        return raise(ts, Exc::TypeError, "TextIOWrapper() argument 'encoding' must be str or None, not {}",
                     type_name(*encoding));
    }
    if (errors && !is_none(*errors) && !is_str(*errors)) {
        return raise(ts, Exc::TypeError, "TextIOWrapper() argument 'errors' must be str or None, not {}",
                     type_name(*errors));
    }
    OptRef<Object> name = TRY(wanted_encoding(ts, encoding));
    TRY(check_in_dev_mode(ts, *name, errors));
    auto codec = codec_lookup(ts, TRY(c_text(ts, *name)));
    if (!codec.ok()) return already_raised();
    auto is_text = TRY(get_attr_opt(ts, *codec, *TRY(str_intern_utf8(ts, "_is_text_encoding"))));
    if (is_text && !TRY(is_true(ts, *is_text))) {
        return raise(ts, Exc::LookupError,
                     "'{}' is not a text encoding; use codecs.open() to handle arbitrary codecs",
                     TRY(c_text(ts, *name)));
    }
    forget_decoded(ts, t);
    forget_snapshot(ts, t);
    t.pending->clear();
    replace_field(ts, t.encoding, std::move(name).take().release());
    auto strict = errors && is_str(*errors) ? Ref<Object>::share(*errors)
                                            : Ref<Object>(TRY(str_intern_utf8(ts, "strict")));
    t.strict = str_eq_ascii(static_cast<Str&>(*strict), "strict");
    replace_field(ts, t.errors, strict.release());
    incref(&buffer);
    replace_field(ts, t.buffer, &buffer);
    xincref(newline);
    replace_field(ts, t.read_newline, newline);
    set_newline(t, newline);
    t.line_buffering = line_buffering.or_else(false);
    t.write_through = write_through.or_else(false);
    TRY(set_decoder(ts, t));
    TRY(set_encoder(ts, t));
    auto seekable = TRY(stream_call(ts, buffer, "seekable"));
    t.seekable = t.telling = TRY(is_true(ts, *seekable));
    t.has_read1 = TRY(has_attr(ts, buffer, *TRY(str_intern_utf8(ts, "read1"))));
    TRY(fix_encoder_state(ts, t));
    t.ok = true;
    return {};
}
constexpr Method init_row = method<text_make>(
    "TextIOWrapper($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, "
    "write_through=False)",
    "");
Result<void> text_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!init_row.fn(ts, init_row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}

// ---- writing ----
Result<void> write_pending(Attached ts, TextWrapper& t) {
    if (t.pending->empty()) return {};
    auto data = TRY(bytes_new(ts, *t.pending));
    t.pending->clear();
    TRY(call_method(ts, *t.buffer, id(Name::write), {data.get()}));
    return {};
}
Result<Ref<Bytes>> encode(Attached ts, TextWrapper& t, Str& text) {
    const char* errors = t.strict ? nullptr : TRY(c_text(ts, *t.errors));
    switch (t.fast) {
        case TextWrapper::utf8:
            return encode_utf8(ts, text, errors);
        case TextWrapper::ascii:
            return encode_ascii(ts, text, errors);
        case TextWrapper::latin1:
            return encode_latin1(ts, text, errors);
        case TextWrapper::general:
            break;
    }
    if (!t.encoder) return raise_unsupported(ts, "not writable");
    auto r = TRY(stream_call(ts, *t.encoder, "encode", {&text}));
    if (!is_bytes(*r))
        return raise(ts, Exc::TypeError, "encoder should return a bytes object, not '{}'", type_name(*r));
    return std::move(r).cast<Bytes>();
}
Result<Ref<Object>> text_flush(Attached ts, TextWrapper& t) {
    TRY(need_open(ts, t));
    t.telling = t.seekable;
    TRY(write_pending(ts, t));
    return stream_call(ts, *t.buffer, "flush");
}
Result<Index> text_write(Attached ts, TextWrapper& t, Object& object) {
    TRY(need_attached(ts, t));
    if (!is_str(object))
        return raise(ts, Exc::TypeError, "write() argument must be str, not {}", type_name(object));
    TRY(need_open(ts, t));
    if (t.fast == TextWrapper::general && !t.encoder) return raise_unsupported(ts, "not writable");
    auto text = Ref<Str>::share(static_cast<Str&>(object));
    Index length = text->length;
    bool has_newline =
        (t.write_ending || t.line_buffering) && str_find_char(*text, '\n', 0, text->length) >= 0;
    if (has_newline && t.write_ending) {
        auto from = str_latin1_char('\n');
        auto to = TRY(str_new_ascii(ts, t.write_ending == 1 ? "\r" : "\r\n"));
        text = TRY(str_replace(ts, *text, *from, *to, -1));
    }
    bool needs_flush = t.write_through;
    bool flush_line = t.line_buffering && (has_newline || str_find_char(*text, '\r', 0, text->length) >= 0);
    if (t.fast != TextWrapper::general && str_is_ascii(*text)) {
        auto view = str_ascii_view(*text);
        if (t.pending->size() + view.size() > static_cast<size_t>(t.chunk)) TRY(write_pending(ts, t));
        t.pending->append(view);
    } else {
        auto bytes = TRY(encode(ts, t, *text));
        if (t.pending->size() + static_cast<size_t>(bytes->size) > static_cast<size_t>(t.chunk))
            TRY(write_pending(ts, t));
        t.pending->append(bytes->data, static_cast<size_t>(bytes->size));
    }
    if (static_cast<Index>(t.pending->size()) >= t.chunk || needs_flush || flush_line)
        TRY(write_pending(ts, t));
    if (flush_line) TRY(stream_call(ts, *t.buffer, "flush"));
    if (t.snapshot_state || t.decoded) {
        forget_decoded(ts, t);
        forget_snapshot(ts, t);
        if (t.decoder) TRY(stream_call(ts, *t.decoder, "reset"));
    }
    return length;
}

// ---- reading ----
Result<Ref<Str>> decode(Attached ts, TextWrapper& t, Object& input, bool final) {
    auto r =
        TRY(call_method(ts, *t.decoder, *TRY(str_intern_utf8(ts, "decode")), {&input, &bool_object(final)}));
    if (!is_str(*r))
        return raise(ts, Exc::TypeError, "decoder should return a string result, not '{}'", type_name(*r));
    return std::move(r).cast<Str>();
}
// Reads and decodes one chunk into `decoded`. False at the end.
Result<bool> read_chunk(Attached ts, TextWrapper& t, Index hint) {
    if (!t.decoder) return raise_unsupported(ts, "not readable");
    OptRef<Object> flags, held;
    if (t.telling) {
        auto state = TRY(stream_call(ts, *t.decoder, "getstate"));
        if (!is_tuple(*state) || static_cast<Tuple&>(*state).size != 2)
            return raise(ts, Exc::TypeError, "illegal decoder state");
        held = Ref<Object>::share(*static_cast<Tuple&>(*state).item[0]);
        flags = Ref<Object>::share(*static_cast<Tuple&>(*state).item[1]);
        if (!is_bytes(*held))
            return raise(ts, Exc::TypeError,
                         "illegal decoder state: the first item should be a bytes object, not '{}'",
                         type_name(*held));
    }
    auto size = TRY(box_int(ts, hint > t.chunk ? hint : t.chunk));
    auto chunk = TRY(stream_call(ts, *t.buffer, t.has_read1 ? "read1" : "read", {size.get()}));
    BytesLike view;
    if (!view.get(ts, *chunk).ok()) {
        clear_pending(ts);
        return raise(ts, Exc::TypeError, "underlying {}() should have returned a bytes-like object, not '{}'",
                     t.has_read1 ? "read1" : "read", type_name(*chunk));
    }
    bool end = view.size() == 0;
    auto text = TRY(decode(ts, t, *chunk, end));
    bool got = text->length > 0;
    t.used = 0;
    replace_field(ts, t.decoded, text.release());
    if (t.telling) {
        auto input = TRY(bytes_concat(ts, *held, *chunk));
        replace_field(ts, t.snapshot_input, input.release());
        replace_field(ts, t.snapshot_state, std::move(flags).take().release());
    }
    return !end || got;
}
Result<Ref<Str>> take_decoded(Attached ts, TextWrapper& t, Index n) {
    if (!t.decoded) return str_empty();
    Index have = t.decoded->length - t.used;
    if (n < 0 || n > have) n = have;
    if (n == t.decoded->length && t.used == 0) {
        auto all = Ref<Str>::share(*t.decoded);
        t.used = n;
        return all;
    }
    auto r = TRY(str_substring(ts, *t.decoded, t.used, t.used + n));
    t.used += n;
    return r;
}
Result<Ref<Object>> text_read(Attached ts, TextWrapper& t, Object* size) {
    TRY(need_open(ts, t));
    Index n = size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError)) : -1;
    if (!t.decoder) return raise_unsupported(ts, "not readable");
    TRY(write_pending(ts, t));
    if (n < 0) {
        auto bytes = TRY(stream_call(ts, *t.buffer, "read"));
        auto rest = TRY(decode(ts, t, *bytes, true));
        auto first = TRY(take_decoded(ts, t, -1));
        forget_decoded(ts, t);
        forget_snapshot(ts, t);
        if (first->length == 0) return rest;
        return str_concat(ts, *first, *rest);
    }
    auto first = TRY(take_decoded(ts, t, n));
    if (first->length == n) return first;
    StrBuilder out(n);
    out.append(*first);
    while (out.size() < n) {
        if (!TRY(read_chunk(ts, t, n - out.size()))) break;
        auto more = TRY(take_decoded(ts, t, n - out.size()));
        out.append(*more);
    }
    return out.finish(ts);
}
// One line, at most limit characters; empty at the end.
Result<Ref<Str>> read_line(Attached ts, TextWrapper& t, Index limit) {
    TRY(write_pending(ts, t));
    StrBuilder line;
    for (;;) {
        while (!t.decoded || t.used >= t.decoded->length) {
            if (!TRY(read_chunk(ts, t, 0))) {
                forget_decoded(ts, t);
                forget_snapshot(ts, t);
                return line.finish(ts);
            }
        }
        Str& text = *t.decoded;
        // A two-character ending may be cut in the middle, between what we have already and this chunk.
        Index end = -1;
        if (!t.ends.translated && !t.ends.universal && t.ends.length == 2 && line.size() > 0 &&
            line.at(line.size() - 1) == t.ends.ending[0] &&
            str_char_unchecked(text, t.used) == t.ends.ending[1]) {
            end = t.used + 1;
        } else {
            end = find_line_end(text, t.used, t.ends);
        }
        bool whole = end >= 0;
        Index n = (whole ? end : text.length) - t.used;
        if (limit >= 0 && line.size() + n >= limit) {
            n = limit - line.size();
            whole = true;
        }
        if (whole && line.size() == 0) return take_decoded(ts, t, n);
        line.append_range(text, t.used, t.used + n);
        t.used += n;
        if (whole) return line.finish(ts);
    }
}
Result<Ref<Object>> text_readline(Attached ts, TextWrapper& t, Opt<Index> size) {
    TRY(need_open(ts, t));
    return read_line(ts, t, size.or_else(-1));
}
Next text_next(Attached ts, TextWrapper& t) {
    if (!need_attached(ts, t).ok()) return already_raised();
    t.telling = false;
    Result<Ref<Object>> line{already_raised()};
    if (is_exact(t, baton_io_text_wrapper_type)) {
        if (!need_open(ts, t).ok()) return already_raised();
        line = read_line(ts, t, -1);
    } else {
        line = call_method(ts, t, id(Name::readline));
        if (line.ok() && !is_str(*line))
            return raise(ts, Exc::OSError, "readline() should have returned a str object, not '{}'",
                         type_name(*line));
    }
    if (!line.ok()) return already_raised();
    if (static_cast<Str&>(*line).length == 0) {
        forget_snapshot(ts, t);
        t.telling = t.seekable;
        return Next::done();
    }
    return line.take();
}
Result<Ref<Object>> text_iter(Attached ts, TextWrapper& t) {
    TRY(need_open(ts, t));
    return Ref<Object>::share(t);
}

// ---- position ----
struct Cookie {
    uint64_t start_pos = 0;
    uint32_t dec_flags = 0, bytes_to_feed = 0, chars_to_skip = 0;
    uint8_t need_eof = 0;
};
Result<Ref<Object>> pack_cookie(Attached ts, const Cookie& c) {
    auto total = TRY(int_from_uint64(ts, c.start_pos));
    struct Part {
        uint64_t value;
        int shift;
    } parts[] = {{c.dec_flags, 64}, {c.bytes_to_feed, 96}, {c.chars_to_skip, 128}, {c.need_eof, 160}};
    Ref<Object> sum = std::move(total);
    for (const Part& p : parts) {
        if (!p.value) continue;
        auto v = TRY(int_from_uint64(ts, p.value));
        auto by = TRY(box_int(ts, p.shift));
        auto moved = TRY(binary(ts, BinaryOp::lshift, *v, *by));
        sum = TRY(binary(ts, BinaryOp::nb_or, *sum, *moved));
    }
    return sum;
}
Result<Cookie> unpack_cookie(Attached ts, Object& o) {
    Cookie c;
    Ref<Object> rest = Ref<Object>::share(o);
    auto next = [&](int bits) -> Result<uint64_t> {
        auto value = TRY(convert_uint64_mask(ts, unbox_borrowed(rest.get())));
        auto by = TRY(box_int(ts, bits));
        rest = TRY(binary(ts, BinaryOp::rshift, *rest, *by));
        return bits == 64 ? value : value & 0xFFFFFFFFu;
    };
    c.start_pos = TRY(next(64));
    c.dec_flags = static_cast<uint32_t>(TRY(next(32)));
    c.bytes_to_feed = static_cast<uint32_t>(TRY(next(32)));
    c.chars_to_skip = static_cast<uint32_t>(TRY(next(32)));
    c.need_eof = static_cast<uint8_t>(TRY(next(32)));
    return c;
}
Result<void> set_decoder_state(Attached ts, TextWrapper& t, Object& input, uint32_t flags) {
    auto f = TRY(box_int(ts, flags));
    auto state = TRY(tuple_of(ts, {&input, f.get()}));
    TRY(stream_call(ts, *t.decoder, "setstate", {state.get()}));
    return {};
}
Result<Ref<Object>> text_tell(Attached ts, TextWrapper& t) {
    TRY(need_open(ts, t));
    if (!t.seekable) return raise_unsupported(ts, "underlying stream is not seekable");
    if (!t.telling) return raise(ts, Exc::OSError, "telling position disabled by next() call");
    TRY(write_pending(ts, t));
    TRY(stream_call(ts, t, "flush"));
    auto position = TRY(stream_call(ts, *t.buffer, "tell"));
    if (!t.decoder || !t.snapshot_state) return position;
    Cookie c;
    c.start_pos =
        static_cast<uint64_t>(TRY(as_index(ts, *position, Exc::OverflowError)) - t.snapshot_input->size);
    c.dec_flags = static_cast<uint32_t>(TRY(as_index(ts, *t.snapshot_state, Exc::OverflowError)));
    Index skip = t.used;
    if (skip == 0) return pack_cookie(ts, c);
    // Feeds the decoder from the snapshot on, byte by byte, and remembers the last place where it held
    // nothing back: from there few characters are to be skipped.
    auto saved = TRY(stream_call(ts, *t.decoder, "getstate"));
    auto find = [&]() -> Result<void> {
        Index fed = 0, chars = 0;
        auto empty = bytes_empty();
        TRY(set_decoder_state(ts, t, *empty, c.dec_flags));
        uint32_t base_flags = c.dec_flags;
        Index safe_bytes = 0, safe_chars = 0;
        bool exact = false;
        while (fed < t.snapshot_input->size) {
            auto one = TRY(bytes_new(ts, {t.snapshot_input->data + fed, 1}));
            auto text = TRY(decode(ts, t, *one, false));
            ++fed;
            chars += text->length;
            auto state = TRY(stream_call(ts, *t.decoder, "getstate"));
            auto& pair = static_cast<Tuple&>(*state);
            bool empty_hold = is_bytes(*pair.item[0]) && static_cast<Bytes&>(*pair.item[0]).size == 0;
            if (empty_hold && chars <= skip) {
                safe_bytes = fed;
                safe_chars = chars;
                base_flags = static_cast<uint32_t>(TRY(as_index(ts, *pair.item[1], Exc::OverflowError)));
            }
            if (chars >= skip) {
                exact = true;
                break;
            }
        }
        c.start_pos += static_cast<uint64_t>(safe_bytes);
        c.dec_flags = base_flags;
        c.chars_to_skip = static_cast<uint32_t>(skip - safe_chars);
        if (c.chars_to_skip) c.bytes_to_feed = static_cast<uint32_t>(fed - safe_bytes);
        if (!exact) {
            auto text = TRY(decode(ts, t, *empty, true));
            c.need_eof = 1;
            if (chars + text->length < skip)
                return raise(ts, Exc::OSError, "can't reconstruct logical file position");
        }
        return {};
    };
    auto found = find();
    OptRef<BaseException> kept;
    if (!found.ok()) kept = fetch(ts);
    auto restored = stream_call(ts, *t.decoder, "setstate", {saved.get()});
    if (kept) {
        if (!restored.ok()) clear_pending(ts);
        restore(ts, std::move(kept).take());
        return already_raised();
    }
    TRY(std::move(restored));
    return pack_cookie(ts, c);
}
Result<Ref<Object>> text_seek(Attached ts, TextWrapper& t, Object& given, Opt<int> whence) {
    TRY(need_open(ts, t));
    int from = whence.or_else(0);
    if (!t.seekable) return raise_unsupported(ts, "underlying stream is not seekable");
    auto zero = small_int(0);
    auto cookie = Ref<Object>::share(given);
    if (from == 1) {
        if (!TRY(equal(ts, *cookie, *zero)))
            return raise_unsupported(ts, "can't do nonzero cur-relative seeks");
        cookie = TRY(stream_call(ts, t, "tell"));
    } else if (from == 2) {
        if (!TRY(equal(ts, *cookie, *zero)))
            return raise_unsupported(ts, "can't do nonzero end-relative seeks");
        TRY(stream_call(ts, t, "flush"));
        forget_decoded(ts, t);
        forget_snapshot(ts, t);
        if (t.decoder) TRY(stream_call(ts, *t.decoder, "reset"));
        auto two = small_int(2);
        auto end = TRY(stream_call(ts, *t.buffer, "seek", {zero.get(), two.get()}));
        if (t.encoder) {
            if (TRY(equal(ts, *end, *zero)))
                TRY(stream_call(ts, *t.encoder, "reset"));
            else
                TRY(stream_call(ts, *t.encoder, "setstate", {zero.get()}));
        }
        return end;
    } else if (from != 0) {
        return raise(ts, Exc::ValueError, "invalid whence ({}, should be 0, 1 or 2)", from);
    }
    if (TRY(compare_bool(ts, *cookie, *zero, CompareOp::lt))) {
        return raise(ts, Exc::ValueError, "negative seek position {}", TRY(show_repr(ts, *cookie)).view);
    }
    TRY(stream_call(ts, t, "flush"));
    Cookie c = TRY(unpack_cookie(ts, *cookie));
    auto start = TRY(int_from_uint64(ts, c.start_pos));
    TRY(stream_call(ts, *t.buffer, "seek", {start.get()}));
    forget_decoded(ts, t);
    forget_snapshot(ts, t);
    if (t.decoder) {
        auto empty = bytes_empty();
        if (c.start_pos == 0 && c.dec_flags == 0)
            TRY(stream_call(ts, *t.decoder, "reset"));
        else
            TRY(set_decoder_state(ts, t, *empty, c.dec_flags));
        t.snapshot_state = TRY(box_int(ts, c.dec_flags)).release();
        t.snapshot_input = bytes_empty().release();
        if (c.chars_to_skip) {
            auto n = TRY(box_int(ts, c.bytes_to_feed));
            auto input = TRY(stream_call(ts, *t.buffer, "read", {n.get()}));
            if (!is_bytes(*input))
                return raise(ts, Exc::TypeError,
                             "underlying read() should have returned a bytes object, not '{}'",
                             type_name(*input));
            auto text = TRY(decode(ts, t, *input, c.need_eof));
            replace_field(ts, t.snapshot_input, static_cast<Bytes*>(input.copy().release()));
            if (text->length < static_cast<Index>(c.chars_to_skip))
                return raise(ts, Exc::OSError, "can't restore logical file position");
            replace_field(ts, t.decoded, text.release());
            t.used = static_cast<Index>(c.chars_to_skip);
        }
    }
    if (t.encoder) {
        if (c.start_pos == 0 && c.dec_flags == 0)
            TRY(stream_call(ts, *t.encoder, "reset"));
        else
            TRY(stream_call(ts, *t.encoder, "setstate", {zero.get()}));
    }
    return cookie;
}
Result<Ref<Object>> text_truncate(Attached ts, TextWrapper& t, Object* size) {
    TRY(need_attached(ts, t));
    TRY(stream_call(ts, t, "flush"));
    return stream_call(ts, *t.buffer, "truncate", {size ? size : &none()});
}

// ---- the rest ----
Result<Ref<Object>> text_close(Attached ts, TextWrapper& t) {
    TRY(need_attached(ts, t));
    if (TRY(stream_closed(ts, *t.buffer))) return Ref<Object>::share(none());
    if (t.finalizing) {
        auto warned = get_attr_opt(ts, *t.buffer, *TRY(str_intern_utf8(ts, "_dealloc_warn")));
        OptRef<Object> f;
        if (warned.ok())
            f = warned.take();
        else
            clear_pending(ts);
        if (f && !call(ts, *f, {&t}).ok()) clear_pending(ts);
    }
    auto flushed = stream_call(ts, t, "flush");
    OptRef<BaseException> kept;
    if (!flushed.ok()) kept = fetch(ts);
    auto closed = stream_call(ts, *t.buffer, "close");
    if (!kept) return closed;
    if (!closed.ok())
        chain_context(ts, std::move(kept).take());
    else
        restore(ts, std::move(kept).take());
    return already_raised();
}
Result<Ref<Object>> text_detach(Attached ts, TextWrapper& t) {
    TRY(need_attached(ts, t));
    TRY(stream_call(ts, t, "flush"));
    t.ok = false;
    return Ref<Object>::steal(std::exchange(t.buffer, nullptr));
}
Result<void> text_reconfigure(Attached ts, TextWrapper& t, Object* encoding, Object* errors, Object* newline,
                              Object* line_buffering, Object* write_through) {
    TRY(need_attached(ts, t));
    if (encoding && is_none(*encoding)) encoding = nullptr;
    if (errors && is_none(*errors)) errors = nullptr;
    if (t.decoded && t.used < t.decoded->length && (encoding || errors || newline)) {
        return raise_unsupported(
            ts, "It is not possible to set the encoding or newline of stream after the first read");
    }
    TRY(check_newline_argument(ts, newline));
    TRY(stream_call(ts, t, "flush"));
    if (newline) {
        incref(newline);
        replace_field(ts, t.read_newline, newline);
        set_newline(t, newline);
    }
    if (encoding || errors || newline) {
        if (encoding) {
            if (!is_str(*encoding))
                return raise(ts, Exc::TypeError,
                             "reconfigure() argument 'encoding' must be str or None, not {}",
                             type_name(*encoding));
            Ref<Object> name = TRY(wanted_encoding(ts, encoding));
            TRY(codec_lookup(ts, TRY(c_text(ts, *name))));
            replace_field(ts, t.encoding, name.release());
        }
        if (errors || encoding) {
            auto e = errors ? Ref<Object>::share(*errors) : Ref<Object>(TRY(str_intern_utf8(ts, "strict")));
            if (!is_str(*e))
                return raise(ts, Exc::TypeError,
                             "reconfigure() argument 'errors' must be str or None, not {}", type_name(*e));
            t.strict = str_eq_ascii(static_cast<Str&>(*e), "strict");
            replace_field(ts, t.errors, e.release());
        }
        TRY(set_decoder(ts, t));
        TRY(set_encoder(ts, t));
        TRY(fix_encoder_state(ts, t));
    }
    if (line_buffering && !is_none(*line_buffering)) t.line_buffering = TRY(is_true(ts, *line_buffering));
    if (write_through && !is_none(*write_through)) t.write_through = TRY(is_true(ts, *write_through));
    return {};
}
template <int which>
Result<Ref<Object>> forward(Attached ts, TextWrapper& t) {
    static constexpr const char* kNames[] = {"fileno", "seekable", "readable", "writable", "isatty"};
    TRY(need_attached(ts, t));
    return stream_call(ts, *t.buffer, kNames[which]);
}
Result<void> text_no_pickle(Attached ts, Object& self) {
    return raise(ts, Exc::TypeError, "cannot pickle '{}' instances", self.type->name);
}

Result<Ref<Object>> text_repr(Attached ts, TextWrapper& t) {
    if (!t.encoding) return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
    StrBuilder out;
    out.append_ascii("<_io.TextIOWrapper");
    if (!TRY(enter_repr(ts, t)))
        return raise(ts, Exc::RuntimeError, "reentrant call inside {}.__repr__", t.type->name);
    auto body = [&]() -> Result<void> {
        for (const char* field : {"name", "mode"}) {
            auto value = get_attr_opt(ts, t, *TRY(str_intern_utf8(ts, field)));
            if (!value.ok()) {
                if (!pending_is(ts, Exc::ValueError)) return already_raised();
                clear_pending(ts);
                continue;
            }
            auto found = value.take();
            if (!found) continue;
            out.append_format(" {}=", field);
            out.append(*TRY(repr(ts, *found)));
        }
        return {};
    };
    auto done = body();
    leave_repr(ts, t);
    TRY(std::move(done));
    out.append_ascii(" encoding=");
    out.append(*TRY(repr(ts, t.encoding ? *t.encoding : none())));
    out.append('>');
    return out.finish(ts);
}

Result<Ref<Object>> get_field(Object* o) {
    return Ref<Object>::share(o ? *o : none());
}
Result<Ref<Object>> get_encoding(Attached, Object& o) {
    return get_field(static_cast<TextWrapper&>(o).encoding);
}
Result<Ref<Object>> get_errors(Attached, Object& o) {
    return get_field(static_cast<TextWrapper&>(o).errors);
}
Result<Ref<Object>> get_buffer_field(Attached ts, Object& o) {
    TRY(need_attached(ts, static_cast<TextWrapper&>(o)));
    return get_field(static_cast<TextWrapper&>(o).buffer);
}
Result<Ref<Object>> get_line_buffering(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<TextWrapper&>(o).line_buffering));
}
Result<Ref<Object>> get_write_through(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<TextWrapper&>(o).write_through));
}
Result<Ref<Object>> buffer_attribute(Attached ts, Object& o, const char* name) {
    auto& t = static_cast<TextWrapper&>(o);
    TRY(need_attached(ts, t));
    return get_attr(ts, *t.buffer, *TRY(str_intern_utf8(ts, name)));
}
Result<Ref<Object>> get_closed(Attached ts, Object& o) {
    return buffer_attribute(ts, o, "closed");
}
Result<Ref<Object>> get_name(Attached ts, Object& o) {
    return buffer_attribute(ts, o, "name");
}
Result<Ref<Object>> get_newlines(Attached ts, Object& o) {
    auto& t = static_cast<TextWrapper&>(o);
    if (!t.decoder) return Ref<Object>::share(none());
    auto seen = TRY(get_attr_opt(ts, *t.decoder, *TRY(str_intern_utf8(ts, "newlines"))));
    return Ref<Object>::share(seen ? *seen : none());
}
Result<Ref<Object>> get_chunk(Attached ts, Object& o) {
    TRY(need_attached(ts, static_cast<TextWrapper&>(o)));
    return box_int(ts, static_cast<TextWrapper&>(o).chunk);
}
Result<void> set_chunk(Attached ts, Object& o, Object* v) {
    TRY(need_attached(ts, static_cast<TextWrapper&>(o)));
    if (!v) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    const Index n = TRY(as_index(ts, *v, Exc::ValueError));
    if (n <= 0) return raise(ts, Exc::ValueError, "a strictly positive integer is required");
    static_cast<TextWrapper&>(o).chunk = n;
    return {};
}
Result<Ref<Object>> get_finalizing(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<TextWrapper&>(o).finalizing));
}
Result<void> set_finalizing(Attached ts, Object& o, Object* v) {
    if (!v) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    static_cast<TextWrapper&>(o).finalizing = TRY(is_true(ts, *v));
    return {};
}

int text_traverse(Object* o, VisitProc visit, void* arg) {
    auto& t = static_cast<TextWrapper&>(*o);
    for (Object* field : {static_cast<Object*>(t.dict), t.buffer, t.encoding, t.errors, t.encoder, t.decoder,
                          t.read_newline, t.snapshot_state}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
int text_clear(Object* o) {
    Attached ts = current_attached();
    auto& t = static_cast<TextWrapper&>(*o);
    t.ok = false;
    for (Object** field : {&t.buffer, &t.encoder, &t.decoder}) replace_field<Object>(ts, *field, nullptr);
    replace_field<Dict>(ts, t.dict, nullptr);
    return 0;
}
void text_dealloc(Attached ts, TextWrapper& self) {
    self.finalizing = true;
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    self.ok = false;
    stream_dealloc_base(ts, self);
    forget_decoded(ts, self);
    forget_snapshot(ts, self);
    for (Object* field :
         {self.buffer, self.encoding, self.errors, self.encoder, self.decoder, self.read_newline})
        xdecref(ts, field);
    delete self.pending;
    free_instance(ts, self);
}

constexpr Method methods[] = {
    method<text_detach>("detach($self, /)", "The binary file, which this object then does without."),
    method<text_reconfigure>("reconfigure($self, /, *, encoding=None, errors=None, "
                             "newline=<unrepresentable>, line_buffering=None, write_through=None)",
                             "Changes encoding, line ends or buffering while the file is open."),
    method<text_write>("write($self, text, /)", "Writes text and gives its length."),
    method<text_read>("read($self, size=-1, /)",
                      "The characters that follow, size of them unless the file ends; all without size."),
    method<text_readline>("readline($self, size=-1, /)", "What comes next up to and with the line end."),
    method<text_flush>("flush($self, /)", "Flush write buffers."),
    method<text_close>("close($self, /)", "Flush and close the stream."),
    method<forward<0>>("fileno($self, /)", "The file descriptor of the buffer."),
    method<forward<1>>("seekable($self, /)", "Whether the buffer is seekable."),
    method<forward<2>>("readable($self, /)", "Whether the buffer can be read."),
    method<forward<3>>("writable($self, /)", "Whether the buffer can be written."),
    method<forward<4>>("isatty($self, /)", "Whether the buffer is a terminal."),
    method<text_seek>("seek($self, cookie, whence=0, /)", "Set the stream position to what tell() gave."),
    method<text_tell>("tell($self, /)", "An opaque number for the stream position."),
    method<text_truncate>("truncate($self, pos=None, /)",
                          "Makes the file end after pos bytes, or at the present place."),
    method<text_no_pickle>("__getstate__($self, /)", ""),
    {},
};
constexpr GetSet getset[] = {
    GetSet{"encoding", get_encoding, nullptr, nullptr},
    GetSet{"errors", get_errors, nullptr, nullptr},
    GetSet{"buffer", get_buffer_field, nullptr, nullptr},
    GetSet{"line_buffering", get_line_buffering, nullptr, nullptr},
    GetSet{"write_through", get_write_through, nullptr, nullptr},
    GetSet{"closed", get_closed, nullptr, nullptr},
    GetSet{"name", get_name, nullptr, nullptr},
    GetSet{"newlines", get_newlines, nullptr, nullptr},
    GetSet{"_CHUNK_SIZE", get_chunk, set_chunk, nullptr},
    GetSet{"_finalizing", get_finalizing, set_finalizing, nullptr},
    {},
};

}  // namespace

const TypeSpec io_text_wrapper_spec = {
    .name = "_io.TextIOWrapper",
    .doc = "Text, encoded and decoded, over a binary file with a buffer.",
    .basicsize = sizeof(TextWrapper),
    .flags = kTypeHasGc | kTypeBaseType,
    .base = &baton_io_text_base_type,
    .traverse = text_traverse,
    .clear = text_clear,
    .weaklistoffset = offsetof(TextWrapper, weakreflist),
    .dictoffset = offsetof(TextWrapper, dict),
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<text_dealloc>,
    .repr = typed_slot<text_repr>,
    .iter = typed_slot<text_iter>,
    .iternext = typed_slot<text_next>,
    .init = slot<text_init>,
    .tp_new = slot<text_new>,
};

}  // namespace baton
