// posix: what the system tells about files, file systems, times and itself, as struct sequences.
#include <fcntl.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cmath>

#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/structseq.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr const char* kStatFields[] = {"st_mode",     "st_ino",     "st_dev",    "st_nlink",    "st_uid",
                                       "st_gid",      "st_size",    nullptr,     nullptr,       nullptr,
                                       "st_atime",    "st_mtime",   "st_ctime",  "st_atime_ns", "st_mtime_ns",
                                       "st_ctime_ns", "st_blksize", "st_blocks", "st_rdev"};
constexpr auto stat_getset = struct_getset(kStatFields);
const StructInfo stat_info = {&baton_stat_result_type, 10, 19, 3, kStatFields};

constexpr const char* kStatvfsFields[] = {"f_bsize",  "f_frsize",  "f_blocks", "f_bfree",
                                          "f_bavail", "f_files",   "f_ffree",  "f_favail",
                                          "f_flag",   "f_namemax", "f_fsid"};
constexpr auto statvfs_getset = struct_getset(kStatvfsFields);
const StructInfo statvfs_info = {&baton_statvfs_result_type, 10, 11, 0, kStatvfsFields};

constexpr const char* kTerminalFields[] = {"columns", "lines"};
constexpr auto terminal_getset = struct_getset(kTerminalFields);
const StructInfo terminal_info = {&baton_terminal_size_type, 2, 2, 0, kTerminalFields};

constexpr const char* kUnameFields[] = {"sysname", "nodename", "release", "version", "machine"};
constexpr auto uname_getset = struct_getset(kUnameFields);
const StructInfo uname_info = {&baton_uname_result_type, 5, 5, 0, kUnameFields};

constexpr const char* kTimesFields[] = {"user", "system", "children_user", "children_system", "elapsed"};
constexpr auto times_getset = struct_getset(kTimesFields);
const StructInfo times_info = {&baton_times_result_type, 5, 5, 0, kTimesFields};

constexpr int64_t kNanoseconds = 1'000'000'000;

// Fills a struct sequence item by item.
class Filler {
  public:
    Filler(Attached ts, Tuple& t) : ts_(ts), t_(t) {}
    Result<void> number(int64_t value) {
        Ref<Int> item = TRY(box_int(ts_, value));
        struct_set(t_, at_++, std::move(item));
        return {};
    }
    Result<void> natural(uint64_t value) {
        Ref<Int> item = TRY(int_from_uint64(ts_, value));
        struct_set(t_, at_++, std::move(item));
        return {};
    }
    Result<void> real(double value) {
        Ref<Float> item = TRY(float_from_double(ts_, value));
        struct_set(t_, at_++, std::move(item));
        return {};
    }
    Result<void> text(const char* value) {
        Ref<Str> item = TRY(fs_decode(ts_, value));
        struct_set(t_, at_++, std::move(item));
        return {};
    }
    Result<void> nanoseconds(const timespec& t) {
        const OwnedValue seconds(TRY(int_value(ts_, t.tv_sec)));
        const OwnedValue whole(TRY(int_mul(ts_, seconds.get(), Value::of_int(kNanoseconds))));
        Ref<Object> item = TRY(boxed(ts_, int_add(ts_, whole.get(), Value::of_int(t.tv_nsec))));
        struct_set(t_, at_++, std::move(item));
        return {};
    }

  private:
    Attached ts_;
    Tuple& t_;
    int at_ = 0;
};

Result<Ref<Object>> stat_object(Attached ts, const struct stat& st) {
    Ref<Tuple> result = TRY(struct_new(ts, stat_info));
    Filler fill(ts, *result);
    TRY(fill.number(st.st_mode));
    TRY(fill.natural(st.st_ino));
    TRY(fill.natural(st.st_dev));
    TRY(fill.natural(st.st_nlink));
    // The id that means "no id" is -1, whatever the C type.
    TRY(fill.number(st.st_uid == static_cast<uid_t>(-1) ? -1 : static_cast<int64_t>(st.st_uid)));
    TRY(fill.number(st.st_gid == static_cast<gid_t>(-1) ? -1 : static_cast<int64_t>(st.st_gid)));
    TRY(fill.number(st.st_size));
    const timespec times[] = {st.st_atim, st.st_mtim, st.st_ctim};
    for (const timespec& t : times) TRY(fill.number(t.tv_sec));
    for (const timespec& t : times)
        TRY(fill.real(static_cast<double>(t.tv_sec) + 1e-9 * static_cast<double>(t.tv_nsec)));
    for (const timespec& t : times) TRY(fill.nanoseconds(t));
    TRY(fill.number(st.st_blksize));
    TRY(fill.number(st.st_blocks));
    TRY(fill.natural(st.st_rdev));
    gc_track(ts, result.get());
    return result;
}

Result<Ref<Object>> statvfs_object(Attached ts, const struct statvfs& st) {
    Ref<Tuple> result = TRY(struct_new(ts, statvfs_info));
    Filler fill(ts, *result);
    const uint64_t values[] = {st.f_bsize, st.f_frsize, st.f_blocks, st.f_bfree,   st.f_bavail, st.f_files,
                               st.f_ffree, st.f_favail, st.f_flag,   st.f_namemax, st.f_fsid};
    for (const uint64_t value : values) TRY(fill.natural(value));
    gc_track(ts, result.get());
    return result;
}

// One time of utime(): seconds as int or float, rounded down to a nanosecond.
Result<void> time_from_seconds(Attached ts, Object& o, timespec& out) {
    if (is_float(o)) {
        const double d = static_cast<Float&>(o).value;
        if (std::isnan(d)) return raise(ts, Exc::ValueError, "Invalid value NaN (not a number)");
        double whole;
        double fraction = std::floor(std::modf(d, &whole) * 1e9);
        if (fraction < 0) {
            fraction += 1e9;
            whole -= 1;
        }
        if (!(std::fabs(whole) < 9.2e18)) {
            return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
        }
        out.tv_sec = static_cast<time_t>(whole);
        out.tv_nsec = static_cast<long>(fraction);
        return {};
    }
    const Ref<Int> seconds = TRY(number_index(ts, o));
    int overflow;
    out.tv_sec = int_as_int64(*seconds, &overflow);
    out.tv_nsec = 0;
    if (overflow != 0) return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    return {};
}

Result<void> time_from_nanoseconds(Attached ts, Object& o, timespec& out) {
    const Ref<Int> given = TRY(number_index(ts, o));
    Value rest;
    const OwnedValue seconds(TRY(int_divmod(ts, Value(given.get()), Value::of_int(kNanoseconds), &rest)));
    if (!seconds.get().is_int())
        return raise(ts, Exc::OverflowError, "timestamp out of range for platform time_t");
    out.tv_sec = seconds.get().as_int();
    out.tv_nsec = rest.as_int();
    return {};
}

}  // namespace

Result<Ref<Object>> stat_at(Attached ts, int directory, const char* path, bool follow, Object* filename) {
    struct stat st;
    int error = 0;
    const int result = system_call(
        ts, &error, [&] { return ::fstatat(directory, path, &st, follow ? 0 : AT_SYMLINK_NOFOLLOW); });
    if (result < 0) return raise_oserror(ts, error, filename);
    return stat_object(ts, st);
}

Result<Ref<Object>> posix_stat(Attached ts, Module& module, Object& path, Object* dir_fd,
                               Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, &path, "stat", "path", PathArg::kFd));
    const int directory = TRY(directory_fd(ts, dir_fd));
    if (name.is_fd()) {
        if (directory != AT_FDCWD)
            return raise(ts, Exc::ValueError, "stat: can't specify dir_fd without matching path");
        if (!follow_symlinks.or_else(true)) {
            return raise(ts, Exc::ValueError, "stat: cannot use fd and follow_symlinks together");
        }
        struct stat st;
        int error = 0;
        if (system_call(ts, &error, [&] { return ::fstat(name.fd(), &st); }) < 0) {
            return raise_oserror(ts, error, name.object());
        }
        return stat_object(ts, st);
    }
    return stat_at(ts, directory, name.c_str(), follow_symlinks.or_else(true), name.object());
}

Result<Ref<Object>> posix_lstat(Attached ts, Module&, Object& path, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "lstat", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    return stat_at(ts, directory, name.c_str(), false, name.object());
}

Result<Ref<Object>> posix_fstat(Attached ts, Module&, int fd) {
    struct stat st;
    TRY(checked_call(ts, nullptr, [&] { return ::fstat(fd, &st); }));
    return stat_object(ts, st);
}

Result<Ref<Object>> posix_statvfs(Attached ts, Module&, Object& path) {
    PathArg name;
    TRY(name.get(ts, &path, "statvfs", "path", PathArg::kFd));
    struct statvfs st;
    TRY(checked_call(ts, name.object(), [&] {
        return name.is_fd() ? ::fstatvfs(name.fd(), &st) : ::statvfs(name.c_str(), &st);
    }));
    return statvfs_object(ts, st);
}

Result<void> posix_utime(Attached ts, Module&, Object& path, Object* times, Object* ns, Object* dir_fd,
                         Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, &path, "utime", "path", PathArg::kFd));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const bool follow = follow_symlinks.or_else(true);
    if (times != nullptr && is_none(*times)) times = nullptr;
    if (times != nullptr && ns != nullptr) {
        return raise(ts, Exc::ValueError, "utime: you may specify either 'times' or 'ns' but not both");
    }
    TRY(audit_values(ts, "os.utime", &path, times, ns, audited_directory(directory)));
    timespec values[2] = {{0, UTIME_NOW}, {0, UTIME_NOW}};
    if (times != nullptr) {
        if (!is_tuple(*times) || static_cast<Tuple*>(times)->size != 2) {
            return raise(ts, Exc::TypeError, "utime: 'times' must be either a tuple of two ints or None");
        }
        for (int i = 0; i < 2; ++i)
            TRY(time_from_seconds(ts, *static_cast<Tuple*>(times)->item[i], values[i]));
    }
    if (ns != nullptr) {
        if (!is_tuple(*ns) || static_cast<Tuple*>(ns)->size != 2) {
            return raise(ts, Exc::TypeError, "utime: 'ns' must be a tuple of two ints");
        }
        for (int i = 0; i < 2; ++i)
            TRY(time_from_nanoseconds(ts, *static_cast<Tuple*>(ns)->item[i], values[i]));
    }
    if (name.is_fd()) {
        if (directory != AT_FDCWD)
            return raise(ts, Exc::ValueError, "utime: can't specify dir_fd without matching path");
        if (!follow) return raise(ts, Exc::ValueError, "utime: cannot use fd and follow_symlinks together");
    }
    int error = 0;
    const int result = system_call(ts, &error, [&] {
        return name.is_fd() ? ::futimens(name.fd(), values)
                            : ::utimensat(directory, name.c_str(), values, follow ? 0 : AT_SYMLINK_NOFOLLOW);
    });
    if (result < 0) return raise_oserror(ts, error, name.object());
    return {};
}

Result<Ref<Object>> posix_get_terminal_size(Attached ts, Module&, Opt<int> fd) {
    winsize size;
    if (::ioctl(fd.or_else(STDOUT_FILENO), TIOCGWINSZ, &size) < 0) return raise_oserror(ts, errno);
    Ref<Tuple> result = TRY(struct_new(ts, terminal_info));
    Filler fill(ts, *result);
    TRY(fill.number(size.ws_col));
    TRY(fill.number(size.ws_row));
    gc_track(ts, result.get());
    return result;
}

Result<Ref<Object>> posix_uname(Attached ts, Module&) {
    utsname name;
    if (::uname(&name) < 0) return raise_oserror(ts, errno);
    Ref<Tuple> result = TRY(struct_new(ts, uname_info));
    Filler fill(ts, *result);
    for (const char* part : {name.sysname, name.nodename, name.release, name.version, name.machine})
        TRY(fill.text(part));
    gc_track(ts, result.get());
    return result;
}

Result<Ref<Object>> posix_times(Attached ts, Module&) {
    tms t;
    const clock_t elapsed = ::times(&t);
    if (elapsed == static_cast<clock_t>(-1)) return raise_oserror(ts, errno);
    const auto per_second = static_cast<double>(::sysconf(_SC_CLK_TCK));
    Ref<Tuple> result = TRY(struct_new(ts, times_info));
    Filler fill(ts, *result);
    for (const clock_t ticks : {t.tms_utime, t.tms_stime, t.tms_cutime, t.tms_cstime, elapsed}) {
        TRY(fill.real(static_cast<double>(ticks) / per_second));
    }
    gc_track(ts, result.get());
    return result;
}

Result<void> posix_stat_exec(Attached ts, Module& module) {
    for (const StructInfo* info : {&stat_info, &statvfs_info, &terminal_info, &uname_info, &times_info}) {
        TRY(struct_prepare(ts, *info));
        TRY(module_add_type(ts, module, *info->type));
    }
    TRY(module_add_type(ts, module, dir_entry_type()));
    return {};
}

const TypeSpec stat_result_spec =
    struct_spec<19>("os.stat_result", stat_getset.data(), "What stat() tells about a file.");
const TypeSpec statvfs_result_spec =
    struct_spec<11>("os.statvfs_result", statvfs_getset.data(), "What statvfs() tells about a file system.");
const TypeSpec terminal_size_spec =
    struct_spec<2>("os.terminal_size", terminal_getset.data(), "The size of a terminal: columns and lines.");
const TypeSpec uname_result_spec =
    struct_spec<5>("posix.uname_result", uname_getset.data(), "What uname() tells about the system.");
const TypeSpec times_result_spec = struct_spec<5>("posix.times_result", times_getset.data(),
                                                  "The processor times of the process and its children.");

}  // namespace baton
