// Expressions, from the comma list down to the power operator.
#include "vm/parser_impl.h"

namespace baton::ast {

namespace {

struct BinaryOperator {
    int8_t level;  // 0 binds least; -1: not an operator
    Operator op;
};

BinaryOperator binary_operator(Tok type) {
    switch (type) {
        case Tok::VBar:
            return {0, Operator::BitOr};
        case Tok::Circumflex:
            return {1, Operator::BitXor};
        case Tok::Amper:
            return {2, Operator::BitAnd};
        case Tok::LeftShift:
            return {3, Operator::LShift};
        case Tok::RightShift:
            return {3, Operator::RShift};
        case Tok::Plus:
            return {4, Operator::Add};
        case Tok::Minus:
            return {4, Operator::Sub};
        case Tok::Star:
            return {5, Operator::Mult};
        case Tok::Slash:
            return {5, Operator::Div};
        case Tok::DoubleSlash:
            return {5, Operator::FloorDiv};
        case Tok::Percent:
            return {5, Operator::Mod};
        case Tok::At:
            return {5, Operator::MatMult};
        default:
            return {-1, Operator::Add};
    }
}

}  // namespace

bool Parser::starts_expression() const {
    switch (peek()) {
        case Tok::Name:
        case Tok::Number:
        case Tok::String:
        case Tok::LPar:
        case Tok::LSqb:
        case Tok::LBrace:
        case Tok::Ellipsis:
        case Tok::Plus:
        case Tok::Minus:
        case Tok::Tilde:
        case Tok::KwNot:
        case Tok::KwLambda:
        case Tok::KwAwait:
        case Tok::KwNone:
        case Tok::KwTrue:
        case Tok::KwFalse:
            return true;
        default:
            return false;
    }
}

Expr* Parser::tuple(const Token* first, const List<Expr>& items) {
    auto* node = arena_.make<Tuple>(since(first));
    node->elts = take(items);
    node->ctx = ExprContext::Load;
    return node;
}

// One element alone is itself; with a comma it is a tuple.
template <class Element>
Expr* Parser::comma_separated(Element element) {
    const Token* first = at_;
    Expr* one = (this->*element)();
    if (!next_is(Tok::Comma)) return one;
    List<Expr> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (!starts_expression() && !next_is(Tok::Star)) break;
        items.add((this->*element)());
    }
    return tuple(first, items);
}

Expr* Parser::star_expressions() {
    return comma_separated(&Parser::star_expression);
}

Expr* Parser::expressions() {
    const Token* first = at_;
    Expr* one = expression();
    if (!next_is(Tok::Comma)) return one;
    List<Expr> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (!starts_expression()) break;
        items.add(expression());
    }
    return tuple(first, items);
}

Expr* Parser::star_expression() {
    if (!next_is(Tok::Star)) return expression();
    const Token* first = at_;
    advance();
    Expr* value = bitwise_or();
    auto* node = arena_.make<Starred>(since(first));
    node->value = value;
    node->ctx = ExprContext::Load;
    return node;
}

Expr* Parser::star_named_expression() {
    return next_is(Tok::Star) ? star_expression() : named_expression();
}

Expr* Parser::named_expression() {
    if (next_is(Tok::Name) && peek(1) == Tok::ColonEqual) {
        const Token* first = at_;
        since_version(8);
        advance();
        Expr* target = name(*first, ExprContext::Store);
        advance();
        Expr* value = expression();
        auto* node = arena_.make<NamedExpr>(since(first));
        node->target = target;
        node->value = value;
        return node;
    }
    Expr* result = expression();
    if (next_is(Tok::ColonEqual)) fail();
    return result;
}

Expr* Parser::yield_expression() {
    const Token* first = at_;
    expect(Tok::KwYield);
    if (accept(Tok::KwFrom)) {
        Expr* value = expression();
        auto* node = arena_.make<YieldFrom>(since(first));
        node->value = value;
        return node;
    }
    Expr* value = starts_expression() || next_is(Tok::Star) ? star_expressions() : nullptr;
    auto* node = arena_.make<Yield>(since(first));
    node->value = value;
    return node;
}

Expr* Parser::yield_or_star_expressions() {
    return next_is(Tok::KwYield) ? yield_expression() : star_expressions();
}

Expr* Parser::expression() {
    Deeper deeper(*this);
    if (next_is(Tok::KwLambda)) return lambda();
    const Token* first = at_;
    Expr* body = disjunction();
    if (!accept(Tok::KwIf)) return body;
    Expr* test = disjunction();
    expect(Tok::KwElse);
    Expr* orelse = expression();
    auto* node = arena_.make<IfExp>(since(first));
    node->test = test;
    node->body = body;
    node->orelse = orelse;
    return node;
}

Expr* Parser::lambda() {
    const Token* first = at_;
    advance();
    Arguments* args = parameters(Tok::Colon, false);
    expect(Tok::Colon);
    Expr* body = expression();
    auto* node = arena_.make<Lambda>(since(first));
    node->args = args;
    node->body = body;
    return node;
}

Expr* Parser::disjunction() {
    const Token* first = at_;
    Expr* one = conjunction();
    if (!next_is(Tok::KwOr)) return one;
    List<Expr> values(*this);
    values.add(one);
    while (accept(Tok::KwOr)) values.add(conjunction());
    auto* node = arena_.make<BoolOp>(since(first));
    node->op = BoolOperator::Or;
    node->values = take(values);
    return node;
}

Expr* Parser::conjunction() {
    const Token* first = at_;
    Expr* one = inversion();
    if (!next_is(Tok::KwAnd)) return one;
    List<Expr> values(*this);
    values.add(one);
    while (accept(Tok::KwAnd)) values.add(inversion());
    auto* node = arena_.make<BoolOp>(since(first));
    node->op = BoolOperator::And;
    node->values = take(values);
    return node;
}

Expr* Parser::inversion() {
    if (!next_is(Tok::KwNot)) return comparison();
    Deeper deeper(*this);
    const Token* first = at_;
    advance();
    Expr* operand = inversion();
    auto* node = arena_.make<UnaryOp>(since(first));
    node->op = UnaryOperator::Not;
    node->operand = operand;
    return node;
}

Expr* Parser::comparison() {
    const Token* first = at_;
    Expr* left = bitwise_or();
    std::vector<CmpOperator> ops;
    List<Expr> comparators(*this);
    for (;;) {
        CmpOperator op;
        switch (peek()) {
            case Tok::EqEqual:
                op = CmpOperator::Eq;
                break;
            case Tok::NotEqual:
                // PEP 401: one of the two spellings is right.
                if ((token_view(*at_) == "<>") != options_.barry_as_bdfl) fail();
                op = CmpOperator::NotEq;
                break;
            case Tok::Less:
                op = CmpOperator::Lt;
                break;
            case Tok::LessEqual:
                op = CmpOperator::LtE;
                break;
            case Tok::Greater:
                op = CmpOperator::Gt;
                break;
            case Tok::GreaterEqual:
                op = CmpOperator::GtE;
                break;
            case Tok::KwIn:
                op = CmpOperator::In;
                break;
            case Tok::KwIs:
                op = peek(1) == Tok::KwNot ? CmpOperator::IsNot : CmpOperator::Is;
                break;
            case Tok::KwNot:
                if (peek(1) == Tok::KwIn) {
                    op = CmpOperator::NotIn;
                    break;
                }
                [[fallthrough]];
            default: {
                if (ops.empty()) return left;
                auto* node = arena_.make<Compare>(since(first));
                node->left = left;
                node->ops = arena_.seq(ops);
                node->comparators = take(comparators);
                return node;
            }
        }
        advance();
        if (op == CmpOperator::IsNot || op == CmpOperator::NotIn) advance();
        ops.push_back(op);
        comparators.add(bitwise_or());
    }
}

Expr* Parser::binary(int lowest) {
    const Token* first = at_;
    Expr* left = factor();
    for (;;) {
        BinaryOperator found = binary_operator(peek());
        if (found.level < lowest) return left;
        if (found.op == Operator::MatMult) since_version(5);
        advance();
        Expr* right = found.level == 5 ? factor() : binary(found.level + 1);
        auto* node = arena_.make<BinOp>(since(first));
        node->left = left;
        node->op = found.op;
        node->right = right;
        left = node;
    }
}

Expr* Parser::factor() {
    UnaryOperator op;
    switch (peek()) {
        case Tok::Plus:
            op = UnaryOperator::UAdd;
            break;
        case Tok::Minus:
            op = UnaryOperator::USub;
            break;
        case Tok::Tilde:
            op = UnaryOperator::Invert;
            break;
        default:
            return power();
    }
    Deeper deeper(*this);
    const Token* first = at_;
    advance();
    Expr* operand = factor();
    auto* node = arena_.make<UnaryOp>(since(first));
    node->op = op;
    node->operand = operand;
    return node;
}

Expr* Parser::power() {
    const Token* first = at_;
    Expr* left;
    if (accept(Tok::KwAwait)) {
        since_version(5);
        Expr* value = primary();
        auto* node = arena_.make<Await>(since(first));
        node->value = value;
        left = node;
    } else {
        left = primary();
    }
    if (!accept(Tok::DoubleStar)) return left;
    Deeper deeper(*this);
    Expr* right = factor();
    auto* node = arena_.make<BinOp>(since(first));
    node->left = left;
    node->op = Operator::Pow;
    node->right = right;
    return node;
}

Seq<Comprehension*> Parser::comprehensions() {
    List<Comprehension> clauses(*this);
    while (starts_comprehension()) {
        auto* clause = arena_.make<Comprehension>();
        clause->is_async = accept(Tok::KwAsync);
        if (clause->is_async) since_version(6);
        expect(Tok::KwFor);
        clause->target = star_targets();
        expect(Tok::KwIn);
        clause->iter = disjunction();
        clauses.add(clause);
        List<Expr> ifs(*this);
        while (accept(Tok::KwIf)) ifs.add(disjunction());
        clause->ifs = take(ifs);
    }
    return take(clauses);
}

}  // namespace baton::ast
