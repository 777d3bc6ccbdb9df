// The working of buffered streams. See io_buffered.h.
#include "vm/modules/io_buffered.h"

#include <cerrno>
#include <cstdlib>

#include <fmt/format.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/memoryview.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"
#include "threadstate/process_state.h"
#include "threadstate/sync.h"
#include "vm/vm_types.h"

namespace baton {

Result<void> HoldStream::enter() {
    unsigned long me = sync::current_ident();
    if (b_.owner == me) {
        auto text = TRY(repr(ts_, b_));
        return raise(ts_, Exc::RuntimeError, "reentrant call inside {}", TRY(str_as_utf8(ts_, *text)));
    }
    if (!b_.lock.try_lock()) {
        // While the interpreter goes down the owner may never come back: what it was at can neither be
        // finished nor undone.
        if (is_finalizing() &&
            b_.lock.lock_until(ts_, sync::Deadline::after(1'000'000'000), false) != sync::Wake::kUnparked) {
            auto shown = TRY(show_repr(ts_, b_));
            const std::string message = fmt::format(
                "could not acquire lock for {} at interpreter shutdown, possibly due to daemon threads",
                shown.view);
            fatal("_enter_buffered_busy", message.c_str());
        }
        if (!is_finalizing()) b_.lock.lock(ts_);
    }
    b_.owner = me;
    held_ = true;
    return {};
}
HoldStream::~HoldStream() {
    if (!held_) return;
    b_.owner = 0;
    b_.lock.unlock();
}

Result<void> buffered_check(Attached ts, Buffered& b) {
    if (b.ok && b.raw) return {};
    if (b.detached) return raise(ts, Exc::ValueError, "raw stream has been detached");
    return raise(ts, Exc::ValueError, "I/O operation on uninitialized object");
}
Result<void> buffered_check_open(Attached ts, Buffered& b, const char* message) {
    TRY(buffered_check(ts, b));
    if (!b.buffer) return raise(ts, Exc::ValueError, "{}", message);
    bool closed = b.fast_raw ? static_cast<FileIo&>(*b.raw).fd < 0 : TRY(stream_closed(ts, *b.raw));
    if (closed && b.read_end - b.pos <= 0) return raise(ts, Exc::ValueError, "{}", message);
    if (closed && b.writable) return raise(ts, Exc::ValueError, "{}", message);
    return {};
}

Result<void> buffered_init(Attached ts, Buffered& b, Object& raw, Index size, bool reader, bool writer) {
    b.ok = false;
    if (size <= 0) return raise(ts, Exc::ValueError, "buffer size must be strictly positive");
    auto* memory = static_cast<char*>(std::realloc(b.buffer, static_cast<size_t>(size)));
    if (!memory) return raise_no_memory(ts);
    b.buffer = memory;
    b.size = size;
    b.pos = b.read_end = b.write_end = 0;
    incref(&raw);
    replace_field(ts, b.raw, &raw);
    b.readable = reader;
    b.writable = writer;
    b.detached = false;
    b.fast_raw = is_exact(raw, baton_io_file_type);
    b.raw_pos = -1;
    auto at = raw_tell(ts, b);
    if (!at.ok()) clear_pending(ts);
    b.ok = true;
    return {};
}

namespace {

// The view must not outlive the memory, whatever the call on the raw stream gave. What that raised stays
// pending.
Result<Ref<Object>> after_release(Attached ts, Object& view, Result<Ref<Object>> result) {
    OptRef<BaseException> kept;
    if (!result.ok()) kept = fetch(ts);
    auto released = stream_call(ts, view, "release");
    if (kept) {
        if (!released.ok()) clear_pending(ts);
        restore(ts, std::move(kept).take());
        return already_raised();
    }
    if (!released.ok()) return already_raised();
    return result;
}

}  // namespace

Result<Index> raw_readinto(Attached ts, Buffered& b, char* to, Index n) {
    Index got;
    if (b.fast_raw) {
        got = TRY(file_read(ts, static_cast<FileIo&>(*b.raw), to, n));
    } else {
        auto view = TRY(memoryview_from_memory(ts, to, n, true));
        auto result = TRY(after_release(ts, *view, stream_call(ts, *b.raw, "readinto", {view.get()})));
        if (is_none(*result)) return -1;
        auto count = as_index(ts, *result, Exc::ValueError);
        if (!count.ok()) {
            Ref<BaseException> cause = fetch(ts).take();
            (void)raise(ts, Exc::OSError, "raw readinto() failed");
            BaseException* error = pending(ts);
            replace_field<Object>(ts, error->cause, Ref<Object>::share(*cause).release());
            replace_field<Object>(ts, error->context, cause.release());
            error->suppress_context = 1;
            return already_raised();
        }
        got = count.take();
        if (got < 0 || got > n) {
            return raise(ts, Exc::OSError,
                         "raw readinto() returned invalid length {} (should have been between 0 and {})", got,
                         n);
        }
    }
    if (got > 0 && b.raw_pos >= 0) b.raw_pos += got;
    return got;
}
Result<Index> raw_write(Attached ts, Buffered& b, std::string_view data) {
    Index put;
    if (b.fast_raw) {
        put = TRY(file_write(ts, static_cast<FileIo&>(*b.raw), data));
    } else {
        auto view = TRY(memoryview_from_memory(ts, const_cast<char*>(data.data()),
                                               static_cast<Index>(data.size()), false));
        auto result = TRY(after_release(ts, *view, call_method(ts, *b.raw, id(Name::write), {view.get()})));
        if (is_none(*result)) return -1;
        put = TRY(as_index(ts, *result, Exc::ValueError));
        if (put < 0 || put > static_cast<Index>(data.size())) {
            return raise(ts, Exc::OSError,
                         "raw write() returned invalid length {} (should have been between 0 and {})", put,
                         data.size());
        }
    }
    if (put > 0 && b.raw_pos >= 0) b.raw_pos += put;
    return put;
}
namespace {
Result<int64_t> position_of(Attached ts, Buffered& b, Ref<Object> result, const char* what) {
    Index n = TRY(as_index(ts, *result, Exc::ValueError));
    if (n < 0) return raise(ts, Exc::OSError, "Raw stream returned invalid position {}", n);
    (void)what;
    b.raw_pos = n;
    return n;
}
}  // namespace
Result<int64_t> raw_seek(Attached ts, Buffered& b, int64_t pos, int whence) {
    auto p = TRY(box_int(ts, pos));
    auto w = TRY(box_int(ts, whence));
    b.raw_pos = -1;
    return position_of(ts, b, TRY(stream_call(ts, *b.raw, "seek", {p.get(), w.get()})), "seek");
}
Result<int64_t> raw_tell(Attached ts, Buffered& b) {
    return position_of(ts, b, TRY(stream_call(ts, *b.raw, "tell")), "tell");
}

Result<Index> buffered_fill(Attached ts, Buffered& b) {
    b.pos = b.read_end = 0;
    // Closed by another thread while this one waited for its turn.
    if (!b.buffer) return raise(ts, Exc::ValueError, "I/O operation on closed file.");
    Index n = TRY(raw_readinto(ts, b, b.buffer, b.size));
    if (n > 0) b.read_end = n;
    return n;
}

Raised raise_would_block(Attached ts, Index written) {
    const Ref<Int> code = TRY(box_int(ts, EAGAIN)), count = TRY(box_int(ts, written));
    const Ref<Str> text = TRY(str_new_ascii(ts, "write could not complete without blocking"));
    const Ref<Tuple> args = TRY(tuple_of(ts, {code.get(), text.get(), count.get()}));
    return raise_type(ts, exc_type(Exc::BlockingIOError), args.get());
}
Result<void> buffered_flush(Attached ts, Buffered& b) {
    Index done = 0;
    while (done < b.write_end) {
        auto put = raw_write(ts, b, {b.buffer + done, static_cast<size_t>(b.write_end - done)});
        Index n = put.ok() ? put.take() : -2;
        if (n < 0) {
            std::memmove(b.buffer, b.buffer + done, static_cast<size_t>(b.write_end - done));
            b.write_end -= done;
            if (n == -2) return already_raised();
            return raise_would_block(ts, 0);
        }
        done += n;
    }
    b.write_end = 0;
    return {};
}
Result<void> buffered_rewind(Attached ts, Buffered& b) {
    Index ahead = b.read_end - b.pos;
    b.pos = b.read_end = 0;
    if (ahead > 0) TRY(raw_seek(ts, b, -ahead, SEEK_CUR));
    return {};
}

int buffered_traverse(Object* o, VisitProc visit, void* arg) {
    auto& b = static_cast<Buffered&>(*o);
    for (Object* field : {b.raw, static_cast<Object*>(b.dict)}) {
        if (!field) continue;
        if (int r = visit(field, arg)) return r;
    }
    return 0;
}
int buffered_clear(Object* o) {
    Attached ts = current_attached();
    auto& b = static_cast<Buffered&>(*o);
    b.ok = false;
    replace_field<Object>(ts, b.raw, nullptr);
    replace_field<Dict>(ts, b.dict, nullptr);
    return 0;
}
void buffered_dealloc(Attached ts, Buffered& self) {
    self.finalizing = true;
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    self.ok = false;
    stream_dealloc_base(ts, self);
    xdecref(ts, self.raw);
    std::free(self.buffer);
    free_instance(ts, self);
}
Result<Ref<Object>> buffered_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto b = TRY(new_instance<Buffered>(ts, cls));
    new (&b->lock) ByteLock();
    gc_track(ts, b.get());
    return b;
}
Result<Ref<Object>> buffered_repr(Attached ts, Buffered& self) {
    auto name = self.raw ? get_attr_opt(ts, self, id(Name::name)) : Result<OptRef<Object>>(OptRef<Object>());
    OptRef<Object> found;
    if (name.ok()) {
        found = name.take();
    } else {
        if (!pending_is(ts, Exc::ValueError)) return already_raised();
        clear_pending(ts);
    }
    if (!found) return str_format(ts, "<{}>", self.type->name);
    if (!TRY(enter_repr(ts, self)))
        return raise(ts, Exc::RuntimeError, "reentrant call inside {}.__repr__", self.type->name);
    auto text = show_repr(ts, *found);
    leave_repr(ts, self);
    return str_format(ts, "<{} name={}>", self.type->name, TRY(std::move(text)).view);
}

// ---- what all three offer ----
Result<Ref<Object>> buffered_fileno(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    return stream_call(ts, *b.raw, "fileno");
}
Result<Ref<Object>> buffered_isatty(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    return stream_call(ts, *b.raw, "isatty");
}
Result<Ref<Object>> buffered_seekable(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    return stream_call(ts, *b.raw, "seekable");
}
Result<Ref<Object>> buffered_readable(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    return stream_call(ts, *b.raw, "readable");
}
Result<Ref<Object>> buffered_writable(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    return stream_call(ts, *b.raw, "writable");
}
Result<Ref<Object>> buffered_dealloc_warn(Attached ts, Buffered& b, Object& source) {
    if (b.ok && b.raw) {
        auto warned = TRY(get_attr_opt(ts, *b.raw, *TRY(str_intern_utf8(ts, "_dealloc_warn"))));
        if (warned && !call(ts, *warned, {&source}).ok()) clear_pending(ts);
    }
    return Ref<Object>::share(none());
}
Result<void> no_pickle(Attached ts, Object& self) {
    return raise(ts, Exc::TypeError, "cannot pickle '{}' instances", self.type->name);
}

Result<void> buffered_flush_method(Attached ts, Buffered& b) {
    TRY(buffered_check_open(ts, b, "flush of closed file"));
    HoldStream hold(ts, b);
    TRY(hold.enter());
    if (b.writable) TRY(buffered_flush(ts, b));
    if (b.readable && b.writable) TRY(buffered_rewind(ts, b));
    return {};
}
Result<Index> buffered_tell(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    int64_t at = TRY(raw_tell(ts, b));
    at += b.write_end - (b.read_end - b.pos);
    return at < 0 ? 0 : static_cast<Index>(at);
}
Result<Ref<Object>> buffered_seek(Attached ts, Buffered& b, Object& target, Opt<int> whence) {
    int from = whence.or_else(0);
    if (from < 0 || from > 4) return raise(ts, Exc::ValueError, "whence value {} unsupported", from);
    TRY(buffered_check_open(ts, b, "seek of closed file"));
    auto able = TRY(stream_call(ts, *b.raw, "seekable"));
    if (!TRY(is_true(ts, *able))) return raise_unsupported(ts, "File or stream is not seekable.");
    Index to = TRY(as_index(ts, target, Exc::ValueError));
    // Within the read-ahead nothing moves but the position.
    if ((from == SEEK_SET || from == SEEK_CUR) && b.readable && b.read_end > 0) {
        int64_t raw = b.raw_pos >= 0 ? b.raw_pos : TRY(raw_tell(ts, b));
        int64_t here = raw - (b.read_end - b.pos);
        int64_t offset = from == SEEK_SET ? to - here : to;
        if (offset >= -b.pos && offset <= b.read_end - b.pos) {
            b.pos += offset;
            return box_int(ts, here + offset);
        }
    }
    HoldStream hold(ts, b);
    TRY(hold.enter());
    if (b.writable) TRY(buffered_flush(ts, b));
    int64_t goal = to;
    if (from == SEEK_CUR) goal -= b.read_end - b.pos;
    int64_t at = TRY(raw_seek(ts, b, goal, from));
    b.pos = b.read_end = 0;
    return box_int(ts, at);
}
Result<Ref<Object>> buffered_truncate(Attached ts, Buffered& b, Object* size) {
    TRY(buffered_check_open(ts, b, "truncate of closed file"));
    if (!b.writable) return raise_unsupported(ts, "truncate");
    HoldStream hold(ts, b);
    TRY(hold.enter());
    TRY(buffered_flush(ts, b));
    TRY(buffered_rewind(ts, b));
    b.raw_pos = -1;
    return stream_call(ts, *b.raw, "truncate", {size ? size : &none()});
}
Result<Ref<Object>> buffered_close(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    {
        HoldStream hold(ts, b);
        TRY(hold.enter());
        if (TRY(stream_closed(ts, *b.raw))) return Ref<Object>::share(none());
        if (b.finalizing) TRY(buffered_dealloc_warn(ts, b, b));
    }
    auto flushed = stream_call(ts, b, "flush");
    OptRef<BaseException> kept;
    if (!flushed.ok()) kept = fetch(ts);
    // Under the lock: who waits to write meanwhile finds the stream closed.
    HoldStream hold(ts, b);
    TRY(hold.enter());
    auto closed = stream_call(ts, *b.raw, "close");
    b.pos = b.read_end = b.write_end = 0;
    if (kept) {
        if (!closed.ok())
            chain_context(ts, std::move(kept).take());
        else
            restore(ts, std::move(kept).take());
        return already_raised();
    }
    if (closed.ok() && TRY(stream_closed(ts, *b.raw))) std::free(std::exchange(b.buffer, nullptr));
    return closed;
}
Result<Index> buffered_sizeof(Attached, Buffered& b) {
    return b.type->basicsize + (b.buffer ? b.size : 0);
}
Result<Ref<Object>> buffered_detach(Attached ts, Buffered& b) {
    TRY(buffered_check(ts, b));
    TRY(stream_call(ts, b, "flush"));
    auto raw = Ref<Object>::steal(std::exchange(b.raw, nullptr));
    b.detached = true;
    b.ok = false;
    return raw;
}

namespace {
Result<Ref<Object>> get_raw(Attached, Object& o) {
    Object* raw = static_cast<Buffered&>(o).raw;
    return Ref<Object>::share(raw ? *raw : none());
}
Result<Ref<Object>> raw_attribute(Attached ts, Object& o, const char* name) {
    auto& b = static_cast<Buffered&>(o);
    TRY(buffered_check(ts, b));
    return get_attr(ts, *b.raw, *TRY(str_intern_utf8(ts, name)));
}
Result<Ref<Object>> get_closed(Attached ts, Object& o) {
    return raw_attribute(ts, o, "closed");
}
Result<Ref<Object>> get_name(Attached ts, Object& o) {
    return raw_attribute(ts, o, "name");
}
Result<Ref<Object>> get_mode(Attached ts, Object& o) {
    return raw_attribute(ts, o, "mode");
}
Result<Ref<Object>> get_finalizing(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<Buffered&>(o).finalizing));
}
Result<void> set_finalizing(Attached ts, Object& o, Object* v) {
    if (!v) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    static_cast<Buffered&>(o).finalizing = TRY(is_true(ts, *v));
    return {};
}
constexpr GetSet rows[] = {
    GetSet{"raw", get_raw, nullptr, nullptr},
    GetSet{"closed", get_closed, nullptr, nullptr},
    GetSet{"name", get_name, nullptr, nullptr},
    GetSet{"mode", get_mode, nullptr, nullptr},
    GetSet{"_finalizing", get_finalizing, set_finalizing, nullptr},
    {},
};
}  // namespace
const GetSet* const buffered_getset = rows;

}  // namespace baton
