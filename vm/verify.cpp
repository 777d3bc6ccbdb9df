#include "vm/verify.h"

#include <fmt/format.h>

#include <deque>
#include <vector>

#include "threadstate/check.h"
#include "vm/disassemble.h"
#include "vm/opcode.h"

namespace baton {

namespace {

class Verifier {
  public:
    Verifier(const Code& code, bool fresh)
        : code_(code), fresh_(fresh), is_start_(code.nwords), bound_(code.nwords), seen_(code.nwords) {}

    std::string run() {
        if (code_.nwords == 0) return "no instructions";
        if (code_.nparams() > code_.nlocals || code_.posonlyargcount > code_.argcount)
            return "more parameters than locals";
        if (std::string e = mark_starts(); !e.empty()) return e;
        for (uint32_t k = 0; k < code_.nexceptions; ++k)
            if (std::string e = check_handler(code_.exceptions[k]); !e.empty()) return e;
        Bits entry(static_cast<size_t>(code_.nlocals));
        for (int i = 0; i < code_.nparams(); ++i) entry[static_cast<size_t>(i)] = true;
        if (std::string e = reach(0, 0, entry); !e.empty()) return e;
        while (!work_.empty()) {
            uint32_t at = work_.front();
            work_.pop_front();
            if (std::string e = step(at); !e.empty())
                return fmt::format("word {}: {}: {}", at, op_info(code_.code[at]).name, e);
        }
        return {};
    }

  private:
    using Bits = std::vector<bool>;

    std::string mark_starts() {
        for (uint32_t at = 0; at < code_.nwords;) {
            const Instr& i = code_.code[at];
            if (i.op >= kOpCount) return fmt::format("word {}: no such opcode {}", at, i.op);
            const OpInfo& info = op_info(i);
            uint32_t size = static_cast<uint32_t>(instr_size(i));
            if (at + size > code_.nwords) return fmt::format("word {}: cut off", at);
            for (uint32_t k = 1 + info.has_extra; k < size; ++k)
                if (fresh_ && std::bit_cast<uint64_t>(code_.code[at + k]) != 0)
                    return fmt::format("word {}: a cache that is not zero", at + k);
            is_start_[at] = true;
            at += size;
        }
        return {};
    }

    std::string check_handler(const ExceptionEntry& e) {
        if (e.start >= e.end || e.end > code_.nwords || e.handler >= code_.nwords || !is_start_[e.handler] ||
            e.depth >= code_.max_depth)
            return fmt::format("bad handler for words {} to {}", e.start, e.end);
        return {};
    }

    // Control comes to `at` with these locals bound.
    std::string reach(uint32_t at, int depth, const Bits& bound) {
        if (at >= code_.nwords || !is_start_[at])
            return fmt::format("goes to word {}, which is no instruction", at);
        if (depth != code_.depth[at])
            return fmt::format("comes to word {} with depth {}, recorded is {}", at, depth, code_.depth[at]);
        if (!seen_[at]) {
            seen_[at] = true;
            bound_[at] = bound;
            work_.push_back(at);
            return {};
        }
        bool changed = false;
        for (size_t i = 0; i < bound.size(); ++i) {
            if (bound_[at][i] && !bound[i]) {
                bound_[at][i] = false;
                changed = true;
            }
        }
        if (changed) work_.push_back(at);
        return {};
    }

    std::string check_register(uint16_t r, int depth, const Bits& bound) {
        if (r < code_.nlocals) {
            if (!bound[r]) return fmt::format("reads local {}, which may be unbound", r);
            return {};
        }
        if (r < code_.temp_base()) return {};
        if (r >= code_.temp_base() + depth)
            return fmt::format("reads temp {}, which is not live", r - code_.temp_base());
        return {};
    }

    std::string check_operand(Operand kind, uint16_t v, bool take, int depth, int floor, const Bits& bound,
                              const Instr& i) {
        int temp = v - code_.temp_base();
        switch (kind) {
            case Operand::Src:
                if (take && (temp < floor || temp >= depth))
                    return fmt::format("takes register {}, which is not topmost", v);
                return check_register(v, depth, bound);
            case Operand::Use:
                return check_register(v, depth, bound);
            case Operand::DstT:
                if (temp < 0 || temp >= code_.max_depth)
                    return fmt::format("writes register {}, which is no temp", v);
                return {};
            case Operand::DstL:
            case Operand::Local:
                if (v >= code_.nlocals) return fmt::format("register {} is no local", v);
                return {};
            case Operand::Base:
                if (temp < 0 || temp > depth) return fmt::format("register {} is no base", v);
                return {};
            case Operand::Cell:
                if (v < code_.cell_base() || v >= code_.temp_base())
                    return fmt::format("register {} is no cell", v);
                return {};
            case Operand::Name:
                if (v >= code_.names->size) return fmt::format("no name {}", v);
                return {};
            case Operand::WName:
                if (i.bc() < 0 || i.bc() >= code_.names->size) return fmt::format("no name {}", i.bc());
                return {};
            case Operand::WConst:
                if (i.bc() < 0 || i.bc() >= code_.consts->size) return fmt::format("no constant {}", i.bc());
                if (static_cast<Op>(i.op) == Op::MAKE_FUNCTION && !is_code(*code_.consts->item[i.bc()]))
                    return fmt::format("constant {} is no code", i.bc());
                return {};
            default:
                return {};
        }
    }

    // Operands that count something which the operand kinds do not know.
    std::string check_counts(const Instr* pc, int depth) {
        switch (static_cast<Op>(pc->op)) {
            case Op::COPY_FREE:
                if (pc->a != code_.free_base() || pc->b != code_.nfrees) return "not the free variables";
                return {};
            case Op::REVERSE:
                if (pc->a - code_.temp_base() + pc->b > depth) return "a run beyond the temps";
                return {};
            case Op::MAKE_CELL:
                if (pc->b != kNoRegister && pc->b >= code_.nlocals)
                    return fmt::format("register {} is no local", pc->b);
                return {};
            case Op::CALL_KW:
            case Op::CALL_LOADED_KW: {
                const int32_t at = extra_of(pc).x;
                if (at < 0 || at >= code_.consts->size || !is_tuple(*code_.consts->item[at]))
                    return fmt::format("constant {} is no tuple of names", at);
                if (static_cast<Tuple&>(*code_.consts->item[at]).size > pc->b)
                    return "more names than arguments";
                return {};
            }
            default:
                return {};
        }
    }

    std::string step(uint32_t at) {
        const Instr& i = code_.code[at];
        const OpInfo& info = op_info(i);
        int depth = code_.depth[at];
        Bits bound = bound_[at];
        StackEffect effect = stack_effect(&code_.code[at]);
        int floor = depth - effect.pops;
        if (floor < 0) return fmt::format("takes {} temps of {}", effect.pops, depth);
        bool is_take_bits = static_cast<Op>(i.op) != Op::MAKE_FUNCTION;
        auto taken = [&](uint8_t bit) { return is_take_bits && (i.flags & bit) != 0; };
        if (std::string e = check_operand(info.a, i.a, taken(kTakeA), depth, floor, bound, i); !e.empty())
            return e;
        if (std::string e = check_operand(info.b, i.b, taken(kTakeB), depth, floor, bound, i); !e.empty())
            return e;
        if (!is_wide(info.b))
            if (std::string e = check_operand(info.c, i.c, taken(kTakeC), depth, floor, bound, i); !e.empty())
                return e;
        if (std::string e = check_counts(&i, depth); !e.empty()) return e;
        // Where results go, and where runs of operands begin; a value that is taken with a run lies below it.
        int below = static_cast<Op>(i.op) == Op::SET_SLICE && taken(kTakeC) ? 1 : 0;
        if (info.a == Operand::DstT && i.a != code_.temp_base() + floor)
            return "result not where the operands were";
        if (info.a == Operand::Base && (effect.pops || effect.pushes) &&
            static_cast<Op>(i.op) != Op::UNPACK && static_cast<Op>(i.op) != Op::UNPACK_EX &&
            i.a != code_.temp_base() + floor + below)
            return "the run of operands is not topmost";
        for (uint32_t k = 0; k < code_.nexceptions; ++k) {
            const ExceptionEntry& e = code_.exceptions[k];
            if (at < e.start || at >= e.end) continue;
            if (info.has(op_trait::Raises)) {
                if ((info.has(op_trait::ConsumesAlways) ? floor : depth) < e.depth)
                    return "too few temps for the handler";
                if (std::string bad = reach(e.handler, e.depth + 1, bound); !bad.empty()) return bad;
            }
            break;
        }
        // What the instruction does to the locals.
        Bits jumped = bound;
        if (info.a == Operand::DstL) bound[i.a] = true;
        if (info.b == Operand::DstL) jumped[i.b] = true;
        switch (static_cast<Op>(i.op)) {
            case Op::CHECK_BOUND:
                bound[i.a] = true;
                break;
            case Op::CLEAR:
                bound[i.a] = false;
                break;
            case Op::MAKE_CELL:
                if (i.b != kNoRegister) bound[i.b] = false;
                break;
            default:
                break;
        }
        // What handlers see if the instruction binds and then raises later is covered by the instructions
        // after it.
        if (info.jumps()) {
            auto target = static_cast<int64_t>(at) + jump_distance(i);
            if (target < 0) return "jumps before the beginning";
            if (info.a == Operand::DstL) jumped = bound;
            if (std::string e = reach(static_cast<uint32_t>(target), floor + effect.jump_pushes, jumped);
                !e.empty())
                return e;
        }
        if (info.has(op_trait::Ends)) return {};
        uint32_t next = at + static_cast<uint32_t>(instr_size(i));
        if (next >= code_.nwords) return "falls off the end";
        if (floor + effect.pushes > code_.max_depth) return "more temps than there are";
        return reach(next, floor + effect.pushes, bound);
    }

    const Code& code_;
    bool fresh_;
    std::vector<bool> is_start_;
    std::vector<Bits> bound_;
    std::vector<bool> seen_;
    std::deque<uint32_t> work_;
};

}  // namespace

std::string verify_code(const Code& code, bool fresh) {
    return Verifier(code, fresh).run();
}

void check_code(const Code& code) {
    std::string wrong = verify_code(code, true);
    if (wrong.empty()) return;
    std::string text = "bad code: " + wrong + "\n" + disassemble(code);
    fatal("check_code", text.c_str());
}

}  // namespace baton
