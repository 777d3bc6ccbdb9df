// PyConfig: the description of a runtime that an embedder fills, into the start-up record of vm/.
//
// The texts in a PyConfig are the caller's, in raw memory, given back by PyConfig_Clear. The file system's
// and the locale's encoding are UTF-8 whatever it says, so pre-initialisation has nothing to prepare.
#include <cstdlib>
#include <cwchar>
#include <memory>
#include <unistd.h>

#include "capi/shared.h"
#include "threadstate/check.h"
#include "threadstate/finalize.h"
#include "threadstate/process_state.h"
#include "vm/command_line.h"
#include "vm/config_sources.h"
#include "vm/lifecycle.h"
#include "vm/main.h"
#include "vm/print_exception.h"

namespace baton::api {

namespace {

CStatus failure(const char* where, const char* message) {
    return {1, where, message, 0};
}
bool set_text(wchar_t** field, const wchar_t* text) {
    wchar_t* copy = text ? _PyMem_RawWcsdup(text) : nullptr;
    if (text && !copy) return false;
    PyMem_RawFree(std::exchange(*field, copy));
    return true;
}
bool set_text(wchar_t** field, const std::string& text) {
    wchar_t* wide = Py_DecodeLocale(text.c_str(), nullptr);
    if (!wide) return false;
    PyMem_RawFree(std::exchange(*field, wide));
    return true;
}
void clear_list(CWideStringList* list) {
    for (Index i = 0; i < list->length; ++i) PyMem_RawFree(list->items[i]);
    PyMem_RawFree(list->items);
    *list = {};
}
bool append(CWideStringList* list, const wchar_t* text) {
    return PyWideStringList_Append(list, text).type == 0;
}
bool append(CWideStringList* list, const std::string& text) {
    wchar_t* wide = Py_DecodeLocale(text.c_str(), nullptr);
    const bool done = wide && append(list, wide);
    PyMem_RawFree(wide);
    return done;
}
std::vector<std::string> texts(const CWideStringList& list) {
    std::vector<std::string> out;
    for (Index i = 0; i < list.length; ++i) out.push_back(text_of_wide(list.items[i]));
    return out;
}
// The text fields of a PyConfig, for what is done to all of them.
constexpr wchar_t* CConfig::*kTexts[] = {&CConfig::dump_refs_file,
                                         &CConfig::filesystem_encoding,
                                         &CConfig::filesystem_errors,
                                         &CConfig::pycache_prefix,
                                         &CConfig::stdio_encoding,
                                         &CConfig::stdio_errors,
                                         &CConfig::check_hash_pycs_mode,
                                         &CConfig::program_name,
                                         &CConfig::pythonpath_env,
                                         &CConfig::home,
                                         &CConfig::platlibdir,
                                         &CConfig::stdlib_dir,
                                         &CConfig::executable,
                                         &CConfig::base_executable,
                                         &CConfig::prefix,
                                         &CConfig::base_prefix,
                                         &CConfig::exec_prefix,
                                         &CConfig::base_exec_prefix,
                                         &CConfig::run_command,
                                         &CConfig::run_module,
                                         &CConfig::run_filename};
constexpr CWideStringList CConfig::*kLists[] = {&CConfig::orig_argv, &CConfig::argv, &CConfig::xoptions,
                                                &CConfig::warnoptions, &CConfig::module_search_paths};

void set_defaults(CConfig* c) {
    *c = CConfig{};
    c->_config_init = 2;
    c->use_environment = 1;
    c->dev_mode = c->use_hash_seed = c->faulthandler = c->tracemalloc = -1;
    c->install_signal_handlers = c->code_debug_ranges = c->parse_argv = c->site_import = 1;
    c->write_bytecode = c->user_site_directory = c->configure_c_stdio = c->buffered_stdio = 1;
    c->use_frozen_modules = c->pathconfig_warnings = c->_install_importlib = c->_init_main = 1;
}

// What is to run, and the runtime's own configuration, from what the caller filled in. parse_argv: 1 = argv
// is a command line, 2 = it was one and has been read.
CStatus translate(const CConfig& in, CommandLine* out) {
    Config& c = out->config;
    out->run = CommandLine::Run::nothing;
    c.isolated = in.isolated;
    c.ignore_environment = !in.use_environment;
    if (in.home) c.home = text_of_wide(in.home);
    std::vector<std::string> argv = texts(in.argv);
    if (in.parse_argv == 1) {
        std::vector<char*> pointers;
        for (std::string& text : argv) pointers.push_back(text.data());
        if (argv.empty()) pointers.push_back(const_cast<char*>(""));
        pointers.push_back(nullptr);
        std::string error;
        if (!read_command_line(static_cast<int>(pointers.size()) - 1, pointers.data(), out, &error)) {
            fputs(error.c_str(), stderr);
            return {2, nullptr, nullptr, out->error_status};
        }
        if (out->asked != CommandLine::Asked::nothing) {
            answer_question(*out);
            return {2, nullptr, nullptr, 0};
        }
    } else {
        std::string error;
        if (!read_environment(&c, &out->gil, &error)) {
            fputs(error.c_str(), stderr);
            return {2, nullptr, nullptr, 1};
        }
        c.argv = argv;
        if (c.argv.empty()) c.argv.push_back("");
    }
    // Each field that is not at its default says more than the environment and the command line.
    if (in.bytes_warning) c.bytes_warning = in.bytes_warning;
    if (in.inspect) c.inspect = in.inspect;
    if (in.interactive) c.interactive = in.interactive;
    if (in.optimization_level) c.optimize = in.optimization_level;
    if (in.parser_debug) c.debug = in.parser_debug;
    if (in.verbose) c.verbose = in.verbose;
    if (in.quiet) c.quiet = in.quiet;
    if (!in.site_import) c.no_site = 1;
    if (!in.user_site_directory) c.no_user_site = 1;
    if (!in.write_bytecode) c.dont_write_bytecode = 1;
    if (!in.buffered_stdio) c.unbuffered = 1;
    if (in.safe_path) c.safe_path = 1;
    if (in.dev_mode > 0) c.dev_mode = 1;
    if (in.skip_source_first_line) c.skip_source_first_line = true;
    c.install_signal_handlers = in.install_signal_handlers != 0;
    for (const std::string& option : texts(in.xoptions)) c.x_options.push_back(option);
    for (const std::string& option : texts(in.warnoptions)) c.warn_options.push_back(option);
    if (in.orig_argv.length) c.orig_argv = texts(in.orig_argv);
    if (in.program_name) c.program = text_of_wide(in.program_name);
    if (in.executable) c.executable = text_of_wide(in.executable);
    if (in.pythonpath_env && in.use_environment)
        c.python_path = split_text(text_of_wide(in.pythonpath_env).c_str(), ':');
    if (in.module_search_paths_set) {
        c.module_search_paths_set = true;
        c.module_search_paths = texts(in.module_search_paths);
    }
    const auto run = [&](const wchar_t* what, CommandLine::Run how) {
        if (!what) return;
        out->run = how;
        out->what = text_of_wide(what);
    };
    run(in.run_filename, CommandLine::Run::file);
    run(in.run_module, CommandLine::Run::module);
    run(in.run_command, CommandLine::Run::command);
    if (in.parse_argv == 2 && out->run == CommandLine::Run::nothing)
        out->run = CommandLine::Run::standard_input;
    return {};
}

}  // namespace

// ---- lists ----
CStatus PyWideStringList_Insert(CWideStringList* list, Index at, const wchar_t* text) {
    if (at < 0) return failure("PyWideStringList_Insert", "PyWideStringList_Insert index must be >= 0");
    if (at > list->length) at = list->length;
    wchar_t* copy = _PyMem_RawWcsdup(text);
    auto** items = static_cast<wchar_t**>(
        copy ? PyMem_RawRealloc(list->items, static_cast<size_t>(list->length + 1) * sizeof(wchar_t*))
             : nullptr);
    if (!items) {
        PyMem_RawFree(copy);
        return PyStatus_NoMemory();
    }
    std::memmove(items + at + 1, items + at, static_cast<size_t>(list->length - at) * sizeof(wchar_t*));
    items[at] = copy;
    list->items = items;
    ++list->length;
    return {};
}
CStatus PyWideStringList_Append(CWideStringList* list, const wchar_t* text) {
    return PyWideStringList_Insert(list, list->length, text);
}

// ---- descriptions ----
void PyPreConfig_InitPythonConfig(CPreConfig* c) {
    *c = {2, 1, 0, 1, 1, -1, -1, -1, -1, 0};
}
void PyPreConfig_InitIsolatedConfig(CPreConfig* c) {
    *c = {3, 0, 1, 0, 0, 0, 0, 0, 0, 0};
}
void PyConfig_InitPythonConfig(CConfig* c) {
    set_defaults(c);
}
void PyConfig_InitIsolatedConfig(CConfig* c) {
    set_defaults(c);
    c->_config_init = 3;
    c->isolated = c->safe_path = 1;
    c->use_environment = c->dev_mode = c->install_signal_handlers = c->use_hash_seed = 0;
    c->faulthandler = c->tracemalloc = c->parse_argv = c->user_site_directory = 0;
    c->configure_c_stdio = c->pathconfig_warnings = 0;
}
void PyConfig_Clear(CConfig* c) {
    for (auto field : kTexts) PyMem_RawFree(std::exchange(c->*field, nullptr));
    for (auto field : kLists) clear_list(&(c->*field));
}
CStatus PyConfig_SetString(CConfig*, wchar_t** field, const wchar_t* text) {
    return set_text(field, text) ? PyStatus_Ok() : PyStatus_NoMemory();
}
CStatus PyConfig_SetBytesString(CConfig*, wchar_t** field, const char* text) {
    if (!text) return PyConfig_SetString(nullptr, field, nullptr);
    return set_text(field, std::string(text)) ? PyStatus_Ok() : PyStatus_NoMemory();
}
CStatus PyConfig_SetWideStringList(CConfig*, CWideStringList* list, Index length, wchar_t** items) {
    CWideStringList fresh{};
    for (Index i = 0; i < length; ++i) {
        if (append(&fresh, items[i])) continue;
        clear_list(&fresh);
        return PyStatus_NoMemory();
    }
    clear_list(list);
    *list = fresh;
    return {};
}
CStatus PyConfig_SetArgv(CConfig* c, Index argc, wchar_t* const* argv) {
    return PyConfig_SetWideStringList(c, &c->argv, argc, const_cast<wchar_t**>(argv));
}
CStatus PyConfig_SetBytesArgv(CConfig* c, Index argc, char* const* argv) {
    CWideStringList fresh{};
    for (Index i = 0; i < argc; ++i) {
        if (append(&fresh, std::string(argv[i]))) continue;
        clear_list(&fresh);
        return PyStatus_NoMemory();
    }
    clear_list(&c->argv);
    c->argv = fresh;
    return {};
}
// Reads the command line and what the environment adds, so that the caller can look at it and change it.
CStatus PyConfig_Read(CConfig* c) {
    if (!c->orig_argv.length) {
        CStatus s = PyConfig_SetWideStringList(c, &c->orig_argv, c->argv.length, c->argv.items);
        if (s.type) return s;
    }
    CommandLine cmd;
    CStatus s = translate(*c, &cmd);
    if (s.type) return s;
    const Config& read = cmd.config;
    bool stored = true;
    if (c->parse_argv == 1) {
        clear_list(&c->argv);
        for (const std::string& text : read.argv) stored = stored && append(&c->argv, text);
        clear_list(&c->xoptions);
        for (const std::string& text : read.x_options) stored = stored && append(&c->xoptions, text);
        c->parse_argv = 2;
        wchar_t** what = cmd.run == CommandLine::Run::file      ? &c->run_filename
                         : cmd.run == CommandLine::Run::module  ? &c->run_module
                         : cmd.run == CommandLine::Run::command ? &c->run_command
                                                                : nullptr;
        if (what) stored = stored && set_text(what, cmd.what);
    }
    clear_list(&c->warnoptions);
    for (const std::string& text : read.warn_options) stored = stored && append(&c->warnoptions, text);
    c->bytes_warning = read.bytes_warning;
    c->inspect = read.inspect;
    c->interactive = read.interactive;
    c->optimization_level = read.optimize;
    c->parser_debug = read.debug;
    c->verbose = read.verbose;
    c->quiet = read.quiet;
    c->site_import = !read.no_site;
    c->user_site_directory = !read.no_user_site;
    c->buffered_stdio = !read.unbuffered;
    c->safe_path = read.safe_path;
    c->isolated = read.isolated;
    c->use_environment = !read.ignore_environment;
    c->dev_mode = read.dev_mode;
    if (c->use_hash_seed < 0) c->use_hash_seed = 0;
    if (c->faulthandler < 0) c->faulthandler = 0;
    if (c->tracemalloc < 0) c->tracemalloc = 0;
    if (!c->program_name)
        stored = stored && set_text(&c->program_name, read.program.empty() ? "python3" : read.program);
    if (!c->home && !read.home.empty()) stored = stored && set_text(&c->home, read.home);
    if (!c->platlibdir) stored = stored && set_text(&c->platlibdir, std::string("lib"));
    if (!c->filesystem_encoding) stored = stored && set_text(&c->filesystem_encoding, std::string("utf-8"));
    if (!c->filesystem_errors)
        stored = stored && set_text(&c->filesystem_errors, std::string("surrogateescape"));
    if (!c->stdio_encoding) stored = stored && set_text(&c->stdio_encoding, std::string("utf-8"));
    if (!c->stdio_errors) stored = stored && set_text(&c->stdio_errors, std::string("strict"));
    if (!c->check_hash_pycs_mode)
        stored = stored && set_text(&c->check_hash_pycs_mode, std::string("default"));
    return stored ? PyStatus_Ok() : PyStatus_NoMemory();
}

// ---- starting ----
CStatus Py_PreInitialize(const CPreConfig* c) {
    if (!c) return failure("Py_PreInitialize", "preinitialization config is NULL");
    // Of two descriptions the first counts, as the locale and the encodings are settled by then.
    StartUp& start = start_up_record();
    if (!is_initialized() && !start.locale) {
        start.locale = {c->configure_locale, c->coerce_c_locale, c->coerce_c_locale_warn, c->utf8_mode};
    }
    return {};
}
CStatus Py_PreInitializeFromArgs(const CPreConfig* c, Index, wchar_t**) {
    return Py_PreInitialize(c);
}
CStatus Py_PreInitializeFromBytesArgs(const CPreConfig* c, Index, char**) {
    return Py_PreInitialize(c);
}
CStatus Py_InitializeFromConfig(const CConfig* c) {
    if (!c) return failure("Py_InitializeFromConfig", "initialization config is NULL");
    if (is_initialized()) return {};
    auto cmd = std::make_shared<CommandLine>();
    CStatus s = translate(*c, cmd.get());
    if (s.type) return s;
    constexpr int kIsolated = 3;  // PyConfig_InitIsolatedConfig: the host's locale stays as it is
    const LocaleChoice own = c->_config_init == kIsolated ? LocaleChoice{0, 0, 0, 0} : LocaleChoice{};
    start_locale(&cmd->config, start_up_record().locale.value_or(own));
    if (c->use_hash_seed > 0) cmd->config.hash_seed = static_cast<int64_t>(c->hash_seed);
    StartUp start{cmd->config, &embedder_import_hooks()};
    start.command = cmd;
    static std::string error;  // the status points to it
    if (!vm_configure(std::move(start), cmd->gil, &error))
        return failure("Py_InitializeFromConfig", error.c_str());
    const char* why = nullptr;
    if (initialize_runtime(&why) && !why) return {};
    if (ThreadState* t = current_or_null()) print_pending(explicit_thread(t));
    error = why ? why : "the runtime could not be initialised";
    return failure("Py_InitializeFromConfig", error.c_str());
}
int Py_RunMain() {
    Attached ts = calling_thread("Py_RunMain");
    const std::shared_ptr<CommandLine> cmd = start_up_record().command;
    return run_and_finalize(ts, cmd ? *cmd : CommandLine{}, false);
}
void Py_GetArgcArgv(int* argc, wchar_t*** argv) {
    StartUp& start = start_up_record();
    if (start.wide_argv.empty()) {
        for (const std::string& text : start.config.orig_argv) {
            wchar_t* wide = Py_DecodeLocale(text.c_str(), nullptr);
            start.wide_text.emplace_back(wide ? wide : L"");
            PyMem_RawFree(wide);
        }
        for (std::wstring& text : start.wide_text) start.wide_argv.push_back(text.data());
        start.wide_argv.push_back(nullptr);
    }
    *argc = static_cast<int>(start.wide_argv.size()) - 1;
    *argv = start.wide_argv.data();
}
void Py_ExitStatusException(CStatus s) {
    if (s.type == 2) std::exit(s.exit_code);
    if (s.type != 1)
        fatal("Py_ExitStatusException", "Py_ExitStatusException() must not be called on success");
    fprintf(stderr, "Fatal Python error: %s%s%s\n", s.function ? s.function : "", s.function ? ": " : "",
            s.message ? s.message : "unknown error");
    std::exit(1);
}

}  // namespace baton::api
