// C structs of the interface that are not runtime structs, as C++ sees them, and the ways from Result to C.
// Included by the generated declarations; every file in capi/ includes those ("capi/impl.h").
#pragma once
#include <cstdarg>
#include <cstdio>
#include <ctime>
#include <sys/stat.h>
#include <sys/time.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/type.h"
#include "threadstate/attached.h"
#include "threadstate/gilstate.h"

#define BATON_EXPORT extern "C" __attribute__((visibility("default")))

namespace baton {

struct CTss {
    int is_initialized;
    unsigned key;
};
struct CStatus {
    int type;  // 0 ok, 1 error, 2 exit
    const char* function;
    const char* message;
    int exit_code;
};
struct CCompilerFlags {
    int flags, feature_version;
};
struct CInterpreterConfig {
    int use_main_obmalloc, allow_fork, allow_exec, allow_threads, allow_daemon_threads,
        check_multi_interp_extensions, gil;
};
struct CGilStats {
    uint64_t takes, waits, switches, forced, requests, lazy_releases, lazy_hits;
    int64_t wait_ns, wait_p50_ns, wait_p99_ns, max_wait_ns, hold_ns;
};
struct CGilEvent {
    uint64_t number;
    int64_t time_ns;
    uint64_t subject;
    uint32_t native_thread_id;
    uint16_t lock, event;
};
using CCapsuleDestructor = void (*)(Object*);
using CCFunction = Object* (*)(Object*, Object*);
using CDestructor = void (*)(Object*);
using CSignalHandler = void (*)(int);
using CAuditHook = int (*)(const char*, Object*, void*);
using COpenCodeHook = Object* (*)(Object*, void*);
struct CComplex {
    double real, imag;
};
struct CStructSequenceField {
    const char *name, *doc;
};
struct CStructSequenceDesc {
    const char *name, *doc;
    CStructSequenceField* fields;
    int visible;
};
struct CIdentifier {
    const char* string;
    Index index;
};
// _PyUnicodeWriter: programs keep it on their stacks and read it in inlined code.
struct CUnicodeWriter {
    Object* buffer;
    void* data;
    int kind;
    uint32_t max_char;
    Index size, pos, min_length;
    uint32_t min_char;
    uint8_t overallocate, readonly;
};
static_assert(sizeof(CUnicodeWriter) == 56);
struct CWideStringList {
    Index length;
    wchar_t** items;
};
struct CAllocator {
    void* ctx;
    void* (*malloc)(void*, size_t);
    void* (*calloc)(void*, size_t, size_t);
    void* (*realloc)(void*, void*, size_t);
    void (*free)(void*, void*);
};
struct CArenaAllocator {
    void* ctx;
    void* (*alloc)(void*, size_t);
    void (*free)(void*, void*, size_t);
};
struct CHashFunction {
    Hash (*hash)(const void*, Index);
    const char* name;
    int hash_bits, seed_bits;
};
struct CInittab {
    const char* name;
    Object* (*init)();
};
// _PyArg_Parser: a static object of the program that its first use completes.
struct CArgParser {
    const char* format;
    const char* const* keywords;
    const char* function;
    const char* custom_message;
    int positional, least, most;
    Tuple* names;  // of the parameters that have one
    CArgParser* next;
};
static_assert(sizeof(CArgParser) == 64);
struct CClockInfo {
    const char* implementation;
    int monotonic, adjustable;
    double resolution;
};
// initconfig.h
struct CPreConfig {
    int _config_init, parse_argv, isolated, use_environment, configure_locale, coerce_c_locale,
        coerce_c_locale_warn, utf8_mode, dev_mode, allocator;
};
struct CConfig {
    int _config_init, isolated, use_environment, dev_mode, install_signal_handlers, use_hash_seed;
    unsigned long hash_seed;
    int faulthandler, tracemalloc, import_time, code_debug_ranges, show_ref_count, dump_refs;
    wchar_t* dump_refs_file;
    int malloc_stats;
    wchar_t* filesystem_encoding;
    wchar_t* filesystem_errors;
    wchar_t* pycache_prefix;
    int parse_argv;
    CWideStringList orig_argv, argv, xoptions, warnoptions;
    int site_import, bytes_warning, warn_default_encoding, inspect, interactive, optimization_level,
        parser_debug, write_bytecode, verbose, quiet, user_site_directory, configure_c_stdio, buffered_stdio;
    wchar_t* stdio_encoding;
    wchar_t* stdio_errors;
    wchar_t* check_hash_pycs_mode;
    int use_frozen_modules, safe_path, pathconfig_warnings;
    wchar_t* program_name;
    wchar_t* pythonpath_env;
    wchar_t* home;
    wchar_t* platlibdir;
    int module_search_paths_set;
    CWideStringList module_search_paths;
    wchar_t* stdlib_dir;
    wchar_t* executable;
    wchar_t* base_executable;
    wchar_t* prefix;
    wchar_t* base_prefix;
    wchar_t* exec_prefix;
    wchar_t* base_exec_prefix;
    int skip_source_first_line;
    wchar_t* run_command;
    wchar_t* run_module;
    wchar_t* run_filename;
    int _install_importlib, _init_main, _isolated_interpreter, _is_python_build;
};
static_assert(sizeof(CPreConfig) == 40 && sizeof(CConfig) == 424);
struct CCrossInterpreterData;
using CCrossInterpreterFunction = int (*)(ThreadState*, Object*, CCrossInterpreterData*);
struct FrameObject;
struct Code;
struct Generator;
struct DictKeys;
struct HandledException;
struct SlotRow;

// The calling thread's token, or a fatal error that names the function.
inline Attached calling_thread(const char* function) {
    ThreadState* t = current_or_null();
    return attached_unchecked(BATON_LIKELY(t != nullptr) ? *t : current_or_die(function));
}
// The explicit form: the state is the caller's word; debug builds check it.
inline Attached explicit_thread(ThreadState* ts) {
    return attached_unchecked(*ts);
}

template <class T>
Object* give(Result<Ref<T>>&& r) {
    return r.release();
}
template <class T>
Object* give(Ref<T>&& r) {
    return r.release();
}
inline int status(Result<void>&& r) {
    return r.ok() ? 0 : -1;
}
inline int truth_of(Result<bool>&& r) {
    return r.ok() ? r.take() : -1;
}
inline Index number_of(Result<Index>&& r) {
    return r.ok() ? r.take() : -1;
}
Object* give_value(Attached ts, Value v);  // owned Value to owned object
// A C string as an interned str; null = raised.
inline OptRef<Str> name_of(Attached ts, const char* text);

}  // namespace baton

#include "runtime/types/str.h"
namespace baton {
inline OptRef<Str> name_of(Attached ts, const char* text) {
    auto r = str_intern_utf8(ts, text);
    return r.ok() ? OptRef<Str>(r.take()) : OptRef<Str>();
}
}  // namespace baton

#include "runtime/codec.h"
namespace baton {
// C text as a str: invalid UTF-8 becomes U+FFFD, so that a message is never lost. Empty: out of memory,
// raised.
inline OptRef<Str> decode_or_replace(Attached ts, const char* text) {
    auto r = decode_utf8(ts, text, "replace");
    return r.ok() ? OptRef<Str>(r.take()) : OptRef<Str>();
}
}  // namespace baton
