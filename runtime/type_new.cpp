// type(name, bases, namespace): the class statement.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/dealloc.h"
#include "runtime/exceptions.h"
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
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/vm_hooks.h"
#include "runtime/weakref.h"

namespace baton {

// ---- bases and layouts ----

namespace {

// Does t add C fields to base, beyond the words for __weakref__ and __dict__ that stand last?
bool adds_fields(const Type& t, const Type& base) {
    if (t.itemsize || base.itemsize) return t.basicsize != base.basicsize || t.itemsize != base.itemsize;
    Index size = t.basicsize;
    const bool heap = has_flag(t, kTypeHeap);
    constexpr Index kWord = sizeof(Object*);
    if (t.weaklistoffset && !base.weaklistoffset && t.weaklistoffset + kWord == size && heap) size -= kWord;
    if (t.dictoffset && !base.dictoffset && t.dictoffset + kWord == size && heap) size -= kWord;
    return size != base.basicsize;
}

}  // namespace

Type* solid_base(Type& t) {
    Type* base = t.base ? solid_base(*t.base) : &PyBaseObject_Type;
    return adds_fields(t, *base) ? &t : base;
}

Result<Type*> best_base(Attached ts, Tuple& bases) {
    Type *base = nullptr, *winner = nullptr;
    for (Index i = 0; i < bases.size; ++i) {
        if (!is_type(*bases.item[i])) return raise(ts, Exc::TypeError, "bases must be types");
        auto& b = static_cast<Type&>(*bases.item[i]);
        if (!b.dict) TRY(type_ready(ts, b));
        if (!has_flag(b, kTypeBaseType)) {
            return raise(ts, Exc::TypeError, "type '{}' is not an acceptable base type", type_name(b));
        }
        Type* candidate = solid_base(b);
        if (!winner) {
            winner = candidate;
            base = &b;
        } else if (is_subtype(*winner, *candidate)) {
            continue;
        } else if (is_subtype(*candidate, *winner)) {
            winner = candidate;
            base = &b;
        } else {
            return raise(ts, Exc::TypeError, "multiple bases have instance lay-out conflict");
        }
    }
    return base;
}

namespace {
// t's instances are laid out exactly as its base's.
bool adds_nothing(const Type& t) {
    const Type* b = t.base;
    return b && t.basicsize == b->basicsize && t.itemsize == b->itemsize && t.dictoffset == b->dictoffset &&
           t.weaklistoffset == b->weaklistoffset && has_flag(t, kTypeHasGc) == has_flag(*b, kTypeHasGc) &&
           (t.clear == b->clear || !has_flag(t, kTypeHasGc) || info(t).python_class);
}
bool same_slots_added(const Type& a, const Type& b) {
    Index size = a.base->basicsize;
    constexpr Index kWord = sizeof(Object*);
    if (a.dictoffset == size && b.dictoffset == size) size += kWord;
    if (a.weaklistoffset == size && b.weaklistoffset == size) size += kWord;
    if (!has_flag(a, kTypeHeap) || !has_flag(b, kTypeHeap)) return size == a.basicsize && size == b.basicsize;
    auto* sa = static_cast<Tuple*>(static_cast<const HeapType&>(a).ht_slots);
    auto* sb = static_cast<Tuple*>(static_cast<const HeapType&>(b).ht_slots);
    if (sa && sb) {
        if (sa->size != sb->size) return false;
        for (Index i = 0; i < sa->size; ++i) {
            if (!str_eq(static_cast<Str&>(*sa->item[i]), static_cast<Str&>(*sb->item[i]))) return false;
        }
        size += kWord * sa->size;
    }
    return size == a.basicsize && size == b.basicsize;
}
}  // namespace

bool same_layout(Type& a, Type& b) {
    Type *x = &a, *y = &b;
    while (adds_nothing(*x)) x = x->base;
    while (adds_nothing(*y)) y = y->base;
    if (x == y) return true;
    return x->base && x->base == y->base && same_slots_added(*x, *y);
}

Result<Type*> calculate_metaclass(Attached ts, Type& metatype, Tuple& bases) {
    Type* winner = &metatype;
    for (Index i = 0; i < bases.size; ++i) {
        Type* t = bases.item[i]->type;
        if (is_subtype(*winner, *t)) continue;
        if (is_subtype(*t, *winner)) {
            winner = t;
            continue;
        }
        return raise(
            ts, Exc::TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the "
            "metaclasses of all its bases");
    }
    return winner;
}

// ---- __dict__ and __weakref__ of instances ----

namespace {

// The __dict__ descriptor of the nearest base with a dict that is not a Python class; null: the dict is
// Python's own.
Object* inherited_dict_descr(Object& self) {
    Type* b = self.type;
    while (b && info(*b).python_class) b = b->base;
    if (!b || !b->dictoffset) return nullptr;
    Object* d = type_lookup(*b, id(Name::__dict__));
    return d && is_data_descriptor(*d) ? d : nullptr;
}

Result<Ref<Object>> get_instance_dict(Attached ts, Object& self) {
    if (Object* d = inherited_dict_descr(self)) return info(*d).descr_get(ts, *d, &self, self.type);
    OptRef<Object> d = TRY(get_dict(ts, self, true));
    if (d) return std::move(d).take();
    return raise(ts, Exc::AttributeError, "This object has no __dict__");
}
Result<Ref<Object>> get_instance_weakref(Attached ts, Object& self) {
    WeakRef** list = weakref_list(ts, self);
    if (!list) return raise(ts, Exc::AttributeError, "This object has no __weakref__");
    return Ref<Object>::share(*list ? static_cast<Object&>(**list) : none());
}
// Without a value: the attributes go, and an empty dict is made when it is asked for.
Result<void> set_instance_dict(Attached ts, Object& self, Object* value) {
    if (Object* d = inherited_dict_descr(self)) return info(*d).descr_set(ts, *d, self, value);
    if (value) return set_dict(ts, self, value);
    (void)TRY(materialize_dict(ts, self));
    replace_field<Object>(ts, *dict_slot(self), nullptr);
    return {};
}
constexpr GetSet kDictRow = {"__dict__", get_instance_dict, set_instance_dict,
                             "dictionary for instance variables (if defined)"};
constexpr GetSet kWeakrefRow = {"__weakref__", get_instance_weakref, nullptr,
                                "The first of the weak references to this object."};

// ---- __slots__ ----

struct Plan {
    Type* base;
    OptRef<Tuple> slots;  // mangled, sorted, without __dict__ and __weakref__; empty = no __slots__
    bool add_dict = false, add_weak = false;
    Index slot_count() const { return slots ? slots->size : 0; }
};

Result<Ref<Str>> mangle(Attached ts, Str& class_name, Str& name) {
    auto text = TRY(str_as_utf8(ts, name));
    if (text.size() < 3 || text.substr(0, 2) != "__" || text.substr(text.size() - 2) == "__")
        return Ref<Str>::share(name);
    auto cls = TRY(str_as_utf8(ts, class_name));
    size_t skip = cls.find_first_not_of('_');
    if (skip == cls.npos) return Ref<Str>::share(name);
    return str_intern(ts, TRY(str_format(ts, "_{}{}", cls.substr(skip), text)));
}

Result<void> plan_slots(Attached ts, Plan& p, Str& class_name, Tuple& bases, Dict& ns, Object& declared) {
    const bool may_dict = p.base->dictoffset == 0;
    const bool may_weak = p.base->weaklistoffset == 0 && p.base->itemsize == 0;
    Ref<Tuple> wanted = is_str(declared) ? TRY(tuple_of(ts, {&declared})) : TRY(to_tuple(ts, declared));
    if (wanted->size && p.base->itemsize) {
        return raise(ts, Exc::TypeError, "nonempty __slots__ not supported for subtype of '{}'",
                     type_name(*p.base));
    }
    auto names = TRY(list_new(ts));
    for (Index i = 0; i < wanted->size; ++i) {
        if (!is_str(*wanted->item[i])) {
            return raise(ts, Exc::TypeError, "__slots__ items must be strings, not '{}'",
                         type_name(*wanted->item[i]));
        }
        auto& name = static_cast<Str&>(*wanted->item[i]);
        if (!str_is_identifier(name)) return raise(ts, Exc::TypeError, "__slots__ must be identifiers");
        if (str_eq(name, id(Name::__dict__))) {
            if (!may_dict || p.add_dict) {
                return raise(ts, Exc::TypeError, "__dict__ slot disallowed: we already got one");
            }
            p.add_dict = true;
            continue;
        }
        if (str_eq(name, id(Name::__weakref__))) {
            if (!may_weak || p.add_weak) {
                return raise(ts, Exc::TypeError,
                             "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0");
            }
            p.add_weak = true;
            continue;
        }
        auto exact = TRY(str_intern(ts, TRY(str_exact(ts, name))));
        auto mangled = TRY(mangle(ts, class_name, *exact));
        TRY(list_append(ts, *names, *mangled));
        bool special = str_eq(*mangled, id(Name::__qualname__)) || str_eq(*mangled, id(Name::__classcell__));
        if (!special && TRY(dict_find(ts, ns, *mangled)).value) {
            auto shown = TRY(repr(ts, *mangled));
            return raise(ts, Exc::ValueError, "{} in __slots__ conflicts with class variable",
                         TRY(str_as_utf8(ts, *shown)));
        }
    }
    TRY(list_sort(ts, *names, nullptr, false));
    p.slots = TRY(list_to_tuple(ts, *names));
    // Another base may bring what __slots__ does not name.
    for (Index i = 0; i < bases.size; ++i) {
        auto& b = static_cast<Type&>(*bases.item[i]);
        if (&b == p.base) continue;
        if (may_dict && !p.add_dict && b.dictoffset) p.add_dict = true;
        if (may_weak && !p.add_weak && b.weaklistoffset) p.add_weak = true;
    }
    return {};
}

// ---- the type object ----

bool is_python_function(const Object& o) {
    const Type& t = *o.type;
    return has_flag(t, kTypeMethodDescriptor) && info(t).native && &t != &PyMethodDescr_Type &&
           &t != &PyWrapperDescr_Type;
}

MemberDef* heap_members(Type& t) {
    return reinterpret_cast<MemberDef*>(reinterpret_cast<char*>(&t) + t.type->basicsize);
}

Result<void> lay_out(Attached ts, HeapType& t, const Plan& p) {
    Type& base = *p.base;
    constexpr Index kWord = sizeof(Object*);
    Index offset = base.basicsize;
    MemberDef* m = heap_members(t);
    for (Index i = 0; i < p.slot_count(); ++i, ++m) {
        auto& name = static_cast<Str&>(*p.slots->item[i]);
        m->name = TRY(str_as_utf8(ts, name)).data();
        m->type = 16;  // T_OBJECT_EX
        m->offset = offset;
        m->flags = 0;
        m->doc = nullptr;
        offset += kWord;
    }
    if (p.add_dict) {
        t.dictoffset = base.itemsize ? -kWord : offset;
        offset += kWord;
    }
    if (p.add_weak) {
        t.weaklistoffset = offset;
        offset += kWord;
    }
    t.basicsize = offset;
    t.itemsize = base.itemsize;
    t.members = heap_members(t);
    TypeInfo& ti = info(t);
    // Inline attributes need a dict word that no C code looks at.
    const bool own_dict = p.add_dict || (base.dictoffset > 0 && info(base).inline_offset);
    if (own_dict && !base.itemsize) ti.inline_offset = static_cast<uint32_t>((offset + 7) & ~7);
    t.flags = (1ul << 18) | kTypeHeap | kTypeBaseType | 1;  // 1: Py_TPFLAGS_HAVE_FINALIZE
    // Each instance refers to its class, which may refer back.
    t.flags |= kTypeHasGc;
    t.traverse = &python_traverse;
    t.clear = &python_clear;
    t.free = &c_free_gc_object;
    t.alloc = &c_generic_alloc;
    return {};
}

Result<void> fill_dict(Attached ts, HeapType& t, const Plan& p) {
    Dict& d = *t.dict;
    for (MemberDef* m = t.members; m < t.members + p.slot_count(); ++m) {
        auto& name = static_cast<Str&>(*p.slots->item[m - t.members]);
        if (!dict_find_str(d, name)) TRY(dict_set_str(ts, d, name, *TRY(descr_new_member(ts, t, *m))));
    }
    if (p.add_dict && !dict_find_str(d, id(Name::__dict__))) {
        TRY(dict_set_str(ts, d, id(Name::__dict__), *TRY(descr_new_native_getset(ts, t, kDictRow))));
    }
    if (p.add_weak && !dict_find_str(d, id(Name::__weakref__))) {
        TRY(dict_set_str(ts, d, id(Name::__weakref__), *TRY(descr_new_native_getset(ts, t, kWeakrefRow))));
    }
    if (Object* doc = dict_find_str(d, id(Name::__doc__))) {
        if (is_str(*doc)) {
            auto text = TRY(str_as_utf8(ts, static_cast<Str&>(*doc)));
            // C code may have made it, so it is always a block of the object allocator.
            auto* copy = static_cast<char*>(allocate(ts, text.size() + 1));
            if (!copy) return raise_no_memory(ts);
            std::memcpy(copy, text.data(), text.size());
            copy[text.size()] = 0;
            t.doc = copy;
        }
    } else {
        TRY(dict_set_str(ts, d, id(Name::__doc__), none()));
    }
    // A class that compares without hashing is not hashable.
    if (dict_find_str(d, id(Name::__eq__)) && !dict_find_str(d, id(Name::__hash__))) {
        TRY(dict_set_str(ts, d, id(Name::__hash__), none()));
    }
    Object* f = dict_find_str(d, id(Name::__new__));
    if (f && is_python_function(*f))
        TRY(dict_set_str(ts, d, id(Name::__new__), *TRY(staticmethod_new(ts, *f))));
    for (Name n : {Name::__init_subclass__, Name::__class_getitem__}) {
        f = dict_find_str(d, id(n));
        if (f && is_python_function(*f)) TRY(dict_set_str(ts, d, id(n), *TRY(classmethod_new(ts, *f))));
    }
    return {};
}

Result<void> name_type(Attached ts, HeapType& t, Str& name) {
    t.ht_name = TRY(str_exact(ts, name)).release();
    t.name = TRY(str_as_utf8(ts, *t.ht_name)).data();
    if (std::strlen(t.name) != TRY(str_as_utf8(ts, *t.ht_name)).size()) {
        return raise(ts, Exc::ValueError, "type name must not contain null characters");
    }
    Object* qualname = dict_find_str(*t.dict, id(Name::__qualname__));
    if (!qualname) {
        incref(t.ht_name);
        t.ht_qualname = t.ht_name;
    } else {
        if (!is_str(*qualname)) {
            return raise(ts, Exc::TypeError, "type __qualname__ must be a str, not {}", type_name(*qualname));
        }
        incref(qualname);
        t.ht_qualname = static_cast<Str*>(qualname);
        TRY(dict_del(ts, *t.dict, id(Name::__qualname__)));
    }
    if (!dict_find_str(*t.dict, id(Name::__module__))) {
        const VmHooks* vm = interp(ts).vm_hooks;
        Dict* globals = vm && vm->current_globals ? vm->current_globals(ts) : nullptr;
        if (globals) {
            if (Object* module = dict_find_str(*globals, id(Name::__name__))) {
                TRY(dict_set_str(ts, *t.dict, id(Name::__module__), *module));
            }
        }
    }
    return {};
}

// The __class__ cell of the methods: filled with the new class.
Result<void> set_class_cell(Attached ts, Type& t) {
    Object* found = dict_find_str(*t.dict, id(Name::__classcell__));
    if (!found) return {};
    auto cell = Ref<Object>::share(*found);
    if (std::strcmp(cell->type->name, "cell") != 0 || !info(*cell).native) {
        auto shown = TRY(repr(ts, *cell->type));
        return raise(ts, Exc::TypeError, "__classcell__ must be a nonlocal cell, not {}",
                     TRY(str_as_utf8(ts, *shown)));
    }
    TRY(set_attr(ts, *cell, id(Name::cell_contents), t));
    TRY(dict_del(ts, *t.dict, id(Name::__classcell__)));
    return {};
}

Result<void> call_set_names(Attached ts, Type& t) {
    // A copy, because __set_name__ may change the class.
    auto names = TRY(dict_copy(ts, *t.dict));
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*names, &pos, &key, &value)) {
        OptRef<Object> f = TRY(lookup_special(ts, *value, id(Name::__set_name__)));
        if (!f) continue;
        auto r = call(ts, *f, {&t, key});
        if (r.ok()) continue;
        auto shown = [&]() -> Result<void> {
            auto cause = fetch(ts);
            auto key_text = TRY(repr(ts, *key));
            auto k = TRY(str_as_utf8(ts, *key_text));
            (void)raise(ts, Exc::RuntimeError, "Error calling __set_name__ on '{}' instance {} in '{}'",
                        type_name(*value), k, type_name(t));
            BaseException* e = pending(ts);
            set_cause(ts, *e, OptRef<Object>::share(cause.get()));
            set_context(ts, *e, std::move(cause));
            return {};
        };
        (void)shown();
        return already_raised();
    }
    return {};
}

Result<void> call_init_subclass(Attached ts, Type& t, Value* kwargs, Tuple* kwnames) {
    // super(t, t).__init_subclass__(**kwargs)
    Object* found = nullptr;
    Index own = 0;
    while (own < t.mro->size && t.mro->item[own] != static_cast<Object*>(&t)) ++own;
    if (own == t.mro->size) {
        return raise(ts, Exc::TypeError, "super(type, obj): obj must be an instance or subtype of type");
    }
    for (Index i = own + 1; i < t.mro->size && !found; ++i) {
        found = dict_find_str(*static_cast<Type*>(t.mro->item[i])->dict, id(Name::__init_subclass__));
    }
    if (!found) return {};
    auto f = Ref<Object>::share(*found);
    if (auto get = info(*f).descr_get) f = TRY(get(ts, *f, nullptr, &t));
    Value lent[1];
    Value* args = kwargs ? kwargs : lent + 1;
    Value r = call_value(ts, *f, args, 0, kwnames);
    if (!r) return already_raised();
    drop(ts, r);
    return {};
}

}  // namespace

Result<Ref<Object>> type_new(Attached ts, Type& metatype, Str& name, Tuple& given_bases, Dict& ns,
                             Value* kwargs, Tuple* kwnames) {
    Ref<Tuple> bases =
        given_bases.size ? Ref<Tuple>::share(given_bases) : TRY(tuple_of(ts, {&PyBaseObject_Type}));
    Plan p{TRY(best_base(ts, *bases)), {}};
    const bool may_dict = p.base->dictoffset == 0;
    const bool may_weak = p.base->weaklistoffset == 0 && p.base->itemsize == 0;
    if (Object* declared = TRY(dict_find(ts, ns, id(Name::__slots__))).value) {
        auto keep = Ref<Object>::share(*declared);
        TRY(plan_slots(ts, p, name, *bases, ns, *keep));
    } else {
        p.add_dict = may_dict;
        p.add_weak = may_weak;
    }
    auto made = TRY(allocate_instance(ts, metatype, p.slot_count()));
    auto& t = static_cast<HeapType&>(*made);
    t.info = new_type_info();
    if (!t.info) return raise_no_memory(ts);
    t.info->python_class = true;
    t.as_async = &t.as_async_;
    t.as_number = &t.as_number_;
    t.as_mapping = &t.as_mapping_;
    t.as_sequence = &t.as_sequence_;
    t.as_buffer = &t.as_buffer_;
    incref(p.base);
    t.base = p.base;
    t.bases = bases.copy().release();
    if (ns.type->iter == PyDict_Type.iter) {
        t.dict = TRY(dict_copy(ts, ns)).release();
    } else {  // an order of its own: that of its keys()
        auto names = TRY(dict_new(ts));
        TRY(dict_merge(ts, *names, ns, true));
        t.dict = names.release();
    }
    t.ht_slots = OptRef<Object>::share(p.slots.get()).release();
    TRY(name_type(ts, t, name));
    TRY(lay_out(ts, t, p));
    t.flags |= kTypeReadying;
    constexpr auto dealloc = slot<&python_dealloc>;
    set_slot(t, SlotId::dealloc, {reinterpret_cast<void*>(dealloc.internal), dealloc.c()});
    TRY(set_class_cell(ts, t));  // before anything of the class runs
    TRY(fill_dict(ts, t, p));
    TRY(finish_type(ts, t));
    TRY(call_set_names(ts, t));
    TRY(call_init_subclass(ts, t, kwargs, kwnames));
    return made;
}

}  // namespace baton
