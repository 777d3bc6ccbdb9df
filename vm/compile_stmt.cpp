// Simple statements.
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

Result<void> Compiler::stmts(Seq<Stmt*> body) {
    for (Stmt* s : body) TRY(stmt(s));
    return {};
}

namespace {

// Whether a statement of which no code is left is a line to stop at all the same.
bool has_line_event(const Stmt* s) {
    switch (s->kind) {
        case StmtKind::Pass:
        case StmtKind::ExprStmt:
        case StmtKind::Assign:
            return true;
        case StmtKind::AnnAssign:
            return cast<ast::AnnAssign>(s)->value != nullptr;
        default:
            return false;
    }
}

}  // namespace

Result<void> Compiler::stmt(const Stmt* s) {
    Nesting level(*this);
    TRY(level.check());
    Assembler& as = u_->as;
    as.set_position(s->pos);
    int depth = as.depth();
    size_t emitted = as.emitted();
    TRY(stmt_kinds(s));
    if (as.emitted() == emitted && has_line_event(s)) {
        as.set_position(s->pos);
        as.mark();
    }
    as.set_depth(depth);  // after return, break and the like nothing follows, but depths must agree
    return {};
}

Result<void> Compiler::stmt_kinds(const Stmt* s) {
    switch (s->kind) {
        case StmtKind::FunctionDef: {
            auto f = cast<ast::FunctionDef>(s);
            return function_def(s, f->name, f->args, f->body, f->decorator_list, f->returns, false);
        }
        case StmtKind::AsyncFunctionDef: {
            auto f = cast<ast::AsyncFunctionDef>(s);
            return function_def(s, f->name, f->args, f->body, f->decorator_list, f->returns, true);
        }
        case StmtKind::ClassDef:
            return class_def(cast<ast::ClassDef>(s));
        case StmtKind::Return:
            return return_stmt(cast<ast::Return>(s));
        case StmtKind::Delete:
            for (Expr* target : cast<ast::Delete>(s)->targets) TRY(delete_target(target));
            return {};
        case StmtKind::Assign:
            return assign_stmt(cast<ast::Assign>(s));
        case StmtKind::AugAssign:
            return aug_assign(cast<ast::AugAssign>(s));
        case StmtKind::AnnAssign:
            return ann_assign(cast<ast::AnnAssign>(s));
        case StmtKind::For:
            return for_stmt(cast<ast::For>(s));
        case StmtKind::AsyncFor:
            return async_for_stmt(cast<ast::AsyncFor>(s));
        case StmtKind::While:
            return while_stmt(cast<ast::While>(s));
        case StmtKind::If:
            return if_stmt(cast<ast::If>(s));
        case StmtKind::With: {
            auto w = cast<ast::With>(s);
            return with_stmt(w->items, 0, w->body, false, s->pos);
        }
        case StmtKind::AsyncWith: {
            auto w = cast<ast::AsyncWith>(s);
            return with_stmt(w->items, 0, w->body, true, s->pos);
        }
        case StmtKind::Match:
            return match_stmt(cast<ast::Match>(s));
        case StmtKind::Raise:
            return raise_stmt(cast<ast::Raise>(s));
        case StmtKind::Try:
            return try_stmt(cast<ast::Try>(s));
        case StmtKind::TryStar:
            return try_star_stmt(cast<ast::TryStar>(s));
        case StmtKind::Assert:
            return assert_stmt(cast<ast::Assert>(s));
        case StmtKind::Import:
            return import_stmt(cast<ast::Import>(s));
        case StmtKind::ImportFrom:
            return import_from(cast<ast::ImportFrom>(s));
        case StmtKind::Global:
        case StmtKind::Nonlocal:
            return {};
        case StmtKind::ExprStmt:
            return expr_stmt(cast<ast::ExprStmt>(s));
        case StmtKind::Pass:
            return {};
        case StmtKind::Break:
            return break_stmt(s);
        case StmtKind::Continue:
            return continue_stmt(s);
    }
    return {};
}

Result<void> Compiler::expr_stmt(const ExprStmt* s) {
    if (u_->interactive) {
        TRY(push(s->value));
        u_->as.emit(Op::PRINT_EXPR, u_->as.top().reg, 0, 0, kTakeA);
        return {};
    }
    if (is<ast::Constant>(s->value)) return {};
    At at(*this, s->value->pos);
    return discard(s->value);
}

Result<void> Compiler::assign_stmt(const Assign* s) {
    bool done = TRY(parallel_assign(s));
    if (done) return {};
    if (s->targets.size() == 1) {
        const Expr* target = s->targets[0];
        if (auto n = ast::as<ast::Name>(target)) {
            Place p = place_of(n->id);
            if (p.access == Access::Fast && n->id->view() != "__debug__")
                return eval(s->value, Dest::of(p.reg));
        }
        Loc v = TRY(expr_before(s->value, target));
        return assign(target, v);
    }
    TRY(push(s->value));
    Loc v = u_->as.top();
    for (uint32_t i = 0; i + 1 < s->targets.size(); ++i) TRY(assign(s->targets[i], {v.reg, false}));
    return assign(s->targets[s->targets.size() - 1], v);
}

// a, b = x, y without a tuple. False: this assignment is not of that kind.
Result<bool> Compiler::parallel_assign(const Assign* s) {
    Assembler& as = u_->as;
    if (s->targets.size() != 1) return false;
    Seq<Expr*> targets{};
    if (auto t = ast::as<ast::Tuple>(s->targets[0]))
        targets = t->elts;
    else if (auto l = ast::as<ast::List>(s->targets[0]))
        targets = l->elts;
    Seq<Expr*> values{};
    if (auto t = ast::as<ast::Tuple>(s->value)) values = t->elts;
    if (targets.size() < 2 || targets.size() > 3 || targets.size() != values.size()) return false;
    bool all_fast = true;
    for (uint32_t i = 0; i < targets.size(); ++i) {
        if (is<ast::Starred>(targets[i]) || is<ast::Starred>(values[i])) return false;
        auto n = ast::as<ast::Name>(targets[i]);
        if (!n || n->id->view() == "__debug__" || place_of(n->id).access != Access::Fast) {
            all_fast = false;
            continue;
        }
        for (uint32_t k = 0; k < i; ++k)
            if (auto m = ast::as<ast::Name>(targets[k]); m && m->id == n->id) all_fast = false;
    }
    int base = as.depth();
    uint32_t last = values.size() - 1;
    for (uint32_t i = 0; i < last; ++i) TRY(push(values[i]));
    if (all_fast) {
        // Different local variables: in which order they are bound shows nowhere.
        TRY(eval(values[last], Dest::of(place_of(cast<ast::Name>(targets[last])->id).reg)));
        for (uint32_t i = last; i-- > 0;) TRY(assign(targets[i], as.top()));
        return true;
    }
    TRY(push(values[last]));
    if (values.size() == 2)
        as.emit(Op::SWAP, as.temp(base), as.temp(base + 1));
    else
        as.emit(Op::REVERSE, as.temp(base), static_cast<uint16_t>(values.size()));
    for (Expr* target : targets) TRY(assign(target, as.top()));
    return true;
}

Result<void> Compiler::aug_assign(const AugAssign* s) {
    Assembler& as = u_->as;
    auto operate = [&](Loc left, Dest d) -> Result<void> {
        if (binary_immediate(s->op, s->value, d, left, true)) return {};
        Loc right = TRY(expr(s->value));
        binary_op(s->op, d, left, right, true);
        return {};
    };
    switch (s->target->kind) {
        case ExprKind::Name: {
            auto n = cast<ast::Name>(s->target);
            TRY(forbid_name(n->id, ExprContext::Store, n->pos));
            Place p = place_of(n->id);
            if (p.access == Access::Fast) {
                Loc left = TRY(expr_before(n, s->value));
                return operate(left, Dest::of(p.reg));
            }
            {
                At at(*this, n->pos);
                TRY(load_name(n->id, Dest::temp()));
            }
            TRY(operate(as.top(), Dest::temp()));
            return store_name(n->id, as.top());
        }
        case ExprKind::Attribute: {
            auto a = cast<ast::Attribute>(s->target);
            TRY(forbid_name(a->attr, ExprContext::Store, a->pos));
            Loc o = TRY(expr_before(a->value, s->value));
            uint16_t name = TRY(short_name(a->attr));
            Pos pos = attribute_position(a);
            {
                At at(*this, pos);
                as.emit(Op::GET_ATTR_T, as.next_temp(), o.reg, name);
            }
            TRY(operate(as.top(), Dest::temp()));
            At at(*this, pos);
            as.emit(Op::SET_ATTR, o.reg, as.top().reg, name,
                    static_cast<uint8_t>(kTakeB | (o.temp ? kTakeA : 0)));
            return {};
        }
        case ExprKind::Subscript: {
            auto t = cast<ast::Subscript>(s->target);
            Loc o = TRY(expr_before(t->value, t->slice));
            if (!o.temp && may_rebind(s->value)) {
                as.emit(Op::COPY_T, as.next_temp(), o.reg);
                o = as.top();
            }
            Loc k = TRY(expr_before(t->slice, s->value));
            {
                At at(*this, t->pos);
                as.emit(Op::GET_ITEM_T, as.next_temp(), o.reg, k.reg);
            }
            TRY(operate(as.top(), Dest::temp()));
            At at(*this, t->pos);
            as.emit(Op::SET_ITEM, o.reg, k.reg, as.top().reg,
                    static_cast<uint8_t>(kTakeC | (o.temp ? kTakeA : 0) | (k.temp ? kTakeB : 0)));
            return {};
        }
        default:
            return error(s->target->pos, "invalid node type for augmented assignment");
    }
}

Result<void> Compiler::assert_stmt(const Assert* s) {
    if (auto t = ast::as<ast::Tuple>(s->test); t && !t->elts.empty())
        TRY(warn_syntax(s->pos, "assertion is always true, perhaps remove parentheses?"));
    if (optimize_ > 0) return {};
    Assembler& as = u_->as;
    Label end = as.label();
    TRY(jump_if(s->test, end, true));
    At at(*this, s->test->pos);
    int base = as.depth();
    as.emit(Op::LOAD_ASSERTION_ERROR, as.temp(base));
    if (s->msg) {
        TRY(push(s->msg));
        as.emit(Op::CALL, as.temp(base), 1);
    }
    as.emit(Op::RAISE, 0, as.top().reg, 0, kTakeB);
    as.set_depth(base);
    as.bind(end);
    return {};
}

Result<void> Compiler::raise_stmt(const Raise* s) {
    Assembler& as = u_->as;
    if (!s->exc) {
        as.emit(Op::RAISE_AGAIN);
        return {};
    }
    if (!s->cause) {
        Loc v = TRY(expr(s->exc));
        as.emit(Op::RAISE, 0, v.reg, 0, v.temp ? kTakeB : 0);
        return {};
    }
    Loc v = TRY(expr_before(s->exc, s->cause));
    Loc cause = TRY(expr(s->cause));
    as.emit(Op::RAISE_FROM, 0, v.reg, cause.reg,
            static_cast<uint8_t>((v.temp ? kTakeB : 0) | (cause.temp ? kTakeC : 0)));
    return {};
}

Result<void> Compiler::return_stmt(const Return* s) {
    Assembler& as = u_->as;
    if (!u_->is_function()) return error(s->pos, "'return' outside function");
    if (s->value && u_->scope->coroutine && u_->scope->generator && u_->kind == UnitKind::AsyncFunction)
        return error(s->pos, "'return' with value in async generator");
    Op op = u_->is_generator() ? Op::GEN_RETURN : Op::RETURN;
    OptRef<Object> constant;
    if (!s->value)
        constant = OptRef<Object>::share(&none());
    else
        constant = TRY(fold(s->value));
    int handler = as.handler();
    if (constant) {
        // The lines of the value and of the statement come before what runs on the way out.
        if (s->value) {
            as.set_position(s->value->pos);
            as.mark();
        }
        if (!s->value || s->value->pos.lineno != s->pos.lineno) {
            as.set_position(s->pos);
            as.mark();
        }
        TRY(unwind(0, false));
        TRY(return_const(*constant));
        as.set_handler(handler);
        return {};
    }
    Loc v = TRY(expr(s->value));
    as.set_position(s->pos);
    // What runs on the way out could rebind the variable.
    for (const Block& b : u_->blocks) {
        if (v.temp || b.kind == BlockKind::While || b.kind == BlockKind::For || b.kind == BlockKind::Try)
            continue;
        as.emit(Op::COPY_T, as.next_temp(), v.reg);
        v = as.top();
    }
    if (s->value->pos.lineno != s->pos.lineno) as.mark();
    TRY(unwind(0, v.temp));
    if (v.temp) v = as.top();
    as.emit(op, 0, v.reg, 0, v.temp ? kTakeB : 0);
    as.set_handler(handler);
    return {};
}

// ---- annotations ----

Result<void> Compiler::annotation_value(const Expr* annotation) {
    if (!(flags_.future & kCodeFutureAnnotations)) {
        if (auto s = ast::as<ast::Starred>(annotation)) {
            // *args: *Ts stands for the only item of the unpacked type.
            Loc v = TRY(expr(s->value));
            Assembler& as = u_->as;
            uint16_t to = as.temp(as.depth() - (v.temp ? 1 : 0));
            as.emit(Op::UNPACK, to, v.reg, 1, v.temp ? kTakeB : 0);
            return {};
        }
        return push(annotation);
    }
    Text text = annotation_text(annotation);
    Ref<Object> s = TRY(text_object(text));
    return load_const(*s, Dest::temp());
}

Result<void> Compiler::check_annotation_target(const Expr* target) {
    if (auto a = ast::as<ast::Attribute>(target)) return discard(a->value);
    auto s = ast::as<ast::Subscript>(target);
    if (!s) return {};
    TRY(discard(s->value));
    return discard(s->slice);
}

Result<void> Compiler::ann_assign(const AnnAssign* s) {
    Assembler& as = u_->as;
    if (s->value) {
        if (auto n = ast::as<ast::Name>(s->target); n && place_of(n->id).access == Access::Fast) {
            TRY(forbid_name(n->id, ExprContext::Store, n->pos));
            TRY(eval(s->value, Dest::of(place_of(n->id).reg)));
        } else {
            Loc v = TRY(expr_before(s->value, s->target));
            TRY(assign(s->target, v));
        }
    }
    auto n = ast::as<ast::Name>(s->target);
    if (n) {
        TRY(forbid_name(n->id, ExprContext::Store, n->pos));
        if (s->simple && !u_->is_function()) {
            TRY(annotation_value(s->annotation));
            Loc v = as.top();
            int index = TRY(add_name(ident("__annotations__")));
            as.emit_wide(Op::LOAD_NAME, as.next_temp(), index);
            Loc dict = as.top();
            TRY(load_str(mangled(n->id)));
            as.emit(Op::SET_ITEM, dict.reg, as.top().reg, v.reg, kTakeA | kTakeB | kTakeC);
            return {};
        }
    } else if (auto a = ast::as<ast::Attribute>(s->target)) {
        TRY(forbid_name(a->attr, ExprContext::Store, a->pos));
    }
    if (!s->value) TRY(check_annotation_target(s->target));
    // The annotation of what is no simple name is evaluated at module and class level, for its effects.
    if (!s->simple && !u_->is_function() && !(flags_.future & kCodeFutureAnnotations))
        TRY(discard(s->annotation));
    return {};
}

// ---- import ----

Result<void> Compiler::import_stmt(const Import* s) {
    Assembler& as = u_->as;
    for (Alias* a : s->names) {
        int base = as.depth();
        Ref<Object> level = TRY(box_int(ts_, 0));
        TRY(load_const(*level, Dest::temp()));
        TRY(load_none(Dest::temp()));
        int name = TRY(add_name(a->name));
        as.emit_wide(Op::IMPORT_NAME, as.temp(base), name);
        std::string_view dotted = a->name->view();
        size_t dot = dotted.find('.');
        if (!a->asname) {
            TRY(forbid_name(ident(dotted.substr(0, dot)), ExprContext::Store, as.position()));
            TRY(store_name(ident(dotted.substr(0, dot)), as.top()));
            continue;
        }
        // import a.b.c as d: the module is found through the attributes of its packages.
        while (dot != dotted.npos) {
            dotted = dotted.substr(dot + 1);
            dot = dotted.find('.');
            int part = TRY(add_name(ident(dotted.substr(0, dot))));
            if (part >= kNoRegister)
                return raise(ts_, Exc::OverflowError, "too many names in one code object");
            as.emit(Op::IMPORT_FROM, as.next_temp(), as.temp(base), static_cast<uint16_t>(part));
            as.emit(Op::SWAP, as.temp(base), as.temp(base + 1));
            drop();
        }
        TRY(forbid_name(a->asname, ExprContext::Store, as.position()));
        TRY(store_name(a->asname, as.top()));
    }
    return {};
}

Result<void> Compiler::import_from(const ImportFrom* s) {
    Assembler& as = u_->as;
    if (s->module && s->module->view() == "__future__" && s->pos.lineno > futures_end_line_)
        return error(s->pos, kLateFuture);
    int base = as.depth();
    Ref<Object> level = TRY(box_int(ts_, s->level));
    TRY(load_const(*level, Dest::temp()));
    std::vector<const Ident*> names;
    for (Alias* a : s->names) names.push_back(a->name);
    Ref<Object> list = TRY(name_tuple(names));
    TRY(load_const(*list, Dest::temp()));
    int module = TRY(add_name(s->module ? s->module : ident("")));
    as.emit_wide(Op::IMPORT_NAME, as.temp(base), module);
    for (Alias* a : s->names) {
        if (a->name->view() == "*") {
            as.emit(Op::IMPORT_STAR, as.temp(base), 0, 0, kTakeA);
            return {};
        }
        uint16_t name;
        int index = TRY(add_name(a->name));
        if (index >= kNoRegister) return raise(ts_, Exc::OverflowError, "too many names in one code object");
        name = static_cast<uint16_t>(index);
        as.emit(Op::IMPORT_FROM, as.next_temp(), as.temp(base), name);
        const Ident* bound = a->asname ? a->asname : a->name;
        TRY(forbid_name(bound, ExprContext::Store, as.position()));
        TRY(store_name(bound, as.top()));
    }
    drop();
    return {};
}

}  // namespace baton
