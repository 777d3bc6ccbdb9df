// Functions with a variable number of arguments: calls by format, messages, output to sys.stdout and
// sys.stderr.
#include <vector>

#include "capi/shared.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "threadstate/check.h"
#include "vm/audit.h"
#include "vm/fs_text.h"
#include "vm/sys_access.h"

namespace baton {

BATON_EXPORT Object* _Py_VaBuildValue_SizeT(const char* format, va_list va);
BATON_EXPORT Object* PyUnicode_FromFormatV(const char* format, va_list va);
BATON_EXPORT Object* PyErr_FormatV(Object* exception, const char* format, va_list va);

namespace {

using api::PyObject_Call;

// callable(*Py_BuildValue("(" format ")"))
Object* call_built(Attached ts, Object* callable, const char* format, va_list va) {
    if (api::missing(ts, callable)) return nullptr;
    if (!format || !*format) return api::PyObject_CallNoArgs(ts, callable);
    const std::string whole = "(" + std::string(format) + ")";
    auto args = OptRef<Object>::steal(_Py_VaBuildValue_SizeT(whole.c_str(), va));
    if (!args) return nullptr;
    auto& t = static_cast<Tuple&>(*args);
    // "(…)" is the arguments themselves, "O" with a tuple too: as CPython has it.
    if (t.size == 1 && is_tuple(*t.item[0])) return PyObject_Call(ts, callable, t.item[0], nullptr);
    return PyObject_Call(ts, callable, args.get(), nullptr);
}
Object* call_method_built(Attached ts, Object* o, Str* name, const char* format, va_list va) {
    if (!name || api::missing(ts, o)) return nullptr;
    auto method = get_attr(ts, *o, *name);
    return method.ok() ? call_built(ts, method.get(), format, va) : nullptr;
}
Str& name_of_id(Attached ts, const CIdentifier* identifier) {
    return str_static(ts, identifier->string);
}

// What sys.stdout.write or sys.stderr.write is given, or the C stream when that fails.
void write_to(Attached ts, const char* stream, FILE* fallback, Object* text) {
    auto held = fetch(ts);
    Object* file = api::PySys_GetObject(ts, stream);
    bool written = false;
    if (file && !is_none(*file)) {
        auto kept = Ref<Object>::share(*file);
        written = OptRef<Object>::steal(api::call_named(ts, kept.get(), "write", {text})).get() != nullptr;
    }
    if (!written) {
        clear_pending(ts);
        auto utf8 = str_as_utf8(ts, static_cast<Str&>(*text));
        if (utf8.ok())
            (void)fwrite((*utf8).data(), 1, (*utf8).size(), fallback);
        else
            clear_pending(ts);
    }
    if (held) restore(ts, std::move(held).take());
}
// At most 1000 bytes of printf's text, and a word when there were more.
void write_formatted(const char* stream, FILE* fallback, const char* format, va_list va) {
    Attached ts = calling_thread("PySys_Write");
    char buffer[1001];
    const int n = vsnprintf(buffer, sizeof buffer, format, va);
    auto text = decode_or_replace(ts, buffer);
    if (text) write_to(ts, stream, fallback, text.get());
    if (n < 0 || n >= static_cast<int>(sizeof buffer)) {
        auto rest = str_new_ascii(ts, "... truncated");
        if (rest.ok()) write_to(ts, stream, fallback, rest.get());
    }
    clear_pending(ts);
}
void write_object_format(const char* stream, FILE* fallback, const char* format, va_list va) {
    Attached ts = calling_thread("PySys_Format");
    auto held = fetch(ts);
    auto text = OptRef<Object>::steal(PyUnicode_FromFormatV(format, va));
    if (text)
        write_to(ts, stream, fallback, text.get());
    else
        clear_pending(ts);
    if (held) restore(ts, std::move(held).take());
}

}  // namespace

// ---- calls ----
#define CALL_FUNCTION(name)                                                  \
    BATON_EXPORT Object* name(Object* callable, const char* format, ...) {   \
        va_list va;                                                          \
        va_start(va, format);                                                \
        Object* r = call_built(calling_thread(#name), callable, format, va); \
        va_end(va);                                                          \
        return r;                                                            \
    }
CALL_FUNCTION(_PyObject_CallFunction_SizeT)
CALL_FUNCTION(PyEval_CallFunction)
#undef CALL_FUNCTION
#define CALL_METHOD(name)                                                               \
    BATON_EXPORT Object* name(Object* o, const char* method, const char* format, ...) { \
        Attached ts = calling_thread(#name);                                            \
        auto n = name_of(ts, method);                                                   \
        va_list va;                                                                     \
        va_start(va, format);                                                           \
        Object* r = call_method_built(ts, o, n.get(), format, va);                      \
        va_end(va);                                                                     \
        return r;                                                                       \
    }
CALL_METHOD(_PyObject_CallMethod_SizeT)
CALL_METHOD(PyEval_CallMethod)
#undef CALL_METHOD
#define CALL_METHOD_ID(name)                                                             \
    BATON_EXPORT Object* name(Object* o, CIdentifier* method, const char* format, ...) { \
        Attached ts = calling_thread(#name);                                             \
        va_list va;                                                                      \
        va_start(va, format);                                                            \
        Object* r = call_method_built(ts, o, &name_of_id(ts, method), format, va);       \
        va_end(va);                                                                      \
        return r;                                                                        \
    }
CALL_METHOD_ID(_PyObject_CallMethodId)
CALL_METHOD_ID(_PyObject_CallMethodId_SizeT)
#undef CALL_METHOD_ID
BATON_EXPORT Object* _PyObject_CallMethod(Object* o, Object* name, const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r =
        call_method_built(calling_thread("_PyObject_CallMethod"), o, static_cast<Str*>(name), format, va);
    va_end(va);
    return r;
}
BATON_EXPORT Object* _PyObject_CallMethodIdObjArgs(Object* o, CIdentifier* name, ...) {
    Attached ts = calling_thread("_PyObject_CallMethodIdObjArgs");
    if (api::missing(ts, o)) return nullptr;
    std::vector<Object*> args{o};
    va_list va;
    va_start(va, name);
    while (Object* next = va_arg(va, Object*)) args.push_back(next);
    va_end(va);
    return api::PyObject_VectorcallMethod(ts, &name_of_id(ts, name), args.data(), args.size(), nullptr);
}

// ---- messages ----
BATON_EXPORT Object* _PyErr_Format(ThreadState*, Object* exception, const char* format, ...) {
    va_list va;
    va_start(va, format);
    PyErr_FormatV(exception, format, va);
    va_end(va);
    return nullptr;
}
BATON_EXPORT Object* _PyErr_FormatFromCause(Object* exception, const char* format, ...) {
    Attached ts = calling_thread("_PyErr_FormatFromCause");
    auto cause = fetch(ts);
    va_list va;
    va_start(va, format);
    PyErr_FormatV(exception, format, va);
    va_end(va);
    BaseException* e = pending(ts);
    if (!cause || !e) return nullptr;
    replace_field<Object>(ts, e->cause, api::Py_NewRef(cause.get()));
    e->suppress_context = 1;
    replace_field<Object>(ts, e->context, cause.release());
    return nullptr;
}
namespace {
int warn_text(Attached ts, Object* category, Index stack_level, Object* text, Object* source) {
    auto level = box_int(ts, stack_level);
    if (!text || !level.ok()) return -1;
    auto r =
        OptRef<Object>::steal(api::call_in_module(ts, "_warnings", "warn",
                                                  {text, category ? category : &exc_type(Exc::RuntimeWarning),
                                                   level.get(), source ? source : &none()}));
    return r ? 0 : -1;
}
}  // namespace
BATON_EXPORT int PyErr_WarnFormat(Object* category, Index stack_level, const char* format, ...) {
    Attached ts = calling_thread("PyErr_WarnFormat");
    va_list va;
    va_start(va, format);
    auto text = OptRef<Object>::steal(PyUnicode_FromFormatV(format, va));
    va_end(va);
    return warn_text(ts, category, stack_level, text.get(), nullptr);
}
BATON_EXPORT int PyErr_ResourceWarning(Object* source, Index stack_level, const char* format, ...) {
    Attached ts = calling_thread("PyErr_ResourceWarning");
    va_list va;
    va_start(va, format);
    auto text = OptRef<Object>::steal(PyUnicode_FromFormatV(format, va));
    va_end(va);
    return warn_text(ts, &exc_type(Exc::ResourceWarning), stack_level, text.get(), source);
}
BATON_EXPORT int PyErr_WarnExplicitFormat(Object* category, const char* filename, int line,
                                          const char* module, Object* registry, const char* format, ...) {
    Attached ts = calling_thread("PyErr_WarnExplicitFormat");
    va_list va;
    va_start(va, format);
    auto text = OptRef<Object>::steal(PyUnicode_FromFormatV(format, va));
    va_end(va);
    return api::warn_explicit(ts, category, text.get(), filename, line, module, registry);
}
namespace api {
int PyErr_WarnEx(Attached ts, Object* category, const char* message, Index stack_level) {
    auto text = decode_or_replace(ts, message);
    return warn_text(ts, category, stack_level, text.get(), nullptr);
}
}  // namespace api
BATON_EXPORT int PyOS_vsnprintf(char* out, size_t size, const char* format, va_list va) {
    const int n = size > static_cast<size_t>(INT_MAX) - 512 ? -666 : vsnprintf(out, size, format, va);
    if (size > 0) out[size - 1] = 0;
    return n;
}
BATON_EXPORT int PyOS_snprintf(char* out, size_t size, const char* format, ...) {
    va_list va;
    va_start(va, format);
    const int n = PyOS_vsnprintf(out, size, format, va);
    va_end(va);
    return n;
}
#define STREAM_WRITER(name, writer, stream)           \
    BATON_EXPORT void name(const char* format, ...) { \
        va_list va;                                   \
        va_start(va, format);                         \
        writer(#stream, stream, format, va);          \
        va_end(va);                                   \
    }
STREAM_WRITER(PySys_WriteStdout, write_formatted, stdout)
STREAM_WRITER(PySys_WriteStderr, write_formatted, stderr)
STREAM_WRITER(PySys_FormatStdout, write_object_format, stdout)
STREAM_WRITER(PySys_FormatStderr, write_object_format, stderr)
#undef STREAM_WRITER
// Arguments are built only when somebody listens. What is being handled stays set.
BATON_EXPORT int PySys_Audit(const char* event, const char* format, ...) {
    ThreadState* t = current_or_null();
    if (!t) return 0;
    Attached ts = explicit_thread(t);
    if (!is_audited(ts)) return 0;
    auto held = fetch(ts);
    OptRef<Object> args;
    if (format && *format) {
        va_list va;
        va_start(va, format);
        args = OptRef<Object>::steal(_Py_VaBuildValue_SizeT(format, va));
        va_end(va);
        if (!args) return -1;
    }
    const auto tell = [&]() -> Result<void> {
        if (args && is_tuple(*args)) return audit_tuple(ts, event, static_cast<Tuple&>(*args));
        return args ? audit_objects(ts, event, {args.get()}) : audit_objects(ts, event, {});
    };
    if (!tell().ok()) return -1;
    if (held) restore(ts, std::move(held).take());
    return 0;
}

// ---- bytes ----
namespace {
// What a conversion of PyBytes_FromFormat may be: flags are not, width is read and forgotten.
Result<Ref<Bytes>> format_bytes(Attached ts, const char* f, va_list* va) {
    std::string out;
    for (; *f; ++f) {
        if (*f != '%') {
            out += *f;
            continue;
        }
        const char* start = f++;
        while (*f >= '0' && *f <= '9') ++f;
        int precision = -1;
        if (*f == '.') {
            precision = 0;
            for (++f; *f >= '0' && *f <= '9'; ++f) precision = precision * 10 + (*f - '0');
        }
        while (*f && *f != '%' && !isalpha(static_cast<unsigned char>(*f))) ++f;
        bool is_long = false, is_size = false;
        if (*f == 'l' && (f[1] == 'd' || f[1] == 'u')) is_long = ++f;
        if (*f == 'z' && (f[1] == 'd' || f[1] == 'u')) is_size = ++f;
        char buffer[64];
        switch (*f) {
            case 'c': {
                const int c = va_arg(*va, int);
                if (c < 0 || c > 255)
                    return raise(ts, Exc::OverflowError,
                                 "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]");
                out += static_cast<char>(c);
                break;
            }
            case 'd':
                if (is_long || is_size)
                    snprintf(buffer, sizeof buffer, "%ld", va_arg(*va, long));
                else
                    snprintf(buffer, sizeof buffer, "%d", va_arg(*va, int));
                out += buffer;
                break;
            case 'u':
                if (is_long || is_size)
                    snprintf(buffer, sizeof buffer, "%lu", va_arg(*va, unsigned long));
                else
                    snprintf(buffer, sizeof buffer, "%u", va_arg(*va, unsigned));
                out += buffer;
                break;
            case 'i':
                snprintf(buffer, sizeof buffer, "%i", va_arg(*va, int));
                out += buffer;
                break;
            case 'x':
                snprintf(buffer, sizeof buffer, "%x", va_arg(*va, unsigned));
                out += buffer;
                break;
            case 's': {
                const char* s = va_arg(*va, const char*);
                out.append(s, precision >= 0 ? strnlen(s, static_cast<size_t>(precision)) : strlen(s));
                break;
            }
            case 'p':
                snprintf(buffer, sizeof buffer, "%p", va_arg(*va, void*));
                out += buffer;
                break;
            case '%':
                out += '%';
                break;
            default:  // not understood: the rest stands as it is
                out += start;
                return bytes_new(ts, out);
        }
    }
    return bytes_new(ts, out);
}
}  // namespace
BATON_EXPORT Object* PyBytes_FromFormatV(const char* format, va_list va) {
    va_list copy;
    va_copy(copy, va);
    auto r = format_bytes(calling_thread("PyBytes_FromFormatV"), format, &copy);
    va_end(copy);
    return r.release();
}
BATON_EXPORT Object* PyBytes_FromFormat(const char* format, ...) {
    va_list va;
    va_start(va, format);
    Object* r = PyBytes_FromFormatV(format, va);
    va_end(va);
    return r;
}

// ---- the end ----
#undef PyErr_BadInternalCall
BATON_EXPORT void PyErr_BadInternalCall() {
    (void)raise(calling_thread("PyErr_BadInternalCall"), Exc::SystemError,
                "bad argument to internal function");
}
BATON_EXPORT [[noreturn]] void Py_FatalError(const char* message) {
    fatal("Py_FatalError", message);
}
BATON_EXPORT [[noreturn]] void _Py_FatalErrorFormat(const char* function, const char* format, ...) {
    char buffer[512];
    va_list va;
    va_start(va, format);
    vsnprintf(buffer, sizeof buffer, format, va);
    va_end(va);
    fatal(function, buffer);
}

}  // namespace baton
