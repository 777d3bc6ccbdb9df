// Register code as text, for people, golden tests and fatal reports.
//
// Callers. Attached threads; nothing is changed and no Python code runs.
#pragma once

#include <string>

#include "vm/code.h"

namespace baton {

// One code object: a header, its instructions with line numbers, operands by name, depth and jump targets,
// and its handlers.
std::string disassemble(const Code& code);
// The same with all code objects among its constants, outer ones first.
std::string disassemble_all(const Code& code);

}  // namespace baton
