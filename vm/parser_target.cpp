// What can stand on the left of an assignment, after `for`, `as` and `del`; and parameter lists.
#include "vm/parser_impl.h"

namespace baton::ast {

bool Parser::make_target(Expr* expr, Target kind) {
    ExprContext context = kind == Target::Delete ? ExprContext::Del : ExprContext::Store;
    auto all = [&](Seq<Expr*> elts) {
        for (Expr* elt : elts)
            if (!make_target(elt, kind)) return false;
        return true;
    };
    switch (expr->kind) {
        case ExprKind::Name:
            cast<Name>(expr)->ctx = context;
            return true;
        case ExprKind::Attribute:
            cast<Attribute>(expr)->ctx = context;
            return true;
        case ExprKind::Subscript:
            cast<Subscript>(expr)->ctx = context;
            return true;
        case ExprKind::Tuple:
            if (kind == Target::Single) return false;
            cast<Tuple>(expr)->ctx = context;
            return all(cast<Tuple>(expr)->elts);
        case ExprKind::List:
            if (kind == Target::Single) return false;
            cast<ast::List>(expr)->ctx = context;
            return all(cast<ast::List>(expr)->elts);
        case ExprKind::Starred: {
            auto* starred = cast<Starred>(expr);
            if (kind != Target::Star || is<Starred>(starred->value)) return false;
            starred->ctx = context;
            return make_target(starred->value, kind);
        }
        default:
            return false;
    }
}

Expr* Parser::star_target() {
    Expr* target = next_is(Tok::Star) ? star_expression() : bitwise_or();
    require_target(target, Target::Star);
    return target;
}

Expr* Parser::star_targets() {
    const Token* first = at_;
    Expr* one = star_target();
    if (!next_is(Tok::Comma)) return one;
    List<Expr> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (!starts_expression() && !next_is(Tok::Star)) break;
        items.add(star_target());
    }
    Expr* all = tuple(first, items);
    cast<Tuple>(all)->ctx = ExprContext::Store;
    return all;
}

Arg* Parser::parameter(bool annotations, bool star_annotation) {
    const Token* first = at_;
    auto* arg = arena_.make<Arg>();
    arg->arg = expect_ident();
    if (annotations && accept(Tok::Colon))
        arg->annotation = star_annotation ? star_expression() : expression();
    arg->pos = since(first);
    return arg;
}

Arguments* Parser::parameters(Tok closer, bool annotations) {
    auto* result = arena_.make<Arguments>();
    if (next_is(closer)) return result;
    std::vector<Arg*> args, keyword_only;
    std::vector<Expr*> defaults, keyword_defaults;
    bool slash = false;
    bool star = false;
    // After the comma that follows a parameter, or before the closing parenthesis.
    auto comment = [&](Arg* arg) {
        if (!annotations) return;
        Text text = type_comment();
        if (arg && arg->type_comment.is_none())
            arg->type_comment = text;
        else if (!text.is_none())
            fail();
    };
    while (!next_is(closer) && !failed()) {
        Arg* one = nullptr;
        if (accept(Tok::DoubleStar)) {
            result->kwarg = parameter(annotations, false);
            accept(Tok::Comma);
            comment(result->kwarg);
            if (!next_is(closer)) fail();
            break;
        }
        if (accept(Tok::Star)) {
            if (star) fail();
            star = true;
            if (next_is(Tok::Comma)) {
                if (peek(1) != Tok::Name) fail();
            } else {
                one = result->vararg = parameter(annotations, true);
            }
        } else if (accept(Tok::Slash)) {
            if (slash || star || args.empty()) fail();
            slash = true;
            since_version(8);
            result->posonlyargs = arena_.seq(args);
            args.clear();
        } else {
            Arg* arg = one = parameter(annotations, false);
            Expr* value = accept(Tok::Equal) ? expression() : nullptr;
            if (star) {
                keyword_only.push_back(arg);
                keyword_defaults.push_back(value);
            } else {
                args.push_back(arg);
                if (value)
                    defaults.push_back(value);
                else if (!defaults.empty())
                    fail();
            }
        }
        comment(one);
        if (next_is(closer)) break;
        if (one && !one->type_comment.is_none()) fail();
        expect(Tok::Comma);
        if (one) comment(one);
    }
    result->args = arena_.seq(args);
    result->kwonlyargs = arena_.seq(keyword_only);
    result->kw_defaults = arena_.seq(keyword_defaults);
    result->defaults = arena_.seq(defaults);
    return result;
}

}  // namespace baton::ast
