// _imp: what importlib needs of the runtime. The import lock, library modules, shared libraries.
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/lock.h"
#include "vm/code.h"
#include "vm/import.h"
#include "vm/interp_data.h"

namespace baton {
namespace {

// The import lock is held while extension modules are loaded and sys.modules entries are made; importlib has
// a lock per module for the rest. Recursive; a waiting thread is detached.
Result<bool> imp_lock_held(Attached ts, Object&) {
    return vm_interp(ts).import_lock_depth > 0;
}
Result<void> imp_acquire_lock(Attached ts, Object&) {
    import_lock_acquire(ts);
    return {};
}
Result<void> imp_release_lock(Attached ts, Object&) {
    if (!import_lock_release(ts)) return raise(ts, Exc::RuntimeError, "not holding the import lock");
    return {};
}

Result<std::string_view> name_of(Attached ts, Object& name) {
    if (!is_str(name)) return raise(ts, Exc::TypeError, "module name must be str, not {}", type_name(name));
    return str_as_utf8(ts, static_cast<Str&>(name));
}

Result<Index> imp_is_builtin(Attached ts, Object&, Object& name) {
    auto utf8 = name_of(ts, name);
    if (!utf8.ok() && pending_is(ts, Exc::UnicodeEncodeError)) {  // no name of ours has lone surrogates
        clear_pending(ts);
        return 0;
    }
    auto text = TRY(std::move(utf8));
    const ImportHooks* hooks = vm_interp(ts).import_hooks;
    if (text == "builtins" || text == "sys") return -1;  // there already, and never made a second time
    return find_library_module(text) || (hooks && hooks->has_builtin(text)) ? 1 : 0;
}
Result<Ref<Object>> imp_create_builtin(Attached ts, Object&, Object& spec) {
    auto name = TRY(get_attr(ts, spec, id(Name::name)));
    auto text = TRY(name_of(ts, *name));
    const ImportHooks* hooks = vm_interp(ts).import_hooks;
    if (hooks && hooks->has_builtin(text)) return hooks->create_builtin(ts, static_cast<Str&>(*name), spec);
    const ModuleSpec* found = find_library_module(text);
    if (!found) return Ref<Object>::share(none());
    if (Object* there = TRY(dict_find(ts, *interp(ts).sys_modules, *name)).value)
        return Ref<Object>::share(*there);
    return module_from_spec(ts, *found);
}
Result<Index> imp_exec_builtin(Attached ts, Object&, Object& module) {
    const ImportHooks* hooks = vm_interp(ts).import_hooks;
    if (hooks && is_instance_exact(module, PyModule_Type)) TRY(hooks->exec(ts, module));
    return 0;
}
Result<Ref<List>> imp_extension_suffixes(Attached ts, Object&) {
    auto list = TRY(list_new(ts));
    const ImportHooks* hooks = vm_interp(ts).import_hooks;
    if (!hooks || !hooks->create_dynamic) return list;
    for (const char* suffix : {".cpython-311-x86_64-linux-gnu.so", ".abi3.so", ".so"}) {
        TRY(list_append_owned(ts, *list, TRY(str_new_ascii(ts, suffix))));
    }
    return list;
}
Result<Ref<Object>> imp_create_dynamic(Attached ts, Object&, Object& spec, Object* file) {
    const ImportHooks* hooks = vm_interp(ts).import_hooks;
    if (!hooks || !hooks->create_dynamic)
        return raise(ts, Exc::ImportError, "shared libraries cannot be loaded here");
    return hooks->create_dynamic(ts, spec, file);
}
Result<Index> imp_exec_dynamic(Attached ts, Object& self, Object& module) {
    return imp_exec_builtin(ts, self, module);
}

// There are no frozen modules.
Result<bool> imp_is_frozen(Attached, Object&, Object&) {
    return false;
}
Result<bool> imp_is_frozen_package(Attached ts, Object&, Object& name) {
    return raise_import_error(ts, Exc::ImportError, "No such frozen object", &name, nullptr);
}
Result<Ref<Object>> imp_find_frozen(Attached, Object&, Object&, Opt<bool>) {
    return Ref<Object>::share(none());
}
Result<Ref<Object>> imp_get_frozen_object(Attached ts, Object&, Object& name, Object*) {
    return raise_import_error(ts, Exc::ImportError, "No such frozen object", &name, nullptr);
}
Result<Ref<Object>> imp_init_frozen(Attached, Object&, Object&) {
    return Ref<Object>::share(none());
}
Result<Ref<List>> imp_frozen_module_names(Attached ts, Object&) {
    return list_new(ts);
}
Result<void> imp_override_frozen(Attached, Object&, int) {
    return {};
}

// Code compiled under another name learns its real one, in all nested code too.
Result<void> fix_filename(Attached ts, Code& code, Str& path, Str& old) {
    if (!str_eq(*code.filename, old)) return {};
    incref(&path);
    replace_field(ts, code.filename, &path);
    for (Index i = 0; i < code.consts->size; ++i) {
        if (is_code(*code.consts->item[i]))
            TRY(fix_filename(ts, static_cast<Code&>(*code.consts->item[i]), path, old));
    }
    return {};
}
Result<void> imp_fix_co_filename(Attached ts, Object&, Object& code, Str& path) {
    if (!is_code(code))
        return raise(ts, Exc::TypeError, "_fix_co_filename() argument 1 must be code, not {}",
                     type_name(code));
    auto old = Ref<Str>::share(*static_cast<Code&>(code).filename);
    if (str_eq(*old, path)) return {};
    return fix_filename(ts, static_cast<Code&>(code), path, *old);
}
Result<Ref<Bytes>> imp_source_hash(Attached ts, Object&, Object& key, Bytes& source) {
    auto k = TRY(convert_uint64_mask(ts, is_exact(key, PyLong_Type) ? unbox_borrowed(&key) : Value(&key)));
    uint64_t h = siphash13({k, 0}, source.data, static_cast<size_t>(source.size));
    return bytes_new(ts, {reinterpret_cast<const char*>(&h), sizeof h});
}

constexpr Method functions[] = {
    method<imp_acquire_lock>("acquire_lock($module, /)",
                             "Takes the lock of all imports, again if this thread has it."),
    method<imp_create_builtin>("create_builtin($module, spec, /)", "Create a library module."),
    method<imp_create_dynamic>("create_dynamic($module, spec, file=None, /)",
                               "Loads an extension module's file and makes the module."),
    method<imp_exec_builtin>("exec_builtin($module, mod, /)", "Runs what fills a library module."),
    method<imp_exec_dynamic>("exec_dynamic($module, mod, /)", "Runs what fills an extension module."),
    method<imp_extension_suffixes>("extension_suffixes($module, /)",
                                   "The endings that the file names of extension modules have."),
    method<imp_find_frozen>("find_frozen($module, name, /, *, withdata=False)",
                            "Return info about the frozen module, or None: there are none."),
    method<imp_fix_co_filename>("_fix_co_filename($module, code, path, /)",
                                "Gives code, and the code in it, another file name."),
    method<imp_frozen_module_names>("_frozen_module_names($module, /)",
                                    "The names of the frozen modules: there are none."),
    method<imp_get_frozen_object>("get_frozen_object($module, name, data=None, /)",
                                  "The code of a frozen module."),
    method<imp_init_frozen>("init_frozen($module, name, /)", "Makes a frozen module and runs it."),
    method<imp_is_builtin>("is_builtin($module, name, /)",
                           "Whether a module of this name is part of the interpreter."),
    method<imp_is_frozen>("is_frozen($module, name, /)", "Whether there is a frozen module of that name."),
    method<imp_is_frozen_package>("is_frozen_package($module, name, /)",
                                  "Whether the frozen module of this name is a package."),
    method<imp_lock_held>("lock_held($module, /)", "Whether some thread has the lock of all imports."),
    method<imp_override_frozen>("_override_frozen_modules_for_tests($module, override, /)",
                                "There are no frozen modules to turn on or off."),
    method<imp_release_lock>("release_lock($module, /)", "Gives the lock of all imports back."),
    method<imp_source_hash>("source_hash($module, key, source)",
                            "Hash of source text under a key, for checked caches."),
    {},
};

Result<void> imp_exec(Attached ts, Module& module) {
    return dict_set_str(ts, *module.dict, *TRY(str_intern_utf8(ts, "check_hash_based_pycs")),
                        *TRY(str_new_utf8(ts, vm_interp(ts).config.check_hash_pycs)));
}

}  // namespace

extern const ModuleSpec imp_module;
const ModuleSpec imp_module = {
    .name = "_imp",
    .doc = "What importlib needs from the interpreter.",
    .methods = functions,
    .exec = imp_exec,
};

}  // namespace baton
