// Instances of Python classes: where their attributes are.
//
// Layout: [gc head][refcnt][type][fields of C bases and __slots__][dict*][weaklist*][InlineHeader][inline
// Values...]. A table of keys shared by the class names the inline slots. dict* stays null until somebody
// asks for __dict__, or an attribute does not fit (no slot left, or out of the shared order); then all values
// move into the dict for good. Invariants: dict* set => filled = capacity = 0 (inline mode is over). A slot
// at or beyond `filled` is empty; an empty slot below it was deleted. Attribute order is slot order. Slots
// hold canonical Values, owned. So the inline paths are: load i: `i < filled && slot[i]`; overwrite: the
// same; add a new key at i: `i >= filled && i < capacity`, then filled = i + 1. All under the type's version,
// which changes when a new shared key shadows an attribute of the class; a method found under a version is
// not shadowed while dict* is null. Callers: attached threads.
#pragma once
#include "runtime/gc.h"
#include "runtime/type.h"

namespace baton {

inline constexpr int kMaxInline = 30;

struct InlineHeader {
    uint16_t filled;
    uint16_t capacity;
    uint32_t unused;
};
static_assert(sizeof(InlineHeader) == 8);

// Append-only; owned by its type. Names are interned and counted.
struct SharedKeys {
    uint16_t count;
    uint16_t capacity;  // inline slots that a new instance gets; doubled when one had too few
    uint8_t index[64];  // open addressing by name pointer: slot + 1, 0 = none
    Str* name[kMaxInline];
};
// The slot of a name, or -1. The name must be interned to be found.
inline int shared_keys_find(const SharedKeys& keys, const Str& name) {
    for (size_t h = reinterpret_cast<uintptr_t>(&name) >> 4;; ++h) {
        int i = keys.index[h & 63];
        if (i == 0) return -1;
        if (keys.name[i - 1] == &name) return i - 1;
    }
}

// Offsets are TypeInfo::inline_offset (never 0 where there are inline slots).
inline InlineHeader& inline_header(Object& o, uint32_t offset) {
    return *reinterpret_cast<InlineHeader*>(reinterpret_cast<char*>(&o) + offset);
}
inline Value* inline_slots(Object& o, uint32_t offset) {
    return reinterpret_cast<Value*>(reinterpret_cast<char*>(&o) + offset + sizeof(InlineHeader));
}
// Where the dict pointer of o is; null: it has none.
Object** dict_slot(Object& o);
// dict* is null: no attribute of o is outside the inline slots. Precondition: info(o).inline_offset != 0.
inline bool has_no_dict(Object& o) {
    return *reinterpret_cast<Object**>(reinterpret_cast<char*>(&o) + o.type->dictoffset) == nullptr;
}

// The attribute stored in the instance itself, owned; empty = none there.
Result<OptRef<Object>> instance_get(Attached ts, Object& o, Str& name);
// Stores (or with null deletes) it there. false: deleting what is not there, or o has no room for attributes.
Result<bool> instance_set(Attached ts, Object& o, Str& name, Object* value);
// Moves the inline values into a dict, which is from now on the only place. Returns the dict, borrowed.
Result<Dict*> materialize_dict(Attached ts, Object& o);

// The dealloc, traverse and clear of every Python class.
void python_dealloc(Attached ts, Object& self);
int python_traverse(Object* self, VisitProc visit, void* arg);
int python_clear(Object* self);
// Runs o's finalizer unless it ran before. false: it was resurrected, so the dealloc must stop. For deallocs.
bool call_finalizer(Attached ts, Object& o);

// C's generic functions for PyTypeObject fields.
Object* c_generic_alloc(Type* type, Index items);
void c_free_object(void* p);     // PyObject_Free
void c_free_gc_object(void* p);  // PyObject_GC_Del

}  // namespace baton
