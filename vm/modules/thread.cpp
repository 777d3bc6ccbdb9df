// The _thread module: starting threads, and what threading.py builds on.
#include <csignal>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/structseq.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "threadstate/spawn.h"
#include "threadstate/sync.h"
#include "vm/modules/thread_types.h"
#include "vm/print_exception.h"
#include "vm/run.h"
#include "vm/sys_access.h"
#include "vm/vm_types.h"

namespace baton {
namespace {

constexpr const char* kHookFields[] = {"exc_type", "exc_value", "exc_traceback", "thread"};
constexpr auto hook_getset = struct_getset(kHookFields);
const StructInfo hook_info = {&baton_thread_excepthook_args_type, 4, 4, 0, kHookFields};

// What a new thread is to do; owned by it.
struct Start {
    Object* function;
    Tuple* args;
    Dict* kwargs;  // may be null
};

void run_thread(Attached ts, void* arg) {
    auto* start = static_cast<Start*>(arg);
    auto function = Ref<Object>::steal(start->function);
    auto args = Ref<Tuple>::steal(start->args);
    auto kwargs = OptRef<Dict>::steal(start->kwargs);
    delete start;
    ts->interp->thread_count.fetch_add(1);
    auto r = call_tuple(ts, *function, *args, kwargs.get());
    if (!r.ok()) {
        if (pending_is(ts, Exc::SystemExit))
            clear_pending(ts);
        else
            write_unraisable(ts, "in thread started by", function.get());
    }
    ts->interp->thread_count.fetch_sub(1);
}

Result<Value> start_new_thread(Attached ts, Module&, Object& function, Object& args, Object* kwargs) {
    if (!ts->interp->config.allow_threads)
        return raise(ts, Exc::RuntimeError, "thread is not supported for isolated subinterpreters");
    if (!is_callable(function)) return raise(ts, Exc::TypeError, "first arg must be callable");
    if (!is_tuple(args)) return raise(ts, Exc::TypeError, "2nd arg must be a tuple");
    if (kwargs && !is_dict(*kwargs))
        return raise(ts, Exc::TypeError, "optional 3rd arg must be a dictionary");
    auto* start = new Start{&function, static_cast<Tuple*>(&args), static_cast<Dict*>(kwargs)};
    incref(&function);
    incref(&args);
    xincref(kwargs);
    unsigned long ident = 0;
    if (!spawn_attached(ts, run_thread, start, &ident)) {
        decref(ts, start->function);
        decref(ts, start->args);
        xdecref(ts, start->kwargs);
        delete start;
        return raise(ts, Exc::RuntimeError, "can't start new thread");
    }
    return Result<Value>(TRY(int_from_uint64(ts, ident)));
}

Result<void> exit_thread(Attached ts, Module&) {
    return raise_none(ts, Exc::SystemExit);
}
Result<Ref<Object>> allocate_lock(Attached ts, Module&) {
    return thread_lock_new(ts);
}
Result<Value> get_ident(Attached ts, Module&) {
    return Result<Value>(TRY(int_from_uint64(ts, sync::current_ident())));
}
Result<Index> get_native_id(Attached, Module&) {
    return static_cast<Index>(sync::current_native_id());
}
Result<Index> thread_count(Attached ts, Module&) {
    return ts->interp->thread_count.load();
}

Result<Index> stack_size(Attached ts, Module&, Opt<Index> size) {
    auto old = static_cast<Index>(ts->interp->stack_size);
    if (!size.given) return old;
    if (size.value < 0) return raise(ts, Exc::ValueError, "size must be 0 or a positive value");
    if (set_stack_size(*ts->interp, static_cast<size_t>(size.value)) < 0) {
        return raise(ts, Exc::ValueError, "size not valid: {} bytes", size.value);
    }
    return old;
}

Result<void> interrupt_main(Attached ts, Module&, Opt<int> signum) {
    int s = signum.or_else(SIGINT);
    if (s < 1 || s >= kSignalCount) return raise(ts, Exc::ValueError, "signal number out of range");
    trip_signal(s);
    if (is_main_thread()) ts->ticks = -1;  // due when this call returns
    return {};
}

// The thread's sentinel: a lock held until its state goes; threading.Thread.join waits for it.
void release_sentinel(void* data) {
    Attached ts = attached_unchecked(*current_or_null());
    auto* reference = static_cast<Object*>(data);
    auto lock = weakref_get(static_cast<WeakRef&>(*reference));
    if (lock) thread_lock_force_release(*lock);
    decref(ts, reference);
}
Result<Ref<Object>> set_sentinel(Attached ts, Module&) {
    if (ts->on_delete_data) {
        auto* old = static_cast<Object*>(std::exchange(ts->on_delete_data, nullptr));
        ts->on_delete = nullptr;
        decref(ts, old);
    }
    auto lock = TRY(thread_lock_new(ts));
    ts->on_delete_data = TRY(weakref_new(ts, *lock, nullptr)).release();
    ts->on_delete = release_sentinel;
    return lock;
}

// The default of threading.excepthook.
Result<void> thread_excepthook(Attached ts, Module&, Object& args) {
    if (args.type != hook_info.type)
        return raise(ts, Exc::TypeError, "_thread.excepthook argument type must be ExceptHookArgs");
    auto& t = static_cast<Tuple&>(args);
    Object *type = t.item[0], *value = t.item[1], *traceback = t.item[2], *thread = t.item[3];
    if (type == &exc_type(Exc::SystemExit)) return {};
    // A daemon thread may end after sys.stderr is gone: it has kept what was there when it began.
    auto err = sys_get(ts, id(Name::stderr_));
    if ((!err || is_none(*err)) && !is_none(*thread))
        err = TRY(get_attr_opt(ts, *thread, *TRY(str_intern_utf8(ts, "_stderr"))));
    if (!err || is_none(*err)) return {};
    OptRef<Object> name;
    if (!is_none(*thread)) name = TRY(get_attr_opt(ts, *thread, *TRY(str_intern_utf8(ts, "_name"))));
    std::string head = "Exception in thread ";
    if (name)
        head += TRY(show_str(ts, *name)).view;
    else
        head += std::to_string(sync::current_ident());
    StrBuilder text;
    text.append_utf8(head + ":\n");
    if (!is_none(*value))
        text.append(*TRY(exception_text(ts, *value, is_none(*traceback) ? nullptr : traceback)));
    const Ref<Str> all = TRY(text.finish(ts));
    TRY(call_method(ts, *err, id(Name::write), {all.get()}));
    TRY(call_method(ts, *err, id(Name::flush)));
    return {};
}

constexpr Method functions[] = {
    method<start_new_thread>(
        "start_new_thread($module, function, args, kwargs=<unrepresentable>, /)",
        "Has a new thread call function(*args, **kwargs) and gives the identifier of that thread."),
    method<start_new_thread>("start_new($module, function, args, kwargs=<unrepresentable>, /)",
                             "An obsolete synonym of start_new_thread()."),
    method<allocate_lock>("allocate_lock($module, /)", "A lock that nobody holds."),
    method<allocate_lock>("allocate($module, /)", "An obsolete synonym of allocate_lock()."),
    method<exit_thread>("exit_thread($module, /)", "An obsolete synonym of exit()."),
    method<exit_thread>("exit($module, /)", "Raise SystemExit, which ends the thread silently."),
    method<interrupt_main>("interrupt_main($module, signum=SIGINT, /)",
                           "Makes the main thread act as if the signal had come in."),
    method<get_ident>("get_ident($module, /)",
                      "A number, never 0, that no other thread has while this one lives."),
    method<get_native_id>("get_native_id($module, /)",
                          "Return the current thread's identifier in the kernel."),
    method<thread_count>("_count($module, /)",
                         "How many threads made by start_new_thread() are still alive."),
    method<stack_size>("stack_size($module, size=0, /)",
                       "The size of the stacks of threads to come, 0 being the system's own choice; sets it "
                       "if size is given."),
    method<set_sentinel>("_set_sentinel($module, /)",
                         "A lock that lets go by itself when this thread is done with Python."),
    method<thread_excepthook>("_excepthook($module, args, /)",
                              "Writes the exception that ended a thread to sys.stderr."),
    {},
};

Result<void> thread_exec(Attached ts, Module& module) {
    Dict& d = *module.dict;
    auto put = [&](const char* name, Object& o) -> Result<void> {
        return dict_set_str(ts, d, *TRY(str_intern_utf8(ts, name)), o);
    };
    TRY(struct_prepare(ts, hook_info));
    TRY(put("error", exc_type(Exc::RuntimeError)));
    TRY(put("LockType", baton_thread_lock_type));
    TRY(put("RLock", baton_thread_rlock_type));
    TRY(put("_local", baton_thread_local_type));
    TRY(put("_ExceptHookArgs", baton_thread_excepthook_args_type));
    return put("TIMEOUT_MAX", *TRY(box_float(ts, 9223372036.0)));
}

}  // namespace

const TypeSpec thread_excepthook_args_spec =
    struct_spec<4>("_thread.ExceptHookArgs", hook_getset.data(), "What threading.excepthook is told.");

extern const ModuleSpec thread_module;
const ModuleSpec thread_module = {
    .name = "_thread",
    .doc = "The low-level interface to threads.",
    .methods = functions,
    .exec = thread_exec,
};

}  // namespace baton
