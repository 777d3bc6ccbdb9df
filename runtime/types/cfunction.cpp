// builtin_function_or_method.
#include "runtime/types/cfunction.h"

#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/builtins.h"
#include "runtime/call.h"
#include "runtime/c_stack.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/object_ops.h"
#include "runtime/slot_call_c.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/descr.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton {

// ---- calling ----

namespace {

// "list.append()" for methods of types, "len()" for module functions.
Result<Ref<Str>> function_text(Attached ts, Object& callee, const MethodDef& def) {
    OptRef<Object> qualname = TRY(get_attr_opt(ts, callee, id(Name::__qualname__)));
    if (!qualname || !is_str(*qualname)) return str_format(ts, "{}()", def.name);
    OptRef<Object> module = TRY(get_attr_opt(ts, callee, id(Name::__module__)));
    auto q = TRY(str_as_utf8(ts, static_cast<Str&>(*qualname)));
    if (module && is_str(*module) && !str_eq_ascii(static_cast<Str&>(*module), "builtins")) {
        return str_format(ts, "{}.{}()", TRY(str_as_utf8(ts, static_cast<Str&>(*module))), q);
    }
    return str_format(ts, "{}()", q);
}

[[gnu::cold]] Raised raise_count(Attached ts, Object& callee, const MethodDef& def, const char* what,
                                 size_t given) {
    auto made = function_text(ts, callee, def);
    if (!made.ok()) return already_raised();
    Ref<Str> f = made.take();
    auto text = str_as_utf8(ts, *f);
    if (!text.ok()) return already_raised();
    return raise(ts, Exc::TypeError, "{} takes {} ({} given)", *text, what, given);
}
[[gnu::cold]] Raised raise_keywords(Attached ts, Object& callee, const MethodDef& def) {
    auto made = function_text(ts, callee, def);
    if (!made.ok()) return already_raised();
    Ref<Str> f = made.take();
    auto text = str_as_utf8(ts, *f);
    if (!text.ok()) return already_raised();
    return raise(ts, Exc::TypeError, "{} takes no keyword arguments", *text);
}

// check_outcome() where the outcome is in order.
Value finish(Attached ts, Object& callee, Object* r) {
    Value result = r ? unbox(ts, r) : Value();
    const bool failed = rt(ts).pending != nullptr;
    if (static_cast<bool>(result) != failed) [[likely]]
        return result;
    return check_outcome(ts, callee, result);
}

// A call of a C function is little else than what surrounds it: the depth is counted in line. Whoever calls
// has looked at the stack.
class CallDepth {
  public:
    explicit CallDepth(Attached ts) : ts_(ts) {
        RuntimeThread& t = rt(ts);
        entered_ = t.c_recursion_depth + t.recursion_depth < ts->interp->recursion_limit;
        if (entered_) [[likely]]
            ++t.c_recursion_depth;
        else
            entered_ = enter_recursion(ts, " while calling a Python object").ok();
    }
    ~CallDepth() {
        if (entered_) --rt(ts_).c_recursion_depth;
    }
    CallDepth(const CallDepth&) = delete;
    bool entered() const { return entered_; }

  private:
    Attached ts_;
    bool entered_;
};

Value call_c_method(Attached ts, MethodDef& def, Type* cls, Object* self, Object& callee, Value* args,
                    size_t nargs, Tuple* kwnames) {
    const int kind =
        def.flags & (kMethVarargs | kMethKeywords | kMethNoArgs | kMethO | kMethFastcall | kMethMethod);
    const size_t keywords = kwnames ? static_cast<size_t>(kwnames->size) : 0;
    if (keywords && !(kind & kMethKeywords)) return raise_keywords(ts, callee, def);
    if (!box_all(ts, args, nargs + keywords).ok()) return Value();
    auto* objects = reinterpret_cast<Object* const*>(args);
    Object* names = keywords ? reinterpret_cast<Object*>(kwnames) : nullptr;
    auto n = static_cast<Index>(nargs);
    void* f = reinterpret_cast<void*>(def.meth);
    switch (kind) {
        case kMethNoArgs:
            if (nargs != 0) return raise_count(ts, callee, def, "no arguments", nargs);
            return finish(ts, callee, def.meth(self, nullptr));
        case kMethO:
            if (nargs != 1) return raise_count(ts, callee, def, "exactly one argument", nargs);
            return finish(ts, callee, def.meth(self, objects[0]));
        case kMethFastcall: {
            auto call = reinterpret_cast<Object* (*)(Object*, Object* const*, Index)>(f);
            return finish(ts, callee, call(self, objects, n));
        }
        case kMethFastcall | kMethKeywords: {
            auto call = reinterpret_cast<Object* (*)(Object*, Object* const*, Index, Object*)>(f);
            return finish(ts, callee, call(self, objects, n, names));
        }
        case kMethFastcall | kMethKeywords | kMethMethod: {
            auto call = reinterpret_cast<Object* (*)(Object*, Type*, Object* const*, size_t, Object*)>(f);
            return finish(ts, callee, call(self, cls, objects, nargs, names));
        }
        case kMethVarargs: {
            auto tuple = tuple_from_values(ts, args, n);
            if (!tuple.ok()) return Value();
            return finish(ts, callee, def.meth(self, tuple.get()));
        }
        case kMethVarargs | kMethKeywords: {
            CArguments packed;
            if (!pack_arguments(ts, args, nargs, kwnames, &packed).ok()) return Value();
            auto call = reinterpret_cast<Object* (*)(Object*, Object*, Object*)>(f);
            return finish(ts, callee, call(self, packed.args.get(), packed.kwargs.get()));
        }
        default:
            return raise(ts, Exc::SystemError, "{}() method: bad call flags", def.name);
    }
}

}  // namespace

Value call_method_def(Attached ts, MethodDef& def, Type* cls, Object* self, Object& callee, Value* args,
                      size_t nargs, Tuple* kwnames) {
    if (const Method* row = native_row(def)) [[likely]] {
        const Signature& s = row->signature;
        if (s.positional_only == s.count && !s.varkw) {
            if (kwnames && kwnames->size) return raise_keywords(ts, callee, def);
            if (!count_fits(s, nargs)) {
                return raise_count(ts, callee, def, s.count ? "exactly one argument" : "no arguments", nargs);
            }
        }
        return row->fn(ts, *row, self, args, nargs, kwnames && kwnames->size ? kwnames : nullptr);
    }
    CallDepth depth(ts);
    if (!depth.entered()) return Value();
    return call_c_method(ts, def, cls, self, callee, args, nargs, kwnames);
}

Object* c_vectorcall_entry(Object* callable, Object* const* args, size_t nargsf, Object* kwnames) {
    Attached ts = current_attached();
    if (!check_c_stack(ts).ok()) return nullptr;
    const size_t nargs = nargsf & ~(size_t{1} << 63);
    auto* names = static_cast<Tuple*>(kwnames);
    const size_t total = nargs + (names ? static_cast<size_t>(names->size) : 0);
    constexpr size_t kInline = 10;
    Value small[kInline];
    Value* room = small;
    if (total + 1 > kInline) {
        room = static_cast<Value*>(allocate(ts, (total + 1) * sizeof(Value)));
        if (!room) {
            (void)raise_no_memory(ts);
            return nullptr;
        }
    }
    room[0] = Value();
    for (size_t i = 0; i < total; ++i) room[1 + i] = unbox_borrowed(args[i]);
    Value r = info(*callable).call(ts, *callable, room + 1, nargs, names);
    for (size_t i = 0; i < total; ++i) drop(ts, room[1 + i]);
    if (room != small) free_block(ts, room);
    return boxed_result(ts, r).release();
}

// ---- making ----

NativeDef* native_defs(const Method* rows) {
    size_t n = 0, text = 0;
    for (const Method* m = rows; m->signature.text; ++m, ++n) text += m->signature.name_length + size_t{1};
    auto* defs = static_cast<NativeDef*>(std::calloc(1, (n + 1) * sizeof(NativeDef) + text));
    if (!defs) return nullptr;
    char* names = reinterpret_cast<char*>(defs + n + 1);
    for (size_t i = 0; i < n; ++i) {
        const Method& m = rows[i];
        std::memcpy(names, m.signature.text, m.signature.name_length);
        defs[i].name = names;
        names += m.signature.name_length + 1;
        defs[i].flags = kMethNative;
        if (m.kind == MethodKind::class_method) defs[i].flags |= kMethClass;
        if (m.kind == MethodKind::static_method) defs[i].flags |= kMethStatic;
        defs[i].doc = m.doc;
        defs[i].row = &m;
    }
    return defs;
}

Result<Ref<Object>> cfunction_new(Attached ts, MethodDef& def, Object* self, Object* module, Type* cls) {
    if (cls && !(def.flags & kMethMethod)) {
        return raise(ts, Exc::SystemError,
                     "attempting to create PyCFunction with class but no METH_METHOD flag");
    }
    if (!cls && (def.flags & kMethMethod)) {
        return raise(ts, Exc::SystemError,
                     "attempting to create PyCMethod with a METH_METHOD flag but no class");
    }
    Ref<CMethod> f = cls ? TRY(new_gc_object<CMethod>(ts, PyCMethod_Type))
                         : TRY(new_gc_object<CMethod>(ts, PyCFunction_Type));
    f->ml = &def;
    f->self = OptRef<Object>::share(self).release();
    f->module = OptRef<Object>::share(module).release();
    f->weakreflist = nullptr;
    f->vectorcall = &c_vectorcall_entry;
    f->cls = OptRef<Type>::share(cls).release();
    gc_track(ts, f.get());
    return f;
}

namespace {

// ---- __new__ ----

Type& new_provider(Type& t) {
    Type* b = &t;
    while (b && info(*b).tp_new == reinterpret_cast<NewFn>(python_slot(SlotId::tp_new).internal)) b = b->base;
    return b ? *b : PyBaseObject_Type;
}

// T.__new__(cls, ...): cls must be a subtype of T, and T's function must be the one that makes cls's C
// layout.
Value call_own_new(Attached ts, const Method&, Object* self, Value* args, size_t nargs, Tuple* kwnames) {
    auto& t = static_cast<Type&>(*self);
    if (nargs == 0) return raise(ts, Exc::TypeError, "{}.__new__(): not enough arguments", t.name);
    if (args[0].is_int() || !is_type(*args[0].object())) {
        const char* what = args[0].is_int() ? "int" : type_name(*args[0].object());
        return raise(ts, Exc::TypeError, "{}.__new__(X): X is not a type object ({})", t.name, what);
    }
    auto& cls = static_cast<Type&>(*args[0].object());
    if (!is_subtype(cls, t)) {
        return raise(ts, Exc::TypeError, "{}.__new__({}): {} is not a subtype of {}", t.name, cls.name,
                     cls.name, t.name);
    }
    Type& provider = new_provider(cls);
    if (!(get_slot(provider, SlotId::tp_new) == get_slot(t, SlotId::tp_new))) {
        return raise(ts, Exc::TypeError, "{}.__new__({}) is not safe, use {}.__new__()", t.name, cls.name,
                     provider.name);
    }
    SlotFunctions f = get_slot(t, SlotId::tp_new);
    if (f.internal == slot_bridges[static_cast<int>(SlotId::tp_new)]) {
        return native_result(ts, CCall<SlotKind::New>::call(ts, f.c, cls, args + 1, nargs - 1, kwnames));
    }
    return native_result(ts, reinterpret_cast<NewFn>(f.internal)(ts, cls, args + 1, nargs - 1, kwnames));
}
constexpr Method make_own_new() {
    Method m;
    m.signature = parse_signature("__new__($type, *args, **kwargs)");
    m.fn = &call_own_new;
    m.doc = "Makes the object. Which arguments there are, the class says.";
    return m;
}
constexpr Method own_new_row = make_own_new();
NativeDef own_new_def = {{"__new__", nullptr, kMethNative, own_new_row.doc}, &own_new_row};

}  // namespace

Result<Ref<Object>> own_new_function(Attached ts, Type& t) {
    return cfunction_new(ts, own_new_def, &t, nullptr, nullptr);
}
bool is_own_new(const Object& o) {
    return o.type == &PyCFunction_Type && static_cast<const CFunction&>(o).ml == &own_new_def;
}

// ---- the type ----

namespace {

void cfunction_dealloc(Attached ts, CMethod& f) {
    gc_untrack(&f);
    if (f.weakreflist) weakref_clear_all(ts, f);
    xdecref(ts, f.self);
    xdecref(ts, f.module);
    xdecref(ts, f.cls);
    gc_free(ts, &f, sizeof(CMethod));
}
int cfunction_traverse(Object* o, VisitProc visit, void* arg) {
    auto* f = static_cast<CMethod*>(o);
    return visit_fields(visit, arg, f->self, f->module, static_cast<Object*>(f->cls));
}

Value cfunction_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& f = static_cast<CMethod&>(callee);
    if (f.ml->flags == kMethO && nargs == 1 && !kwnames) {
        CallDepth depth(ts);
        if (!depth.entered() || !box_in_place(ts, args[0]).ok()) return Value();
        return finish(ts, callee, f.ml->meth(f.self, args[0].object()));
    }
    Object* self = f.ml->flags & kMethStatic && !native_row(*f.ml) ? nullptr : f.self;
    return call_method_def(ts, *f.ml, f.cls, self, callee, args, nargs, kwnames);
}

bool self_is_module(const CFunction& f) {
    return !f.self || is_instance_exact(*f.self, PyModule_Type);
}

Result<Ref<Object>> get_name(Attached ts, CMethod& f) {
    return str_new_utf8(ts, f.ml->name);
}
Result<Ref<Object>> get_qualname(Attached ts, CMethod& f) {
    if (self_is_module(f)) return get_name(ts, f);
    Type& t = is_type(*f.self) ? static_cast<Type&>(*f.self) : *f.self->type;
    auto q = TRY(type_get_qualname(ts, t));
    if (!is_str(*q))
        return raise(ts, Exc::TypeError, "<method>.__class__.__qualname__ is not a unicode object");
    return str_format(ts, "{}.{}", TRY(str_as_utf8(ts, static_cast<Str&>(*q))), f.ml->name);
}
Result<Ref<Object>> get_doc(Attached ts, CMethod& f) {
    return method_doc(ts, *f.ml);
}
Result<Ref<Object>> get_signature(Attached ts, CMethod& f) {
    return method_text_signature(ts, *f.ml);
}
Result<Ref<Object>> get_self(Attached, CMethod& f) {
    if (!f.self || (f.ml->flags & kMethStatic)) return Ref<Object>::share(none());
    return Ref<Object>::share(*f.self);
}
Result<Ref<Object>> get_module(Attached, CMethod& f) {
    return Ref<Object>::share(f.module ? *f.module : none());
}
Result<void> set_module(Attached ts, CMethod& f, Object* value) {
    xincref(value);
    replace_field<Object>(ts, f.module, value);
    return {};
}

Result<Ref<Object>> cfunction_repr(Attached ts, CMethod& f) {
    if (self_is_module(f)) return str_format(ts, "<built-in function {}>", f.ml->name);
    return str_format(ts, "<built-in method {} of {} object at {}>", f.ml->name, type_name(*f.self),
                      static_cast<void*>(f.self));
}
Result<Hash> cfunction_hash(Attached, CMethod& f) {
    auto mix = [](const void* p) {
        auto w = reinterpret_cast<uintptr_t>(p);
        return static_cast<Hash>(w >> 4 | w << 60);
    };
    Hash h = mix(f.self) ^ mix(f.ml);
    return h == -1 ? -2 : h;
}
Result<Ref<Object>> cfunction_compare(Attached, Object& a, Object& b, CompareOp op) {
    bool ours = a.type == &PyCFunction_Type && b.type == &PyCFunction_Type;
    if ((op != CompareOp::eq && op != CompareOp::ne) || !ours) return Ref<Object>::share(not_implemented());
    auto &x = static_cast<CFunction&>(a), &y = static_cast<CFunction&>(b);
    bool same = x.self == y.self && x.ml == y.ml;
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}
Result<Ref<Object>> cfunction_reduce(Attached ts, CMethod& f) {
    if (self_is_module(f)) return str_new_utf8(ts, f.ml->name);
    auto getattr = TRY(builtin(ts, id(Name::getattr)));
    auto name = TRY(str_new_utf8(ts, f.ml->name));
    auto args = TRY(tuple_of(ts, {f.self, name.get()}));
    return tuple_of(ts, {getattr.get(), args.get()});
}

constexpr Method cfunction_methods[] = {
    method<cfunction_reduce>("__reduce__($self, /)", nullptr),
    {},
};
constexpr GetSet cfunction_getset[] = {
    getter<get_name>("__name__"),
    getter<get_qualname>("__qualname__"),
    getter<get_doc>("__doc__"),
    getter<get_signature>("__text_signature__"),
    getter<get_self>("__self__"),
    property_row<get_module, set_module>("__module__"),
    {},
};

}  // namespace

extern const TypeSpec cfunction_spec;
const TypeSpec cfunction_spec = {
    .name = "builtin_function_or_method",
    .basicsize = sizeof(CMethod),
    .flags = kTypeHasGc,
    .traverse = cfunction_traverse,
    .weaklistoffset = offsetof(CFunction, weakreflist),
    .methods = cfunction_methods,
    .getset = cfunction_getset,
    .vectorcall_offset = offsetof(CFunction, vectorcall),
    .dealloc = typed_slot<cfunction_dealloc>,
    .repr = typed_slot<cfunction_repr>,
    .hash = typed_slot<cfunction_hash>,
    .call = slot<cfunction_call>,
    .richcompare = slot<cfunction_compare>,
};
extern const TypeSpec cmethod_spec;
const TypeSpec cmethod_spec = {
    .name = "builtin_method",
    .basicsize = sizeof(CMethod),
    .flags = kTypeHasGc,
    .base = &PyCFunction_Type,
    .weaklistoffset = offsetof(CFunction, weakreflist),
    .vectorcall_offset = offsetof(CFunction, vectorcall),
    .call = slot<cfunction_call>,
};

}  // namespace baton
