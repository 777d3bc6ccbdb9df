#include "vm/opcode.h"

namespace baton {

namespace {

using enum Operand;

constexpr bool kExtraFlag = true;
struct Words {
    bool extra;
    uint8_t caches;
    constexpr Words(int) : extra(false), caches(0) {}
    constexpr Words(bool has_extra, int n) : extra(has_extra), caches(static_cast<uint8_t>(n)) {}
};
constexpr Words operator+(Words l, Words r) {
    return {l.extra || r.extra, l.caches + r.caches};
}
constexpr Words EXTRA{kExtraFlag, 0};
constexpr Words CACHE(int n) {
    return {false, n};
}

namespace t {
using namespace op_trait;
constexpr OpInfo row(const char* name, Operand a, Operand b, Operand c, Words w, int traits) {
    return {name, a, b, c, w.extra, w.caches, static_cast<uint8_t>(traits)};
}
constexpr OpInfo rows[kOpCount] = {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) row(#name, A, B, C, words, traits),
#include "vm/opcodes.def"
};
}  // namespace t

}  // namespace

const OpInfo op_infos[kOpCount] = {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) t::rows[static_cast<int>(Op::name)],
#include "vm/opcodes.def"
};

StackEffect stack_effect(const Instr* pc) {
    const Instr& i = *pc;
    const OpInfo& info = op_info(i);
    [[maybe_unused]] const Extra x = info.has_extra ? extra_of(pc) : Extra();
    int taken = 0;
    if (info.a == Src && (i.flags & kTakeA)) ++taken;
    if (info.b == Src && (i.flags & kTakeB)) ++taken;
    if (info.c == Src && (i.flags & kTakeC)) ++taken;
    switch (opcode(i)) {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) \
    case Op::name:                                                      \
        return {taken + (POPS), PUSHES, JUMP_PUSHES};
#include "vm/opcodes.def"
    }
    return {0, 0, 0};
}

int32_t jump_distance(const Instr& i) {
    const OpInfo& info = op_info(i);
    if (info.b == WJump) return i.bc();
    return static_cast<int16_t>(info.a == Jump ? i.a : i.c);
}

bool set_jump_distance(Instr& i, int32_t distance) {
    const OpInfo& info = op_info(i);
    if (info.b == WJump) {
        i.set_bc(distance);
        return true;
    }
    if (distance != static_cast<int16_t>(distance)) return false;
    (info.a == Jump ? i.a : i.c) = static_cast<uint16_t>(distance);
    return true;
}

Op inverse_jump(Op op) {
    switch (op) {
#define PAIR(x, y)     \
    case Op::x:        \
    case Op::x##_BACK: \
        return Op::y;  \
    case Op::y:        \
    case Op::y##_BACK: \
        return Op::x;
        PAIR(JTRUE, JFALSE)
        PAIR(JLT, JNLT)
        PAIR(JLE, JNLE)
        PAIR(JEQ, JNEQ)
        PAIR(JNE, JNNE)
        PAIR(JGT, JNGT)
        PAIR(JGE, JNGE)
        PAIR(JLTI, JNLTI)
        PAIR(JLEI, JNLEI)
        PAIR(JEQI, JNEQI)
        PAIR(JNEI, JNNEI)
        PAIR(JGTI, JNGTI)
        PAIR(JGEI, JNGEI)
        PAIR(JIS, JIS_NOT)
        PAIR(JNONE, JNOT_NONE)
        PAIR(JIN, JNOT_IN)
#undef PAIR
        case Op::JMATCH_EXC:
            return Op::JNO_MATCH_EXC;
        case Op::JNO_MATCH_EXC:
            return Op::JMATCH_EXC;
        default:
            __builtin_trap();
    }
}

Op back_jump(Op op) {
    switch (op) {
        case Op::JUMP:
            return Op::JUMP_BACK;
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits)
#define OPCODE_JUMP(name, A, B, C, traits) \
    case Op::name:                         \
        return Op::name##_BACK;
#include "vm/opcodes.def"
        default:
            return op;
    }
}

}  // namespace baton
