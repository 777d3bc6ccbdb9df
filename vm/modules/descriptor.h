// A file descriptor as Python code gives it: an int, or an object with fileno().
// Callers: attached threads.
#pragma once
#include "runtime/result.h"

namespace baton {

// TypeError for other objects, ValueError for a negative one.
Result<int> file_descriptor(Attached ts, Object& o);

}  // namespace baton
