// Descriptors made from rows: methods, members, computed attributes, and wrappers of slots.
//
// Invariants: the row (MethodDef, MemberDef, GetSetDef, SlotRow) outlives the descriptor. A wrapper holds
// both functions of its slot, so that calling it does what the owner's slot does, whatever type self has.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "runtime/slot_table.h"

namespace baton {

struct NativeWrapperDescr : WrapperDescr {
    void* internal;  // with `wrapped` the slot's pair; a bridge where the owner is written in C
};
struct NativeGetSetDescr : GetSetDescr {
    const GetSet* row;  // of a native type; then getset is null
};
struct MethodWrapper : Object {  // a slot wrapper bound to self
    NativeWrapperDescr* descr;
    Object* self;
};

Result<Ref<Object>> descr_new_method(Attached ts, Type& owner, MethodDef& def);
Result<Ref<Object>> descr_new_class_method(Attached ts, Type& owner, MethodDef& def);
Result<Ref<Object>> descr_new_member(Attached ts, Type& owner, MemberDef& def);
Result<Ref<Object>> descr_new_getset(Attached ts, Type& owner, GetSetDef& def);
Result<Ref<Object>> descr_new_native_getset(Attached ts, Type& owner, const GetSet& row);
Result<Ref<Object>> descr_new_wrapper(Attached ts, Type& owner, SlotRow& row, SlotFunctions f);
Result<Ref<Object>> method_wrapper_new(Attached ts, Object& descr, Object& self);  // PyWrapper_New

Result<Ref<Object>> staticmethod_new(Attached ts, Object& function);
Result<Ref<Object>> classmethod_new(Attached ts, Object& function);
Object* classmethod_callable(const Object& o);  // what a classmethod object wraps; null = something else
Result<Ref<Object>> bound_method_new(Attached ts, Object& function, Object& self);

// PyMember_GetOne and PyMember_SetOne: `base` is the address of the struct.
Result<Ref<Object>> member_get(Attached ts, const char* base, const MemberDef& m);
Result<void> member_set(Attached ts, char* base, const MemberDef& m, Object* value);

inline bool is_data_descriptor(const Object& o) {
    return info(o).descr_set != nullptr;
}

// __text_signature__ and __doc__ of things whose C doc begins with "name(signature)\n--\n\n". None when there
// is none.
Result<Ref<Object>> doc_without_signature(Attached ts, const char* name, const char* doc);
Result<Ref<Object>> doc_signature(Attached ts, const char* name, const char* doc);
Result<Ref<Object>> method_doc(Attached ts, const MethodDef& def);
Result<Ref<Object>> method_text_signature(Attached ts, const MethodDef& def);

// fget of a property; borrowed, null = none.
Object* property_getter(const Object& property);
Object* property_setter(const Object& property);  // fset, likewise

}  // namespace baton
