// Small things that several files in capi/ need.
#pragma once
#include <climits>
#include <cstring>
#include <vector>

#include "capi/impl.h"
#include "runtime/codec.h"
#include "runtime/native.h"
#include "runtime/types/str.h"

namespace baton {
struct ImportHooks;
}
namespace baton::api {

// A C caller may pass NULL where CPython raises SystemError "null argument to internal routine".
inline bool missing(Attached ts, Object* o) {
    if (o) return false;
    if (!pending(ts)) (void)raise(ts, Exc::SystemError, "null argument to internal routine");
    return true;
}
// The object as str, or TypeError.
inline Str* text_of(Attached ts, Object* o) {
    if (o && is_str(*o)) return static_cast<Str*>(o);
    (void)raise(ts, Exc::TypeError, "bad argument type for built-in operation");
    return nullptr;
}
// Old extensions hand over static types that they never passed to PyType_Ready and leave it to the first use.
// Every call that brings a type in for the first time asks here. false: raised.
inline bool ready_type(Attached ts, Type& type) {
    return has_flag(type, kTypeReady | kTypeReadying) || type_ready(ts, type).ok();
}
inline bool ready_if_type(Attached ts, Object& o) {
    return !is_type(o) || ready_type(ts, static_cast<Type&>(o));
}
// obj.name(args...)
inline Object* call_named(Attached ts, Object* o, const char* name, std::initializer_list<Object*> args) {
    auto n = name_of(ts, name);
    return n ? give(call_method(ts, *o, *n, args)) : nullptr;
}
// How modules of embedders and shared libraries are found (pylifecycle.cpp).
const ImportHooks& embedder_import_hooks();
// module.name(args...) of a module that is imported when it is not there yet.
Object* call_in_module(Attached ts, const char* module, const char* name,
                       std::initializer_list<Object*> args);
// A warning said to come from that line of that file; `text` null: it could not be made, and something is
// raised.
int warn_explicit(Attached ts, Object* category, Object* text, const char* filename, int line,
                  const char* module, Object* registry);
// Whether a state that a private function was given is the stand-in for the caller's (runtime_data.cpp).
bool means_caller(const ThreadState* given);
inline ThreadState& state_of(Attached ts, ThreadState* given) {
    return means_caller(given) ? ts.state() : *given;
}
// Py_EncodeLocale's text; empty for null and for what has no encoding.
std::string text_of_wide(const wchar_t* text);
inline std::string_view view_of(const char* text, Index size) {
    return {text, static_cast<size_t>(size)};
}

}  // namespace baton::api
