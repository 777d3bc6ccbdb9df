// _queue: the types of SimpleQueue and its exception.
// Callers: vm_types.cpp.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec simple_queue_spec, queue_empty_spec;

}  // namespace baton
