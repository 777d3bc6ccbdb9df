// _contextvars: contexts, their variables, and tokens.
#include "vm/modules/contextvars.h"

#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/thread_data.h"
#include "runtime/types/dict.h"
#include "runtime/types/gc_fields.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/vm_types.h"

namespace baton {

namespace {

constinit Object missing_token = {kImmortalRefcnt, &_PyContextTokenMissing_Type};

// Variables are equal only to themselves, so their hash is their place.
Hash var_hash(const Object& var) {
    return static_cast<Hash>(reinterpret_cast<uintptr_t>(&var) >> 4);
}

Result<Ref<Context>> context_with(Attached ts, Ref<Dict> vars) {
    Ref<Context> c = TRY(new_gc_object<Context>(ts, PyContext_Type));
    c->vars = vars.release();
    c->previous = nullptr;
    c->weakreflist = nullptr;
    c->entered = false;
    gc_track(ts, c.get());
    return c;
}
Result<Ref<Context>> empty_context(Attached ts) {
    Ref<Dict> vars = TRY(dict_new(ts));
    return context_with(ts, std::move(vars));
}
// This thread's context, made when it is first needed.
Result<Context*> current(Attached ts) {
    Object*& slot = rt(ts).context;
    if (slot == nullptr) slot = TRY(empty_context(ts)).release();
    return static_cast<Context*>(slot);
}
// The dict of a context that is about to change: nobody else's.
Result<Dict*> own_vars(Attached ts, Context& c) {
    if (c.vars->refcnt != 1) replace_field<Dict>(ts, c.vars, TRY(dict_copy(ts, *c.vars)).release());
    return c.vars;
}
Result<ContextVar*> key_of(Attached ts, Object& key) {
    if (is_exact(key, PyContextVar_Type)) return static_cast<ContextVar*>(&key);
    const Shown shown = TRY(show_repr(ts, key));
    return raise(ts, Exc::TypeError, "a ContextVar key was expected, got {}", shown.view);
}
Result<Found> find(Attached ts, Context& c, Object& key) {
    ContextVar* var = TRY(key_of(ts, key));
    return dict_find_hash(ts, *c.vars, *var, var_hash(*var));
}

}  // namespace

// ---- contexts ----

Result<Ref<Object>> context_new(Attached ts) {
    return empty_context(ts);
}
Result<Ref<Object>> context_copy(Attached ts, Context& context) {
    return context_with(ts, Ref<Dict>::share(*context.vars));
}
Result<Ref<Object>> context_copy_current(Attached ts) {
    Context* c = TRY(current(ts));
    return context_copy(ts, *c);
}
Result<void> context_enter(Attached ts, Context& context) {
    if (context.entered) {
        const Shown shown = TRY(show_repr(ts, context));
        return raise(ts, Exc::RuntimeError, "cannot enter context: {} is already entered", shown.view);
    }
    incref(&context);
    context.previous = std::exchange(rt(ts).context, &context);
    context.entered = true;
    return {};
}
Result<void> context_exit(Attached ts, Context& context) {
    if (!context.entered) {
        const Shown shown = TRY(show_repr(ts, context));
        return raise(ts, Exc::RuntimeError, "cannot exit context: {} has not been entered", shown.view);
    }
    if (rt(ts).context != &context)
        return raise(ts, Exc::RuntimeError,
                     "cannot exit context: thread state references a different context object");
    context.entered = false;
    rt(ts).context = std::exchange(context.previous, nullptr);
    decref(ts, &context);
    return {};
}

// ---- variables ----

Result<Ref<Object>> context_var_new(Attached ts, Str& name, Object* fallback) {
    Ref<ContextVar> var = TRY(new_gc_object<ContextVar>(ts, PyContextVar_Type));
    var->name = Ref<Str>::share(name).release();
    xincref(fallback);
    var->fallback = fallback;
    if (fallback != nullptr) gc_track(ts, var.get());
    return var;
}
Result<OptRef<Object>> context_var_get(Attached ts, ContextVar& var, Object* fallback) {
    if (Object* context = rt(ts).context) {
        const Found found =
            TRY(dict_find_hash(ts, *static_cast<Context*>(context)->vars, var, var_hash(var)));
        if (found.value != nullptr) return OptRef<Object>::share(found.value);
    }
    return OptRef<Object>::share(fallback != nullptr ? fallback : var.fallback);
}
Result<Ref<Object>> context_var_set(Attached ts, ContextVar& var, Object& value) {
    Context* context = TRY(current(ts));
    Dict* vars = TRY(own_vars(ts, *context));
    const Found found = TRY(dict_find_hash(ts, *vars, var, var_hash(var)));
    Ref<ContextToken> token = TRY(new_gc_object<ContextToken>(ts, PyContextToken_Type));
    token->context = Ref<Object>::share(*context).release();
    token->var = Ref<Object>::share(var).release();
    token->old_value = OptRef<Object>::share(found.value).release();
    token->used = false;
    gc_track(ts, token.get());
    TRY(dict_set_hash(ts, *vars, var, var_hash(var), value));
    return token;
}
Result<void> context_var_reset(Attached ts, ContextVar& var, ContextToken& token) {
    if (token.used) {
        const Shown shown = TRY(show_repr(ts, token));
        return raise(ts, Exc::RuntimeError, "{} has already been used once", shown.view);
    }
    const bool other_var = token.var != &var;
    Context* context = TRY(current(ts));
    if (other_var || token.context != context) {
        const Shown shown = TRY(show_repr(ts, token));
        return raise(ts, Exc::ValueError, "{} was created {}", shown.view,
                     other_var ? "by a different ContextVar" : "in a different Context");
    }
    token.used = true;
    Dict* vars = TRY(own_vars(ts, *context));
    if (token.old_value != nullptr) return dict_set_hash(ts, *vars, var, var_hash(var), *token.old_value);
    if (!TRY(dict_del(ts, *vars, var))) return raise_with(ts, Exc::LookupError, Ref<Object>::share(var));
    return {};
}

namespace {

// ---- Context ----

Result<Ref<Object>> new_context(Attached ts, Type&, Value*, size_t nargs, Tuple* kwnames) {
    if (nargs != 0 || (kwnames != nullptr && kwnames->size != 0))
        return raise(ts, Exc::TypeError, "Context() does not accept any arguments");
    return empty_context(ts);
}
void context_dealloc(Attached ts, Context& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    xdecref(ts, self.previous);
    xdecref(ts, self.vars);
    free_instance(ts, self);
}
// A garbage cycle goes through the dict, which the collector clears by itself, or through `previous`.
int context_clear(Object* o) {
    if (Object* old = std::exchange(static_cast<Context*>(o)->previous, nullptr)) decref_unattached(old);
    return 0;
}
int context_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<Context*>(o);
    return visit_fields(visit, arg, static_cast<Object*>(self.vars), self.previous);
}

Result<Index> context_length(Attached, Context& self) {
    return self.vars->used;
}
Result<Ref<Object>> context_subscript(Attached ts, Context& self, Object& key) {
    const Found found = TRY(find(ts, self, key));
    if (found.value == nullptr) return raise_with(ts, Exc::KeyError, Ref<Object>::share(key));
    return Ref<Object>::share(*found.value);
}
Result<bool> context_contains(Attached ts, Context& self, Object& key) {
    const Found found = TRY(find(ts, self, key));
    return found.value != nullptr;
}
Result<Ref<Object>> context_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if (!is_exact(a, PyContext_Type) || !is_exact(b, PyContext_Type) ||
        (op != CompareOp::eq && op != CompareOp::ne))
        return Ref<Object>::share(_Py_NotImplementedStruct);
    return compare(ts, *static_cast<Context&>(a).vars, *static_cast<Context&>(b).vars, op);
}
Result<Ref<Object>> context_get(Attached ts, Context& self, Object& key, Object* fallback) {
    const Found found = TRY(find(ts, self, key));
    if (found.value != nullptr) return Ref<Object>::share(*found.value);
    return Ref<Object>::share(fallback != nullptr ? *fallback : none());
}
Value context_run(Attached ts, Context& self, Args args, Kwargs kwargs) {
    if (args.n == 0) return raise(ts, Exc::TypeError, "run() missing 1 required positional argument");
    auto callee = box_in_place(ts, args.v[0]);
    if (!callee.ok() || !context_enter(ts, self).ok()) return Value();
    OwnedValue result(call_value(ts, *callee.take(), args.v + 1, args.n - 1, kwargs.names));
    OptRef<BaseException> kept = fetch(ts);
    if (!context_exit(ts, self).ok()) return Value();
    if (kept) restore(ts, std::move(kept).take());
    return result.release();
}
Result<Ref<Object>> context_copy_method(Attached ts, Context& self) {
    return context_copy(ts, self);
}

// Iterators hold the dict as it was: the context makes another one before it changes.
struct ContextIterator : Object {
    Dict* vars;
    Index position;
};
Result<Ref<Object>> iterate(Attached ts, Context& self, Type& type) {
    Ref<ContextIterator> it = TRY(new_gc_object<ContextIterator>(ts, type));
    it->vars = Ref<Dict>::share(*self.vars).release();
    it->position = 0;
    gc_track(ts, it.get());
    return it;
}
Result<Ref<Object>> context_iter(Attached ts, Context& self) {
    return iterate(ts, self, baton_context_keys_type);
}
Result<Ref<Object>> context_keys(Attached ts, Context& self) {
    return iterate(ts, self, baton_context_keys_type);
}
Result<Ref<Object>> context_values(Attached ts, Context& self) {
    return iterate(ts, self, baton_context_values_type);
}
Result<Ref<Object>> context_items(Attached ts, Context& self) {
    return iterate(ts, self, baton_context_items_type);
}
enum class Part { keys, values, items };
template <Part P>
Next iterator_next(Attached ts, ContextIterator& it) {
    if (it.vars == nullptr) return Next::done();
    Object *key, *value;
    if (!dict_next(*it.vars, &it.position, &key, &value)) {
        replace_field<Dict>(ts, it.vars, nullptr);
        return Next::done();
    }
    if constexpr (P == Part::keys)
        return Ref<Object>::share(*key);
    else if constexpr (P == Part::values)
        return Ref<Object>::share(*value);
    auto pair = tuple_of(ts, {key, value});
    if (!pair.ok()) return already_raised();
    return pair.take();
}
Result<Ref<Object>> return_self(Attached, Object& self) {
    return Ref<Object>::share(self);
}
template <Part P>
constexpr TypeSpec iterator_spec(const char* name) {
    return with_gc<ContextIterator, &ContextIterator::vars>({
        .name = name,
        .flags = kTypeDisallowInstantiation,
        .iter = slot<return_self>,
        .iternext = typed_slot<iterator_next<P>>,
    });
}

constexpr Method context_methods[] = {
    method<context_copy_method>("copy($self, /)",
                                "A context with the same variables; takes no longer for many of them."),
    method<context_get>("get($self, key, default=None, /)", "The value of a variable here, or the default."),
    method<context_items>("items($self, /)", "The variables with their values."),
    method<context_keys>("keys($self, /)", "The variables that have a value here."),
    method<context_values>("values($self, /)", "The values."),
    method<context_run>(
        "run($self, *args, **kwargs)",
        "run(callable, *args, **kwargs): call it inside this context, which keeps what it sets."),
    {},
};

// ---- ContextVar ----

Result<Ref<Object>> make_var(Attached ts, Type&, Object& name, Object* fallback) {
    if (!is_str(name)) return raise(ts, Exc::TypeError, "context variable name must be a str");
    return context_var_new(ts, static_cast<Str&>(name), fallback);
}
constexpr Method var_new_row =
    method<make_var>("ContextVar($type, name, /, *, default=<unrepresentable>)", "");
Result<Ref<Object>> new_var(Attached ts, Type& cls, Value* args, size_t nargs, Tuple* kwnames) {
    return boxed_result(ts, var_new_row.fn(ts, var_new_row, &cls, args, nargs, kwnames));
}
Result<Ref<Object>> var_get(Attached ts, ContextVar& self, Object* fallback) {
    OptRef<Object> value = TRY(context_var_get(ts, self, fallback));
    if (!value) return raise_with(ts, Exc::LookupError, Ref<Object>::share(self));
    return std::move(value).take();
}
Result<void> var_reset(Attached ts, ContextVar& self, Object& token) {
    if (!is_exact(token, PyContextToken_Type)) {
        const Shown shown = TRY(show_repr(ts, token));
        return raise(ts, Exc::TypeError, "expected an instance of Token, got {}", shown.view);
    }
    return context_var_reset(ts, self, static_cast<ContextToken&>(token));
}
Result<Ref<Object>> var_repr(Attached ts, ContextVar& self) {
    const Shown name = TRY(show_repr(ts, *self.name));
    const auto address = reinterpret_cast<uintptr_t>(&self);
    if (self.fallback == nullptr) return str_format(ts, "<ContextVar name={} at {:#x}>", name.view, address);
    const Shown fallback = TRY(show_repr(ts, *self.fallback));
    return str_format(ts, "<ContextVar name={} default={} at {:#x}>", name.view, fallback.view, address);
}
Result<Hash> var_hash_slot(Attached, Object& self) {
    return var_hash(self);
}
// The collector takes apart only what can be missing: whoever still reaches the object finds the rest.
int var_traverse(Object* o, VisitProc visit, void* arg) {
    return visit_field(static_cast<ContextVar*>(o)->fallback, visit, arg);
}
int var_clear(Object* o) {
    if (Object* old = std::exchange(static_cast<ContextVar*>(o)->fallback, nullptr)) decref_unattached(old);
    return 0;
}
void var_dealloc(Attached ts, ContextVar& self) {
    gc_untrack(&self);
    xdecref(ts, self.fallback);
    decref(ts, self.name);
    free_instance(ts, self);
}

constexpr Method var_methods[] = {
    method<var_get>("get($self, default=<unrepresentable>, /)",
                    "The value in the current context, or the default given here, or the variable's own; "
                    "LookupError without any."),
    method<context_var_set>("set($self, value, /)",
                            "Set the value in the current context; the token returned undoes it."),
    method<var_reset>("reset($self, token, /)",
                      "Put back the value there was before the set() that made the token."),
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};
constexpr int kMemberObject = 6, kMemberReadOnly = 1;
MemberDef var_members[] = {
    {"name", kMemberObject, offsetof(ContextVar, name), kMemberReadOnly, "what it was named"},
    {},
};

// ---- Token ----

Result<Ref<Object>> new_token(Attached ts, Type&, Value*, size_t, Tuple*) {
    return raise(ts, Exc::RuntimeError, "Tokens can only be created by ContextVars");
}
Result<Ref<Object>> token_repr(Attached ts, ContextToken& self) {
    const Shown var = TRY(show_repr(ts, *self.var));
    return str_format(ts, "<Token{} var={} at {:#x}>", self.used ? " used" : "", var.view,
                      reinterpret_cast<uintptr_t>(&self));
}
int token_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<ContextToken*>(o);
    return visit_fields(visit, arg, self.context, self.var, self.old_value);
}
int token_clear(Object* o) {
    if (Object* old = std::exchange(static_cast<ContextToken*>(o)->old_value, nullptr))
        decref_unattached(old);
    return 0;
}
void token_dealloc(Attached ts, ContextToken& self) {
    gc_untrack(&self);
    xdecref(ts, self.old_value);
    decref(ts, self.var);
    decref(ts, self.context);
    free_instance(ts, self);
}
Result<Hash> token_hash(Attached ts, Object& self) {
    return raise(ts, Exc::TypeError, "unhashable type: '{}'", type_name(self));
}
Result<Ref<Object>> get_var(Attached, Object& self) {
    return Ref<Object>::share(*static_cast<ContextToken&>(self).var);
}
Result<Ref<Object>> get_old_value(Attached, Object& self) {
    Object* old = static_cast<ContextToken&>(self).old_value;
    return Ref<Object>::share(old != nullptr ? *old : missing_token);
}
Result<Ref<Object>> missing_repr(Attached ts, Object&) {
    return str_new_ascii(ts, "<Token.MISSING>");
}
constexpr Method token_methods[] = {
    class_method<generic_class_getitem>("__class_getitem__($type, object, /)",
                                        "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet token_getset[] = {
    GetSet{"var", get_var, nullptr, "the variable"},
    GetSet{"old_value", get_old_value, nullptr, "its value before, or Token.MISSING"},
    {},
};

// ---- the module ----

Result<Ref<Object>> copy_context(Attached ts, Module&) {
    return context_copy_current(ts);
}
constexpr Method functions[] = {
    method<copy_context>("copy_context($module, /)", "A copy of the current context."),
    {},
};
Result<void> contextvars_exec(Attached ts, Module& module) {
    TRY(module_add(ts, module, "Context", PyContext_Type));
    TRY(module_add(ts, module, "ContextVar", PyContextVar_Type));
    return module_add(ts, module, "Token", PyContextToken_Type);
}

}  // namespace

void contextvars_init_process(Attached ts) {
    Str& name = str_static(ts, "MISSING");
    if (dict_find_str(*PyContextToken_Type.dict, name) != nullptr) return;
    CHECK(dict_set_str(ts, *PyContextToken_Type.dict, name, missing_token).ok());
    static_type_extended(PyContextToken_Type);
}

const TypeSpec context_spec = {
    .name = "_contextvars.Context",
    .basicsize = sizeof(Context),
    .flags = kTypeHasGc,
    .traverse = context_traverse,
    .clear = context_clear,
    .weaklistoffset = offsetof(Context, weakreflist),
    .methods = context_methods,
    .dealloc = typed_slot<context_dealloc>,
    .richcompare = slot<context_compare>,
    .iter = typed_slot<context_iter>,
    .tp_new = slot<new_context>,
    .mp_length = typed_slot<context_length>,
    .mp_subscript = typed_slot<context_subscript>,
    .sq_contains = typed_slot<context_contains>,
};
const TypeSpec context_keys_spec = iterator_spec<Part::keys>("keys");
const TypeSpec context_values_spec = iterator_spec<Part::values>("values");
const TypeSpec context_items_spec = iterator_spec<Part::items>("items");
const TypeSpec context_var_spec = {
    .name = "_contextvars.ContextVar",
    .basicsize = sizeof(ContextVar),
    .flags = kTypeHasGc,
    .traverse = var_traverse,
    .clear = var_clear,
    .methods = var_methods,
    .members = var_members,
    .dealloc = typed_slot<var_dealloc>,
    .repr = typed_slot<var_repr>,
    .hash = slot<var_hash_slot>,
    .tp_new = slot<new_var>,
};
const TypeSpec context_token_spec = {
    .name = "_contextvars.Token",
    .basicsize = sizeof(ContextToken),
    .flags = kTypeHasGc,
    .traverse = token_traverse,
    .clear = token_clear,
    .methods = token_methods,
    .getset = token_getset,
    .dealloc = typed_slot<token_dealloc>,
    .repr = typed_slot<token_repr>,
    .hash = slot<token_hash>,
    .tp_new = slot<new_token>,
};
const TypeSpec context_token_missing_spec = {
    .name = "Token.MISSING",
    .flags = kTypeDisallowInstantiation,
    .repr = slot<missing_repr>,
};

extern const ModuleSpec contextvars_module;
const ModuleSpec contextvars_module = {
    .name = "_contextvars",
    .doc = "Variables whose values belong to a context that tasks copy.",
    .methods = functions,
    .exec = contextvars_exec,
};

}  // namespace baton
