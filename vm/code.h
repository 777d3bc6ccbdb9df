// Code objects: what the compiler makes and the interpreter loop runs.
//
// What: the header of cp311's code object and our own insides. Python sees code only through accessors
// (code.cpp); C programs through functions. The compiler fills a CodeParts and calls code_new, which copies
// everything it is given.
//
// Registers of a frame: R[0..nlocals) the variables of co_varnames, arguments first, in the order: positional
// (positional-only ones first), keyword-only, then *args, then **kwargs; R[nlocals..nlocals+ncells) cells
// made by this code, one per co_cellvars; then nfrees cells taken from the function's closure, one per
// co_freevars; then `max_depth` temporaries, t0 first. A variable that is both an argument and a cell has a
// register of each kind; the code's prologue moves the argument into its cell.
//
// Invariants: instructions are a contiguous array of words; inline cache words follow the instruction whose
// opcode row asks for them and start as zero. Everything but the cache words is constant once the object is
// visible. Indices into tables are word indices into `code`. `depth[i]` is the number of live temporaries
// before the instruction at word i. A code object belongs to one interpreter, because its caches do. Callers:
// attached threads.
#pragma once
#include <cstdint>
#include <span>

#include "runtime/box.h"
#include "vm/vm_types.h"

namespace baton {

// One instruction, or the 64 bits of a cache word. Long jumps and wide indices use the pair b, c as one
// int32.
struct Instr {
    uint8_t op = 0, flags = 0;
    uint16_t a = 0, b = 0, c = 0;

    int32_t bc() const { return static_cast<int32_t>(static_cast<uint32_t>(c) << 16 | b); }
    void set_bc(int32_t v) {
        b = static_cast<uint16_t>(v);
        c = static_cast<uint16_t>(static_cast<uint32_t>(v) >> 16);
    }
    int16_t sb() const { return static_cast<int16_t>(b); }
    int16_t sc() const { return static_cast<int16_t>(c); }
};
static_assert(sizeof(Instr) == 8);

// When an instruction in [start, end) raises: drop temporaries down to `depth`, put the exception into
// temporary `depth` (which makes depth + 1 live ones at the handler) and continue at `handler`. Entries are
// searched in order, innermost first.
struct ExceptionEntry {
    uint32_t start, end, handler;
    uint16_t depth;
};

// Source range of the instructions from word `start` to the next entry's start. line < 0: no line (artificial
// code). Columns are UTF-8 byte offsets, -1 where unknown. Sorted by start; the first entry has start 0.
struct PositionEntry {
    uint32_t start;
    int32_t line, end_line;
    int32_t column, end_column;
};

// CO_* flags of code objects.
inline constexpr int kCodeOptimized = 0x1, kCodeNewLocals = 0x2, kCodeVarArgs = 0x4, kCodeVarKeywords = 0x8,
                     kCodeNested = 0x10, kCodeGenerator = 0x20, kCodeCoroutine = 0x80,
                     kCodeIterableCoroutine = 0x100, kCodeAsyncGenerator = 0x200,
                     kCodeFutureDivision = 0x20000, kCodeFutureAbsoluteImport = 0x40000,
                     kCodeFutureWithStatement = 0x80000, kCodeFuturePrintFunction = 0x100000,
                     kCodeFutureUnicodeLiterals = 0x200000, kCodeFutureBarryAsBdfl = 0x400000,
                     kCodeFutureGeneratorStop = 0x800000, kCodeFutureAnnotations = 0x1000000;
inline constexpr int kCodeAnyGenerator = kCodeGenerator | kCodeCoroutine | kCodeAsyncGenerator;

// What cp311 has as well stands where it is there: tracers read the names and the first line in place
// (capi/include/code.h).
struct Code : Object {
    Index size;  // CPython's, of its instructions: 0
    Tuple *consts, *names;
    Instr* code;       // nwords words, in the block
    int32_t flags;     // kCode*
    int32_t nregs;     // nlocals + ncells + nfrees + max_depth
    int32_t argcount;  // positional parameters, positional-only ones included
    int32_t posonlyargcount;
    int32_t kwonlyargcount;
    int32_t max_depth;
    int32_t firstlineno;
    int32_t exact_args;  // argcount when all parameters are plain positional ones, else -1
    int32_t nlocals;
    int32_t first_temp;  // nlocals + ncells + nfrees
    int32_t ncells, nfrees;
    Value* constants;  // consts in canonical form, borrowed from `consts`
    Tuple* varnames;
    Str *filename, *name, *qualname;
    const uint16_t* depth;  // per word; the side tables are in the block
    Object* weakreflist;
    const ExceptionEntry* exceptions;
    const PositionEntry* positions;
    uint32_t nwords, nexceptions, npositions;
    Tuple *cellvars, *freevars;
    void* block;  // instructions and side tables

    int nparams() const {
        return argcount + kwonlyargcount + ((flags & kCodeVarArgs) != 0) + ((flags & kCodeVarKeywords) != 0);
    }
    int cell_base() const { return nlocals; }
    int free_base() const { return nlocals + ncells; }
    int temp_base() const { return first_temp; }
    uint32_t index_of(const Instr* pc) const { return static_cast<uint32_t>(pc - code); }
};

static_assert(offsetof(Code, consts) == 24 && offsetof(Code, flags) == 48 && offsetof(Code, argcount) == 56);
static_assert(offsetof(Code, firstlineno) == 72 && offsetof(Code, nlocals) == 80 &&
              offsetof(Code, ncells) == 88);
static_assert(offsetof(Code, filename) == 112 && offsetof(Code, name) == 120 &&
              offsetof(Code, qualname) == 128);
static_assert(offsetof(Code, weakreflist) == 144);

// What the compiler hands over; every span is copied, every object shared. `code` holds zeroed cache words in
// place; `depth` has one entry per word of code.
struct CodeParts {
    std::span<const Instr> code;
    std::span<const uint16_t> depth;
    std::span<const ExceptionEntry> exceptions;
    std::span<const PositionEntry> positions;
    int argcount = 0, posonlyargcount = 0, kwonlyargcount = 0;
    int flags = 0;
    int max_depth = 0;
    int firstlineno = 1;
    Tuple* consts = nullptr;    // co_consts; LOADK indexes it
    Tuple* names = nullptr;     // interned strs
    Tuple* varnames = nullptr;  // nlocals = its size
    Tuple* cellvars = nullptr;  // ncells = its size
    Tuple* freevars = nullptr;
    Str *filename = nullptr, *name = nullptr, *qualname = nullptr;
};
Result<Ref<Code>> code_new(Attached ts, const CodeParts& parts);
// The same for a function written in another language, which has a code object for the sake of tracebacks:
// called, it raises AssertionError. Instructions and depths of the parts are not looked at.
Result<Ref<Code>> code_new_foreign(Attached ts, CodeParts parts);

inline bool is_code(const Object& o) {
    return o.type == &PyCode_Type;
}
// The source position of the instruction at a word index (anywhere from the instruction to its last cache
// word).
const PositionEntry& code_position(const Code& c, uint32_t word);
int code_line(const Code& c, uint32_t word);  // -1 = none
extern const TypeSpec code_spec;
// The handler that covers a word, or null.
const ExceptionEntry* code_handler(const Code& c, uint32_t word);

}  // namespace baton
