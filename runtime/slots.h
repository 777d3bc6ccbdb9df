// Slots: the functions by which a type does what it does, in their internal form, and the pairs that tie each
// to its C twin.
//
// What: for every row of slots.def a type has an internal slot (first argument Attached, errors by Result) in
// its TypeInfo and a C slot in PyTypeObject. `slot<f>` makes the pair of a C++ function and the C thunk that
// enters it; the thunk is bound to f and never re-dispatches on the type of self. set_slot (type_slots.cpp)
// is the only writer of either. Callers: attached threads. Object parameters are borrowed, results are owned.
#pragma once
#include "runtime/result.h"

namespace baton {

enum class CompareOp : int { lt, le, eq, ne, gt, ge };

using UnaryFn = Result<Ref<Object>> (*)(Attached, Object&);
using BinaryFn = Result<Ref<Object>> (*)(Attached, Object&, Object&);  // may answer NotImplemented
using TernaryFn = Result<Ref<Object>> (*)(Attached, Object&, Object&, Object&);
using PredicateFn = Result<bool> (*)(Attached, Object&);
using LengthFn = Result<Index> (*)(Attached, Object&);
using IndexArgFn = Result<Ref<Object>> (*)(Attached, Object&, Index);
using SetIndexFn = Result<void> (*)(Attached, Object&, Index, Object* value);      // null value: delete
using SetKeyFn = Result<void> (*)(Attached, Object&, Object& key, Object* value);  // null value: delete
using ContainsFn = Result<bool> (*)(Attached, Object&, Object&);
using CompareFn = Result<Ref<Object>> (*)(Attached, Object&, Object&,
                                          CompareOp);  // may answer NotImplemented
using GetAttrFn = Result<Ref<Object>> (*)(Attached, Object&, Str& name);
using SetAttrFn = Result<void> (*)(Attached, Object&, Str& name, Object* value);  // null value: delete
// Arguments of a call: args[0..nargs) positional, then one value per name in kwnames (null = none). All
// borrowed; the array is scratch memory of the caller, in which the callee may box Values in place; args[-1]
// may be overwritten and restored.
using CallFn = Value (*)(Attached, Object& callee, Value* args, size_t nargs,
                         Tuple* kwnames);  // nothing = raised
// The end may also be told by raising StopIteration, which then may carry a value; iter_next (object_ops.h)
// clears that up.
using IterNextFn = Next (*)(Attached, Object&);
using DescrGetFn = Result<Ref<Object>> (*)(Attached, Object& self, Object* instance, Object* owner);
using DescrSetFn = Result<void> (*)(Attached, Object& self, Object& instance, Object* value);
using InitFn = Result<void> (*)(Attached, Object& self, Value* args, size_t nargs, Tuple* kwnames);
using NewFn = Result<Ref<Object>> (*)(Attached, Type& cls, Value* args, size_t nargs, Tuple* kwnames);
using DeallocFn = void (*)(Attached, Object&);
using FinalizeFn = void (*)(Attached, Object&);  // keeps a pending exception; own errors are unraisable
using HashOfFn = Result<Index> (*)(Attached, Object&);  // never -1

enum class SlotKind : uint8_t {
    Unary,
    Binary,
    Ternary,
    Predicate,
    Length,
    HashOf,
    IndexArg,
    SetIndex,
    SetKey,
    Contains,
    Compare,
    GetAttr,
    SetAttr,
    Call,
    IterNext,
    DescrGet,
    DescrSet,
    Init,
    New,
    Dealloc,
    Finalize
};
enum class SlotId : uint8_t {
#define SLOT(id, kind, group, field, dunder, reflected, doc) id,
#include "runtime/slots.def"
#undef SLOT
    count
};
inline constexpr int kSlotCount = static_cast<int>(SlotId::count);

inline constexpr int kSlotKindCount = static_cast<int>(SlotKind::Finalize) + 1;

// One dunder of a row of slots.def, laid out as CPython's struct wrapperbase, which compiled extensions copy
// and repoint (to give a docstring): so a row is told by its number, not by its address.
struct SlotRow {
    const char* name;
    int number;       // index in the table of dunders (slot_table.h)
    void* function;   // the C function for a class that defines the dunder in Python
    void* wrapper;    // unused; never null
    const char* doc;  // "__add__($self, value, /)\n--\n\nStands behind self+value."
    int flags;        // 1: takes keywords
    Object* name_object;
};
static_assert(sizeof(SlotRow) == 56);

// A C++ slot function and its C thunk.
template <class Fn>
struct SlotPair {
    Fn internal = nullptr;
    void* (*c)() = nullptr;  // gives the address of the C thunk (no pointer cast is a constant expression)
};

}  // namespace baton
