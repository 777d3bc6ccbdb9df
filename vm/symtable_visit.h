// The walk over a tree that notes which scope mentions which name and how.
//
// Invariants. Every visit returns false after the first error, which is then in the table. Part of
// symtable.cpp's implementation. Callers: SymbolTable::build only.
#pragma once

#include "vm/symtable.h"

namespace baton {

class SymbolVisitor {
  public:
    SymbolVisitor(SymbolTable& table, bool future_annotations)
        : table_(table), future_annotations_(future_annotations) {}
    bool visit_module(const ast::Mod& tree);

  private:
    bool fail(ast::Pos pos, std::string message);
    bool fail_named(ast::Pos pos, const char* before, const ast::Ident* name, const char* after);
    void enter(ScopeKind kind, const ast::Ident* name, const void* node, ast::Pos pos);
    void leave() { scope_ = scope_->parent; }
    const ast::Ident* mangled(const ast::Ident* name) { return mangle(table_.arena_, class_, name); }

    bool add(const ast::Ident* name, uint16_t flag, ast::Pos pos) { return add_to(*scope_, name, flag, pos); }
    bool add_to(Scope& scope, const ast::Ident* name, uint16_t flag, ast::Pos pos);
    uint16_t flags_of(const ast::Ident* name);

    bool stmts(ast::Seq<ast::Stmt*> body);
    bool stmt(const ast::Stmt* s);
    bool stmt_kinds(const ast::Stmt* s);
    bool try_stmt(ast::Seq<ast::Stmt*> body, ast::Seq<ast::ExceptHandler*> handlers,
                  ast::Seq<ast::Stmt*> orelse, ast::Seq<ast::Stmt*> finalbody);
    bool function(const ast::Stmt* node, const ast::Ident* name, const ast::Arguments* args,
                  ast::Seq<ast::Stmt*> body, ast::Seq<ast::Expr*> decorators, const ast::Expr* returns,
                  bool async);
    bool class_def(const ast::ClassDef* c);
    bool ann_assign(const ast::AnnAssign* s);
    bool aliases(ast::Seq<ast::Alias*> names);
    bool declare(ast::Seq<const ast::Ident*> names, bool global, ast::Pos pos);
    bool annotation(const ast::Expr* e);
    bool annotations(const ast::Arguments* args, const ast::Expr* returns);
    bool params(const ast::Arguments* args);

    bool exprs(ast::Seq<ast::Expr*> list);  // null elements are skipped
    bool expr(const ast::Expr* e);
    bool expr_kinds(const ast::Expr* e);
    bool opt(const ast::Expr* e) { return !e || expr(e); }
    bool lambda(const ast::Lambda* l);
    bool named_expr(const ast::NamedExpr* e);
    bool extend_named_scope(const ast::Name* target);
    bool comprehension(const ast::Expr* e, CompKind kind, const char* scope_name,
                       ast::Seq<ast::Comprehension*> generators, const ast::Expr* elt,
                       const ast::Expr* value);
    bool comprehension_clause(const ast::Comprehension* c, bool first);
    bool yield_allowed(const ast::Expr* e, const char* what);
    bool pattern(const ast::Pattern* p);
    bool pattern_kinds(const ast::Pattern* p);
    bool bind_pattern_name(const ast::Ident* name, ast::Pos pos) {
        return !name || add(name, kDefLocal, pos);
    }

    class Nesting;

    SymbolTable& table_;
    bool future_annotations_;
    Scope* scope_ = nullptr;
    const ast::Ident* class_ = nullptr;
    int depth_ = 0;
};

}  // namespace baton
