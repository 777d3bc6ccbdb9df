#include "threadstate/process_state.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "threadstate/check.h"
#include "threadstate/misuse.h"

namespace baton {

namespace detail {
constinit ProcessState g_process;
}

void configure_process(const Hooks& hooks, const GilSettings& gil) {
    ProcessState& p = process();
    CHECK(p.stage.load() == Stage::kNever || p.stage.load() == Stage::kFinalized);
    p.hooks = hooks;
    p.default_gil = gil;
}

ThreadState* initialize_runtime(const char** error) {
    *error = nullptr;
    ProcessState& p = process();
    {
        sync::MutexLock lock(p.lifecycle);
        Stage s = p.stage.load();
        if (s == Stage::kRunning) return nullptr;
        if (s != Stage::kNever && s != Stage::kFinalized) {
            *error = "another thread is starting or ending the runtime";
            return nullptr;
        }
        if (s == Stage::kNever) {
            set_fatal_reporter(report_fatal);
            sync::set_thread_exit_function(on_thread_exit);
        } else {
            p.main_gil.reopen();
        }
        p.stage.store(Stage::kStarting);
    }
    p.run.fetch_add(1);
    p.pid.store(sync::process_id());
    p.main_thread.store(sync::current_ident());
    p.finalizing.store(nullptr);
    p.finalizing_thread.store(0);
    p.had_subinterpreter.store(false);
    p.main_gil.set_settings(p.default_gil);
    {
        sync::MutexLock lock(p.head);
        p.next_interpreter_id = 0;
    }
    InterpreterState* interp = new_interpreter_state(kLegacyConfig, false);
    ThreadState* t = interp == nullptr ? nullptr : new_thread_state(*interp, Origin::kExplicit);
    if (t == nullptr) fatal("Py_Initialize", "can't make main interpreter");
    trace_event(Event::kInterpNew, interp->gil, 0);
    Attached ts = attach(*t, "Py_Initialize", Take::kFresh);
    std::strcpy(t->name, "MainThread");
    p.main_gil.reset_stats();
    p.stage.store(Stage::kRunning);
    if (hooks().interp_init != nullptr && !hooks().interp_init(ts)) {
        *error = "the main interpreter could not be set up";
    }
    return t;
}

bool add_exit_function(void (*fn)()) {
    ProcessState& p = process();
    sync::MutexLock lock(p.head);
    if (p.exit_function_count == ProcessState::kExitFunctions) return false;
    p.exit_functions[p.exit_function_count++] = fn;
    return true;
}

Gil* allocate_gil() {
    ProcessState& p = process();
    Gil* gil = nullptr;
    uint32_t id;
    {
        sync::MutexLock lock(p.head);
        id = p.next_gil_id++;
        gil = p.free_gils;
        if (gil != nullptr) p.free_gils = gil->next_free_;
    }
    if (gil != nullptr) {
        gil->reopen();
    } else {
        void* memory = std::aligned_alloc(alignof(Gil), sizeof(Gil));
        if (memory == nullptr) return nullptr;
        gil = new (memory) Gil;
    }
    gil->next_free_ = nullptr;
    gil->id_ = id;
    gil->reset_stats();
    gil->set_trace(p.trace.load());
    gil->set_settings(p.default_gil);
    return gil;
}

void free_gil(Gil* gil) {
    ProcessState& p = process();
    sync::MutexLock lock(p.head);
    gil->next_free_ = p.free_gils;
    p.free_gils = gil;
}

void set_all_gils(const GilSettings& settings) {
    ProcessState& p = process();
    p.default_gil = settings;
    p.main_gil.set_settings(settings);
    sync::MutexLock lock(p.head);
    for (InterpreterState* i = p.interpreters; i != nullptr; i = i->next) {
        if (i->owns_gil) i->gil->set_settings(settings);
    }
}

bool parse_gil_settings(const char* text, GilSettings* settings) {
    GilSettings s = *settings;
    if (std::strncmp(text, "ticks", 5) == 0) {
        s.mode = Mode::kTicks;
        text += 5;
    } else if (std::strncmp(text, "timed", 5) == 0) {
        s.mode = Mode::kTimed;
        text += 5;
    } else if (std::strncmp(text, "fair", 4) == 0) {
        s.mode = Mode::kFair;
        text += 4;
    } else {
        return false;
    }
    if (*text == '=') {
        ++text;
        // Not strtod: it follows the locale.
        int64_t whole = 0, fraction = 0, scale = 1;
        const char* start = text;
        while (*text >= '0' && *text <= '9' && whole < 1'000'000'000) whole = whole * 10 + (*text++ - '0');
        if (*text == '.' && s.mode != Mode::kTicks) {
            for (++text; *text >= '0' && *text <= '9' && scale < 1'000'000'000; ++text) {
                fraction = fraction * 10 + (*text - '0');
                scale *= 10;
            }
        }
        if (text == start) return false;
        if (s.mode == Mode::kTicks) {
            s.check_interval = whole;
        } else {
            s.interval_ns = whole * 1'000'000'000 + fraction * (1'000'000'000 / scale);
        }
    }
    if (s.mode == Mode::kTicks && std::strcmp(text, ",unfair") == 0) {
        s.unfair = true;
        text += 7;
    }
    if (*text != '\0') return false;
    *settings = s;
    return true;
}

bool enable_trace(size_t capacity) {
    ProcessState& p = process();
    TraceRing* ring = p.trace.load();
    if (ring == nullptr) {
        ring = TraceRing::create(capacity);
        if (ring == nullptr) return false;
        TraceRing* none = nullptr;
        if (!p.trace.compare_exchange(none, ring)) {
            TraceRing::destroy(ring);
            ring = none;
        }
    }
    p.main_gil.set_trace(ring);
    sync::MutexLock lock(p.head);
    for (InterpreterState* i = p.interpreters; i != nullptr; i = i->next) i->gil->set_trace(ring);
    return true;
}

void trace_event(Event e, const Gil* gil, uint64_t arg) {
    if (TraceRing* ring = process().trace.load()) {
        ring->record(e, gil != nullptr ? gil->id() : 0, sync::now_ns(), arg);
    }
}

}  // namespace baton
