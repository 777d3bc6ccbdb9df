// Audit events (PEP 578): what hooks given to sys.addaudithook are told of.
//
// Invariants: hooks are the interpreter's and stay to its end; they are called in the order in which they
// came, without tracing. A hook that raises stops what it was told of. Callers: attached threads.
#pragma once
#include <initializer_list>

#include "vm/interp_data.h"

namespace baton {

inline bool is_audited(Attached ts) {
    return vm_interp(ts).audit_hooks != nullptr;
}
Result<void> audit_tuple(Attached ts, const char* event, Tuple& args);
Result<void> audit_objects(Attached ts, const char* event, std::initializer_list<Object*> args);
// Costs nothing without hooks.
inline Result<void> audit(Attached ts, const char* event, std::initializer_list<Object*> args) {
    if (!is_audited(ts)) [[likely]]
        return {};
    return audit_objects(ts, event, args);
}
// Tells the hooks there are; one that raises RuntimeError (or its like) keeps the new one out, silently.
Result<void> add_audit_hook(Attached ts, Object& hook);

}  // namespace baton
