// _asyncio: futures, tasks, and which loop runs in a thread. asyncio has all of it in Python as well.
//
// Invariants. A future leaves kPending once; its callbacks are then handed to the loop, in order, and
// dropped. Until __init__ has run there is no loop, and whatever needs one says so. While a task is pending,
// either its next step is scheduled and `waiter` is null, or `waiter` is the future whose callback wakes it.
// What the package supplies (exception classes, reprs) is looked up once per interpreter: asyncio_part().
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

enum class FutureState : uint8_t { kPending, kCancelled, kFinished };

struct AsyncFuture : Object {
    Object* loop;     // null before __init__
    List* callbacks;  // pairs of function and context; null: none
    Object* result;
    Object* exception;
    Object* exception_traceback;  // as it was when the exception was set
    Object* source_traceback;     // where it was made, in debug mode
    Object* cancel_message;
    Object* cancelled_error;  // the CancelledError that ended a task, for the first who asks
    Dict* dict;
    Object* weakreflist;
    FutureState state;
    bool log_traceback;  // nobody has seen the exception yet
    bool blocking;       // yielded by await, and not yet taken up by a task
};
struct AsyncTask : AsyncFuture {
    Object* waiter;
    Object* coroutine;
    Object* name;
    Object* context;
    int cancel_requests;
    bool must_cancel;
    bool log_destroy_pending;
};
struct AsyncFutureIter : Object {
    AsyncFuture* future;  // null: finished
};

// What is looked up once per interpreter.
enum class AsyncPart {
    kCancelledError,
    kInvalidStateError,
    kFutureRepr,
    kTaskRepr,
    kTaskGetStack,
    kTaskPrintStack,
    kIsCoroutine,
    kGetPolicy,
    kExtractStack,
    kAllTasks,
    kCurrentTasks,
    // Names, and the names of keyword arguments.
    kCallSoon,
    kGetDebug,
    kGetLoop,
    kCallExceptionHandler,
    kAddDoneCallback,
    kBlocking,
    kCancel,
    kThrow,
    kRunningLoopKey,
    kContextKeyword,
    kMessageKeyword,
    kCount,
};
Object& asyncio_part(Attached ts, AsyncPart part);
inline Str& asyncio_name(Attached ts, AsyncPart part) {
    return static_cast<Str&>(asyncio_part(ts, part));
}
Raised raise_asyncio(Attached ts, AsyncPart exception, std::string_view message);

// asyncio_future.cpp
Result<void> future_init(Attached ts, AsyncFuture& f, Object* loop);
Result<void> future_ensure_alive(Attached ts, AsyncFuture& f);
Result<bool> future_cancel(Attached ts, AsyncFuture& f, Object* message);
Result<void> future_set_result(Attached ts, AsyncFuture& f, Object& result);
Result<void> future_set_exception(Attached ts, AsyncFuture& f, Object& exception);
Result<Ref<Object>> future_result(Attached ts, AsyncFuture& f);
Result<Ref<Object>> future_make_cancelled_error(Attached ts, AsyncFuture& f);
Result<void> future_add_done_callback(Attached ts, AsyncFuture& f, Object& callback, Object& context);
void future_finalize(Attached ts, AsyncFuture& f);
// loop.call_soon(callback[, argument], context=context)
Result<void> call_soon(Attached ts, Object& loop, Object& callback, Object* argument, Object& context);
// loop.call_exception_handler(dict of the pairs); its failure is unraisable.
void call_exception_handler(Attached ts, AsyncFuture& f, const char* what, std::string_view message,
                            Object* exception);
// Exactly a Future or Task of this module.
bool is_exact_future(const Object& o);

// asyncio_module.cpp
Result<OptRef<Object>> running_loop(Attached ts);  // empty: none in this thread
Result<Ref<Object>> current_or_policy_loop(Attached ts);
Result<void> register_task(Attached ts, Object& task);
Result<void> enter_task(Attached ts, Object& loop, Object& task);
Result<void> leave_task(Attached ts, Object& loop, Object& task);

extern const TypeSpec async_future_spec, async_future_iter_spec, async_task_spec;

}  // namespace baton
