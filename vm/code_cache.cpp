#include "vm/code_cache.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "vm/code_bytes.h"
#include "vm/file_text.h"
#include "vm/modules/marshal.h"

namespace baton {

std::string code_cache_tag() {
    return fmt::format("baton-311-{:08x}", static_cast<uint32_t>(code_format() >> 32));
}

std::string find_code_cache() {
    Dl_info library;
    if (!dladdr(reinterpret_cast<void*>(&code_cache_tag), &library) || !library.dli_fname) return {};
    std::string path = library.dli_fname;
    path = path.substr(0, path.rfind('/') + 1) + "baton/code";
    if (char* real = ::realpath(path.c_str(), nullptr)) {
        path = real;
        std::free(real);
    }
    struct stat s;
    return ::stat(path.c_str(), &s) == 0 && S_ISDIR(s.st_mode) ? path : std::string();
}

// As a .pyc file: magic number, flags, time and size of the source, the code. The number is importlib's own
// affair, and it is not there yet.
Result<OptRef<Code>> cached_bootstrap(Attached ts, const std::string& cache, const std::string& source) {
    constexpr size_t kHeader = 16;
    if (cache.empty() || source.size() < 3) return OptRef<Code>();
    std::string path =
        fmt::format("{}{}.frozen.{}.pyc", cache, source.substr(0, source.size() - 3), code_cache_tag());
    struct stat s;
    bool there =
        ts.detached([&] { return ::access(path.c_str(), R_OK) == 0 && ::stat(source.c_str(), &s) == 0; });
    if (!there) return OptRef<Code>();
    std::string bytes;
    TRY(read_file(ts, path, &bytes));
    uint32_t header[4];
    if (bytes.size() <= kHeader) return OptRef<Code>();
    std::memcpy(header, bytes.data(), kHeader);
    if (header[1] != 0 || header[2] != static_cast<uint32_t>(s.st_mtime) ||
        header[3] != static_cast<uint32_t>(s.st_size)) {
        return OptRef<Code>();
    }
    auto o = TRY(marshal_read(ts, std::string_view(bytes).substr(kHeader)));
    if (!is_code(*o)) return OptRef<Code>();
    return OptRef<Code>(std::move(o).cast<Code>());
}

}  // namespace baton
