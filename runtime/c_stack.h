// How much of the calling thread's C stack is left for native recursion.
//
// Invariant: below the floor there is still room for the deepest chain of calls that does not check again,
// and for raising. Callers: attached threads. The bounds are asked of the system once per thread state and
// thread, then remembered.
#pragma once
#include "runtime/result.h"
#include "runtime/thread_data.h"

namespace baton {

// The address at which recursion has to end with an exception; null on a stack of which nothing is known (an
// alternative signal stack, a coroutine of the embedder).
const void* c_stack_floor(Attached ts);

// For native code that may call itself through other objects' slots without coming by a call, as an iterator
// over an iterator does: RecursionError if the stack is nearly used up.
Result<void> check_c_stack(Attached ts);

}  // namespace baton
