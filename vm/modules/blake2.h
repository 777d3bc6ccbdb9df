// _blake2: the two hash types.
// Callers: vm_types.cpp, while the process starts.
#pragma once
#include "runtime/type.h"

namespace baton {

// Puts the limits into the types; once per process, when they are ready.
void blake2_init_process(Attached ts);

extern const TypeSpec blake2b_spec, blake2s_spec;

}  // namespace baton
