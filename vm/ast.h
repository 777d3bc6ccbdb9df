// The syntax tree of Python 3.11: what the parser makes and the symbol table and compiler read.
//
// Invariants. The node classes and their fields are the rows of ast.def, nothing else; member names are the
// `ast` module's (exceptions: the statement Expr is `ExprStmt` here, and Constant.kind is `kind_text`,
// because `kind` is the node's tag). Nodes are plain, live in one Arena and never own memory. Opt fields are
// null when absent. Sequences hold no null, save Dict.keys (null: `**value`) and Arguments.kw_defaults (null:
// no default). Lines count from 1, columns are UTF-8 byte offsets from 0, ends are exclusive.
//
// Callers. Any thread in any state; no Python object is touched. Trees from the parser have bounded nesting
// (kMaxNesting in parser.h) except for left-leaning chains (a.b.c…, 1+1+…, elif …), which are as long as the
// source makes them: recursive readers count their own depth.
#pragma once

#include <cstdint>

#include "vm/ast_arena.h"

namespace baton::ast {

struct Pos {
    int lineno = 0;
    int col_offset = 0;
    int end_lineno = 0;
    int end_col_offset = 0;
};

enum class ModKind : uint8_t {
#define AST_MOD(py_name, cpp_name, fields) cpp_name,
#include "vm/ast.def"
};
enum class StmtKind : uint8_t {
#define AST_STMT(py_name, cpp_name, fields) cpp_name,
#include "vm/ast.def"
};
enum class ExprKind : uint8_t {
#define AST_EXPR(py_name, cpp_name, fields) cpp_name,
#include "vm/ast.def"
};
enum class PatternKind : uint8_t {
#define AST_PATTERN(py_name, cpp_name, fields) cpp_name,
#include "vm/ast.def"
};

#define AST_ENUM(py_name, cpp_name, values) enum class cpp_name : uint8_t { values };
#define AST_VALUE(name) name,
#include "vm/ast.def"

// A literal's value. Tuple and FrozenSet never come from the parser: they are for trees built by scripts
// (ast.Constant) and for constant folding.
enum class ConstantKind : uint8_t {
    None,
    True,
    False,
    Ellipsis,
    Int,
    Float,
    Complex,
    Str,
    Bytes,
    Tuple,
    FrozenSet,
};

struct ConstantValue {
    ConstantKind kind = ConstantKind::None;
    bool fits = false;      // Int: `integer` holds the value
    bool negative = false;  // Int that does not fit: the sign (never set by the parser)
    uint8_t base = 10;      // Int: base of the digits in `text`: 2, 8, 10 or 16
    union {
        int64_t integer = 0;  // Int, if it fits
        double real;          // Float; Complex: the real part (0 from the parser)
    };
    double imag = 0;           // Complex
    Text text;                 // Int: digits without prefix and underscores. Str: WTF-8. Bytes: the bytes.
    Seq<ConstantValue> items;  // Tuple, FrozenSet
};

// Sum types: a tag and, save for Mod, a position. Made only as one of their kinds.
struct Mod {
    ModKind kind;
};
struct Stmt {
    StmtKind kind;
    Pos pos;
};
struct Expr {
    ExprKind kind;
    Pos pos;
};
struct Pattern {
    PatternKind kind;
    Pos pos;
};

// From an ASDL type and its quantity to the C++ type of the member.
namespace field {
enum Quantity { One, Opt, Many };
template <class T, Quantity q>
struct Member {
    using type = T;
};
template <class T>
struct Member<T, Many> {
    using type = Seq<T>;
};
}  // namespace field

struct ExceptHandler;
#define AST_PRODUCT(py_name, cpp_name, has_attributes, fields) struct cpp_name;
#include "vm/ast.def"

namespace field {
using stmt = Stmt*;
using expr = Expr*;
using pattern = Pattern*;
using excepthandler = ExceptHandler*;
using comprehension = Comprehension*;
using arguments = Arguments*;
using arg = Arg*;
using keyword = Keyword*;
using alias = Alias*;
using withitem = WithItem*;
using match_case = MatchCase*;
using type_ignore = TypeIgnore*;
using identifier = const Ident*;
using string = Text;
using int_ = int;
using constant = ConstantValue;
using expr_context = ExprContext;
using boolop = BoolOperator;
using operator_ = Operator;
using unaryop = UnaryOperator;
using cmpop = CmpOperator;
}  // namespace field

#define BATON_AST_MEMBER(asdl_type, quantity, py_name, cpp_name) \
    field::Member<field::asdl_type, field::quantity>::type cpp_name{};

#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    BATON_AST_MEMBER(asdl_type, quantity, py_name, cpp_name)
#define AST_MOD(py_name, cpp_name, fields)                  \
    struct cpp_name : Mod {                                 \
        static constexpr ModKind kKind = ModKind::cpp_name; \
        cpp_name() : Mod{kKind} {}                          \
        fields                                              \
    };
#define AST_STMT(py_name, cpp_name, fields)                   \
    struct cpp_name : Stmt {                                  \
        static constexpr StmtKind kKind = StmtKind::cpp_name; \
        explicit cpp_name(Pos at) : Stmt{kKind, at} {}        \
        fields                                                \
    };
#define AST_EXPR(py_name, cpp_name, fields)                   \
    struct cpp_name : Expr {                                  \
        static constexpr ExprKind kKind = ExprKind::cpp_name; \
        explicit cpp_name(Pos at) : Expr{kKind, at} {}        \
        fields                                                \
    };
#define AST_PATTERN(py_name, cpp_name, fields)                      \
    struct cpp_name : Pattern {                                     \
        static constexpr PatternKind kKind = PatternKind::cpp_name; \
        explicit cpp_name(Pos at) : Pattern{kKind, at} {}           \
        fields                                                      \
    };
#define AST_HANDLER(py_name, cpp_name, fields) \
    struct cpp_name {                          \
        Pos pos;                               \
        explicit cpp_name(Pos at) : pos(at) {} \
        fields                                 \
    };
#define BATON_AST_POS_Yes Pos pos;
#define BATON_AST_POS_No
#define AST_PRODUCT(py_name, cpp_name, has_attributes, fields) \
    struct cpp_name {                                          \
        BATON_AST_POS_##has_attributes fields                  \
    };
#include "vm/ast.def"
#undef BATON_AST_POS_Yes
#undef BATON_AST_POS_No
#undef BATON_AST_MEMBER

// The node as its kind; a wrong kind is a fault of the program, not of the script.
template <class T, class Base>
requires std::is_base_of_v<Base, T> T* cast(Base* node) {
    if (node->kind != T::kKind) [[unlikely]]
        __builtin_trap();
    return static_cast<T*>(node);
}
template <class T, class Base>
requires std::is_base_of_v<Base, T>
const T* cast(const Base* node) {
    if (node->kind != T::kKind) [[unlikely]]
        __builtin_trap();
    return static_cast<const T*>(node);
}

// The node as its kind, or null.
template <class T, class Base>
requires std::is_base_of_v<Base, T> T* as(Base* node) {
    return node && node->kind == T::kKind ? static_cast<T*>(node) : nullptr;
}
template <class T, class Base>
requires std::is_base_of_v<Base, T>
const T* as(const Base* node) {
    return node && node->kind == T::kKind ? static_cast<const T*>(node) : nullptr;
}
template <class T, class Base>
bool is(const Base* node) {
    return node->kind == T::kKind;
}

}  // namespace baton::ast
