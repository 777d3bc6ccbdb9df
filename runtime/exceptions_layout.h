// Memory management of exception structs, generated from the list of their object fields. Private to
// exceptions*.cpp.
//
// fields(E&) names the object fields an exception struct adds to BaseException's. From it come traverse,
// clear and dealloc; exception_spec<E> is the part of a TypeSpec that all exceptions of that layout share.
#pragma once
#include <array>

#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/slot_thunks.h"

namespace baton {

inline std::array<Object**, 0> fields(BaseException&) {
    return {};
}
inline std::array<Object**, 2> fields(ExceptionGroupObject& e) {
    return {reinterpret_cast<Object**>(&e.msg), &e.excs};
}
inline std::array<Object**, 8> fields(SyntaxErrorObject& e) {
    return {&e.msg,        &e.filename,   &e.lineno, &e.offset,
            &e.end_lineno, &e.end_offset, &e.text,   &e.print_file_and_line};
}
inline std::array<Object**, 3> fields(ImportErrorObject& e) {
    return {&e.msg, &e.name, &e.path};
}
inline std::array<Object**, 3> fields(UnicodeErrorObject& e) {
    return {&e.encoding, &e.object, &e.reason};
}
inline std::array<Object**, 1> fields(SystemExitObject& e) {
    return {&e.code};
}
inline std::array<Object**, 4> fields(OSErrorObject& e) {
    return {&e.myerrno, &e.strerror, &e.filename, &e.filename2};
}
inline std::array<Object**, 1> fields(StopIterationObject& e) {
    return {&e.value};
}
inline std::array<Object**, 1> fields(NameErrorObject& e) {
    return {&e.name};
}
inline std::array<Object**, 2> fields(AttributeErrorObject& e) {
    return {&e.obj, &e.name};
}

inline std::array<Object**, 6> base_fields(BaseException& e) {
    return {reinterpret_cast<Object**>(&e.dict),
            reinterpret_cast<Object**>(&e.args),
            &e.notes,
            &e.traceback,
            &e.context,
            &e.cause};
}

template <class E>
struct ExceptionMemory {
    static int traverse(Object* o, VisitProc visit, void* arg) {
        auto& e = *static_cast<E*>(o);
        for (Object** f : base_fields(e))
            if (*f)
                if (int r = visit(*f, arg)) return r;
        for (Object** f : fields(e))
            if (*f)
                if (int r = visit(*f, arg)) return r;
        return 0;
    }
    // Drops through the thread-local, because tp_clear has C's signature.
    static int clear(Object* o) {
        auto& e = *static_cast<E*>(o);
        for (Object** f : fields(e))
            if (Object* old = std::exchange(*f, nullptr)) decref_unattached(old);
        for (Object** f : base_fields(e))
            if (Object* old = std::exchange(*f, nullptr)) decref_unattached(old);
        return 0;
    }
    static void dealloc(Attached ts, E& e) {
        gc_untrack(&e);
        for (Object** f : fields(e)) xdecref(ts, *f);
        for (Object** f : base_fields(e)) xdecref(ts, *f);
        free_instance(ts, e);
    }
};

// What every exception type of layout E has; callers add to it.
template <class E>
constexpr TypeSpec exception_spec(const char* name, Type* base, const char* doc) {
    TypeSpec s;
    s.name = name;
    s.doc = doc;
    s.basicsize = sizeof(E);
    s.flags = kTypeBaseType | kTypeHasGc | kTypeBaseExc;
    s.base = base;
    s.traverse = &ExceptionMemory<E>::traverse;
    s.clear = &ExceptionMemory<E>::clear;
    s.dictoffset = offsetof(BaseException, dict);
    s.dealloc = typed_slot<&ExceptionMemory<E>::dealloc>;
    return s;
}
constexpr Type* exception_base(Exc e) {
    return &exception_types[static_cast<int>(e)];
}

}  // namespace baton
