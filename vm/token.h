// Tokens of Python source.
//
// Invariants. `start` and `end` are byte offsets into the lexer's buffer; columns are UTF-8 byte offsets in
// the line. Indent, Dedent and EndMarker have no place of their own: their columns are -1, as in CPython, and
// error positions depend on it.
//
// Callers. Anybody; plain data.
#pragma once

#include <cstdint>
#include <string_view>

namespace baton::ast {

enum class Tok : uint8_t {
#define TOKEN(name, text) name,
#include "vm/token.def"
};

struct Token {
    Tok type;
    uint16_t level;  // open brackets around it
    uint32_t start;
    uint32_t end;
    int lineno;
    int col;
    int end_lineno;
    int end_col;
};

// The spelling of an operator or keyword, the upper-case name of another token.
std::string_view token_text(Tok type);

// The keyword with this spelling, or Tok::Name.
Tok keyword_or_name(const char* text, size_t size);

}  // namespace baton::ast
