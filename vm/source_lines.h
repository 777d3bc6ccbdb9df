// Source lines for tracebacks and the marks under them.
#pragma once
#include <string>
#include <vector>

#include "runtime/types/str.h"
#include "vm/code.h"

namespace baton {

// Line `lineno` (from 1) of the file a code object names, without its newline. False: there is no such line
// or file. Never raises. Callers: attached threads.
bool source_line_of(Attached ts, Str& filename, int lineno, std::string* out);

// The line of '~' and '^' under a source line that was shown without its first `stripped` bytes; empty:
// nothing to mark. A binary operation or subscript marks its operator with '^' and the rest with '~'.
std::string carets_under(const std::string& line, size_t stripped, size_t shown,
                         const PositionEntry& position, int lineno);

// The text line(s) of a SyntaxError's location as they are printed, indented by four; offsets are 1-based, -1
// = unknown.
std::vector<std::string> syntax_error_lines(const std::string& text, int64_t offset, int64_t end_offset,
                                            int64_t line, int64_t end_line);

// Text as UTF-8 with what cannot be encoded escaped with a backslash.
std::string encode_for_stderr(Attached ts, Str& text);

}  // namespace baton
