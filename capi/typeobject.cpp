// Types, modules, memory.
#include <cstdlib>
#include <cstring>

#include "capi/shared.h"
#include "runtime/allocate_instance.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/memory.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/weakref.h"

namespace baton::api {

// ---- objects ----
Object* PyObject_Init(Attached, Object* op, Type* type) {
    op->refcnt = 1;
    op->type = type;
    if (has_flag(*type, kTypeHeap)) incref(type);
    return op;
}
Object* _PyObject_New(Attached ts, Type* type) {
    return ready_type(ts, *type) ? give(allocate_instance(ts, *type)) : nullptr;
}
VarObject* _PyObject_NewVar(Attached ts, Type* type, Index items) {
    if (!ready_type(ts, *type)) return nullptr;
    return static_cast<VarObject*>(give(allocate_instance(ts, *type, items)));
}
Object* _PyObject_GC_New(Attached ts, Type* type) {
    return ready_type(ts, *type) ? give(allocate_instance(ts, *type)) : nullptr;
}
void PyObject_GC_Track(Attached ts, void* op) {
    if (!gc_is_tracked(static_cast<Object*>(op))) gc_track(ts, static_cast<Object*>(op));
}
void PyObject_GC_UnTrack(Attached, void* op) {
    gc_untrack(static_cast<Object*>(op));
}
void PyObject_GC_Del(Attached ts, void* op) {
    gc_untrack(static_cast<Object*>(op));
    gc_free(ts, static_cast<Object*>(op), 0);
}
Index PyGC_Collect(Attached ts) {
    return gc_collect(ts, 2);
}
void _Py_Dealloc(Attached ts, Object* op) {
    destroy(ts, op);
}
void Py_IncRef(Object* op) {
    xincref(op);
}
void Py_DecRef(Attached ts, Object* op) {
    xdecref(ts, op);
}
void PyObject_ClearWeakRefs(Attached ts, Object* op) {
    weakref_clear_all(ts, *op);
}
int PyObject_CallFinalizerFromDealloc(Attached ts, Object* op) {
    return call_finalizer(ts, *op) ? 0 : -1;
}

// ---- types ----
int PyType_Ready(Attached ts, Type* type) {
    return status(type_ready(ts, *type));
}
int PyType_IsSubtype(Type* a, Type* b) {
    return is_subtype(*a, *b);
}
void PyType_Modified(Attached, Type* type) {
    type_modified(*type);
}
unsigned long PyType_GetFlags(Type* type) {
    return type->flags;
}
Object* PyType_GenericAlloc(Attached ts, Type* type, Index items) {
    auto r = allocate_instance(ts, *type, items);
    if (r.ok() && has_flag(*type, kTypeHasGc)) gc_track(ts, r.get());
    return give(std::move(r));
}
Object* PyType_GenericNew(Attached, Type* type, Object*, Object*) {
    return type->alloc(type, 0);
}
Object* PyType_FromModuleAndSpec(Attached ts, Object* module, CTypeSpec* spec, Object* bases) {
    return give(type_from_c_spec(ts, module, *spec, bases, nullptr));
}
Object* PyType_FromSpecWithBases(Attached ts, CTypeSpec* spec, Object* bases) {
    return give(type_from_c_spec(ts, nullptr, *spec, bases, nullptr));
}
Object* PyType_FromSpec(Attached ts, CTypeSpec* spec) {
    return give(type_from_c_spec(ts, nullptr, *spec, nullptr, nullptr));
}
void* PyType_GetSlot(Type* type, int slot) {
    if (slot < 1) {
        (void)raise_bad_internal_call(calling_thread("PyType_GetSlot"), "PyType_GetSlot");
        return nullptr;
    }
    return type_get_c_slot(*type, slot);
}
Object* PyType_GetName(Attached ts, Type* type) {
    return give(type_get_name(ts, *type));
}
Object* PyType_GetQualName(Attached ts, Type* type) {
    return give(type_get_qualname(ts, *type));
}
Object* PyCMethod_New(Attached ts, MethodDef* def, Object* self, Object* module, Type* cls) {
    return give(cfunction_new(ts, *def, self, module, cls));
}

// ---- modules ----
namespace {
Module* module_of(Attached ts, Object* o) {
    if (o && is_module(*o)) return static_cast<Module*>(o);
    (void)raise(ts, Exc::TypeError, "a module object is required");
    return nullptr;
}
}  // namespace
Object* PyModule_New(Attached ts, const char* name) {
    auto n = name_of(ts, name);
    return n ? give(module_new(ts, *n)) : nullptr;
}
Object* PyModule_Create2(Attached ts, ModuleDef* def, int api_version) {
    return give(module_create(ts, *def, api_version));
}
Object* PyModuleDef_Init(Attached, ModuleDef* def) {
    module_def_init(*def);
    return reinterpret_cast<Object*>(def);
}
Object* PyModule_GetDict(Attached ts, Object* module) {
    Module* m = module_of(ts, module);
    return m ? m->dict : nullptr;
}
const char* PyModule_GetName(Attached ts, Object* module) {
    Module* m = module_of(ts, module);
    if (!m) return nullptr;
    auto name = module_name(ts, *m);
    if (!name.ok()) return nullptr;
    auto text = str_as_utf8(ts, static_cast<Str&>(*name));
    return text.ok() ? (*text).data() : nullptr;  // the module's dict keeps it alive
}
void* PyModule_GetState(Object* module) {
    return static_cast<Module*>(module)->state;
}
ModuleDef* PyModule_GetDef(Object* module) {
    return static_cast<Module*>(module)->def;
}
int PyModule_AddObjectRef(Attached ts, Object* module, const char* name, Object* value) {
    Module* m = module_of(ts, module);
    if (!m) return -1;
    if (!value) {
        if (!pending(ts))
            (void)raise(ts, Exc::SystemError,
                        "PyModule_AddObjectRef() must be called with an exception raised if value is NULL");
        return -1;
    }
    return ready_if_type(ts, *value) ? status(module_add(ts, *m, name, *value)) : -1;
}
int PyModule_AddObject(Attached ts, Object* module, const char* name, Object* value) {
    int r = PyModule_AddObjectRef(ts, module, name, value);
    if (r == 0) decref(ts, value);  // takes the reference, but only when it succeeds
    return r;
}
int PyModule_AddIntConstant(Attached ts, Object* module, const char* name, long value) {
    Module* m = module_of(ts, module);
    return m ? status(module_add_int(ts, *m, name, value)) : -1;
}
int PyModule_AddStringConstant(Attached ts, Object* module, const char* name, const char* value) {
    Module* m = module_of(ts, module);
    auto text = m ? str_new_utf8(ts, value) : Result<Ref<Str>>(already_raised());
    return text.ok() ? status(module_add(ts, *m, name, *text)) : -1;
}
int PyModule_AddType(Attached ts, Object* module, Type* type) {
    if (!ready_type(ts, *type)) return -1;
    const char* dot = strrchr(type->name, '.');
    return PyModule_AddObjectRef(ts, module, dot ? dot + 1 : type->name, type);
}

}  // namespace baton::api
