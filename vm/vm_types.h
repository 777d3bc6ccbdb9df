// The static types of vm/ (vm_types.def), declared as runtime/type.h declares those of runtime/types.def.
#pragma once
#include "runtime/type.h"

namespace baton {

#define TYPE(symbol, accessor, layout)        \
    BATON_DATA Type symbol;                   \
    inline Type& accessor() { return symbol; }
#include "vm/vm_types.def"
#undef TYPE

}  // namespace baton
