// _io.FileIO: a file descriptor as a raw stream.
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/io.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr Index kMaxTransfer = 0x7ffff000;  // what Linux moves in one call

// Runs a system call detached until it is not interrupted; -1 with errno in *error otherwise.
template <class F>
Result<Index> retried(Attached ts, int* error, F&& f) {
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        Index n = ts.detached([&]() -> Index {
            Index r = f();
            *error = r < 0 ? errno : 0;
            return r;
        });
        if (n >= 0 || *error != EINTR) return n;
    }
}

Result<void> need_open(Attached ts, FileIo& f) {
    if (f.fd < 0) return raise(ts, Exc::ValueError, "I/O operation on closed file");
    return {};
}
Raised unsupported_mode(Attached ts, const char* action) {
    return raise_unsupported(ts,
                             action[0] == 'r' ? "File not open for reading" : "File not open for writing");
}

Result<Ref<Object>> file_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    auto f = TRY(new_instance<FileIo>(ts, cls));
    f->fd = -1;
    f->seekable = -1;
    f->closefd = true;
    gc_track(ts, f.get());
    return f;
}

// The letters of a mode: exactly one of rwax and at most one +; b is allowed.
Result<int> parse_mode(Attached ts, FileIo& f, std::string_view mode) {
    int flags = 0, kinds = 0, plus = 0;
    for (char c : mode) {
        switch (c) {
            case 'x':
                ++kinds;
                f.created = f.writable = true;
                flags |= O_EXCL | O_CREAT;
                break;
            case 'r':
                ++kinds;
                f.readable = true;
                break;
            case 'w':
                ++kinds;
                f.writable = true;
                flags |= O_CREAT | O_TRUNC;
                break;
            case 'a':
                ++kinds;
                f.writable = f.appending = true;
                flags |= O_APPEND | O_CREAT;
                break;
            case 'b':
                break;
            case '+':
                ++plus;
                f.readable = f.writable = true;
                break;
            default:
                return raise(ts, Exc::ValueError, "invalid mode: {}", mode);
        }
        if (kinds > 1 || plus > 1) break;
    }
    if (kinds != 1 || plus > 1) {
        return raise(ts, Exc::ValueError,
                     "Must have exactly one of create/read/write/append mode and at most one plus");
    }
    return flags | (f.readable && f.writable ? O_RDWR : f.readable ? O_RDONLY : O_WRONLY) | O_CLOEXEC;
}

Result<void> file_close_fd(Attached ts, FileIo& f) {
    int fd = std::exchange(f.fd, -1);
    if (fd < 0) return {};
    int error = ts.detached([&] { return ::close(fd) < 0 ? errno : 0; });
    if (error && error != EINTR) return raise_oserror(ts, error);
    return {};
}

Result<void> init_file(Attached ts, FileIo& f, Object& name, std::string_view mode, bool closefd,
                       Object* opener) {
    if (f.fd >= 0) {
        if (f.closefd)
            TRY(file_close_fd(ts, f));
        else
            f.fd = -1;
    }
    f.created = f.readable = f.writable = f.appending = false;
    f.seekable = -1;
    f.closefd = closefd;
    int fd = -1;
    bool number = is_int(name) || (!is_str(name) && !is_bytes(name) && has_index(name));
    std::string path;
    if (number) {
        auto index = TRY(number_index(ts, name));
        auto value = convert_int64(ts, unbox_borrowed(index.get()), INT32_MIN, INT32_MAX, "int");
        if (!value.ok()) {  // a number too large for a descriptor is taken for a path, which it is not either
            clear_pending(ts);
            return raise(ts, Exc::TypeError, "expected str, bytes or os.PathLike object, not {}",
                         type_name(name));
        }
        fd = static_cast<int>(value.take());
        if (fd < 0) return raise(ts, Exc::ValueError, "negative file descriptor");
    } else {
        TRY(fs_encode(ts, name, &path));
    }
    int flags = TRY(parse_mode(ts, f, mode));
    bool own = false;
    if (is_audited(ts)) {
        const Ref<Str> mode_text = TRY(str_new_utf8(ts, mode));
        TRY(audit_values(ts, "open", &name, mode_text.get(), flags));
    }
    if (number) {
        f.fd = fd;
    } else {
        if (!closefd) return raise(ts, Exc::ValueError, "Cannot use closefd=False with file name");
        if (opener && !is_none(*opener)) {
            auto flags_object = TRY(box_int(ts, flags));
            auto made = TRY(call(ts, *opener, {&name, flags_object.get()}));
            if (!has_index(*made)) return raise(ts, Exc::TypeError, "expected integer from opener");
            Index got = TRY(as_index(ts, *made, Exc::OverflowError));
            if (got < 0) return raise(ts, Exc::ValueError, "opener returned {}", got);
            f.fd = static_cast<int>(got);
            ::fcntl(f.fd, F_SETFD, FD_CLOEXEC);
        } else {
            int error;
            Index got = TRY(
                retried(ts, &error, [&] { return static_cast<Index>(::open(path.c_str(), flags, 0666)); }));
            if (got < 0) return raise_oserror(ts, error, &name);
            f.fd = static_cast<int>(got);
        }
        own = true;
    }
    auto fail = [&](Raised r) {
        if (own) ts.detached([&] { (void)::close(f.fd); });
        f.fd = -1;
        return r;
    };
    struct stat st;
    int error = ts.detached([&] { return ::fstat(f.fd, &st) < 0 ? errno : 0; });
    if (error == EBADF) return fail(raise_oserror(ts, error));
    f.blksize = static_cast<unsigned>(kDefaultBufferSize);
    if (!error) {
        if (S_ISDIR(st.st_mode)) return fail(raise_oserror(ts, EISDIR, &name));
        if (st.st_blksize > 1) f.blksize = static_cast<unsigned>(st.st_blksize);
    }
    auto named = set_attr(ts, f, id(Name::name), name);
    if (!named.ok()) return fail(already_raised());
    if (f.appending) ts.detached([&] { (void)::lseek(f.fd, 0, SEEK_END); });
    return {};
}

Result<void> file_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames);

// ---- methods ----
Result<Index> file_fileno(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    return f.fd;
}
Result<bool> file_readable(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    return f.readable;
}
Result<bool> file_writable(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    return f.writable;
}
Result<bool> file_seekable(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    if (f.seekable < 0) f.seekable = ts.detached([&] { return ::lseek(f.fd, 0, SEEK_CUR) >= 0; });
    return f.seekable == 1;
}
Result<bool> file_isatty(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    return ts.detached([&] { return ::isatty(f.fd) == 1; });
}
Result<Ref<Object>> file_read_some(Attached ts, FileIo& f, Index n) {
    if (n > kMaxTransfer) n = kMaxTransfer;
    if (n == 0) return bytes_empty();
    auto bytes = TRY(bytes_new_uninitialised(ts, n));
    Index got = TRY(file_read(ts, f, bytes->data, n));
    if (got < 0) return Ref<Object>::share(none());
    return bytes_resize(ts, std::move(bytes), got);
}
Result<Ref<Object>> file_readall(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    // Regular files say how much there is; what is appended meanwhile is read too.
    struct stat st;
    Index expected = 0;
    off_t at = ts.detached([&] { return ::fstat(f.fd, &st) == 0 ? ::lseek(f.fd, 0, SEEK_CUR) : off_t{-1}; });
    if (at >= 0 && st.st_size > at) expected = static_cast<Index>(st.st_size - at);
    BytesBuilder all(expected + 1);
    for (Index step = expected + 1;; step = all.size() < 65536 ? 65536 : all.size()) {
        if (step > kMaxTransfer) step = kMaxTransfer;
        Index before = all.size();
        char* to = all.extend(step);
        if (!to) return raise_no_memory(ts);
        Index n = TRY(file_read(ts, f, to, step));
        all.truncate(before + (n > 0 ? n : 0));
        if (n == 0) break;
        if (n < 0) {
            if (before == 0) return Ref<Object>::share(none());
            break;
        }
    }
    return all.finish(ts);
}
Result<Ref<Object>> file_read_method(Attached ts, FileIo& f, Object* size) {
    TRY(need_open(ts, f));
    if (!f.readable) return unsupported_mode(ts, "reading");
    Index n = -1;
    if (size && !is_none(*size)) n = TRY(as_index(ts, *size, Exc::OverflowError));
    return n < 0 ? file_readall(ts, f) : file_read_some(ts, f, n);
}
Result<Ref<Object>> file_readall_method(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    if (!f.readable) return unsupported_mode(ts, "reading");
    return file_readall(ts, f);
}
Result<Ref<Object>> count_or_none(Attached ts, Index n) {
    if (n < 0) return Ref<Object>::share(none());
    return box_int(ts, n);
}
Result<Ref<Object>> file_readinto(Attached ts, FileIo& f, Object& buffer) {
    TRY(need_open(ts, f));
    if (!f.readable) return unsupported_mode(ts, "reading");
    BytesLike to;
    TRY(to.get_writable(ts, buffer));
    return count_or_none(ts, TRY(file_read(ts, f, to.data(), to.size())));
}
Result<Ref<Object>> file_write_method(Attached ts, FileIo& f, Object& data) {
    TRY(need_open(ts, f));
    if (!f.writable) return unsupported_mode(ts, "writing");
    BytesLike from;
    TRY(from.get(ts, data));
    return count_or_none(ts, TRY(file_write(ts, f, from.view())));
}
Result<Index> seek_to(Attached ts, FileIo& f, Index pos, int whence) {
    off_t r = 0;
    int error = ts.detached([&] {
        r = ::lseek(f.fd, pos, whence);
        return r < 0 ? errno : 0;
    });
    if (f.seekable < 0) f.seekable = r >= 0;
    if (error) return raise_oserror(ts, error);
    return static_cast<Index>(r);
}
Result<Index> file_seek(Attached ts, FileIo& f, Object& pos, Opt<int> whence) {
    TRY(need_open(ts, f));
    if (is_float(pos)) return raise(ts, Exc::TypeError, "an integer is required");
    return seek_to(ts, f, TRY(as_index(ts, pos, Exc::OverflowError)), whence.or_else(0));
}
Result<Index> file_tell(Attached ts, FileIo& f) {
    TRY(need_open(ts, f));
    return seek_to(ts, f, 0, SEEK_CUR);
}
Result<Index> file_truncate(Attached ts, FileIo& f, Object* size) {
    TRY(need_open(ts, f));
    if (!f.writable) return unsupported_mode(ts, "writing");
    Index n = size && !is_none(*size) ? TRY(as_index(ts, *size, Exc::OverflowError))
                                      : TRY(seek_to(ts, f, 0, SEEK_CUR));
    int error;
    if (TRY(retried(ts, &error, [&] { return static_cast<Index>(::ftruncate(f.fd, n)); })) < 0)
        return raise_oserror(ts, error);
    return n;
}
// Somebody forgot to close `source`, which stands on this file.
Result<void> file_dealloc_warn(Attached ts, FileIo& f, Object& source) {
    if (f.fd < 0 || !f.closefd) return {};
    auto kept = fetch(ts);
    auto shown = show_repr(ts, source);
    const bool told =
        shown.ok() &&
        warn_about(ts, Exc::ResourceWarning, fmt::format("unclosed file {}", (*shown).view), &source).ok();
    if (!told) {
        if (pending_is(ts, Exc::Warning))
            write_unraisable(ts, nullptr, &f);
        else
            clear_pending(ts);
    }
    if (kept) restore(ts, std::move(kept).take());
    return {};
}
Result<void> file_close(Attached ts, FileIo& f) {
    // The base class flushes and marks; then the descriptor goes, whatever that did.
    auto base = get_attr(ts, baton_io_raw_base_type, *TRY(str_intern_utf8(ts, "close")));
    auto done = base.ok() ? call(ts, *base, {&f}) : Result<Ref<Object>>(already_raised());
    OptRef<BaseException> kept;
    if (!done.ok()) kept = fetch(ts);
    if (!f.closefd) {
        f.fd = -1;
    } else {
        if (f.finalizing) TRY(file_dealloc_warn(ts, f, f));
        auto closed = file_close_fd(ts, f);
        if (!closed.ok()) {
            if (kept) chain_context(ts, std::move(kept).take());
            return already_raised();
        }
    }
    if (kept) {
        restore(ts, std::move(kept).take());
        return already_raised();
    }
    return {};
}

const char* mode_text(const FileIo& f) {
    if (f.created) return f.readable ? "xb+" : "xb";
    if (f.appending) return f.readable ? "ab+" : "ab";
    if (f.readable) return f.writable ? "rb+" : "rb";
    return "wb";
}
Result<Ref<Object>> file_repr(Attached ts, FileIo& f) {
    if (f.fd < 0) return str_new_ascii(ts, "<_io.FileIO [closed]>");
    auto name = TRY(get_attr_opt(ts, f, id(Name::name)));
    const char* closefd = f.closefd ? "True" : "False";
    if (!name) return str_format(ts, "<_io.FileIO fd={} mode='{}' closefd={}>", f.fd, mode_text(f), closefd);
    if (!TRY(enter_repr(ts, f)))
        return raise(ts, Exc::RuntimeError, "reentrant call inside {}.__repr__", type_name(f));
    auto text = show_repr(ts, *name);
    leave_repr(ts, f);
    return str_format(ts, "<_io.FileIO name={} mode='{}' closefd={}>", TRY(std::move(text)).view,
                      mode_text(f), closefd);
}

Result<Ref<Object>> get_closed(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<FileIo&>(o).fd < 0));
}
Result<Ref<Object>> get_closefd(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<FileIo&>(o).closefd));
}
Result<Ref<Object>> get_mode(Attached ts, Object& o) {
    return str_new_ascii(ts, mode_text(static_cast<FileIo&>(o)));
}
Result<Ref<Object>> get_blksize(Attached ts, Object& o) {
    return box_int(ts, static_cast<FileIo&>(o).blksize);
}
Result<Ref<Object>> get_finalizing(Attached, Object& o) {
    return Ref<Object>::share(bool_object(static_cast<FileIo&>(o).finalizing));
}
Result<void> set_finalizing(Attached ts, Object& o, Object* v) {
    if (!v) return raise(ts, Exc::TypeError, "can't delete numeric/char attribute");
    static_cast<FileIo&>(o).finalizing = TRY(is_true(ts, *v));
    return {};
}

int file_traverse(Object* o, VisitProc visit, void* arg) {
    Dict* d = static_cast<IoBase*>(o)->dict;
    return d ? visit(d, arg) : 0;
}
int file_clear(Object* o) {
    replace_field<Dict>(current_attached(), static_cast<IoBase*>(o)->dict, nullptr);
    return 0;
}
void file_dealloc(Attached ts, FileIo& self) {
    self.finalizing = true;
    if (!call_finalizer(ts, self)) return;
    gc_untrack(&self);
    stream_dealloc_base(ts, self);
    free_instance(ts, self);
}

constexpr Method file_methods[] = {
    method<file_read_method>("read($self, size=-1, /)",
                             "The bytes that follow, size of them at the most, as one system call gives "
                             "them; None if there are none yet."),
    method<file_readall_method>("readall($self, /)",
                                "The bytes that follow, all of them; None if there are none yet."),
    method<file_dealloc_warn>("_dealloc_warn($self, source, /)",
                              "Warns that source was not closed before it went."),
    method<file_readinto>("readinto($self, buffer, /)",
                          "Fills a buffer with what one system call gives, and says how many bytes that is."),
    method<file_write_method>("write($self, b, /)",
                              "Writes what one system call takes, and says how many bytes that is."),
    method<file_seek>("seek($self, pos, whence=0, /)",
                      "Goes pos bytes from the beginning, for whence 1 from the present place, for 2 from "
                      "the end; gives the new place."),
    method<file_tell>("tell($self, /)", "How many bytes stand before the present place."),
    method<file_truncate>("truncate($self, size=None, /)",
                          "Makes the file end after size bytes, or at the present place."),
    method<file_close>("close($self, /)", "Gives the descriptor back, if it came with the file."),
    method<file_seekable>("seekable($self, /)", "Whether the file lets itself be positioned."),
    method<file_readable>("readable($self, /)", "Whether it was opened to be read."),
    method<file_writable>("writable($self, /)", "Whether it was opened to be written."),
    method<file_fileno>("fileno($self, /)", "The number of the descriptor."),
    method<file_isatty>("isatty($self, /)", "Whether the descriptor belongs to a terminal."),
    {},
};
constexpr GetSet file_getset[] = {
    GetSet{"closed", get_closed, nullptr, "Whether close() was called"},
    GetSet{"closefd", get_closefd, nullptr, "Whether close() will close the descriptor, too."},
    GetSet{"mode", get_mode, nullptr, "The mode, as open() takes it"},
    GetSet{"_blksize", get_blksize, nullptr, nullptr},
    GetSet{"_finalizing", get_finalizing, set_finalizing, nullptr},
    {},
};

Result<void> init_from(Attached ts, Object& self, Object& file, Str* mode, Opt<bool> closefd,
                       Object* opener) {
    std::string_view letters = "r";
    if (mode) letters = TRY(str_as_utf8(ts, *mode));
    return init_file(ts, static_cast<FileIo&>(self), file, letters, closefd.or_else(true), opener);
}
constexpr Method init_row = method<init_from>("FileIO($self, file, mode='r', closefd=True, opener=None)", "");
Result<void> file_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    if (!init_row.fn(ts, init_row, &self, args, nargs, kwnames)) return already_raised();
    return {};
}

}  // namespace

Result<Index> file_read(Attached ts, FileIo& f, char* to, Index n) {
    TRY(need_open(ts, f));
    if (n > kMaxTransfer) n = kMaxTransfer;
    int error;
    Index got = TRY(
        retried(ts, &error, [&] { return static_cast<Index>(::read(f.fd, to, static_cast<size_t>(n))); }));
    if (got >= 0) return got;
    if (error == EAGAIN) return -1;
    return raise_oserror(ts, error);
}
Result<Index> file_write(Attached ts, FileIo& f, std::string_view data) {
    TRY(need_open(ts, f));
    if (data.size() > kMaxTransfer) data = data.substr(0, kMaxTransfer);
    int error;
    Index put =
        TRY(retried(ts, &error, [&] { return static_cast<Index>(::write(f.fd, data.data(), data.size())); }));
    // A signal has cut it short: its handler runs before anybody goes on with the rest.
    if (put >= 0 && static_cast<size_t>(put) < data.size() && handle_signals(ts) < 0) return already_raised();
    if (put >= 0) return put;
    if (error == EAGAIN) return -1;
    return raise_oserror(ts, error);
}

const TypeSpec io_file_spec = {
    .name = "_io.FileIO",
    .doc =
        "A file of the operating system without a buffer, opened by name or taken over by its "
        "descriptor.\n\nmode is 'r' to read, 'w' to write anew, 'x' to write what must not exist yet, 'a' to "
        "write at the end; with '+', both.",
    .basicsize = sizeof(FileIo),
    .flags = kTypeHasGc | kTypeBaseType,
    .base = &baton_io_raw_base_type,
    .traverse = file_traverse,
    .clear = file_clear,
    .weaklistoffset = offsetof(FileIo, weakreflist),
    .dictoffset = offsetof(FileIo, dict),
    .methods = file_methods,
    .getset = file_getset,
    .dealloc = typed_slot<file_dealloc>,
    .repr = typed_slot<file_repr>,
    .init = slot<file_init>,
    .tp_new = slot<file_new>,
};

}  // namespace baton
