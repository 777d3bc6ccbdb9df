// BytesWarning, which the options -b and -bb ask for: bytes that are taken for text.
// Callers: attached threads.
#pragma once
#include "runtime/type.h"

namespace baton {

// Warns when the option was given. `what`: "Comparison between bytes and string".
Result<void> warn_about_bytes(Attached ts, const char* what);
// For a comparison of bytes (`name` says which kind) with something else.
Result<void> warn_about_comparison(Attached ts, const char* name, const Object& a, const Object& b,
                                   CompareOp op);

}  // namespace baton
