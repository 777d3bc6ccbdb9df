// Asynchronous generators and their awaitables, and what generator.cpp asks of them. Internal to vm/.
// Callers: attached threads.
#pragma once
#include "vm/generator.h"

namespace baton {

// What `yield` in an asynchronous generator hands to its driver, to tell items from what `await` yields.
struct AsyncItem : Object {
    Object* value;  // owned
};

// The slots the three kinds share (generator.cpp).
void generator_dealloc(Attached ts, Object& self);
int generator_traverse(Object* self, VisitProc visit, void* arg);
void generator_finalize(Attached ts, Object& self);
bool generator_needs_finalizer(Generator& g);

// The hook of sys.set_asyncgen_hooks takes care of g: true = done.
bool async_generator_finalize(Attached ts, Generator& g);
void warn_never_awaited(Attached ts, Generator& g);
// The awaitable for the next item: g.__anext__().
Result<Ref<Object>> async_generator_anext(Attached ts, Generator& g);

// Arguments of throw(): makes them the pending exception; false = raised something else (TypeError), also
// pending.
Result<void> prepare_throw(Attached ts, Object& type, Object* value, Object* traceback);
// Turns the outcome of a step into what send(), throw() and __next__() return: StopIteration carries a
// returned value.
Result<Ref<Object>> step_result(Attached ts, Sent sent);

}  // namespace baton
