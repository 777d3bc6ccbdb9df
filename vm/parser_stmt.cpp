// Statements.
#include "vm/parser_impl.h"

namespace baton::ast {

namespace {

bool augmented_operator(Tok type, Operator* op) {
    switch (type) {
        case Tok::PlusEqual:
            *op = Operator::Add;
            return true;
        case Tok::MinEqual:
            *op = Operator::Sub;
            return true;
        case Tok::StarEqual:
            *op = Operator::Mult;
            return true;
        case Tok::AtEqual:
            *op = Operator::MatMult;
            return true;
        case Tok::SlashEqual:
            *op = Operator::Div;
            return true;
        case Tok::PercentEqual:
            *op = Operator::Mod;
            return true;
        case Tok::AmperEqual:
            *op = Operator::BitAnd;
            return true;
        case Tok::VBarEqual:
            *op = Operator::BitOr;
            return true;
        case Tok::CircumflexEqual:
            *op = Operator::BitXor;
            return true;
        case Tok::LeftShiftEqual:
            *op = Operator::LShift;
            return true;
        case Tok::RightShiftEqual:
            *op = Operator::RShift;
            return true;
        case Tok::DoubleStarEqual:
            *op = Operator::Pow;
            return true;
        case Tok::DoubleSlashEqual:
            *op = Operator::FloorDiv;
            return true;
        default:
            return false;
    }
}

}  // namespace

void Parser::statements_until(Tok end, List<Stmt>& out) {
    while (!next_is(end) && !failed()) statement(out);
}

void Parser::statement(List<Stmt>& out) {
    if (Stmt* compound = compound_statement())
        out.add(compound);
    else
        simple_statements(out);
}

// Null if the statement at hand is a simple one.
Stmt* Parser::compound_statement() {
    const Token* first = at_;
    switch (peek()) {
        case Tok::KwIf:
            return if_statement();
        case Tok::KwDef:
            advance();
            return function(first, {}, false);
        case Tok::KwClass:
            return class_definition({});
        case Tok::KwFor:
            advance();
            return for_statement(first, false);
        case Tok::KwWhile:
            return while_statement();
        case Tok::KwTry:
            return try_statement();
        case Tok::KwWith:
            advance();
            return with_statement(first, false);
        case Tok::At:
            return decorated();
        case Tok::KwAsync:
            advance();
            if (accept(Tok::KwDef)) return function(first, {}, true);
            if (accept(Tok::KwFor)) return for_statement(first, true);
            if (accept(Tok::KwWith)) return with_statement(first, true);
            fail();
            return arena_.make<Pass>(Pos{});
        case Tok::Name:
            return is_name(at_, "match") ? match_statement() : nullptr;
        default:
            return nullptr;
    }
}

void Parser::simple_statements(List<Stmt>& out) {
    do out.add(simple_statement());
    while (accept(Tok::Semi) && !next_is(Tok::Newline));
    expect_layout(Tok::Newline);
}

Stmt* Parser::simple_statement() {
    const Token* first = at_;
    switch (peek()) {
        case Tok::KwReturn: {
            advance();
            Expr* value = starts_expression() || next_is(Tok::Star) ? star_expressions() : nullptr;
            auto* node = arena_.make<Return>(since(first));
            node->value = value;
            return node;
        }
        case Tok::KwImport:
            return import_statement();
        case Tok::KwFrom:
            return from_statement();
        case Tok::KwRaise: {
            advance();
            Expr* exc = starts_expression() ? expression() : nullptr;
            Expr* cause = exc && accept(Tok::KwFrom) ? expression() : nullptr;
            auto* node = arena_.make<Raise>(since(first));
            node->exc = exc;
            node->cause = cause;
            return node;
        }
        case Tok::KwPass:
            advance();
            return arena_.make<Pass>(since(first));
        case Tok::KwBreak:
            advance();
            return arena_.make<Break>(since(first));
        case Tok::KwContinue:
            advance();
            return arena_.make<Continue>(since(first));
        case Tok::KwDel:
            return delete_statement();
        case Tok::KwAssert: {
            advance();
            Expr* test = expression();
            Expr* message = accept(Tok::Comma) ? expression() : nullptr;
            auto* node = arena_.make<Assert>(since(first));
            node->test = test;
            node->msg = message;
            return node;
        }
        case Tok::KwGlobal:
        case Tok::KwNonlocal:
            return names_statement(peek());
        default:
            return expression_statement();
    }
}

Stmt* Parser::annotated_assignment(Expr* target, const Token* first) {
    bool simple = is<Name>(target) && first->type == Tok::Name;
    require_target(target, Target::Single);
    since_version(6);
    expect(Tok::Colon);
    Expr* annotation = expression();
    Expr* value = accept(Tok::Equal) ? yield_or_star_expressions() : nullptr;
    auto* node = arena_.make<AnnAssign>(since(first));
    node->target = target;
    node->annotation = annotation;
    node->value = value;
    node->simple = simple;
    return node;
}

Stmt* Parser::expression_statement() {
    const Token* first = at_;
    Expr* expr = yield_or_star_expressions();
    Operator op;
    if (next_is(Tok::Equal)) {
        List<Expr> targets(*this);
        while (accept(Tok::Equal)) {
            require_target(expr, Target::Star);
            targets.add(expr);
            expr = yield_or_star_expressions();
        }
        Text comment = type_comment();
        auto* node = arena_.make<Assign>(since(first));
        node->type_comment = comment;
        node->targets = take(targets);
        node->value = expr;
        return node;
    }
    if (next_is(Tok::Colon)) return annotated_assignment(expr, first);
    if (augmented_operator(peek(), &op)) {
        require_target(expr, Target::Single);
        if (op == Operator::MatMult) since_version(5);
        advance();
        Expr* value = yield_or_star_expressions();
        auto* node = arena_.make<AugAssign>(since(first));
        node->target = expr;
        node->op = op;
        node->value = value;
        return node;
    }
    auto* node = arena_.make<ExprStmt>(since(first));
    node->value = expr;
    return node;
}

const Ident* Parser::dotted_name() {
    const Ident* one = expect_ident();
    if (!next_is(Tok::Dot)) return one;
    std::string text(one->view());
    while (accept(Tok::Dot)) {
        text += '.';
        text += expect_ident()->view();
    }
    return arena_.intern(text);
}

Alias* Parser::dotted_alias() {
    const Token* first = at_;
    auto* alias = arena_.make<Alias>();
    alias->name = dotted_name();
    if (accept(Tok::KwAs)) alias->asname = expect_ident();
    alias->pos = since(first);
    return alias;
}

Stmt* Parser::import_statement() {
    const Token* first = at_;
    advance();
    List<Alias> names(*this);
    do names.add(dotted_alias());
    while (accept(Tok::Comma));
    auto* node = arena_.make<Import>(since(first));
    node->names = take(names);
    return node;
}

Stmt* Parser::from_statement() {
    const Token* first = at_;
    advance();
    int level = 0;
    for (; next_is(Tok::Dot) || next_is(Tok::Ellipsis); advance()) level += next_is(Tok::Dot) ? 1 : 3;
    const Ident* module = level == 0 || next_is(Tok::Name) ? dotted_name() : nullptr;
    expect(Tok::KwImport);
    List<Alias> names(*this);
    if (next_is(Tok::Star)) {
        const Token* star = at_;
        advance();
        auto* alias = arena_.make<Alias>();
        alias->name = arena_.intern("*");
        alias->pos = since(star);
        names.add(alias);
    } else {
        bool parens = accept(Tok::LPar);
        do {
            if (parens && names.size() > 0 && next_is(Tok::RPar)) break;
            const Token* start = at_;
            auto* alias = arena_.make<Alias>();
            alias->name = expect_ident();
            if (accept(Tok::KwAs)) alias->asname = expect_ident();
            alias->pos = since(start);
            names.add(alias);
        } while (accept(Tok::Comma));
        if (parens) expect(Tok::RPar);
    }
    auto* node = arena_.make<ImportFrom>(since(first));
    node->module = module;
    node->names = take(names);
    node->level = level;
    return node;
}

Stmt* Parser::delete_statement() {
    const Token* first = at_;
    advance();
    List<Expr> targets(*this);
    do {
        if (targets.size() > 0 && !starts_expression()) break;
        Expr* target = bitwise_or();
        require_target(target, Target::Delete);
        targets.add(target);
    } while (accept(Tok::Comma));
    if (!next_is(Tok::Semi) && !next_is(Tok::Newline)) fail();
    auto* node = arena_.make<Delete>(since(first));
    node->targets = take(targets);
    return node;
}

Stmt* Parser::names_statement(Tok keyword) {
    const Token* first = at_;
    advance();
    std::vector<const Ident*> names;
    do names.push_back(expect_ident());
    while (accept(Tok::Comma));
    if (keyword == Tok::KwGlobal) {
        auto* node = arena_.make<Global>(since(first));
        node->names = arena_.seq(names);
        return node;
    }
    auto* node = arena_.make<Nonlocal>(since(first));
    node->names = arena_.seq(names);
    return node;
}

Seq<Stmt*> Parser::block() {
    expect(Tok::Colon);
    return block_after_colon();
}

Seq<Stmt*> Parser::block_after_colon() {
    List<Stmt> body(*this);
    if (accept_layout(Tok::Newline)) {
        expect_layout(Tok::Indent);
        statements_until(Tok::Dedent, body);
        expect_layout(Tok::Dedent);
    } else {
        simple_statements(body);
    }
    return take(body);
}

Seq<Stmt*> Parser::else_block() {
    if (!accept(Tok::KwElse)) return {};
    return block();
}

// A chain of elif is a chain of If nodes, built without recursion and closed from the end: all of them end
// where the last one ends.
Stmt* Parser::if_statement() {
    List<Stmt> chain(*this);
    Seq<Stmt*> orelse;
    for (;;) {
        const Token* first = at_;
        advance();
        Expr* test = named_expression();
        Seq<Stmt*> body = block();
        auto* node = arena_.make<If>(since(first));
        node->test = test;
        node->body = body;
        chain.add(node);
        if (!next_is(Tok::KwElif)) break;
    }
    orelse = else_block();
    If* outer = nullptr;
    for (size_t i = chain.size(); i-- > 0;) {
        outer = cast<If>(chain[i]);
        outer->orelse = orelse;
        outer->pos.end_lineno = last_->end_lineno;
        outer->pos.end_col_offset = last_->end_col;
        orelse = arena_.seq_of<Stmt*>(outer);
    }
    return outer;
}

Stmt* Parser::while_statement() {
    const Token* first = at_;
    advance();
    Expr* test = named_expression();
    Seq<Stmt*> body = block();
    Seq<Stmt*> orelse = else_block();
    auto* node = arena_.make<While>(since(first));
    node->test = test;
    node->body = body;
    node->orelse = orelse;
    return node;
}

Stmt* Parser::for_statement(const Token* first, bool async) {
    Expr* target = star_targets();
    expect(Tok::KwIn);
    Expr* iter = star_expressions();
    if (async) since_version(5);
    expect(Tok::Colon);
    Text comment = type_comment();
    Seq<Stmt*> body = block_after_colon();
    Seq<Stmt*> orelse = else_block();
    auto fill = [&](auto* node) -> Stmt* {
        node->target = target;
        node->iter = iter;
        node->type_comment = comment;
        node->body = body;
        node->orelse = orelse;
        return node;
    };
    return async ? fill(arena_.make<AsyncFor>(since(first))) : fill(arena_.make<For>(since(first)));
}

// False, or failed, if what follows is not a list of items up to `closer`, which is consumed if it is a
// bracket.
bool Parser::with_items(List<WithItem>& items, Tok closer) {
    do {
        if (closer == Tok::RPar && items.size() > 0 && next_is(closer)) break;
        auto* item = arena_.make<WithItem>();
        item->context_expr = expression();
        if (accept(Tok::KwAs)) item->optional_vars = star_target();
        items.add(item);
    } while (accept(Tok::Comma));
    if (closer == Tok::RPar && !accept(closer)) return false;
    return next_is(Tok::Colon);
}

Stmt* Parser::with_statement(const Token* first, bool async) {
    Seq<WithItem*> items;
    State start = save();
    if (accept(Tok::LPar)) {
        List<WithItem> list(*this);
        if (with_items(list, Tok::RPar) && peek(1) != Tok::TypeComment) items = take(list);
    }
    bool parenthesized = !items.empty();
    if (async) since_version(5);
    if (parenthesized) {
        since_version(9);
    } else {
        restore(start);
        List<WithItem> list(*this);
        if (!with_items(list, Tok::Colon)) fail();
        items = take(list);
    }
    expect(Tok::Colon);
    Text comment = type_comment();
    Seq<Stmt*> body = block_after_colon();
    auto fill = [&](auto* node) -> Stmt* {
        node->items = items;
        node->type_comment = comment;
        node->body = body;
        return node;
    };
    return async ? fill(arena_.make<AsyncWith>(since(first))) : fill(arena_.make<With>(since(first)));
}

Stmt* Parser::try_statement() {
    const Token* first = at_;
    advance();
    Seq<Stmt*> body = block();
    List<ExceptHandler> handlers(*this);
    bool star = false;
    while (next_is(Tok::KwExcept)) {
        const Token* start = at_;
        advance();
        bool this_star = accept(Tok::Star);
        if (handlers.size() > 0 && this_star != star) fail();
        star = this_star;
        if (star) since_version(11);
        Expr* type = star || !next_is(Tok::Colon) ? expression() : nullptr;
        const Ident* name = type && accept(Tok::KwAs) ? expect_ident() : nullptr;
        Seq<Stmt*> handler_body = block();
        auto* handler = arena_.make<ExceptHandler>(since(start));
        handler->type = type;
        handler->name = name;
        handler->body = handler_body;
        handlers.add(handler);
    }
    Seq<Stmt*> orelse;
    if (handlers.size() > 0) orelse = else_block();
    Seq<Stmt*> finalbody;
    if (accept(Tok::KwFinally))
        finalbody = block();
    else if (handlers.size() == 0)
        fail();
    auto fill = [&](auto* node) -> Stmt* {
        node->body = body;
        node->handlers = take(handlers);
        node->orelse = orelse;
        node->finalbody = finalbody;
        return node;
    };
    return star ? fill(arena_.make<TryStar>(since(first))) : fill(arena_.make<Try>(since(first)));
}

// On the line of the colon, or alone on the first line of the body.
Text Parser::function_type_comment() {
    if (!next_is(Tok::Newline)) return type_comment();
    if (peek(1) != Tok::TypeComment) return {};
    if (peek(2) != Tok::Newline || peek(3) != Tok::Indent) return {};
    advance();
    return type_comment();
}

Stmt* Parser::function(const Token* first, Seq<Expr*> decorators, bool async) {
    const Ident* name = expect_ident();
    expect(Tok::LPar);
    Arguments* args = parameters(Tok::RPar, true);
    expect(Tok::RPar);
    Expr* returns = accept(Tok::RArrow) ? expression() : nullptr;
    if (async) since_version(5);
    expect(Tok::Colon);
    Text comment = function_type_comment();
    Seq<Stmt*> body = block_after_colon();
    auto fill = [&](auto* node) -> Stmt* {
        node->name = name;
        node->args = args;
        node->body = body;
        node->decorator_list = decorators;
        node->returns = returns;
        node->type_comment = comment;
        return node;
    };
    return async ? fill(arena_.make<AsyncFunctionDef>(since(first)))
                 : fill(arena_.make<FunctionDef>(since(first)));
}

Stmt* Parser::class_definition(Seq<Expr*> decorators) {
    const Token* first = at_;
    advance();
    const Ident* name = expect_ident();
    List<Expr> bases(*this);
    Seq<Keyword*> keywords;
    if (accept(Tok::LPar)) {
        keywords = arguments(bases, nullptr);
        expect(Tok::RPar);
    }
    Seq<Stmt*> body = block();
    auto* node = arena_.make<ClassDef>(since(first));
    node->name = name;
    node->bases = take(bases);
    node->keywords = keywords;
    node->body = body;
    node->decorator_list = decorators;
    return node;
}

Stmt* Parser::decorated() {
    List<Expr> decorators(*this);
    while (accept(Tok::At)) {
        decorators.add(named_expression());
        expect_layout(Tok::Newline);
    }
    const Token* first = at_;
    if (next_is(Tok::KwClass)) return class_definition(take(decorators));
    bool async = accept(Tok::KwAsync);
    expect(Tok::KwDef);
    return function(first, take(decorators), async);
}

}  // namespace baton::ast
