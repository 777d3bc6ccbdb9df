// _tracemalloc: see tracemalloc.h.
//
// A traceback is kept once, however many blocks were asked for there; it owns its file names, and lives until
// the traces are cleared. Nothing in allocated() and freed() touches the object allocator: the tables are the
// C++ library's, which is not traced. Where objects are made to show the traces, `silent_` keeps them out.
#include "vm/modules/tracemalloc.h"

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "runtime/gc.h"
#include "runtime/memory_trace.h"
#include "runtime/native.h"
#include "runtime/object_ops.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "vm/frame.h"
#include "vm/interp_data.h"

namespace baton {
namespace {

struct Place {
    Str* file;  // null: unknown
    int line;   // 0: unknown
    bool operator==(const Place&) const = default;
};
struct Traceback {
    std::vector<Place> places;  // the latest call first
    int depth = 0;              // of the stack, as many of its frames as are kept or more
    bool operator==(const Traceback&) const = default;
};
struct HashTraceback {
    size_t operator()(const Traceback& t) const {
        size_t h = static_cast<size_t>(t.depth);
        for (const Place& p : t.places) {
            h = (h ^ reinterpret_cast<uintptr_t>(p.file) >> 4) * 0x9e3779b97f4a7c15;
            h = (h ^ static_cast<size_t>(p.line)) * 0x9e3779b97f4a7c15;
        }
        return h;
    }
};
struct Trace {
    size_t bytes;
    const Traceback* traceback;
};
using Traces = std::unordered_map<uintptr_t, Trace>;
using Tracebacks = std::unordered_set<Traceback, HashTraceback>;

}  // namespace

class MemoryTracer final : public MemoryTrace {
  public:
    explicit MemoryTracer(int frames) : frames_(frames) {}

    void allocated(Attached ts, void* block, size_t bytes) override {
        if (!silent_) put(ts, 0, reinterpret_cast<uintptr_t>(block), bytes);
    }
    void freed(void* block) override { drop(0, reinterpret_cast<uintptr_t>(block)); }

    void put(Attached ts, unsigned domain, uintptr_t block, size_t bytes) {
        Trace& t = domains_[domain].try_emplace(block, Trace{0, nullptr}).first->second;
        current_ -= t.bytes;
        t = {bytes, here(ts)};
        current_ += bytes;
        if (current_ > peak_) peak_ = current_;
    }
    void drop(unsigned domain, uintptr_t block) {
        const auto traces = domains_.find(domain);
        if (traces == domains_.end()) return;
        const auto t = traces->second.find(block);
        if (t == traces->second.end()) return;
        current_ -= t->second.bytes;
        traces->second.erase(t);
    }
    void clear(Attached ts) {
        domains_.clear();
        current_ = peak_ = 0;
        Tracebacks old;
        old.swap(tracebacks_);
        for (const Traceback& t : old) {
            for (const Place& p : t.places) xdecref(ts, p.file);
        }
    }

    const Trace* find(unsigned domain, uintptr_t block) const {
        const auto traces = domains_.find(domain);
        if (traces == domains_.end()) return nullptr;
        const auto t = traces->second.find(block);
        return t == traces->second.end() ? nullptr : &t->second;
    }
    // All of them, each with its domain.
    std::vector<std::pair<unsigned, Trace>> all() const {
        std::vector<std::pair<unsigned, Trace>> out;
        for (const auto& [domain, traces] : domains_) {
            out.reserve(out.size() + traces.size());
            for (const auto& [block, trace] : traces) out.emplace_back(domain, trace);
        }
        return out;
    }
    size_t own_memory() const {
        constexpr size_t kNode = 2 * sizeof(void*);  // what a table adds to an entry: its link and its hash
        size_t n =
            tracebacks_.bucket_count() * sizeof(void*) + tracebacks_.size() * (sizeof(Traceback) + kNode);
        for (const Traceback& t : tracebacks_) n += t.places.capacity() * sizeof(Place);
        for (const auto& [domain, traces] : domains_)
            n += traces.bucket_count() * sizeof(void*) + traces.size() * (sizeof(Traces::value_type) + kNode);
        return n;
    }

    int frames() const { return frames_; }
    size_t current() const { return current_; }
    size_t peak() const { return peak_; }
    void reset_peak() { peak_ = current_; }

    // While it lives, new blocks are not traced.
    class Silence {
      public:
        explicit Silence(MemoryTracer& t) : tracer_(t), before_(std::exchange(t.silent_, true)) {}
        ~Silence() { tracer_.silent_ = before_; }
        Silence(const Silence&) = delete;
        Silence& operator=(const Silence&) = delete;

      private:
        MemoryTracer& tracer_;
        bool before_;
    };

  private:
    const Traceback* here(Attached ts) {
        scratch_.places.clear();
        scratch_.depth = 0;
        for (const Frame* f = rt(ts).frame; f; f = f->prev) {
            if (!f->code) continue;
            if (scratch_.depth < kMostTracedFrames) ++scratch_.depth;
            if (static_cast<int>(scratch_.places.size()) == frames_) continue;
            const int line = frame_line(*f);
            scratch_.places.push_back({f->code->filename, line < 0 ? 0 : line});
        }
        if (scratch_.places.empty()) {
            scratch_.places.push_back({nullptr, 0});
            scratch_.depth = 1;
        }
        const auto [at, fresh] = tracebacks_.insert(scratch_);
        if (fresh) {
            for (const Place& p : at->places) {
                if (p.file) incref(p.file);
            }
        }
        return &*at;
    }

    int frames_;
    bool silent_ = false;
    size_t current_ = 0, peak_ = 0;
    std::map<unsigned, Traces> domains_;
    Tracebacks tracebacks_;
    Traceback scratch_;
};

namespace {

// Null: not tracing.
MemoryTracer* tracer(Attached ts) {
    return vm_interp(ts).tracer.get();
}

Result<Ref<Object>> show(Attached ts, const Traceback& t) {
    // A copy: making objects can free some, and so change the table.
    std::vector<Place> places = t.places;
    Ref<Tuple> out = TRY(tuple_alloc(ts, static_cast<Index>(places.size())));
    for (size_t i = 0; i < places.size(); ++i) {
        const Ref<Str> file =
            places[i].file ? Ref<Str>::share(*places[i].file) : TRY(str_new_ascii(ts, "<unknown>"));
        const Ref<Int> line = TRY(int_from_int64(ts, places[i].line));
        out->item[i] = TRY(tuple_of(ts, {file.get(), line.get()})).release();
    }
    return Ref<Object>(tuple_finish(ts, std::move(out)));
}

Result<bool> module_is_tracing(Attached ts, Object&) {
    return tracemalloc_is_on(ts);
}
Result<void> module_clear_traces(Attached ts, Object&) {
    if (MemoryTracer* t = tracer(ts)) t->clear(ts);
    return {};
}
Result<Ref<Object>> module_get_traces(Attached ts, Object&) {
    const std::shared_ptr<MemoryTracer> t = vm_interp(ts).tracer;
    Ref<List> out = TRY(list_new(ts));
    if (!t) return Ref<Object>(std::move(out));
    const MemoryTracer::Silence silence(*t);
    const auto traces = t->all();
    std::unordered_map<const Traceback*, Ref<Object>> shown;  // equal tracebacks are one tuple
    for (const auto& [domain, trace] : traces) {
        auto at = shown.find(trace.traceback);
        if (at == shown.end()) at = shown.emplace(trace.traceback, TRY(show(ts, *trace.traceback))).first;
        const Ref<Int> number = TRY(int_from_int64(ts, domain));
        const Ref<Int> bytes = TRY(int_from_int64(ts, static_cast<int64_t>(trace.bytes)));
        const Ref<Int> depth = TRY(int_from_int64(ts, trace.traceback->depth));
        const Ref<Tuple> row = TRY(tuple_of(ts, {number.get(), bytes.get(), at->second.get(), depth.get()}));
        TRY(list_append(ts, *out, *row));
    }
    return Ref<Object>(std::move(out));
}
Result<Ref<Object>> module_get_object_traceback(Attached ts, Object&, Object& obj) {
    const void* block = &obj;
    if (object_is_gc(&obj)) block = gc_head(&obj);
    return tracemalloc_traceback(ts, 0, reinterpret_cast<uintptr_t>(block));
}
Result<void> module_start(Attached ts, Object&, Opt<int> nframe) {
    return tracemalloc_start(ts, nframe.or_else(1));
}
Result<void> module_stop(Attached ts, Object&) {
    tracemalloc_stop(ts);
    return {};
}
Result<int> module_get_traceback_limit(Attached ts, Object&) {
    // Not on: what the next start() would have, or the last one had.
    return vm_interp(ts).traced_frames;
}
Result<Index> module_get_tracemalloc_memory(Attached ts, Object&) {
    const MemoryTracer* t = tracer(ts);
    return t ? static_cast<Index>(t->own_memory()) : 0;
}
Result<Ref<Object>> module_get_traced_memory(Attached ts, Object&) {
    const MemoryTracer* t = tracer(ts);
    const size_t now = t ? t->current() : 0, most = t ? t->peak() : 0;
    const Ref<Int> current = TRY(int_from_int64(ts, static_cast<int64_t>(now)));
    const Ref<Int> peak = TRY(int_from_int64(ts, static_cast<int64_t>(most)));
    return Ref<Object>(TRY(tuple_of(ts, {current.get(), peak.get()})));
}
Result<void> module_reset_peak(Attached ts, Object&) {
    if (MemoryTracer* t = tracer(ts)) t->reset_peak();
    return {};
}

constexpr Method functions[] = {
    method<module_is_tracing>("is_tracing($module, /)", "Whether allocations are being traced."),
    method<module_clear_traces>("clear_traces($module, /)", "Forgets what was traced so far, and goes on."),
    method<module_get_traces>("_get_traces($module, /)",
                              "A tuple (domain, size, frames, depth of the stack) for each block in use."),
    method<module_get_object_traceback>("_get_object_traceback($module, obj, /)",
                                        "Where the memory of the object was asked for; None: not known."),
    method<module_start>("start($module, nframe=1, /)",
                         "Traces allocations from now on, with so many frames of each one's stack."),
    method<module_stop>("stop($module, /)", "Ends the tracing and forgets what was traced."),
    method<module_get_traceback_limit>("get_traceback_limit($module, /)",
                                       "How many frames a trace keeps at most."),
    method<module_get_tracemalloc_memory>("get_tracemalloc_memory($module, /)",
                                          "The bytes that the traces themselves take."),
    method<module_get_traced_memory>("get_traced_memory($module, /)",
                                     "The bytes in the traced blocks: now, and at most so far."),
    method<module_reset_peak>("reset_peak($module, /)",
                              "Lets the greatest size begin anew at the present one."),
    {},
};

}  // namespace

Result<void> tracemalloc_start(Attached ts, int frames) {
    VmInterp& vm = vm_interp(ts);
    if (frames < 1 || frames > kMostTracedFrames)
        return raise(ts, Exc::ValueError, "the number of frames must be in range [1; {}]", kMostTracedFrames);
    if (vm.tracer) return {};
    vm.traced_frames = frames;
    vm.tracer = std::make_shared<MemoryTracer>(frames);
    memory_trace_start(ts, *vm.tracer);
    return {};
}
void tracemalloc_stop(Attached ts) {
    const std::shared_ptr<MemoryTracer> t = std::exchange(vm_interp(ts).tracer, nullptr);
    if (!t) return;
    memory_trace_stop(ts);
    t->clear(ts);
}
bool tracemalloc_is_on(Attached ts) {
    return tracer(ts) != nullptr;
}
bool tracemalloc_track(Attached ts, unsigned domain, uintptr_t block, size_t bytes) {
    MemoryTracer* t = tracer(ts);
    if (t) t->put(ts, domain, block, bytes);
    return t != nullptr;
}
bool tracemalloc_untrack(Attached ts, unsigned domain, uintptr_t block) {
    MemoryTracer* t = tracer(ts);
    if (t) t->drop(domain, block);
    return t != nullptr;
}
Result<Ref<Object>> tracemalloc_traceback(Attached ts, unsigned domain, uintptr_t block) {
    const MemoryTracer* t = tracer(ts);
    const Trace* trace = t ? t->find(domain, block) : nullptr;
    if (!trace) return Ref<Object>::share(none());
    return show(ts, *trace->traceback);
}

extern const ModuleSpec tracemalloc_module;
const ModuleSpec tracemalloc_module = {
    .name = "_tracemalloc",
    .doc = "Traces of the memory blocks in use.",
    .methods = functions,
};

}  // namespace baton
