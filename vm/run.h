// Running Python code from C++.
//
// Callers: attached threads, no exception pending. Arguments borrowed, results owned.
#pragma once
#include "vm/frame.h"

namespace baton {

// Runs a code object in a namespace: modules, class bodies, exec and eval. locals null: globals. Code with
// free variables needs `closure`.
Result<Ref<Object>> run_code(Attached ts, Code& code, Dict& globals, Object* locals,
                             Tuple* closure = nullptr);
// A Python function called from C++; also the call slot of the function type.
Value call_function(Attached ts, Object& function, Value* args, size_t nargs, Tuple* kwnames);
// Runs the innermost frame (rt(ts).frame, flagged kFrameEntry) until it is left. Nothing = raised. A
// generator's frame may also be left by yielding: then *yielded is set. `throwing`: start by raising the
// pending exception at the saved instruction.
Value run_frame(Attached ts, Frame* f, bool throwing, bool* yielded);

// Runs a function of no parameters with `ns` as its namespace: a class body. What it returns.
Result<Ref<Object>> run_function_in(Attached ts, Function& function, Object& ns);

// builtins.__build_class__(func, name, *bases, metaclass=..., **keywords)
Value build_class(Attached ts, Value* args, size_t nargs, Tuple* kwnames);

// Installed in each interpreter (RuntimeInterp::vm_hooks).
extern const struct VmHooks vm_hooks;

// The VM's part of a thread state: made empty, references dropped, memory given back.
void vm_thread_init(RuntimeThread& t);
void vm_thread_clear(Attached ts, RuntimeThread& t);
void vm_thread_free(RuntimeThread& t);

}  // namespace baton
