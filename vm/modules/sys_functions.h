// The functions of sys, and the hooks' default behaviour.
// Callers: attached threads.
#pragma once
#include "runtime/native.h"

namespace baton {

extern const Method* const sys_functions;

}  // namespace baton
