// Python functions.
//
// What: code, globals and what a def statement evaluated. Fields are ours inside; C reaches them through
// functions. Invariants: `builtins` is the dict that names fall back to, found in globals when the function
// is made. `code` may be replaced through __code__; replaced code lives on in `retired`, because running
// frames borrow their code from their function. `version` is 0 or unique to the present state of code,
// defaults and kwdefaults. Callers: attached threads.
#pragma once
#include "vm/code.h"

namespace baton {

struct Function : Object {
    Code* code;
    Dict* globals;
    Dict* builtins;
    Tuple* defaults;   // null = none
    Dict* kwdefaults;  // null = none
    Tuple* closure;    // of cells; null = none
    Str* name;
    Str* qualname;
    Object* doc;          // null = None
    Object* module;       // null = None
    Object* annotations;  // dict, or the tuple (name, value, ...) it is made from on demand; null = none yet
    Dict* dict;           // null until used
    Object* weakreflist;
    Object* retired;  // list of replaced code objects; null = none
    uint64_t version;
};

inline bool is_function(const Object& o) {
    return o.type == &PyFunction_Type;
}
Result<Ref<Function>> function_new(Attached ts, Code& code, Dict& globals, Object* qualname_or_null);
// __annotations__ as a dict, made when needed.
Result<Ref<Object>> function_annotations(Attached ts, Function& f);
// The builtins that code with these globals sees: globals['__builtins__'] (a module or a dict), else those of
// the innermost frame, else the interpreter's.
Result<Ref<Dict>> builtins_of(Attached ts, Dict& globals);

extern const TypeSpec function_spec;

}  // namespace baton
