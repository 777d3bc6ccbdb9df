// Readying types: from a TypeSpec or from C fields to bases, MRO, dict and slots.
#include <cstdlib>
#include <cstring>

#include "runtime/attr.h"
#include "runtime/gc.h"
#include "runtime/instance.h"
#include "runtime/native.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/type_impl.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/descr.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "threadstate/check.h"

namespace baton {

#define TYPE(symbol, accessor, layout, spec) extern const TypeSpec spec;
#include "runtime/types.def"
#undef TYPE

namespace {
constexpr unsigned long kTypeDefault =
    1ul << 18;  // Py_TPFLAGS_HAVE_VERSION_TAG, which Py_TPFLAGS_DEFAULT once had
constexpr unsigned long kSubclassBits = kTypeLong | kTypeList | kTypeTuple | kTypeBytes | kTypeUnicode |
                                        kTypeDict | kTypeBaseExc | kTypeType | kTypeMatchSelf;
}  // namespace

void make_immortal(Object& o) {
    if (is_immortal(o)) return;
    if (object_is_gc(&o)) gc_untrack(&o);
    o.refcnt = kImmortalRefcnt;
}

TypeInfo* new_type_info() {
    return static_cast<TypeInfo*>(std::calloc(1, sizeof(TypeInfo)));
}

bool is_dunder_name(const Str& s) {
    if (!str_is_ascii(s)) return false;
    auto v = str_ascii_view(s);
    return v.size() > 4 && v.substr(0, 2) == "__" && v.substr(v.size() - 2) == "__";
}

// ---- C slots ----

namespace {

Result<Ref<Object>> old_getattr(Attached ts, Object& self, Str& name) {
    auto text = TRY(str_as_c_string(ts, name));
    auto get = reinterpret_cast<Object* (*)(Object*, const char*)>(self.type->getattr);
    Object* r = get(&self, text);
    if (!r && !pending(ts)) return raise(ts, Exc::SystemError, "error return without exception set");
    return Result<Ref<Object>>::from_c(r);
}
Result<void> old_setattr(Attached ts, Object& self, Str& name, Object* value) {
    auto text = TRY(str_as_c_string(ts, name));
    auto set = reinterpret_cast<int (*)(Object*, const char*, Object*)>(self.type->setattr);
    if (set(&self, text, value) < 0) return already_raised();
    return {};
}

// The internal twin of a C function that stands in t's slot.
void* internal_for(Type& t, SlotId id, void* c) {
    if (python_slot(id).c == c) return python_slot(id).internal;
    if (id == SlotId::hash && c == unhashable_slot().c) return unhashable_slot().internal;
    if (id == SlotId::dealloc && t.base && c == t.base->dealloc) return internal_slot(*t.base, id);
    // A function of one of our own types, taken over by name (tp_getattro = PyObject_GenericGetAttr) or by
    // inheritance.
    for (const Type* b = t.base; b; b = b->base) {
        if (b->info && c_slot_value(*b, id) == c) return internal_slot(*b, id);
    }
    return slot_bridges[static_cast<int>(id)];
}

}  // namespace

void resync_c_slots(Type& t) {
    for (const SlotEntry& e : slot_entries) {
        void* c = c_slot_value(t, e.id);
        void*& internal = internal_slot(t, e.id);
        internal = c ? internal_for(t, e.id, c) : nullptr;
    }
    if (!t.getattro && t.getattr) internal_slot(t, SlotId::getattro) = reinterpret_cast<void*>(&old_getattr);
    if (!t.setattro && t.setattr) internal_slot(t, SlotId::setattro) = reinterpret_cast<void*>(&old_setattr);
}

// ---- what a type has from its bases ----

namespace {

void inherit_special(Type& t, Type& base) {
    if (!has_flag(t, kTypeHasGc) && has_flag(base, kTypeHasGc) && !t.traverse && !t.clear) {
        t.flags |= kTypeHasGc;
        t.traverse = base.traverse;
        t.clear = base.clear;
    }
    if (t.basicsize == 0) t.basicsize = base.basicsize;
    if (t.itemsize == 0) t.itemsize = base.itemsize;
    if (t.weaklistoffset == 0) t.weaklistoffset = base.weaklistoffset;
    if (t.dictoffset == 0) t.dictoffset = base.dictoffset;
    t.flags |= base.flags & kSubclassBits;
}

// base has the slot, and not merely from its own base.
bool defines(const Type& base, SlotId id) {
    SlotFunctions f = get_slot(base, id);
    return f && (!base.base || !(f == get_slot(*base.base, id)));
}

void inherit_slots(Type& t, Type& base) {
    const Type* up = base.base;
    // A class that can be changed may get a __call__ that the entry in its instances would pass by.
    if (!t.call && has_flag(base, kTypeHasVectorcall) && has_flag(t, kTypeImmutable))
        t.flags |= kTypeHasVectorcall;
    if (!t.vectorcall_offset) t.vectorcall_offset = base.vectorcall_offset;
    const bool compares = internal_slot(t, SlotId::richcompare) || internal_slot(t, SlotId::hash) ||
                          dict_find_str(*t.dict, id(Name::__eq__)) ||
                          dict_find_str(*t.dict, id(Name::__hash__));
    const bool gets = t.getattr || t.getattro, sets = t.setattr || t.setattro;
    for (const SlotEntry& e : slot_entries) {
        if (e.id == SlotId::tp_new || internal_slot(t, e.id)) continue;
        if ((e.id == SlotId::richcompare || e.id == SlotId::hash) && compares) continue;
        if ((e.id == SlotId::getattro && gets) || (e.id == SlotId::setattro && sets)) continue;
        if (defines(base, e.id)) set_slot(t, e.id, get_slot(base, e.id));
    }
    if (!info(t).native && has_flag(t, kTypeImmutable) && has_flag(base, kTypeMethodDescriptor) &&
        get_slot(t, SlotId::descr_get) == get_slot(base, SlotId::descr_get))
        t.flags |= kTypeMethodDescriptor;
    if (!gets && base.getattr && (!up || up->getattr != base.getattr)) t.getattr = base.getattr;
    if (!sets && base.setattr && (!up || up->setattr != base.setattr)) t.setattr = base.setattr;
    if (base.as_buffer && base.as_buffer->get) {
        if (!t.as_buffer)
            t.as_buffer = base.as_buffer;
        else if (!t.as_buffer->get)
            *t.as_buffer = *base.as_buffer;
    }
    if (base.as_async && base.as_async->am_send) {
        if (!t.as_async)
            t.as_async = base.as_async;
        else if (!t.as_async->am_send)
            t.as_async->am_send = base.as_async->am_send;
    }
    if (!t.alloc) t.alloc = base.alloc;
    if (!t.is_gc) t.is_gc = base.is_gc;
    if (!t.free) {
        if (has_flag(t, kTypeHasGc) == has_flag(base, kTypeHasGc))
            t.free = base.free;
        else if (has_flag(t, kTypeHasGc) && base.free == &c_free_object)
            t.free = &c_free_gc_object;
    }
}

// ---- the class dict ----

Result<Ref<Str>> dict_name(Attached ts, const Type& t, std::string_view text) {
    if (info(t).native) return Ref<Str>::steal(&str_static(ts, text));
    return str_intern_utf8(ts, text);
}

Result<void> add(Attached ts, Type& t, std::string_view name, Ref<Object> value, bool replace = false) {
    auto key = TRY(dict_name(ts, t, name));
    if (!replace && dict_find_str(*t.dict, *key)) return {};
    return dict_set_str(ts, *t.dict, *key, *value);
}

Result<void> add_operators(Attached ts, Type& t) {
    for (int i = 0; i < dunder_count; ++i) {
        const SlotId id = dunders[i].row;
        if (id == SlotId::tp_new) continue;
        SlotFunctions f = get_slot(t, id);
        if (!f) continue;
        auto& name = static_cast<Str&>(*dunder_rows[i].name_object);
        if (dict_find_str(*t.dict, name)) continue;
        if (f == unhashable_slot()) {
            TRY(dict_set_str(ts, *t.dict, name, none()));
            continue;
        }
        auto w = TRY(descr_new_wrapper(ts, t, dunder_rows[i], f));
        TRY(dict_set_str(ts, *t.dict, name, *w));
    }
    return {};
}

Result<void> add_c_methods(Attached ts, Type& t) {
    constexpr int kCoexist = 0x40, kStatic = 0x20, kClass = 0x10;
    for (MethodDef* m = t.methods; m && m->name; ++m) {
        OptRef<Object> d;
        if (m->flags & kStatic) {
            auto f = TRY(cfunction_new(ts, *m, &t, nullptr, nullptr));
            d = TRY(staticmethod_new(ts, *f));
        } else if (m->flags & kClass) {
            d = TRY(descr_new_class_method(ts, t, *m));
        } else {
            d = TRY(descr_new_method(ts, t, *m));
        }
        TRY(add(ts, t, m->name, std::move(d).take(), m->flags & kCoexist));
    }
    for (MemberDef* m = t.members; m && m->name; ++m) {
        TRY(add(ts, t, m->name, TRY(descr_new_member(ts, t, *m))));
    }
    for (GetSetDef* g = t.getset; g && g->name; ++g) {
        TRY(add(ts, t, g->name, TRY(descr_new_getset(ts, t, *g))));
    }
    return {};
}

Result<void> add_native_methods(Attached ts, Type& t, const TypeSpec& spec) {
    if (spec.methods) {
        NativeDef* defs = native_defs(spec.methods);
        if (!defs) return raise_no_memory(ts);
        for (NativeDef* d = defs; d->name; ++d) {
            OptRef<Object> o;
            switch (d->row->kind) {
                case MethodKind::instance:
                    o = TRY(descr_new_method(ts, t, *d));
                    break;
                case MethodKind::class_method:
                    o = TRY(descr_new_class_method(ts, t, *d));
                    break;
                case MethodKind::static_method: {
                    auto f = TRY(cfunction_new(ts, *d, &t, nullptr, nullptr));
                    make_immortal(*f);
                    o = TRY(staticmethod_new(ts, *f));
                    break;
                }
            }
            TRY(add(ts, t, d->name, std::move(o).take(), true));
        }
    }
    for (MemberDef* m = spec.members; m && m->name; ++m)
        TRY(add(ts, t, m->name, TRY(descr_new_member(ts, t, *m))));
    for (const GetSet* g = spec.getset; g && g->name; ++g) {
        TRY(add(ts, t, g->name, TRY(descr_new_native_getset(ts, t, *g)), true));
    }
    return {};
}

// What follows the signature in a doc text of the form "name(args)\n--\n\ntext".
const char* doc_body(const char* name, const char* doc) {
    const char* short_name = name;
    if (const char* dot = std::strrchr(name, '.')) short_name = dot + 1;
    size_t n = std::strlen(short_name);
    if (std::strncmp(doc, short_name, n) == 0 && doc[n] == '(') {
        if (const char* end = std::strstr(doc, ")\n--\n\n")) return end + 6;
    }
    return doc;
}

Result<void> add_doc(Attached ts, Type& t) {
    if (dict_find_str(*t.dict, id(Name::__doc__))) return {};
    if (!t.doc) return dict_set_str(ts, *t.dict, id(Name::__doc__), none());
    auto text = TRY(str_new_utf8(ts, doc_body(t.name, t.doc)));
    return dict_set_str(ts, *t.dict, id(Name::__doc__), *text);
}

Result<void> add_new(Attached ts, Type& t) {
    if (internal_slot(t, SlotId::tp_new)) {
        if (dict_find_str(*t.dict, id(Name::__new__))) return {};
        return dict_set_str(ts, *t.dict, id(Name::__new__), *TRY(own_new_function(ts, t)));
    }
    if (has_flag(t, kTypeDisallowInstantiation)) return {};
    if (t.base == &PyBaseObject_Type && !has_flag(t, kTypeHeap)) {
        t.flags |= kTypeDisallowInstantiation;
        return {};
    }
    if (t.base) set_slot(t, SlotId::tp_new, get_slot(*t.base, SlotId::tp_new));
    return {};
}

// The MRO is the class and then its only base's: what is not in its own dict, it has from there.
bool follows_base(const Type& t) {
    return t.bases->size == 1 && t.base->mro && t.mro->size == t.base->mro->size + 1 &&
           t.mro->item[1] == t.base->mro->item[0] && t.type == t.base->type;
}
void take_slots_of_base(Attached ts, Type& t) {
    for (const SlotEntry& e : slot_entries) {
        if (e.id != SlotId::dealloc) set_slot(t, e.id, get_slot(*t.base, e.id));
    }
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*t.dict, &pos, &key, &value)) {
        if (is_exact(*key, PyUnicode_Type) && is_dunder_name(static_cast<Str&>(*key))) {
            update_slots(ts, t, static_cast<Str*>(key));
        }
    }
}

}  // namespace

Result<void> finish_type(Attached ts, Type& t) {
    TypeInfo& ti = info(t);
    if (!t.bases) {
        if (t.base)
            t.bases = TRY(tuple_of(ts, {t.base})).release();
        else
            t.bases = empty_tuple().release();
    }
    if (!t.dict) t.dict = TRY(dict_new(ts)).release();
    if (!ti.python_class) {
        TRY(add_operators(ts, t));
        if (ti.native)
            TRY(add_native_methods(ts, t, *ti.spec));
        else
            TRY(add_c_methods(ts, t));
        TRY(add_doc(ts, t));
    }
    TRY(assign_mro(ts, t));
    if (!ti.python_class) TRY(add_new(ts, t));
    if (t.base) inherit_special(t, *t.base);
    for (Index i = 1; i < t.mro->size; ++i) {
        auto& base = static_cast<Type&>(*t.mro->item[i]);
        inherit_slots(t, base);
        // What patterns take it for: as the first of the mro that says anything.
        if (!(t.flags & (kTypeSequence | kTypeMapping)))
            t.flags |= base.flags & (kTypeSequence | kTypeMapping);
    }
    if (ti.python_class) {
        if (follows_base(t))
            take_slots_of_base(ts, t);
        else
            update_slots(ts, t, nullptr);
    } else if (!internal_slot(t, SlotId::hash)) {
        set_slot(t, SlotId::hash, unhashable_slot());
        if (!dict_find_str(*t.dict, id(Name::__hash__)))
            TRY(dict_set_str(ts, *t.dict, id(Name::__hash__), none()));
    }
    for (Index i = 0; i < t.bases->size; ++i) {
        if (!add_subclass(ts, static_cast<Type&>(*t.bases->item[i]), t)) return raise_no_memory(ts);
    }
    t.flags = (t.flags & ~kTypeReadying) | kTypeReady;
    return {};
}

Result<void> type_ready(Attached ts, Type& t) {
    if (has_flag(t, kTypeReady)) return {};
    if (!t.name) return raise(ts, Exc::SystemError, "Type does not define the tp_name field.");
    if (!t.base) t.base = &PyBaseObject_Type;
    TRY(type_ready(ts, *t.base));
    if (!t.type) t.type = t.base->type;
    if (!t.info) t.info = new_type_info();
    if (!t.info) return raise_no_memory(ts);
    t.flags |= kTypeReadying | kTypeDefault;
    if (!has_flag(t, kTypeHeap)) {
        // Instances of static types do not count them, so nobody may free them.
        t.refcnt = kImmortalRefcnt;
        t.flags |= kTypeImmutable;
    }
    if (has_flag(t, kTypeManagedDict) && t.dictoffset <= 0 && t.base->dictoffset == 0 && !t.itemsize &&
        !t.base->itemsize) {
        // "The interpreter keeps the dict": a word behind what the C struct has.
        if (t.basicsize == 0) t.basicsize = t.base->basicsize;
        t.dictoffset = (t.basicsize + 7) & ~Index{7};
        t.basicsize = t.dictoffset + static_cast<Index>(sizeof(Object*));
    }
    resync_c_slots(t);
    auto r = finish_type(ts, t);
    if (!r.ok()) t.flags &= ~kTypeReadying;
    return r;
}

// ---- types with a TypeSpec ----

namespace {

uint32_t native_count =
    0;  // static types so far; grows only while the process starts up, in its first interpreter

// Everything of a static type that needs no object: from here on instances can be made and dropped.
void prepare_native(Type& t, const TypeSpec& spec) {
    t.refcnt = kImmortalRefcnt;
    t.type = &PyType_Type;
    t.name = spec.name;
    t.doc = spec.doc;
    t.basicsize = spec.basicsize;
    t.itemsize = spec.itemsize;
    t.flags = spec.flags | kTypeImmutable | kTypeDefault | kTypeReadying;
    t.base = spec.base ? spec.base : &t == &PyBaseObject_Type ? nullptr : &PyBaseObject_Type;
    t.traverse = spec.traverse;
    t.clear = spec.clear;
    t.weaklistoffset = spec.weaklistoffset;
    t.dictoffset = spec.dictoffset;
    t.members = spec.members;
    t.as_buffer = spec.buffer;
    t.vectorcall_offset = spec.vectorcall_offset;
    if (spec.vectorcall_offset) t.flags |= kTypeHasVectorcall;
    t.is_gc = spec.is_gc;
    t.info = new_type_info();
    CHECK(t.info);
    t.info->native = true;
    t.info->spec = &spec;
    t.info->number = ++native_count;
    t.version_tag = native_count;
    t.flags |= kTypeValidVersion;
    CHECK(native_count < kFirstHeapVersion);
    for (const SlotEntry& e : slot_entries) {
        if (SlotFunctions f = spec_slot(spec, e.id)) set_slot(t, e.id, f);
    }
    t.alloc = &c_generic_alloc;
    if (t.flags & kTypeHasGc)
        t.free = &c_free_gc_object;
    else if (!t.base || !has_flag(*t.base, kTypeHasGc))
        t.free = &c_free_object;
}

void finish_native(Attached ts, Type& t) {
    // Nothing can be wrong with a spec but its text, and start-up memory: both are internal faults.
    CHECK(finish_type(ts, t).ok());
    make_immortal(*t.dict);
    make_immortal(*t.bases);
    make_immortal(*t.mro);
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*t.dict, &pos, &key, &value)) make_immortal(*value);
    method_cache_complete(t);
}

}  // namespace

void static_type_extended(Type& t) {
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*t.dict, &pos, &key, &value)) {
        DCHECK(str_is_interned(static_cast<Str&>(*key)));
        make_immortal(*key);
        make_immortal(*value);
        if (!is_tuple(*value)) continue;
        auto& items = static_cast<Tuple&>(*value);
        for (Index i = 0; i < items.size; ++i) make_immortal(*items.item[i]);
    }
    method_cache_clear(info(t));
    method_cache_complete(t);
}

void ready_static_type(Attached ts, Type& type, const TypeSpec& spec) {
    if (has_flag(type, kTypeReady)) return;
    prepare_native(type, spec);
    finish_native(ts, type);
}

void runtime_init_types(Attached ts) {
    if (has_flag(PyBaseObject_Type, kTypeReady)) return;
#define TYPE(symbol, accessor, layout, spec) prepare_native(symbol, spec);
#include "runtime/types.def"
#undef TYPE
#define TYPE(symbol, accessor, layout, spec) finish_native(ts, symbol);
#include "runtime/types.def"
#undef TYPE
}

}  // namespace baton
