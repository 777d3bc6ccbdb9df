// sys from C, numbers as text, signals' C handlers, the allocators' tables, thread keys of old.
#include <cerrno>
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <pthread.h>
#include <strings.h>
#include <unistd.h>

#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/siphash.h"
#include "runtime/text_number.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "threadstate/check.h"
#include "threadstate/interpreter_state.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "threadstate/tss.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/interp_data.h"
#include "vm/lifecycle.h"
#include "vm/modules/tracemalloc.h"
#include "vm/sys_access.h"

namespace baton::api {

// ---- sys ----
namespace {
// Before start-up options are kept for it; afterwards they go to sys itself.
Object* sys_list(Attached ts, const char* name) {
    Object* list = PySys_GetObject(ts, name);
    return list && is_list(*list) ? list : nullptr;
}
}  // namespace
void PySys_AddWarnOption(const wchar_t* option) {
    ThreadState* t = current_or_null();
    if (!t) {
        start_up_record().warn_options.push_back(text_of_wide(option));
        return;
    }
    Attached ts = explicit_thread(t);
    auto text = OptRef<Object>::steal(PyUnicode_FromWideChar(ts, option, -1));
    if (text) PySys_AddWarnOptionUnicode(text.get());
}
void PySys_AddWarnOptionUnicode(Object* option) {
    Attached ts = calling_thread("PySys_AddWarnOptionUnicode");
    Object* list = sys_list(ts, "warnoptions");
    if (!list || !list_append(ts, static_cast<List&>(*list), *option).ok()) clear_pending(ts);
}
int PySys_AddAuditHook(CAuditHook hook, void* data) {
    ThreadState* t = current_or_null();
    // Those that are there may refuse; a refusal is not told unless it is something unexpected.
    if (t && !audit(explicit_thread(t), "sys.addaudithook", {}).ok()) {
        if (!pending_is(explicit_thread(t), Exc::RuntimeError)) return -1;
        clear_pending(explicit_thread(t));
        return 0;
    }
    if (add_c_audit_hook(hook, data)) return 0;
    if (t) (void)raise_no_memory(explicit_thread(t));
    return -1;
}
int PyFile_SetOpenCodeHook(COpenCodeHook hook, void* data) {
    ThreadState* t = current_or_null();
    if (t && !audit(explicit_thread(t), "setopencodehook", {}).ok()) return -1;
    StartUp& start = start_up_record();
    if (start.open_code) {
        if (t) (void)raise(explicit_thread(t), Exc::SystemError, "failed to change existing open_code hook");
        return -1;
    }
    start.open_code = hook;
    start.open_code_data = data;
    return 0;
}
void PySys_ResetWarnOptions() {
    if (ThreadState* t = current_or_null()) {
        Object* list = sys_list(explicit_thread(t), "warnoptions");
        if (list) list_clear(explicit_thread(t), static_cast<List&>(*list));
    } else {
        start_up_record().warn_options.clear();
    }
}
int PySys_HasWarnOptions() {
    ThreadState* t = current_or_null();
    if (!t) return !start_up_record().warn_options.empty();
    Object* list = sys_list(explicit_thread(t), "warnoptions");
    return list && static_cast<List*>(list)->size > 0;
}
void PySys_AddXOption(const wchar_t* option) {
    ThreadState* t = current_or_null();
    if (!t) {
        start_up_record().x_options.push_back(text_of_wide(option));
        return;
    }
    Attached ts = explicit_thread(t);
    const std::string text = text_of_wide(option);
    const size_t sign = text.find('=');
    Object* options = PySys_GetXOptions(ts);
    auto value = sign == text.npos
                     ? Result<Ref<Object>>(Ref<Object>::share(bool_object(true)))
                     : Result<Ref<Object>>(str_new_utf8(ts, std::string_view(text).substr(sign + 1)));
    auto key = str_intern_utf8(ts, std::string_view(text).substr(0, sign));
    if (!options || !value.ok() || !key.ok() ||
        !dict_set_str(ts, static_cast<Dict&>(*options), *key, *value).ok())
        clear_pending(ts);
}
Object* PySys_GetXOptions(Attached ts) {
    Object* options = PySys_GetObject(ts, "_xoptions");
    return options && is_dict(*options) ? options : nullptr;
}
void PySys_SetArgvEx(Attached ts, int argc, wchar_t** argv, int update_path) {
    auto set = [&]() -> Result<void> {
        auto list = TRY(list_new(ts));
        for (int i = 0; i < argc; ++i) {
            auto text = Result<Ref<Object>>::from_c(PyUnicode_FromWideChar(ts, argv[i], -1));
            TRY(list_append_owned(ts, *list, TRY(std::move(text))));
        }
        if (argc < 1) TRY(list_append_owned(ts, *list, str_empty()));
        TRY(sys_set(ts, *TRY(str_intern_utf8(ts, "argv")), *list));
        if (!update_path) return {};
        // sys.path starts with the folder of the script; of -c and of nothing with the empty text.
        std::string first = argc > 0 ? text_of_wide(argv[0]) : "";
        if (first == "-c") first.clear();
        if (first == "-m") {
            char here[4096];
            first = ::getcwd(here, sizeof here) ? here : "";
        } else if (!first.empty()) {
            char real[4096];
            if (::realpath(first.c_str(), real)) first = real;
            const size_t slash = first.rfind('/');
            first = slash == first.npos ? "" : first.substr(0, slash ? slash : 1);
        }
        Object* path = sys_list(ts, "path");
        if (path) TRY(list_insert(ts, static_cast<List&>(*path), 0, *TRY(fs_decode(ts, first))));
        return {};
    };
    if (!set().ok()) fatal("PySys_SetArgvEx", "can't assign sys.argv or sys.path");
}
void PySys_SetArgv(Attached ts, int argc, wchar_t** argv) {
    PySys_SetArgvEx(ts, argc, argv, vm_interp(ts).config.isolated == 0);
}
void PySys_SetPath(Attached ts, const wchar_t* path) {
    auto set = [&]() -> Result<void> {
        auto list = TRY(list_new(ts));
        const std::string text = text_of_wide(path);
        for (size_t at = 0; at <= text.size();) {
            size_t end = text.find(':', at);
            if (end == text.npos) end = text.size();
            TRY(list_append_owned(ts, *list,
                                  TRY(fs_decode(ts, std::string_view(text).substr(at, end - at)))));
            at = end + 1;
        }
        return sys_set(ts, *TRY(str_intern_utf8(ts, "path")), *list);
    };
    if (!set().ok()) fatal("PySys_SetPath", "can't assign sys.argv or sys.path");
}
int Py_GetRecursionLimit() {
    ThreadState* t = current_or_null();
    return t ? t->interp->recursion_limit : 1000;
}
void Py_SetRecursionLimit(int limit) {
    ThreadState* t = current_or_null();
    if (!t) return;
    t->interp->recursion_limit = limit;
    t->recursion_remaining += limit - t->recursion_limit;
    t->recursion_limit = limit;
}
int PyGC_Enable(Attached ts) {
    return std::exchange(gc_state(ts).enabled, true);
}
int PyGC_Disable(Attached ts) {
    return std::exchange(gc_state(ts).enabled, false);
}
int PyGC_IsEnabled(Attached ts) {
    return gc_state(ts).enabled;
}
// Either may come from any thread; -2: nothing traces memory.
int PyTraceMalloc_Track(unsigned domain, uintptr_t block, size_t bytes) {
    const int before = PyGILState_Ensure();
    const bool on = tracemalloc_track(calling_thread("PyTraceMalloc_Track"), domain, block, bytes);
    PyGILState_Release(before);
    return on ? 0 : -2;
}
int PyTraceMalloc_Untrack(unsigned domain, uintptr_t block) {
    const int before = PyGILState_Ensure();
    const bool on = tracemalloc_untrack(calling_thread("PyTraceMalloc_Untrack"), domain, block);
    PyGILState_Release(before);
    return on ? 0 : -2;
}
CHashFunction* PyHash_GetFuncDef() {
    static CHashFunction function = {
        [](const void* data, Index size) { return hash_bytes(data, static_cast<size_t>(size)); }, "siphash13",
        64, 128};
    return &function;
}

// ---- text and numbers ----
int PyOS_mystricmp(const char* a, const char* b) {
    return ::strcasecmp(a, b);
}
int PyOS_mystrnicmp(const char* a, const char* b, Index n) {
    return ::strncasecmp(a, b, static_cast<size_t>(n));
}
unsigned long PyOS_strtoul(const char* text, char** end, int base) {
    return ::strtoul(text, end, base);
}
long PyOS_strtol(const char* text, char** end, int base) {
    return ::strtol(text, end, base);
}
double PyOS_string_to_double(Attached ts, const char* text, char** end, Object* overflow) {
    double value = 0.0;
    const size_t used = parse_double_prefix(text, value);
    if (end) *end = const_cast<char*>(text) + used;
    if (used == 0 || (!end && text[used])) {
        (void)raise(ts, Exc::ValueError, "could not convert string to float: '{}'", text);
        return -1.0;
    }
    const std::string_view word(text, used);
    const bool named = word.find_first_of("nN") != word.npos;  // inf, nan
    if (overflow && !named && (value > 1.7976931348623157e308 || value < -1.7976931348623157e308)) {
        PyErr_SetString(ts, overflow,
                        ("value too large to convert to float: '" + std::string(text, used) + "'").c_str());
        return -1.0;
    }
    return value;
}
char* PyOS_double_to_string(Attached ts, double value, char code, int precision, int flags, int* type) {
    const char lower = static_cast<char>(code | 0x20);
    if (!strchr("efgEFGr", code) || (code == 'r' && precision != 0)) {
        (void)raise_bad_internal_call(ts, "PyOS_double_to_string");
        return nullptr;
    }
    TextBuffer text;
    const unsigned style = (flags & 1 ? kFloatSign : 0u) | (flags & 2 ? kFloatAddDot0 : 0u) |
                           (flags & 4 ? kFloatAlternate : 0u) | (flags & 8 ? kFloatNoNegZero : 0u);
    format_double(text, value, code == 'r' ? 'r' : lower, precision, style);
    const std::string_view made = text.view();
    auto* out = static_cast<char*>(PyMem_Malloc(ts, made.size() + 1));
    if (!out) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    for (size_t i = 0; i < made.size(); ++i)
        out[i] = code != lower && code != 'r' && made[i] >= 'a' && made[i] <= 'z'
                     ? static_cast<char>(made[i] - 32)
                     : made[i];
    out[made.size()] = 0;
    if (type) *type = value != value ? 2 : value - value != 0.0 ? 1 : 0;  // finite, infinite, nan
    return out;
}

// ---- signals ----
int PyOS_InterruptOccurred() {
    ThreadState* t = current_or_null();
    return t && take_signal(SIGINT);
}
CSignalHandler PyOS_getsig(int signal) {
    struct sigaction now;
    return ::sigaction(signal, nullptr, &now) < 0 ? SIG_ERR : now.sa_handler;
}
CSignalHandler PyOS_setsig(int signal, CSignalHandler handler) {
    struct sigaction before, now{};
    now.sa_handler = handler;
    sigemptyset(&now.sa_mask);
    return ::sigaction(signal, &now, &before) < 0 ? SIG_ERR : before.sa_handler;
}
void PyOS_AfterFork() {
    PyOS_AfterFork_Child();
}
char* _Py_SetLocaleFromEnv(int category) {
    return ::setlocale(category, "");
}
void _Py_RestoreSignals() {
    PyOS_setsig(SIGPIPE, SIG_DFL);
    PyOS_setsig(SIGXFSZ, SIG_DFL);
}
int Py_FdIsInteractive(FILE* f, const char* name) {
    if (::isatty(::fileno(f))) return 1;
    if (!start_up_record().config.interactive) return 0;
    return !name || strcmp(name, "<stdin>") == 0 || strcmp(name, "???") == 0;
}

// ---- keys of old for thread-specific data ----
int PyThread_create_key() {
    return tls_create_key();
}
void PyThread_delete_key(int key) {
    tls_delete_key(key);
}
int PyThread_set_key_value(int key, void* value) {
    return tls_set_value(key, value) ? 0 : -1;
}
void* PyThread_get_key_value(int key) {
    return tls_value(key);
}
void PyThread_delete_key_value(int key) {
    tls_delete_value(key);
}
void PyThread_ReInitTLS() {}  // the system keeps its keys across a fork
CTss* PyThread_tss_alloc() {
    return static_cast<CTss*>(PyMem_RawCalloc(1, sizeof(CTss)));
}
void PyThread_tss_free(CTss* key) {
    if (!key) return;
    PyThread_tss_delete(key);
    PyMem_RawFree(key);
}
Object* PyThread_GetInfo(Attached ts) {
    Object* o = PySys_GetObject(ts, "thread_info");
    return Py_XNewRef(o);
}

// ---- the domains of memory ----
namespace {
void* raw_malloc(void*, size_t n) {
    return std::malloc(n ? n : 1);
}
void* raw_calloc(void*, size_t count, size_t n) {
    return count && n ? std::calloc(count, n) : std::calloc(1, 1);
}
void* raw_realloc(void*, void* p, size_t n) {
    return std::realloc(p, n ? n : 1);
}
void raw_free(void*, void* p) {
    std::free(p);
}
void* own_malloc(void*, size_t n) {
    return n > PTRDIFF_MAX ? nullptr : allocate(calling_thread("PyObject_Malloc"), n ? n : 1);
}
void* own_calloc(void*, size_t count, size_t n) {
    size_t bytes;
    if (__builtin_mul_overflow(count, n, &bytes)) return nullptr;
    void* p = own_malloc(nullptr, bytes);
    if (p) std::memset(p, 0, bytes);
    return p;
}
void* own_realloc(void*, void* p, size_t n) {
    if (n > PTRDIFF_MAX) return nullptr;
    return p ? reallocate_block(calling_thread("PyObject_Realloc"), p, n ? n : 1) : own_malloc(nullptr, n);
}
void own_free(void*, void* p) {
    if (p) free_block(calling_thread("PyObject_Free"), p);
}
// What the functions of each domain call. PyMem_SetAllocator replaces it for memory that C asks for; the
// runtime's own objects are made and freed by inlined code and do not come here.
CAllocator allocators[3] = {{nullptr, raw_malloc, raw_calloc, raw_realloc, raw_free},
                            {nullptr, own_malloc, own_calloc, own_realloc, own_free},
                            {nullptr, own_malloc, own_calloc, own_realloc, own_free}};
}  // namespace
void PyMem_GetAllocator(int domain, CAllocator* out) {
    *out = domain >= 0 && domain < 3 ? allocators[domain] : CAllocator{};
}
void PyMem_SetAllocator(int domain, CAllocator* allocator) {
    if (domain >= 0 && domain < 3) allocators[domain] = *allocator;
}
void* PyMem_RawMalloc(size_t n) {
    return n > PTRDIFF_MAX ? nullptr : allocators[0].malloc(allocators[0].ctx, n);
}
void* PyMem_RawCalloc(size_t count, size_t n) {
    if (n && count > PTRDIFF_MAX / n) return nullptr;
    return allocators[0].calloc(allocators[0].ctx, count, n);
}
void* PyMem_RawRealloc(void* p, size_t n) {
    return n > PTRDIFF_MAX ? nullptr : allocators[0].realloc(allocators[0].ctx, p, n);
}
void PyMem_RawFree(void* p) {
    allocators[0].free(allocators[0].ctx, p);
}
// The usual allocator is called with the token that is at hand.
#define DOMAIN(Name, number)                                                          \
    void* Name##_Malloc(Attached ts, size_t n) {                                      \
        const CAllocator& a = allocators[number];                                     \
        if (n > PTRDIFF_MAX) return nullptr;                                          \
        return a.malloc == own_malloc ? allocate(ts, n ? n : 1) : a.malloc(a.ctx, n); \
    }                                                                                 \
    void* Name##_Calloc(Attached, size_t count, size_t n) {                           \
        const CAllocator& a = allocators[number];                                     \
        if (n && count > PTRDIFF_MAX / n) return nullptr;                             \
        return a.calloc(a.ctx, count, n);                                             \
    }                                                                                 \
    void* Name##_Realloc(Attached, void* p, size_t n) {                               \
        const CAllocator& a = allocators[number];                                     \
        if (n > PTRDIFF_MAX) return nullptr;                                          \
        return a.realloc(a.ctx, p, n);                                                \
    }                                                                                 \
    void Name##_Free(Attached ts, void* p) {                                          \
        const CAllocator& a = allocators[number];                                     \
        if (a.free != own_free)                                                       \
            a.free(a.ctx, p);                                                         \
        else if (p)                                                                   \
            free_block(ts, p);                                                        \
    }
DOMAIN(PyMem, 1)
DOMAIN(PyObject, 2)
#undef DOMAIN
Object* _PyTraceMalloc_GetTraceback(Attached ts, unsigned domain, uintptr_t block) {
    return give(tracemalloc_traceback(ts, domain, block));
}

}  // namespace baton::api
