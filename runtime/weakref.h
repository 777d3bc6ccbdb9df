// Weak references: weakref.ref, the two proxies, and the lists that hang off their referents.
//
// Invariants: a live reference is linked into its referent's list; object = None means the referent is gone
// (or the reference was cleared) and it is in no list. The list starts with at most one plain ref and one
// plain proxy, both without callback, which are shared by all who ask for one. The list of a static type is
// the interpreter's own (RuntimeInterp::type_data). Callers: attached threads.
#pragma once
#include "runtime/gc.h"

namespace baton {

struct WeakRef : Object {  // PyWeakReference
    Object* object;        // borrowed; None = dead
    Object* callback;      // owned, may be null
    Hash hash;             // -1 = not yet computed
    WeakRef *prev, *next;
    CVectorcall vectorcall;
};
static_assert(sizeof(WeakRef) == 64);

inline bool is_weakref(const Object& o) {
    return o.type == &_PyWeakref_RefType || is_subtype(*o.type, _PyWeakref_RefType);
}
inline bool is_weakref_proxy(const Object& o) {
    return o.type == &_PyWeakref_ProxyType || o.type == &_PyWeakref_CallableProxyType;
}
// The list head of o; null: objects of its type cannot be referenced weakly.
WeakRef** weakref_list(Attached ts, Object& o);
Result<Ref<Object>> weakref_new(Attached ts, Object& o, Object* callback);
Result<Ref<Object>> weakref_proxy_new(Attached ts, Object& o, Object* callback);
// The referent, alive; empty = dead.
OptRef<Object> weakref_get(WeakRef& w);
void weakref_unlink(WeakRef& w);                     // marks dead, keeps the callback
void weakref_run_callback(Attached ts, WeakRef& w);  // drops it too; errors are unraisable
// In a dealloc: all references to o die, then their callbacks run. Keeps a pending exception.
void weakref_clear_all(Attached ts, Object& o);
Index weakref_count(Attached ts, Object& o);
Result<Ref<List>> weakref_all(Attached ts, Object& o);

}  // namespace baton
