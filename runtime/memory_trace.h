// Who is told of each block of memory, while somebody wants to know (tracemalloc).
//
// Off, it costs nothing: the inlined paths of memory.h never look. While a trace is on they find no free
// block and no hot page, so that every block goes through the slow functions, which lend the interpreter its
// own lists for the moment and then tell the trace. Invariants: one trace per interpreter, under its lock; a
// trace outlives its time of being on. allocated() and freed() allocate and free no block of this allocator.
// Callers: attached threads.
#pragma once
#include "runtime/memory.h"

namespace baton {

struct MemoryTrace {
    // The interpreter's own lists, while the trace is on.
    void* free_list[kSizeClasses] = {};
    uintptr_t hot_page[kSizeClasses] = {};

    virtual void allocated(Attached ts, void* block, size_t bytes) = 0;
    virtual void freed(void* block) = 0;  // may never have been told of it

  protected:
    ~MemoryTrace() = default;
};

void memory_trace_start(Attached ts, MemoryTrace& trace);  // precondition: none is on
void memory_trace_stop(Attached ts);                       // precondition: one is on

}  // namespace baton
