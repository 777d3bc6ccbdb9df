// _stat: what the bits of a file's mode mean.
#include <sys/stat.h>

#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"

namespace baton {

namespace {

// Kinds of files that other systems have.
constexpr uint32_t kNoSuchKind = 0;

Result<uint32_t> mode_of(Attached ts, Object& mode) {
    if (!is_int(mode)) return raise(ts, Exc::TypeError, "an integer is required");
    auto& i = static_cast<Int&>(mode);
    if (int_sign(i) < 0) return raise(ts, Exc::OverflowError, "can't convert negative value to unsigned int");
    uint64_t bits;
    if (!int_as_uint64(i, &bits) || bits > UINT32_MAX)
        return raise(ts, Exc::OverflowError, "mode out of range");
    return static_cast<uint32_t>(bits);
}

template <uint32_t kind>
Result<bool> is_kind(Attached ts, Module&, Object& mode) {
    const uint32_t m = TRY(mode_of(ts, mode));
    return kind != kNoSuchKind && (m & S_IFMT) == kind;
}
Result<Index> stat_imode(Attached ts, Module&, Object& mode) {
    return Index{TRY(mode_of(ts, mode)) & 07777};
}
Result<Index> stat_ifmt(Attached ts, Module&, Object& mode) {
    return Index{TRY(mode_of(ts, mode)) & S_IFMT};
}
char letter_of_kind(uint32_t mode) {
    switch (mode & S_IFMT) {
        case S_IFREG:
            return '-';
        case S_IFDIR:
            return 'd';
        case S_IFLNK:
            return 'l';
        case S_IFBLK:
            return 'b';
        case S_IFCHR:
            return 'c';
        case S_IFIFO:
            return 'p';
        case S_IFSOCK:
            return 's';
        default:
            return '?';
    }
}
Result<Ref<Object>> stat_filemode(Attached ts, Module&, Object& mode) {
    const uint32_t m = TRY(mode_of(ts, mode));
    char text[10] = {letter_of_kind(m)};
    for (int i = 0; i < 9; ++i) text[i + 1] = m >> (8 - i) & 1 ? "rwx"[i % 3] : '-';
    // A special bit shows where the right to execute does, as a capital when that is missing.
    const struct {
        uint32_t bit;
        int at;
        char letter;
    } specials[] = {{S_ISUID, 3, 's'}, {S_ISGID, 6, 's'}, {S_ISVTX, 9, 't'}};
    for (const auto& s : specials) {
        if (m & s.bit) text[s.at] = text[s.at] == 'x' ? s.letter : static_cast<char>(s.letter - 'a' + 'A');
    }
    return str_new_ascii(ts, {text, sizeof text});
}

constexpr Method functions[] = {
    method<is_kind<S_IFDIR>>("S_ISDIR($module, mode, /)", "Whether the mode is that of a directory."),
    method<is_kind<S_IFCHR>>("S_ISCHR($module, mode, /)", "Whether the mode is that of a character device."),
    method<is_kind<S_IFBLK>>("S_ISBLK($module, mode, /)", "Whether the mode is that of a block device."),
    method<is_kind<S_IFREG>>("S_ISREG($module, mode, /)", "Whether the mode is that of an ordinary file."),
    method<is_kind<S_IFIFO>>("S_ISFIFO($module, mode, /)", "Whether the mode is that of a named pipe."),
    method<is_kind<S_IFLNK>>("S_ISLNK($module, mode, /)", "Whether the mode is that of a symbolic link."),
    method<is_kind<S_IFSOCK>>("S_ISSOCK($module, mode, /)", "Whether the mode is that of a socket."),
    method<is_kind<kNoSuchKind>>("S_ISDOOR($module, mode, /)", "False: there are no doors here."),
    method<is_kind<kNoSuchKind>>("S_ISPORT($module, mode, /)", "False: there are no event ports here."),
    method<is_kind<kNoSuchKind>>("S_ISWHT($module, mode, /)", "False: there are no whiteouts here."),
    method<stat_imode>("S_IMODE($module, mode, /)", "The part of the mode that chmod() can set."),
    method<stat_ifmt>("S_IFMT($module, mode, /)", "The part of the mode that says what kind of file it is."),
    method<stat_filemode>("filemode($module, mode, /)", "The mode as ls -l shows it: -rwxr-xr-x."),
    {},
};

struct Constant {
    const char* name;
    int64_t value;
};
constexpr Constant kConstants[] = {{"S_IFDIR", S_IFDIR},
                                   {"S_IFCHR", S_IFCHR},
                                   {"S_IFBLK", S_IFBLK},
                                   {"S_IFREG", S_IFREG},
                                   {"S_IFIFO", S_IFIFO},
                                   {"S_IFLNK", S_IFLNK},
                                   {"S_IFSOCK", S_IFSOCK},
                                   {"S_IFDOOR", kNoSuchKind},
                                   {"S_IFPORT", kNoSuchKind},
                                   {"S_IFWHT", kNoSuchKind},
                                   {"S_ISUID", S_ISUID},
                                   {"S_ISGID", S_ISGID},
                                   {"S_ISVTX", S_ISVTX},
                                   {"S_ENFMT", S_ISGID},
                                   {"S_IREAD", S_IRUSR},
                                   {"S_IWRITE", S_IWUSR},
                                   {"S_IEXEC", S_IXUSR},
                                   {"S_IRWXU", S_IRWXU},
                                   {"S_IRUSR", S_IRUSR},
                                   {"S_IWUSR", S_IWUSR},
                                   {"S_IXUSR", S_IXUSR},
                                   {"S_IRWXG", S_IRWXG},
                                   {"S_IRGRP", S_IRGRP},
                                   {"S_IWGRP", S_IWGRP},
                                   {"S_IXGRP", S_IXGRP},
                                   {"S_IRWXO", S_IRWXO},
                                   {"S_IROTH", S_IROTH},
                                   {"S_IWOTH", S_IWOTH},
                                   {"S_IXOTH", S_IXOTH},
                                   {"UF_NODUMP", 0x1},
                                   {"UF_IMMUTABLE", 0x2},
                                   {"UF_APPEND", 0x4},
                                   {"UF_OPAQUE", 0x8},
                                   {"UF_NOUNLINK", 0x10},
                                   {"UF_COMPRESSED", 0x20},
                                   {"UF_HIDDEN", 0x8000},
                                   {"SF_ARCHIVED", 0x10000},
                                   {"SF_IMMUTABLE", 0x20000},
                                   {"SF_APPEND", 0x40000},
                                   {"SF_NOUNLINK", 0x100000},
                                   {"SF_SNAPSHOT", 0x200000},
                                   {"ST_MODE", 0},
                                   {"ST_INO", 1},
                                   {"ST_DEV", 2},
                                   {"ST_NLINK", 3},
                                   {"ST_UID", 4},
                                   {"ST_GID", 5},
                                   {"ST_SIZE", 6},
                                   {"ST_ATIME", 7},
                                   {"ST_MTIME", 8},
                                   {"ST_CTIME", 9}};

Result<void> stat_exec(Attached ts, Module& m) {
    for (const Constant& c : kConstants) TRY(module_add_int(ts, m, c.name, c.value));
    return {};
}

}  // namespace

extern const ModuleSpec stat_module;
const ModuleSpec stat_module = {
    .name = "_stat",
    .doc = "What the bits of a file's mode mean.",
    .methods = functions,
    .exec = stat_exec,
};

}  // namespace baton
