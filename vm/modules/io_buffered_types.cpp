// _io.BufferedReader, BufferedWriter, BufferedRandom and BufferedRWPair: reading and writing. See
// io_buffered.h.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/str.h"
#include "vm/modules/io_buffered.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// ---- reading (lock held) ----
// Before reading: what was written goes out.
Result<void> to_reading(Attached ts, Buffered& b) {
    if (b.write_end > 0) TRY(buffered_flush(ts, b));
    return {};
}
std::string_view ahead(const Buffered& b) {
    return {b.buffer + b.pos, static_cast<size_t>(b.read_end - b.pos)};
}

Result<Ref<Object>> read_everything(Attached ts, Buffered& b) {
    BytesBuilder all;
    all.append(ahead(b));
    b.pos = b.read_end = 0;
    TRY(to_reading(ts, b));
    auto readall = TRY(get_attr_opt(ts, *b.raw, *TRY(str_intern_utf8(ts, "readall"))));
    if (readall) {
        auto rest = TRY(call(ts, *readall));
        if (is_none(*rest)) {
            if (all.size() == 0) return rest;
            return all.finish(ts);
        }
        if (!is_bytes(*rest)) return raise(ts, Exc::TypeError, "readall() should return bytes");
        auto view = bytes_view(static_cast<Bytes&>(*rest));
        if (b.raw_pos >= 0) b.raw_pos += static_cast<int64_t>(view.size());
        if (all.size() == 0) return rest;
        all.append(view);
        return all.finish(ts);
    }
    for (;;) {
        auto part = TRY(stream_call(ts, *b.raw, "read"));
        if (is_none(*part)) {
            if (all.size() == 0) return part;
            break;
        }
        if (!is_bytes(*part)) return raise(ts, Exc::TypeError, "read() should return bytes");
        auto view = bytes_view(static_cast<Bytes&>(*part));
        if (view.empty()) break;
        if (b.raw_pos >= 0) b.raw_pos += static_cast<int64_t>(view.size());
        all.append(view);
    }
    return all.finish(ts);
}

// Exactly n bytes unless the end comes, or nothing more can be had without blocking (null then when there was
// nothing at all).
Result<Ref<Object>> read_exactly(Attached ts, Buffered& b, Index n) {
    auto bytes = TRY(bytes_new_uninitialised(ts, n));
    char* to = bytes->data;
    Index have = b.read_end - b.pos;
    if (have > n) have = n;
    std::memcpy(to, b.buffer + b.pos, static_cast<size_t>(have));
    b.pos += have;
    TRY(to_reading(ts, b));
    while (have < n) {
        Index missing = n - have, got;
        if (missing >= b.size) {
            b.pos = b.read_end = 0;
            got = TRY(raw_readinto(ts, b, to + have, missing / b.size * b.size));
        } else {
            got = TRY(buffered_fill(ts, b));
            if (got > 0) {
                if (got > missing) got = missing;
                std::memcpy(to + have, b.buffer, static_cast<size_t>(got));
                b.pos = got;
            }
        }
        if (got < 0 && have == 0) return Ref<Object>::share(none());
        if (got <= 0) break;
        have += got;
    }
    return bytes_resize(ts, std::move(bytes), have);
}

Result<Ref<Object>> reader_read(Attached ts, Buffered& b, Object* size) {
    Index n = size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError)) : -1;
    if (n < -1) return raise(ts, Exc::ValueError, "read length must be non-negative or -1");
    TRY(buffered_check_open(ts, b, "read of closed file"));
    if (n == 0) return bytes_empty();
    if (n > 0 && n <= b.read_end - b.pos) {
        auto r = TRY(bytes_new(ts, {b.buffer + b.pos, static_cast<size_t>(n)}));
        b.pos += n;
        return r;
    }
    HoldStream hold(ts, b);
    TRY(hold.enter());
    return n < 0 ? read_everything(ts, b) : read_exactly(ts, b, n);
}
Result<Ref<Object>> reader_read1(Attached ts, Buffered& b, Opt<Index> size) {
    Index n = size.or_else(-1);
    TRY(buffered_check_open(ts, b, "read of closed file"));
    if (n < 0) n = b.size;
    if (n == 0) return bytes_empty();
    HoldStream hold(ts, b);
    TRY(hold.enter());
    Index have = b.read_end - b.pos;
    if (have > 0) {
        if (have > n) have = n;
        auto r = TRY(bytes_new(ts, {b.buffer + b.pos, static_cast<size_t>(have)}));
        b.pos += have;
        return r;
    }
    TRY(to_reading(ts, b));
    auto bytes = TRY(bytes_new_uninitialised(ts, n));
    b.pos = b.read_end = 0;
    Index got = TRY(raw_readinto(ts, b, bytes->data, n));
    return bytes_resize(ts, std::move(bytes), got < 0 ? 0 : got);
}
Result<Ref<Object>> reader_peek(Attached ts, Buffered& b, Opt<Index>) {
    TRY(buffered_check_open(ts, b, "peek of closed file"));
    HoldStream hold(ts, b);
    TRY(hold.enter());
    TRY(to_reading(ts, b));
    if (b.read_end - b.pos <= 0) TRY(buffered_fill(ts, b));
    return bytes_new(ts, ahead(b));
}
template <bool once>
Result<Ref<Object>> reader_readinto(Attached ts, Buffered& b, Object& buffer) {
    TRY(buffered_check_open(ts, b, "readinto of closed file"));
    BytesLike target;
    TRY(target.get_writable(ts, buffer));
    HoldStream hold(ts, b);
    TRY(hold.enter());
    Index n = target.size(), have = b.read_end - b.pos;
    if (have > n) have = n;
    if (have) std::memcpy(target.data(), b.buffer + b.pos, static_cast<size_t>(have));
    b.pos += have;
    if (have == n) return box_int(ts, have);
    TRY(to_reading(ts, b));
    while (have < n) {
        const Index missing = n - have;
        Index got = 0;
        if (missing > b.size) {
            b.pos = b.read_end = 0;
            got = TRY(raw_readinto(ts, b, target.data() + have, missing));
        } else if (!once || have == 0) {
            got = TRY(buffered_fill(ts, b));
            if (got > 0) {
                if (got > missing) got = missing;
                std::memcpy(target.data() + have, b.buffer, static_cast<size_t>(got));
                b.pos = got;
            }
        }
        if (got < 0 && have == 0) return Ref<Object>::share(none());
        if (got <= 0) break;
        have += got;
        if (once) break;  // one read of the raw stream at most
    }
    return box_int(ts, have);
}
// A line, at most limit bytes (negative: any length). Lock not held.
Result<Ref<Object>> read_line(Attached ts, Buffered& b, Index limit) {
    TRY(buffered_check_open(ts, b, "readline of closed file"));
    auto part_of = [&](std::string_view view, Index still, bool* whole) {
        size_t at = view.find('\n');
        auto n = static_cast<Index>(at == view.npos ? view.size() : at + 1);
        *whole = at != view.npos;
        if (still >= 0 && n >= still) {
            n = still;
            *whole = true;
        }
        return n;
    };
    bool whole;
    Index n = part_of(ahead(b), limit, &whole);
    if (whole) {
        auto r = TRY(bytes_new(ts, {b.buffer + b.pos, static_cast<size_t>(n)}));
        b.pos += n;
        return r;
    }
    HoldStream hold(ts, b);
    TRY(hold.enter());
    BytesBuilder line;
    for (bool first = true;; first = false) {
        // The first time, too: another thread may have filled the buffer while this one waited for the
        // stream.
        n = part_of(ahead(b), limit < 0 ? -1 : limit - line.size(), &whole);
        line.append({b.buffer + b.pos, static_cast<size_t>(n)});
        b.pos += n;
        if (whole) break;
        if (first) TRY(to_reading(ts, b));
        if (TRY(buffered_fill(ts, b)) <= 0) break;
    }
    return line.finish(ts);
}
Result<Ref<Object>> reader_readline(Attached ts, Buffered& b, Object* size) {
    return read_line(ts, b, size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError)) : -1);
}
Next reader_next(Attached ts, Buffered& b) {
    bool exact = is_exact(b, baton_io_buffered_reader_type) || is_exact(b, baton_io_buffered_random_type);
    auto line = exact ? read_line(ts, b, -1) : call_method(ts, b, id(Name::readline));
    if (!line.ok()) return already_raised();
    if (!is_bytes(*line))
        return raise(ts, Exc::OSError, "readline() should have returned a bytes object, not '{}'",
                     type_name(*line));
    if (static_cast<Bytes&>(*line).size == 0) return Next::done();
    return line.take();
}
Result<Ref<Object>> stream_iter(Attached ts, Object& self) {
    TRY(check_open(ts, self));
    return Ref<Object>::share(self);
}

// ---- writing ----
Result<Index> writer_write(Attached ts, Buffered& b, Object& data) {
    TRY(buffered_check(ts, b));
    BytesLike from;
    TRY(from.get(ts, data));
    HoldStream hold(ts, b);
    TRY(hold.enter());
    bool closed = !b.buffer    ? true
                  : b.fast_raw ? static_cast<FileIo&>(*b.raw).fd < 0
                               : TRY(stream_closed(ts, *b.raw));
    if (closed) return raise(ts, Exc::ValueError, "write to closed file");
    if (b.read_end > 0) TRY(buffered_rewind(ts, b));
    std::string_view rest = from.view();
    Index total = from.size();
    if (static_cast<Index>(rest.size()) <= b.size - b.write_end) {
        std::memcpy(b.buffer + b.write_end, rest.data(), rest.size());
        b.write_end += total;
        return total;
    }
    auto flushed = buffered_flush(ts, b);
    if (!flushed.ok()) {
        if (!pending_is(ts, Exc::BlockingIOError)) return already_raised();
        // The raw stream is full: what fits is kept, and the caller is told how much that was.
        Index room = b.size - b.write_end;
        if (room >= total) {
            clear_pending(ts);
            std::memcpy(b.buffer + b.write_end, rest.data(), rest.size());
            b.write_end += total;
            return total;
        }
        std::memcpy(b.buffer + b.write_end, rest.data(), static_cast<size_t>(room));
        b.write_end += room;
        clear_pending(ts);
        return raise_would_block(ts, room);
    }
    while (static_cast<Index>(rest.size()) > b.size) {
        Index put = TRY(raw_write(ts, b, rest));
        if (put < 0) {
            Index kept = b.size;
            std::memcpy(b.buffer, rest.data(), static_cast<size_t>(kept));
            b.write_end = kept;
            Index written = total - static_cast<Index>(rest.size()) + kept;
            return raise_would_block(ts, written);
        }
        rest.remove_prefix(static_cast<size_t>(put));
    }
    if (!rest.empty()) std::memcpy(b.buffer, rest.data(), rest.size());
    b.write_end = static_cast<Index>(rest.size());
    return total;
}

// ---- construction ----
Result<void> need(Attached ts, Object& raw, const char* ability, const char* message) {
    auto able = TRY(stream_call(ts, raw, ability));
    if (!TRY(is_true(ts, *able))) return raise_unsupported(ts, message);
    return {};
}
Result<void> reader_make(Attached ts, Buffered& b, Object& raw, Opt<Index> size) {
    b.ok = false;
    TRY(need(ts, raw, "readable", "File or stream is not readable."));
    return buffered_init(ts, b, raw, size.or_else(kDefaultBufferSize), true, false);
}
Result<void> writer_make(Attached ts, Buffered& b, Object& raw, Opt<Index> size) {
    b.ok = false;
    TRY(need(ts, raw, "writable", "File or stream is not writable."));
    return buffered_init(ts, b, raw, size.or_else(kDefaultBufferSize), false, true);
}
Result<void> random_make(Attached ts, Buffered& b, Object& raw, Opt<Index> size) {
    b.ok = false;
    TRY(need(ts, raw, "seekable", "File or stream is not seekable."));
    TRY(need(ts, raw, "readable", "File or stream is not readable."));
    TRY(need(ts, raw, "writable", "File or stream is not writable."));
    return buffered_init(ts, b, raw, size.or_else(kDefaultBufferSize), true, true);
}
constexpr Method reader_init_row =
    method<reader_make>("BufferedReader($self, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "");
constexpr Method writer_init_row =
    method<writer_make>("BufferedWriter($self, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "");
constexpr Method random_init_row =
    method<random_make>("BufferedRandom($self, raw, buffer_size=DEFAULT_BUFFER_SIZE)", "");
template <const Method& row>
Result<void> init_by(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!row.fn(ts, row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}

#define READER_ROWS                                                                                         \
    method<reader_read>("read($self, size=-1, /)",                                                          \
                        "The bytes that follow, size of them unless the file ends; all without size."),     \
        method<reader_read1>("read1($self, size=-1, /)",                                                    \
                             "Read up to size bytes with at most one raw read."),                           \
        method<reader_peek>("peek($self, size=0, /)", "Bytes that are there without moving the position."), \
        method<reader_readinto<false>>("readinto($self, buffer, /)", "Read into a writable buffer."),       \
        method<reader_readinto<true>>("readinto1($self, buffer, /)",                                        \
                                      "Read into a writable buffer with one raw read."),                    \
        method<reader_readline>("readline($self, size=-1, /)", "Read a line, at most size bytes."),         \
        method<buffered_readable>("readable($self, /)", "Whether the raw stream can be read.")
#define WRITER_ROWS                                                                  \
    method<writer_write>("write($self, buffer, /)",                                  \
                         "Write bytes; they may stay in the buffer until flush()."), \
        method<buffered_writable>("writable($self, /)", "Whether the raw stream can be written.")

constexpr Method reader_methods[] = {BUFFERED_COMMON_ROWS, READER_ROWS, {}};
constexpr Method writer_methods[] = {BUFFERED_COMMON_ROWS, WRITER_ROWS, {}};
constexpr Method random_methods[] = {BUFFERED_COMMON_ROWS, READER_ROWS, WRITER_ROWS, {}};

TypeSpec buffered_spec(const char* name, const char* doc, const Method* methods, SlotPair<InitFn> init,
                       bool iterates) {
    TypeSpec s = {
        .name = name,
        .doc = doc,
        .basicsize = sizeof(Buffered),
        .flags = kTypeHasGc | kTypeBaseType,
        .base = &baton_io_buffered_base_type,
        .traverse = buffered_traverse,
        .clear = buffered_clear,
        .weaklistoffset = offsetof(Buffered, weakreflist),
        .dictoffset = offsetof(Buffered, dict),
        .methods = methods,
        .getset = buffered_getset,
        .dealloc = typed_slot<buffered_dealloc>,
        .repr = typed_slot<buffered_repr>,
        .init = init,
        .tp_new = slot<buffered_new>,
    };
    if (iterates) {
        s.iter = slot<stream_iter>;
        s.iternext = typed_slot<reader_next>;
    }
    return s;
}

// ---- BufferedRWPair: a reader and a writer over two raw streams ----
struct Pair : IoBase {
    Object* reader;
    Object* writer;
};
Result<Ref<Object>> pair_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto p = TRY(new_instance<Pair>(ts, cls));
    gc_track(ts, p.get());
    return p;
}
Result<void> pair_make(Attached ts, Pair& p, Object& reader, Object& writer, Opt<Index> size) {
    TRY(need(ts, reader, "readable", "File or stream is not readable."));
    TRY(need(ts, writer, "writable", "File or stream is not writable."));
    auto n = TRY(box_int(ts, size.or_else(kDefaultBufferSize)));
    auto r = TRY(call(ts, baton_io_buffered_reader_type, {&reader, n.get()}));
    auto w = TRY(call(ts, baton_io_buffered_writer_type, {&writer, n.get()}));
    replace_field(ts, p.reader, r.release());
    replace_field(ts, p.writer, w.release());
    return {};
}
constexpr Method pair_init_row =
    method<pair_make>("BufferedRWPair($self, reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)", "");
template <bool to_writer>
Result<Ref<Object>> forward(Attached ts, Pair& p, const char* method, Args args) {
    Object* target = to_writer ? p.writer : p.reader;
    if (!target) return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
    auto f = TRY(get_attr(ts, *target, *TRY(str_intern_utf8(ts, method))));
    return boxed_result(ts, call_value(ts, *f, args.v, args.n, nullptr));
}
Result<Ref<Object>> pair_read(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "read", a);
}
Result<Ref<Object>> pair_read1(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "read1", a);
}
Result<Ref<Object>> pair_peek(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "peek", a);
}
Result<Ref<Object>> pair_readinto(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "readinto", a);
}
Result<Ref<Object>> pair_readinto1(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "readinto1", a);
}
Result<Ref<Object>> pair_readable(Attached ts, Pair& p, Args a) {
    return forward<false>(ts, p, "readable", a);
}
Result<Ref<Object>> pair_write(Attached ts, Pair& p, Args a) {
    return forward<true>(ts, p, "write", a);
}
Result<Ref<Object>> pair_flush(Attached ts, Pair& p, Args a) {
    return forward<true>(ts, p, "flush", a);
}
Result<Ref<Object>> pair_writable(Attached ts, Pair& p, Args a) {
    return forward<true>(ts, p, "writable", a);
}
Result<Ref<Object>> pair_close(Attached ts, Pair& p) {
    auto first = forward<true>(ts, p, "close", {});
    OptRef<BaseException> kept;
    if (!first.ok()) kept = fetch(ts);
    auto second = forward<false>(ts, p, "close", {});
    if (!kept) return second;
    if (!second.ok())
        chain_context(ts, std::move(kept).take());
    else
        restore(ts, std::move(kept).take());
    return already_raised();
}
Result<bool> pair_isatty(Attached ts, Pair& p) {
    auto w = TRY(forward<true>(ts, p, "isatty", {}));
    if (TRY(is_true(ts, *w))) return true;
    auto r = TRY(forward<false>(ts, p, "isatty", {}));
    return is_true(ts, *r);
}
Result<Ref<Object>> pair_closed(Attached ts, Object& o) {
    auto& p = static_cast<Pair&>(o);
    if (!p.writer)
        return raise(ts, Exc::RuntimeError, "the BufferedRWPair object is being garbage-collected");
    return get_attr(ts, *p.writer, *TRY(str_intern_utf8(ts, "closed")));
}
int pair_traverse(Object* o, VisitProc visit, void* arg) {
    auto& p = static_cast<Pair&>(*o);
    for (Object* field : {p.reader, p.writer, static_cast<Object*>(p.dict)}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
int pair_clear(Object* o) {
    Attached ts = current_attached();
    auto& p = static_cast<Pair&>(*o);
    replace_field<Object>(ts, p.reader, nullptr);
    replace_field<Object>(ts, p.writer, nullptr);
    replace_field<Dict>(ts, p.dict, nullptr);
    return 0;
}
void pair_dealloc(Attached ts, Pair& self) {
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    stream_dealloc_base(ts, self);
    xdecref(ts, self.reader);
    xdecref(ts, self.writer);
    free_instance(ts, self);
}
constexpr Method pair_methods[] = {
    method<pair_read>("read($self, *args)", ""),
    method<pair_read1>("read1($self, *args)", ""),
    method<pair_peek>("peek($self, *args)", ""),
    method<pair_readinto>("readinto($self, *args)", ""),
    method<pair_readinto1>("readinto1($self, *args)", ""),
    method<pair_readable>("readable($self, *args)", ""),
    method<pair_write>("write($self, *args)", ""),
    method<pair_flush>("flush($self, *args)", ""),
    method<pair_writable>("writable($self, *args)", ""),
    method<pair_close>("close($self, /)", ""),
    method<pair_isatty>("isatty($self, /)", ""),
    method<no_pickle>("__getstate__($self, /)", ""),
    {},
};
constexpr GetSet pair_getset[] = {GetSet{"closed", pair_closed, nullptr, nullptr}, {}};

}  // namespace

const TypeSpec io_buffered_reader_spec =
    buffered_spec("_io.BufferedReader", "Reads ahead from a raw binary stream.", reader_methods,
                  slot<init_by<reader_init_row>>, true);
const TypeSpec io_buffered_writer_spec =
    buffered_spec("_io.BufferedWriter", "Collects what is written to a raw binary stream.", writer_methods,
                  slot<init_by<writer_init_row>>, false);
const TypeSpec io_buffered_random_spec =
    buffered_spec("_io.BufferedRandom",
                  "Reads ahead from a raw binary stream with positions, and collects what is written to it.",
                  random_methods, slot<init_by<random_init_row>>, true);
const TypeSpec io_buffered_rwpair_spec = {
    .name = "_io.BufferedRWPair",
    .doc = "A BufferedReader and a BufferedWriter in one object, each with a raw stream of its own.",
    .basicsize = sizeof(Pair),
    .flags = kTypeHasGc | kTypeBaseType,
    .base = &baton_io_buffered_base_type,
    .traverse = pair_traverse,
    .clear = pair_clear,
    .weaklistoffset = offsetof(Pair, weakreflist),
    .dictoffset = offsetof(Pair, dict),
    .methods = pair_methods,
    .getset = pair_getset,
    .dealloc = typed_slot<pair_dealloc>,
    .init = slot<init_by<pair_init_row>>,
    .tp_new = slot<pair_new>,
};

}  // namespace baton
