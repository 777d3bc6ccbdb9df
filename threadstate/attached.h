// Attached: the proof that the calling thread holds its interpreter's lock, through this state, now.
//
// Every function above this layer that touches an object takes one, first and by value. It is one pointer; it
// has no public constructor, cannot be made with new and is never a member of anything. Debug builds check at
// each use that the state is this thread's and attached, so a token kept across a detach dies at once.
//
// Detaching is a closure at a visible call: coming back can block, or never return (finalize.h), so it must
// not hide in a destructor. Attaching may be a scope: its end only releases.
//
// Callers. attach/detach and friends: this layer, capi/, tests. current_attached(): capi/ and the runtime's
// two bridges only; everybody else was given a token.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include "threadstate/thread_state.h"

namespace baton {

class [[nodiscard]] Attached {
    ThreadState* ts_;
    explicit Attached(ThreadState* t) : ts_(t) {}
    friend Attached attached_unchecked(ThreadState&);

  public:
    Attached(const Attached&) = default;
    Attached& operator=(const Attached&) = delete;
    void* operator new(size_t) = delete;

    ThreadState* operator->() const {
        DCHECK(attached_here(*ts_));
        return ts_;
    }
    ThreadState& state() const {
        DCHECK(attached_here(*ts_));
        return *ts_;
    }
    InterpreterState& interp() const { return *state().interp; }

    // Runs f without the lock. f may block, must not touch an object, and must not throw.
    template <class F>
    auto detached(F&& f) const {
        return run_detached(std::forward<F>(f), Drop::kBlock);
    }
    // The same for a call known to take long (sleep, join, waiting for a lock): the lock goes to the next at
    // once.
    template <class F>
    auto detached_long(F&& f) const {
        return run_detached(std::forward<F>(f), Drop::kLong);
    }

  private:
    template <class F>
    auto run_detached(F&& f, Drop how) const;
};
static_assert(sizeof(Attached) == sizeof(void*));

// For this layer and for those who have just checked.
inline Attached attached_unchecked(ThreadState& t) {
    DCHECK(attached_here(t));
    return Attached(&t);
}

// The calling thread, which is detached, takes the lock of t's interpreter and makes t its current state.
// Preserves errno. Does not return if the lock was closed to it.
Attached attach(ThreadState& t, const char* function, Take why = Take::kReturn);
// Gives the lock away and has no current state afterwards. Preserves errno.
void detach(ThreadState& t, const char* function, Drop how = Drop::kBlock);

template <class F>
auto Attached::run_detached(F&& f, Drop how) const {
    ThreadState& t = state();
    detach(t, "detached", how);
    if constexpr (std::is_void_v<decltype(std::forward<F>(f)())>) {
        std::forward<F>(f)();
        (void)attach(t, "detached");
    } else {
        auto result = std::forward<F>(f)();
        (void)attach(t, "detached");
        return result;
    }
}

// Attached while in scope.
class AttachScope {
    ThreadState& t_;

  public:
    explicit AttachScope(ThreadState& t) : t_(t) { (void)attach(t, "AttachScope"); }
    ~AttachScope() { detach(t_, "AttachScope"); }
    AttachScope(const AttachScope&) = delete;
    AttachScope& operator=(const AttachScope&) = delete;
    Attached token() const { return attached_unchecked(t_); }
};

inline ThreadState* current_or_null() {
    return locals().current;
}
// Dies with CPython's text if the thread has no current state.
ThreadState& current_or_die(const char* function);
// capi/ and the runtime's two bridges only.
inline Attached current_attached() {
    return attached_unchecked(*locals().current);
}

// The classic calls, with every misuse diagnosed. `site` is the caller's return address, for reports.
ThreadState* save_thread(const char* function, const void* site);
void restore_thread(ThreadState* t, const char* function);
void acquire_thread(ThreadState* t, const char* function);
void release_thread(ThreadState* t, const char* function);
void acquire_lock(const char* function);  // the current state stays as it is
void release_lock(const char* function);
// Makes `t` (or nothing) current and returns what was current. The lock stays held, CPython 3.11's way,
// unless t's interpreter has another lock, or the 3.12 profile is on and t is null: then it changes hands.
ThreadState* swap_thread(ThreadState* t, const char* function);

}  // namespace baton
