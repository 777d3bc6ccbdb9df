// Modules: objects, and making them from rows (ModuleSpec) and from C definitions (PyModuleDef).
//
// Invariants: `dict` is never null in a module that Python can see, and lives as long as the module.
// Functions of a native module hold the module, which owns their definitions. State memory (md_state) is
// zero-filled and freed with the module. Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

inline bool is_module(const Object& o) {
    return is_instance_exact(o, PyModule_Type);
}
inline Dict& module_dict(Module& m) {
    return *m.dict;
}

Result<Ref<Module>> module_new(Attached ts, Str& name);
// The module of a row: functions, doc, zero-filled state, then exec. Not put into sys.modules.
Result<Ref<Module>> module_from_spec(Attached ts, const ModuleSpec& spec);
template <class T>
T& module_state(Module& m) {
    return *static_cast<T*>(m.state);
}
// Of the modules of rows: the row. Null: any other module.
const ModuleSpec* spec_of_module(const Module& m);
bool is_native_module(const Module& m);  // made from a row or a C definition, not by Python source

Result<void> module_add(Attached ts, Module& m, const char* name, Object& value);
Result<void> module_add_owned(Attached ts, Module& m, const char* name, Ref<Object> value);
Result<void> module_add_int(Attached ts, Module& m, const char* name, int64_t value);
Result<void> module_add_type(Attached ts, Module& m, Type& type);  // under the last part of its name
Result<Ref<Object>> module_name(Attached ts, Module& m);           // SystemError "nameless module"

// C: PyModule_Create2 (single-phase), PyModule_FromDefAndSpec2, PyModule_ExecDef, PyModule_AddFunctions.
void module_def_init(ModuleDef& def);
Result<Ref<Module>> module_create(Attached ts, ModuleDef& def, int api_version);
Result<Ref<Object>> module_from_def_and_spec(Attached ts, ModuleDef& def, Object& spec, int api_version);
Result<void> module_exec_def(Attached ts, Module& m, ModuleDef& def);
Result<void> module_add_functions(Attached ts, Module& m, MethodDef* functions);

// At the end of an interpreter: names bound to None, private ones first, so that destructors still find the
// others.
void module_clear_names(Attached ts, Dict& names);

}  // namespace baton
