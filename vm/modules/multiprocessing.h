// _multiprocessing: its type.
// Callers: vm_types.cpp, while the process starts.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec sem_lock_spec;

// Puts the limit into the type; once per process, when it is ready.
void multiprocessing_init_process(Attached ts);

}  // namespace baton
