// Tracing and profiling: sys.settrace, sys.setprofile and their C twins.
//
// What: while a function is installed, the thread runs on the tracing dispatch table, which looks at each
// instruction before it is executed. Functions have cp311's C form and stand in the thread state, where C
// programs set them too. Invariants: trace_active is true while a function is installed and none is running
// on this thread. Callers: attached threads, for their own state.
#pragma once
#include "runtime/result.h"
#include "runtime/thread_data.h"

namespace baton {

// PyTrace_* numbers.
enum class TraceEvent : int { call, exception, line, return_, c_call, c_exception, c_return, opcode };

// PyEval_SetTrace and PyEval_SetProfile: function null removes it. RuntimeError when the finalizer of the one
// before calls this.
Result<void> set_trace_function(Attached ts, TraceFunctionAbi function, Object* argument);
Result<void> set_profile_function(Attached ts, TraceFunctionAbi function, Object* argument);
// sys.settrace(o), sys.setprofile(o): None removes.
Result<void> set_python_trace(Attached ts, Object& o);
Result<void> set_python_profile(Attached ts, Object& o);
// sys.gettrace(), sys.getprofile(): borrowed, null = none.
Object* get_trace(Attached ts);
Object* get_profile(Attached ts);

// How many functions that mute tracing are running; more than 0 mutes it. Returns what it was.
int set_tracing_depth(Attached ts, int depth);

// Picks the dispatch table for the thread's present situation.
void choose_table(Attached ts);

}  // namespace baton
