// Source bytes made ready for the lexer: byte order mark and coding cookie obeyed, decoded to UTF-8, line
// ends made '\n', one '\n' appended in exec mode.
//
// Invariants. The buffer holds no NUL besides the terminating one that std::string keeps. A source without
// cookie or byte order mark is taken as UTF-8 without looking: bad bytes are found where they matter, in
// identifiers and strings, as CPython does. `counts_characters` says whether error offsets count characters
// (text with a known encoding) or bytes (bytes without cookie): 3.11 differs there, so we do.
//
// Callers. The parser.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "vm/parser.h"

namespace baton::ast {

struct SourceText {
    std::string buffer;
    bool counts_characters = true;
    std::optional<ParseError> error;
};

SourceText prepare_source(std::string_view source, const ParseOptions& options);

// Where a file without byte order mark and cookie stops being UTF-8.
struct UndeclaredBytes {
    int line;
    unsigned char byte;
};
std::optional<UndeclaredBytes> find_undeclared_bytes(std::string_view source);

// Length of the well-formed UTF-8 sequence at `at`, 0 if there is none; *ch becomes the character.
int decode_utf8(const char* at, const char* end, uint32_t* ch);
void append_utf8(std::string& out, uint32_t ch);

// Characters in `bytes`, a malformed sequence counting as one replacement character each.
int count_characters(std::string_view bytes);
// `bytes` with malformed sequences replaced by U+FFFD.
std::string replace_malformed(std::string_view bytes);
// CPython's account of the first malformed sequence in `bytes`, or nothing.
std::optional<std::string> explain_malformed(std::string_view bytes);

}  // namespace baton::ast
