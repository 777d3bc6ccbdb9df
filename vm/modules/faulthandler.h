// faulthandler: what start-up needs of it. Callers: attached threads.
#pragma once
#include "runtime/result.h"

namespace baton {

// -X faulthandler: tracebacks to standard error at fatal signals.
Result<void> faulthandler_start(Attached ts);

}  // namespace baton
