// The command line and the environment, as the `baton` command and Py_BytesMain understand them.
// Callers: before initialisation; plain C++ data, no Python object.
#pragma once
#include <string>

#include "threadstate/gil.h"
#include "vm/interp_data.h"

namespace baton {

struct CommandLine {
    enum class Run { nothing, file, command, module, standard_input } run = Run::nothing;
    enum class Asked {
        nothing,
        help,
        help_env,
        help_x,
        help_all,
        version,
        version_twice
    } asked = Asked::nothing;
    std::string what;        // the file, the source text of -c, the module of -m
    bool gil_stats = false;  // -X gilstats: print the lock's counters at exit
    bool dis = false;        // -X dis: show register code instead of running
    int error_status = 2;    // what to exit with when reading failed
    GilSettings gil;
    Config config;
};

// Reads argv and the environment. False: *error is the message for standard error.
bool read_command_line(int argc, char** argv, CommandLine* out, std::string* error);
// A program by its name in the folders of PATH; empty: none.
std::string search_program(const std::string& name);
// Finds the standard library, prefix and sys.path, unless given. False: not found; *error says where it was
// looked for.
bool find_standard_library(Config* config, std::string* error);

}  // namespace baton
