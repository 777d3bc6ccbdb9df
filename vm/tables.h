// Which of the loop's three dispatch tables a thread uses. The loop's labels are its own, so others know the
// tables by number, kept in RuntimeThread::dispatch.
#pragma once
#include "runtime/thread_data.h"
#include "vm/opcode.h"

namespace baton {

enum class Table : uintptr_t { plain, counting, tracing };

inline Table table_of(const RuntimeThread& t) {
    return static_cast<Table>(reinterpret_cast<uintptr_t>(t.dispatch));
}
inline void set_table(RuntimeThread& t, Table table) {
    t.dispatch = reinterpret_cast<void* const*>(static_cast<uintptr_t>(table));
}
// What the instruction takes off the ticks by itself.
inline int poll_weight(const Instr& i) {
    if (!op_info(i).has(op_trait::Poll)) return 0;
    return opcode(i) == Op::POLL ? i.a : weight(i);
}

}  // namespace baton
