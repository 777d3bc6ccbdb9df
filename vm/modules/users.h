// pwd and grp: their types.
// Callers: vm_types.cpp.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec struct_passwd_spec, struct_group_spec;

}  // namespace baton
