// fcntl: control of descriptors and locks on files.
//
// All calls run detached; those that a signal interrupts go on after its handlers (PEP 475).
#include <fcntl.h>
#include <sys/file.h>
#include <sys/ioctl.h>

#include <cerrno>
#include <climits>
#include <cstring>

#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/modules/descriptor.h"

namespace baton {
namespace {

constexpr size_t kMostBytes = 1024;

// Repeats f(), which gives -1 and errno, while it is interrupted.
template <class F>
Result<Index> repeated(Attached ts, F&& f) {
    for (;;) {
        int error = 0;
        const int result = ts.detached([&] {
            const int r = f();
            error = errno;
            return r;
        });
        if (result >= 0) return Index{result};
        if (error != EINTR) return raise_oserror(ts, error);
        if (handle_signals(ts) < 0) return already_raised();
    }
}
// Bytes of an argument that is a str or can be read as bytes.
Result<std::string> argument_bytes(Attached ts, Object& arg, const char* function) {
    std::string bytes;
    if (is_str(arg)) {
        bytes = std::string(TRY(str_as_utf8(ts, static_cast<Str&>(arg))));
    } else {
        BytesLike data;
        TRY(data.get(ts, arg));
        bytes = std::string(data.view());
    }
    if (bytes.size() > kMostBytes) return raise(ts, Exc::ValueError, "{} string arg too long", function);
    return bytes;
}
bool is_bytes_argument(const Object& arg) {
    return is_str(arg) || is_bytes_like(arg);
}
// A number the system takes as it is, with a sign or without.
Result<int> bits(Attached ts, Object& o) {
    const uint64_t word = TRY(convert_uint64_mask(ts, Value(&o)));
    return static_cast<int>(static_cast<uint32_t>(word));
}

Result<Ref<Object>> fcntl_fcntl(Attached ts, Module&, Object& fd, int cmd, Object* arg) {
    const int which = TRY(file_descriptor(ts, fd));
    TRY(audit_values(ts, "fcntl.fcntl", which, cmd, arg));
    if (arg != nullptr && is_bytes_argument(*arg)) {
        std::string bytes = TRY(argument_bytes(ts, *arg, "fcntl"));
        const size_t size = bytes.size();
        bytes.resize(kMostBytes);  // what the system writes may be longer
        TRY(repeated(ts, [&] { return ::fcntl(which, cmd, bytes.data()); }));
        return bytes_new(ts, std::string_view(bytes).substr(0, size));
    }
    int number = 0;
    if (arg != nullptr) number = TRY(bits(ts, *arg));
    const Index result = TRY(repeated(ts, [&] { return ::fcntl(which, cmd, number); }));
    return box_int(ts, result);
}

Result<Ref<Object>> fcntl_ioctl(Attached ts, Module&, Object& fd, Object& request, Object* arg,
                                Opt<bool> mutate_flag) {
    const int which = TRY(file_descriptor(ts, fd));
    const uint64_t wide = TRY(convert_uint64_mask(ts, Value(&request)));
    const auto code = static_cast<unsigned>(wide);
    TRY(audit_values(ts, "fcntl.ioctl", which, code, arg));
    auto call = [&](auto argument) -> Result<Index> {
        int error = 0;
        const int r = ts.detached([&] {
            const int n = ::ioctl(which, code, argument);
            error = errno;
            return n;
        });
        if (r < 0) return raise_oserror(ts, error);
        return Index{r};
    };
    if (arg == nullptr || !is_bytes_argument(*arg)) {
        int number = 0;
        if (arg != nullptr)
            number = static_cast<int>(TRY(convert_int64(ts, Value(arg), INT_MIN, INT_MAX, "int")));
        const Index result = TRY(call(number));
        return box_int(ts, result);
    }
    if (mutate_flag.or_else(true) && !is_str(*arg)) {
        BytesLike buffer;
        if (buffer.get_writable(ts, *arg).ok()) {
            // A short buffer is copied, so that the system may write beyond it without harm.
            const auto size = static_cast<size_t>(buffer.size());
            if (size > kMostBytes) {
                const Index result = TRY(call(buffer.data()));
                return box_int(ts, result);
            }
            char copy[kMostBytes + 1] = {};
            std::memcpy(copy, buffer.data(), size);
            auto result = call(static_cast<char*>(copy));
            std::memcpy(buffer.data(), copy, size);
            return box_int(ts, TRY(std::move(result)));
        }
        clear_pending(ts);
    }
    std::string bytes = TRY(argument_bytes(ts, *arg, "ioctl"));
    const size_t size = bytes.size();
    bytes.resize(kMostBytes + 1);
    TRY(call(bytes.data()));
    return bytes_new(ts, std::string_view(bytes).substr(0, size));
}

Result<void> fcntl_flock(Attached ts, Module&, Object& fd, int operation) {
    const int which = TRY(file_descriptor(ts, fd));
    TRY(audit_values(ts, "fcntl.flock", which, operation));
    TRY(repeated(ts, [&] { return ::flock(which, operation); }));
    return {};
}
Result<void> fcntl_lockf(Attached ts, Module&, Object& fd, int cmd, Object* len, Object* start,
                         Opt<int> whence) {
    const int which = TRY(file_descriptor(ts, fd));
    TRY(audit_values(ts, "fcntl.lockf", which, cmd, len, start, whence.or_else(0)));
    struct flock lock {};
    if (cmd == LOCK_UN)
        lock.l_type = F_UNLCK;
    else if (cmd & LOCK_SH)
        lock.l_type = F_RDLCK;
    else if (cmd & LOCK_EX)
        lock.l_type = F_WRLCK;
    else
        return raise(ts, Exc::ValueError, "unrecognized lockf argument");
    if (start != nullptr) lock.l_start = TRY(convert_int64(ts, Value(start), INT64_MIN, INT64_MAX, "long"));
    if (len != nullptr) lock.l_len = TRY(convert_int64(ts, Value(len), INT64_MIN, INT64_MAX, "long"));
    lock.l_whence = static_cast<short>(whence.or_else(SEEK_SET));
    TRY(repeated(ts, [&] { return ::fcntl(which, (cmd & LOCK_NB) != 0 ? F_SETLK : F_SETLKW, &lock); }));
    return {};
}

constexpr Method functions[] = {
    method<fcntl_fcntl>(
        "fcntl($module, fd, cmd, arg=0, /)",
        "Do cmd on a descriptor. The argument is a number, or bytes that come back as the system left them."),
    method<fcntl_ioctl>(
        "ioctl($module, fd, request, arg=0, mutate_flag=True, /)",
        "fcntl() for devices. A writable buffer is changed in place unless mutate_flag is false."),
    method<fcntl_flock>("flock($module, fd, operation, /)",
                        "Lock a file as a whole, or unlock it (flock(2))."),
    method<fcntl_lockf>("lockf($module, fd, cmd, len=0, start=0, whence=0, /)",
                        "Lock or unlock a part of a file by fcntl(2); length 0 is up to its end."),
    {},
};

Result<void> fcntl_exec(Attached ts, Module& module) {
    struct {
        const char* name;
        int64_t value;
    } const constants[] = {
#define NUMBER(name) {#name, static_cast<int64_t>(static_cast<uint32_t>(name))}
        NUMBER(LOCK_SH),      NUMBER(LOCK_EX),         NUMBER(LOCK_NB),     NUMBER(LOCK_UN),
        NUMBER(LOCK_MAND),    NUMBER(LOCK_READ),       NUMBER(LOCK_WRITE),  NUMBER(LOCK_RW),
        NUMBER(F_DUPFD),      NUMBER(F_DUPFD_CLOEXEC), NUMBER(F_GETFD),     NUMBER(F_SETFD),
        NUMBER(F_GETFL),      NUMBER(F_SETFL),         NUMBER(F_GETLK),     NUMBER(F_SETLK),
        NUMBER(F_SETLKW),     NUMBER(F_OFD_GETLK),     NUMBER(F_OFD_SETLK), NUMBER(F_OFD_SETLKW),
        NUMBER(F_GETOWN),     NUMBER(F_SETOWN),        NUMBER(F_GETSIG),    NUMBER(F_SETSIG),
        NUMBER(F_RDLCK),      NUMBER(F_WRLCK),         NUMBER(F_UNLCK),     NUMBER(F_GETLK64),
        NUMBER(F_SETLK64),    NUMBER(F_SETLKW64),      NUMBER(FASYNC),      NUMBER(F_SETLEASE),
        NUMBER(F_GETLEASE),   NUMBER(F_NOTIFY),        NUMBER(F_EXLCK),     NUMBER(F_SHLCK),
        NUMBER(F_SETPIPE_SZ), NUMBER(F_GETPIPE_SZ),    NUMBER(FD_CLOEXEC),  NUMBER(DN_ACCESS),
        NUMBER(DN_MODIFY),    NUMBER(DN_CREATE),       NUMBER(DN_DELETE),   NUMBER(DN_RENAME),
        NUMBER(DN_ATTRIB),    NUMBER(DN_MULTISHOT),    NUMBER(F_ADD_SEALS), NUMBER(F_GET_SEALS),
        NUMBER(F_SEAL_SEAL),  NUMBER(F_SEAL_SHRINK),   NUMBER(F_SEAL_GROW), NUMBER(F_SEAL_WRITE),
#undef NUMBER
    };
    for (const auto& row : constants) TRY(module_add_int(ts, module, row.name, row.value));
    return {};
}

}  // namespace

extern const ModuleSpec fcntl_module;
const ModuleSpec fcntl_module = {
    .name = "fcntl",
    .doc = "Control of file descriptors, and locks on files.",
    .methods = functions,
    .exec = fcntl_exec,
};

}  // namespace baton
