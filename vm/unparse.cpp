#include "vm/unparse.h"

#include <cmath>

#include "runtime/escape.h"
#include "runtime/text_number.h"
#include "runtime/unicode_data.h"
#include "vm/source_text.h"

namespace baton {

using namespace ast;

namespace {

// How tightly an expression binds; what binds less than its place demands gets parentheses.
enum Level {
    kTuple,
    kTest,
    kOr,
    kAnd,
    kNot,
    kCompare,
    kBitOr,
    kBitXor,
    kBitAnd,
    kShift,
    kArith,
    kTerm,
    kFactor,
    kPower,
    kAwait,
    kAtom
};

class Unparser {
  public:
    explicit Unparser(std::string& out) : out_(out) {}

    void expr(const Expr* e, int level);

  private:
    void open(bool needed) {
        if (needed) out_ += '(';
    }
    void close(bool needed) {
        if (needed) out_ += ')';
    }
    void list(Seq<Expr*> items, int level = kTest) {
        for (uint32_t i = 0; i < items.size(); ++i) {
            if (i) out_ += ", ";
            expr(items[i], level);
        }
    }
    void binary(const BinOp* e, int level);
    void compare(const Compare* e, int level);
    void arguments(const Arguments* args);
    void comprehension(Seq<ast::Comprehension*> generators);
    void call(const Call* e);
    void tuple(Seq<Expr*> items, int level);
    void text(std::string_view s, bool bytes);
    void constant(const ConstantValue& v);
    void number(double d);
    void string_parts(std::string& to, const JoinedStr* e, bool is_spec);
    void formatted(std::string& to, const FormattedValue* e);
    void slice(const ast::Slice* s);

    std::string& out_;
};

struct OperatorText {
    const char* text;
    int level;
};

OperatorText operator_text(Operator op) {
    switch (op) {
        case Operator::Add:
            return {" + ", kArith};
        case Operator::Sub:
            return {" - ", kArith};
        case Operator::Mult:
            return {" * ", kTerm};
        case Operator::MatMult:
            return {" @ ", kTerm};
        case Operator::Div:
            return {" / ", kTerm};
        case Operator::Mod:
            return {" % ", kTerm};
        case Operator::LShift:
            return {" << ", kShift};
        case Operator::RShift:
            return {" >> ", kShift};
        case Operator::BitOr:
            return {" | ", kBitOr};
        case Operator::BitXor:
            return {" ^ ", kBitXor};
        case Operator::BitAnd:
            return {" & ", kBitAnd};
        case Operator::FloorDiv:
            return {" // ", kTerm};
        case Operator::Pow:
            return {" ** ", kPower};
    }
    return {"", kAtom};
}

const char* compare_text(CmpOperator op) {
    switch (op) {
        case CmpOperator::Eq:
            return " == ";
        case CmpOperator::NotEq:
            return " != ";
        case CmpOperator::Lt:
            return " < ";
        case CmpOperator::LtE:
            return " <= ";
        case CmpOperator::Gt:
            return " > ";
        case CmpOperator::GtE:
            return " >= ";
        case CmpOperator::Is:
            return " is ";
        case CmpOperator::IsNot:
            return " is not ";
        case CmpOperator::In:
            return " in ";
        case CmpOperator::NotIn:
            return " not in ";
    }
    return "";
}

// Digits of another base as decimal ones.
std::string to_decimal(std::string_view digits, int base) {
    std::string decimal = "0";  // lowest digit first
    for (char c : digits) {
        int carry = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
        for (char& d : decimal) {
            int v = (d - '0') * base + carry;
            d = static_cast<char>('0' + v % 10);
            carry = v / 10;
        }
        for (; carry; carry /= 10) decimal += static_cast<char>('0' + carry % 10);
    }
    return {decimal.rbegin(), decimal.rend()};
}

void Unparser::number(double d) {
    if (std::isinf(d)) {  // written as a literal that overflows
        out_ += "1e309";
        return;
    }
    TextBuffer buffer;
    format_double(buffer, d, 'r', 0, kFloatAddDot0);
    out_ += std::string_view(buffer.data(), buffer.size());
}

void Unparser::text(std::string_view s, bool bytes) {
    char quote = s.find('\'') != s.npos && s.find('"') == s.npos ? '"' : '\'';
    if (bytes) out_ += 'b';
    out_ += quote;
    const char* at = s.data();
    const char* end = at + s.size();
    while (at < end) {
        uint32_t ch = static_cast<unsigned char>(*at);
        int n = 1;
        if (!bytes && ch >= 0x80) {
            n = ast::decode_utf8(at, end, &ch);
            if (n == 0) {  // a lone surrogate in three bytes
                n = 3;
                ch = (static_cast<uint32_t>(at[0]) & 0x0F) << 12 |
                     (static_cast<uint32_t>(at[1]) & 0x3F) << 6 | (static_cast<uint32_t>(at[2]) & 0x3F);
            }
        }
        if (ch == static_cast<uint32_t>(quote)) {
            out_ += '\\';
            out_ += quote;
        } else if (ch >= 0x20 && ch < 0x7F && ch != '\\') {
            out_ += static_cast<char>(ch);
        } else if (!bytes && ch >= 0xA0 && unicode::is_printable(ch)) {
            out_.append(at, static_cast<size_t>(n));
        } else {
            out_ += std::string_view(CharEscape::of(ch));
        }
        at += n;
    }
    out_ += quote;
}

void Unparser::constant(const ConstantValue& v) {
    switch (v.kind) {
        case ConstantKind::None:
            out_ += "None";
            return;
        case ConstantKind::True:
            out_ += "True";
            return;
        case ConstantKind::False:
            out_ += "False";
            return;
        case ConstantKind::Ellipsis:
            out_ += "...";
            return;
        case ConstantKind::Int:
            if (v.fits)
                out_ += std::to_string(v.integer);
            else
                out_ += (v.negative ? "-" : "") +
                        (v.base == 10 ? std::string(v.text.view()) : to_decimal(v.text.view(), v.base));
            return;
        case ConstantKind::Float:
            number(v.real);
            return;
        case ConstantKind::Complex: {
            TextBuffer buffer;
            if (std::isinf(v.imag)) {
                out_ += "1e309j";
                return;
            }
            format_double(buffer, v.imag, 'r', 0, kFloatPlain);
            out_ += std::string_view(buffer.data(), buffer.size());
            out_ += 'j';
            return;
        }
        case ConstantKind::Str:
            text(v.text.view(), false);
            return;
        case ConstantKind::Bytes:
            text(v.text.view(), true);
            return;
        case ConstantKind::Tuple:
        case ConstantKind::FrozenSet: {
            bool set = v.kind == ConstantKind::FrozenSet;
            out_ += set ? "frozenset({" : "(";
            for (uint32_t i = 0; i < v.items.size(); ++i) {
                if (i) out_ += ", ";
                constant(v.items[i]);
            }
            if (!set && v.items.size() == 1) out_ += ',';
            out_ += set ? "})" : ")";
            return;
        }
    }
}

void Unparser::binary(const BinOp* e, int level) {
    OperatorText op = operator_text(e->op);
    bool right_first = e->op == Operator::Pow;
    open(level > op.level);
    expr(e->left, op.level + (right_first ? 1 : 0));
    out_ += op.text;
    expr(e->right, op.level + (right_first ? 0 : 1));
    close(level > op.level);
}

void Unparser::compare(const Compare* e, int level) {
    open(level > kCompare);
    expr(e->left, kCompare + 1);
    for (uint32_t i = 0; i < e->ops.size(); ++i) {
        out_ += compare_text(e->ops[i]);
        expr(e->comparators[i], kCompare + 1);
    }
    close(level > kCompare);
}

void Unparser::arguments(const Arguments* args) {
    bool first = true;
    auto comma = [&] {
        if (!first) out_ += ", ";
        first = false;
    };
    auto one = [&](const Arg* a) {
        out_ += a->arg->view();
        if (a->annotation) {
            out_ += ": ";
            expr(a->annotation, kTest);
        }
    };
    uint32_t count = args->posonlyargs.size() + args->args.size();
    for (uint32_t i = 0; i < count; ++i) {
        comma();
        one(i < args->posonlyargs.size() ? args->posonlyargs[i] : args->args[i - args->posonlyargs.size()]);
        if (i + args->defaults.size() >= count) {
            out_ += '=';
            expr(args->defaults[i + args->defaults.size() - count], kTest);
        }
        if (args->posonlyargs.size() && i + 1 == args->posonlyargs.size()) out_ += ", /";
    }
    if (args->vararg || args->kwonlyargs.size()) {
        comma();
        out_ += '*';
        if (args->vararg) one(args->vararg);
    }
    for (uint32_t i = 0; i < args->kwonlyargs.size(); ++i) {
        comma();
        one(args->kwonlyargs[i]);
        if (args->kw_defaults[i]) {
            out_ += '=';
            expr(args->kw_defaults[i], kTest);
        }
    }
    if (args->kwarg) {
        comma();
        out_ += "**";
        one(args->kwarg);
    }
}

void Unparser::comprehension(Seq<ast::Comprehension*> generators) {
    for (const ast::Comprehension* g : generators) {
        out_ += g->is_async ? " async for " : " for ";
        expr(g->target, kTuple);
        out_ += " in ";
        expr(g->iter, kTest + 1);
        for (Expr* condition : g->ifs) {
            out_ += " if ";
            expr(condition, kTest + 1);
        }
    }
}

void Unparser::call(const Call* e) {
    expr(e->func, kAtom);
    if (e->args.size() == 1 && e->keywords.empty() && is<ast::GeneratorExp>(e->args[0])) {
        expr(e->args[0], kAtom);  // has its own parentheses
        return;
    }
    out_ += '(';
    list(e->args);
    for (uint32_t i = 0; i < e->keywords.size(); ++i) {
        if (i || e->args.size()) out_ += ", ";
        const Keyword* k = e->keywords[i];
        if (k->arg) {
            out_ += k->arg->view();
            out_ += '=';
        } else {
            out_ += "**";
        }
        expr(k->value, kTest);
    }
    out_ += ')';
}

void Unparser::tuple(Seq<Expr*> items, int level) {
    if (items.empty()) {
        out_ += "()";
        return;
    }
    open(level > kTuple);
    list(items);
    if (items.size() == 1) out_ += ',';
    close(level > kTuple);
}

void Unparser::slice(const ast::Slice* s) {
    if (s->lower) expr(s->lower, kTest);
    out_ += ':';
    if (s->upper) expr(s->upper, kTest);
    if (s->step) {
        out_ += ':';
        expr(s->step, kTest);
    }
}

void Unparser::formatted(std::string& to, const FormattedValue* e) {
    std::string inner;
    Unparser(inner).expr(e->value, kTest + 1);
    to += inner.starts_with('{') ? "{ " : "{";
    to += inner;
    if (e->conversion > 0) {
        to += '!';
        to += static_cast<char>(e->conversion);
    }
    if (e->format_spec) {
        to += ':';
        if (auto j = as<ast::JoinedStr>(e->format_spec))
            string_parts(to, j, true);
        else if (auto c = as<ast::Constant>(e->format_spec))
            to += c->value.text.view();
    }
    to += '}';
}

void Unparser::string_parts(std::string& to, const JoinedStr* e, bool is_spec) {
    for (const Expr* piece : e->values) {
        if (auto f = as<ast::FormattedValue>(piece)) {
            formatted(to, f);
        } else if (auto c = as<ast::Constant>(piece)) {
            for (char ch : c->value.text.view()) {
                to += ch;
                if (!is_spec && (ch == '{' || ch == '}')) to += ch;
            }
        } else if (auto j = as<ast::JoinedStr>(piece)) {
            string_parts(to, j, is_spec);
        }
    }
}

void Unparser::expr(const Expr* e, int level) {
    switch (e->kind) {
        case ExprKind::BoolOp: {
            auto b = cast<ast::BoolOp>(e);
            int own = b->op == BoolOperator::And ? kAnd : kOr;
            open(level > own);
            for (uint32_t i = 0; i < b->values.size(); ++i) {
                if (i) out_ += b->op == BoolOperator::And ? " and " : " or ";
                expr(b->values[i], own + 1);
            }
            close(level > own);
            return;
        }
        case ExprKind::NamedExpr: {
            auto n = cast<ast::NamedExpr>(e);
            open(level > kTuple);
            expr(n->target, kAtom);
            out_ += " := ";
            expr(n->value, kAtom);
            close(level > kTuple);
            return;
        }
        case ExprKind::BinOp:
            return binary(cast<ast::BinOp>(e), level);
        case ExprKind::UnaryOp: {
            auto u = cast<ast::UnaryOp>(e);
            int own = u->op == UnaryOperator::Not ? kNot : kFactor;
            open(level > own);
            out_ += u->op == UnaryOperator::Not    ? "not "
                    : u->op == UnaryOperator::USub ? "-"
                    : u->op == UnaryOperator::UAdd ? "+"
                                                   : "~";
            expr(u->operand, own);
            close(level > own);
            return;
        }
        case ExprKind::Lambda: {
            auto l = cast<ast::Lambda>(e);
            open(level > kTest);
            // 3.11 puts a blank before positional parameters only: `lambda x: …`, `lambda*x: …`.
            out_ += l->args->args.empty() && l->args->posonlyargs.empty() ? "lambda" : "lambda ";
            arguments(l->args);
            out_ += ": ";
            expr(l->body, kTest);
            close(level > kTest);
            return;
        }
        case ExprKind::IfExp: {
            auto i = cast<ast::IfExp>(e);
            open(level > kTest);
            expr(i->body, kTest + 1);
            out_ += " if ";
            expr(i->test, kTest + 1);
            out_ += " else ";
            expr(i->orelse, kTest);
            close(level > kTest);
            return;
        }
        case ExprKind::Dict: {
            auto d = cast<ast::Dict>(e);
            out_ += '{';
            for (uint32_t i = 0; i < d->values.size(); ++i) {
                if (i) out_ += ", ";
                if (d->keys[i]) {
                    expr(d->keys[i], kTest);
                    out_ += ": ";
                    expr(d->values[i], kTest);
                } else {
                    out_ += "**";
                    expr(d->values[i], kBitOr);
                }
            }
            out_ += '}';
            return;
        }
        case ExprKind::Set:
            out_ += '{';
            list(cast<ast::Set>(e)->elts);
            out_ += '}';
            return;
        case ExprKind::ListComp:
            out_ += '[';
            expr(cast<ast::ListComp>(e)->elt, kTest);
            comprehension(cast<ast::ListComp>(e)->generators);
            out_ += ']';
            return;
        case ExprKind::SetComp:
            out_ += '{';
            expr(cast<ast::SetComp>(e)->elt, kTest);
            comprehension(cast<ast::SetComp>(e)->generators);
            out_ += '}';
            return;
        case ExprKind::GeneratorExp:
            out_ += '(';
            expr(cast<ast::GeneratorExp>(e)->elt, kTest);
            comprehension(cast<ast::GeneratorExp>(e)->generators);
            out_ += ')';
            return;
        case ExprKind::DictComp:
            out_ += '{';
            expr(cast<ast::DictComp>(e)->key, kTest);
            out_ += ": ";
            expr(cast<ast::DictComp>(e)->value, kTest);
            comprehension(cast<ast::DictComp>(e)->generators);
            out_ += '}';
            return;
        case ExprKind::Await:
            open(level > kAwait);
            out_ += "await ";
            expr(cast<ast::Await>(e)->value, kAtom);
            close(level > kAwait);
            return;
        case ExprKind::Yield:
            out_ += "(yield";
            if (cast<ast::Yield>(e)->value) {
                out_ += ' ';
                expr(cast<ast::Yield>(e)->value, kTuple);
            }
            out_ += ')';
            return;
        case ExprKind::YieldFrom:
            out_ += "(yield from ";
            expr(cast<ast::YieldFrom>(e)->value, kTest);
            out_ += ')';
            return;
        case ExprKind::Compare:
            return compare(cast<ast::Compare>(e), level);
        case ExprKind::Call:
            return call(cast<ast::Call>(e));
        case ExprKind::FormattedValue:
        case ExprKind::JoinedStr: {
            std::string body;
            if (auto j = as<ast::JoinedStr>(e))
                string_parts(body, j, false);
            else
                formatted(body, cast<ast::FormattedValue>(e));
            out_ += 'f';
            text(body, false);
            return;
        }
        case ExprKind::Constant:
            if (cast<ast::Constant>(e)->kind_text.view() == "u") out_ += 'u';
            return constant(cast<ast::Constant>(e)->value);
        case ExprKind::Attribute: {
            auto a = cast<ast::Attribute>(e);
            expr(a->value, kAtom);
            auto c = as<ast::Constant>(a->value);
            out_ += c && c->value.kind == ConstantKind::Int ? " ." : ".";  // 1 .real
            out_ += a->attr->view();
            return;
        }
        case ExprKind::Subscript:
            expr(cast<ast::Subscript>(e)->value, kAtom);
            out_ += '[';
            expr(cast<ast::Subscript>(e)->slice, kTuple);
            out_ += ']';
            return;
        case ExprKind::Starred:
            out_ += '*';
            expr(cast<ast::Starred>(e)->value, kBitOr);
            return;
        case ExprKind::Name:
            out_ += cast<ast::Name>(e)->id->view();
            return;
        case ExprKind::List:
            out_ += '[';
            list(cast<ast::List>(e)->elts);
            out_ += ']';
            return;
        case ExprKind::Tuple:
            return tuple(cast<ast::Tuple>(e)->elts, level);
        case ExprKind::Slice:
            return slice(cast<ast::Slice>(e));
    }
}

}  // namespace

void unparse(std::string& out, const Expr* e) {
    Unparser(out).expr(e, kTest);
}

}  // namespace baton
