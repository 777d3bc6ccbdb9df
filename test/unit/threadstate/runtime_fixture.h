// A runtime for tests of this layer: hooks that count, and nothing above.
#pragma once

#include <atomic>
#include <cstdio>
#include <string>
#include <vector>

#include "test/support/child.h"
#include "test/support/crew.h"
#include "threadstate/fork.h"
#include "threadstate/finalize.h"
#include "threadstate/gilstate.h"
#include "threadstate/guard.h"
#include "threadstate/lock.h"
#include "threadstate/misuse.h"
#include "threadstate/process_state.h"
#include "threadstate/py_mutex.h"
#include "threadstate/signals.h"
#include "threadstate/spawn.h"
#include "threadstate/tss.h"

namespace baton::test {

// Initialised at construction; finalized at the end unless the test did it.
class Runtime {
  public:
    explicit Runtime(const Hooks& hooks = {}, const GilSettings& gil = {}) {
        configure_process(hooks, gil);
        const char* error = nullptr;
        main_ = initialize_runtime(&error);
        if (main_ == nullptr || error != nullptr) abort();
    }
    ~Runtime() {
        if (is_initialized()) finalize();
    }
    int finalize() { return finalize_runtime(ts()); }
    Attached ts() const { return current_attached(); }
    ThreadState& main() const { return *main_; }
    InterpreterState& interp() const { return *main_->interp; }

  private:
    ThreadState* main_;
};

inline int count_threads(InterpreterState& interp) {
    sync::MutexLock lock(process().head);
    int n = 0;
    for (ThreadState* t = interp.threads; t != nullptr; t = t->next) ++n;
    return n;
}

inline ThreadState* save() {
    return save_thread("PyEval_SaveThread", nullptr);
}
inline void restore(ThreadState* t) {
    restore_thread(t, "PyEval_RestoreThread");
}
inline GilStateResult ensure() {
    return gilstate_ensure("PyGILState_Ensure");
}
inline void release(GilStateResult s) {
    gilstate_release(s, "PyGILState_Release");
}
inline ThreadState* swap(ThreadState* t) {
    return swap_thread(t, "PyThreadState_Swap");
}

}  // namespace baton::test
