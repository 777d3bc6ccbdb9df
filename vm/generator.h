// Generators, coroutines and asynchronous generators: a frame kept in an object.
//
// What: one struct for the three kinds; its type tells which. The frame (header and registers) is the tail of
// the object. Resuming links the frame behind the innermost one and pushes the object's entry onto the chain
// of handled exceptions. Invariants: frame.prev and handled.previous are set while running only. state is
// finished once the frame has been left; then the registers are gone and frame.function is null. `code` stays
// for gi_code. Callers: attached threads.
#pragma once
#include "vm/frame.h"

namespace baton {

enum class GenState : uint8_t { created, suspended, running, finished };

struct Generator : Object {
    Str *name, *qualname;
    Code* code;
    Object* weakreflist;
    Object*
        origin_or_finalizer;  // cr_origin, or the finalizer hook of an asynchronous generator; null = none
    HandledException handled;
    GenState state;
    bool hooks_inited, closed, running_async;
    Frame frame;  // registers follow

    Value* regs() { return frame.regs(); }
};

inline bool is_generator(const Object& o) {
    return o.type == &PyGen_Type;
}
inline bool is_coroutine(const Object& o) {
    return o.type == &PyCoro_Type;
}
inline bool is_async_generator(const Object& o) {
    return o.type == &PyAsyncGen_Type;
}
inline bool is_any_generator(const Object& o) {
    return is_generator(o) || is_coroutine(o) || is_async_generator(o);
}

// The object for a call of a generator function: takes the topmost stack frame `f` (arguments bound) over,
// without releasing its memory. Null = raised, the frame untouched.
Generator* generator_take_frame(Attached ts, Frame& f);
// Links a suspended or new generator as the innermost frame; unlinks it again.
inline void generator_link(RuntimeThread& t, Generator& g) {
    g.frame.prev = t.frame;
    t.frame = &g.frame;
    g.handled.previous = t.handled;
    t.handled = &g.handled;
    g.state = GenState::running;
}
inline void generator_unlink(RuntimeThread& t, Generator& g) {
    t.frame = g.frame.prev;
    t.handled = g.handled.previous;
    g.frame.prev = nullptr;
    g.handled.previous = nullptr;
}
// The frame has been left for good (returned or raised): drops what it owns.
void generator_finish(Attached ts, Generator& g);

// One step of `yield from`/`await`: what came out.
enum class SendStatus : int { raised = -1, returned = 0, yielded = 1 };
struct Sent {
    SendStatus status;
    Value value;  // owned
};
// it.send(value), or next(it) when value is None; value is borrowed.
Sent send_value(Attached ts, Object& it, Value value);
Sent generator_send(Attached ts, Generator& g, Value value);
// Raises inside the generator; the pending exception is the one to throw.
Sent generator_throw_pending(Attached ts, Generator& g, bool close_on_exit);
Result<void> generator_close(Attached ts, Generator& g);
// The object a generator delegates to, or null; borrowed.
Object* generator_delegate(Generator& g);

// await: the iterator that drives an awaitable; TypeError otherwise. `what`: 0 await, 1 __aenter__, 2
// __aexit__.
Result<Ref<Object>> awaitable_iter(Attached ts, Object& o);

extern const TypeSpec generator_spec, coroutine_spec, coroutine_wrapper_spec, async_generator_spec,
    async_generator_asend_spec, async_generator_athrow_spec, async_generator_wrapped_value_spec;

}  // namespace baton
