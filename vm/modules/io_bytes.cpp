// _io.BytesIO: a binary stream in memory.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes_buffer.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/modules/io.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

// data is null once closed; `exports` views of it keep it from being resized.
struct BytesIo : IoBase {
    char* data;
    Index size, capacity, pos, exports;
    bool open;
};
// What getbuffer() gives memoryview: exports the stream's bytes.
struct BytesIoBuffer : Object {
    BytesIo* source;
};

Result<void> need_open(Attached ts, const BytesIo& b) {
    if (!b.open) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    return {};
}
Result<void> need_unexported(Attached ts, const BytesIo& b) {
    if (b.exports > 0)
        return raise(ts, Exc::BufferError, "Existing exports of data: object cannot be re-sized");
    return {};
}
Result<void> reserve(Attached ts, BytesIo& b, Index n) {
    if (n <= b.capacity) return {};
    Index capacity = n + (n >> 3) + 32;
    auto* data = static_cast<char*>(std::realloc(b.data, static_cast<size_t>(capacity)));
    if (!data) return raise_no_memory(ts);
    b.data = data;
    b.capacity = capacity;
    return {};
}
Result<Index> limit_of(Attached ts, Object* size) {
    return size && !is_none(*size) ? as_index(ts, *size, Exc::OverflowError) : Result<Index>(-1);
}

Result<Ref<Object>> bytesio_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto b = TRY(new_instance<BytesIo>(ts, cls));
    b->open = true;
    gc_track(ts, b.get());
    return b;
}
Result<Index> write_view(Attached ts, BytesIo& b, std::string_view from) {
    if (from.empty()) return 0;
    auto n = static_cast<Index>(from.size());
    if (b.pos > PTRDIFF_MAX - n) return raise(ts, Exc::OverflowError, "new position too large");
    Index end = b.pos + n;
    if (end > b.size || b.pos > b.size) TRY(need_unexported(ts, b));
    TRY(reserve(ts, b, end));
    if (b.pos > b.size) std::memset(b.data + b.size, 0, static_cast<size_t>(b.pos - b.size));
    std::memcpy(b.data + b.pos, from.data(), from.size());
    b.pos = end;
    if (end > b.size) b.size = end;
    return n;
}
Result<Index> bytesio_write(Attached ts, BytesIo& b, Object& data) {
    TRY(need_open(ts, b));
    BytesLike from;
    TRY(from.get(ts, data));
    return write_view(ts, b, from.view());
}
Result<void> bytesio_make(Attached ts, BytesIo& b, Object* initial) {
    TRY(need_unexported(ts, b));
    b.size = b.pos = 0;
    b.open = true;
    if (initial && !is_none(*initial)) {
        TRY(bytesio_write(ts, b, *initial));
        b.pos = 0;
    }
    return {};
}
constexpr Method init_row = method<bytesio_make>("BytesIO($self, initial_bytes=b'')", "");
Result<void> bytesio_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!init_row.fn(ts, init_row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}

std::string_view rest(const BytesIo& b) {
    return b.pos >= b.size ? std::string_view()
                           : std::string_view(b.data + b.pos, static_cast<size_t>(b.size - b.pos));
}
Result<Ref<Object>> take(Attached ts, BytesIo& b, Index n) {
    auto view = rest(b).substr(0, n < 0 ? std::string_view::npos : static_cast<size_t>(n));
    auto r = TRY(bytes_new(ts, view));
    b.pos += static_cast<Index>(view.size());
    return r;
}
Index line_length(const BytesIo& b, Index limit) {
    auto view = rest(b);
    size_t at = view.find('\n');
    auto n = static_cast<Index>(at == view.npos ? view.size() : at + 1);
    return limit >= 0 && n > limit ? limit : n;
}
Result<Ref<Object>> bytesio_read(Attached ts, BytesIo& b, Object* size) {
    TRY(need_open(ts, b));
    return take(ts, b, TRY(limit_of(ts, size)));
}
Result<Ref<Object>> bytesio_readline(Attached ts, BytesIo& b, Object* size) {
    TRY(need_open(ts, b));
    return take(ts, b, line_length(b, TRY(limit_of(ts, size))));
}
Result<Ref<Object>> bytesio_readlines(Attached ts, BytesIo& b, Object* size) {
    TRY(need_open(ts, b));
    Index limit = TRY(limit_of(ts, size)), total = 0;
    auto lines = TRY(list_new(ts));
    while (Index n = line_length(b, -1)) {
        TRY(list_append_owned(ts, *lines, TRY(take(ts, b, n))));
        total += n;
        if (limit > 0 && total >= limit) break;
    }
    return lines;
}
Result<Index> bytesio_readinto(Attached ts, BytesIo& b, Object& buffer) {
    TRY(need_open(ts, b));
    BytesLike to;
    TRY(to.get_writable(ts, buffer));
    auto view = rest(b).substr(0, static_cast<size_t>(to.size()));
    if (!view.empty()) std::memcpy(to.data(), view.data(), view.size());
    b.pos += static_cast<Index>(view.size());
    return static_cast<Index>(view.size());
}
Next bytesio_next(Attached ts, BytesIo& b) {
    if (!need_open(ts, b).ok()) return already_raised();
    Index n = line_length(b, -1);
    if (n == 0) return Next::done();
    auto r = take(ts, b, n);
    if (!r.ok()) return already_raised();
    return r.take();
}
Result<Ref<Object>> bytesio_iter(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    return Ref<Object>::share(b);
}
Result<Index> bytesio_seek(Attached ts, BytesIo& b, Index pos, Opt<int> whence) {
    TRY(need_open(ts, b));
    int from = whence.or_else(0);
    if (from < 0 || from > 2)
        return raise(ts, Exc::ValueError, "invalid whence ({}, should be 0, 1 or 2)", from);
    if (pos < 0 && from == 0) return raise(ts, Exc::ValueError, "negative seek value {}", pos);
    Index base = from == 0 ? 0 : from == 1 ? b.pos : b.size;
    if (pos > PTRDIFF_MAX - base) return raise(ts, Exc::OverflowError, "new position too large");
    b.pos = base + pos < 0 ? 0 : base + pos;
    return b.pos;
}
Result<Index> bytesio_tell(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    return b.pos;
}
Result<Index> bytesio_truncate(Attached ts, BytesIo& b, Object* size) {
    TRY(need_open(ts, b));
    TRY(need_unexported(ts, b));
    Index n = size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError)) : b.pos;
    if (n < 0) return raise(ts, Exc::ValueError, "negative size value {}", n);
    if (n < b.size) b.size = n;
    return n;
}
Result<Ref<Object>> bytesio_getvalue(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    return bytes_new(ts, {b.data ? b.data : "", static_cast<size_t>(b.size)});
}
Result<Ref<Object>> bytesio_getbuffer(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    auto source = TRY(new_gc_object<BytesIoBuffer>(ts, _PyBytesIOBuffer_Type));
    incref(&b);
    source->source = &b;
    gc_track(ts, source.get());
    return memoryview_new(ts, *source);
}
Result<void> bytesio_close(Attached ts, BytesIo& b) {
    TRY(need_unexported(ts, b));
    std::free(b.data);
    b.data = nullptr;
    b.size = b.capacity = b.pos = 0;
    b.open = false;
    return {};
}
Result<bool> bytesio_true(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    return true;
}
Result<bool> bytesio_isatty(Attached ts, BytesIo& b) {
    TRY(need_open(ts, b));
    return false;
}
Result<void> bytesio_flush(Attached ts, BytesIo& b) {
    return need_open(ts, b);
}
Result<Ref<Object>> get_closed(Attached, Object& o) {
    return Ref<Object>::share(bool_object(!static_cast<BytesIo&>(o).open));
}

Result<Ref<Object>> bytesio_getstate(Attached ts, BytesIo& b) {
    auto value = TRY(bytesio_getvalue(ts, b));
    auto pos = TRY(box_int(ts, b.pos));
    OptRef<Object> dict;
    if (b.dict) dict = Ref<Object>(TRY(dict_copy(ts, *b.dict)));
    return tuple_of(ts, {value.get(), pos.get(), dict ? dict.get() : &none()});
}
Result<void> bytesio_setstate(Attached ts, BytesIo& b, Object& state) {
    if (!b.open) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    if (!is_tuple(state) || static_cast<Tuple&>(state).size < 3) {
        return raise(ts, Exc::TypeError, "{}.__setstate__ argument should be 3-tuple, got {}", type_name(b),
                     type_name(state));
    }
    auto& t = static_cast<Tuple&>(state);
    TRY(bytesio_make(ts, b, t.item[0]));
    if (!is_int(*t.item[1]))
        return raise(ts, Exc::TypeError, "second item of state must be an integer, not {}",
                     type_name(*t.item[1]));
    Index pos = TRY(as_index(ts, *t.item[1], Exc::OverflowError));
    if (pos < 0) return raise(ts, Exc::ValueError, "position value cannot be negative");
    b.pos = pos;
    if (is_none(*t.item[2])) return {};
    if (!is_dict(*t.item[2]))
        return raise(ts, Exc::TypeError, "third item of state should be a dict, got a {}",
                     type_name(*t.item[2]));
    if (!b.dict) b.dict = TRY(dict_new(ts)).release();
    return dict_merge(ts, *b.dict, *t.item[2], true);
}

int bytesio_traverse(Object* o, VisitProc visit, void* arg) {
    Dict* d = static_cast<IoBase*>(o)->dict;
    return d ? visit(d, arg) : 0;
}
int bytesio_clear(Object* o) {
    replace_field<Dict>(current_attached(), static_cast<IoBase*>(o)->dict, nullptr);
    return 0;
}
void bytesio_dealloc(Attached ts, BytesIo& self) {
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    stream_dealloc_base(ts, self);
    std::free(self.data);
    free_instance(ts, self);
}

constexpr Method methods[] = {
    method<bytesio_read>("read($self, size=-1, /)",
                         "The bytes that follow, size of them at the most; all without size."),
    method<bytesio_read>("read1($self, size=-1, /)",
                         "The bytes that follow, size of them at the most; all without size."),
    method<bytesio_readline>("readline($self, size=-1, /)", "The line that follows, as bytes."),
    method<bytesio_readlines>("readlines($self, size=None, /)", "The lines that follow, each as bytes."),
    method<bytesio_readinto>("readinto($self, buffer, /)",
                             "Fills a buffer and says how many bytes there were for it."),
    method<bytesio_write>("write($self, b, /)", "Puts bytes at the present place and gives their number."),
    method<bytesio_seek>("seek($self, pos, whence=0, /)", "Chooses the present place and gives it."),
    method<bytesio_tell>("tell($self, /)", "How many bytes stand before the present place."),
    method<bytesio_truncate>("truncate($self, size=None, /)",
                             "Drops what stands behind the first size bytes."),
    method<bytesio_getvalue>("getvalue($self, /)", "The whole contents, wherever the present place is."),
    method<bytesio_getbuffer>("getbuffer($self, /)", "A writable memoryview of the bytes."),
    method<bytesio_close>("close($self, /)", "Lets the contents go."),
    method<bytesio_flush>("flush($self, /)", "There is nothing to flush."),
    method<bytesio_true>("readable($self, /)", "True, unless it is closed."),
    method<bytesio_true>("writable($self, /)", "True, unless it is closed."),
    method<bytesio_true>("seekable($self, /)", "True, unless it is closed."),
    method<bytesio_isatty>("isatty($self, /)", "False: it is no terminal."),
    method<bytesio_getstate>("__getstate__($self, /)", ""),
    method<bytesio_setstate>("__setstate__($self, state, /)", ""),
    {},
};
constexpr GetSet getset[] = {GetSet{"closed", get_closed, nullptr, "Whether close() was called."}, {}};

// ---- the exporter behind getbuffer() ----
int exporter_get(Object* self, BufferView* view, int flags) {
    if (!view) {
        (void)raise(current_attached(), Exc::BufferError,
                    "bytesiobuf_getbuffer: view==NULL argument is obsolete");
        return -1;
    }
    BytesIo& b = *static_cast<BytesIoBuffer*>(self)->source;
    if (!fill_buffer(current_attached(), view, self, b.data ? b.data : const_cast<char*>(""), b.size, false,
                     flags)
             .ok())
        return -1;
    ++b.exports;
    return 0;
}
void exporter_release(Object* self, BufferView*) {
    --static_cast<BytesIoBuffer*>(self)->source->exports;
}
BufferProcs exporter_procs = {exporter_get, exporter_release};
int exporter_traverse(Object* o, VisitProc visit, void* arg) {
    Object* source = static_cast<BytesIoBuffer*>(o)->source;  // null when C made it by tp_alloc
    return source ? visit(source, arg) : 0;
}
void exporter_dealloc(Attached ts, BytesIoBuffer& self) {
    gc_untrack(&self);
    xdecref(ts, self.source);
    gc_free(ts, &self, sizeof(BytesIoBuffer));
}

}  // namespace

const TypeSpec io_bytesio_spec = {
    .name = "_io.BytesIO",
    .doc = "A binary file whose contents are in memory.",
    .basicsize = sizeof(BytesIo),
    .flags = kTypeHasGc | kTypeBaseType,
    .base = &baton_io_buffered_base_type,
    .traverse = bytesio_traverse,
    .clear = bytesio_clear,
    .weaklistoffset = offsetof(BytesIo, weakreflist),
    .dictoffset = offsetof(BytesIo, dict),
    .methods = methods,
    .getset = getset,
    .dealloc = typed_slot<bytesio_dealloc>,
    .iter = typed_slot<bytesio_iter>,
    .iternext = typed_slot<bytesio_next>,
    .init = slot<bytesio_init>,
    .tp_new = slot<bytesio_new>,
};
const TypeSpec io_bytesio_buffer_spec = {
    .name = "_io._BytesIOBuffer",
    .basicsize = sizeof(BytesIoBuffer),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = exporter_traverse,
    .buffer = &exporter_procs,
    .dealloc = typed_slot<exporter_dealloc>,
};

}  // namespace baton
