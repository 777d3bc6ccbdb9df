// Expressions back to source text, as `from __future__ import annotations` keeps them.
//
// Invariants. The text is CPython 3.11's to the character: its spacing, its parentheses, its quotes.
// Callers. Anybody, in any state; no Python object is touched.
#pragma once

#include <string>

#include "vm/ast.h"

namespace baton {

void unparse(std::string& out, const ast::Expr* e);

}  // namespace baton
