// The iterators of the _string module: the pieces of a format string, and the steps of a field name.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

extern const TypeSpec formatter_iterator_spec;
extern const TypeSpec field_name_iterator_spec;

}  // namespace baton
