// See main.h.
#include "vm/main.h"

#include <csignal>
#include <cstring>
#include <cstdio>
#include <cstdlib>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/format.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "threadstate/finalize.h"
#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/command_line.h"
#include "vm/compile.h"
#include "vm/disassemble.h"
#include "vm/file_text.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/interactive.h"
#include "vm/lifecycle.h"
#include "vm/modules/marshal.h"
#include "vm/print_exception.h"
#include "vm/run.h"
#include "vm/source_text.h"
#include "vm/sys_access.h"
#include "vm/text_locale.h"
#include "vm/usage.h"

namespace baton {
namespace {

Result<Dict*> main_names(Attached ts) {
    Object* m = TRY(dict_find(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, "__main__")))).value;
    if (!m || !is_module(*m)) return raise(ts, Exc::RuntimeError, "lost __main__");
    return static_cast<Module*>(m)->dict;
}

Result<void> put_path_first(Attached ts, std::string_view entry) {
    auto path = sys_get(ts, id(Name::path));
    if (!path || !is_list(*path)) return {};
    auto text = TRY(fs_decode(ts, entry));
    return list_insert(ts, static_cast<List&>(*path), 0, *text);
}

// Compiles and runs a program in __main__, or shows its register code.
Result<void> run_source(Attached ts, const CommandLine& cmd, std::string_view source, std::string_view name,
                        bool text) {
    auto filename = TRY(fs_decode(ts, name));
    CompileFlags flags;
    flags.source_is_text = text;
    auto code = TRY(compile_source(ts, source, *filename, CompileMode::Exec, flags, cmd.config.optimize));
    if (cmd.dis) {
        std::string listing = disassemble_all(*code);
        ts.detached([&] { std::fwrite(listing.data(), 1, listing.size(), stdout); });
        return {};
    }
    Dict& names = *TRY(main_names(ts));
    TRY(audit_values(ts, "exec", code.get()));
    TRY(run_code(ts, *code, names, nullptr));
    return {};
}

Result<void> run_module_as_main(Attached ts, std::string_view name, bool set_argv0) {
    auto runpy = TRY(import_module(ts, "runpy"));
    auto function = TRY(str_intern_utf8(ts, "_run_module_as_main"));
    auto module = TRY(fs_decode(ts, name));
    TRY(audit_values(ts, "cpython.run_module", module.get()));
    TRY(call_method(ts, *runpy, *function, {module.get(), &bool_object(set_argv0)}));
    return {};
}

std::string current_folder() {
    char folder[4096];
    return ::getcwd(folder, sizeof folder) ? folder : ".";
}
// Under the current folder when relative, not otherwise changed.
std::string absolute(const std::string& path) {
    return !path.empty() && path[0] == '/' ? path : current_folder() + "/" + path;
}

std::string directory_of(const std::string& script) {
    char resolved[4096];
    std::string real = ::realpath(script.c_str(), resolved) ? resolved : script;
    size_t slash = real.rfind('/');
    return slash == real.npos ? "" : slash == 0 ? "/" : real.substr(0, slash);
}

// Whether one of sys.path_hooks makes something of the path: an archive, a folder.
Result<bool> has_importer(Attached ts, const std::string& path) {
    struct stat st;
    if (::stat(path.c_str(), &st) == 0 && S_ISDIR(st.st_mode)) return true;
    auto hooks = sys_get(ts, id(Name::path_hooks));
    if (!hooks || !is_list(*hooks)) return false;
    auto text = TRY(fs_decode(ts, path));
    auto copy = TRY(to_list(ts, *hooks));
    for (Index i = 0; i < copy->size; ++i) {
        auto importer = call(ts, *copy->item[i], {text.get()});
        if (importer.ok()) return true;
        if (!pending_is(ts, Exc::ImportError)) return already_raised();
        clear_pending(ts);
    }
    return false;
}

// __file__, __cached__ and the loader, as importlib would set them.
Result<void> describe_script(Attached ts, Dict& names, Str& file, const char* loader_type) {
    TRY(dict_set_str(ts, names, id(Name::__file__), file));
    TRY(dict_set_str(ts, names, id(Name::__cached__), none()));
    auto external =
        TRY(dict_find(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, "_frozen_importlib_external"))))
            .value;
    if (!external) return {};
    auto make = TRY(get_attr(ts, *external, *TRY(str_intern_utf8(ts, loader_type))));
    auto main_name = TRY(str_intern_utf8(ts, "__main__"));
    auto loader = TRY(call(ts, *make, {main_name.get(), &file}));
    return dict_set_str(ts, names, id(Name::__loader__), *loader);
}

Result<Ref<Bytes>> compiled_magic(Attached ts) {
    Object* external =
        TRY(dict_find(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, "_frozen_importlib_external"))))
            .value;
    if (!external) return raise(ts, Exc::RuntimeError, "lost _frozen_importlib_external");
    auto magic = TRY(get_attr(ts, *external, *TRY(str_intern_utf8(ts, "MAGIC_NUMBER"))));
    if (!is_bytes(*magic) || static_cast<Bytes&>(*magic).size != 4)
        return raise(ts, Exc::TypeError, "MAGIC_NUMBER is not four bytes");
    return std::move(magic).cast<Bytes>();
}

// A compiled module: by its name, or by the number it starts with.
Result<bool> is_compiled(Attached ts, const std::string& path, std::string_view bytes) {
    if (path.size() > 4 && path.compare(path.size() - 4, 4, ".pyc") == 0) return true;
    const Ref<Bytes> magic = TRY(compiled_magic(ts));
    return bytes.substr(0, 2) == std::string_view(magic->data, 2) && bytes.size() >= 4 && bytes[2] == '\r' &&
           bytes[3] == '\n';
}
Result<void> run_compiled(Attached ts, std::string_view bytes) {
    constexpr size_t kHeader = 16;
    const Ref<Bytes> magic = TRY(compiled_magic(ts));
    if (bytes.size() < kHeader || bytes.substr(0, 4) != std::string_view(magic->data, 4))
        return raise(ts, Exc::RuntimeError, "Bad magic number in .pyc file");
    const Ref<Object> code = TRY(marshal_read(ts, bytes.substr(kHeader)));
    if (!is_code(*code)) return raise(ts, Exc::RuntimeError, "Bad code object in .pyc file");
    Dict& names = *TRY(main_names(ts));
    TRY(audit_values(ts, "exec", code.get()));
    TRY(run_code(ts, static_cast<Code&>(*code), names, nullptr));
    return {};
}

Result<void> run_file(Attached ts, const CommandLine& cmd) {
    const std::string path = absolute(cmd.what);
    if (TRY(has_importer(ts, path))) {
        TRY(put_path_first(ts, path));
        return run_module_as_main(ts, "__main__", false);
    }
    if (is_audited(ts)) {
        const Ref<Object> name = TRY(fs_decode(ts, path));
        TRY(audit_values(ts, "cpython.run_file", name.get()));
    }
    std::string source;
    if (!read_file(ts, path, &source).ok()) {
        auto e = fetch(ts).take();
        auto code = get_attr(ts, *e, id(Name::errno_));
        int64_t number = 0;
        if (code.ok() && is_int(*code)) (void)int_fits_tag(static_cast<Int&>(*code), &number);
        clear_pending(ts);
        write_stderr(ts, fmt::format("{}: can't open file '{}': [Errno {}] {}\n", cmd.config.program, path,
                                     number, strerror(static_cast<int>(number))));
        return raise_with(ts, Exc::SystemExit, small_int(2));
    }
    if (!cmd.config.safe_path) TRY(put_path_first(ts, directory_of(path)));
    Dict& names = *TRY(main_names(ts));
    auto file = TRY(fs_decode(ts, path));
    const bool compiled = TRY(is_compiled(ts, path, source));
    TRY(describe_script(ts, names, *file, compiled ? "SourcelessFileLoader" : "SourceFileLoader"));
    if (compiled) return run_compiled(ts, source);
    if (auto bad = ast::find_undeclared_bytes(source)) {
        return raise(
            ts, Exc::SyntaxError,
            "Non-UTF-8 code starting with '\\x{:02x}' in file {} on line {}, but no encoding declared; "
            "see https://peps.python.org/pep-0263/ for details",
            bad->byte, path, bad->line);
    }
    if (cmd.config.skip_source_first_line)
        source.erase(0, source.find('\n') == source.npos ? source.size() : source.find('\n'));
    return run_source(ts, cmd, source, path, false);
}

bool is_conversation(const Config& config) {
    return config.interactive || ::isatty(0) == 1;
}

Result<void> run_standard_input(Attached ts, const CommandLine& cmd) {
    TRY(audit(ts, "cpython.run_stdin", {}));
    if (!cmd.config.safe_path) TRY(put_path_first(ts, ""));
    if (is_conversation(cmd.config)) {
        greet(ts);
        return converse(ts, *TRY(main_names(ts)), true);
    }
    std::string source;
    ts.detached([&] {
        char buffer[1 << 14];
        ssize_t n;
        while ((n = ::read(0, buffer, sizeof buffer)) > 0) source.append(buffer, static_cast<size_t>(n));
    });
    return run_source(ts, cmd, source, "<stdin>", false);
}

Result<void> run_command_text(Attached ts, const CommandLine& cmd) {
    if (!cmd.config.safe_path) TRY(put_path_first(ts, ""));
    // Bytes that are not UTF-8 come as lone surrogates, which source text cannot hold.
    auto text = TRY(fs_decode(ts, cmd.what));
    TRY(audit_values(ts, "cpython.run_command", text.get()));
    if (!str_as_utf8(ts, *text).ok()) {
        write_stderr(ts, "Unable to decode the command from the command line:\n");
        return already_raised();
    }
    return run_source(ts, cmd, cmd.what, "<string>", true);
}

Result<void> run(Attached ts, const CommandLine& cmd) {
    switch (cmd.run) {
        case CommandLine::Run::file:
            return run_file(ts, cmd);
        case CommandLine::Run::command:
            return run_command_text(ts, cmd);
        case CommandLine::Run::module:
            if (!cmd.config.safe_path) TRY(put_path_first(ts, current_folder()));
            return run_module_as_main(ts, cmd.what, true);
        case CommandLine::Run::standard_input:
            return run_standard_input(ts, cmd);
        case CommandLine::Run::nothing:
            break;
    }
    return {};
}

// -i, or PYTHONINSPECT set by now: a prompt when the script is done.
bool wants_inspection(const CommandLine& cmd) {
    if (cmd.run == CommandLine::Run::standard_input && is_conversation(cmd.config)) return false;
    const char* late = cmd.config.ignore_environment ? nullptr : std::getenv("PYTHONINSPECT");
    return (cmd.config.inspect || (late && *late)) && is_conversation(cmd.config);
}

// What the lock did, one line per counter, after the program's own output.
void print_gil_stats(Attached ts) {
    GilStats s = ts->interp->gil->stats();
    std::string text = fmt::format(
        "gil: {} takes, {} waits, {} switches, {} forced, {} requests, {} lazy releases, {} lazy hits\n",
        s.takes, s.waits, s.switches, s.forced, s.requests, s.lazy_releases, s.lazy_hits);
    text += fmt::format("gil: waited {:.3f} ms, longest {:.3f} ms, held while contended {:.3f} ms\n",
                        static_cast<double>(s.wait_ns) / 1e6, static_cast<double>(s.max_wait_ns) / 1e6,
                        static_cast<double>(s.hold_ns) / 1e6);
    write_stderr(ts, text);
}

}  // namespace

void answer_question(const CommandLine& cmd) {
    using Asked = CommandLine::Asked;
    const std::string usage = usage_text(cmd.config.program.c_str());
    switch (cmd.asked) {
        case Asked::help:
            std::fputs(usage.c_str(), stdout);
            break;
        case Asked::help_env:
            std::fputs(kEnvironmentText, stdout);
            break;
        case Asked::help_x:
            std::fputs(kXOptionsText, stdout);
            break;
        case Asked::help_all:
            std::printf("%s\n%s\n%s", usage.c_str(), kEnvironmentText, kXOptionsText);
            break;
        case Asked::version_twice:
            std::puts("Python 3.11.2 (Baton " BATON_VERSION ", GCC " __VERSION__ ")");
            break;
        case Asked::version:
        case Asked::nothing:
            std::puts("Python 3.11.2 (Baton " BATON_VERSION ")");
            break;
    }
}

int run_and_finalize(Attached ts, const CommandLine& cmd, bool failed) {
    int status = 0;
    bool interrupted = false;
    const bool inspects = cmd.config.inspect;
    auto handle = [&] {
        if (!pending(ts)) return;
        if (pending_is(ts, Exc::SystemExit) && inspects && wants_inspection(cmd)) {
            // The prompt comes also after an exit; its message is shown as a traceback.
            print_pending(ts);
            status = 1;
            return;
        }
        if (system_exit_status(ts, &status)) return;
        interrupted = pending_is(ts, Exc::KeyboardInterrupt);
        print_pending(ts);
        status = 1;
    };
    if (failed) {
        handle();
        if (status == 0) status = 1;
    } else {
        auto r = run(ts, cmd);
        if (!r.ok()) handle();
        if (wants_inspection(cmd)) {
            status = 0;
            interrupted = false;
            auto names = main_names(ts);
            if (!names.ok() || !converse(ts, *names.take(), false).ok()) handle();
        }
    }
    if (cmd.gil_stats) print_gil_stats(ts);
    if (finalize_runtime(ts) < 0 && status == 0) status = 120;
    if (interrupted) {
        // The parent is to see that the signal ended us.
        std::signal(SIGINT, SIG_DFL);
        ::kill(::getpid(), SIGINT);
    }
    return status;
}

int run_command(int argc, char** argv, const ImportHooks* import_hooks) {
    CommandLine cmd;
    std::string error;
    if (!read_command_line(argc, argv, &cmd, &error)) {
        std::fputs(error.c_str(), stderr);
        return cmd.error_status;
    }
    if (cmd.asked != CommandLine::Asked::nothing) {
        answer_question(cmd);
        return 0;
    }
    start_locale(&cmd.config);
    StartUp start{cmd.config, import_hooks};
    if (!vm_configure(std::move(start), cmd.gil, &error)) {
        std::fprintf(stderr, "baton: %s\n", error.c_str());
        return 1;
    }
    const char* why = nullptr;
    ThreadState* state = initialize_runtime(&why);
    if (!state) {
        std::fprintf(stderr, "baton: cannot initialise: %s\n", why ? why : "already initialised");
        return 1;
    }
    return run_and_finalize(current_attached(), cmd, why != nullptr);
}

}  // namespace baton
