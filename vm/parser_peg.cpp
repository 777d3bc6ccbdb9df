#include "vm/parser_peg.h"

namespace baton::ast {

namespace {

// CPython's own parser gives up at 6000 levels; a level here is a little less than one there.
constexpr int kMaxLevel = 9000;

bool is_layout(Tok type) {
    return type == Tok::EndMarker || type == Tok::Newline || type == Tok::Indent || type == Tok::Dedent;
}

}  // namespace

Peg::Peg(Arena& arena, const void* stack_floor)
    : arena_(arena), grammar_(Grammar::get()), stack_floor_(stack_floor) {}

PegNode* Peg::run(std::string_view start_rule, bool with_invalid) {
    memory_.clear();
    mark_ = 0;
    level_ = 0;
    invalid_ = with_invalid;
    return match_rule(grammar_.rule(start_rule));
}

PegNode* Peg::node(PegKind kind, size_t first, size_t end, Seq<PegNode*> kids) {
    size_t last = end > first ? end - 1 : first;
    while (last > first && is_layout(tokens_[last].type)) last--;
    auto* result = static_cast<PegNode*>(arena_.allocate(sizeof(PegNode)));
    return ::new (result) PegNode{kind, static_cast<uint32_t>(first), static_cast<uint32_t>(last), kids};
}

PegNode* Peg::match_rule(uint16_t index) {
    if (stopped_) return nullptr;
    const Rule& rule = grammar_.rule(index);
    // Looking at the token is what the rule would do first, too.
    Tok next = peek().type;
    if (stopped_ || !rule.beginnings.has(next)) return nullptr;
    size_t start = mark_;
    uint64_t key = static_cast<uint64_t>(start) << 20 | static_cast<uint64_t>(index) << 1 |
                   (invalid_ && !rule.memo && !rule.quiet);
    if (!rule.group) {
        auto found = memory_.find(key);
        if (found != memory_.end()) {
            if (found->second.result) mark_ = found->second.mark;
            return found->second.result;
        }
    }
    if (++level_ > kMaxLevel || __builtin_frame_address(0) < stack_floor_) {
        too_deep_ = true;
        stop();
        level_--;
        return nullptr;
    }
    bool invalid = invalid_;
    if (rule.quiet) invalid_ = false;
    PegNode* result = nullptr;
    if (rule.strings) {
        result = read_strings();
    } else {
        bool final = false;
        for (const Choice& choice : rule.choices) {
            if (choice.invalid && !invalid_) continue;
            mark_ = start;
            result = match_choice(choice, &final);
            if (result || final || stopped_) break;
        }
    }
    invalid_ = invalid;
    level_--;
    if (!result) mark_ = start;
    if (stopped_) return nullptr;
    if (!rule.group) memory_[key] = {result, mark_};
    return result;
}

// `final`: the rule is decided even if this choice failed.
PegNode* Peg::match_choice(const Choice& choice, bool* final) {
    size_t start = mark_;
    size_t base = kept_.size();
    PegNode* single = nullptr;
    bool alone = choice.items.size() == 1;
    for (const Item& item : choice.items) {
        if (item.what == What::Cut) {
            *final = true;
            continue;
        }
        if (!match_item(item, item.marked || alone, &single)) {
            kept_.resize(base);
            return nullptr;
        }
    }
    *final = true;
    PegNode* result = finish(choice, start, base, single);
    kept_.resize(base);
    return result;
}

PegNode* Peg::finish(const Choice& choice, size_t start, size_t base, PegNode* single) {
    if (choice.version && !check_version(choice.version, choice.feature)) return nullptr;
    size_t count = kept_.size() - base;
    if (!choice.action) {
        if (!choice.any_marked) return choice.items.size() == 1 ? single : &empty_;
        if (count == 1) return kept_[base];
        return node(PegKind::Seq, start, mark_, arena_.seq(kept_.data() + base, count));
    }
    if (choice.action == '@') {
        if (choice.only_if_many && count == 1) return kept_[base];
        PegKind kind = choice.last_kind ? kept_.back()->kind : choice.kind;
        return node(kind, start, mark_, arena_.seq(kept_.data() + base, count));
    }
    return act(choice.word, choice.message, arena_.seq(kept_.data() + base, count),
               node(PegKind::Seq, start, mark_));
}

// A sequence among the marked parts is its members.
void Peg::keep(PegNode* part) {
    if (part->kind == PegKind::Seq)
        kept_.insert(kept_.end(), part->kids.begin(), part->kids.end());
    else
        kept_.push_back(part);
}

bool Peg::match_item(const Item& item, bool wanted, PegNode** single) {
    if (item.look != Look::No) {
        size_t start = mark_;
        bool found = match_once(item, false) != nullptr;
        mark_ = start;
        return !stopped_ && found == (item.look == Look::Ahead);
    }
    PegNode* part = match_once(item, wanted);
    if (stopped_) return false;
    if (!part && item.repeat != Repeat::Optional && item.repeat != Repeat::Any) return false;
    *single = part ? part : &empty_;
    if (!part) return true;
    if (item.marked) keep(part);
    if (item.repeat == Repeat::Once || item.repeat == Repeat::Optional) return true;
    for (;;) {
        size_t start = mark_;
        if (item.repeat == Repeat::List) {
            if (peek().type != item.separator || stopped_) break;
            mark_++;
        }
        part = match_once(item, wanted);
        if (!part) {
            mark_ = start;
            break;
        }
        if (item.marked) keep(part);
        if (mark_ == start) break;
    }
    return !stopped_;
}

PegNode* Peg::match_once(const Item& item, bool wanted) {
    if (item.what == What::Rule) return match_rule(item.rule);
    const Token& token = peek();
    if (stopped_) return nullptr;
    bool matches = false;
    if (item.what == What::Token) {
        matches = token.type == item.token && (token.type != Tok::NotEqual || accepts_not_equal(token));
    } else if (token.type == Tok::Name) {
        std::string_view text = text_of(token);
        // CPython takes every beginning of a soft keyword for one here.
        auto begins = [&](std::string_view keyword) { return keyword.substr(0, text.size()) == text; };
        matches =
            item.what == What::Soft ? text == item.soft : begins("_") || begins("case") || begins("match");
    }
    if (!matches) {
        if (item.forced && !stopped_) missing(item.token, token);
        return nullptr;
    }
    mark_++;
    return wanted ? node(PegKind::Token, mark_ - 1, mark_) : &empty_;
}

}  // namespace baton::ast
