// The match statement. `match`, `case` and `_` are words only here: a statement that begins with the name
// `match` is tried as a match statement first, up to its first `case`, and read again as another statement
// otherwise.
#include "vm/parser_impl.h"

namespace baton::ast {

Stmt* Parser::match_statement() {
    State start = save();
    const Token* first = at_;
    advance();
    if (!starts_expression() && !next_is(Tok::Star)) {
        restore(start);
        return nullptr;
    }
    const Token* subject_first = at_;
    bool starred = next_is(Tok::Star);
    Expr* subject = star_named_expression();
    if (next_is(Tok::Comma)) {
        List<Expr> items(*this);
        items.add(subject);
        while (accept(Tok::Comma)) {
            if (!starts_expression() && !next_is(Tok::Star)) break;
            items.add(star_named_expression());
        }
        subject = tuple(subject_first, items);
    } else if (starred) {
        fail();
    }
    if (!accept(Tok::Colon) || !accept_layout(Tok::Newline) || !accept_layout(Tok::Indent) ||
        !is_name(at_, "case")) {
        restore(start);
        return nullptr;
    }
    since_version(10);
    List<MatchCase> cases(*this);
    while (is_name(at_, "case")) cases.add(match_case());
    expect_layout(Tok::Dedent);
    auto* node = arena_.make<Match>(since(first));
    node->subject = subject;
    node->cases = take(cases);
    return node;
}

MatchCase* Parser::match_case() {
    advance();
    auto* result = arena_.make<MatchCase>();
    result->pattern = patterns();
    if (accept(Tok::KwIf)) result->guard = named_expression();
    result->body = block();
    return result;
}

Pattern* Parser::patterns() {
    const Token* first = at_;
    bool starred = next_is(Tok::Star);
    Pattern* one = maybe_star_pattern();
    if (!next_is(Tok::Comma)) {
        if (starred) fail();
        return one;
    }
    List<Pattern> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (next_is(Tok::Colon) || next_is(Tok::KwIf)) break;
        items.add(maybe_star_pattern());
    }
    auto* node = arena_.make<MatchSequence>(since(first));
    node->patterns = take(items);
    return node;
}

Pattern* Parser::maybe_star_pattern() {
    const Token* first = at_;
    if (!accept(Tok::Star)) return pattern();
    const Ident* name = nullptr;
    if (is_name(at_, "_"))
        advance();
    else
        name = capture_target();
    auto* node = arena_.make<MatchStar>(since(first));
    node->name = name;
    return node;
}

const Ident* Parser::capture_target() {
    if (is_name(at_, "_")) fail();
    const Ident* name = expect_ident();
    if (next_is(Tok::Dot) || next_is(Tok::LPar) || next_is(Tok::Equal)) fail();
    return name;
}

Pattern* Parser::pattern() {
    Deeper deeper(*this);
    const Token* first = at_;
    Pattern* inner = or_pattern();
    if (!accept(Tok::KwAs)) return inner;
    const Ident* name = capture_target();
    auto* node = arena_.make<MatchAs>(since(first));
    node->pattern = inner;
    node->name = name;
    return node;
}

Pattern* Parser::or_pattern() {
    const Token* first = at_;
    Pattern* one = closed_pattern();
    if (!next_is(Tok::VBar)) return one;
    List<Pattern> items(*this);
    items.add(one);
    while (accept(Tok::VBar)) items.add(closed_pattern());
    auto* node = arena_.make<MatchOr>(since(first));
    node->patterns = take(items);
    return node;
}

Pattern* Parser::closed_pattern() {
    const Token* first = at_;
    switch (peek()) {
        case Tok::Number:
        case Tok::Minus:
        case Tok::String: {
            Expr* value = next_is(Tok::String) ? strings() : literal_number();
            auto* node = arena_.make<MatchValue>(since(first));
            node->value = value;
            return node;
        }
        case Tok::KwNone:
        case Tok::KwTrue:
        case Tok::KwFalse: {
            Expr* value = atom();
            auto* node = arena_.make<MatchSingleton>(since(first));
            node->value = cast<Constant>(value)->value;
            return node;
        }
        case Tok::Name:
            return name_pattern();
        case Tok::LPar:
        case Tok::LSqb:
            return sequence_pattern(next_is(Tok::LPar) ? Tok::RPar : Tok::RSqb);
        case Tok::LBrace:
            return mapping_pattern();
        default:
            fail();
            return arena_.make<MatchAs>(Pos{});
    }
}

// A number, perhaps negative, perhaps a complex sum.
Expr* Parser::literal_number() {
    const Token* first = at_;
    bool negative = accept(Tok::Minus);
    const Token* digits = at_;
    if (!expect(Tok::Number)) return dummy();
    auto* number = arena_.make<Constant>(since(digits));
    number->value = number_value(*digits);
    Expr* left = number;
    if (negative) {
        auto* node = arena_.make<UnaryOp>(since(first));
        node->op = UnaryOperator::USub;
        node->operand = left;
        left = node;
    }
    if (!next_is(Tok::Plus) && !next_is(Tok::Minus)) return left;
    Operator op = next_is(Tok::Plus) ? Operator::Add : Operator::Sub;
    advance();
    digits = at_;
    if (!expect(Tok::Number)) return dummy();
    auto* right = arena_.make<Constant>(since(digits));
    right->value = number_value(*digits);
    if (number->value.kind == ConstantKind::Complex || right->value.kind != ConstantKind::Complex) fail();
    auto* node = arena_.make<BinOp>(since(first));
    node->left = left;
    node->op = op;
    node->right = right;
    return node;
}

// NAME or NAME.NAME…
Expr* Parser::dotted_value(const Token* first) {
    if (!expect(Tok::Name)) return dummy();
    Expr* value = name(*first, ExprContext::Load);
    while (accept(Tok::Dot)) {
        const Ident* attr = expect_ident();
        auto* node = arena_.make<Attribute>(since(first));
        node->value = value;
        node->attr = attr;
        node->ctx = ExprContext::Load;
        value = node;
    }
    return value;
}

Pattern* Parser::name_pattern() {
    const Token* first = at_;
    if (peek(1) != Tok::Dot && peek(1) != Tok::LPar) {
        const Ident* name = nullptr;
        if (is_name(at_, "_"))
            advance();
        else
            name = capture_target();
        auto* node = arena_.make<MatchAs>(since(first));
        node->name = name;
        return node;
    }
    Expr* value = dotted_value(first);
    if (next_is(Tok::LPar)) return class_pattern(value, first);
    if (next_is(Tok::Equal)) fail();
    auto* node = arena_.make<MatchValue>(since(first));
    node->value = value;
    return node;
}

Pattern* Parser::class_pattern(Expr* cls, const Token* first) {
    expect(Tok::LPar);
    List<Pattern> positional(*this);
    std::vector<const Ident*> attrs;
    std::vector<Pattern*> keywords;
    while (!next_is(Tok::RPar) && !failed()) {
        if (next_is(Tok::Name) && peek(1) == Tok::Equal) {
            attrs.push_back(expect_ident());
            advance();
            keywords.push_back(pattern());
        } else {
            if (!attrs.empty()) fail();
            positional.add(pattern());
        }
        if (!next_is(Tok::RPar)) expect(Tok::Comma);
    }
    expect(Tok::RPar);
    auto* node = arena_.make<MatchClass>(since(first));
    node->cls = cls;
    node->patterns = take(positional);
    node->kwd_attrs = arena_.seq(attrs);
    node->kwd_patterns = arena_.seq(keywords);
    return node;
}

Pattern* Parser::sequence_pattern(Tok closer) {
    const Token* first = at_;
    advance();
    List<Pattern> items(*this);
    bool comma = false;
    bool starred = next_is(Tok::Star);
    while (!next_is(closer) && !failed()) {
        items.add(maybe_star_pattern());
        if (!accept(Tok::Comma)) break;
        comma = true;
    }
    expect(closer);
    if (closer == Tok::RPar && items.size() == 1 && !comma) {
        if (starred) fail();
        return items[0];
    }
    auto* node = arena_.make<MatchSequence>(since(first));
    node->patterns = take(items);
    return node;
}

Expr* Parser::pattern_key() {
    switch (peek()) {
        case Tok::Number:
        case Tok::Minus:
            return literal_number();
        case Tok::String:
            return strings();
        case Tok::KwNone:
        case Tok::KwTrue:
        case Tok::KwFalse:
            return atom();
        default: {
            Expr* value = dotted_value(at_);
            if (!is<Attribute>(value)) fail();
            return value;
        }
    }
}

Pattern* Parser::mapping_pattern() {
    const Token* first = at_;
    advance();
    List<Pattern> values(*this);
    std::vector<Expr*> keys;
    const Ident* rest = nullptr;
    while (!next_is(Tok::RBrace) && !failed()) {
        if (accept(Tok::DoubleStar)) {
            rest = capture_target();
            accept(Tok::Comma);
            break;
        }
        keys.push_back(pattern_key());
        expect(Tok::Colon);
        values.add(pattern());
        if (!accept(Tok::Comma)) break;
    }
    expect(Tok::RBrace);
    auto* node = arena_.make<MatchMapping>(since(first));
    node->keys = arena_.seq(keys);
    node->patterns = take(values);
    node->rest = rest;
    return node;
}

}  // namespace baton::ast
