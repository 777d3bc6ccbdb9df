// Private object functions that compiled programs import: attributes by identifier, calls, dictionaries with
// a hash that is known, the trashcan.
#include "capi/shared.h"
#include "runtime/dealloc.h"
#include "runtime/instance.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/namespace.h"
#include "runtime/types/set.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"

namespace baton::api {

namespace {
Str& name_of_id(Attached ts, CIdentifier* identifier) {
    return str_static(ts, identifier->string);
}
}  // namespace

// ---- attributes ----
Object* _PyObject_GetAttrId(Attached ts, Object* o, CIdentifier* name) {
    return give(get_attr(ts, *o, name_of_id(ts, name)));
}
int _PyObject_SetAttrId(Attached ts, Object* o, CIdentifier* name, Object* value) {
    return PyObject_SetAttr(ts, o, &name_of_id(ts, name), value);
}
// 1 found, 0 absent, -1 raised.
int _PyObject_LookupAttr(Attached ts, Object* o, Object* name, Object** out) {
    *out = nullptr;
    if (!is_str(*name)) {
        (void)raise(ts, Exc::TypeError, "attribute name must be string, not '{}'", type_name(*name));
        return -1;
    }
    auto found = get_attr_opt(ts, *o, static_cast<Str&>(*name));
    if (!found.ok()) return -1;
    *out = found.take().release();
    return *out != nullptr;
}
int _PyObject_LookupAttrId(Attached ts, Object* o, CIdentifier* name, Object** out) {
    return _PyObject_LookupAttr(ts, o, &name_of_id(ts, name), out);
}
Object* _PyObject_LookupSpecial(Attached ts, Object* o, Object* name) {
    auto found = lookup_special(ts, *o, static_cast<Str&>(*name));
    return found.ok() ? found.take().release() : nullptr;
}
Object* _PyObject_LookupSpecialId(Attached ts, Object* o, CIdentifier* name) {
    return _PyObject_LookupSpecial(ts, o, &name_of_id(ts, name));
}
int _PyObject_GetMethod(Attached ts, Object* o, Object* name, Object** method) {
    OptRef<Object> found;
    auto unbound = get_method(ts, *o, static_cast<Str&>(*name), &found);
    *method = unbound.ok() ? found.release() : nullptr;
    return unbound.ok() && unbound.take();
}
Object* _PyObject_GenericGetAttrWithDict(Attached ts, Object* o, Object* name, Object* dict, int suppress) {
    auto& n = static_cast<Str&>(*name);
    if (!dict) {
        if (!suppress) return give(generic_get_attr(ts, *o, n));
        auto found = generic_get_attr_opt(ts, *o, n);
        return found.ok() ? found.take().release() : nullptr;
    }
    // With a dict that the caller names: data descriptors of the class, the dict, what else the class has.
    auto find = [&]() -> Result<OptRef<Object>> {
        OptRef<Object> of_class = OptRef<Object>::share(type_lookup(*o->type, n));
        DescrGetFn get = of_class ? info(*of_class).descr_get : nullptr;
        if (get && info(*of_class).descr_set) return TRY(get(ts, *of_class, o, o->type));
        if (Object* value = TRY(dict_find(ts, static_cast<Dict&>(*dict), n)).value)
            return Ref<Object>::share(*value);
        if (get) return TRY(get(ts, *of_class, o, o->type));
        if (of_class) return of_class;
        if (suppress) return OptRef<Object>();
        return raise_attribute_error(ts, *o, n);
    };
    auto found = find();
    return found.ok() ? found.take().release() : nullptr;
}
int _PyObject_GenericSetAttrWithDict(Attached ts, Object* o, Object* name, Object* value, Object* dict) {
    auto& n = static_cast<Str&>(*name);
    if (!dict) return status(generic_set_attr(ts, *o, n, value));
    auto set = [&]() -> Result<void> {
        OptRef<Object> of_class = OptRef<Object>::share(type_lookup(*o->type, n));
        if (of_class && info(*of_class).descr_set) return info(*of_class).descr_set(ts, *of_class, *o, value);
        auto& d = static_cast<Dict&>(*dict);
        if (value) return dict_set(ts, d, n, *value);
        if (!TRY(dict_del(ts, d, n))) return raise_attribute_error(ts, *o, n);
        return {};
    };
    return status(set());
}
Object** _PyObject_GetDictPtr(Attached ts, Object* o) {
    // Attributes that stand in the instance itself move to a dict: the caller is free to write there.
    if (info(*o).inline_offset && !materialize_dict(ts, *o).ok()) {
        clear_pending(ts);
        return nullptr;
    }
    return dict_slot(*o);
}

// ---- memory ----
VarObject* _PyObject_GC_NewVar(Attached ts, Type* type, Index items) {
    if (!ready_type(ts, *type)) return nullptr;
    auto made = allocate_instance(ts, *type, items);
    if (!made.ok()) return nullptr;
    gc_untrack(made.get());
    auto* o = static_cast<VarObject*>(made.release());
    o->size = items;
    return o;
}
VarObject* _PyObject_GC_Resize(Attached ts, VarObject* o, Index items) {
    const auto size = static_cast<size_t>(o->type->basicsize + items * o->type->itemsize);
    auto* head = static_cast<GcHead*>(PyObject_Realloc(ts, gc_head(o), size + sizeof(GcHead)));
    if (!head) {
        (void)raise_no_memory(ts);
        return nullptr;
    }
    o = static_cast<VarObject*>(from_gc_head(head));
    o->size = items;
    return o;
}
int _PyObject_IsFreed(Object* o) {
    // What the debug allocators of CPython fill memory with, and null.
    const auto p = reinterpret_cast<uintptr_t>(o);
    return p == 0 || p == 0xcdcdcdcdcdcdcdcd || p == 0xdddddddddddddddd || p == 0xfdfdfdfdfdfdfdfd;
}
int _PyObject_IsAbstract(Object* o) {
    if (!o) return 0;
    Attached ts = calling_thread("_PyObject_IsAbstract");
    Object* flag;
    const int found = _PyObject_LookupAttr(ts, o, &str_static(ts, "__isabstractmethod__"), &flag);
    if (found <= 0) return found;
    const int truth = PyObject_IsTrue(ts, flag);
    decref(ts, flag);
    return truth;
}
void _Py_NewReference(Attached, Object* o) {
    o->refcnt = 1;
}
void _Py_IncRef(Object* o) {
    incref(o);
}
void _Py_DecRef(Attached ts, Object* o) {
    decref(ts, o);
}

// The trashcan of deallocators written in C: destroy(), which calls every deallocator, has put the object
// aside already where they nest too deep, so that each that runs may run.
int _PyTrash_begin(ThreadState*, Object*) {
    return 0;
}
void _PyTrash_end(ThreadState*) {}
int _PyTrash_cond(Object* o, CDestructor dealloc) {
    return o->type->dealloc == reinterpret_cast<void*>(dealloc);
}
void _PyWeakref_ClearRef(Attached ts, WeakRef* w) {
    Object* callback = std::exchange(w->callback, nullptr);
    weakref_unlink(*w);
    w->callback = callback;
    (void)ts;
}
Index _PyWeakref_GetWeakrefCount(WeakRef* head) {
    Index n = 0;
    for (; head; head = head->next) ++n;
    return n;
}

// ---- calls ----
Object* _PyObject_Call(Attached ts, ThreadState*, Object* callable, Object* args, Object* kwargs) {
    return PyObject_Call(ts, callable, args, kwargs);
}
Object* _PyObject_FastCall(Attached ts, Object* callable, Object* const* args, Index nargs) {
    return PyObject_Vectorcall(ts, callable, args, static_cast<size_t>(nargs), nullptr);
}
Object* _PyObject_FastCallDictTstate(Attached ts, ThreadState*, Object* callable, Object* const* args,
                                     size_t nargsf, Object* kwargs) {
    return PyObject_VectorcallDict(ts, callable, args, nargsf, kwargs);
}
Object* _PyObject_MakeTpCall(Attached ts, ThreadState*, Object* callable, Object* const* args, Index nargs,
                             Object* keywords) {
    if (!keywords || is_tuple(*keywords))
        return PyObject_Vectorcall(ts, callable, args, static_cast<size_t>(nargs), keywords);
    return PyObject_VectorcallDict(ts, callable, args, static_cast<size_t>(nargs), keywords);
}
Object* _PyObject_Call_Prepend(Attached ts, ThreadState*, Object* callable, Object* self, Object* args,
                               Object* kwargs) {
    auto& t = static_cast<Tuple&>(*args);
    std::vector<Object*> all{self};
    all.insert(all.end(), t.item, t.item + t.size);
    return PyObject_VectorcallDict(ts, callable, all.data(), all.size(), kwargs);
}
Object* _Py_CheckFunctionResult(Attached ts, ThreadState*, Object* callable, Object* result,
                                const char* where) {
    if (callable) return give_value(ts, check_outcome(ts, *callable, Value(result)));
    if (!result && !pending(ts)) {
        (void)raise(ts, Exc::SystemError, "{} returned NULL without setting an exception", where);
    } else if (result && pending(ts)) {
        decref(ts, result);
        auto cause = fetch(ts);
        (void)raise(ts, Exc::SystemError, "{} returned a result with an exception set", where);
        if (cause) chain_context(ts, std::move(cause).take());
        return nullptr;
    }
    return result;
}
int _Py_CheckRecursiveCall(ThreadState* state, const char* where) {
    ++state->recursion_remaining;  // the caller's inlined test took one
    Attached ts = means_caller(state) ? calling_thread("_Py_CheckRecursiveCall") : explicit_thread(state);
    (void)raise(ts, Exc::RecursionError, "maximum recursion depth exceeded{}", where);
    return -1;
}
Object* _PyStack_AsDict(Attached ts, Object* const* values, Object* names) {
    auto d = dict_new(ts);
    auto& t = static_cast<Tuple&>(*names);
    for (Index i = 0; d.ok() && i < t.size; ++i) {
        if (!dict_set(ts, *d, *t.item[i], *values[i]).ok()) return nullptr;
    }
    return give(std::move(d));
}
int _PyObject_HasLen(Attached, Object* o) {
    const Type& t = *o->type;
    return (t.as_sequence && t.as_sequence->length) || (t.as_mapping && t.as_mapping->length);
}
int _PyObject_RealIsInstance(Attached ts, Object* o, Object* cls) {
    return truth_of(real_is_instance(ts, *o, *cls));
}
int _PyObject_RealIsSubclass(Attached ts, Object* derived, Object* cls) {
    return truth_of(real_is_subclass(ts, *derived, *cls));
}
Object* _PyObject_NextNotImplemented(Attached ts, Object* o) {
    (void)raise(ts, Exc::TypeError, "'{}' object is not iterable", type_name(*o));
    return nullptr;
}
const char* _PyType_Name(Type* type) {
    return type_short_name(*type);
}
Object* _PyType_Lookup(Attached ts, Type* type, Object* name) {
    if (!str_is_interned(static_cast<Str&>(*name))) {
        auto interned = str_intern(ts, Ref<Str>::share(static_cast<Str&>(*name)));
        if (interned.ok()) return type_lookup(*type, *interned);
        clear_pending(ts);
        return nullptr;
    }
    return type_lookup(*type, static_cast<Str&>(*name));
}
Object* _PyType_LookupId(Attached ts, Type* type, CIdentifier* name) {
    return type_lookup(*type, name_of_id(ts, name));
}
Object* _PyNamespace_New(Attached ts, Object* attributes) {
    if (attributes) return give(namespace_new(ts, static_cast<Dict&>(*attributes)));
    auto d = dict_new(ts);
    return d.ok() ? give(namespace_new(ts, *d)) : nullptr;
}
Index _PySequence_IterSearch(Attached ts, Object* o, Object* value, int operation) {
    return operation == 1   ? PySequence_Count(ts, o, value)
           : operation == 2 ? PySequence_Index(ts, o, value)
                            : PySequence_Contains(ts, o, value);
}
int _PyGen_FetchStopIterationValue(Attached ts, Object** out) {
    *out = nullptr;
    if (pending_is(ts, Exc::StopIteration)) {
        auto e = fetch(ts);
        Object* value = static_cast<StopIterationObject&>(*e).value;
        *out = Py_NewRef(value ? value : &none());
        return 0;
    }
    if (pending(ts)) return -1;
    *out = Py_NewRef(&none());
    return 0;
}
int _PyGen_SetStopIterationValue(Attached ts, Object* value) {
    if (value && !is_tuple(*value) && !is_exception(*value)) {
        (void)raise_stop_iteration(ts, value);
        return -1;
    }
    if (!value) {
        (void)raise_stop_iteration(ts, nullptr);
        return -1;
    }
    auto e = call(ts, exc_type(Exc::StopIteration), {value});
    if (e.ok()) (void)raise_object(ts, e.take().cast<BaseException>());
    return -1;
}

// ---- dictionaries, sets, lists ----
Object* _PyDict_GetItem_KnownHash(Attached ts, Object* d, Object* key, Hash h) {
    if (!is_dict(*d)) {
        (void)raise_bad_internal_call(ts, "_PyDict_GetItem_KnownHash");
        return nullptr;
    }
    auto f = dict_find_hash(ts, static_cast<Dict&>(*d), *key, h);
    return f.ok() ? f.take().value : nullptr;
}
int _PyDict_SetItem_KnownHash(Attached ts, Object* d, Object* key, Object* value, Hash h) {
    return status(dict_set_hash(ts, static_cast<Dict&>(*d), *key, h, *value));
}
int _PyDict_DelItem_KnownHash(Attached ts, Object* d, Object* key, Hash) {
    return PyDict_DelItem(ts, d, key);
}
int _PyDict_Contains_KnownHash(Attached ts, Object* d, Object* key, Hash h) {
    auto f = dict_find_hash(ts, static_cast<Dict&>(*d), *key, h);
    return f.ok() ? f.take().value != nullptr : -1;
}
Object* _PyDict_GetItemIdWithError(Attached ts, Object* d, CIdentifier* key) {
    return dict_find_str(static_cast<Dict&>(*d), name_of_id(ts, key));
}
int _PyDict_SetItemId(Attached ts, Object* d, CIdentifier* key, Object* value) {
    return status(dict_set_str(ts, static_cast<Dict&>(*d), name_of_id(ts, key), *value));
}
int _PyDict_DelItemId(Attached ts, Object* d, CIdentifier* key) {
    return PyDict_DelItem(ts, d, &name_of_id(ts, key));
}
int _PyDict_ContainsId(Attached ts, Object* d, CIdentifier* key) {
    return dict_find_str(static_cast<Dict&>(*d), name_of_id(ts, key)) != nullptr;
}
Object* _PyDict_GetItemWithError(Attached ts, Object* d, Object* key) {
    return PyDict_GetItemWithError(ts, d, key);
}
Object* _PyDict_GetItemStringWithError(Attached ts, Object* d, const char* key) {
    auto k = name_of(ts, key);
    return k ? PyDict_GetItemWithError(ts, d, k.get()) : nullptr;
}
Object* _PyDict_NewPresized(Attached ts, Index expected) {
    return give(dict_new_sized(ts, expected));
}
Object* _PyDict_Pop(Attached ts, Object* d, Object* key, Object* fallback) {
    if (!is_dict(*d)) {
        (void)raise_bad_internal_call(ts, "_PyDict_Pop");
        return nullptr;
    }
    auto popped = dict_pop(ts, static_cast<Dict&>(*d), *key);
    if (!popped.ok()) return nullptr;
    auto value = popped.take();
    if (value) return value.release();
    if (fallback) return Py_NewRef(fallback);
    (void)raise_with(ts, Exc::KeyError, Ref<Object>::share(*key));
    return nullptr;
}
int _PyDict_Next(Attached, Object* d, Index* pos, Object** key, Object** value, Hash* hash) {
    return is_dict(*d) && dict_next(static_cast<Dict&>(*d), pos, key, value, hash);
}
int _PyDict_MergeEx(Attached ts, Object* d, Object* other, int override_existing) {
    if (override_existing < 2) return PyDict_Merge(ts, d, other, override_existing);
    // 2: a key that is already there is an error.
    auto merge = [&]() -> Result<void> {
        auto& target = static_cast<Dict&>(*d);
        auto fresh = TRY(dict_new(ts));
        TRY(dict_merge(ts, *fresh, *other, true));
        Index pos = 0;
        Object *key, *value;
        while (dict_next(*fresh, &pos, &key, &value)) {
            if (TRY(dict_find(ts, target, *key)).value)
                return raise_with(ts, Exc::KeyError, Ref<Object>::share(*key));
            TRY(dict_set(ts, target, *key, *value));
        }
        return {};
    };
    return status(merge());
}
int _PyDict_HasOnlyStringKeys(Attached, Object* d) {
    Index pos = 0;
    Object *key, *value;
    while (dict_next(static_cast<Dict&>(*d), &pos, &key, &value)) {
        if (!is_str(*key)) return 0;
    }
    return 1;
}
void _PyDict_MaybeUntrack(Attached, Object*) {}  // tracking is no duty of the caller here
void _PyTuple_MaybeUntrack(Attached, Object*) {}
Index _PyDict_SizeOf(Attached ts, Dict* d) {
    auto size = OptRef<Object>::steal(call_named(ts, d, "__sizeof__", {}));
    return size ? PyLong_AsSsize_t(ts, size.get()) : -1;
}
int _PySet_NextEntry(Attached ts, Object* s, Index* pos, Object** key, Hash* hash) {
    if (!is_instance_exact(*s, PySet_Type) && !is_instance_exact(*s, PyFrozenSet_Type)) {
        (void)raise_bad_internal_call(ts, "_PySet_NextEntry");
        return -1;
    }
    return set_next(static_cast<Set&>(*s), pos, key, hash);
}
int _PySet_Update(Attached ts, Object* s, Object* iterable) {
    if (is_instance_exact(*s, PySet_Type)) return status(set_update(ts, static_cast<Set&>(*s), *iterable));
    (void)raise_bad_internal_call(ts, "_PySet_Update");
    return -1;
}
Object* _PyList_Extend(Attached ts, List* l, Object* iterable) {
    return list_extend(ts, *l, *iterable).ok() ? Py_NewRef(&none()) : nullptr;
}

}  // namespace baton::api
