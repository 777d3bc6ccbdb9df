// For tests that need objects: the main interpreter of this process, started once and attached to the main
// thread, and a few words to ask questions with.
#pragma once
#include <cstdlib>
#include <string>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/start.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "test/support/catch.h"
#include "threadstate/process_state.h"

namespace baton {

inline Attached started() {
    if (!is_initialized()) {
        Hooks hooks;
        runtime_fill_hooks(hooks);
        runtime_process_init();
        configure_process(hooks, GilSettings());
        const char* error = nullptr;
        ThreadState* t = initialize_runtime(&error);
        if (!t || error) std::abort();
        return attached_unchecked(*t);
    }
    return attached_unchecked(*current_or_null());
}

// "TypeError: text" of the pending exception, which is cleared.
inline std::string raised(Attached ts) {
    auto e = fetch(ts);
    if (!e) return "nothing raised";
    auto text = str(ts, *e);
    if (!text.ok()) return "unprintable";
    return std::string(type_name(*e)) + ": " + std::string(str_as_utf8(ts, *text).take());
}
template <class R>
auto must(Attached ts, R&& r) {
    if (!r.ok()) FAIL(raised(ts));
    return r.take();
}
inline std::string shown(Attached ts, Object& o) {
    auto text = must(ts, repr(ts, o));
    return std::string(must(ts, str_as_utf8(ts, *text)));
}
inline Ref<Str> word(Attached ts, std::string_view text) {
    return must(ts, str_intern_utf8(ts, text));
}

// o.name as repr shows it, or the exception.
inline std::string attribute(Attached ts, Object& o, std::string_view name) {
    auto r = get_attr(ts, o, *word(ts, name));
    if (!r.ok()) return raised(ts);
    return shown(ts, *r);
}

}  // namespace baton
