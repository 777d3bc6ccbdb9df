// builtins about asynchronous iteration: aiter, anext, and the awaitable of anext with a default.
#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/str.h"
#include "vm/generator.h"
#include "vm/modules/builtins_functions.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

// Awaits what __anext__() gave; its end is the default.
struct AnextAwaitable : Object {
    Object* wrapped;
    Object* fallback;
};

// The iterator that does the work. A coroutine is none itself, but has one.
Result<Ref<Object>> worker(Attached ts, AnextAwaitable& self) {
    if (self.wrapped == nullptr)
        return raise(ts, Exc::ReferenceError, "the awaitable has been taken apart by the garbage collector");
    const Ref<Object> wrapped = Ref<Object>::share(*self.wrapped);
    Ref<Object> it = TRY(awaitable_iter(ts, *wrapped));
    if (info(*it).iternext) return it;
    const UnaryFn await = info(*it).am_await;
    Ref<Object> inner = TRY(await(ts, *it));
    if (!is_iterator(*inner)) {
        return raise(ts, Exc::TypeError, "{}.__await__() must return an iterable, not {}", type_name(*it),
                     type_name(*inner));
    }
    return inner;
}
// A step failed: the end of the asynchronous iterator becomes the end of this awaitable, with the default as
// its value.
Raised end_of(Attached ts, AnextAwaitable& self) {
    if (!pending_is(ts, Exc::StopAsyncIteration) || self.fallback == nullptr) return already_raised();
    clear_pending(ts);
    return raise_stop_iteration(ts, self.fallback);
}

Next awaitable_next(Attached ts, AnextAwaitable& self) {
    auto it = worker(ts, self);
    if (!it.ok()) return already_raised();
    // Called as a slot: the value of a StopIteration matters here.
    Next step = info(*it).iternext(ts, *it);
    if (step.raised()) return end_of(ts, self);
    return step;
}
Result<Ref<Object>> call_worker(Attached ts, AnextAwaitable& self, const char* name, Args args) {
    TRY(box_all(ts, args.v, args.n));
    const Ref<Object> it = TRY(worker(ts, self));
    const Ref<Str> method = TRY(str_intern_utf8(ts, name));
    const Ref<Object> function = TRY(get_attr(ts, *it, *method));
    auto result = boxed_result(ts, call_value(ts, *function, args.v, args.n, nullptr));
    if (!result.ok()) return end_of(ts, self);
    return result;
}
Result<Ref<Object>> awaitable_send(Attached ts, AnextAwaitable& self, Object& value) {
    Value one[2] = {Value(), Value(&value)};
    return call_worker(ts, self, "send", Args{one + 1, 1});
}
Result<Ref<Object>> awaitable_throw(Attached ts, AnextAwaitable& self, Args args) {
    return call_worker(ts, self, "throw", args);
}
Result<Ref<Object>> awaitable_close(Attached ts, AnextAwaitable& self) {
    Value none_given[1] = {Value()};
    return call_worker(ts, self, "close", Args{none_given + 1, 0});
}
Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}
constexpr Method awaitable_methods[] = {
    method<awaitable_send>("send($self, value, /)", "Goes on with this value for the innermost await."),
    method<awaitable_throw>("throw($self, *args)", "Raises an exception at the innermost await."),
    method<awaitable_close>("close($self, /)", "Ends what is awaited."),
    {},
};

}  // namespace

Result<Ref<Object>> builtin_aiter(Attached ts, Object&, Object& async_iterable) {
    const UnaryFn make = info(async_iterable).am_aiter;
    if (!make)
        return raise(ts, Exc::TypeError, "'{}' object is not an async iterable", type_name(async_iterable));
    Ref<Object> it = TRY(make(ts, async_iterable));
    if (!info(*it).am_anext)
        return raise(ts, Exc::TypeError, "aiter() returned not an async iterator of type '{}'",
                     type_name(*it));
    return it;
}
Result<Ref<Object>> builtin_anext(Attached ts, Object&, Object& aiterator, Object* fallback) {
    const UnaryFn step = info(aiterator).am_anext;
    if (!step) return raise(ts, Exc::TypeError, "'{}' object is not an async iterator", type_name(aiterator));
    Ref<Object> awaitable = TRY(step(ts, aiterator));
    if (fallback == nullptr) return awaitable;
    Ref<AnextAwaitable> made = TRY(new_gc_object<AnextAwaitable>(ts, _PyAnextAwaitable_Type));
    made->wrapped = awaitable.release();
    made->fallback = Ref<Object>::share(*fallback).release();
    gc_track(ts, made.get());
    return made;
}

const TypeSpec anext_awaitable_spec =
    with_gc<AnextAwaitable, &AnextAwaitable::wrapped, &AnextAwaitable::fallback>({
        .name = "anext_awaitable",
        .flags = kTypeDisallowInstantiation,
        .methods = awaitable_methods,
        .iter = slot<return_self>,
        .iternext = typed_slot<awaitable_next>,
        .am_await = slot<return_self>,
    });

}  // namespace baton
