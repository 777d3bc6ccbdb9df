#include "vm/code_cache.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>

#include "runtime/types/dict.h"
#include "vm/code_bytes.h"
#include "vm/compile.h"
#include "vm/file_text.h"
#include "vm/fs_text.h"
#include "vm/modules/marshal.h"
#include "vm/run.h"

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

std::string cached_instead_of(const Config& config, std::string_view path) {
    const std::string ending = "." + code_cache_tag() + ".pyc";
    constexpr std::string_view kFolder = "/__pycache__/";
    if (config.code_cache.empty() || path.size() < ending.size() ||
        path.substr(path.size() - ending.size()) != ending ||
        path.substr(0, config.stdlib_dir.size()) != config.stdlib_dir)
        return {};
    const size_t at = path.rfind(kFolder);
    if (at == path.npos) return {};
    std::string found = config.code_cache;
    found.append(path.substr(0, at)).append("/").append(path.substr(at + kFolder.size()));
    return ::access(found.c_str(), R_OK) == 0 ? found : std::string();
}

Result<void> install_code_cache(Attached ts, Module& external) {
    constexpr std::string_view kSource = R"(
def _cache_bytecode(self, source_path, bytecode_path, data, *, _write=SourceFileLoader._cache_bytecode):
    if not source_path.startswith(_library_folder):
        return _write(self, source_path, bytecode_path, data)
SourceFileLoader._cache_bytecode = _cache_bytecode
del _cache_bytecode
)";
    const Ref<Str> folder = TRY(fs_decode(ts, vm_interp(ts).config.stdlib_dir + "/"));
    TRY(dict_set_str(ts, *external.dict, *TRY(str_intern_utf8(ts, "_library_folder")), *folder));
    const Ref<Str> file = TRY(str_intern_utf8(ts, "<frozen importlib._bootstrap_external>"));
    const Ref<Code> code = TRY(compile_source(ts, kSource, *file, CompileMode::Exec, {}, 0));
    TRY(run_code(ts, *code, *external.dict, nullptr));
    return {};
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
