#include "runtime/memory.h"

#include <sys/mman.h>

#include <cstdlib>
#include <cstring>

#include "runtime/memory_trace.h"
#include "runtime/start.h"
#include "threadstate/sync.h"

namespace baton {

// First bytes of each page of small blocks. All but the size is the owner's, under its lock.
struct MemoryPage {
    uint32_t block_size;
    bool waiting;          // stands in the owner's queue
    RuntimeInterp* owner;  // null once it has ended
    void* free;            // chain of blocks freed while the page was not hot
    char *uncut, *end;     // what was never given out
    MemoryPage* next_waiting;
    MemoryPage* next_of_owner;
};

namespace {

constexpr size_t kHeader = (sizeof(MemoryPage) + 15) & ~size_t{15};
constexpr size_t kBatch = 4096;              // how much of a page is cut into blocks at a time
constexpr size_t kCommit = 2 * 1024 * 1024;  // how much address space is made usable at a time
constexpr size_t kCommitFirst = 256 * 1024;  // the same while little is in use

// The address space of all small blocks of the process, and what no interpreter holds of it.
class Pool {
  public:
    // An empty page; null = out of memory.
    MemoryPage* new_page() {
        mutex_.lock();
        char* page = new_page_locked();
        mutex_.unlock();
        return reinterpret_cast<MemoryPage*>(page);
    }
    // Free blocks that an ended interpreter has left, or null.
    void* take_orphans(size_t size_class) {
        mutex_.lock();
        void* chain = orphans_[size_class];
        if (chain) orphans_[size_class] = static_cast<void**>(chain)[1];
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
    // Leaves all blocks to malloc, as a tool that watches each one wants it. Before the first one is given
    // out.
    void stand_aside() { aside_ = true; }
    bool stands_aside() const { return aside_; }
    // Never changes once the first block was given out, so it is read without the mutex.
    bool owns(const void* p) const {
        return reinterpret_cast<uintptr_t>(p) - reinterpret_cast<uintptr_t>(base_) < reserved_;
    }

  private:
    char* new_page_locked() {
        if (!base_ && !reserve()) return nullptr;
        if (used_ + kMemoryPage > usable_ && !commit()) return nullptr;
        char* page = base_ + used_;
        used_ += kMemoryPage;
        return page;
    }
    // Small steps up to the first boundary, so that a short program stays small; then huge pages where the
    // system has them: they save most of the page faults and address translations of a program with many
    // objects.
    bool commit() {
        const size_t step = usable_ < kCommit ? kCommitFirst : kCommit;
        if (usable_ + step > reserved_) return false;
        if (::mprotect(base_ + usable_, step, PROT_READ | PROT_WRITE) != 0) return false;
        ::madvise(base_ + usable_, step, MADV_DODUMP);
        if (step == kCommit) ::madvise(base_ + usable_, step, MADV_HUGEPAGE);
        usable_ += step;
        return true;
    }
    // Address space costs nothing, but a limit may forbid much of it: try less and less.
    bool reserve() {
        for (size_t size = size_t{1} << 38; size >= size_t{1} << 28; size >>= 2) {
            void* p = ::mmap(nullptr, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
            if (p == MAP_FAILED) continue;
            ::madvise(p, size, MADV_DONTDUMP);  // a core file has what is in use
            const uintptr_t start = reinterpret_cast<uintptr_t>(p);
            const uintptr_t aligned = (start + kCommit - 1) & ~(kCommit - 1);
            reserved_ = (size - (aligned - start)) & ~(kCommit - 1);
            base_ = reinterpret_cast<char*>(aligned);
            return true;
        }
        return false;
    }

    sync::Mutex mutex_{sync::Rank::kLeaf};
    char* base_ = nullptr;
    size_t reserved_ = 0, usable_ = 0, used_ = 0;
    bool aside_ = false;
    void* orphans_[kSizeClasses] = {};
};
constinit Pool pool;

MemoryPage* page_of(const void* p) {
    return reinterpret_cast<MemoryPage*>(reinterpret_cast<uintptr_t>(p) & ~(kMemoryPage - 1));
}

// A chain of the next blocks of a page that were never given out.
void* cut(MemoryPage& page, size_t bytes) {
    const size_t size = page.block_size;
    const auto left = static_cast<size_t>(page.end - page.uncut);
    size_t n = (left < bytes ? left : bytes) / size;
    if (n == 0 && left >= size) n = 1;
    if (n == 0) return nullptr;
    char* at = page.uncut;
    for (size_t i = 0; i + 1 < n; ++i) *reinterpret_cast<void**>(at + i * size) = at + (i + 1) * size;
    *reinterpret_cast<void**>(at + (n - 1) * size) = nullptr;
    page.uncut += n * size;
    return at;
}

MemoryPage* take_waiting(RuntimeInterp& in, size_t size_class) {
    MemoryPage* page = in.waiting_first[size_class];
    if (!page) return nullptr;
    in.waiting_first[size_class] = page->next_waiting;
    if (!page->next_waiting) in.waiting_last[size_class] = nullptr;
    page->waiting = false;
    return page;
}

// A chain of free blocks of a class, the next hot ones; null = out of memory.
void* refill(RuntimeInterp& in, size_t size_class) {
    if (in.hot_page[size_class]) {
        if (void* chain = cut(*reinterpret_cast<MemoryPage*>(in.hot_page[size_class]), kBatch)) return chain;
    }
    MemoryPage* page = take_waiting(in, size_class);
    if (page) {
        in.hot_page[size_class] = reinterpret_cast<uintptr_t>(page);
        return std::exchange(page->free, nullptr);
    }
    if (void* chain = pool.take_orphans(size_class)) return chain;
    page = pool.new_page();
    if (!page) return nullptr;
    char* start = reinterpret_cast<char*>(page);
    *page = {static_cast<uint32_t>(size_class * 16),
             false,
             &in,
             nullptr,
             start + kHeader,
             start + kMemoryPage,
             nullptr,
             in.pages};
    in.pages = page;
    in.hot_page[size_class] = reinterpret_cast<uintptr_t>(page);
    return cut(*page, kBatch);
}

size_t class_of(size_t bytes) {
    return bytes ? (bytes + 15) >> 4 : 1;
}

// While a trace is on: the interpreter has its lists of one class for as long as this lives.
class LentLists {
  public:
    LentLists(RuntimeInterp& in, size_t size_class) : in_(in), size_class_(size_class) { exchange(); }
    ~LentLists() { exchange(); }
    LentLists(const LentLists&) = delete;
    LentLists& operator=(const LentLists&) = delete;

  private:
    void exchange() {
        if (!in_.memory_trace) [[likely]]
            return;
        std::swap(in_.free_list[size_class_], in_.memory_trace->free_list[size_class_]);
        std::swap(in_.hot_page[size_class_], in_.memory_trace->hot_page[size_class_]);
    }
    RuntimeInterp& in_;
    size_t size_class_;
};

void* allocate_untold(RuntimeInterp& in, size_t bytes) {
    if (!kOwnClasses || bytes > kSmallLimit || pool.stands_aside()) return std::malloc(bytes ? bytes : 1);
    const size_t size_class = class_of(bytes);
    const LentLists lent(in, size_class);
    void*& head = in.free_list[size_class];
    void* p = head ? head : refill(in, size_class);
    if (!p) return std::malloc(bytes);  // address space is used up: such blocks are told by their address
    head = *static_cast<void**>(p);
    return p;
}

void free_untold(RuntimeInterp& in, void* p) {
    if (!kOwnClasses || !pool.owns(p)) return std::free(p);
    MemoryPage& page = *page_of(p);
    const size_t size_class = page.block_size >> 4;
    const LentLists lent(in, size_class);
    if (page.owner != &in || reinterpret_cast<uintptr_t>(&page) == in.hot_page[size_class]) {
        *static_cast<void**>(p) = in.free_list[size_class];
        in.free_list[size_class] = p;
        return;
    }
    *static_cast<void**>(p) = page.free;
    page.free = p;
    if (page.waiting) return;
    // At the end of the queue: by the time its turn comes, more of its blocks will be free.
    page.waiting = true;
    page.next_waiting = nullptr;
    MemoryPage*& last = in.waiting_last[size_class];
    (last ? last->next_waiting : in.waiting_first[size_class]) = &page;
    last = &page;
}

void* reallocate_untold(RuntimeInterp& in, void* p, size_t bytes) {
    if (!kOwnClasses || !pool.owns(p)) return std::realloc(p, bytes ? bytes : 1);
    const size_t have = page_of(p)->block_size;
    if (bytes <= have && bytes * 2 >= have) return p;
    void* q = allocate_untold(in, bytes);
    if (!q) return nullptr;
    std::memcpy(q, p, bytes < have ? bytes : have);
    free_untold(in, p);
    return q;
}

}  // namespace

void* allocate_slow(Attached ts, size_t bytes) {
    RuntimeInterp& in = interp(ts);
    void* p = allocate_untold(in, bytes);
    if (in.memory_trace && p) [[unlikely]]
        in.memory_trace->allocated(ts, p, bytes);
    return p;
}

void leave_memory_to_malloc() {
    pool.stand_aside();
}

void free_to_page(Attached ts, void* p) {
    RuntimeInterp& in = interp(ts);
    if (in.memory_trace) [[unlikely]]
        in.memory_trace->freed(p);
    free_untold(in, p);
}

void free_block(Attached ts, void* p) {
    if (p) free_to_page(ts, p);
}

void* reallocate_block(Attached ts, void* p, size_t bytes) {
    if (!p) return allocate(ts, bytes);
    RuntimeInterp& in = interp(ts);
    void* q = reallocate_untold(in, p, bytes);
    if (in.memory_trace && q) [[unlikely]] {
        in.memory_trace->freed(p);
        in.memory_trace->allocated(ts, q, bytes);
    }
    return q;
}

void memory_trace_start(Attached ts, MemoryTrace& trace) {
    RuntimeInterp& in = interp(ts);
    std::swap(in.free_list, trace.free_list);
    std::swap(in.hot_page, trace.hot_page);
    in.memory_trace = &trace;
}
void memory_trace_stop(Attached ts) {
    RuntimeInterp& in = interp(ts);
    MemoryTrace& trace = *std::exchange(in.memory_trace, nullptr);
    std::swap(in.free_list, trace.free_list);
    std::swap(in.hot_page, trace.hot_page);
}

void memory_interp_free(RuntimeInterp& in) {
    for (size_t c = 1; c < kSizeClasses; ++c) {
        if (void* chain = std::exchange(in.free_list[c], nullptr)) pool.give_back(c, chain);
        in.hot_page[c] = 0;
        in.waiting_first[c] = in.waiting_last[c] = nullptr;
    }
    for (MemoryPage* page = std::exchange(in.pages, nullptr); page;) {
        MemoryPage* next = page->next_of_owner;
        const size_t c = page->block_size >> 4;
        if (void* chain = std::exchange(page->free, nullptr)) pool.give_back(c, chain);
        if (void* chain = cut(*page, kMemoryPage)) pool.give_back(c, chain);
        page->owner = nullptr;
        page->waiting = false;
        page = next;
    }
}

}  // namespace baton
