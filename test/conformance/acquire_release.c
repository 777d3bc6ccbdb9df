/* Group Acquire/ReleaseThread: the checked pair, deleting states, and the raw lock. */
#include "kit.h"

static void* acquire_often(void* unused) {
    (void)unused;
    PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
    EXPECT(t != NULL);
    for (int i = 0; i < 10000; ++i) {
        PyEval_AcquireThread(t);
        EXPECT(PyThreadState_Get() == t);
        PyEval_ReleaseThread(t);
        EXPECT(kit_current() == NULL);
    }
    PyEval_AcquireThread(t);
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    return NULL;
}
static void owner_thread(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(acquire_often, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static void acquire_null(void) {
    kit_up();
    PyEval_SaveThread();
    PyEval_AcquireThread(NULL);
    kit_survived();
}
static void release_null(void) {
    kit_up();
    PyEval_ReleaseThread(NULL);
    kit_survived();
}
static void release_other(void) {
    kit_up();
    PyEval_ReleaseThread(PyThreadState_New(PyInterpreterState_Main()));
    kit_survived();
}
static void release_detached(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    PyEval_ReleaseThread(t);
    kit_survived();
}
static void acquire_while_holding(void) {
    kit_up();
    PyThreadState* other = PyThreadState_New(PyInterpreterState_Main());
    PyEval_AcquireThread(other);
    kit_survived();
}
static void delete_current(void) {
    kit_up();
    PyThreadState_Delete(PyThreadState_Get());
    kit_survived();
}

static PyThreadState* doomed;
static void* delete_here(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 3);
    PyThreadState_Clear(doomed);
    PyThreadState_Delete(doomed);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 2);
    PyGILState_Release(s);
    return NULL;
}
static void delete_from_another_thread(void) {
    kit_up();
    doomed = PyThreadState_New(PyInterpreterState_Main());
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(delete_here, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static kit_gate holding = KIT_GATE, finish = KIT_GATE;
static void* delete_own(void* unused) {
    (void)unused;
    PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
    PyEval_AcquireThread(t);
    kit_open(&holding);
    kit_pass(&finish);
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    EXPECT(PyGILState_GetThisThreadState() == NULL);
    return NULL;
}
static kit_gate got_it = KIT_GATE;
static void* wait_for_lock(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    kit_open(&got_it);
    PyGILState_Release(s);
    return NULL;
}
static void delete_current_frees_the_lock(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    pthread_t holder = kit_start(delete_own, NULL);
    kit_pass(&holding);
    pthread_t waiter = kit_start(wait_for_lock, NULL);
    EXPECT(!kit_open_within(&got_it, 0.1));
    kit_open(&finish);
    kit_pass(&got_it);
    kit_join(holder);
    kit_join(waiter);
    PyEval_RestoreThread(t);
    kit_down();
}

static void delete_current_without_one(void) {
    kit_up();
    PyEval_SaveThread();
    PyThreadState_DeleteCurrent();
    kit_survived();
}

static kit_gate raw = KIT_GATE;
static void* use_lock(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    PyGILState_Release(s);
    kit_open(&raw);
    return NULL;
}
/* The raw pair frees the lock but does not touch the current state, which 3.11 keeps in one place for all
 * threads: nothing else may run Python in between. */
static void raw_lock(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    for (int i = 0; i < 1000; ++i) {
        PyEval_ReleaseLock();
        EXPECT(kit_current() == t);
        PyEval_AcquireLock();
        EXPECT(PyThreadState_Get() == t);
    }
    kit_python("x = 1");
    PyThreadState* saved = PyEval_SaveThread();
    kit_on_thread(use_lock, NULL);
    PyEval_RestoreThread(saved);
    kit_down();
}
static void raw_release_twice(void) {
    kit_up();
    PyEval_ReleaseLock();
    PyEval_ReleaseLock();
    kit_survived();
}

const kit_case kit_cases[] = {
    {"43", "P", RUNS, NULL, NULL, owner_thread, "ten thousand acquires and releases of a thread's own state"},
    {"44", "P", DIES, "PyEval_AcquireThread", NULL, acquire_null, "acquiring NULL"},
    {"44b", "X", DIES, "PyEval_ReleaseThread", "crash", release_null, "releasing NULL"},
    {"45", "P", DIES, "PyEval_ReleaseThread: wrong thread state", NULL, release_other,
     "releasing another state"},
    {"46", "P", DIES, "PyEval_ReleaseThread", NULL, release_detached, "releasing while detached"},
    {"47", "X", DIES, "PyEval_AcquireThread: non-NULL old thread state", "hang", acquire_while_holding,
     "acquiring while holding"},
    {"48", "P", DIES, "is still current", NULL, delete_current, "deleting the current state"},
    {"49", "P", RUNS, NULL, NULL, delete_from_another_thread,
     "deleting a state from another thread unlinks it"},
    {"50", "P", RUNS, NULL, NULL, delete_current_frees_the_lock, "DeleteCurrent gives the lock to a waiter"},
    {"51", "P", DIES, "PyThreadState_DeleteCurrent", NULL, delete_current_without_one,
     "DeleteCurrent without a current state"},
    {"52", "P", RUNS, NULL, NULL, raw_lock, "ReleaseLock and AcquireLock leave the current state set"},
    {"53", "P", DIES, "drop_gil: GIL is not locked", NULL, raw_release_twice, "ReleaseLock twice"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
