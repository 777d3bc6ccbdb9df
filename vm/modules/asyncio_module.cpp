// _asyncio: the module; the running loop of each thread; which tasks there are and which runs. See asyncio.h.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/process_state.h"
#include "vm/import.h"
#include "vm/interp_data.h"
#include "vm/modules/asyncio.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constexpr int kParts = static_cast<int>(AsyncPart::kCount);

struct FromModule {
    AsyncPart part;
    const char *module, *name;
};
constexpr FromModule kFromModules[] = {
    {AsyncPart::kCancelledError, "asyncio.exceptions", "CancelledError"},
    {AsyncPart::kInvalidStateError, "asyncio.exceptions", "InvalidStateError"},
    {AsyncPart::kFutureRepr, "asyncio.base_futures", "_future_repr"},
    {AsyncPart::kTaskRepr, "asyncio.base_tasks", "_task_repr"},
    {AsyncPart::kTaskGetStack, "asyncio.base_tasks", "_task_get_stack"},
    {AsyncPart::kTaskPrintStack, "asyncio.base_tasks", "_task_print_stack"},
    {AsyncPart::kIsCoroutine, "asyncio.coroutines", "iscoroutine"},
    {AsyncPart::kGetPolicy, "asyncio.events", "get_event_loop_policy"},
    {AsyncPart::kExtractStack, "traceback", "extract_stack"},
};
struct NamePart {
    AsyncPart part;
    const char* text;
};
constexpr NamePart kNames[] = {
    {AsyncPart::kCallSoon, "call_soon"},
    {AsyncPart::kGetDebug, "get_debug"},
    {AsyncPart::kGetLoop, "get_loop"},
    {AsyncPart::kCallExceptionHandler, "call_exception_handler"},
    {AsyncPart::kAddDoneCallback, "add_done_callback"},
    {AsyncPart::kBlocking, "_asyncio_future_blocking"},
    {AsyncPart::kCancel, "cancel"},
    {AsyncPart::kThrow, "throw"},
    {AsyncPart::kRunningLoopKey, "__asyncio_running_event_loop__"},
};

// The parts in a tuple that the interpreter keeps.
Result<void> collect_parts(Attached ts, Object& all_tasks, Object& current_tasks) {
    Ref<Tuple> parts = TRY(tuple_alloc(ts, kParts));
    for (int i = 0; i < kParts; ++i) parts->item[i] = Ref<Object>::share(none()).release();
    auto put = [&](AsyncPart part, Ref<Object> value) {
        parts->item[static_cast<int>(part)] = value.release();  // None, which was there, is immortal
    };
    for (const FromModule& row : kFromModules) {
        const Ref<Object> module = TRY(import_module(ts, row.module));
        put(row.part, TRY(get_attr(ts, *module, *TRY(str_intern_utf8(ts, row.name)))));
    }
    for (const NamePart& row : kNames) put(row.part, TRY(str_intern_utf8(ts, row.text)));
    for (const auto& [part, keyword] :
         {NamePart{AsyncPart::kContextKeyword, "context"}, NamePart{AsyncPart::kMessageKeyword, "msg"}}) {
        put(part, TRY(tuple_of(ts, {TRY(str_intern_utf8(ts, keyword)).get()})));
    }
    put(AsyncPart::kAllTasks, Ref<Object>::share(all_tasks));
    put(AsyncPart::kCurrentTasks, Ref<Object>::share(current_tasks));
    Object* old = std::exchange(vm_interp(ts).asyncio, tuple_finish(ts, std::move(parts)).release());
    xdecref(ts, old);
    return {};
}

Dict& current_tasks(Attached ts) {
    return static_cast<Dict&>(asyncio_part(ts, AsyncPart::kCurrentTasks));
}

// ---- the running loop: (loop, process id) in the thread's own dict ----
Result<void> set_running_loop(Attached ts, Module&, Object& loop) {
    if (!ts->dict) ts->dict = TRY(dict_new(ts)).release();
    const Value pair[] = {Value(&loop), Value::of_int(process().pid.load())};
    const Ref<Object> entry = TRY(tuple_from_values(ts, pair, 2));
    return dict_set(ts, static_cast<Dict&>(*ts->dict), asyncio_part(ts, AsyncPart::kRunningLoopKey), *entry);
}
Result<Ref<Object>> get_running_loop_or_none(Attached ts, Module&) {
    OptRef<Object> loop = TRY(running_loop(ts));
    if (!loop) return Ref<Object>::share(none());
    return std::move(loop).take();
}
Result<Ref<Object>> get_running_loop(Attached ts, Module&) {
    OptRef<Object> loop = TRY(running_loop(ts));
    if (!loop) return raise(ts, Exc::RuntimeError, "no running event loop");
    return std::move(loop).take();
}
Result<Ref<Object>> get_event_loop(Attached ts, Module&) {
    return current_or_policy_loop(ts);
}
Result<Ref<Object>> get_event_loop_from(Attached ts, Module&, Opt<int>) {
    return current_or_policy_loop(ts);
}

// ---- tasks ----
Result<void> module_register_task(Attached ts, Module&, Object& task) {
    return register_task(ts, task);
}
Result<void> module_unregister_task(Attached ts, Module&, Object& task) {
    const Ref<Str> discard = TRY(str_intern_utf8(ts, "discard"));
    TRY(call_method(ts, asyncio_part(ts, AsyncPart::kAllTasks), *discard, {&task}));
    return {};
}
Result<void> module_enter_task(Attached ts, Module&, Object& loop, Object& task) {
    return enter_task(ts, loop, task);
}
Result<void> module_leave_task(Attached ts, Module&, Object& loop, Object& task) {
    return leave_task(ts, loop, task);
}

constexpr Method functions[] = {
    method<get_event_loop>("get_event_loop($module, /)",
                           "The loop that runs in this thread, or else the one that the policy gives."),
    method<get_event_loop_from>("_get_event_loop($module, /, stacklevel=3)", "The same as get_event_loop()."),
    method<get_running_loop>("get_running_loop($module, /)",
                             "The loop at work in this thread. Without one: RuntimeError."),
    method<get_running_loop_or_none>("_get_running_loop($module, /)",
                                     "The loop that runs in this thread, or None."),
    method<set_running_loop>("_set_running_loop($module, loop, /)",
                             "Notes which loop runs in this thread; None when it has ended."),
    method<module_register_task>("_register_task($module, /, task)", "Adds a task to those that there are."),
    method<module_unregister_task>("_unregister_task($module, /, task)",
                                   "Takes a task out of those that there are."),
    method<module_enter_task>("_enter_task($module, /, loop, task)",
                              "From now on the loop runs this task. It must not be at another."),
    method<module_leave_task>("_leave_task($module, /, loop, task)",
                              "The loop runs this task no longer, which it must have done."),
    {},
};

Result<void> asyncio_exec(Attached ts, Module& module) {
    const Ref<Object> weakref = TRY(import_module(ts, "weakref"));
    const Ref<Object> weak_set = TRY(get_attr(ts, *weakref, *TRY(str_intern_utf8(ts, "WeakSet"))));
    const Ref<Object> all = TRY(call(ts, *weak_set));
    const Ref<Dict> current = TRY(dict_new(ts));
    TRY(collect_parts(ts, *all, *current));
    TRY(module_add(ts, module, "_all_tasks", *all));
    TRY(module_add(ts, module, "_current_tasks", *current));
    TRY(module_add_type(ts, module, baton_async_future_type));
    return module_add_type(ts, module, baton_async_task_type);
}

}  // namespace

Object& asyncio_part(Attached ts, AsyncPart part) {
    auto* parts = static_cast<Tuple*>(vm_interp(ts).asyncio);
    return parts != nullptr ? *parts->item[static_cast<int>(part)] : none();
}
Raised raise_asyncio(Attached ts, AsyncPart exception, std::string_view message) {
    Object& type = asyncio_part(ts, exception);
    if (!is_type(type)) return raise_text(ts, Exc::RuntimeError, message);
    const Ref<Str> text = TRY(str_new_utf8(ts, message));
    return raise_type(ts, static_cast<Type&>(type), text.get());
}

Result<OptRef<Object>> running_loop(Attached ts) {
    if (!ts->dict) return OptRef<Object>();
    const Found found =
        TRY(dict_find(ts, static_cast<Dict&>(*ts->dict), asyncio_part(ts, AsyncPart::kRunningLoopKey)));
    if (!found.value || !is_tuple(*found.value)) return OptRef<Object>();
    auto& pair = static_cast<Tuple&>(*found.value);
    int64_t pid = 0;
    if (pair.size != 2 || is_none(*pair.item[0]) || !is_int(*pair.item[1]) ||
        !int_fits_tag(static_cast<Int&>(*pair.item[1]), &pid) || pid != process().pid.load())
        return OptRef<Object>();
    return OptRef<Object>::share(pair.item[0]);
}
Result<Ref<Object>> current_or_policy_loop(Attached ts) {
    OptRef<Object> loop = TRY(running_loop(ts));
    if (loop) return std::move(loop).take();
    const Ref<Object> policy = TRY(call(ts, asyncio_part(ts, AsyncPart::kGetPolicy)));
    return call_method(ts, *policy, *TRY(str_intern_utf8(ts, "get_event_loop")));
}

Result<void> register_task(Attached ts, Object& task) {
    TRY(call_method(ts, asyncio_part(ts, AsyncPart::kAllTasks), id(Name::add), {&task}));
    return {};
}
Result<void> enter_task(Attached ts, Object& loop, Object& task) {
    const Found found = TRY(dict_find(ts, current_tasks(ts), loop));
    if (found.value) {
        const Ref<Object> other = Ref<Object>::share(*found.value);
        const Shown entering = TRY(show_repr(ts, task));
        const Shown running = TRY(show_repr(ts, *other));
        return raise(ts, Exc::RuntimeError,
                     "Cannot enter into task {} while another task {} is being executed.", entering.view,
                     running.view);
    }
    return dict_set(ts, current_tasks(ts), loop, task);
}
Result<void> leave_task(Attached ts, Object& loop, Object& task) {
    const Found found = TRY(dict_find(ts, current_tasks(ts), loop));
    if (found.value != &task) {
        const Ref<Object> other = Ref<Object>::share(found.value ? *found.value : none());
        const Shown leaving = TRY(show_repr(ts, task));
        const Shown running = TRY(show_repr(ts, *other));
        return raise(ts, Exc::RuntimeError, "Leaving task {} does not match the current task {}.",
                     leaving.view, running.view);
    }
    TRY(dict_del(ts, current_tasks(ts), loop));
    return {};
}

extern const ModuleSpec asyncio_module;
const ModuleSpec asyncio_module = {
    .name = "_asyncio",
    .doc = "Futures, tasks and the running loop; used through asyncio.",
    .methods = functions,
    .exec = asyncio_exec,
};

}  // namespace baton
