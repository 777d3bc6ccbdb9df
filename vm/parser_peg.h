// An interpreter for the grammar of parser_grammar.h: ordered choice with memory, tokens fetched on demand.
//
// Invariants. Tokens are fetched only when something looks at them; the last one fetched is where "invalid
// syntax" points. Once `stop()` was called nothing matches any more.
//
// Callers. The diagnosis, which supplies actions and tokens by deriving.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "vm/ast_arena.h"
#include "vm/parser_rules.h"
#include "vm/token.h"

namespace baton::ast {

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
    using Rule = Grammar::Rule;
    using Choice = Grammar::Choice;
    using Item = Grammar::Item;
    using What = Grammar::What;
    using Repeat = Grammar::Repeat;
    using Look = Grammar::Look;
    struct Memory {
        PegNode* result;
        size_t mark;
    };

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

    const Grammar& grammar_;
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
