/* Group Ensure/Release: PyGILState_Ensure and PyGILState_Release on threads with and without a state. */
#include "kit.h"

static void held_thread(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    int before = t->gilstate_counter;
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_LOCKED);
    EXPECT_INT(t->gilstate_counter, before + 1);
    EXPECT(PyThreadState_Get() == t);
    PyGILState_Release(s);
    EXPECT_INT(t->gilstate_counter, before);
    EXPECT(PyThreadState_Get() == t);
    kit_down();
}

static void detached_main(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_UNLOCKED);
    EXPECT(PyThreadState_Get() == t);
    PyGILState_Release(s);
    EXPECT(kit_current() == NULL);
    EXPECT(PyGILState_GetThisThreadState() == t);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static void* nest_three_deep(void* unused) {
    (void)unused;
    PyGILState_STATE a = PyGILState_Ensure();
    PyThreadState* t = PyThreadState_Get();
    EXPECT_INT(a, PyGILState_UNLOCKED);
    EXPECT_INT(t->gilstate_counter, 1);
    PyGILState_STATE b = PyGILState_Ensure();
    EXPECT_INT(b, PyGILState_LOCKED);
    EXPECT_INT(t->gilstate_counter, 2);
    PyThreadState* saved = PyEval_SaveThread();
    EXPECT(saved == t);
    PyGILState_STATE c = PyGILState_Ensure();
    EXPECT_INT(c, PyGILState_UNLOCKED);
    EXPECT_INT(t->gilstate_counter, 3);
    EXPECT(PyThreadState_Get() == t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 2);
    PyGILState_Release(c);
    EXPECT(kit_current() == NULL);
    EXPECT_INT(t->gilstate_counter, 2);
    PyEval_RestoreThread(saved);
    PyGILState_Release(b);
    EXPECT_INT(t->gilstate_counter, 1);
    EXPECT(PyThreadState_Get() == t);
    PyGILState_Release(a);
    EXPECT(PyGILState_GetThisThreadState() == NULL);
    return NULL;
}
static void nested_with_save(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(nest_three_deep, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static void* release_out_of_order(void* unused) {
    (void)unused;
    PyGILState_STATE outer = PyGILState_Ensure();
    PyEval_SaveThread();
    PyGILState_STATE inner = PyGILState_Ensure();
    PyGILState_Release(outer);
    PyGILState_Release(inner);
    kit_survived();
}
static void out_of_order(void) {
    kit_up();
    PyEval_SaveThread();
    kit_on_thread(release_out_of_order, NULL);
}

static void* release_without_state(void* unused) {
    (void)unused;
    PyGILState_Release(PyGILState_UNLOCKED);
    kit_survived();
}
static void no_state(void) {
    kit_up();
    PyEval_SaveThread();
    kit_on_thread(release_without_state, NULL);
}

static void release_while_detached(void) {
    kit_up();
    PyGILState_STATE s = PyGILState_Ensure();
    PyEval_SaveThread();
    PyGILState_Release(s);
    kit_survived();
}

static void million_pairs(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    PyGILState_STATE outer = PyGILState_Ensure();
    double start = kit_now();
    for (int i = 0; i < 1000000; ++i) PyGILState_Release(PyGILState_Ensure());
    kit_note("pair_ns", (kit_now() - start) * 1e3);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    EXPECT_INT(t->gilstate_counter, 2);
    PyGILState_Release(outer);
    kit_down();
}

/* A value in the thread's dict whose destructor is watched. */
static int destroyed, destroyed_attached, ensures_in_destructor;
static void on_destroy(PyObject* capsule) {
    (void)capsule;
    ++destroyed;
    destroyed_attached = kit_current() != NULL;
    for (int i = 0; i < ensures_in_destructor; ++i) {
        PyGILState_STATE s = PyGILState_Ensure();
        EXPECT_INT(s, PyGILState_LOCKED);
        PyGILState_Release(s);
    }
}
static void* leave_value_in_dict(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    PyObject* dict = PyThreadState_GetDict();
    EXPECT(dict != NULL);
    PyObject* capsule = PyCapsule_New(&destroyed, "kit.watched", on_destroy);
    EXPECT(capsule != NULL);
    EXPECT_INT(PyDict_SetItemString(dict, "watched", capsule), 0);
    Py_DECREF(capsule);
    EXPECT_INT(destroyed, 0);
    PyGILState_Release(s);
    EXPECT_INT(destroyed, 1);
    EXPECT_INT(destroyed_attached, 1);
    return NULL;
}
static void destructor_runs(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(leave_value_in_dict, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(destroyed, 1);
    kit_down();
}
static void destructor_ensures(void) {
    ensures_in_destructor = 1;
    destructor_runs();
}

static void surplus_release(void) {
    kit_up();
    PyGILState_Release(PyGILState_LOCKED);
    kit_survived();
}

const kit_case kit_cases[] = {
    {"12", "P", RUNS, NULL, NULL, held_thread, "a thread that holds the GIL: LOCKED, counter up and down"},
    {"13", "P", RUNS, NULL, NULL, detached_main,
     "the main thread detached: UNLOCKED, same state, detached again"},
    {"14", "P", RUNS, NULL, NULL, nested_with_save,
     "three deep with a save between: UNLOCKED, LOCKED, UNLOCKED; one state"},
    {"15", "P", DIES, "must be current when releasing", NULL, out_of_order,
     "a release out of order, after a detach"},
    {"16", "P", DIES, "auto-releasing thread-state, but no thread-state for this thread", NULL, no_state,
     "a release on a thread without a state"},
    {"17", "P", DIES, "must be current when releasing", NULL, release_while_detached,
     "a release while detached"},
    {"18", "P", RUNS, NULL, NULL, million_pairs, "a million nested pairs leave one state"},
    {"19", "X", RUNS, NULL, "crash", destructor_ensures,
     "a destructor run by the last release ensures and releases"},
    {"20", "P", RUNS, NULL, NULL, destructor_runs,
     "the last release runs destructors of the thread's dict, attached"},
    {"21", "X", DIES, "unbalanced", "silent", surplus_release,
     "a surplus release on the main thread, at that call"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
