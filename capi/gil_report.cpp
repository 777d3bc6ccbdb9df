// What a C program may learn of the lock: counters and the event ring.
#include <algorithm>
#include <new>

#include "capi/impl.h"
#include "threadstate/interpreter_state.h"
#include "threadstate/process_state.h"
#include "threadstate/trace.h"

namespace baton::api {

void PyGIL_GetStats(Attached ts, CGilStats* out) {
    const GilStats s = ts->interp->gil->stats();
    const WaitHistogram& waits = ts->interp->gil->waits();
    *out = {};
    out->takes = s.takes;
    out->waits = s.waits;
    out->switches = s.switches;
    out->forced = s.forced;
    out->requests = s.requests;
    out->lazy_releases = s.lazy_releases;
    out->lazy_hits = s.lazy_hits;
    out->wait_ns = s.wait_ns;
    // A percentile is the upper end of its bucket; no wait was longer than the longest.
    out->wait_p50_ns = std::min(waits.percentile(0.50), s.max_wait_ns);
    out->wait_p99_ns = std::min(waits.percentile(0.99), s.max_wait_ns);
    out->max_wait_ns = s.max_wait_ns;
    out->hold_ns = s.hold_ns;
}

int PyGIL_EnableTrace(size_t events) {
    return enable_trace(events) ? 0 : -1;
}

uint64_t PyGIL_RecordedEvents() {
    TraceRing* ring = process().trace.load();
    return ring ? ring->recorded() : 0;
}

size_t PyGIL_ReadTrace(CGilEvent* events, size_t max) {
    TraceRing* ring = process().trace.load();
    if (!ring) return 0;
    auto* records = new (std::nothrow) TraceRecord[max];
    if (!records) return 0;
    const size_t n = ring->read(records, max);
    for (size_t i = 0; i < n; ++i) {
        const TraceRecord& r = records[i];
        events[i] = {r.number, r.time_ns, r.arg, r.native_id, r.gil, static_cast<uint16_t>(r.event)};
    }
    delete[] records;
    return n;
}

const char* PyGIL_EventName(int event) {
    return event >= 0 && event < static_cast<int>(Event::kCount) ? event_name(static_cast<Event>(event))
                                                                 : nullptr;
}

}  // namespace baton::api
