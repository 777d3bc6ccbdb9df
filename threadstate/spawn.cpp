#include "threadstate/spawn.h"

#include <new>

#include "threadstate/process_state.h"

namespace baton {
namespace {

struct AttachedStart {
    ThreadState* state;
    void (*body)(Attached, void*);
    void* arg;
};

void run_attached(void* p) {
    AttachedStart start = *static_cast<AttachedStart*>(p);
    delete static_cast<AttachedStart*>(p);
    start.body(attach(*start.state, "thread start", Take::kFresh), start.arg);
    ThreadState& t = current_or_die("thread end");
    clear_thread_state(&t, "thread end");
    delete_current_thread_state("thread end");
}

}  // namespace

bool spawn_thread(InterpreterState* interp, void (*main)(void*), void* arg, unsigned long* ident) {
    return sync::spawn(main, arg, interp != nullptr ? interp->stack_size : 0, ident);
}

bool spawn_attached(Attached ts, void (*body)(Attached ts, void* arg), void* arg, unsigned long* ident) {
    ThreadState* t = new_thread_state(ts.interp(), Origin::kSpawn);
    if (t == nullptr) return false;
    auto* start = new (std::nothrow) AttachedStart{t, body, arg};
    if (start != nullptr && sync::spawn(run_attached, start, ts->interp->stack_size, ident)) return true;
    delete start;
    clear_thread_state(t, "spawn_attached");
    delete_thread_state(t, "spawn_attached");
    return false;
}

int set_stack_size(InterpreterState& interp, size_t size) {
    if (size != 0 && size < kMinStackSize) return -1;
    interp.stack_size = size;
    return 0;
}

}  // namespace baton
