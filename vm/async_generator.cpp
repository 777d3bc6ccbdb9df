// Asynchronous generators. CPython 3.11: the second half of Objects/genobject.c.
#include "vm/async_generator.h"

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/exceptions.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/generator_types.h"
#include "vm/interp.h"

namespace baton {

namespace {

enum class StepState : uint8_t { fresh, running, closed };

struct AsyncSend : Object {  // the awaitable of __anext__() and asend()
    Generator* generator;
    Value value;  // owned; nothing = None
    StepState state;
};
struct AsyncThrow : Object {  // of athrow() and aclose()
    Generator* generator;
    Tuple* args;  // owned; null = aclose()
    StepState state;
};

bool is_async_item(Value v) {
    return v.is_object() && v.object()->type == &_PyAsyncGenWrappedValue_Type;
}

Result<void> init_hooks(Attached ts, Generator& g) {
    if (g.hooks_inited) return {};
    g.hooks_inited = true;
    if (Object* finalizer = ts->async_gen_finalizer) {
        incref(finalizer);
        g.origin_or_finalizer = finalizer;
    }
    if (Object* first = ts->async_gen_firstiter) {
        auto hook = Ref<Object>::share(*first);
        TRY(call(ts, *hook, {&g}));
    }
    return {};
}

// A return ends the iteration.
Sent end_of_items(Attached ts, Sent s) {
    if (s.status != SendStatus::returned) return s;
    drop(ts, s.value);
    (void)raise_none(ts, Exc::StopAsyncIteration);
    return {SendStatus::raised, Value()};
}

// An item becomes StopIteration(item): that is how the awaitable returns it. What `await` yields goes
// through.
Result<Ref<Object>> unwrap(Attached ts, Generator& g, Sent raw) {
    Sent s = end_of_items(ts, raw);
    if (s.status == SendStatus::raised) {
        if (pending_is(ts, Exc::StopAsyncIteration) || pending_is(ts, Exc::GeneratorExit)) g.closed = true;
        g.running_async = false;
        return already_raised();
    }
    if (!is_async_item(s.value)) return boxed_result(ts, s.value);
    auto item = Ref<AsyncItem>::steal(static_cast<AsyncItem*>(s.value.object()));
    g.running_async = false;
    return raise_stop_iteration(ts, item->value);
}

// ---- asend ----

Result<Ref<Object>> async_send_new(Attached ts, Generator& g, Value value) {
    TRY(init_hooks(ts, g));
    auto a = TRY(new_gc_object<AsyncSend>(ts, _PyAsyncGenASend_Type));
    incref(&g);
    a->generator = &g;
    a->value = share(value);
    a->state = StepState::fresh;
    gc_track(ts, a.get());
    return a;
}

Result<Ref<Object>> async_send_send(Attached ts, AsyncSend& self, Value value) {
    Generator& g = *self.generator;
    if (self.state == StepState::closed) {
        return raise(ts, Exc::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    if (self.state == StepState::fresh) {
        if (g.running_async) {
            return raise(ts, Exc::RuntimeError, "anext(): asynchronous generator is already running");
        }
        if (value == Value(&none()) && self.value) value = self.value;
        self.state = StepState::running;
    }
    g.running_async = true;
    auto r = unwrap(ts, g, generator_send(ts, g, value));
    if (!r.ok()) self.state = StepState::closed;
    return r;
}
Result<Ref<Object>> async_send_throw(Attached ts, AsyncSend& self, Object& type, Object* value,
                                     Object* traceback) {
    if (self.state == StepState::closed) {
        return raise(ts, Exc::RuntimeError, "cannot reuse already awaited __anext__()/asend()");
    }
    TRY(prepare_throw(ts, type, value, traceback));
    auto r = unwrap(ts, *self.generator, generator_throw_pending(ts, *self.generator, false));
    if (!r.ok()) self.state = StepState::closed;
    return r;
}
Result<void> async_send_close(Attached, AsyncSend& self) {
    self.state = StepState::closed;
    return {};
}

// ---- athrow, aclose ----

Result<Ref<Object>> async_throw_new(Attached ts, Generator& g, Tuple* args) {
    TRY(init_hooks(ts, g));
    auto a = TRY(new_gc_object<AsyncThrow>(ts, _PyAsyncGenAThrow_Type));
    incref(&g);
    a->generator = &g;
    xincref(args);
    a->args = args;
    a->state = StepState::fresh;
    gc_track(ts, a.get());
    return a;
}

Raised ignored_exit(Attached ts, AsyncThrow& self, Sent s) {
    drop(ts, s.value);
    self.generator->running_async = false;
    self.state = StepState::closed;
    return raise(ts, Exc::RuntimeError, "async generator ignored GeneratorExit");
}

// The outcome of a step of aclose() or athrow().
Result<Ref<Object>> throw_outcome(Attached ts, AsyncThrow& self, Sent raw) {
    Generator& g = *self.generator;
    if (self.args) {
        auto r = unwrap(ts, g, raw);
        if (r.ok()) return r;
        self.state = StepState::closed;
        return already_raised();
    }
    Sent s = end_of_items(ts, raw);
    if (s.status == SendStatus::yielded) {
        if (is_async_item(s.value)) return ignored_exit(ts, self, s);
        return boxed_result(ts, s.value);
    }
    g.running_async = false;
    self.state = StepState::closed;
    if (pending_is(ts, Exc::StopAsyncIteration) || pending_is(ts, Exc::GeneratorExit)) {
        clear_pending(ts);
        return raise_none(ts, Exc::StopIteration);
    }
    return already_raised();
}

Result<void> prepare_throw_args(Attached ts, AsyncThrow& self) {
    if (!self.args) {
        (void)raise_none(ts, Exc::GeneratorExit);
        return {};
    }
    Tuple& a = *self.args;
    if (a.size < 1 || a.size > 3) {
        return raise(ts, Exc::TypeError, "athrow expected at {} {} argument{}, got {}",
                     a.size < 1 ? "least" : "most", a.size < 1 ? 1 : 3, a.size < 1 ? "" : "s", a.size);
    }
    return prepare_throw(ts, *a.item[0], a.size > 1 ? a.item[1] : nullptr, a.size > 2 ? a.item[2] : nullptr);
}

Result<Ref<Object>> async_throw_send(Attached ts, AsyncThrow& self, Value value) {
    Generator& g = *self.generator;
    if (self.state == StepState::closed) {
        return raise(ts, Exc::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    }
    if (g.state == GenState::finished) {
        self.state = StepState::closed;
        return raise_none(ts, Exc::StopIteration);
    }
    if (self.state == StepState::fresh) {
        if (g.running_async) {
            self.state = StepState::closed;
            return raise(ts, Exc::RuntimeError, "{}: asynchronous generator is already running",
                         self.args ? "athrow()" : "aclose()");
        }
        if (g.closed) {
            self.state = StepState::closed;
            return raise_none(ts, Exc::StopAsyncIteration);
        }
        if (value != Value(&none())) {
            return raise(ts, Exc::RuntimeError, "can't send non-None value to a just-started coroutine");
        }
        self.state = StepState::running;
        g.running_async = true;
        if (!self.args) g.closed = true;
        if (!prepare_throw_args(ts, self).ok()) {
            g.running_async = false;
            self.state = StepState::closed;
            return already_raised();
        }
        return throw_outcome(ts, self, generator_throw_pending(ts, g, false));
    }
    g.running_async = true;
    return throw_outcome(ts, self, generator_send(ts, g, value));
}
Result<Ref<Object>> async_throw_throw(Attached ts, AsyncThrow& self, Object& type, Object* value,
                                      Object* traceback) {
    if (self.state == StepState::closed) {
        return raise(ts, Exc::RuntimeError, "cannot reuse already awaited aclose()/athrow()");
    }
    TRY(prepare_throw(ts, type, value, traceback));
    return throw_outcome(ts, self, generator_throw_pending(ts, *self.generator, false));
}
Result<void> async_throw_close(Attached, AsyncThrow& self) {
    self.state = StepState::closed;
    return {};
}

// ---- slots ----

template <auto Send, class S>
Next step_next(Attached ts, Object& self) {
    auto r = Send(ts, static_cast<S&>(self), Value(&none()));
    if (!r.ok()) return already_raised();
    return r.take();
}

void async_send_dealloc(Attached ts, AsyncSend& self) {
    gc_untrack(&self);
    decref(ts, self.generator);
    drop(ts, self.value);
    gc_free(ts, &self, sizeof(AsyncSend));
}
int async_send_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<AsyncSend&>(*o);
    Object* value = self.value.is_object() ? self.value.object() : nullptr;
    return visit_fields<Object>(visit, arg, self.generator, value);
}
void async_throw_dealloc(Attached ts, AsyncThrow& self) {
    gc_untrack(&self);
    decref(ts, self.generator);
    xdecref(ts, self.args);
    gc_free(ts, &self, sizeof(AsyncThrow));
}
int async_throw_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = static_cast<AsyncThrow&>(*o);
    return visit_fields<Object>(visit, arg, self.generator, self.args);
}
void async_item_dealloc(Attached ts, AsyncItem& self) {
    gc_untrack(&self);
    decref(ts, self.value);
    gc_free(ts, &self, sizeof(AsyncItem));
}
int async_item_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_fields<Object>(visit, arg, static_cast<AsyncItem*>(o)->value);
}

// ---- the generator's own methods ----

Result<Ref<Object>> asend(Attached ts, Generator& self, Value value) {
    return async_send_new(ts, self, value);
}
Result<Ref<Object>> aclose(Attached ts, Generator& self) {
    return async_throw_new(ts, self, nullptr);
}
Result<Ref<Object>> athrow(Attached ts, Generator& self, Args args) {
    auto t = TRY(tuple_from_values(ts, args.v, static_cast<Index>(args.n)));
    return async_throw_new(ts, self, t.get());
}
Result<Ref<Object>> anext_slot(Attached ts, Object& self) {
    return async_send_new(ts, static_cast<Generator&>(self), Value());
}
Result<Ref<Object>> aiter_slot(Attached ts, Object& self) {
    TRY(init_hooks(ts, static_cast<Generator&>(self)));
    return Ref<Object>::share(self);
}
Result<Ref<Object>> get_running(Attached, Generator& self) {
    return Ref<Object>::share(bool_object(self.running_async));
}

constexpr Method async_generator_methods[] = {
    method<asend>("asend($self, value, /)",
                  "Something to await, which resumes the generator with this value."),
    method<athrow>("athrow($self, *args)",
                   "Something to await, which resumes the generator with this exception."),
    method<aclose>("aclose($self, /)", "Something to await, which ends the generator."),
    class_method<generic_class_getitem>("__class_getitem__($type, item, /)",
                                        "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet async_generator_getset[] = {
    kGeneratorNameRow,
    kGeneratorQualnameRow,
    getter<generator_get_delegate>("ag_await", "What is being awaited; None if nothing is"),
    getter<generator_get_frame>("ag_frame"),
    getter<get_running>("ag_running"),
    getter<generator_get_code>("ag_code"),
    {},
};

}  // namespace

Value wrap_async_item(Attached ts, Value owned) {
    auto value = boxed_result(ts, owned);
    if (!value.ok()) return Value();
    auto item = new_gc_object<AsyncItem>(ts, _PyAsyncGenWrappedValue_Type);
    if (!item.ok()) return Value();
    item->value = value.release();
    gc_track(ts, item.get());
    return Value(item.release());
}

Result<Ref<Object>> async_generator_anext(Attached ts, Generator& g) {
    return async_send_new(ts, g, Value());
}

bool async_generator_finalize(Attached ts, Generator& g) {
    if (!g.origin_or_finalizer || g.closed) return false;
    auto hook = Ref<Object>::share(*g.origin_or_finalizer);
    if (!call(ts, *hook, {&g}).ok()) write_unraisable(ts, nullptr, hook.get());
    return true;
}

constinit const TypeSpec async_generator_spec = [] {
    auto s = generator_type_spec("async_generator", async_generator_methods, async_generator_getset);
    s.am_aiter = slot<aiter_slot>;
    s.am_anext = slot<anext_slot>;
    return s;
}();
constinit const TypeSpec async_generator_asend_spec = [] {
    auto s = driver_type_spec<AsyncSend>("async_generator_asend",
                                         kDriverMethods<async_send_send, async_send_throw, async_send_close>);
    s.traverse = async_send_traverse;
    s.dealloc = typed_slot<async_send_dealloc>;
    s.iternext = slot<step_next<async_send_send, AsyncSend>>;
    s.am_await = slot<self_itself>;
    return s;
}();
constinit const TypeSpec async_generator_athrow_spec = [] {
    auto s = driver_type_spec<AsyncThrow>(
        "async_generator_athrow", kDriverMethods<async_throw_send, async_throw_throw, async_throw_close>);
    s.traverse = async_throw_traverse;
    s.dealloc = typed_slot<async_throw_dealloc>;
    s.iternext = slot<step_next<async_throw_send, AsyncThrow>>;
    s.am_await = slot<self_itself>;
    return s;
}();
const TypeSpec async_generator_wrapped_value_spec = {
    .name = "async_generator_wrapped_value",
    .basicsize = sizeof(AsyncItem),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = async_item_traverse,
    .dealloc = typed_slot<async_item_dealloc>,
};

}  // namespace baton
