// Statements typed at a prompt: `baton` at a terminal, -i.
//
// Callers: the command, attached, no exception pending.
#pragma once
#include <cstdio>

#include "runtime/native.h"
#include "vm/code.h"

namespace baton {

// The words of welcome, unless -q was given.
void greet(Attached ts);
// Reads statements from standard input and runs them in `names` until the input ends. Errors are shown and
// the conversation goes on; a failure is SystemExit, or that there is no sys left to talk with. `first`: runs
// PYTHONSTARTUP before the first prompt.
Result<void> converse(Attached ts, Dict& names, bool first);
// Reads one statement, prompting for each line; empty when there was none on the line. `stream`: a stream of
// C, or null for descriptor 0. `ended`: the input is over.
Result<OptRef<Code>> read_statement(Attached ts, std::FILE* stream, Str& file, bool* ended);
// sys.ps1 and sys.ps2, unless they are there.
Result<void> set_prompts(Attached ts);

}  // namespace baton
