// The `baton` command: what Py_BytesMain runs.
#pragma once

namespace baton {

struct ImportHooks;

// Reads the command line, initialises, runs the program, finalizes. The exit status of the process.
int run_command(int argc, char** argv, const ImportHooks* import_hooks);

}  // namespace baton
