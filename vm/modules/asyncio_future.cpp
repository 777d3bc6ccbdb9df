// _asyncio.Future and the iterator that await runs through. See asyncio.h.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "threadstate/process_state.h"
#include "vm/async_generator.h"
#include "vm/modules/asyncio.h"
#include "vm/modules/contextvars.h"
#include "vm/vm_types.h"

namespace baton {

bool is_exact_future(const Object& o) {
    return o.type == &baton_async_future_type || o.type == &baton_async_task_type;
}

// ---- the loop ----

Result<void> call_soon(Attached ts, Object& loop, Object& callback, Object* argument, Object& context) {
    const Ref<Object> method = TRY(get_attr(ts, loop, asyncio_name(ts, AsyncPart::kCallSoon)));
    Value args[4];  // the first is the callee's
    size_t n = 0;
    args[1 + n++] = Value(&callback);
    if (argument != nullptr) args[1 + n++] = borrowed_value(*argument);
    args[1 + n] = borrowed_value(context);
    auto& names = static_cast<Tuple&>(asyncio_part(ts, AsyncPart::kContextKeyword));
    TRY(boxed_result(ts, call_value(ts, *method, args + 1, n, &names)));
    return {};
}

void call_exception_handler(Attached ts, AsyncFuture& f, const char* what, std::string_view message,
                            Object* exception) {
    auto tell = [&]() -> Result<void> {
        const Ref<Dict> about = TRY(dict_new(ts));
        auto put = [&](const char* key, Object& value) -> Result<void> {
            return dict_set_str(ts, *about, *TRY(str_intern_utf8(ts, key)), value);
        };
        TRY(put("message", *TRY(str_new_utf8(ts, message))));
        if (exception != nullptr) TRY(put("exception", *exception));
        TRY(put(what, f));
        if (f.source_traceback != nullptr) TRY(put("source_traceback", *f.source_traceback));
        TRY(call_method(ts, *f.loop, asyncio_name(ts, AsyncPart::kCallExceptionHandler), {about.get()}));
        return {};
    };
    if (f.loop != nullptr && !tell().ok()) write_unraisable(ts, nullptr, &f);
}

// ---- states ----

Result<void> future_ensure_alive(Attached ts, AsyncFuture& f) {
    if (f.loop == nullptr) return raise(ts, Exc::RuntimeError, "Future object is not initialized.");
    return {};
}

namespace {

void clear_result(Attached ts, AsyncFuture& f) {
    for (Object** field : {&f.result, &f.exception, &f.exception_traceback, &f.source_traceback,
                           &f.cancel_message, &f.cancelled_error})
        replace_field<Object>(ts, *field, nullptr);
    replace_field<List>(ts, f.callbacks, nullptr);
    f.state = FutureState::kPending;
    f.log_traceback = f.blocking = false;
}

Result<void> schedule_callbacks(Attached ts, AsyncFuture& f) {
    if (f.callbacks == nullptr) return {};
    const Ref<List> callbacks = Ref<List>::steal(std::exchange(f.callbacks, nullptr));
    const Ref<Object> loop = Ref<Object>::share(*f.loop);
    for (Index i = 0; i < callbacks->size; ++i) {
        auto& pair = static_cast<Tuple&>(*callbacks->item[i]);
        TRY(call_soon(ts, *loop, *pair.item[0], &f, *pair.item[1]));
    }
    return {};
}
Result<void> check_pending(Attached ts, AsyncFuture& f) {
    TRY(future_ensure_alive(ts, f));
    if (f.state != FutureState::kPending)
        return raise_asyncio(ts, AsyncPart::kInvalidStateError, "invalid state");
    return {};
}
Raised raise_cancelled(Attached ts, AsyncFuture& f) {
    Ref<Object> error = TRY(future_make_cancelled_error(ts, f));
    if (!is_exception(*error)) return raise(ts, Exc::TypeError, "exceptions must derive from BaseException");
    return raise_object(ts, std::move(error).cast<BaseException>());
}

}  // namespace

Result<void> future_init(Attached ts, AsyncFuture& f, Object* loop) {
    replace_field<Object>(ts, f.loop, nullptr);
    clear_result(ts, f);
    const Ref<Object> chosen =
        loop != nullptr && !is_none(*loop) ? Ref<Object>::share(*loop) : TRY(current_or_policy_loop(ts));
    replace_field<Object>(ts, f.loop, chosen.copy().release());
    const Ref<Object> debug = TRY(call_method(ts, *chosen, asyncio_name(ts, AsyncPart::kGetDebug)));
    if (TRY(is_true(ts, *debug)) && !is_finalizing()) {
        Ref<Object> stack = TRY(call(ts, asyncio_part(ts, AsyncPart::kExtractStack)));
        replace_field<Object>(ts, f.source_traceback, stack.release());
    }
    return {};
}

Result<bool> future_cancel(Attached ts, AsyncFuture& f, Object* message) {
    f.log_traceback = false;
    if (f.state != FutureState::kPending) return false;
    f.state = FutureState::kCancelled;
    replace_field<Object>(ts, f.cancel_message, OptRef<Object>::share(message).release());
    TRY(schedule_callbacks(ts, f));
    return true;
}
Result<void> future_set_result(Attached ts, AsyncFuture& f, Object& result) {
    TRY(check_pending(ts, f));
    replace_field<Object>(ts, f.result, Ref<Object>::share(result).release());
    f.state = FutureState::kFinished;
    return schedule_callbacks(ts, f);
}
Result<void> future_set_exception(Attached ts, AsyncFuture& f, Object& exception) {
    TRY(check_pending(ts, f));
    Ref<Object> e = Ref<Object>::share(exception);
    if (is_type(exception) && has_flag(static_cast<Type&>(exception), kTypeBaseExc)) {
        e = TRY(call(ts, exception));
        if (f.state != FutureState::kPending)
            return raise_asyncio(ts, AsyncPart::kInvalidStateError, "invalid state");
    }
    if (!is_exception(*e)) return raise(ts, Exc::TypeError, "invalid exception object");
    if (e->type == &exc_type(Exc::StopIteration)) {
        return raise(ts, Exc::TypeError,
                     "StopIteration interacts badly with generators and cannot be raised into a Future");
    }
    Object* traceback = static_cast<BaseException&>(*e).traceback;
    replace_field<Object>(ts, f.exception_traceback, OptRef<Object>::share(traceback).release());
    replace_field<Object>(ts, f.exception, e.release());
    f.state = FutureState::kFinished;
    TRY(schedule_callbacks(ts, f));
    f.log_traceback = true;
    return {};
}

Result<Ref<Object>> future_make_cancelled_error(Attached ts, AsyncFuture& f) {
    if (f.cancelled_error != nullptr) return Ref<Object>::steal(std::exchange(f.cancelled_error, nullptr));
    Object& type = asyncio_part(ts, AsyncPart::kCancelledError);
    if (f.cancel_message == nullptr || is_none(*f.cancel_message)) return call(ts, type);
    return call(ts, type, {f.cancel_message});
}

Result<Ref<Object>> future_result(Attached ts, AsyncFuture& f) {
    if (f.state == FutureState::kCancelled) return raise_cancelled(ts, f);
    if (f.state != FutureState::kFinished)
        return raise_asyncio(ts, AsyncPart::kInvalidStateError, "Result is not set.");
    f.log_traceback = false;
    if (f.exception != nullptr) {
        Ref<BaseException> e = Ref<BaseException>::share(static_cast<BaseException&>(*f.exception));
        set_traceback(ts, *e, OptRef<Object>::steal(std::exchange(f.exception_traceback, nullptr)));
        return raise_object(ts, std::move(e));
    }
    return Ref<Object>::share(*f.result);
}

Result<void> future_add_done_callback(Attached ts, AsyncFuture& f, Object& callback, Object& context) {
    TRY(future_ensure_alive(ts, f));
    if (f.state != FutureState::kPending) return call_soon(ts, *f.loop, callback, &f, context);
    const Ref<Tuple> pair = TRY(tuple_of(ts, {&callback, &context}));
    if (f.callbacks == nullptr) {
        Ref<List> made = TRY(list_new(ts, 0));
        f.callbacks = made.release();
    }
    return list_append(ts, *f.callbacks, *pair);
}

void future_finalize(Attached ts, AsyncFuture& f) {
    if (!f.log_traceback) return;
    f.log_traceback = false;
    OptRef<BaseException> kept = fetch(ts);
    const OptRef<Object> exception = OptRef<Object>::share(f.exception);
    call_exception_handler(ts, f, "future",
                           fmt::format("{} exception was never retrieved", type_short_name(*f.type)),
                           exception.get());
    if (kept) restore(ts, std::move(kept).take());
}

// ---- methods ----
namespace {

Result<Ref<Object>> future_new(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    Ref<AsyncFuture> f = TRY(new_instance<AsyncFuture>(ts, cls));
    gc_track(ts, f.get());
    return f;
}

constexpr Signature kInitSignature = parse_signature("Future(*, loop=None)");

Result<void> init_future(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames) {
    Value* bound[1] = {};
    TRY(bind_arguments(ts, kInitSignature, args, nargs, kwnames, bound));
    return future_init(ts, static_cast<AsyncFuture&>(self),
                       bound[0] ? TRY(box_in_place(ts, *bound[0])) : nullptr);
}
Result<Ref<Object>> method_result(Attached ts, AsyncFuture& self) {
    return future_result(ts, self);
}
Result<Ref<Object>> method_exception(Attached ts, AsyncFuture& self) {
    if (self.state == FutureState::kCancelled) return raise_cancelled(ts, self);
    if (self.state != FutureState::kFinished)
        return raise_asyncio(ts, AsyncPart::kInvalidStateError, "Exception is not set.");
    self.log_traceback = false;
    return Ref<Object>::share(self.exception != nullptr ? *self.exception : none());
}
Result<void> method_set_result(Attached ts, AsyncFuture& self, Object& result) {
    return future_set_result(ts, self, result);
}
Result<void> method_set_exception(Attached ts, AsyncFuture& self, Object& exception) {
    return future_set_exception(ts, self, exception);
}
Result<void> method_add_done_callback(Attached ts, AsyncFuture& self, Object& fn, Object* context) {
    if (context != nullptr && !is_none(*context)) return future_add_done_callback(ts, self, fn, *context);
    const Ref<Object> current = TRY(context_copy_current(ts));
    return future_add_done_callback(ts, self, fn, *current);
}
Result<Index> method_remove_done_callback(Attached ts, AsyncFuture& self, Object& fn) {
    TRY(future_ensure_alive(ts, self));
    if (self.callbacks == nullptr) return 0;
    // Comparing runs Python code, which may change the callbacks: those that were there are looked at.
    const Ref<List> before = Ref<List>::share(*self.callbacks);
    const Ref<Tuple> all = TRY(list_to_tuple(ts, *before));
    const Ref<List> kept = TRY(list_new(ts, 0));
    for (Index i = 0; i < all->size; ++i) {
        Object& callback = *static_cast<Tuple&>(*all->item[i]).item[0];
        if (!TRY(equal(ts, callback, fn))) TRY(list_append(ts, *kept, *all->item[i]));
    }
    const Index removed = all->size - kept->size;
    if (removed != 0 && self.callbacks != nullptr)
        replace_field<List>(ts, self.callbacks, kept->size != 0 ? kept.copy().release() : nullptr);
    return removed;
}
Result<bool> method_cancel(Attached ts, AsyncFuture& self, Object* msg) {
    TRY(future_ensure_alive(ts, self));
    return future_cancel(ts, self, msg);
}
Result<bool> method_cancelled(Attached, AsyncFuture& self) {
    return self.loop != nullptr && self.state == FutureState::kCancelled;
}
Result<bool> method_done(Attached, AsyncFuture& self) {
    return self.loop != nullptr && self.state != FutureState::kPending;
}
Result<Ref<Object>> method_get_loop(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    return Ref<Object>::share(*self.loop);
}
Result<Ref<Object>> method_make_cancelled_error(Attached ts, AsyncFuture& self) {
    return future_make_cancelled_error(ts, self);
}
Result<Ref<Object>> future_repr(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    return call(ts, asyncio_part(ts, AsyncPart::kFutureRepr), {&self});
}
Result<Ref<Object>> future_iter(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    Ref<AsyncFutureIter> it = TRY(new_gc_object<AsyncFutureIter>(ts, baton_async_future_iter_type));
    it->future = Ref<AsyncFuture>::share(self).release();
    gc_track(ts, it.get());
    return it;
}

// ---- attributes ----
template <auto Field>
Result<Ref<Object>> get_field(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    return Ref<Object>::share(self.*Field != nullptr ? *(self.*Field) : none());
}
template <auto Field>
Result<Ref<Object>> get_field_or_none(Attached, AsyncFuture& self) {
    return Ref<Object>::share(self.loop != nullptr && self.*Field != nullptr ? *(self.*Field) : none());
}
Result<Ref<Object>> get_state(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    constexpr const char* kStates[] = {"PENDING", "CANCELLED", "FINISHED"};
    return str_intern_utf8(ts, kStates[static_cast<int>(self.state)]);
}
Result<Ref<Object>> get_callbacks(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    if (self.callbacks == nullptr) return Ref<Object>::share(none());
    return list_slice(ts, *self.callbacks, 0, self.callbacks->size);
}
Result<Ref<Object>> get_blocking(Attached, AsyncFuture& self) {
    return Ref<Object>::share(bool_object(self.loop != nullptr && self.blocking));
}
Result<void> set_blocking(Attached ts, AsyncFuture& self, Object* value) {
    TRY(future_ensure_alive(ts, self));
    if (value == nullptr) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    self.blocking = TRY(is_true(ts, *value));
    return {};
}
Result<Ref<Object>> get_log_traceback(Attached ts, AsyncFuture& self) {
    TRY(future_ensure_alive(ts, self));
    return Ref<Object>::share(bool_object(self.log_traceback));
}
Result<void> set_log_traceback(Attached ts, AsyncFuture& self, Object* value) {
    if (value == nullptr) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    if (TRY(is_true(ts, *value)))
        return raise(ts, Exc::ValueError, "_log_traceback can only be set to False");
    self.log_traceback = false;
    return {};
}
Result<Ref<Object>> get_cancel_message(Attached, AsyncFuture& self) {
    return Ref<Object>::share(self.cancel_message != nullptr ? *self.cancel_message : none());
}
Result<void> set_cancel_message(Attached ts, AsyncFuture& self, Object* value) {
    if (value == nullptr) return raise(ts, Exc::AttributeError, "cannot delete attribute");
    replace_field<Object>(ts, self.cancel_message, Ref<Object>::share(*value).release());
    return {};
}

constexpr GetSet future_getset[] = {
    getter<get_state>("_state", "PENDING, CANCELLED or FINISHED"),
    property_row<get_blocking, set_blocking>("_asyncio_future_blocking",
                                             "await has yielded it, and no task has taken it up yet"),
    getter<get_field_or_none<&AsyncFuture::loop>>("_loop", "the loop that it belongs to"),
    getter<get_callbacks>("_callbacks", "what is to be called at the end, or None"),
    getter<get_field<&AsyncFuture::result>>("_result", "the result, or None"),
    getter<get_field<&AsyncFuture::exception>>("_exception", "the exception, or None"),
    property_row<get_log_traceback, set_log_traceback>("_log_traceback",
                                                       "nobody has asked for the exception yet"),
    getter<get_field_or_none<&AsyncFuture::source_traceback>>("_source_traceback",
                                                              "where it was made, in debug mode"),
    property_row<get_cancel_message, set_cancel_message>("_cancel_message", "what cancel() was told"),
    {},
};
constexpr Method future_methods[] = {
    method<method_result>("result($self, /)", "The result; raises the exception if that is how it ended."),
    method<method_exception>("exception($self, /)", "The exception that it ended with, or None."),
    method<method_set_result>("set_result($self, result, /)", "Ends it with a result."),
    method<method_set_exception>("set_exception($self, exception, /)", "Ends it with an exception."),
    method<method_add_done_callback>("add_done_callback($self, fn, /, *, context=<unrepresentable>)",
                                     "Has the loop call fn(future) in this context once it has ended."),
    method<method_remove_done_callback>("remove_done_callback($self, fn, /)",
                                        "Forgets every callback that equals fn, and says how many."),
    method<method_cancel>("cancel($self, /, msg=None)", "Cancels it; False if it had ended before."),
    method<method_cancelled>("cancelled($self, /)", "Whether it was cancelled."),
    method<method_done>("done($self, /)", "Whether it has ended, in whatever way."),
    method<method_get_loop>("get_loop($self, /)", "The loop that it belongs to."),
    method<method_make_cancelled_error>(
        "_make_cancelled_error($self, /)",
        "The CancelledError to raise, each time a new one but for the first."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};

void finalize(Attached ts, Object& self) {
    future_finalize(ts, static_cast<AsyncFuture&>(self));
}
using FutureFields =
    GcFields<AsyncFuture, &AsyncFuture::loop, &AsyncFuture::callbacks, &AsyncFuture::result,
             &AsyncFuture::exception, &AsyncFuture::exception_traceback, &AsyncFuture::source_traceback,
             &AsyncFuture::cancel_message, &AsyncFuture::cancelled_error, &AsyncFuture::dict>;

void future_dealloc(Attached ts, AsyncFuture& self) {
    if (!call_finalizer(ts, self)) return;
    if (self.weakreflist) weakref_clear_all(ts, self);
    FutureFields::dealloc(ts, self);
}
constexpr TypeSpec make_future_spec() {
    TypeSpec s = {
        .name = "_asyncio.Future",
        .doc =
            "What will be there later: a result or an exception, for whoever awaits it or adds a callback.",
        .basicsize = sizeof(AsyncFuture),
        .flags = kTypeHasGc | kTypeBaseType,
        .traverse = FutureFields::traverse,
        .clear = FutureFields::clear,
        .weaklistoffset = offsetof(AsyncFuture, weakreflist),
        .dictoffset = offsetof(AsyncFuture, dict),
        .methods = future_methods,
        .getset = future_getset,
    };
    s.dealloc = typed_slot<future_dealloc>;
    s.repr = typed_slot<future_repr>;
    s.iter = typed_slot<future_iter>;
    s.am_await = typed_slot<future_iter>;
    s.init = slot<init_future>;
    s.tp_new = slot<future_new>;
    s.finalize = slot<finalize>;
    return s;
}

// ---- the iterator ----
Next iterator_next(Attached ts, Object& o) {
    auto& it = static_cast<AsyncFutureIter&>(o);
    if (it.future == nullptr) return Next::done();
    if (it.future->state == FutureState::kPending) {
        if (it.future->blocking) return raise(ts, Exc::RuntimeError, "await wasn't used with future");
        it.future->blocking = true;
        return Ref<Object>::share(*it.future);
    }
    const Ref<AsyncFuture> f = Ref<AsyncFuture>::steal(std::exchange(it.future, nullptr));
    const Ref<Object> result = TRY(future_result(ts, *f));
    return raise_stop_iteration(ts, result.get());
}
Result<Ref<Object>> iterator_send(Attached ts, AsyncFutureIter& self, Object&) {
    Next n = iterator_next(ts, self);
    if (n.has_item()) return n.take();
    if (n.is_done()) return raise_stop_iteration(ts, nullptr);
    return already_raised();
}
Result<Ref<Object>> iterator_throw(Attached ts, AsyncFutureIter& self, Object& type, Object* value,
                                   Object* traceback) {
    TRY(prepare_throw(ts, type, value, traceback));
    OptRef<BaseException> e = fetch(ts);
    replace_field<AsyncFuture>(ts, self.future, nullptr);
    restore(ts, std::move(e).take());
    return already_raised();
}
Result<void> iterator_close(Attached ts, AsyncFutureIter& self) {
    replace_field<AsyncFuture>(ts, self.future, nullptr);
    return {};
}
Result<Ref<Object>> iterator_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}
constexpr Method iterator_methods[] = {
    method<iterator_send>("send($self, value, /)", "The next step, as next() has it."),
    method<iterator_throw>("throw($self, typ, val=None, tb=None, /)", "Raises this exception, and ends."),
    method<iterator_close>("close($self, /)", "Ends."),
    {},
};

}  // namespace

const TypeSpec async_future_spec = make_future_spec();
const TypeSpec async_future_iter_spec = with_gc<AsyncFutureIter, &AsyncFutureIter::future>({
    .name = "_asyncio.FutureIter",
    .doc = "What await runs through: the future itself, until that has ended.",
    .flags = kTypeDisallowInstantiation,
    .methods = iterator_methods,
    .iter = slot<iterator_self>,
    .iternext = slot<iterator_next>,
});

}  // namespace baton
