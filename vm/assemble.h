// From emitted instructions to the tables of a code object.
//
// What: the compiler emits instructions in order; the assembler keeps the number of live temps, drops what
// cannot be reached, knows which locals are certainly bound, remembers handler and position of every
// instruction, and at the end threads jumps, widens those that are too far and lays out the words.
//
// Invariants. All paths to a label agree on the depth. While nothing is reachable, depth is kept as if it
// were. A handler is entered with the temps below its depth and the exception.
//
// Callers. The compiler, one assembler per code object; no Python object is touched, no thread state needed.
#pragma once

#include <cstdint>
#include <vector>

#include "vm/ast.h"
#include "vm/opcode.h"

namespace baton {

// Where a value is: a register, and whether it is a temp that the next instruction is to take.
struct Loc {
    uint16_t reg = 0;
    bool temp = false;
};

struct Label {
    int id = -1;
};

// Locals that are certainly bound at a point of the program.
class BoundSet {
  public:
    bool has(int r) const {
        size_t w = static_cast<size_t>(r) / 64;
        return all_ || (w < words_.size() && (words_[w] >> (r % 64) & 1));
    }
    void add(int r);
    void remove(int r);
    void remove_all(const std::vector<uint16_t>& registers);
    void intersect(const BoundSet& o);
    static BoundSet everything() {
        BoundSet s;
        s.all_ = true;
        return s;
    }

  private:
    std::vector<uint64_t> words_;
    bool all_ = false;  // unreachable: nothing can be unbound here
};

struct AssembledCode {
    std::vector<Instr> code;
    std::vector<uint16_t> depth;
    std::vector<ExceptionEntry> exceptions;
    std::vector<PositionEntry> positions;
    int max_depth = 0;
    bool too_large = false;  // more registers than operands can name
};

class Assembler {
  public:
    // `may_unbind`: locals that some del or except clause unbinds; they are not trusted across merges that go
    // backwards.
    void start(int nlocals, int temp_base, std::vector<uint16_t> may_unbind);

    int depth() const { return depth_; }
    bool reachable() const { return reachable_; }
    uint16_t temp(int index) const { return static_cast<uint16_t>(temp_base_ + index); }
    uint16_t next_temp() const { return temp(depth_); }
    Loc top() const { return {temp(depth_ - 1), true}; }
    // Only where two ways of compiling meet that the assembler cannot follow (after a value has been
    // forgotten on purpose).
    void set_depth(int depth) { depth_ = depth; }

    void set_position(const ast::Pos& pos) { position_ = pos; }
    const ast::Pos& position() const { return position_; }
    void no_position() { position_ = {-1, -1, -1, -1}; }
    // A line that tracers and debuggers are to see though nothing of it is left to do. The mark goes away
    // when what stands beside it has the same line.
    void mark();
    // How many instructions there are so far.
    size_t emitted() const { return items_.size(); }

    bool is_bound(uint16_t local) const { return bound_.has(local); }
    void assume_bound(uint16_t local) { bound_.add(local); }
    const BoundSet& bound() const { return bound_; }

    Label label();
    // Here is the target of `l`; forward jumps to it have been emitted already.
    void bind(Label l);
    // Here is the target of jumps that come later, from behind. `entered` tells that control arrives at it
    // with `bound` by a way that is not emitted yet or has jumped over it; the depth is the present one.
    void bind_loop(Label l, bool entered, const BoundSet& bound);

    void emit(Op op, uint16_t a = 0, uint16_t b = 0, uint16_t c = 0, uint8_t flags = 0, Extra x = {});
    void emit_wide(Op op, uint16_t a, int32_t bc, uint8_t flags = 0);
    void emit_jump(Op op, Label target, uint16_t a = 0, uint16_t b = 0, uint16_t c = 0, uint8_t flags = 0);
    // A jump that belongs to no line: it follows a body that may end on several.
    void emit_jump_unlined(Label target);

    // Exception handlers nest; the innermost one of each instruction counts.
    int handler() const { return handler_; }
    void set_handler(int handler) { handler_ = handler; }
    // From now on exceptions go to a new handler, which keeps the temps below `depth`, until set_handler().
    int push_handler(int depth);
    // The handler's code begins here: depth is its depth + 1.
    void bind_handler(int handler);

    // Before a jump back: if many instructions have passed since the last poll, polls in between.
    void poll_if_long();

    AssembledCode finish();

  private:
    struct Item {
        Instr instr;
        Extra extra;
        int target = -1;  // label
        int handler = -1;
        uint16_t depth = 0;
        bool mark = false;  // stands for its line only
        ast::Pos pos;
    };
    struct Target {
        int item = -1;
        int depth = -1;
        int dead_depth = -1;  // of a jump in code that cannot be reached, where no other tells it
        bool referenced = false;
        BoundSet bound;
    };
    struct Handler {
        Label label;
        int depth;
        BoundSet bound;
    };

    void push(Item item);
    void note_bound(const Instr& i);
    void reference(Label l, int depth);
    std::vector<bool> targets() const;
    bool falls_through(size_t item) const;
    void inherit_lines();
    void copy_exits();
    void drop_marks();
    void thread_jumps();
    std::vector<int> layout(std::vector<bool>& far) const;
    int item_size(const Item& item, bool far) const;
    void place(AssembledCode& out, const Item& item, const Instr* words, int count) const;

    std::vector<Item> items_;
    std::vector<Target> labels_;
    std::vector<Handler> handlers_;
    std::vector<uint16_t> may_unbind_;
    BoundSet bound_;
    ast::Pos position_;
    int nlocals_ = 0;
    int temp_base_ = 0;
    int depth_ = 0;
    int max_depth_ = 0;
    int handler_ = -1;
    int since_poll_ = 0;
    int last_bind_ = -1;
    bool reachable_ = true;
};

}  // namespace baton
