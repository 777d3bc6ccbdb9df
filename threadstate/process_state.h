// The process root: the only mutable global of the runtime.
//
// Invariants. Constant-initialised, never destroyed. interpreters, main and next_interpreter_id are guarded
// by head. hooks and defaults are written before initialisation. stage moves kNever|kFinalized -> kStarting
// -> kRunning -> kFinalizing -> kFinalized, under `lifecycle` for the first and the last step, so that
// initialise and finalise can be repeated, but not at the same time. The main lock lives here because threads
// that come back after finalization still look at it.
//
// Callers. Anyone may read the atomics. Nobody above this layer keeps a mutable global of its own: it goes
// into upper<T>() of an interpreter, a thread state, or this.
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/hooks.h"
#include "threadstate/interpreter_state.h"
#include "threadstate/parking_lot.h"
#include "threadstate/trace.h"

namespace baton {

enum class Stage : int { kNever, kStarting, kRunning, kFinalizing, kFinalized };

// What differs between CPython versions and can be chosen; see QUIRKS.md.
struct Profile {
    bool swap_null_releases = false;       // PyThreadState_Swap(NULL) gives the lock away, as 3.12 does
    bool pending_calls_main_only = false;  // pending calls always go to the main interpreter, as in 3.12
};

struct AuditHook;  // vm/audit.h's; here only to be found

// See signals.h.
struct SignalFlags {
    sync::Atomic<bool> any{false};
    sync::Atomic<bool> tripped[65];
    sync::Atomic<int64_t> wakeup{-4};  // descriptor << 2 | warn << 1 | socket
    sync::Atomic<int> wakeup_error{0};
};

struct ProcessState {
    sync::Mutex lifecycle{sync::Rank::kLifecycle};
    sync::Mutex head{sync::Rank::kHead};
    sync::Mutex tss_mu{sync::Rank::kTss};
    InterpreterState* interpreters GUARDED_BY(head) = nullptr;  // newest first
    int64_t next_interpreter_id GUARDED_BY(head) = 0;
    ThreadState* retired GUARDED_BY(head) = nullptr;
    Gil* free_gils GUARDED_BY(head) = nullptr;
    uint32_t next_gil_id GUARDED_BY(head) = 1;

    sync::Atomic<Stage> stage{Stage::kNever};
    sync::Atomic<InterpreterState*> main{nullptr};
    sync::Atomic<long> pid{0};                   // of the process that initialised; changed by the fork child
    sync::Atomic<uint64_t> run{0};               // counts initialisations
    sync::Atomic<unsigned long> main_thread{0};  // ident; who initialised, or forked
    sync::Atomic<ThreadState*> finalizing{nullptr};
    sync::Atomic<unsigned long> finalizing_thread{0};
    sync::Atomic<bool> had_subinterpreter{false};  // makes PyGILState_Check answer 1, as in CPython
    sync::Atomic<TraceRing*> trace{nullptr};
    sync::Atomic<uint64_t> parked_threads{0};

    SignalFlags signals;
    ParkingLot lot;
    Gil main_gil;
    Hooks hooks;
    GilSettings default_gil;
    Profile profile;
    // C functions that hear of audit events, oldest first (vm/audit.h). Added at any time under head, never
    // taken out before the runtime's end.
    sync::Atomic<AuditHook*> audit_hooks{nullptr};

    static constexpr int kExitFunctions = 32;
    void (*exit_functions[kExitFunctions])() GUARDED_BY(head) = {};
    int exit_function_count GUARDED_BY(head) = 0;
};

namespace detail {
extern ProcessState g_process;
}
inline ProcessState& process() {
    return detail::g_process;
}
inline const Hooks& hooks() {
    return process().hooks;
}

// Installs hooks and settings for the next initialisation. The process is not initialised.
void configure_process(const Hooks& hooks, const GilSettings& gil);

inline bool is_initialized() {
    Stage s = process().stage.load();
    return s == Stage::kRunning;
}
inline bool is_finalizing() {
    return process().stage.load() == Stage::kFinalizing;
}
inline bool is_main_thread() {
    return process().main_thread.load() == sync::current_ident();
}
// After coming back to the lock: a signal that was tripped meanwhile is due at the next site of the eval
// loop, as the caller of a function that waited expects, and not only when the count has run out.
inline void make_signals_due(ThreadState& t) {
    if (BATON_UNLIKELY(process().signals.any.load()) && is_main_thread()) t.ticks = -1;
}
inline bool is_main_interpreter(const InterpreterState& i) {
    return process().main.load() == &i;
}

// Py_InitializeEx's part in this layer: interpreter 0 with thread state 1, attached. Null with *error null:
// already initialised, nothing was done. *error set: null if another thread is at it; else the state,
// attached, of a main interpreter that interp_init could not set up (its exception is pending): report it and
// finalize or exit.
ThreadState* initialize_runtime(const char** error);

// Py_AtExit: called last in, first out, after everything is gone. False: the table is full.
bool add_exit_function(void (*fn)());

// A lock for one interpreter. Its memory is never given back: a late thread may still look at it.
Gil* allocate_gil();
void free_gil(Gil* gil);

// Applies a setting to every lock that exists and to those to come.
void set_all_gils(const GilSettings& settings);
// "fair", "timed", "ticks", "ticks=50", "timed=0.002" (seconds), "ticks,unfair"; false: not understood,
// nothing changed.
bool parse_gil_settings(const char* text, GilSettings* settings);

// Turns the event ring on. It is made once and stays; false: no memory.
bool enable_trace(size_t capacity);
void trace_event(Event e, const Gil* gil, uint64_t arg);

}  // namespace baton
