// The scenarios: small programs over the real layer, each with what must be true of it in every schedule.
//
// Invariants. A scenario's state lives in globals of its file that its setup() makes anew. Nothing in a body
// depends on anything but the layer, config() and its own state.
//
// Callers: explore.cpp, mutants.cpp.
#pragma once

#include <string_view>

#include "test/model/engine.h"
#include "threadstate/process_state.h"

namespace baton::model {

// scenarios_lock.cpp: the lock alone.
extern const Scenario kTakeDrop, kMixed, kRequest, kHeir, kSettings, kClose, kTransfer, kRelay, kCrowd;
// scenarios_attach.cpp: thread states and what reaches a running thread.
extern const Scenario kEnsure, kShared, kPending, kAsync, kSignals, kSpawnThread;
// scenarios_end.cpp: finalization, guards, interpreters with locks of their own, fork.
extern const Scenario kFinalize, kLateEnsure, kGuards, kOwnLock, kAgain, kFork;
// scenarios_locks.cpp: the locks that programs use.
extern const Scenario kByteLock, kInterrupted, kPyMutex;

// A runtime, initialised on fibre 0, which is attached to its main thread state afterwards.
void start_runtime(const Hooks& hooks);
// For check(): finalizes it from the outside, and sees that all memory came back.
void end_runtime();
// The main thread state.
ThreadState& main_state();

// Null: there is none of that name.
const Scenario* find_scenario(std::string_view name);
// All of them, ended by null.
extern const Scenario* const kScenarios[];

}  // namespace baton::model
