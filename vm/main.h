// The `baton` command: what Py_BytesMain runs.
#pragma once
#include "threadstate/attached.h"

namespace baton {

struct CommandLine;
struct ImportHooks;

// Prints what the command line asks about: help, version.
void answer_question(const CommandLine& cmd);
// Runs what the command line says in the runtime that is initialised, finalizes it: the process's exit
// status. `failed`: initialisation raised.
int run_and_finalize(Attached ts, const CommandLine& cmd, bool failed);
// Reads the command line, initialises, runs the program, finalizes. The exit status of the process.
int run_command(int argc, char** argv, const ImportHooks* import_hooks);

}  // namespace baton
