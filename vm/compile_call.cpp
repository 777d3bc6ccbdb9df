// Calls, displays, and the warnings about expressions that are hardly meant.
#include <unordered_map>

#include "runtime/types/set.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

namespace {

// More values than this are not put side by side into temps.
constexpr uint32_t kMaxSideBySide = 30;
constexpr uint32_t kMaxArguments = 200;

bool has_star(Seq<Expr*> items) {
    for (Expr* e : items)
        if (is<ast::Starred>(e)) return true;
    return false;
}

bool has_double_star(Seq<Keyword*> keywords) {
    for (Keyword* k : keywords)
        if (!k->arg) return true;
    return false;
}

// The type an expression is sure to have, for warnings; null if unknown.
const char* certain_type(const Expr* e) {
    switch (e->kind) {
        case ExprKind::Tuple:
            return "tuple";
        case ExprKind::List:
        case ExprKind::ListComp:
            return "list";
        case ExprKind::Dict:
        case ExprKind::DictComp:
            return "dict";
        case ExprKind::Set:
        case ExprKind::SetComp:
            return "set";
        case ExprKind::GeneratorExp:
            return "generator";
        case ExprKind::Lambda:
            return "function";
        case ExprKind::JoinedStr:
        case ExprKind::FormattedValue:
            return "str";
        case ExprKind::Constant:
            switch (cast<ast::Constant>(e)->value.kind) {
                case ConstantKind::None:
                    return "NoneType";
                case ConstantKind::True:
                case ConstantKind::False:
                    return "bool";
                case ConstantKind::Ellipsis:
                    return "ellipsis";
                case ConstantKind::Int:
                    return "int";
                case ConstantKind::Float:
                    return "float";
                case ConstantKind::Complex:
                    return "complex";
                case ConstantKind::Str:
                    return "str";
                case ConstantKind::Bytes:
                    return "bytes";
                case ConstantKind::Tuple:
                    return "tuple";
                case ConstantKind::FrozenSet:
                    return "frozenset";
            }
            return nullptr;
        default:
            return nullptr;
    }
}

bool is_literal_operand(const Expr* e) {
    auto c = ast::as<ast::Constant>(e);
    if (!c) return false;
    switch (c->value.kind) {
        case ConstantKind::None:
        case ConstantKind::True:
        case ConstantKind::False:
        case ConstantKind::Ellipsis:
            return false;
        default:
            return true;
    }
}

}  // namespace

// ---- warnings ----

Result<void> Compiler::check_compare(const Compare* e) {
    // Tuples, signs and the like count once they are folded.
    auto is_literal = [&](const Expr* operand) -> Result<bool> {
        if (is_literal_operand(operand)) return true;
        if (!ast::is<ast::Tuple>(operand) && !ast::is<UnaryOp>(operand) && !ast::is<BinOp>(operand))
            return false;
        return TRY(fold(operand)) ? true : false;
    };
    bool left = TRY(is_literal(e->left));
    for (uint32_t i = 0; i < e->ops.size(); ++i) {
        bool right = TRY(is_literal(e->comparators[i]));
        if ((e->ops[i] == CmpOperator::Is || e->ops[i] == CmpOperator::IsNot) && (left || right)) {
            const char* text = e->ops[i] == CmpOperator::Is
                                   ? "\"is\" with a literal. Did you mean \"==\"?"
                                   : "\"is not\" with a literal. Did you mean \"!=\"?";
            return warn_syntax(e->pos, text);
        }
        left = right;
    }
    return {};
}

Result<void> Compiler::check_caller(const Expr* e) {
    const char* type = is<ast::Lambda>(e) ? nullptr : certain_type(e);
    if (!type) return {};
    return warn_syntax(e->pos, fmt::format("'{}' object is not callable; perhaps you missed a comma?", type));
}

Result<void> Compiler::check_subscript(const Subscript* e) {
    const Expr* o = e->value;
    const char* type = certain_type(o);
    if (!type) return {};
    bool subscriptable = is<ast::Tuple>(o) || is<ast::List>(o) || is<ast::ListComp>(o) || is<ast::Dict>(o) ||
                         is<ast::DictComp>(o) || is<ast::JoinedStr>(o) || is<ast::FormattedValue>(o);
    bool sequence = subscriptable && !is<ast::Dict>(o) && !is<ast::DictComp>(o);
    if (auto c = ast::as<ast::Constant>(o)) {
        ConstantKind k = c->value.kind;
        subscriptable = sequence =
            k == ConstantKind::Str || k == ConstantKind::Bytes || k == ConstantKind::Tuple;
    }
    if (!subscriptable)
        return warn_syntax(
            e->pos, fmt::format("'{}' object is not subscriptable; perhaps you missed a comma?", type));
    const char* index = certain_type(e->slice);
    if (!sequence || !index || is<ast::Slice>(e->slice)) return {};
    if (auto c = ast::as<ast::Constant>(e->slice);
        c && (c->value.kind == ConstantKind::Int || c->value.kind == ConstantKind::True ||
              c->value.kind == ConstantKind::False))
        return {};
    return warn_syntax(
        e->pos, fmt::format("{} indices must be integers or slices, not {}; perhaps you missed a comma?",
                            type, index));
}

// ---- calls ----

// Where an attribute that begins on an earlier line is reported: at its own name.
Pos Compiler::attribute_position(const Attribute* e) const {
    Pos p = e->pos;
    if (p.lineno == p.end_lineno) return p;
    auto length = static_cast<int>(e->attr->size);
    p.lineno = p.end_lineno;
    if (length <= p.end_col_offset)
        p.col_offset = p.end_col_offset - length;
    else
        p.col_offset = p.end_col_offset = -1;
    return p;
}

Result<void> Compiler::check_keywords(Seq<Keyword*> keywords) {
    // The first that comes again, and where it does.
    uint32_t repeated = keywords.size(), again = 0;
    std::unordered_map<const Ident*, uint32_t> seen;
    for (uint32_t i = 0; i < keywords.size(); ++i) {
        if (!keywords[i]->arg) continue;
        auto [at, fresh] = seen.try_emplace(keywords[i]->arg, i);
        if (fresh || at->second >= repeated) continue;
        repeated = at->second;
        again = i;
    }
    for (uint32_t i = 0; i < keywords.size(); ++i) {
        if (!keywords[i]->arg) continue;
        TRY(forbid_name(keywords[i]->arg, ExprContext::Store, u_->as.position()));
        if (i == repeated)
            return error(keywords[again]->pos,
                         fmt::format("keyword argument repeated: {}", keywords[again]->arg->view()));
    }
    return {};
}

// An argument whose evaluation runs no code and cannot fail.
bool Compiler::is_plain_argument(const Expr* e) {
    if (is<ast::Constant>(e)) return true;
    auto n = ast::as<ast::Name>(e);
    if (!n || n->id->view() == "__debug__") return false;
    Place p = place_of(n->id);
    return p.access == Access::Fast && u_->as.is_bound(p.reg);
}

Result<void> Compiler::call(const Call* e, Dest d) {
    TRY(check_caller(e->func));
    TRY(check_keywords(e->keywords));
    bool done = TRY(method_call(e));
    if (!done) {
        int base = u_->as.depth();
        TRY(push(e->func));
        TRY(call_arguments(base, e->args, e->keywords, 0));
    }
    settle(d);
    return {};
}

// The cell of __class__ if the receiver is `super()` where that can mean the method's class and first
// argument.
std::optional<uint16_t> Compiler::super_cell(const Expr* receiver) {
    auto c = ast::as<ast::Call>(receiver);
    auto n = c && c->args.empty() && c->keywords.empty() ? ast::as<ast::Name>(c->func) : nullptr;
    if (!n || n->id->view() != "super" || !u_->is_function() || place_of(n->id).access != Access::Global)
        return {};
    const std::vector<const Ident*>& params = u_->scope->params;
    if (params.empty() || u_->argcount == 0) return {};
    Place self = place_of(params[0]);
    if (self.access != Access::Fast || self.reg != 0 || !u_->as.is_bound(0)) return {};
    Place cls = place_of(ident("__class__"));
    if (cls.access != Access::Cell || !cls.is_free) return {};
    return cls.reg;
}

// obj.name(...): without making a bound method. False: this call is not of that kind.
Result<bool> Compiler::method_call(const Call* e) {
    Assembler& as = u_->as;
    auto a = ast::as<ast::Attribute>(e->func);
    if (!a || a->ctx != ExprContext::Load || has_star(e->args) || has_double_star(e->keywords) ||
        e->args.size() + e->keywords.size() > kMaxArguments)
        return false;
    int base = as.depth();
    std::optional<uint16_t> cell = super_cell(a->value);
    TRY(push(cell ? cast<ast::Call>(a->value)->func : a->value));
    uint16_t name = TRY(short_name(a->attr));
    Pos pos = attribute_position(a);
    Pos call_pos = e->pos;
    if (pos.lineno != call_pos.lineno) {
        call_pos.lineno = pos.lineno;
        call_pos.col_offset = pos.col_offset;
    }
    if (cell) {
        {
            At at(*this, a->value->pos);
            as.emit(Op::LOAD_SUPER_METHOD, as.temp(base), *cell, name);
        }
        for (Expr* argument : e->args) TRY(push(argument));
        At at(*this, call_pos);
        TRY(finish_call(Op::CALL_LOADED, base, e->args.size(), e->keywords));
        return true;
    }
    // The look-up comes before the arguments; they may be evaluated first only when nobody can tell.
    bool plain = e->keywords.empty();
    for (Expr* argument : e->args) plain = plain && is_plain_argument(argument);
    if (plain) {
        if (!e->args.empty() && pos.lineno != e->pos.lineno) {
            At at(*this, pos);
            as.mark();
        }
        for (Expr* argument : e->args) TRY(push(argument));
        At at(*this, call_pos);
        as.emit(Op::CALL_METHOD, as.temp(base), static_cast<uint16_t>(e->args.size()), name);
        return true;
    }
    {
        At at(*this, pos);
        as.emit(Op::LOAD_METHOD, as.temp(base), 0, name);
    }
    for (Expr* argument : e->args) TRY(push(argument));
    At at(*this, call_pos);
    TRY(finish_call(Op::CALL_LOADED, base, e->args.size(), e->keywords));
    return true;
}

// The arguments of the callable at `base`, of which `extra` have been pushed already, and the call.
Result<void> Compiler::call_arguments(int base, Seq<Expr*> args, Seq<Keyword*> keywords, int extra) {
    if (has_star(args) || has_double_star(keywords) || args.size() + keywords.size() > kMaxArguments)
        return call_spread(base, args, keywords, extra);
    for (Expr* argument : args) TRY(push(argument));
    return finish_call(Op::CALL, base, args.size() + static_cast<uint32_t>(extra), keywords);
}

Result<void> Compiler::finish_call(Op op, int base, uint32_t positional, Seq<Keyword*> keywords) {
    Assembler& as = u_->as;
    auto count = static_cast<uint16_t>(positional + keywords.size());
    if (keywords.empty()) {
        as.emit(op, as.temp(base), count);
        return {};
    }
    std::vector<const Ident*> names;
    for (Keyword* k : keywords) {
        TRY(push(k->value));
        names.push_back(k->arg);
    }
    Ref<Object> tuple = TRY(name_tuple(names));
    int index = TRY(add_const(std::move(tuple)));
    as.emit(op == Op::CALL ? Op::CALL_KW : Op::CALL_LOADED_KW, as.temp(base), count, 0, 0, {index, 0});
    return {};
}

Result<void> Compiler::call_spread(int base, Seq<Expr*> args, Seq<Keyword*> keywords, int extra) {
    Assembler& as = u_->as;
    if (extra == 0 && args.size() == 1 && is<ast::Starred>(args[0])) {
        TRY(push(cast<ast::Starred>(args[0])->value));
    } else {
        TRY(sequence(args, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, base + 1));
        as.emit(Op::LIST_TO_TUPLE, as.temp(base + 1));
    }
    if (keywords.empty()) {
        as.emit(Op::CALL_EX, as.temp(base), 0);
        return {};
    }
    uint16_t dict = as.next_temp();
    if (keywords.size() == 1 && !keywords[0]->arg) {  // the call itself makes no copy of it
        TRY(push(keywords[0]->value));
        as.emit(Op::KEYWORD_DICT, dict, 0, as.temp(base));
        as.emit(Op::CALL_EX, as.temp(base), 1);
        return {};
    }
    bool have_dict = false;
    for (uint32_t i = 0; i < keywords.size();) {
        if (!keywords[i]->arg) {
            if (!have_dict) as.emit(Op::BUILD_MAP, dict, 0);
            have_dict = true;
            Loc v = TRY(expr(keywords[i]->value));
            as.emit(Op::DICT_MERGE, dict, v.reg, as.temp(base), v.temp ? kTakeB : 0);
            ++i;
            continue;
        }
        int start = as.depth();
        uint16_t pairs = 0;
        for (; i < keywords.size() && keywords[i]->arg && pairs < kMaxSideBySide; ++i, ++pairs) {
            TRY(load_str(keywords[i]->arg));
            TRY(push(keywords[i]->value));
        }
        as.emit(Op::BUILD_MAP, as.temp(start), pairs);
        if (have_dict) as.emit(Op::DICT_MERGE, dict, as.top().reg, as.temp(base), kTakeB);
        have_dict = true;
    }
    as.emit(Op::CALL_EX, as.temp(base), 1);
    return {};
}

// ---- displays ----

// A list or set of items, the first of which have been pushed from start_depth on.
Result<void> Compiler::sequence(Seq<Expr*> items, Op build, Op add, Op extend, int start_depth) {
    Assembler& as = u_->as;
    uint16_t at = as.temp(start_depth);
    bool built = false;
    auto build_now = [&] {
        if (!built) as.emit(build, at, static_cast<uint16_t>(as.depth() - start_depth));
        built = true;
    };
    for (Expr* item : items) {
        if (auto s = ast::as<ast::Starred>(item)) {
            build_now();
            Loc v = TRY(expr(s->value));
            as.emit(extend, at, v.reg, 0, v.temp ? kTakeB : 0);
        } else if (built) {
            Loc v = TRY(expr(item));
            as.emit(add, at, v.reg, 0, v.temp ? kTakeB : 0);
        } else {
            TRY(push(item));
            if (as.depth() - start_depth >= static_cast<int>(kMaxSideBySide)) build_now();
        }
    }
    build_now();
    return {};
}

Result<void> Compiler::tuple_display(Seq<Expr*> items) {
    Assembler& as = u_->as;
    int start = as.depth();
    if (!has_star(items) && items.size() <= kMaxSideBySide) {
        for (Expr* item : items) TRY(push(item));
        as.emit(Op::BUILD_TUPLE, as.temp(start), static_cast<uint16_t>(items.size()));
        return {};
    }
    TRY(sequence(items, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, start));
    as.emit(Op::LIST_TO_TUPLE, as.temp(start));
    return {};
}

Result<void> Compiler::list_display(Seq<Expr*> items) {
    Assembler& as = u_->as;
    int start = as.depth();
    if (items.size() > 2) {
        OptRef<Object> constant = TRY(fold_items(items));
        if (constant) {
            as.emit(Op::BUILD_LIST, as.temp(start), 0);
            TRY(load_const(*constant, Dest::temp()));
            as.emit(Op::LIST_EXTEND, as.temp(start), as.top().reg, 0, kTakeB);
            return {};
        }
    }
    return sequence(items, Op::BUILD_LIST, Op::LIST_APPEND, Op::LIST_EXTEND, start);
}

Result<void> Compiler::set_display(Seq<Expr*> items) {
    Assembler& as = u_->as;
    int start = as.depth();
    if (items.size() > 2) {
        OptRef<Object> constant = TRY(fold_items(items));
        if (constant) {
            as.emit(Op::BUILD_SET, as.temp(start), 0);
            Ref<Object> members = TRY(to_frozenset(*constant));
            TRY(load_const(*members, Dest::temp()));
            as.emit(Op::SET_UPDATE, as.temp(start), as.top().reg, 0, kTakeB);
            return {};
        }
    }
    return sequence(items, Op::BUILD_SET, Op::SET_ADD, Op::SET_UPDATE, start);
}

Result<void> Compiler::dict_display(const ast::Dict* e) {
    Assembler& as = u_->as;
    uint16_t dict = as.next_temp();
    uint32_t i = 0;
    for (; i < e->keys.size() && e->keys[i] && i < kMaxSideBySide / 2; ++i) {
        TRY(push(e->keys[i]));
        TRY(push(e->values[i]));
    }
    as.emit(Op::BUILD_MAP, dict, static_cast<uint16_t>(i));
    for (; i < e->keys.size(); ++i) {
        if (!e->keys[i]) {
            Loc v = TRY(expr(e->values[i]));
            as.emit(Op::DICT_UPDATE, dict, v.reg, 0, v.temp ? kTakeB : 0);
            continue;
        }
        Loc k = TRY(expr_before(e->keys[i], e->values[i]));
        Loc v = TRY(expr(e->values[i]));
        as.emit(Op::MAP_ADD, dict, k.reg, v.reg,
                static_cast<uint8_t>((k.temp ? kTakeB : 0) | (v.temp ? kTakeC : 0)));
    }
    return {};
}

}  // namespace baton
