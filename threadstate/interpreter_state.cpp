#include "threadstate/interpreter_state.h"

#include <cstdlib>
#include <cstring>
#include <new>

#include "threadstate/finalize.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"

namespace baton {
namespace {

const char* config_error(const InterpreterConfig& c) {
    if (c.gil < 0 || c.gil > static_cast<int>(GilChoice::kOwn))
        return "invalid interpreter config 'gil' value";
    if (!c.use_main_obmalloc && !c.check_multi_interp_extensions) {
        return "per-interpreter obmalloc does not support single-phase init extension modules";
    }
    // Differs: CPython documents that this is forbidden, and lets it pass.
    if (c.gil == static_cast<int>(GilChoice::kOwn) && c.use_main_obmalloc) {
        return "an interpreter with its own GIL cannot use the main interpreter's obmalloc";
    }
    return nullptr;
}

void unlink(InterpreterState& interp, const char* function) {
    ProcessState& p = process();
    sync::MutexLock lock(p.head);
    if (p.main.load() == &interp) {
        if (p.interpreters != &interp || interp.next != nullptr) misuse(Misuse::kDeleteMain, function);
        p.main.store(nullptr);
    }
    InterpreterState** link = &p.interpreters;
    while (*link != &interp) link = &(*link)->next;
    *link = interp.next;
}

}  // namespace

InterpreterState* new_interpreter_state(const InterpreterConfig& config, bool own_gil) {
    size_t size = (InterpreterState::kUpperOffset + hooks().interp_upper_size + 63) / 64 * 64;
    void* memory = std::aligned_alloc(64, size);
    if (memory == nullptr) return nullptr;
    std::memset(memory, 0, size);
    InterpreterState* interp = new (memory) InterpreterState;
    ProcessState& p = process();
    interp->config = config;
    interp->owns_gil = own_gil;
    interp->gil = own_gil ? allocate_gil() : &p.main_gil;
    if (interp->gil == nullptr) {
        interp->~InterpreterState();
        std::free(interp);
        return nullptr;
    }
    sync::MutexLock lock(p.head);
    interp->id = p.next_interpreter_id++;
    interp->next = p.interpreters;
    p.interpreters = interp;
    if (interp->id == 0) p.main.store(interp);
    return interp;
}

void delete_interpreter_state(InterpreterState* interp, const char* function) {
    unlink(*interp, function);
    trace_event(Event::kInterpEnd, interp->gil, static_cast<uint64_t>(interp->id));
    if (hooks().interp_free != nullptr) hooks().interp_free(*interp);
    if (interp->owns_gil) free_gil(interp->gil);
    interp->~InterpreterState();
    std::free(interp);
}

InterpreterState* find_interpreter(int64_t id) NO_THREAD_SAFETY_ANALYSIS {
    for (InterpreterState* i = process().interpreters; i != nullptr; i = i->next) {
        if (i->id == id) return i;
    }
    return nullptr;
}

ThreadState* new_interpreter(const InterpreterConfig& config, const char** error, const char* function) {
    *error = nullptr;
    ProcessState& p = process();
    if (!is_initialized()) {
        *error = "Py_Initialize must be called first";
        return nullptr;
    }
    // Without a current state will do, after PyThreadState_Swap(NULL), which keeps the lock or, in the 3.12
    // profile, gives it away.
    ThreadState* const old = locals().current;
    if (locals().held == nullptr && (old != nullptr || !p.profile.swap_null_releases)) {
        misuse(old != nullptr ? Misuse::kNotHeld : Misuse::kNoThreadState, function, old);
    }
    if ((*error = config_error(config)) != nullptr) return nullptr;
    const bool own = config.gil == static_cast<int>(GilChoice::kOwn);
    InterpreterState* interp = new_interpreter_state(config, own);
    ThreadState* t = interp == nullptr ? nullptr : new_thread_state(*interp, Origin::kExplicit);
    if (t == nullptr) {
        if (interp != nullptr) delete_interpreter_state(interp, function);
        *error = "out of memory";
        return nullptr;
    }
    p.had_subinterpreter.store(true);
    trace_event(Event::kInterpNew, interp->gil, static_cast<uint64_t>(interp->id));
    swap_thread(t, function);
    Attached ts = attached_unchecked(*t);
    if (hooks().interp_init == nullptr || hooks().interp_init(ts)) return t;
    *error = "the interpreter could not be set up";
    if (hooks().interp_clear != nullptr) hooks().interp_clear(ts);
    clear_thread_state(t, function);
    swap_thread(old, function);
    delete_thread_state(t, function);
    delete_interpreter_state(interp, function);
    return nullptr;
}

void end_interpreter(ThreadState* t, const char* function) {
    if (t == nullptr) misuse(Misuse::kNullState, function);
    if (!attached_here(*t)) misuse(Misuse::kEndNotCurrent, function, t, locals().current);
    if (hooks().has_frame != nullptr && hooks().has_frame(*t)) misuse(Misuse::kEndHasFrame, function, t);
    InterpreterState& interp = *t->interp;
    if (is_main_interpreter(interp)) misuse(Misuse::kDeleteMain, function, t);
    Attached ts = attached_unchecked(*t);
    interp.finalizing.store(true);
    run_interpreter_down(ts);
    {
        sync::MutexLock lock(process().head);
        if (interp.threads != t || t->next != nullptr) misuse(Misuse::kEndNotLast, function, t);
    }
    if (hooks().interp_clear != nullptr) hooks().interp_clear(ts);
    clear_thread_state(t, function);
    Gil& gil = *t->gil;
    if (interp.owns_gil) {
        // Nobody may wait for this lock any more: whoever still comes finds it closed.
        gil.close();
        detach(*t, function, Drop::kLeave);
    } else {
        ThreadLocals& l = locals();
        t->step(Step::kDetach, function);
        l.current = nullptr;
        gil.transfer(*t, gil.limbo());
    }
    delete_thread_state(t, function);
    delete_interpreter_state(&interp, function);
}

}  // namespace baton
