// See lifecycle.h.
#include "vm/lifecycle.h"

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/random.h>
#include <unistd.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/siphash.h"
#include "runtime/start.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/weakref.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/vm_hooks.h"
#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/command_line.h"
#include "vm/dump_traceback.h"
#include "vm/fs_text.h"
#include "vm/import.h"
#include "vm/modules/faulthandler.h"
#include "vm/modules/tracemalloc.h"
#include "vm/print_exception.h"
#include "vm/run.h"
#include "vm/signal_handlers.h"
#include "vm/std_printer.h"
#include "vm/modules/subinterpreters.h"
#include "vm/sys_access.h"
#include "vm/text_locale.h"
#include "vm/vm_types.h"

namespace baton {

extern const VmHooks vm_hooks;
extern const ModuleSpec builtins_module, sys_module;
void choose_table(Attached ts);
void vm_thread_free(RuntimeThread& t);

namespace {

StartUp& start_up() {
    return *static_cast<StartUp*>(hooks().start_up);
}

// ---- making an interpreter ----
Result<void> make_builtins(Attached ts) {
    RuntimeInterp& in = interp(ts);
    in.sys_modules = TRY(dict_new(ts)).release();
    auto builtins = TRY(module_from_spec(ts, builtins_module));
    incref(builtins->dict);
    in.builtins = builtins->dict;
    TRY(dict_set_str(ts, *in.sys_modules, *TRY(str_intern_utf8(ts, "builtins")), *builtins));
    auto sys = TRY(module_from_spec(ts, sys_module));
    incref(sys->dict);
    in.sys_dict = sys->dict;
    return dict_set_str(ts, *in.sys_modules, *TRY(str_intern_utf8(ts, "sys")), *sys);
}

// The encoding of the standard streams, by the name its codec has.
Result<Ref<Str>> stream_encoding(Attached ts) {
    const Config& c = vm_interp(ts).config;
    const std::string wanted = c.stdio_encoding.empty() ? locale_encoding(c) : c.stdio_encoding;
    const Ref<Tuple> codec = TRY(codec_lookup(ts, wanted.c_str()));
    const Ref<Object> name = TRY(get_attr(ts, *codec, id(Name::name)));
    if (!is_str(*name)) return raise(ts, Exc::TypeError, "a codec's name must be str");
    return str_exact(ts, static_cast<Str&>(*name));
}

// One standard stream: text over a buffer over a descriptor. None when the descriptor is closed.
Result<void> make_stream(Attached ts, Object& io, int fd, Name name, Name saved, bool write) {
    const Config& c = vm_interp(ts).config;
    if (::fcntl(fd, F_GETFD) < 0 && errno == EBADF) {
        TRY(sys_set(ts, id(name), none()));
        return sys_set(ts, id(saved), none());
    }
    auto open = TRY(get_attr(ts, io, id(Name::open)));
    bool unbuffered = c.unbuffered && write;
    auto descriptor = TRY(box_int(ts, fd));
    auto mode = TRY(str_new_ascii(ts, write ? "wb" : "rb"));
    auto size = TRY(box_int(ts, unbuffered ? 0 : -1));
    auto buffer =
        TRY(call(ts, *open,
                 {descriptor.get(), mode.get(), size.get(), &none(), &none(), &none(), &bool_object(false)}));
    auto raw = unbuffered ? buffer.copy() : TRY(get_attr(ts, *buffer, *TRY(str_intern_utf8(ts, "raw"))));
    auto shown = TRY(str_format(ts, "<{}>", TRY(str_as_utf8(ts, id(name)))));
    TRY(set_attr(ts, *raw, id(Name::name), *shown));
    bool terminal = ::isatty(fd) == 1;
    auto wrapper = TRY(get_attr(ts, io, *TRY(str_intern_utf8(ts, "TextIOWrapper"))));
    const Ref<Str> encoding = TRY(stream_encoding(ts));
    // Standard error never fails.
    const Ref<Str> errors = TRY(str_new_utf8(ts, fd == 2                  ? "backslashreplace"
                                                 : c.stdio_errors.empty() ? locale_stream_errors(c)
                                                                          : c.stdio_errors.c_str()));
    auto newline = TRY(str_new_ascii(ts, "\n"));
    bool lines = write && !unbuffered && (terminal || fd == 2);
    auto stream = TRY(call(ts, *wrapper,
                           {buffer.get(), encoding.get(), errors.get(), newline.get(), &bool_object(lines),
                            &bool_object(unbuffered)}));
    auto text_mode = TRY(str_new_ascii(ts, write ? "w" : "r"));
    TRY(set_attr(ts, *stream, id(Name::mode), *text_mode));
    TRY(sys_set(ts, id(name), *stream));
    return sys_set(ts, id(saved), *stream);
}

Result<void> make_streams(Attached ts) {
    auto io = TRY(import_module(ts, "io"));
    auto open = TRY(get_attr(ts, *io, id(Name::open)));
    TRY(dict_set_str(ts, *interp(ts).builtins, id(Name::open), *open));
    TRY(make_stream(ts, *io, 0, Name::stdin_, Name::__stdin__, false));
    TRY(make_stream(ts, *io, 1, Name::stdout_, Name::__stdout__, true));
    return make_stream(ts, *io, 2, Name::stderr_, Name::__stderr__, true);
}

Result<void> make_main_module(Attached ts) {
    auto name = TRY(str_intern_utf8(ts, "__main__"));
    auto module = TRY(module_new(ts, *name));
    auto builtins = TRY(dict_find(ts, *interp(ts).sys_modules, *TRY(str_intern_utf8(ts, "builtins")))).value;
    TRY(dict_set_str(ts, *module->dict, id(Name::__builtins__), *builtins));
    auto annotations = TRY(dict_new(ts));
    TRY(dict_set_str(ts, *module->dict, id(Name::__annotations__), *annotations));
    TRY(dict_set_str(ts, *interp(ts).sys_modules, *name, *module));
    // What runs as __main__ without a file says that it is built in.
    auto importlib = Ref<Object>::share(*vm_interp(ts).importlib);
    auto loader = TRY(get_attr_opt(ts, *importlib, *TRY(str_intern_utf8(ts, "BuiltinImporter"))));
    if (loader) TRY(dict_set_str(ts, *module->dict, id(Name::__loader__), *loader));
    return {};
}

// Options for the warnings filter are read by the module, at start-up, so that it can refuse them at once.
Result<void> import_warnings(Attached ts) {
    if (vm_interp(ts).config.warn_options.empty()) return {};
    auto r = import_module(ts, "warnings");
    if (!r.ok()) {
        write_stderr(ts, "'import warnings' failed; traceback:\n");
        print_pending(ts);
    }
    return {};
}

Result<void> import_site(Attached ts) {
    if (vm_interp(ts).config.no_site) return {};
    TRY(import_module(ts, "site"));
    return {};
}

Result<void> start_interpreter(Attached ts) {
    TRY(make_builtins(ts));
    if (const int frames = vm_interp(ts).config.trace_malloc; frames > 0 && is_main_interpreter(ts.interp()))
        TRY(tracemalloc_start(ts, frames));
    const Ref<Object> printer = TRY(std_printer_new(ts, STDERR_FILENO));
    for (Name name : {Name::stderr_, Name::__stderr__}) TRY(sys_set(ts, id(name), *printer));
    TRY(import_bootstrap(ts));
    TRY(import_zip_importer(ts));
    TRY(import_module(ts, "encodings"));  // registers the codec search that text streams need
    TRY(signal_handlers_start(ts));
    TRY(make_streams(ts));
    TRY(make_main_module(ts));
    if (vm_interp(ts).config.fault_handler && is_main_interpreter(ts.interp())) TRY(faulthandler_start(ts));
    TRY(import_warnings(ts));
    return import_site(ts);
}

bool interp_init(Attached ts) {
    vm_thread_init(rt(ts));
    RuntimeInterp& in = interp(ts);
    in.vm_hooks = &vm_hooks;
    if (!runtime_interp_init(ts)) return false;
    ready_vm_types(ts);
    in.vm = new VmInterp;
    if (is_main_interpreter(*ts->interp)) in.vm->channels = std::make_shared<Channels>();
    in.vm->config = start_up().config;
    in.vm->import_hooks = start_up().import_hooks;
    if (in.vm->config.int_max_str_digits >= 0) in.int_max_str_digits = in.vm->config.int_max_str_digits;
    choose_table(ts);
    return start_interpreter(ts).ok();
}

// ---- ending one ----
// CPython 3.11: finalize_modules (Python/pylifecycle.c), in its order: what sys holds for the user, then
// module by module.
// What nobody could collect is told of at the end, and shown if gc.DEBUG_UNCOLLECTABLE asks for it.
Result<void> tell_of_garbage(Attached ts, Dict& warnings_names) {
    const GcState& gc = gc_state(ts);
    const bool show = (gc.debug & kGcDebugUncollectable) != 0;
    Object* warn = dict_find_str(warnings_names, id(Name::warn_explicit));
    if (!warn) return {};
    const Ref<Str> text =
        TRY(str_format(ts, "gc: {} uncollectable objects at shutdown{}", gc.garbage->size,
                       show ? "" : "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them"));
    const Ref<Str> where = TRY(str_intern_utf8(ts, "gc"));
    const Ref<Int> line = small_int(0);
    (void)TRY(
        call(ts, *warn, {text.get(), &exc_type(Exc::ResourceWarning), where.get(), line.get(), where.get()}));
    if (!show) return {};
    const Shown all = TRY(show_repr(ts, *gc.garbage));
    write_stderr(ts, "      " + std::string(all.view) + "\n");
    return {};
}
void warn_of_garbage(Attached ts, Dict* warnings_names) {
    const GcState& gc = gc_state(ts);
    if (!warnings_names || !gc.garbage || gc.garbage->size == 0 || (gc.debug & kGcDebugSaveAll)) return;
    if (!tell_of_garbage(ts, *warnings_names).ok()) write_unraisable(ts, nullptr, nullptr);
}

void clear_modules(Attached ts) {
    RuntimeInterp& in = interp(ts);
    if (!in.sys_modules) return;
    for (Name name : {Name::path, Name::argv, Name::ps1, Name::ps2, Name::last_type, Name::last_value,
                      Name::last_traceback, Name::path_hooks, Name::path_importer_cache, Name::meta_path}) {
        if (!sys_set(ts, id(name), none()).ok()) clear_pending(ts);
    }
    for (auto [name, saved] : {std::pair{Name::stdin_, Name::__stdin__},
                               {Name::stdout_, Name::__stdout__},
                               {Name::stderr_, Name::__stderr__}}) {
        auto original = sys_get(ts, id(saved));
        if (!sys_set(ts, id(name), original ? *original : none()).ok()) clear_pending(ts);
    }
    // Modules go out of sys.modules first and are only known by weak references: those that nobody uses any
    // more, be it in a cycle, are freed by the collector, which runs finalizers with all names intact.
    std::vector<Ref<Object>> references;
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*in.sys_modules, &pos, &key, &value)) {
        if (!is_module(*value)) continue;
        auto reference = weakref_new(ts, *value, nullptr);
        if (reference.ok())
            references.push_back(reference.take());
        else
            clear_pending(ts);
    }
    auto warnings_name = str_intern_utf8(ts, "_warnings");
    OptRef<Object> warnings;
    if (warnings_name.ok()) warnings = OptRef<Object>::share(dict_find_str(*in.sys_modules, *warnings_name));
    dict_clear(ts, *in.sys_modules);
    // Destructors may still have something to warn of, so this module keeps its names, too.
    Dict* const warnings_names =
        warnings && is_module(*warnings) ? static_cast<Module&>(*warnings).dict : nullptr;
    if (warnings && !dict_set_str(ts, *in.sys_modules, *warnings_name, *warnings).ok()) clear_pending(ts);
    warnings = {};
    replace_field<Object>(ts, in.vm->importlib, nullptr);
    gc_collect(ts, kGenerations - 1);
    for (auto it = references.rbegin(); it != references.rend(); ++it) {
        const OptRef<Object> module = weakref_get(static_cast<WeakRef&>(**it));
        if (!module) continue;
        Dict* names = static_cast<Module&>(*module).dict;
        if (names && names != in.builtins && names != in.sys_dict && names != warnings_names)
            module_clear_names(ts, *names);
    }
    gc_collect(ts, kGenerations - 1);
    warn_of_garbage(ts, warnings_names);
    (void)flush_standard_streams(ts);
    for (Dict* names : {in.sys_dict, in.builtins}) {
        if (names) module_clear_names(ts, *names);
    }
}

void interp_clear(Attached ts) {
    RuntimeInterp& in = interp(ts);
    clear_pending(ts);
    if (in.vm) {
        if (!audit(ts, "cpython.PyInterpreterState_Clear", {}).ok()) clear_pending(ts);
        clear_modules(ts);
        signal_handlers_clear(ts);
        fork_callbacks_clear(ts);
        for (AtexitCallback& c : in.vm->atexit) {
            xdecref(ts, c.function);
            xdecref(ts, c.args);
            xdecref(ts, c.kwargs);
        }
        in.vm->atexit.clear();
        tracemalloc_stop(ts);
        replace_field<Object>(ts, in.vm->async_hooks, nullptr);
        replace_field<Object>(ts, in.vm->ast_nodes, nullptr);
        if (is_main_interpreter(ts.interp())) clear_c_audit_hooks(ts);
        replace_field<List>(ts, in.vm->audit_hooks, nullptr);
        replace_field<Object>(ts, in.vm->dict, nullptr);
        replace_field<Object>(ts, in.vm->asyncio, nullptr);
        replace_field<Object>(ts, in.vm->elementtree, nullptr);
        replace_field<Object>(ts, in.vm->extension_modules, nullptr);
        replace_field<Object>(ts, in.vm->importlib, nullptr);
    }
    runtime_interp_clear(ts);
}
void interp_free(InterpreterState& state) {
    auto& in = state.upper<RuntimeInterp>();
    delete std::exchange(in.vm, nullptr);
    runtime_interp_free(state);
}

// ---- threads ----
bool thread_init(ThreadState& state) {
    if (!runtime_thread_init(state)) return false;
    vm_thread_init(state.upper<RuntimeThread>());
    return true;
}
void thread_clear(Attached ts, ThreadState& state) {
    vm_thread_clear(ts, state.upper<RuntimeThread>());
    runtime_thread_clear(ts, state);
    for (Object** field : {&state.dict, &state.c_traceobj, &state.c_profileobj}) {
        if (Object* o = std::exchange(*field, nullptr)) decref(ts, o);
    }
}
void thread_free(ThreadState& state) {
    vm_thread_free(state.upper<RuntimeThread>());
    runtime_thread_free(state);
}
bool has_frame(ThreadState& state) {
    return state.upper<RuntimeThread>().frame != nullptr;
}

// ---- end of the process ----
// threading waits for every thread that is not a daemon, and the main thread is one. When another thread
// finalizes, the main one is not coming back to end: its sentinel is released for it.
void forget_main_thread(Attached ts) {
    if (is_main_thread() || !is_main_interpreter(ts.interp())) return;
    void (*release)(void*) = nullptr;
    void* data = nullptr;
    {
        sync::MutexLock lock(process().head);
        for (ThreadState* t = ts->interp->threads; t; t = t->next) {
            if (t->thread_id != process().main_thread.load() || !t->on_delete) continue;
            release = std::exchange(t->on_delete, nullptr);
            data = std::exchange(t->on_delete_data, nullptr);
            break;
        }
    }
    if (release) release(data);
}
void threading_shutdown(Attached ts) {
    forget_main_thread(ts);
    RuntimeInterp& in = interp(ts);
    if (!in.sys_modules) return;
    auto name = str_intern_utf8(ts, "threading");
    auto method_name = str_intern_utf8(ts, "_shutdown");
    if (!name.ok() || !method_name.ok()) return clear_pending(ts);
    Object* threading = dict_find_str(*in.sys_modules, *name);
    if (!threading) return;
    auto keep = Ref<Object>::share(*threading);
    if (!call_method(ts, *keep, *method_name).ok()) write_unraisable(ts, nullptr, keep.get());
}

// "file.py:41" for reports of a dying process: no allocation, nothing is looked up.
bool current_line(ThreadState& state, char* buffer, size_t size) {
    Frame* f = state.upper<RuntimeThread>().frame;
    if (!f || !f->code || !f->code->filename) return false;
    Str& name = *f->code->filename;
    size_t n = 0;
    for (Index i = 0; i < name.length && n + 16 < size; ++i) {
        uint32_t c = str_char_unchecked(name, i);
        buffer[n++] = c < 128 ? static_cast<char>(c) : '?';
    }
    int line = frame_line(*f);
    char digits[12];
    int count = 0;
    do digits[count++] = static_cast<char>('0' + line % 10);
    while ((line /= 10) > 0 && count < 11);
    buffer[n++] = ':';
    while (count > 0) buffer[n++] = digits[--count];
    buffer[n] = 0;
    return true;
}
HashKey choose_hash_key(const Config& c) {
    if (c.hash_seed >= 0) return hash_key_from_seed(static_cast<uint32_t>(c.hash_seed));
    HashKey key{};
    if (::getrandom(&key, sizeof key, GRND_NONBLOCK) != sizeof key)
        key = hash_key_from_seed(static_cast<uint32_t>(::getpid()));
    return key;
}

}  // namespace

StartUp& start_up_record() {
    void*& place = process().hooks.start_up;
    if (!place) place = new StartUp;
    return *static_cast<StartUp*>(place);
}

bool vm_configure(StartUp given, const GilSettings& gil, std::string* error) {
    if (const char* allocator = given.config.ignore_environment ? nullptr : std::getenv("PYTHONMALLOC");
        allocator && std::strncmp(allocator, "malloc", 6) == 0)
        leave_memory_to_malloc();
    StartUp& old = start_up_record();
    if (given.config.home.empty()) given.config.home = old.set_home.value_or("");
    if (!find_standard_library(&given.config, error)) return false;
    if (old.set_path) given.config.prefix.clear();  // who says where the library is knows no prefix
    given.set_program = std::move(old.set_program);
    given.set_home = std::move(old.set_home);
    given.set_path = std::move(old.set_path);
    // Cached hashes of immortal strings outlive an interpreter, so the key stays for the life of the process.
    if (!old.hash_key_set) set_hash_key(choose_hash_key(given.config));
    given.hash_key_set = true;
    given.inittab = std::move(old.inittab);
    given.faults = old.faults;
    given.open_code = old.open_code;
    given.open_code_data = old.open_code_data;
    Hooks h;
    runtime_fill_hooks(h);
    old = std::move(given);
    h.start_up = &old;
    h.thread_init = thread_init;
    h.thread_clear = thread_clear;
    h.thread_free = thread_free;
    h.interp_init = interp_init;
    h.interp_clear = interp_clear;
    h.interp_free = interp_free;
    h.has_frame = has_frame;
    h.run_signals = run_signal_handlers;
    h.finalize_signals = signal_handlers_end;
    h.threading_shutdown = threading_shutdown;
    h.call_atexit = run_atexit;
    h.flush_std_files = flush_standard_streams;
    h.dump_traceback = dump_traceback;
    h.dump_threads = [](int fd, InterpreterState& interp, ThreadState* current) {
        dump_threads(fd, interp, current, true);
        dump_extension_modules(fd, interp);
    };
    h.current_line = current_line;
    configure_process(h, gil);
    runtime_process_init();
    return true;
}

void run_atexit(Attached ts) {
    VmInterp* vm = interp(ts).vm;
    if (!vm) return;
    while (!vm->atexit.empty()) {
        AtexitCallback c = vm->atexit.back();
        vm->atexit.pop_back();
        if (!c.function) continue;
        auto function = Ref<Object>::steal(c.function);
        auto args = Ref<Object>::steal(c.args);
        auto kwargs = OptRef<Object>::steal(c.kwargs);
        auto r = call_tuple(ts, *function, static_cast<Tuple&>(*args), static_cast<Dict*>(kwargs.get()));
        if (!r.ok()) write_unraisable(ts, "in atexit callback", function.get());
    }
}

int flush_standard_streams(Attached ts) {
    int status = 0;
    for (Name name : {Name::stdout_, Name::stderr_}) {
        auto stream = sys_get(ts, id(name));
        if (!stream || is_none(*stream)) continue;
        auto is_closed = [&]() -> Result<bool> {
            auto value = TRY(get_attr_opt(ts, *stream, id(Name::closed)));
            if (!value) return false;
            return is_true(ts, *value);
        };
        auto closed = is_closed();
        if (!closed.ok())
            clear_pending(ts);
        else if (closed.take())
            continue;
        if (!call_method(ts, *stream, id(Name::flush)).ok()) {
            if (name == Name::stdout_)
                write_unraisable(ts, nullptr, stream.get());
            else
                clear_pending(ts);
            status = -1;
        }
    }
    return status;
}

}  // namespace baton
