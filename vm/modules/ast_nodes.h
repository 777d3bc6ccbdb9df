// _ast: the node classes, and trees as objects and back.
//
// Everything is read from the table of vm/ast.def: the classes and their attributes, and where each field
// lies in the plain structs of the parser. Invariants. The classes are made once per interpreter and kept in
// a tuple (VmInterp::ast_nodes); operators and contexts have one instance each, shared by all trees. Callers:
// attached threads.
#pragma once
#include <span>

#include "runtime/result.h"
#include "runtime/type.h"
#include "vm/ast.h"

namespace baton {

enum class AstFieldType : uint8_t {
    stmt,
    expr,
    pattern,
    excepthandler,
    comprehension,
    arguments,
    arg,
    keyword,
    alias,
    withitem,
    match_case,
    type_ignore,
    identifier,
    string,
    int_,
    constant,
    expr_context,
    boolop,
    operator_,
    unaryop,
    cmpop,
};
struct AstField {
    const char* name;
    AstFieldType type;
    ast::field::Quantity quantity;
    uint16_t offset;  // in the struct
};
struct AstNode {
    const char* name;
    const char* sum;  // the class it is derived from
    std::span<const AstField> fields;
    bool attributes;  // lineno and so on
    uint16_t pos;     // where they are, if so
    void* (*make)(ast::Arena& arena, const ast::Pos& pos);
};
struct AstSum {
    const char* name;
    bool attributes;
};
struct AstEnum {
    const char* name;
    std::span<const char* const> values;
};

std::span<const AstNode> ast_nodes();
std::span<const AstSum> ast_sums();
std::span<const AstEnum> ast_enums();
const char* ast_type_name(AstFieldType type);  // in ASDL: "expr", "int"

// A run of rows of the table: the kinds of a sum, or one product.
struct AstRange {
    size_t first, count;
};
AstRange ast_range(AstFieldType type);
AstRange ast_mod_range();
inline bool ast_is_enum(AstFieldType type) {
    return type >= AstFieldType::expr_context;
}
inline size_t ast_enum_index(AstFieldType type) {
    return static_cast<size_t>(type) - static_cast<size_t>(AstFieldType::expr_context);
}

// ---- classes (ast_module.cpp) ----
Result<void> ast_prepare(Attached ts);  // makes them unless they are there
Type& ast_node_class(Attached ts, size_t node);
Type& ast_enum_class(Attached ts, size_t which, size_t value);
Object& ast_enum_instance(Attached ts, size_t which, size_t value);
bool ast_is_tree(const Object& o);  // an instance of AST
extern const TypeSpec ast_base_spec;
void ast_init_process(Attached ts);  // the attributes of AST; once per process, when the types are ready

// ---- trees (ast_convert.cpp) ----
Result<Ref<Object>> ast_to_object(Attached ts, const ast::Mod& tree);
// A tree of the kind that the mode wants ("Module", "Expression", "Interactive"), checked (ast_validate.cpp).
Result<ast::Mod*> ast_from_object(Attached ts, ast::Arena& arena, Object& tree, const char* kind);
Result<void> ast_validate(Attached ts, const ast::Mod& tree);

}  // namespace baton
