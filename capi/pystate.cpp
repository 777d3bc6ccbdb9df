// Thread states, GILState, interpreters, pending calls, locks: thin over threadstate/.
#include <cstdio>
#include <cstdlib>

#include "capi/impl.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "threadstate/eval_breaker.h"
#include "threadstate/interpreter_state.h"
#include "threadstate/lock.h"
#include "threadstate/misuse.h"
#include "threadstate/pending_calls.h"
#include "threadstate/process_state.h"
#include "threadstate/signals.h"
#include "threadstate/spawn.h"
#include "threadstate/sync.h"
#include "threadstate/tss.h"
#include "vm/forking.h"
#include "vm/interp_data.h"
#include "vm/trace.h"

namespace baton::api {

int PyGILState_Ensure() {
    return static_cast<int>(gilstate_ensure("PyGILState_Ensure"));
}
void PyGILState_Release(int state) {
    gilstate_release(static_cast<GilStateResult>(state), "PyGILState_Release");
}
ThreadState* PyGILState_GetThisThreadState() {
    return gilstate_this_thread();
}
int PyGILState_Check() {
    return gilstate_check();
}

void PyEval_InitThreads() {}  // initialisation makes the lock
int PyEval_ThreadsInitialized() {
    Stage s = process().stage.load();
    return s != Stage::kNever;
}
void PyEval_AcquireLock() {
    acquire_lock("PyEval_AcquireLock");
}
void PyEval_ReleaseLock() {
    release_lock("PyEval_ReleaseLock");
}
ThreadState* PyEval_SaveThread() {
    return save_thread("PyEval_SaveThread", __builtin_return_address(0));
}
void PyEval_RestoreThread(ThreadState* state) {
    restore_thread(state, "PyEval_RestoreThread");
}
void PyEval_AcquireThread(ThreadState* state) {
    acquire_thread(state, "PyEval_AcquireThread");
}
void PyEval_ReleaseThread(ThreadState* state) {
    release_thread(state, "PyEval_ReleaseThread");
}

ThreadState* PyThreadState_New(InterpreterState* interp) {
    ThreadState* t = new_thread_state(*interp, Origin::kExplicit);
    if (t) bind_gilstate_slot(*t);
    return t;
}
void PyThreadState_Clear(Attached, ThreadState* state) {
    clear_thread_state(state, "PyThreadState_Clear");
}
void PyThreadState_Delete(ThreadState* state) {
    delete_thread_state(state, "PyThreadState_Delete");
}
void PyThreadState_DeleteCurrent() {
    delete_current_thread_state("PyThreadState_DeleteCurrent");
}
ThreadState* PyThreadState_Get() {
    return &current_or_die("PyThreadState_Get");
}
ThreadState* PyThreadState_GetUnchecked() {
    return current_or_null();
}
ThreadState* _PyThreadState_UncheckedGet() {
    return current_or_null();
}
ThreadState* PyThreadState_Swap(ThreadState* state) {
    return swap_thread(state, "PyThreadState_Swap");
}
Object* PyThreadState_GetDict() {
    ThreadState* t = current_or_null();
    return t ? _PyThreadState_GetDict(t) : nullptr;
}
Object* _PyThreadState_GetDict(ThreadState* t) {
    if (!t->dict) {
        Attached ts = attached_unchecked(*t);
        auto d = dict_new(ts);
        if (!d.ok()) {
            clear_pending(ts);
            return nullptr;
        }
        t->dict = d.release();
    }
    return t->dict;
}
uint64_t PyThreadState_GetID(ThreadState* state) {
    return state->id;
}
InterpreterState* PyThreadState_GetInterpreter(ThreadState* state) {
    return state->interp;
}
int PyThreadState_SetAsyncExc(Attached ts, unsigned long ident, Object* exception) {
    xincref(exception);
    return set_async_exception(ts, ident, exception);
}
void PyThreadState_EnterTracing(ThreadState* state) {
    set_tracing_depth(explicit_thread(state), state->tracing + 1);
}
void PyThreadState_LeaveTracing(ThreadState* state) {
    set_tracing_depth(explicit_thread(state), state->tracing - 1);
}

InterpreterState* PyInterpreterState_Get() {
    return current_or_die("PyInterpreterState_Get").interp;
}
InterpreterState* PyInterpreterState_Main() {
    return process().main.load();
}
InterpreterState* PyInterpreterState_Head() {
    sync::MutexLock lock(process().head);
    return process().interpreters;
}
InterpreterState* PyInterpreterState_Next(InterpreterState* interp) {
    return interp->next;
}
ThreadState* PyInterpreterState_ThreadHead(InterpreterState* interp) {
    return interp->threads;
}
ThreadState* PyThreadState_Next(ThreadState* state) {
    return state->next;
}
int64_t PyInterpreterState_GetID(InterpreterState* interp) {
    if (interp) return interp->id;
    if (ThreadState* t = current_or_null())
        (void)raise(attached_unchecked(*t), Exc::RuntimeError, "no interpreter provided");
    return -1;
}

// Borrowed; null without an exception when there is none to give, as PyThreadState_GetDict.
Object* PyInterpreterState_GetDict(InterpreterState* interp) {
    ThreadState* t = current_or_null();
    VmInterp* vm = interp ? interp->upper<RuntimeInterp>().vm : nullptr;
    // Another interpreter's dict can be touched only under the lock that both share.
    if (!t || !vm || interp->gil != t->interp->gil) return nullptr;
    if (!vm->dict) {
        Attached ts = attached_unchecked(*t);
        auto d = dict_new(ts);
        if (!d.ok()) {
            clear_pending(ts);
            return nullptr;
        }
        vm->dict = d.release();
    }
    return vm->dict;
}
// Of an interpreter that has no thread state any more; Py_EndInterpreter does this for the usual ones.
void PyInterpreterState_Delete(InterpreterState* interp) {
    constexpr const char* kName = "PyInterpreterState_Delete";
    if (!interp) misuse(Misuse::kNullState, kName);
    {
        sync::MutexLock lock(process().head);
        const bool others = interp->next || process().interpreters != interp;
        if (process().main.load() == interp && others) misuse(Misuse::kDeleteMain, kName);
        if (interp->threads) misuse(Misuse::kEndNotLast, kName, interp->threads);
    }
    delete_interpreter_state(interp, kName);
}

namespace {
CStatus make_interpreter(ThreadState** out, const InterpreterConfig& config, const char* function) {
    const char* error = nullptr;
    *out = new_interpreter(config, &error, function);
    if (*out) return {0, nullptr, nullptr, 0};
    return {1, function, error ? error : "the interpreter could not be made", 0};
}
}  // namespace
ThreadState* Py_NewInterpreter() {
    ThreadState* t;
    CStatus status = make_interpreter(&t, kLegacyConfig, "Py_NewInterpreter");
    if (!t) {
        // As in CPython, only the form with a configuration reports; this one ends the process.
        fprintf(stderr, "Fatal Python error: Py_NewInterpreter: %s\n", status.message);
        std::exit(1);
    }
    return t;
}
CStatus Py_NewInterpreterFromConfig(ThreadState** state, const CInterpreterConfig* c) {
    InterpreterConfig config;
    config.use_main_obmalloc = c->use_main_obmalloc;
    config.allow_fork = c->allow_fork;
    config.allow_exec = c->allow_exec;
    config.allow_threads = c->allow_threads;
    config.allow_daemon_threads = c->allow_daemon_threads;
    config.check_multi_interp_extensions = c->check_multi_interp_extensions;
    config.gil = c->gil;
    return make_interpreter(state, config, "Py_NewInterpreterFromConfig");
}
void Py_EndInterpreter(ThreadState* state) {
    end_interpreter(state, "Py_EndInterpreter");
}

int Py_AddPendingCall(int (*function)(void*), void* arg) {
    return add_pending_call(function, arg);
}
int Py_MakePendingCalls(Attached ts) {
    return make_pending_calls(ts);
}
void PyOS_BeforeFork(Attached ts) {
    interpreter_before_fork(ts);
}
void PyOS_AfterFork_Parent(Attached ts) {
    interpreter_after_fork_parent(ts);
}
void PyOS_AfterFork_Child() {
    interpreter_after_fork_child(attached_unchecked(current_or_die("PyOS_AfterFork_Child")));
}

unsigned long PyThread_start_new_thread(void (*function)(void*), void* arg) {
    unsigned long ident = 0;
    ThreadState* t = current_or_null();
    return spawn_thread(t ? t->interp : nullptr, function, arg, &ident) ? ident
                                                                        : static_cast<unsigned long>(-1);
}
unsigned long PyThread_get_thread_ident() {
    return sync::current_ident();
}
unsigned long PyThread_get_thread_native_id() {
    return sync::current_native_id();
}
void* PyThread_allocate_lock() {
    return thread_lock_allocate();
}
void PyThread_free_lock(void* lock) {
    thread_lock_free(static_cast<ByteLock*>(lock));
}
int PyThread_acquire_lock_timed(void* lock, long long microseconds, int interruptible) {
    return static_cast<int>(thread_lock_acquire(static_cast<ByteLock*>(lock), microseconds, interruptible,
                                                "PyThread_acquire_lock_timed"));
}
int PyThread_acquire_lock(void* lock, int wait) {
    return PyThread_acquire_lock_timed(lock, wait ? -1 : 0, 0);
}
void PyThread_release_lock(void* lock) {
    thread_lock_release(static_cast<ByteLock*>(lock), "PyThread_release_lock");
}
void PyThread_init_thread() {}

namespace {
Tss& tss_of(CTss* key) {
    return *reinterpret_cast<Tss*>(key);
}
}  // namespace
int PyThread_tss_create(CTss* key) {
    return tss_create(tss_of(key)) ? 0 : -1;
}
void PyThread_tss_delete(CTss* key) {
    tss_remove(tss_of(key));
}
int PyThread_tss_set(CTss* key, void* value) {
    return tss_set(tss_of(key), value) ? 0 : -1;
}
void* PyThread_tss_get(CTss* key) {
    return tss_get(tss_of(key));
}
int PyThread_tss_is_created(CTss* key) {
    return tss_is_created(tss_of(key));
}

int PyErr_CheckSignals(Attached ts) {
    return handle_signals(ts);
}
void PyErr_SetInterrupt() {
    trip_signal(2);
}
int Py_EnterRecursiveCall(Attached ts, const char* where) {
    return status(enter_recursion(ts, where));
}
void Py_LeaveRecursiveCall(Attached ts) {
    leave_recursion(ts);
}

}  // namespace baton::api
