#include "vm/parser.h"

#include <algorithm>

#include "vm/parser_diagnose.h"
#include "vm/parser_impl.h"
#include "vm/source_text.h"

namespace baton::ast {

namespace {

// What the parser stands on after a failure: nothing matches it, and looking ahead from it is safe.
constexpr Token kFailed[3] = {{.type = Tok::Error}, {.type = Tok::Error}, {.type = Tok::Error}};

// Is there another statement after the one that single mode wants?
bool more_statements(std::string_view rest) {
    bool comment = false;
    for (char c : rest) {
        if (c == '\n') {
            comment = false;
        } else if (c == '#') {
            comment = true;
        } else if (!comment && c != ' ' && c != '\t' && c != '\f') {
            return true;
        }
    }
    return false;
}

}  // namespace

Parser::Parser(Arena& arena, std::string_view buffer, const ParseOptions& options,
               std::vector<ParseWarning>& warnings, int first_lineno)
    : arena_(arena),
      buffer_(buffer),
      options_(options),
      warnings_(warnings),
      lexer_(buffer, options, first_lineno),
      first_lineno_(first_lineno) {}

void Parser::fail() {
    at_ = kFailed;
}

void Parser::tokenize(bool single) {
    tokens_.reserve(buffer_.size() / 4 + 16);
    bool started = false;
    for (;;) {
        Token token = lexer_.next();
        // In single mode the end of the text ends the line and, unless told otherwise, all blocks.
        if (single && token.type == Tok::EndMarker && started) {
            token.type = Tok::Newline;
            token.start = token.end = static_cast<uint32_t>(buffer_.size());
            started = false;
            if (lexer_.wants_indent() && !options_.dont_imply_dedent) lexer_.imply_dedents();
        } else {
            started = true;
        }
        if (token.type == Tok::TypeIgnore) {
            auto* ignore = arena_.make<TypeIgnore>();
            ignore->lineno = lexer_.lineno();
            ignore->tag = arena_.text(token_view(token));
            type_ignores_.push_back(ignore);
            continue;
        }
        tokens_.push_back(token);
        if (token.type == Tok::EndMarker || token.type == Tok::Error) break;
    }
    // Looking ahead from the last token is safe.
    Token end = tokens_.back();
    tokens_.push_back(end);
    tokens_.push_back(end);
    at_ = last_ = tokens_.data();
    warnings_.insert(warnings_.end(), lexer_.warnings().begin(), lexer_.warnings().end());
}

Mod* Parser::parse_module() {
    tokenize(options_.mode == Mode::Single);
    Mod* result = nullptr;
    List<Stmt> body(*this);
    switch (options_.mode) {
        case Mode::Exec: {
            while (!next_is(Tok::EndMarker) && !failed()) {
                // A token without a place is a mistake itself; the statement before it tells the place.
                if (at_->col >= 0) statement_ = at_;
                statement(body);
            }
            auto* node = arena_.make<Module>();
            node->body = take(body);
            node->type_ignores = arena_.seq(type_ignores_);
            result = node;
            break;
        }
        case Mode::FunctionType:
            result = function_type();
            break;
        case Mode::Eval: {
            Expr* expr = expressions();
            while (accept_layout(Tok::Newline)) {
            }
            if (!next_is(Tok::EndMarker)) fail();
            auto* node = arena_.make<Expression>();
            node->body = expr;
            result = node;
            break;
        }
        case Mode::Single: {
            const Token* first = at_;
            if (accept_layout(Tok::Newline)) {
                body.add(arena_.make<Pass>(Pos{first->lineno, first->col, first->lineno, first->col}));
            } else if (Stmt* compound = compound_statement()) {
                body.add(compound);
                expect_layout(Tok::Newline);
            } else {
                simple_statements(body);
            }
            if (!failed() && more_statements(buffer_.substr(at_[-1].end))) fail();
            auto* node = arena_.make<Interactive>();
            node->body = take(body);
            result = node;
            break;
        }
    }
    return failed() ? nullptr : result;
}

// The type of a function as a comment states it: "(int, *str, **float) -> None".
Mod* Parser::function_type() {
    expect(Tok::LPar);
    List<Expr> types(*this);
    int stars = 0;
    while (!next_is(Tok::RPar) && !failed()) {
        if (types.size() > 0) expect(Tok::Comma);
        int these = accept(Tok::Star) ? 1 : accept(Tok::DoubleStar) ? 2 : 0;
        if (stars > 0 && these <= stars) fail();
        stars = these;
        types.add(expression());
    }
    expect(Tok::RPar);
    expect(Tok::RArrow);
    auto* node = arena_.make<FunctionType>();
    node->argtypes = take(types);
    node->returns = expression();
    while (accept_layout(Tok::Newline)) {
    }
    if (!next_is(Tok::EndMarker)) fail();
    return node;
}

Expr* Parser::parse_replacement_field(int first_col) {
    tokenize(false);
    for (Token& token : tokens_) {
        if (token.end_lineno != first_lineno_) break;
        token.col += first_col;
        token.end_col += first_col;
    }
    Expr* result = star_expressions();
    return failed() ? nullptr : result;
}

ParseResult parse(Arena& arena, std::string_view source, const ParseOptions& wishes) {
    ParseResult result;
    ParseOptions options = wishes;
    if (!options.stack_floor)
        options.stack_floor = static_cast<const char*>(__builtin_frame_address(0)) - kParserStack;
    SourceText text = prepare_source(source, options);
    if (text.error) {
        result.error = std::move(text.error);
        return result;
    }
    Parser parser(arena, text.buffer, options, result.warnings);
    result.tree = parser.parse_module();
    if (result.tree) {
        auto before = [](const ParseWarning& a, const ParseWarning& b) {
            return a.pos.lineno != b.pos.lineno ? a.pos.lineno < b.pos.lineno
                                                : a.pos.col_offset < b.pos.col_offset;
        };
        std::stable_sort(result.warnings.begin(), result.warnings.end(), before);
        return result;
    }
    if (parser.too_deep()) {
        result.error.emplace();
        result.error->kind = ErrorKind::MemoryError;
        return result;
    }
    // What stands before the statement that is wrong is right, and nothing of it matters.
    DiagnoseInput input{.buffer = text.buffer, .counts_characters = text.counts_characters};
    if (const Token* statement = parser.failed_statement()) {
        input.buffer.remove_prefix(statement->start - static_cast<size_t>(statement->col));
        input.first_lineno = statement->lineno;
    }
    result.error = diagnose(input, options);
    return result;
}

}  // namespace baton::ast
