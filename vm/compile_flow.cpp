// Loops, try, with: statements that change where control goes, and what leaving them takes.
#include "threadstate/check.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

namespace {
// As operand b of RERAISE and RERAISE_HANDLED, which the evaluator does not look at but the unwinder does:
// the frame is left from where the exception came up, not from here.
constexpr uint16_t kFromOrigin = 1;
}  // namespace

Result<void> Compiler::if_stmt(const If* s) {
    Assembler& as = u_->as;
    Label otherwise = as.label();
    TRY(jump_if(s->test, otherwise, false));
    TRY(stmts(s->body));
    if (s->orelse.empty()) {
        as.bind(otherwise);
        return {};
    }
    Label end = as.label();
    as.emit_jump_unlined(end);
    as.bind(otherwise);
    TRY(stmts(s->orelse));
    as.bind(end);
    return {};
}

// ---- loops ----

// The test stands before the loop and again behind the body: one jump per round.
Result<void> Compiler::while_stmt(const While* s) {
    Assembler& as = u_->as;
    Label body = as.label(), next = as.label(), orelse = as.label(), exit = as.label();
    TRY(jump_if(s->test, orelse, false));
    BoundSet entry = as.bound();
    as.bind_loop(body, as.reachable(), entry);
    u_->blocks.push_back({.kind = BlockKind::While,
                          .depth = as.depth(),
                          .outer_handler = as.handler(),
                          .next = next,
                          .exit = exit});
    TRY(stmts(s->body));
    u_->blocks.pop_back();
    as.bind(next);
    as.set_position(s->pos);
    as.poll_if_long();
    bool off = std::exchange(warnings_off_, true);
    TRY(jump_if(s->test, body, true));
    warnings_off_ = off;
    as.bind(orelse);
    TRY(stmts(s->orelse));
    as.bind(exit);
    return {};
}

// The step of the loop stands behind the body: one dispatch per round.
template <class F>
Result<void> Compiler::for_loop(const Expr* target, bool with_block, Label next, Label exit, F&& body_code) {
    Assembler& as = u_->as;
    int depth = as.depth() - 1;
    uint16_t iterator = as.temp(depth);
    std::optional<uint16_t> local;
    if (auto n = ast::as<ast::Name>(target)) {
        TRY(forbid_name(n->id, ExprContext::Store, n->pos));
        Place p = place_of(n->id);
        if (p.access == Access::Fast) local = p.reg;
    }
    Pos pos = as.position();
    Label body = as.label();
    bool entered = as.reachable();
    BoundSet entry = as.bound();
    as.emit_jump(Op::JUMP, next);
    if (!local) as.set_depth(depth + 2);
    as.bind_loop(body, entered, entry);
    if (with_block)
        u_->blocks.push_back({.kind = BlockKind::For,
                              .depth = depth,
                              .outer_handler = as.handler(),
                              .next = next,
                              .exit = exit});
    if (local) {
        if (entered) as.assume_bound(*local);
        mark_line(target);
    } else {
        TRY(assign(target, as.top()));
    }
    TRY(body_code());
    if (with_block) u_->blocks.pop_back();
    as.set_depth(depth + 1);
    as.bind(next);
    as.set_position(pos);
    as.poll_if_long();
    as.emit_jump(local ? Op::FORLOOP_L : Op::FORLOOP_T, body, iterator, local ? *local : as.next_temp());
    return {};
}

Result<void> Compiler::for_stmt(const For* s) {
    Assembler& as = u_->as;
    Label next = as.label(), exit = as.label();
    OptRef<Object> constant = TRY(fold_unseen(s->iter));
    if (constant) {
        TRY(load_const(*constant, Dest::temp()));
        temp_result(Op::GET_ITER, Dest::temp(), as.top(), {}, false);
    } else {
        Loc v = TRY(expr(s->iter));
        temp_result(Op::GET_ITER, Dest::temp(), v, {}, false);
    }
    TRY(for_loop(s->target, true, next, exit, [&] { return stmts(s->body); }));
    TRY(stmts(s->orelse));
    as.bind(exit);
    return {};
}

template <class F>
Result<void> Compiler::async_loop(const Expr* target, const Pos& pos, Label next, F&& body_code) {
    Assembler& as = u_->as;
    int depth = as.depth() - 1, outer = as.handler();
    BoundSet entry = as.bound();
    as.bind_loop(next, as.reachable(), entry);
    as.set_position(pos);
    int handler = as.push_handler(as.depth());
    as.emit(Op::GET_ANEXT, as.temp(depth), as.temp(depth + 1));
    TRY(yield_from_top());
    as.set_handler(outer);
    TRY(assign(target, as.top()));
    TRY(body_code());
    as.emit_jump_unlined(next);
    as.set_position(pos);
    as.bind_handler(handler);
    as.emit(Op::END_ASYNC_FOR, as.temp(depth));
    return {};
}

Result<void> Compiler::async_for_stmt(const AsyncFor* s) {
    Assembler& as = u_->as;
    if (u_->kind != UnitKind::AsyncFunction &&
        !(flags_.allow_top_level_await && u_->kind == UnitKind::Module))
        return error(s->pos, "'async for' outside async function");
    Label next = as.label(), exit = as.label();
    Loc v = TRY(expr(s->iter));
    temp_result(Op::GET_AITER, Dest::temp(), v, {}, false);
    TRY(async_loop(s->target, s->iter->pos, next, [&]() -> Result<void> {
        int depth = as.depth() - 1;
        u_->blocks.push_back({.kind = BlockKind::For,
                              .depth = depth,
                              .outer_handler = as.handler(),
                              .next = next,
                              .exit = exit});
        TRY(stmts(s->body));
        u_->blocks.pop_back();
        return {};
    }));
    TRY(stmts(s->orelse));
    as.bind(exit);
    return {};
}

Result<void> Compiler::leave_loop(const Stmt* s, bool is_continue) {
    Assembler& as = u_->as;
    size_t at = u_->blocks.size();
    while (at > 0 && u_->blocks[at - 1].kind != BlockKind::For && u_->blocks[at - 1].kind != BlockKind::While)
        --at;
    if (at == 0) {
        TRY(unwind(0, false));  // an except* on the way has the better message
        return error(s->pos, is_continue ? "'continue' not properly in loop" : "'break' outside loop");
    }
    Block loop = u_->blocks[at - 1];
    int handler = as.handler();
    as.mark();
    TRY(unwind(is_continue ? at : at - 1, false));
    as.emit_jump(Op::JUMP, is_continue ? loop.next : loop.exit);
    as.set_handler(handler);
    return {};
}

Result<void> Compiler::break_stmt(const Stmt* s) {
    return leave_loop(s, false);
}
Result<void> Compiler::continue_stmt(const Stmt* s) {
    return leave_loop(s, true);
}

// ---- leaving blocks ----

// Emits what leaving the blocks above `down_to` takes. With keep_top the top temp is a value to be kept on
// top. Blocks are as before afterwards; the handler is the one outside, for the jump or return that follows.
Result<void> Compiler::unwind(size_t down_to, bool keep_top) {
    if (u_->blocks.size() <= down_to) return {};
    std::vector<Block> saved = u_->blocks;
    while (u_->blocks.size() > down_to) {
        Block b = u_->blocks.back();
        u_->blocks.pop_back();
        u_->as.set_handler(b.outer_handler);
        TRY(unwind_block(b, keep_top));
    }
    u_->blocks = std::move(saved);
    return {};
}

Result<void> Compiler::unwind_block(const Block& b, bool keep_top) {
    Assembler& as = u_->as;
    switch (b.kind) {
        case BlockKind::While:
        case BlockKind::Try:
            return {};
        case BlockKind::For:
        case BlockKind::Value:
            if (keep_top) as.emit(Op::SWAP, as.temp(as.depth() - 2), as.temp(as.depth() - 1));
            drop();
            return {};
        case BlockKind::Finally: {
            if (keep_top)
                u_->blocks.push_back(
                    {.kind = BlockKind::Value, .depth = as.depth() - 1, .outer_handler = as.handler()});
            bool off = std::exchange(warnings_off_, true);
            TRY(stmts(b.body));
            warnings_off_ = off;
            if (keep_top) u_->blocks.pop_back();
            as.no_position();  // what follows belongs to the statement before
            return {};
        }
        case BlockKind::FinallyHandler:
        case BlockKind::Except:
            if (keep_top) {
                as.emit(Op::SWAP, as.temp(b.depth), as.temp(b.depth + 2));
                as.emit(Op::SWAP, as.temp(b.depth + 1), as.temp(b.depth + 2));
                as.emit(Op::POP_HANDLED, as.temp(b.depth + 1));
            } else {
                as.emit(Op::POP_HANDLED, as.temp(b.depth));
            }
            return b.name ? unbind_handler_name(b.name) : Result<void>();
        case BlockKind::ExceptStar:
            return error(as.position(), "'break', 'continue' and 'return' cannot appear in an except* block");
        case BlockKind::With:
        case BlockKind::AsyncWith: {
            if (keep_top) {
                as.emit(Op::SWAP, as.temp(b.depth), as.temp(b.depth + 2));
                as.emit(Op::SWAP, as.temp(b.depth + 1), as.temp(b.depth + 2));
            }
            as.set_position(b.pos);
            TRY(call_exit(b.kind == BlockKind::AsyncWith));
            as.no_position();
            return {};
        }
    }
    return {};
}

// ---- try ----

Result<void> Compiler::try_stmt(const Try* s) {
    u_->as.mark();
    if (s->finalbody.empty()) return try_except(s->body, s->handlers, s->orelse);
    return try_finally(s->finalbody, [&]() -> Result<void> {
        if (s->handlers.empty()) return stmts(s->body);
        return try_except(s->body, s->handlers, s->orelse);
    });
}

Result<void> Compiler::try_star_stmt(const TryStar* s) {
    u_->as.mark();
    if (s->finalbody.empty()) return try_star_except(s->body, s->handlers, s->orelse);
    return try_finally(s->finalbody, [&] { return try_star_except(s->body, s->handlers, s->orelse); });
}

// Handler of a handler: an exception left it, so what was handled before is handled again, and the new
// exception goes on.
void Compiler::cleanup_handler(int handler, int depth) {
    Assembler& as = u_->as;
    as.bind_handler(handler);
    Pos pos = as.position();
    as.no_position();
    as.emit(Op::SWAP, as.temp(depth), as.temp(depth + 2));
    drop();
    as.emit(Op::RERAISE_HANDLED, as.temp(depth), kFromOrigin);
    as.set_position(pos);
}

template <class F>
Result<void> Compiler::try_finally(Seq<Stmt*> finalbody, F&& body) {
    Assembler& as = u_->as;
    int depth = as.depth(), outer = as.handler();
    Label end = as.label();
    u_->blocks.push_back(
        {.kind = BlockKind::Finally, .depth = depth, .outer_handler = outer, .body = finalbody});
    int handler = as.push_handler(depth);
    TRY(body());
    u_->blocks.pop_back();
    as.set_handler(outer);
    TRY(stmts(finalbody));
    as.emit_jump_unlined(end);

    as.bind_handler(handler);
    Pos pos = as.position();
    as.no_position();
    as.emit(Op::PUSH_HANDLED, as.temp(depth));
    as.set_position(pos);
    int cleanup = as.push_handler(as.depth());
    u_->blocks.push_back({.kind = BlockKind::FinallyHandler, .depth = depth, .outer_handler = outer});
    bool off = std::exchange(warnings_off_, true);
    TRY(stmts(finalbody));
    warnings_off_ = off;
    u_->blocks.pop_back();
    as.set_handler(outer);
    as.no_position();
    as.emit(Op::RERAISE_HANDLED, as.temp(depth));
    as.set_position(pos);
    cleanup_handler(cleanup, depth);
    as.set_depth(depth);
    as.bind(end);
    return {};
}

Result<void> Compiler::unbind_handler_name(const Ident* name) {
    Place p = place_of(name);
    if (p.access == Access::Fast) {
        TRY(load_none(Dest::of(p.reg)));
        u_->as.emit(Op::CLEAR, p.reg);
        return {};
    }
    TRY(load_none(Dest::temp()));
    TRY(store_name(name, u_->as.top()));
    return delete_name(name);
}

Result<void> Compiler::try_except(Seq<Stmt*> body, Seq<ExceptHandler*> handlers, Seq<Stmt*> orelse) {
    Assembler& as = u_->as;
    int depth = as.depth(), outer = as.handler();
    Label end = as.label();
    u_->blocks.push_back({.kind = BlockKind::Try, .depth = depth, .outer_handler = outer});
    int handler = as.push_handler(depth);
    TRY(stmts(body));
    u_->blocks.pop_back();
    as.set_handler(outer);
    TRY(stmts(orelse));
    as.emit_jump_unlined(end);

    as.bind_handler(handler);
    Pos pos = as.position();
    as.no_position();
    as.emit(Op::PUSH_HANDLED, as.temp(depth));
    int cleanup = as.push_handler(as.depth());
    for (uint32_t i = 0; i < handlers.size(); ++i) {
        const ExceptHandler* h = handlers[i];
        as.set_position(h->pos);
        if (!h->type && i + 1 < handlers.size()) return error(h->pos, "default 'except:' must be last");
        Label next = as.label();
        if (h->type) {
            Loc type = TRY(expr(h->type));
            as.emit_jump(Op::JNO_MATCH_EXC, next, 0, as.temp(depth), type.reg, type.temp ? kTakeC : 0);
        } else {
            as.mark();
        }
        TRY(handler_body(h, depth, outer, end));
        as.set_handler(cleanup);
        as.set_depth(depth + 2);
        if (h->type) as.bind(next);
    }
    as.set_handler(outer);
    as.no_position();
    as.emit(Op::RERAISE_HANDLED, as.temp(depth));
    as.set_position(pos);
    cleanup_handler(cleanup, depth);
    as.set_depth(depth);
    as.bind(end);
    return {};
}

// One except clause that has been chosen; exception and what was handled before are at `depth`.
Result<void> Compiler::handler_body(const ExceptHandler* h, int depth, int outer, Label end) {
    Assembler& as = u_->as;
    int cleanup = as.handler(), unbind = -1;
    if (h->name) {
        TRY(forbid_name(h->name, ExprContext::Store, h->pos));
        TRY(store_name(h->name, {as.temp(depth), false}));
        unbind = as.push_handler(as.depth());
    }
    u_->blocks.push_back(
        {.kind = BlockKind::Except, .depth = depth, .outer_handler = outer, .name = h->name});
    TRY(stmts(h->body));
    u_->blocks.pop_back();
    as.set_handler(outer);
    as.no_position();
    as.emit(Op::POP_HANDLED, as.temp(depth));
    if (h->name) TRY(unbind_handler_name(h->name));
    as.emit_jump(Op::JUMP, end);
    if (h->name) {
        as.set_handler(cleanup);
        as.bind_handler(unbind);
        TRY(unbind_handler_name(h->name));
        as.emit(Op::RERAISE, as.top().reg, kFromOrigin);
    }
    return {};
}

// While the clauses run: the original exception and what was handled before at depth, depth + 1; the list of
// what the clauses raised; what no clause has matched yet.
Result<void> Compiler::try_star_except(Seq<Stmt*> body, Seq<ExceptHandler*> handlers, Seq<Stmt*> orelse) {
    Assembler& as = u_->as;
    int depth = as.depth(), outer = as.handler();
    Label end = as.label(), reraise = as.label();
    u_->blocks.push_back({.kind = BlockKind::Try, .depth = depth, .outer_handler = outer});
    int handler = as.push_handler(depth);
    TRY(stmts(body));
    u_->blocks.pop_back();
    as.set_handler(outer);
    TRY(stmts(orelse));
    as.emit_jump_unlined(end);

    as.bind_handler(handler);
    Pos pos = as.position();
    as.no_position();
    uint16_t original = as.temp(depth), list = as.temp(depth + 2), rest = as.temp(depth + 3),
             match = as.temp(depth + 4);
    as.emit(Op::PUSH_HANDLED, original);
    int cleanup = as.push_handler(as.depth());
    as.emit(Op::BUILD_LIST, list, 0);
    as.emit(Op::COPY_T, rest, original);
    for (const ExceptHandler* h : handlers) {
        Label no_match = as.label(), next = as.label();
        as.set_position(h->pos);
        TRY(push(h->type));
        as.emit(Op::MATCH_GROUP, rest);
        as.emit_jump(Op::JNONE, no_match, match);
        if (h->name) {
            TRY(forbid_name(h->name, ExprContext::Store, h->pos));
            TRY(store_name(h->name, as.top()));
        } else {
            drop();
        }
        int raised = as.push_handler(as.depth());
        u_->blocks.push_back({.kind = BlockKind::ExceptStar, .depth = depth, .outer_handler = outer});
        TRY(stmts(h->body));
        u_->blocks.pop_back();
        as.set_handler(cleanup);
        as.no_position();
        if (h->name) TRY(unbind_handler_name(h->name));
        as.emit_jump(Op::JUMP, next);
        as.bind_handler(raised);
        if (h->name) TRY(unbind_handler_name(h->name));
        as.emit(Op::LIST_APPEND, list, as.top().reg, 0, kTakeB);
        as.emit_jump(Op::JUMP, next);
        as.set_depth(depth + 5);
        as.bind(no_match);
        drop();
        as.bind(next);
    }
    as.no_position();
    as.emit(Op::LIST_APPEND, list, rest, 0, kTakeB);
    as.emit(Op::COPY_T, rest, original);
    as.emit(Op::SWAP, list, rest);
    as.emit(Op::PREPARE_RERAISE_STAR, list);
    as.emit_jump(Op::JNOT_NONE, reraise, list);
    drop();
    as.set_handler(outer);
    as.emit(Op::POP_HANDLED, original);
    as.emit_jump(Op::JUMP, end);
    as.set_depth(depth + 3);
    as.bind(reraise);
    as.emit(Op::SWAP, original, list);
    drop();
    as.emit(Op::RERAISE_HANDLED, original);
    as.set_position(pos);
    cleanup_handler(cleanup, depth);
    as.set_depth(depth);
    as.bind(end);
    return {};
}

// ---- with ----

// Calls the __exit__ in the two temps on top with three Nones and forgets the result.
Result<void> Compiler::call_exit(bool async) {
    Assembler& as = u_->as;
    uint16_t base = as.temp(as.depth() - 2);
    for (int i = 0; i < 3; ++i) TRY(load_none(Dest::temp()));
    as.emit(Op::CALL_LOADED, base, 3);
    if (async) {
        temp_result(Op::GET_AWAITABLE, Dest::temp(), as.top(), {}, false, 2);
        TRY(yield_from_top());
    }
    drop();
    return {};
}

Result<void> Compiler::with_stmt(Seq<WithItem*> items, uint32_t at, Seq<Stmt*> body, bool async,
                                 const Pos& pos) {
    Assembler& as = u_->as;
    Nesting level(*this);
    TRY(level.check());
    if (async && u_->kind != UnitKind::AsyncFunction &&
        !(flags_.allow_top_level_await && u_->kind == UnitKind::Module))
        return error(pos, "'async with' outside async function");
    const WithItem* item = items[at];
    int depth = as.depth(), outer = as.handler();
    Label end = as.label(), suppressed = as.label();
    as.set_position(pos);
    TRY(push(item->context_expr));
    as.set_position(pos);
    as.emit(async ? Op::BEFORE_ASYNC_WITH : Op::BEFORE_WITH, as.temp(depth));
    as.emit(Op::CALL_LOADED, as.temp(depth + 2), 0);
    if (async) {
        temp_result(Op::GET_AWAITABLE, Dest::temp(), as.top(), {}, false, 1);
        TRY(yield_from_top());
    }
    u_->blocks.push_back({.kind = async ? BlockKind::AsyncWith : BlockKind::With,
                          .depth = depth,
                          .outer_handler = outer,
                          .pos = pos});
    int handler = as.push_handler(depth + 2);
    if (item->optional_vars)
        TRY(assign(item->optional_vars, as.top()));
    else
        drop();
    if (at + 1 < items.size())
        TRY(with_stmt(items, at + 1, body, async, pos));
    else
        TRY(stmts(body));
    u_->blocks.pop_back();
    as.set_handler(outer);
    as.set_position(pos);
    TRY(call_exit(async));
    as.emit_jump(Op::JUMP, end);

    as.bind_handler(handler);
    as.emit(Op::PUSH_HANDLED, as.temp(depth + 2));
    int cleanup = as.push_handler(as.depth());
    as.emit(Op::WITH_EXCEPT, as.temp(depth), as.temp(depth + 4));
    as.emit(Op::CALL_LOADED, as.temp(depth + 4), 3);
    if (async) {
        temp_result(Op::GET_AWAITABLE, Dest::temp(), as.top(), {}, false, 2);
        TRY(yield_from_top());
    }
    as.emit_jump(Op::JTRUE, suppressed, as.top().reg, 0, 0, kTakeA);
    as.set_handler(outer);
    as.emit(Op::RERAISE_HANDLED, as.temp(depth + 2), kFromOrigin);
    cleanup_handler(cleanup, depth + 2);
    as.set_depth(depth + 4);
    as.bind(suppressed);
    as.emit(Op::POP_HANDLED, as.temp(depth + 2));
    drop();
    drop();
    as.bind(end);
    return {};
}

// ---- comprehensions: their loops are these ----

Result<void> Compiler::comprehension_loop(const Expr* e, Seq<ast::Comprehension*> generators, uint32_t at,
                                          const Expr* elt, const Expr* value) {
    Assembler& as = u_->as;
    const ast::Comprehension* g = generators[at];
    Nesting level(*this);
    TRY(level.check());
    int depth = as.depth();
    // The outermost iterator came as the argument.
    if (at == 0) {
        as.emit(Op::COPY_T, as.next_temp(), 0);
    } else {
        Loc v = TRY(iterable_of_comprehension(g));
        temp_result(g->is_async ? Op::GET_AITER : Op::GET_ITER, Dest::temp(), v, {}, false);
    }
    Label next = as.label(), exit = as.label();
    auto body = [&]() -> Result<void> {
        for (Expr* condition : g->ifs) TRY(jump_if(condition, next, false));
        if (at + 1 < generators.size()) return comprehension_loop(e, generators, at + 1, elt, value);
        return comprehension_item(e, generators, elt, value);
    };
    At here(*this, g->is_async ? g->iter->pos : e->pos);
    if (g->is_async)
        TRY(async_loop(g->target, g->iter->pos, next, body));
    else
        TRY(for_loop(g->target, false, next, exit, body));
    DCHECK(as.depth() == depth);
    return {};
}

// `for x in [y]` is a common way to name a value: the list of constants becomes a tuple.
Result<Loc> Compiler::iterable_of_comprehension(const ast::Comprehension* g) {
    OptRef<Object> constant = TRY(fold_unseen(g->iter));
    if (!constant) return expr(g->iter);
    TRY(load_const(*constant, Dest::temp()));
    return u_->as.top();
}

}  // namespace baton
