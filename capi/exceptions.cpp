// Errors, continued: what is being handled, chains, where a syntax error is, OS and import errors, warnings.
#include <cerrno>

#include "capi/shared.h"
#include "runtime/attr.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"
#include "threadstate/signals.h"
#include "vm/code.h"
#include "vm/code_tables.h"
#include "vm/fs_text.h"
#include "vm/function.h"
#include "vm/print_exception.h"
#include "vm/traceback.h"

namespace baton::api {

// ---- the exception that is being handled ----
namespace {
HandledException* innermost_handled(Attached ts) {
    HandledException* h = rt(ts).handled;
    while (h && !h->exception && h->previous) h = h->previous;
    return h;
}
BaseException& exception_of(Object* o) {
    return static_cast<BaseException&>(*o);
}
}  // namespace
Object* PyErr_GetHandledException(Attached ts) {
    HandledException* h = innermost_handled(ts);
    return Py_XNewRef(h ? h->exception : nullptr);
}
void PyErr_SetHandledException(Attached ts, Object* exception) {
    if (!rt(ts).handled) return;
    auto* fresh =
        exception && !is_none(*exception) ? static_cast<BaseException*>(Py_NewRef(exception)) : nullptr;
    replace_field(ts, rt(ts).handled->exception, fresh);
}
void PyErr_GetExcInfo(Attached ts, Object** type, Object** value, Object** traceback) {
    HandledException* h = innermost_handled(ts);
    BaseException* e = h ? h->exception : nullptr;
    *value = Py_NewRef(e ? static_cast<Object*>(e) : &none());
    *type = Py_NewRef(e ? static_cast<Object*>(e->type) : &none());
    *traceback = Py_NewRef(e && e->traceback ? e->traceback : &none());
}
void PyErr_SetExcInfo(Attached ts, Object* type, Object* value, Object* traceback) {
    PyErr_SetHandledException(ts, value);
    xdecref(ts, type);
    xdecref(ts, value);
    xdecref(ts, traceback);
}
void PyErr_Display(Attached ts, Object*, Object* value, Object* traceback) {
    if (!value || !is_exception(*value)) {
        auto text = value ? str(ts, *value) : str_new_ascii(ts, "<NULL>");
        if (!text.ok()) return clear_pending(ts);
        auto message = raise(ts, Exc::TypeError, "print_exception(): Exception expected for value, {} found",
                             value ? type_name(*value) : "NULL");
        (void)message;
        print_pending(ts, false);
        return;
    }
    if (traceback && is_traceback(*traceback) && !exception_of(value).traceback)
        (void)PyException_SetTraceback(ts, value, traceback);
    display_exception(ts, *value, traceback);
}

// ---- chains ----
Object* PyException_GetCause(Attached, Object* e) {
    return Py_XNewRef(exception_of(e).cause);
}
void PyException_SetCause(Attached ts, Object* e, Object* cause) {
    exception_of(e).suppress_context = 1;
    replace_field(ts, exception_of(e).cause, cause);
}
Object* PyException_GetContext(Attached, Object* e) {
    return Py_XNewRef(exception_of(e).context);
}
void PyException_SetContext(Attached ts, Object* e, Object* context) {
    replace_field(ts, exception_of(e).context, context);
}
const char* PyExceptionClass_Name(Attached, Object* type) {
    return static_cast<Type*>(type)->name;
}
void _PyErr_ChainExceptions(Attached ts, Object* type, Object* value, Object* traceback) {
    if (!type) return;
    if (!pending(ts)) {
        PyErr_Restore(ts, type, value, traceback);
        return;
    }
    auto later = fetch(ts);
    PyErr_Restore(ts, type, value, traceback);
    auto earlier = fetch(ts);
    restore(ts, std::move(later).take());
    if (earlier) chain_context(ts, std::move(earlier).take());
}
void _PyErr_SetKeyError(Attached ts, Object* key) {
    clear_pending(ts);
    (void)raise_with(ts, Exc::KeyError, Ref<Object>::share(*key));
}
void _PyErr_WriteUnraisableMsg(Attached ts, const char* message, Object* object) {
    write_unraisable(ts, message, object);
}
int _PyErr_CheckSignals() {
    ThreadState* t = current_or_null();
    return t ? PyErr_CheckSignals(explicit_thread(t)) : 0;
}

// ---- tracebacks ----
int PyTraceBack_Here(Attached ts, FrameObject* frame) {
    BaseException* e = pending(ts);
    if (!e || !frame->frame) return 0;
    auto held = fetch(ts);
    auto link = [&]() -> Result<void> {
        Code& code = *frame->frame->code;
        auto lasti = TRY(box_int(ts, static_cast<int64_t>(code.index_of(frame->frame->pc)) * kBytesPerWord));
        auto line = TRY(box_int(ts, frame_object_line(*frame)));
        Object* next = held->traceback ? held->traceback : &none();
        auto made = TRY(call(ts, PyTraceBack_Type, {next, frame, lasti.get(), line.get()}));
        replace_field(ts, held->traceback, made.release());
        return {};
    };
    if (!link().ok()) return -1;
    restore(ts, std::move(held).take());
    return 0;
}
int PyTraceBack_Print(Attached ts, Object* traceback, Object* file) {
    if (!traceback) return 0;
    if (!is_traceback(*traceback)) {
        (void)raise_bad_internal_call(ts, "PyTraceBack_Print");
        return -1;
    }
    auto text = traceback_text(ts, static_cast<Traceback&>(*traceback));
    return text.ok() ? PyFile_WriteObject(ts, text.get(), file, 1) : -1;
}
void _PyTraceback_Add(Attached ts, const char* function, const char* file, int line) {
    auto held = fetch(ts);
    auto globals = dict_new(ts);
    auto code =
        globals.ok() ? OptRef<Object>::steal(PyCode_NewEmpty(ts, file, function, line)) : OptRef<Object>();
    auto frame = code ? OptRef<Object>::steal(PyFrame_New(ts, ts.operator->(), static_cast<Code*>(code.get()),
                                                          globals.get(), nullptr))
                      : OptRef<Object>();
    if (!frame) {
        // What went wrong on the way is told with what it was about.
        if (held) chain_context(ts, std::move(held).take());
        return;
    }
    if (held) restore(ts, std::move(held).take());
    static_cast<FrameObject&>(*frame).lineno = line;
    (void)PyTraceBack_Here(ts, static_cast<FrameObject*>(frame.get()));
}

// ---- where a syntax error is ----
void PyErr_RangedSyntaxLocationObject(Attached ts, Object* filename, int line, int column, int end_line,
                                      int end_column) {
    auto held = fetch(ts);
    if (!held) return;
    auto number = [&](int n) {
        return n < 0 ? Ref<Object>::share(none()) : Ref<Object>(box_int(ts, n).take());
    };
    if (is_instance_exact(*held, exc_type(Exc::SyntaxError))) {
        auto& e = static_cast<SyntaxErrorObject&>(*held);
        replace_field<Object>(ts, e.lineno, number(line).release());
        replace_field<Object>(ts, e.offset, number(column).release());
        replace_field<Object>(ts, e.end_lineno, number(end_line).release());
        replace_field<Object>(ts, e.end_offset, number(end_column).release());
        replace_field<Object>(ts, e.filename, Py_NewRef(filename ? filename : &none()));
        if (filename) {
            auto text = OptRef<Object>::steal(PyErr_ProgramTextObject(ts, filename, line));
            clear_pending(ts);
            if (text) replace_field<Object>(ts, e.text, text.release());
        }
    }
    restore(ts, std::move(held).take());
}
void PyErr_SyntaxLocationObject(Attached ts, Object* filename, int line, int column) {
    PyErr_RangedSyntaxLocationObject(ts, filename, line, column, line, -1);
}
void PyErr_SyntaxLocationEx(Attached ts, const char* filename, int line, int column) {
    auto name = filename ? OptRef<Object>::steal(give(fs_decode(ts, filename))) : OptRef<Object>();
    if (filename && !name) clear_pending(ts);
    PyErr_SyntaxLocationObject(ts, name.get(), line, column);
}
void PyErr_SyntaxLocation(Attached ts, const char* filename, int line) {
    PyErr_SyntaxLocationEx(ts, filename, line, -1);
}
// One line of a source file; null without an exception when it cannot be had.
Object* PyErr_ProgramTextObject(Attached ts, Object* filename, int line) {
    if (!filename || line <= 0) return nullptr;
    auto read = [&]() -> Result<Ref<Object>> {
        std::string path;
        TRY(fs_encode(ts, *filename, &path));
        std::string text;
        ts.detached([&] {
            FILE* f = ::fopen(path.c_str(), "re");
            if (!f) return;
            char* buffer = nullptr;
            size_t room = 0;
            ssize_t n = -1;
            for (int i = 0; i < line && (n = ::getline(&buffer, &room, f)) >= 0; ++i) {
            }
            if (n >= 0) text.assign(buffer, static_cast<size_t>(n));
            ::free(buffer);
            (void)::fclose(f);
        });
        if (text.empty()) return Ref<Object>::share(none());
        return decode_utf8(ts, text, "replace");
    };
    auto r = read();
    if (!r.ok()) {
        clear_pending(ts);
        return nullptr;
    }
    return is_none(*r) ? nullptr : r.release();
}
Object* PyErr_ProgramText(Attached ts, const char* filename, int line) {
    auto name = fs_decode(ts, filename);
    if (name.ok()) return PyErr_ProgramTextObject(ts, name.get(), line);
    clear_pending(ts);
    return nullptr;
}

// ---- errors of the system and of imports ----
Object* PyErr_SetFromErrnoWithFilenameObjects(Attached ts, Object* exception, Object* first, Object* second) {
    const int number = errno;
    if (number == EINTR && PyErr_CheckSignals(ts) < 0) return nullptr;
    auto build = [&]() -> Result<void> {
        auto code = TRY(box_int(ts, number));
        auto text = TRY(decode_utf8(ts, number ? strerror(number) : "Error", "surrogateescape"));
        auto zero = small_int(0);
        Ref<Tuple> args = second  ? TRY(tuple_of(ts, {code.get(), text.get(), first, zero.get(), second}))
                          : first ? TRY(tuple_of(ts, {code.get(), text.get(), first}))
                                  : TRY(tuple_of(ts, {code.get(), text.get()}));
        auto made = TRY(call_tuple(ts, *exception, *args, nullptr));
        PyErr_SetObject(ts, made->type, made.get());
        return {};
    };
    clear_pending(ts);
    (void)build();
    return nullptr;
}
Object* PyErr_SetFromErrnoWithFilenameObject(Attached ts, Object* exception, Object* filename) {
    return PyErr_SetFromErrnoWithFilenameObjects(ts, exception, filename, nullptr);
}
Object* PyErr_SetImportErrorSubclass(Attached ts, Object* exception, Object* message, Object* name,
                                     Object* path) {
    auto build = [&]() -> Result<void> {
        const bool derived = TRY(is_subclass(ts, *exception, exc_type(Exc::ImportError)));
        if (!derived) return raise(ts, Exc::TypeError, "expected a subclass of ImportError");
        if (!message) return raise(ts, Exc::TypeError, "expected a message argument");
        auto kwargs = TRY(dict_new(ts));
        TRY(dict_set_str(ts, *kwargs, id(Name::name), name ? *name : none()));
        TRY(dict_set_str(ts, *kwargs, id(Name::path), path ? *path : none()));
        auto args = TRY(tuple_of(ts, {message}));
        auto made = TRY(call_tuple(ts, *exception, *args, kwargs.get()));
        PyErr_SetObject(ts, made->type, made.get());
        return {};
    };
    (void)build();
    return nullptr;
}
Object* PyErr_SetImportError(Attached ts, Object* message, Object* name, Object* path) {
    return PyErr_SetImportErrorSubclass(ts, &exc_type(Exc::ImportError), message, name, path);
}
int PyErr_SetInterruptEx(int signal) {
    if (signal < 1 || signal > 64) return -1;
    trip_signal(signal);
    return 0;
}
Object* PyErr_NewExceptionWithDoc(Attached ts, const char* name, const char* doc, Object* base,
                                  Object* dict) {
    OptRef<Object> own;
    if (!dict) {
        own = OptRef<Object>::steal(PyDict_New(ts));
        dict = own.get();
        if (!dict) return nullptr;
    }
    if (doc) {
        auto text = str_new_utf8(ts, doc);
        if (!text.ok() || !dict_set_str(ts, static_cast<Dict&>(*dict), id(Name::__doc__), *text).ok())
            return nullptr;
    }
    return PyErr_NewException(ts, name, base, dict);
}

// ---- warnings ----
int PyErr_WarnExplicitObject(Attached ts, Object* category, Object* message, Object* filename, int line,
                             Object* module, Object* registry) {
    auto number = box_int(ts, line);
    if (!number.ok()) return -1;
    Object* kind = category ? category : &exc_type(Exc::RuntimeWarning);
    auto r = OptRef<Object>::steal(call_in_module(
        ts, "_warnings", "warn_explicit",
        {message, kind, filename, number.get(), module ? module : &none(), registry ? registry : &none()}));
    return r ? 0 : -1;
}
int warn_explicit(Attached ts, Object* category, Object* text, const char* filename, int line,
                  const char* module, Object* registry) {
    auto file = text ? fs_decode(ts, filename) : Result<Ref<Str>>(already_raised());
    if (!file.ok()) return -1;
    OptRef<Object> name;
    if (module) {
        name = OptRef<Object>::steal(give(str_new_utf8(ts, module)));
        if (!name) return -1;
    }
    return PyErr_WarnExplicitObject(ts, category, text, file.get(), line, name.get(), registry);
}
int PyErr_WarnExplicit(Attached ts, Object* category, const char* message, const char* filename, int line,
                       const char* module, Object* registry) {
    auto text = OptRef<Object>::steal(give(str_new_utf8(ts, message)));
    return warn_explicit(ts, category, text.get(), filename, line, module, registry);
}

}  // namespace baton::api
