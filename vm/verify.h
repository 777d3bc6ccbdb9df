// The verifier: proof that a code object keeps the rules of opcodes.def.
//
// What it checks, along all paths: operands in range and of their kind, no jump into the middle of an
// instruction, one depth per instruction and the recorded one, taken operands topmost, locals bound before
// they are read, handlers sane, no way out past the end, caches zero.
//
// Callers. The compiler, in builds with DCHECK; tests. Attached threads; nothing is changed.
#pragma once

#include <string>

#include "vm/code.h"

namespace baton {

// Empty, or what is wrong and where. `fresh`: the code has not run yet, so its caches must be zero.
std::string verify_code(const Code& code, bool fresh);
// Ends the process with verify_code's text and the disassembly if it is not empty.
void check_code(const Code& code);

}  // namespace baton
