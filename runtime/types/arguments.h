// Arguments of tp_new and tp_init slots, checked in the words CPython uses for constructors.
// Callers: attached threads; args are as in slots.h.
#pragma once
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

inline Result<void> no_keywords(Attached ts, const char* name, Tuple* kwnames) {
    if (!kwnames || kwnames->size == 0) return {};
    return raise(ts, Exc::TypeError, "{}() takes no keyword arguments", name);
}
// Whether a call of cls answers for all its arguments itself: the type, or a subclass without an __init__ to
// take more.
inline bool takes_all_arguments(const Type& cls, const Type& type) {
    return &cls == &type || info(cls).init == info(type).init;
}
// "name expected at least 1 argument, got 0": PyArg_UnpackTuple.
inline Result<void> positional_count(Attached ts, const char* name, size_t nargs, size_t least, size_t most) {
    if (nargs >= least && nargs <= most) return {};
    size_t bound = nargs < least ? least : most;
    return raise(ts, Exc::TypeError, "{} expected {}{} argument{}, got {}", name,
                 least == most   ? ""
                 : nargs < least ? "at least "
                                 : "at most ",
                 bound, bound == 1 ? "" : "s", nargs);
}

}  // namespace baton
