// match: patterns as chains of tests.
//
// A case first reserves a temp per name it may capture; patterns put what they capture there, and only when
// all has matched are the names bound. A test that fails jumps to a label for the number of temps that are
// live there; these labels stand behind the case, each dropping one temp and falling into the next.
#include <algorithm>

#include "runtime/types/dict.h"
#include "vm/compile_impl.h"

namespace baton {

using namespace ast;

struct Compiler::PatternContext {
    Assembler& as;
    int base;   // depth to which a failure returns
    int slots;  // depth of the first reserved temp
    const std::vector<const Ident*>& names;
    bool allow_irrefutable;
    std::vector<Label> fail{};  // by temps above base

    // Where to fail when `taken` of the live temps are taken by the jump.
    Label failure(int taken) {
        auto k = static_cast<size_t>(as.depth() - taken - base);
        while (fail.size() <= k) fail.push_back(as.label());
        return fail[k];
    }
};

namespace {

bool is_wildcard(const Pattern* p) {
    auto a = ast::as<ast::MatchAs>(p);
    return a && !a->name;
}
bool is_star_wildcard(const Pattern* p) {
    auto s = ast::as<ast::MatchStar>(p);
    return s && !s->name;
}

bool contains(const std::vector<const Ident*>& names, const Ident* name) {
    return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

Result<void> Compiler::collect_captures(const Pattern* p, std::vector<const Ident*>& names) {
    Nesting level(*this);
    TRY(level.check());
    auto add = [&](const Ident* name) -> Result<void> {
        if (!name) return {};
        TRY(forbid_name(name, ExprContext::Store, p->pos));
        if (contains(names, name))
            return error(p->pos, fmt::format("multiple assignments to name '{}' in pattern", name->view()));
        names.push_back(name);
        return {};
    };
    switch (p->kind) {
        case PatternKind::MatchValue:
        case PatternKind::MatchSingleton:
            return {};
        case PatternKind::MatchSequence:
            for (Pattern* x : cast<ast::MatchSequence>(p)->patterns) TRY(collect_captures(x, names));
            return {};
        case PatternKind::MatchMapping: {
            auto m = cast<ast::MatchMapping>(p);
            for (Pattern* x : m->patterns) TRY(collect_captures(x, names));
            return add(m->rest);
        }
        case PatternKind::MatchClass: {
            auto c = cast<ast::MatchClass>(p);
            for (Pattern* x : c->patterns) TRY(collect_captures(x, names));
            for (Pattern* x : c->kwd_patterns) TRY(collect_captures(x, names));
            return {};
        }
        case PatternKind::MatchStar:
            return add(cast<ast::MatchStar>(p)->name);
        case PatternKind::MatchAs: {
            auto a = cast<ast::MatchAs>(p);
            if (a->pattern) TRY(collect_captures(a->pattern, names));
            return add(a->name);
        }
        case PatternKind::MatchOr: {
            // All alternatives bind the same names, which pattern_or() checks.
            std::vector<const Ident*> all;
            for (Pattern* alternative : cast<ast::MatchOr>(p)->patterns) {
                std::vector<const Ident*> own;
                TRY(collect_captures(alternative, own));
                for (const Ident* name : own)
                    if (!contains(all, name)) all.push_back(name);
            }
            for (const Ident* name : all) TRY(add(name));
            return {};
        }
    }
    return {};
}

void Compiler::capture(const Ident* name, Loc value, PatternContext& pc) {
    Assembler& as = u_->as;
    auto index = std::find(pc.names.begin(), pc.names.end(), name) - pc.names.begin();
    uint16_t slot = as.temp(pc.slots + static_cast<int>(index));
    as.emit(Op::COPY_T, as.next_temp(), value.reg);
    as.emit(Op::SWAP, slot, as.top().reg);
    drop();
}

// Places the labels at which failed tests arrive; afterwards the depth is the context's base.
void Compiler::leave_failed(PatternContext& pc) {
    Assembler& as = u_->as;
    for (size_t k = pc.fail.size(); k-- > 0;) {
        as.set_depth(pc.base + static_cast<int>(k));
        as.bind(pc.fail[k]);
        if (k) drop();
    }
    as.set_depth(pc.base);
}

Result<void> Compiler::match_stmt(const Match* s) {
    Assembler& as = u_->as;
    TRY(push(s->subject));
    Loc subject = {as.top().reg, false};
    Label end = as.label();
    for (uint32_t i = 0; i < s->cases.size(); ++i) {
        const MatchCase* c = s->cases[i];
        as.set_position(c->pattern->pos);
        std::vector<const Ident*> names;
        TRY(collect_captures(c->pattern, names));
        int base = as.depth();
        PatternContext pc{as, base, base, names, c->guard != nullptr || i + 1 == s->cases.size()};
        for (size_t k = 0; k < names.size(); ++k) TRY(load_none(Dest::temp()));
        TRY(pattern(c->pattern, subject, pc));
        if (names.size() > 1) as.emit(Op::REVERSE, as.temp(base), static_cast<uint16_t>(names.size()));
        for (const Ident* name : names) TRY(store_name(name, as.top()));
        if (c->guard) TRY(jump_if(c->guard, pc.failure(0), false));
        if (is_wildcard(c->pattern)) as.mark();
        drop();
        TRY(stmts(c->body));
        as.emit_jump_unlined(end);
        as.set_position(c->pattern->pos);  // a failure belongs to the pattern, not to the body's last line
        leave_failed(pc);
    }
    drop();
    as.bind(end);
    return {};
}

Result<void> Compiler::pattern(const Pattern* p, Loc subject, PatternContext& pc) {
    Nesting level(*this);
    TRY(level.check());
    At at(*this, p->pos);
    return pattern_kinds(p, subject, pc);
}

Result<void> Compiler::pattern_kinds(const Pattern* p, Loc subject, PatternContext& pc) {
    switch (p->kind) {
        case PatternKind::MatchValue:
            return pattern_value(cast<ast::MatchValue>(p)->value, subject, pc);
        case PatternKind::MatchSingleton:
            return pattern_singleton(cast<ast::MatchSingleton>(p), subject, pc);
        case PatternKind::MatchSequence:
            return pattern_sequence(cast<ast::MatchSequence>(p), subject, pc);
        case PatternKind::MatchMapping:
            return pattern_mapping(cast<ast::MatchMapping>(p), subject, pc);
        case PatternKind::MatchClass:
            return pattern_class(cast<ast::MatchClass>(p), subject, pc);
        case PatternKind::MatchStar: {
            auto star = cast<ast::MatchStar>(p);
            if (star->name) capture(star->name, subject, pc);
            return {};
        }
        case PatternKind::MatchAs:
            return pattern_as(cast<ast::MatchAs>(p), subject, pc);
        case PatternKind::MatchOr:
            return pattern_or(cast<ast::MatchOr>(p), subject, pc);
    }
    return {};
}

Result<void> Compiler::pattern_as(const MatchAs* p, Loc subject, PatternContext& pc) {
    if (!p->pattern) {
        if (!pc.allow_irrefutable) {
            if (!p->name) return error(p->pos, "wildcard makes remaining patterns unreachable");
            return error(p->pos, fmt::format("name capture '{}' makes remaining patterns unreachable",
                                             p->name->view()));
        }
    } else {
        TRY(pattern(p->pattern, subject, pc));
    }
    if (p->name) capture(p->name, subject, pc);
    return {};
}

Result<void> Compiler::pattern_value(const Expr* value, Loc subject, PatternContext& pc) {
    OptRef<Object> constant = TRY(fold(value));
    if (!constant && !is<ast::Attribute>(value))
        return error(value->pos, "patterns may only match literals and attribute lookups");
    Loc v = TRY(expr(value));
    u_->as.emit_jump(Op::JNEQ, pc.failure(v.temp), 0, subject.reg, v.reg, v.temp ? kTakeC : 0);
    return {};
}

Result<void> Compiler::pattern_singleton(const MatchSingleton* p, Loc subject, PatternContext& pc) {
    if (p->value.kind == ConstantKind::None) {
        u_->as.emit_jump(Op::JNOT_NONE, pc.failure(0), subject.reg);
        return {};
    }
    TRY(load_const(bool_object(p->value.kind == ConstantKind::True), Dest::temp()));
    u_->as.emit_jump(Op::JIS_NOT, pc.failure(1), 0, subject.reg, u_->as.top().reg, kTakeC);
    return {};
}

// The subpatterns of the items on top, the first item topmost.
Result<void> Compiler::pattern_items(Seq<Pattern*> items, uint32_t star, Loc subject, PatternContext& pc) {
    Assembler& as = u_->as;
    if (star < items.size())
        as.emit(Op::UNPACK_EX, as.next_temp(), subject.reg, 0, 0,
                {static_cast<int32_t>(star), static_cast<int32_t>(items.size() - star - 1)});
    else
        as.emit(Op::UNPACK, as.next_temp(), subject.reg, static_cast<uint16_t>(items.size()),
                subject.temp ? kTakeB : 0);
    for (Pattern* item : items) {
        TRY(pattern(item, {as.top().reg, false}, pc));
        drop();
    }
    return {};
}

Result<void> Compiler::pattern_sequence(const MatchSequence* p, Loc subject, PatternContext& pc) {
    Assembler& as = u_->as;
    Seq<Pattern*> items = p->patterns;
    uint32_t size = items.size(), star = size;
    bool only_wildcard = true, star_wildcard = false;
    for (uint32_t i = 0; i < size; ++i) {
        if (is<ast::MatchStar>(items[i])) {
            if (star < size) return error(p->pos, "multiple starred names in sequence pattern");
            star = i;
            star_wildcard = is_star_wildcard(items[i]);
            only_wildcard = only_wildcard && star_wildcard;
            continue;
        }
        only_wildcard = only_wildcard && is_wildcard(items[i]);
    }
    if (size > 0x7FFF || (star < size && star >= 256))
        return error(p->pos, "too many expressions in star-unpacking sequence pattern");
    bool allow = std::exchange(pc.allow_irrefutable, true);
    as.emit(Op::MATCH_SEQUENCE, as.next_temp(), subject.reg);
    as.emit_jump(Op::JFALSE, pc.failure(1), as.top().reg, 0, 0, kTakeA);
    if (star == size || size > 1) {
        as.emit(Op::GET_LEN, as.next_temp(), subject.reg);
        Op jump = star == size ? Op::JNEQI : Op::JNGEI;
        as.emit_jump(jump, pc.failure(1), 0, as.top().reg,
                     static_cast<uint16_t>(star == size ? size : size - 1), kTakeB);
    }
    if (!only_wildcard && star_wildcard) {
        for (uint32_t i = 0; i < size; ++i) {
            if (i == star || is_wildcard(items[i])) continue;
            if (i < star) {
                as.emit(Op::GET_ITEMI_T, as.next_temp(), subject.reg, static_cast<uint16_t>(i));
            } else {
                // Counted from the end, but without negative indices, which the subject may not know.
                uint16_t t = as.next_temp();
                as.emit(Op::GET_LEN, t, subject.reg);
                as.emit(Op::SUBI_T, t, t, static_cast<uint16_t>(size - i), kTakeB);
                as.emit(Op::GET_ITEM_T, t, subject.reg, t, kTakeC);
            }
            TRY(pattern(items[i], {as.top().reg, false}, pc));
            drop();
        }
    } else if (!only_wildcard) {
        TRY(pattern_items(items, star, subject, pc));
    }
    pc.allow_irrefutable = allow;
    return {};
}

Result<void> Compiler::pattern_mapping(const MatchMapping* p, Loc subject, PatternContext& pc) {
    Assembler& as = u_->as;
    uint32_t size = p->keys.size();
    if (size > 0x7FFF) return error(p->pos, "too many sub-patterns in mapping pattern");
    as.emit(Op::MATCH_MAPPING, as.next_temp(), subject.reg);
    as.emit_jump(Op::JFALSE, pc.failure(1), as.top().reg, 0, 0, kTakeA);
    if (size) {
        as.emit(Op::GET_LEN, as.next_temp(), subject.reg);
        as.emit_jump(Op::JNGEI, pc.failure(1), 0, as.top().reg, static_cast<uint16_t>(size), kTakeB);
    }
    if (!size && !p->rest) return {};
    Ref<baton::Dict> seen = TRY(dict_new(ts_));
    int start = as.depth();
    for (Expr* key : p->keys) {
        OptRef<Object> constant = TRY(fold(key));
        if (constant) {
            Found found = TRY(dict_find(ts_, *seen, *constant));
            if (found.value) {
                Shown shown = TRY(show_repr(ts_, *constant));
                return error(p->pos, fmt::format("mapping pattern checks duplicate key ({})", shown.view));
            }
            TRY(dict_set(ts_, *seen, *constant, none()));
        } else if (!is<ast::Attribute>(key)) {
            return error(p->pos, "mapping pattern keys may only match literals and attribute lookups");
        }
        TRY(push(key));
    }
    as.emit(Op::BUILD_TUPLE, as.temp(start), static_cast<uint16_t>(size));
    Loc keys = {as.top().reg, false};
    as.emit(Op::MATCH_KEYS, as.next_temp(), subject.reg, keys.reg);
    as.emit_jump(Op::JNONE, pc.failure(0), as.top().reg);
    bool allow = std::exchange(pc.allow_irrefutable, true);
    if (size) {
        Loc values = as.top();
        as.emit(Op::UNPACK, values.reg, values.reg, static_cast<uint16_t>(size), kTakeB);
        for (Pattern* item : p->patterns) {
            TRY(pattern(item, {as.top().reg, false}, pc));
            drop();
        }
    } else {
        drop();
    }
    pc.allow_irrefutable = allow;
    if (p->rest) {
        uint16_t rest = as.next_temp();
        as.emit(Op::BUILD_MAP, rest, 0);
        as.emit(Op::DICT_UPDATE, rest, subject.reg);
        if (size) as.emit(Op::UNPACK, as.next_temp(), keys.reg, static_cast<uint16_t>(size));
        for (uint32_t i = 0; i < size; ++i) as.emit(Op::DEL_ITEM, rest, as.top().reg, 0, kTakeB);
        capture(p->rest, {rest, false}, pc);
        drop();
    }
    drop();
    return {};
}

Result<void> Compiler::pattern_class(const MatchClass* p, Loc subject, PatternContext& pc) {
    Assembler& as = u_->as;
    uint32_t positional = p->patterns.size(), named = p->kwd_attrs.size();
    if (positional + named > 0x7FFF) return error(p->pos, "too many sub-patterns in class pattern");
    std::vector<const Ident*> attributes;
    for (uint32_t i = 0; i < named; ++i) {
        TRY(forbid_name(p->kwd_attrs[i], ExprContext::Store, p->kwd_patterns[i]->pos));
        if (contains(attributes, p->kwd_attrs[i]))
            return error(p->kwd_patterns[i]->pos, fmt::format("attribute name repeated in class pattern: {}",
                                                              p->kwd_attrs[i]->view()));
        attributes.push_back(p->kwd_attrs[i]);
    }
    uint16_t base = as.next_temp();
    as.emit(Op::COPY_T, base, subject.reg);
    TRY(push(p->cls));
    Ref<Object> names = TRY(name_tuple(attributes));
    TRY(load_const(*names, Dest::temp()));
    as.emit(Op::MATCH_CLASS, base, static_cast<uint16_t>(positional));
    as.emit_jump(Op::JNONE, pc.failure(0), base);
    bool allow = std::exchange(pc.allow_irrefutable, true);
    as.emit(Op::UNPACK, base, base, static_cast<uint16_t>(positional + named), kTakeB);
    for (uint32_t i = 0; i < positional + named; ++i) {
        const Pattern* item = i < positional ? p->patterns[i] : p->kwd_patterns[i - positional];
        TRY(pattern(item, {as.top().reg, false}, pc));
        drop();
    }
    pc.allow_irrefutable = allow;
    return {};
}

Result<void> Compiler::pattern_or(const MatchOr* p, Loc subject, PatternContext& pc) {
    Assembler& as = u_->as;
    Label matched = as.label();
    int depth = as.depth();
    std::vector<const Ident*> first;
    for (uint32_t i = 0; i < p->patterns.size(); ++i) {
        bool last = i + 1 == p->patterns.size();
        PatternContext own{as, depth, pc.slots, pc.names, pc.allow_irrefutable && last};
        TRY(pattern(p->patterns[i], subject, own));
        std::vector<const Ident*> names;
        TRY(collect_captures(p->patterns[i], names));
        if (i == 0) first = names;
        bool same = names.size() == first.size();
        for (const Ident* name : names) same = same && contains(first, name);
        if (!same) return error(p->pos, "alternative patterns bind different names");
        as.emit_jump(Op::JUMP, matched);
        leave_failed(own);
    }
    as.emit_jump(Op::JUMP, pc.failure(0));
    as.set_depth(depth);
    as.bind(matched);
    return {};
}

}  // namespace baton
