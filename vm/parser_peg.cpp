#include "vm/parser_peg.h"

#include "vm/parser_grammar.h"

namespace baton::ast {

namespace {

// CPython's own parser gives up at 6000 levels; a level here is a little less than one there.
constexpr int kMaxLevel = 9000;

bool is_word(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c >= '0' && c <= '9');
}

void skip_blanks(std::string_view& text) {
    size_t n = text.find_first_not_of(" \n");
    text.remove_prefix(n == std::string_view::npos ? text.size() : n);
}

std::string_view take_word(std::string_view& text) {
    size_t n = 0;
    while (n < text.size() && is_word(text[n])) n++;
    std::string_view word = text.substr(0, n);
    text.remove_prefix(n);
    return word;
}

// The text between two `quote` characters.
std::string_view take_quoted(std::string_view& text, char quote) {
    size_t end = text.find(quote, 1);
    std::string_view inside = text.substr(1, end - 1);
    text.remove_prefix(end + 1);
    return inside;
}

Tok token_spelled(std::string_view spelling) {
#define TOKEN(name, text) \
    if (spelling == text) return Tok::name;
#include "vm/token.def"
    __builtin_trap();  // the grammar is ours: a spelling mistake there is a fault of the program
}

PegKind kind_named(std::string_view name) {
#define X(kind, described) \
    if (name == #kind) return PegKind::kind;
    PEG_KINDS(X)
#undef X
    __builtin_trap();
}

bool is_layout(Tok type) {
    return type == Tok::EndMarker || type == Tok::Newline || type == Tok::Indent || type == Tok::Dedent;
}

}  // namespace

Peg::Peg(Arena& arena, const void* stack_floor) : arena_(arena), stack_floor_(stack_floor) {
    rules_.reserve(512);
    rules_[rule_named("strings")].strings = true;
    compile(kGrammarStatements);
    compile(kGrammarExpressions);
    find_beginnings();
}

uint16_t Peg::rule_named(std::string_view name) {
    auto [found, added] = names_.try_emplace(name, static_cast<uint16_t>(rules_.size()));
    if (added) {
        rules_.emplace_back();
        rules_.back().name = name;
    }
    return found->second;
}

void Peg::compile(std::string_view text) {
    for (skip_blanks(text); !text.empty(); skip_blanks(text)) {
        bool memo = false, quiet = false;
        std::string_view name = take_word(text);
        if (name == "memo" || name == "quiet") {
            memo = name == "memo";
            quiet = name == "quiet";
            skip_blanks(text);
            name = take_word(text);
        }
        text.remove_prefix(1);  // the colon
        uint16_t rule = rule_named(name);
        compile_choices(rule, text);
        rules_[rule].memo = memo;
        rules_[rule].quiet = quiet;
    }
}

// Up to a closing parenthesis or the next rule, a word followed by a colon or by a word and a colon.
void Peg::compile_choices(uint16_t rule, std::string_view& text) {
    std::vector<Choice> choices;
    do {
        choices.push_back(compile_choice(text));
        skip_blanks(text);
    } while (!text.empty() && text[0] == '|' && (text.remove_prefix(1), true));
    rules_[rule].choices = std::move(choices);
}

Peg::Choice Peg::compile_choice(std::string_view& text) {
    Choice choice;
    for (;;) {
        size_t blanks = text.find_first_not_of(' ');
        if (blanks == std::string_view::npos) {
            text = {};
            break;
        }
        // A line that goes on begins with a blank; a line that does not ends the rule.
        if (text[blanks] == '\n' && (blanks + 1 >= text.size() || text[blanks + 1] != ' ')) break;
        skip_blanks(text);
        char c = text[0];
        if (c == '|' || c == ')') break;
        if (c == '%') {
            text.remove_prefix(1);
            for (char digit : take_word(text)) choice.version = choice.version * 10 + (digit - '0');
            text.remove_prefix(1);
            choice.feature = take_quoted(text, '`');
            continue;
        }
        if (c == '@' || c == '#') {
            choice.action = c;
            text.remove_prefix(1);
            if (text[0] == '?') {
                choice.only_if_many = true;
                text.remove_prefix(1);
            }
            if (text[0] == '^') {
                choice.last_kind = choice.only_if_many = true;
                text.remove_prefix(1);
                continue;
            }
            choice.word = take_word(text);
            if (c == '@') choice.kind = kind_named(choice.word);
            if (text.substr(0, 2) == " `") {
                text.remove_prefix(1);
                choice.message = take_quoted(text, '`');
            }
            continue;
        }
        Item item = compile_item(text);
        choice.any_marked |= item.marked;
        choice.items.push_back(item);
    }
    // Like CPython's generator, which looks no further than this: an invalid_… rule among other things takes
    // part in both readings.
    const Item* only = choice.items.size() == 1 ? choice.items.data() : nullptr;
    choice.invalid = only && only->what == What::Rule && rules_[only->rule].name.substr(0, 8) == "invalid_";
    return choice;
}

Peg::Item Peg::compile_item(std::string_view& text) {
    Item item;
    if (text[0] == '~') {
        text.remove_prefix(1);
        item.what = What::Cut;
        return item;
    }
    for (;; text.remove_prefix(1)) {
        if (text[0] == '$')
            item.marked = true;
        else if (text[0] == '&')
            item.look = Look::Ahead;
        else if (text[0] == '!')
            item.look = Look::Not;
        else if (text[0] == '^')
            item.forced = true;
        else
            break;
    }
    if (text[0] == '\'') {
        Tok token = token_spelled(take_quoted(text, '\''));
        if (!text.empty() && text[0] == '.') {
            text.remove_prefix(1);
            bool marked = item.marked;
            item = compile_item(text);
            item.marked = marked;
            item.separator = token;
            item.repeat = Repeat::List;
            return item;
        }
        item.token = token;
    } else if (text[0] == '"') {
        item.what = What::Soft;
        item.soft = take_quoted(text, '"');
    } else if (text[0] == '(') {
        text.remove_prefix(1);
        item.what = What::Rule;
        item.rule = static_cast<uint16_t>(rules_.size());
        rules_.emplace_back();
        rules_.back().group = true;
        compile_choices(item.rule, text);
        text.remove_prefix(1);
    } else {
        std::string_view word = take_word(text);
        if (word == "SOFT_KEYWORD") {
            item.what = What::AnySoft;
        } else if (word[0] >= 'A' && word[0] <= 'Z') {
            item.token = token_spelled(word);
        } else {
            item.what = What::Rule;
            item.rule = rule_named(word);
        }
    }
    if (!text.empty()) {
        char c = text[0];
        item.repeat = c == '?'   ? Repeat::Optional
                      : c == '*' ? Repeat::Any
                      : c == '+' ? Repeat::Some
                                 : Repeat::Once;
        if (item.repeat != Repeat::Once) text.remove_prefix(1);
    }
    return item;
}

Peg::Beginnings Peg::beginnings_of(const Rule& rule) const {
    Beginnings result;
    if (rule.strings) {
        result.add(Tok::String);
        return result;
    }
    for (const Choice& choice : rule.choices) {
        bool open = true;
        for (const Item& item : choice.items) {
            if (item.what == What::Cut || item.look != Look::No) continue;
            open = item.repeat == Repeat::Optional || item.repeat == Repeat::Any;
            if (item.what == What::Rule) {
                const Beginnings& inner = rules_[item.rule].beginnings;
                result.bits[0] |= inner.bits[0];
                result.bits[1] |= inner.bits[1];
                open |= inner.any;
            } else {
                result.add(item.what == What::Token ? item.token : Tok::Name);
            }
            if (!open) break;
        }
        result.any |= open;
    }
    return result;
}

// To the fixed point: rules refer to one another.
void Peg::find_beginnings() {
    for (bool changed = true; changed;) {
        changed = false;
        for (size_t i = rules_.size(); i-- > 0;) {
            Beginnings now = beginnings_of(rules_[i]);
            Beginnings& known = rules_[i].beginnings;
            changed |= now.bits[0] != known.bits[0] || now.bits[1] != known.bits[1] || now.any != known.any;
            known = now;
        }
    }
}

PegNode* Peg::run(std::string_view start_rule, bool with_invalid) {
    memory_.clear();
    mark_ = 0;
    level_ = 0;
    invalid_ = with_invalid;
    return match_rule(names_.at(start_rule));
}

PegNode* Peg::node(PegKind kind, size_t first, size_t end, Seq<PegNode*> kids) {
    size_t last = end > first ? end - 1 : first;
    while (last > first && is_layout(tokens_[last].type)) last--;
    auto* result = static_cast<PegNode*>(arena_.allocate(sizeof(PegNode)));
    return ::new (result) PegNode{kind, static_cast<uint32_t>(first), static_cast<uint32_t>(last), kids};
}

PegNode* Peg::match_rule(uint16_t index) {
    if (stopped_) return nullptr;
    const Rule& rule = rules_[index];
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
