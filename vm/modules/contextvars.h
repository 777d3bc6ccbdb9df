// Context variables: a mapping per thread that tasks copy, enter and leave (PEP 567).
//
// Invariants. The variables of a context are a dict that is never changed while somebody else holds it:
// copying a context shares it, and the next change of either makes its own. A context is entered by at most
// one thread at a time; `previous` is what that thread had before. A token is good for one reset, in the
// context that made it. Callers: attached threads.
#pragma once
#include "runtime/result.h"
#include "runtime/type.h"

namespace baton {

struct Context : Object {
    Dict* vars;
    Object* previous;
    Object* weakreflist;
    bool entered;
};
struct ContextVar : Object {
    Str* name;
    Object* fallback;  // null: none
};
struct ContextToken : Object {
    Object* context;
    Object* var;
    Object* old_value;  // null: the variable had none
    bool used;
};

Result<Ref<Object>> context_new(Attached ts);
Result<Ref<Object>> context_copy_current(Attached ts);
Result<Ref<Object>> context_copy(Attached ts, Context& context);
Result<void> context_enter(Attached ts, Context& context);
Result<void> context_exit(Attached ts, Context& context);
Result<Ref<Object>> context_var_new(Attached ts, Str& name, Object* fallback);
// The value here, or `fallback`, or the variable's own; empty where there is none at all.
Result<OptRef<Object>> context_var_get(Attached ts, ContextVar& var, Object* fallback);
Result<Ref<Object>> context_var_set(Attached ts, ContextVar& var, Object& value);  // a token
Result<void> context_var_reset(Attached ts, ContextVar& var, ContextToken& token);

// Puts Token.MISSING in its place; once per process, when the types are ready.
void contextvars_init_process(Attached ts);

extern const TypeSpec context_spec, context_var_spec, context_token_spec, context_token_missing_spec,
    context_keys_spec, context_values_spec, context_items_spec;

}  // namespace baton
