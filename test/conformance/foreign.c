/* Group Foreign threads: states of threads that the interpreter did not make. */
#include "kit.h"
#include <sys/syscall.h>

static uint64_t main_id, first_id;

static void* first_ensure(void* unused) {
    (void)unused;
    EXPECT(PyGILState_GetThisThreadState() == NULL);
    EXPECT_INT(PyGILState_Check(), 0);
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_UNLOCKED);
    PyThreadState* t = PyThreadState_Get();
    EXPECT(PyThreadState_GetInterpreter(t) == PyInterpreterState_Main());
    EXPECT(PyThreadState_GetID(t) > main_id);
    EXPECT_INT(t->native_thread_id, syscall(SYS_gettid));
    EXPECT_INT(t->thread_id, PyThread_get_thread_ident());
    EXPECT(PyGILState_GetThisThreadState() == t);
    EXPECT_INT(PyGILState_Check(), 1);
    first_id = PyThreadState_GetID(t);
    PyGILState_Release(s);
    return NULL;
}
static void creates_a_state(void) {
    kit_up();
    main_id = PyThreadState_GetID(PyThreadState_Get());
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(first_ensure, NULL);
    PyEval_RestoreThread(t);
    kit_down();
}

static void* release_and_look(void* unused) {
    first_ensure(unused);
    EXPECT(PyGILState_GetThisThreadState() == NULL);
    EXPECT_INT(PyGILState_Check(), 0);
    EXPECT(kit_current() == NULL);
    return NULL;
}
static void outermost_release(void) {
    kit_up();
    main_id = PyThreadState_GetID(PyThreadState_Get());
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(release_and_look, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    EXPECT(PyInterpreterState_ThreadHead(PyInterpreterState_Main()) == t);
    kit_down();
}

static void* ensure_twice(void* unused) {
    (void)unused;
    uint64_t last = main_id;
    for (int i = 0; i < 20; ++i) {
        PyGILState_STATE s = PyGILState_Ensure();
        uint64_t now = PyThreadState_GetID(PyThreadState_Get());
        EXPECT(now > last);
        last = now;
        PyGILState_Release(s);
    }
    return NULL;
}
static void ids_are_not_reused(void) {
    kit_up();
    main_id = PyThreadState_GetID(PyThreadState_Get());
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(ensure_twice, NULL);
    PyEval_RestoreThread(t);
    kit_down();
}

#define CROWD 64
#define CROWD_ROUNDS 1000
static kit_gate crowd_gate = KIT_GATE;
static long crowd_calls; /* under the GIL */
static void* one_of_the_crowd(void* unused) {
    (void)unused;
    kit_pass(&crowd_gate);
    for (int i = 0; i < CROWD_ROUNDS; ++i) {
        PyGILState_STATE s = PyGILState_Ensure();
        ++crowd_calls;
        PyGILState_Release(s);
    }
    return NULL;
}
static void crowd(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    pthread_t threads[CROWD];
    double start = kit_now();
    for (int i = 0; i < CROWD; ++i) threads[i] = kit_start(one_of_the_crowd, NULL);
    kit_open(&crowd_gate);
    for (int i = 0; i < CROWD; ++i) kit_join(threads[i]);
    kit_note("seconds", kit_now() - start);
    PyEval_RestoreThread(t);
    EXPECT_INT(crowd_calls, CROWD * CROWD_ROUNDS);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static void* own_state(void* unused) {
    (void)unused;
    PyThreadState* t = PyThreadState_New(PyInterpreterState_Main());
    EXPECT(t != NULL);
    EXPECT(PyGILState_GetThisThreadState() == t);
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_UNLOCKED);
    EXPECT(PyThreadState_Get() == t);
    EXPECT_INT(t->gilstate_counter, 2);
    PyGILState_Release(s);
    EXPECT(PyGILState_GetThisThreadState() == t);
    PyEval_RestoreThread(t);
    s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_LOCKED);
    EXPECT(PyThreadState_Get() == t);
    PyGILState_Release(s);
    EXPECT(PyThreadState_Get() == t);
    EXPECT_INT(t->gilstate_counter, 1);
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    EXPECT(PyGILState_GetThisThreadState() == NULL);
    EXPECT(kit_current() == NULL);
    return NULL;
}
static void explicit_state(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(own_state, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static PyThreadState* given;
static int look_at_ident;
static void* use_given_state(void* unused) {
    (void)unused;
    PyEval_AcquireThread(given);
    EXPECT(PyThreadState_Get() == given);
    if (look_at_ident) {
        EXPECT_INT(given->thread_id, PyThread_get_thread_ident());
    } else {
        EXPECT_INT(PyGILState_Check(), 0);
        EXPECT(PyGILState_GetThisThreadState() == NULL);
    }
    PyEval_ReleaseThread(given);
    return NULL;
}
static void state_of_another_thread(void) {
    kit_up();
    given = PyThreadState_New(PyInterpreterState_Main());
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(use_given_state, NULL);
    PyEval_RestoreThread(t);
    PyThreadState_Clear(given);
    PyThreadState_Delete(given);
    kit_down();
}
static void ident_follows_the_user(void) {
    look_at_ident = 1;
    state_of_another_thread();
}

static void* ensure_reaches_main_interpreter(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Get()), 0);
    PyGILState_Release(s);
    return NULL;
}
static void thread_of_a_subinterpreter(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(sub != NULL);
    EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Get()), 1);
    PyEval_SaveThread();
    kit_on_thread(ensure_reaches_main_interpreter, NULL);
    PyEval_RestoreThread(sub);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

const kit_case kit_cases[] = {
    {"22", "P", RUNS, NULL, NULL, creates_a_state, "the first ensure makes a state of the main interpreter"},
    {"23", "P", RUNS, NULL, NULL, outermost_release, "the outermost release unlinks it"},
    {"24", "P", RUNS, NULL, NULL, ids_are_not_reused, "each further use has a new id"},
    {"25", "P", RUNS, NULL, NULL, crowd, "64 threads with 1000 pairs each leave the main state alone"},
    {"26", "P", RUNS, NULL, NULL, explicit_state,
     "Ensure reuses a state from PyThreadState_New and does not delete it"},
    {"27", "P", RUNS, NULL, NULL, explicit_state, "Clear and DeleteCurrent of that state leave none"},
    {"28", "P", RUNS, NULL, NULL, state_of_another_thread,
     "a state made by one thread and acquired by another"},
    {"29", "X", RUNS, NULL, "differs: 3.11 keeps the ident of the thread that made the state",
     ident_follows_the_user, "the ident of such a state is its user's"},
    {"30", "P", RUNS, NULL, NULL, thread_of_a_subinterpreter,
     "Ensure beside a sub-interpreter reaches the main one"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
