// The matcher. See sre.h.
#include <cstdlib>
#include <cstring>

#include "runtime/long_loop.h"
#include "vm/modules/sre.h"
#include "vm/modules/sre_chars.h"

namespace baton {

using namespace sre;

namespace {

constexpr uint32_t kMaxRepeat = 0xffffffffu;
constexpr uint32_t kInfoPrefix = 1, kInfoCharset = 4;

// A growing array that remembers running out of memory.
template <class E>
class Growing {
  public:
    ~Growing() { std::free(data_); }
    bool push(const E& e) {
        if (size_ == capacity_) {
            const size_t more = capacity_ == 0 ? 64 : capacity_ * 2;
            auto* grown = static_cast<E*>(std::realloc(data_, more * sizeof(E)));
            if (grown == nullptr) return false;
            data_ = grown;
            capacity_ = more;
        }
        data_[size_++] = e;
        return true;
    }
    E& operator[](size_t i) { return data_[i]; }
    E& back() { return data_[size_ - 1]; }
    void pop() { --size_; }
    size_t size() const { return size_; }
    void truncate(size_t n) { size_ = n; }

  private:
    E* data_ = nullptr;
    size_t size_ = 0, capacity_ = 0;
};

enum class Outcome { no, yes, no_memory, raised };

template <class T>
class Machine {
  public:
    Machine(Attached ts, SreState& state, bool whole)
        : ts_(ts),
          state_(state),
          code_(state.pattern->code),
          text_(static_cast<const T*>(state.subject.text)),
          end_(state.end),
          whole_(whole) {}

    Outcome search(Index from) {
        Index pc = 0;
        Index width = 0;
        const uint32_t* prefix = nullptr;
        Index prefix_length = 0;
        const uint32_t* set = nullptr;
        if (code_[0] == kInfo) {
            const uint32_t mask = code_[2];
            width = code_[3];
            if ((mask & kInfoPrefix) != 0) {
                prefix_length = code_[5];
                prefix = code_ + 7;
            } else if ((mask & kInfoCharset) != 0) {
                set = code_ + 5;
            }
            pc = 1 + code_[1];
        }
        // What must stand where the text begins gets one attempt.
        const bool anchored =
            code_[pc] == kAt && (code_[pc + 1] == kBeginning || code_[pc + 1] == kBeginningString);
        for (Index at = from; at + width <= end_; ++at, state_.must_advance = false) {
            if (prefix != nullptr) {
                at = find_prefix(at, prefix, prefix_length);
                if (at < 0) return Outcome::no;
            } else if (set != nullptr) {
                while (at < end_ && !in_set(set, text_[at])) ++at;
                if (at >= end_) return Outcome::no;
            }
            if (at != from) state_.must_advance = false;
            const Outcome outcome = attempt(pc, at);
            if (outcome != Outcome::no || anchored) return outcome;
        }
        return Outcome::no;
    }

    Outcome match(Index from) { return attempt(code_[0] == kInfo ? 1 + code_[1] : 0, from); }

  private:
    enum class Kind : uint8_t {
        // choices
        alternative,
        branch,
        leave_max,
        enter_min,
        fewer,
        more,
        // undo records
        repeat,
        context,
        mark,
        last,
        contexts
    };
    struct Entry {
        Kind kind;
        uint32_t count;
        Index a, b, c;
    };
    struct Context {  // of one REPEAT under way
        Index pc;     // of its REPEAT
        Index outer;
        Index last;  // where the last iteration began; -1: none
        int64_t count;
    };
    static bool is_choice(Kind k) { return k <= Kind::more; }

    Index find_prefix(Index at, const uint32_t* prefix, Index length) {
        for (; at + length <= end_; ++at) {
            if constexpr (sizeof(T) == 1) {
                if (prefix[0] > 255) return -1;
                const void* hit =
                    std::memchr(text_ + at, static_cast<int>(prefix[0]), static_cast<size_t>(end_ - at));
                if (hit == nullptr) return -1;
                at = static_cast<const T*>(hit) - text_;
                if (at + length > end_) return -1;
            } else if (text_[at] != prefix[0]) {
                continue;
            }
            Index i = 1;
            while (i < length && text_[at + i] == prefix[i]) ++i;
            if (i == length) return at;
        }
        return -1;
    }

    Outcome attempt(Index pc, Index at) {
        first_ = at;
        const Outcome outcome = run(pc, at, true);
        if (outcome == Outcome::yes) {
            state_.match_start = at;
            state_.match_end = found_;
            state_.lastindex = lastindex_;
        }
        return outcome;
    }

    bool push(Kind kind, Index a, Index b = 0, Index c = 0, uint32_t count = 0) {
        return stack_.push({kind, count, a, b, c});
    }

    bool set_mark(Index i, Index at) {
        if (!push(Kind::last, lastindex_) || !push(Kind::mark, i, state_.marks[i])) return false;
        if ((i & 1) != 0) lastindex_ = i / 2 + 1;
        state_.marks[i] = at;
        return true;
    }
    bool set_repeat(Index to) {
        if (!push(Kind::repeat, repeat_)) return false;
        repeat_ = to;
        return true;
    }
    bool set_context(Index which, int64_t count, Index last) {
        const Context& c = contexts_[static_cast<size_t>(which)];
        if (!stack_.push({Kind::context, 0, which, static_cast<Index>(c.count), c.last})) return false;
        contexts_[static_cast<size_t>(which)].count = count;
        contexts_[static_cast<size_t>(which)].last = last;
        return true;
    }
    void undo(const Entry& e) {
        switch (e.kind) {
            case Kind::repeat:
                repeat_ = e.a;
                break;
            case Kind::context:
                contexts_[static_cast<size_t>(e.a)].count = e.b;
                contexts_[static_cast<size_t>(e.a)].last = e.c;
                break;
            case Kind::mark:
                state_.marks[e.a] = e.b;
                break;
            case Kind::last:
                lastindex_ = e.a;
                break;
            case Kind::contexts:
                contexts_.truncate(static_cast<size_t>(e.a));
                break;
            default:
                break;
        }
    }
    // Everything since `base` is taken back.
    void rewind(size_t base) {
        while (stack_.size() > base) {
            undo(stack_.back());
            stack_.pop();
        }
    }
    // What was decided since `base` stays so: the choices go, what an outer failure must undo remains.
    void commit(size_t base) {
        size_t kept = base;
        for (size_t i = base; i < stack_.size(); ++i) {
            if (!is_choice(stack_[i].kind)) stack_[kept++] = stack_[i];
        }
        stack_.truncate(kept);
    }

    bool fits(const uint32_t* item, T c) {
        switch (item[0]) {
            case kAny:
                return !is_newline(c);
            case kAnyAll:
                return true;
            case kLiteral:
                return c == item[1];
            case kNotLiteral:
                return c != item[1];
            case kCategory:
                return in_category(item[1], c);
            case kIn:
                return in_set(item + 2, c);
            case kLiteralIgnore:
                return sre_lower_ascii(c) == item[1];
            case kNotLiteralIgnore:
                return sre_lower_ascii(c) != item[1];
            case kInIgnore:
                return in_set(item + 2, sre_lower_ascii(c));
            case kLiteralUniIgnore:
                return sre_lower_unicode(c) == item[1];
            case kNotLiteralUniIgnore:
                return sre_lower_unicode(c) != item[1];
            case kInUniIgnore:
                return in_set(item + 2, sre_lower_unicode(c));
            case kLiteralLocIgnore:
                return equal_locale(item[1], c);
            case kNotLiteralLocIgnore:
                return !equal_locale(item[1], c);
            case kInLocIgnore:
                return in_set_locale(item + 2, c);
            default:
                return false;
        }
    }
    // How many characters from `at` on fit the item, up to `most`.
    Index count_fitting(const uint32_t* item, Index at, uint32_t most) {
        Index stop = end_;
        if (most != kMaxRepeat && static_cast<Index>(most) < end_ - at) stop = at + static_cast<Index>(most);
        const Index start = at;
        switch (item[0]) {
            case kAnyAll:
                return stop - start;
            case kAny:
                while (at < stop && !is_newline(text_[at])) ++at;
                break;
            case kLiteral:
                while (at < stop && text_[at] == item[1]) ++at;
                break;
            case kNotLiteral:
                while (at < stop && text_[at] != item[1]) ++at;
                break;
            case kIn:
                while (at < stop && in_set(item + 2, text_[at])) ++at;
                break;
            default:
                while (at < stop && fits(item, text_[at])) ++at;
                break;
        }
        return at - start;
    }

    bool at_position(uint32_t where, Index at) {
        const auto before = [&](auto is_word) { return at > 0 && is_word(text_[at - 1]); };
        const auto here = [&](auto is_word) { return at < end_ && is_word(text_[at]); };
        switch (where) {
            case kBeginning:
            case kBeginningString:
                return at == 0;
            case kBeginningLine:
                return at == 0 || is_newline(text_[at - 1]);
            case kEnd:
                return at == end_ || (end_ - at == 1 && is_newline(text_[at]));
            case kEndLine:
                return at == end_ || is_newline(text_[at]);
            case kEndString:
                return at == end_;
            case kBoundary:
                return end_ != 0 && before(is_ascii_word) != here(is_ascii_word);
            case kNonBoundary:
                return end_ != 0 && before(is_ascii_word) == here(is_ascii_word);
            case kLocBoundary:
                return end_ != 0 && before(is_locale_word) != here(is_locale_word);
            case kLocNonBoundary:
                return end_ != 0 && before(is_locale_word) == here(is_locale_word);
            case kUniBoundary:
                return end_ != 0 && before(is_unicode_word) != here(is_unicode_word);
            case kUniNonBoundary:
                return end_ != 0 && before(is_unicode_word) == here(is_unicode_word);
            default:
                return false;
        }
    }

    // Where the text of a group ends when it stands at `at` again; -1: it does not, or the group is unset.
    template <class Fold>
    Index repeat_group(uint32_t group, Index at, Fold fold) {
        const Index from = state_.marks[2 * group], to = state_.marks[2 * group + 1];
        if (from < 0 || to < from) return -1;
        for (Index i = from; i < to; ++i, ++at) {
            if (at >= end_ || fold(text_[at]) != fold(text_[i])) return -1;
        }
        return at;
    }

    // A part of its own (lookaround, atomic group): matched without leaving a choice behind.
    Outcome run_apart(Index pc, Index at) {
        const size_t base = stack_.size();
        const Outcome outcome = run(pc, at, false);
        if (outcome == Outcome::yes) commit(base);
        return outcome;
    }

    Outcome run(Index pc, Index at, bool top) {
        const size_t base = stack_.size();
        for (;;) {
            if ((++steps_ & 0xffff) == 0 && !poll_in_long_loop(ts_).ok()) return Outcome::raised;
            bool ok = true;    // this step matched
            bool room = true;  // memory was there
            const uint32_t* const op = code_ + pc;
            switch (op[0]) {
                case kFailure:
                    ok = false;
                    break;
                case kSuccess:
                    if (top && ((whole_ && at != end_) || (state_.must_advance && at == first_))) {
                        ok = false;
                        break;
                    }
                    found_ = at;
                    return Outcome::yes;
                case kAny:
                case kAnyAll:
                    ok = at < end_ && fits(op, text_[at]);
                    ++at;
                    ++pc;
                    break;
                case kLiteral:
                    ok = at < end_ && text_[at] == op[1];
                    ++at;
                    pc += 2;
                    break;
                case kNotLiteral:
                case kCategory:
                case kLiteralIgnore:
                case kNotLiteralIgnore:
                case kLiteralUniIgnore:
                case kNotLiteralUniIgnore:
                case kLiteralLocIgnore:
                case kNotLiteralLocIgnore:
                    ok = at < end_ && fits(op, text_[at]);
                    ++at;
                    pc += 2;
                    break;
                case kIn:
                case kInIgnore:
                case kInUniIgnore:
                case kInLocIgnore:
                    ok = at < end_ && fits(op, text_[at]);
                    ++at;
                    pc += 1 + op[1];
                    break;
                case kAt:
                    ok = at_position(op[1], at);
                    pc += 2;
                    break;
                case kInfo:
                case kJump:
                    pc += 1 + op[1];
                    break;
                case kMark:
                    room = set_mark(op[1], at);
                    pc += 2;
                    break;
                case kGroupRef:
                case kGroupRefIgnore:
                case kGroupRefLocIgnore:
                case kGroupRefUniIgnore: {
                    const Index after =
                        op[0] == kGroupRef            ? repeat_group(op[1], at, [](uint32_t c) { return c; })
                        : op[0] == kGroupRefIgnore    ? repeat_group(op[1], at, sre_lower_ascii)
                        : op[0] == kGroupRefLocIgnore ? repeat_group(op[1], at, lower_locale)
                                                      : repeat_group(op[1], at, sre_lower_unicode);
                    ok = after >= 0;
                    at = after;
                    pc += 2;
                    break;
                }
                case kGroupRefExists: {
                    const Index from = state_.marks[2 * op[1]], to = state_.marks[2 * op[1] + 1];
                    pc += from < 0 || to < from ? 1 + op[2] : 3;
                    break;
                }
                case kAssert:
                case kAssertNot: {
                    const Index back = op[2];
                    const bool wanted = op[0] == kAssert;
                    Outcome inner = Outcome::no;
                    if (at >= back) {
                        const size_t before = stack_.size();
                        inner = run_apart(pc + 3, at - back);
                        if (inner == Outcome::no_memory || inner == Outcome::raised) return inner;
                        if (!wanted) rewind(before);
                    }
                    ok = (inner == Outcome::yes) == wanted;
                    pc += 1 + op[1];
                    break;
                }
                case kAtomicGroup: {
                    const Outcome inner = run_apart(pc + 2, at);
                    if (inner == Outcome::no_memory || inner == Outcome::raised) return inner;
                    ok = inner == Outcome::yes;
                    at = found_;
                    pc += 1 + op[1];
                    break;
                }
                case kBranch:
                    ++pc;
                    ok = next_branch(pc, at, room);
                    break;
                case kRepeatOne: {
                    const Index most = count_fitting(op + 4, at, op[3]);
                    ok = most >= static_cast<Index>(op[2]);
                    if (!ok) break;
                    const Index tail = pc + 1 + op[1];
                    if (code_[tail] == kSuccess && !whole_ &&
                        !(top && state_.must_advance && at + most == first_)) {
                        // Nothing follows that could want fewer.
                        at += most;
                        pc = tail;
                        break;
                    }
                    ok = take_fewer(pc, at, most, room);
                    break;
                }
                case kMinRepeatOne: {
                    const auto least = static_cast<Index>(op[2]);
                    const Index got = op[2] == 0 ? 0 : count_fitting(op + 4, at, op[2]);
                    ok = got >= least;
                    if (!ok) break;
                    room = push(Kind::more, pc, at + got, got);
                    at += got;
                    pc += 1 + op[1];
                    break;
                }
                case kPossessiveRepeatOne: {
                    const Index most = count_fitting(op + 4, at, op[3]);
                    ok = most >= static_cast<Index>(op[2]);
                    at += most;
                    pc += 1 + op[1];
                    break;
                }
                case kPossessiveRepeat: {
                    uint32_t count = 0;
                    const size_t before = stack_.size();
                    for (; count < op[3] || op[3] == kMaxRepeat; ++count) {
                        const Outcome inner = run_apart(pc + 4, at);
                        if (inner == Outcome::no_memory || inner == Outcome::raised) return inner;
                        if (inner == Outcome::no) break;
                        const bool empty = found_ == at;
                        at = found_;
                        if (empty && count + 1 >= op[2]) {
                            ++count;
                            break;
                        }
                    }
                    ok = count >= op[2];
                    if (!ok) rewind(before);
                    pc += 1 + op[1];
                    if (code_[pc] == kSuccess) ++pc;
                    break;
                }
                case kRepeat: {
                    room = push(Kind::contexts, static_cast<Index>(contexts_.size())) &&
                           contexts_.push({pc, repeat_, -1, -1}) &&
                           set_repeat(static_cast<Index>(contexts_.size()) - 1);
                    pc += 1 + op[1];
                    break;
                }
                case kMaxUntil:
                    ok = max_until(pc, at, room);
                    break;
                case kMinUntil:
                    ok = min_until(pc, at, room);
                    break;
                default:
                    ok = false;
                    break;
            }
            if (!room) return Outcome::no_memory;
            if (ok) continue;
            // Back to the latest choice.
            for (;;) {
                if (stack_.size() == base) return Outcome::no;
                const Entry e = stack_.back();
                stack_.pop();
                if (!is_choice(e.kind)) {
                    undo(e);
                    continue;
                }
                bool resumed = true;
                room = true;
                switch (e.kind) {
                    case Kind::alternative:
                        pc = e.a, at = e.b;
                        break;
                    case Kind::branch:
                        pc = e.a;
                        at = e.b;
                        resumed = next_branch(pc, at, room);
                        break;
                    case Kind::fewer:
                        pc = e.a;
                        at = e.b;
                        resumed = e.c - 1 >= static_cast<Index>(code_[e.a + 2]) &&
                                  take_fewer(pc, at, e.c - 1, room);
                        break;
                    case Kind::more: {
                        const uint32_t* item = code_ + e.a;
                        const bool allowed = item[3] == kMaxRepeat || e.c < static_cast<Index>(item[3]);
                        resumed = allowed && e.b < end_ && fits(item + 4, text_[e.b]);
                        if (!resumed) break;
                        room = push(Kind::more, e.a, e.b + 1, e.c + 1);
                        at = e.b + 1;
                        pc = e.a + 1 + item[1];
                        break;
                    }
                    case Kind::leave_max:
                        at = e.b;
                        pc = e.a + 1;
                        room = set_repeat(contexts_[static_cast<size_t>(repeat_)].outer);
                        break;
                    case Kind::enter_min: {
                        at = e.b;
                        const Context& c = contexts_[static_cast<size_t>(repeat_)];
                        const uint32_t* r = code_ + c.pc;
                        const int64_t count = c.count + 1;
                        resumed = (r[3] == kMaxRepeat || count <= static_cast<int64_t>(r[3])) && at != c.last;
                        if (!resumed) break;
                        pc = c.pc + 4;
                        room = set_context(repeat_, count, at);
                        break;
                    }
                    default:
                        break;
                }
                if (!room) return Outcome::no_memory;
                if (resumed) break;
            }
        }
    }

    // pc stands at the length of an alternative; the next one that can begin here is entered.
    bool next_branch(Index& pc, Index at, bool& room) {
        for (; code_[pc] != 0; pc += code_[pc]) {
            const uint32_t* first = code_ + pc + 1;
            if (first[0] == kLiteral && (at >= end_ || text_[at] != first[1])) continue;
            if (first[0] == kIn && (at >= end_ || !in_set(first + 2, text_[at]))) continue;
            if (code_[pc + code_[pc]] != 0) room = push(Kind::branch, pc + code_[pc], at);
            ++pc;
            return true;
        }
        return false;
    }

    // Goes on behind `count` repetitions that began at `at`; fewer remain a choice.
    bool take_fewer(Index& pc, Index& at, Index count, bool& room) {
        const uint32_t* op = code_ + pc;
        const auto least = static_cast<Index>(op[2]);
        const Index tail = pc + 1 + op[1];
        if (code_[tail] == kLiteral) {  // only where the next character fits is it worth trying
            const uint32_t next = code_[tail + 1];
            while (count >= least && (at + count >= end_ || text_[at + count] != next)) --count;
            if (count < least) return false;
        }
        if (count > least) room = push(Kind::fewer, pc, at, count);
        at += count;
        pc = tail;
        return true;
    }

    bool max_until(Index& pc, Index& at, bool& room) {
        if (repeat_ < 0) return false;
        const Context c = contexts_[static_cast<size_t>(repeat_)];
        const uint32_t* r = code_ + c.pc;
        const int64_t count = c.count + 1;
        if (count < static_cast<int64_t>(r[2])) {
            room = set_context(repeat_, count, c.last);
            pc = c.pc + 4;
            return true;
        }
        if ((count < static_cast<int64_t>(r[3]) || r[3] == kMaxRepeat) && at != c.last) {
            room = push(Kind::leave_max, pc, at) && set_context(repeat_, count, at);
            pc = c.pc + 4;
            return true;
        }
        room = set_repeat(c.outer);
        ++pc;
        return true;
    }

    bool min_until(Index& pc, Index& at, bool& room) {
        if (repeat_ < 0) return false;
        const Context c = contexts_[static_cast<size_t>(repeat_)];
        const uint32_t* r = code_ + c.pc;
        const int64_t count = c.count + 1;
        if (count < static_cast<int64_t>(r[2])) {
            room = set_context(repeat_, count, c.last);
            pc = c.pc + 4;
            return true;
        }
        if (r[3] == kMaxRepeat || count < static_cast<int64_t>(r[3])) room = push(Kind::enter_min, pc, at);
        room = room && set_repeat(c.outer);
        ++pc;
        return true;
    }

    Attached ts_;
    SreState& state_;
    const uint32_t* code_;
    const T* text_;
    Index end_;
    bool whole_;
    Growing<Entry> stack_;
    Growing<Context> contexts_;
    Index repeat_ = -1;
    Index lastindex_ = -1;
    Index first_ = 0;
    Index found_ = 0;
    uint32_t steps_ = 0;
};

}  // namespace

SreState::~SreState() {
    std::free(marks);
}

Result<bool> SreState::run(Attached ts, SreMode mode) {
    for (Index i = 0; i < 2 * pattern->groups; ++i) marks[i] = -1;
    lastindex = -1;
    if (start > end) return false;
    const Outcome outcome = with_kind(subject.kind, subject.text, [&](const auto* text) {
        using T = std::remove_cvref_t<decltype(*text)>;
        Machine<T> machine(ts, *this, mode == SreMode::fullmatch);
        return mode == SreMode::search ? machine.search(start) : machine.match(start);
    });
    switch (outcome) {
        case Outcome::yes:
            return true;
        case Outcome::no:
            return false;
        case Outcome::no_memory:
            return raise_no_memory(ts);
        case Outcome::raised:
            break;
    }
    return already_raised();
}

}  // namespace baton
