// Compiling and running source from strings and files, the paths of the installation, the main program.
#include <unistd.h>

#include "capi/shared.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "threadstate/process_state.h"
#include "threadstate/spawn.h"
#include "vm/audit.h"
#include "vm/code.h"
#include "vm/compile.h"
#include "vm/fs_text.h"
#include "vm/lifecycle.h"
#include "vm/print_exception.h"

namespace baton::api {

namespace {
constexpr int kIgnoreCookie = 0x800, kCompileMask = 0x7600;  // PyCF_*: those that compile() takes
const char* mode_name(int start) {
    return start == 256 ? "single" : start == 258 ? "eval" : start == 345 ? "func_type" : "exec";
}
// compile(source, filename, mode, flags, True, optimize)
Result<Ref<Object>> compile_text(Attached ts, std::string_view source, Object& filename, int start,
                                 CCompilerFlags* flags, int optimize) {
    const int bits = flags ? flags->flags : 0;
    Ref<Object> text = bits & kIgnoreCookie ? Ref<Object>(TRY(decode_utf8(ts, source, nullptr)))
                                            : Ref<Object>(TRY(bytes_new(ts, source)));
    auto mode = TRY(str_new_ascii(ts, mode_name(start)));
    auto given = TRY(box_int(ts, bits & (kFutureMask | kCompileMask))), level = TRY(box_int(ts, optimize));
    auto compile = TRY(get_attr(ts, *TRY(Result<Ref<Object>>::from_c(PyImport_ImportModule(ts, "builtins"))),
                                *TRY(str_intern_utf8(ts, "compile"))));
    auto code = TRY(call(ts, *compile,
                         {text.get(), &filename, mode.get(), given.get(), &bool_object(true), level.get()}));
    if (flags && is_code(*code)) flags->flags |= static_cast<Code&>(*code).flags & kFutureMask;
    return code;
}
Result<std::string> whole_file(Attached ts, FILE* f, bool close) {
    std::string all;
    int error = 0;
    ts.detached([&] {
        char buffer[8192];
        size_t n;
        while ((n = fread(buffer, 1, sizeof buffer, f)) > 0) all.append(buffer, n);
        if (ferror(f)) error = errno ? errno : EIO;
        if (close) (void)fclose(f);
    });
    if (error) return raise_oserror(ts, error);
    return all;
}
int report(Attached ts, bool ok) {
    if (ok) return 0;
    int code;
    if (system_exit_status(ts, &code)) Py_Exit(ts, code);
    print_pending(ts);
    return -1;
}
}  // namespace

Object* Py_CompileStringObject(Attached ts, const char* text, Object* filename, int start,
                               CCompilerFlags* flags, int optimize) {
    // Text in memory is UTF-8; a cookie counts unless the flags say otherwise.
    return give(compile_text(ts, text, *filename, start, flags, optimize));
}
Object* Py_CompileStringExFlags(Attached ts, const char* text, const char* filename, int start,
                                CCompilerFlags* flags, int optimize) {
    auto name = fs_decode(ts, filename);
    return name.ok() ? Py_CompileStringObject(ts, text, name.get(), start, flags, optimize) : nullptr;
}
Object* Py_CompileStringFlags(Attached ts, const char* text, const char* filename, int start,
                              CCompilerFlags* flags) {
    return Py_CompileStringExFlags(ts, text, filename, start, flags, -1);
}

// ---- files ----
// As fgets, but every kind of line end becomes a newline. Streams only: an object instead of one is refused.
char* Py_UniversalNewlineFgets(char* buffer, int n, FILE* stream, Object* object) {
    if (object) {
        errno = ENXIO;
        return nullptr;
    }
    char* to = buffer;
    flockfile(stream);
    while (--n > 0) {
        int c = getc_unlocked(stream);
        if (c == EOF) break;
        if (c == '\r') {
            const int next = getc_unlocked(stream);
            if (next != '\n' && next != EOF) ungetc(next, stream);
            c = '\n';
        }
        *to++ = static_cast<char>(c);
        if (c == '\n') break;
    }
    funlockfile(stream);
    if (to == buffer) return nullptr;
    *to = 0;
    return buffer;
}
Object* PyRun_FileExFlags(Attached ts, FILE* f, const char* filename, int start, Object* globals,
                          Object* locals, int close, CCompilerFlags* flags) {
    auto run = [&]() -> Result<Ref<Object>> {
        auto source = TRY(whole_file(ts, f, close != 0));
        auto name = TRY(fs_decode(ts, filename));
        auto code = TRY(compile_text(ts, source, *name, start, flags, -1));
        auto& d = static_cast<Dict&>(*globals);
        if (!dict_find_str(d, id(Name::__builtins__)))
            TRY(dict_set_str(ts, d, id(Name::__builtins__), *interp(ts).builtins));
        TRY(audit_values(ts, "exec", code.get()));
        return Result<Ref<Object>>::from_c(PyEval_EvalCode(ts, code.get(), globals, locals));
    };
    return give(run());
}
Object* PyRun_FileEx(Attached ts, FILE* f, const char* name, int start, Object* globals, Object* locals,
                     int close) {
    return PyRun_FileExFlags(ts, f, name, start, globals, locals, close, nullptr);
}
Object* PyRun_FileFlags(Attached ts, FILE* f, const char* name, int start, Object* globals, Object* locals,
                        CCompilerFlags* flags) {
    return PyRun_FileExFlags(ts, f, name, start, globals, locals, 0, flags);
}
Object* PyRun_File(Attached ts, FILE* f, const char* name, int start, Object* globals, Object* locals) {
    return PyRun_FileExFlags(ts, f, name, start, globals, locals, 0, nullptr);
}
int PyRun_SimpleFileExFlags(Attached ts, FILE* f, const char* filename, int close, CCompilerFlags* flags) {
    auto run = [&]() -> Result<void> {
        Object* m = PyImport_AddModule(ts, "__main__");
        if (!m) return already_raised();
        auto module = Ref<Object>::share(*m);
        Dict& d = *static_cast<Module&>(*module).dict;
        const bool named = dict_find_str(d, id(Name::__file__));
        if (!named) {
            TRY(dict_set_str(ts, d, id(Name::__file__), *TRY(fs_decode(ts, filename))));
            TRY(dict_set_str(ts, d, *TRY(str_intern_utf8(ts, "__cached__")), none()));
        }
        auto result = OptRef<Object>::steal(PyRun_FileExFlags(ts, f, filename, 257, &d, &d, close, flags));
        auto held = fetch(ts);
        if (!named) {
            bool gone = dict_del(ts, d, id(Name::__file__)).ok() &&
                        dict_del(ts, d, *TRY(str_intern_utf8(ts, "__cached__"))).ok();
            if (!gone) clear_pending(ts);
        }
        if (held) restore(ts, std::move(held).take());
        if (!result) return already_raised();
        return {};
    };
    return report(ts, run().ok());
}
int PyRun_SimpleFileEx(Attached ts, FILE* f, const char* name, int close) {
    return PyRun_SimpleFileExFlags(ts, f, name, close, nullptr);
}
int PyRun_SimpleFile(Attached ts, FILE* f, const char* name) {
    return PyRun_SimpleFileExFlags(ts, f, name, 0, nullptr);
}

// ---- the main program and its paths ----
int Py_Main(int argc, wchar_t** argv) {
    std::vector<char*> narrow;
    for (int i = 0; i < argc; ++i) narrow.push_back(Py_EncodeLocale(argv[i], nullptr));
    narrow.push_back(nullptr);
    const int status = Py_BytesMain(argc, narrow.data());
    for (char* text : narrow) PyMem_RawFree(text);
    return status;
}
std::string text_of_wide(const wchar_t* text) {
    char* bytes = text ? Py_EncodeLocale(text, nullptr) : nullptr;
    std::string out = bytes ? bytes : "";
    PyMem_RawFree(bytes);
    return out;
}
namespace {
// The text as the caller may keep it until the next initialisation.
wchar_t* shown(const char* what, const std::string& text) {
    wchar_t* wide = Py_DecodeLocale(text.c_str(), nullptr);
    std::wstring& kept = start_up_record().shown[what];
    if (!wide || kept != wide) kept = wide ? wide : L"";
    PyMem_RawFree(wide);
    return kept.data();
}
}  // namespace
wchar_t* Py_GetPrefix() {
    return shown("prefix", start_up_record().config.prefix);
}
wchar_t* Py_GetExecPrefix() {
    return shown("exec_prefix", start_up_record().config.prefix);
}
wchar_t* Py_GetProgramFullPath() {
    return shown("executable", start_up_record().config.executable);
}
wchar_t* Py_GetProgramName() {
    const StartUp& start = start_up_record();
    const std::string program = start.set_program.value_or(start.config.program);
    return program.empty() ? nullptr : shown("program", program);
}
wchar_t* Py_GetPythonHome() {
    const StartUp& start = start_up_record();
    const std::string home = start.config.home.empty() ? start.set_home.value_or("") : start.config.home;
    return home.empty() ? nullptr : shown("home", home);
}
wchar_t* Py_GetPath() {
    const Config& c = start_up_record().config;
    std::string all;
    const auto add = [&](const std::string& folder) {
        if (!all.empty()) all += ':';
        all += folder;
    };
    for (const std::string& folder : c.module_search_paths_set ? c.module_search_paths : c.python_path)
        add(folder);
    if (!c.module_search_paths_set && !c.stdlib_dir.empty()) {
        add(c.stdlib_dir);
        add(c.stdlib_dir + "/lib-dynload");
    }
    return shown("path", all);
}
size_t PyThread_get_stacksize() {
    ThreadState* t = current_or_null();
    return t ? t->interp->stack_size : 0;
}
int PyThread_set_stacksize(size_t size) {
    ThreadState* t = current_or_null();
    return t ? set_stack_size(*t->interp, size) : -1;
}
const char* _PyMem_GetCurrentAllocatorName() {
    return "baton";
}

}  // namespace baton::api
