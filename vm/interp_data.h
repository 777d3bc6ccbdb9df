// What the VM keeps per interpreter, and the configuration a process or interpreter starts with.
//
// Invariants: made by vm_interp_init, freed by vm_interp_free; guarded by the interpreter's lock. ImportHooks
// is constant data of the layer above. Callers: attached threads.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "runtime/thread_data.h"
#include "threadstate/lock.h"
#include "runtime/result.h"
#include "vm/forking.h"

namespace baton {

class Channels;
class MemoryTracer;

struct Config {
    // Flags as sys.flags has them; -1 = decide from the environment.
    int debug = 0, inspect = 0, interactive = 0, optimize = 0, dont_write_bytecode = 0, no_user_site = 0,
        no_site = 0, ignore_environment = 0, verbose = 0, bytes_warning = 0, quiet = 0,
        hash_randomization = 1, isolated = 0, dev_mode = 0, utf8_mode = -1, safe_path = 0, unbuffered = 0;
    bool random_hashes = false;  // -R: PYTHONHASHSEED does not count
    int64_t hash_seed = -1;      // -1: a random one
    int int_max_str_digits = -1;
    bool code_debug_ranges = true;  // code objects know columns, not only lines
    int warn_default_encoding = 0, import_time = 0, fault_handler = 0;
    int trace_malloc = 0;  // frames that tracemalloc keeps from the start on; 0 = it does not run
    bool install_signal_handlers = true;
    bool skip_source_first_line = false;
    std::string program;     // argv[0] of the process
    std::string executable;  // absolute path of the interpreter, "" = unknown
    std::string home;        // prefix that holds lib/python3.11; "" = find it
    std::vector<std::string> orig_argv;
    std::vector<std::string> argv;  // sys.argv
    std::vector<std::string> warn_options, x_options;
    std::vector<std::string> python_path;  // PYTHONPATH entries
    bool module_search_paths_set = false;
    std::vector<std::string> module_search_paths;  // sys.path, if set
    std::string stdlib_dir, prefix;                // found at start-up
    std::string pycache_prefix;                    // -X pycache_prefix; "" = none
    std::string check_hash_pycs = "default";       // --check-hash-based-pycs
    std::string stdio_encoding, stdio_errors;      // PYTHONIOENCODING; "" = by the locale
    std::string platlibdir = "lib";
    std::string code_cache;  // compiled library modules (code_cache.h); "" = none
};

// What the layer above adds to the import system: modules registered by embedders, shared libraries.
struct ImportHooks {
    // The init function's module for a registered name (PyImport_AppendInittab), or empty when there is none.
    bool (*has_builtin)(std::string_view name);
    Result<Ref<Object>> (*create_builtin)(Attached ts, Str& name, Object& spec);
    Result<Ref<Object>> (*create_dynamic)(Attached ts, Object& spec, Object* file);
    Result<void> (*exec)(Attached ts, Object& module);  // multi-phase modules; others: nothing to do
};

struct AtexitCallback {
    Object *function, *args, *kwargs;  // owned; function null = unregistered
};

struct VmInterp {
    Config config;
    const ImportHooks* import_hooks = nullptr;
    Object* importlib = nullptr;  // owned: _frozen_importlib
    ByteLock import_lock;         // held while the two below are not zero
    unsigned long import_lock_owner = 0;
    int import_lock_depth = 0;
    int import_time_level = 0;      // -X importtime: how deep imports are nested
    int64_t import_time_inner = 0;  // microseconds of the imports inside the one that is under way
    bool import_time_titled = false;
    std::vector<AtexitCallback> atexit;
    ForkCallbacks at_fork;
    bool owns_signals = false, default_sigint = false;
    Object* signal_handlers[65] = {};  // owned; null = none from Python
    Object* async_hooks = nullptr;
    Object* asyncio = nullptr;         // owned: what _asyncio looks up once (modules/asyncio.h)
    Object* elementtree = nullptr;     // owned: what _elementtree keeps (modules/elementtree.h)
    uint64_t asyncio_task_number = 0;  // of the last one that was given a name
    int dlopen_flags = 2;              // RTLD_NOW; sys.setdlopenflags
    List* audit_hooks = nullptr;       // owned: sys.addaudithook (audit.h); null = nobody listens
    Object* ast_nodes = nullptr;       // owned: the classes of _ast (modules/ast_nodes.h), made on demand
    Object* dict = nullptr;            // owned: for extensions (PyInterpreterState_GetDict), made on demand
    Object* extension_modules = nullptr;         // owned: dict of modules by the address of their definition
    std::shared_ptr<const void> crypto_library;  // modules/hash.h; empty until it is used
    std::shared_ptr<Channels> channels;  // of the main interpreter: the process's (modules/subinterpreters.h)
    int64_t socket_default_timeout = -1'000'000'000;  // nanoseconds, negative: none (modules/socket.h)
    std::shared_ptr<MemoryTracer> tracer;             // modules/tracemalloc.h; empty: it does not run
    int traced_frames = 1;                            // what it keeps of each stack, or kept last
};
inline VmInterp& vm_interp(Attached ts) {
    return *interp(ts).vm;
}

}  // namespace baton
