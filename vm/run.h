// Running Python code from C++.
//
// Callers: attached threads, no exception pending. Arguments borrowed, results owned.
#pragma once
#include "vm/frame.h"

namespace baton {

// Runs a code object in a namespace: modules, class bodies, exec and eval. locals null: globals. Code with free variables
// needs `closure`.
Result<Ref<Object>> run_code(Attached ts, Code& code, Dict& globals, Object* locals, Tuple* closure = nullptr);
// A Python function called from C++; also the call slot of the function type.
Value call_function(Attached ts, Object& function, Value* args, size_t nargs, Tuple* kwnames);
// Runs the innermost frame (rt(ts).frame, flagged kFrameEntry) until it is left. Nothing = raised. A generator's frame may
// also be left by yielding: then *yielded is set. `throwing`: start by raising the pending exception at the saved instruction.
Value run_frame(Attached ts, Frame* f, bool throwing, bool* yielded);

// Distributes arguments over the parameters of a function (args as in CallFn, borrowed): fills R[0..nparams) with owned
// Values. False = raised (CPython's TypeError texts), registers written so far dropped.
bool bind_python_args(Attached ts, Function& f, Value* R, const Value* args, size_t nargs, Tuple* kwnames);

// Makes the frame for a call of f with arguments moved out of `args` (owned, also when this fails): registers ready, linked as
// innermost; for a generator function see start_call in calls.cpp. Null = raised.
Frame* push_call(Attached ts, Function& f, Value* args, size_t nargs, Tuple* kwnames);

// builtins.__build_class__
Value build_class(Attached ts, Value* args, size_t nargs, Tuple* kwnames);

void vm_thread_init(RuntimeThread& t);
void vm_thread_clear(Attached ts, RuntimeThread& t);

}  // namespace baton
