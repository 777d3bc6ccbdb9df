// An interpreter for the grammar of parser_grammar.h: ordered choice with memory, tokens fetched on demand.
//
// Invariants. Tokens are fetched only when something looks at them; the last one fetched is where "invalid
// syntax" points. Once `stop()` was called nothing matches any more. The grammar is compiled per object:
// wrong programs are rare and the compilation takes microseconds.
//
// Callers. The diagnosis, which supplies actions and tokens by deriving.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/ast_arena.h"
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

struct PegNode {
    PegKind kind;
    uint32_t first;  // tokens it spans
    uint32_t last;
    Seq<PegNode*> kids;
};

class Peg {
  public:
    // `stack_floor`: see ParseOptions.
    Peg(Arena& arena, const void* stack_floor);
    virtual ~Peg() = default;

    // Reads from the first token on. Null: no match, or stopped.
    PegNode* run(std::string_view start_rule, bool with_invalid);

    bool too_deep() const { return too_deep_; }

  protected:
    // Appends one token to `tokens_`; may stop().
    virtual void fetch() = 0;
    // Runs the action `word` of a match; null: the rule fails here, without trying further choices.
    virtual PegNode* act(std::string_view word, std::string_view message, const Seq<PegNode*>& parts,
                         PegNode* whole) = 0;
    // Reads string literals from `mark_` on.
    virtual PegNode* read_strings() = 0;
    virtual void missing(Tok expected, const Token& found) = 0;
    // False, and stopped: `feature` came with 3.`minor`, and an older language is read.
    virtual bool check_version(int minor, std::string_view feature) = 0;
    // Is this `!=` the right spelling?
    virtual bool accepts_not_equal(const Token& token) = 0;
    virtual std::string_view text_of(const Token& token) const = 0;

    void stop() { stopped_ = true; }
    bool stopped() const { return stopped_; }
    PegNode* node(PegKind kind, size_t first, size_t end, Seq<PegNode*> kids = {});

    Arena& arena_;
    std::vector<Token> tokens_;
    size_t mark_ = 0;

  private:
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
    struct Memory {
        PegNode* result;
        size_t mark;
    };

    // --- compilation
    void compile(std::string_view text);
    void compile_choices(uint16_t rule, std::string_view& text);
    Choice compile_choice(std::string_view& text);
    Item compile_item(std::string_view& text);
    uint16_t rule_named(std::string_view name);
    void find_beginnings();
    Beginnings beginnings_of(const Rule& rule) const;

    // --- matching
    PegNode* match_rule(uint16_t rule);
    PegNode* match_choice(const Choice& choice, bool* final);
    bool match_item(const Item& item, bool wanted, PegNode** single);
    PegNode* match_once(const Item& item, bool wanted);
    PegNode* finish(const Choice& choice, size_t start, size_t base, PegNode* single);
    void keep(PegNode* node);
    const Token& peek() {
        if (mark_ == tokens_.size()) fetch();
        return tokens_[mark_];
    }

    std::vector<Rule> rules_;
    std::unordered_map<std::string_view, uint16_t> names_;
    std::unordered_map<uint64_t, Memory> memory_;
    std::vector<PegNode*> kept_;
    PegNode empty_{PegKind::Seq, 0, 0, {}};
    const void* stack_floor_;
    int level_ = 0;
    bool invalid_ = false;
    bool stopped_ = false;
    bool too_deep_ = false;
};

}  // namespace baton::ast
