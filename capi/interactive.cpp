// Statements and lines that are typed: PyRun_Interactive*, PyRun_AnyFile*, PyOS_Readline.
#include "vm/interactive.h"

#include <unistd.h>

#include <cstring>
#include <string>

#include "capi/shared.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "threadstate/signals.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/lifecycle.h"
#include "vm/run.h"
#include "vm/std_printer.h"

namespace baton {

BATON_DATA int (*PyOS_InputHook)();
BATON_DATA char* (*PyOS_ReadlineFunctionPointer)(FILE*, FILE*, const char*);
BATON_DATA ThreadState* _PyOS_ReadlineTState;

}  // namespace baton

namespace baton::api {

namespace {
constexpr int kEndOfInput = 11;  // E_EOF

// Runs one statement in __main__. True in *ended: the input is over.
Result<void> one_statement(Attached ts, FILE* stream, Str& file, bool* ended) {
    const OptRef<Code> code = TRY(read_statement(ts, stream, file, ended));
    if (!code) return {};
    Object* m = PyImport_AddModule(ts, "__main__");
    if (!m) return already_raised();
    const auto module = Ref<Object>::share(*m);
    Dict& names = *static_cast<Module&>(*module).dict;
    if (!dict_find_str(names, id(Name::__builtins__)))
        TRY(dict_set_str(ts, names, id(Name::__builtins__), *interp(ts).builtins));
    TRY(audit_values(ts, "exec", code.get()));
    TRY(run_code(ts, *code, names, nullptr));
    (void)flush_standard_streams(ts);
    return {};
}
int failed(Attached ts) {
    PyErr_Print(ts);
    (void)flush_standard_streams(ts);
    return -1;
}
}  // namespace

int PyRun_InteractiveOneObject(Attached ts, FILE* stream, Object* filename, CCompilerFlags*) {
    bool ended = false;
    Str* file = text_of(ts, filename);
    if (!file || !one_statement(ts, stream, *file, &ended).ok()) return failed(ts);
    return ended ? kEndOfInput : 0;
}
int PyRun_InteractiveOneFlags(Attached ts, FILE* stream, const char* filename, CCompilerFlags* flags) {
    auto file = fs_decode(ts, filename);
    if (!file.ok()) return failed(ts);
    return PyRun_InteractiveOneObject(ts, stream, file.take().get(), flags);
}
int PyRun_InteractiveOne(Attached ts, FILE* stream, const char* filename) {
    return PyRun_InteractiveOneFlags(ts, stream, filename, nullptr);
}
// Errors are shown, and the conversation goes on to the end of the input.
int PyRun_InteractiveLoopFlags(Attached ts, FILE* stream, const char* filename, CCompilerFlags*) {
    auto name = fs_decode(ts, filename);
    if (!name.ok() || !set_prompts(ts).ok()) return failed(ts);
    const Ref<Str> file = name.take();
    for (bool ended = false; !ended;) {
        if (!one_statement(ts, stream, *file, &ended).ok()) (void)failed(ts);
    }
    return 0;
}
int PyRun_InteractiveLoop(Attached ts, FILE* stream, const char* filename) {
    return PyRun_InteractiveLoopFlags(ts, stream, filename, nullptr);
}
int PyRun_AnyFileExFlags(Attached ts, FILE* stream, const char* filename, int close, CCompilerFlags* flags) {
    const char* name = filename ? filename : "???";
    if (!Py_FdIsInteractive(stream, name)) return PyRun_SimpleFileExFlags(ts, stream, name, close, flags);
    const int status = PyRun_InteractiveLoopFlags(ts, stream, name, flags);
    if (close) ts.detached([&] { std::fclose(stream); });
    return status;
}
int PyRun_AnyFileFlags(Attached ts, FILE* stream, const char* filename, CCompilerFlags* flags) {
    return PyRun_AnyFileExFlags(ts, stream, filename, 0, flags);
}
int PyRun_AnyFileEx(Attached ts, FILE* stream, const char* filename, int close) {
    return PyRun_AnyFileExFlags(ts, stream, filename, close, nullptr);
}
int PyRun_AnyFile(Attached ts, FILE* stream, const char* filename) {
    return PyRun_AnyFileExFlags(ts, stream, filename, 0, nullptr);
}

namespace {
// A line with its newline; empty at the end of the input. False: a signal handler raised.
bool plain_line(Attached ts, FILE* input, const char* prompt, std::string* line) {
    ts.detached([&] {
        std::fflush(stdout);
        if (prompt) std::fputs(prompt, stderr);
        std::fflush(stderr);
    });
    for (;;) {
        if (PyOS_InputHook) PyOS_InputHook();
        const bool broken_off = ts.detached([&] {
            errno = 0;
            for (int c; (c = std::getc(input)) != EOF;) {
                line->push_back(static_cast<char>(c));
                if (c == '\n') return false;
            }
            const bool interrupted = std::ferror(input) && errno == EINTR;
            std::clearerr(input);
            return interrupted;
        });
        if (!broken_off) return true;
        if (handle_signals(ts) < 0) return false;
    }
}
}  // namespace

// What readline installed is asked at a terminal only. It is called detached, and its text is malloc's.
char* PyOS_Readline(Attached ts, FILE* input, FILE* output, const char* prompt) {
    if (_PyOS_ReadlineTState == &ts.state()) {
        (void)raise(ts, Exc::RuntimeError, "can't re-enter readline");
        return nullptr;
    }
    std::string line;
    if (PyOS_ReadlineFunctionPointer && ::isatty(fileno(input)) && ::isatty(fileno(output))) {
        _PyOS_ReadlineTState = &ts.state();
        char* given = ts.detached([&] { return PyOS_ReadlineFunctionPointer(input, output, prompt); });
        _PyOS_ReadlineTState = nullptr;
        if (!given) return nullptr;
        line = given;
        PyMem_RawFree(given);
    } else if (!plain_line(ts, input, prompt, &line)) {
        return nullptr;
    }
    auto* copy = static_cast<char*>(PyMem_Malloc(ts, line.size() + 1));
    if (!copy) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    std::memcpy(copy, line.c_str(), line.size() + 1);
    return copy;
}

Object* PyFile_NewStdPrinter(Attached ts, int fd) {
    return give(std_printer_new(ts, fd));
}

}  // namespace baton::api
