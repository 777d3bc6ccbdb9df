// See forking.h.
#include "vm/forking.h"

#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/tuple.h"
#include "threadstate/fork.h"
#include "threadstate/signals.h"
#include "vm/import.h"
#include "vm/interp_data.h"

namespace baton {
namespace {

void run_callbacks(Attached ts, List* callbacks, bool backwards) {
    if (callbacks == nullptr) return;
    auto copy = to_tuple(ts, *callbacks);
    if (!copy.ok()) {
        write_unraisable(ts, nullptr, callbacks);
        return;
    }
    const Ref<Tuple> items = copy.take();
    for (Index i = 0; i < items->size; ++i) {
        Object& callback = *items->item[backwards ? items->size - 1 - i : i];
        if (!call(ts, callback).ok()) write_unraisable(ts, nullptr, &callback);
    }
}

}  // namespace

void interpreter_before_fork(Attached ts) {
    run_callbacks(ts, vm_interp(ts).at_fork.before, true);
    import_lock_acquire(ts);
    before_fork(ts);
}

void interpreter_after_fork_parent(Attached ts) {
    after_fork_parent(ts);
    (void)import_lock_release(ts);
    run_callbacks(ts, vm_interp(ts).at_fork.after_in_parent, false);
}

void interpreter_after_fork_child(Attached ts) {
    after_fork_child(ts);
    import_lock_after_fork(ts);
    clear_signals();
    run_callbacks(ts, vm_interp(ts).at_fork.after_in_child, false);
}

Result<void> fork_callbacks_add(Attached ts, Object* before, Object* after_in_child,
                                Object* after_in_parent) {
    ForkCallbacks& all = vm_interp(ts).at_fork;
    struct {
        const char* name;
        Object* callback;
        List** list;
    } const rows[] = {{"before", before, &all.before},
                      {"after_in_child", after_in_child, &all.after_in_child},
                      {"after_in_parent", after_in_parent, &all.after_in_parent}};
    if (before == nullptr && after_in_child == nullptr && after_in_parent == nullptr)
        return raise(ts, Exc::TypeError, "At least one argument is required.");
    for (const auto& row : rows) {
        if (row.callback != nullptr && !is_callable(*row.callback)) {
            return raise(ts, Exc::TypeError, "'{}' must be callable, not {}", row.name,
                         type_name(*row.callback));
        }
    }
    for (const auto& row : rows) {
        if (row.callback == nullptr) continue;
        if (*row.list == nullptr) {
            Ref<List> made = TRY(list_new(ts, 0));
            *row.list = made.release();
        }
        TRY(list_append(ts, **row.list, *row.callback));
    }
    return {};
}

void fork_callbacks_clear(Attached ts) {
    ForkCallbacks& all = vm_interp(ts).at_fork;
    for (List** list : {&all.before, &all.after_in_parent, &all.after_in_child})
        xdecref(ts, std::exchange(*list, nullptr));
}

}  // namespace baton
