#include "vm/symtable_visit.h"

namespace baton {

using namespace ast;

// One level of the tree; ok() is false when it is one too many.
class SymbolVisitor::Nesting {
  public:
    Nesting(SymbolVisitor& visitor, Pos pos) : visitor_(visitor) {
        if (++visitor_.depth_ > visitor_.table_.max_depth_ ||
            __builtin_frame_address(0) < visitor_.table_.stack_floor_) {
            visitor_.table_.error_ = {CompileError::Kind::Recursion, kTooDeep, pos};
            ok_ = false;
        }
    }
    ~Nesting() { --visitor_.depth_; }
    bool ok() const { return ok_; }

  private:
    SymbolVisitor& visitor_;
    bool ok_ = true;
};

bool SymbolVisitor::fail(Pos pos, std::string message) {
    table_.error_ = {CompileError::Kind::Syntax, std::move(message), pos};
    return false;
}

bool SymbolVisitor::fail_named(Pos pos, const char* before, const Ident* name, const char* after) {
    std::string message = before;
    message += "'";
    message += name->view();
    message += "'";
    message += after;
    return fail(pos, std::move(message));
}

void SymbolVisitor::enter(ScopeKind kind, const Ident* name, const void* node, Pos pos) {
    auto owned = std::make_unique<Scope>();
    Scope* s = owned.get();
    table_.scopes_.push_back(std::move(owned));
    s->kind = kind;
    s->name = name;
    s->node = node;
    s->parent = scope_;
    s->pos = pos;
    if (scope_) {
        s->in_comp_iter_expr = scope_->in_comp_iter_expr;
        s->nested = scope_->nested || scope_->kind == ScopeKind::Function;
        // Annotations under `from __future__ import annotations` are checked, but nothing in them counts.
        if (kind != ScopeKind::Annotation) scope_->children.push_back(s);
        if (scope_->kind == ScopeKind::Annotation) s->nested = false;
    }
    if (kind != ScopeKind::Annotation) table_.by_node_[node] = s;
    scope_ = s;
}

bool SymbolVisitor::add_to(Scope& scope, const Ident* name, uint16_t flag, Pos pos) {
    name = mangled(name);
    auto [at, is_new] = scope.symbols.try_emplace(name);
    Symbol& symbol = at->second;
    if (is_new) scope.order.push_back(name);
    if ((flag & kDefParam) && (symbol.flags & kDefParam))
        return fail_named(pos, "duplicate argument ", name, " in function definition");
    symbol.flags |= flag;
    if (scope.in_comp_iter_target) {
        // An iteration variable may not also be the target of an assignment expression of the comprehension.
        if (symbol.flags & (kDefGlobal | kDefNonlocal))
            return fail_named(pos, "comprehension inner loop cannot rebind assignment expression target ",
                              name, "");
        symbol.flags |= kDefCompIter;
    }
    if (flag & kDefParam) scope.params.push_back(name);
    if ((flag & kDefGlobal) && &scope != table_.top_) {
        auto [top, top_is_new] = table_.top_->symbols.try_emplace(name);
        if (top_is_new) table_.top_->order.push_back(name);
        top->second.flags |= kDefGlobal;
    }
    return true;
}

uint16_t SymbolVisitor::flags_of(const Ident* name) {
    const Symbol* s = scope_->find(mangled(name));
    return s ? s->flags : 0;
}

bool SymbolVisitor::visit_module(const Mod& tree) {
    enter(ScopeKind::Module, table_.arena_.intern("top"), &tree, {});
    table_.top_ = scope_;
    bool ok = true;
    switch (tree.kind) {
        case ModKind::Module:
            ok = stmts(cast<Module>(&tree)->body);
            break;
        case ModKind::Interactive:
            ok = stmts(cast<Interactive>(&tree)->body);
            break;
        case ModKind::Expression:
            ok = expr(cast<Expression>(&tree)->body);
            break;
        case ModKind::FunctionType:
            return fail({}, "this compiler does not handle FunctionTypes");
    }
    leave();
    return ok;
}

bool SymbolVisitor::stmts(Seq<Stmt*> body) {
    for (Stmt* s : body)
        if (!stmt(s)) return false;
    return true;
}

bool SymbolVisitor::exprs(Seq<Expr*> list) {
    for (Expr* e : list)
        if (e && !expr(e)) return false;
    return true;
}

bool SymbolVisitor::stmt(const Stmt* s) {
    Nesting level(*this, s->pos);
    return level.ok() && stmt_kinds(s);
}

bool SymbolVisitor::expr(const Expr* e) {
    Nesting level(*this, e->pos);
    return level.ok() && expr_kinds(e);
}

bool SymbolVisitor::function(const Stmt* node, const Ident* name, const Arguments* args, Seq<Stmt*> body,
                             Seq<Expr*> decorators, const Expr* returns, bool async) {
    if (!add(name, kDefLocal, node->pos)) return false;
    if (!exprs(args->defaults) || !exprs(args->kw_defaults)) return false;
    if (!annotations(args, returns) || !exprs(decorators)) return false;
    enter(ScopeKind::Function, name, node, node->pos);
    scope_->coroutine = async;
    if (!params(args) || !stmts(body)) return false;
    leave();
    return true;
}

bool SymbolVisitor::class_def(const ClassDef* c) {
    if (!add(c->name, kDefLocal, c->pos) || !exprs(c->bases)) return false;
    for (Keyword* k : c->keywords)
        if (!expr(k->value)) return false;
    if (!exprs(c->decorator_list)) return false;
    enter(ScopeKind::Class, c->name, c, c->pos);
    const Ident* outer = class_;
    class_ = c->name;
    if (!stmts(c->body)) return false;
    class_ = outer;
    leave();
    return true;
}

bool SymbolVisitor::ann_assign(const AnnAssign* s) {
    if (const Name* target = as<Name>(s->target)) {
        uint16_t before = flags_of(target->id);
        if ((before & (kDefGlobal | kDefNonlocal)) && scope_ != table_.top_ && s->simple)
            return fail_named(s->pos, "annotated name ", target->id,
                              before & kDefGlobal ? " can't be global" : " can't be nonlocal");
        uint16_t flag = s->simple ? kDefAnnotated | kDefLocal : (s->value ? kDefLocal : uint16_t{0});
        if (flag && !add(target->id, flag, target->pos)) return false;
    } else if (!expr(s->target)) {
        return false;
    }
    return annotation(s->annotation) && opt(s->value);
}

bool SymbolVisitor::aliases(Seq<Alias*> names) {
    for (Alias* a : names) {
        const Ident* bound = a->asname ? a->asname : a->name;
        std::string_view text = bound->view();
        if (text == "*") {
            if (scope_->kind != ScopeKind::Module)
                return fail(a->pos, "import * only allowed at module level");
            continue;
        }
        if (!a->asname && text.find('.') != text.npos)
            bound = table_.arena_.intern(text.substr(0, text.find('.')));
        if (!add(bound, kDefImport, a->pos)) return false;
    }
    return true;
}

bool SymbolVisitor::declare(Seq<const Ident*> names, bool global, Pos pos) {
    const char* word = global ? "global" : "nonlocal";
    for (const Ident* name : names) {
        uint16_t before = flags_of(name);
        std::string text = "'" + std::string(name->view()) + "'";
        if (before & kDefParam) return fail(pos, "name " + text + " is parameter and " + word);
        if (before & kDefAnnotated) return fail(pos, "annotated name " + text + " can't be " + word);
        if (before & kNameUse)
            return fail(pos, "name " + text + " is used prior to " + word + " declaration");
        if (before & kDefLocal)
            return fail(pos, "name " + text + " is assigned to before " + word + " declaration");
        if (!add(name, global ? kDefGlobal : kDefNonlocal, pos)) return false;
        scope_->directives.push_back({mangled(name), pos});
    }
    return true;
}

bool SymbolVisitor::try_stmt(Seq<Stmt*> body, Seq<ExceptHandler*> handlers, Seq<Stmt*> orelse,
                             Seq<Stmt*> finalbody) {
    if (!stmts(body)) return false;
    if (!stmts(orelse)) return false;
    for (ExceptHandler* h : handlers) {
        if (!opt(h->type)) return false;
        if (h->name && !add(h->name, kDefLocal | kNameDeleted, h->pos)) return false;
        if (!stmts(h->body)) return false;
    }
    return stmts(finalbody);
}

bool SymbolVisitor::stmt_kinds(const Stmt* s) {
    switch (s->kind) {
        case StmtKind::FunctionDef: {
            auto f = cast<FunctionDef>(s);
            return function(f, f->name, f->args, f->body, f->decorator_list, f->returns, false);
        }
        case StmtKind::AsyncFunctionDef: {
            auto f = cast<AsyncFunctionDef>(s);
            return function(f, f->name, f->args, f->body, f->decorator_list, f->returns, true);
        }
        case StmtKind::ClassDef:
            return class_def(cast<ClassDef>(s));
        case StmtKind::Return: {
            auto r = cast<Return>(s);
            if (r->value) scope_->returns_value = true;
            return opt(r->value);
        }
        case StmtKind::Delete:
            return exprs(cast<Delete>(s)->targets);
        case StmtKind::Assign: {
            auto a = cast<Assign>(s);
            return exprs(a->targets) && expr(a->value);
        }
        case StmtKind::AugAssign: {
            auto a = cast<AugAssign>(s);
            return expr(a->target) && expr(a->value);
        }
        case StmtKind::AnnAssign:
            return ann_assign(cast<AnnAssign>(s));
        case StmtKind::For: {
            auto f = cast<For>(s);
            return expr(f->target) && expr(f->iter) && stmts(f->body) && stmts(f->orelse);
        }
        case StmtKind::AsyncFor: {
            scope_->coroutine = true;
            auto f = cast<AsyncFor>(s);
            return expr(f->target) && expr(f->iter) && stmts(f->body) && stmts(f->orelse);
        }
        case StmtKind::While: {
            auto w = cast<While>(s);
            return expr(w->test) && stmts(w->body) && stmts(w->orelse);
        }
        case StmtKind::If: {
            auto i = cast<If>(s);
            return expr(i->test) && stmts(i->body) && stmts(i->orelse);
        }
        case StmtKind::With: {
            auto w = cast<With>(s);
            for (WithItem* item : w->items)
                if (!expr(item->context_expr) || !opt(item->optional_vars)) return false;
            return stmts(w->body);
        }
        case StmtKind::AsyncWith: {
            scope_->coroutine = true;
            auto w = cast<AsyncWith>(s);
            for (WithItem* item : w->items)
                if (!expr(item->context_expr) || !opt(item->optional_vars)) return false;
            return stmts(w->body);
        }
        case StmtKind::Match: {
            auto m = cast<Match>(s);
            if (!expr(m->subject)) return false;
            for (MatchCase* c : m->cases)
                if (!pattern(c->pattern) || !opt(c->guard) || !stmts(c->body)) return false;
            return true;
        }
        case StmtKind::Raise: {
            auto r = cast<Raise>(s);
            return opt(r->exc) && opt(r->cause);
        }
        case StmtKind::Try: {
            auto t = cast<Try>(s);
            return try_stmt(t->body, t->handlers, t->orelse, t->finalbody);
        }
        case StmtKind::TryStar: {
            auto t = cast<TryStar>(s);
            return try_stmt(t->body, t->handlers, t->orelse, t->finalbody);
        }
        case StmtKind::Assert: {
            auto a = cast<Assert>(s);
            return expr(a->test) && opt(a->msg);
        }
        case StmtKind::Import:
            return aliases(cast<Import>(s)->names);
        case StmtKind::ImportFrom:
            return aliases(cast<ImportFrom>(s)->names);
        case StmtKind::Global:
            return declare(cast<Global>(s)->names, true, s->pos);
        case StmtKind::Nonlocal:
            return declare(cast<Nonlocal>(s)->names, false, s->pos);
        case StmtKind::ExprStmt:
            return expr(cast<ExprStmt>(s)->value);
        case StmtKind::Pass:
        case StmtKind::Break:
        case StmtKind::Continue:
            return true;
    }
    return true;
}

bool SymbolVisitor::annotation(const Expr* e) {
    if (!e) return true;
    if (!future_annotations_) return expr(e);
    enter(ScopeKind::Annotation, table_.arena_.intern("_annotation"), e, e->pos);
    if (!expr(e)) return false;
    leave();
    return true;
}

bool SymbolVisitor::annotations(const Arguments* args, const Expr* returns) {
    auto of = [&](Seq<Arg*> list) {
        for (Arg* a : list)
            if (!annotation(a->annotation)) return false;
        return true;
    };
    if (!of(args->posonlyargs) || !of(args->args)) return false;
    if (args->vararg && !annotation(args->vararg->annotation)) return false;
    if (args->kwarg && !annotation(args->kwarg->annotation)) return false;
    return of(args->kwonlyargs) && annotation(returns);
}

bool SymbolVisitor::params(const Arguments* args) {
    auto each = [&](Seq<Arg*> list) {
        for (Arg* a : list)
            if (!add(a->arg, kDefParam, a->pos)) return false;
        return true;
    };
    if (!each(args->posonlyargs) || !each(args->args) || !each(args->kwonlyargs)) return false;
    if (args->vararg) {
        scope_->varargs = true;
        if (!add(args->vararg->arg, kDefParam, args->vararg->pos)) return false;
    }
    if (args->kwarg) {
        scope_->varkeywords = true;
        if (!add(args->kwarg->arg, kDefParam, args->kwarg->pos)) return false;
    }
    return true;
}

bool SymbolVisitor::lambda(const Lambda* l) {
    if (!exprs(l->args->defaults) || !exprs(l->args->kw_defaults)) return false;
    enter(ScopeKind::Function, table_.arena_.intern("lambda"), l, l->pos);
    if (!params(l->args) || !expr(l->body)) return false;
    leave();
    return true;
}

// The target of an assignment expression inside comprehensions belongs to the function or module around them.
bool SymbolVisitor::extend_named_scope(const Name* target) {
    const Ident* name = target->id;
    for (Scope* s = scope_; s; s = s->parent) {
        if (s->comprehension != CompKind::No) {
            const Symbol* symbol = s->find(mangled(name));
            if (symbol && (symbol->flags & kDefCompIter))
                return fail_named(target->pos,
                                  "assignment expression cannot rebind comprehension iteration variable ",
                                  name, "");
            continue;
        }
        switch (s->kind) {
            case ScopeKind::Function: {
                const Symbol* symbol = s->find(mangled(name));
                bool global = symbol && (symbol->flags & kDefGlobal);
                scope_->directives.push_back({mangled(name), target->pos});
                s->has_walrus = true;
                return add(name, global ? kDefGlobal : kDefNonlocal, target->pos) &&
                       add_to(*s, name, kDefLocal, target->pos);
            }
            case ScopeKind::Module:
                scope_->directives.push_back({mangled(name), target->pos});
                return add(name, kDefGlobal, target->pos) && add_to(*s, name, kDefGlobal, target->pos);
            case ScopeKind::Class:
                return fail(target->pos,
                            "assignment expression within a comprehension cannot be used in a class body");
            case ScopeKind::Annotation:
                return fail(target->pos, "'named expression' can not be used within an annotation");
        }
    }
    return true;
}

bool SymbolVisitor::named_expr(const NamedExpr* e) {
    if (scope_->kind == ScopeKind::Annotation)
        return fail(e->pos, "'named expression' can not be used within an annotation");
    if (scope_->in_comp_iter_expr > 0)
        return fail(e->pos, "assignment expression cannot be used in a comprehension iterable expression");
    scope_->has_walrus = true;
    if (scope_->comprehension != CompKind::No && !extend_named_scope(cast<Name>(e->target))) return false;
    return expr(e->value) && expr(e->target);
}

bool SymbolVisitor::comprehension_clause(const ast::Comprehension* c, bool first) {
    scope_->in_comp_iter_target = true;
    if (!expr(c->target)) return false;
    scope_->in_comp_iter_target = false;
    if (!first) {
        ++scope_->in_comp_iter_expr;
        if (!expr(c->iter)) return false;
        --scope_->in_comp_iter_expr;
    }
    if (!exprs(c->ifs)) return false;
    if (c->is_async) scope_->coroutine = true;
    return true;
}

bool SymbolVisitor::comprehension(const Expr* e, CompKind kind, const char* scope_name,
                                  Seq<ast::Comprehension*> generators, const Expr* elt, const Expr* value) {
    // The outermost iterable is evaluated outside.
    ++scope_->in_comp_iter_expr;
    if (!expr(generators[0]->iter)) return false;
    --scope_->in_comp_iter_expr;
    enter(ScopeKind::Function, table_.arena_.intern(scope_name), e, e->pos);
    scope_->comprehension = kind;
    scope_->coroutine = generators[0]->is_async != 0;
    if (!add(table_.arena_.intern(".0"), kDefParam, e->pos)) return false;
    for (uint32_t i = 0; i < generators.size(); ++i)
        if (!comprehension_clause(generators[i], i == 0)) return false;
    if (!opt(value) || !expr(elt)) return false;
    scope_->generator = kind == CompKind::Generator;
    bool async = scope_->coroutine && kind != CompKind::Generator;
    leave();
    if (async) scope_->coroutine = true;
    return true;
}

bool SymbolVisitor::yield_allowed(const Expr* e, const char* what) {
    if (scope_->kind == ScopeKind::Annotation)
        return fail(e->pos, "'" + std::string(what) + " expression' can not be used within an annotation");
    return true;
}

bool SymbolVisitor::expr_kinds(const Expr* e) {
    switch (e->kind) {
        case ExprKind::BoolOp:
            return exprs(cast<BoolOp>(e)->values);
        case ExprKind::NamedExpr:
            return named_expr(cast<NamedExpr>(e));
        case ExprKind::BinOp:
            return expr(cast<BinOp>(e)->left) && expr(cast<BinOp>(e)->right);
        case ExprKind::UnaryOp:
            return expr(cast<UnaryOp>(e)->operand);
        case ExprKind::Lambda:
            return lambda(cast<Lambda>(e));
        case ExprKind::IfExp: {
            auto i = cast<IfExp>(e);
            return expr(i->test) && expr(i->body) && expr(i->orelse);
        }
        case ExprKind::Dict:
            return exprs(cast<Dict>(e)->keys) && exprs(cast<Dict>(e)->values);
        case ExprKind::Set:
            return exprs(cast<Set>(e)->elts);
        case ExprKind::ListComp: {
            auto c = cast<ListComp>(e);
            return comprehension(e, CompKind::List, "listcomp", c->generators, c->elt, nullptr);
        }
        case ExprKind::SetComp: {
            auto c = cast<SetComp>(e);
            return comprehension(e, CompKind::Set, "setcomp", c->generators, c->elt, nullptr);
        }
        case ExprKind::DictComp: {
            auto c = cast<DictComp>(e);
            return comprehension(e, CompKind::Dict, "dictcomp", c->generators, c->key, c->value);
        }
        case ExprKind::GeneratorExp: {
            auto c = cast<GeneratorExp>(e);
            return comprehension(e, CompKind::Generator, "genexpr", c->generators, c->elt, nullptr);
        }
        case ExprKind::Await: {
            if (!yield_allowed(e, "await")) return false;
            if (!expr(cast<Await>(e)->value)) return false;
            scope_->coroutine = true;
            return true;
        }
        case ExprKind::Yield:
        case ExprKind::YieldFrom: {
            if (!yield_allowed(e, "yield")) return false;
            if (!opt(is<Yield>(e) ? cast<Yield>(e)->value : cast<YieldFrom>(e)->value)) return false;
            scope_->generator = true;
            switch (scope_->comprehension) {
                case CompKind::No:
                    return true;
                case CompKind::List:
                    return fail(e->pos, "'yield' inside list comprehension");
                case CompKind::Set:
                    return fail(e->pos, "'yield' inside set comprehension");
                case CompKind::Dict:
                    return fail(e->pos, "'yield' inside dict comprehension");
                case CompKind::Generator:
                    return fail(e->pos, "'yield' inside generator expression");
            }
            return true;
        }
        case ExprKind::Compare:
            return expr(cast<Compare>(e)->left) && exprs(cast<Compare>(e)->comparators);
        case ExprKind::Call: {
            auto c = cast<Call>(e);
            if (!expr(c->func) || !exprs(c->args)) return false;
            for (Keyword* k : c->keywords)
                if (!expr(k->value)) return false;
            return true;
        }
        case ExprKind::FormattedValue: {
            auto f = cast<FormattedValue>(e);
            return expr(f->value) && opt(f->format_spec);
        }
        case ExprKind::JoinedStr:
            return exprs(cast<JoinedStr>(e)->values);
        case ExprKind::Constant:
            return true;
        case ExprKind::Attribute:
            return expr(cast<Attribute>(e)->value);
        case ExprKind::Subscript:
            return expr(cast<Subscript>(e)->value) && expr(cast<Subscript>(e)->slice);
        case ExprKind::Starred:
            return expr(cast<Starred>(e)->value);
        case ExprKind::Name: {
            auto n = cast<Name>(e);
            uint16_t flag = n->ctx == ExprContext::Load  ? kNameUse
                            : n->ctx == ExprContext::Del ? kDefLocal | kNameDeleted
                                                         : kDefLocal;
            if (!add(n->id, flag, n->pos)) return false;
            // super() reads the class out of a cell that exists only where it is mentioned.
            if (n->ctx == ExprContext::Load && scope_->kind == ScopeKind::Function &&
                n->id->view() == "super")
                return add(table_.arena_.intern("__class__"), kNameUse, n->pos);
            return true;
        }
        case ExprKind::List:
            return exprs(cast<List>(e)->elts);
        case ExprKind::Tuple:
            return exprs(cast<Tuple>(e)->elts);
        case ExprKind::Slice: {
            auto s = cast<Slice>(e);
            return opt(s->lower) && opt(s->upper) && opt(s->step);
        }
    }
    return true;
}

bool SymbolVisitor::pattern(const Pattern* p) {
    Nesting level(*this, p->pos);
    return level.ok() && pattern_kinds(p);
}

bool SymbolVisitor::pattern_kinds(const Pattern* p) {
    auto all = [&](Seq<Pattern*> list) {
        for (Pattern* x : list)
            if (!pattern(x)) return false;
        return true;
    };
    switch (p->kind) {
        case PatternKind::MatchValue:
            return expr(cast<MatchValue>(p)->value);
        case PatternKind::MatchSingleton:
            return true;
        case PatternKind::MatchSequence:
            return all(cast<MatchSequence>(p)->patterns);
        case PatternKind::MatchMapping: {
            auto m = cast<MatchMapping>(p);
            return exprs(m->keys) && all(m->patterns) && bind_pattern_name(m->rest, p->pos);
        }
        case PatternKind::MatchClass: {
            auto m = cast<MatchClass>(p);
            return expr(m->cls) && all(m->patterns) && all(m->kwd_patterns);
        }
        case PatternKind::MatchStar:
            return bind_pattern_name(cast<MatchStar>(p)->name, p->pos);
        case PatternKind::MatchAs: {
            auto m = cast<MatchAs>(p);
            return (!m->pattern || pattern(m->pattern)) && bind_pattern_name(m->name, p->pos);
        }
        case PatternKind::MatchOr:
            return all(cast<MatchOr>(p)->patterns);
    }
    return true;
}

}  // namespace baton
