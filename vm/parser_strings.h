// String literals: prefixes, escapes, implicit concatenation and f-strings with 3.11's rules.
//
// Invariants. The first failure wins and is kept as data: `failure` says what is wrong and the
// diagnosis adds the caret. A failure inside a replacement field keeps the field's text
// and place instead, to be diagnosed as a text of its own.
//
// Callers. The parser (which only asks whether it failed) and the diagnosis.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "vm/parser.h"
#include "vm/token.h"

namespace baton::ast {

// What is wrong with the literals.
struct StringFailure {
    std::string message;  // for the last token read
    std::string field;    // not empty: the field that is wrong, parenthesized
    int field_lineno = 0;
    int field_col = 0;
};

class StringParser {
  public:
    StringParser(Arena& arena, std::string_view buffer, const ParseOptions& options,
                 std::vector<ParseWarning>& warnings)
        : arena_(arena), buffer_(buffer), options_(options), warnings_(warnings) {}

    // The value of `count` adjacent string tokens; null on failure.
    Expr* concatenate(const Token* tokens, size_t count);

    using Failure = StringFailure;
    const Failure& failure() const { return *failure_; }

  private:
    struct Literal {
        std::string_view body;
        bool bytes = false;
        bool raw = false;
        bool format = false;
    };
    // The cursor in the body of an f-string.
    struct Body {
        const char* at;
        const char* end;
        bool raw;
        const Token* token;
    };

    bool fail(std::string message);
    bool split(const Token& token, Literal* out);
    bool decode_bytes(const Literal& literal, const Token& token, std::string& out);
    bool decode_text(std::string_view body, bool raw, const Token& token, std::string& out);
    void warn_escape(const char* escape, const Token& token);

    bool format_string(Body& body, int depth, std::string& pending, std::vector<Expr*>& parts);
    enum class Piece : uint8_t { Failed, Brace, End };
    Piece literal_piece(Body& body, int depth, std::string& pending);
    bool replacement_field(Body& body, int depth, std::string& pending, std::vector<Expr*>& parts);
    bool find_field_end(Body& body);
    Expr* format_spec(Body& body, int depth);
    Expr* field_expression(const char* start, const char* end, const Token& token);
    void flush(std::string& pending, std::vector<Expr*>& parts);
    Expr* text_constant(std::string_view text);

    Arena& arena_;
    std::string_view buffer_;
    const ParseOptions& options_;
    std::vector<ParseWarning>& warnings_;
    Pos pos_;         // of the whole concatenation: 3.11 gives it to all parts
    bool u_ = false;  // the first literal says u'': all constants have kind 'u'
    std::optional<Failure> failure_;
};

}  // namespace baton::ast
