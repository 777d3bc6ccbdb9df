// What the files that make and change types share; not for the rest of the runtime.
#pragma once
#include "runtime/type.h"

namespace baton {

inline constexpr uint32_t kFirstHeapVersion =
    1u << 16;  // static types have smaller ones, the same in every interpreter

// The types of types.def, once per process.
void runtime_init_types(Attached ts);
// Makes an object of a static type's furniture live for ever, untracked.
void make_immortal(Object& o);

TypeInfo* new_type_info();
void method_cache_clear(TypeInfo& info);
void method_cache_complete(Type& t);
SubclassList& subclass_list(Attached ts, Type& t);
TypeData& type_data(Attached ts, Type& t);
bool add_subclass(Attached ts, Type& base, Type& sub);
void remove_subclass(Attached ts, Type& base, Type& sub);

Result<Ref<Tuple>> compute_mro(Attached ts, Type& type);
Result<void> assign_mro(Attached ts, Type& type);
// Brings the internal slots of a type written in C in step with its C slots.
void resync_c_slots(Type& t);
// The base whose instances' layout t's instances extend.
Type* solid_base(Type& t);
Result<Type*> best_base(Attached ts, Tuple& bases);
// Do instances of these two have the same layout, so that one may become the other?
bool same_layout(Type& a, Type& b);
// Bases, MRO, dict entries and slots of a type whose own fields are set: what all ways to make a type share.
Result<void> finish_type(Attached ts, Type& t);

bool is_dunder_name(const Str& s);  // "__x__"
// type_modified for a change of one attribute, whose name is interned: the rest of what is cached stays. Call
// it before the old value is dropped. value_only: one plain value took another's place, which whoever reads
// class values from their dict need not be told of.
void type_attribute_changed(Type& type, Str& name, bool value_only);
Object* type_lookup_uncached(const Type& t, Str& name);

void type_dealloc(Attached ts, Object& self);

}  // namespace baton
