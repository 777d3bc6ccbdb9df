// The interpreter loop: dispatches, polls, and hands raised exceptions to the unwinder. Bodies are in
// ops/*.inc, one per row of opcodes.def; whatever is not a fast path is an ordinary function elsewhere.
//
// Words of the bodies: OP opens one; NEXT(n) goes on n words further; SLOW(f, n) runs the whole instruction
// out of line; FAIL hands the pending exception to the unwinder. SYNC saves the pc where others may look.
// RETABLE reads the dispatch table again, after anything that may have changed it: tracing, or the lock's
// mode.
#include "runtime/allocate_instance.h"
#include "runtime/native.h"
#include "runtime/types/cfunction.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/range.h"
#include "runtime/types/str.h"
#include "vm/cell.h"
#include "vm/eval_fast.h"
#include "vm/generator.h"
#include "vm/interp.h"
#include "vm/run.h"
#include "vm/tables.h"

namespace baton {

#define OP(name) L_##name:
#define DISPATCH() goto* table[pc->op]
#define NEXT(n)     \
    do {            \
        pc += (n);  \
        DISPATCH(); \
    } while (0)
#define SYNC() frame_of(R)->pc = pc
#define FAIL() goto raised
#define RETABLE() table = kTables[static_cast<int>(table_of(t))]
#define SLOW(f, n)                 \
    do {                           \
        SYNC();                    \
        if (!f(ts, pc, R)) FAIL(); \
        RETABLE();                 \
        NEXT(n);                   \
    } while (0)
// Gives other threads, signals and the collector their turn when the count has run out. Nothing of the
// instruction is done yet.
#define POLL(weight)                                  \
    do {                                              \
        if ((s.ticks -= (weight)) < 0) [[unlikely]] { \
            SYNC();                                   \
            if (!vm_poll(ts)) FAIL();                 \
            RETABLE();                                \
        }                                             \
    } while (0)
#define MAY_ENTER() (t.recursion_depth + t.c_recursion_depth < s.interp->recursion_limit)
#define WEIGHT() (pc->flags >> 3)
#define RA R[pc->a]
#define RB R[pc->b]
#define RC R[pc->c]
#define SET_T(v) RA = (v)
#define SET_L(v)                  \
    do {                          \
        Value old_ = RA;          \
        RA = (v);                 \
        release(ts, pc, R, old_); \
    } while (0)
#define TAKE_B(v) \
    if (pc->flags & kTakeB) release_object(ts, pc, R, v)
#define TAKE_C(v) \
    if (pc->flags & kTakeC) release_object(ts, pc, R, v)

Value run_frame(Attached ts, Frame* entry, bool throwing, bool* yielded) {
    static const void* const kPlain[kOpCount] = {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) &&L_##name,
#include "vm/opcodes.def"
    };
    static const void* const kCounting[kOpCount] = {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) &&count,
#include "vm/opcodes.def"
    };
    static const void* const kTracing[kOpCount] = {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) &&trace,
#include "vm/opcodes.def"
    };
    static const void* const* const kTables[] = {kPlain, kCounting, kTracing};

    ThreadState& s = ts.state();
    RuntimeThread& t = rt(ts);
    Value* R = entry->regs();
    const Instr* pc = entry->pc;
    const void* const* table;
    RETABLE();

    // Operands of the shared call paths.
    Function* function;  // owned
    Value* args;         // owned, moved out
    size_t nargs;
    uint32_t skip;  // words of the call instruction
    uint16_t weight;
    Value value;           // owned: what a frame is left with
    const Method* native;  // of native_method
    Value getter_self;     // the one argument of a property's getter
    Value setter_args[2];  // the two of a setter

    if (throwing) goto raised;
    DISPATCH();

count:
    // One per instruction; a poll site will count its weight, so that is given back here.
    s.ticks -= 1 - poll_weight(*pc);
    goto* kPlain[pc->op];

trace:
    SYNC();
    if (!trace_instruction(ts, pc, R)) FAIL();
    R = t.frame->regs();
    pc = t.frame->pc;
    s.ticks -= 1 - poll_weight(*pc);
    goto* kPlain[pc->op];

#include "vm/ops/arith.inc"
#include "vm/ops/attr.inc"
#include "vm/ops/build.inc"
#include "vm/ops/call.inc"
#include "vm/ops/exc.inc"
#include "vm/ops/flow.inc"
#include "vm/ops/iter.inc"
#include "vm/ops/names.inc"

raised : {
    // Copies: registers whose address is taken would live in memory throughout.
    const Instr* at;
    Value* registers = R;
    if (unwind(ts, &at, &registers) == Unwound::left_entry) {
        if (yielded) *yielded = false;
        return Value();
    }
    pc = at;
    R = registers;
    RETABLE();
    DISPATCH();
}
}

}  // namespace baton
