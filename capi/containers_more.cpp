// Containers, continued: slices, cells, ordered dicts, weak proxies, what sets and dicts were missing.
#include "capi/shared.h"
#include "runtime/gc.h"
#include "runtime/types/capsule.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/set.h"
#include "runtime/types/slice.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/cell.h"
#include "vm/import.h"
#include "vm/modules/collections_types.h"

namespace baton::api {

int PyDict_MergeFromSeq2(Attached ts, Object* dict, Object* pairs, int override_existing) {
    auto& d = static_cast<Dict&>(*dict);
    if (override_existing) return status(dict_update_pairs(ts, d, *pairs));
    auto add = [&]() -> Result<void> {
        auto fresh = TRY(dict_new(ts));
        TRY(dict_update_pairs(ts, *fresh, *pairs));
        return dict_merge(ts, d, *fresh, false);
    };
    return status(add());
}
namespace {
Set* set_of(Attached ts, Object* o, const char* who) {
    if (o && is_instance_exact(*o, PySet_Type)) return static_cast<Set*>(o);
    (void)raise_bad_internal_call(ts, who);
    return nullptr;
}
}  // namespace
int PySet_Clear(Attached ts, Object* o) {
    Set* s = set_of(ts, o, "PySet_Clear");
    if (!s) return -1;
    set_clear(ts, *s);
    return 0;
}
Object* PySet_Pop(Attached ts, Object* o) {
    Set* s = set_of(ts, o, "PySet_Pop");
    if (!s) return nullptr;
    auto popped = set_pop(ts, *s);
    if (!popped.ok()) return nullptr;
    auto item = popped.take();
    if (!item) (void)raise(ts, Exc::KeyError, "pop from an empty set");
    return item.release();
}
int _PyTuple_Resize(Attached ts, Object** p, Index size) {
    auto* t = static_cast<Tuple*>(*p);
    if (!t || t->type != &PyTuple_Type || (t->size != 0 && t->refcnt != 1)) {
        *p = nullptr;
        if (t) decref(ts, t);
        (void)raise_bad_internal_call(ts, "_PyTuple_Resize");
        return -1;
    }
    if (t->size == size) return 0;
    auto fresh = tuple_alloc(ts, size);
    if (!fresh.ok()) {
        *p = nullptr;
        decref(ts, t);
        return -1;
    }
    bool tracked = false;
    for (Index i = 0; i < size && i < t->size; ++i) {
        fresh->item[i] = std::exchange(t->item[i], nullptr);
        tracked = tracked || (fresh->item[i] && has_flag(*fresh->item[i]->type, kTypeHasGc));
    }
    if (tracked) gc_track(ts, fresh.get());
    decref(ts, t);
    *p = fresh.release();
    return 0;
}

// ---- slices ----
Object* PySlice_New(Attached ts, Object* start, Object* stop, Object* step) {
    return give(slice_new(ts, start, stop, step));
}
int PySlice_Unpack(Attached ts, Object* o, Index* start, Index* stop, Index* step) {
    auto b = slice_unpack(ts, static_cast<Slice&>(*o));
    if (!b.ok()) return -1;
    *start = (*b).start;
    *stop = (*b).stop;
    *step = (*b).step;
    return 0;
}
Index PySlice_AdjustIndices(Index length, Index* start, Index* stop, Index step) {
    SliceBounds b{*start, *stop, step, 0};
    slice_adjust(b, length);
    *start = b.start;
    *stop = b.stop;
    return b.length;
}
int PySlice_GetIndicesEx(Attached ts, Object* o, Index length, Index* start, Index* stop, Index* step,
                         Index* count) {
    if (PySlice_Unpack(ts, o, start, stop, step) < 0) return -1;
    *count = PySlice_AdjustIndices(length, start, stop, *step);
    return 0;
}
int PySlice_GetIndices(Attached, Object* o, Index length, Index* start, Index* stop, Index* step) {
    auto& s = static_cast<Slice&>(*o);
    auto number = [](Object* item, Index* out) {
        if (!is_int(*item)) return false;
        int overflow = 0;
        *out = int_as_int64(static_cast<Int&>(*item), &overflow);
        return overflow == 0;
    };
    *step = 1;
    if (!is_none(*s.step) && !number(s.step, step)) return -1;
    *start = *step < 0 ? length - 1 : 0;
    if (!is_none(*s.start)) {
        if (!number(s.start, start)) return -1;
        if (*start < 0) *start += length;
    }
    *stop = *step < 0 ? -1 : length;
    if (!is_none(*s.stop)) {
        if (!number(s.stop, stop)) return -1;
        if (*stop < 0) *stop += length;
    }
    return *stop > length || *start >= length || *step == 0 ? -1 : 0;
}

// ---- collections.OrderedDict ----
Object* PyODict_New(Attached ts) {
    return give(odict_new(ts));
}
int PyODict_SetItem(Attached ts, Object* o, Object* key, Object* value) {
    if (!o || !is_odict(*o)) return status(raise_bad_internal_call(ts, "PyODict_SetItem"));
    return status(odict_set(ts, static_cast<OrderedDict&>(*o), *key, *value));
}
int PyODict_DelItem(Attached ts, Object* o, Object* key) {
    if (!o || !is_odict(*o)) return status(raise_bad_internal_call(ts, "PyODict_DelItem"));
    auto found = odict_del(ts, static_cast<OrderedDict&>(*o), *key);
    if (!found.ok()) return -1;
    return found.take() ? 0 : status(raise_with(ts, Exc::KeyError, Ref<Object>::share(*key)));
}

// ---- cells ----
Object* PyCell_New(Attached ts, Object* value) {
    return give(cell_new(ts, value ? unbox_borrowed(value) : Value()));
}
Object* PyCell_Get(Attached ts, Object* o) {
    if (!o || !is_cell(*o)) {
        (void)raise_bad_internal_call(ts, "PyCell_Get");
        return nullptr;
    }
    auto r = cell_get(ts, static_cast<Cell&>(*o));
    return r.ok() ? r.take().release() : nullptr;
}
int PyCell_Set(Attached ts, Object* o, Object* value) {
    if (!o || !is_cell(*o)) {
        (void)raise_bad_internal_call(ts, "PyCell_Set");
        return -1;
    }
    cell_set(ts, static_cast<Cell&>(*o), value ? unbox_borrowed(value) : Value());
    return 0;
}

// ---- weak references and capsules ----
Object* PyWeakref_NewProxy(Attached ts, Object* o, Object* callback) {
    return give(weakref_proxy_new(ts, *o, callback && !is_none(*callback) ? callback : nullptr));
}
CCapsuleDestructor PyCapsule_GetDestructor(Attached ts, Object* capsule) {
    auto r = capsule_of(ts, capsule, "PyCapsule_GetDestructor");
    return r.ok() ? r.take()->destructor : nullptr;
}
int PyCapsule_SetDestructor(Attached ts, Object* capsule, CCapsuleDestructor destructor) {
    auto r = capsule_of(ts, capsule, "PyCapsule_SetDestructor");
    if (!r.ok()) return -1;
    r.take()->destructor = destructor;
    return 0;
}
int PyCapsule_SetName(Attached ts, Object* capsule, const char* name) {
    auto r = capsule_of(ts, capsule, "PyCapsule_SetName");
    if (!r.ok()) return -1;
    r.take()->name = name;
    return 0;
}

}  // namespace baton::api
