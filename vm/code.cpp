#include "vm/code.h"

#include "vm/opcode.h"

#include <cstring>

#include "runtime/gc.h"
#include "runtime/memory.h"
#include "runtime/raise.h"
#include "runtime/types/tuple.h"

namespace baton {

namespace {

size_t rounded(size_t bytes) {
    return (bytes + 7) & ~size_t{7};
}

template <class T>
T* copy_table(char*& at, std::span<const T> from) {
    auto* to = reinterpret_cast<T*>(at);
    if (!from.empty()) std::memcpy(static_cast<void*>(to), from.data(), from.size_bytes());
    at += rounded(from.size_bytes());
    return to;
}

template <class T>
T* shared(T* o) {
    incref(o);
    return o;
}

}  // namespace

Result<Ref<Code>> code_new(Attached ts, const CodeParts& p) {
    size_t bytes = rounded(p.code.size_bytes()) + rounded(p.depth.size_bytes()) +
                   rounded(p.exceptions.size_bytes()) + rounded(p.positions.size_bytes()) +
                   static_cast<size_t>(p.consts->size) * sizeof(Value);
    auto* block = static_cast<char*>(allocate(ts, bytes));
    if (!block) return raise_no_memory(ts);
    auto made = new_object<Code>(ts, PyCode_Type);
    if (!made.ok()) {
        free_block(ts, block);
        return already_raised();
    }
    auto code = made.take();
    Code& c = *code;
    std::memset(reinterpret_cast<char*>(&c) + sizeof(Object), 0, sizeof(Code) - sizeof(Object));
    c.block = block;
    char* at = block;
    c.code = copy_table(at, p.code);
    c.exceptions = copy_table(at, p.exceptions);
    c.positions = copy_table(at, p.positions);
    c.constants = reinterpret_cast<Value*>(at);
    at += static_cast<size_t>(p.consts->size) * sizeof(Value);
    c.depth = copy_table(at, p.depth);
    for (Index i = 0; i < p.consts->size; ++i) {
        Value v = unbox_borrowed(p.consts->item[i]);
        if (v.is_object()) decref(ts, v.object());  // the tuple owns it
        c.constants[i] = v;
    }
    c.nwords = static_cast<uint32_t>(p.code.size());
    c.nexceptions = static_cast<uint32_t>(p.exceptions.size());
    c.npositions = static_cast<uint32_t>(p.positions.size());
    c.argcount = p.argcount;
    c.posonlyargcount = p.posonlyargcount;
    c.kwonlyargcount = p.kwonlyargcount;
    c.flags = p.flags;
    c.max_depth = p.max_depth;
    bool plain = p.kwonlyargcount == 0 && !(p.flags & (kCodeVarArgs | kCodeVarKeywords));
    c.exact_args = plain ? p.argcount : -1;
    c.firstlineno = p.firstlineno;
    c.nlocals = static_cast<int32_t>(p.varnames->size);
    c.ncells = static_cast<int32_t>(p.cellvars->size);
    c.nfrees = static_cast<int32_t>(p.freevars->size);
    c.first_temp = c.nlocals + c.ncells + c.nfrees;
    c.nregs = c.first_temp + p.max_depth;
    c.consts = shared(p.consts);
    c.names = shared(p.names);
    c.varnames = shared(p.varnames);
    c.cellvars = shared(p.cellvars);
    c.freevars = shared(p.freevars);
    c.filename = shared(p.filename);
    c.name = shared(p.name);
    c.qualname = shared(p.qualname);
    return code;
}

Result<Ref<Code>> code_new_foreign(Attached ts, CodeParts parts) {
    const auto temp =
        static_cast<uint16_t>(parts.varnames->size + parts.cellvars->size + parts.freevars->size);
    const Instr code[] = {{static_cast<uint8_t>(Op::LOAD_ASSERTION_ERROR), 0, temp, 0, 0},
                          {static_cast<uint8_t>(Op::RAISE), kTakeB, 0, temp, 0}};
    const uint16_t depth[] = {0, 1};
    parts.code = code;
    parts.depth = depth;
    parts.exceptions = {};
    parts.max_depth = 1;
    return code_new(ts, parts);
}

const PositionEntry& code_position(const Code& c, uint32_t word) {
    static constexpr PositionEntry kNowhere = {0, -1, -1, -1, -1};
    uint32_t low = 0, high = c.npositions;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (c.positions[middle].start <= word)
            low = middle + 1;
        else
            high = middle;
    }
    return low ? c.positions[low - 1] : kNowhere;
}

int code_line(const Code& c, uint32_t word) {
    const PositionEntry* p = &code_position(c, word);
    // Artificial instructions (the end of a finally) count to the line before them.
    while (p > c.positions && p < c.positions + c.npositions && p->line < 0) --p;
    return p->line;
}

const ExceptionEntry* code_handler(const Code& c, uint32_t word) {
    for (uint32_t i = 0; i < c.nexceptions; ++i) {
        const ExceptionEntry& e = c.exceptions[i];
        if (word >= e.start && word < e.end) return &e;
    }
    return nullptr;
}

}  // namespace baton
