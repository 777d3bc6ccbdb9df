// Attributes: look-up on objects and types, descriptors.
//
// Callers: attached threads, no exception pending. Names are str objects, preferably interned (id(Name::x)).
#pragma once
#include "runtime/box.h"
#include "runtime/type.h"

namespace baton {

Result<Ref<Object>> get_attr(Attached ts, Object& o, Str& name);         // o.name
Result<OptRef<Object>> get_attr_opt(Attached ts, Object& o, Str& name);  // absent instead of AttributeError
Result<void> set_attr(Attached ts, Object& o, Str& name, Object& value);
Result<void> del_attr(Attached ts, Object& o, Str& name);
Result<bool> has_attr(Attached ts, Object& o, Str& name);

// The default tp_getattro and tp_setattro; _opt: absent instead of an AttributeError of its own.
Result<OptRef<Object>> generic_get_attr_opt(Attached ts, Object& o, Str& name);
Result<Ref<Object>> generic_get_attr(Attached ts, Object& o, Str& name);
Result<void> generic_set_attr(Attached ts, Object& o, Str& name, Object* value);
// Method look-up without binding: true: *method is a function to be called with self first; false: *method is
// bound.
Result<bool> get_method(Attached ts, Object& o, Str& name, OptRef<Object>* method);

// Along the MRO of t; borrowed, null = absent; never raises. Cached by (version_tag, name).
Object* type_lookup(const Type& t, Str& name);
// A special method of o's type, bound to o (through its __get__); empty = absent.
Result<OptRef<Object>> lookup_special(Attached ts, Object& o, Str& name);

// obj.__dict__ of any kind of instance; makes it when needed. Empty: the object has none.
Result<OptRef<Object>> get_dict(Attached ts, Object& o, bool create);
Result<void> set_dict(Attached ts, Object& o, Object* dict);
// The inline attribute of an instance, or null: fast path of the VM and of generic_get_attr (instance.h has
// the layout).

}  // namespace baton
