// The cycle collector: trial deletion over three generations, tp_traverse/tp_clear, PEP 442 finalisers, weak references.
//
// Layout: objects whose type has kTypeHasGc carry CPython's 16-byte pre-header (next, prev with flag bits). Allocation
// counts; when generation 0 is over its threshold the GC bit of the breaker is set and the collection runs at the next
// poll, never inside an allocation. Registers hold counted references, so no stack is scanned.
// Callers: attached threads. track() only after every field that traverse visits is set.
#pragma once
#include "runtime/memory.h"

namespace baton {

struct GcHead {
    uintptr_t next;  // 0 = untracked
    uintptr_t prev;  // low bits: finalized, collecting
};
static_assert(sizeof(GcHead) == 16);

inline GcHead* gc_head(Object* o) { return reinterpret_cast<GcHead*>(o) - 1; }
inline Object* from_gc_head(GcHead* g) { return reinterpret_cast<Object*>(g + 1); }
inline bool gc_is_tracked(Object* o) { return gc_head(o)->next != 0; }

// Memory for a GC object: header + bytes; refcnt 1, type set, untracked, the rest untouched. Counts towards a collection.
Object* gc_allocate(Attached ts, Type& type, size_t bytes);
void gc_free(Attached ts, Object* o, size_t bytes);  // bytes as allocated (0: unknown); o must be untracked
void gc_track(Attached ts, Object* o);
void gc_untrack(Object* o);  // no-op when untracked

template <class T>
Result<Ref<T>> new_gc_object(Attached ts, Type& type, size_t bytes = sizeof(T)) {
    auto* p = static_cast<T*>(gc_allocate(ts, type, bytes));
    if (!p) [[unlikely]] {
        extern Raised raise_no_memory(Attached);
        return raise_no_memory(ts);
    }
    return Ref<T>::steal(p);
}

Index gc_collect(Attached ts, int generation);  // objects found unreachable; never raises (unraisable hook)
int gc_poll(Attached ts);                       // called from the poll when due

}  // namespace baton
