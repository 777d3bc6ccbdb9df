#include "vm/frame_jump.h"

#include <deque>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "runtime/raise.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/opcode.h"
#include "vm/trace.h"

namespace baton {

namespace {

// What a temporary is for: what a statement keeps (the exit of a with block, an iterator, the exception
// handled before), or the value of a part of an expression, known by the instruction that made it.
enum class Kind : uint8_t { value, exit, iterator, except };
struct Temp {
    Kind kind;
    uint32_t maker;
};
using Kinds = std::vector<Temp>;

// The kinds of the live temporaries before each instruction that can be reached.
class TempKinds {
  public:
    explicit TempKinds(const Code& code) : code_(code), kinds_(code.nwords), seen_(code.nwords) {
        reach(0, {});
        while (!work_.empty()) {
            uint32_t word = work_.front();
            work_.pop_front();
            step(word);
        }
    }
    bool reached(uint32_t word) const { return seen_[word]; }
    const Kinds& at(uint32_t word) const { return kinds_[word]; }

  private:
    void reach(uint32_t word, Kinds kinds) {
        if (seen_[word]) return;
        seen_[word] = true;
        kinds_[word] = std::move(kinds);
        work_.push_back(word);
    }

    void step(uint32_t word) {
        const Instr& i = code_.code[word];
        const OpInfo& info = op_info(i);
        const Kinds before = kinds_[word];
        const Temp made = {Kind::value, word};
        StackEffect effect = stack_effect(&i);
        Kinds after = before;
        after.resize(before.size() - static_cast<size_t>(effect.pops));
        if (info.jumps()) {
            // What a jump keeps is what it was: the iterator of a loop.
            Kinds taken = before;
            taken.resize(after.size() + static_cast<size_t>(effect.jump_pushes), made);
            reach(static_cast<uint32_t>(static_cast<int64_t>(word) + jump_distance(i)), std::move(taken));
        }
        if (const ExceptionEntry* e = info.has(op_trait::Raises) ? code_handler(code_, word) : nullptr) {
            Kinds kept = before;
            kept.resize(e->depth);
            kept.push_back({Kind::value, e->handler});
            reach(e->handler, std::move(kept));
        }
        if (info.has(op_trait::Ends)) return;
        after.resize(after.size() + static_cast<size_t>(effect.pushes), made);
        change(i, after);
        reach(word + static_cast<uint32_t>(instr_size(i)), std::move(after));
    }

    void change(const Instr& i, Kinds& after) const {
        auto temp = [&](uint16_t reg) { return static_cast<size_t>(reg - code_.temp_base()); };
        switch (static_cast<Op>(i.op)) {
            case Op::GET_ITER:
            case Op::GET_AITER:
                after.back().kind = Kind::iterator;
                break;
            case Op::PUSH_HANDLED:
                after[temp(i.a)].kind = Kind::exit;  // the exception: nothing to compare
                after[temp(i.a) + 1].kind = Kind::except;
                break;
            case Op::BEFORE_WITH:
            case Op::BEFORE_ASYNC_WITH:
                after[temp(i.a)].kind = after[temp(i.a) + 1].kind = Kind::exit;
                break;
            case Op::SWAP:
                std::swap(after[temp(i.a)], after[temp(i.b)]);
                break;
            default:
                break;
        }
    }

    const Code& code_;
    std::vector<Kinds> kinds_;
    std::vector<bool> seen_;
    std::deque<uint32_t> work_;
};

bool compatible(const Kinds& from, const Kinds& to) {
    if (to.size() > from.size()) return false;
    for (size_t i = 0; i < to.size(); ++i)
        if (to[i].kind != from[i].kind || (to[i].kind == Kind::value && to[i].maker != from[i].maker))
            return false;
    return true;
}

const char* why_incompatible(const Kinds& to) {
    switch (to.empty() ? Kind::value : to.back().kind) {
        case Kind::except:
            return "can't jump into an 'except' block as there's no exception";
        case Kind::iterator:
            return "can't jump into the body of a for loop";
        case Kind::value:
        case Kind::exit:
            break;
    }
    return "incompatible stacks";
}

// Calls visit(word, line) for each word at which a line begins.
template <class F>
void for_each_line(const Code& c, F&& visit) {
    int last = -1;
    for (uint32_t i = 0; i < c.npositions; ++i) {
        const PositionEntry& p = c.positions[i];
        if (p.line == last || p.line < 0) continue;
        last = p.line;
        visit(p.start, p.line);
    }
}

// Behind the body of a loop stands its step, which is no place to begin the loop at.
bool is_step(const Instr& i) {
    Op op = static_cast<Op>(i.op);
    return op == Op::FORLOOP_L || op == Op::FORLOOP_T || op == Op::POLL;
}

// The word to jump to for a line; which one, when several are possible: where most stays as it is. Raised:
// why not.
Result<uint32_t> find_target(Attached ts, const Code& c, uint32_t from, int line) {
    TempKinds kinds(c);
    const char* problem = "cannot find bytecode for specified line";
    bool explained = false;
    std::optional<uint32_t> best;
    if (!kinds.reached(from)) return raise(ts, Exc::ValueError, "can't jump from unreachable code");
    for_each_line(c, [&](uint32_t word, int here) {
        if (here != line || !kinds.reached(word) || is_step(c.code[word])) return;
        const Kinds& there = kinds.at(word);
        if (compatible(kinds.at(from), there)) {
            if (!best || there.size() > kinds.at(*best).size()) best = word;
        } else if (!best && !explained) {
            problem = why_incompatible(there);
            explained = true;
        }
    });
    if (!best) return raise_text(ts, Exc::ValueError, problem);
    return *best;
}

}  // namespace

bool local_may_be_unbound(const Code& c, uint32_t word, uint16_t local) {
    std::vector<bool> seen(c.nwords);
    std::vector<uint32_t> work{word};
    auto reach = [&](uint32_t at) {
        if (!seen[at]) work.push_back(at);
        seen[at] = true;
    };
    seen[word] = true;
    while (!work.empty()) {
        uint32_t at = work.back();
        work.pop_back();
        const Instr& i = c.code[at];
        const OpInfo& info = op_info(i);
        auto reads = [&](Operand kind, uint16_t reg) {
            return (kind == Operand::Src || kind == Operand::Use) && reg == local;
        };
        if (reads(info.a, i.a) || reads(info.b, i.b) || (!is_wide(info.b) && reads(info.c, i.c)))
            return false;
        if (const ExceptionEntry* e = info.has(op_trait::Raises) ? code_handler(c, at) : nullptr)
            reach(e->handler);
        bool a_binds = info.a == Operand::DstL && i.a == local;
        bool b_binds = info.b == Operand::DstL && i.b == local;
        if (info.jumps() && !a_binds && !b_binds)
            reach(static_cast<uint32_t>(static_cast<int64_t>(at) + jump_distance(i)));
        Op op = static_cast<Op>(i.op);
        bool settled = (op == Op::CHECK_BOUND || op == Op::CLEAR) && i.a == local;
        if (!settled && !a_binds && !info.has(op_trait::Ends))
            reach(at + static_cast<uint32_t>(instr_size(i)));
    }
    return true;
}

void frame_go_to(Attached ts, Frame& f, uint32_t word) {
    Code& c = *f.code;
    uint32_t from = c.index_of(f.pc);
    const TempKinds kinds(c);
    Value* temp = f.regs() + c.temp_base();
    f.pc = c.code + word;
    if (f.object) {  // the line that is jumped to is not reported
        f.object->last_line = code_line(c, word);
        f.object->last_word = static_cast<int32_t>(word);
    }
    for (size_t i = c.depth[from]; i > c.depth[word];) {
        Value v = std::exchange(temp[--i], Value());
        if (kinds.at(from)[i].kind != Kind::except) {
            drop(ts, v);
            continue;
        }
        // The end of a handler: what was handled before is handled again.
        BaseException* mine =
            std::exchange(rt(ts).handled->exception, v ? static_cast<BaseException*>(v.object()) : nullptr);
        xdecref(ts, mine);
    }
}

Result<void> frame_jump(Attached ts, FrameObject& fo, Object& value) {
    if (!is_exact(value, PyLong_Type)) return raise(ts, Exc::ValueError, "lineno must be an integer");
    Op op = fo.frame && !fo.owned ? opcode(*fo.frame->pc) : Op::NOP;
    bool yielding = false;
    switch (static_cast<TraceEvent>(ts->tracing_what)) {
        case TraceEvent::line:
            break;
        case TraceEvent::call:  // also where nothing is traced
            return raise(ts, Exc::ValueError, "can't jump from the 'call' trace event of a new frame");
        case TraceEvent::return_:
            yielding = op == Op::YIELD || op == Op::YIELD_FROM;
            if (yielding) break;
            [[fallthrough]];
        default:
            return raise(ts, Exc::ValueError, "can only jump from a 'line' trace event");
    }
    if (!fo.trace || !fo.in_event)
        return raise(ts, Exc::ValueError, "f_lineno can only be set by a trace function");
    Code& c = *fo.frame->code;
    int64_t number;
    if (!int_fits_tag(static_cast<Int&>(value), &number) || number != static_cast<int>(number))
        return raise(ts, Exc::ValueError, "lineno out of range");
    auto line = static_cast<int>(number);
    if (line < c.firstlineno)
        return raise(ts, Exc::ValueError, "line {} comes before the current code block", line);
    int found = -1;
    for_each_line(c, [&](uint32_t, int here) {
        if (here >= line && (found < 0 || here < found)) found = here;
    });
    if (found < 0) return raise(ts, Exc::ValueError, "line {} comes after the current code block", line);

    Frame& f = *fo.frame;
    uint32_t word = TRY(find_target(ts, c, c.index_of(f.pc), found));
    // Instructions that rely on a variable which has no value here would read nothing.
    for (uint16_t i = 0; i < static_cast<uint16_t>(c.nlocals); ++i) {
        if (f.regs()[i] || local_may_be_unbound(c, word, i)) continue;
        auto name = TRY(str_as_utf8(ts, static_cast<Str&>(*c.varnames->item[i])));
        TRY(warn(ts, Exc::RuntimeWarning, fmt::format("assigning None to unbound local '{}'", name)));
        f.regs()[i] = Value(&none());
    }
    if (yielding) {
        fo.jump_to = static_cast<int32_t>(word);
        return {};
    }
    frame_go_to(ts, f, word);
    return {};
}

}  // namespace baton
