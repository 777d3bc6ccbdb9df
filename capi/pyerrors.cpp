// Exceptions.
#include <cerrno>

#include "capi/impl.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"
#include "vm/print_exception.h"
#include "vm/traceback.h"

namespace baton::api {

namespace {
void raise_of(Attached ts, Object* exception, Object* value) {
    clear_pending(ts);
    if (exception && is_type(*exception)) {
        (void)raise_type(ts, static_cast<Type&>(*exception), value);
    } else {
        (void)raise(ts, Exc::SystemError, "_PyErr_SetObject: exception {} is not a BaseException subclass",
                    exception ? type_name(*exception) : "NULL");
    }
}
}  // namespace

void PyErr_SetObject(Attached ts, Object* exception, Object* value) {
    raise_of(ts, exception, value);
}
void PyErr_SetNone(Attached ts, Object* exception) {
    raise_of(ts, exception, nullptr);
}
void PyErr_SetString(Attached ts, Object* exception, const char* message) {
    clear_pending(ts);
    auto text = decode_or_replace(ts, message);
    if (text) raise_of(ts, exception, text.get());
}
Object* PyErr_Occurred(Attached ts) {
    BaseException* e = pending(ts);
    return e ? e->type : nullptr;
}
void PyErr_Clear(Attached ts) {
    clear_pending(ts);
}
void PyErr_Fetch(Attached ts, Object** type, Object** value, Object** traceback) {
    auto e = fetch(ts);
    *type = *value = *traceback = nullptr;
    if (!e) return;
    incref(e->type);
    *type = e->type;
    xincref(e->traceback);
    *traceback = e->traceback;
    *value = e.release();
}
void PyErr_Restore(Attached ts, Object* type, Object* value, Object* traceback) {
    clear_pending(ts);
    auto t = OptRef<Object>::steal(type);
    auto v = OptRef<Object>::steal(value);
    auto tb = OptRef<Object>::steal(traceback);
    if (!t) return;
    if (!v || !is_exception(*v))
        raise_of(ts, t.get(), v.get());
    else
        restore(ts, std::move(v).take().cast<BaseException>());
    BaseException* e = pending(ts);
    if (e && tb && !is_none(*tb)) replace_field(ts, e->traceback, tb.release());
}
void PyErr_NormalizeException(Attached ts, Object** type, Object** value, Object** traceback) {
    if (!*type || (*value && is_exception(**value))) return;
    PyErr_Restore(ts, *type, *value, nullptr);
    Object* tb = *traceback;
    PyErr_Fetch(ts, type, value, traceback);
    if (tb) {
        xdecref(ts, *traceback);
        *traceback = tb;
    }
}
int PyErr_GivenExceptionMatches(Attached ts, Object* given, Object* exception) {
    return given && exception ? exception_matches(ts, *given, *exception) : 0;
}
int PyErr_ExceptionMatches(Attached ts, Object* exception) {
    return PyErr_GivenExceptionMatches(ts, pending(ts), exception);
}
void PyErr_PrintEx(Attached ts, int set_last) {
    int code;
    if (system_exit_status(ts, &code)) Py_Exit(ts, code);
    print_pending(ts, set_last);
}
void PyErr_Print(Attached ts) {
    PyErr_PrintEx(ts, 1);
}
void PyErr_WriteUnraisable(Attached ts, Object* object) {
    write_unraisable(ts, nullptr, object);
}
Object* PyErr_NoMemory(Attached ts) {
    clear_pending(ts);
    (void)raise_no_memory(ts);
    return nullptr;
}
int PyErr_BadArgument(Attached ts) {
    clear_pending(ts);
    (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    return 0;
}
Object* PyErr_SetFromErrnoWithFilename(Attached ts, Object* exception, const char* filename) {
    int number = errno;
    auto build = [&]() -> Result<void> {
        auto code = TRY(box_int(ts, number));
        auto text = TRY(str_new_utf8(ts, strerror(number)));
        OptRef<Object> name;
        if (filename) name = Ref<Object>(TRY(str_new_utf8(ts, filename)));
        auto args = name ? TRY(tuple_of(ts, {code.get(), text.get(), name.get()}))
                         : TRY(tuple_of(ts, {code.get(), text.get()}));
        auto made = TRY(call_tuple(ts, *exception, *args, nullptr));
        raise_of(ts, made->type, made.get());
        return {};
    };
    (void)build();
    return nullptr;
}
Object* PyErr_SetFromErrno(Attached ts, Object* exception) {
    return PyErr_SetFromErrnoWithFilename(ts, exception, nullptr);
}
Object* PyErr_NewException(Attached ts, const char* name, Object* base, Object* dict) {
    auto build = [&]() -> Result<Ref<Object>> {
        std::string_view full(name);
        size_t dot = full.rfind('.');
        if (dot == full.npos)
            return raise(ts, Exc::SystemError, "PyErr_NewException: name must be module.class");
        auto names = dict ? Ref<Dict>::share(static_cast<Dict&>(*dict)) : TRY(dict_new(ts));
        if (!dict_find_str(*names, id(Name::__module__))) {
            TRY(dict_set_str(ts, *names, id(Name::__module__),
                             *TRY(str_intern_utf8(ts, full.substr(0, dot)))));
        }
        Object* b = base ? base : &exc_type(Exc::Exception);
        auto bases = is_tuple(*b) ? Ref<Tuple>::share(static_cast<Tuple&>(*b)) : TRY(tuple_of(ts, {b}));
        auto short_name = TRY(str_intern_utf8(ts, full.substr(dot + 1)));
        return call(ts, PyType_Type, {short_name.get(), bases.get(), names.get()});
    };
    return give(build());
}
int PyException_SetTraceback(Attached ts, Object* exception, Object* traceback) {
    auto& e = static_cast<BaseException&>(*exception);
    if (!is_none(*traceback) && !is_traceback(*traceback)) {
        (void)raise(ts, Exc::TypeError, "__traceback__ must be a traceback or None");
        return -1;
    }
    incref(traceback);
    replace_field(ts, e.traceback, traceback);
    return 0;
}
Object* PyException_GetTraceback(Attached, Object* exception) {
    Object* t = static_cast<BaseException*>(exception)->traceback;
    xincref(t);
    return t;
}

}  // namespace baton::api
