// re's pattern, match and scanner objects. The matcher is in sre_engine.cpp.
#include "vm/modules/sre.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "runtime/attr.h"
#include "runtime/call.h"
#include "runtime/gc.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/slot_thunks.h"
#include "runtime/types/bytes_builder.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/iterators.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/str_builder.h"
#include "runtime/types/tuple.h"
#include "runtime/weakref.h"
#include "vm/import.h"
#include "vm/vm_types.h"

namespace baton {

Result<void> SreState::open(Attached ts, SrePattern& p, Object& text, Index from, Index to) {
    pattern = &p;
    string = &text;
    if (is_str(text)) {
        auto& s = static_cast<Str&>(text);
        subject.text = str_data(s);
        subject.kind = str_kind(s);
        subject.length = s.length;
        if (p.is_bytes > 0)
            return raise(ts, Exc::TypeError, "cannot use a bytes pattern on a string-like object");
    } else {
        if (!is_bytes_like(text)) {
            return raise(ts, Exc::TypeError, "expected string or bytes-like object, got '{}'",
                         type_name(text));
        }
        TRY(subject.buffer.get(ts, text));
        subject.text = subject.buffer.view().data();
        subject.length = subject.buffer.size();
        subject.is_bytes = true;
        if (p.is_bytes == 0)
            return raise(ts, Exc::TypeError, "cannot use a string pattern on a bytes-like object");
    }
    const auto clamp = [&](Index i) { return i < 0 ? 0 : i > subject.length ? subject.length : i; };
    begin_pos = start = clamp(from);
    end = clamp(to);
    marks = static_cast<Index*>(std::malloc(sizeof(Index) * static_cast<size_t>(2 * p.groups + 1)));
    if (marks == nullptr) return raise_no_memory(ts);
    return {};
}

namespace {

constexpr Index kAll = PTRDIFF_MAX;

// A part of the text that was searched, as an object of its kind.
Result<Ref<Object>> slice(Attached ts, Object& string, Index from, Index to) {
    if (is_str(string)) {
        auto& s = static_cast<Str&>(string);
        if (is_exact_str(s) && from == 0 && to == s.length) return Ref<Object>::share(s);
        return str_substring(ts, s, from, to);
    }
    if (is_exact(string, bytes_type()) && from == 0 && to == static_cast<Bytes&>(string).size) {
        return Ref<Object>::share(string);
    }
    BytesLike buffer;
    TRY(buffer.get(ts, string));
    // A buffer may have shrunk since it was searched.
    const Index size = buffer.size();
    from = from > size ? size : from;
    to = to > size ? size : to;
    return bytes_new(ts, buffer.view().substr(static_cast<size_t>(from), static_cast<size_t>(to - from)));
}

Result<Ref<Object>> empty_of(Object& string) {
    if (is_str(string)) return str_empty();
    return bytes_empty();
}

// ---- matches ----

Result<Ref<Object>> new_match(Attached ts, const SreState& state) {
    const Index groups = state.pattern->groups;
    Ref<SreMatch> m = TRY(new_gc_object<SreMatch>(ts, sre_match_type()));
    m->size = 0;
    m->string = nullptr;
    m->pattern = nullptr;
    m->regs = nullptr;
    m->mark = static_cast<Index*>(std::malloc(sizeof(Index) * static_cast<size_t>(2 * (groups + 1))));
    if (m->mark == nullptr) return raise_no_memory(ts);
    m->mark[0] = state.match_start;
    m->mark[1] = state.match_end;
    for (Index i = 0; i < groups; ++i) {
        const Index from = state.marks[2 * i], to = state.marks[2 * i + 1];
        const bool set = from >= 0 && to >= from;
        m->mark[2 * i + 2] = set ? from : -1;
        m->mark[2 * i + 3] = set ? to : -1;
    }
    m->pos = state.begin_pos;
    m->endpos = state.end;
    m->lastindex = state.lastindex;
    m->string = Ref<Object>::share(*state.string).release();
    m->pattern = Ref<SrePattern>::share(*state.pattern).release();
    gc_track(ts, m.get());
    return m;
}

// The number of a group that an index or a name means.
Result<Index> group_number(Attached ts, SreMatch& self, Object& index) {
    Index number = -1;
    if (has_index(index)) {
        number = TRY(as_index(ts, index, Exc::IndexError));
    } else {
        const Found found = TRY(dict_find(ts, *self.pattern->groupindex, index));
        if (found.value != nullptr && is_int(*found.value)) {
            int overflow;
            number = int_as_int64(static_cast<Int&>(*found.value), &overflow);
        }
    }
    if (number < 0 || number > self.pattern->groups) return raise(ts, Exc::IndexError, "no such group");
    return number;
}

Result<Ref<Object>> group_text(Attached ts, SreMatch& self, Index number, Object& fallback) {
    const Index from = self.mark[2 * number];
    if (from < 0 || is_none(*self.string)) return Ref<Object>::share(fallback);
    return slice(ts, *self.string, from, self.mark[2 * number + 1]);
}

Result<Ref<Object>> match_group(Attached ts, SreMatch& self, Args args) {
    if (args.n == 0) return group_text(ts, self, 0, none());
    if (args.n == 1) {
        const Index number = TRY(group_number(ts, self, *TRY(box_in_place(ts, args.v[0]))));
        return group_text(ts, self, number, none());
    }
    const Ref<List> groups = TRY(list_new(ts, 0));
    for (size_t i = 0; i < args.n; ++i) {
        const Index number = TRY(group_number(ts, self, *TRY(box_in_place(ts, args.v[i]))));
        Ref<Object> text = TRY(group_text(ts, self, number, none()));
        TRY(list_append_owned(ts, *groups, std::move(text)));
    }
    return to_tuple(ts, *groups);
}
Result<Ref<Object>> match_subscript(Attached ts, Object& self, Object& key) {
    auto& m = static_cast<SreMatch&>(self);
    const Index number = TRY(group_number(ts, m, key));
    return group_text(ts, m, number, none());
}
Result<Ref<Object>> match_groups(Attached ts, SreMatch& self, Object* fallback) {
    const Ref<List> groups = TRY(list_new(ts, 0));
    for (Index i = 1; i <= self.pattern->groups; ++i) {
        Ref<Object> text = TRY(group_text(ts, self, i, fallback != nullptr ? *fallback : none()));
        TRY(list_append_owned(ts, *groups, std::move(text)));
    }
    return to_tuple(ts, *groups);
}
Result<Ref<Object>> match_groupdict(Attached ts, SreMatch& self, Object* fallback) {
    Ref<Dict> result = TRY(dict_new(ts));
    Index pos = 0;
    Object *key, *value;
    while (dict_next(*self.pattern->groupindex, &pos, &key, &value)) {
        const Ref<Object> name = Ref<Object>::share(*key);
        const Index number = TRY(group_number(ts, self, *name));
        const Ref<Object> text = TRY(group_text(ts, self, number, fallback != nullptr ? *fallback : none()));
        TRY(dict_set(ts, *result, *name, *text));
    }
    return result;
}
Result<Index> group_argument(Attached ts, SreMatch& self, Object* group) {
    return group == nullptr ? Result<Index>(0) : group_number(ts, self, *group);
}
Result<Index> match_start(Attached ts, SreMatch& self, Object* group) {
    const Index number = TRY(group_argument(ts, self, group));
    return self.mark[2 * number];
}
Result<Index> match_end(Attached ts, SreMatch& self, Object* group) {
    const Index number = TRY(group_argument(ts, self, group));
    return self.mark[2 * number + 1];
}
Result<Ref<Tuple>> span_of(Attached ts, const SreMatch& self, Index number) {
    const Value both[] = {Value::of_int(self.mark[2 * number]), Value::of_int(self.mark[2 * number + 1])};
    return tuple_from_values(ts, both, 2);
}
Result<Ref<Object>> match_span(Attached ts, SreMatch& self, Object* group) {
    const Index number = TRY(group_argument(ts, self, group));
    return span_of(ts, self, number);
}
// re.name(args…)
Result<Ref<Object>> call_re(Attached ts, const char* name, std::initializer_list<Object*> args) {
    const Ref<Object> module = TRY(import_module(ts, "re"));
    const Ref<Str> attribute = TRY(str_intern_utf8(ts, name));
    const Ref<Object> function = TRY(get_attr(ts, *module, *attribute));
    return call(ts, *function, args);
}
Result<Ref<Object>> match_expand(Attached ts, SreMatch& self, Object& templ) {
    return call_re(ts, "_expand", {self.pattern, &self, &templ});
}
Result<Ref<Object>> match_self(Attached, SreMatch& self) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> match_deepcopy(Attached, SreMatch& self, Object&) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> match_get_lastindex(Attached ts, SreMatch& self) {
    if (self.lastindex < 0) return Ref<Object>::share(none());
    return box_int(ts, self.lastindex);
}
Result<Ref<Object>> match_get_lastgroup(Attached, SreMatch& self) {
    const Tuple& names = *self.pattern->indexgroup;
    if (self.lastindex < 0 || self.lastindex >= names.size) return Ref<Object>::share(none());
    return Ref<Object>::share(*names.item[self.lastindex]);
}
Result<Ref<Object>> match_get_regs(Attached ts, SreMatch& self) {
    if (self.regs == nullptr) {
        const Ref<List> spans = TRY(list_new(ts, 0));
        for (Index i = 0; i <= self.pattern->groups; ++i) {
            Ref<Tuple> span = TRY(span_of(ts, self, i));
            TRY(list_append_owned(ts, *spans, std::move(span)));
        }
        Ref<Tuple> regs = TRY(to_tuple(ts, *spans));
        replace_field(ts, self.regs, regs.release());
    }
    return Ref<Object>::share(*self.regs);
}
Result<Ref<Object>> match_get_string(Attached, SreMatch& self) {
    return Ref<Object>::share(self.string != nullptr ? *self.string : none());
}
Result<Ref<Object>> match_get_re(Attached, SreMatch& self) {
    return Ref<Object>::share(*self.pattern);
}
Result<Ref<Object>> match_get_pos(Attached ts, SreMatch& self) {
    return box_int(ts, self.pos);
}
Result<Ref<Object>> match_get_endpos(Attached ts, SreMatch& self) {
    return box_int(ts, self.endpos);
}
Result<Ref<Object>> match_repr(Attached ts, SreMatch& self) {
    const Ref<Object> text = TRY(group_text(ts, self, 0, none()));
    const Ref<Str> shown = TRY(repr(ts, *text));
    StrBuilder out;
    out.append_format("<{} object; span=({}, {}), match=", self.type->name, self.mark[0], self.mark[1]);
    out.append(*shown);
    out.append('>');
    return out.finish(ts);
}
void match_dealloc(Attached ts, SreMatch& self) {
    gc_untrack(&self);
    Object* held[] = {self.string, self.pattern, self.regs};
    std::free(self.mark);
    gc_free(ts, &self, 0);
    for (Object* o : held) xdecref(ts, o);
}
int match_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<SreMatch*>(o);
    return visit_fields<Object>(visit, arg, self.string, self.pattern, self.regs);
}
Result<Ref<Object>> class_getitem(Attached ts, Type& cls, Object& item) {
    return generic_alias_new(ts, cls, item);
}

// ---- patterns ----

Result<Ref<Object>> search_once(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                Opt<Index> endpos, SreMode mode) {
    SreState state;
    TRY(state.open(ts, self, string, pos.or_else(0), endpos.or_else(kAll)));
    if (!TRY(state.run(ts, mode))) return Ref<Object>::share(none());
    return new_match(ts, state);
}
Result<Ref<Object>> pattern_match(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                  Opt<Index> endpos) {
    return search_once(ts, self, string, pos, endpos, SreMode::match);
}
Result<Ref<Object>> pattern_fullmatch(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                      Opt<Index> endpos) {
    return search_once(ts, self, string, pos, endpos, SreMode::fullmatch);
}
Result<Ref<Object>> pattern_search(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                   Opt<Index> endpos) {
    return search_once(ts, self, string, pos, endpos, SreMode::search);
}

Result<Ref<Object>> state_group(Attached ts, const SreState& state, Index i, bool empty_if_unset) {
    const Index from = state.marks[2 * i], to = state.marks[2 * i + 1];
    if (from >= 0 && to >= from) return slice(ts, *state.string, from, to);
    if (empty_if_unset) return empty_of(*state.string);
    return Ref<Object>::share(none());
}

Result<Ref<Object>> pattern_findall(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                    Opt<Index> endpos) {
    SreState state;
    TRY(state.open(ts, self, string, pos.or_else(0), endpos.or_else(kAll)));
    Ref<List> result = TRY(list_new(ts, 0));
    while (TRY(state.run(ts, SreMode::search))) {
        if (self.groups <= 1) {
            auto item = self.groups == 0 ? slice(ts, string, state.match_start, state.match_end)
                                         : state_group(ts, state, 0, true);
            Ref<Object> text = TRY(item);
            TRY(list_append_owned(ts, *result, std::move(text)));
        } else {
            Ref<Tuple> all = TRY(tuple_alloc(ts, self.groups));
            for (Index i = 0; i < self.groups; ++i) {
                Ref<Object> text = TRY(state_group(ts, state, i, true));
                all->item[i] = text.release();
            }
            TRY(list_append_owned(ts, *result, tuple_finish(ts, std::move(all))));
        }
        state.advance();
    }
    return result;
}

Result<Ref<Object>> pattern_split(Attached ts, SrePattern& self, Object& string, Opt<Index> maxsplit) {
    SreState state;
    TRY(state.open(ts, self, string, 0, kAll));
    Ref<List> result = TRY(list_new(ts, 0));
    const Index most = maxsplit.or_else(0);
    Index last = 0;
    for (Index n = 0; most == 0 || n < most; ++n) {
        if (!TRY(state.run(ts, SreMode::search))) break;
        Ref<Object> before = TRY(slice(ts, string, last, state.match_start));
        TRY(list_append_owned(ts, *result, std::move(before)));
        for (Index i = 0; i < self.groups; ++i) {
            Ref<Object> text = TRY(state_group(ts, state, i, false));
            TRY(list_append_owned(ts, *result, std::move(text)));
        }
        last = state.match_end;
        state.advance();
    }
    Ref<Object> rest = TRY(slice(ts, string, last, state.end));
    TRY(list_append_owned(ts, *result, std::move(rest)));
    return result;
}

// A replacement without escapes needs no template.
Result<bool> is_literal(Attached ts, Object& replacement) {
    if (is_str(replacement)) {
        const auto& s = static_cast<Str&>(replacement);
        return str_find_char(s, '\\', 0, s.length) < 0;
    }
    if (!is_bytes_like(replacement)) return false;
    BytesLike buffer;
    TRY(buffer.get(ts, replacement));
    return buffer.view().find('\\') == std::string_view::npos;
}

Result<Ref<Object>> substitute(Attached ts, SrePattern& self, Object& replacement, Object& string, Index most,
                               Index* made) {
    Ref<Object> filter = Ref<Object>::share(replacement);
    if (!is_callable(*filter) && !TRY(is_literal(ts, *filter))) {
        filter = TRY(call_re(ts, "_subx", {&self, &replacement}));
    }
    const bool computed = is_callable(*filter);
    SreState state;
    TRY(state.open(ts, self, string, 0, kAll));
    const Ref<List> parts = TRY(list_new(ts, 0));
    Index last = 0;
    Index n = 0;
    while (most == 0 || n < most) {
        if (!TRY(state.run(ts, SreMode::search))) break;
        if (last < state.match_start) {
            Ref<Object> before = TRY(slice(ts, string, last, state.match_start));
            TRY(list_append_owned(ts, *parts, std::move(before)));
        }
        Ref<Object> item = filter.copy();
        if (computed) {
            const Ref<Object> match = TRY(new_match(ts, state));
            item = TRY(call(ts, *filter, {match.get()}));
        }
        if (!is_none(*item)) TRY(list_append(ts, *parts, *item));
        last = state.match_end;
        ++n;
        state.advance();
    }
    *made = n;
    if (last < state.end) {
        Ref<Object> rest = TRY(slice(ts, string, last, state.end));
        TRY(list_append_owned(ts, *parts, std::move(rest)));
    }
    const Ref<Object> joiner = TRY(empty_of(string));
    if (is_str(string)) return str_join(ts, static_cast<Str&>(*joiner), *parts);
    return call_method(ts, *joiner, id(Name::join), {parts.get()});
}
Result<Ref<Object>> pattern_sub(Attached ts, SrePattern& self, Object& repl, Object& string,
                                Opt<Index> count) {
    Index made;
    return substitute(ts, self, repl, string, count.or_else(0), &made);
}
Result<Ref<Object>> pattern_subn(Attached ts, SrePattern& self, Object& repl, Object& string,
                                 Opt<Index> count) {
    Index made;
    const Ref<Object> text = TRY(substitute(ts, self, repl, string, count.or_else(0), &made));
    const Ref<Int> number = TRY(box_int(ts, made));
    return tuple_of(ts, {text.get(), number.get()});
}

Result<Ref<Object>> pattern_self(Attached, SrePattern& self) {
    return Ref<Object>::share(self);
}
Result<Ref<Object>> pattern_deepcopy(Attached, SrePattern& self, Object&) {
    return Ref<Object>::share(self);
}

Result<Ref<Object>> pattern_repr(Attached ts, SrePattern& self) {
    constexpr struct {
        const char* name;
        int flag;
    } kFlags[] = {{"re.TEMPLATE", 1},  {"re.IGNORECASE", 2}, {"re.LOCALE", 4},
                  {"re.MULTILINE", 8}, {"re.DOTALL", 16},    {"re.UNICODE", 32},
                  {"re.VERBOSE", 64},  {"re.DEBUG", 128},    {"re.ASCII", 256}};
    constexpr int kCharacterFlags = 4 | 32 | 256;
    int flags = self.flags;
    if (self.is_bytes == 0 && (flags & kCharacterFlags) == 32) flags &= ~32;  // what a str pattern always has
    Ref<Str> shown = TRY(repr(ts, *self.pattern));
    if (shown->length > 200) shown = TRY(str_substring(ts, *shown, 0, 200));
    StrBuilder out;
    out.append_ascii("re.compile(");
    out.append(*shown);
    const char* separator = ", ";
    for (const auto& row : kFlags) {
        if ((flags & row.flag) == 0) continue;
        out.append_ascii(separator);
        out.append_ascii(row.name);
        separator = "|";
        flags &= ~row.flag;
    }
    if (flags != 0) {
        out.append_ascii(separator);
        out.append_format("0x{:x}", static_cast<unsigned>(flags));
    }
    out.append(')');
    return out.finish(ts);
}

Result<Index> pattern_hash(Attached ts, SrePattern& self) {
    const Hash text = TRY(hash(ts, *self.pattern));
    size_t h =
        static_cast<size_t>(text) ^ static_cast<size_t>(self.flags) ^ static_cast<size_t>(self.is_bytes);
    for (size_t i = 0; i < self.code_size; ++i) h = h * 1000003 ^ self.code[i];
    const auto result = static_cast<Index>(h);
    return result == -1 ? -2 : result;
}
Result<Ref<Object>> pattern_compare(Attached ts, Object& a, Object& b, CompareOp op) {
    if ((op != CompareOp::eq && op != CompareOp::ne) || a.type != b.type)
        return Ref<Object>::share(not_implemented());
    const auto& x = static_cast<SrePattern&>(a);
    const auto& y = static_cast<SrePattern&>(b);
    bool same = &a == &b;
    if (!same) {
        same = x.flags == y.flags && x.is_bytes == y.is_bytes && x.code_size == y.code_size &&
               std::memcmp(x.code, y.code, x.code_size * sizeof(uint32_t)) == 0;
        // Text of another kind may compare equal, and warn about it; the kinds are equal here.
        if (same) same = TRY(compare_bool(ts, *x.pattern, *y.pattern, CompareOp::eq));
    }
    return Ref<Object>::share(bool_object(same == (op == CompareOp::eq)));
}
Result<Ref<Object>> pattern_get_pattern(Attached, SrePattern& self) {
    return Ref<Object>::share(*self.pattern);
}
Result<Ref<Object>> pattern_get_flags(Attached ts, SrePattern& self) {
    return box_int(ts, self.flags);
}
Result<Ref<Object>> pattern_get_groups(Attached ts, SrePattern& self) {
    return box_int(ts, self.groups);
}
Result<Ref<Object>> pattern_get_groupindex(Attached ts, SrePattern& self) {
    return call(ts, mappingproxy_type(), {self.groupindex});
}
void pattern_dealloc(Attached ts, SrePattern& self) {
    gc_untrack(&self);
    if (self.weakreflist) weakref_clear_all(ts, self);
    Object* held[] = {self.pattern, self.groupindex, self.indexgroup};
    std::free(self.code);
    gc_free(ts, &self, 0);
    for (Object* o : held) xdecref(ts, o);
}
int pattern_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<SrePattern*>(o);
    return visit_fields<Object>(visit, arg, self.pattern, self.groupindex, self.indexgroup);
}

// ---- scanners ----

struct Scanner : Object {
    SrePattern* pattern;
    Object* string;
    SreState* state;
    bool done;
};
Result<Ref<Scanner>> new_scanner(Attached ts, SrePattern& pattern, Object& string, Index pos, Index endpos) {
    Ref<Scanner> s = TRY(new_gc_object<Scanner>(ts, sre_scanner_type()));
    s->pattern = Ref<SrePattern>::share(pattern).release();
    s->string = Ref<Object>::share(string).release();
    s->state = new (std::nothrow) SreState;
    s->done = false;
    if (s->state == nullptr) return raise_no_memory(ts);
    TRY(s->state->open(ts, pattern, string, pos, endpos));
    gc_track(ts, s.get());
    return s;
}
Result<Ref<Object>> scanner_step(Attached ts, Scanner& self, SreMode mode) {
    if (self.done) return Ref<Object>::share(none());
    if (!TRY(self.state->run(ts, mode))) {
        self.done = true;
        return Ref<Object>::share(none());
    }
    Ref<Object> match = TRY(new_match(ts, *self.state));
    self.state->advance();
    return match;
}
Result<Ref<Object>> scanner_match(Attached ts, Scanner& self) {
    return scanner_step(ts, self, SreMode::match);
}
Result<Ref<Object>> scanner_search(Attached ts, Scanner& self) {
    return scanner_step(ts, self, SreMode::search);
}
Result<Ref<Object>> scanner_get_pattern(Attached, Scanner& self) {
    return Ref<Object>::share(*self.pattern);
}
void scanner_dealloc(Attached ts, Scanner& self) {
    gc_untrack(&self);
    Object* held[] = {self.pattern, self.string};
    delete self.state;
    gc_free(ts, &self, 0);
    for (Object* o : held) xdecref(ts, o);
}
int scanner_traverse(Object* o, VisitProc visit, void* arg) {
    auto& self = *static_cast<Scanner*>(o);
    return visit_fields<Object>(visit, arg, self.pattern, self.string);
}
Result<Ref<Object>> pattern_scanner(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                    Opt<Index> endpos) {
    return new_scanner(ts, self, string, pos.or_else(0), endpos.or_else(kAll));
}
Result<Ref<Object>> pattern_finditer(Attached ts, SrePattern& self, Object& string, Opt<Index> pos,
                                     Opt<Index> endpos) {
    const Ref<Scanner> scanner = TRY(new_scanner(ts, self, string, pos.or_else(0), endpos.or_else(kAll)));
    const Ref<Str> name = TRY(str_intern_utf8(ts, "search"));
    const Ref<Object> search = TRY(get_attr(ts, *scanner, *name));
    return callable_iterator_new(ts, *search, none());
}

constexpr Method pattern_methods[] = {
    method<pattern_match>("match($self, /, string, pos=0, endpos=sys.maxsize)",
                          "The match at the beginning, or None."),
    method<pattern_fullmatch>("fullmatch($self, /, string, pos=0, endpos=sys.maxsize)",
                              "The match of the whole text, or None."),
    method<pattern_search>("search($self, /, string, pos=0, endpos=sys.maxsize)",
                           "The first match anywhere, or None."),
    method<pattern_sub>("sub($self, /, repl, string, count=0)", "The text with matches replaced."),
    method<pattern_subn>("subn($self, /, repl, string, count=0)",
                         "The text with matches replaced, and how many there were."),
    method<pattern_findall>("findall($self, /, string, pos=0, endpos=sys.maxsize)",
                            "All matches as texts, or tuples of groups."),
    method<pattern_split>("split($self, /, string, maxsplit=0)",
                          "The text between matches, with the groups of the matches."),
    method<pattern_finditer>("finditer($self, /, string, pos=0, endpos=sys.maxsize)",
                             "An iterator over all matches."),
    method<pattern_scanner>("scanner($self, /, string, pos=0, endpos=sys.maxsize)",
                            "An object that matches step by step."),
    method<pattern_self>("__copy__($self, /)", nullptr),
    method<pattern_deepcopy>("__deepcopy__($self, memo, /)", nullptr),
    class_method<class_getitem>("__class_getitem__($type, item, /)",
                                "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet pattern_getset[] = {
    getter<pattern_get_pattern>("pattern", "The text of the pattern."),
    getter<pattern_get_flags>("flags", "The flags that apply, those written in the pattern among them."),
    getter<pattern_get_groups>("groups", "How many groups in parentheses there are."),
    getter<pattern_get_groupindex>("groupindex", "The number of each named group."),
    {},
};
constexpr Method match_methods[] = {
    method<match_group>("group($self, /, *args)", "One or more groups of the match, by number or name."),
    method<match_start>("start($self, group=0, /)", "Where a group begins, -1 if it is unset."),
    method<match_end>("end($self, group=0, /)", "Where a group ends, -1 if it is unset."),
    method<match_span>("span($self, group=0, /)", "The pair (start, end) of a group."),
    method<match_groups>("groups($self, /, default=None)", "All groups but the whole match."),
    method<match_groupdict>("groupdict($self, /, default=None)", "The named groups."),
    method<match_expand>("expand($self, /, template)", "A template with references to groups filled in."),
    method<match_self>("__copy__($self, /)", nullptr),
    method<match_deepcopy>("__deepcopy__($self, memo, /)", nullptr),
    class_method<class_getitem>("__class_getitem__($type, item, /)",
                                "The class with type arguments, for annotations."),
    {},
};
constexpr GetSet match_getset[] = {
    getter<match_get_lastindex>("lastindex", "The number of the group that ended last; None without one."),
    getter<match_get_lastgroup>("lastgroup",
                                "The name of the group that ended last; None if it has no name."),
    getter<match_get_regs>("regs"),
    getter<match_get_string>("string", "The text that was searched."),
    getter<match_get_re>("re", "The pattern that was looked for."),
    getter<match_get_pos>("pos", "Where the search began."),
    getter<match_get_endpos>("endpos", "Where the text was taken to end."),
    {},
};
constexpr Method scanner_methods[] = {
    method<scanner_match>("match($self, /)", nullptr),
    method<scanner_search>("search($self, /)", nullptr),
    {},
};
constexpr GetSet scanner_getset[] = {
    getter<scanner_get_pattern>("pattern"),
    {},
};

}  // namespace

const TypeSpec sre_pattern_spec = {
    .name = "re.Pattern",
    .doc = "What re.compile() makes.",
    .basicsize = sizeof(SrePattern),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = pattern_traverse,
    .weaklistoffset = offsetof(SrePattern, weakreflist),
    .methods = pattern_methods,
    .getset = pattern_getset,
    .dealloc = typed_slot<pattern_dealloc>,
    .repr = typed_slot<pattern_repr>,
    .hash = typed_slot<pattern_hash>,
    .richcompare = slot<pattern_compare>,
};
const TypeSpec sre_match_spec = {
    .name = "re.Match",
    .doc = "Where in a string a pattern was found. Always true.",
    .basicsize = sizeof(SreMatch),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = match_traverse,
    .methods = match_methods,
    .getset = match_getset,
    .dealloc = typed_slot<match_dealloc>,
    .repr = typed_slot<match_repr>,
    .mp_subscript = slot<match_subscript>,
};
const TypeSpec sre_scanner_spec = {
    .name = "_sre.SRE_Scanner",
    .basicsize = sizeof(Scanner),
    .flags = kTypeHasGc | kTypeDisallowInstantiation,
    .traverse = scanner_traverse,
    .methods = scanner_methods,
    .getset = scanner_getset,
    .dealloc = typed_slot<scanner_dealloc>,
};

}  // namespace baton
