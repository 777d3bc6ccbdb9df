// tuple, list, dict, set, capsules, weak references, bound methods.
#include "capi/shared.h"
#include "runtime/types/capsule.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/import.h"

namespace baton::api {

namespace {
// The object as T, or SystemError "bad argument to internal function".
template <class T>
T* cast_or_raise(Attached ts, Object* o, bool ok, const char* function) {
    if (o && ok) return static_cast<T*>(o);
    (void)raise_bad_internal_call(ts, function);
    return nullptr;
}
#define AS(T, o, test) cast_or_raise<T>(ts, o, (o) && test(*(o)), __func__)
bool is_any_set(const Object& o) {
    return is_instance_exact(o, PySet_Type) || is_instance_exact(o, PyFrozenSet_Type);
}
}  // namespace

Object* PyTuple_New(Attached ts, Index size) {
    return give(tuple_alloc(ts, size));
}
Index PyTuple_Size(Attached ts, Object* o) {
    auto* t = AS(Tuple, o, is_tuple);
    return t ? t->size : -1;
}
Object* PyTuple_GetItem(Attached ts, Object* o, Index i) {
    auto* t = AS(Tuple, o, is_tuple);
    if (!t) return nullptr;
    if (i >= 0 && i < t->size) return t->item[i];
    (void)raise(ts, Exc::IndexError, "tuple index out of range");
    return nullptr;
}
int PyTuple_SetItem(Attached ts, Object* o, Index i, Object* value) {
    auto v = OptRef<Object>::steal(value);
    auto* t = cast_or_raise<Tuple>(ts, o, o && is_tuple(*o) && o->refcnt == 1, "PyTuple_SetItem");
    if (!t) return -1;
    if (i < 0 || i >= t->size) {
        (void)raise(ts, Exc::IndexError, "tuple assignment index out of range");
        return -1;
    }
    replace_field(ts, t->item[i], v.release());
    // The collector must know a tuple that C code fills one by one.
    if (value && has_flag(*value->type, kTypeHasGc) && !gc_is_tracked(t)) gc_track(ts, t);
    return 0;
}
Object* PyTuple_GetSlice(Attached ts, Object* o, Index from, Index to) {
    auto* t = AS(Tuple, o, is_tuple);
    return t ? give(tuple_slice(ts, *t, from, to)) : nullptr;
}

Object* PyList_New(Attached ts, Index size) {
    if (size < 0) {
        (void)raise_bad_internal_call(ts, "PyList_New");
        return nullptr;
    }
    return give(list_new(ts, size));
}
Index PyList_Size(Attached ts, Object* o) {
    auto* l = AS(List, o, is_list);
    return l ? l->size : -1;
}
Object* PyList_GetItem(Attached ts, Object* o, Index i) {
    auto* l = AS(List, o, is_list);
    if (!l) return nullptr;
    if (i >= 0 && i < l->size) return l->item[i];
    (void)raise(ts, Exc::IndexError, "list index out of range");
    return nullptr;
}
int PyList_SetItem(Attached ts, Object* o, Index i, Object* value) {
    auto v = OptRef<Object>::steal(value);
    auto* l = AS(List, o, is_list);
    if (!l) return -1;
    if (i < 0 || i >= l->size) {
        (void)raise(ts, Exc::IndexError, "list assignment index out of range");
        return -1;
    }
    list_store(ts, *l, i, v.release());
    return 0;
}
int PyList_Append(Attached ts, Object* o, Object* value) {
    auto* l = AS(List, o, is_list);
    if (!l || !value) return -1;
    return status(list_append(ts, *l, *value));
}
int PyList_Insert(Attached ts, Object* o, Index i, Object* value) {
    auto* l = AS(List, o, is_list);
    return l ? status(list_insert(ts, *l, i, *value)) : -1;
}
Object* PyList_GetSlice(Attached ts, Object* o, Index from, Index to) {
    auto* l = AS(List, o, is_list);
    return l ? give(list_slice(ts, *l, from, to)) : nullptr;
}
int PyList_SetSlice(Attached ts, Object* o, Index from, Index to, Object* items) {
    auto* l = AS(List, o, is_list);
    return l ? status(list_set_slice(ts, *l, from, to, items)) : -1;
}
int PyList_Sort(Attached ts, Object* o) {
    auto* l = AS(List, o, is_list);
    return l ? status(list_sort(ts, *l, nullptr, false)) : -1;
}
int PyList_Reverse(Attached ts, Object* o) {
    auto* l = AS(List, o, is_list);
    return l ? status(list_reverse(ts, *l)) : -1;
}
Object* PyList_AsTuple(Attached ts, Object* o) {
    auto* l = AS(List, o, is_list);
    return l ? give(list_to_tuple(ts, *l)) : nullptr;
}

Object* PyDict_New(Attached ts) {
    return give(dict_new(ts));
}
Object* PyDict_GetItemWithError(Attached ts, Object* o, Object* key) {
    auto* d = AS(Dict, o, is_dict);
    auto r = d ? dict_find(ts, *d, *key) : Result<Found>(already_raised());
    return r.ok() ? r.take().value : nullptr;
}
Object* PyDict_GetItem(Attached ts, Object* o, Object* key) {
    if (!o || !is_dict(*o)) return nullptr;
    auto kept = fetch(ts);
    auto r = dict_find(ts, static_cast<Dict&>(*o), *key);
    Object* found = r.ok() ? r.take().value : nullptr;
    clear_pending(ts);
    if (kept) restore(ts, std::move(kept).take());
    return found;
}
Object* PyDict_GetItemString(Attached ts, Object* o, const char* key) {
    auto kept = fetch(ts);
    auto k = str_new_utf8(ts, key);
    Object* found = k.ok() ? PyDict_GetItem(ts, o, k.get()) : nullptr;
    clear_pending(ts);
    if (kept) restore(ts, std::move(kept).take());
    return found;
}
int PyDict_SetItem(Attached ts, Object* o, Object* key, Object* value) {
    auto* d = AS(Dict, o, is_dict);
    return d ? status(dict_set(ts, *d, *key, *value)) : -1;
}
int PyDict_SetItemString(Attached ts, Object* o, const char* key, Object* value) {
    if (value && !ready_if_type(ts, *value)) return -1;
    auto k = name_of(ts, key);
    return k ? PyDict_SetItem(ts, o, k.get(), value) : -1;
}
int PyDict_DelItem(Attached ts, Object* o, Object* key) {
    auto* d = AS(Dict, o, is_dict);
    if (!d) return -1;
    int found = truth_of(dict_del(ts, *d, *key));
    if (found == 0) (void)raise_with(ts, Exc::KeyError, Ref<Object>::share(*key));
    return found == 1 ? 0 : -1;
}
int PyDict_DelItemString(Attached ts, Object* o, const char* key) {
    auto k = name_of(ts, key);
    return k ? PyDict_DelItem(ts, o, k.get()) : -1;
}
int PyDict_Contains(Attached ts, Object* o, Object* key) {
    auto* d = AS(Dict, o, is_dict);
    auto r = d ? dict_find(ts, *d, *key) : Result<Found>(already_raised());
    return r.ok() ? r.take().value != nullptr : -1;
}
Index PyDict_Size(Attached ts, Object* o) {
    auto* d = AS(Dict, o, is_dict);
    return d ? d->used : -1;
}
void PyDict_Clear(Attached ts, Object* o) {
    if (o && is_dict(*o)) dict_clear(ts, static_cast<Dict&>(*o));
}
Object* PyDict_Copy(Attached ts, Object* o) {
    auto* d = AS(Dict, o, is_dict);
    return d ? give(dict_copy(ts, *d)) : nullptr;
}
Object* PyDict_Keys(Attached ts, Object* o) {
    auto* d = AS(Dict, o, is_dict);
    return d ? give(dict_keys_list(ts, *d)) : nullptr;
}
Object* PyDict_Values(Attached ts, Object* o) {
    auto* d = AS(Dict, o, is_dict);
    return d ? give(dict_values_list(ts, *d)) : nullptr;
}
Object* PyDict_Items(Attached ts, Object* o) {
    auto* d = AS(Dict, o, is_dict);
    return d ? give(dict_items_list(ts, *d)) : nullptr;
}
int PyDict_Next(Attached, Object* o, Index* pos, Object** key, Object** value) {
    return o && is_dict(*o) && dict_next(static_cast<Dict&>(*o), pos, key, value);
}
int PyDict_Merge(Attached ts, Object* o, Object* other, int override) {
    auto* d = AS(Dict, o, is_dict);
    return d ? status(dict_merge(ts, *d, *other, override)) : -1;
}
int PyDict_Update(Attached ts, Object* o, Object* other) {
    return PyDict_Merge(ts, o, other, 1);
}
Object* PyDict_SetDefault(Attached ts, Object* o, Object* key, Object* value) {
    auto* d = AS(Dict, o, is_dict);
    auto r = d ? dict_setdefault(ts, *d, *key, *value) : Result<Ref<Object>>(already_raised());
    return r.get();  // borrowed: the dict holds it
}

Object* PySet_New(Attached ts, Object* iterable) {
    return give(set_new(ts, iterable));
}
Object* PyFrozenSet_New(Attached ts, Object* iterable) {
    return give(frozenset_new(ts, iterable));
}
Index PySet_Size(Attached ts, Object* o) {
    auto* s = AS(Set, o, is_any_set);
    return s ? s->used : -1;
}
int PySet_Contains(Attached ts, Object* o, Object* key) {
    auto* s = AS(Set, o, is_any_set);
    return s ? truth_of(set_contains(ts, *s, *key)) : -1;
}
int PySet_Add(Attached ts, Object* o, Object* key) {
    auto* s = AS(Set, o, is_any_set);
    return s ? status(set_add(ts, *s, *key)) : -1;
}
int PySet_Discard(Attached ts, Object* o, Object* key) {
    auto* s = AS(Set, o, is_any_set);
    return s ? truth_of(set_discard(ts, *s, *key)) : -1;
}

Object* PyCapsule_New(Attached ts, void* pointer, const char* name, CCapsuleDestructor destructor) {
    return give(capsule_new(ts, pointer, name, destructor));
}
void* PyCapsule_GetPointer(Attached ts, Object* capsule, const char* name) {
    auto r = capsule_pointer(ts, capsule, name);
    return r.ok() ? r.take() : nullptr;
}
const char* PyCapsule_GetName(Attached ts, Object* capsule) {
    auto r = capsule_of(ts, capsule, "PyCapsule_GetName");
    return r.ok() ? r.take()->name : nullptr;
}
int PyCapsule_IsValid(Object* o, const char* name) {
    if (!o || o->type != &PyCapsule_Type) return 0;
    auto& c = static_cast<Capsule&>(*o);
    if (!c.pointer) return 0;
    if (!c.name || !name) return c.name == name;
    return strcmp(c.name, name) == 0;
}
int PyCapsule_SetPointer(Attached ts, Object* capsule, void* pointer) {
    return status(capsule_set_pointer(ts, capsule, pointer));
}
void* PyCapsule_GetContext(Attached ts, Object* capsule) {
    auto r = capsule_of(ts, capsule, "PyCapsule_GetContext");
    return r.ok() ? r.take()->context : nullptr;
}
int PyCapsule_SetContext(Attached ts, Object* capsule, void* context) {
    auto r = capsule_of(ts, capsule, "PyCapsule_SetContext");
    if (!r.ok()) return -1;
    r.take()->context = context;
    return 0;
}
void* PyCapsule_Import(Attached ts, const char* name, int) {
    auto find = [&]() -> Result<Ref<Object>> {
        std::string_view rest(name);
        size_t dot = rest.find('.');
        auto o = TRY(import_module(ts, rest.substr(0, dot)));
        while (dot != rest.npos) {
            rest.remove_prefix(dot + 1);
            dot = rest.find('.');
            o = TRY(get_attr(ts, *o, *TRY(str_intern_utf8(ts, rest.substr(0, dot)))));
        }
        return o;
    };
    auto o = find();
    if (!o.ok()) return nullptr;
    if (PyCapsule_IsValid(o.get(), name)) return static_cast<Capsule&>(*o).pointer;
    (void)raise(ts, Exc::AttributeError, "PyCapsule_Import \"{}\" is not valid", name);
    return nullptr;
}
Object* PyMethod_New(Attached ts, Object* function, Object* self) {
    return give(call(ts, PyMethod_Type, {function, self}));
}
Object* PyWeakref_NewRef(Attached ts, Object* o, Object* callback) {
    return give(weakref_new(ts, *o, callback && !is_none(*callback) ? callback : nullptr));
}
Object* PyWeakref_GetObject(Attached ts, Object* reference) {
    if (!reference || (!is_weakref(*reference) && !is_weakref_proxy(*reference))) {
        (void)raise_bad_internal_call(ts, "PyWeakref_GetObject");
        return nullptr;
    }
    return static_cast<WeakRef*>(reference)->object;
}

}  // namespace baton::api
