// Attaching and detaching, and the classic calls built on them.
#include "threadstate/attached.h"
#include "threadstate/finalize.h"
#include "threadstate/gilstate.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

// The first attach of a state: now it is known which thread it serves.
void bind(ThreadState& t, const char* function) {
    t.step(Step::kBind, function);
    ThreadLocals& l = locals();
    if (l.native_id == 0) l.native_id = sync::current_native_id();
    t.thread_id = sync::current_ident();
    t.native_thread_id = l.native_id;
    if (t.origin == Origin::kSpawn) bind_gilstate_slot(t);
}

[[gnu::noinline]] void enter_unusual_phase(ThreadState& t, const char* function) {
    if (t.phase == Phase::kGone) {
        // Retired while this thread was away, and the runtime was started anew since.
        ThreadLocals& l = locals();
        l.current = nullptr;
        l.held = nullptr;
        t.gil->drop(t, Drop::kLeave);
        leave_thread();
    }
    if (t.phase == Phase::kFresh) bind(t, function);
    t.step(Step::kAttach, function);
}

[[gnu::noinline]] void arm(ThreadLocals& l) {
    l.armed = true;
    sync::arm_thread_exit();
}

void become_current(ThreadLocals& l, ThreadState& t, const char* function) {
    l.held = t.gil;
    l.current = &t;
    if (BATON_LIKELY(t.phase == Phase::kBound)) {
        t.phase = Phase::kAttached;
    } else {
        enter_unusual_phase(t, function);
    }
    if (BATON_UNLIKELY(!l.armed)) arm(l);
    make_signals_due(t);
}

// What holds the lock on behalf of this thread.
Seat& holding_seat(ThreadLocals& l) {
    return l.current != nullptr ? *l.current : l.held->limbo();
}

}  // namespace

Attached attach(ThreadState& t, const char* function, Take why) {
    ThreadLocals& l = locals();
    if (BATON_UNLIKELY(l.held != nullptr)) misuse(Misuse::kAlreadyAttached, function, &t, l.current);
    if (BATON_UNLIKELY(t.gil->take(t, why) != Taken::kHeld)) leave_thread();
    become_current(l, t, function);
    return attached_unchecked(t);
}

void detach(ThreadState& t, const char* function, Drop how) {
    ThreadLocals& l = locals();
    if (BATON_UNLIKELY(l.current != &t)) misuse(Misuse::kWrongState, function, &t, l.current);
    if (BATON_UNLIKELY(l.held == nullptr)) misuse(Misuse::kNotHeld, function, &t);
    t.step(Step::kDetach, function);
    l.current = nullptr;
    l.held = nullptr;
    t.gil->drop(t, how);
}

ThreadState& current_or_die(const char* function) {
    ThreadState* t = locals().current;
    if (BATON_UNLIKELY(t == nullptr)) misuse(Misuse::kNoThreadState, function);
    return *t;
}

ThreadState* save_thread(const char* function, const void* site) {
    ThreadState& t = current_or_die(function);
    t.detached_at = site;
    detach(t, function);
    return &t;
}

void restore_thread(ThreadState* t, const char* function) {
    if (BATON_UNLIKELY(t == nullptr)) misuse(Misuse::kNullState, function);
    (void)attach(*t, function);
}

void acquire_thread(ThreadState* t, const char* function) {
    restore_thread(t, function);
}

void release_thread(ThreadState* t, const char* function) {
    if (t == nullptr) misuse(Misuse::kNullState, function);
    if (locals().current != t) misuse(Misuse::kWrongState, function, t, locals().current);
    detach(*t, function);
}

void acquire_lock(const char* function) {
    ThreadState& t = current_or_die(function);
    (void)attach(t, function);
}

void release_lock(const char* function) {
    ThreadLocals& l = locals();
    if (l.held == nullptr) misuse(Misuse::kNotHeld, function, l.current);
    Gil& gil = *l.held;
    Seat& seat = holding_seat(l);
    if (l.current != nullptr) l.current->step(Step::kDetach, function);
    l.held = nullptr;
    gil.drop(seat);
}

static bool own_locks_were_made() {
    ProcessState& p = process();
    sync::MutexLock lock(p.head);
    return p.next_gil_id > 1;
}

ThreadState* swap_thread(ThreadState* t, const char* function) {
    ThreadLocals& l = locals();
    ThreadState* old = l.current;
    if (t == old) return old;
    if (t != nullptr && t->gil == l.held && t->phase == Phase::kGone) misuse(Misuse::kStateGone, function, t);
    if (l.held == nullptr) {
        // Only the current pointer is there to change, unless this is the 3.12 profile, where Swap attaches.
        l.current = nullptr;
        if (t == nullptr) return old;
        // Where interpreters have locks of their own, ending one leaves its thread without any: the Swap that
        // follows attaches, as it does since 3.12.
        if (!process().profile.swap_null_releases && !own_locks_were_made())
            misuse(Misuse::kSwapUnheld, function, t, old);
        (void)attach(*t, function);
        return old;
    }
    Gil& gil = *l.held;
    const bool changes_lock = t != nullptr ? t->gil != &gil : process().profile.swap_null_releases;
    Seat& from = holding_seat(l);
    if (old != nullptr) old->step(Step::kDetach, function);
    l.current = nullptr;
    if (changes_lock) {
        l.held = nullptr;
        gil.drop(from);
        if (t != nullptr) (void)attach(*t, function);
    } else if (t == nullptr) {
        gil.transfer(from, gil.limbo());
    } else {
        gil.transfer(from, *t);
        become_current(l, *t, function);
    }
    return old;
}

}  // namespace baton
