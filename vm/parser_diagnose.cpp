// CPython 3.11: _PyPegen_run_parser, _PyPegen_set_syntax_error, _PyPegen_raise_error_known_location
// (Parser/pegen.c, Parser/pegen_errors.c), whose order of events decides between several possible answers.
#include "vm/parser_diagnose.h"

#include <algorithm>

#include <fmt/format.h>

#include "vm/lexer.h"
#include "vm/parser_peg.h"
#include "vm/parser_strings.h"
#include "vm/source_text.h"

namespace baton::ast {

namespace {

// As a column: where the lexer is now.
constexpr int kCurrent = -5;

std::string_view describe(PegKind kind) {
    constexpr std::string_view kDescribed[] = {
#define X(name, described) described,
        PEG_KINDS(X)
#undef X
    };
    return kDescribed[static_cast<size_t>(kind)];
}

enum class Targets : uint8_t { Star, Delete, For };

class Diagnosis final : public Peg {
  public:
    Diagnosis(Arena& arena, const DiagnoseInput& input, const ParseOptions& options)
        : Peg(arena, options.stack_floor),
          input_(input),
          options_(options),
          lexer_(input.buffer, options, input.first_lineno),
          single_(options.mode == Mode::Single && !input.replacement_field) {}

    ParseError answer();

  private:
    void fetch() override;
    PegNode* act(std::string_view word, std::string_view message, const Seq<PegNode*>& parts,
                 PegNode* whole) override;
    PegNode* read_strings() override;
    void missing(Tok expected, const Token& found) override;
    bool check_version(int minor, std::string_view feature) override;
    bool accepts_not_equal(const Token& token) override;
    std::string_view text_of(const Token& token) const override {
        return input_.buffer.substr(token.start, token.end - token.start);
    }

    const Token& first_of(const PegNode* node) const { return tokens_[node->first]; }
    const Token& last_of(const PegNode* node) const { return tokens_[node->last]; }
    std::string_view start_rule() const;

    void lexer_error();
    void unclosed_bracket();
    void after_failure(size_t last_token);
    void look_for_lexer_errors();
    bool more_statements() const;

    // Columns count from 0 here; -1 is unknown.
    void raise(ErrorKind kind, int lineno, int col, int end_lineno, int end_col, std::string message);
    PegNode* raise_range(const PegNode* from, const PegNode* to, std::string message);
    PegNode* raise_last(ErrorKind kind, std::string message);
    PegNode* invalid_target(const PegNode* node, Targets targets);
    const PegNode* find_invalid_target(const PegNode* node, Targets targets) const;
    bool is_legacy(const PegNode* node) const;
    std::string fill(std::string_view message, const PegNode* part) const;
    int characters(std::string_view line, int bytes) const;
    std::string error_line(int lineno) const;

    const DiagnoseInput& input_;
    const ParseOptions& options_;
    Lexer lexer_;
    bool single_;
    bool started_ = false;
    bool with_invalid_ = false;
    std::optional<ParseError> error_;
};

std::string_view Diagnosis::start_rule() const {
    if (input_.replacement_field) return "fstring";
    switch (options_.mode) {
        case Mode::Exec:
            return "file";
        case Mode::Eval:
            return "eval";
        case Mode::Single:
            return "interactive";
        case Mode::FunctionType:
            return "func_type";
    }
    return {};
}

void Diagnosis::fetch() {
    Token token = lexer_.next();
    while (token.type == Tok::TypeIgnore) token = lexer_.next();
    if (single_ && token.type == Tok::EndMarker && started_) {
        token.type = Tok::Newline;
        started_ = false;
        if (lexer_.wants_indent() && !options_.dont_imply_dedent) lexer_.imply_dedents();
    } else {
        started_ = true;
    }
    if (token.end_lineno == input_.first_lineno && input_.replacement_field) {
        token.col += input_.first_col;
        token.end_col += input_.first_col;
    }
    tokens_.push_back(token);
    if (token.type == Tok::Error) {
        lexer_error();
        stop();
    }
}

// --- errors and their places

int Diagnosis::characters(std::string_view line, int bytes) const {
    if (bytes < 0) return bytes;
    return count_characters(line.substr(0, std::min<size_t>(static_cast<size_t>(bytes), line.size()))) +
           (static_cast<size_t>(bytes) > line.size() ? 1 : 0);
}

std::string Diagnosis::error_line(int lineno) const {
    if (lexer_.lineno() <= lineno && lexer_.has_line()) return replace_malformed(lexer_.current_text());
    std::string_view rest = input_.buffer;
    for (int i = input_.first_lineno; i < lineno; i++) {
        size_t newline = rest.find('\n');
        if (newline == std::string_view::npos) break;
        rest.remove_prefix(newline + 1);
    }
    return replace_malformed(rest.substr(0, rest.find('\n')));
}

void Diagnosis::raise(ErrorKind kind, int lineno, int col, int end_lineno, int end_col, std::string message) {
    if (error_) return;
    ParseError error;
    error.kind = kind;
    error.message = input_.replacement_field ? "f-string: " + message : std::move(message);
    int offset = col + 1;
    int end_offset = end_col + 1;
    if (end_lineno == kCurrent) end_lineno = lexer_.lineno();
    if (end_col == kCurrent) end_offset = static_cast<int>(lexer_.cursor() - lexer_.line_start());
    if (end_col == -2) end_offset = -1;
    error.text = error_line(lineno);
    error.has_text = true;
    error.in_field = input_.replacement_field;
    if (input_.replacement_field) {
        offset -= input_.first_col;
        end_offset -= input_.first_col;
    } else if (input_.counts_characters) {
        offset = characters(error.text, offset);
        if (end_offset > 0) end_offset = characters(error.text, end_offset);
    }
    error.lineno = lineno;
    error.offset = offset;
    error.end_lineno = end_lineno;
    error.end_offset = end_offset;
    error_ = std::move(error);
}

PegNode* Diagnosis::raise_range(const PegNode* from, const PegNode* to, std::string message) {
    const Token& first = first_of(from);
    const Token& last = last_of(to);
    raise(ErrorKind::SyntaxError, first.lineno, first.col, last.end_lineno, last.end_col, std::move(message));
    stop();
    return nullptr;
}

// At the last token read. A token without a place has the lexer's.
PegNode* Diagnosis::raise_last(ErrorKind kind, std::string message) {
    stop();
    if (tokens_.empty()) {
        raise(kind, 0, -1, 0, -2, std::move(message));
        return nullptr;
    }
    const Token& token = tokens_.back();
    int col = token.col;
    if (col == -1) {
        // One less than CPython's number, which raise() adds again.
        col = lexer_.cursor() == lexer_.current_text().data()
                  ? -1
                  : static_cast<int>(lexer_.cursor() - lexer_.line_start()) - 1;
    }
    raise(kind, token.lineno, col, token.end_lineno, token.end_col == -1 ? -2 : token.end_col,
          std::move(message));
    return nullptr;
}

void Diagnosis::unclosed_bracket() {
    const Lexer::Bracket& bracket = lexer_.innermost();
    raise(ErrorKind::SyntaxError, bracket.lineno, bracket.col, bracket.lineno, -1,
          fmt::format("'{}' was never closed", bracket.open));
}

void Diagnosis::lexer_error() {
    if (error_) return;
    switch (lexer_.done()) {
        case Lexer::Done::Error:
            error_ = lexer_.error();
            return;
        case Lexer::Done::Eof:
            if (lexer_.level())
                unclosed_bracket();
            else
                raise_last(ErrorKind::SyntaxError, "unexpected EOF while parsing");
            return;
        case Lexer::Done::Dedent:
            raise_last(ErrorKind::IndentationError, "unindent does not match any outer indentation level");
            return;
        case Lexer::Done::TabSpace:
            raise(ErrorKind::TabError, lexer_.lineno(), 0, lexer_.lineno(), -1,
                  "inconsistent use of tabs and spaces in indentation");
            return;
        case Lexer::Done::TooDeep:
            raise(ErrorKind::IndentationError, lexer_.lineno(), 0, lexer_.lineno(), -1,
                  "too many levels of indentation");
            return;
        case Lexer::Done::LineContinuation:
            raise(ErrorKind::SyntaxError, lexer_.lineno(),
                  std::max(0, static_cast<int>(lexer_.cursor() - lexer_.current_text().data()) - 1),
                  lexer_.lineno(), -1, "unexpected character after line continuation character");
            return;
        case Lexer::Done::Decode:
            raise_last(
                ErrorKind::SyntaxError,
                "(unicode error) " + explain_malformed(lexer_.undecodable()).value_or("invalid utf-8"));
            return;
        case Lexer::Done::Ok:
            return;
    }
}

// --- actions

std::string Diagnosis::fill(std::string_view message, const PegNode* part) const {
    std::string out;
    for (size_t at = 0; at < message.size();) {
        size_t open = message.find('{', at);
        out += message.substr(at, open - at);
        if (open == std::string_view::npos) break;
        size_t close = message.find('}', open);
        std::string_view what = message.substr(open + 1, close - open - 1);
        if (what == "expr")
            out += describe(part->kind);
        else if (what == "text")
            out += text_of(first_of(part));
        else
            out += fmt::format("{}", first_of(part).lineno);
        at = close + 1;
    }
    return out;
}

bool Diagnosis::is_legacy(const PegNode* node) const {
    if (node->kind != PegKind::Name && node->kind != PegKind::Token) return false;
    std::string_view text = text_of(first_of(node));
    return text == "print" || text == "exec";
}

const PegNode* Diagnosis::find_invalid_target(const PegNode* node, Targets targets) const {
    switch (node->kind) {
        case PegKind::List:
        case PegKind::Tuple:
            for (const PegNode* kid : node->kids)
                if (const PegNode* found = find_invalid_target(kid, targets)) return found;
            return nullptr;
        case PegKind::Starred:
            return targets == Targets::Delete ? node : find_invalid_target(node->kids[0], targets);
        case PegKind::Compare:
            // In `for a in b` the target was read as a comparison.
            if (targets != Targets::For) return node;
            return node->kids[1]->kind == PegKind::InOp ? find_invalid_target(node->kids[0], targets)
                                                        : nullptr;
        case PegKind::Name:
        case PegKind::Subscript:
        case PegKind::Attribute:
            return nullptr;
        default:
            return node;
    }
}

PegNode* Diagnosis::invalid_target(const PegNode* node, Targets targets) {
    const PegNode* found = find_invalid_target(node, targets);
    if (!found) return nullptr;
    return raise_range(found, found,
                       fmt::format("cannot {} {}", targets == Targets::Delete ? "delete" : "assign to",
                                   describe(found->kind)));
}

PegNode* Diagnosis::act(std::string_view word, std::string_view message, const Seq<PegNode*>& parts,
                        PegNode* whole) {
    PegNode* part = parts.empty() ? whole : parts.front();
    if (word == "here") return raise_range(part, part, fill(message, part));
    if (word == "range") return raise_range(part, parts.back(), fill(message, part));
    if (word == "last") return raise_last(ErrorKind::SyntaxError, fill(message, part));
    if (word == "indent") return raise_last(ErrorKind::IndentationError, fill(message, part));
    if (word == "from") {
        const Token& first = first_of(part);
        raise(ErrorKind::SyntaxError, first.lineno, first.col, kCurrent, kCurrent, fill(message, part));
        stop();
        return nullptr;
    }
    if (word == "assign") return invalid_target(part, Targets::Star);
    if (word == "delete") return invalid_target(part, Targets::Delete);
    if (word == "for") return invalid_target(part, Targets::For);
    if (word == "comma") {
        if (is_legacy(part) || tokens_[mark_ - 1].level == 0) return nullptr;
        return raise_range(part, parts.back(), "invalid syntax. Perhaps you forgot a comma?");
    }
    if (word == "legacy") {
        if (!is_legacy(part)) return nullptr;
        std::string_view name = text_of(first_of(part));
        return raise_range(
            part, parts.back(),
            fmt::format("Missing parentheses in call to '{}'. Did you mean {}(...)?", name, name));
    }
    if (word == "key") {
        const Token& first = first_of(part);
        const Token& last = last_of(part);
        raise(ErrorKind::SyntaxError, first.lineno, last.end_col - 1, last.end_lineno, -1,
              "':' expected after dictionary key");
        stop();
        return nullptr;
    }
    if (word == "generator") {
        const PegNode* last_argument = nullptr;
        int count = 0;
        for (const PegNode* kid : parts[0]->kids) {
            if (kid->kind == PegKind::Keyword || kid->kind == PegKind::Unpacking) continue;
            last_argument = kid;
            count++;
        }
        if (count <= 1) return nullptr;
        return raise_range(last_argument, parts.back(), "Generator expression must be parenthesized");
    }
    if (word == "last_generator")
        return raise_range(part, parts.back()->kids[0], "Generator expression must be parenthesized");
    if (word == "positional") {
        bool unpacking = std::any_of(part->kids.begin(), part->kids.end(),
                                     [](const PegNode* kid) { return kid->kind == PegKind::Unpacking; });
        return raise_last(ErrorKind::SyntaxError,
                          unpacking ? "positional argument follows keyword argument unpacking"
                                    : "positional argument follows keyword argument");
    }
    // What is left is numbers.
    std::string_view digits = text_of(first_of(part));
    if (digits.find('_') != digits.npos && options_.feature_version < 6)
        return raise_last(ErrorKind::SyntaxError,
                          "Underscores in numeric literals are only supported in Python 3.6 and greater");
    bool imaginary = digits.back() == 'j' || digits.back() == 'J';
    if (word == "real" && imaginary)
        return raise_range(part, part, "real number required in complex literal");
    if (word == "imaginary" && !imaginary)
        return raise_range(part, part, "imaginary number required in complex literal");
    auto count = std::count_if(digits.begin(), digits.end(), [](char c) { return c != '_'; });
    bool decimal =
        std::all_of(digits.begin(), digits.end(), [](char c) { return (c >= '0' && c <= '9') || c == '_'; });
    if (decimal && options_.max_int_digits > 0 && count > options_.max_int_digits) {
        const Token& token = first_of(part);
        raise(ErrorKind::SyntaxError, token.lineno, -1, token.end_lineno, -1,
              fmt::format(
                  "Exceeds the limit ({} digits) for integer string conversion: value has {} digits; use "
                  "sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for huge "
                  "integer literals to avoid decimal conversion limits.",
                  options_.max_int_digits, count));
        stop();
        return nullptr;
    }
    return node(PegKind::Literal, part->first, part->first + 1);
}

PegNode* Diagnosis::read_strings() {
    size_t start = mark_;
    for (;;) {
        if (mark_ == tokens_.size()) fetch();
        if (stopped()) return nullptr;
        if (tokens_[mark_].type != Tok::String) break;
        mark_++;
    }
    if (mark_ == start) return nullptr;
    std::vector<ParseWarning> warnings;
    StringParser parser(arena_, input_.buffer, options_, warnings);
    const Expr* value = parser.concatenate(tokens_.data() + start, mark_ - start);
    if (value) return node(is<JoinedStr>(value) ? PegKind::JoinedStr : PegKind::Literal, start, mark_);
    const StringParser::Failure& failure = parser.failure();
    if (failure.field.empty()) return raise_last(ErrorKind::SyntaxError, failure.message);
    error_ = diagnose({.buffer = failure.field,
                       .counts_characters = false,
                       .replacement_field = true,
                       .first_lineno = failure.field_lineno,
                       .first_col = failure.field_col},
                      options_);
    stop();
    return nullptr;
}

void Diagnosis::missing(Tok expected, const Token& found) {
    raise(ErrorKind::SyntaxError, found.lineno, found.col, found.end_lineno, found.end_col,
          fmt::format("expected '{}'", token_text(expected)));
    stop();
}

bool Diagnosis::check_version(int minor, std::string_view feature) {
    if (options_.feature_version >= minor) return true;
    raise_last(ErrorKind::SyntaxError,
               fmt::format("{} only supported in Python 3.{} and greater", feature, minor));
    return false;
}

bool Diagnosis::accepts_not_equal(const Token& token) {
    bool diamond = text_of(token) == "<>";
    if (options_.barry_as_bdfl && !diamond)
        raise_last(ErrorKind::SyntaxError, "with Barry as BDFL, use '<>' instead of '!='");
    return diamond == options_.barry_as_bdfl;
}

// --- the course of events

// Reads on to the end of the text: a mistake the lexer finds there is likelier the cause than the parser's.
void Diagnosis::look_for_lexer_errors() {
    std::optional<ParseError> found = std::move(error_);
    error_.reset();
    int lineno = tokens_.back().lineno;
    for (;;) {
        Token token = lexer_.next();
        if (token.type == Tok::EndMarker) break;
        if (token.type != Tok::Error) continue;
        if (lexer_.done() == Lexer::Done::Error || lexer_.done() == Lexer::Done::Decode)
            lexer_error();
        else if (lexer_.level() && lineno > lexer_.innermost().lineno)
            unclosed_bracket();
        break;
    }
    if (!error_) error_ = std::move(found);
}

void Diagnosis::after_failure(size_t last_token) {
    if (error_) {
        if (lexer_.done() == Lexer::Done::Ok) look_for_lexer_errors();
        return;
    }
    if (tokens_.empty()) {
        raise_last(ErrorKind::SyntaxError, "error at start before reading any input");
        return;
    }
    Token last = tokens_[last_token];
    if (last.type == Tok::Indent || last.type == Tok::Dedent) {
        raise_last(ErrorKind::IndentationError,
                   last.type == Tok::Indent ? "unexpected indent" : "unexpected unindent");
        return;
    }
    raise(ErrorKind::SyntaxError, last.lineno, last.col, last.end_lineno, last.end_col, "invalid syntax");
    look_for_lexer_errors();
}

bool Diagnosis::more_statements() const {
    bool comment = false;
    for (const char* p = lexer_.cursor(); *p; p++) {
        if (*p == '\n')
            comment = false;
        else if (*p == '#')
            comment = true;
        else if (!comment && *p != ' ' && *p != '\t' && *p != '\f')
            return true;
    }
    return false;
}

ParseError Diagnosis::answer() {
    PegNode* result = run(start_rule(), false);
    if (result && single_ && more_statements()) {
        raise_last(ErrorKind::SyntaxError, "multiple statements found while compiling a single statement");
        return std::move(*error_);
    }
    if (!result && options_.allow_incomplete &&
        (lexer_.done() == Lexer::Done::Eof || lexer_.ended_in_string())) {
        error_.reset();
        raise_last(ErrorKind::SyntaxError, "incomplete input");
        return std::move(*error_);
    }
    size_t last_token = tokens_.empty() ? 0 : tokens_.size() - 1;
    if (!result && !stopped()) run(start_rule(), true);
    if (too_deep()) {
        ParseError error;
        error.kind = ErrorKind::MemoryError;
        return error;
    }
    after_failure(last_token);
    return std::move(*error_);
}

}  // namespace

ParseError diagnose(const DiagnoseInput& input, const ParseOptions& options) {
    Arena arena;
    Diagnosis diagnosis(arena, input, options);
    return diagnosis.answer();
}

}  // namespace baton::ast
