// Variables and assignment targets.
#include <algorithm>

#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

Place Compiler::place_of(const Ident* id) {
    Place p;
    p.name = mangled(id);
    const Symbol* symbol = u_->scope->find(p.name);
    NameKind kind = symbol ? symbol->kind : NameKind::GlobalImplicit;
    bool function = u_->is_function();
    switch (kind) {
        case NameKind::Free:
        case NameKind::Cell:
            p.access = Access::Cell;
            p.reg = u_->cells.at(p.name);
            p.is_free = kind == NameKind::Free;
            // The body of a class may use an outer __class__ while its methods use the class's own cell.
            if (p.is_free && u_->scope->needs_class_closure && p.name == ident("__class__")) {
                auto at = std::find(u_->freevars.begin(), u_->freevars.end(), p.name);
                p.reg = static_cast<uint16_t>(u_->varnames.size() + u_->cellvars.size() +
                                              static_cast<size_t>(at - u_->freevars.begin()));
            }
            break;
        case NameKind::Local:
            p.access = function ? Access::Fast : Access::Name;
            if (function) p.reg = u_->locals.at(p.name);
            break;
        case NameKind::GlobalExplicit:
            p.access = Access::Global;
            break;
        case NameKind::GlobalImplicit:
        case NameKind::Unknown:
            p.access = function ? Access::Global : Access::Name;
            break;
    }
    return p;
}

void Compiler::check_bound(uint16_t local) {
    if (!u_->as.is_bound(local)) u_->as.emit(Op::CHECK_BOUND, local);
}

Result<void> Compiler::load_name(const Ident* id, Dest d) {
    Assembler& as = u_->as;
    Place p = place_of(id);
    uint16_t to = d.local ? d.reg : as.next_temp();
    switch (p.access) {
        case Access::Fast:
            check_bound(p.reg);
            if (d.local && d.reg == p.reg) return {};
            as.emit(d.local ? Op::COPY_L : Op::COPY_T, to, p.reg);
            return {};
        case Access::Cell:
            if (p.is_free && u_->kind == UnitKind::Class) {
                as.emit(Op::LOAD_CLASSCELL, as.next_temp(), p.reg);
                settle(d);
                return {};
            }
            as.emit(d.local ? Op::LOAD_CELL_L : Op::LOAD_CELL_T, to, p.reg);
            return {};
        case Access::Global: {
            int index = TRY(add_name(p.name));
            as.emit_wide(d.local ? Op::LOAD_GLOBAL_L : Op::LOAD_GLOBAL_T, to, index);
            return {};
        }
        case Access::Name: {
            int index = TRY(add_name(p.name));
            as.emit_wide(Op::LOAD_NAME, as.next_temp(), index);
            settle(d);
            return {};
        }
    }
    return {};
}

Result<void> Compiler::store_name(const Ident* id, Loc v) {
    Assembler& as = u_->as;
    Place p = place_of(id);
    uint8_t take_a = v.temp ? kTakeA : 0, take_b = v.temp ? kTakeB : 0;
    switch (p.access) {
        case Access::Fast:
            if (v.temp)
                as.emit(Op::TAKE_L, p.reg, v.reg, 0, kTakeB);
            else if (v.reg != p.reg)
                as.emit(Op::COPY_L, p.reg, v.reg);
            return {};
        case Access::Cell:
            as.emit(Op::STORE_CELL, p.reg, v.reg, 0, take_b);
            return {};
        case Access::Global: {
            int index = TRY(add_name(p.name));
            as.emit_wide(Op::STORE_GLOBAL, v.reg, index, take_a);
            return {};
        }
        case Access::Name: {
            int index = TRY(add_name(p.name));
            as.emit_wide(Op::STORE_NAME, v.reg, index, take_a);
            return {};
        }
    }
    return {};
}

Result<void> Compiler::delete_name(const Ident* id) {
    Assembler& as = u_->as;
    Place p = place_of(id);
    switch (p.access) {
        case Access::Fast:
            check_bound(p.reg);
            as.emit(Op::CLEAR, p.reg);
            return {};
        case Access::Cell:
            as.emit(Op::DELETE_CELL, p.reg);
            return {};
        case Access::Global: {
            int index = TRY(add_name(p.name));
            as.emit_wide(Op::DELETE_GLOBAL, 0, index);
            return {};
        }
        case Access::Name: {
            int index = TRY(add_name(p.name));
            as.emit_wide(Op::DELETE_NAME, 0, index);
            return {};
        }
    }
    return {};
}

Result<void> Compiler::forbid_name(const Ident* id, ExprContext context, const Pos& pos) {
    if (id->view() != "__debug__") return {};
    if (context == ExprContext::Store) return error(pos, "cannot assign to __debug__");
    if (context == ExprContext::Del) return error(pos, "cannot delete __debug__");
    return {};
}

// Puts v, taken if it is the top temp, into a target.
Result<void> Compiler::assign(const Expr* target, Loc v) {
    At at(*this, target->pos);
    Nesting level(*this);
    TRY(level.check());
    Assembler& as = u_->as;
    switch (target->kind) {
        case ExprKind::Name: {
            auto n = cast<ast::Name>(target);
            TRY(forbid_name(n->id, ExprContext::Store, n->pos));
            return store_name(n->id, v);
        }
        case ExprKind::Attribute: {
            auto a = cast<ast::Attribute>(target);
            TRY(forbid_name(a->attr, ExprContext::Store, a->pos));
            Loc o = TRY(expr(a->value));
            uint16_t name = TRY(short_name(a->attr));
            as.emit(Op::SET_ATTR, o.reg, v.reg, name,
                    static_cast<uint8_t>((o.temp ? kTakeA : 0) | (v.temp ? kTakeB : 0)));
            return {};
        }
        case ExprKind::Subscript: {
            auto s = cast<ast::Subscript>(target);
            if (auto slice = ast::as<ast::Slice>(s->slice)) {
                uint16_t base = as.next_temp();
                TRY(push(s->value));
                uint16_t parts = TRY(slice_parts(slice));
                as.emit(Op::SET_SLICE, base, parts, v.reg, v.temp ? kTakeC : 0);
                return {};
            }
            Loc o = TRY(expr_before(s->value, s->slice));
            Loc k = TRY(expr(s->slice));
            as.emit(
                Op::SET_ITEM, o.reg, k.reg, v.reg,
                static_cast<uint8_t>((o.temp ? kTakeA : 0) | (k.temp ? kTakeB : 0) | (v.temp ? kTakeC : 0)));
            return {};
        }
        case ExprKind::Starred:
            return error(target->pos, "starred assignment target must be in a list or tuple");
        case ExprKind::List:
            return unpack(cast<ast::List>(target)->elts, v);
        case ExprKind::Tuple:
            return unpack(cast<ast::Tuple>(target)->elts, v);
        default:
            return error(target->pos, "cannot assign to expression");
    }
}

Result<void> Compiler::unpack(Seq<Expr*> targets, Loc v) {
    Assembler& as = u_->as;
    uint16_t base = as.temp(as.depth() - (v.temp ? 1 : 0));
    uint8_t flags = v.temp ? kTakeB : 0;
    uint32_t star = targets.size();
    for (uint32_t i = 0; i < targets.size(); ++i) {
        if (!is<ast::Starred>(targets[i])) continue;
        if (star < targets.size()) return error(as.position(), "multiple starred expressions in assignment");
        star = i;
        if (i >= 256 || targets.size() - i - 1 >= (1u << 15))
            return error(as.position(), "too many expressions in star-unpacking assignment");
    }
    if (targets.size() >= 0x8000)
        return error(as.position(), "too many expressions in star-unpacking assignment");
    if (star < targets.size()) {
        Extra x{static_cast<int32_t>(star), static_cast<int32_t>(targets.size() - star - 1)};
        as.emit(Op::UNPACK_EX, base, v.reg, 0, flags, x);
    } else {
        as.emit(Op::UNPACK, base, v.reg, static_cast<uint16_t>(targets.size()), flags);
    }
    // The first item is topmost.
    for (Expr* target : targets) {
        const Expr* t = is<ast::Starred>(target) ? cast<ast::Starred>(target)->value : target;
        TRY(assign(t, as.top()));
    }
    return {};
}

Result<void> Compiler::delete_target(const Expr* target) {
    At at(*this, target->pos);
    Nesting level(*this);
    TRY(level.check());
    Assembler& as = u_->as;
    switch (target->kind) {
        case ExprKind::Name: {
            auto n = cast<ast::Name>(target);
            TRY(forbid_name(n->id, ExprContext::Del, n->pos));
            return delete_name(n->id);
        }
        case ExprKind::Attribute: {
            auto a = cast<ast::Attribute>(target);
            TRY(forbid_name(a->attr, ExprContext::Del, a->pos));
            Loc o = TRY(expr(a->value));
            uint16_t name = TRY(short_name(a->attr));
            as.emit(Op::DEL_ATTR, o.reg, 0, name, o.temp ? kTakeA : 0);
            return {};
        }
        case ExprKind::Subscript: {
            auto s = cast<ast::Subscript>(target);
            Loc o = TRY(expr_before(s->value, s->slice));
            Loc k = TRY(expr(s->slice));
            as.emit(Op::DEL_ITEM, o.reg, k.reg, 0,
                    static_cast<uint8_t>((o.temp ? kTakeA : 0) | (k.temp ? kTakeB : 0)));
            return {};
        }
        case ExprKind::List:
            for (Expr* e : cast<ast::List>(target)->elts) TRY(delete_target(e));
            return {};
        case ExprKind::Tuple:
            for (Expr* e : cast<ast::Tuple>(target)->elts) TRY(delete_target(e));
            return {};
        default:
            return error(target->pos, "cannot delete expression");
    }
}

}  // namespace baton
