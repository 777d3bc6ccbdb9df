// Where a warning was caused: the frame that the stack level counts to.
// Callers: attached threads.
#pragma once
#include "runtime/box.h"

namespace baton {

struct WarningContext {
    OptRef<Object> filename;
    int64_t line = 0;
    OptRef<Object> module;    // the name of the module
    OptRef<Object> registry;  // its __warningregistry__
};
// stack_level 1: the innermost Python frame. The import system's own frames do not count.
Result<WarningContext> warning_context(Attached ts, Index stack_level);

}  // namespace baton
