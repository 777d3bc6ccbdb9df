// sys: what asynchronous frameworks install per thread: hooks of asynchronous generators, and how much of the
// stack a coroutine remembers of where it was made.
#include "runtime/call.h"
#include "runtime/types/structseq.h"
#include "vm/audit.h"
#include "vm/modules/sys_functions.h"
#include "vm/modules/sys_types.h"

namespace baton {

namespace {

Result<Ref<Object>> or_none(Object* o) {
    return Ref<Object>::share(o != nullptr ? *o : none());
}
Result<void> check_hook(Attached ts, const char* name, Object* hook) {
    if (hook == nullptr || is_none(*hook) || is_callable(*hook)) return {};
    return raise(ts, Exc::TypeError, "callable {} expected, got {}", name, type_name(*hook));
}
void install(Attached ts, Object*& slot, Object* hook) {
    if (hook == nullptr) return;
    replace_field<Object>(ts, slot, is_none(*hook) ? nullptr : Ref<Object>::share(*hook).release());
}

}  // namespace

Result<Ref<Object>> sys_get_asyncgen_hooks(Attached ts, Module&) {
    TRY(struct_prepare(ts, sys_asyncgen_hooks_info));
    auto first = or_none(ts->async_gen_firstiter);
    auto last = or_none(ts->async_gen_finalizer);
    return struct_fill(ts, sys_asyncgen_hooks_info, {&first, &last});
}
Result<void> sys_set_asyncgen_hooks(Attached ts, Module&, Object* firstiter, Object* finalizer) {
    TRY(check_hook(ts, "finalizer", finalizer));
    TRY(check_hook(ts, "firstiter", firstiter));
    if (finalizer) TRY(audit(ts, "sys.set_asyncgen_hook_finalizer", {}));
    install(ts, ts->async_gen_finalizer, finalizer);
    if (firstiter) TRY(audit(ts, "sys.set_asyncgen_hook_firstiter", {}));
    install(ts, ts->async_gen_firstiter, firstiter);
    return {};
}
Result<int> sys_get_coroutine_origin_tracking_depth(Attached ts, Module&) {
    return ts->coroutine_origin_tracking_depth;
}
Result<void> sys_set_coroutine_origin_tracking_depth(Attached ts, Module&, int depth) {
    if (depth < 0) return raise(ts, Exc::ValueError, "depth must be >= 0");
    ts->coroutine_origin_tracking_depth = depth;
    return {};
}

}  // namespace baton
