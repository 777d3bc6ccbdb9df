// Built-in functions and methods: native rows and C's METH_* kinds behind one calling convention.
//
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

// METH_* of MethodDef::flags.
inline constexpr int kMethVarargs = 1, kMethKeywords = 2, kMethNoArgs = 4, kMethO = 8, kMethClass = 0x10,
                     kMethStatic = 0x20, kMethCoexist = 0x40, kMethFastcall = 0x80, kMethMethod = 0x200;

// PyCMethod_New: self and module may be null; cls only with METH_METHOD.
Result<Ref<Object>> cfunction_new(Attached ts, MethodDef& def, Object* self, Object* module, Type* cls);
// Calls def's function. `callee` names the function in messages; args[-1] is not used.
Value call_method_def(Attached ts, MethodDef& def, Type* cls, Object* self, Object& callee, Value* args,
                      size_t nargs, Tuple* kwnames);
// False: so many positional arguments are wrong for what in C would be METH_NOARGS or METH_O;
// call_method_def() then raises, as it knows the callee's name. Other counts are looked at where the
// arguments are bound.
inline bool count_fits(const Signature& s, size_t nargs) {
    return nargs == s.count || s.count > 1 || s.varargs || s.varkw || s.required != s.count ||
           s.positional_only != s.count;
}
// One NativeDef per row up to the nameless one, in one malloc'd block; null: out of memory.
NativeDef* native_defs(const Method* rows);
// The built-in __new__ of a type whose tp_new slot is not Python's.
Result<Ref<Object>> own_new_function(Attached ts, Type& t);
bool is_own_new(const Object& o);
// The C vectorcall entry that any of our callables can carry: enters through the internal call slot.
Object* c_vectorcall_entry(Object* callable, Object* const* args, size_t nargsf, Object* kwnames);

}  // namespace baton
