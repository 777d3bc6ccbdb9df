// Source text to syntax tree: the whole Python 3.11 grammar, with 3.11's messages and carets.
//
// Invariants. Parsing makes no Python object, throws nothing and touches no global: everything it needs to
// know about the world (Unicode properties, codecs) comes through Hooks, everything it finds goes into the
// Arena and the ParseResult. Exactly one of `tree` and `error` is set. On an error the arena may hold
// leftovers; it stays usable.
//
// Callers. Any thread, attached or not. The hooks are called on the calling thread and may need what their
// `context` says they need (a token, for instance).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/ast.h"

namespace baton::ast {

enum class Mode : uint8_t { Exec, Eval, Single, FunctionType };

// The minor version of the language read where nobody asks for an older one.
inline constexpr int kFeatureVersion = 11;

// What the parser has to ask. Null members: ASCII needs none of them; a null Unicode test takes every
// non-ASCII character for a printable letter, a null `nfkc` is the identity, a null `name_to_char` knows no
// name, a null `decode` knows no encoding besides utf-8 and latin-1 (and their aliases).
struct Hooks {
    void* context = nullptr;
    bool (*is_xid_start)(void* context, uint32_t ch) = nullptr;
    bool (*is_xid_continue)(void* context, uint32_t ch) = nullptr;
    bool (*is_printable)(void* context, uint32_t ch) = nullptr;
    // Identifiers with non-ASCII characters only. UTF-8 in, UTF-8 out.
    void (*nfkc)(void* context, std::string_view identifier, std::string& out) = nullptr;
    // \N{name}: false if there is no such character.
    bool (*name_to_char)(void* context, std::string_view name, uint32_t* ch) = nullptr;
    // Bytes in the encoding of the cookie to UTF-8: false with a message in `out` if they cannot be decoded;
    // an unknown encoding sets *unknown.
    bool (*decode)(void* context, std::string_view encoding, std::string_view bytes, std::string& out,
                   bool* unknown) = nullptr;
};

struct ParseOptions {
    Mode mode = Mode::Exec;
    bool ignore_cookie = false;      // the text came as str: it is UTF-8, whatever a cookie says
    bool allow_incomplete = false;   // PyCF_ALLOW_INCOMPLETE_INPUT: message "incomplete input" at the end
    bool dont_imply_dedent = false;  // PyCF_DONT_IMPLY_DEDENT
    bool type_comments = false;      // PyCF_TYPE_COMMENTS: `# type:` comments are part of the program
    int feature_version = kFeatureVersion;  // what came after Python 3.<this> is refused
    int max_int_digits = 4300;              // sys.set_int_max_str_digits(); 0: no limit
    // The parser ends with MemoryError rather than let the stack grow below this address. Null: 6 MB from
    // here.
    const void* stack_floor = nullptr;
    bool barry_as_bdfl = false;  // PyCF: from __future__ import barry_as_FLUFL is in force
    Hooks hooks;
};

enum class ErrorKind : uint8_t { SyntaxError, IndentationError, TabError, MemoryError, ValueError };

// The attributes of CPython's SyntaxError. Offsets count characters from 1. 0 or -1 where 3.11 says so.
struct ParseError {
    ErrorKind kind = ErrorKind::SyntaxError;
    std::string message;
    int lineno = 0;
    int offset = 0;
    int end_lineno = 0;
    int end_offset = 0;
    bool has_text = false;
    std::string text;       // the line, UTF-8 (invalid bytes replaced)
    bool in_field = false;  // in a replacement field of an f-string, whose text then stands for the line
};

enum class WarningKind : uint8_t { DeprecationWarning, SyntaxWarning };

// `pos` is the literal's, for the SyntaxError that a filter may make of the warning.
struct ParseWarning {
    WarningKind kind;
    std::string message;
    Pos pos;
};

struct ParseResult {
    Mod* tree = nullptr;
    std::optional<ParseError> error;
    std::vector<ParseWarning> warnings;
};

// CPython's limit on the depth of its own parser; ours counts alike, so the tree is never deeper than this
// except along left-leaning chains.
inline constexpr int kMaxNesting = 6000;

// How much stack a parse may use where the caller names no floor.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr size_t kParserStack = size_t{48} << 20;  // its frames are several times as large
#else
inline constexpr size_t kParserStack = size_t{6} << 20;
#endif

ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& options);

}  // namespace baton::ast
