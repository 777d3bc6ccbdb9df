// tracemalloc: where the memory in use was asked for, and how much of it there is.
//
// What is traced are the blocks of the object allocator, in domain 0, from start() on, and what extensions
// report (PyTraceMalloc_Track) in domains of their own. Each interpreter has a trace of its own, guarded by
// its lock. Callers: attached threads.
#pragma once
#include <cstdint>

#include "runtime/result.h"
#include "runtime/object.h"

namespace baton {

inline constexpr int kMostTracedFrames = 65535;

Result<void> tracemalloc_start(Attached ts, int frames);  // on already: no-op
void tracemalloc_stop(Attached ts);                       // forgets all traces
bool tracemalloc_is_on(Attached ts);
// A block of an extension's own. Known already: the new size and place replace the old. False: not tracing.
bool tracemalloc_track(Attached ts, unsigned domain, uintptr_t block, size_t bytes);
bool tracemalloc_untrack(Attached ts, unsigned domain, uintptr_t block);  // unknown: no-op
// Tuple of (file name, line) pairs, the latest call first; None when the block is not known.
Result<Ref<Object>> tracemalloc_traceback(Attached ts, unsigned domain, uintptr_t block);

}  // namespace baton
