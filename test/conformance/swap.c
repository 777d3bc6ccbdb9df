/* Group Swap: PyThreadState_Swap. */
#include "kit.h"

static void swap_self(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    EXPECT(PyThreadState_Swap(t) == t);
    EXPECT(PyThreadState_Get() == t);
    kit_down();
}

static kit_gate entered = KIT_GATE;
static void* enter(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    kit_open(&entered);
    PyGILState_Release(s);
    return NULL;
}
/* 3.11's profile: the lock stays with the thread that has no current state. */
static void swap_null_keeps_the_lock(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Swap(NULL);
    EXPECT(t != NULL);
    EXPECT(kit_current() == NULL);
    pthread_t other = kit_start(enter, NULL);
    EXPECT(!kit_open_within(&entered, 0.2));
    EXPECT(PyThreadState_Swap(t) == NULL);
    EXPECT(PyThreadState_Get() == t);
    PyEval_SaveThread();
    kit_pass(&entered);
    kit_join(other);
    PyEval_RestoreThread(t);
    kit_down();
}

static void swap_interpreters(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyObject* main_module = PyImport_AddModule("__main__");
    kit_python("where = 100");
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(sub != NULL);
    PyObject* sub_module = PyImport_AddModule("__main__");
    EXPECT(sub_module != main_module);
    kit_python("where = 200");
    for (int i = 0; i < 50; ++i) {
        EXPECT(PyThreadState_Swap(main_state) == sub);
        EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Get()), 0);
        EXPECT(PyImport_AddModule("__main__") == main_module);
        kit_python("where += 1");
        EXPECT(PyThreadState_Swap(sub) == main_state);
        EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Get()), 1);
        EXPECT(PyImport_AddModule("__main__") == sub_module);
        kit_python("where += 2");
    }
    EXPECT_INT(kit_variable("where"), 300);
    /* As programs do it that set their own state aside first. */
    EXPECT(PyThreadState_Swap(NULL) == sub);
    PyThreadState* second = Py_NewInterpreter();
    EXPECT(second != NULL && PyThreadState_Get() == second);
    kit_python("where = 300");
    Py_EndInterpreter(second);
    EXPECT(PyThreadState_Swap(sub) == NULL);
    EXPECT_INT(kit_variable("where"), 300);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    EXPECT_INT(kit_variable("where"), 150);
    kit_down();
}

static void ensure_with_a_second_state(void) {
    kit_up();
    PyThreadState* first = PyThreadState_Get();
    PyThreadState* second = PyThreadState_New(PyInterpreterState_Main());
    EXPECT(PyThreadState_Swap(second) == first);
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_LOCKED);
    EXPECT(PyThreadState_Get() == second);
    PyGILState_Release(s);
    EXPECT(PyThreadState_Get() == second);
    EXPECT(PyThreadState_Swap(first) == second);
    PyThreadState_Clear(second);
    PyThreadState_Delete(second);
    kit_down();
}

const kit_case kit_cases[] = {
    {"39", "P", RUNS, NULL, NULL, swap_self, "swapping a state for itself"},
    {"40", "P", RUNS, NULL, NULL, swap_null_keeps_the_lock,
     "swapping for NULL keeps the lock (3.11's profile)"},
    {"41", "P", RUNS, NULL, NULL, swap_interpreters, "swapping between interpreters changes ids and modules"},
    {"42", "X", RUNS, NULL, "hang", ensure_with_a_second_state,
     "Ensure with a second state current: LOCKED on that one"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
