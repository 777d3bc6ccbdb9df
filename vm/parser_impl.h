// The parser proper: tokens to tree by recursive descent, built for speed and for right programs only.
//
// Invariants. The whole text is tokenized before parsing, so look-ahead is an index. This parser decides
// whether a text is Python, nothing more: on the first thing that does not fit it fails without saying why,
// and the diagnosis (parser_diagnose.h) goes over the text again in CPython's order to find message and
// caret. After a failure `at_` stands on an Error token that matches nothing and cannot be passed, so every
// loop ends and every function still returns a node: nobody checks for null, parse() checks once at the end.
//
// Callers. parser.cpp and the strings; one object per text.
#pragma once

#include <string_view>
#include <vector>

#include "vm/lexer.h"
#include "vm/parser.h"

namespace baton::ast {

class Parser {
  public:
    Parser(Arena& arena, std::string_view buffer, const ParseOptions& options,
           std::vector<ParseWarning>& warnings, int first_lineno = 1);

    // Null on failure.
    Mod* parse_module();
    // The expression of an f-string's replacement field: `buffer` is "(expr)\n". Tokens on the first line
    // stand `first_col` columns further right.
    Expr* parse_replacement_field(int first_col);

    bool too_deep() const { return too_deep_; }
    // After a failure in exec mode: where the statement of the module that is wrong begins, if that is known.
    const Token* failed_statement() const { return statement_; }

  private:
    friend class StringParser;

    // --- tokens
    void tokenize(bool single);
    Tok peek(int ahead = 0) const { return at_[ahead].type; }
    bool next_is(Tok type) const { return at_->type == type; }
    void advance() {
        if (at_->type == Tok::Error) return;
        last_ = at_++;
    }
    bool accept(Tok type) {
        if (at_->type != type) return false;
        last_ = at_++;
        return true;
    }
    bool expect(Tok type) {
        if (accept(type)) return true;
        fail();
        return false;
    }
    // Newline, Indent, Dedent: no node ends there.
    bool accept_layout(Tok type) {
        if (at_->type != type) return false;
        at_++;
        return true;
    }
    void expect_layout(Tok type) {
        if (!accept_layout(type)) fail();
    }
    void fail();
    // What 3.`minor` brought: refused where an older language is asked for.
    void since_version(int minor) {
        if (options_.feature_version < minor) fail();
    }
    // The text of a type comment if one stands here; none otherwise.
    Text type_comment() {
        if (!accept(Tok::TypeComment)) return {};
        return arena_.text(token_view(*last_));
    }
    bool failed() const { return at_->type == Tok::Error; }
    bool is_name(const Token* token, std::string_view text) const {
        return token->type == Tok::Name && token_view(*token) == text;
    }
    std::string_view token_view(const Token& token) const {
        return {buffer_.data() + token.start, token.end - token.start};
    }
    struct State {
        const Token* at;
        const Token* last;
        size_t warnings;  // those of the text to be read again are dropped
    };
    State save() const { return {at_, last_, warnings_.size()}; }
    void restore(State state) {
        at_ = state.at;
        last_ = state.last;
        warnings_.resize(state.warnings);
    }

    // --- positions: from a first token, or node position, to the last token passed
    Pos since(const Token* first) const {
        return {first->lineno, first->col, last_->end_lineno, last_->end_col};
    }

    // --- lists under construction live on one stack: only the innermost living list may grow
    template <class T>
    class List {
      public:
        explicit List(Parser& parser) : stack_(parser.stack_), base_(parser.stack_.size()) {}
        ~List() { stack_.resize(base_); }
        List(const List&) = delete;
        List& operator=(const List&) = delete;
        void add(T* item) { stack_.push_back(const_cast<void*>(static_cast<const void*>(item))); }
        size_t size() const { return stack_.size() - base_; }
        T* operator[](size_t i) const { return static_cast<T*>(stack_[base_ + i]); }
        Seq<T*> take(Arena& arena) const {
            return arena.seq(reinterpret_cast<T* const*>(stack_.data() + base_), size());
        }

      private:
        std::vector<void*>& stack_;
        size_t base_;
    };
    template <class T>
    Seq<T*> take(const List<T>& list) {
        return list.take(arena_);
    }

    class Deeper {
      public:
        explicit Deeper(Parser& parser) : parser_(parser) {
            if (++parser_.depth_ > kMaxNesting || __builtin_frame_address(0) < parser_.options_.stack_floor) {
                parser_.too_deep_ = true;
                parser_.fail();
            }
        }
        ~Deeper() { parser_.depth_--; }

      private:
        Parser& parser_;
    };

    // --- names and literals
    const Ident* ident(const Token& token);
    const Ident* expect_ident();
    Expr* name(const Token& token, ExprContext context);
    ConstantValue number_value(const Token& token);
    Expr* constant(const Token* first, ConstantKind kind);
    Expr* dummy();

    // --- expressions (parser_expr.cpp)
    Expr* star_expressions();
    Expr* star_expression();
    Expr* expressions();
    Expr* expression();
    Expr* named_expression();
    Expr* star_named_expression();
    Expr* yield_expression();
    Expr* yield_or_star_expressions();
    Expr* disjunction();
    Expr* conjunction();
    Expr* inversion();
    Expr* comparison();
    Expr* bitwise_or() { return binary(0); }
    Expr* binary(int lowest);
    Expr* factor();
    Expr* power();
    Expr* primary();
    Expr* atom();
    Expr* lambda();
    Expr* paren();
    Expr* square();
    Expr* brace();
    Expr* dict(const Token* first, Expr* key, Expr* value);
    Expr* slices();
    Expr* slice();
    Expr* call(Expr* callee, const Token* first);
    Seq<Keyword*> arguments(List<Expr>& args, Expr* one);
    Expr* argument_star();
    bool starts_expression() const;
    bool starts_comprehension() const {
        return next_is(Tok::KwFor) || (next_is(Tok::KwAsync) && peek(1) == Tok::KwFor);
    }
    Seq<Comprehension*> comprehensions();
    Expr* generator(Expr* element, const Token* first);
    Expr* tuple(const Token* first, const List<Expr>& items);
    Expr* strings();
    template <class Element>
    Expr* comma_separated(Element element);

    // --- targets (parser_target.cpp)
    enum class Target : uint8_t { Star, Single, Delete };
    // Makes the expression a target in place; false if it cannot be one.
    bool make_target(Expr* expr, Target kind);
    void require_target(Expr* expr, Target kind) {
        if (!make_target(expr, kind)) fail();
    }
    Expr* star_target();
    Expr* star_targets();

    // --- parameters (parser_target.cpp)
    Arguments* parameters(Tok closer, bool annotations);
    Arg* parameter(bool annotations, bool star_annotation);

    // --- statements (parser_stmt.cpp)
    Mod* function_type();
    void statements_until(Tok end, List<Stmt>& out);
    void statement(List<Stmt>& out);
    void simple_statements(List<Stmt>& out);
    Stmt* simple_statement();
    Stmt* compound_statement();
    Stmt* expression_statement();
    Stmt* annotated_assignment(Expr* target, const Token* first);
    Stmt* import_statement();
    Stmt* from_statement();
    Alias* dotted_alias();
    const Ident* dotted_name();
    Stmt* delete_statement();
    Stmt* names_statement(Tok keyword);
    Seq<Stmt*> block();
    Seq<Stmt*> block_after_colon();
    Text function_type_comment();
    Seq<Stmt*> else_block();
    Stmt* if_statement();
    Stmt* while_statement();
    Stmt* for_statement(const Token* first, bool async);
    Stmt* with_statement(const Token* first, bool async);
    bool with_items(List<WithItem>& items, Tok closer);
    Stmt* try_statement();
    Stmt* function(const Token* first, Seq<Expr*> decorators, bool async);
    Stmt* class_definition(Seq<Expr*> decorators);
    Stmt* decorated();

    // --- match (parser_pattern.cpp)
    Stmt* match_statement();  // null, nothing consumed: it is not one
    MatchCase* match_case();
    Pattern* patterns();
    Pattern* pattern();
    Pattern* or_pattern();
    Pattern* closed_pattern();
    Pattern* maybe_star_pattern();
    Pattern* sequence_pattern(Tok closer);
    Pattern* mapping_pattern();
    Pattern* class_pattern(Expr* cls, const Token* first);
    Pattern* name_pattern();
    Expr* literal_number();
    Expr* pattern_key();
    Expr* dotted_value(const Token* first);
    const Ident* capture_target();

    Arena& arena_;
    std::string_view buffer_;
    const ParseOptions& options_;
    std::vector<ParseWarning>& warnings_;
    Lexer lexer_;
    int first_lineno_;
    std::vector<Token> tokens_;
    std::vector<TypeIgnore*> type_ignores_;
    const Token* at_ = nullptr;
    const Token* last_ = nullptr;
    const Token* statement_ = nullptr;
    std::vector<void*> stack_;
    int depth_ = 0;
    bool too_deep_ = false;
};

}  // namespace baton::ast
