// Exception objects: making them, their links, and what the VM needs of groups.
//
// Invariants: every field of the structs in object.h and raise.h may be null; `args` is never null in an
// exception that Python can see. A chain of contexts that set_context has made contains no cycle through the
// exception it was given. Instances of the static exception types are made without a call of Python code:
// raising is a fast path. Callers: attached threads; with or without an exception pending unless said
// otherwise.
#pragma once
#include "runtime/raise.h"
#include "runtime/type.h"

namespace baton {

inline constexpr int kExceptionCount = 0
#define EXC(name, base, layout, doc) +1
#include "runtime/exceptions.def"
#undef EXC
    ;
extern Type exception_types[kExceptionCount];  // indexed by Exc; static, immortal

// Readies the static types of exceptions.def. Once per process, in the first interpreter, after object, tuple
// and str.
void exceptions_init_process(Attached ts);
// Preallocates MemoryError and RecursionError of this interpreter.
Result<void> exceptions_init_interp(Attached ts);
void exceptions_clear_interp(Attached ts);

// type(*args) for a static exception type, without Python code.
Result<Ref<BaseException>> new_exception(Attached ts, Exc e, Ref<Tuple> args);
// PyErr's normalisation: an instance of the type stays as it is; value null or None: type(); a tuple:
// type(*value); else type(value). Runs Python code.
Result<Ref<BaseException>> make_exception(Attached ts, Type& type, Object* value);

// Set the links; a null argument clears. Setting the cause also sets suppress_context.
void set_context(Attached ts, BaseException& e, OptRef<BaseException> context);
void set_cause(Attached ts, BaseException& e, OptRef<Object> cause);
void set_traceback(Attached ts, BaseException& e, OptRef<Object> traceback);
// The innermost exception being handled on this thread; borrowed, null when none.
BaseException* handled_exception(Attached ts);

// except*: the exception to raise once all clauses have run, from the original and the list of what the
// clauses raised or left over (PyExc_PrepReraiseStar); None when nothing is left.
Result<Ref<Object>> prepare_reraise_star(Attached ts, Object& original, List& exceptions);
// group.split(condition): a pair (match or None, rest or None).
Result<Ref<Tuple>> exception_group_split(Attached ts, Object& group, Object& condition);
Result<Ref<Object>> new_exception_group(Attached ts, Str& message, Object& exceptions);

// str(exception) as BaseException has it.
Result<Ref<Str>> base_exception_str(Attached ts, Object& self);
Result<Ref<Object>> base_exception_new(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames);
Result<void> base_exception_init(Attached ts, Object& self, Value* args, size_t nargs, Tuple* kwnames);
Result<void> set_args(Attached ts, BaseException& self, Value* args, size_t nargs);
Result<void> reject_keywords(Attached ts, const Type& cls,
                             Tuple* kwnames);  // "E() takes no keyword arguments"

#define EXC(name, base, layout, doc)
#define EXC_OWN(name, base, layout, doc) extern const TypeSpec name##_spec;
#include "runtime/exceptions.def"
#undef EXC

}  // namespace baton
