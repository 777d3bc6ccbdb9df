#include "vm/parser_diagnose.h"
namespace baton::ast {
ParseError diagnose(const DiagnoseInput& input, const ParseOptions& options) { ParseError e; e.message="invalid syntax"; return e; }
}
