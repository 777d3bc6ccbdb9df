// From source text or a syntax tree to code objects.
//
// Invariants. Code is verified (verify.h) before anybody sees it, in builds with DCHECK. Errors are
// SyntaxError and its kin with filename, position and source line as in CPython 3.11; nesting that is too
// deep is RecursionError: more than kMaxCompileNesting levels, or more than the thread's C stack holds.
//
// Callers. Attached threads, no exception pending.
#pragma once

#include <string_view>

#include "vm/ast.h"
#include "vm/code.h"

namespace baton {

// FunctionType: trees only.
enum class CompileMode : uint8_t { Exec, Eval, Single, FunctionType };

struct CompileFlags {
    int future = 0;               // kCodeFuture* bits in force from outside
    bool source_is_text = false;  // the source came as str: UTF-8, a coding cookie means nothing
    bool dont_imply_dedent = false;
    bool allow_incomplete_input = false;
    bool allow_top_level_await = false;
    bool type_comments = false;
    int feature_version = -1;  // read the text as Python 3.<this>; -1: as what we are
};

inline constexpr int kMaxCompileNesting = 3000;  // CPython's: recursion limit of 1000 by 3
// The bits of co_flags that compile() takes and hands on.
inline constexpr int kFutureMask =
    kCodeFutureDivision | kCodeFutureAbsoluteImport | kCodeFutureWithStatement | kCodeFuturePrintFunction |
    kCodeFutureUnicodeLiterals | kCodeFutureBarryAsBdfl | kCodeFutureGeneratorStop | kCodeFutureAnnotations;

// optimize: 0, 1 (no assert, __debug__ false), 2 (also no docstrings).
Result<Ref<Code>> compile_source(Attached ts, std::string_view source, Str& filename, CompileMode mode,
                                 CompileFlags flags = {}, int optimize = 0);
Result<Ref<Code>> compile_ast(Attached ts, ast::Arena& arena, const ast::Mod& tree, Str& filename,
                              CompileFlags flags = {}, int optimize = 0);
// A constant, and the text of one, as objects.
Result<Ref<Object>> ast_constant_object(Attached ts, const ast::ConstantValue& value);
Result<Ref<Str>> ast_text_object(Attached ts, ast::Text text);
// The tree alone; SyntaxError as above. The arena must outlive it.
Result<ast::Mod*> parse_source(Attached ts, ast::Arena& arena, std::string_view source, Str& filename,
                               CompileMode mode, CompileFlags flags = {});

// The text of a source file as UTF-8, by its mark or cookie; unchanged where it cannot be decoded.
std::string decode_source(Attached ts, std::string_view source);

}  // namespace baton
