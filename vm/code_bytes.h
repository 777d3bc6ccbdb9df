// The tables of code objects as bytes, for marshal and for the cache of compiled library modules.
//
// What: everything of a code object that is not an object itself, in the byte order of the machine, inline
// caches empty. The first word tells for which table of opcodes and layout of tables it was written; nobody
// else can read it. Callers: attached threads; nothing is changed.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "vm/code.h"

namespace baton {

// Empties the inline caches of instructions. False: the words are not whole instructions.
bool empty_caches(std::vector<Instr>& code);

uint64_t code_format();  // of this build: opcodes, their operands, tables

std::string code_to_bytes(const Code& c);

// What code_to_bytes wrote, and the parts that point into it; the objects are for the caller to add.
struct CodeTables {
    std::vector<Instr> code;
    std::vector<uint16_t> depth;
    std::vector<ExceptionEntry> exceptions;
    std::vector<PositionEntry> positions;
    CodeParts parts;
};
// False: not written by code_to_bytes of this format. Operands are not looked at: that is the verifier's
// work.
bool code_from_bytes(std::string_view bytes, CodeTables* out);

}  // namespace baton
