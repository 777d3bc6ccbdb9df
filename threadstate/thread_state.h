// The record of one thread of execution inside one interpreter, and its named transitions.
//
// It begins with the fields of CPython 3.11's PyThreadState, at the same offsets, because compiled extensions
// reach into them; then comes the thread's seat at its interpreter's lock, then our own fields, then a block
// that belongs to the layers above (upper<T>()).
//
// Life of a state (each cell: the next phase; "dies": fatal error that names function, thread and fix):
//                  bind    attach           detach    clear            unbind
//   Fresh          Bound   dies             dies      Cleared          Gone
//   Bound          dies    Attached         dies      Cleared          Gone
//   Attached       dies    dies             Bound     ClearedAttached  dies
//   ClearedAttached dies   dies             Cleared   ClearedAttached  dies
//   Cleared        dies    ClearedAttached  dies      Cleared          Gone
//   Gone           dies    dies             dies      dies             dies
// bind stamps the thread's ids at the first attach; clear drops references and so needs the lock, of which t
// need not be the holder; unbind is deletion. A Gone state that some thread may still hold a pointer to is
// kept for ever (retired): when that thread comes back, it finds Gone and leaves.
//
// Invariants. phase, thread_id and all object slots are guarded by the lock of the state's interpreter: read
// and write them only while holding it. prev, next, id, gilstate_owner are guarded by the process's head
// mutex. gil and interp never change. A state may be attached by any OS thread, one at a time.
//
// Callers: this layer and capi/. The layers between see Attached (attached.h).
#pragma once

#include <cstddef>
#include <cstdint>

#include "threadstate/gil.h"

namespace baton {

struct Object;
struct InterpreterState;
struct ThreadState;

// CPython 3.11's layouts, field by field (asserted below as numbers).
struct CFrameAbi {
    uint8_t use_tracing;
    void* current_frame;
    CFrameAbi* previous;
};
struct ExcStackItemAbi {
    Object* exc_value;
    ExcStackItemAbi* previous_item;
};
using TraceFunctionAbi = int (*)(Object*, Object*, int, Object*);

struct ThreadStateAbi {
    ThreadState* prev;
    ThreadState* next;
    InterpreterState* interp;
    int _initialized;
    int _static;
    int recursion_remaining;
    int recursion_limit;
    int recursion_headroom;
    int tracing;
    int tracing_what;
    CFrameAbi* cframe;
    TraceFunctionAbi c_profilefunc;
    TraceFunctionAbi c_tracefunc;
    Object* c_profileobj;
    Object* c_traceobj;
    Object* curexc_type;
    Object* curexc_value;
    Object* curexc_traceback;
    ExcStackItemAbi* exc_info;
    Object* dict;
    int gilstate_counter;
    Object* async_exc;
    unsigned long thread_id;
    unsigned long native_thread_id;
    int trash_delete_nesting;
    Object* trash_delete_later;
    void (*on_delete)(void*);
    void* on_delete_data;
    int coroutine_origin_tracking_depth;
    Object* async_gen_firstiter;
    Object* async_gen_finalizer;
    Object* context;
    uint64_t context_ver;
    uint64_t id;
    uint64_t trace_info[6];
    void* datastack_chunk;
    Object** datastack_top;
    Object** datastack_limit;
    ExcStackItemAbi exc_state;
    CFrameAbi root_cframe;
};
static_assert(offsetof(ThreadStateAbi, prev) == 0 && offsetof(ThreadStateAbi, next) == 8);
static_assert(offsetof(ThreadStateAbi, interp) == 16 && offsetof(ThreadStateAbi, _initialized) == 24);
static_assert(offsetof(ThreadStateAbi, recursion_remaining) == 32 &&
              offsetof(ThreadStateAbi, recursion_limit) == 36);
static_assert(offsetof(ThreadStateAbi, recursion_headroom) == 40 && offsetof(ThreadStateAbi, tracing) == 44);
static_assert(offsetof(ThreadStateAbi, tracing_what) == 48 && offsetof(ThreadStateAbi, cframe) == 56);
static_assert(offsetof(ThreadStateAbi, c_profilefunc) == 64 && offsetof(ThreadStateAbi, c_tracefunc) == 72);
static_assert(offsetof(ThreadStateAbi, c_profileobj) == 80 && offsetof(ThreadStateAbi, c_traceobj) == 88);
static_assert(offsetof(ThreadStateAbi, curexc_type) == 96 && offsetof(ThreadStateAbi, curexc_value) == 104);
static_assert(offsetof(ThreadStateAbi, curexc_traceback) == 112 && offsetof(ThreadStateAbi, exc_info) == 120);
static_assert(offsetof(ThreadStateAbi, dict) == 128 && offsetof(ThreadStateAbi, gilstate_counter) == 136);
static_assert(offsetof(ThreadStateAbi, async_exc) == 144 && offsetof(ThreadStateAbi, thread_id) == 152);
static_assert(offsetof(ThreadStateAbi, native_thread_id) == 160);
static_assert(offsetof(ThreadStateAbi, trash_delete_nesting) == 168);
static_assert(offsetof(ThreadStateAbi, trash_delete_later) == 176 &&
              offsetof(ThreadStateAbi, on_delete) == 184);
static_assert(offsetof(ThreadStateAbi, on_delete_data) == 192);
static_assert(offsetof(ThreadStateAbi, coroutine_origin_tracking_depth) == 200);
static_assert(offsetof(ThreadStateAbi, async_gen_firstiter) == 208);
static_assert(offsetof(ThreadStateAbi, async_gen_finalizer) == 216 &&
              offsetof(ThreadStateAbi, context) == 224);
static_assert(offsetof(ThreadStateAbi, context_ver) == 232 && offsetof(ThreadStateAbi, id) == 240);
static_assert(offsetof(ThreadStateAbi, trace_info) == 248 &&
              offsetof(ThreadStateAbi, datastack_chunk) == 296);
static_assert(offsetof(ThreadStateAbi, datastack_top) == 304 &&
              offsetof(ThreadStateAbi, datastack_limit) == 312);
static_assert(offsetof(ThreadStateAbi, exc_state) == 320 && offsetof(ThreadStateAbi, root_cframe) == 336);
static_assert(sizeof(ThreadStateAbi) == 360);

enum class Phase : uint8_t { kFresh, kBound, kAttached, kClearedAttached, kCleared, kGone, kDies };
enum class Step : uint8_t { kBind, kAttach, kDetach, kClear, kUnbind };
inline constexpr int kPhases = 6, kSteps = 5;
inline constexpr Phase kLifecycle[kPhases][kSteps] = {
    /* Fresh */ {Phase::kBound, Phase::kDies, Phase::kDies, Phase::kCleared, Phase::kGone},
    /* Bound */ {Phase::kDies, Phase::kAttached, Phase::kDies, Phase::kCleared, Phase::kGone},
    /* Attached */ {Phase::kDies, Phase::kDies, Phase::kBound, Phase::kClearedAttached, Phase::kDies},
    /* ClearedAttached */
    {Phase::kDies, Phase::kDies, Phase::kCleared, Phase::kClearedAttached, Phase::kDies},
    /* Cleared */ {Phase::kDies, Phase::kClearedAttached, Phase::kDies, Phase::kCleared, Phase::kGone},
    /* Gone */ {Phase::kDies, Phase::kDies, Phase::kDies, Phase::kDies, Phase::kDies},
};

// Who made a state, which decides its GILState counter and whether the creating thread is bound to it.
enum class Origin : uint8_t {
    kExplicit,  // PyThreadState_New, or the first state of an interpreter
    kEnsure,    // PyGILState_Ensure or PyThreadState_Ensure: goes when its counter is back at zero
    kSpawn,     // for a thread that is about to be started: bound by that thread
};

struct ThreadLocals;

struct ThreadState : ThreadStateAbi, Seat {
    ThreadState() : ThreadStateAbi{} {}

    Gil* gil = nullptr;
    Phase phase = Phase::kFresh;
    Origin origin = Origin::kExplicit;
    ThreadLocals* gilstate_owner = nullptr;  // the thread whose GILState slot names this state
    uint32_t ensure_depth = 0;               // open PyGILState_Ensure calls
    uint64_t ensure_bits = 0;                // what the first 64 of them returned; set = UNLOCKED
    ThreadState* retired_next = nullptr;
    const void* detached_at =
        nullptr;         // return address of the call that gave the lock away last, for reports
    char name[32] = {};  // for reports; written while holding the lock

    // The block of the layers above, zero at creation.
    template <class T>
    T& upper() {
        return *reinterpret_cast<T*>(reinterpret_cast<char*>(this) + kUpperOffset);
    }
    static const size_t kUpperOffset;

    // Asserted: moves to the next phase or dies in `function`.
    void step(Step s, const char* function);
};
inline constexpr size_t ThreadState::kUpperOffset = (sizeof(ThreadState) + 63) / 64 * 64;

// What this layer knows about the calling OS thread.
struct ThreadLocals {
    ThreadState* current = nullptr;  // the classic "current thread state"
    Gil* held = nullptr;             // the lock this thread holds; null while detached
    sync::Atomic<ThreadState*>
        gilstate;  // the state that PyGILState_Ensure uses; cleared by whoever deletes it
    unsigned long native_id = 0;
    bool armed = false;  // on_thread_exit() will be called
};
inline ThreadLocals& locals() {
    return sync::per_thread<ThreadLocals>();
}

// Attached: holds the lock and has a current state.
inline bool attached_here(const ThreadState& t) {
    ThreadLocals& l = locals();
    return l.current == &t && l.held != nullptr;
}

// Makes a state of `interp` and links it at the head of the interpreter's list. Null: out of memory. No lock
// needed.
// Also null once the interpreter's finalization has retired its threads.
ThreadState* new_thread_state(InterpreterState& interp, Origin origin);

// The same for a foreign thread that comes in through PyGILState_Ensure: in the main interpreter, which may
// be on its way out meanwhile. Dies if there is none, or no memory; does not return if it no longer takes
// threads.
ThreadState* new_main_thread_state(const char* function);

// Drops the references of t; runs destructors. The calling thread holds the lock of t's interpreter.
void clear_thread_state(ThreadState* t, const char* function);

// Unlinks and frees a state that nobody is attached through. No lock needed.
void delete_thread_state(ThreadState* t, const char* function);

// The same for the calling thread's current state; the thread ends up detached.
void delete_current_thread_state(const char* function);

// Finalization: removes every state of `interp` except `keep`, clearing it first if `ts` may run code; their
// memory is kept, because their threads may come back and look. The caller holds the lock, which is closed.
void retire_other_thread_states(ThreadState& keep, InterpreterState& interp);

// Fork child: frees every state of `interp` except `keep`, without clearing.
void drop_other_thread_states_after_fork(ThreadState* keep, InterpreterState& interp);

// The calling thread ends: its GILState slot is unbound. Dies if the thread still holds a lock.
void on_thread_exit();

}  // namespace baton
