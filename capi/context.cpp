// Contexts and their variables.
#include "capi/shared.h"
#include "vm/modules/contextvars.h"
#include "vm/vm_types.h"

namespace baton::api {

namespace {
Context* context_of(Attached ts, Object* o) {
    if (o->type == &PyContext_Type) return static_cast<Context*>(o);
    (void)raise(ts, Exc::TypeError, "an instance of Context was expected");
    return nullptr;
}
ContextVar* var_of(Attached ts, Object* o) {
    if (o->type == &PyContextVar_Type) return static_cast<ContextVar*>(o);
    (void)raise(ts, Exc::TypeError, "an instance of ContextVar was expected");
    return nullptr;
}
}  // namespace

Object* PyContext_New(Attached ts) {
    return give(context_new(ts));
}
Object* PyContext_Copy(Attached ts, Object* o) {
    Context* c = context_of(ts, o);
    return c ? give(context_copy(ts, *c)) : nullptr;
}
Object* PyContext_CopyCurrent(Attached ts) {
    return give(context_copy_current(ts));
}
int PyContext_Enter(Attached ts, Object* o) {
    Context* c = context_of(ts, o);
    return c ? status(context_enter(ts, *c)) : -1;
}
int PyContext_Exit(Attached ts, Object* o) {
    Context* c = context_of(ts, o);
    return c ? status(context_exit(ts, *c)) : -1;
}
Object* PyContextVar_New(Attached ts, const char* name, Object* fallback) {
    auto n = str_new_utf8(ts, name);
    return n.ok() ? give(context_var_new(ts, *n, fallback)) : nullptr;
}
int PyContextVar_Get(Attached ts, Object* o, Object* fallback, Object** value) {
    *value = nullptr;
    ContextVar* var = var_of(ts, o);
    if (!var) return -1;
    auto found = context_var_get(ts, *var, fallback);
    if (!found.ok()) return -1;
    *value = found.take().release();
    return 0;
}
Object* PyContextVar_Set(Attached ts, Object* o, Object* value) {
    ContextVar* var = var_of(ts, o);
    return var ? give(context_var_set(ts, *var, *value)) : nullptr;
}
int PyContextVar_Reset(Attached ts, Object* o, Object* token) {
    ContextVar* var = var_of(ts, o);
    if (!var) return -1;
    if (token->type != &PyContextToken_Type) {
        (void)raise(ts, Exc::TypeError, "an instance of Token was expected, got {}", type_name(*token));
        return -1;
    }
    return status(context_var_reset(ts, *var, static_cast<ContextToken&>(*token)));
}
// CPython shows its tests the tree that its contexts are made of. Ours are dicts: there is nothing to show.
Object* _PyContext_NewHamtForTests(Attached ts) {
    (void)raise(ts, Exc::NotImplementedError, "contexts are not made of hash array mapped tries");
    return nullptr;
}

}  // namespace baton::api
