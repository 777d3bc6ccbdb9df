// Instances: allocation, inline attributes, and the dealloc, traverse and clear of Python classes.
#include "runtime/instance.h"

#include <cstring>

#include "runtime/attr.h"
#include "runtime/dealloc.h"
#include "runtime/raise.h"
#include "runtime/slot_table.h"
#include "runtime/type_impl.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/weakref.h"
#include "threadstate/check.h"

namespace baton {

// ---- allocation ----

namespace {

constexpr size_t round8(size_t n) {
    return (n + 7) & ~size_t{7};
}
constexpr int kFirstCapacity = 5;  // with the header three 16-byte steps

int inline_capacity_now(const TypeInfo& ti) {
    return ti.shared_keys ? ti.shared_keys->capacity : kFirstCapacity;
}

}  // namespace

Result<Ref<Object>> allocate_instance(Attached ts, Type& cls, Index items) {
    const TypeInfo& ti = info(cls);
    size_t bytes =
        static_cast<size_t>(cls.basicsize) + static_cast<size_t>(items) * static_cast<size_t>(cls.itemsize);
    if (cls.itemsize)
        bytes = round8(bytes + static_cast<size_t>(cls.itemsize));  // C code may write a sentinel item
    int capacity = 0;
    if (ti.inline_offset) {
        capacity = inline_capacity_now(ti);
        bytes = ti.inline_offset + sizeof(InlineHeader) + static_cast<size_t>(capacity) * sizeof(Value);
    }
    Object* o;
    if (has_flag(cls, kTypeHasGc)) {
        o = gc_allocate(ts, cls, bytes);
        if (!o) return raise_no_memory(ts);
        std::memset(static_cast<void*>(o + 1), 0, bytes - sizeof(Object));
    } else {
        o = static_cast<Object*>(allocate(ts, bytes));
        if (!o) return raise_no_memory(ts);
        std::memset(static_cast<void*>(o + 1), 0, bytes - sizeof(Object));
        o->refcnt = 1;
        o->type = &cls;
        incref(&cls);
    }
    if (cls.itemsize) static_cast<VarObject*>(o)->size = items;
    if (capacity) inline_header(*o, ti.inline_offset).capacity = static_cast<uint16_t>(capacity);
    if (has_flag(cls, kTypeHasGc)) gc_track(ts, o);
    return Ref<Object>::steal(o);
}

Object* c_generic_alloc(Type* type, Index items) {
    return allocate_instance(current_attached(), *type, items).release();
}
void c_free_object(void* p) {
    free_block(current_attached(), p);
}
void c_free_gc_object(void* p) {
    auto* o = static_cast<Object*>(p);
    gc_untrack(o);
    gc_free(current_attached(), o, 0);
}

// ---- attributes of instances ----

Object** dict_slot(Object& o) {
    const Type& t = *o.type;
    Index offset = t.dictoffset;
    if (offset == 0) return nullptr;
    if (offset < 0) {
        Index n = static_cast<VarObject&>(o).size;
        if (n < 0) n = -n;
        size_t bytes =
            static_cast<size_t>(t.basicsize) + static_cast<size_t>(n) * static_cast<size_t>(t.itemsize);
        offset += static_cast<Index>(round8(bytes));
    }
    return reinterpret_cast<Object**>(reinterpret_cast<char*>(&o) + offset);
}

namespace {

// The slot number of an interned name in the class's keys, adding it; -1: no room for more keys, or no
// memory.
int shared_keys_add(Type& t, Str& name) {
    TypeInfo& ti = info(t);
    if (!ti.shared_keys) {
        ti.shared_keys = static_cast<SharedKeys*>(std::calloc(1, sizeof(SharedKeys)));
        if (!ti.shared_keys) return -1;
        ti.shared_keys->capacity = kFirstCapacity;
    }
    SharedKeys& k = *ti.shared_keys;
    int i = shared_keys_find(k, name);
    if (i >= 0) return i;
    if (k.count == kMaxInline) return -1;
    // From now on an instance may shadow what the class has under this name.
    if (type_lookup(t, name)) type_modified(t);
    size_t h = reinterpret_cast<uintptr_t>(&name) >> 4;
    while (k.index[h & 63]) ++h;
    incref(&name);
    k.name[k.count] = &name;
    k.index[h & 63] = static_cast<uint8_t>(++k.count);
    return k.count - 1;
}

Result<Ref<Str>> interned(Attached ts, Str& name) {
    if (str_is_interned(name)) return Ref<Str>::share(name);
    return str_intern(ts, TRY(str_exact(ts, name)));
}

}  // namespace

Result<Dict*> materialize_dict(Attached ts, Object& o) {
    Object** at = dict_slot(o);
    DCHECK(at);
    if (*at) return static_cast<Dict*>(*at);
    const TypeInfo& ti = info(o);
    auto d = TRY(dict_new(ts));
    if (ti.inline_offset) {
        InlineHeader& h = inline_header(o, ti.inline_offset);
        Value* slot = inline_slots(o, ti.inline_offset);
        for (int i = 0; i < h.filled; ++i) {
            if (!slot[i]) continue;
            TRY(box_in_place(ts, slot[i]));
            TRY(dict_set_str(ts, *d, *ti.shared_keys->name[i], *slot[i].object()));
        }
        int n = h.filled;
        h.filled = h.capacity = 0;
        *at = d.get();
        Dict* result = d.release();
        for (int i = 0; i < n; ++i)
            drop(ts, std::exchange(slot[i], Value()));  // the dict holds them too: nothing dies
        return result;
    }
    *at = d.get();
    return d.release();
}

Result<OptRef<Object>> instance_get(Attached ts, Object& o, Str& name) {
    const TypeInfo& ti = info(o);
    if (ti.inline_offset) {
        InlineHeader& h = inline_header(o, ti.inline_offset);
        if (h.filled) {
            Ref<Str> key = TRY(interned(ts, name));
            int i = shared_keys_find(*ti.shared_keys, *key);
            if (i < 0 || i >= h.filled) return OptRef<Object>();
            Value v = inline_slots(o, ti.inline_offset)[i];
            if (!v) return OptRef<Object>();
            return TRY(box(ts, v));
        }
    }
    Object** at = dict_slot(o);
    if (!at || !*at) return OptRef<Object>();
    auto d = Ref<Dict>::share(static_cast<Dict&>(**at));  // a key's __eq__ may replace it
    Found f = TRY(dict_find(ts, *d, name));
    return OptRef<Object>::share(f.value);
}

Result<bool> instance_set(Attached ts, Object& o, Str& name, Object* value) {
    const TypeInfo& ti = info(o);
    Object** at = dict_slot(o);
    if (!at) return false;
    if (ti.inline_offset && !*at) {
        InlineHeader& h = inline_header(o, ti.inline_offset);
        Ref<Str> key = TRY(interned(ts, name));
        Value* slot = inline_slots(o, ti.inline_offset);
        if (!value) {
            int i = h.filled ? shared_keys_find(*ti.shared_keys, *key) : -1;
            if (i < 0 || i >= h.filled || !slot[i]) return false;
            drop(ts, std::exchange(slot[i], Value()));
            return true;
        }
        int i = shared_keys_add(*o.type, *key);
        if (i >= 0 && i < h.capacity && (i >= h.filled || slot[i])) {
            if (i >= h.filled) h.filled = static_cast<uint16_t>(i + 1);
            Value old = std::exchange(slot[i], unbox_borrowed(value));
            if (old) drop(ts, old);
            return true;
        }
        if (i >= h.capacity && h.capacity == ti.shared_keys->capacity) {
            const int more = 2 * h.capacity + 1;
            ti.shared_keys->capacity = static_cast<uint16_t>(more > kMaxInline ? kMaxInline : more);
        }
        TRY(materialize_dict(ts, o));
    }
    if (!*at) {
        if (!value) return false;
        *at = TRY(dict_new(ts)).release();
    }
    auto d = Ref<Dict>::share(static_cast<Dict&>(**at));
    if (!value) return dict_del(ts, *d, name);
    Ref<Str> key = TRY(interned(ts, name));
    TRY(dict_set_str(ts, *d, *key, *value));
    return true;
}

Result<OptRef<Object>> get_dict(Attached ts, Object& o, bool create) {
    if (is_type(o)) return OptRef<Object>::share(static_cast<Type&>(o).dict);
    Object** at = dict_slot(o);
    if (!at) return OptRef<Object>();
    if (!*at && !create && !(info(o).inline_offset && inline_header(o, info(o).inline_offset).filled)) {
        return OptRef<Object>();
    }
    return Ref<Object>::share(*TRY(materialize_dict(ts, o)));
}

Result<void> set_dict(Attached ts, Object& o, Object* dict) {
    Object** at = dict_slot(o);
    if (!at) return raise(ts, Exc::AttributeError, "This object has no __dict__");
    if (!dict) return raise(ts, Exc::TypeError, "cannot delete __dict__");
    if (!is_dict(*dict)) {
        return raise(ts, Exc::TypeError, "__dict__ must be set to a dictionary, not a '{}'",
                     type_name(*dict));
    }
    TRY(materialize_dict(ts, o));
    incref(dict);
    replace_field(ts, *at, dict);
    return {};
}

// ---- life and death ----

namespace {

bool is_python(const Type& t) {
    return info(t).python_class;
}

// The nearest base that is not a Python class: what allocates, traverses and frees the rest.
Type& native_base(Type& t) {
    Type* b = &t;
    while (is_python(*b)) b = b->base;
    return *b;
}

// A type written in C that is derived from a Python class inherits its functions.
Type* nearest_python(Type& t) {
    Type* b = &t;
    while (!is_python(*b)) b = b->base;
    return b;
}

// __slots__ variables stand at the offsets of the class's own members.
template <class F>
void each_slot_variable(Type& t, Object& self, F&& f) {
    auto* members = reinterpret_cast<MemberDef*>(reinterpret_cast<char*>(&t) + t.type->basicsize);
    for (Index i = 0; i < t.size; ++i)
        f(*reinterpret_cast<Object**>(reinterpret_cast<char*>(&self) + members[i].offset));
}

void clear_inline(Attached ts, Object& self) {
    uint32_t offset = info(self).inline_offset;
    if (!offset) return;
    InlineHeader& h = inline_header(self, offset);
    Value* slot = inline_slots(self, offset);
    for (int i = 0; i < h.filled; ++i) drop(ts, std::exchange(slot[i], Value()));
}

}  // namespace

bool call_finalizer(Attached ts, Object& o) {
    auto finalize = info(o).finalize;
    if (!finalize) return true;
    const bool gc = object_is_gc(&o);
    if (gc && (gc_head(&o)->prev & kGcFinalized)) return true;
    o.refcnt = 1;
    if (gc) gc_head(&o)->prev |= kGcFinalized;
    finalize(ts, o);
    return --o.refcnt == 0;
}

int python_traverse(Object* self, VisitProc visit, void* arg) {
    Type* t = nearest_python(*self->type);
    Type& base = native_base(*t);
    int r = 0;
    for (Type* b = t; b != &base && !r; b = b->base) {
        each_slot_variable(*b, *self, [&](Object*& field) {
            if (field && !r) r = visit(field, arg);
        });
    }
    if (r) return r;
    if (t->dictoffset && t->dictoffset != base.dictoffset) {
        if (Object** at = dict_slot(*self); at && *at) {
            if ((r = visit(*at, arg))) return r;
        }
    }
    if (uint32_t offset = info(*t).inline_offset) {
        InlineHeader& h = inline_header(*self, offset);
        Value* slot = inline_slots(*self, offset);
        for (int i = 0; i < h.filled; ++i) {
            if (slot[i] && slot[i].is_object()) {
                if ((r = visit(slot[i].object(), arg))) return r;
            }
        }
    }
    // A heap type written in C visits the type itself.
    if (!(base.traverse && has_flag(base, kTypeHeap))) {
        if ((r = visit(t, arg))) return r;
    }
    return base.traverse ? base.traverse(self, visit, arg) : 0;
}

int python_clear(Object* self) {
    Attached ts = current_attached();
    Type* t = nearest_python(*self->type);
    Type& base = native_base(*t);
    for (Type* b = t; b != &base; b = b->base) {
        each_slot_variable(*b, *self, [&](Object*& field) { replace_field<Object>(ts, field, nullptr); });
    }
    clear_inline(ts, *self);
    if (t->dictoffset && t->dictoffset != base.dictoffset) {
        if (Object** at = dict_slot(*self); at && *at) replace_field<Object>(ts, *at, nullptr);
    }
    return base.clear ? base.clear(self) : 0;
}

void python_dealloc(Attached ts, Object& self) {
    Type* t = self.type;
    Type& base = native_base(*t);
    const bool gc = has_flag(*t, kTypeHasGc);
    if (gc) gc_untrack(&self);
    if (info(*t).finalize) {
        if (gc) gc_track(ts, &self);
        if (!call_finalizer(ts, self)) return;
        if (gc) gc_untrack(&self);
    }
    if (t->weaklistoffset && !base.weaklistoffset) {
        weakref_clear_all(ts, self);
    }
    if (t->del) {
        if (gc) gc_track(ts, &self);
        t->del(&self);
        if (self.refcnt > 0) return;
        if (gc) gc_untrack(&self);
    }
    for (Type* b = t; b != &base; b = b->base) {
        each_slot_variable(*b, self, [&](Object*& field) { replace_field<Object>(ts, field, nullptr); });
    }
    clear_inline(ts, self);
    if (t->dictoffset && !base.dictoffset) {
        if (Object** at = dict_slot(self); at && *at) replace_field<Object>(ts, *at, nullptr);
    }
    t = self.type;  // a finalizer may have assigned __class__
    if (info(base).native)
        info(base).dealloc(ts, self);
    else
        reinterpret_cast<void (*)(Object*)>(base.dealloc)(&self);
    // The dealloc of a heap type written in C has dropped the type's reference itself.
    if (!has_flag(base, kTypeHeap)) decref(ts, t);
}

}  // namespace baton
