// _asyncio.Task: drives a coroutine, a step at a time, whenever the loop calls. See asyncio.h.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/generator.h"
#include "vm/interp_data.h"
#include "vm/modules/asyncio.h"
#include "vm/modules/contextvars.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// ---- what the loop calls ----
Result<void> task_step(Attached ts, AsyncTask& task, Object* exception);

Result<void> step_function(Attached ts, Object& self, Object* exc) {
    return task_step(ts, static_cast<AsyncTask&>(self), exc != nullptr && !is_none(*exc) ? exc : nullptr);
}
// The exception is the coroutine's to deal with.
Result<void> step_with_pending(Attached ts, AsyncTask& task) {
    const Ref<BaseException> e = fetch(ts).take();
    return task_step(ts, task, e.get());
}
Result<void> wakeup_function(Attached ts, Object& self, Object& future) {
    auto& task = static_cast<AsyncTask&>(self);
    auto result = is_exact_future(future) ? future_result(ts, static_cast<AsyncFuture&>(future))
                                          : call_method(ts, future, *TRY(str_intern_utf8(ts, "result")));
    return result.ok() ? task_step(ts, task, nullptr) : step_with_pending(ts, task);
}
constexpr Method step_row = method<step_function>("__step($self, exc=None, /)", "");
constexpr Method wakeup_row = method<wakeup_function>("__wakeup($self, future, /)", "");
NativeDef step_def = {{"__step", nullptr, kMethNative, nullptr}, &step_row};
NativeDef wakeup_def = {{"__wakeup", nullptr, kMethNative, nullptr}, &wakeup_row};

Result<void> schedule_step(Attached ts, AsyncTask& task, Object* exception) {
    const Ref<Object> step = TRY(cfunction_new(ts, step_def, &task, nullptr, nullptr));
    return call_soon(ts, *task.loop, *step, exception, *task.context);
}
// What the coroutine yielded makes no sense: it is told so in its next step.
template <class... A>
Result<void> complain(Attached ts, AsyncTask& task, fmt::format_string<A...> format, A&&... args) {
    const Ref<Str> text = TRY(str_format(ts, format, std::forward<A>(args)...));
    const Ref<Object> error = TRY(call(ts, exc_type(Exc::RuntimeError), {text.get()}));
    return schedule_step(ts, task, error.get());
}

// future.cancel(msg=...)
Result<bool> cancel_waiter(Attached ts, Object& future, Object* message) {
    const Ref<Object> keep = Ref<Object>::share(future);
    const Ref<Object> method = TRY(get_attr(ts, future, asyncio_name(ts, AsyncPart::kCancel)));
    Value args[2] = {Value(), borrowed_value(message != nullptr ? *message : none())};
    auto& names = static_cast<Tuple&>(asyncio_part(ts, AsyncPart::kMessageKeyword));
    const Ref<Object> answer = TRY(boxed_result(ts, call_value(ts, *method, args + 1, 0, &names)));
    return is_true(ts, *answer);
}
Result<void> wait_for(Attached ts, AsyncTask& task, Object& future) {
    replace_field<Object>(ts, task.waiter, Ref<Object>::share(future).release());
    if (task.must_cancel && TRY(cancel_waiter(ts, future, task.cancel_message))) task.must_cancel = false;
    return {};
}

// A future of another kind, marked as one by its attribute _asyncio_future_blocking.
Result<void> take_up_foreign(Attached ts, AsyncTask& task, Object& future, Object& blocking) {
    const bool awaited = TRY(is_true(ts, blocking));
    OptRef<Object> loop;
    const OptRef<Object> get_loop = TRY(get_attr_opt(ts, future, asyncio_name(ts, AsyncPart::kGetLoop)));
    if (get_loop)
        loop = TRY(call(ts, *get_loop));
    else
        loop = TRY(get_attr(ts, future, *TRY(str_intern_utf8(ts, "_loop"))));
    const Shown who = TRY(show_repr(ts, task));
    const Shown what = TRY(show_repr(ts, future));
    if (loop.get() != task.loop)
        return complain(ts, task, "Task {} got Future {} attached to a different loop", who.view, what.view);
    if (!awaited) {
        return complain(ts, task, "yield was used instead of yield from in task {} with {}", who.view,
                        what.view);
    }
    TRY(set_attr(ts, future, asyncio_name(ts, AsyncPart::kBlocking), bool_object(false)));
    const Ref<Object> wakeup = TRY(cfunction_new(ts, wakeup_def, &task, nullptr, nullptr));
    const Ref<Object> add = TRY(get_attr(ts, future, asyncio_name(ts, AsyncPart::kAddDoneCallback)));
    Value args[3] = {Value(), Value(wakeup.get()), borrowed_value(*task.context)};
    auto& names = static_cast<Tuple&>(asyncio_part(ts, AsyncPart::kContextKeyword));
    TRY(boxed_result(ts, call_value(ts, *add, args + 1, 1, &names)));
    return wait_for(ts, task, future);
}
Result<void> take_up_own(Attached ts, AsyncTask& task, AsyncFuture& future) {
    if (future.loop != task.loop || !future.blocking) {
        const Shown who = TRY(show_repr(ts, task));
        const Shown what = TRY(show_repr(ts, future));
        if (future.loop != task.loop) {
            return complain(ts, task, "Task {} got Future {} attached to a different loop", who.view,
                            what.view);
        }
        return complain(ts, task, "yield was used instead of yield from in task {} with {}", who.view,
                        what.view);
    }
    future.blocking = false;
    const Ref<Object> wakeup = TRY(cfunction_new(ts, wakeup_def, &task, nullptr, nullptr));
    TRY(future_add_done_callback(ts, future, *wakeup, *task.context));
    return wait_for(ts, task, future);
}

// The coroutine has yielded `o`.
Result<void> take_up(Attached ts, AsyncTask& task, Object& o) {
    if (&o == &task) {
        const Shown who = TRY(show_repr(ts, task));
        return complain(ts, task, "Task cannot await on itself: {}", who.view);
    }
    if (is_exact_future(o)) return take_up_own(ts, task, static_cast<AsyncFuture&>(o));
    if (is_none(o)) return schedule_step(ts, task, nullptr);
    const OptRef<Object> blocking = TRY(get_attr_opt(ts, o, asyncio_name(ts, AsyncPart::kBlocking)));
    if (blocking && !is_none(*blocking)) return take_up_foreign(ts, task, o, *blocking);
    const Shown what = TRY(show_repr(ts, o));
    if (is_generator(o)) {
        const Shown who = TRY(show_repr(ts, task));
        return complain(ts, task, "yield was used instead of yield from for generator in task {} with {}",
                        who.view, what.view);
    }
    return complain(ts, task, "Task got bad yield: {}", what.view);
}

// The coroutine has returned `value`.
Result<void> finish(Attached ts, AsyncTask& task, Object& value) {
    if (!task.must_cancel) return future_set_result(ts, task, value);
    // It was cancelled just before its end.
    task.must_cancel = false;
    const OptRef<Object> message = OptRef<Object>::share(task.cancel_message);
    TRY(future_cancel(ts, task, message.get()));
    return {};
}
// The coroutine has raised.
Result<void> fail(Attached ts, AsyncTask& task) {
    Ref<BaseException> e = fetch(ts).take();
    Object& cancelled = asyncio_part(ts, AsyncPart::kCancelledError);
    if (exception_matches(ts, *e, cancelled)) {
        replace_field<Object>(ts, task.cancelled_error, e.release());
        TRY(future_cancel(ts, task, nullptr));
        return {};
    }
    TRY(future_set_exception(ts, task, *e));
    if (!exception_matches(ts, *e, exc_type(Exc::KeyboardInterrupt)) &&
        !exception_matches(ts, *e, exc_type(Exc::SystemExit)))
        return {};
    restore(ts, std::move(e));
    return already_raised();
}

Sent resume(Attached ts, Object& coroutine, Object* exception) {
    if (exception == nullptr) return send_value(ts, coroutine, Value(&none()));
    auto r = call_method(ts, coroutine, asyncio_name(ts, AsyncPart::kThrow), {exception});
    if (r.ok()) return {SendStatus::yielded, Value(r.release())};
    if (!pending_is(ts, Exc::StopIteration)) return {SendStatus::raised, Value()};
    const Ref<BaseException> stop = fetch(ts).take();
    Object* value = static_cast<StopIterationObject&>(*stop).value;
    return {SendStatus::returned, Value(Ref<Object>::share(value != nullptr ? *value : none()).release())};
}

Result<void> step_within(Attached ts, AsyncTask& task, Object* exception) {
    OptRef<Object> thrown = OptRef<Object>::share(exception);
    if (task.must_cancel) {
        Object& cancelled = asyncio_part(ts, AsyncPart::kCancelledError);
        if (!thrown || !exception_matches(ts, *thrown, cancelled))
            thrown = TRY(future_make_cancelled_error(ts, task));
        task.must_cancel = false;
    }
    replace_field<Object>(ts, task.waiter, nullptr);
    const Ref<Object> coroutine = Ref<Object>::share(*task.coroutine);
    const Sent sent = resume(ts, *coroutine, thrown.get());
    if (sent.status == SendStatus::raised) return fail(ts, task);
    const Ref<Object> value = TRY(boxed_result(ts, sent.value));
    return sent.status == SendStatus::returned ? finish(ts, task, *value) : take_up(ts, task, *value);
}

Result<void> task_step(Attached ts, AsyncTask& task, Object* exception) {
    const Ref<Object> keep = Ref<Object>::share(task);
    TRY(future_ensure_alive(ts, task));
    if (task.coroutine == nullptr) return raise(ts, Exc::RuntimeError, "uninitialized Task object");
    if (task.state != FutureState::kPending) {
        const Shown who = TRY(show_repr(ts, task));
        const Shown what = TRY(show_repr(ts, exception != nullptr ? *exception : none()));
        return raise_asyncio(ts, AsyncPart::kInvalidStateError,
                             fmt::format("__step(): already done: {} {}", who.view, what.view));
    }
    const Ref<Object> loop = Ref<Object>::share(*task.loop);
    TRY(enter_task(ts, *loop, task));
    const bool good = step_within(ts, task, exception).ok();
    OptRef<BaseException> kept = good ? OptRef<BaseException>() : fetch(ts);
    const bool left = leave_task(ts, *loop, task).ok();
    if (kept) {
        if (!left) clear_pending(ts);
        restore(ts, std::move(kept).take());
    }
    if (!good || !left) return already_raised();
    return {};
}

// ---- methods ----
constexpr Signature kInitSignature = parse_signature("Task(coro, *, loop=None, name=None, context=None)");

Result<bool> is_coroutine_like(Attached ts, Object& o) {
    if (is_coroutine(o)) return true;
    const Ref<Object> answer = TRY(call(ts, asyncio_part(ts, AsyncPart::kIsCoroutine), {&o}));
    return is_true(ts, *answer);
}
Result<void> set_name(Attached ts, AsyncTask& task, Object* name) {
    Ref<Object> text = name == nullptr || is_none(*name)
                           ? Ref<Object>(TRY(str_format(ts, "Task-{}", ++vm_interp(ts).asyncio_task_number)))
                           : Ref<Object>(TRY(str(ts, *name)));
    replace_field<Object>(ts, task.name, text.release());
    return {};
}
Result<void> task_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[4] = {};
    TRY(bind_arguments(ts, kInitSignature, args, nargs, kwnames, bound));
    Object* given[4];
    for (int i = 0; i < 4; ++i) given[i] = bound[i] ? TRY(box_in_place(ts, *bound[i])) : nullptr;
    auto& task = static_cast<AsyncTask&>(self);
    task.log_destroy_pending = false;  // of one that was never right, nobody needs to hear
    TRY(future_init(ts, task, given[1]));
    Object& coroutine = *given[0];
    if (!TRY(is_coroutine_like(ts, coroutine))) {
        const Shown what = TRY(show_repr(ts, coroutine));
        return raise(ts, Exc::TypeError, "a coroutine was expected, got {}", what.view);
    }
    Ref<Object> context = given[3] != nullptr && !is_none(*given[3]) ? Ref<Object>::share(*given[3])
                                                                     : TRY(context_copy_current(ts));
    replace_field<Object>(ts, task.context, context.release());
    replace_field<Object>(ts, task.waiter, nullptr);
    replace_field<Object>(ts, task.coroutine, Ref<Object>::share(coroutine).release());
    task.must_cancel = false;
    task.log_destroy_pending = true;
    task.cancel_requests = 0;
    TRY(set_name(ts, task, given[2]));
    TRY(schedule_step(ts, task, nullptr));
    return register_task(ts, task);
}

Result<bool> task_cancel(Attached ts, AsyncTask& self, Object* msg) {
    TRY(future_ensure_alive(ts, self));
    self.log_traceback = false;
    if (self.state != FutureState::kPending) return false;
    ++self.cancel_requests;
    // The waiter stays: the task may ignore this one, and have to be cancelled again.
    if (self.waiter != nullptr && TRY(cancel_waiter(ts, *self.waiter, msg))) return true;
    self.must_cancel = true;
    replace_field<Object>(ts, self.cancel_message, OptRef<Object>::share(msg).release());
    return true;
}
Result<int> task_cancelling(Attached, AsyncTask& self) {
    return self.cancel_requests;
}
Result<int> task_uncancel(Attached, AsyncTask& self) {
    if (self.cancel_requests > 0) --self.cancel_requests;
    return self.cancel_requests;
}
Result<Ref<Object>> task_get_stack(Attached ts, AsyncTask& self, Object* limit) {
    return call(ts, asyncio_part(ts, AsyncPart::kTaskGetStack), {&self, limit ? limit : &none()});
}
Result<Ref<Object>> task_print_stack(Attached ts, AsyncTask& self, Object* limit, Object* file) {
    return call(ts, asyncio_part(ts, AsyncPart::kTaskPrintStack),
                {&self, limit ? limit : &none(), file ? file : &none()});
}
Result<void> task_set_result(Attached ts, AsyncTask&, Object&) {
    return raise(ts, Exc::RuntimeError, "Task does not support set_result operation");
}
Result<void> task_set_exception(Attached ts, AsyncTask&, Object&) {
    return raise(ts, Exc::RuntimeError, "Task does not support set_exception operation");
}
template <auto Field>
Result<Ref<Object>> get_field(Attached, AsyncTask& self) {
    return Ref<Object>::share(self.*Field != nullptr ? *(self.*Field) : none());
}
Result<void> task_set_name(Attached ts, AsyncTask& self, Object& value) {
    Ref<Object> text = TRY(str(ts, value));
    replace_field<Object>(ts, self.name, text.release());
    return {};
}
Result<Ref<Object>> task_repr(Attached ts, AsyncTask& self) {
    TRY(future_ensure_alive(ts, self));
    return call(ts, asyncio_part(ts, AsyncPart::kTaskRepr), {&self});
}

Result<Ref<Object>> get_must_cancel(Attached, AsyncTask& self) {
    return Ref<Object>::share(bool_object(self.must_cancel));
}
Result<Ref<Object>> get_log_destroy_pending(Attached, AsyncTask& self) {
    return Ref<Object>::share(bool_object(self.log_destroy_pending));
}
Result<void> set_log_destroy_pending(Attached ts, AsyncTask& self, Object* value) {
    if (value == nullptr) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    self.log_destroy_pending = TRY(is_true(ts, *value));
    return {};
}

constexpr GetSet task_getset[] = {
    property_row<get_log_destroy_pending, set_log_destroy_pending>(
        "_log_destroy_pending", "whether to complain when it goes while pending"),
    getter<get_must_cancel>("_must_cancel", "the next step is to raise CancelledError"),
    getter<get_field<&AsyncTask::coroutine>>("_coro", "the coroutine that it drives"),
    getter<get_field<&AsyncTask::waiter>>("_fut_waiter", "the future that it waits for, or None"),
    {},
};
constexpr Method task_methods[] = {
    method<task_cancel>(
        "cancel($self, /, msg=None)",
        "Has CancelledError raised in the coroutine at its next step, and counts the request. "
        "The coroutine may catch it.\nFalse if the task had ended before."),
    method<task_cancelling>("cancelling($self, /)", "How many requests to cancel have not been taken back."),
    method<task_uncancel>("uncancel($self, /)", "Takes one request to cancel back; how many are left."),
    method<task_get_stack>(
        "get_stack($self, /, *, limit=None)",
        "The frames of the coroutine, the oldest first: where it is suspended, or those of "
        "the traceback if it has raised."),
    method<task_print_stack>("print_stack($self, /, *, limit=None, file=None)",
                             "Writes what get_stack() gives, with source lines, to file or sys.stderr."),
    method<task_set_result>("set_result($self, result, /)", "Not for tasks: RuntimeError."),
    method<task_set_exception>("set_exception($self, exception, /)", "Not for tasks: RuntimeError."),
    method<get_field<&AsyncTask::name>>("get_name($self, /)", "The name of the task."),
    method<task_set_name>("set_name($self, value, /)", "Calls the task str(value)."),
    method<get_field<&AsyncTask::coroutine>>("get_coro($self, /)", "The coroutine that it drives."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

void task_finalize(Attached ts, Object& self) {
    auto& task = static_cast<AsyncTask&>(self);
    if (task.state == FutureState::kPending && task.log_destroy_pending && task.loop != nullptr) {
        OptRef<BaseException> kept = fetch(ts);
        call_exception_handler(ts, task, "task", "Task was destroyed but it is pending!", nullptr);
        if (kept) restore(ts, std::move(kept).take());
    }
    future_finalize(ts, task);
}
using TaskFields =
    GcFields<AsyncTask, &AsyncFuture::loop, &AsyncFuture::callbacks, &AsyncFuture::result,
             &AsyncFuture::exception, &AsyncFuture::exception_traceback, &AsyncFuture::source_traceback,
             &AsyncFuture::cancel_message, &AsyncFuture::cancelled_error, &AsyncFuture::dict,
             &AsyncTask::waiter, &AsyncTask::coroutine, &AsyncTask::name, &AsyncTask::context>;
void task_dealloc(Attached ts, AsyncTask& self) {
    if (!call_finalizer(ts, self)) return;
    if (self.weakreflist) weakref_clear_all(ts, self);
    TaskFields::dealloc(ts, self);
}
TypeSpec make_task_spec() {
    TypeSpec s = {
        .name = "_asyncio.Task",
        .doc = "A coroutine at work, as a future of its result.",
        .basicsize = sizeof(AsyncTask),
        .flags = kTypeHasGc | kTypeBaseType,
        .base = &baton_async_future_type,
        .traverse = TaskFields::traverse,
        .clear = TaskFields::clear,
        .methods = task_methods,
        .getset = task_getset,
    };
    s.dealloc = typed_slot<task_dealloc>;
    s.repr = typed_slot<task_repr>;
    s.init = slot<task_init>;
    s.finalize = slot<task_finalize>;
    return s;
}

}  // namespace

const TypeSpec async_task_spec = make_task_spec();

}  // namespace baton
