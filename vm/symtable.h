// The scopes of a program: which name means what where.
//
// What: one Scope per module, class, function, lambda and comprehension, found by its node, with every name
// it mentions classified as local, cell, free, global or namespace look-up, by the rules of Python 3.11.
//
// Invariants. Names are mangled (inside classes) before they get here; they are identifiers of the tree's
// arena. `order` lists a scope's names by first mention, parameters first. After build() the scopes do not
// change.
//
// Callers. Any thread in any state: no Python object is touched, errors are data.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/ast.h"

namespace baton {

struct CompileError {
    enum class Kind : uint8_t { Syntax, Recursion };
    Kind kind = Kind::Syntax;
    std::string message;
    ast::Pos pos;
};

inline constexpr const char* kTooDeep = "maximum recursion depth exceeded during compilation";

enum class ScopeKind : uint8_t { Module, Class, Function, Annotation };
enum class CompKind : uint8_t { No, List, Set, Dict, Generator };
// What a name turns out to be. Name: looked up in the namespace of a class or module first.
enum class NameKind : uint8_t { Unknown, Local, Cell, Free, GlobalExplicit, GlobalImplicit };

// What the source says about a name in a scope; combined with |.
inline constexpr uint16_t kDefGlobal = 1, kDefLocal = 2, kDefParam = 4, kDefNonlocal = 8, kNameUse = 16,
                          kDefFree = 32, kDefFreeClass = 64, kDefImport = 128, kDefAnnotated = 256,
                          kDefCompIter = 512, kNameDeleted = 1024;
inline constexpr uint16_t kDefBound = kDefLocal | kDefParam | kDefImport;

struct Symbol {
    uint16_t flags = 0;
    NameKind kind = NameKind::Unknown;
};

struct Directive {  // a global or nonlocal statement about a name
    const ast::Ident* name;
    ast::Pos pos;
};

struct Scope {
    ScopeKind kind = ScopeKind::Module;
    CompKind comprehension = CompKind::No;
    const ast::Ident* name = nullptr;
    const void* node = nullptr;
    Scope* parent = nullptr;
    std::vector<Scope*> children;
    std::unordered_map<const ast::Ident*, Symbol> symbols;
    std::vector<const ast::Ident*> order;
    std::vector<const ast::Ident*> params;  // in the order of registers
    std::vector<Directive> directives;
    bool nested = false;     // inside a function
    bool generator = false;  // contains yield
    bool coroutine = false;  // async def, or an asynchronous comprehension
    bool returns_value = false;
    bool varargs = false;
    bool varkeywords = false;
    bool has_free = false;  // a name of its own is free
    bool child_has_free = false;
    bool needs_class_closure = false;
    bool in_comp_iter_target = false;
    int in_comp_iter_expr = 0;
    bool has_walrus = false;
    ast::Pos pos;

    const Symbol* find(const ast::Ident* id) const {
        auto at = symbols.find(id);
        return at == symbols.end() ? nullptr : &at->second;
    }
};

class SymbolTable {
  public:
    // A recursion error is reported for more than `max_depth` nested nodes, and when the C stack grows below
    // `stack_floor` (null: no bound).
    SymbolTable(ast::Arena& arena, int max_depth, const void* stack_floor = nullptr)
        : arena_(arena), max_depth_(max_depth), stack_floor_(stack_floor) {}
    bool build(const ast::Mod& tree, bool future_annotations);  // false: error() says why
    const CompileError& error() const { return error_; }
    Scope* scope_of(const void* node) const {
        auto at = by_node_.find(node);
        return at == by_node_.end() ? nullptr : at->second;
    }
    Scope* top() const { return top_; }

  private:
    friend class SymbolVisitor;
    friend class SymbolAnalysis;
    ast::Arena& arena_;
    int max_depth_;
    const void* stack_floor_;
    std::vector<std::unique_ptr<Scope>> scopes_;
    std::unordered_map<const void*, Scope*> by_node_;
    Scope* top_ = nullptr;
    CompileError error_;
};

// `name` as class `cls` sees it: __x becomes _Cls__x. cls null: unchanged.
const ast::Ident* mangle(ast::Arena& arena, const ast::Ident* cls, const ast::Ident* name);

}  // namespace baton
