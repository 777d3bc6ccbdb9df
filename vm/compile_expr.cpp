// Expressions: from a node to a value in a register.
#include "runtime/types/str.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

// ---- emitting results ----

void Compiler::result(Op temp_op, Dest d, Loc b, Loc c, uint8_t flags) {
    Assembler& as = u_->as;
    int taken = (b.temp ? 1 : 0) + (c.temp ? 1 : 0);
    uint16_t a = d.local ? d.reg : as.temp(as.depth() - taken);
    auto op = static_cast<Op>(static_cast<int>(temp_op) + (d.local ? 1 : 0));  // the rows stand side by side
    as.emit(op, a, b.reg, c.reg, static_cast<uint8_t>(flags | (b.temp ? kTakeB : 0) | (c.temp ? kTakeC : 0)));
}

void Compiler::temp_result(Op op, Dest d, Loc b, Loc c, bool has_c, uint16_t imm) {
    Assembler& as = u_->as;
    int taken = (b.temp ? 1 : 0) + (has_c && c.temp ? 1 : 0);
    auto flags = static_cast<uint8_t>((b.temp ? kTakeB : 0) | (has_c && c.temp ? kTakeC : 0));
    as.emit(op, as.temp(as.depth() - taken), b.reg, has_c ? c.reg : imm, flags);
    settle(d);
}

void Compiler::settle(Dest d) {
    if (d.local) u_->as.emit(Op::TAKE_L, d.reg, u_->as.top().reg, 0, kTakeB);
}

void Compiler::drop() {
    u_->as.emit(Op::DROP, u_->as.top().reg, 0, 0, kTakeA);
}

// An operand that needs no instruction, on another line than what uses it.
void Compiler::mark_line(const Expr* e) {
    if (e->pos.lineno == u_->as.position().lineno) return;
    At at(*this, e->pos);
    u_->as.mark();
}

Result<Loc> Compiler::expr(const Expr* e) {
    if (auto n = ast::as<ast::Name>(e); n && n->id->view() != "__debug__") {
        Place p = place_of(n->id);
        if (p.access == Access::Fast) {
            mark_line(e);
            At at(*this, e->pos);
            check_bound(p.reg);
            return Loc{p.reg, false};
        }
    }
    TRY(push(e));
    return u_->as.top();
}

bool Compiler::may_rebind(const Expr* later) const {
    return u_->scope->has_walrus && !is<ast::Name>(later) && !is<ast::Constant>(later);
}

Result<Loc> Compiler::expr_before(const Expr* e, const Expr* later) {
    Loc v = TRY(expr(e));
    if (!v.temp && later->pos.lineno != e->pos.lineno) {
        At at(*this, e->pos);
        u_->as.mark();
    }
    if (v.temp || !may_rebind(later)) return v;
    u_->as.emit(Op::COPY_T, u_->as.next_temp(), v.reg);
    return u_->as.top();
}

Result<void> Compiler::discard(const Expr* e) {
    if (is<ast::Constant>(e)) return {};
    Loc v = TRY(expr(e));
    if (v.temp) drop();
    return {};
}

Result<void> Compiler::eval(const Expr* e, Dest d) {
    Nesting level(*this);
    TRY(level.check());
    At at(*this, e->pos);
    return eval_kinds(e, d);
}

Result<void> Compiler::eval_kinds(const Expr* e, Dest d) {
    OptRef<Object> constant = TRY(fold(e));
    if (constant) return load_const(*constant, d);
    switch (e->kind) {
        case ExprKind::BoolOp:
            return bool_op(cast<ast::BoolOp>(e), d);
        case ExprKind::NamedExpr: {
            auto n = cast<ast::NamedExpr>(e);
            TRY(push(n->value));
            u_->as.emit(Op::COPY_T, u_->as.next_temp(), u_->as.top().reg);
            TRY(assign(n->target, u_->as.top()));
            break;
        }
        case ExprKind::BinOp: {
            auto b = cast<ast::BinOp>(e);
            return binary(b->left, b->op, b->right, d);
        }
        case ExprKind::UnaryOp:
            return unary(cast<ast::UnaryOp>(e), d);
        case ExprKind::Lambda:
            TRY(lambda(cast<ast::Lambda>(e)));
            break;
        case ExprKind::IfExp:
            return if_exp(cast<ast::IfExp>(e), d);
        case ExprKind::Dict:
            TRY(dict_display(cast<ast::Dict>(e)));
            break;
        case ExprKind::Set:
            TRY(set_display(cast<ast::Set>(e)->elts));
            break;
        case ExprKind::ListComp: {
            auto c = cast<ast::ListComp>(e);
            return comprehension(e, "<listcomp>", c->generators, c->elt, nullptr, d);
        }
        case ExprKind::SetComp: {
            auto c = cast<ast::SetComp>(e);
            return comprehension(e, "<setcomp>", c->generators, c->elt, nullptr, d);
        }
        case ExprKind::DictComp: {
            auto c = cast<ast::DictComp>(e);
            return comprehension(e, "<dictcomp>", c->generators, c->key, c->value, d);
        }
        case ExprKind::GeneratorExp: {
            auto c = cast<ast::GeneratorExp>(e);
            return comprehension(e, "<genexpr>", c->generators, c->elt, nullptr, d);
        }
        case ExprKind::Await: {
            if (!(flags_.allow_top_level_await && u_->kind == UnitKind::Module)) {
                if (!u_->is_function()) return error(e->pos, "'await' outside function");
                if (u_->kind != UnitKind::AsyncFunction && u_->kind != UnitKind::Comprehension)
                    return error(e->pos, "'await' outside async function");
            }
            Loc v = TRY(expr(cast<ast::Await>(e)->value));
            temp_result(Op::GET_AWAITABLE, Dest::temp(), v, {}, false, 0);
            TRY(yield_from_top());
            break;
        }
        case ExprKind::Yield:
        case ExprKind::YieldFrom:
            TRY(yield(e));
            break;
        case ExprKind::Compare:
            return compare(cast<ast::Compare>(e), d);
        case ExprKind::Call:
            return call(cast<ast::Call>(e), d);
        case ExprKind::FormattedValue:
            TRY(formatted_value(cast<ast::FormattedValue>(e)));
            break;
        case ExprKind::JoinedStr:
            TRY(joined_str(cast<ast::JoinedStr>(e)));
            break;
        case ExprKind::Constant:
            return load_none(d);  // not reached: constants have been folded
        case ExprKind::Attribute:
            return attribute(cast<ast::Attribute>(e), d);
        case ExprKind::Subscript:
            return subscript(cast<ast::Subscript>(e), d);
        case ExprKind::Starred:
            return error(e->pos, "can't use starred expression here");
        case ExprKind::Name:
            return load_name(cast<ast::Name>(e)->id, d);
        case ExprKind::List:
            TRY(list_display(cast<ast::List>(e)->elts));
            break;
        case ExprKind::Tuple:
            TRY(tuple_display(cast<ast::Tuple>(e)->elts));
            break;
        case ExprKind::Slice:
            TRY(slice(cast<ast::Slice>(e)));
            break;
    }
    settle(d);
    return {};
}

// ---- arithmetic ----

namespace {

Op binary_opcode(Operator op) {
    switch (op) {
        case Operator::Add:
            return Op::ADD_T;
        case Operator::Sub:
            return Op::SUB_T;
        case Operator::Mult:
            return Op::MUL_T;
        case Operator::MatMult:
            return Op::MATMUL_T;
        case Operator::Div:
            return Op::TRUEDIV_T;
        case Operator::Mod:
            return Op::MOD_T;
        case Operator::Pow:
            return Op::POW_T;
        case Operator::LShift:
            return Op::LSHIFT_T;
        case Operator::RShift:
            return Op::RSHIFT_T;
        case Operator::BitOr:
            return Op::OR_T;
        case Operator::BitXor:
            return Op::XOR_T;
        case Operator::BitAnd:
            return Op::AND_T;
        case Operator::FloorDiv:
            return Op::FLOORDIV_T;
    }
    return Op::NOP;
}

std::optional<Op> immediate_opcode(Operator op) {
    switch (op) {
        case Operator::Add:
            return Op::ADDI_T;
        case Operator::Sub:
            return Op::SUBI_T;
        case Operator::Mult:
            return Op::MULI_T;
        case Operator::FloorDiv:
            return Op::FLOORDIVI_T;
        case Operator::Mod:
            return Op::MODI_T;
        case Operator::LShift:
            return Op::LSHIFTI_T;
        case Operator::RShift:
            return Op::RSHIFTI_T;
        case Operator::BitAnd:
            return Op::ANDI_T;
        default:
            return std::nullopt;
    }
}

}  // namespace

std::optional<int> Compiler::small_int(const Expr* e) {
    bool minus = false;
    if (auto u = ast::as<ast::UnaryOp>(e); u && u->op == UnaryOperator::USub) {
        minus = true;
        e = u->operand;
    }
    auto c = ast::as<ast::Constant>(e);
    if (!c || c->value.kind != ConstantKind::Int || !c->value.fits) return std::nullopt;
    int64_t v = minus ? -c->value.integer : c->value.integer;
    if (v != static_cast<int16_t>(v)) return std::nullopt;
    return static_cast<int>(v);
}

void Compiler::binary_op(Operator op, Dest d, Loc b, Loc c, bool in_place) {
    result(binary_opcode(op), d, b, c, in_place ? kInplace : 0);
}

bool Compiler::binary_immediate(Operator op, const Expr* right, Dest d, Loc b, bool in_place) {
    std::optional<int> value = small_int(right);
    std::optional<Op> opcode = immediate_opcode(op);
    if (!value || !opcode) return false;
    mark_line(right);
    result(*opcode, d, b, {static_cast<uint16_t>(*value), false}, in_place ? kInplace : 0);
    return true;
}

Result<void> Compiler::binary(const Expr* left, Operator op, const Expr* right, Dest d) {
    Loc b = TRY(expr_before(left, right));
    if (binary_immediate(op, right, d, b, false)) return {};
    Loc c = TRY(expr(right));
    binary_op(op, d, b, c, false);
    return {};
}

Result<void> Compiler::unary(const UnaryOp* e, Dest d) {
    if (e->op == UnaryOperator::Not) {
        // not (a is b) and the like: the opposite comparison, which gives a bool as well.
        if (auto c = ast::as<ast::Compare>(e->operand); c && c->ops.size() == 1) {
            CmpOperator opposite = c->ops[0];
            switch (c->ops[0]) {
                case CmpOperator::Is:
                    opposite = CmpOperator::IsNot;
                    break;
                case CmpOperator::IsNot:
                    opposite = CmpOperator::Is;
                    break;
                case CmpOperator::In:
                    opposite = CmpOperator::NotIn;
                    break;
                case CmpOperator::NotIn:
                    opposite = CmpOperator::In;
                    break;
                default:
                    break;
            }
            if (opposite != c->ops[0]) {
                TRY(check_compare(c));
                Loc l = TRY(expr_before(c->left, c->comparators[0]));
                Loc r = TRY(comparand(c, 0));
                compare_op(opposite, l, r);
                settle(d);
                return {};
            }
        }
    }
    Loc v = TRY(expr(e->operand));
    Op op = e->op == UnaryOperator::Not    ? Op::NOT
            : e->op == UnaryOperator::USub ? Op::NEGATIVE
            : e->op == UnaryOperator::UAdd ? Op::POSITIVE
                                           : Op::INVERT;
    temp_result(op, d, v, {}, false);
    return {};
}

// ---- and, or, if ----

Result<void> Compiler::bool_op(const BoolOp* e, Dest d) {
    Label end = u_->as.label();
    Op jump = e->op == BoolOperator::And ? Op::JFALSE_KEEP : Op::JTRUE_KEEP;
    for (uint32_t i = 0; i < e->values.size(); ++i) {
        TRY(push(e->values[i]));
        if (i + 1 < e->values.size()) u_->as.emit_jump(jump, end, u_->as.top().reg);
    }
    u_->as.bind(end);
    settle(d);
    return {};
}

Result<void> Compiler::if_exp(const IfExp* e, Dest d) {
    Assembler& as = u_->as;
    Label otherwise = as.label(), end = as.label();
    TRY(jump_if(e->test, otherwise, false));
    int depth = as.depth();
    TRY(eval(e->body, d));
    as.emit_jump(Op::JUMP, end);
    as.set_depth(depth);
    as.bind(otherwise);
    TRY(eval(e->orelse, d));
    as.bind(end);
    return {};
}

// ---- comparing ----

void Compiler::compare_op(CmpOperator op, Loc b, Loc c) {
    Op code = Op::NOP;
    switch (op) {
        case CmpOperator::Eq:
            code = Op::EQ;
            break;
        case CmpOperator::NotEq:
            code = Op::NE;
            break;
        case CmpOperator::Lt:
            code = Op::LT;
            break;
        case CmpOperator::LtE:
            code = Op::LE;
            break;
        case CmpOperator::Gt:
            code = Op::GT;
            break;
        case CmpOperator::GtE:
            code = Op::GE;
            break;
        case CmpOperator::Is:
            code = Op::IS;
            break;
        case CmpOperator::IsNot:
            code = Op::IS_NOT;
            break;
        case CmpOperator::In:
            code = Op::IN;
            break;
        case CmpOperator::NotIn:
            code = Op::NOT_IN;
            break;
    }
    temp_result(code, Dest::temp(), b, c, true);
}

// The k-th right operand. A list or set of constants that is only searched becomes a constant.
Result<Loc> Compiler::comparand(const Compare* e, uint32_t k) {
    const Expr* c = e->comparators[k];
    const bool last = k + 1 == e->comparators.size();  // another one would be the next left operand, too
    if (last && (e->ops[k] == CmpOperator::In || e->ops[k] == CmpOperator::NotIn)) {
        OptRef<Object> constant = TRY(fold_unseen(c));
        if (constant) {
            At at(*this, c->pos);
            TRY(load_const(*constant, Dest::temp()));
            return u_->as.top();
        }
    }
    if (!last) return expr_before(c, e->comparators[k + 1]);
    return expr(c);
}

Result<void> Compiler::compare(const Compare* e, Dest d) {
    Assembler& as = u_->as;
    TRY(check_compare(e));
    uint32_t last = e->ops.size() - 1;
    Loc b = TRY(expr_before(e->left, e->comparators[0]));
    if (last == 0) {
        Loc c = TRY(comparand(e, 0));
        compare_op(e->ops[0], b, c);
        settle(d);
        return {};
    }
    Label end = as.label(), cleanup = as.label();
    bool cleanup_used = false;
    for (uint32_t k = 0; k < last; ++k) {
        Loc c = TRY(comparand(e, k));
        if (b.temp && c.temp) {  // the left operand has to be on top to be taken
            as.emit(Op::SWAP, b.reg, c.reg);
            std::swap(b.reg, c.reg);
        }
        compare_op(e->ops[k], b, {c.reg, false});
        as.emit_jump(Op::JFALSE_KEEP, c.temp ? cleanup : end, as.top().reg);
        cleanup_used |= c.temp;
        b = c;
    }
    Loc c = TRY(comparand(e, last));
    compare_op(e->ops[last], b, c);
    if (cleanup_used) {
        as.emit_jump(Op::JUMP, end);
        as.bind(cleanup);
        as.emit(Op::SWAP, as.temp(as.depth() - 2), as.temp(as.depth() - 1));
        drop();
    }
    as.bind(end);
    settle(d);
    return {};
}

// ---- attributes, items ----

Result<void> Compiler::attribute(const Attribute* e, Dest d) {
    Loc o = TRY(expr(e->value));
    uint16_t name = TRY(short_name(e->attr));
    At at(*this, attribute_position(e));
    result(Op::GET_ATTR_T, d, o, {name, false});
    return {};
}

Result<void> Compiler::subscript(const Subscript* e, Dest d) {
    TRY(check_subscript(e));
    if (auto s = ast::as<ast::Slice>(e->slice)) {
        uint16_t base = u_->as.next_temp();
        TRY(push(e->value));
        uint16_t parts = TRY(slice_parts(s));
        u_->as.emit(Op::GET_SLICE, base, parts);
        settle(d);
        return {};
    }
    Loc o = TRY(expr_before(e->value, e->slice));
    if (std::optional<int> i = small_int(e->slice)) {
        result(Op::GET_ITEMI_T, d, o, {static_cast<uint16_t>(*i), false});
        return {};
    }
    Loc k = TRY(expr(e->slice));
    result(Op::GET_ITEM_T, d, o, k);
    return {};
}

// Pushes the parts that there are, and says which.
Result<uint16_t> Compiler::slice_parts(const ast::Slice* e) {
    uint16_t parts = 0, bit = 1;
    for (const Expr* part : {e->lower, e->upper, e->step}) {
        if (part) {
            TRY(push(part));
            parts |= bit;
        }
        bit = static_cast<uint16_t>(bit << 1);
    }
    return parts;
}

Result<void> Compiler::slice(const ast::Slice* e) {
    Assembler& as = u_->as;
    uint16_t base = as.next_temp();
    for (const Expr* part : {e->lower, e->upper, e->step}) {
        if (part)
            TRY(push(part));
        else
            TRY(load_none(Dest::temp()));
    }
    as.emit(Op::BUILD_SLICE, base);
    return {};
}

// ---- f-strings ----

Result<void> Compiler::formatted_value(const FormattedValue* e) {
    Assembler& as = u_->as;
    uint16_t base = as.next_temp();
    TRY(push(e->value));
    int how = e->conversion == 's' ? 1 : e->conversion == 'r' ? 2 : e->conversion == 'a' ? 3 : 0;
    if (e->format_spec) {
        TRY(push(e->format_spec));
        how |= 4;
    }
    as.emit(Op::FORMAT_VALUE, base, static_cast<uint16_t>(how));
    return {};
}

Result<void> Compiler::joined_str(const JoinedStr* e) {
    constexpr int kGroup = 32;
    Assembler& as = u_->as;
    int base = as.depth();
    for (Expr* piece : e->values) {
        TRY(push(piece));
        if (as.depth() - base == kGroup) as.emit(Op::BUILD_STRING, as.temp(base), kGroup);
    }
    int count = as.depth() - base;
    bool is_str = count == 1 && (is<ast::FormattedValue>(e->values.back()) || e->values.size() > 1);
    if (!is_str) as.emit(Op::BUILD_STRING, as.temp(base), static_cast<uint16_t>(count));
    return {};
}

// ---- yield, await ----

Result<void> Compiler::yield_from_top() {
    Assembler& as = u_->as;
    uint16_t iterator = as.top().reg;
    TRY(load_none(Dest::temp()));
    as.emit(Op::YIELD_FROM, iterator);
    return {};
}

Result<void> Compiler::yield(const Expr* e) {
    if (!u_->is_function()) return error(e->pos, "'yield' outside function");
    if (auto from = ast::as<ast::YieldFrom>(e)) {
        if (u_->kind == UnitKind::AsyncFunction) return error(e->pos, "'yield from' inside async function");
        Loc v = TRY(expr(from->value));
        temp_result(Op::GET_YIELD_FROM_ITER, Dest::temp(), v, {}, false);
        return yield_from_top();
    }
    auto y = cast<ast::Yield>(e);
    if (y->value) {
        Loc v = TRY(expr(y->value));
        temp_result(Op::YIELD, Dest::temp(), v, {}, false);
        return {};
    }
    TRY(load_none(Dest::temp()));
    temp_result(Op::YIELD, Dest::temp(), u_->as.top(), {}, false);
    return {};
}

}  // namespace baton
