// The cycle collector: trial deletion over three generations, tp_traverse/tp_clear, PEP 442 finalisers, weak
// references.
//
// Layout: objects whose type has kTypeHasGc carry CPython's 16-byte pre-header (next, prev with flag bits).
// Allocation counts; when generation 0 is over its threshold the GC bit of the breaker is set and the
// collection runs at the next poll, never inside an allocation. Registers hold counted references, so no
// stack is scanned. Invariants: immortal objects are never tracked, and static ones have no header: nobody
// reads it without object_is_gc(). Between collections the collecting bit is clear everywhere and prev is a
// plain pointer with the finalized bit. Callers: attached threads. track() only after every field that
// traverse visits is set.
#pragma once
#include "runtime/memory.h"
#include "runtime/type.h"

namespace baton {

struct GcHead {
    uintptr_t next;  // 0 = untracked; bit 0 only during a collection
    uintptr_t
        prev;  // bit 0: finalized, bit 1: collecting; during a collection the count of unexplained references
};
static_assert(sizeof(GcHead) == 16);
inline constexpr uintptr_t kGcFinalized = 1, kGcCollecting = 2, kGcPrevMask = ~uintptr_t{3};

inline GcHead* gc_head(Object* o) {
    return reinterpret_cast<GcHead*>(o) - 1;
}
inline Object* from_gc_head(GcHead* g) {
    return reinterpret_cast<Object*>(g + 1);
}
inline bool gc_is_tracked(Object* o) {
    return gc_head(o)->next != 0;
}
// o has a header: its type is a GC type, and it is not one of the static objects.
inline bool object_is_gc(Object* o) {
    const Type& t = *o->type;
    return (t.flags & kTypeHasGc) && !is_immortal(*o) && (!t.is_gc || t.is_gc(o));
}

// Memory for a GC object: header + bytes; refcnt 1, type set and counted when it is a heap type, untracked,
// the rest untouched. Counts towards a collection.
inline Object* gc_allocate(Attached ts, Type& type, size_t bytes);
void gc_free(Attached ts, Object* o, size_t bytes);  // bytes as allocated (0: unknown); o must be untracked
inline void gc_track(Attached ts, Object* o);        // no-op when tracked
inline void gc_untrack(Object* o);                   // no-op when untracked

template <class T>
Result<Ref<T>> new_gc_object(Attached ts, Type& type, size_t bytes = sizeof(T)) {
    auto* p = static_cast<T*>(gc_allocate(ts, type, bytes));
    if (!p) [[unlikely]]
        return raise_no_memory(ts);
    return Ref<T>::steal(p);
}

// Visiting in a traverse function: VISIT-like, without the macro.
inline int visit_field(Object* o, VisitProc visit, void* arg) {
    return o ? visit(o, arg) : 0;
}
template <class... T>
int visit_fields(VisitProc visit, void* arg, T*... fields) {
    int r = 0;
    ((r = visit_field(fields, visit, arg)) || ...);
    return r;
}

inline constexpr int kGenerations = 3;
enum GcDebug : int {
    kGcDebugStats = 1,
    kGcDebugCollectable = 2,
    kGcDebugUncollectable = 4,
    kGcDebugSaveAll = 32
};

struct GcState {
    struct Generation {
        GcHead head;
        int threshold;
        int count;
        int64_t collections, collected, uncollectable;
    } generation[kGenerations];
    GcHead permanent;  // frozen objects
    bool enabled, collecting;
    int debug;
    Index long_lived_total;    // how many a full collection left alive, the last time
    Index long_lived_pending;  // how many have come to the oldest generation since
    List* garbage;             // gc.garbage, owned
    List* callbacks;           // gc.callbacks, owned
};
inline GcState& gc_state(Attached ts) {
    return *interp(ts).gc;
}
void gc_ask(
    Attached ts);  // the youngest generation is over its threshold: collect at the next poll, if that may be

// Every container goes through these: in line, a short tuple costs half of what it does through calls.
inline Object* gc_allocate(Attached ts, Type& type, size_t bytes) {
    auto* g = static_cast<GcHead*>(allocate(ts, bytes + sizeof(GcHead)));
    if (!g) [[unlikely]]
        return nullptr;
    g->next = g->prev = 0;
    auto& young = gc_state(ts).generation[0];
    if (++young.count > young.threshold) [[unlikely]]
        gc_ask(ts);
    Object* o = from_gc_head(g);
    o->refcnt = 1;
    o->type = &type;
    incref(&type);
    return o;
}
inline void gc_track(Attached ts, Object* o) {
    GcHead* g = gc_head(o);
    if (g->next) return;
    GcHead* young = &gc_state(ts).generation[0].head;
    auto* last = reinterpret_cast<GcHead*>(young->prev & kGcPrevMask);
    last->next = reinterpret_cast<uintptr_t>(g);
    g->prev = reinterpret_cast<uintptr_t>(last) | (g->prev & ~kGcPrevMask);
    g->next = reinterpret_cast<uintptr_t>(young);
    young->prev = reinterpret_cast<uintptr_t>(g) | (young->prev & ~kGcPrevMask);
}
inline void gc_untrack(Object* o) {
    GcHead* g = gc_head(o);
    if (!g->next) return;
    auto* before = reinterpret_cast<GcHead*>(g->prev & kGcPrevMask);
    auto* after = reinterpret_cast<GcHead*>(g->next & ~uintptr_t{1});
    before->next = reinterpret_cast<uintptr_t>(after);
    after->prev = reinterpret_cast<uintptr_t>(before) | (after->prev & ~kGcPrevMask);
    g->next = 0;
    g->prev &= kGcFinalized;
}

bool gc_interp_init(RuntimeInterp& interpreter);  // false: out of memory
Result<void> gc_interp_start(Attached ts);        // the lists garbage and callbacks
void gc_interp_clear(Attached ts);
void gc_interp_free(RuntimeInterp& interpreter);

Index gc_collect(Attached ts, int generation);  // objects found unreachable; never raises (unraisable hook)
int gc_poll(Attached ts);                       // called from the poll when due; 0

// What the gc module does.
Index gc_tracked_count(Attached ts, int generation);
Result<Ref<List>> gc_objects(Attached ts, int generation);  // -1: all
Result<Ref<List>> gc_referrers(Attached ts, Tuple& objects);
Result<Ref<List>> gc_referents(Attached ts, Tuple& objects);
bool gc_is_finalized(Object& o);
void gc_freeze(Attached ts);
void gc_unfreeze(Attached ts);
Index gc_freeze_count(Attached ts);

}  // namespace baton
