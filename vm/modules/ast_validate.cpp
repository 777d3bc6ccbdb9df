// _ast: whether a tree that a script has put together is one that the parser could have made.
//
// The compiler relies on what is checked here: no null where a node must be, lists that belong together of
// one length, contexts that fit. Nesting is bounded by the conversion that made the tree.
#include "runtime/raise.h"
#include "vm/modules/ast_nodes.h"

namespace baton {

// Here, so that the names of node classes mean those.
namespace ast {
namespace {

class Validator {
  public:
    explicit Validator(Attached ts) : ts_(ts) {}

    Result<void> mod(const Mod& m) {
        switch (m.kind) {
            case ModKind::Module:
                return stmts(cast<Module>(&m)->body);
            case ModKind::Interactive:
                return stmts(cast<Interactive>(&m)->body);
            case ModKind::Expression:
                return load(cast<Expression>(&m)->body);
            case ModKind::FunctionType:
                break;
        }
        TRY(exprs(cast<FunctionType>(&m)->argtypes));
        return load(cast<FunctionType>(&m)->returns);
    }

  private:
    template <class... A>
    Raised wrong(fmt::format_string<A...> text, A&&... args) {
        return raise_format(ts_, Exc::ValueError, fmt::string_view(text), fmt::make_format_args(args...));
    }
    template <class T>
    Result<void> filled(const Seq<T>& list, const char* what, const char* owner) {
        if (list.empty()) return wrong("empty {} on {}", what, owner);
        return {};
    }
    Result<void> place(const Pos& p) {
        if (p.lineno > p.end_lineno)
            return wrong("AST node line range ({}, {}) is not valid", p.lineno, p.end_lineno);
        if ((p.lineno < 0 && p.end_lineno != p.lineno) ||
            (p.col_offset < 0 && p.col_offset != p.end_col_offset)) {
            return wrong("AST node column range ({}, {}) for line range ({}, {}) is not valid", p.col_offset,
                         p.end_col_offset, p.lineno, p.end_lineno);
        }
        if (p.lineno == p.end_lineno && p.col_offset > p.end_col_offset)
            return wrong("line {}, column {}-{} is not a valid range", p.lineno, p.col_offset,
                         p.end_col_offset);
        return {};
    }
    Result<void> name(const Ident* id) {
        for (const char* reserved : {"None", "True", "False"}) {
            if (id->view() == reserved)
                return wrong("identifier field can't represent '{}' constant", reserved);
        }
        return {};
    }
    Result<void> capture(const Ident* id) {
        if (id->view() == "_") return wrong("can't capture name '_' in patterns");
        return name(id);
    }

    // ---- expressions ----

    Result<void> load(const Expr* e) { return expr(e, ExprContext::Load); }
    Result<void> load_if(const Expr* e) {
        if (e != nullptr) TRY(load(e));
        return {};
    }
    Result<void> exprs(const Seq<Expr*>& list, ExprContext ctx = ExprContext::Load, bool may_miss = false) {
        for (const Expr* e : list) {
            if (e != nullptr)
                TRY(expr(e, ctx));
            else if (!may_miss)
                return wrong("None disallowed in expression list");
        }
        return {};
    }
    Result<void> arg(const Arg* a) {
        TRY(place(a->pos));
        return load_if(a->annotation);
    }
    Result<void> args(const Seq<Arg*>& list) {
        for (const Arg* a : list) TRY(arg(a));
        return {};
    }
    Result<void> arguments(const Arguments* a) {
        TRY(args(a->posonlyargs));
        TRY(args(a->args));
        if (a->vararg != nullptr) TRY(arg(a->vararg));
        TRY(args(a->kwonlyargs));
        if (a->kwarg != nullptr) TRY(arg(a->kwarg));
        if (a->defaults.size() > a->posonlyargs.size() + a->args.size())
            return wrong("more positional defaults than args on arguments");
        if (a->kw_defaults.size() != a->kwonlyargs.size())
            return wrong("length of kwonlyargs is not the same as kw_defaults on arguments");
        TRY(exprs(a->defaults));
        return exprs(a->kw_defaults, ExprContext::Load, true);
    }
    Result<void> keywords(const Seq<Keyword*>& list) {
        for (const Keyword* k : list) {
            TRY(place(k->pos));
            TRY(load(k->value));
        }
        return {};
    }
    Result<void> comprehension(const Seq<Comprehension*>& list) {
        if (list.empty()) return wrong("comprehension with no generators");
        for (const Comprehension* c : list) {
            TRY(expr(c->target, ExprContext::Store));
            TRY(load(c->iter));
            TRY(exprs(c->ifs));
        }
        return {};
    }
    // The context an expression says it has; those that say nothing are loaded.
    static ExprContext context_of(const Expr* e) {
        if (auto* n = as<Attribute>(e)) return n->ctx;
        if (auto* n = as<Subscript>(e)) return n->ctx;
        if (auto* n = as<Starred>(e)) return n->ctx;
        if (auto* n = as<Name>(e)) return n->ctx;
        if (auto* n = as<List>(e)) return n->ctx;
        if (auto* n = as<Tuple>(e)) return n->ctx;
        return ExprContext::Load;
    }
    static bool has_context(const Expr* e) {
        return is<Attribute>(e) || is<Subscript>(e) || is<Starred>(e) || is<Name>(e) || is<List>(e) ||
               is<Tuple>(e);
    }
    Result<void> expr(const Expr* e, ExprContext ctx) {
        static constexpr const char* kContexts[] = {"Load", "Store", "Del"};
        TRY(place(e->pos));
        const char* wanted = kContexts[static_cast<size_t>(ctx)];
        if (!has_context(e) && ctx != ExprContext::Load)
            return wrong("expression which can't be assigned to in {} context", wanted);
        if (const ExprContext own = context_of(e); own != ctx) {
            return wrong("expression must have {} context but has {} instead", wanted,
                         kContexts[static_cast<size_t>(own)]);
        }
        return inside(e, ctx);
    }
    Result<void> inside(const Expr* e, ExprContext ctx) {
        switch (e->kind) {
            case ExprKind::BoolOp:
                if (cast<BoolOp>(e)->values.size() < 2) return wrong("BoolOp with less than 2 values");
                return exprs(cast<BoolOp>(e)->values);
            case ExprKind::NamedExpr:
                // The grammar allows names only; the compiler relies on it.
                if (!is<Name>(cast<NamedExpr>(e)->target))
                    return raise(ts_, Exc::TypeError, "NamedExpr target must be a Name");
                return load(cast<NamedExpr>(e)->value);
            case ExprKind::BinOp:
                TRY(load(cast<BinOp>(e)->left));
                return load(cast<BinOp>(e)->right);
            case ExprKind::UnaryOp:
                return load(cast<UnaryOp>(e)->operand);
            case ExprKind::Lambda:
                TRY(arguments(cast<Lambda>(e)->args));
                return load(cast<Lambda>(e)->body);
            case ExprKind::IfExp:
                TRY(load(cast<IfExp>(e)->test));
                TRY(load(cast<IfExp>(e)->body));
                return load(cast<IfExp>(e)->orelse);
            case ExprKind::Dict:
                if (cast<Dict>(e)->keys.size() != cast<Dict>(e)->values.size())
                    return wrong("Dict doesn't have the same number of keys as values");
                TRY(exprs(cast<Dict>(e)->keys, ExprContext::Load, true));
                return exprs(cast<Dict>(e)->values);
            case ExprKind::Set:
                return exprs(cast<Set>(e)->elts);
            case ExprKind::ListComp:
                TRY(comprehension(cast<ListComp>(e)->generators));
                return load(cast<ListComp>(e)->elt);
            case ExprKind::SetComp:
                TRY(comprehension(cast<SetComp>(e)->generators));
                return load(cast<SetComp>(e)->elt);
            case ExprKind::GeneratorExp:
                TRY(comprehension(cast<GeneratorExp>(e)->generators));
                return load(cast<GeneratorExp>(e)->elt);
            case ExprKind::DictComp:
                TRY(comprehension(cast<DictComp>(e)->generators));
                TRY(load(cast<DictComp>(e)->key));
                return load(cast<DictComp>(e)->value);
            case ExprKind::Await:
                return load(cast<Await>(e)->value);
            case ExprKind::Yield:
                return load_if(cast<Yield>(e)->value);
            case ExprKind::YieldFrom:
                return load(cast<YieldFrom>(e)->value);
            case ExprKind::Compare: {
                auto* c = cast<Compare>(e);
                if (c->comparators.empty()) return wrong("Compare with no comparators");
                if (c->comparators.size() != c->ops.size())
                    return wrong("Compare has a different number of comparators and operands");
                TRY(exprs(c->comparators));
                return load(c->left);
            }
            case ExprKind::Call:
                TRY(load(cast<Call>(e)->func));
                TRY(exprs(cast<Call>(e)->args));
                return keywords(cast<Call>(e)->keywords);
            case ExprKind::FormattedValue: {
                auto* f = cast<FormattedValue>(e);
                if (f->conversion != -1 && f->conversion != 's' && f->conversion != 'r' &&
                    f->conversion != 'a')
                    return raise(ts_, Exc::SystemError, "Unrecognized conversion character {}",
                                 f->conversion);
                TRY(load(f->value));
                return load_if(f->format_spec);
            }
            case ExprKind::JoinedStr:
                return exprs(cast<JoinedStr>(e)->values);
            case ExprKind::Constant:
                return {};
            case ExprKind::Attribute:
                return load(cast<Attribute>(e)->value);
            case ExprKind::Subscript:
                TRY(load(cast<Subscript>(e)->slice));
                return load(cast<Subscript>(e)->value);
            case ExprKind::Starred:
                return expr(cast<Starred>(e)->value, ctx);
            case ExprKind::Name:
                return name(cast<Name>(e)->id);
            case ExprKind::List:
                return exprs(cast<List>(e)->elts, ctx);
            case ExprKind::Tuple:
                return exprs(cast<Tuple>(e)->elts, ctx);
            case ExprKind::Slice:
                TRY(load_if(cast<Slice>(e)->lower));
                TRY(load_if(cast<Slice>(e)->upper));
                return load_if(cast<Slice>(e)->step);
        }
        return {};
    }

    // ---- patterns ----

    static bool is_number(const Expr* e, bool imaginary) {
        auto* c = as<Constant>(e);
        if (c == nullptr) return false;
        if (c->value.kind == ConstantKind::Complex) return imaginary;
        return !imaginary && (c->value.kind == ConstantKind::Int || c->value.kind == ConstantKind::Float);
    }
    static bool is_signed_number(const Expr* e, bool imaginary) {
        auto* u = as<UnaryOp>(e);
        return is_number(e, imaginary) ||
               (u != nullptr && u->op == UnaryOperator::USub && is_number(u->operand, imaginary));
    }
    Result<void> literal(const Expr* e) {
        TRY(load(e));
        if (auto* c = as<Constant>(e)) {
            switch (c->value.kind) {
                case ConstantKind::Int:
                case ConstantKind::Float:
                case ConstantKind::Complex:
                case ConstantKind::Str:
                case ConstantKind::Bytes:
                    return {};
                default:
                    return wrong("unexpected constant inside of a literal pattern");
            }
        }
        // F-strings are refused by the compiler, with a place.
        if (is<Attribute>(e) || is<JoinedStr>(e)) return {};
        if (is<UnaryOp>(e) && (is_signed_number(e, false) || is_signed_number(e, true))) return {};
        if (auto* b = as<BinOp>(e); b != nullptr && (b->op == Operator::Add || b->op == Operator::Sub) &&
                                    is_signed_number(b->left, false) && is_number(b->right, true))
            return {};
        return wrong("patterns may only match literals and attribute lookups");
    }
    static bool is_singleton(const ConstantValue& v) {
        return v.kind == ConstantKind::None || v.kind == ConstantKind::True || v.kind == ConstantKind::False;
    }
    Result<void> patterns(const Seq<Pattern*>& list, bool star_ok) {
        for (const Pattern* p : list) {
            if (p == nullptr) return wrong("None disallowed in pattern list");
            TRY(pattern(p, star_ok));
        }
        return {};
    }
    Result<void> pattern(const Pattern* p, bool star_ok) {
        TRY(place(p->pos));
        switch (p->kind) {
            case PatternKind::MatchValue:
                return literal(cast<MatchValue>(p)->value);
            case PatternKind::MatchSingleton:
                if (is_singleton(cast<MatchSingleton>(p)->value)) return {};
                return wrong("MatchSingleton can only contain True, False and None");
            case PatternKind::MatchSequence:
                return patterns(cast<MatchSequence>(p)->patterns, true);
            case PatternKind::MatchMapping: {
                auto* m = cast<MatchMapping>(p);
                if (m->keys.size() != m->patterns.size())
                    return wrong("MatchMapping doesn't have the same number of keys as patterns");
                if (m->rest != nullptr) TRY(capture(m->rest));
                for (const Expr* key : m->keys) {
                    if (key == nullptr) return wrong("None disallowed in expression list");
                    auto* c = as<Constant>(key);
                    if (c == nullptr || !is_singleton(c->value)) TRY(literal(key));
                }
                return patterns(m->patterns, false);
            }
            case PatternKind::MatchClass:
                return match_class(cast<MatchClass>(p));
            case PatternKind::MatchStar:
                if (!star_ok) return wrong("can't use MatchStar here");
                if (cast<MatchStar>(p)->name != nullptr) TRY(capture(cast<MatchStar>(p)->name));
                return {};
            case PatternKind::MatchAs: {
                auto* m = cast<MatchAs>(p);
                if (m->name != nullptr) TRY(capture(m->name));
                if (m->pattern == nullptr) return {};
                if (m->name == nullptr)
                    return wrong("MatchAs must specify a target name if a pattern is given");
                return pattern(m->pattern, false);
            }
            case PatternKind::MatchOr:
                if (cast<MatchOr>(p)->patterns.size() < 2)
                    return wrong("MatchOr requires at least 2 patterns");
                return patterns(cast<MatchOr>(p)->patterns, false);
        }
        return {};
    }
    Result<void> match_class(const MatchClass* m) {
        if (m->kwd_attrs.size() != m->kwd_patterns.size())
            return wrong("MatchClass doesn't have the same number of keyword attributes as patterns");
        TRY(load(m->cls));
        const Expr* cls = m->cls;
        while (auto* a = as<Attribute>(cls)) cls = a->value;
        if (!is<Name>(cls)) return wrong("MatchClass cls field can only contain Name or Attribute nodes.");
        for (const Ident* id : m->kwd_attrs) TRY(name(id));
        TRY(patterns(m->patterns, false));
        return patterns(m->kwd_patterns, false);
    }

    // ---- statements ----

    Result<void> stmts(const Seq<Stmt*>& list) {
        for (const Stmt* s : list) {
            if (s == nullptr) return wrong("None disallowed in statement list");
            TRY(stmt(s));
        }
        return {};
    }
    Result<void> body(const Seq<Stmt*>& list, const char* owner) {
        TRY(filled(list, "body", owner));
        return stmts(list);
    }
    template <class F>
    Result<void> function(const F* f, const char* owner) {
        TRY(body(f->body, owner));
        TRY(arguments(f->args));
        TRY(exprs(f->decorator_list));
        return load_if(f->returns);
    }
    template <class F>
    Result<void> loop(const F* f, const char* owner) {
        TRY(expr(f->target, ExprContext::Store));
        TRY(load(f->iter));
        TRY(body(f->body, owner));
        return stmts(f->orelse);
    }
    template <class W>
    Result<void> with(const W* w, const char* owner) {
        TRY(filled(w->items, "items", owner));
        for (const WithItem* item : w->items) {
            TRY(load(item->context_expr));
            if (item->optional_vars != nullptr) TRY(expr(item->optional_vars, ExprContext::Store));
        }
        return body(w->body, owner);
    }
    template <class T>
    Result<void> try_stmt(const T* t, const char* owner) {
        TRY(body(t->body, owner));
        if (t->handlers.empty() && t->finalbody.empty())
            return wrong("{} has neither except handlers nor finalbody", owner);
        if (t->handlers.empty() && !t->orelse.empty())
            return wrong("{} has orelse but no except handlers", owner);
        for (const ExceptHandler* h : t->handlers) {
            TRY(place(h->pos));
            TRY(load_if(h->type));
            TRY(body(h->body, "ExceptHandler"));
        }
        TRY(stmts(t->finalbody));
        return stmts(t->orelse);
    }
    Result<void> stmt(const Stmt* s) {
        TRY(place(s->pos));
        switch (s->kind) {
            case StmtKind::FunctionDef:
                return function(cast<FunctionDef>(s), "FunctionDef");
            case StmtKind::AsyncFunctionDef:
                return function(cast<AsyncFunctionDef>(s), "AsyncFunctionDef");
            case StmtKind::ClassDef: {
                auto* c = cast<ClassDef>(s);
                TRY(body(c->body, "ClassDef"));
                TRY(exprs(c->bases));
                TRY(keywords(c->keywords));
                return exprs(c->decorator_list);
            }
            case StmtKind::Return:
                return load_if(cast<Return>(s)->value);
            case StmtKind::Delete:
                TRY(filled(cast<Delete>(s)->targets, "targets", "Delete"));
                return exprs(cast<Delete>(s)->targets, ExprContext::Del);
            case StmtKind::Assign:
                TRY(filled(cast<Assign>(s)->targets, "targets", "Assign"));
                TRY(exprs(cast<Assign>(s)->targets, ExprContext::Store));
                return load(cast<Assign>(s)->value);
            case StmtKind::AugAssign:
                TRY(expr(cast<AugAssign>(s)->target, ExprContext::Store));
                return load(cast<AugAssign>(s)->value);
            case StmtKind::AnnAssign: {
                auto* a = cast<AnnAssign>(s);
                if (a->simple != 0 && !is<Name>(a->target))
                    return raise(ts_, Exc::TypeError, "AnnAssign with simple non-Name target");
                TRY(expr(a->target, ExprContext::Store));
                TRY(load_if(a->value));
                return load(a->annotation);
            }
            case StmtKind::For:
                return loop(cast<For>(s), "For");
            case StmtKind::AsyncFor:
                return loop(cast<AsyncFor>(s), "AsyncFor");
            case StmtKind::While:
                TRY(load(cast<While>(s)->test));
                TRY(body(cast<While>(s)->body, "While"));
                return stmts(cast<While>(s)->orelse);
            case StmtKind::If:
                TRY(load(cast<If>(s)->test));
                TRY(body(cast<If>(s)->body, "If"));
                return stmts(cast<If>(s)->orelse);
            case StmtKind::With:
                return with(cast<With>(s), "With");
            case StmtKind::AsyncWith:
                return with(cast<AsyncWith>(s), "AsyncWith");
            case StmtKind::Match:
                TRY(load(cast<Match>(s)->subject));
                TRY(filled(cast<Match>(s)->cases, "cases", "Match"));
                for (const MatchCase* c : cast<Match>(s)->cases) {
                    TRY(pattern(c->pattern, false));
                    TRY(load_if(c->guard));
                    TRY(body(c->body, "match_case"));
                }
                return {};
            case StmtKind::Raise:
                if (cast<Raise>(s)->exc == nullptr && cast<Raise>(s)->cause != nullptr)
                    return wrong("Raise with cause but no exception");
                TRY(load_if(cast<Raise>(s)->exc));
                return load_if(cast<Raise>(s)->cause);
            case StmtKind::Try:
                return try_stmt(cast<Try>(s), "Try");
            case StmtKind::TryStar:
                return try_stmt(cast<TryStar>(s), "TryStar");
            case StmtKind::Assert:
                TRY(load(cast<Assert>(s)->test));
                return load_if(cast<Assert>(s)->msg);
            case StmtKind::Import:
                return filled(cast<Import>(s)->names, "names", "Import");
            case StmtKind::ImportFrom:
                if (cast<ImportFrom>(s)->level < 0) return wrong("Negative ImportFrom level");
                return filled(cast<ImportFrom>(s)->names, "names", "ImportFrom");
            case StmtKind::Global:
                return filled(cast<Global>(s)->names, "names", "Global");
            case StmtKind::Nonlocal:
                return filled(cast<Nonlocal>(s)->names, "names", "Nonlocal");
            case StmtKind::ExprStmt:
                return load(cast<ExprStmt>(s)->value);
            case StmtKind::Pass:
            case StmtKind::Break:
            case StmtKind::Continue:
                break;
        }
        return {};
    }

    Attached ts_;
};

}  // namespace
}  // namespace ast

Result<void> ast_validate(Attached ts, const ast::Mod& tree) {
    return ast::Validator(ts).mod(tree);
}

}  // namespace baton
