// The static types of vm/ (vm_types.def), declared as runtime/type.h declares those of runtime/types.def.
#pragma once
#include "runtime/type.h"

namespace baton {

#define TYPE(symbol, accessor, layout, spec) \
    BATON_DATA Type symbol;                  \
    inline Type& accessor() {                \
        return symbol;                       \
    }
#include "vm/vm_types.def"
#undef TYPE

// Fills them all, once per process, after the types of runtime/.
void ready_vm_types(Attached ts);

}  // namespace baton
