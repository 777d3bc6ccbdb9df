// Audit events (PEP 578): what hooks given to sys.addaudithook and PySys_AddAuditHook are told of.
//
// Invariants: the hooks of C are the process's, hear of every interpreter and stay to the end of the runtime;
// those of scripts are the interpreter's and stay to its end. They are called in the order in which they
// came, the process's first, scripts' without tracing. A hook that raises stops what it was told of. Nothing
// is made for an event that nobody hears. Callers: attached threads.
#pragma once
#include <initializer_list>
#include <string_view>
#include <type_traits>

#include "threadstate/process_state.h"
#include "vm/audit.h"
#include "vm/interp_data.h"

namespace baton {

inline bool is_audited(Attached ts) {
    return vm_interp(ts).audit_hooks != nullptr || process().audit_hooks.load() != nullptr;
}
Result<void> audit_tuple(Attached ts, const char* event, Tuple& args);
Result<void> audit_objects(Attached ts, const char* event, std::initializer_list<Object*> args);
// Costs nothing without hooks.
inline Result<void> audit(Attached ts, const char* event, std::initializer_list<Object*> args) {
    if (!is_audited(ts)) [[likely]]
        return {};
    return audit_objects(ts, event, args);
}
namespace detail {
// What an argument of an event becomes: null is None, a number an int, text bytes.
Result<Ref<Object>> audit_number(Attached ts, int64_t n);
Result<Ref<Object>> audit_bytes(Attached ts, std::string_view text);
template <class A>
bool audit_argument(Attached ts, Ref<Object>* out, const A& a) {
    Result<Ref<Object>> made = [&]() -> Result<Ref<Object>> {
        if constexpr (std::is_convertible_v<A, Object*>)
            return Ref<Object>::share(a ? *static_cast<Object*>(a) : none());
        else if constexpr (std::is_integral_v<A>)
            return audit_number(ts, static_cast<int64_t>(a));
        else
            return audit_bytes(ts, a);
    }();
    if (!made.ok()) return false;
    *out = made.take();
    return true;
}
}  // namespace detail
// The same for arguments as a system call has them: an Object* or null, a number, a text.
template <class... A>
Result<void> audit_values(Attached ts, const char* event, const A&... args) {
    if (!is_audited(ts)) [[likely]]
        return {};
    Ref<Object> made[] = {((void)args, Ref<Object>::share(none()))...};
    Ref<Object>* next = made;
    if (!(... && detail::audit_argument(ts, next++, args))) return already_raised();
    next = made;
    return audit_objects(ts, event, {((void)args, (next++)->get())...});
}
// object.__getattr__ or object.__setattr__ of an attribute that hooks want to hear of.
Result<void> audit_attribute(Attached ts, const char* event, Object& owner, const char* name,
                             Object* value = nullptr);
// Tells the hooks there are; one that raises RuntimeError (or its like) keeps the new one out, silently.
Result<void> add_audit_hook(Attached ts, Object& hook);

// C's form: negative means that it raised.
struct AuditHook {
    int (*function)(const char* event, Object* args, void* data);
    void* data;
    sync::Atomic<AuditHook*> next{nullptr};
};
// In any state: null before initialisation, when there is nobody to be told. False: out of memory.
bool add_c_audit_hook(int (*function)(const char*, Object*, void*), void* data);
// At the end of the runtime.
void clear_c_audit_hooks(Attached ts);

}  // namespace baton
