// Where the configuration comes from besides the command line: environment variables and -X options.
// Callers: before initialisation; plain C++ data, no Python object.
#pragma once
#include <string>
#include <vector>

#include "threadstate/gil.h"
#include "vm/interp_data.h"

namespace baton {

// Reads the environment (unless the configuration ignores it) and the x_options; what the command line has
// set already stays. False: *error is the report of a fatal error.
bool read_environment(Config* config, GilSettings* gil, std::string* error);
std::vector<std::string> split_text(const char* text, char by);

}  // namespace baton
