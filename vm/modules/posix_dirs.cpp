// posix: directories.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <new>

#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// Opens a directory for reading: a path, the current directory for None, or a copy of a descriptor.
Result<DIR*> open_directory(Attached ts, const PathArg& path) {
    int error = 0;
    DIR* dir = system_call(ts, &error, [&]() -> DIR* {
        if (!path.is_fd()) return ::opendir(path.is_none() ? "." : path.c_str());
        const int copy = ::fcntl(path.fd(), F_DUPFD_CLOEXEC, 0);
        if (copy < 0) return nullptr;
        DIR* opened = ::fdopendir(copy);
        if (opened == nullptr) {
            const int reason = errno;
            ::close(copy);
            errno = reason;
        }
        return opened;
    });
    if (dir == nullptr) return raise_oserror(ts, error, path.object());
    return dir;
}

// The next entry that is neither "." nor ".."; null at the end, or with *error set.
dirent* next_entry(DIR* dir, int* error) {
    for (;;) {
        errno = 0;
        dirent* entry = ::readdir(dir);
        *error = entry == nullptr ? errno : 0;
        if (entry == nullptr) return nullptr;
        const std::string_view name = entry->d_name;
        if (name != "." && name != "..") return entry;
    }
}

struct DirEntry : Object {
    Object* name;
    Object* path;
    Object* stat;  // cached results, null until asked for
    Object* lstat;
    int directory;       // the descriptor that scandir() was given, or AT_FDCWD
    unsigned char kind;  // DT_*
    uint64_t inode;
};

struct ScandirIterator : Object {
    DIR* dir;
    Object* path;  // as given; null for none or a descriptor
    int fd;
    bool bytes;
};

Result<Ref<Object>> joined(Attached ts, const ScandirIterator& scan, std::string_view name) {
    if (scan.path == nullptr) return path_result(ts, name, scan.bytes);
    std::string full;
    TRY(fs_encode(ts, *scan.path, &full));
    if (!full.empty() && full.back() != '/') full += '/';
    full += name;
    return path_result(ts, full, scan.bytes);
}

Result<Ref<Object>> new_entry(Attached ts, const ScandirIterator& scan, std::string_view name,
                              unsigned char kind, uint64_t inode) {
    Ref<Object> shown = TRY(path_result(ts, name, scan.bytes));
    Ref<Object> path = scan.fd >= 0 ? shown.copy() : TRY(joined(ts, scan, name));
    Ref<DirEntry> entry = TRY(new_object<DirEntry>(ts, dir_entry_type()));
    entry->name = shown.release();
    entry->path = path.release();
    entry->stat = entry->lstat = nullptr;
    entry->directory = scan.fd >= 0 ? scan.fd : AT_FDCWD;
    entry->kind = kind;
    entry->inode = inode;
    return entry;
}

void close_scan(Attached ts, ScandirIterator& scan) {
    DIR* dir = std::exchange(scan.dir, nullptr);
    if (dir != nullptr) ts.detached([&] { ::closedir(dir); });
}

Next scandir_next(Attached ts, ScandirIterator& self) {
    if (self.dir == nullptr) return Next::done();
    int error = 0;
    DIR* dir = self.dir;
    dirent* entry = ts.detached([&] { return next_entry(dir, &error); });
    if (entry == nullptr) {
        close_scan(ts, self);
        if (error == 0) return Next::done();
        return raise_oserror(ts, error, self.path);
    }
    auto made = new_entry(ts, self, entry->d_name, entry->d_type, entry->d_ino);
    if (!made.ok()) return already_raised();
    return made.take();
}
Result<Ref<Object>> scandir_self(Attached, ScandirIterator& self) {
    return Ref<Object>::share(self);
}
Result<void> scandir_close(Attached ts, ScandirIterator& self) {
    close_scan(ts, self);
    return {};
}
Result<void> scandir_exit(Attached ts, ScandirIterator& self, Args) {
    close_scan(ts, self);
    return {};
}
void scandir_finalize(Attached ts, ScandirIterator& self) {
    if (self.dir == nullptr) return;
    OptRef<BaseException> earlier = fetch(ts);
    auto shown = repr(ts, self);
    if (shown.ok()) {
        const Ref<Str> text = shown.take();
        auto utf8 = str_as_utf8(ts, *text);
        const std::string message = "unclosed scandir iterator " + std::string(utf8.ok() ? utf8.take() : "");
        if (!warn(ts, Exc::ResourceWarning, message).ok()) write_unraisable(ts, nullptr, &self);
    } else {
        clear_pending(ts);
    }
    close_scan(ts, self);
    if (earlier) restore(ts, std::move(earlier).take());
}
void scandir_dealloc(Attached ts, ScandirIterator& self) {
    // Finalised here: the type has no subclasses and its instances no cycles.
    ++self.refcnt;
    scandir_finalize(ts, self);
    if (--self.refcnt > 0) return;  // the warning brought it back
    Object* path = self.path;
    free_block(ts, &self);
    xdecref(ts, path);
}

// ---- DirEntry ----

Result<Ref<Object>> entry_stat_of(Attached ts, DirEntry& self, bool follow) {
    Object*& cached = follow ? self.stat : self.lstat;
    if (cached != nullptr) return Ref<Object>::share(*cached);
    // What is no link is the same either way.
    if (follow && self.kind != DT_LNK && self.kind != DT_UNKNOWN) {
        Ref<Object> same = TRY(entry_stat_of(ts, self, false));
        self.stat = same.copy().release();
        return same;
    }
    std::string path;
    TRY(fs_encode(ts, self.directory == AT_FDCWD ? *self.path : *self.name, &path));
    Ref<Object> made = TRY(stat_at(ts, self.directory, path.c_str(), follow, self.path));
    if (cached == nullptr) cached = made.copy().release();
    return made;
}
Result<Ref<Object>> entry_stat(Attached ts, DirEntry& self, Opt<bool> follow_symlinks) {
    return entry_stat_of(ts, self, follow_symlinks.or_else(true));
}

Result<bool> entry_is(Attached ts, DirEntry& self, bool follow, mode_t kind, unsigned char code) {
    const bool ask = self.kind == DT_UNKNOWN || (follow && self.kind == DT_LNK);
    if (!ask) return self.kind == code;
    auto made = entry_stat_of(ts, self, follow);
    if (!made.ok()) {
        if (!pending_is(ts, Exc::FileNotFoundError)) return already_raised();
        clear_pending(ts);  // a broken link, or gone meanwhile
        return false;
    }
    const Ref<Object> st = made.take();
    int overflow;
    const int64_t mode = int_as_int64(static_cast<Int&>(*static_cast<Tuple&>(*st).item[0]), &overflow);
    return (static_cast<mode_t>(mode) & S_IFMT) == kind;
}
Result<bool> entry_is_dir(Attached ts, DirEntry& self, Opt<bool> follow_symlinks) {
    return entry_is(ts, self, follow_symlinks.or_else(true), S_IFDIR, DT_DIR);
}
Result<bool> entry_is_file(Attached ts, DirEntry& self, Opt<bool> follow_symlinks) {
    return entry_is(ts, self, follow_symlinks.or_else(true), S_IFREG, DT_REG);
}
Result<bool> entry_is_symlink(Attached ts, DirEntry& self) {
    return entry_is(ts, self, false, S_IFLNK, DT_LNK);
}
Result<Ref<Object>> entry_inode(Attached ts, DirEntry& self) {
    return int_from_uint64(ts, self.inode);
}
Result<Ref<Object>> entry_fspath(Attached, DirEntry& self) {
    return Ref<Object>::share(*self.path);
}
Result<Ref<Object>> entry_get_name(Attached, DirEntry& self) {
    return Ref<Object>::share(*self.name);
}
Result<Ref<Object>> entry_repr(Attached ts, DirEntry& self) {
    const Ref<Str> name = TRY(repr(ts, *self.name));
    const std::string_view utf8 = TRY(str_as_utf8(ts, *name));
    return str_format(ts, "<DirEntry {}>", utf8);
}
Result<Ref<Object>> entry_class_getitem(Attached ts, Type& cls, Object& item) {
    return generic_alias_new(ts, cls, item);
}
void entry_dealloc(Attached ts, DirEntry& self) {
    Object* parts[] = {self.name, self.path, self.stat, self.lstat};
    free_block(ts, &self);
    for (Object* o : parts) xdecref(ts, o);
}

constexpr Method entry_methods[] = {
    method<entry_is_dir>("is_dir($self, /, *, follow_symlinks=True)", "Whether the entry is a directory."),
    method<entry_is_file>("is_file($self, /, *, follow_symlinks=True)",
                          "Whether the entry is a regular file."),
    method<entry_is_symlink>("is_symlink($self, /)", "Whether it is a symbolic link itself."),
    method<entry_stat>("stat($self, /, *, follow_symlinks=True)", "The entry's stat result, asked for once."),
    method<entry_inode>("inode($self, /)", "The entry's inode number."),
    method<entry_fspath>("__fspath__($self, /)", "The entry's path."),
    class_method<entry_class_getitem>("__class_getitem__($type, item, /)",
                                      "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet entry_getset[] = {
    getter<entry_get_name>("name", "Name of the file, without its folder."),
    getter<entry_fspath>("path", "The scanned folder's path joined with the name."),
    {},
};

constexpr Method scandir_methods[] = {
    method<scandir_self>("__enter__($self, /)", nullptr),
    method<scandir_exit>("__exit__($self, /, *args)", nullptr),
    method<scandir_close>("close($self, /)", "Closes the iterator before its end."),
    {},
};

Result<Ref<Object>> current_directory(Attached ts, bool as_bytes) {
    std::string text(256, '\0');
    for (;;) {
        int error = 0;
        const char* result = system_call(ts, &error, [&] { return ::getcwd(text.data(), text.size()); });
        if (result != nullptr) return path_result(ts, result, as_bytes);
        if (error != ERANGE) return raise_oserror(ts, error);
        text.resize(text.size() * 2);
    }
}

}  // namespace

Result<Ref<Object>> posix_listdir(Attached ts, Module&, Object* path) {
    PathArg name;
    TRY(name.get(ts, path, "listdir", "path", PathArg::kFd | PathArg::kNone));
    TRY(audit_values(ts, "os.listdir", path));
    DIR* dir = TRY(open_directory(ts, name));
    std::string names;  // zero-terminated, one after another
    int error = 0;
    ts.detached([&] {
        if (name.is_fd()) ::rewinddir(dir);  // the descriptor's position is shared with its copy
        while (const dirent* entry = next_entry(dir, &error)) names.append(entry->d_name).push_back('\0');
        ::closedir(dir);
    });
    if (error != 0) return raise_oserror(ts, error, name.object());
    Ref<List> result = TRY(list_new(ts, 0));
    for (size_t at = 0; at < names.size();) {
        const std::string_view entry = names.c_str() + at;
        Ref<Object> item = TRY(path_result(ts, entry, name.is_bytes()));
        TRY(list_append_owned(ts, *result, std::move(item)));
        at += entry.size() + 1;
    }
    return result;
}

Result<Ref<Object>> posix_scandir(Attached ts, Module&, Object* path) {
    PathArg name;
    TRY(name.get(ts, path, "scandir", "path", PathArg::kFd | PathArg::kNone));
    TRY(audit_values(ts, "os.scandir", path));
    DIR* dir = TRY(open_directory(ts, name));
    if (name.is_fd()) ::rewinddir(dir);
    auto made = new_object<ScandirIterator>(ts, scandir_iterator_type());
    if (!made.ok()) {
        ts.detached([&] { ::closedir(dir); });
        return already_raised();
    }
    Ref<ScandirIterator> scan = made.take();
    scan->dir = dir;
    scan->fd = name.fd();
    scan->bytes = name.is_bytes();
    const bool has_path = !name.is_fd() && !name.is_none();
    scan->path = nullptr;
    if (has_path && (is_str(*name.object()) || is_bytes(*name.object()) || !is_bytes_like(*name.object())))
        scan->path = Ref<Object>::share(*name.object()).release();
    else if (has_path)  // the entries' paths are bytes, whatever buffer the folder's was
        scan->path = TRY(bytes_new(ts, name.text())).release();
    if (name.is_none()) {  // entries of the current directory are shown as "./name"
        Ref<Str> here = TRY(str_new_ascii(ts, "."));
        scan->path = here.release();
    }
    return scan;
}

Result<void> posix_mkdir(Attached ts, Module&, Object& path, Opt<int> mode, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "mkdir", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    const auto bits = static_cast<mode_t>(mode.or_else(0777));
    TRY(audit_values(ts, "os.mkdir", &path, bits, audited_directory(directory)));
    TRY(checked_call(ts, name.object(), [&] { return ::mkdirat(directory, name.c_str(), bits); }));
    return {};
}
Result<void> posix_rmdir(Attached ts, Module&, Object& path, Object* dir_fd) {
    PathArg name;
    TRY(name.get(ts, &path, "rmdir", "path"));
    const int directory = TRY(directory_fd(ts, dir_fd));
    TRY(audit_values(ts, "os.rmdir", &path, audited_directory(directory)));
    TRY(checked_call(ts, name.object(), [&] { return ::unlinkat(directory, name.c_str(), AT_REMOVEDIR); }));
    return {};
}
Result<void> posix_chdir(Attached ts, Module&, Object& path) {
    PathArg name;
    TRY(name.get(ts, &path, "chdir", "path", PathArg::kFd));
    TRY(audit_values(ts, "os.chdir", &path));
    TRY(checked_call(ts, name.object(),
                     [&] { return name.is_fd() ? ::fchdir(name.fd()) : ::chdir(name.c_str()); }));
    return {};
}
Result<void> posix_fchdir(Attached ts, Module&, Object& fd) {
    const int which = TRY(descriptor(ts, fd));
    TRY(audit_values(ts, "os.chdir", which));
    TRY(checked_call(ts, nullptr, [&] { return ::fchdir(which); }));
    return {};
}
Result<Ref<Object>> posix_getcwd(Attached ts, Module&) {
    return current_directory(ts, false);
}
Result<Ref<Object>> posix_getcwdb(Attached ts, Module&) {
    return current_directory(ts, true);
}

const TypeSpec dir_entry_spec = {
    .name = "posix.DirEntry",
    .basicsize = sizeof(DirEntry),
    .flags = kTypeDisallowInstantiation,
    .methods = entry_methods,
    .getset = entry_getset,
    .dealloc = typed_slot<entry_dealloc>,
    .repr = typed_slot<entry_repr>,
};
const TypeSpec scandir_iterator_spec = {
    .name = "posix.ScandirIterator",
    .basicsize = sizeof(ScandirIterator),
    .flags = kTypeDisallowInstantiation,
    .methods = scandir_methods,
    .dealloc = typed_slot<scandir_dealloc>,
    .iter = typed_slot<scandir_self>,
    .iternext = typed_slot<scandir_next>,
};

}  // namespace baton
