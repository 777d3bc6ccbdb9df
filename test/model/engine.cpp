#include "test/model/engine.h"

#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <unistd.h>

#include "test/model/engine_state.h"
#include "test/model/heap.h"
#include "threadstate/check.h"
#include "threadstate/process_state.h"

namespace baton::model {

Mutant g_mutant = Mutant::kNone;
void (*g_quiescence_oracle)() = nullptr;

Engine g_engine;

namespace {

constexpr const char* kKindNames[] = {
    "start", "load",   "store", "rmw",     "lock",  "try_lock", "unlock", "park", "resume", "deposit", "wake",
    "reset", "signal", "clock", "compute", "spawn", "fork",     "keys",   "open", "pass",   "pause",
};
static_assert(sizeof kKindNames / sizeof kKindNames[0] == static_cast<size_t>(Kind::kCount));

// The blocks behind per_thread(): one layout, filled for each new fibre.
struct ThreadLocal {
    int offset;
    void (*construct)(void*);
};
constexpr int kMaxThreadLocals = 16;
constinit ThreadLocal g_thread_locals[kMaxThreadLocals] = {};
constinit int g_thread_local_count = 0;
constinit size_t g_thread_local_size = 0;
alignas(64) char g_blocks[kMaxThreads + 1][kBlockSize];

void make_block(int fibre) {
    for (int i = 0; i < g_thread_local_count; ++i) {
        g_thread_locals[i].construct(g_blocks[fibre] + g_thread_locals[i].offset);
    }
}

void enter_fibre() {
    Engine& e = g_engine;
    Fibre& me = e.fibres[e.current];
    me.entry(me.argument);
    if (me.exit_armed && e.thread_exit != nullptr) e.thread_exit();
    e.end_thread(State::kEnded);
}

void run_setup(void*) {
    Engine& e = g_engine;
    e.scenario->setup();
    for (int t = 1; t < e.config.threads; ++t) {
        e.add_fibre([](void* p) { g_engine.scenario->body(static_cast<int>(reinterpret_cast<intptr_t>(p))); },
                    reinterpret_cast<void*>(static_cast<intptr_t>(t)));
    }
    e.exploring = true;
    e.scenario->body(0);
}

void run_check(void*) {
    g_engine.scenario->check();
}

// The process root as it was before anything ran.
alignas(64) char g_first_image[sizeof(ProcessState)];
bool g_have_first_image = false;

void reset_process() {
    void* root = &process();
    if (!g_have_first_image) {
        std::memcpy(g_first_image, root, sizeof g_first_image);
        g_have_first_image = true;
    } else {
        std::memcpy(root, g_first_image, sizeof g_first_image);
    }
}

extern "C" void baton_model_crashed(int) {
    fail("the program crashed (invalid memory access)");
}

void catch_crashes() {
    static char stack[64 * 1024];
    static bool done = false;
    if (done) return;
    done = true;
    stack_t s{};
    s.ss_sp = stack;
    s.ss_size = sizeof stack;
    ::sigaltstack(&s, nullptr);
    struct sigaction a {};
    a.sa_handler = baton_model_crashed;
    a.sa_flags = SA_ONSTACK | SA_NODEFER;
    ::sigaction(SIGSEGV, &a, nullptr);
    ::sigaction(SIGBUS, &a, nullptr);
}

}  // namespace

int register_per_thread(size_t size, size_t align, void (*construct)(void*)) {
    size_t at = (g_thread_local_size + align - 1) / align * align;
    if (at + size > kBlockSize || g_thread_local_count == kMaxThreadLocals) std::abort();
    g_thread_local_size = at + size;
    g_thread_locals[g_thread_local_count++] = {static_cast<int>(at), construct};
    return static_cast<int>(at);
}

void* per_thread_place(int offset) {
    return g_blocks[g_engine.current >= 0 ? g_engine.current : kMaxThreads] + offset;
}

bool on_fibre() {
    return g_engine.current >= 0 && !g_engine.inside;
}

Peek::Peek() : before_(g_engine.inside) {
    g_engine.inside = true;
}
Peek::~Peek() {
    g_engine.inside = before_;
}

int Engine::add_fibre(void (*entry)(void*), void* argument) {
    if (count == kMaxThreads) fail("more threads than the model has");
    int t = count++;
    start_fibre(t, entry, argument);
    return t;
}

void Engine::start_fibre(int t, void (*entry)(void*), void* argument) {
    Fibre& f = fibres[t];
    char* stack = f.stack != nullptr ? f.stack : fibre_stack(t);
    f = Fibre{};
    f.stack = stack;
    f.entry = entry;
    f.argument = argument;
    f.budget = config.timeouts;
    pending[t] = Op{};
    if (scenario->forks) pending[t].access[2] = {object_number(&world), false};
    make_block(t);
    prepare_context(f.context, stack, enter_fibre);
}

int16_t Engine::object_number(const void* address) {
    size_t h = (reinterpret_cast<uintptr_t>(address) * 0x9E3779B97F4A7C15u) >> 54;
    for (;; h = (h + 1) % kTableSize) {
        TableEntry& entry = table[h];
        if (entry.execution != execution) {
            if (object_count == kMaxObjects) fail("more objects than the model has");
            entry = {execution, static_cast<int16_t>(object_count), address};
            addresses[object_count++] = address;
            return entry.number;
        }
        if (entry.address == address) return entry.number;
    }
}

void Engine::finish_step() {
    if (!step_open) return;
    step_open = false;
    Step& s = steps[step_count - 1];
    uint64_t what = static_cast<uint64_t>(s.thread) | static_cast<uint64_t>(s.op.kind) << 8 |
                    static_cast<uint64_t>(s.wrote) << 16 | static_cast<uint64_t>(s.timed_out) << 17 |
                    static_cast<uint64_t>(static_cast<uint16_t>(s.op.access[0].object)) << 24;
    hash = (hash ^ what) * 0x9E3779B97F4A7C15u;
    hash ^= hash >> 29;
    s.digit = static_cast<char>(hash & 15);
}

// Chooses who goes on, and notes the step. The main context is next if the execution is over.
int Engine::pick() {
    finish_step();
    inside = true;
    ThreadSet enabled = 0, awake = 0, live = 0;
    for (int t = 0; t < count; ++t) {
        Fibre& f = fibres[t];
        if (f.state != State::kLive) continue;
        live |= only(t);
        bool can = true, by_itself = true;
        switch (pending[t].kind) {
            case Kind::kLock:
                can = static_cast<const sync::Mutex*>(f.object)->owner() == 0;
                break;
            case Kind::kPass:
                can = static_cast<const Gate*>(f.object)->is_open();
                break;
            case Kind::kResume:
                by_itself = f.woken || f.interrupted || f.deadline <= clock;
                can = by_itself || (f.deadline != sync::kForever && f.budget > 0);
                break;
            default:
                break;
        }
        if (can) enabled |= only(t);
        if (can && by_itself) awake |= only(t);
    }
    const int last = step_count > 0 ? steps[step_count - 1].thread : -1;
    if (live == 0) {
        strategy->ended({step_count, last, 0, live, false, steps, pending});
        inside = false;
        return kMain;
    }
    if (awake == 0 && g_quiescence_oracle != nullptr) g_quiescence_oracle();
    bool forced = false;
    if (enabled == 0) {
        int64_t first = sync::kForever;
        for (int t = 0; t < count; ++t) {
            if ((live & only(t)) && pending[t].kind == Kind::kResume && fibres[t].deadline < first)
                first = fibres[t].deadline;
        }
        if (first == sync::kForever) {
            strategy->ended({step_count, last, 0, live, false, steps, pending});
            fail_stuck(live);
        }
        if (++forced_in_a_row > kMaxForced) fail("livelock: timers go off for ever and nobody gets anywhere");
        for (int t = 0; t < count; ++t) {
            if ((live & only(t)) && pending[t].kind == Kind::kResume && fibres[t].deadline == first)
                enabled |= only(t);
        }
        forced = true;
    } else if (awake != 0 && step_count > 0 && steps[step_count - 1].op.kind != Kind::kResume) {
        if (++unforced_steps > kMaxForcedApart) forced_in_a_row = unforced_steps = 0;
    }
    if (step_count == kMaxSteps) fail("livelock: more than %d steps", kMaxSteps);
    const View view{step_count, last, enabled, live, forced, steps, pending};
    const int next = strategy->choose(view);
    if (next == Strategy::kPrune) {
        verdict = Verdict::kPruned;
        inside = false;
        return kMain;
    }
    if (next < 0 || !(enabled & only(next))) fail("the strategy chose a thread that cannot go on");
    Step& s = steps[step_count++];
    Fibre& f = fibres[next];
    s.op = pending[next];
    s.thread = static_cast<int8_t>(next);
    s.timed_out = s.op.kind == Kind::kResume && !f.woken && !f.interrupted;
    s.forced = forced;
    s.wrote = false;
    s.child = -1;
    s.digit = 0;
    s.at = f.at;
    s.clock = clock;
    if (s.op.kind == Kind::kResume && !s.timed_out)
        s.op.access[1].write = false;  // woken: the clock stays as it is
    if (s.timed_out && !forced && f.deadline > clock) --f.budget;
    step_open = true;
    inside = false;
    return next;
}

void Engine::fail_stuck(ThreadSet live) {
    char text[600];
    size_t used = 0;
    for (int t = 0; t < count; ++t) {
        if (!(live & only(t))) continue;
        const char* file = std::strrchr(fibres[t].at.file_name(), '/');
        int n = std::snprintf(text + used, sizeof text - used, "%sT%d in %s at %s:%u", used != 0 ? ", " : "",
                              t, kKindNames[static_cast<int>(pending[t].kind)],
                              file != nullptr ? file + 1 : fibres[t].at.file_name(), fibres[t].at.line());
        if (n > 0 && used + static_cast<size_t>(n) < sizeof text) used += static_cast<size_t>(n);
    }
    fail("deadlock: nobody can go on (%s)", text);
}

void Engine::leave(int next) {
    if (next == kMain) {
        int from = current;
        current = kMain;
        switch_context(fibres[from].context, main_context);
        return;  // never: the execution is over
    }
    Fibre& from = fibres[current];
    from.saved_errno = errno;
    current = next;
    switch_context(from.context, fibres[next].context);
    errno = fibres[current].saved_errno;
}

void Engine::end_thread(State how) {
    fibres[current].state = how;
    if (!exploring) leave(kMain);
    leave(pick());
    __builtin_unreachable();
}

void begin(Kind kind, const void* object, const At& at) {
    Engine& e = g_engine;
    if (!on_fibre()) return;
    if (kind != Kind::kWake && heap_freed(object))
        fail("touches freed memory (%s)", kKindNames[static_cast<int>(kind)]);
    if (!e.exploring) return;
    Fibre& me = e.fibres[e.current];
    Op& op = e.pending[e.current];
    op.kind = kind;
    op.access[0] = Access{};
    if (object != nullptr)
        op.access[0] = {e.object_number(object),
                        kind != Kind::kLoad && kind != Kind::kClock && kind != Kind::kPass};
    op.access[1] = op.access[2] = Access{};
    if (kind == Kind::kResume && me.deadline != sync::kForever)
        op.access[1] = {e.object_number(&e.clock), true};
    if ((kind == Kind::kResume || kind == Kind::kPark) && me.interruptible)
        op.access[2] = {e.object_number(&me.interrupted), true};
    if (e.scenario->forks) op.access[2] = {e.object_number(&e.world), kind == Kind::kFork};
    me.object = object;
    me.at = at;
    int next = e.pick();
    if (next != e.current) e.leave(next);
}

void end(bool wrote) {
    Engine& e = g_engine;
    if (!e.step_open || e.inside) return;
    Step& s = e.steps[e.step_count - 1];
    s.wrote = wrote;
    if (!wrote) {
        for (Access& a : s.op.access) a.write = false;
    }
}

void fail(const char* format, ...) {
    Engine& e = g_engine;
    e.inside = true;
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(e.message, sizeof e.message, format, arguments);
    va_end(arguments);
    e.verdict = Verdict::kFailed;
    e.inside = false;
    if (e.current < 0) {
        std::fprintf(stderr, "explore: %s\n", e.message);
        std::abort();
    }
    e.leave(Engine::kMain);
    __builtin_unreachable();
}

Outcome run(const Scenario& scenario, const Config& config, Strategy& strategy) {
    Engine& e = g_engine;
    catch_crashes();
    reset_process();
    heap_reset();
    ++e.execution;
    e.scenario = &scenario;
    e.config = config;
    e.strategy = &strategy;
    e.exploring = e.inside = e.step_open = false;
    e.count = e.step_count = e.object_count = 0;
    e.forced_in_a_row = e.unforced_steps = 0;
    e.clock = kFirstMoment;
    e.pid = 1000;
    e.hash = 0x1234567;
    e.verdict = Verdict::kPassed;
    e.message[0] = '\0';
    e.printed_size = 0;
    e.thread_exit = nullptr;
    e.expected_fatal = nullptr;
    for (TlsKeyState& k : e.keys) k = {};
    set_fatal_reporter(nullptr);
    strategy.start();
    e.add_fibre(run_setup, nullptr);
    e.current = 0;
    switch_context(e.main_context, e.fibres[0].context);
    e.finish_step();
    if (e.verdict == Verdict::kPassed) {
        e.exploring = false;
        e.start_fibre(kMaxThreads, run_check, nullptr);
        e.current = kMaxThreads;
        switch_context(e.main_context, e.fibres[kMaxThreads].context);
        if (e.verdict == Verdict::kPassed) {
            if (const void* p = heap_scribbled()) {
                e.verdict = Verdict::kFailed;
                std::snprintf(e.message, sizeof e.message, "freed memory was written to (heap+0x%zx)",
                              heap_offset(p));
            }
        }
    }
    e.current = Engine::kMain;
    return {e.verdict, e.step_count, e.hash};
}

const Step* last_steps() {
    return g_engine.steps;
}
const char* failure() {
    return g_engine.message;
}
const char* printed() {
    g_engine.printed[g_engine.printed_size] = '\0';
    return g_engine.printed;
}

namespace {

void name_object(int16_t number, char* buf, size_t size) {
    const void* p = g_engine.addresses[number];
    const char* c = static_cast<const char*>(p);
    ProcessState& root = process();
    struct Known {
        const void* address;
        const char* name;
    };
    const Known known[] = {
        {&root.lifecycle, "lifecycle"},
        {&root.head, "head"},
        {&root.tss_mu, "tss_mu"},
        {&root.stage, "stage"},
        {&root.main, "main"},
        {&root.main_gil, "main_gil.word"},
        {&root.signals.any, "signals.any"},
        {&g_engine.clock, "clock"},
        {&root.parked_threads, "parked_threads"},
        {&root.trace, "trace"},
        {&root.main_thread, "main_thread"},
    };
    for (const Known& k : known) {
        if (k.address == p) {
            std::snprintf(buf, size, "%s", k.name);
            return;
        }
    }
    const char* gil = reinterpret_cast<const char*>(&root.main_gil);
    const char* process_root = reinterpret_cast<const char*>(&root);
    if (c >= gil && c < gil + sizeof(Gil)) {
        std::snprintf(buf, size, "main_gil+0x%zx", static_cast<size_t>(c - gil));
    } else if (c >= process_root && c < process_root + sizeof(ProcessState)) {
        std::snprintf(buf, size, "process+0x%zx", static_cast<size_t>(c - process_root));
    } else if (in_heap(p)) {
        std::snprintf(buf, size, "heap+0x%zx", heap_offset(p));
    } else {
        for (int t = 0; t < kMaxThreads; ++t) {
            if (c >= g_blocks[t] && c < g_blocks[t] + kBlockSize) {
                std::snprintf(buf, size, "T%d's own+0x%zx", t, static_cast<size_t>(c - g_blocks[t]));
                return;
            }
        }
        std::snprintf(buf, size, "object %d", number);
    }
}

}  // namespace

void describe_step(const Step& s, char* buf, size_t size) {
    char object[60] = "";
    if (s.op.access[0].object >= 0) name_object(s.op.access[0].object, object, sizeof object);
    const char* file = std::strrchr(s.at.file_name(), '/');
    file = file != nullptr ? file + 1 : s.at.file_name();
    const char* how = "";
    if (s.op.kind == Kind::kResume)
        how = s.timed_out ? (s.forced ? " (time is over)" : " (early time-out)") : " (woken)";
    if (s.op.kind == Kind::kRmw && !s.wrote) how = " (no change)";
    std::snprintf(buf, size, "T%d  %-8s %-18s %s:%u%s", s.thread, kKindNames[static_cast<int>(s.op.kind)],
                  object, file[0] != '\0' ? file : "start", s.at.line(), how);
}

const Config& config() {
    return g_engine.config;
}
int thread_id() {
    return g_engine.current;
}
int thread_count() {
    return g_engine.count;
}
int64_t clock_now() {
    return g_engine.clock;
}
const Waiter& waiter_of(int thread) {
    return *reinterpret_cast<const Waiter*>(g_blocks[thread] + sync::PerThread<Waiter>::offset);
}
bool is_live(int thread) {
    return g_engine.fibres[thread].state == State::kLive;
}
bool is_asleep(int thread) {
    const Fibre& f = g_engine.fibres[thread];
    return f.state == State::kLive && g_engine.pending[thread].kind == Kind::kResume && !f.woken &&
           !f.interrupted;
}
int64_t deadline_of(int thread) {
    return g_engine.fibres[thread].deadline;
}

}  // namespace baton::model

// What the code under test prints is kept for the report of a failure.
extern "C" {
ssize_t __real_write(int fd, const void* data, size_t size);
ssize_t __wrap_write(int fd, const void* data, size_t size) {
    using namespace baton::model;
    if (!on_fibre() || fd != 2) return __real_write(fd, data, size);
    Engine& e = g_engine;
    Fibre& me = e.fibres[e.current];
    if (e.expected_fatal != nullptr &&
        ::memmem(data, size, e.expected_fatal, std::strlen(e.expected_fatal)) != nullptr)
        me.dies_expected = true;
    if (me.dies_expected) return static_cast<ssize_t>(size);
    size_t room = sizeof e.printed - 1 - e.printed_size;
    size_t n = size < room ? size : room;
    std::memcpy(e.printed + e.printed_size, data, n);
    e.printed_size += n;
    return static_cast<ssize_t>(size);
}
}
