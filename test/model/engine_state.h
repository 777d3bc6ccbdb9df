// The engine's own state, shared by engine.cpp and sync_model.cpp.
//
// Invariants. `inside` is set while scheduler, strategy or oracles run; then the primitives act at once and
// memory comes from the real heap. A step is open from the choice until its thread asks for the next one.
//
// Callers: engine.cpp, sync_model.cpp.
#pragma once

#include "test/model/engine.h"
#include "test/model/fibre.h"

namespace baton::model {

inline constexpr size_t kBlockSize = 1024;

enum class State : uint8_t { kLive, kEnded, kParkedForEver, kVanished };

struct Fibre {
    Context context;
    char* stack = nullptr;
    void (*entry)(void*) = nullptr;
    void* argument = nullptr;
    State state = State::kLive;
    const void* object = nullptr;  // of the pending operation
    At at;
    // Asleep (the pending operation is kResume).
    int64_t deadline = sync::kForever;
    bool woken = false, interrupted = false, interruptible = false;
    int budget = 0;
    uint32_t ranks = 0;  // mutexes held
    bool exit_armed = false;
    int saved_errno = 0;
    bool dies_expected = false;  // its fatal error is the one that the scenario expects
};

struct TlsKeyState {
    bool used = false;
    void* values[kMaxThreads + 1] = {};
};

struct TableEntry {
    uint64_t execution = 0;
    int16_t number = 0;
    const void* address = nullptr;
};

struct Engine {
    static constexpr int kMain = -1;
    static constexpr int kMaxForced = 60, kMaxForcedApart = 400;
    static constexpr size_t kTableSize = 1024;

    const Scenario* scenario = nullptr;
    Config config;
    Strategy* strategy = nullptr;
    Context main_context;
    Fibre fibres[kMaxThreads + 1];
    Op pending[kMaxThreads + 1];
    int count = 0;
    int current = kMain;
    bool exploring = false;  // more than one fibre: operations are choice points
    bool inside = false;
    bool step_open = false;
    int step_count = 0;
    int forced_in_a_row = 0, unforced_steps = 0;
    int64_t clock = 0;
    long pid = 0;
    int world = 0;  // only its address counts: what fork() writes and everybody reads
    uint64_t hash = 0;
    Verdict verdict = Verdict::kPassed;
    void (*thread_exit)() = nullptr;
    const char* expected_fatal = nullptr;
    TlsKeyState keys[8];

    Step steps[kMaxSteps + 1];
    uint64_t execution = 0;
    int object_count = 0;
    TableEntry table[kTableSize];
    const void* addresses[kMaxObjects] = {};
    char message[1024] = {};
    char printed[4096] = {};
    size_t printed_size = 0;

    int add_fibre(void (*entry)(void*), void* argument);
    void start_fibre(int t, void (*entry)(void*), void* argument);
    int16_t object_number(const void* address);
    void finish_step();
    int pick();
    void leave(int next);
    [[noreturn]] void end_thread(State how);
    [[noreturn]] void fail_stuck(ThreadSet live);
};
extern Engine g_engine;

// The step being done is a time-out that came when the clock had passed its deadline already.
inline void clock_unchanged() {
    g_engine.steps[g_engine.step_count - 1].op.access[1].write = false;
}

}  // namespace baton::model
