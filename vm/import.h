// The import system: the standard library's importlib (its two bootstrap files, compiled at start-up) over
// native _imp.
//
// Invariants: sys.modules is looked at first, without a call; importlib does everything else under its
// per-module locks. Frames of importlib are taken out of the tracebacks of failed imports, as CPython does.
// Callers: attached threads, no exception pending.
#pragma once
#include "runtime/box.h"
#include "runtime/native.h"

namespace baton {

// Modules that are part of the library (modules.def).
const ModuleSpec* find_library_module(std::string_view name);
// Makes the module and puts it into sys.modules; what importing a library module without importlib does.
Result<Ref<Module>> make_library_module(Attached ts, const ModuleSpec& spec);

// Runs the bootstrap files and installs their importers.
Result<void> import_bootstrap(Attached ts);

// The interpreter's import lock: recursive, waits detached. release: false when the caller does not hold it.
void import_lock_acquire(Attached ts);
bool import_lock_release(Attached ts);
// In the child: the acquisition before the fork is undone; free, unless the fork happened within an import.
void import_lock_after_fork(Attached ts);

// builtins.__import__.
Result<Ref<Object>> import_level(Attached ts, Str& name, Object* globals, Object* locals, Object* fromlist,
                                 int level);
// import a.b.c; gives module a.b.c itself (PyImport_ImportModule).
// Puts zipimport's importer first among sys.path_hooks.
Result<void> import_zip_importer(Attached ts);
Result<Ref<Object>> import_module(Attached ts, std::string_view dotted_name);
// The same through builtins.__import__, which scripts may have replaced (PyImport_Import).
Result<Ref<Object>> import_through_builtins(Attached ts, Str& name);

}  // namespace baton
