// posix: what os stands on. The functions by family; posix.cpp has the table.
//
// Conventions. Paths go to the system as fs_text.h encodes them; a failed call raises OSError with the path
// as it was given. Whatever may block runs detached; where PEP 475 says so, an interrupted call is repeated
// after signal handlers. Callers: attached threads.
#pragma once
#include <fcntl.h>

#include <cerrno>
#include <string>

#include "runtime/native.h"
#include "threadstate/signals.h"
#include "vm/audit.h"

namespace baton {

// A path argument: text for a system call, a file descriptor, or nothing.
class PathArg {
  public:
    static constexpr unsigned kFd = 1, kNone = 2;
    Result<void> get(Attached ts, Object* o, const char* function, const char* argument, unsigned allow = 0);
    const char* c_str() const { return text_.c_str(); }
    const std::string& text() const { return text_; }
    bool is_fd() const { return fd_ >= 0; }
    bool is_none() const { return none_; }
    bool is_bytes() const { return bytes_; }
    int fd() const { return fd_; }
    Object* object() const { return object_; }  // borrowed from the argument; null for none

  private:
    std::string text_;
    Object* object_ = nullptr;
    int fd_ = -1;
    bool none_ = false, bytes_ = false;
};

// Runs f() detached; its errno comes back in *error.
template <class F>
auto system_call(Attached ts, int* error, F&& f) {
    return ts.detached([&] {
        auto result = f();
        *error = errno;
        return result;
    });
}
// The same for a call that gives -1 on failure, repeated while signals interrupt it; OSError names
// `filename`.
template <class F>
Result<int64_t> checked_call(Attached ts, Object* filename, F&& f) {
    for (;;) {
        // First, because a signal since the last poll would otherwise wait for the call to end.
        if (handle_signals(ts) < 0) return already_raised();
        int error = 0;
        const int64_t result = system_call(ts, &error, f);
        if (result >= 0) return result;
        if (error != EINTR) return raise_oserror(ts, error, filename);
    }
}
// A path or bytes result of the kind (str or bytes) that the argument had.
Result<Ref<Object>> path_result(Attached ts, std::string_view text, bool as_bytes);
// dir_fd=: AT_FDCWD for None.
Result<int> directory_fd(Attached ts, Object* dir_fd);
// As audit hooks are told: -1 for the current one.
inline int audited_directory(int directory) {
    return directory == AT_FDCWD ? -1 : directory;
}
// An int argument that is a file descriptor, or an object with fileno().
Result<int> descriptor(Attached ts, Object& o);

// posix_stat.cpp
Result<Ref<Object>> posix_stat(Attached ts, Module& module, Object& path, Object* dir_fd,
                               Opt<bool> follow_symlinks);
Result<Ref<Object>> posix_lstat(Attached ts, Module& module, Object& path, Object* dir_fd);
Result<Ref<Object>> posix_fstat(Attached ts, Module& module, int fd);
Result<Ref<Object>> posix_statvfs(Attached ts, Module& module, Object& path);
Result<void> posix_utime(Attached ts, Module& module, Object& path, Object* times, Object* ns, Object* dir_fd,
                         Opt<bool> follow_symlinks);
Result<Ref<Object>> stat_at(Attached ts, int directory, const char* path, bool follow, Object* filename);
Result<Ref<Object>> posix_get_terminal_size(Attached ts, Module& module, Opt<int> fd);
Result<Ref<Object>> posix_uname(Attached ts, Module& module);
Result<Ref<Object>> posix_times(Attached ts, Module& module);
Result<void> posix_stat_exec(Attached ts, Module& module);

// posix_xattr.cpp
Result<Ref<Object>> posix_getxattr(Attached ts, Module& module, Object& path, Object& attribute,
                                   Opt<bool> follow_symlinks);
Result<void> posix_setxattr(Attached ts, Module& module, Object& path, Object& attribute, Object& value,
                            Opt<int> flags, Opt<bool> follow_symlinks);
Result<void> posix_removexattr(Attached ts, Module& module, Object& path, Object& attribute,
                               Opt<bool> follow_symlinks);
Result<Ref<Object>> posix_listxattr(Attached ts, Module& module, Object* path, Opt<bool> follow_symlinks);

// posix_dirs.cpp
Result<Ref<Object>> posix_listdir(Attached ts, Module& module, Object* path);
Result<Ref<Object>> posix_scandir(Attached ts, Module& module, Object* path);
Result<void> posix_mkdir(Attached ts, Module& module, Object& path, Opt<int> mode, Object* dir_fd);
Result<void> posix_rmdir(Attached ts, Module& module, Object& path, Object* dir_fd);
Result<void> posix_chdir(Attached ts, Module& module, Object& path);
Result<void> posix_fchdir(Attached ts, Module& module, Object& fd);
Result<Ref<Object>> posix_getcwd(Attached ts, Module& module);
Result<Ref<Object>> posix_getcwdb(Attached ts, Module& module);

extern const TypeSpec stat_result_spec;
extern const TypeSpec statvfs_result_spec;
extern const TypeSpec terminal_size_spec;
extern const TypeSpec uname_result_spec;
extern const TypeSpec times_result_spec;
extern const TypeSpec dir_entry_spec;
extern const TypeSpec scandir_iterator_spec;

}  // namespace baton
