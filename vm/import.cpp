// See import.h.
#include "vm/import.h"

#include <fmt/format.h>

#include <chrono>
#include <cstring>
#include <utility>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/audit.h"
#include "vm/code_cache.h"
#include "vm/compile.h"
#include "vm/file_text.h"
#include "vm/interp_data.h"
#include "vm/run.h"
#include "vm/sys_access.h"
#include "vm/traceback.h"

namespace baton {

#define MODULE(symbol, spec, import_name) extern const ModuleSpec spec;
#include "vm/modules.def"
#undef MODULE

namespace {

const ModuleSpec* const library_modules[] = {
#define MODULE(symbol, spec, import_name) &spec,
#include "vm/modules.def"
#undef MODULE
};

constexpr const char* kBootstrapFile = "<frozen importlib._bootstrap>";
constexpr const char* kExternalFile = "<frozen importlib._bootstrap_external>";

// Runs one of the two bootstrap files in a module of the given name.
Result<Ref<Module>> run_bootstrap_file(Attached ts, const char* module_name, const char* file,
                                       const char* shown_as) {
    const Config& config = vm_interp(ts).config;
    std::string path = config.stdlib_dir + "/importlib/" + file;
    auto module = TRY(module_new(ts, *TRY(str_intern_utf8(ts, module_name))));
    OptRef<Code> code = TRY(cached_bootstrap(ts, config.code_cache, path));
    if (!code) {
        std::string text;
        TRY(read_file(ts, path, &text));
        auto filename = TRY(str_new_utf8(ts, shown_as));
        code = TRY(compile_source(ts, text, *filename, CompileMode::Exec, {}, 0));
    }
    Dict& names = *module->dict;
    TRY(dict_set_str(ts, names, id(Name::__builtins__), *interp(ts).builtins));
    TRY(dict_set_str(ts, names, id(Name::__package__), *TRY(str_intern_utf8(ts, "importlib"))));
    TRY(run_code(ts, *code, names, nullptr));
    TRY(dict_set_str(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, module_name)), *module));
    return module;
}

bool is_importlib_frame(const Traceback& t, bool* calls_outward) {
    Str& file = *t.frame->frame->code->filename;
    if (!str_eq_ascii(file, kBootstrapFile) && !str_eq_ascii(file, kExternalFile)) return false;
    *calls_outward = str_eq_ascii(*t.frame->frame->code->name, "_call_with_frames_removed");
    return true;
}

// CPython 3.11: remove_importlib_frames (Python/import.c). For an ImportError all chunks of importlib's
// frames go; for other errors those that end where importlib called out.
void remove_importlib_frames(Attached ts) {
    BaseException* e = pending(ts);
    if (!e || !e->traceback) return;
    bool always = pending_is(ts, Exc::ImportError);
    Object** chunk_start = nullptr;
    Object** link = &e->traceback;
    while (Object* o = *link) {
        auto& t = static_cast<Traceback&>(*o);
        bool outward = false;
        bool mine = is_importlib_frame(t, &outward);
        if (mine && !chunk_start) chunk_start = link;
        Object** next_link = reinterpret_cast<Object**>(&t.next);
        if (chunk_start && mine && (always || outward)) {
            Object* rest = *next_link;
            xincref(rest);
            replace_field(ts, *chunk_start, rest);
            link = chunk_start;
            chunk_start = nullptr;
            continue;
        }
        if (!mine) chunk_start = nullptr;
        link = next_link;
    }
}

Result<Ref<Object>> importlib_call(Attached ts, const char* function, std::initializer_list<Object*> args) {
    Object* importlib = vm_interp(ts).importlib;
    if (!importlib)
        return raise(ts, Exc::ImportError, "sys.meta_path is None, Python is likely shutting down");
    auto name = TRY(str_intern_utf8(ts, function));
    auto f = TRY(get_attr(ts, *importlib, *name));
    auto r = call(ts, *f, args);
    if (!r.ok()) remove_importlib_frames(ts);
    return r;
}

Object* dict_get(Object* globals, Name name) {
    return globals && is_dict(*globals) ? dict_find_str(static_cast<Dict&>(*globals), id(name)) : nullptr;
}

// The package a relative import starts from. CPython 3.11: resolve_name (Python/import.c).
Result<Ref<Object>> package_of(Attached ts, Object* globals) {
    if (!globals) return raise(ts, Exc::KeyError, "'__name__' not in globals");
    if (!is_dict(*globals)) return raise(ts, Exc::TypeError, "globals must be a dict");
    Object* package = dict_get(globals, Name::__package__);
    Object* spec = dict_get(globals, Name::__spec__);
    if (package && !is_none(*package)) {
        if (!is_str(*package)) return raise(ts, Exc::TypeError, "package must be a string");
        return Ref<Object>::share(*package);
    }
    if (spec && !is_none(*spec)) {
        auto parent = TRY(get_attr(ts, *spec, *TRY(str_intern_utf8(ts, "parent"))));
        if (!is_str(*parent)) return raise(ts, Exc::TypeError, "__spec__.parent must be a string");
        return parent;
    }
    TRY(warn(ts, Exc::ImportWarning,
             "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__"));
    Object* name = dict_get(globals, Name::__name__);
    if (!name) return raise(ts, Exc::KeyError, "'__name__' not in globals");
    if (!is_str(*name)) return raise(ts, Exc::TypeError, "__name__ must be a string");
    if (dict_get(globals, Name::__path__)) return Ref<Object>::share(*name);
    auto& text = static_cast<Str&>(*name);
    Index dot = str_rfind_char(text, '.', 0, text.length);
    if (dot < 0) return raise(ts, Exc::ImportError, "attempted relative import with no known parent package");
    return str_substring(ts, text, 0, dot);
}

Result<Ref<Str>> absolute_name(Attached ts, Str& name, Object* globals, int level) {
    auto package = TRY(package_of(ts, globals));
    auto& base = static_cast<Str&>(*package);
    if (base.length == 0)
        return raise(ts, Exc::ImportError, "attempted relative import with no known parent package");
    Index end = base.length;
    for (int up = 1; up < level; ++up) {
        end = str_rfind_char(base, '.', 0, end);
        if (end < 0) return raise(ts, Exc::ImportError, "attempted relative import beyond top-level package");
    }
    auto parent = TRY(str_substring(ts, base, 0, end));
    if (name.length == 0) return parent;
    auto dot = str_latin1_char('.');
    return str_concat(ts, *TRY(str_concat(ts, *parent, *dot)), name);
}

// A module that is in sys.modules but still being made by another thread: wait for its lock.
Result<void> wait_until_initialized(Attached ts, Object& module, Str& name) {
    auto spec = TRY(get_attr_opt(ts, module, id(Name::__spec__)));
    if (!spec || is_none(*spec)) return {};
    auto busy = TRY(get_attr_opt(ts, *spec, id(Name::_initializing)));
    if (!busy || !TRY(is_true(ts, *busy))) return {};
    TRY(importlib_call(ts, "_lock_unlock_module", {&name}));
    return {};
}

Result<void> audit_import(Attached ts, Str& name) {
    if (!is_audited(ts)) return {};
    const auto listed = [&](Name n) {
        auto o = sys_get(ts, id(n));
        return o ? std::move(o).take() : Ref<Object>::share(none());
    };
    const Ref<Object> path = listed(Name::path), meta_path = listed(Name::meta_path),
                      hooks = listed(Name::path_hooks);
    return audit(ts, "import", {&name, &none(), path.get(), meta_path.get(), hooks.get()});
}

// -X importtime: a line per import when it is done, with the time of what it imported itself left out and
// counted.
template <class F>
Result<Ref<Object>> timed_import(Attached ts, Str& name, F&& import) {
    VmInterp& vm = vm_interp(ts);
    const auto now = [] { return std::chrono::steady_clock::now(); };
    if (!vm.import_time_titled) {
        vm.import_time_titled = true;
        write_stderr(ts, "import time: self [us] | cumulative | imported package\n");
    }
    const int64_t outer = std::exchange(vm.import_time_inner, 0);
    const int level = vm.import_time_level++;
    const auto start = now();
    auto result = import();
    const int64_t total = std::chrono::duration_cast<std::chrono::microseconds>(now() - start).count();
    --vm.import_time_level;
    const int64_t self = total - std::exchange(vm.import_time_inner, outer + total);
    auto text = str_as_utf8(ts, name);
    if (text.ok())
        write_stderr(ts,
                     fmt::format("import time: {:9} | {:10} | {:{}}{}\n", self, total, "", level * 2, *text));
    else if (result.ok())
        clear_pending(ts);
    return result;
}

Result<Ref<Object>> find_and_load(Attached ts, Str& name) {
    Dict& modules = *interp(ts).sys_modules;
    if (Object* found = TRY(dict_find(ts, modules, name)).value) {
        if (!is_none(*found)) {
            auto module = Ref<Object>::share(*found);
            TRY(wait_until_initialized(ts, *module, name));
            return module;
        }
    }
    Object* import_func = dict_find_str(*interp(ts).builtins, id(Name::__import__));
    std::initializer_list<Object*> args = {&name, import_func ? import_func : &none()};
    TRY(audit_import(ts, name));
    if (!vm_interp(ts).config.import_time) return importlib_call(ts, "_find_and_load", args);
    return timed_import(ts, name, [&] { return importlib_call(ts, "_find_and_load", args); });
}

}  // namespace

const ModuleSpec* find_library_module(std::string_view name) {
    for (const ModuleSpec* spec : library_modules) {
        if (name == spec->name) return spec;
    }
    return nullptr;
}

Result<Ref<Module>> make_library_module(Attached ts, const ModuleSpec& spec) {
    auto module = TRY(module_from_spec(ts, spec));
    TRY(dict_set_str(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, spec.name)), *module));
    return module;
}

Result<void> import_bootstrap(Attached ts) {
    auto imp = TRY(make_library_module(ts, *find_library_module("_imp")));
    auto bootstrap = TRY(run_bootstrap_file(ts, "_frozen_importlib", "_bootstrap.py", kBootstrapFile));
    Object* sys = TRY(dict_find(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, "sys")))).value;
    if (!sys) return raise(ts, Exc::RuntimeError, "lost sys");
    TRY(call_method(ts, *bootstrap, *TRY(str_intern_utf8(ts, "_install")), {sys, imp.get()}));
    // The second file imports built-in modules, through the first.
    vm_interp(ts).importlib = bootstrap.copy().release();
    auto external =
        TRY(run_bootstrap_file(ts, "_frozen_importlib_external", "_bootstrap_external.py", kExternalFile));
    TRY(call_method(ts, *bootstrap, *TRY(str_intern_utf8(ts, "_install_external_importers"))));
    TRY(install_code_cache(ts, *external));
    return {};
}

// Archives come first among sys.path_hooks.
Result<void> import_zip_importer(Attached ts) {
    auto zipimport = import_module(ts, "zipimport");
    if (!zipimport.ok()) {
        // A library without the module has no archives.
        if (!pending_is(ts, Exc::ImportError)) return already_raised();
        clear_pending(ts);
        return {};
    }
    const Ref<Object> importer = TRY(get_attr(ts, *zipimport, *TRY(str_intern_utf8(ts, "zipimporter"))));
    auto hooks = sys_get(ts, id(Name::path_hooks));
    if (!hooks || !is_list(*hooks)) return raise(ts, Exc::RuntimeError, "lost sys.path_hooks");
    TRY(list_insert(ts, static_cast<List&>(*hooks), 0, *importer));
    // What nobody could make anything of before may be an archive.
    auto cache = sys_get(ts, id(Name::path_importer_cache));
    if (!cache || !is_dict(*cache)) return {};
    auto& known = static_cast<Dict&>(*cache);
    const Ref<List> paths = TRY(to_list(ts, known));
    for (Index i = 0; i < paths->size; ++i) {
        Object* finder = TRY(dict_find(ts, known, *paths->item[i])).value;
        if (finder && is_none(*finder)) TRY(dict_del(ts, known, *paths->item[i]));
    }
    return {};
}

Result<Ref<Object>> import_level(Attached ts, Str& name, Object* globals, Object*, Object* fromlist,
                                 int level) {
    if (level < 0) return raise(ts, Exc::ValueError, "level must be >= 0");
    if (level == 0 && name.length == 0) return raise(ts, Exc::ValueError, "Empty module name");
    auto full = level > 0 ? TRY(absolute_name(ts, name, globals, level)) : Ref<Str>::share(name);
    auto module = TRY(find_and_load(ts, *full));
    bool wants_names = fromlist && !is_none(*fromlist) && TRY(is_true(ts, *fromlist));
    if (wants_names) {
        if (!TRY(get_attr_opt(ts, *module, id(Name::__path__)))) return module;
        Object* import_func = dict_find_str(*interp(ts).builtins, id(Name::__import__));
        return importlib_call(ts, "_handle_fromlist",
                              {module.get(), fromlist, import_func ? import_func : &none()});
    }
    // import a.b.c gives a; a relative one gives the package the name starts in.
    if (level > 0 && name.length == 0) return module;
    Index dot = str_find_char(name, '.', 0, name.length);
    if (dot < 0) return module;
    if (level == 0) return find_and_load(ts, *TRY(str_substring(ts, name, 0, dot)));
    auto front = TRY(str_substring(ts, *full, 0, full->length - (name.length - dot)));
    Object* found = TRY(dict_find(ts, *interp(ts).sys_modules, *front)).value;
    if (!found)
        return raise(ts, Exc::KeyError, "{} not in sys.modules as expected", TRY(show_repr(ts, *front)).view);
    return Ref<Object>::share(*found);
}

Result<Ref<Object>> import_module(Attached ts, std::string_view dotted_name) {
    auto name = TRY(str_intern_utf8(ts, dotted_name));
    return import_through_builtins(ts, *name);
}

Result<Ref<Object>> import_through_builtins(Attached ts, Str& name) {
    Object* import_func = dict_find_str(*interp(ts).builtins, id(Name::__import__));
    if (!import_func) return raise(ts, Exc::ImportError, "__import__ not found");
    auto dict = Ref<Object>::share(*interp(ts).builtins);
    auto globals = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *globals, id(Name::__builtins__), *dict));
    auto fromlist = TRY(tuple_of(ts, {str_empty().get()}));
    auto keep = Ref<Object>::share(*import_func);
    auto level = small_int(0);
    TRY(call(ts, *keep, {&name, globals.get(), globals.get(), fromlist.get(), level.get()}));
    Object* found = TRY(dict_find(ts, *interp(ts).sys_modules, name)).value;
    if (!found) return raise_with(ts, Exc::KeyError, Ref<Object>::share(name));
    return Ref<Object>::share(*found);
}

}  // namespace baton
