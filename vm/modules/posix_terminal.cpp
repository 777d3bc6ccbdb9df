// posix: terminals, and the pairs of descriptors that play one.
#include <fcntl.h>
#include <langinfo.h>
#include <pty.h>
#include <unistd.h>
#include <utmp.h>

#include <cerrno>
#include <cstdio>

#include "runtime/object_ops.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"
#include "vm/modules/posix.h"
#include "vm/modules/posix_process.h"

namespace baton {

namespace {
Result<Ref<Object>> two_numbers(Attached ts, int64_t a, int64_t b) {
    const Value both[] = {Value::of_int(a), Value::of_int(b)};
    return tuple_from_values(ts, both, 2);
}
}  // namespace

Result<Ref<Object>> posix_openpty(Attached ts, Module&) {
    int master = -1, slave = -1, error = 0;
    const int result =
        system_call(ts, &error, [&] { return ::openpty(&master, &slave, nullptr, nullptr, nullptr); });
    if (result < 0) return raise_oserror(ts, error);
    for (const int fd : {master, slave}) {
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) == 0) continue;
        error = errno;
        (void)::close(master);
        (void)::close(slave);
        return raise_oserror(ts, error);
    }
    return two_numbers(ts, master, slave);
}
Result<Ref<Object>> posix_forkpty(Attached ts, Module&) {
    TRY(audit(ts, "os.forkpty", {}));
    int master = -1;
    const Index pid = TRY(posix_fork_by(
        ts, [](int* fd) { return ::forkpty(fd, nullptr, nullptr, nullptr); }, &master));
    return two_numbers(ts, pid, master);
}
Result<void> posix_login_tty(Attached ts, Module&, Object& fd) {
    const int terminal = TRY(descriptor(ts, fd));
    if (::login_tty(terminal) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<Index> posix_tcgetpgrp(Attached ts, Module&, int fd) {
    const pid_t group = ::tcgetpgrp(fd);
    if (group < 0) return raise_oserror(ts, errno);
    return group;
}
Result<void> posix_tcsetpgrp(Attached ts, Module&, int fd, int pgid) {
    if (::tcsetpgrp(fd, pgid) < 0) return raise_oserror(ts, errno);
    return {};
}
Result<Ref<Object>> posix_ctermid(Attached ts, Module&) {
    char name[L_ctermid];
    return fs_decode(ts, ::ctermid(name));
}
Result<Ref<Object>> posix_device_encoding(Attached ts, Module&, int fd) {
    if (::isatty(fd) == 0) return Ref<Object>::share(none());
    return str_new_utf8(ts, vm_interp(ts).config.utf8_mode ? "utf-8" : ::nl_langinfo(CODESET));
}

}  // namespace baton
