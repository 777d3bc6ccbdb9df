#include "runtime/memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "threadstate/sync.h"

namespace baton {
namespace {

constexpr size_t kPageSize = 64 * 1024;
constexpr size_t kBatch = 4096;          // how much of a page is cut into blocks at a time
constexpr size_t kCommit = 1024 * 1024;  // how much address space is made usable at a time

// First bytes of each page of small blocks.
struct PageHeader {
    uint32_t block_size;
    uint32_t unused[3];
};

// The address space of all small blocks of the process, and what no interpreter holds of it.
class Pool {
  public:
    // A chain of free blocks of a class; null = out of memory.
    void* refill(size_t size_class) {
        mutex_.lock();
        void* chain = refill_locked(size_class);
        mutex_.unlock();
        return chain;
    }
    // Chains are chained by the second word of their first block: a long one is cold memory, not to be
    // walked.
    void give_back(size_t size_class, void* chain) {
        mutex_.lock();
        static_cast<void**>(chain)[1] = orphans_[size_class];
        orphans_[size_class] = chain;
        mutex_.unlock();
    }
    // Never changes once the first block was given out, so it is read without the mutex.
    bool owns(const void* p) const {
        return reinterpret_cast<uintptr_t>(p) - reinterpret_cast<uintptr_t>(base_) < reserved_;
    }

  private:
    void* refill_locked(size_t size_class) {
        if (void* chain = orphans_[size_class]) {
            orphans_[size_class] = static_cast<void**>(chain)[1];
            return chain;
        }
        const size_t size = size_class * 16;
        Cut& cut = cut_[size_class];
        if (cut.left < size) {
            char* page = new_page();
            if (!page) return nullptr;
            reinterpret_cast<PageHeader*>(page)->block_size = static_cast<uint32_t>(size);
            cut = {page + sizeof(PageHeader), kPageSize - sizeof(PageHeader)};
        }
        size_t n = (cut.left < kBatch ? cut.left : kBatch) / size;
        if (n == 0) n = 1;
        char* at = cut.at;
        for (size_t i = 0; i + 1 < n; ++i) *reinterpret_cast<void**>(at + i * size) = at + (i + 1) * size;
        *reinterpret_cast<void**>(at + (n - 1) * size) = nullptr;
        cut.at += n * size;
        cut.left -= n * size;
        return at;
    }
    char* new_page() {
        if (!base_ && !reserve()) return nullptr;
        if (used_ + kPageSize > usable_) {
            if (usable_ + kCommit > reserved_) return nullptr;
            if (::mprotect(base_ + usable_, kCommit, PROT_READ | PROT_WRITE) != 0) return nullptr;
            usable_ += kCommit;
        }
        char* page = base_ + used_;
        used_ += kPageSize;
        return page;
    }
    // Address space costs nothing, but a limit may forbid much of it: try less and less.
    bool reserve() {
        for (size_t size = size_t{1} << 38; size >= size_t{1} << 28; size >>= 2) {
            void* p = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (p == MAP_FAILED) continue;
            const uintptr_t start = reinterpret_cast<uintptr_t>(p);
            const uintptr_t aligned = (start + kCommit - 1) & ~(kCommit - 1);
            reserved_ = (size - (aligned - start)) & ~(kCommit - 1);
            base_ = reinterpret_cast<char*>(aligned);
            return true;
        }
        return false;
    }

    struct Cut {
        char* at;
        size_t left;
    };
    sync::Mutex mutex_{sync::Rank::kLeaf};
    char* base_ = nullptr;
    size_t reserved_ = 0, usable_ = 0, used_ = 0;
    Cut cut_[kSizeClasses] = {};
    void* orphans_[kSizeClasses] = {};
};
constinit Pool pool;

size_t block_size(const void* p) {
    return reinterpret_cast<const PageHeader*>(reinterpret_cast<uintptr_t>(p) & ~(kPageSize - 1))->block_size;
}

}  // namespace

void* allocate_slow(Attached ts, size_t bytes) {
    if (!kOwnClasses || bytes > kSmallLimit) return std::malloc(bytes ? bytes : 1);
    const size_t size_class = bytes ? (bytes + 15) >> 4 : 1;
    void*& head = interp(ts).free_list[size_class];
    void* p = head ? head : pool.refill(size_class);
    if (!p)
        return std::malloc(bytes);  // address space is used up: free_block tells such blocks by their address
    head = *static_cast<void**>(p);
    return p;
}

void free_block(Attached ts, void* p) {
    if (!p) return;
    if (!kOwnClasses || !pool.owns(p)) return std::free(p);
    void*& head = interp(ts).free_list[block_size(p) >> 4];
    *static_cast<void**>(p) = head;
    head = p;
}

void* reallocate_block(Attached ts, void* p, size_t bytes) {
    if (!p) return allocate(ts, bytes);
    if (!kOwnClasses || !pool.owns(p)) return std::realloc(p, bytes ? bytes : 1);
    const size_t have = block_size(p);
    if (bytes <= have && bytes * 2 >= have) return p;
    void* q = allocate(ts, bytes);
    if (!q) return nullptr;
    std::memcpy(q, p, bytes < have ? bytes : have);
    free_block(ts, p);
    return q;
}

void memory_interp_free(RuntimeInterp& interpreter) {
    for (size_t c = 1; c < kSizeClasses; ++c) {
        if (void* chain = std::exchange(interpreter.free_list[c], nullptr)) pool.give_back(c, chain);
    }
}

}  // namespace baton
