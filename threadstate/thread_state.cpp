#include "threadstate/thread_state.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "threadstate/attached.h"
#include "threadstate/finalize.h"
#include "threadstate/gilstate.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

size_t allocation_size() {
    return (ThreadState::kUpperOffset + hooks().thread_upper_size + 63) / 64 * 64;
}

void free_memory(ThreadState& t) {
    if (hooks().thread_free != nullptr) hooks().thread_free(t);
    t.~ThreadState();
    std::free(&t);
}

void unlink_locked(ThreadState& t) REQUIRES(process().head) {
    if (t.prev != nullptr) {
        t.prev->next = t.next;
    } else {
        t.interp->threads = t.next;
    }
    if (t.next != nullptr) t.next->prev = t.prev;
    t.prev = t.next = nullptr;
    if (t.gilstate_owner != nullptr) {
        t.gilstate_owner->gilstate.store(nullptr);
        t.gilstate_owner = nullptr;
    }
}

// The caller holds the lock of t's interpreter, perhaps without a current state.
void run_clear_hook(ThreadState& t) {
    if (hooks().thread_clear == nullptr) return;
    ThreadLocals& l = locals();
    if (l.current != nullptr) {
        hooks().thread_clear(attached_unchecked(*l.current), t);
        return;
    }
    // Nobody is current: the state itself is the only one that destructors can run on.
    swap_thread(&t, "PyThreadState_Clear");
    hooks().thread_clear(attached_unchecked(t), t);
    swap_thread(nullptr, "PyThreadState_Clear");
}

}  // namespace

void ThreadState::step(Step s, const char* function) {
    Phase to = kLifecycle[static_cast<int>(phase)][static_cast<int>(s)];
    if (BATON_UNLIKELY(to == Phase::kDies)) {
        misuse(phase == Phase::kGone ? Misuse::kStateGone : Misuse::kBadPhase, function, this);
    }
    phase = to;
}

namespace {

// A state that belongs to no interpreter yet, so that allocation and the layers above need no lock.
ThreadState* make_unlinked(Origin origin) {
    size_t size = allocation_size();
    void* memory = std::aligned_alloc(64, size);
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0, size);
    ThreadState* t = new (memory) ThreadState;
    t->origin = origin;
    t->_initialized = 1;
    t->cframe = &t->root_cframe;
    t->exc_info = &t->exc_state;
    t->context_ver = 1;
    t->gilstate_counter = origin == Origin::kEnsure ? 0 : 1;
    ThreadLocals& l = locals();
    if (origin != Origin::kSpawn) {
        // CPython stamps the creating thread; ours is stamped again by the first thread that attaches.
        t->thread_id = sync::current_ident();
        if (l.native_id == 0) l.native_id = sync::current_native_id();
        t->native_thread_id = l.native_id;
    }
    if (hooks().thread_init != nullptr && !hooks().thread_init(*t)) {
        free_memory(*t);
        return nullptr;
    }
    return t;
}

void link_locked(ThreadState& t, InterpreterState& interp) REQUIRES(process().head) {
    t.interp = &interp;
    t.gil = interp.gil;
    t.recursion_limit = t.recursion_remaining = interp.recursion_limit;
    t.ticks = interp.gil->tick_reload();
    t.id = ++interp.next_thread_id;
    t.next = interp.threads;
    if (t.next != nullptr) t.next->prev = &t;
    interp.threads = &t;
}

ThreadState* announce(ThreadState* t) {
    if (t->origin != Origin::kSpawn) bind_gilstate_slot(*t);
    trace_event(Event::kThreadNew, t->gil, t->id);
    return t;
}

}  // namespace

ThreadState* new_thread_state(InterpreterState& interp, Origin origin) {
    ThreadState* t = make_unlinked(origin);
    if (t == nullptr) return nullptr;
    bool linked = false;
    {
        sync::MutexLock lock(process().head);
        if (!interp.threads_closed) {
            link_locked(*t, interp);
            linked = true;
        }
    }
    if (linked) return announce(t);
    free_memory(*t);
    return nullptr;
}

ThreadState* new_main_thread_state(const char* function) {
    ThreadState* t = make_unlinked(Origin::kEnsure);
    if (t == nullptr) misuse(Misuse::kOutOfMemory, function);
    ProcessState& p = process();
    bool exists, linked = false;
    {
        // The main interpreter may be on its way out in another thread; it cannot go while its list is held.
        sync::MutexLock lock(process().head);
        InterpreterState* main = p.main.load();
        exists = main != nullptr;
        if (exists && (!main->threads_closed || BATON_MUTANT(kEndTakesThreads))) {
            link_locked(*t, *main);
            linked = true;
        }
    }
    if (linked) return announce(t);
    free_memory(*t);
    if (exists) leave_thread();
    misuse(p.stage.load() == Stage::kNever ? Misuse::kBeforeInit : Misuse::kAfterFinalize, function);
}

void clear_thread_state(ThreadState* t, const char* function) {
    if (t == nullptr) misuse(Misuse::kDeleteNull, function);
    if (locals().held != t->gil) misuse(Misuse::kClearUnheld, function, t, locals().current);
    if (t->phase == Phase::kGone) misuse(Misuse::kStateGone, function, t);
    // A destructor that ensures and releases on this state must not find the counter back at zero.
    ++t->gilstate_counter;
    run_clear_hook(*t);
    --t->gilstate_counter;
    if (auto on_delete = t->on_delete) {
        t->on_delete = nullptr;
        on_delete(t->on_delete_data);
    }
    t->step(Step::kClear, function);
}

void delete_thread_state(ThreadState* t, const char* function) {
    if (t == nullptr) misuse(Misuse::kDeleteNull, function);
    if (t == locals().current || t->gil->in_use(*t)) {
        misuse(Misuse::kDeleteCurrent, function, t, locals().current);
    }
    {
        sync::MutexLock lock(process().head);
        unlink_locked(*t);
    }
    trace_event(Event::kThreadDelete, t->gil, t->id);
    free_memory(*t);
}

void delete_current_thread_state(const char* function) {
    ThreadLocals& l = locals();
    ThreadState* t = l.current;
    if (t == nullptr) misuse(Misuse::kNoThreadState, function);
    if (l.held == nullptr) misuse(Misuse::kNotHeld, function, t);
    t->step(Step::kDetach, function);
    t->step(Step::kUnbind, function);
    {
        sync::MutexLock lock(process().head);
        unlink_locked(*t);
    }
    trace_event(Event::kThreadDelete, t->gil, t->id);
    l.current = nullptr;
    l.held = nullptr;
    // A foreign thread may well call in again soon, and may keep the lock lazily until then.
    Gil& gil = *t->gil;
    const Drop how = t->origin == Origin::kEnsure ? Drop::kBlock : Drop::kLeave;
    if (BATON_MUTANT(kFreedBeforeDrop)) free_memory(*t);
    gil.drop(*t, how);
    if (!BATON_MUTANT(kFreedBeforeDrop)) free_memory(*t);
}

void retire_other_thread_states(ThreadState& keep, InterpreterState& interp) {
    {
        sync::MutexLock lock(process().head);
        interp.threads_closed = true;
    }
    for (;;) {
        ThreadState* t;
        {
            sync::MutexLock lock(process().head);
            t = interp.threads;
            while (t == &keep) t = t->next;
            if (t == nullptr) break;
        }
        clear_thread_state(t, "Py_FinalizeEx");
        t->phase = Phase::kGone;
        sync::MutexLock lock(process().head);
        unlink_locked(*t);
        if (BATON_MUTANT(kRetiredFreed)) {
            free_memory(*t);
            continue;
        }
        t->retired_next = process().retired;
        process().retired = t;
    }
}

void drop_other_thread_states_after_fork(ThreadState* keep, InterpreterState& interp) {
    for (;;) {
        ThreadState* t;
        {
            sync::MutexLock lock(process().head);
            t = interp.threads;
            if (t == keep && t != nullptr) t = t->next;
            if (t == nullptr) break;
            // The threads these slots belong to do not exist here; their memory may be anything.
            if (t->gilstate_owner != &locals()) t->gilstate_owner = nullptr;
            unlink_locked(*t);
        }
        free_memory(*t);
    }
}

void on_thread_exit() {
    ThreadLocals& l = locals();
    l.armed = false;
    if (l.held != nullptr) misuse(Misuse::kExitHolding, "thread exit", l.current);
    sync::MutexLock lock(process().head);
    if (ThreadState* t = l.gilstate.load()) {
        t->gilstate_owner = nullptr;
        l.gilstate.store(nullptr);
    }
}

}  // namespace baton
