/* Misuse of the lock and of thread states that CPython 3.11 answers with a crash, a hang or silence. Each has
 * to end in a fatal error that names the function; matrix.py also wants the report behind it to name the
 * thread, the holder of the lock and the way out. Some numbered cases of other groups are about the same
 * calls; here stands what they leave out. */
#include "kit.h"

static void finalize_detached(void) {
    kit_up();
    PyEval_SaveThread();
    Py_FinalizeEx();
    kit_survived();
}

static void* finalize_here(void* unused) {
    (void)unused;
    Py_FinalizeEx();
    kit_survived();
}
static void finalize_on_unknown_thread(void) {
    kit_up();
    PyEval_SaveThread();
    kit_on_thread(finalize_here, NULL);
}

static void ensure_before_init(void) {
    PyGILState_Ensure();
    kit_survived();
}
static void ensure_after_finalize(void) {
    kit_up();
    kit_down();
    PyGILState_Ensure();
    kit_survived();
}

static void restore_while_attached(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    PyEval_RestoreThread(t);
    PyEval_RestoreThread(t);
    kit_survived();
}
static void acquire_second_state(void) {
    kit_up();
    PyEval_AcquireThread(PyThreadState_New(PyInterpreterState_Main()));
    kit_survived();
}
static void raw_release_without_state(void) {
    kit_up();
    PyEval_SaveThread();
    PyEval_ReleaseLock();
    kit_survived();
}
static void raw_acquire_twice(void) {
    kit_up();
    PyEval_AcquireLock();
    kit_survived();
}

static void delete_null(void) {
    kit_up();
    PyThreadState_Delete(NULL);
    kit_survived();
}
static void clear_unheld(void) {
    kit_up();
    PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
    PyEval_SaveThread();
    PyThreadState_Clear(t);
    kit_survived();
}
static void swap_unheld(void) {
    kit_up();
    PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
    PyEval_SaveThread();
    PyThreadState_Swap(t);
    kit_survived();
}
static PyThreadState* other_state;
static void* release_while_main_holds(void* unused) {
    (void)unused;
    PyEval_ReleaseThread(other_state);
    kit_survived();
}
/* A thread gives away a lock that another one holds. */
static void release_on_wrong_thread(void) {
    kit_up();
    other_state = PyThreadState_Get();
    kit_on_thread(release_while_main_holds, NULL);
}

static void release_wrong_value(void) {
    kit_up();
    PyGILState_Ensure();
    PyGILState_Release(PyGILState_UNLOCKED);
    kit_survived();
}
static kit_gate asked = KIT_GATE;
static void* end_holding(void* unused) {
    (void)unused;
    PyGILState_Ensure();
    return NULL;
}
static void* want_the_lock(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    PyGILState_Release(s);
    kit_open(&asked);
    return NULL;
}
/* The thread returns from its main function with the lock; whoever asks next would wait for ever. */
static void thread_ends_holding(void) {
    kit_up();
    PyEval_SaveThread();
    kit_on_thread(end_holding, NULL);
    kit_start(want_the_lock, NULL);
    if (!kit_open_within(&asked, 2)) kit_end_with("hang", "the lock is gone with its thread");
    kit_survived();
}

static void release_unheld_lock(void) {
    PyThread_type_lock lock = PyThread_allocate_lock();
    PyThread_release_lock(lock);
    PyThread_release_lock(lock);
    int owners = PyThread_acquire_lock(lock, NOWAIT_LOCK) + PyThread_acquire_lock(lock, NOWAIT_LOCK);
    kit_end_with("silent", "%d owners at once", owners);
}
static void lock_null(void) {
    PyThread_acquire_lock(NULL, WAIT_LOCK);
    kit_survived();
}
static void key_not_created(void) {
    static Py_tss_t key = Py_tss_NEEDS_INIT;
    int x;
    PyThread_tss_set(&key, &x);
    kit_survived();
}

static void fork_detached(void) {
    kit_up();
    PyEval_SaveThread();
    PyOS_BeforeFork();
    kit_survived();
}
static void end_interpreter_null(void) {
    kit_up();
    Py_EndInterpreter(NULL);
    kit_survived();
}
static void get_while_detached(void) {
    kit_up();
    PyEval_SaveThread();
    PyThreadState_Get();
    kit_survived();
}
static void object_call_while_detached(void) {
    kit_up();
    PyEval_SaveThread();
    PyErr_SetString(PyExc_ValueError, "nobody holds the lock");
    kit_survived();
}
const kit_case kit_cases[] = {
    {"M1", "X", DIES, "Py_FinalizeEx", "crash", finalize_detached, "finalizing while detached"},
    {"M2", "X", DIES, "Py_FinalizeEx", "crash", finalize_on_unknown_thread,
     "finalizing on a thread without a state"},
    {"M3", "X", DIES, "PyGILState_Ensure: Python is not initialized", "crash", ensure_before_init,
     "Ensure before initialisation"},
    {"M4", "X", DIES, "PyGILState_Ensure: Python has been finalized", "crash", ensure_after_finalize,
     "Ensure after finalization"},
    {"M5", "X", DIES, "PyEval_RestoreThread", "hang", restore_while_attached, "restoring the attached state"},
    {"M6", "X", DIES, "PyEval_AcquireThread", "hang", acquire_second_state,
     "acquiring a second state while attached"},
    {"M7", "X", DIES, "PyEval_ReleaseLock", "crash", raw_release_without_state,
     "ReleaseLock without a current state"},
    {"M8", "X", DIES, "PyEval_AcquireLock", "hang", raw_acquire_twice, "AcquireLock while holding"},
    {"M9", "X", DIES, "PyThreadState_Delete", "crash", delete_null, "deleting NULL"},
    {"M10", "X", DIES, "PyThreadState_Clear", "silent", clear_unheld, "clearing a state without the lock"},
    {"M11", "X", DIES, "PyThreadState_Swap", "silent", swap_unheld, "swapping without the lock"},
    {"M12", "X", DIES, "PyEval_ReleaseThread", "silent", release_on_wrong_thread,
     "releasing the state that another thread holds"},
    {"M13", "X", DIES, "PyGILState_Release", "silent", release_wrong_value,
     "releasing with another value than Ensure returned"},
    {"M14", "X", DIES, "a thread ends while it holds the GIL", "hang", thread_ends_holding,
     "a thread ends while it holds the lock"},
    {"M15", "X", DIES, "PyThread_release_lock", "silent", release_unheld_lock,
     "releasing a lock nobody holds"},
    {"M16", "X", DIES, "PyThread_acquire_lock", "crash", lock_null, "acquiring a NULL lock"},
    {"M17", "X", DIES, "PyThread_tss_set", "silent", key_not_created, "setting a key that was not created"},
    {"M18", "X", DIES, "PyOS_BeforeFork", "silent", fork_detached, "preparing a fork without the lock"},
    {"M19", "X", DIES, "Py_EndInterpreter", "silent", end_interpreter_null, "ending NULL"},
    {"M20", "P", DIES, "PyThreadState_Get", NULL, get_while_detached, "asking for the state while detached"},
    {"M21", "X", DIES, "PyErr_SetString", "crash", object_call_while_detached,
     "using objects while detached"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
