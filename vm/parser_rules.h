// The grammar of parser_grammar.h, compiled: rules of choices of items, and what each rule can begin with.
//
// Invariants. There is one, made when the first wrong program is read and never changed after that. Its texts
// are those of parser_grammar.h. A mistake there traps: the grammar is part of the program.
//
// Callers. Peg, from any thread.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/token.h"

namespace baton::ast {

// What the diagnosis wants to know of a piece of program. `described` is CPython's word for it in messages.
// clang-format off
#define PEG_KINDS(X) \
    X(Seq, "") X(Token, "") X(Pattern, "") X(Param, "") X(Args, "") X(Keyword, "") X(Unpacking, "") \
    X(Comprehension, "") X(InOp, "") X(OtherOp, "") X(Name, "name") X(True, "True") X(False, "False") \
    X(None, "None") X(Ellipsis, "ellipsis") X(Literal, "literal") X(JoinedStr, "f-string expression") \
    X(Tuple, "tuple") X(List, "list") X(Set, "set display") X(Dict, "dict literal") \
    X(Call, "function call") X(Attribute, "attribute") X(Subscript, "subscript") X(Starred, "starred") \
    X(Lambda, "lambda") X(BoolOp, "expression") X(BinOp, "expression") X(UnaryOp, "expression") \
    X(Compare, "comparison") X(IfExp, "conditional expression") X(NamedExpr, "named expression") \
    X(Await, "await expression") X(Yield, "yield expression") X(GeneratorExp, "generator expression") \
    X(ListComp, "list comprehension") X(SetComp, "set comprehension") X(DictComp, "dict comprehension")
// clang-format on

enum class PegKind : uint8_t {
#define X(name, described) name,
    PEG_KINDS(X)
#undef X
};

class Grammar {
  public:
    enum class What : uint8_t { Token, Soft, AnySoft, Rule, Cut };
    enum class Repeat : uint8_t { Once, Optional, Any, Some, List };
    enum class Look : uint8_t { No, Ahead, Not };
    struct Item {
        What what = What::Token;
        Repeat repeat = Repeat::Once;
        Look look = Look::No;
        bool marked = false;
        bool forced = false;
        Tok token = Tok::EndMarker;
        Tok separator = Tok::EndMarker;
        uint16_t rule = 0;
        std::string_view soft;
    };
    struct Choice {
        std::vector<Item> items;
        bool invalid = false;
        bool any_marked = false;
        char action = 0;  // '@' or '#'
        bool only_if_many = false;
        bool last_kind = false;
        PegKind kind = PegKind::Seq;
        std::string_view word;
        std::string_view message;
        int version = 0;
        std::string_view feature;
    };
    // Token types a match can begin with. `any`: also with nothing.
    struct Beginnings {
        uint64_t bits[2] = {0, 0};
        bool any = false;

        void add(Tok type) {
            bits[static_cast<size_t>(type) / 64] |= uint64_t{1} << static_cast<size_t>(type) % 64;
        }
        bool has(Tok type) const {
            return any || (bits[static_cast<size_t>(type) / 64] >> static_cast<size_t>(type) % 64 & 1);
        }
    };
    struct Rule {
        std::string_view name;
        std::vector<Choice> choices;
        bool memo = false;
        bool quiet = false;
        bool group = false;
        bool strings = false;
        Beginnings beginnings;
    };

    static const Grammar& get();

    const Rule& rule(uint16_t index) const { return rules_[index]; }
    uint16_t rule(std::string_view name) const { return names_.at(name); }

  private:
    Grammar();
    void compile(std::string_view text);
    void compile_choices(uint16_t rule, std::string_view& text);
    Choice compile_choice(std::string_view& text);
    Item compile_item(std::string_view& text);
    uint16_t rule_named(std::string_view name);
    void find_beginnings();
    Beginnings beginnings_of(const Rule& rule) const;

    std::vector<Rule> rules_;
    std::unordered_map<std::string_view, uint16_t> names_;
};

}  // namespace baton::ast
