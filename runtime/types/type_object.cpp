// The type `type`: calling classes, attributes of classes, and what classes tell about themselves.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/memory.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/slot_thunks.h"
#include "runtime/type_impl.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/mappingproxy.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/union.h"
#include "runtime/vm_hooks.h"
#include "runtime/weakref.h"

namespace baton {

// ---- names ----

namespace {

HeapType* heap(Type& t) {
    return has_flag(t, kTypeHeap) ? static_cast<HeapType*>(&t) : nullptr;
}

Result<void> check_mutable(Attached ts, Type& t, const char* what) {
    if (!has_flag(t, kTypeImmutable)) return {};
    return raise(ts, Exc::TypeError, "cannot set '{}' attribute of immutable type '{}'", what, t.name);
}
Result<void> check_special_set(Attached ts, Type& t, Object* value, const char* what) {
    TRY(check_mutable(ts, t, what));
    if (value) {
        const Ref<Str> name = TRY(str_intern_utf8(ts, what));
        return tell_audit(ts, "object.__setattr__", {&t, name.get(), value});
    }
    return raise(ts, Exc::TypeError, "cannot delete '{}' attribute of immutable type '{}'", what, t.name);
}

}  // namespace

Result<Ref<Object>> type_get_name(Attached ts, Type& t) {
    if (HeapType* h = heap(t)) return Ref<Object>::share(*h->ht_name);
    const char* dot = std::strrchr(t.name, '.');
    return str_new_utf8(ts, dot ? dot + 1 : t.name);
}
Result<Ref<Object>> type_get_qualname(Attached ts, Type& t) {
    if (HeapType* h = heap(t)) return Ref<Object>::share(*h->ht_qualname);
    return type_get_name(ts, t);
}
Result<Ref<Object>> type_get_module(Attached ts, Type& t) {
    if (heap(t)) {
        Object* m = dict_find_str(*t.dict, id(Name::__module__));
        if (!m) return raise(ts, Exc::AttributeError, "__module__");
        return Ref<Object>::share(*m);
    }
    if (const char* dot = std::strrchr(t.name, '.')) {
        return str_intern_utf8(ts, std::string_view(t.name, static_cast<size_t>(dot - t.name)));
    }
    return Ref<Object>::share(id(Name::builtins));
}

namespace {

Result<void> set_name(Attached ts, Type& t, Object* value) {
    TRY(check_special_set(ts, t, value, "__name__"));
    if (!is_str(*value)) {
        return raise(ts, Exc::TypeError, "can only assign string to {}.__name__, not '{}'", t.name,
                     type_name(*value));
    }
    auto name = TRY(str_exact(ts, static_cast<Str&>(*value)));
    auto text = TRY(str_as_utf8(ts, *name));
    if (std::strlen(text.data()) != text.size()) {
        return raise(ts, Exc::ValueError, "type name must not contain null characters");
    }
    HeapType* h = heap(t);
    t.name = text.data();
    replace_field(ts, h->ht_name, name.release());
    type_modified(t);
    return {};
}
Result<void> set_qualname(Attached ts, Type& t, Object* value) {
    TRY(check_special_set(ts, t, value, "__qualname__"));
    if (!is_str(*value)) {
        return raise(ts, Exc::TypeError, "can only assign string to {}.__qualname__, not '{}'", t.name,
                     type_name(*value));
    }
    incref(value);
    replace_field(ts, heap(t)->ht_qualname, static_cast<Str*>(value));
    return {};
}
Result<void> set_module(Attached ts, Type& t, Object* value) {
    TRY(check_special_set(ts, t, value, "__module__"));
    type_modified(t);
    return dict_set_str(ts, *t.dict, id(Name::__module__), *value);
}

// ---- bases ----

Result<Ref<Object>> get_bases(Attached, Type& t) {
    return Ref<Object>::share(*t.bases);
}
Result<Ref<Object>> get_base(Attached, Type& t) {
    if (t.base) return Ref<Object>::share(*t.base);
    return Ref<Object>::share(none());
}
Result<Ref<Object>> get_mro(Attached, Type& t) {
    if (t.mro) return Ref<Object>::share(*t.mro);
    return Ref<Object>::share(none());
}

// The MROs of a class and of all its subclasses, computed before any is changed; put back when one cannot be.
Result<void> renew_mros(Attached ts, Type& t, List& undo) {
    auto before = Ref<Object>::share(t.mro ? static_cast<Object&>(*t.mro) : none());
    TRY(assign_mro(ts, t));
    auto entry = TRY(tuple_of(ts, {&t, before.get(), t.mro}));
    TRY(list_append(ts, undo, *entry));
    SubclassList& l = subclass_list(ts, t);
    for (uint32_t i = 0; i < l.count; ++i) TRY(renew_mros(ts, *l.item[i], undo));
    return {};
}

Result<void> set_bases(Attached ts, Type& t, Object* value) {
    TRY(check_special_set(ts, t, value, "__bases__"));
    if (!is_tuple(*value)) {
        return raise(ts, Exc::TypeError, "can only assign tuple to {}.__bases__, not {}", t.name,
                     type_name(*value));
    }
    auto& bases = static_cast<Tuple&>(*value);
    if (bases.size == 0) {
        return raise(ts, Exc::TypeError, "can only assign non-empty tuple to {}.__bases__, not ()", t.name);
    }
    for (Index i = 0; i < bases.size; ++i) {
        if (!is_type(*bases.item[i])) {
            return raise(ts, Exc::TypeError, "{}.__bases__ must be tuple of classes, not '{}'", t.name,
                         type_name(*bases.item[i]));
        }
        auto& b = static_cast<Type&>(*bases.item[i]);
        bool cycle = is_subtype(b, t);
        // While an mro() runs, the chain of bases may be ahead of the MROs.
        for (Type* up = b.base; up && !cycle; up = up->base) cycle = up == &t;
        if (cycle) {
            return raise(ts, Exc::TypeError, "a __bases__ item causes an inheritance cycle");
        }
    }
    Type* base = TRY(best_base(ts, bases));
    if (t.dealloc != base->dealloc && !(info(t).python_class && t.base->free == base->free)) {
        return raise(ts, Exc::TypeError, "__bases__ assignment: '{}' deallocator differs from '{}'",
                     base->name, t.base->name);
    }
    if (!same_layout(*base, *t.base)) {
        return raise(ts, Exc::TypeError, "__bases__ assignment: '{}' object layout differs from '{}'",
                     base->name, t.base->name);
    }
    Tuple* old_bases = t.bases;
    Type* old_base = t.base;
    incref(&bases);
    t.bases = &bases;
    incref(base);
    t.base = base;
    auto undo = TRY(list_new(ts));
    auto renewed = renew_mros(ts, t, *undo);
    // An mro() may have assigned __bases__ again: then that is what counts, and only what is ours is given
    // back.
    const bool ours = t.bases == &bases;
    if (!renewed.ok()) {
        for (Index i = undo->size; i-- > 0;) {
            auto& entry = static_cast<Tuple&>(*undo->item[i]);
            auto& changed = static_cast<Type&>(*entry.item[0]);
            if (static_cast<Object*>(changed.mro) != entry.item[2]) continue;
            OptRef<Object> before;
            if (!is_none(*entry.item[1])) before = Ref<Object>::share(*entry.item[1]);
            replace_field(ts, changed.mro, static_cast<Tuple*>(before.release()));
        }
    }
    if (!renewed.ok() && ours) {
        replace_field(ts, t.bases, old_bases);
        replace_field(ts, t.base, old_base);
        type_modified(t);
        return already_raised();
    }
    for (Index i = 0; i < old_bases->size; ++i)
        remove_subclass(ts, static_cast<Type&>(*old_bases->item[i]), t);
    if (ours) {
        for (Index i = 0; i < bases.size; ++i) {
            if (!add_subclass(ts, static_cast<Type&>(*bases.item[i]), t)) return raise_no_memory(ts);
        }
    }
    type_modified(t);
    for (Index i = 0; i < undo->size; ++i) {
        update_slots(ts, static_cast<Type&>(*static_cast<Tuple&>(*undo->item[i]).item[0]), nullptr);
    }
    decref(ts, old_bases);
    decref(ts, old_base);
    return renewed;
}

// ---- dict, doc, annotations ----

Result<Ref<Object>> get_type_dict(Attached ts, Type& t) {
    if (!t.dict) return Ref<Object>::share(none());
    return mappingproxy_new(ts, *t.dict);
}
Result<Ref<Object>> get_doc(Attached ts, Type& t) {
    // Not the entry "__doc__" of the dict, which in `function` or `property` is a descriptor for the
    // instances.
    if (!heap(t) && t.doc) return doc_without_signature(ts, t.name, t.doc);
    Object* doc = dict_find_str(*t.dict, id(Name::__doc__));
    if (!doc) return Ref<Object>::share(none());
    auto keep = Ref<Object>::share(*doc);
    if (auto get = info(*doc).descr_get) return get(ts, *doc, nullptr, &t);
    return keep;
}
Result<void> set_doc(Attached ts, Type& t, Object* value) {
    TRY(check_special_set(ts, t, value, "__doc__"));
    type_modified(t);
    return dict_set_str(ts, *t.dict, id(Name::__doc__), *value);
}
Result<Ref<Object>> get_text_signature(Attached ts, Type& t) {
    return doc_signature(ts, t.name, t.doc);
}

Result<Ref<Object>> get_annotations(Attached ts, Type& t) {
    if (!heap(t))
        return raise(ts, Exc::AttributeError, "type object '{}' has no attribute '__annotations__'", t.name);
    Object* found = dict_find_str(*t.dict, id(Name::__annotations__));
    if (!found) {
        auto made = TRY(dict_new(ts));
        TRY(dict_set_str(ts, *t.dict, id(Name::__annotations__), *made));
        type_modified(t);
        return made;
    }
    auto keep = Ref<Object>::share(*found);
    if (auto get = info(*found).descr_get) return get(ts, *found, nullptr, &t);
    return keep;
}
Result<void> set_annotations(Attached ts, Type& t, Object* value) {
    TRY(check_mutable(ts, t, "__annotations__"));
    if (value) {
        TRY(dict_set_str(ts, *t.dict, id(Name::__annotations__), *value));
    } else if (!TRY(dict_del(ts, *t.dict, id(Name::__annotations__)))) {
        return raise(ts, Exc::AttributeError, "__annotations__");
    }
    type_modified(t);
    return {};
}

Result<Ref<Object>> get_abstract_methods(Attached ts, Type& t) {
    Object* m = &t == &PyType_Type ? nullptr : dict_find_str(*t.dict, id(Name::__abstractmethods__));
    if (!m) return raise(ts, Exc::AttributeError, "__abstractmethods__");
    return Ref<Object>::share(*m);
}
Result<void> set_abstract_methods(Attached ts, Type& t, Object* value) {
    bool abstract = value && TRY(is_true(ts, *value));
    if (value) {
        TRY(dict_set_str(ts, *t.dict, id(Name::__abstractmethods__), *value));
    } else if (!TRY(dict_del(ts, *t.dict, id(Name::__abstractmethods__)))) {
        return raise(ts, Exc::AttributeError, "__abstractmethods__");
    }
    type_modified(t);
    t.flags = abstract ? t.flags | kTypeIsAbstract : t.flags & ~kTypeIsAbstract;
    return {};
}

// ---- attributes of classes ----

Result<Ref<Object>> type_getattro(Attached ts, Object& self, Str& name) {
    auto& t = static_cast<Type&>(self);
    Type& meta = *t.type;
    OptRef<Object> from_meta = OptRef<Object>::share(type_lookup(meta, name));
    DescrGetFn meta_get = from_meta ? info(*from_meta).descr_get : nullptr;
    if (meta_get && info(*from_meta).descr_set) return meta_get(ts, *from_meta, &t, &meta);
    OptRef<Object> own = OptRef<Object>::share(type_lookup(t, name));
    if (own) {
        if (auto get = info(*own).descr_get) return get(ts, *own, nullptr, &t);
        return std::move(own).take();
    }
    if (meta_get) return meta_get(ts, *from_meta, &t, &meta);
    if (from_meta) return std::move(from_meta).take();
    auto text = TRY(str_as_utf8(ts, name));
    auto r = raise(ts, Exc::AttributeError, "type object '{}' has no attribute '{}'", t.name, text);
    if (BaseException* e = pending(ts); e && is_exact(*e, exc_type(Exc::AttributeError))) {
        auto& a = static_cast<AttributeErrorObject&>(*e);
        incref(&t);
        replace_field<Object>(ts, a.obj, &t);
        incref(&name);
        replace_field<Object>(ts, a.name, &name);
    }
    return r;
}

Result<void> type_setattro(Attached ts, Object& self, Str& given, Object* value) {
    auto& t = static_cast<Type&>(self);
    if (has_flag(t, kTypeImmutable)) {
        auto text = TRY(str_as_utf8(ts, given));
        return raise(ts, Exc::TypeError, "cannot set '{}' attribute of immutable type '{}'", text, t.name);
    }
    Ref<Str> name = TRY(str_intern(ts, TRY(str_exact(ts, given))));
    OptRef<Object> descr = OptRef<Object>::share(type_lookup(*t.type, *name));
    if (descr) {
        if (auto set = info(*descr).descr_set) return set(ts, *descr, t, value);
    }
    // The old value lives until the caches have forgotten it.
    OptRef<Object> old = OptRef<Object>::share(dict_find_str(*t.dict, *name));
    if (value) {
        TRY(dict_set_str(ts, *t.dict, *name, *value));
    } else if (!old) {
        auto text = TRY(str_as_utf8(ts, *name));
        return raise(ts, Exc::AttributeError, "type object '{}' has no attribute '{}'", t.name, text);
    } else {
        (void)TRY(dict_del(ts, *t.dict, *name));
    }
    auto plain = [](Object& o) { return !info(o).descr_get && !info(o).descr_set; };
    bool value_only = value && old && plain(*old) && plain(*value) && !is_dunder_name(*name);
    type_attribute_changed(t, *name, value_only);
    if (is_dunder_name(*name)) {
        update_slots(ts, t, name.get());
        update_slots_of_subclasses(ts, t, *name);
    }
    return {};
}

// ---- calling ----

Value type_call(Attached ts, Object& callee, Value* args, size_t nargs, Tuple* kwnames) {
    auto& t = static_cast<Type&>(callee);
    if (&t == &PyType_Type && nargs == 1 && (!kwnames || kwnames->size == 0)) {
        Type* of = args[0].is_int() ? &PyLong_Type : args[0].object()->type;
        incref(of);
        return Value(of);
    }
    NewFn make = info(t).tp_new;
    if (!make || has_flag(t, kTypeDisallowInstantiation)) {
        return raise(ts, Exc::TypeError, "cannot create '{}' instances", t.name);
    }
    auto made = make(ts, t, args, nargs, kwnames);
    if (!made.ok()) return Value();
    Ref<Object> o = made.take();
    if (!is_instance_exact(*o, t)) return unbox(ts, o.release());
    if (InitFn init = info(*o).init) {
        if (!init(ts, *o, args, nargs, kwnames).ok()) return Value();
    }
    return unbox(ts, o.release());
}

// type(name, bases, dict, **kwds)
Result<Ref<Object>> type_new_slot(Attached ts, Type& metatype, Value* args, size_t nargs, Tuple* kwnames) {
    if (nargs != 3) {
        if (&metatype == &PyType_Type) return raise(ts, Exc::TypeError, "type() takes 1 or 3 arguments");
        return raise(ts, Exc::TypeError, "type.__new__() takes exactly 3 arguments ({} given)", nargs);
    }
    TRY(box_all(ts, args, 3 + (kwnames ? static_cast<size_t>(kwnames->size) : 0)));
    static constexpr const char* kWant[] = {"str", "tuple", "dict"};
    const bool fits[] = {is_str(*args[0].object()), is_tuple(*args[1].object()), is_dict(*args[2].object())};
    for (int i = 0; i < 3; ++i) {
        if (fits[i]) continue;
        return raise(ts, Exc::TypeError, "type.__new__() argument {} must be {}, not {}", i + 1, kWant[i],
                     type_name(*args[i].object()));
    }
    auto& name = static_cast<Str&>(*args[0].object());
    auto& bases = static_cast<Tuple&>(*args[1].object());
    auto& ns = static_cast<Dict&>(*args[2].object());
    for (Index i = 0; i < bases.size; ++i) {
        if (is_type(*bases.item[i])) continue;
        if (TRY(has_attr(ts, *bases.item[i], id(Name::__mro_entries__)))) {
            return raise(ts, Exc::TypeError,
                         "type() doesn't support MRO entry resolution; use types.new_class()");
        }
    }
    Type* winner = TRY(calculate_metaclass(ts, metatype, bases));
    if (winner != &metatype && info(*winner).tp_new != &type_new_slot) {
        return info(*winner).tp_new(ts, *winner, args, nargs, kwnames);
    }
    return type_new(ts, *winner, name, bases, ns, args + 3, kwnames);
}
Result<void> type_init(Attached ts, Object&, Value*, size_t nargs, Tuple* kwnames) {
    if (kwnames && kwnames->size && nargs == 1)
        return raise(ts, Exc::TypeError, "type.__init__() takes no keyword arguments");
    if (nargs != 1 && nargs != 3) return raise(ts, Exc::TypeError, "type.__init__() takes 1 or 3 arguments");
    return {};
}

// ---- methods ----

Result<Ref<Object>> type_repr(Attached ts, Type& t) {
    auto module = type_get_module(ts, t);
    if (!module.ok()) {
        if (!pending_is(ts, Exc::AttributeError)) return already_raised();
        clear_pending(ts);
    }
    auto q = TRY(type_get_qualname(ts, t));
    auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*q)));
    if (module.ok()) {
        Ref<Object> m = module.take();
        if (is_str(*m) && !str_eq_ascii(static_cast<Str&>(*m), "builtins")) {
            return str_format(ts, "<class '{}.{}'>", TRY(str_as_utf8(ts, static_cast<Str&>(*m))), name);
        }
    }
    return str_format(ts, "<class '{}'>", name);
}
Result<Ref<Object>> type_or(Attached ts, Object& a, Object& b) {
    return union_or(ts, a, b);
}
Result<Ref<Object>> type_mro(Attached ts, Type& t) {
    auto m = TRY(compute_mro(ts, t));
    return to_list(ts, *m);
}
Result<Ref<Object>> subclasses_method(Attached ts, Type& t) {
    return type_subclasses(ts, t);
}
Result<Ref<Object>> type_prepare(Attached ts, Type&, Args, Kwargs) {
    return dict_new(ts);
}
Result<bool> type_instancecheck(Attached, Type& t, Object& o) {
    // What isinstance() does when no metaclass says otherwise, without asking again.
    return is_subtype(*o.type, t);
}
Result<Ref<Object>> instancecheck(Attached ts, Type& t, Object& o) {
    bool is = TRY(type_instancecheck(ts, t, o));
    if (!is) {
        OptRef<Object> cls = TRY(get_attr_opt(ts, o, id(Name::__class__)));
        is = cls && is_type(*cls) && static_cast<Object*>(o.type) != cls.get() &&
             is_subtype(static_cast<Type&>(*cls), t);
    }
    return Ref<Object>::share(bool_object(is));
}
Result<Ref<Object>> subclasscheck(Attached ts, Type& t, Object& o) {
    if (!is_type(o)) return raise(ts, Exc::TypeError, "issubclass() arg 1 must be a class");
    return Ref<Object>::share(bool_object(is_subtype(static_cast<Type&>(o), t)));
}
Result<void> merge_class_dict(Attached ts, Dict& out, Object& cls) {
    OptRef<Object> d = TRY(get_attr_opt(ts, cls, id(Name::__dict__)));
    if (d) TRY(dict_merge(ts, out, *d, true));
    OptRef<Object> bases = TRY(get_attr_opt(ts, cls, id(Name::__bases__)));
    if (!bases || !is_tuple(*bases)) return {};
    auto& b = static_cast<Tuple&>(*bases);
    for (Index i = 0; i < b.size; ++i) TRY(merge_class_dict(ts, out, *b.item[i]));
    return {};
}
Result<Ref<Object>> type_dir(Attached ts, Type& t) {
    auto d = TRY(dict_new(ts));
    TRY(merge_class_dict(ts, *d, t));
    return dict_keys_list(ts, *d);
}
Result<Index> type_sizeof(Attached, Type& t) {
    return has_flag(t, kTypeHeap) ? static_cast<Index>(sizeof(HeapType)) : static_cast<Index>(sizeof(Type));
}

// ---- memory ----

int type_traverse(Object* o, VisitProc visit, void* arg) {
    auto* t = static_cast<Type*>(o);
    if (!has_flag(*t, kTypeHeap)) return 0;
    auto* h = static_cast<HeapType*>(t);
    return visit_fields<Object>(visit, arg, t->dict, t->mro, t->bases, t->base, h->ht_module);
}
int type_clear(Object* o) {
    auto* t = static_cast<HeapType*>(o);
    if (!has_flag(*t, kTypeHeap)) return 0;
    Attached ts = current_attached();
    type_modified(*t);
    if (t->dict) dict_clear(ts, *t->dict);
    replace_field<Object>(ts, t->ht_module, nullptr);
    // The MRO is a tuple that contains the class: the cycle every class is in. Look-ups fall back on the
    // chain of bases.
    replace_field<Tuple>(ts, t->mro, nullptr);
    return 0;
}
int type_is_gc(Object* o) {
    return has_flag(*static_cast<Type*>(o), kTypeHeap);
}

void free_type(Attached ts, HeapType& t) {
    gc_untrack(&t);
    if (t.bases) {
        for (Index i = 0; i < t.bases->size; ++i) {
            if (is_type(*t.bases->item[i])) remove_subclass(ts, static_cast<Type&>(*t.bases->item[i]), t);
        }
    }
    if (t.weaklist) weakref_clear_all(ts, t);
    for (Object** f : {reinterpret_cast<Object**>(&t.dict), reinterpret_cast<Object**>(&t.mro),
                       reinterpret_cast<Object**>(&t.bases), reinterpret_cast<Object**>(&t.base),
                       reinterpret_cast<Object**>(&t.ht_name), reinterpret_cast<Object**>(&t.ht_qualname),
                       &t.ht_slots, &t.ht_module, &t.subclasses}) {
        replace_field<Object>(ts, *f, nullptr);
    }
    free_block(ts, const_cast<char*>(t.doc));
    std::free(t.ht_tpname);
    if (TypeInfo* ti = t.info) {
        method_cache_clear(*ti);
        if (SharedKeys* k = ti->shared_keys) {
            for (int i = 0; i < k->count; ++i) decref(ts, k->name[i]);
            std::free(k);
        }
        std::free(ti->subclasses.item);
        std::free(ti);
        t.info = nullptr;
    }
    free_instance(ts, t);
}

}  // namespace

void type_dealloc(Attached ts, Object& self) {
    free_type(ts, static_cast<HeapType&>(self));
}

namespace {

MemberDef members[] = {
    {"__basicsize__", 19, offsetof(Type, basicsize), 1, nullptr},
    {"__itemsize__", 19, offsetof(Type, itemsize), 1, nullptr},
    {"__flags__", 12, offsetof(Type, flags), 1, nullptr},
    {"__weakrefoffset__", 19, offsetof(Type, weaklistoffset), 1, nullptr},
    {"__dictoffset__", 19, offsetof(Type, dictoffset), 1, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};
constexpr Method methods[] = {
    method<type_mro>("mro($self, /)",
                     "The order in which attributes are looked for in the class and its bases."),
    method<subclasses_method>("__subclasses__($self, /)",
                              "The classes that name this one among their bases."),
    class_method<type_prepare>("__prepare__($type, /, *args, **kwargs)",
                               "Makes the mapping in which the body of a class is run."),
    method<instancecheck>("__instancecheck__($self, instance, /)",
                          "Stands behind isinstance(instance, self)."),
    method<subclasscheck>("__subclasscheck__($self, subclass, /)",
                          "Stands behind issubclass(subclass, self)."),
    method<type_dir>("__dir__($self, /)", "The names of the attributes of the class and of its bases."),
    method<type_sizeof>("__sizeof__($self, /)", "How many bytes the class itself takes."),
    {},
};
constexpr GetSet getset[] = {
    property_row<type_get_name, set_name>("__name__"),
    property_row<type_get_qualname, set_qualname>("__qualname__"),
    property_row<type_get_module, set_module>("__module__"),
    property_row<get_bases, set_bases>("__bases__"),
    getter<get_base>("__base__"),
    getter<get_mro>("__mro__"),
    property_row<get_abstract_methods, set_abstract_methods>("__abstractmethods__"),
    getter<get_type_dict>("__dict__"),
    property_row<get_doc, set_doc>("__doc__"),
    getter<get_text_signature>("__text_signature__"),
    property_row<get_annotations, set_annotations>("__annotations__"),
    {},
};

}  // namespace

extern const TypeSpec type_spec;
const TypeSpec type_spec = {
    .name = "type",
    .doc =
        "With one argument, the type of that object; with three, a new type.\n\nFurther keywords go to "
        "__init_subclass__() and the metaclass.",
    .basicsize = sizeof(HeapType),
    .itemsize = sizeof(MemberDef),
    .flags = kTypeHasGc | kTypeBaseType | kTypeType,
    .traverse = type_traverse,
    .clear = type_clear,
    .weaklistoffset = offsetof(Type, weaklist),
    .dictoffset = offsetof(Type, dict),
    .methods = methods,
    .getset = getset,
    .members = members,
    .is_gc = type_is_gc,
    .dealloc = slot<type_dealloc>,
    .repr = typed_slot<type_repr>,
    .call = slot<type_call>,
    .getattro = slot<type_getattro>,
    .setattro = slot<type_setattro>,
    .init = slot<type_init>,
    .tp_new = slot<type_new_slot>,
    .nb_or = slot<type_or>,
};

}  // namespace baton
