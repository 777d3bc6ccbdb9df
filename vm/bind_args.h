// Distributing the arguments of a call over the parameters of a Python function.
//
// Callers: attached threads, no exception pending.
#pragma once
#include "vm/function.h"

namespace baton {

// args[0..nargs) positional, then one value per name of kwnames; all owned, and taken over whatever happens.
// R[0..temp_base) of the function's new frame is filled: parameters, then nothing. False = raised (TypeError
// in CPython's words), R empty.
bool bind_python_args(Attached ts, Function& f, Value* R, Value* args, size_t nargs, Tuple* kwnames);

}  // namespace baton
