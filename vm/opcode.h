// Opcodes and instructions: what the rows of opcodes.def mean as C++.
//
// Invariants. Op values are dense from 0 in the order of the table, at most 256. An instruction is followed
// by OpInfo::words() further words: an Extra, then caches. Nothing here is writable.
//
// Callers. Anybody, in any state.
#pragma once

#include <bit>
#include <cstdint>

#include "vm/code.h"

namespace baton {

enum class Op : uint8_t {
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) name,
#include "vm/opcodes.def"
};
inline constexpr int kOpCount = 0
#define OPCODE(name, A, B, C, words, POPS, PUSHES, JUMP_PUSHES, traits) +1
#include "vm/opcodes.def"
    ;
static_assert(kOpCount <= 256);

// The word of static operands that follows an instruction whose row says EXTRA.
struct Extra {
    int32_t x = 0;
    int32_t y = 0;
};
inline Extra extra_of(const Instr* pc) {
    return std::bit_cast<Extra>(pc[1]);
}
inline Op opcode(const Instr& i) {
    return static_cast<Op>(i.op);
}
inline int weight(const Instr& i) {
    return i.flags >> 3;
}  // at poll sites, save POLL itself

inline constexpr uint8_t kTakeA = 1, kTakeB = 2, kTakeC = 4, kInplace = 8;
inline constexpr int kMaxWeight = 31;
inline constexpr uint16_t kNoRegister = 0xFFFF;
// Parts of MAKE_FUNCTION.
inline constexpr uint8_t kWithDefaults = 1, kWithKwDefaults = 2, kWithAnnotations = 4, kWithClosure = 8;

enum class Operand : uint8_t {
    None_,
    DstT,
    DstL,
    Src,
    Use,
    Local,
    Base,
    Cell,
    Imm,
    Count,
    Name,
    Const,
    Jump,
    WName,
    WConst,
    WImm,
    WJump,
};
inline bool is_wide(Operand k) {
    return k >= Operand::WName;
}

namespace op_trait {
enum : uint8_t { None = 0, Raises = 1, RunsPython = 3, Poll = 4, ConsumesAlways = 8, Ends = 16 };
}

struct OpInfo {
    const char* name;
    Operand a, b, c;
    bool has_extra;
    uint8_t caches;
    uint8_t traits;

    int words() const { return has_extra + caches; }  // that follow the instruction
    bool has(uint8_t trait) const { return (traits & trait) == trait; }
    bool jumps() const { return a == Operand::Jump || c == Operand::Jump || b == Operand::WJump; }
};
extern const OpInfo op_infos[kOpCount];
inline const OpInfo& op_info(Op op) {
    return op_infos[static_cast<int>(op)];
}
inline const OpInfo& op_info(const Instr& i) {
    return op_infos[i.op];
}

// Words of an instruction, itself included.
inline int instr_size(const Instr& i) {
    return 1 + op_info(i).words();
}

// What an instruction does to the stack of temps. Taken operands are part of `pops`.
struct StackEffect {
    int pops;
    int pushes;
    int jump_pushes;
};
StackEffect stack_effect(const Instr* pc);

// Distance of a jump, and the operand it stands in. Precondition: op_info(i).jumps().
int32_t jump_distance(const Instr& i);
bool set_jump_distance(Instr& i, int32_t distance);  // false: does not fit into 16 bits

// The jump with the opposite condition, forward and short; of the same operands. Precondition: there is one.
Op inverse_jump(Op op);
// name_BACK of a conditional jump, or the op itself when it has none.
Op back_jump(Op op);

}  // namespace baton
