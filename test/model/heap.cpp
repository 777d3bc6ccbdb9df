#include "test/model/heap.h"

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <sys/mman.h>

#include "test/model/engine.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#else
#define ASAN_POISON_MEMORY_REGION(p, n) static_cast<void>(0)
#define ASAN_UNPOISON_MEMORY_REGION(p, n) static_cast<void>(0)
#endif

namespace baton::model {
namespace {

constexpr size_t kHeapSize = 1 << 20;
constexpr size_t kGranule = 16;
constexpr int kMaxBlocks = 2048;
constexpr unsigned char kFresh = 0xA5, kFreed = 0xDD;

struct Block {
    char* begin;
    size_t size;
    bool freed;
};

struct Heap {
    char* base = nullptr;
    size_t used = 0;
    int live = 0;
    int count = 0;
    bool overflowed = false;
    Block blocks[kMaxBlocks];
    unsigned char freed[kHeapSize / kGranule] = {};
};
Heap g_heap;

void map_heap() {
    void* at = reinterpret_cast<void*>(0x210000000000);
    void* p = ::mmap(at, kHeapSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE,
                     -1, 0);
    if (p == MAP_FAILED)
        p = ::mmap(nullptr, kHeapSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (p == MAP_FAILED) {
        std::perror("explore: no memory for the heap");
        std::exit(2);
    }
    g_heap.base = static_cast<char*>(p);
}

}  // namespace

void* heap_allocate(size_t size, size_t align) {
    Heap& h = g_heap;
    if (h.base == nullptr) map_heap();
    if (align < kGranule) align = kGranule;
    size_t at = (h.used + align - 1) / align * align;
    size_t rounded = (size + kGranule - 1) / kGranule * kGranule;
    if (at + rounded > kHeapSize || h.count == kMaxBlocks)
        fail("the scenario needs more memory than the model has");
    h.used = at + rounded;
    h.blocks[h.count++] = {h.base + at, rounded, false};
    ++h.live;
    ASAN_UNPOISON_MEMORY_REGION(h.base + at, rounded);
    std::memset(h.base + at, kFresh, rounded);
    return h.base + at;
}

void heap_free(void* p) {
    Heap& h = g_heap;
    for (int i = h.count; i-- > 0;) {
        Block& b = h.blocks[i];
        if (b.begin != p) continue;
        if (b.freed) fail("memory freed twice");
        b.freed = true;
        --h.live;
        std::memset(b.begin, kFreed, b.size);
        std::memset(h.freed + (b.begin - h.base) / kGranule, 1, b.size / kGranule);
        ASAN_POISON_MEMORY_REGION(b.begin, b.size);
        return;
    }
    fail("free() of an address that was never allocated");
}

bool in_heap(const void* p) {
    const char* c = static_cast<const char*>(p);
    return g_heap.base != nullptr && c >= g_heap.base && c < g_heap.base + kHeapSize;
}

bool heap_freed(const void* p) {
    return in_heap(p) && g_heap.freed[(static_cast<const char*>(p) - g_heap.base) / kGranule] != 0;
}

void heap_reset() {
    Heap& h = g_heap;
    if (h.base != nullptr) ASAN_UNPOISON_MEMORY_REGION(h.base, h.used);
    std::memset(h.freed, 0, (h.used + kGranule - 1) / kGranule);
    h.used = 0;
    h.live = h.count = 0;
}

int heap_live() {
    return g_heap.live;
}

const void* heap_scribbled() {
#if !defined(__SANITIZE_ADDRESS__)
    for (int i = 0; i < g_heap.count; ++i) {
        const Block& b = g_heap.blocks[i];
        if (!b.freed) continue;
        // All bytes equal the first, and the first is the pattern.
        if (static_cast<unsigned char>(b.begin[0]) != kFreed ||
            std::memcmp(b.begin, b.begin + 1, b.size - 1) != 0)
            return b.begin;
    }
#endif
    return nullptr;
}

size_t heap_offset(const void* p) {
    return static_cast<size_t>(static_cast<const char*>(p) - g_heap.base);
}

}  // namespace baton::model

// The executable's allocation functions. On a fibre they use the heap above, elsewhere the real one.
using baton::model::heap_allocate;
using baton::model::heap_free;
using baton::model::in_heap;
using baton::model::on_fibre;

extern "C" {
void* __real_aligned_alloc(size_t align, size_t size);
void __real_free(void* p);

void* __wrap_aligned_alloc(size_t align, size_t size) {
    return on_fibre() ? heap_allocate(size, align) : __real_aligned_alloc(align, size);
}
void __wrap_free(void* p) {
    if (in_heap(p)) {
        heap_free(p);
    } else {
        __real_free(p);
    }
}
}

void* operator new(size_t size, const std::nothrow_t&) noexcept {
    return on_fibre() ? heap_allocate(size, alignof(std::max_align_t)) : std::malloc(size != 0 ? size : 1);
}
void* operator new(size_t size) {
    void* p = operator new(size, std::nothrow);
    if (p == nullptr) {
        std::fputs("explore: out of memory\n", stderr);
        std::exit(2);
    }
    return p;
}
void* operator new[](size_t size) {
    return operator new(size);
}
void* operator new[](size_t size, const std::nothrow_t& t) noexcept {
    return operator new(size, t);
}
void operator delete(void* p) noexcept {
    __wrap_free(p);
}
void operator delete(void* p, size_t) noexcept {
    __wrap_free(p);
}
void operator delete[](void* p) noexcept {
    __wrap_free(p);
}
void operator delete[](void* p, size_t) noexcept {
    __wrap_free(p);
}
