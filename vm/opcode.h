// Opcodes and instructions: what the rows of opcodes.def mean as C++.
//
// Invariants. A code object is one array of Words; an Instr at index k is followed by op_words(op) further words (an
// Extra, then caches). Op values are dense from 0 in the order of the table, below 256. Nothing here is writable.
//
// Callers. Anybody, in any state.
#pragma once

#include <cstdint>

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

struct Instr {
    uint8_t op;
    uint8_t flags;
    uint16_t a;
    union {
        struct {
            uint16_t b;
            uint16_t c;
        };
        int32_t bc;
    };

    Op opcode() const { return static_cast<Op>(op); }
    int weight() const { return flags >> 3; }  // at poll sites
};
static_assert(sizeof(Instr) == 8);

struct Extra {
    int32_t x = 0;
    int32_t y = 0;
};

// One element of the code array.
union Word {
    Instr instr;
    Extra extra;
    uint64_t cache;
};
static_assert(sizeof(Word) == 8);

inline constexpr uint8_t kTakeA = 1, kTakeB = 2, kTakeC = 4, kInplace = 8;
inline constexpr int kMaxWeight = 31;
inline constexpr uint16_t kNoRegister = 0xFFFF;
// Parts of MAKE_FUNCTION.
inline constexpr uint8_t kWithDefaults = 1, kWithKwDefaults = 2, kWithAnnotations = 4, kWithClosure = 8;

enum class Operand : uint8_t {
    None_, DstT, DstL, Src, Use, Local, Base, Cell, Imm, Count, Name, Const, Jump, WName, WConst, WImm, WJump,
};
inline bool is_wide(Operand k) { return k >= Operand::WName; }

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
inline const OpInfo& op_info(Op op) { return op_infos[static_cast<int>(op)]; }
inline const OpInfo& op_info(const Instr& i) { return op_infos[i.op]; }

// Words of an instruction, itself included.
inline int instr_size(const Instr& i) { return 1 + op_info(i).words(); }

// What an instruction does to the stack of temps. Taken operands are part of `pops`.
struct StackEffect {
    int pops;
    int pushes;
    int jump_pushes;
};
StackEffect stack_effect(const Word* at);

// Distance of a jump, and the operand it stands in. Precondition: op_info(i).jumps().
int32_t jump_distance(const Instr& i);
bool set_jump_distance(Instr& i, int32_t distance);  // false: does not fit into 16 bits

// The jump with the opposite condition, forward and short; of the same operands. Precondition: there is one.
Op inverse_jump(Op op);
// name_BACK of a conditional jump, or the op itself when it has none.
Op back_jump(Op op);

}  // namespace baton
