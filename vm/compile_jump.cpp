// Conditions: jumping on the truth of an expression without making its value where that can be avoided.
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

std::optional<bool> Compiler::static_truth(const Expr* e) {
    if (auto n = ast::as<ast::Name>(e); n && n->id->view() == "__debug__") return optimize_ == 0;
    auto c = ast::as<ast::Constant>(e);
    if (!c) return std::nullopt;
    const ConstantValue& v = c->value;
    switch (v.kind) {
        case ConstantKind::None:
        case ConstantKind::False:
            return false;
        case ConstantKind::True:
        case ConstantKind::Ellipsis:
            return true;
        case ConstantKind::Int:
            return !v.fits || v.integer != 0;
        case ConstantKind::Float:
            return v.real != 0;
        case ConstantKind::Complex:
            return v.real != 0 || v.imag != 0;
        case ConstantKind::Str:
        case ConstantKind::Bytes:
            return v.text.size != 0;
        case ConstantKind::Tuple:
        case ConstantKind::FrozenSet:
            return v.items.size() != 0;
    }
    return std::nullopt;
}

Result<void> Compiler::jump_if(const Expr* e, Label target, bool sense) {
    Nesting level(*this);
    TRY(level.check());
    if (!is<ast::Compare>(e)) return jump_if_kinds(e, target, sense);  // the jump belongs to what asks
    At at(*this, e->pos);
    return jump_if_kinds(e, target, sense);
}

void Compiler::jump_on(Loc v, Label target, bool sense) {
    u_->as.emit_jump(sense ? Op::JTRUE : Op::JFALSE, target, v.reg, 0, 0, v.temp ? kTakeA : 0);
}

Result<void> Compiler::jump_if_kinds(const Expr* e, Label target, bool sense) {
    Assembler& as = u_->as;
    if (std::optional<bool> truth = static_truth(e)) {
        if (*truth == sense)
            as.emit_jump(Op::JUMP, target);
        else
            as.mark();
        return {};
    }
    if (auto u = ast::as<ast::UnaryOp>(e); u && u->op == UnaryOperator::Not)
        return jump_if(u->operand, target, !sense);
    if (auto b = ast::as<ast::BoolOp>(e)) {
        // `and` is false, `or` is true, as soon as one operand is.
        bool decides = b->op == BoolOperator::Or;
        uint32_t last = b->values.size() - 1;
        Label skip = as.label();
        for (uint32_t i = 0; i < last; ++i)
            TRY(jump_if(b->values[i], decides == sense ? target : skip, decides));
        TRY(jump_if(b->values[last], target, sense));
        as.bind(skip);
        return {};
    }
    if (auto i = ast::as<ast::IfExp>(e)) {
        Label otherwise = as.label(), end = as.label();
        TRY(jump_if(i->test, otherwise, false));
        TRY(jump_if(i->body, target, sense));
        as.emit_jump(Op::JUMP, end);
        as.bind(otherwise);
        TRY(jump_if(i->orelse, target, sense));
        as.bind(end);
        return {};
    }
    if (auto c = ast::as<ast::Compare>(e)) return jump_if_compare(c, target, sense);
    Loc v = TRY(expr(e));
    jump_on(v, target, sense);
    return {};
}

namespace {

struct JumpPair {
    Op if_true, if_false;
};

JumpPair compare_jumps(CmpOperator op) {
    switch (op) {
        case CmpOperator::Eq:
            return {Op::JEQ, Op::JNEQ};
        case CmpOperator::NotEq:
            return {Op::JNE, Op::JNNE};
        case CmpOperator::Lt:
            return {Op::JLT, Op::JNLT};
        case CmpOperator::LtE:
            return {Op::JLE, Op::JNLE};
        case CmpOperator::Gt:
            return {Op::JGT, Op::JNGT};
        case CmpOperator::GtE:
            return {Op::JGE, Op::JNGE};
        case CmpOperator::Is:
            return {Op::JIS, Op::JIS_NOT};
        case CmpOperator::IsNot:
            return {Op::JIS_NOT, Op::JIS};
        case CmpOperator::In:
            return {Op::JIN, Op::JNOT_IN};
        case CmpOperator::NotIn:
            return {Op::JNOT_IN, Op::JIN};
    }
    return {Op::NOP, Op::NOP};
}

std::optional<JumpPair> immediate_jumps(CmpOperator op) {
    switch (op) {
        case CmpOperator::Eq:
            return JumpPair{Op::JEQI, Op::JNEQI};
        case CmpOperator::NotEq:
            return JumpPair{Op::JNEI, Op::JNNEI};
        case CmpOperator::Lt:
            return JumpPair{Op::JLTI, Op::JNLTI};
        case CmpOperator::LtE:
            return JumpPair{Op::JLEI, Op::JNLEI};
        case CmpOperator::Gt:
            return JumpPair{Op::JGTI, Op::JNGTI};
        case CmpOperator::GtE:
            return JumpPair{Op::JGEI, Op::JNGEI};
        default:
            return std::nullopt;
    }
}

bool is_none_constant(const Expr* e) {
    auto c = ast::as<ast::Constant>(e);
    return c && c->value.kind == ConstantKind::None;
}

}  // namespace

Result<void> Compiler::jump_compare(const Compare* e, uint32_t k, Loc b, Loc c, Label target, bool sense) {
    JumpPair pair = compare_jumps(e->ops[k]);
    u_->as.emit_jump(sense ? pair.if_true : pair.if_false, target, 0, b.reg, c.reg,
                     static_cast<uint8_t>((b.temp ? kTakeB : 0) | (c.temp ? kTakeC : 0)));
    return {};
}

Result<void> Compiler::jump_if_compare(const Compare* e, Label target, bool sense) {
    Assembler& as = u_->as;
    TRY(check_compare(e));
    uint32_t last = e->ops.size() - 1;
    Loc b = TRY(expr_before(e->left, e->comparators[0]));
    // The last comparison: with an immediate, with None, or of two registers.
    auto finish = [&](Loc left) -> Result<void> {
        const Expr* right = e->comparators[last];
        CmpOperator op = e->ops[last];
        if (is_none_constant(right) && (op == CmpOperator::Is || op == CmpOperator::IsNot)) {
            bool jump_on_none = (op == CmpOperator::Is) == sense;
            as.emit_jump(jump_on_none ? Op::JNONE : Op::JNOT_NONE, target, left.reg, 0, 0,
                         left.temp ? kTakeA : 0);
            return {};
        }
        std::optional<int> value = small_int(right);
        std::optional<JumpPair> pair = immediate_jumps(op);
        if (value && pair) {
            as.emit_jump(sense ? pair->if_true : pair->if_false, target, 0, left.reg,
                         static_cast<uint16_t>(*value), left.temp ? kTakeB : 0);
            return {};
        }
        Loc c = TRY(comparand(e, last));
        return jump_compare(e, last, left, c, target, sense);
    };
    if (last == 0) return finish(b);
    // A chain: false as soon as one link is; an operand that two links share may have to be dropped then.
    Label skip = as.label(), cleanup = as.label();
    bool cleanup_used = false;
    for (uint32_t k = 0; k < last; ++k) {
        Loc c = TRY(comparand(e, k));
        if (b.temp && c.temp) {
            as.emit(Op::SWAP, b.reg, c.reg);
            std::swap(b.reg, c.reg);
        }
        Label failed = c.temp ? cleanup : sense ? skip : target;
        TRY(jump_compare(e, k, b, {c.reg, false}, failed, false));
        cleanup_used |= c.temp;
        b = c;
    }
    TRY(finish(b));
    if (cleanup_used) {
        as.emit_jump(Op::JUMP, skip);
        as.bind(cleanup);
        drop();
        if (!sense) as.emit_jump(Op::JUMP, target);
    }
    as.bind(skip);
    return {};
}

}  // namespace baton
