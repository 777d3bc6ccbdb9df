// The functions of sys.
#include "vm/modules/sys_functions.h"

#include <dlfcn.h>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/codec.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/frame_object.h"
#include "vm/import.h"
#include "vm/interp_data.h"
#include "vm/modules/sys_types.h"
#include "vm/print_exception.h"
#include "vm/sys_access.h"
#include "vm/trace.h"

namespace baton {
namespace {

// ---- hooks ----
// What the stream's encoding cannot express, escaped; as bytes, where the stream has a buffer for them.
Result<void> write_escaped(Attached ts, Object& out, Str& text) {
    const Ref<Object> encoding = TRY(get_attr(ts, out, id(Name::encoding)));
    if (!is_str(*encoding))
        return raise(ts, Exc::TypeError, "encoding must be str, not {}", type_name(*encoding));
    const char* name = TRY(str_as_c_string(ts, static_cast<Str&>(*encoding)));
    const Ref<Bytes> bytes = TRY(encode_str(ts, text, name, "backslashreplace"));
    const OptRef<Object> buffer = TRY(get_attr_opt(ts, out, *TRY(str_intern_utf8(ts, "buffer"))));
    if (buffer) {
        TRY(call_method(ts, *buffer, id(Name::write), {bytes.get()}));
        return {};
    }
    const Ref<Str> escaped = TRY(decode_bytes(ts, *bytes, name, "strict"));
    TRY(call_method(ts, out, id(Name::write), {escaped.get()}));
    return {};
}
Result<void> sys_displayhook(Attached ts, Object&, Object& object) {
    if (is_none(object)) return {};
    Dict& builtins = *interp(ts).builtins;
    auto underscore = TRY(str_intern_utf8(ts, "_"));
    TRY(dict_set_str(ts, builtins, *underscore, none()));
    auto out = sys_get(ts, id(Name::stdout_));
    if (!out || is_none(*out)) return raise(ts, Exc::RuntimeError, "lost sys.stdout");
    auto text = TRY(repr(ts, object));
    auto written = call_method(ts, *out, id(Name::write), {text.get()});
    if (!written.ok()) {
        if (!pending_is(ts, Exc::UnicodeEncodeError)) return already_raised();
        clear_pending(ts);
        TRY(write_escaped(ts, *out, *text));
    }
    auto newline = str_latin1_char('\n');
    TRY(call_method(ts, *out, id(Name::write), {newline.get()}));
    return dict_set_str(ts, builtins, *underscore, object);
}
Result<void> sys_excepthook(Attached ts, Object&, Object& type, Object& value, Object& traceback) {
    (void)type;
    display_exception(ts, value, is_none(traceback) ? nullptr : &traceback);
    return {};
}
Result<void> sys_unraisablehook(Attached ts, Object&, Object& args) {
    if (args.type != sys_unraisable_info.type)
        return raise(ts, Exc::TypeError, "sys.unraisablehook argument type must be UnraisableHookArgs");
    display_unraisable(ts, static_cast<Tuple&>(args));
    return {};
}
Value sys_breakpointhook(Attached ts, Object&, Args args, Kwargs kwargs) {
    auto pdb = import_module(ts, "pdb");
    if (!pdb.ok()) return Value();
    auto name = str_intern_utf8(ts, "set_trace");
    if (!name.ok()) return Value();
    auto f = get_attr(ts, *pdb, *name);
    if (!f.ok()) return Value();
    return call_value(ts, *f, args.v, args.n, kwargs.names);
}

// ---- exceptions and frames ----
BaseException* handled_exception(Attached ts) {
    for (HandledException* h = rt(ts).handled; h; h = h->previous) {
        if (h->exception) return h->exception;
    }
    return nullptr;
}
Result<Ref<Object>> sys_exception(Attached ts, Object&) {
    BaseException* e = handled_exception(ts);
    return Ref<Object>::share(e ? *static_cast<Object*>(e) : none());
}
Result<Ref<Tuple>> sys_exc_info(Attached ts, Object&) {
    BaseException* e = handled_exception(ts);
    if (!e) return tuple_of(ts, {&none(), &none(), &none()});
    return tuple_of(ts, {e->type, e, e->traceback ? e->traceback : &none()});
}
Result<void> sys_exit(Attached ts, Object&, Object* status) {
    if (!status) return raise_none(ts, Exc::SystemExit);
    return raise_type(ts, exc_type(Exc::SystemExit), status);
}
Result<Ref<Object>> sys_getframe(Attached ts, Object&, Opt<int> depth) {
    Frame* f = rt(ts).frame;
    for (int n = depth.or_else(0); f && n > 0; --n) f = f->prev;
    if (!f) return raise(ts, Exc::ValueError, "call stack is not deep enough");
    auto frame = TRY(frame_object(ts, *f));
    TRY(audit(ts, "sys._getframe", {frame.get()}));
    return frame;
}
Result<Ref<Object>> sys_current_frames(Attached ts, Object&) {
    TRY(audit(ts, "sys._current_frames", {}));
    // The list of states is read under its mutex; the frames stand still because we hold the interpreter's
    // lock.
    std::vector<std::pair<unsigned long, Frame*>> found;
    {
        sync::MutexLock lock(process().head);
        for (ThreadState* t = ts->interp->threads; t; t = t->next) {
            if (Frame* f = t->upper<RuntimeThread>().frame) found.emplace_back(t->thread_id, f);
        }
    }
    auto dict = TRY(dict_new(ts));
    for (auto [ident, f] : found) {
        auto key = TRY(int_from_uint64(ts, ident));
        auto frame = TRY(frame_object(ts, *f));
        TRY(dict_set(ts, *dict, *key, *frame));
    }
    return dict;
}

Result<Ref<Object>> sys_current_exceptions(Attached ts, Object&) {
    TRY(audit(ts, "sys._current_exceptions", {}));
    std::vector<std::pair<unsigned long, BaseException*>> found;
    {
        sync::MutexLock lock(process().head);
        for (ThreadState* t = ts->interp->threads; t; t = t->next) {
            BaseException* handled = nullptr;
            for (HandledException* h = t->upper<RuntimeThread>().handled; h && !handled; h = h->previous)
                handled = h->exception;
            found.emplace_back(t->thread_id, handled);
        }
    }
    auto dict = TRY(dict_new(ts));
    for (auto [ident, e] : found) {
        auto key = TRY(int_from_uint64(ts, ident));
        auto info = e ? TRY(tuple_of(ts, {e->type, e, e->traceback ? e->traceback : &none()}))
                      : TRY(tuple_of(ts, {&none(), &none(), &none()}));
        TRY(dict_set(ts, *dict, *key, *info));
    }
    return dict;
}

// ---- limits ----
Result<Index> sys_getrecursionlimit(Attached ts, Object&) {
    return ts->interp->recursion_limit;
}
Result<void> sys_setrecursionlimit(Attached ts, Object&, int limit) {
    if (limit < 1) return raise(ts, Exc::ValueError, "recursion limit must be greater or equal than 1");
    int depth = rt(ts).recursion_depth + rt(ts).c_recursion_depth;
    if (depth >= limit) {
        return raise(ts, Exc::RecursionError,
                     "cannot set the recursion limit to {} at the recursion depth {}: the limit is too low",
                     limit, depth);
    }
    // The interpreter's limit is the one that is checked; the state's fields are what C programs look at.
    ts->interp->recursion_limit = limit;
    ts->recursion_remaining += limit - ts->recursion_limit;
    ts->recursion_limit = limit;
    return {};
}
Result<Index> sys_get_int_max_str_digits(Attached ts, Object&) {
    return interp(ts).int_max_str_digits;
}
Result<void> sys_set_int_max_str_digits(Attached ts, Object&, int maxdigits) {
    if (maxdigits != 0 && maxdigits < 640)
        return raise(ts, Exc::ValueError, "maxdigits must be 0 or larger than 640");
    interp(ts).int_max_str_digits = maxdigits;
    return {};
}

// ---- the lock ----
Result<double> sys_getswitchinterval(Attached ts, Object&) {
    return static_cast<double>(ts->interp->gil->settings().interval_ns / 1000) * 1e-6;
}
Result<void> sys_setswitchinterval(Attached ts, Object&, double interval) {
    if (interval <= 0.0) return raise(ts, Exc::ValueError, "switch interval must be strictly positive");
    GilSettings s = ts->interp->gil->settings();
    double us = interval * 1e6;
    s.interval_ns = us < 9e15 ? static_cast<int64_t>(us) * 1000 : 0;
    ts->interp->gil->set_settings(s);
    return {};
}
Result<Index> sys_getcheckinterval(Attached ts, Object&) {
    return static_cast<Index>(ts->interp->gil->settings().check_interval);
}
Result<void> sys_setcheckinterval(Attached ts, Object&, int n) {
    GilSettings s = ts->interp->gil->settings();
    s.check_interval = n;
    ts->interp->gil->set_settings(s);
    return {};
}
const char* mode_name(Mode m) {
    return m == Mode::kTicks ? "ticks" : m == Mode::kTimed ? "timed" : "fair";
}
Result<Ref<Str>> sys_getgilmode(Attached ts, Object&) {
    return str_intern_utf8(ts, mode_name(ts->interp->gil->settings().mode));
}
Result<void> sys_setgilmode(Attached ts, Object&, Str& mode) {
    GilSettings s = ts->interp->gil->settings();
    std::string text(TRY(str_as_utf8(ts, mode)));
    if (!parse_gil_settings(text.c_str(), &s)) {
        return raise(ts, Exc::ValueError, "the lock's mode is 'ticks', 'timed' or 'fair', not '{}'", text);
    }
    ts->interp->gil->set_settings(s);
    return {};
}
Result<Ref<Object>> sys_gilstats(Attached ts, Object&) {
    GilStats s = ts->interp->gil->stats();
    auto d = TRY(dict_new(ts));
    struct Row {
        const char* name;
        int64_t value;
    } rows[] = {
        {"takes", static_cast<int64_t>(s.takes)},
        {"waits", static_cast<int64_t>(s.waits)},
        {"switches", static_cast<int64_t>(s.switches)},
        {"forced", static_cast<int64_t>(s.forced)},
        {"requests", static_cast<int64_t>(s.requests)},
        {"lazy_releases", static_cast<int64_t>(s.lazy_releases)},
        {"lazy_hits", static_cast<int64_t>(s.lazy_hits)},
        {"wait_ns", s.wait_ns},
        {"max_wait_ns", s.max_wait_ns},
        {"hold_ns", s.hold_ns},
    };
    for (const Row& r : rows)
        TRY(dict_set_str(ts, *d, *TRY(str_intern_utf8(ts, r.name)), *TRY(box_int(ts, r.value))));
    TRY(dict_set_str(ts, *d, *TRY(str_intern_utf8(ts, "mode")), *TRY(sys_getgilmode(ts, none()))));
    return d;
}

// ---- objects ----
Result<Ref<Str>> sys_intern(Attached ts, Object&, Str& string) {
    if (!is_exact_str(string)) return raise(ts, Exc::TypeError, "can't intern {}", type_name(string));
    return str_intern(ts, Ref<Str>::share(string));
}
Result<Index> sys_getrefcount(Attached, Object&, Object& object) {
    return object.refcnt;
}
Result<Ref<Object>> sys_getsizeof(Attached ts, Object&, Object& object, Object* fallback) {
    auto size = [&]() -> Result<Index> {
        auto method = TRY(lookup_special(ts, object, id(Name::__sizeof__)));
        if (!method) return raise(ts, Exc::TypeError, "Type {} doesn't define __sizeof__", type_name(object));
        auto r = TRY(call(ts, *method));
        if (!is_int(*r)) return raise(ts, Exc::TypeError, "an integer is required");
        int overflow = 0;
        const Index n = int_as_int64(static_cast<Int&>(*r), &overflow);
        if (overflow) return raise(ts, Exc::OverflowError, "Python int too large to convert to C ssize_t");
        if (n < 0) return raise(ts, Exc::ValueError, "__sizeof__() should return >= 0");
        return n;
    };
    auto n = size();
    if (n.ok()) {
        const auto head = has_flag(*object.type, kTypeHasGc) ? sizeof(GcHead) : 0;
        return int_from_uint64(ts, static_cast<uint64_t>(n.take()) + head);
    }
    if (!fallback || !pending_is(ts, Exc::TypeError)) return already_raised();
    clear_pending(ts);
    return Ref<Object>::share(*fallback);
}

// ---- tracing ----
Result<void> sys_settrace(Attached ts, Object&, Object& function) {
    TRY(audit(ts, "sys.settrace", {}));
    return set_python_trace(ts, function);
}
Result<void> sys_setprofile(Attached ts, Object&, Object& function) {
    TRY(audit(ts, "sys.setprofile", {}));
    return set_python_profile(ts, function);
}
Result<Ref<Object>> sys_gettrace(Attached ts, Object&) {
    Object* o = get_trace(ts);
    return Ref<Object>::share(o ? *o : none());
}
Result<Ref<Object>> sys_getprofile(Attached ts, Object&) {
    Object* o = get_profile(ts);
    return Ref<Object>::share(o ? *o : none());
}
Result<Ref<Object>> sys_call_tracing(Attached ts, Object&, Object& func, Tuple& args) {
    int muted = std::exchange(ts->tracing, 0);  // as in 3.11, nothing is traced until settrace is called
    auto r = call_tuple(ts, func, args, nullptr);
    set_tracing_depth(ts, muted);
    return r;
}

// ---- text and system ----
Result<Ref<Str>> sys_getdefaultencoding(Attached ts, Object&) {
    return str_intern_utf8(ts, "utf-8");
}
Result<Ref<Str>> sys_getfilesystemencoding(Attached ts, Object&) {
    return str_intern_utf8(ts, "utf-8");
}
Result<Ref<Str>> sys_getfilesystemencodeerrors(Attached ts, Object&) {
    return str_intern_utf8(ts, "surrogateescape");
}
Result<bool> sys_is_finalizing(Attached, Object&) {
    return is_finalizing();
}
Result<Index> sys_getdlopenflags(Attached ts, Object&) {
    return vm_interp(ts).dlopen_flags;
}
Result<void> sys_setdlopenflags(Attached ts, Object&, int flags) {
    vm_interp(ts).dlopen_flags = flags;
    return {};
}

Result<void> sys_addaudithook(Attached ts, Object&, Object& hook) {
    return add_audit_hook(ts, hook);
}
Result<void> sys_audit(Attached ts, Object&, Str& event, Args args) {
    if (!is_audited(ts)) return {};
    const std::string_view name = TRY(str_as_utf8(ts, event));
    const Ref<Tuple> values = TRY(tuple_from_values(ts, args.v, static_cast<Index>(args.n)));
    return audit_tuple(ts, name.data(), *values);
}

constexpr Method functions[] = {
    method<sys_addaudithook>("addaudithook($module, hook, /)",
                             "Has hook called with every audit event from now on."),
    method<sys_audit>("audit($module, event, /, *args)", "Tells the audit hooks of an event."),
    method<sys_breakpointhook>("breakpointhook($module, *args, **kwargs)",
                               "What breakpoint() calls: it finds the debugger that PYTHONBREAKPOINT names, "
                               "pdb by default, and starts it."),
    method<sys_call_tracing>("call_tracing($module, func, args, /)",
                             "func(*args), traced even inside a trace function."),
    method<sys_current_exceptions>("_current_exceptions($module, /)",
                                   "What every thread is handling, by the thread's identifier."),
    method<sys_current_frames>("_current_frames($module, /)",
                               "The innermost frame of every thread, by the thread's identifier."),
    method<sys_displayhook>(
        "displayhook($module, object, /)",
        "Writes repr(object) to sys.stdout and keeps the object as builtins._; None does nothing."),
    method<sys_exc_info>(
        "exc_info($module, /)",
        "Type, value and traceback of the exception being handled; three times None without one."),
    method<sys_excepthook>("excepthook($module, exctype, value, traceback, /)",
                           "Writes the exception with its traceback to sys.stderr."),
    method<sys_exception>("exception($module, /)", "The exception being handled; None without one."),
    method<sys_exit>("exit($module, status=None, /)", "Raises SystemExit with this status."),
    method<sys_get_asyncgen_hooks>("get_asyncgen_hooks($module, /)",
                                   "What sys.set_asyncgen_hooks() was given last on this thread."),
    method<sys_get_coroutine_origin_tracking_depth>(
        "get_coroutine_origin_tracking_depth($module, /)",
        "How many callers a new coroutine of this thread remembers."),
    method<sys_get_int_max_str_digits>("get_int_max_str_digits($module, /)",
                                       "How many digits int and str may convert at most."),
    method<sys_getcheckinterval>("getcheckinterval($module, /)",
                                 "Instructions between two polls in the lock's mode 'ticks'."),
    method<sys_getdefaultencoding>("getdefaultencoding($module, /)",
                                   "The encoding that str.encode() takes by default."),
    method<sys_getdlopenflags>("getdlopenflags($module, /)",
                               "The flags with which extension modules are loaded."),
    method<sys_getfilesystemencodeerrors>("getfilesystemencodeerrors($module, /)",
                                          "How file names treat what their encoding cannot express."),
    method<sys_getfilesystemencoding>("getfilesystemencoding($module, /)", "The encoding of file names."),
    method<sys_getframe>("_getframe($module, depth=0, /)",
                         "The frame of the caller or, with depth, of a caller's caller."),
    method<sys_getgilmode>(
        "_getgilmode($module, /)",
        "The mode in which the interpreter's lock is handed over: 'ticks', 'timed' or 'fair'."),
    method<sys_getprofile>("getprofile($module, /)", "What sys.setprofile() was given last."),
    method<sys_getrecursionlimit>("getrecursionlimit($module, /)", "How deeply calls may be nested."),
    method<sys_getrefcount>("getrefcount($module, object, /)",
                            "How many references hold the object, the argument of this call among them."),
    method<sys_getsizeof>(
        "getsizeof($module, object, default=<unrepresentable>)",
        "How many bytes object takes, without what it refers to; default if it cannot tell."),
    method<sys_getswitchinterval>("getswitchinterval($module, /)", "The switch interval in seconds."),
    method<sys_gettrace>("gettrace($module, /)", "What sys.settrace() was given last."),
    method<sys_gilstats>("_gilstats($module, /)",
                         "Counters of the interpreter's lock: takes, waits, switches, times in nanoseconds."),
    method<sys_intern>("intern($module, string, /)", "Intern the given string, and return it."),
    method<sys_is_finalizing>("is_finalizing($module, /)", "Whether the interpreter is shutting down."),
    method<sys_set_asyncgen_hooks>(
        "set_asyncgen_hooks($module, /, firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
        "Has firstiter called when this thread first steps an asynchronous generator, and finalizer when one "
        "dies unfinished; None takes a hook away."),
    method<sys_set_coroutine_origin_tracking_depth>(
        "set_coroutine_origin_tracking_depth($module, /, depth)",
        "Lets new coroutines of this thread remember so many callers, as cr_origin; 0: none."),
    method<sys_set_int_max_str_digits>("set_int_max_str_digits($module, maxdigits)",
                                       "Sets how many digits int and str may convert at most."),
    method<sys_setcheckinterval>(
        "setcheckinterval($module, n, /)",
        "Set the number of instructions between two polls in the lock's mode 'ticks'."),
    method<sys_setgilmode>(
        "_setgilmode($module, mode, /)",
        "Set the mode in which the interpreter's lock is handed over: 'ticks', 'timed' or 'fair'."),
    method<sys_setdlopenflags>("setdlopenflags($module, flags, /)",
                               "Sets the flags with which extension modules are loaded."),
    method<sys_setprofile>(
        "setprofile($module, function, /)",
        "Has function called for the calls and returns of this thread, those of C functions among them."),
    method<sys_setrecursionlimit>("setrecursionlimit($module, limit, /)",
                                  "Sets how deeply calls may be nested."),
    method<sys_setswitchinterval>("setswitchinterval($module, interval, /)",
                                  "Sets how many seconds a thread may run while others wait."),
    method<sys_settrace>("settrace($module, function, /)",
                         "Has function called for calls, lines, returns and exceptions of this thread."),
    method<sys_unraisablehook>("unraisablehook($module, unraisable, /)",
                               "Writes an exception that nobody can catch to sys.stderr."),
    {},
};

}  // namespace

const Method* const sys_functions = functions;

}  // namespace baton
