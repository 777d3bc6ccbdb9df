// Where debuggers find what they show: tools/gdb/ reads this table out of the process or its core file,
// because builds have no descriptions of types. Nothing here is read by the runtime itself.
#include <cstddef>

#include "runtime/instance.h"
#include "runtime/types/dict.h"
#include "threadstate/process_state.h"
#include "vm/cell.h"
#include "vm/frame.h"
#include "vm/generator.h"

namespace baton {

struct DebugRow {
    char name[40];
    uint64_t value;
};
struct DebugTable {
    char magic[8];
    uint64_t version, rows;
    const ProcessState* process;
    DebugRow row[76];
};

// A friend of those with private fields.
struct DebugLayout {
    static constexpr DebugTable make();
};

constexpr DebugTable DebugLayout::make() {
    DebugTable t{"BATONDB", 1, 0, &detail::g_process, {}};
    const auto add = [&](const char* name, size_t value) {
        DebugRow& row = t.row[t.rows++];
        for (size_t i = 0; name[i]; ++i) row.name[i] = name[i];
        row.value = value;
    };
#define FIELD(type, field) add(#type "." #field, offsetof(type, field))
#define SIZE(type) add(#type, sizeof(type))
    FIELD(ProcessState, interpreters);
    FIELD(ProcessState, stage);
    FIELD(InterpreterState, next);
    FIELD(InterpreterState, id);
    FIELD(InterpreterState, threads);
    FIELD(InterpreterState, gil);
    FIELD(ThreadState, next);
    FIELD(ThreadState, interp);
    FIELD(ThreadState, thread_id);
    FIELD(ThreadState, native_thread_id);
    FIELD(ThreadState, id);
    FIELD(ThreadState, gilstate_counter);
    FIELD(ThreadState, phase);
    FIELD(ThreadState, detached_at);
    FIELD(ThreadState, name);
    add("ThreadState.seat", offsetof(ThreadState, ticks) - offsetof(Seat, ticks));
    add("ThreadState.upper", ThreadState::kUpperOffset);
    add("Phase.attached", static_cast<size_t>(Phase::kAttached));
    add("Phase.cleared_attached", static_cast<size_t>(Phase::kClearedAttached));
    add("Gil.word", offsetof(Gil, word_));
    add("Gil.word.flags", Gil::kFlags);
    add("Gil.head", offsetof(Gil, head_));
    add("Gil.id", offsetof(Gil, id_));
    add("Gil.settings.mode", offsetof(Gil, settings_) + offsetof(GilSettings, mode));
    FIELD(Waiter, seat);
    FIELD(Waiter, next);
    FIELD(Waiter, standing);
    FIELD(Waiter, waits_since);
    FIELD(RuntimeThread, frame);
    FIELD(RuntimeThread, pending);
    SIZE(Frame);
    FIELD(Frame, prev);
    FIELD(Frame, function);
    FIELD(Frame, code);
    FIELD(Frame, pc);
    FIELD(Frame, locals);
    FIELD(Frame, flags);
    add("Frame.flags.entry", kFrameEntry);
    SIZE(Instr);
    FIELD(Code, code);
    FIELD(Code, nlocals);
    FIELD(Code, ncells);
    FIELD(Code, nfrees);
    FIELD(Code, positions);
    FIELD(Code, npositions);
    FIELD(Code, firstlineno);
    FIELD(Code, varnames);
    FIELD(Code, cellvars);
    FIELD(Code, freevars);
    FIELD(Code, filename);
    FIELD(Code, name);
    FIELD(Code, qualname);
    SIZE(PositionEntry);
    FIELD(PositionEntry, start);
    FIELD(PositionEntry, line);
    FIELD(Function, globals);
    FIELD(Function, name);
    FIELD(Function, qualname);
    FIELD(Cell, value);
    FIELD(Generator, qualname);
    FIELD(Generator, frame);
    FIELD(Dict, keys);
    SIZE(DictKeys);
    FIELD(DictKeys, log2_size);
    FIELD(DictKeys, count);
    SIZE(DictEntry);
    FIELD(DictEntry, key);
    FIELD(DictEntry, value);
    FIELD(TypeInfo, inline_offset);
    FIELD(TypeInfo, shared_keys);
    SIZE(InlineHeader);
    FIELD(InlineHeader, filled);
    FIELD(SharedKeys, name);
    SIZE(WideStr);
#undef FIELD
#undef SIZE
    return t;
}

BATON_DATA const DebugTable baton_debug_table;
const DebugTable baton_debug_table = DebugLayout::make();

}  // namespace baton
