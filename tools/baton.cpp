// The `baton` command: the library's Py_BytesMain, memory settings that only a whole process may choose, and
// `baton exec PROGRAM ...`, which runs a program that was linked with CPython's shared library on ours.
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include <malloc.h>
#include <unistd.h>

extern "C" int Py_BytesMain(int argc, char** argv);

namespace {

int exec_on_baton(char** argv) {
    char self[4096];
    ssize_t n = ::readlink("/proc/self/exe", self, sizeof self);
    if (n <= 0 || static_cast<size_t>(n) == sizeof self) {
        std::fprintf(stderr, "baton exec: cannot find out where baton is\n");
        return 1;
    }
    std::string folder(self, static_cast<size_t>(n));
    folder.resize(folder.rfind('/'));
    std::string path = folder + "/../" BATON_LIBDIR "/baton/compat";
    if (::access((path + "/libpython3.11.so.1.0").c_str(), R_OK) != 0) {
        std::fprintf(stderr, "baton exec: %s/libpython3.11.so.1.0: %s\n", path.c_str(), std::strerror(errno));
        return 1;
    }
    if (const char* old = std::getenv("LD_LIBRARY_PATH"); old && *old) path.append(":").append(old);
    ::setenv("LD_LIBRARY_PATH", path.c_str(), 1);
    ::execvp(argv[0], argv);
    const int why = errno;
    std::fprintf(stderr, "baton exec: %s: %s\n", argv[0], std::strerror(why));
    return why == ENOENT ? 127 : 126;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc > 2 && std::strcmp(argv[1], "exec") == 0) return exec_on_baton(argv + 2);
    // Tables of dicts, sets and lists come and go by the megabyte: what is freed is kept for the next one
    // instead of being unmapped and faulted in again. An embedding program decides that for itself.
    mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, 64 << 20);
    return Py_BytesMain(argc, argv);
}
