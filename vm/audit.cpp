// See audit.h.
#include "vm/audit.h"

#include <utility>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/object_ops.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/trace.h"

namespace baton {

Result<void> audit_tuple(Attached ts, const char* event, Tuple& args) {
    if (!is_audited(ts)) return {};
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
