// Why a text is not Python: message, kind and caret as CPython 3.11 gives them.
//
// Invariants. Runs only after the parser has refused a text. Reads the text again lazily, token by token,
// with an ordered grammar (parser_grammar.h) as CPython does: first without, then with the rules that
// describe wrong programs. How far the reading got, and in which order things were tried, decides the answer.
//
// Callers. parse(), and itself for the replacement fields of f-strings.
#pragma once

#include <string_view>

#include "vm/parser.h"

namespace baton::ast {

struct DiagnoseInput {
    std::string_view buffer;
    bool counts_characters = true;
    bool replacement_field = false;  // the text is "(field)\n" of an f-string
    int first_lineno = 1;
    int first_col = 0;
};

ParseError diagnose(const DiagnoseInput& input, const ParseOptions& options);

}  // namespace baton::ast
