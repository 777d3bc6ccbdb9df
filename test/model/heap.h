// The memory of one execution: what the layer allocates while the explorer runs it.
//
// Invariants. Addresses are handed out in order from a fixed place and not reused within an execution, so
// equal schedules see equal addresses. Freed memory is filled with a pattern: touching an atomic, a mutex or
// a parker in it fails the execution at once, a plain write is found at the end, a plain read yields the
// pattern.
//
// Callers. The replaced operator new, free() and aligned_alloc() while a fibre runs; engine.cpp.
#pragma once

#include <cstddef>

namespace baton::model {

void* heap_allocate(size_t size, size_t align);
void heap_free(void* p);
bool in_heap(const void* p);
// Was freed in this execution.
bool heap_freed(const void* p);

void heap_reset();
// Blocks that were not freed.
int heap_live();
// A freed block that was written to afterwards, or null.
const void* heap_scribbled();
// Distance from the heap's start, for reports.
size_t heap_offset(const void* p);

}  // namespace baton::model
