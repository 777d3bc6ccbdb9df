// Memory for objects: own 16-byte size classes up to 512 bytes, malloc above.
//
// Invariants: a block's class is known from the header of its 64-KiB-aligned page, so object_free needs no size. Blocks
// freed by another thread of the same lock go to the freeing thread's list. Nothing here collects: allocation only
// counts, and the cycle collector runs at the poll (gc.h).
// Callers: attached threads. raw_alloc (malloc) may be called by anybody.
#pragma once
#include "runtime/result.h"
#include "runtime/thread_data.h"

namespace baton {

inline constexpr size_t kSmallLimit = 512;

void* allocate_slow(Attached ts, size_t bytes);  // null = out of memory, nothing raised
void free_block(Attached ts, void* p);           // any block of this allocator, whatever its size
void* reallocate_block(Attached ts, void* p, size_t bytes);

inline void* allocate(Attached ts, size_t bytes) {
    if (bytes <= kSmallLimit) [[likely]] {
        void*& head = rt(ts).free_list[(bytes + 15) >> 4];
        if (void* p = head) [[likely]] {
            head = *static_cast<void**>(p);
            return p;
        }
    }
    return allocate_slow(ts, bytes);
}
// Gives back a block whose size class the caller knows.
inline void free_small(Attached ts, void* p, size_t bytes) {
    void*& head = rt(ts).free_list[(bytes + 15) >> 4];
    *static_cast<void**>(p) = head;
    head = p;
}

// A new object of a type without GC header: refcnt 1, type set, the rest untouched. Heap types are counted.
Result<Ref<Object>> new_object_raw(Attached ts, Type& type, size_t bytes);
template <class T>
Result<Ref<T>> new_object(Attached ts, Type& type, size_t bytes = sizeof(T)) {
    auto* p = static_cast<T*>(allocate(ts, bytes));
    if (!p) [[unlikely]] {
        extern Raised raise_no_memory(Attached);
        return raise_no_memory(ts);
    }
    p->refcnt = 1;
    p->type = &type;
    return Ref<T>::steal(p);
}

}  // namespace baton
