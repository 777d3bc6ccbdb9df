#include "threadstate/trace.h"

#include <new>

namespace baton {
namespace {

// The kernel's id costs a system call; it is asked for once per thread.
struct CachedNativeId {
    uint32_t value = 0;
};

uint32_t native_id() {
    uint32_t& id = sync::per_thread<CachedNativeId>().value;
    if (id == 0) id = static_cast<uint32_t>(sync::current_native_id());
    return id;
}

constexpr const char* kEventNames[] = {
    "none",
    "take",
    "wait",
    "grant",
    "drop_request",
    "drop",
    "lazy_drop",
    "yield",
    "close",
    "thread_new",
    "thread_delete",
    "interp_new",
    "interp_end",
    "ensure",
    "release",
    "pending_add",
    "pending_run",
    "async_exc_set",
    "async_exc_raised",
    "fork",
    "finalize_phase",
};
static_assert(sizeof kEventNames / sizeof kEventNames[0] == static_cast<size_t>(Event::kCount));

}  // namespace

const char* event_name(Event e) {
    return kEventNames[static_cast<size_t>(e)];
}

TraceRing* TraceRing::create(size_t capacity) {
    size_t n = 16;
    while (n < capacity) n *= 2;
    TraceRing* ring = new (std::nothrow) TraceRing;
    if (ring == nullptr) return nullptr;
    ring->slots_ = new (std::nothrow) Slot[n];
    if (ring->slots_ == nullptr) {
        delete ring;
        return nullptr;
    }
    ring->mask_ = n - 1;
    return ring;
}

void TraceRing::destroy(TraceRing* ring) {
    if (ring == nullptr) return;
    delete[] ring->slots_;
    delete ring;
}

void TraceRing::record(Event e, uint32_t gil, int64_t now, uint64_t arg) {
    uint64_t number = next_.fetch_add(1);
    Slot& slot = slots_[number & mask_];
    slot.sequence.store(0);
    slot.time.store(static_cast<uint64_t>(now));
    slot.what.store(static_cast<uint64_t>(e) << 48 | static_cast<uint64_t>(gil & 0xffff) << 32 | native_id());
    slot.arg.store(arg);
    slot.sequence.store(number + 1);
}

size_t TraceRing::read(TraceRecord* out, size_t max) const {
    uint64_t end = next_.load();
    uint64_t span = mask_ + 1 < max ? mask_ + 1 : max;
    uint64_t begin = end > span ? end - span : 0;
    size_t count = 0;
    for (uint64_t n = begin; n < end; ++n) {
        const Slot& slot = slots_[n & mask_];
        if (slot.sequence.load() != n + 1) continue;
        uint64_t time = slot.time.load(), what = slot.what.load(), arg = slot.arg.load();
        if (slot.sequence.load() != n + 1) continue;  // overwritten while we read it
        out[count++] = {n,
                        static_cast<int64_t>(time),
                        static_cast<Event>(what >> 48),
                        static_cast<uint16_t>(what >> 32),
                        static_cast<uint32_t>(what),
                        arg};
    }
    return count;
}

}  // namespace baton
