// Memory for objects: own 16-byte size classes up to 512 bytes, malloc above.
//
// Invariants: small blocks are cut from 16-KiB-aligned pages of one class, whose header knows it, so
// free_block needs no size. A page belongs to the interpreter that asked for it. An interpreter gives out the
// blocks of one page per class at a time, its hot page; a block that is freed goes back to the hot blocks
// when it is from that page, else to its own page, which waits for its turn. So what is allocated together
// lies together, however mixed the order was in which its place was freed. Under its lock any interpreter may
// free any block: one from another's page joins its own hot blocks. An interpreter that ends leaves its free
// blocks to the process's pool, from which the next one draws. Nothing here collects: allocation only counts,
// and the cycle collector runs at the poll (gc.h). Under AddressSanitizer everything is malloc, so that it
// sees each block. Callers: attached threads. raw_alloc (malloc) may be called by anybody.
#pragma once
#include "runtime/result.h"
#include "runtime/thread_data.h"

namespace baton {

inline constexpr size_t kSmallLimit = 512;
inline constexpr size_t kSizeClasses = kSmallLimit / 16 + 1;
inline constexpr size_t kMemoryPage = 16 * 1024;
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool kOwnClasses = false;
#else
inline constexpr bool kOwnClasses = true;
#endif

void* allocate_slow(Attached ts, size_t bytes);  // null = out of memory, nothing raised
void free_block(Attached ts, void* p);           // any block of this allocator, whatever its size
void* reallocate_block(Attached ts, void* p, size_t bytes);
void memory_interp_free(
    RuntimeInterp& interpreter);  // hands the free blocks back; no lock needed, nobody else uses it any more

inline void* allocate(Attached ts, size_t bytes) {
    if (kOwnClasses && bytes <= kSmallLimit) [[likely]] {
        void*& head = interp(ts).free_list[(bytes + 15) >> 4];
        if (void* p = head) [[likely]] {
            head = *static_cast<void**>(p);
            return p;
        }
    }
    return allocate_slow(ts, bytes);
}
void free_to_page(Attached ts, void* p);  // a block that is not from a hot page
// Gives back a block whose size class the caller knows.
inline void free_small(Attached ts, void* p, size_t bytes) {
    if (!kOwnClasses) return free_block(ts, p);
    const size_t size_class = (bytes + 15) >> 4;
    RuntimeInterp& in = interp(ts);
    if ((reinterpret_cast<uintptr_t>(p) ^ in.hot_page[size_class]) >= kMemoryPage) return free_to_page(ts, p);
    *static_cast<void**>(p) = in.free_list[size_class];
    in.free_list[size_class] = p;
}

Raised raise_no_memory(Attached ts);  // raise.h

// A new object of a type without GC header: refcnt 1, type set (and counted when it is a heap type), the rest
// untouched.
template <class T>
Result<Ref<T>> new_object(Attached ts, Type& type, size_t bytes = sizeof(T)) {
    auto* p = static_cast<T*>(allocate(ts, bytes));
    if (!p) [[unlikely]]
        return raise_no_memory(ts);
    p->refcnt = 1;
    p->type = &type;
    incref(reinterpret_cast<Object*>(&type));
    return Ref<T>::steal(p);
}

}  // namespace baton
