// Code objects from their parts as Python gives them: code.replace() and types.CodeType(...).
//
// What: the tables are decoded, the depths of the temporaries found, and the whole is verified: what would
// not run is refused. Callers: attached threads.
#pragma once
#include <string>

#include "runtime/native.h"
#include "vm/code.h"

namespace baton {

// The words of co_code: caches empty.
std::string code_words(const Code& c);
Result<Ref<Code>> code_replace(Attached ts, Code& self, Opt<int> argcount, Opt<int> posonlyargcount,
                               Opt<int> kwonlyargcount, Opt<int> nlocals, Opt<int> stacksize, Opt<int> flags,
                               Opt<int> firstlineno, Bytes* code, Tuple* consts, Tuple* names,
                               Tuple* varnames, Tuple* freevars, Tuple* cellvars, Str* filename, Str* name,
                               Str* qualname, Bytes* linetable, Bytes* exceptiontable);
Result<Ref<Object>> code_construct(Attached ts, Type& type, Value* args, size_t nargs, Tuple* kwnames);

}  // namespace baton
