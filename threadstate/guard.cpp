#include "threadstate/guard.h"

#include <new>

#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

InterpreterGuard* open_guard(InterpreterState& interp) {
    auto* g = new (std::nothrow) InterpreterGuard{&interp, sync::current_ident(), nullptr, nullptr};
    if (g == nullptr) return nullptr;
    {
        sync::MutexLock lock(interp.guard_mu);
        if (!interp.guards_closed) {
            g->next = interp.guards;
            if (g->next != nullptr) g->next->prev = g;
            interp.guards = g;
            return g;
        }
    }
    delete g;
    return nullptr;
}

ThreadState* state_for(InterpreterState& interp) {
    ThreadLocals& l = locals();
    ThreadState* slot = l.gilstate.load();
    if (slot != nullptr && slot->interp == &interp && slot != l.current) return slot;
    return new_thread_state(interp, Origin::kEnsure);
}

AttachToken* ensure_in(InterpreterState& interp, InterpreterGuard* own_guard, const char* function) {
    auto* token = new (std::nothrow) AttachToken{};
    if (token == nullptr) return nullptr;
    ThreadLocals& l = locals();
    token->previous = l.current;
    token->was_attached = l.held != nullptr;
    token->guard = own_guard;
    ThreadState* t = l.current;
    const bool nests = token->was_attached && t != nullptr && t->interp == &interp;
    if (!nests) {
        t = state_for(interp);
        if (t == nullptr) {
            delete token;
            return nullptr;
        }
        if (token->was_attached) {
            swap_thread(t, function);
        } else {
            (void)attach(*t, function);
        }
    }
    token->state = t;
    ++t->gilstate_counter;
    return token;
}

}  // namespace

InterpreterGuard* guard_from_current(Attached ts) {
    return open_guard(ts.interp());
}

InterpreterGuard* guard_from_view(const InterpreterView& view) {
    ProcessState& p = process();
    // The interpreter cannot go while its list is held.
    sync::MutexLock lock(p.head);
    if (view.run != p.run.load()) return nullptr;
    for (InterpreterState* i = p.interpreters; i != nullptr; i = i->next) {
        if (i->id == view.interpreter_id) return open_guard(*i);
    }
    return nullptr;
}

void guard_close(InterpreterGuard* guard, const char* function) {
    if (guard == nullptr) misuse(Misuse::kGuardUnbalanced, function);
    InterpreterState& interp = *guard->interp;
    sync::Parker::Ticket ticket;
    {
        sync::MutexLock lock(interp.guard_mu);
        if (guard->prev != nullptr) {
            guard->prev->next = guard->next;
        } else {
            if (interp.guards != guard) misuse(Misuse::kGuardUnbalanced, function);
            interp.guards = guard->next;
        }
        if (guard->next != nullptr) guard->next->prev = guard->prev;
        // The interpreter may be freed as soon as its finalization has seen the empty list.
        if (interp.guards == nullptr && interp.guard_waiter != nullptr)
            ticket = interp.guard_waiter->deposit();
    }
    sync::Parker::wake(ticket);
    delete guard;
}

InterpreterView view_from_current(Attached ts) {
    return {ts->interp->id, process().run.load()};
}

bool view_from_main(InterpreterView* view) {
    if (!is_initialized()) return false;
    *view = {0, process().run.load()};
    return true;
}

AttachToken* ensure_guarded(InterpreterGuard* guard, const char* function) {
    return ensure_in(*guard->interp, nullptr, function);
}

AttachToken* ensure_from_view(const InterpreterView& view, const char* function) {
    InterpreterGuard* guard = guard_from_view(view);
    if (guard == nullptr) return nullptr;
    AttachToken* token = ensure_in(*guard->interp, guard, function);
    if (token == nullptr) guard_close(guard, function);
    return token;
}

void release_token(AttachToken* token, const char* function) {
    ThreadLocals& l = locals();
    ThreadState* t = l.current;
    if (token == nullptr || t == nullptr || l.held == nullptr || t != token->state ||
        t->gilstate_counter <= 0) {
        misuse(Misuse::kTokenUnbalanced, function, t);
    }
    const bool last = t->gilstate_counter == 1 && t->origin == Origin::kEnsure;
    if (last) clear_thread_state(t, function);
    --t->gilstate_counter;
    if (token->was_attached) {
        if (t != token->previous) {
            swap_thread(token->previous, function);
            if (last) delete_thread_state(t, function);
        }
    } else {
        if (last) {
            delete_current_thread_state(function);
        } else {
            detach(*t, function);
        }
        l.current = token->previous;
    }
    if (token->guard != nullptr) guard_close(token->guard, function);
    delete token;
}

void wait_for_guards(Attached ts) {
    InterpreterState& interp = ts.interp();
    sync::Parker parker;
    {
        sync::MutexLock lock(interp.guard_mu);
        if (interp.guards == nullptr) {
            interp.guards_closed = true;
            return;
        }
        if (!BATON_MUTANT(kLateRegistration)) interp.guard_waiter = &parker;
    }
    ts.detached_long([&] {
        if (BATON_MUTANT(kLateRegistration)) interp.guard_waiter = &parker;
        for (;;) {
            parker.park();
            sync::MutexLock lock(interp.guard_mu);
            if (interp.guards != nullptr) continue;
            interp.guards_closed = true;
            interp.guard_waiter = nullptr;
            return;
        }
    });
}

void reset_guards_after_fork(InterpreterState& interp) NO_THREAD_SAFETY_ANALYSIS {
    interp.guard_mu.reset_after_fork();
    const unsigned long me = sync::current_ident();
    InterpreterGuard* kept = nullptr;
    for (InterpreterGuard* g = interp.guards; g != nullptr;) {
        InterpreterGuard* next = g->next;
        if (g->opener == me) {
            g->prev = nullptr;
            g->next = kept;
            if (kept != nullptr) kept->prev = g;
            kept = g;
        } else {
            delete g;
        }
        g = next;
    }
    interp.guards = kept;
    interp.guard_waiter = nullptr;
}

}  // namespace baton
