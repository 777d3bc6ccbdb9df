// Private functions around file descriptors, the system's randomness, copies of text in raw memory.
#include <cwchar>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "capi/shared.h"
#include "runtime/types/bytes.h"
#include "threadstate/finalize.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/fs_text.h"

namespace baton::api {

namespace {
// Runs `f` detached until it is not interrupted; a signal's handler may raise. -1: raised.
template <class F>
auto retried(Attached ts, F&& f) -> decltype(f()) {
    for (;;) {
        int error = 0;
        auto r = ts.detached([&] {
            auto got = f();
            error = errno;
            return got;
        });
        if (r >= 0) return r;
        if (error != EINTR) {
            errno = error;
            (void)raise_oserror(ts, error);
            errno = error;
            return r;
        }
        if (PyErr_CheckSignals(ts) < 0) {
            errno = EINTR;
            return r;
        }
    }
}
}  // namespace

int _Py_dup(Attached ts, int fd) {
    return retried(ts, [&] { return ::fcntl(fd, F_DUPFD_CLOEXEC, 0); });
}
int _Py_fstat_noraise(int fd, struct stat* out) {
    return ::fstat(fd, out);
}
int _Py_fstat(Attached ts, int fd, struct stat* out) {
    const int r = ts.detached([&] { return ::fstat(fd, out); });
    if (r < 0) (void)raise_oserror(ts, errno);
    return r;
}
int _Py_open_noraise(const char* path, int flags) {
    return ::open(path, flags | O_CLOEXEC);
}
int _Py_open(Attached ts, const char* path, int flags) {
    for (;;) {
        int error = 0;
        const int fd = ts.detached([&] {
            int got = ::open(path, flags | O_CLOEXEC);
            error = errno;
            return got;
        });
        if (fd >= 0) return fd;
        if (error != EINTR) {
            auto name = fs_decode(ts, path);
            if (name.ok()) (void)raise_oserror(ts, error, name.get());
            return -1;
        }
        if (PyErr_CheckSignals(ts) < 0) return -1;
    }
}
Index _Py_read(Attached ts, int fd, void* out, size_t size) {
    if (size > PTRDIFF_MAX) size = PTRDIFF_MAX;
    return retried(ts, [&] { return ::read(fd, out, size); });
}
Index _Py_write(Attached ts, int fd, const void* data, size_t size) {
    if (size > PTRDIFF_MAX) size = PTRDIFF_MAX;
    return retried(ts, [&] { return ::write(fd, data, size); });
}
Index _Py_write_noraise(int fd, const void* data, size_t size) {
    Index r;
    do r = ::write(fd, data, size);
    while (r < 0 && errno == EINTR);
    return r;
}
FILE* _Py_fopen_obj(Attached ts, Object* path, const char* mode) {
    std::string name;
    if (!fs_encode(ts, *path, &name).ok()) return nullptr;
    if (is_audited(ts)) {
        auto mode_text = str_new_utf8(ts, mode);
        if (!mode_text.ok() || !audit_values(ts, "open", path, mode_text.get(), 0).ok()) return nullptr;
    }
    const std::string how = std::string(mode) + "e";  // not inherited
    for (;;) {
        int error = 0;
        FILE* f = ts.detached([&] {
            FILE* got = ::fopen(name.c_str(), how.c_str());
            error = errno;
            return got;
        });
        if (f) return f;
        if (error != EINTR) {
            (void)raise_oserror(ts, error, path);
            return nullptr;
        }
        if (PyErr_CheckSignals(ts) < 0) return nullptr;
    }
}
int _Py_get_inheritable(Attached ts, int fd) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags >= 0) return !(flags & FD_CLOEXEC);
    (void)raise_oserror(ts, errno);
    return -1;
}
int _Py_set_inheritable_async_safe(int fd, int inheritable, int*) {
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0) return -1;
    return ::fcntl(fd, F_SETFD, inheritable ? flags & ~FD_CLOEXEC : flags | FD_CLOEXEC) < 0 ? -1 : 0;
}
int _Py_set_inheritable(Attached ts, int fd, int inheritable, int* works) {
    if (_Py_set_inheritable_async_safe(fd, inheritable, works) == 0) return 0;
    (void)raise_oserror(ts, errno);
    return -1;
}
// Called without the lock too, so the error is raised only by a thread that has it.
int _Py_get_blocking(int fd) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0) return !(flags & O_NONBLOCK);
    if (ThreadState* t = current_or_null()) (void)raise_oserror(explicit_thread(t), errno);
    return -1;
}
int _Py_set_blocking(int fd, int blocking) {
    const int flags = ::fcntl(fd, F_GETFL);
    if (flags >= 0 && ::fcntl(fd, F_SETFL, blocking ? flags & ~O_NONBLOCK : flags | O_NONBLOCK) >= 0)
        return 0;
    if (ThreadState* t = current_or_null()) (void)raise_oserror(explicit_thread(t), errno);
    return -1;
}
void _Py_closerange(int first, int last) {
    if (first < 0) first = 0;
    if (last < first) return;
    if (::close_range(static_cast<unsigned>(first), static_cast<unsigned>(last), 0) == 0) return;
    for (int fd = first; fd <= last; ++fd) (void)::close(fd);
}

int _Py_IsFinalizing() {
    return is_finalizing();
}
int _PyOS_URandom(Attached ts, void* out, Index size) {
    if (size < 0) {
        (void)raise(ts, Exc::ValueError, "negative argument not allowed");
        return -1;
    }
    auto* p = static_cast<char*>(out);
    while (size > 0) {
        const Index n = retried(ts, [&] { return ::getrandom(p, static_cast<size_t>(size), 0); });
        if (n < 0) return -1;
        p += n;
        size -= n;
    }
    return 0;
}
int _PyOS_URandomNonblock(Attached ts, void* out, Index size) {
    return _PyOS_URandom(ts, out, size);
}

char* _PyMem_RawStrdup(const char* text) {
    const size_t n = strlen(text) + 1;
    auto* copy = static_cast<char*>(PyMem_RawMalloc(n));
    return copy ? static_cast<char*>(std::memcpy(copy, text, n)) : nullptr;
}
wchar_t* _PyMem_RawWcsdup(const wchar_t* text) {
    const size_t n = (wcslen(text) + 1) * sizeof(wchar_t);
    auto* copy = static_cast<wchar_t*>(PyMem_RawMalloc(n));
    return copy ? static_cast<wchar_t*>(std::memcpy(copy, text, n)) : nullptr;
}
char* _PyMem_Strdup(Attached ts, const char* text) {
    const size_t n = strlen(text) + 1;
    auto* copy = static_cast<char*>(PyMem_Malloc(ts, n));
    return copy ? static_cast<char*>(std::memcpy(copy, text, n)) : nullptr;
}

}  // namespace baton::api
