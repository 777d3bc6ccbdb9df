// One interpreter as this layer sees it: a list of thread states, a lock (its own or shared with the main
// interpreter), a queue of pending calls, a count of guards, and a block that belongs to the layers above.
//
// Invariants. Ids start at 0 (main), rise, and are not reused within one run of the runtime. Thread ids
// inside start at 1 and are never reused. next, threads and both id counters are guarded by the process's
// head mutex. gil, owns_gil and config never change after creation.
//
// Callers. Creation and end: the thread that is attached. Lists: anyone who holds the head mutex; the classic
// list walk (PyInterpreterState_Head, PyThreadState_Next) is unlocked, as CPython's is, and safe only while
// nothing ends.
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/attached.h"
#include "threadstate/pending_calls.h"

namespace baton {

// PEP 684's choices, under CPython's names and numbers.
enum class GilChoice : int { kDefault = 0, kShared = 1, kOwn = 2 };
struct InterpreterConfig {
    int use_main_obmalloc = 1;
    int allow_fork = 1;
    int allow_exec = 1;
    int allow_threads = 1;
    int allow_daemon_threads = 1;
    int check_multi_interp_extensions = 0;
    int gil = static_cast<int>(GilChoice::kShared);
};
// What Py_NewInterpreter uses.
inline constexpr InterpreterConfig kLegacyConfig{};

struct InterpreterGuard;

struct InterpreterState {
    InterpreterState() = default;

    InterpreterState* next = nullptr;
    int64_t id = 0;
    ThreadState* threads = nullptr;
    uint64_t next_thread_id = 0;
    bool threads_closed = false;  // no state can be added any more; guarded like threads
    Gil* gil = nullptr;
    bool owns_gil = false;
    InterpreterConfig config;
    sync::Atomic<bool> finalizing{false};
    sync::Atomic<int64_t> thread_count{0};  // threads started by _thread and still running
    size_t stack_size = 0;                  // for new threads; 0 = the system's choice
    int recursion_limit = 1000;
    PendingCalls pending;

    // PEP 788: open guards keep finalization waiting; none can be opened once it went on.
    sync::Mutex guard_mu{sync::Rank::kInterpreter};
    InterpreterGuard* guards GUARDED_BY(guard_mu) = nullptr;
    bool guards_closed GUARDED_BY(guard_mu) = false;
    sync::Parker* guard_waiter GUARDED_BY(guard_mu) = nullptr;

    template <class T>
    T& upper() {
        return *reinterpret_cast<T*>(reinterpret_cast<char*>(this) + kUpperOffset);
    }
    static const size_t kUpperOffset;
};
inline constexpr size_t InterpreterState::kUpperOffset = (sizeof(InterpreterState) + 63) / 64 * 64;

// A linked interpreter without a thread state. `own_gil`: with a lock of its own. Null: out of memory.
InterpreterState* new_interpreter_state(const InterpreterConfig& config, bool own_gil);
// Unlinks and frees; no state of it is left. Dies if it is the main one while others exist.
void delete_interpreter_state(InterpreterState* interp, const char* function);

// A whole interpreter, as Py_NewInterpreterFromConfig makes it: with a first state, current, attached. The
// caller's state is left behind detached (its lock is released if the new interpreter has its own). On
// failure the caller's state is current and attached again, *error says why, and null is returned.
ThreadState* new_interpreter(const InterpreterConfig& config, const char** error, const char* function);
// The counterpart. Afterwards the thread has no current state; a shared lock stays held (see swap_thread).
void end_interpreter(ThreadState* t, const char* function);

// The interpreter with this id, or null. The caller holds the head mutex or knows that nothing ends.
InterpreterState* find_interpreter(int64_t id);

}  // namespace baton
