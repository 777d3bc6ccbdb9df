// Start and end: of the process, of an interpreter, of what the VM keeps per thread.
//
// Order: vm_configure, then initialize_runtime (threadstate), which calls back to make the main interpreter:
// types, builtins, sys, the import system, the standard streams, site. Further interpreters are made the same
// way from the same configuration. Callers: vm_configure: nobody is initialised. The rest by threadstate's
// hooks.
#pragma once
#include <map>
#include <optional>
#include <string>

#include "threadstate/gil.h"
#include "vm/interp_data.h"
#include "vm/text_locale.h"

namespace baton {

// What the first and all further interpreters start with. Owned by the process root; replaced by the next
// configuration.
struct InittabEntry {
    std::string name;
    Object* (*init)();
};
struct StartUp {
    Config config;
    const ImportHooks* import_hooks = nullptr;
    std::vector<InittabEntry> inittab = {};  // kept from one configuration to the next
    bool hash_key_set = false;
    std::map<std::string, std::wstring> shown = {};  // what Py_GetPrefix and its kind have handed out
    std::vector<std::wstring> wide_text = {};        // Py_GetArgcArgv's
    std::vector<wchar_t*> wide_argv = {};
    std::shared_ptr<struct CommandLine> command = nullptr;  // what Py_RunMain is to run
    std::vector<std::string> warn_options = {},
                             x_options = {};  // given before start-up (PySys_AddWarnOption)
    std::optional<LocaleChoice> locale = {};  // Py_PreInitialize's
    // Py_SetProgramName, Py_SetPythonHome, Py_SetPath, Py_SetStandardStreamEncoding: for every start from
    // then on, but the last, which is for one.
    std::optional<std::string> set_program = {}, set_home = {}, set_path = {};
    std::string set_encoding = {}, set_errors = {};
    // PyFile_SetOpenCodeHook's: kept like the inittab.
    Object* (*open_code)(Object* path, void* data) = nullptr;
    void* open_code_data = nullptr;
    struct FaultState* faults = nullptr;  // modules/faulthandler.cpp; made on demand, kept for good
};
// The record as it stands, made when there is none: what may be set before initialisation.
StartUp& start_up_record();

// Sets hooks, hash key and lock settings for the next initialisation. False: *error says what is wrong (no
// standard library).
bool vm_configure(StartUp start_up, const GilSettings& gil, std::string* error);

// Runs the atexit callbacks, last registered first; errors are unraisable.
void run_atexit(Attached ts);
// 0, or -1 when flushing sys.stdout or sys.stderr failed.
int flush_standard_streams(Attached ts);

}  // namespace baton
