// posix: extended attributes of files.
#include <linux/limits.h>
#include <sys/xattr.h>

#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/modules/posix.h"

namespace baton {

Result<Ref<Object>> posix_getxattr(Attached ts, Module&, Object& path, Object& attribute,
                                   Opt<bool> follow_symlinks) {
    PathArg name, key;
    TRY(name.get(ts, &path, "getxattr", "path", PathArg::kFd));
    TRY(key.get(ts, &attribute, "getxattr", "attribute"));
    TRY(audit_values(ts, "os.getxattr", &path, &attribute));
    const bool follow = follow_symlinks.or_else(true);
    std::string value(XATTR_SIZE_MAX, '\0');
    const int64_t length = TRY(checked_call(ts, name.object(), [&] {
        if (name.is_fd()) return ::fgetxattr(name.fd(), key.c_str(), value.data(), value.size());
        return follow ? ::getxattr(name.c_str(), key.c_str(), value.data(), value.size())
                      : ::lgetxattr(name.c_str(), key.c_str(), value.data(), value.size());
    }));
    return bytes_new(ts, std::string_view(value).substr(0, static_cast<size_t>(length)));
}
Result<void> posix_setxattr(Attached ts, Module&, Object& path, Object& attribute, Object& value,
                            Opt<int> flags, Opt<bool> follow_symlinks) {
    PathArg name, key;
    TRY(name.get(ts, &path, "setxattr", "path", PathArg::kFd));
    TRY(key.get(ts, &attribute, "setxattr", "attribute"));
    BytesLike data;
    TRY(data.get(ts, value));
    const bool follow = follow_symlinks.or_else(true);
    const int how = flags.or_else(0);
    TRY(audit_values(ts, "os.setxattr", &path, &attribute, &value, how));
    const std::string_view bytes = data.view();
    TRY(checked_call(ts, name.object(), [&] {
        if (name.is_fd()) return ::fsetxattr(name.fd(), key.c_str(), bytes.data(), bytes.size(), how);
        return follow ? ::setxattr(name.c_str(), key.c_str(), bytes.data(), bytes.size(), how)
                      : ::lsetxattr(name.c_str(), key.c_str(), bytes.data(), bytes.size(), how);
    }));
    return {};
}
Result<void> posix_removexattr(Attached ts, Module&, Object& path, Object& attribute,
                               Opt<bool> follow_symlinks) {
    PathArg name, key;
    TRY(name.get(ts, &path, "removexattr", "path", PathArg::kFd));
    TRY(key.get(ts, &attribute, "removexattr", "attribute"));
    TRY(audit_values(ts, "os.removexattr", &path, &attribute));
    const bool follow = follow_symlinks.or_else(true);
    TRY(checked_call(ts, name.object(), [&] {
        if (name.is_fd()) return ::fremovexattr(name.fd(), key.c_str());
        return follow ? ::removexattr(name.c_str(), key.c_str()) : ::lremovexattr(name.c_str(), key.c_str());
    }));
    return {};
}
Result<Ref<Object>> posix_listxattr(Attached ts, Module&, Object* path, Opt<bool> follow_symlinks) {
    PathArg name;
    TRY(name.get(ts, path, "listxattr", "path", PathArg::kFd | PathArg::kNone));
    TRY(audit_values(ts, "os.listxattr", path));
    const bool follow = follow_symlinks.or_else(true);
    std::string names(XATTR_LIST_MAX, '\0');
    const char* where = name.is_none() ? "." : name.c_str();
    const int64_t length = TRY(checked_call(ts, name.object(), [&] {
        if (name.is_fd()) return ::flistxattr(name.fd(), names.data(), names.size());
        return follow ? ::listxattr(where, names.data(), names.size())
                      : ::llistxattr(where, names.data(), names.size());
    }));
    Ref<List> result = TRY(list_new(ts, 0));
    for (size_t at = 0; at < static_cast<size_t>(length);) {
        const std::string_view entry = names.c_str() + at;
        Ref<Str> item = TRY(fs_decode(ts, entry));
        TRY(list_append_owned(ts, *result, std::move(item)));
        at += entry.size() + 1;
    }
    return result;
}

}  // namespace baton
