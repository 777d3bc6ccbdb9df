// Modules and types, continued: which module a type belongs to, modules found by their definition.
#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/tuple.h"
#include "vm/fs_text.h"
#include "vm/interp_data.h"

namespace baton::api {

namespace {
Module* module_of(Attached ts, Object* o) {
    if (o && is_module(*o)) return static_cast<Module*>(o);
    PyErr_BadArgument(ts);
    return nullptr;
}
HeapType* heap_type(Type* type) {
    return has_flag(*type, kTypeHeap) ? static_cast<HeapType*>(type) : nullptr;
}
}  // namespace

// ---- types ----
Object* PyType_GetModule(Attached ts, Type* type) {
    HeapType* heap = heap_type(type);
    if (heap && heap->ht_module) return heap->ht_module;
    if (heap)
        (void)raise(ts, Exc::TypeError, "PyType_GetModule: Type '{}' has no associated module", type->name);
    else
        (void)raise(ts, Exc::TypeError, "PyType_GetModule: Type '{}' is not a heap type", type->name);
    return nullptr;
}
void* PyType_GetModuleState(Attached ts, Type* type) {
    Object* module = PyType_GetModule(ts, type);
    return module ? PyModule_GetState(module) : nullptr;
}
Object* PyType_GetModuleByDef(Attached ts, Type* type, ModuleDef* def) {
    for (Index i = 0; i < type->mro->size; ++i) {
        HeapType* heap = heap_type(static_cast<Type*>(type->mro->item[i]));
        if (heap && heap->ht_module && is_module(*heap->ht_module) &&
            static_cast<Module*>(heap->ht_module)->def == def)
            return heap->ht_module;
    }
    (void)raise(ts, Exc::TypeError, "PyType_GetModuleByDef: No superclass of '{}' has the given module",
                type->name);
    return nullptr;
}
unsigned PyType_ClearCache(Attached) {
    return 0;  // what a type remembers is forgotten entry by entry as it changes
}

// ---- modules ----
Object* PyModule_NewObject(Attached ts, Object* name) {
    return give(module_new(ts, static_cast<Str&>(*name)));
}
Object* PyModule_FromDefAndSpec2(Attached ts, ModuleDef* def, Object* spec, int api_version) {
    return give(module_from_def_and_spec(ts, *def, *spec, api_version));
}
int PyModule_ExecDef(Attached ts, Object* module, ModuleDef* def) {
    return status(module_exec_def(ts, static_cast<Module&>(*module), *def));
}
int PyModule_AddFunctions(Attached ts, Object* module, MethodDef* functions) {
    Module* m = module_of(ts, module);
    return m ? status(module_add_functions(ts, *m, functions)) : -1;
}
int PyModule_SetDocString(Attached ts, Object* module, const char* doc) {
    auto text = str_new_utf8(ts, doc);
    return text.ok() ? status(set_attr(ts, *module, id(Name::__doc__), *text)) : -1;
}
Object* PyModule_GetNameObject(Attached ts, Object* module) {
    Module* m = module_of(ts, module);
    return m ? give(module_name(ts, *m)) : nullptr;
}
Object* PyModule_GetFilenameObject(Attached ts, Object* module) {
    Module* m = module_of(ts, module);
    if (!m) return nullptr;
    Object* file = m->dict ? dict_find_str(*m->dict, id(Name::__file__)) : nullptr;
    if (file && is_str(*file)) return Py_NewRef(file);
    (void)raise(ts, Exc::SystemError, "module filename missing");
    return nullptr;
}
const char* PyModule_GetFilename(Attached ts, Object* module) {
    auto file = OptRef<Object>::steal(PyModule_GetFilenameObject(ts, module));
    return file ? PyUnicode_AsUTF8(ts, file.get()) : nullptr;  // the module's dict keeps it alive
}

// ---- by definition: one module of each per interpreter ----
namespace {
Result<Ref<Object>> key_of(Attached ts, const ModuleDef& def) {
    return int_from_uint64(ts, reinterpret_cast<uintptr_t>(&def));
}
}  // namespace
Object* PyState_FindModule(Attached ts, ModuleDef* def) {
    Object* table = vm_interp(ts).extension_modules;
    if (!table || (def->slots && !def->base.index)) return nullptr;
    auto held = fetch(ts);
    auto key = key_of(ts, *def);
    auto found = key.ok() ? dict_find(ts, static_cast<Dict&>(*table), *key) : Result<Found>(already_raised());
    Object* module = found.ok() ? found.take().value : nullptr;
    clear_pending(ts);
    if (held) restore(ts, std::move(held).take());
    return module;
}
int PyState_AddModule(Attached ts, Object* module, ModuleDef* def) {
    if (!def) {
        (void)raise(ts, Exc::SystemError, "PyState_AddModule: Module Definition is NULL");
        return -1;
    }
    if (def->slots) {
        (void)raise(ts, Exc::SystemError, "PyState_AddModule called on module with slots");
        return -1;
    }
    auto add = [&]() -> Result<void> {
        Object*& table = vm_interp(ts).extension_modules;
        if (!table) table = TRY(dict_new(ts)).release();
        return dict_set(ts, static_cast<Dict&>(*table), *TRY(key_of(ts, *def)), *module);
    };
    return status(add());
}
int PyState_RemoveModule(Attached ts, ModuleDef* def) {
    if (def->slots) {
        (void)raise(ts, Exc::SystemError, "PyState_RemoveModule called on module with slots");
        return -1;
    }
    Object* table = vm_interp(ts).extension_modules;
    auto key = key_of(ts, *def);
    if (!key.ok()) return -1;
    if (table) {
        auto gone = dict_del(ts, static_cast<Dict&>(*table), *key);
        if (!gone.ok()) return -1;
        if (gone.take()) return 0;
    }
    (void)raise(ts, Exc::SystemError, "PyState_RemoveModule: Module index invalid.");
    return -1;
}

}  // namespace baton::api
