// _ast: the rows of vm/ast.def as data.
#include <array>
#include <string_view>

#include "vm/modules/ast_nodes.h"

namespace baton {

namespace {

using ast::field::Many;
using ast::field::One;
using ast::field::Opt;

template <class T>
struct FieldsOf;
#define AST_FIELD_AS(asdl_type, quantity, py_name, cpp_name) \
    {#py_name, AstFieldType::asdl_type, quantity, offsetof(Self, cpp_name)},
// A closing row makes lists of no fields arrays as well.
#define FIELDS_OF(cpp, ...)                                             \
    template <>                                                         \
    struct FieldsOf<ast::cpp> {                                         \
        using Self = ast::cpp;                                          \
        static constexpr AstField list[] = {__VA_ARGS__{}};             \
        static constexpr size_t count = sizeof list / sizeof *list - 1; \
    };
#define AST_MOD(py_name, cpp_name, fields) FIELDS_OF(cpp_name, fields)
#define AST_STMT(py_name, cpp_name, fields) FIELDS_OF(cpp_name, fields)
#define AST_EXPR(py_name, cpp_name, fields) FIELDS_OF(cpp_name, fields)
#define AST_PATTERN(py_name, cpp_name, fields) FIELDS_OF(cpp_name, fields)
#define AST_HANDLER(py_name, cpp_name, fields) FIELDS_OF(cpp_name, fields)
#define AST_PRODUCT(py_name, cpp_name, has_attributes, fields) FIELDS_OF(cpp_name, fields)
#include "vm/ast.def"
#undef FIELDS_OF

template <class T>
constexpr std::span<const AstField> fields_of() {
    return {FieldsOf<T>::list, FieldsOf<T>::count};
}
template <class T>
void* make_plain(ast::Arena& arena, const ast::Pos&) {
    return arena.make<T>();
}
template <class T>
void* make_at(ast::Arena& arena, const ast::Pos& pos) {
    return arena.make<T>(pos);
}
template <class T>
void* make_product(ast::Arena& arena, const ast::Pos& pos) {
    T* node = arena.make<T>();
    if constexpr (requires { node->pos; }) node->pos = pos;
    return node;
}
template <class T>
consteval uint16_t pos_of() {
    if constexpr (requires(T t) { t.pos; })
        return offsetof(T, pos);
    else
        return 0;
}

constexpr bool Yes = true, No = false;

// The one class whose sum type has no other form has its own row.
constexpr const char* product_sum(std::string_view name) {
    return name == "type_ignore" ? "type_ignore" : "AST";
}
constexpr const char* product_name(const char* name) {
    return std::string_view(name) == "type_ignore" ? "TypeIgnore" : name;
}

constexpr AstNode kNodes[] = {
#define AST_MOD(py, cpp, fields) {#py, "mod", fields_of<ast::cpp>(), No, 0, make_plain<ast::cpp>},
#define AST_STMT(py, cpp, fields) \
    {#py, "stmt", fields_of<ast::cpp>(), Yes, pos_of<ast::cpp>(), make_at<ast::cpp>},
#define AST_EXPR(py, cpp, fields) \
    {#py, "expr", fields_of<ast::cpp>(), Yes, pos_of<ast::cpp>(), make_at<ast::cpp>},
#define AST_PATTERN(py, cpp, fields) \
    {#py, "pattern", fields_of<ast::cpp>(), Yes, pos_of<ast::cpp>(), make_at<ast::cpp>},
#define AST_HANDLER(py, cpp, fields) \
    {#py, "excepthandler", fields_of<ast::cpp>(), Yes, pos_of<ast::cpp>(), make_at<ast::cpp>},
#define AST_PRODUCT(py, cpp, has_attributes, fields)               \
    {product_name(#py), product_sum(#py),   fields_of<ast::cpp>(), \
     has_attributes,    pos_of<ast::cpp>(), make_product<ast::cpp>},
#include "vm/ast.def"
};
constexpr AstSum kSums[] = {
#define AST_SUM(py, cpp, has_attributes) {#py, has_attributes},
#define AST_ENUM(py, cpp, values) {#py, No},
#include "vm/ast.def"
    {"type_ignore", No},
};

template <class T>
struct ValuesOf;
#define AST_VALUE(name) #name,
#define AST_ENUM(py, cpp, values)                       \
    template <>                                         \
    struct ValuesOf<ast::cpp> {                         \
        static constexpr const char* list[] = {values}; \
    };
#include "vm/ast.def"
constexpr AstEnum kEnums[] = {
#define AST_ENUM(py, cpp, values) {#py, ValuesOf<ast::cpp>::list},
#include "vm/ast.def"
};

// The names of field types that are not their own.
constexpr const char* kTypeNames[] = {
    "stmt",    "expr",     "pattern",      "excepthandler", "comprehension", "arguments",  "arg",
    "keyword", "alias",    "withitem",     "match_case",    "type_ignore",   "identifier", "string",
    "int",     "constant", "expr_context", "boolop",        "operator",      "unaryop",    "cmpop",
};
consteval bool enums_in_order() {
    for (size_t i = 0; i < std::size(kEnums); ++i) {
        if (std::string_view(kEnums[i].name) !=
            kTypeNames[static_cast<size_t>(AstFieldType::expr_context) + i])
            return false;
    }
    return std::size(kTypeNames) == static_cast<size_t>(AstFieldType::cmpop) + 1;
}
static_assert(enums_in_order());

consteval AstRange range_of(std::string_view type) {
    AstRange r{0, 0};
    for (size_t i = 0; i < std::size(kNodes); ++i) {
        const bool in_it =
            kNodes[i].sum == type || (kNodes[i].sum == std::string_view("AST") && kNodes[i].name == type);
        if (!in_it) continue;
        if (r.count++ == 0) r.first = i;
        if (i != r.first + r.count - 1) throw "the kinds of a sum stand together";
    }
    return r;
}
template <size_t... I>
consteval auto all_ranges(std::index_sequence<I...>) {
    return std::array<AstRange, sizeof...(I)>{range_of(kTypeNames[I])...};
}
constexpr auto kRanges =
    all_ranges(std::make_index_sequence<static_cast<size_t>(AstFieldType::identifier)>());
constexpr AstRange kModRange = range_of("mod");

}  // namespace

std::span<const AstNode> ast_nodes() {
    return kNodes;
}
std::span<const AstSum> ast_sums() {
    return kSums;
}
std::span<const AstEnum> ast_enums() {
    return kEnums;
}
const char* ast_type_name(AstFieldType type) {
    return kTypeNames[static_cast<size_t>(type)];
}
AstRange ast_range(AstFieldType type) {
    return kRanges[static_cast<size_t>(type)];
}
AstRange ast_mod_range() {
    return kModRange;
}

}  // namespace baton
