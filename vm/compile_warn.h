// Warnings about source text.
//
// Callers: attached threads, no exception pending.
#pragma once
#include <string_view>

#include "runtime/raise.h"

namespace baton {

// warnings.warn_explicit(message, category, filename, lineno): raises the warning where a filter says
// "error". Does nothing before the module warnings exists.
Result<void> warn_explicit(Attached ts, Exc category, std::string_view message, Str& filename, int lineno);

}  // namespace baton
