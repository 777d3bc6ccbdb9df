// Atoms and what follows them: names, literals, displays, calls, subscripts, attributes.
#include <charconv>
#include <cmath>
#include <limits>

#include "vm/parser_impl.h"
#include "vm/parser_strings.h"

namespace baton::ast {

Expr* Parser::dummy() {
    static_assert(std::is_trivially_destructible_v<Constant>);
    return arena_.make<Constant>(Pos{});
}

const Ident* Parser::ident(const Token& token) {
    std::string_view text = token_view(token);
    if (options_.hooks.nfkc) {
        for (char c : text) {
            if (!(c & 0x80)) continue;
            std::string normal;
            options_.hooks.nfkc(options_.hooks.context, text, normal);
            return arena_.intern(normal);
        }
    }
    return arena_.intern(text);
}

const Ident* Parser::expect_ident() {
    const Token* token = at_;
    return expect(Tok::Name) ? ident(*token) : arena_.intern("");
}

Expr* Parser::name(const Token& token, ExprContext context) {
    auto* node = arena_.make<Name>(Pos{token.lineno, token.col, token.end_lineno, token.end_col});
    node->id = ident(token);
    node->ctx = context;
    return node;
}

namespace {

double decimal_value(std::string_view digits) {
    double value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc::result_out_of_range) return value;
    // Too large or too small: the place of the first significant digit tells which.
    long exponent = 0;
    size_t e = digits.find_first_of("eE");
    if (e != std::string_view::npos) {
        size_t from = e + 1 + (digits[e + 1] == '+');
        auto [p, bad] = std::from_chars(digits.data() + from, digits.data() + digits.size(), exponent);
        if (bad == std::errc::result_out_of_range)
            return digits[from] == '-' ? 0.0 : std::numeric_limits<double>::infinity();
    }
    size_t point = digits.find('.');
    size_t whole = std::min(point, e) == std::string_view::npos ? digits.size() : std::min(point, e);
    size_t significant = digits.find_first_of("123456789");
    long place = significant < whole ? static_cast<long>(whole - significant)
                                     : -static_cast<long>(significant - whole - 1);
    return place + exponent > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

}  // namespace

ConstantValue Parser::number_value(const Token& token) {
    std::string_view raw = token_view(token);
    std::string without_underscores;
    if (raw.find('_') != std::string_view::npos) {
        since_version(6);
        for (char c : raw)
            if (c != '_') without_underscores += c;
        raw = without_underscores;
    }
    ConstantValue value;
    char last = raw.back();
    int base = 10;
    if (raw.size() > 2 && raw[0] == '0') {
        char mark = static_cast<char>(raw[1] | 0x20);
        base = mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
    }
    if (base == 10 && (last == 'j' || last == 'J')) {
        value.kind = ConstantKind::Complex;
        value.real = 0;
        value.imag = decimal_value(raw.substr(0, raw.size() - 1));
        return value;
    }
    if (base == 10 && raw.find_first_of(".eE") != std::string_view::npos) {
        value.kind = ConstantKind::Float;
        value.real = decimal_value(raw);
        return value;
    }
    std::string_view digits = base == 10 ? raw : raw.substr(2);
    value.kind = ConstantKind::Int;
    value.base = static_cast<uint8_t>(base);
    int64_t integer = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), integer, base);
    value.fits = error == std::errc{};
    if (value.fits)
        value.integer = integer;
    else if (base == 10 && options_.max_int_digits > 0 &&
             digits.size() > static_cast<size_t>(options_.max_int_digits))
        fail();
    value.text = arena_.text(digits);
    return value;
}

Expr* Parser::constant(const Token* first, ConstantKind kind) {
    auto* node = arena_.make<Constant>(since(first));
    node->value.kind = kind;
    return node;
}

Expr* Parser::atom() {
    const Token* first = at_;
    switch (peek()) {
        case Tok::Name:
            advance();
            return name(*first, ExprContext::Load);
        case Tok::Number: {
            advance();
            auto* node = arena_.make<Constant>(since(first));
            node->value = number_value(*first);
            return node;
        }
        case Tok::String:
            return strings();
        case Tok::LPar:
            return paren();
        case Tok::LSqb:
            return square();
        case Tok::LBrace:
            return brace();
        case Tok::KwNone:
            advance();
            return constant(first, ConstantKind::None);
        case Tok::KwTrue:
            advance();
            return constant(first, ConstantKind::True);
        case Tok::KwFalse:
            advance();
            return constant(first, ConstantKind::False);
        case Tok::Ellipsis:
            advance();
            return constant(first, ConstantKind::Ellipsis);
        default:
            fail();
            return dummy();
    }
}

Expr* Parser::primary() {
    const Token* first = at_;
    Expr* left = atom();
    for (;;) {
        switch (peek()) {
            case Tok::Dot: {
                advance();
                const Ident* attr = expect_ident();
                auto* node = arena_.make<Attribute>(since(first));
                node->value = left;
                node->attr = attr;
                node->ctx = ExprContext::Load;
                left = node;
                break;
            }
            case Tok::LPar:
                left = call(left, first);
                break;
            case Tok::LSqb: {
                advance();
                Expr* index = slices();
                expect(Tok::RSqb);
                auto* node = arena_.make<Subscript>(since(first));
                node->value = left;
                node->slice = index;
                node->ctx = ExprContext::Load;
                left = node;
                break;
            }
            default:
                return left;
        }
    }
}

Expr* Parser::generator(Expr* element, const Token* first) {
    Seq<Comprehension*> generators = comprehensions();
    expect(Tok::RPar);
    auto* node = arena_.make<GeneratorExp>(since(first));
    node->elt = element;
    node->generators = generators;
    return node;
}

Expr* Parser::paren() {
    const Token* first = at_;
    advance();
    if (next_is(Tok::KwYield)) {
        Expr* value = yield_expression();
        expect(Tok::RPar);
        return value;
    }
    List<Expr> items(*this);
    if (accept(Tok::RPar)) return tuple(first, items);
    bool starred = next_is(Tok::Star);
    Expr* one = star_named_expression();
    if (!starred && starts_comprehension()) return generator(one, first);
    if (!next_is(Tok::Comma)) {
        expect(Tok::RPar);
        if (starred) fail();
        return one;
    }
    items.add(one);
    while (accept(Tok::Comma)) {
        if (next_is(Tok::RPar)) break;
        items.add(star_named_expression());
    }
    expect(Tok::RPar);
    return tuple(first, items);
}

Expr* Parser::square() {
    const Token* first = at_;
    advance();
    List<Expr> items(*this);
    if (!next_is(Tok::RSqb)) {
        bool starred = next_is(Tok::Star);
        Expr* one = star_named_expression();
        if (!starred && starts_comprehension()) {
            Seq<Comprehension*> generators = comprehensions();
            expect(Tok::RSqb);
            auto* node = arena_.make<ListComp>(since(first));
            node->elt = one;
            node->generators = generators;
            return node;
        }
        items.add(one);
        while (accept(Tok::Comma)) {
            if (next_is(Tok::RSqb)) break;
            items.add(star_named_expression());
        }
    }
    expect(Tok::RSqb);
    auto* node = arena_.make<ast::List>(since(first));
    node->elts = take(items);
    node->ctx = ExprContext::Load;
    return node;
}

// The rest of a dict display, after its first pair if `value` is not null.
Expr* Parser::dict(const Token* first, Expr* key, Expr* value) {
    List<Expr> pairs(*this);
    if (value) {
        pairs.add(key);
        pairs.add(value);
        if (!next_is(Tok::RBrace)) expect(Tok::Comma);
    }
    while (!next_is(Tok::RBrace) && !failed()) {
        if (accept(Tok::DoubleStar)) {
            pairs.add(nullptr);
            pairs.add(bitwise_or());
        } else {
            pairs.add(expression());
            expect(Tok::Colon);
            pairs.add(expression());
        }
        if (!next_is(Tok::RBrace)) expect(Tok::Comma);
    }
    expect(Tok::RBrace);
    auto* node = arena_.make<Dict>(since(first));
    Seq<Expr*> both = take(pairs);
    List<Expr> values(*this);
    uint32_t count = both.size() / 2;
    for (uint32_t i = 0; i < count; i++) values.add(both[2 * i + 1]);
    for (uint32_t i = 0; i < count; i++) both[i] = both[2 * i];
    node->keys = {both.data, count};
    node->values = take(values);
    return node;
}

Expr* Parser::brace() {
    const Token* first = at_;
    advance();
    if (next_is(Tok::RBrace) || next_is(Tok::DoubleStar)) return dict(first, nullptr, nullptr);
    bool starred = next_is(Tok::Star);
    bool named = next_is(Tok::Name) && peek(1) == Tok::ColonEqual;
    Expr* one = star_named_expression();
    if (!starred && !named && next_is(Tok::Colon)) {
        advance();
        Expr* value = expression();
        if (!starts_comprehension()) return dict(first, one, value);
        Seq<Comprehension*> generators = comprehensions();
        expect(Tok::RBrace);
        auto* node = arena_.make<DictComp>(since(first));
        node->key = one;
        node->value = value;
        node->generators = generators;
        return node;
    }
    if (!starred && starts_comprehension()) {
        Seq<Comprehension*> generators = comprehensions();
        expect(Tok::RBrace);
        auto* node = arena_.make<SetComp>(since(first));
        node->elt = one;
        node->generators = generators;
        return node;
    }
    List<Expr> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (next_is(Tok::RBrace)) break;
        items.add(star_named_expression());
    }
    expect(Tok::RBrace);
    auto* node = arena_.make<Set>(since(first));
    node->elts = take(items);
    return node;
}

Expr* Parser::slice() {
    const Token* first = at_;
    Expr* lower = nullptr;
    if (!next_is(Tok::Colon)) {
        bool named = next_is(Tok::Name) && peek(1) == Tok::ColonEqual;
        lower = named_expression();
        if (named || !next_is(Tok::Colon)) return lower;
    }
    expect(Tok::Colon);
    Expr* upper = starts_expression() ? expression() : nullptr;
    Expr* step = nullptr;
    if (accept(Tok::Colon) && starts_expression()) step = expression();
    auto* node = arena_.make<Slice>(since(first));
    node->lower = lower;
    node->upper = upper;
    node->step = step;
    return node;
}

Expr* Parser::argument_star() {
    const Token* first = at_;
    expect(Tok::Star);
    Expr* value = expression();
    auto* node = arena_.make<Starred>(since(first));
    node->value = value;
    node->ctx = ExprContext::Load;
    return node;
}

Expr* Parser::slices() {
    const Token* first = at_;
    bool starred = next_is(Tok::Star);
    Expr* one = starred ? argument_star() : slice();
    if (!starred && !next_is(Tok::Comma)) return one;
    List<Expr> items(*this);
    items.add(one);
    while (accept(Tok::Comma)) {
        if (next_is(Tok::RSqb)) break;
        items.add(next_is(Tok::Star) ? argument_star() : slice());
    }
    return tuple(first, items);
}

Expr* Parser::call(Expr* callee, const Token* first) {
    const Token* open = at_;
    advance();
    List<Expr> args(*this);
    Seq<Keyword*> keywords;
    if (!next_is(Tok::RPar)) {
        bool plain = !next_is(Tok::Star) && !next_is(Tok::DoubleStar) &&
                     !(next_is(Tok::Name) && peek(1) == Tok::Equal);
        Expr* one = nullptr;
        if (plain) {
            one = named_expression();
            if (starts_comprehension()) {
                Expr* only = generator(one, open);
                auto* node = arena_.make<Call>(since(first));
                node->func = callee;
                node->args = arena_.seq_of(only);
                return node;
            }
        }
        keywords = arguments(args, one);
    }
    expect(Tok::RPar);
    auto* node = arena_.make<Call>(since(first));
    node->func = callee;
    node->args = take(args);
    node->keywords = keywords;
    return node;
}

// Arguments up to, not including, the closing parenthesis; `one` is the first if it has been read already.
Seq<Keyword*> Parser::arguments(List<Expr>& args, Expr* one) {
    std::vector<Keyword*> keywords;
    bool unpacked = false;  // a ** was seen: no * any more
    if (one) {
        args.add(one);
        if (!next_is(Tok::RPar)) expect(Tok::Comma);
    }
    while (!next_is(Tok::RPar) && !failed()) {
        const Token* first = at_;
        if (next_is(Tok::DoubleStar)) {
            advance();
            unpacked = true;
            Expr* value = expression();
            auto* keyword = arena_.make<Keyword>();
            keyword->pos = since(first);
            keyword->value = value;
            keywords.push_back(keyword);
        } else if (next_is(Tok::Name) && peek(1) == Tok::Equal) {
            advance();
            advance();
            Expr* value = expression();
            auto* keyword = arena_.make<Keyword>();
            keyword->pos = since(first);
            keyword->arg = ident(*first);
            keyword->value = value;
            keywords.push_back(keyword);
        } else if (next_is(Tok::Star)) {
            if (unpacked) fail();
            args.add(argument_star());
        } else {
            if (!keywords.empty()) fail();
            args.add(named_expression());
        }
        if (!next_is(Tok::RPar)) expect(Tok::Comma);
    }
    return arena_.seq(keywords);
}

Expr* Parser::strings() {
    const Token* first = at_;
    while (next_is(Tok::String)) advance();
    StringParser parser(arena_, buffer_, options_, warnings_);
    Expr* result = parser.concatenate(first, at_ - first);
    if (result) return result;
    fail();
    return dummy();
}

}  // namespace baton::ast
