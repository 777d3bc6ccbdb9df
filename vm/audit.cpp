// See audit.h.
#include "vm/audit.h"

#include <new>
#include <utility>

#include "runtime/attr.h"
#include "runtime/box.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/trace.h"

namespace baton {

Result<void> audit_tuple(Attached ts, const char* event, Tuple& args) {
    for (const AuditHook* h = process().audit_hooks.load(); h; h = h->next.load()) {
        if (h->function(event, &args, h->data) >= 0) continue;
        if (pending(ts)) return already_raised();
        return raise(ts, Exc::SystemError, "an audit hook refused {} without an exception", event);
    }
    if (!vm_interp(ts).audit_hooks) return {};
    const Ref<Str> name = TRY(str_intern_utf8(ts, event));
    const Ref<List> hooks = Ref<List>::share(*vm_interp(ts).audit_hooks);
    const Ref<Str> can_trace = TRY(str_intern_utf8(ts, "__cantrace__"));
    for (Index i = 0; i < hooks->size; ++i) {
        const Ref<Object> hook = Ref<Object>::share(*hooks->item[i]);
        const OptRef<Object> wish = TRY(get_attr_opt(ts, *hook, *can_trace));
        const bool traced = wish && TRY(is_true(ts, *wish));
        if (!traced) {
            ++ts->tracing;
            choose_table(ts);
        }
        auto r = call(ts, *hook, {name.get(), &args});
        if (!traced) {
            --ts->tracing;
            choose_table(ts);
        }
        if (!r.ok()) return already_raised();
    }
    return {};
}

Result<void> audit_objects(Attached ts, const char* event, std::initializer_list<Object*> args) {
    const Ref<Tuple> values = TRY(tuple_of(ts, args));
    return audit_tuple(ts, event, *values);
}

namespace detail {
Result<Ref<Object>> audit_number(Attached ts, int64_t n) {
    return box_int(ts, n);
}
Result<Ref<Object>> audit_bytes(Attached ts, std::string_view text) {
    return bytes_new(ts, text);
}
}  // namespace detail

Result<void> audit_attribute(Attached ts, const char* event, Object& owner, const char* name, Object* value) {
    if (!is_audited(ts)) return {};
    const Ref<Str> text = TRY(str_intern_utf8(ts, name));
    return value ? audit_objects(ts, event, {&owner, text.get(), value})
                 : audit_objects(ts, event, {&owner, text.get()});
}

bool add_c_audit_hook(int (*function)(const char*, Object*, void*), void* data) {
    auto* fresh = new (std::nothrow) AuditHook{function, data};
    if (!fresh) return false;
    sync::MutexLock lock(process().head);
    AuditHook* last = process().audit_hooks.load();
    if (!last) {
        process().audit_hooks.store(fresh);
        return true;
    }
    while (AuditHook* next = last->next.load()) last = next;
    last->next.store(fresh);
    return true;
}

void clear_c_audit_hooks(Attached ts) {
    if (!process().audit_hooks.load()) return;
    if (!audit(ts, "cpython._PySys_ClearAuditHooks", {}).ok()) clear_pending(ts);
    AuditHook* h;
    {
        sync::MutexLock lock(process().head);
        h = process().audit_hooks.load();
        process().audit_hooks.store(nullptr);
    }
    while (h) delete std::exchange(h, h->next.load());
}

Result<void> add_audit_hook(Attached ts, Object& hook) {
    if (!audit(ts, "sys.addaudithook", {}).ok()) {
        if (!pending_is(ts, Exc::Exception)) return already_raised();
        clear_pending(ts);
        return {};
    }
    VmInterp& vm = vm_interp(ts);
    if (!vm.audit_hooks) {
        // Nobody finds the hooks through the collector.
        Ref<List> fresh = TRY(list_new(ts));
        gc_untrack(fresh.get());
        vm.audit_hooks = fresh.release();
    }
    return list_append(ts, *vm.audit_hooks, hook);
}

}  // namespace baton
