// See file_text.h.
#include "vm/file_text.h"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include "runtime/raise.h"
#include "runtime/types/str.h"

namespace baton {

Result<void> read_file(Attached ts, const std::string& path, std::string* out) {
    int error = ts.detached([&] {
        int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (fd < 0) return errno;
        char buffer[1 << 16];
        int result = 0;
        for (;;) {
            ssize_t n = ::read(fd, buffer, sizeof buffer);
            if (n > 0) {
                out->append(buffer, static_cast<size_t>(n));
            } else if (n == 0) {
                break;
            } else if (errno != EINTR) {
                result = errno;
                break;
            }
        }
        ::close(fd);
        return result;
    });
    if (!error) return {};
    auto name = TRY(str_new_utf8(ts, path));
    return raise_oserror(ts, error, name.get());
}

}  // namespace baton
