// super.
#include "runtime/attr.h"
#include "runtime/dealloc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/super.h"
#include "runtime/vm_hooks.h"

namespace baton {

Result<OptRef<Object>> super_lookup(Attached ts, Type& type, Object& self, Type& self_type, Str& name) {
    Tuple* mro = self_type.mro;
    if (!mro) return OptRef<Object>();
    auto keep = Ref<Tuple>::share(*mro);
    Index i = 0;
    while (i < keep->size && keep->item[i] != static_cast<Object*>(&type)) ++i;
    for (++i; i < keep->size; ++i) {
        Dict* d = static_cast<Type*>(keep->item[i])->dict;
        if (!d) continue;
        Object* found = TRY(dict_find(ts, *d, name)).value;
        if (!found) continue;
        auto o = Ref<Object>::share(*found);
        auto get = info(*o).descr_get;
        // A class method sees no instance: self is the class itself then.
        if (get)
            return TRY(get(ts, *o, &self == static_cast<Object*>(&self_type) ? nullptr : &self, &self_type));
        return o;
    }
    return OptRef<Object>();
}

Result<Type*> super_check(Attached ts, Type& type, Object& self) {
    if (is_type(self) && is_subtype(static_cast<Type&>(self), type)) return static_cast<Type*>(&self);
    if (is_subtype(*self.type, type)) return self.type;
    OptRef<Object> cls = TRY(get_attr_opt(ts, self, id(Name::__class__)));
    if (cls && is_type(*cls) && cls.get() != static_cast<Object*>(self.type) &&
        is_subtype(static_cast<Type&>(*cls), type)) {
        return static_cast<Type*>(cls.get());  // alive: self has it
    }
    return raise(ts, Exc::TypeError, "super(type, obj): obj must be an instance or subtype of type");
}

namespace {

struct Super : Object {
    Type* type;
    Object* self;
    Type* self_type;
};

void dealloc(Attached ts, Super& s) {
    gc_untrack(&s);
    replace_field<Type>(ts, s.type, nullptr);
    replace_field<Object>(ts, s.self, nullptr);
    replace_field<Type>(ts, s.self_type, nullptr);
    free_instance(ts, s);
}
int traverse(Object* o, VisitProc visit, void* arg) {
    auto* s = static_cast<Super*>(o);
    return visit_fields<Object>(visit, arg, s->type, s->self, s->self_type);
}

Result<void> fill(Attached ts, Super& s, Type& type, Object* self) {
    Type* self_type = nullptr;
    if (self && is_none(*self)) self = nullptr;
    if (self) self_type = TRY(super_check(ts, type, *self));
    incref(&type);
    replace_field(ts, s.type, &type);
    xincref(self);
    replace_field(ts, s.self, self);
    xincref(self_type);
    replace_field(ts, s.self_type, self_type);
    return {};
}

Result<void> super_init(Attached ts, Object& o, Value* args, size_t nargs, Tuple* kwnames) {
    auto& s = static_cast<Super&>(o);
    if (kwnames && kwnames->size) return raise(ts, Exc::TypeError, "super() takes no keyword arguments");
    if (nargs > 2) return raise(ts, Exc::TypeError, "super expected at most 2 arguments, got {}", nargs);
    TRY(box_all(ts, args, nargs));
    if (nargs == 0) {
        const VmHooks* vm = interp(ts).vm_hooks;
        if (!vm || !vm->super_arguments) return raise(ts, Exc::RuntimeError, "super(): no current frame");
        Type* type = nullptr;
        Object* self = nullptr;
        TRY(vm->super_arguments(ts, &type, &self));
        return fill(ts, s, *type, self);
    }
    if (!is_type(*args[0].object())) {
        return raise(ts, Exc::TypeError, "super() argument 1 must be a type, not {}",
                     type_name(*args[0].object()));
    }
    return fill(ts, s, static_cast<Type&>(*args[0].object()), nargs == 2 ? args[1].object() : nullptr);
}
Result<Ref<Object>> super_new_slot(Attached ts, Type& cls, Value*, size_t, Tuple*) {
    return allocate_instance(ts, cls);
}

Result<Ref<Object>> super_getattro(Attached ts, Object& o, Str& name) {
    auto& s = static_cast<Super&>(o);
    // super().__class__ is super itself.
    if (s.self_type && !str_eq(name, id(Name::__class__))) {
        OptRef<Object> found = TRY(super_lookup(ts, *s.type, *s.self, *s.self_type, name));
        if (found) return std::move(found).take();
    }
    return generic_get_attr(ts, o, name);
}

Result<Ref<Object>> super_descr_get(Attached ts, Object& o, Object* instance, Object*) {
    auto& s = static_cast<Super&>(o);
    if (!instance || is_none(*instance) || s.self || !s.type) return Ref<Object>::share(o);
    auto bound = TRY(allocate_instance(ts, *o.type)).cast<Super>();
    TRY(fill(ts, *bound, *s.type, instance));
    return bound;
}

Result<Ref<Object>> super_repr(Attached ts, Super& s) {
    const char* type = s.type ? type_name(*s.type) : "NULL";
    if (s.self_type) {
        return str_format(ts, "<super: <class '{}'>, <{} object>>", type, type_name(*s.self_type));
    }
    return str_format(ts, "<super: <class '{}'>, NULL>", type);
}

MemberDef members[] = {
    {"__thisclass__", 6, offsetof(Super, type), 1, "The class behind which the search begins."},
    {"__self__", 6, offsetof(Super, self), 1,
     "The object or class to which what is found gets bound; None if there is none."},
    {"__self_class__", 6, offsetof(Super, self_type), 1,
     "The class whose order of bases is searched; None if there is none."},
    {nullptr, 0, 0, 0, nullptr},
};

}  // namespace

extern const TypeSpec super_spec;
const TypeSpec super_spec = {
    .name = "super",
    .doc =
        "Finds attributes as its second argument would, but only in the classes that follow the first "
        "one.\n\n"
        "In a method both arguments can be left out. The second is an instance of the first or a class "
        "derived "
        "from it.",
    .basicsize = sizeof(Super),
    .flags = kTypeHasGc | kTypeBaseType,
    .traverse = traverse,
    .members = members,
    .dealloc = typed_slot<dealloc>,
    .repr = typed_slot<super_repr>,
    .getattro = slot<super_getattro>,
    .descr_get = slot<super_descr_get>,
    .init = slot<super_init>,
    .tp_new = slot<super_new_slot>,
};

}  // namespace baton
