// _io's abstract bases: _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/dict_row.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/import.h"
#include "vm/modules/io.h"
#include "vm/vm_types.h"

namespace baton {

Result<Ref<Object>> stream_call(Attached ts, Object& o, const char* method,
                                std::initializer_list<Object*> args) {
    return call_method(ts, o, *TRY(str_intern_utf8(ts, method)), args);
}

Raised raise_unsupported(Attached ts, const char* what) {
    auto made = [&]() -> Result<void> {
        auto io = TRY(import_module(ts, "_io"));
        auto type = TRY(get_attr(ts, *io, *TRY(str_intern_utf8(ts, "UnsupportedOperation"))));
        auto text = TRY(str_new_utf8(ts, what));
        return raise_type(ts, static_cast<Type&>(*type), text.get());
    };
    (void)made();
    return already_raised();
}

Result<bool> stream_closed(Attached ts, Object& stream) {
    auto closed = TRY(get_attr(ts, stream, *TRY(str_intern_utf8(ts, "closed"))));
    return is_true(ts, *closed);
}
Result<void> check_open(Attached ts, Object& stream) {
    if (TRY(stream_closed(ts, stream))) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    return {};
}

void finalize_stream(Attached ts, Object& self) {
    auto kept = fetch(ts);
    auto closed = stream_closed(ts, self);
    bool is_closed = closed.ok() && closed.take();
    if (!closed.ok()) clear_pending(ts);
    if (!is_closed) {
        // FileIO warns about a forgotten file only when it knows that it is being finalized.
        auto name = str_intern_utf8(ts, "_finalizing");
        if (name.ok() && !set_attr(ts, self, *name, bool_object(true)).ok()) clear_pending(ts);
        if (!stream_call(ts, self, "close").ok()) clear_pending(ts);
    }
    if (kept) restore(ts, std::move(kept).take());
}

void stream_dealloc_base(Attached ts, IoBase& self) {
    if (self.weakreflist) weakref_clear_all(ts, self);
    replace_field<Dict>(ts, self.dict, nullptr);
}

namespace {

// ---- _IOBase ----
Result<Ref<Object>> base_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto o = TRY(new_instance<IoBase>(ts, cls));
    gc_track(ts, o.get());
    return o;
}
int base_traverse(Object* o, VisitProc visit, void* arg) {
    Dict* d = static_cast<IoBase*>(o)->dict;
    return d ? visit(d, arg) : 0;
}
int base_clear(Object* o) {
    replace_field<Dict>(current_attached(), static_cast<IoBase*>(o)->dict, nullptr);
    return 0;
}
void base_finalize(Attached ts, Object& self) {
    finalize_stream(ts, self);
}
void base_dealloc(Attached ts, IoBase& self) {
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    stream_dealloc_base(ts, self);
    free_instance(ts, self);
}

Result<Ref<Str>> closed_mark(Attached ts) {
    return str_intern_utf8(ts, "__IOBase_closed");
}
Result<bool> base_is_closed(Attached ts, Object& self) {
    return TRY(get_attr_opt(ts, self, *TRY(closed_mark(ts)))) ? true : false;
}
Result<Ref<Object>> base_closed(Attached ts, Object& self) {
    return Ref<Object>::share(bool_object(TRY(base_is_closed(ts, self))));
}

Result<Ref<Object>> base_seek(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "seek");
}
Result<Ref<Object>> base_truncate(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "truncate");
}
Result<Ref<Object>> base_fileno(Attached ts, Object&) {
    return raise_unsupported(ts, "fileno");
}
Result<Ref<Object>> base_tell(Attached ts, Object& self) {
    auto zero = small_int(0);
    auto one = small_int(1);
    return stream_call(ts, self, "seek", {zero.get(), one.get()});
}
Result<void> base_flush(Attached ts, Object& self) {
    if (TRY(base_is_closed(ts, self))) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    return {};
}
Result<void> base_close(Attached ts, Object& self) {
    if (TRY(base_is_closed(ts, self))) return {};
    auto flushed = stream_call(ts, self, "flush");
    auto kept = flushed.ok() ? OptRef<BaseException>() : fetch(ts);
    auto marked = set_attr(ts, self, *TRY(closed_mark(ts)), bool_object(true));
    if (kept) {
        if (!marked.ok())
            chain_context(ts, std::move(kept).take());
        else
            restore(ts, std::move(kept).take());
        return already_raised();
    }
    return marked;
}
Result<bool> base_false(Attached ts, Object& self) {
    if (TRY(stream_closed(ts, self))) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    return false;
}
Result<bool> base_no(Attached, Object&) {
    return false;
}

template <int which>
Result<void> check_able(Attached ts, Object& self) {
    static constexpr const char* kNames[] = {"seekable", "readable", "writable"};
    static constexpr const char* kMessages[] = {"File or stream is not seekable.",
                                                "File or stream is not readable.",
                                                "File or stream is not writable."};
    auto able = TRY(stream_call(ts, self, kNames[which]));
    if (able.get() != &bool_object(true)) return raise_unsupported(ts, kMessages[which]);
    return {};
}
Result<void> base_check_closed(Attached ts, Object& self) {
    return check_open(ts, self);
}
Result<Ref<Object>> base_enter(Attached ts, Object& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> base_exit(Attached ts, Object& self, Args) {
    return stream_call(ts, self, "close");
}

Result<Index> size_argument(Attached ts, Object* size) {
    if (!size || is_none(*size)) return -1;
    if (!has_index(*size))
        return raise(ts, Exc::TypeError, "argument should be integer or None, not '{}'", type_name(*size));
    return as_index(ts, *size, Exc::OverflowError);
}

// One line by way of peek() where the stream has it, else byte by byte.
Result<Ref<Object>> base_readline(Attached ts, Object& self, Object* size) {
    Index limit = TRY(size_argument(ts, size));
    auto peek_name = TRY(str_intern_utf8(ts, "peek"));
    auto peek = TRY(get_attr_opt(ts, self, *peek_name));
    BytesBuilder line;
    while (limit < 0 || line.size() < limit) {
        Index wanted = 1;
        if (peek) {
            auto one = small_int(1);
            auto ahead = TRY(call(ts, *peek, {one.get()}));
            if (!is_bytes(*ahead))
                return raise(ts, Exc::OSError, "peek() should have returned a bytes object, not '{}'",
                             type_name(*ahead));
            auto view = bytes_view(static_cast<Bytes&>(*ahead));
            if (!view.empty()) {
                size_t newline = view.find('\n');
                wanted = static_cast<Index>(newline == view.npos ? view.size() : newline + 1);
                if (limit >= 0 && wanted > limit - line.size()) wanted = limit - line.size();
            }
        }
        auto n = TRY(box_int(ts, wanted));
        auto got = TRY(stream_call(ts, self, "read", {n.get()}));
        if (!is_bytes(*got))
            return raise(ts, Exc::OSError, "read() should have returned a bytes object, not '{}'",
                         type_name(*got));
        auto view = bytes_view(static_cast<Bytes&>(*got));
        if (view.empty()) break;
        line.append(view);
        if (view.back() == '\n') break;
    }
    return line.finish(ts);
}
Result<Ref<Object>> base_iter(Attached ts, Object& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(self);
}
Next base_next(Attached ts, Object& self) {
    auto line = call_method(ts, self, id(Name::readline));
    if (!line.ok()) return already_raised();
    auto n = length(ts, *line);
    if (!n.ok()) return already_raised();
    if (n.take() == 0) return Next::done();
    return line.take();
}
Result<Ref<List>> base_readlines(Attached ts, Object& self, Object* hint) {
    Index limit = TRY(size_argument(ts, hint));
    auto lines = TRY(list_new(ts));
    Index total = 0;
    TRY(for_each(ts, self, [&](Ref<Object> line) -> Result<bool> {
        total += TRY(length(ts, *line));
        TRY(list_append_owned(ts, *lines, std::move(line)));
        return limit <= 0 || total < limit;
    }));
    return lines;
}
Result<void> base_writelines(Attached ts, Object& self, Object& lines) {
    TRY(check_open(ts, self));
    return for_each(ts, lines, [&](Ref<Object> line) -> Result<bool> {
        TRY(call_method(ts, self, id(Name::write), {line.get()}));
        return true;
    });
}

constexpr Method base_methods[] = {
    method<base_seek>(
        "seek($self, *args)",
        "Moves offset bytes from where whence says: 0 the beginning, 1 the present place, 2 the end."),
    method<base_tell>("tell($self, /)", "Where in the file the next byte is read or written."),
    method<base_truncate>("truncate($self, *args)",
                          "Makes the file end after size bytes, or at the present place."),
    method<base_flush>("flush($self, /)", "Hands on what has been written so far."),
    method<base_close>("close($self, /)", "Writes what is buffered and closes, unless that has been done."),
    method<base_no>("seekable($self, /)", "Whether seek(), tell() and truncate() work."),
    method<base_no>("readable($self, /)", "Whether the file can be read."),
    method<base_no>("writable($self, /)", "Whether the file can be written."),
    method<base_check_closed>("_checkClosed($self, /)", ""),
    method<check_able<0>>("_checkSeekable($self, /)", ""),
    method<check_able<1>>("_checkReadable($self, /)", ""),
    method<check_able<2>>("_checkWritable($self, /)", ""),
    method<base_fileno>("fileno($self, /)", "The descriptor that belongs to the file; OSError without one."),
    method<base_false>("isatty($self, /)", "Whether the file is a terminal."),
    method<base_enter>("__enter__($self, /)", ""),
    method<base_exit>("__exit__($self, *args)", ""),
    method<base_readline>("readline($self, size=-1, /)",
                          "What comes next up to and with the line end, but at most size bytes."),
    method<base_readlines>("readlines($self, hint=-1, /)",
                           "The lines that follow, until they have hint bytes together or the file ends."),
    method<base_writelines>("writelines($self, lines, /)",
                            "Writes the lines as they are, with no line ends in between."),
    {},
};
constexpr GetSet base_getset[] = {kDictRow, GetSet{"closed", base_closed, nullptr, nullptr}, {}};

// ---- _RawIOBase ----
Result<Ref<Object>> raw_readall(Attached ts, Object& self) {
    BytesBuilder all;
    for (;;) {
        auto n = TRY(box_int(ts, kDefaultBufferSize));
        auto got = TRY(stream_call(ts, self, "read", {n.get()}));
        if (is_none(*got)) {
            if (all.size() == 0) return got;
            break;
        }
        if (!is_bytes(*got)) return raise(ts, Exc::TypeError, "read() should return bytes");
        auto view = bytes_view(static_cast<Bytes&>(*got));
        if (view.empty()) break;
        all.append(view);
    }
    return all.finish(ts);
}
Result<Ref<Object>> raw_read(Attached ts, Object& self, Opt<Index> size) {
    Index n = size.or_else(-1);
    if (n < 0) return stream_call(ts, self, "readall");
    auto buffer = TRY(bytearray_new(ts, {}));
    TRY(bytearray_resize(ts, *buffer, n));
    auto got = TRY(stream_call(ts, self, "readinto", {buffer.get()}));
    if (is_none(*got)) return got;
    Index count = TRY(as_index(ts, *got, Exc::ValueError));
    if (count < 0 || count > buffer->size)
        return raise(ts, Exc::ValueError, "readinto returned {} outside buffer size {}", count, n);
    return bytes_new(ts, {buffer->start, static_cast<size_t>(count)});
}
Result<Ref<Object>> raw_unimplemented(Attached ts, Object&, Args) {
    return raise_none(ts, Exc::NotImplementedError);
}

constexpr Method raw_methods[] = {
    method<raw_read>("read($self, size=-1, /)", "Read up to size bytes; all of them when size is negative."),
    method<raw_readall>("readall($self, /)", "All that follows."),
    method<raw_unimplemented>("readinto($self, *args)", "Fills a buffer; left to the classes that derive."),
    method<raw_unimplemented>("write($self, *args)", "Writes bytes; left to the classes that derive."),
    {},
};

// ---- _BufferedIOBase ----
Result<Ref<Object>> buffered_unsupported_read(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "read");
}
Result<Ref<Object>> buffered_unsupported_read1(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "read1");
}
Result<Ref<Object>> buffered_unsupported_write(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "write");
}
Result<Ref<Object>> unsupported_detach(Attached ts, Object&) {
    return raise_unsupported(ts, "detach");
}
template <bool once>
Result<Index> buffered_readinto(Attached ts, Object& self, Object& buffer) {
    BytesLike to;
    TRY(to.get_writable(ts, buffer));
    auto n = TRY(box_int(ts, to.size()));
    auto got = TRY(stream_call(ts, self, once ? "read1" : "read", {n.get()}));
    if (!is_bytes(*got)) return raise(ts, Exc::TypeError, "read() should return bytes");
    auto view = bytes_view(static_cast<Bytes&>(*got));
    if (static_cast<Index>(view.size()) > to.size()) {
        return raise(ts, Exc::ValueError, "read() returned too much data: {} bytes requested, {} returned",
                     to.size(), view.size());
    }
    if (!view.empty()) std::memcpy(to.data(), view.data(), view.size());
    return static_cast<Index>(view.size());
}
constexpr Method buffered_methods[] = {
    method<unsupported_detach>("detach($self, /)", "The raw stream, which this object then does without."),
    method<buffered_unsupported_read>(
        "read($self, *args)", "The bytes that follow, n of them unless the file ends; all without n."),
    method<buffered_unsupported_read1>(
        "read1($self, *args)",
        "The bytes that follow, n of them at the most, for which the raw stream is read once at the most."),
    method<buffered_unsupported_write>("write($self, *args)", "Writes bytes and gives their number."),
    method<buffered_readinto<false>>("readinto($self, buffer, /)", ""),
    method<buffered_readinto<true>>("readinto1($self, buffer, /)", ""),
    {},
};

// ---- _TextIOBase ----
Result<Ref<Object>> text_unsupported_read(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "read");
}
Result<Ref<Object>> text_unsupported_readline(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "readline");
}
Result<Ref<Object>> text_unsupported_write(Attached ts, Object&, Args) {
    return raise_unsupported(ts, "write");
}
Result<Ref<Object>> text_none(Attached, Object&) {
    return Ref<Object>::share(none());
}
constexpr Method text_methods[] = {
    method<unsupported_detach>("detach($self, /)", "The binary file, which this object then does without."),
    method<text_unsupported_read>(
        "read($self, *args)", "The characters that follow, n of them unless the file ends; all without n."),
    method<text_unsupported_readline>("readline($self, *args)",
                                      "What comes next up to and with the line end."),
    method<text_unsupported_write>("write($self, *args)", "Writes text and gives its length."),
    {},
};
constexpr GetSet text_getset[] = {
    GetSet{"encoding", text_none, nullptr, "How the text is turned into bytes; None if it is not."},
    GetSet{"newlines", text_none, nullptr,
           "Which line ends have been met so far: None, one of them, or a tuple."},
    GetSet{"errors", text_none, nullptr,
           "What is done about text that cannot be encoded or bytes that cannot be decoded."},
    {},
};

constexpr unsigned long kFlags = kTypeHasGc | kTypeBaseType;

}  // namespace

const TypeSpec io_base_spec = {
    .name = "_io._IOBase",
    .doc = "What all kinds of files derive from.",
    .basicsize = sizeof(IoBase),
    .flags = kFlags,
    .traverse = base_traverse,
    .clear = base_clear,
    .weaklistoffset = offsetof(IoBase, weakreflist),
    .dictoffset = offsetof(IoBase, dict),
    .methods = base_methods,
    .getset = base_getset,
    .dealloc = typed_slot<base_dealloc>,
    .iter = slot<base_iter>,
    .iternext = slot<base_next>,
    .tp_new = slot<base_new>,
    .finalize = slot<base_finalize>,
};
const TypeSpec io_raw_base_spec = {
    .name = "_io._RawIOBase",
    .doc = "What files without a buffer derive from.",
    .basicsize = sizeof(IoBase),
    .flags = kFlags,
    .base = &baton_io_base_type,
    .traverse = base_traverse,
    .clear = base_clear,
    .methods = raw_methods,
};
const TypeSpec io_buffered_base_spec = {
    .name = "_io._BufferedIOBase",
    .doc = "What files with a buffer derive from.",
    .basicsize = sizeof(IoBase),
    .flags = kFlags,
    .base = &baton_io_base_type,
    .traverse = base_traverse,
    .clear = base_clear,
    .methods = buffered_methods,
};
const TypeSpec io_text_base_spec = {
    .name = "_io._TextIOBase",
    .doc = "What text files derive from.",
    .basicsize = sizeof(IoBase),
    .flags = kFlags,
    .base = &baton_io_base_type,
    .traverse = base_traverse,
    .clear = base_clear,
    .methods = text_methods,
    .getset = text_getset,
};

}  // namespace baton
