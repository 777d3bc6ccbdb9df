#include "test/model/scenarios.h"

#include "test/model/heap.h"
#include "test/model/oracles.h"
#include "threadstate/finalize.h"

namespace baton::model {

const Scenario* const kScenarios[] = {
    &kTakeDrop,    &kMixed,       &kRequest,    &kHeir,   &kSettings, &kClose, &kTransfer,
    &kRelay,       &kCrowd,       &kEnsure,     &kShared, &kPending,  &kAsync, &kSignals,
    &kSpawnThread, &kFinalize,    &kLateEnsure, &kGuards, &kOwnLock,  &kAgain, &kFork,
    &kByteLock,    &kInterrupted, &kPyMutex,    nullptr,
};

const Scenario* find_scenario(std::string_view name) {
    for (const Scenario* const* s = kScenarios; *s != nullptr; ++s) {
        if (name == (*s)->name) return *s;
    }
    return nullptr;
}

namespace {
ThreadState* g_main_state;
}

ThreadState& main_state() {
    return *g_main_state;
}

void start_runtime(const Hooks& hooks) {
    GilSettings settings;
    settings.mode = config().mode;
    settings.unfair = config().unfair;
    configure_process(hooks, settings);
    const char* error = nullptr;
    g_main_state = initialize_runtime(&error);
    MODEL_CHECK(g_main_state != nullptr && error == nullptr);
    watch_start();
    watch(process().main_gil);
    entered(process().main_gil, *g_main_state);
}

void end_runtime() {
    MODEL_CHECK(process().main_gil.holder_unlocked() == nullptr);
    InterpreterState& interp = *process().main.load();
    MODEL_CHECK(interp.threads == g_main_state && g_main_state->next == nullptr);
    restore_thread(g_main_state, "PyEval_RestoreThread");
    MODEL_CHECK(finalize_runtime(current_attached()) == 0);
    MODEL_CHECK(heap_live() == 0);
}

}  // namespace baton::model
