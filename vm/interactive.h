// Statements typed at a prompt: `baton` at a terminal, -i.
//
// Callers: the command, attached, no exception pending.
#pragma once
#include "runtime/native.h"

namespace baton {

// The words of welcome, unless -q was given.
void greet(Attached ts);
// Reads statements from standard input and runs them in `names` until the input ends. Errors are shown and
// the conversation goes on; a failure is SystemExit, or that there is no sys left to talk with. `first`: runs
// PYTHONSTARTUP before the first prompt.
Result<void> converse(Attached ts, Dict& names, bool first);

}  // namespace baton
