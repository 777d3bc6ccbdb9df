// Frames: activations of Python code, on a chunked stack of registers.
//
// What: a header followed by the registers R[0..code->nregs). The header of the frame whose registers start
// at R is frame_of(R). Frames of generators live inside the generator object; all others on the thread's
// stack. Invariants: a register that is live owns its Value: every register below temp_base (0 = unbound) and
// temporaries t0..t(d-1), d being the depth recorded for the saved instruction. `pc` is the instruction being
// executed, saved before anything that may look; rt(ts).frame is the innermost frame. stack_top is the first
// free word above the innermost stack frame; chunks never move. A frame's code, globals and builtins are
// borrowed from its function. Callers: attached threads, for frames of their own thread; others' frames only
// through FrameObject.
#pragma once
#include "runtime/thread_data.h"
#include "vm/function.h"

namespace baton {

struct FrameObject;
struct Generator;

// What to do when the frame is left by return; 0 = store into the destination of the caller's instruction.
inline constexpr uint16_t kFrameEntry = 1;  // called from C++: leave the loop
inline constexpr uint16_t kFrameInit =
    2;  // __init__ of a new instance: the caller's base register holds the instance
inline constexpr uint16_t kFrameGenerator = 4;  // embedded in a generator
inline constexpr uint16_t kFrameTraced = 8;     // 'call' has been reported
inline constexpr uint16_t kFrameDiscard = 16;   // the result is dropped (attribute setters)
inline constexpr uint16_t kFrameChunk = 32;     // first of its chunk

struct Frame {
    Frame* prev;
    Function* function;  // owned
    Code* code;
    const Instr* pc;
    FrameObject* object;  // owned; null until somebody asks
    Object* locals;  // owned; namespace of class bodies, modules, exec; a function's locals() once asked for
    Generator* generator;  // borrowed; null unless embedded
    uint16_t flags;
    uint16_t result;  // register of the caller that gets what this frame returns
    uint32_t skip;    // words from the caller's instruction to the next one

    Value* regs() { return reinterpret_cast<Value*>(this + 1); }
};
static_assert(sizeof(Frame) == 64);
inline constexpr int kFrameWords = sizeof(Frame) / sizeof(Value);
inline Frame* frame_of(Value* R) {
    return reinterpret_cast<Frame*>(R) - 1;
}

// Room for a frame and `nregs` registers, with stack_top moved above it and flags set to 0 or kFrameChunk;
// null = raised.
Frame* frame_reserve_slow(Attached ts, RuntimeThread& t, int nregs);
inline Frame* frame_reserve(Attached ts, RuntimeThread& t, int nregs) {
    Value* base = t.stack_top;
    Value* end = base + kFrameWords + nregs;
    if (end > t.stack_limit) [[unlikely]]
        return frame_reserve_slow(ts, t, nregs);
    t.stack_top = end;
    auto* f = reinterpret_cast<Frame*>(base);
    f->flags = 0;
    return f;
}
// Gives the memory of the topmost stack frame back. Slow: the frame is the first of its chunk.
void frame_release_slow(RuntimeThread& t);
inline void frame_release(RuntimeThread& t, Frame* f) {
    if (f->flags & kFrameChunk) [[unlikely]]
        return frame_release_slow(t);
    t.stack_top = reinterpret_cast<Value*>(f);
}
void stack_free(RuntimeThread& t);  // end of the thread: all chunks

// Drops what a frame that is being left owns: registers below temp_base, locals, the frame object's link
// (which takes the registers over when somebody else still has it), the function. Temporaries must be gone.
void frame_clear(Attached ts, Frame* f);

// Line of the instruction a frame is at; -1 = none.
inline int frame_line(const Frame& f) {
    return code_line(*f.code, f.code->index_of(f.pc));
}

}  // namespace baton
