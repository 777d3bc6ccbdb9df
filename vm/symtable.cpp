#include "vm/symtable.h"

#include <unordered_set>

#include "vm/symtable_visit.h"

namespace baton {

using namespace ast;

const Ident* mangle(Arena& arena, const Ident* cls, const Ident* name) {
    std::string_view text = name->view();
    if (!cls || !text.starts_with("__") || text.ends_with("__") || text.find('.') != text.npos) return name;
    std::string_view owner = cls->view();
    while (owner.starts_with('_')) owner.remove_prefix(1);
    if (owner.empty()) return name;
    std::string mangled = "_";
    mangled += owner;
    mangled += text;
    return arena.intern(mangled);
}

// Decides for every name of every scope where it lives: from the outermost scope inwards with the names bound
// around, and back outwards with the names that turned out to be free.
class SymbolAnalysis {
  public:
    using Names = std::unordered_set<const Ident*>;

    explicit SymbolAnalysis(SymbolTable& table) : table_(table) {}

    bool run() {
        Names free, global;
        class_name_ = table_.arena_.intern("__class__");
        return analyze(*table_.top_, nullptr, free, global);
    }

  private:
    bool fail(const Scope& scope, const Ident* name, std::string message) {
        Pos pos = scope.pos;
        for (const Directive& d : scope.directives) {
            if (d.name != name) continue;
            pos = d.pos;
            break;
        }
        table_.error_ = {CompileError::Kind::Syntax, std::move(message), pos};
        return false;
    }

    bool classify(Scope& scope, const Ident* name, Symbol& symbol, Names* bound, Names& local, Names& free,
                  Names& global) {
        std::string quoted = "'" + std::string(name->view()) + "'";
        if (symbol.flags & kDefGlobal) {
            if (symbol.flags & kDefNonlocal)
                return fail(scope, name, "name " + quoted + " is nonlocal and global");
            symbol.kind = NameKind::GlobalExplicit;
            global.insert(name);
            if (bound) bound->erase(name);
            return true;
        }
        if (symbol.flags & kDefNonlocal) {
            if (!bound) return fail(scope, name, "nonlocal declaration not allowed at module level");
            if (!bound->contains(name))
                return fail(scope, name, "no binding for nonlocal " + quoted + " found");
            symbol.kind = NameKind::Free;
            scope.has_free = true;
            free.insert(name);
            return true;
        }
        if (symbol.flags & kDefBound) {
            symbol.kind = NameKind::Local;
            local.insert(name);
            global.erase(name);
            return true;
        }
        if (bound && bound->contains(name)) {
            symbol.kind = NameKind::Free;
            scope.has_free = true;
            free.insert(name);
            return true;
        }
        symbol.kind = NameKind::GlobalImplicit;
        if (!global.contains(name) && scope.nested) scope.has_free = true;
        return true;
    }

    // `bound`: names that enclosing functions bind (null at module level); `free` gets the names this scope
    // needs from outside; `global`: names declared global around.
    bool analyze(Scope& scope, Names* bound, Names& free, Names& global) {
        if (__builtin_frame_address(0) < table_.stack_floor_) {
            table_.error_ = {CompileError::Kind::Recursion, kTooDeep, scope.pos};
            return false;
        }
        Names local, new_bound, new_free, new_global;
        if (scope.kind == ScopeKind::Class) {
            // A class sees what is around it, but does not bind for what is inside it.
            new_global = global;
            if (bound) new_bound = *bound;
        }
        for (const Ident* name : scope.order)
            if (!classify(scope, name, scope.symbols[name], bound, local, free, global)) return false;
        if (scope.kind != ScopeKind::Class) {
            if (scope.kind == ScopeKind::Function) new_bound.insert(local.begin(), local.end());
            if (bound) new_bound.insert(bound->begin(), bound->end());
            new_global.insert(global.begin(), global.end());
        } else {
            new_bound.insert(class_name_);
        }
        for (Scope* child : scope.children) {
            Names child_bound = new_bound, child_free, child_global = new_global;
            if (!analyze(*child, &child_bound, child_free, child_global)) return false;
            new_free.insert(child_free.begin(), child_free.end());
            if (child->has_free || child->child_has_free) scope.child_has_free = true;
        }
        if (scope.kind == ScopeKind::Function) {
            for (const Ident* name : scope.order) {
                Symbol& symbol = scope.symbols[name];
                if (symbol.kind == NameKind::Local && new_free.erase(name)) symbol.kind = NameKind::Cell;
            }
        } else if (scope.kind == ScopeKind::Class) {
            if (new_free.erase(class_name_)) scope.needs_class_closure = true;
        }
        pass_on_free(scope, bound, new_free);
        free.insert(new_free.begin(), new_free.end());
        return true;
    }

    // Names that inner scopes take from outer ones pass through this scope.
    void pass_on_free(Scope& scope, Names* bound, const Names& free) {
        for (const Ident* name : free) {
            auto at = scope.symbols.find(name);
            if (at != scope.symbols.end()) {
                if (scope.kind == ScopeKind::Class && (at->second.flags & (kDefBound | kDefGlobal)))
                    at->second.flags |= kDefFreeClass;
                continue;
            }
            if (bound && !bound->contains(name)) continue;  // a global after all
            scope.symbols[name] = {kDefFree, NameKind::Free};
            scope.order.push_back(name);
        }
    }

    SymbolTable& table_;
    const Ident* class_name_ = nullptr;
};

bool SymbolTable::build(const Mod& tree, bool future_annotations) {
    SymbolVisitor visitor(*this, future_annotations);
    if (!visitor.visit_module(tree)) return false;
    return SymbolAnalysis(*this).run();
}

}  // namespace baton
