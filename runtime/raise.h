// Raising, catching and handing on exceptions.
//
// What: the pending exception of a thread is one normalised exception object in its RuntimeThread
// (thread_data.h). raise() is the only maker of Raised besides propagation, so a failed Result proves that an
// exception is pending. The currently HANDLED exceptions (sys.exc_info) are another list, kept by the VM; a
// raise chains __context__ from it. Callers: attached threads. None of these may be called with an exception
// pending, save clear/fetch/matches/chain.
#pragma once
#include <fmt/core.h>

#include <string_view>

#include "runtime/result.h"

namespace baton {

enum class Exc : uint8_t {
#define EXC(name, base, layout, doc) name,
#include "runtime/exceptions.def"
#undef EXC
};
Type& exc_type(Exc e);

struct ExceptionGroupObject : BaseException {
    Str* msg;
    Object* excs;
};
struct SyntaxErrorObject : BaseException {
    Object *msg, *filename, *lineno, *offset, *end_lineno, *end_offset, *text, *print_file_and_line;
};
struct ImportErrorObject : BaseException {
    Object *msg, *name, *path;
};
struct UnicodeErrorObject : BaseException {
    Object *encoding, *object;
    Index start, end;
    Object* reason;
};
struct SystemExitObject : BaseException {
    Object* code;
};
struct OSErrorObject : BaseException {
    Object *myerrno, *strerror, *filename, *filename2;
    Index written;
};
struct StopIterationObject : BaseException {
    Object* value;
};
struct NameErrorObject : BaseException {
    Object* name;
};
struct AttributeErrorObject : BaseException {
    Object *obj, *name;
};

Raised raise_text(Attached ts, Exc e, std::string_view message);  // UTF-8
Raised raise_format(Attached ts, Exc e, fmt::string_view format, fmt::format_args args);
template <class... A>
[[gnu::cold]] Raised raise(Attached ts, Exc e, fmt::format_string<A...> format, A&&... args) {
    return raise_format(ts, e, fmt::string_view(format), fmt::make_format_args(args...));
}
Raised raise_none(Attached ts, Exc e);  // e()
Raised raise_with(Attached ts, Exc e,
                  Ref<Object> argument);  // e(argument): KeyError(key), StopIteration(value)
Raised raise_object(Attached ts, Ref<BaseException> exception);  // raise exception; sets __context__
Raised raise_type(Attached ts, Type& type,
                  Object* value);     // PyErr_SetObject: instantiates when value is not an instance
Raised raise_no_memory(Attached ts);  // the preallocated MemoryError
Raised raise_oserror(Attached ts, int errno_value, Object* filename = nullptr, Object* filename2 = nullptr);
Raised raise_stop_iteration(Attached ts, Object* value_or_null);  // None or null: no argument
Raised raise_name_error(Attached ts, Str& name);                  // "name 'x' is not defined", with .name
Raised raise_attribute_error(Attached ts, Object& obj,
                             Str& name);  // "'T' object has no attribute 'x'", with .obj and .name
// UnicodeDecodeError(encoding, bytes, start, end, reason); the bytes are copied unless `source` is a bytes
// object.
Raised raise_unicode_decode(Attached ts, const char* encoding, std::string_view bytes, Object* source,
                            Index start, Index end, const char* reason);
Raised raise_unicode_encode(Attached ts, const char* encoding, Str& text, Index start, Index end,
                            const char* reason);
Raised raise_import_error(Attached ts, Exc e, std::string_view message, Object* name, Object* path);
// f() bad internal call: a C caller passed something impossible.
Raised raise_bad_internal_call(Attached ts, const char* function);

BaseException* pending(Attached ts);                      // borrowed; null when none
bool pending_is(Attached ts, Exc e);                      // the pending exception is an instance of e
OptRef<BaseException> fetch(Attached ts);                 // takes it away
void restore(Attached ts, Ref<BaseException> exception);  // puts it back as it was, replacing what is there
void clear_pending(Attached ts);
void chain_context(Attached ts,
                   Ref<BaseException> earlier);  // earlier becomes __context__ of the pending one
bool exception_matches(Attached ts, Object& exception_or_type, Object& type_or_tuple);
// "Exception ignored in: ..." through sys.unraisablehook; clears the pending exception.
void write_unraisable(Attached ts, const char* what, Object* object);
// warnings.warn(message, category, stacklevel); raises when a filter says "error".
Result<void> warn(Attached ts, Exc category, std::string_view message, Index stack_level = 1);

// category(message) against the filters; `source` is the object the warning is about (ResourceWarning), or
// null.
Result<void> warn_about(Attached ts, Exc category, std::string_view message, Object* source,
                        Index stack_level = 1);

// Text of an object for a message, as UTF-8 that lives as long as this object. What UTF-8 cannot hold is
// escaped.
struct Shown {
    OptRef<Object> keeper;
    std::string_view view;
};
Result<Shown> show_repr(Attached ts, Object& o);  // %R
Result<Shown> show_str(Attached ts, Object& o);   // %S

// The type's name as messages show it: tp_name whole ("collections.deque").
const char* type_name(const Type& t);
const char* type_short_name(const Type& t);  // what follows its last dot: __name__ of a static type
inline const char* type_name(const Object& o) {
    return type_name(*o.type);
}

}  // namespace baton
