#include "runtime/gc.h"

#include <cstdlib>

#include "runtime/call.h"
#include "runtime/object_ops.h"
#include "runtime/raise.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "threadstate/check.h"

namespace baton {
namespace {

constexpr uintptr_t kUnreachable = 1;  // in next, while the candidates are sorted
constexpr int kRefShift = 2;

GcHead* next_of(GcHead* g) {
    return reinterpret_cast<GcHead*>(g->next & ~kUnreachable);
}
GcHead* prev_of(GcHead* g) {
    return reinterpret_cast<GcHead*>(g->prev & kGcPrevMask);
}
void set_next(GcHead* g, GcHead* to) {
    g->next = reinterpret_cast<uintptr_t>(to);
}
void set_prev(GcHead* g, GcHead* to) {
    g->prev = reinterpret_cast<uintptr_t>(to) | (g->prev & ~kGcPrevMask);
}

void list_init(GcHead* l) {
    l->next = l->prev = reinterpret_cast<uintptr_t>(l);
}
bool list_empty(GcHead* l) {
    return next_of(l) == l;
}
void list_append(GcHead* l, GcHead* g) {
    GcHead* last = prev_of(l);
    set_next(last, g);
    set_prev(g, last);
    set_next(g, l);
    set_prev(l, g);
}
void list_unlink(GcHead* g) {
    GcHead *p = prev_of(g), *n = next_of(g);
    set_next(p, n);
    set_prev(n, p);
}
void list_move(GcHead* g, GcHead* l) {
    list_unlink(g);
    list_append(l, g);
}
void list_merge(GcHead* from, GcHead* to) {
    if (list_empty(from)) return;
    GcHead *first = next_of(from), *last = prev_of(from), *tail = prev_of(to);
    set_next(tail, first);
    set_prev(first, tail);
    set_next(last, to);
    set_prev(to, last);
    list_init(from);
}
Index list_size(GcHead* l) {
    Index n = 0;
    for (GcHead* g = next_of(l); g != l; g = next_of(g)) ++n;
    return n;
}

Index refs_of(GcHead* g) {
    return static_cast<Index>(g->prev >> kRefShift);
}
bool is_collecting(GcHead* g) {
    return g->prev & kGcCollecting;
}
void set_refs(GcHead* g, Index n) {
    g->prev = (g->prev & 3) | static_cast<uintptr_t>(n) << kRefShift;
}

// Visits what an object refers to, except for strs. The commonest containers are walked on the spot, without
// a call for each item.
template <int (*visit)(Object*, void*)>
void traverse(GcHead* g, void* arg) {
    Object* o = from_gc_head(g);
    const Type* type = o->type;
    auto walk = [&](Object* const* items, Index n) {
        for (Index i = 0; i < n; ++i) {
            if (items[i]) visit(items[i], arg);
        }
    };
    if (type == &PyTuple_Type) return walk(static_cast<Tuple*>(o)->item, static_cast<Tuple*>(o)->size);
    if (type == &PyList_Type) return walk(static_cast<List*>(o)->item, static_cast<List*>(o)->size);
    if (type == &PyDict_Type) {
        DictKeys& k = *static_cast<Dict*>(o)->keys;
        const DictEntry* e = k.entries();
        for (Index i = 0; i < k.count; ++i) {
            if (!e[i].value) continue;
            visit(e[i].value, arg);
            if (!k.all_str) visit(e[i].key, arg);
        }
        return;
    }
    if (type == &PySet_Type) {
        const auto& s = *static_cast<Set*>(o);
        Index left = s.used;
        for (const SetEntry* e = s.table; left > 0; ++e) {
            if (!set_entry_is_key(*e)) continue;
            --left;
            visit(e->key, arg);
        }
        return;
    }
    if (TraverseProc f = type->traverse) f(o, visit, arg);
}

int visit_subtract(Object* o, void*) {
    if (object_is_gc(o)) {
        GcHead* g = gc_head(o);
        if (is_collecting(g)) g->prev -= uintptr_t{1} << kRefShift;
    }
    return 0;
}

// Counts, for each object of the list, the references that do not come from the list itself. Breaks the prev
// links.
void count_outside_references(GcHead* l) {
    for (GcHead* g = next_of(l); g != l; g = next_of(g)) {
        g->prev = (g->prev & kGcFinalized) | kGcCollecting;
        set_refs(g, from_gc_head(g)->refcnt);
    }
    for (GcHead* g = next_of(l); g != l; g = next_of(g)) traverse<visit_subtract>(g, nullptr);
}

// A reference from a reachable object makes its target reachable.
int visit_reachable(Object* o, void* arg) {
    auto* reachable = static_cast<GcHead*>(arg);
    if (!object_is_gc(o)) return 0;
    GcHead* g = gc_head(o);
    if (!is_collecting(g)) return 0;
    if (g->next & kUnreachable) {
        // Set aside too early: back to the end of the list that is being walked.
        GcHead *p = prev_of(g), *n = next_of(g);
        p->next = reinterpret_cast<uintptr_t>(n) | kUnreachable;
        set_prev(n, p);
        GcHead* last = prev_of(reachable);
        set_next(last, g);
        set_prev(g, last);
        set_next(g, reachable);
        set_prev(reachable, g);
        set_refs(g, 1);
        return 0;
    }
    if (refs_of(g) == 0) set_refs(g, 1);
    return 0;
}

// Sorts `young` (whose prev links hold counts) into itself = reachable, links restored, and `unreachable`,
// whose members keep the collecting bit and, until the end, the mark in next. While it runs, a counted object
// stands ahead of the walk; objects set aside carry links in prev again.
void move_unreachable(GcHead* young, GcHead* unreachable) {
    list_init(unreachable);
    GcHead* before = young;  // last object whose links are restored
    GcHead* g = next_of(young);
    while (g != young) {
        if (refs_of(g) > 0) {
            // Its count is no longer needed; the traverse may append to the end of young through
            // prev_of(young).
            g->prev = (g->prev & kGcFinalized) | reinterpret_cast<uintptr_t>(before);
            traverse<visit_reachable>(g, young);
            before = g;
        } else {
            GcHead* n = next_of(g);
            set_next(before, n);
            GcHead* last = prev_of(unreachable);
            last->next = reinterpret_cast<uintptr_t>(g) | kUnreachable;
            g->prev = (g->prev & 3) | reinterpret_cast<uintptr_t>(last);
            g->next = reinterpret_cast<uintptr_t>(unreachable) | kUnreachable;
            unreachable->prev = reinterpret_cast<uintptr_t>(g);
        }
        g = next_of(before);
    }
    young->prev = reinterpret_cast<uintptr_t>(before);
    unreachable->next &= ~kUnreachable;
    for (GcHead* u = next_of(unreachable); u != unreachable; u = next_of(u)) u->next &= ~kUnreachable;
}

}  // namespace

// ---- allocation ----

void gc_ask(Attached ts) {
    GcState& gc = gc_state(ts);
    if (!gc.enabled || !gc.generation[0].threshold || gc.collecting || interp(ts).gc_due) return;
    interp(ts).gc_due = 1;
    ts->breaker.fetch_or(kGcDue);
}

void gc_free(Attached ts, Object* o, size_t bytes) {
    DCHECK(!gc_is_tracked(o));
    auto& young = gc_state(ts).generation[0];
    if (young.count > 0) --young.count;
    const size_t whole = bytes + sizeof(GcHead);
    if (bytes && whole <= kSmallLimit) return free_small(ts, gc_head(o), whole);
    free_block(ts, gc_head(o));
}

bool gc_interp_init(RuntimeInterp& interpreter) {
    auto* gc = static_cast<GcState*>(std::calloc(1, sizeof(GcState)));
    if (!gc) return false;
    constexpr int kThreshold[kGenerations] = {700, 10, 10};
    for (int i = 0; i < kGenerations; ++i) {
        list_init(&gc->generation[i].head);
        gc->generation[i].threshold = kThreshold[i];
    }
    list_init(&gc->permanent);
    gc->enabled = true;
    interpreter.gc = gc;
    return true;
}

Result<void> gc_interp_start(Attached ts) {
    GcState& gc = gc_state(ts);
    gc.garbage = TRY(list_new(ts)).release();
    gc.callbacks = TRY(list_new(ts)).release();
    return {};
}

void gc_interp_clear(Attached ts) {
    GcState& gc = gc_state(ts);
    replace_field<List>(ts, gc.garbage, nullptr);
    replace_field<List>(ts, gc.callbacks, nullptr);
}

void gc_interp_free(RuntimeInterp& interpreter) {
    if (!interpreter.gc) return;
    // Whatever is still tracked has leaked; its links must not point into freed memory.
    auto forget = [](GcHead* l) {
        for (GcHead* g = next_of(l); g != l;) {
            GcHead* n = next_of(g);
            g->next = g->prev = 0;
            g = n;
        }
    };
    for (auto& generation : interpreter.gc->generation) forget(&generation.head);
    forget(&interpreter.gc->permanent);
    std::free(interpreter.gc);
    interpreter.gc = nullptr;
}

// ---- the collection ----

namespace {

// Weak references to garbage are cleared before any finaliser or tp_clear runs, so that none can bring back
// an object that is half torn down. Callbacks run afterwards, and only those of weak references that are not
// garbage themselves. These are cleared whatever they refer to: an object that the collector cannot see to be
// garbage, behind one that does not tell what it holds, would call them when it goes.
void handle_weakrefs(Attached ts, GcHead* unreachable) {
    OptRef<List> to_call;
    for (GcHead* g = next_of(unreachable); g != unreachable; g = next_of(g)) {
        Object* o = from_gc_head(g);
        if (is_weakref(*o) || is_weakref_proxy(*o)) weakref_unlink(static_cast<WeakRef&>(*o));
        WeakRef** list = weakref_list(ts, *o);
        if (!list) continue;
        while (WeakRef* w = *list) {
            bool call = w->callback && !(object_is_gc(w) && is_collecting(gc_head(w)));
            weakref_unlink(*w);
            if (call) {
                if (!to_call) {
                    auto made = list_new(ts);
                    if (!made.ok()) {
                        clear_pending(ts);
                        continue;
                    }
                    to_call = made.take();
                }
                if (!list_append(ts, *to_call, *w).ok()) clear_pending(ts);
            }
        }
    }
    if (!to_call) return;
    for (Index i = 0; i < to_call->size; ++i)
        weakref_run_callback(ts, static_cast<WeakRef&>(*to_call->item[i]));
}

void finalize_garbage(Attached ts, GcHead* collectable) {
    // A finaliser may untrack or free objects: those done with stand in `seen`.
    GcHead seen;
    list_init(&seen);
    while (!list_empty(collectable)) {
        GcHead* g = next_of(collectable);
        Object* o = from_gc_head(g);
        list_move(g, &seen);
        if ((g->prev & kGcFinalized) || !info(*o).finalize) continue;
        g->prev |= kGcFinalized;
        incref(o);
        info(*o).finalize(ts, *o);
        decref(ts, o);
    }
    list_merge(&seen, collectable);
}

// What finalisers have made reachable again goes to `old`; the rest stays.
void handle_resurrected(GcHead* unreachable, GcHead* still_unreachable, GcHead* old) {
    // The collecting bits are clear now, except where count_outside_references sets them again.
    for (GcHead* g = next_of(unreachable); g != unreachable; g = next_of(g)) g->prev &= ~kGcCollecting;
    count_outside_references(unreachable);
    move_unreachable(unreachable, still_unreachable);
    for (GcHead* g = next_of(still_unreachable); g != still_unreachable; g = next_of(g))
        g->prev &= ~kGcCollecting;
    list_merge(unreachable, old);
}

void delete_garbage(Attached ts, GcState& gc, GcHead* collectable, GcHead* old) {
    while (!list_empty(collectable)) {
        GcHead* g = next_of(collectable);
        Object* o = from_gc_head(g);
        if ((gc.debug & kGcDebugSaveAll) && gc.garbage) {
            if (!list_append(ts, *gc.garbage, *o).ok()) clear_pending(ts);
        } else if (auto clear = o->type->clear) {
            incref(o);
            clear(o);
            if (pending(ts)) write_unraisable(ts, "in tp_clear of", nullptr);
            decref(ts, o);
        }
        // Alive still: to be looked at by the next collection.
        if (next_of(collectable) == g) list_move(g, old);
    }
}

void run_gc_callbacks(Attached ts, const char* phase, int generation, Index collected, Index uncollectable) {
    GcState& gc = gc_state(ts);
    if (!gc.callbacks || gc.callbacks->size == 0) return;
    auto call_all = [&]() -> Result<void> {
        auto facts = TRY(dict_new(ts));
        auto put = [&](const char* key, Index v) -> Result<void> {
            auto k = TRY(str_intern_utf8(ts, key));
            auto n = TRY(box_int(ts, v));
            return dict_set_str(ts, *facts, *k, *n);
        };
        TRY(put("generation", generation));
        TRY(put("collected", collected));
        TRY(put("uncollectable", uncollectable));
        auto what = TRY(str_intern_utf8(ts, phase));
        for (Index i = 0; i < gc.callbacks->size; ++i) {
            auto f = Ref<Object>::share(*gc.callbacks->item[i]);
            auto r = call(ts, *f, {what.get(), facts.get()});
            if (!r.ok()) write_unraisable(ts, nullptr, f.get());
        }
        return {};
    };
    if (!call_all().ok()) write_unraisable(ts, nullptr, nullptr);
}

// A tuple of things that can be in no cycle can be in none either, and never changes: it need not be looked
// at again. The number of objects left in the list.
Index untrack_tuples(GcHead* l) {
    Index left = 0;
    for (GcHead* g = next_of(l); g != l;) {
        GcHead* n = next_of(g);
        Object* o = from_gc_head(g);
        ++left;
        if (is_exact(*o, PyTuple_Type)) {
            auto& t = static_cast<Tuple&>(*o);
            bool keep = false;
            for (Index i = 0; i < t.size && !keep; ++i) {
                Object* item = t.item[i];
                if (!item)
                    keep = true;
                else if (object_is_gc(item))
                    keep = !is_exact(*item, PyTuple_Type) || gc_is_tracked(item);
            }
            if (!keep) {
                gc_untrack(o);
                --left;
            }
        }
        g = n;
    }
    return left;
}

// Objects with a tp_del, and what they refer to: their order of destruction matters to them and cannot be
// known in a cycle, so they stay, and those with a tp_del are told of in gc.garbage.
bool has_legacy_finalizer(const Object& o) {
    return o.type->del != nullptr;
}
int visit_uncollectable(Object* o, void* arg) {
    if (object_is_gc(o) && is_collecting(gc_head(o))) {
        gc_head(o)->prev &= ~kGcCollecting;
        list_move(gc_head(o), static_cast<GcHead*>(arg));
    }
    return 0;
}
void move_uncollectable(GcHead* unreachable, GcHead* uncollectable) {
    list_init(uncollectable);
    for (GcHead* g = next_of(unreachable); g != unreachable;) {
        GcHead* n = next_of(g);
        if (has_legacy_finalizer(*from_gc_head(g))) visit_uncollectable(from_gc_head(g), uncollectable);
        g = n;
    }
    for (GcHead* g = next_of(uncollectable); g != uncollectable; g = next_of(g))
        traverse<visit_uncollectable>(g, uncollectable);
}
// How many they are: those found by the others, too.
Index keep_uncollectable(Attached ts, GcState& gc, GcHead* uncollectable, GcHead* old) {
    const Index count = list_size(uncollectable);
    // At the end of the interpreter there is nobody left to tell.
    for (GcHead* g = next_of(uncollectable); gc.garbage && g != uncollectable; g = next_of(g)) {
        Object* o = from_gc_head(g);
        if (!has_legacy_finalizer(*o) && !(gc.debug & kGcDebugSaveAll)) continue;
        if (!list_append(ts, *gc.garbage, *o).ok()) clear_pending(ts);
    }
    list_merge(uncollectable, old);
    return count;
}

struct Collected {
    Index found, uncollectable;
};
Collected collect(Attached ts, int generation) {
    GcState& gc = gc_state(ts);
    gc.collecting = true;
    if (generation + 1 < kGenerations) ++gc.generation[generation + 1].count;
    for (int i = 0; i <= generation; ++i) gc.generation[i].count = 0;

    GcHead* young = &gc.generation[generation].head;
    for (int i = 0; i < generation; ++i) list_merge(&gc.generation[i].head, young);
    GcHead* old = generation + 1 < kGenerations ? &gc.generation[generation + 1].head : young;

    GcHead unreachable;
    count_outside_references(young);
    move_unreachable(young, &unreachable);
    const Index survivors = untrack_tuples(young);
    if (generation == kGenerations - 1) {
        gc.long_lived_pending = 0;
        gc.long_lived_total = survivors;
    } else {
        if (generation == kGenerations - 2) gc.long_lived_pending += survivors;
        list_merge(young, old);
    }

    Index found = 0;
    GcHead uncollectable;
    move_uncollectable(&unreachable, &uncollectable);
    if (!list_empty(&unreachable)) {
        handle_weakrefs(ts, &unreachable);
        finalize_garbage(ts, &unreachable);
        GcHead garbage;
        handle_resurrected(&unreachable, &garbage, old);
        found = list_size(&garbage);
        delete_garbage(ts, gc, &garbage, old);
    }
    const Index left = keep_uncollectable(ts, gc, &uncollectable, old);
    auto& stats = gc.generation[generation];
    ++stats.collections;
    stats.collected += found;
    stats.uncollectable += left;
    gc.collecting = false;
    return {found, left};
}

}  // namespace

Index gc_collect(Attached ts, int generation) {
    GcState& gc = gc_state(ts);
    if (gc.collecting) return 0;
    OptRef<BaseException> earlier = fetch(ts);
    gc.collecting = true;  // callbacks must not start another one
    run_gc_callbacks(ts, "start", generation, 0, 0);
    const auto [found, uncollectable] = collect(ts, generation);
    gc.collecting = true;
    run_gc_callbacks(ts, "stop", generation, found, uncollectable);
    gc.collecting = false;
    if (earlier) restore(ts, std::move(earlier).take());
    return found + uncollectable;
}

int gc_poll(Attached ts) {
    interp(ts).gc_due = 0;
    GcState& gc = gc_state(ts);
    if (!gc.enabled || gc.collecting) return 0;
    for (int i = kGenerations - 1; i >= 0; --i) {
        auto& g = gc.generation[i];
        if (!g.threshold || g.count <= g.threshold) continue;
        // A full collection costs time in proportion to all objects: wait until a quarter of them is new.
        if (i == kGenerations - 1 && gc.long_lived_pending < gc.long_lived_total / 4) continue;
        gc_collect(ts, i);
        break;
    }
    return 0;
}

// ---- the gc module's questions ----

namespace {
template <class F>
Result<void> each_tracked(GcState& gc, int generation, F&& f) {
    for (int i = 0; i < kGenerations; ++i) {
        if (generation >= 0 && i != generation) continue;
        GcHead* l = &gc.generation[i].head;
        for (GcHead* g = next_of(l); g != l; g = next_of(g)) TRY(f(*from_gc_head(g)));
    }
    return {};
}
struct Sought {
    Tuple* objects;
    bool found;
};
int visit_sought(Object* o, void* arg) {
    auto* s = static_cast<Sought*>(arg);
    for (Index i = 0; i < s->objects->size; ++i) {
        if (s->objects->item[i] == o) return s->found = true;
    }
    return 0;
}
}  // namespace

Index gc_tracked_count(Attached ts, int generation) {
    return list_size(&gc_state(ts).generation[generation].head);
}

Result<Ref<List>> gc_objects(Attached ts, int generation) {
    auto out = TRY(list_new(ts));
    // The list is at the end of the young generation, and appending tracks nothing.
    TRY(each_tracked(gc_state(ts), generation, [&](Object& o) -> Result<void> {
        if (&o == out.get()) return {};
        return list_append(ts, *out, o);
    }));
    return out;
}

Result<Ref<List>> gc_referrers(Attached ts, Tuple& objects) {
    auto out = TRY(list_new(ts));
    TRY(each_tracked(gc_state(ts), -1, [&](Object& o) -> Result<void> {
        if (&o == out.get() || &o == &objects || !o.type->traverse) return {};
        Sought sought{&objects, false};
        o.type->traverse(&o, visit_sought, &sought);
        if (sought.found) return list_append(ts, *out, o);
        return {};
    }));
    return out;
}

namespace {
struct Gather {
    Attached ts;
    List* out;
};
int visit_gather(Object* o, void* arg) {
    auto* g = static_cast<Gather*>(arg);
    return list_append(g->ts, *g->out, *o).ok() ? 0 : 1;
}
}  // namespace

Result<Ref<List>> gc_referents(Attached ts, Tuple& objects) {
    auto out = TRY(list_new(ts));
    Gather gather{ts, out.get()};
    for (Index i = 0; i < objects.size; ++i) {
        Object* o = objects.item[i];
        if (!(o->type->flags & kTypeHasGc) || (o->type->is_gc && !o->type->is_gc(o)) || !o->type->traverse)
            continue;
        if (o->type->traverse(o, visit_gather, &gather)) return already_raised();
    }
    return out;
}

bool gc_is_finalized(Object& o) {
    return object_is_gc(&o) && (gc_head(&o)->prev & kGcFinalized);
}

void gc_freeze(Attached ts) {
    GcState& gc = gc_state(ts);
    for (auto& g : gc.generation) {
        list_merge(&g.head, &gc.permanent);
        g.count = 0;
    }
}
void gc_unfreeze(Attached ts) {
    GcState& gc = gc_state(ts);
    list_merge(&gc.permanent, &gc.generation[kGenerations - 1].head);
}
Index gc_freeze_count(Attached ts) {
    return list_size(&gc_state(ts).permanent);
}

}  // namespace baton
