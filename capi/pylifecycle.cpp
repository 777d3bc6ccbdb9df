// Initialisation, finalization, running source, importing.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <climits>
#include <dlfcn.h>
#include <unistd.h>

#include "capi/shared.h"
#include "runtime/codec.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"
#include "threadstate/finalize.h"
#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/command_line.h"
#include "vm/config_sources.h"
#include "vm/compile.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/lifecycle.h"
#include "vm/main.h"
#include "vm/print_exception.h"
#include "vm/text_locale.h"
#include "vm/run.h"
#include "vm/sys_access.h"

namespace baton {

BATON_DATA int Py_DebugFlag, Py_VerboseFlag, Py_QuietFlag, Py_InteractiveFlag, Py_InspectFlag,
    Py_OptimizeFlag, Py_NoSiteFlag, Py_BytesWarningFlag, Py_IgnoreEnvironmentFlag, Py_NoUserSiteDirectory,
    Py_UnbufferedStdioFlag, Py_IsolatedFlag;

Object* give_value(Attached ts, Value v) {
    return v ? boxed_result(ts, v).release() : nullptr;
}

namespace {

// ---- modules of embedders and shared libraries ----
using InitFunction = Object* (*)();
InitFunction registered(std::string_view name) {
    for (const InittabEntry& e : start_up_record().inittab) {
        if (e.name == name) return e.init;
    }
    return nullptr;
}
bool has_builtin(std::string_view name) {
    return registered(name) != nullptr;
}

// ---- modules that can be initialised once only ----
// The init function of a definition of size -1 keeps objects in variables of its library. An import after the
// first, when sys.modules does not have the module any more, must not run it again: what the modules made
// before hold would no longer be what the library compares with. It gets what the first import left.
Result<Ref<Object>> first_import_key(Attached ts, Str& name, Object& origin) {
    return TRY(tuple_of(ts, {&origin, &name})).cast<Object>();
}
Result<void> keep_first_import(Attached ts, Str& name, Object& origin, Module& module) {
    auto& table = static_cast<Dict&>(*vm_interp(ts).extension_modules);
    auto contents = TRY(dict_copy(ts, *module.dict));
    auto definition = TRY(int_from_uint64(ts, reinterpret_cast<uintptr_t>(module.def)));
    auto entry = TRY(tuple_of(ts, {contents.get(), definition.get()}));
    return dict_set(ts, table, *TRY(first_import_key(ts, name, origin)), *entry);
}
// The module of a later import, or nothing: there was none before.
Result<OptRef<Object>> imported_before(Attached ts, Str& name, Object& origin) {
    if (!vm_interp(ts).extension_modules) return OptRef<Object>();
    auto& table = static_cast<Dict&>(*vm_interp(ts).extension_modules);
    auto found = TRY(dict_find(ts, table, *TRY(first_import_key(ts, name, origin))));
    if (!found.value) return OptRef<Object>();
    auto entry = Ref<Object>::share(*found.value).cast<Tuple>();
    Object* there = dict_find_str(*interp(ts).sys_modules, name);
    auto module =
        there && is_module(*there) ? Ref<Object>::share(*there) : TRY(module_new(ts, name)).cast<Object>();
    TRY(dict_merge(ts, *static_cast<Module&>(*module).dict, *entry->item[0], true));
    TRY(dict_set_str(ts, *interp(ts).sys_modules, name, *module));
    TRY(dict_set(ts, table, *entry->item[1], *module));
    return OptRef<Object>(std::move(module));
}

// What an init function returned: a module, or the definition of one that is made in phases.
Result<Ref<Object>> module_of_init(Attached ts, Str& name, Object& origin, Object& spec, InitFunction init,
                                   bool phases_only = false) {
    Object* made = init();
    std::string shown(TRY(str_as_utf8(ts, name)));
    shown.erase(0, shown.rfind('.') + 1);
    if (!made) {
        if (!pending(ts))
            return raise(ts, Exc::SystemError, "initialization of {} failed without raising an exception",
                         shown);
        return already_raised();
    }
    if (auto cause = fetch(ts)) {
        decref(ts, made);
        (void)raise(ts, Exc::SystemError, "initialization of {} raised unreported exception", shown);
        BaseException* e = pending(ts);
        replace_field<Object>(ts, e->context, api::Py_NewRef(cause.get()));
        replace_field<Object>(ts, e->cause, cause.release());
        e->suppress_context = 1;
        return already_raised();
    }
    if (!made->type)  // a definition that PyModuleDef_Init has not seen; nobody counts its references
        return raise(ts, Exc::SystemError, "init function of {} returned uninitialized object", shown);
    if (made->type == &PyModuleDef_Type)
        return module_from_def_and_spec(ts, reinterpret_cast<ModuleDef&>(*made), spec, 1013);
    auto module = Ref<Object>::steal(made);
    if (phases_only)
        return raise(ts, Exc::SystemError, "initialization of {} did not return PyModuleDef", shown);
    if (!is_module(*module) || !static_cast<Module&>(*module).def)
        return raise(ts, Exc::SystemError, "initialization of {} did not return an extension module", shown);
    // Single-phase modules are found by name in sys.modules from here on.
    TRY(dict_set_str(ts, *interp(ts).sys_modules, name, *module));
    ModuleDef* def = static_cast<Module&>(*module).def;
    if (!def->slots && api::PyState_AddModule(ts, module.get(), def) < 0) return already_raised();
    if (!def->slots && def->size == -1)
        TRY(keep_first_import(ts, name, origin, static_cast<Module&>(*module)));
    return module;
}
Result<Ref<Object>> create_builtin(Attached ts, Str& name, Object& spec) {
    if (auto again = TRY(imported_before(ts, name, name))) return std::move(again).take();
    return module_of_init(ts, name, name, spec, registered(TRY(str_as_utf8(ts, name))));
}
Result<Ref<Object>> create_dynamic(Attached ts, Object& spec, Object*) {
    auto name = TRY(get_attr(ts, spec, id(Name::name)));
    auto origin = TRY(get_attr(ts, spec, *TRY(str_intern_utf8(ts, "origin"))));
    if (!is_str(*name)) return raise(ts, Exc::TypeError, "module name must be a string");
    if (auto again = TRY(imported_before(ts, static_cast<Str&>(*name), *origin)))
        return std::move(again).take();
    std::string path, full;
    TRY(fs_encode(ts, *origin, &path));
    full = TRY(str_as_utf8(ts, static_cast<Str&>(*name)));
    std::string entry = full.substr(full.rfind('.') + 1);
    const bool ascii = str_is_ascii(static_cast<Str&>(*name));
    if (ascii) {
        entry = "PyInit_" + entry;
    } else {
        auto last = TRY(str_new_utf8(ts, entry));
        auto encoded = TRY(encode_object(ts, *last, "punycode", nullptr));
        entry = "PyInitU_" + std::string(bytes_view(static_cast<Bytes&>(*encoded)));
        std::replace(entry.begin(), entry.end(), '-', '_');
    }
    TRY(audit_values(ts, "import", name.get(), origin.get(), &none(), &none(), &none()));
    const char* error = nullptr;
    void* library = ::dlopen(path.c_str(), vm_interp(ts).dlopen_flags);
    void* symbol = nullptr;
    if (!library)
        error = ::dlerror();
    else
        symbol = ::dlsym(library, entry.c_str());
    if (!library)
        return raise_import_error(ts, Exc::ImportError, error ? error : "the library could not be loaded",
                                  name.get(), origin.get());
    if (!symbol) {
        return raise_import_error(
            ts, Exc::ImportError,
            fmt::format("dynamic module does not define module export function ({})", entry), name.get(),
            origin.get());
    }
    auto module = TRY(module_of_init(ts, static_cast<Str&>(*name), *origin, spec,
                                     reinterpret_cast<InitFunction>(symbol), !ascii));
    if (is_module(*module)) TRY(set_attr(ts, *module, id(Name::__file__), *origin));
    return module;
}
Result<void> exec_module(Attached ts, Object& module) {
    auto& m = static_cast<Module&>(module);
    if (!m.def || !m.def->slots) return {};
    return module_exec_def(ts, m, *m.def);
}
constexpr ImportHooks import_hooks = {has_builtin, create_builtin, create_dynamic, exec_module};

// What an embedder set before it started the runtime.
void take_flags(Config* c) {
    c->debug = Py_DebugFlag;
    c->verbose = Py_VerboseFlag;
    c->quiet = Py_QuietFlag;
    c->interactive = Py_InteractiveFlag;
    c->inspect = Py_InspectFlag;
    c->optimize = Py_OptimizeFlag;
    c->no_site = Py_NoSiteFlag;
    c->bytes_warning = Py_BytesWarningFlag;
    c->ignore_environment = Py_IgnoreEnvironmentFlag || Py_IsolatedFlag;
    c->no_user_site = Py_NoUserSiteDirectory || Py_IsolatedFlag;
    c->unbuffered = Py_UnbufferedStdioFlag;
    c->isolated = Py_IsolatedFlag;
}

}  // namespace

namespace api {
const ImportHooks& embedder_import_hooks() {
    return import_hooks;
}
}  // namespace api

namespace {
// What was set one by one before the start.
void take_names(Config* c, const StartUp& set) {
    c->program = set.set_program.value_or("python3");
    // Without a name there is no executable: a python3 in PATH would be another runtime.
    if (set.set_program && c->program.find('/') == c->program.npos) {
        c->executable = search_program(c->program);
    } else if (set.set_program) {
        char folder[PATH_MAX];
        const bool relative = c->program[0] != '/' && ::getcwd(folder, sizeof folder);
        c->executable = relative ? std::string(folder) + "/" + c->program : c->program;
    }
    if (set.set_home) c->home = *set.set_home;
    if (!set.set_encoding.empty()) c->stdio_encoding = set.set_encoding;
    if (!set.set_errors.empty()) c->stdio_errors = set.set_errors;
    if (!set.set_path) return;
    c->module_search_paths_set = true;
    for (std::string_view rest = *set.set_path;;) {
        const size_t end = rest.find(':');
        c->module_search_paths.emplace_back(rest.substr(0, end));
        if (end == rest.npos) break;
        rest.remove_prefix(end + 1);
    }
}

void initialize(bool signals) {
    if (is_initialized()) return;
    CommandLine defaults;
    Config& c = defaults.config;
    c.install_signal_handlers = signals;
    c.argv.push_back("");
    take_flags(&c);
    const auto add = [](std::vector<std::string>* to, std::vector<std::string>* early) {
        to->insert(to->end(), early->begin(), early->end());
        early->clear();
    };
    add(&c.warn_options, &start_up_record().warn_options);
    add(&c.x_options, &start_up_record().x_options);
    std::string error;
    if (!read_environment(&c, &defaults.gil, &error)) {
        fputs(error.c_str(), stderr);
        std::exit(1);
    }
    take_names(&c, start_up_record());
    start_locale(&c, start_up_record().locale.value_or(LocaleChoice{}));
    StartUp start{c, &import_hooks};
    if (!vm_configure(std::move(start), defaults.gil, &error)) {
        fprintf(stderr, "Fatal Python error: Py_Initialize: %s\n", error.c_str());
        std::exit(1);
    }
    const char* why = nullptr;
    if (!initialize_runtime(&why) || why) {
        if (ThreadState* t = current_or_null()) print_pending(attached_unchecked(*t));
        fprintf(stderr, "Fatal Python error: Py_Initialize: %s\n",
                why ? why : "the runtime could not be initialised");
        std::exit(1);
    }
}

}  // namespace

namespace api {

void Py_Initialize() {
    initialize(true);
}
void Py_InitializeEx(int install_signal_handlers) {
    initialize(install_signal_handlers != 0);
}
int Py_IsInitialized() {
    return is_initialized();
}
int Py_IsFinalizing() {
    return is_finalizing();
}
int Py_FinalizeEx() {
    if (!is_initialized()) return 0;
    return finalize_runtime(attached_unchecked(current_or_die("Py_FinalizeEx")));
}
void Py_Finalize() {
    (void)Py_FinalizeEx();
}
int Py_AtExit(void (*function)()) {
    return add_exit_function(function) ? 0 : -1;
}
int Py_BytesMain(int argc, char** argv) {
    return run_command(argc, argv, &import_hooks);
}
namespace {
// Null and nothing take back what was set before.
void set_name(std::optional<std::string>* name, const wchar_t* text) {
    *name = text && *text ? std::optional(text_of_wide(text)) : std::nullopt;
}
}  // namespace
void Py_SetProgramName(const wchar_t* name) {
    if (name && *name) set_name(&start_up_record().set_program, name);
}
void Py_SetPythonHome(const wchar_t* home) {
    set_name(&start_up_record().set_home, home);
}
void Py_SetPath(const wchar_t* path) {
    set_name(&start_up_record().set_path, path);
}
int Py_SetStandardStreamEncoding(const char* encoding, const char* errors) {
    if (is_initialized()) return -1;
    if (encoding) start_up_record().set_encoding = encoding;
    if (errors) start_up_record().set_errors = errors;
    return 0;
}
const char* Py_GetVersion() {
    return "3.11.2 (Baton " BATON_VERSION ")";
}
const char* Py_GetPlatform() {
    return "linux";
}
const char* Py_GetCopyright() {
    return "Copyright (c) 2026 The Baton authors. MIT licence.";
}
const char* Py_GetCompiler() {
    return "\n[GCC " __VERSION__ "]";
}
const char* Py_GetBuildInfo() {
    return "Baton " BATON_VERSION;
}
void Py_Exit(Attached ts, int code) {
    int failed = finalize_runtime(ts);
    std::exit(failed < 0 && code == 0 ? 120 : code);
}
int PyStatus_Exception(CStatus s) {
    return s.type != 0;
}
int PyStatus_IsError(CStatus s) {
    return s.type == 1;
}
int PyStatus_IsExit(CStatus s) {
    return s.type == 2;
}
CStatus PyStatus_Ok() {
    return {0, nullptr, nullptr, 0};
}
CStatus PyStatus_Error(const char* message) {
    return {1, nullptr, message, 0};
}
CStatus PyStatus_NoMemory() {
    return {1, nullptr, "memory allocation failed", 0};
}
CStatus PyStatus_Exit(int code) {
    return {2, nullptr, nullptr, code};
}

// ---- running source ----
namespace {
Result<Ref<Object>> run_text(Attached ts, const char* source, const char* name, int start, Object* globals,
                             Object* locals) {
    auto filename = TRY(str_intern_utf8(ts, name));
    CompileMode mode = start == 258   ? CompileMode::Eval
                       : start == 256 ? CompileMode::Single
                                      : CompileMode::Exec;
    CompileFlags flags;
    flags.source_is_text = true;
    auto code = TRY(compile_source(ts, source, *filename, mode, flags));
    if (!globals || !is_dict(*globals)) return raise(ts, Exc::SystemError, "globals must be a dict");
    auto& d = static_cast<Dict&>(*globals);
    if (!dict_find_str(d, id(Name::__builtins__)))
        TRY(dict_set_str(ts, d, id(Name::__builtins__), *interp(ts).builtins));
    TRY(audit_values(ts, "exec", code.get()));
    return run_code(ts, *code, d, locals);
}
// Borrowed from sys.modules; made when it is not there.
Result<Object*> add_module(Attached ts, const char* name) {
    auto key = TRY(str_intern_utf8(ts, name));
    Dict& modules = *interp(ts).sys_modules;
    Object* found = TRY(dict_find(ts, modules, *key)).value;
    if (found && is_module(*found)) return found;
    auto module = TRY(module_new(ts, *key));
    TRY(dict_set_str(ts, modules, *key, *module));
    return static_cast<Object*>(module.get());
}
}  // namespace
Object* PyRun_StringFlags(Attached ts, const char* source, int start, Object* globals, Object* locals,
                          CCompilerFlags*) {
    return give(run_text(ts, source, "<string>", start, globals, locals));
}
Object* PyRun_String(Attached ts, const char* source, int start, Object* globals, Object* locals) {
    return give(run_text(ts, source, "<string>", start, globals, locals));
}
int PyRun_SimpleStringFlags(Attached ts, const char* source, CCompilerFlags*) {
    auto main = add_module(ts, "__main__");
    bool ok = main.ok();
    if (ok) {
        Dict* d = static_cast<Module*>(main.take())->dict;
        ok = run_text(ts, source, "<string>", 257, d, d).ok();
    }
    if (ok) return 0;
    int code;
    if (system_exit_status(ts, &code)) Py_Exit(ts, code);
    print_pending(ts);
    return -1;
}
int PyRun_SimpleString(Attached ts, const char* source) {
    return PyRun_SimpleStringFlags(ts, source, nullptr);
}
Object* Py_CompileString(Attached ts, const char* source, const char* filename, int start) {
    auto name = fs_decode(ts, filename);
    if (!name.ok()) return nullptr;
    CompileFlags flags;
    flags.source_is_text = true;
    return give(compile_source(ts, source, *name,
                               start == 258   ? CompileMode::Eval
                               : start == 256 ? CompileMode::Single
                                              : CompileMode::Exec,
                               flags));
}
Object* PyEval_EvalCode(Attached ts, Object* code, Object* globals, Object* locals) {
    if (!globals || !is_dict(*globals)) {
        (void)raise(ts, Exc::SystemError, "globals must be a dict");
        return nullptr;
    }
    return give(run_code(ts, static_cast<Code&>(*code), static_cast<Dict&>(*globals), locals));
}
Object* PyEval_GetBuiltins(Attached ts) {
    return interp(ts).builtins;
}
Object* PyEval_GetGlobals(Attached ts) {
    Frame* f = rt(ts).frame;
    return f ? f->function->globals : nullptr;
}

// ---- importing ----
Object* PyImport_AddModule(Attached ts, const char* name) {
    auto r = add_module(ts, name);
    return r.ok() ? r.take() : nullptr;
}
Object* PyImport_ImportModule(Attached ts, const char* name) {
    return give(import_module(ts, name));
}
Object* PyImport_Import(Attached ts, Object* name) {
    if (!is_str(*name)) {
        (void)raise(ts, Exc::TypeError, "module name must be a string");
        return nullptr;
    }
    return give(import_through_builtins(ts, static_cast<Str&>(*name)));
}
Object* PyImport_GetModuleDict(Attached ts) {
    return interp(ts).sys_modules;
}
Object* PyImport_GetModule(Attached ts, Object* name) {
    auto f = dict_find(ts, *interp(ts).sys_modules, *name);
    if (!f.ok()) return nullptr;
    Object* o = f.take().value;
    xincref(o);
    return o;
}
int PyImport_AppendInittab(const char* name, Object* (*initfunc)()) {
    if (is_initialized()) return -1;
    start_up_record().inittab.push_back({name, initfunc});
    return 0;
}
Object* PySys_GetObject(Attached ts, const char* name) {
    auto key = name_of(ts, name);
    Dict* d = interp(ts).sys_dict;
    return key && d ? dict_find_str(*d, *key) : nullptr;
}
int PySys_SetObject(Attached ts, const char* name, Object* value) {
    auto key = name_of(ts, name);
    if (!key) return -1;
    if (value) return status(dict_set_str(ts, *interp(ts).sys_dict, *key, *value));
    return dict_del(ts, *interp(ts).sys_dict, *key).ok() ? 0 : -1;
}

}  // namespace api
}  // namespace baton
