// The text of Python's ast.dump(tree, include_attributes=True), and the facts about Unicode the parser asks
// for.
//
// Invariants. Made from vm/ast.def, so a field forgotten there shows here.
//
// Callers. Tests.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "vm/parser.h"

namespace baton::ast {

// Unicode facts recorded from Python by tools/ast_oracle.py, one per line:
//   start|continue|print FIRST LAST      ranges, hexadecimal
//   name HEX NAME                         character names
//   nfkc FROM TO                          identifiers
class UnicodeFacts {
  public:
    bool load(const char* path);
    Hooks hooks();

  private:
    using Ranges = std::vector<std::pair<uint32_t, uint32_t>>;
    static bool contains(const Ranges& ranges, uint32_t ch);
    Ranges start_, continue_, print_;
    std::unordered_map<std::string, uint32_t> names_;
    std::unordered_map<std::string, std::string> nfkc_;
};

std::string dump(const Mod* tree, const Hooks& hooks);
// dump() of the tree, or the error as "Kind [message, lineno, offset, text, end_lineno, end_offset]", a JSON
// list.
std::string describe(const ParseResult& result, const Hooks& hooks);

}  // namespace baton::ast
