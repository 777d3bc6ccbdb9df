// The slot machinery's own table: for each row of slots.def where its two functions stand, and for each
// dunder its row.
//
// Private to the files slot_*.cpp and type_*.cpp. Invariant: set_slot writes both functions of a slot or
// neither, so that the internal one and C's always do the same thing. dunder_rows is filled once per process
// and constant from then on.
#pragma once
#include "runtime/slots.h"
#include "runtime/type.h"

namespace baton {

enum class SlotGroup : uint8_t { type, number, sequence, mapping, async };
struct SlotEntry {
    SlotId id;
    SlotKind kind;
    SlotGroup group;
    uint16_t internal_offset;  // in TypeInfo
    uint16_t c_offset;         // in Type or the group's struct
};
extern const SlotEntry slot_entries[kSlotCount];

// The two functions of a slot, type-erased. internal null: nothing there.
struct SlotFunctions {
    void* internal = nullptr;
    void* c = nullptr;
    explicit operator bool() const { return internal != nullptr; }
    friend bool operator==(const SlotFunctions& a, const SlotFunctions& b) {
        return a.internal == b.internal && a.c == b.c;
    }
};

inline void*& internal_slot(const Type& t, SlotId id) {
    return *reinterpret_cast<void**>(reinterpret_cast<char*>(t.info) +
                                     slot_entries[static_cast<int>(id)].internal_offset);
}
// The address of the C field; null when the type has no struct for the group.
void** c_slot(Type& t, SlotId id);
inline void* c_slot_value(const Type& t, SlotId id) {
    void** p = c_slot(const_cast<Type&>(t), id);
    return p ? *p : nullptr;
}
SlotFunctions get_slot(const Type& t, SlotId id);
void set_slot(Type& t, SlotId id, SlotFunctions f);  // makes the group's struct when it must
SlotFunctions spec_slot(const TypeSpec& spec, SlotId id);

// Internal functions that call a C slot of type(self): what types written in C get (slot_bridge.cpp).
extern void* const slot_bridges[kSlotCount];
// Looks the dunder up on type(self) and calls it; null where a Python method cannot fill the slot
// (slot_python.cpp).
SlotFunctions python_slot(SlotId id);
bool has_python_getattr(const Type& t);  // the getattro slot looks __getattr__ up too

struct Dunder {
    SlotId row;
    uint8_t variant;  // richcompare: CompareOp; else 1 = reflected or delete form
};
inline constexpr int kDunderCapacity = 112;
extern int dunder_count;
extern const Dunder* const dunders;
extern SlotRow dunder_rows[kDunderCapacity];
void slots_init_process();
inline const Dunder& dunder_of(const SlotRow& row) {
    return dunders[row.number];
}

// What a wrapper descriptor of row `row` around `f` does when it is called (slot_wrappers.cpp).
Result<Ref<Object>> call_wrapped(Attached ts, const SlotRow& row, SlotFunctions f, Object& self, Value* args,
                                 size_t nargs, Tuple* kwnames);

// The hash slot of unhashable types.
SlotFunctions unhashable_slot();
// Sets every slot of `t` whose dunders include `name` (null: all slots) from what the MRO holds now
// (type_slots.cpp).
void update_slots(Attached ts, Type& t, Str* name);
void update_slots_of_subclasses(Attached ts, Type& t, Str& name);

}  // namespace baton
