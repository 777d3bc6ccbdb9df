#include "vm/parser_rules.h"

#include "vm/parser_grammar.h"

namespace baton::ast {

namespace {

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

}  // namespace

const Grammar& Grammar::get() {
    // Never destroyed: threads may still read at the end of the process.
    static const Grammar& grammar = *new const Grammar;
    return grammar;
}

Grammar::Grammar() {
    rules_.reserve(512);
    rules_[rule_named("strings")].strings = true;
    compile(kGrammarStatements);
    compile(kGrammarExpressions);
    find_beginnings();
}

uint16_t Grammar::rule_named(std::string_view name) {
    auto [found, added] = names_.try_emplace(name, static_cast<uint16_t>(rules_.size()));
    if (added) {
        rules_.emplace_back();
        rules_.back().name = name;
    }
    return found->second;
}

void Grammar::compile(std::string_view text) {
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
void Grammar::compile_choices(uint16_t rule, std::string_view& text) {
    std::vector<Choice> choices;
    do {
        choices.push_back(compile_choice(text));
        skip_blanks(text);
    } while (!text.empty() && text[0] == '|' && (text.remove_prefix(1), true));
    rules_[rule].choices = std::move(choices);
}

Grammar::Choice Grammar::compile_choice(std::string_view& text) {
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

Grammar::Item Grammar::compile_item(std::string_view& text) {
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

Grammar::Beginnings Grammar::beginnings_of(const Rule& rule) const {
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
void Grammar::find_beginnings() {
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

}  // namespace baton::ast
