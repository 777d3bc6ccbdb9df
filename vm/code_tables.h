// The tables of code objects in the forms that cp311's attributes have: co_linetable, co_lnotab,
// co_exceptiontable.
//
// What: encodings of our own tables and back. Offsets count code units; a word of ours is kUnitsPerWord of
// them, so that co_code can hold the words as they are. Callers: anybody; no Python object is touched.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "vm/code.h"

namespace baton {

inline constexpr int kUnitsPerWord = static_cast<int>(sizeof(Instr) / 2);
inline constexpr int64_t kBytesPerWord = sizeof(Instr);

std::string encode_positions(const Code& c);
std::string encode_exceptions(const Code& c);
std::string encode_lnotab(const Code& c);

// Of a table for `words` words of code; what it says of later ones is left out, what it does not reach has no
// line. False: cut off.
bool decode_positions(std::string_view table, int firstlineno, uint32_t words,
                      std::vector<PositionEntry>* out);
bool decode_exceptions(std::string_view table, std::vector<ExceptionEntry>* out);
// The number of live temporaries before each instruction, found by following the code. False: paths disagree,
// or leave the code.
bool find_depths(std::span<const Instr> code, std::span<const ExceptionEntry> exceptions, int max_depth,
                 std::vector<uint16_t>* out);

}  // namespace baton
