// The lexer: source text to tokens, one at a time, in CPython 3.11's order of events.
//
// Invariants. Reads the buffer line by line, and `lineno`, `line_start`, `line_end` and `cursor` are at every
// moment where CPython's tokenizer would be: error carets depend on these, not only on tokens. After an Error
// token the state `done` says why; `Done::Error` means that `error` is complete, the others are worded by the
// parser, which knows the tokens before. Lexing on after an error yields Error again.
//
// Callers. The parser and the diagnosis; plain data, no Python object.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "vm/parser.h"
#include "vm/token.h"

namespace baton::ast {

inline constexpr int kMaxIndent = 100;
inline constexpr int kMaxBrackets = 200;

class Lexer {
  public:
    enum class Done : uint8_t { Ok, Eof, Error, Dedent, TabSpace, TooDeep, LineContinuation, Decode };

    // `buffer` ends with a NUL that is not part of it and stays alive as long as the lexer.
    Lexer(std::string_view buffer, const ParseOptions& options, int first_lineno = 1);

    Token next();

    // For single mode: dedents to come as if the text ended here.
    void imply_dedents();

    struct Bracket {
        char open;
        int lineno;
        int col;
    };

    Done done() const { return done_; }
    const ParseError& error() const { return error_; }
    int lineno() const { return lineno_; }
    int level() const { return level_; }
    const Bracket& innermost() const { return brackets_[level_ - 1]; }
    const char* buffer_start() const { return start_of_buffer_; }
    const char* cursor() const { return cursor_; }
    const char* line_start() const { return line_start_; }
    // What CPython holds as the current text: from the line where the token began to the end of the current
    // line.
    std::string_view current_text() const {
        return {text_start_, static_cast<size_t>(line_end_ - text_start_)};
    }
    bool has_line() const { return line_end_ != text_start_; }
    std::string_view buffer() const {
        return {start_of_buffer_, static_cast<size_t>(end_ - start_of_buffer_)};
    }
    // After Done::Decode: the name that is not UTF-8.
    std::string_view undecodable() const {
        return {token_start_, static_cast<size_t>(cursor_ - token_start_)};
    }
    // The error is a string literal that goes on to the end of the text.
    bool ended_in_string() const { return ended_in_string_; }
    bool wants_indent() const { return indent_ != 0; }
    std::vector<ParseWarning>& warnings() { return warnings_; }

  private:
    static constexpr int kEof = -1;

    int get() {
        if (cursor_ != line_end_) [[likely]]
            return static_cast<unsigned char>(*cursor_++);
        return get_line();
    }
    int get_line();
    void unget(int c) {
        if (c != kEof) cursor_--;
    }
    bool word_ends_with(const char* text) const;

    Token make(Tok type, const char* start, const char* end);
    Token fail(Done why);
    Token syntax_error(std::string message);
    Token syntax_error_range(int col, int end_col, std::string message);
    bool indentation(bool* blank_line);
    // At a comment: is it one that belongs to the program?
    bool type_comment(bool blank_line, Token* token);
    bool is_async_keyword(Tok word);
    Token name_or_string(int c);
    Token number(int c);
    Token fraction_or_exponent(int c);
    Token radix_number(int c, int base, const char* kind);
    Token end_number(int c, const char* kind);
    bool decimal_tail(int* c);
    Token string(int quote);
    Token operator_token(int c);
    Token check_identifier();
    int continuation_line();

    const char* start_of_buffer_;
    const char* end_;
    const char* cursor_;
    const char* line_start_;
    const char* line_end_;
    const char* text_start_;
    const char* token_start_ = nullptr;
    const char* first_line_start_ = nullptr;  // of the string token being read
    int first_lineno_ = 0;
    int lineno_;
    int level_ = 0;
    int indent_ = 0;
    int pending_ = 0;  // > 0 indents, < 0 dedents still to be given out
    bool at_line_begin_ = true;
    bool ended_in_string_ = false;
    Done done_ = Done::Ok;
    int indents_[kMaxIndent] = {0};
    int alt_indents_[kMaxIndent] = {0};
    Bracket brackets_[kMaxBrackets];
    const Hooks& hooks_;
    bool type_comments_;
    // Before 3.7 `async` and `await` were names outside of `async def`; where such a program is read, these
    // tell whether the lexer stands in one, how far that is indented, and whether its first line is past.
    bool async_names_;
    bool async_def_ = false;
    bool async_def_newline_ = false;
    int async_def_indent_ = 0;
    ParseError error_;
    std::vector<ParseWarning> warnings_;
};

}  // namespace baton::ast
