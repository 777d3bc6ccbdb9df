// The type of time tuples.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec struct_time_spec;

}  // namespace baton
