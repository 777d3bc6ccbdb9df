// The callable types of _operator. Callers: attached threads.
#pragma once
#include "runtime/native.h"
#include "vm/vm_types.h"

namespace baton {

extern const TypeSpec itemgetter_spec, attrgetter_spec, methodcaller_spec;

}  // namespace baton
