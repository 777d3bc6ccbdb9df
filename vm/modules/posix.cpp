// posix: files and descriptors, the environment, configuration; and the module's table.
#include "vm/audit.h"
#include "vm/modules/posix.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <linux/limits.h>
#include <linux/memfd.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/sysmacros.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>  // XATTR_* constants
#include <sysexits.h>
#include <unistd.h>

#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <span>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/fs_text.h"
#include "vm/modules/posix_ids.h"
#include "vm/modules/posix_names.h"
#include "vm/modules/posix_process.h"
#include "vm/modules/posix_transfer.h"

namespace baton {

// ---- arguments and results ----

Result<void> PathArg::get(Attached ts, Object* o, const char* function, const char* argument,
                          unsigned allow) {
    object_ = o;
    if (o == nullptr || (baton::is_none(*o) && (allow & kNone) != 0)) {
        none_ = true;
        object_ = nullptr;
        return {};
    }
    const bool text = is_str(*o) || baton::is_bytes(*o);
    if (!text && (allow & kFd) != 0 && has_index(*o)) {
        fd_ = TRY(descriptor(ts, *o));
        if (fd_ < 0) fd_ = INT_MAX;  // no descriptor: the system says so
        return {};
    }
    if (!text) {
        const OptRef<Object> fspath = TRY(lookup_special(ts, *o, id(Name::__fspath__)));
        if (!fspath) {
            const std::string message =
                fmt::format("{}: {} should be string, bytes{} os.PathLike{}{}, not {}", function, argument,
                            allow == 0 ? " or" : ",",
                            (allow & kFd) == 0 ? ""
                            : allow == kFd     ? " or integer"
                                               : ", integer",
                            (allow & kNone) == 0 ? "" : " or None", type_name(*o));
            if (!is_bytes_like(*o)) return raise_text(ts, Exc::TypeError, message);
            // Other buffers still serve as bytes, with a warning.
            TRY(warn(ts, Exc::DeprecationWarning, message));
            BytesLike buffer;
            TRY(buffer.get(ts, *o));
            text_.assign(buffer.view());
            bytes_ = true;
            if (text_.find('\0') != text_.npos) return raise(ts, Exc::ValueError, "embedded null byte");
            return {};
        }
    }
    const Ref<Object> path = TRY(fs_path(ts, *o));
    bytes_ = baton::is_bytes(*path);
    TRY(fs_encode(ts, *path, &text_));
    return {};
}

Result<Ref<Object>> path_result(Attached ts, std::string_view text, bool as_bytes) {
    if (as_bytes) return bytes_new(ts, text);
    return fs_decode(ts, text);
}

Result<int> directory_fd(Attached ts, Object* dir_fd) {
    if (dir_fd == nullptr || is_none(*dir_fd)) return AT_FDCWD;
    if (!has_index(*dir_fd)) {
        return raise(ts, Exc::TypeError, "argument should be integer or None, not {}", type_name(*dir_fd));
    }
    const int64_t fd = TRY(convert_int64(ts, Value(dir_fd), INT_MIN, INT_MAX, "int"));
    return static_cast<int>(fd);
}

Result<int> descriptor(Attached ts, Object& o) {
    if (has_index(o)) {
        const Ref<Int> number = TRY(number_index(ts, o));
        int overflow;
        const int64_t fd = int_as_int64(*number, &overflow);
        if (overflow > 0 || fd > INT_MAX) return raise(ts, Exc::OverflowError, "fd is greater than maximum");
        if (overflow < 0 || fd < INT_MIN) return raise(ts, Exc::OverflowError, "fd is less than minimum");
        return static_cast<int>(fd);
    }
    const Ref<Str> name = TRY(str_intern_utf8(ts, "fileno"));
    const OptRef<Object> method = TRY(get_attr_opt(ts, o, *name));
    if (!method) return raise(ts, Exc::TypeError, "argument must be an int, or have a fileno() method.");
    const Ref<Object> fd = TRY(call(ts, *method));
    if (!is_int(*fd)) return raise(ts, Exc::TypeError, "fileno() returned a non-integer");
    const int64_t number = TRY(convert_int64(ts, Value(fd.get()), INT_MIN, INT_MAX, "int"));
    if (number < 0)
        return raise(ts, Exc::ValueError, "file descriptor cannot be a negative integer ({})", number);
    return static_cast<int>(number);
}

namespace {

Result<void> done(Result<int64_t> r) {
    if (!r.ok()) return already_raised();
    return {};
}
Result<Index> number(Result<int64_t> r) {
    if (!r.ok()) return already_raised();
    return r.take();
}

// ---- descriptors ----

Result<Index> posix_open(Attached ts, Module&, Object& path, int flags, Opt<int> mode, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "open", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const int bits = mode.or_else(0777);
    TRY(audit_values(ts, "open", &path, &none(), flags | O_CLOEXEC));
    return number(checked_call(ts, name.object(),
                               [&] { return ::openat(directory, name.c_str(), flags | O_CLOEXEC, bits); }));
}
Result<void> posix_close(Attached ts, Module&, int fd) {
    int error = 0;
    // Interrupted or not, the descriptor is gone: never again.
    if (system_call(ts, &error, [&] { return ::close(fd); }) < 0 && error != EINTR)
        return raise_oserror(ts, error);
    return {};
}
Result<void> posix_closerange(Attached ts, Module&, int fd_low, int fd_high) {
    ts.detached([&] {
        if (fd_low < fd_high)
            ::close_range(static_cast<unsigned>(fd_low < 0 ? 0 : fd_low), static_cast<unsigned>(fd_high - 1),
                          0);
    });
    return {};
}
Result<Index> posix_dup(Attached ts, Module&, int fd) {
    return number(checked_call(ts, nullptr, [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); }));
}
Result<Index> posix_dup2(Attached ts, Module&, int fd, int fd2, Opt<bool> inheritable) {
    if (fd < 0 || fd2 < 0) return raise_oserror(ts, EBADF);
    const bool inherit = inheritable.or_else(true);
    return number(checked_call(
        ts, nullptr, [&] { return inherit || fd == fd2 ? ::dup2(fd, fd2) : ::dup3(fd, fd2, O_CLOEXEC); }));
}
Result<Ref<Object>> posix_read(Attached ts, Module&, int fd, Index length) {
    if (length < 0) return raise_oserror(ts, EINVAL);
    constexpr Index kMost = 0x7ffff000;  // what one call moves at most
    if (length > kMost) length = kMost;
    if (length == 0) {
        TRY(checked_call(ts, nullptr, [&] { return ::read(fd, nullptr, 0); }));
        return bytes_empty();
    }
    Ref<Bytes> buffer = TRY(bytes_new_uninitialised(ts, length));
    char* data = buffer->data;
    const int64_t got =
        TRY(checked_call(ts, nullptr, [&] { return ::read(fd, data, static_cast<size_t>(length)); }));
    if (got == length) return buffer;
    return bytes_resize(ts, std::move(buffer), got);
}
Result<Ref<Object>> posix_pread(Attached ts, Module&, int fd, Index length, int64_t offset) {
    if (length < 0) return raise_oserror(ts, EINVAL);
    if (length == 0) return bytes_empty();
    Ref<Bytes> buffer = TRY(bytes_new_uninitialised(ts, length));
    char* data = buffer->data;
    const int64_t got = TRY(
        checked_call(ts, nullptr, [&] { return ::pread(fd, data, static_cast<size_t>(length), offset); }));
    if (got == length) return buffer;
    return bytes_resize(ts, std::move(buffer), got);
}
Result<Index> posix_write(Attached ts, Module&, int fd, Object& data) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const std::string_view text = buffer.view();
    return number(checked_call(ts, nullptr, [&] { return ::write(fd, text.data(), text.size()); }));
}
Result<Index> posix_pwrite(Attached ts, Module&, int fd, Object& data, int64_t offset) {
    BytesLike buffer;
    TRY(buffer.get(ts, data));
    const std::string_view text = buffer.view();
    return number(checked_call(ts, nullptr, [&] { return ::pwrite(fd, text.data(), text.size(), offset); }));
}
Result<Index> posix_lseek(Attached ts, Module&, int fd, int64_t position, int how) {
    return number(checked_call(ts, nullptr, [&] { return ::lseek(fd, position, how); }));
}
Result<void> posix_ftruncate(Attached ts, Module&, int fd, int64_t length) {
    TRY(audit_values(ts, "os.truncate", fd, length));
    return done(checked_call(ts, nullptr, [&] { return ::ftruncate(fd, length); }));
}
Result<void> posix_truncate(Attached ts, Module&, Object& path, int64_t length) {
    PathArg name;
    TRY(name.get(ts, &path, "truncate", "path", PathArg::kFd));
    TRY(audit_values(ts, "os.truncate", &path, length));
    return done(checked_call(ts, name.object(), [&] {
        return name.is_fd() ? ::ftruncate(name.fd(), length) : ::truncate(name.c_str(), length);
    }));
}
Result<void> posix_fsync(Attached ts, Module&, Object& fd) {
    const int which = TRY(descriptor(ts, fd));
    return done(checked_call(ts, nullptr, [&] { return ::fsync(which); }));
}
Result<void> posix_fdatasync(Attached ts, Module&, Object& fd) {
    const int which = TRY(descriptor(ts, fd));
    return done(checked_call(ts, nullptr, [&] { return ::fdatasync(which); }));
}
Result<bool> posix_isatty(Attached, Module&, int fd) {
    return ::isatty(fd) != 0;
}
Result<Ref<Object>> pipe_with(Attached ts, int flags) {
    int ends[2];
    if (::pipe2(ends, flags) < 0) return raise_oserror(ts, errno);
    const Value both[] = {Value::of_int(ends[0]), Value::of_int(ends[1])};
    return tuple_from_values(ts, both, 2);
}
Result<Ref<Object>> posix_pipe(Attached ts, Module&) {
    return pipe_with(ts, O_CLOEXEC);
}
Result<Ref<Object>> posix_pipe2(Attached ts, Module&, int flags) {
    return pipe_with(ts, flags);
}
Result<bool> posix_get_inheritable(Attached ts, Module&, int fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0) return raise_oserror(ts, errno);
    return (flags & FD_CLOEXEC) == 0;
}
Result<void> posix_set_inheritable(Attached ts, Module&, int fd, int inheritable) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0) return raise_oserror(ts, errno);
    const int wanted = inheritable != 0 ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC;
    if (wanted != flags && ::fcntl(fd, F_SETFD, wanted) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<bool> posix_get_blocking(Attached ts, Module&, int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return raise_oserror(ts, errno);
    return (flags & O_NONBLOCK) == 0;
}
Result<void> posix_set_blocking(Attached ts, Module&, int fd, bool blocking) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags < 0) return raise_oserror(ts, errno);
    if (::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) < 0)
        return raise_oserror(ts, errno);
    return {};
}
Result<Index> posix_sendfile(Attached ts, Module&, int out_fd, int in_fd, Object& offset, Index count) {
    if (is_none(offset)) {
        return number(checked_call(
            ts, nullptr, [&] { return ::sendfile(out_fd, in_fd, nullptr, static_cast<size_t>(count)); }));
    }
    off_t from = TRY(as_index(ts, offset, Exc::OverflowError));
    return number(checked_call(ts, nullptr,
                               [&] { return ::sendfile(out_fd, in_fd, &from, static_cast<size_t>(count)); }));
}
Result<Ref<Object>> posix_ttyname(Attached ts, Module&, int fd) {
    char name[PATH_MAX];
    const int error = ::ttyname_r(fd, name, sizeof name);
    if (error != 0) return raise_oserror(ts, error);
    return fs_decode(ts, name);
}

// ---- names in the file system ----

Result<bool> posix_access(Attached ts, Module&, Object& path, int mode, Object* dir_fd,
                          Opt<bool> effective_ids, Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, &path, "access", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const int flags = (effective_ids.or_else(false) ? AT_EACCESS : 0) |
                      (follow_symlinks.or_else(true) ? 0 : AT_SYMLINK_NOFOLLOW);
    return ts.detached([&] { return ::faccessat(directory, name.c_str(), mode, flags); }) == 0;
}
Result<void> posix_chmod(Attached ts, Module&, Object& path, int mode, Object* dir_fd,
                         Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, &path, "chmod", "path", PathArg::kFd));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const auto bits = static_cast<mode_t>(mode);
    const bool follow = follow_symlinks.or_else(true);
    TRY(audit_values(ts, "os.chmod", &path, mode, audited_directory(directory)));
    int error = 0;
    const int result = system_call(ts, &error, [&] {
        return name.is_fd() ? ::fchmod(name.fd(), bits)
                            : ::fchmodat(directory, name.c_str(), bits, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    if (result == 0) return {};
    if (!follow && error == ENOTSUP) {
        return raise(ts, Exc::NotImplementedError, "chmod: follow_symlinks unavailable on this platform");
    }
    return raise_oserror(ts, error, name.object());
}
Result<void> posix_fchmod(Attached ts, Module&, int fd, int mode) {
    TRY(audit_values(ts, "os.chmod", fd, mode, -1));
    return done(checked_call(ts, nullptr, [&] { return ::fchmod(fd, static_cast<mode_t>(mode)); }));
}
Result<void> posix_chown(Attached ts, Module&, Object& path, Object& uid, Object& gid, Object* dir_fd,
                         Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, &path, "chown", "path", PathArg::kFd));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const int flags = follow_symlinks.or_else(true) ? 0 : AT_SYMLINK_NOFOLLOW;
    const uid_t user = TRY(posix_id(ts, uid, "uid"));
    const gid_t group = TRY(posix_id(ts, gid, "gid"));
    TRY(audit_values(ts, "os.chown", &path, user, group, audited_directory(directory)));
    return done(checked_call(ts, name.object(), [&] {
        return name.is_fd() ? ::fchown(name.fd(), user, group)
                            : ::fchownat(directory, name.c_str(), user, group, flags);
    }));
}
Result<void> posix_fchown(Attached ts, Module&, int fd, Object& uid, Object& gid) {
    const uid_t user = TRY(posix_id(ts, uid, "uid"));
    const gid_t group = TRY(posix_id(ts, gid, "gid"));
    TRY(audit_values(ts, "os.chown", fd, user, group, -1));
    return done(checked_call(ts, nullptr, [&] { return ::fchown(fd, user, group); }));
}
Result<void> posix_lchown(Attached ts, Module&, Object& path, Object& uid, Object& gid) {
    PathArg name;
    TRY(name.get(ts, &path, "lchown", "path"));
    const uid_t user = TRY(posix_id(ts, uid, "uid"));
    const gid_t group = TRY(posix_id(ts, gid, "gid"));
    TRY(audit_values(ts, "os.chown", &path, user, group, -1));
    return done(checked_call(ts, name.object(), [&] { return ::lchown(name.c_str(), user, group); }));
}

// Two paths, each with its directory; the error names both. Audit hooks hear of `event`.
template <class F>
Result<void> two_paths(Attached ts, const char* function, const char* event, Object& src, Object& dst,
                       Object* src_dir_fd, Object* dst_dir_fd, F&& f) {
    PathArg from, to;
    TRY(from.get(ts, &src, function, "src"));
    TRY(to.get(ts, &dst, function, "dst"));
    const int from_directory = TRY(directory_fd(ts, src_dir_fd));
    const int to_directory = TRY(directory_fd(ts, dst_dir_fd));
    if (std::strcmp(event, "os.symlink") != 0)  // a link's target is in no directory
        TRY(audit_values(ts, event, &src, &dst, audited_directory(from_directory),
                         audited_directory(to_directory)));
    else
        TRY(audit_values(ts, event, &src, &dst, audited_directory(to_directory)));
    int error = 0;
    const int result =
        system_call(ts, &error, [&] { return f(from_directory, from.c_str(), to_directory, to.c_str()); });
    if (result < 0) return raise_oserror(ts, error, &src, &dst);
    return {};
}
Result<void> posix_rename(Attached ts, Module&, Object& src, Object& dst, Object* src_dir_fd,
                          Object* dst_dir_fd) {
    return two_paths(ts, "rename", "os.rename", src, dst, src_dir_fd, dst_dir_fd, ::renameat);
}
Result<void> posix_replace(Attached ts, Module&, Object& src, Object& dst, Object* src_dir_fd,
                           Object* dst_dir_fd) {
    return two_paths(ts, "replace", "os.rename", src, dst, src_dir_fd, dst_dir_fd, ::renameat);
}
Result<void> posix_link(Attached ts, Module&, Object& src, Object& dst, Object* src_dir_fd,
                        Object* dst_dir_fd, Opt<bool> follow_symlinks) {
    const int flags = follow_symlinks.or_else(true) ? AT_SYMLINK_FOLLOW : 0;
    return two_paths(
        ts, "link", "os.link", src, dst, src_dir_fd, dst_dir_fd,
        [&](int a, const char* from, int b, const char* to) { return ::linkat(a, from, b, to, flags); });
}
Result<void> posix_symlink(Attached ts, Module&, Object& src, Object& dst, Opt<bool>, Object* dir_fd) {
    return two_paths(ts, "symlink", "os.symlink", src, dst, nullptr, dir_fd,
                     [](int, const char* from, int b, const char* to) { return ::symlinkat(from, b, to); });
}
Result<Ref<Object>> posix_readlink(Attached ts, Module&, Object& path, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "readlink", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    char target[PATH_MAX + 1];
    const int64_t length = TRY(checked_call(
        ts, name.object(), [&] { return ::readlinkat(directory, name.c_str(), target, PATH_MAX); }));
    return path_result(ts, {target, static_cast<size_t>(length)}, name.is_bytes());
}
Result<void> posix_unlink(Attached ts, Module&, Object& path, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "unlink", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    TRY(audit_values(ts, "os.remove", &path, audited_directory(directory)));
    return done(checked_call(ts, name.object(), [&] { return ::unlinkat(directory, name.c_str(), 0); }));
}
Result<void> posix_remove(Attached ts, Module&, Object& path, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "remove", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    TRY(audit_values(ts, "os.remove", &path, audited_directory(directory)));
    return done(checked_call(ts, name.object(), [&] { return ::unlinkat(directory, name.c_str(), 0); }));
}
Result<void> posix_mkfifo(Attached ts, Module&, Object& path, Opt<int> mode, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "mkfifo", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const auto bits = static_cast<mode_t>(mode.or_else(0666));
    return done(checked_call(ts, name.object(), [&] { return ::mkfifoat(directory, name.c_str(), bits); }));
}
Result<Index> posix_umask(Attached, Module&, int mask) {
    return ::umask(static_cast<mode_t>(mask));
}
Result<Ref<Object>> posix_fspath(Attached ts, Module&, Object& path) {
    return fs_path(ts, path);
}

// ---- the environment and the machine ----

Result<void> posix_putenv(Attached ts, Module&, Object& name, Object& value) {
    std::string key, text;
    TRY(fs_encode(ts, name, &key));
    TRY(fs_encode(ts, value, &text));
    if (key.find('=') != key.npos) return raise(ts, Exc::ValueError, "illegal environment variable name");
    TRY(audit_values(ts, "os.putenv", key, text));
    if (::setenv(key.c_str(), text.c_str(), 1) != 0) return raise_oserror(ts, errno);
    return {};
}
Result<void> posix_unsetenv(Attached ts, Module&, Object& name) {
    std::string key;
    TRY(fs_encode(ts, name, &key));
    TRY(audit_values(ts, "os.unsetenv", key));
    if (::unsetenv(key.c_str()) != 0) return raise_oserror(ts, errno);
    return {};
}
Result<Ref<Object>> posix_strerror(Attached ts, Module&, int code) {
    char text[256];
    return fs_decode(ts, ::strerror_r(code, text, sizeof text));
}
Result<Ref<Object>> random_bytes(Attached ts, Index size, unsigned flags) {
    if (size == 0) return bytes_empty();
    Ref<Bytes> bytes = TRY(bytes_new_uninitialised(ts, size));
    for (Index filled = 0; filled < size;) {
        char* at = bytes->data + filled;
        filled += TRY(checked_call(
            ts, nullptr, [&] { return ::getrandom(at, static_cast<size_t>(size - filled), flags); }));
    }
    return bytes;
}
Result<Ref<Object>> posix_urandom(Attached ts, Module&, Index size) {
    if (size < 0) return raise(ts, Exc::ValueError, "negative argument not allowed");
    return random_bytes(ts, size, 0);
}
Result<Ref<Object>> posix_getrandom(Attached ts, Module&, Index size, Opt<int> flags) {
    if (size < 0) return raise_oserror(ts, EINVAL);
    return random_bytes(ts, size, static_cast<unsigned>(flags.or_else(0)));
}
Result<Ref<Object>> posix_cpu_count(Attached ts, Module&) {
    const long count = ::sysconf(_SC_NPROCESSORS_ONLN);
    if (count < 1) return Ref<Object>::share(none());
    return box_int(ts, count);
}
Result<Ref<Object>> posix_getloadavg(Attached ts, Module&) {
    double loads[3];
    if (::getloadavg(loads, 3) != 3) return raise(ts, Exc::OSError, "Load averages are unobtainable");
    const Ref<Float> a = TRY(float_from_double(ts, loads[0]));
    const Ref<Float> b = TRY(float_from_double(ts, loads[1]));
    const Ref<Float> c = TRY(float_from_double(ts, loads[2]));
    return tuple_of(ts, {a.get(), b.get(), c.get()});
}

// A configuration name, as a number or by its name in a table.
Result<int> configuration(Attached ts, Object& name, std::span<const PosixName> names) {
    if (is_int(name)) return static_cast<int>(TRY(convert_int64(ts, Value(&name), INT_MIN, INT_MAX, "int")));
    if (!is_str(name)) return raise(ts, Exc::TypeError, "configuration names must be strings or integers");
    for (const PosixName& row : names) {
        if (str_eq_ascii(static_cast<Str&>(name), row.name)) return row.value;
    }
    return raise(ts, Exc::ValueError, "unrecognized configuration name");
}
Result<Index> posix_sysconf(Attached ts, Module&, Object& name) {
    const int which = TRY(configuration(ts, name, posix_sysconf_names()));
    errno = 0;
    const long value = ::sysconf(which);
    if (value == -1 && errno != 0) return raise_oserror(ts, errno);
    return value;
}
Result<Ref<Object>> posix_confstr(Attached ts, Module&, Object& name) {
    const int which = TRY(configuration(ts, name, posix_confstr_names()));
    char text[1024];
    errno = 0;
    const size_t length = ::confstr(which, text, sizeof text);
    if (length == 0) {
        if (errno != 0) return raise_oserror(ts, errno);
        return Ref<Object>::share(none());
    }
    if (length <= sizeof text) return fs_decode(ts, {text, length - 1});
    std::string longer(length, '\0');
    ::confstr(which, longer.data(), length);
    longer.pop_back();
    return fs_decode(ts, longer);
}
Result<Index> posix_pathconf(Attached ts, Module&, Object& path, Object& name) {
    const int which = TRY(configuration(ts, name, posix_pathconf_names()));
    PathArg file;
    TRY(file.get(ts, &path, "pathconf", "path", PathArg::kFd));
    errno = 0;
    const long value = file.is_fd() ? ::fpathconf(file.fd(), which) : ::pathconf(file.c_str(), which);
    if (value == -1 && errno != 0) return raise_oserror(ts, errno, file.object());
    return value;
}

// ---- ids: calls that take and give small numbers ----

template <auto F>
Result<Index> plain(Attached, Module&) {
    return static_cast<Index>(F());
}
template <auto F>
Result<Index> of_process(Attached ts, Module&, int pid) {
    const auto result = F(pid);
    if (result < 0) return raise_oserror(ts, errno);
    return result;
}
Result<void> posix_setsid(Attached ts, Module&) {
    if (::setsid() < 0) return raise_oserror(ts, errno);
    return {};
}
Result<void> posix_setpgid(Attached ts, Module&, int pid, int pgrp) {
    if (::setpgid(pid, pgrp) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<Index> posix_nice(Attached ts, Module&, int increment) {
    errno = 0;
    const int value = ::nice(increment);
    if (value == -1 && errno != 0) return raise_oserror(ts, errno);
    return value;
}

// ---- wait statuses and device numbers ----

Result<bool> posix_WIFEXITED(Attached, Module&, int status) {
    return WIFEXITED(status);
}
Result<bool> posix_WIFSIGNALED(Attached, Module&, int status) {
    return WIFSIGNALED(status);
}
Result<bool> posix_WIFSTOPPED(Attached, Module&, int status) {
    return WIFSTOPPED(status);
}
Result<bool> posix_WIFCONTINUED(Attached, Module&, int status) {
    return WIFCONTINUED(status);
}
Result<bool> posix_WCOREDUMP(Attached, Module&, int status) {
    return WCOREDUMP(status);
}
Result<Index> posix_WEXITSTATUS(Attached, Module&, int status) {
    return WEXITSTATUS(status);
}
Result<Index> posix_WTERMSIG(Attached, Module&, int status) {
    return WTERMSIG(status);
}
Result<Index> posix_WSTOPSIG(Attached, Module&, int status) {
    return WSTOPSIG(status);
}
Result<uint64_t> device_number(Attached ts, Object& o) {
    const Ref<Int> number = TRY(number_index(ts, o));
    uint64_t device = 0;
    if (number->size < 0) return raise(ts, Exc::OverflowError, "can't convert negative int to unsigned");
    if (!int_as_uint64(*number, &device)) return raise(ts, Exc::OverflowError, "int too big to convert");
    return device;
}
Result<Index> posix_major(Attached ts, Module&, Object& device) {
    const uint64_t number = TRY(device_number(ts, device));
    return static_cast<Index>(major(number));
}
Result<Index> posix_minor(Attached ts, Module&, Object& device) {
    const uint64_t number = TRY(device_number(ts, device));
    return static_cast<Index>(minor(number));
}
Result<Ref<Object>> posix_makedev(Attached ts, Module&, int major, int minor) {
    const dev_t device = makedev(static_cast<unsigned>(major), static_cast<unsigned>(minor));
    return box_int(ts, static_cast<int64_t>(device));
}
Result<void> posix_mknod(Attached ts, Module&, Object& path, Opt<int> mode, Object* device, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "mknod", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    uint64_t number = 0;
    if (device != nullptr) number = TRY(device_number(ts, *device));
    const auto bits = static_cast<mode_t>(mode.or_else(0600));
    // The name is not told in the error, as in CPython.
    return done(checked_call(ts, nullptr, [&] { return ::mknodat(directory, name.c_str(), bits, number); }));
}
Result<void> posix_chroot(Attached ts, Module&, Object& path) {
    PathArg name;
    TRY(name.get(ts, &path, "chroot", "path"));
    return done(checked_call(ts, name.object(), [&] { return ::chroot(name.c_str()); }));
}
Result<Index> posix_fpathconf(Attached ts, Module&, Object& fd, Object& name) {
    const int which = TRY(configuration(ts, name, posix_pathconf_names()));
    const int file = TRY(descriptor(ts, fd));
    errno = 0;
    const long value = ::fpathconf(file, which);
    if (value == -1 && errno != 0) return raise_oserror(ts, errno);
    return value;
}
constexpr Method functions[] = {
#include "vm/modules/posix_methods.inc"
    {},
};

// What os asks to know which functions take dir_fd, a descriptor, or follow_symlinks.
constexpr const char* kHave[] = {
    "HAVE_EVENTFD",      "HAVE_FACCESSAT", "HAVE_FCHDIR",    "HAVE_FCHMOD",    "HAVE_FCHMODAT",
    "HAVE_FCHOWN",       "HAVE_FCHOWNAT",  "HAVE_FEXECVE",   "HAVE_FDOPENDIR", "HAVE_FPATHCONF",
    "HAVE_FSTATAT",      "HAVE_FSTATVFS",  "HAVE_FTRUNCATE", "HAVE_FUTIMENS",  "HAVE_LINKAT",
    "HAVE_LCHOWN",       "HAVE_LSTAT",     "HAVE_LUTIMES",   "HAVE_FUTIMES",   "HAVE_FUTIMESAT",
    "HAVE_MEMFD_CREATE", "HAVE_MKNODAT",   "HAVE_MKDIRAT",   "HAVE_MKFIFOAT",  "HAVE_OPENAT",
    "HAVE_READLINKAT",   "HAVE_RENAMEAT",  "HAVE_SYMLINKAT", "HAVE_UNLINKAT",  "HAVE_UTIMENSAT",
};

Result<void> add_names(Attached ts, Module& module, const char* name, std::span<const PosixName> names) {
    const Ref<Dict> dict = TRY(dict_new(ts));
    for (const PosixName& row : names) {
        const Ref<Str> key = TRY(str_intern_utf8(ts, row.name));
        const Ref<Int> value = TRY(box_int(ts, row.value));
        TRY(dict_set_str(ts, *dict, *key, *value));
    }
    return module_add(ts, module, name, *dict);
}

Result<void> posix_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int64_t value;
    } const constants[] = {
#define POSIX_CONSTANT(name) {#name, name},
#include "vm/modules/posix_constants.def"
#undef POSIX_CONSTANT
    };
    for (const auto& row : constants) TRY(module_add_int(ts, module, row.name, row.value));
    // Scripts know these by numbers of ours (posix_spawn.cpp).
    for (const auto& [name, value] :
         {std::pair{"POSIX_SPAWN_OPEN", 0}, {"POSIX_SPAWN_CLOSE", 1}, {"POSIX_SPAWN_DUP2", 2}})
        TRY(module_add_int(ts, module, name, value));
    TRY(add_names(ts, module, "sysconf_names", posix_sysconf_names()));
    TRY(add_names(ts, module, "confstr_names", posix_confstr_names()));
    TRY(add_names(ts, module, "pathconf_names", posix_pathconf_names()));
    TRY(posix_stat_exec(ts, module));
    TRY(posix_ids_exec(ts, module));
    TRY(posix_process_exec(ts, module));
    TRY(module_add(ts, module, "error", exc_type(Exc::OSError)));

    const Ref<List> have = TRY(list_new(ts, 0));
    for (const char* name : kHave) {
        Ref<Str> text = TRY(str_new_ascii(ts, name));
        TRY(list_append_owned(ts, *have, std::move(text)));
    }
    TRY(module_add(ts, module, "_have_functions", *have));

    // os turns these bytes into text. The first of two definitions counts, as for getenv().
    const Ref<Dict> environment = TRY(dict_new(ts));
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        const size_t equals = text.find('=');
        if (equals == text.npos) continue;
        const Ref<Bytes> name = TRY(bytes_new(ts, text.substr(0, equals)));
        const Ref<Bytes> value = TRY(bytes_new(ts, text.substr(equals + 1)));
        const Ref<Object> kept = TRY(dict_setdefault(ts, *environment, *name, *value));
    }
    return module_add(ts, module, "environ", *environment);
}

}  // namespace

extern const ModuleSpec posix_module;
const ModuleSpec posix_module = {
    .name = "posix",
    .doc = "Access to what the operating system offers by the POSIX standard; used through os.",
    .methods = functions,
    .exec = posix_exec,
};

}  // namespace baton
