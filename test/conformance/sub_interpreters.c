/* Several interpreters in one process: ids, thread states, ending them, and the lock they share. */
#include "kit.h"

static long long id_of(PyThreadState* t) {
    return (long long)PyInterpreterState_GetID(PyThreadState_GetInterpreter(t));
}

static void ids_rise(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* first = Py_NewInterpreter();
    EXPECT(first != NULL);
    EXPECT_INT(id_of(first), 1);
    Py_EndInterpreter(first);
    PyThreadState_Swap(main_state);
    PyThreadState* second = Py_NewInterpreter();
    EXPECT(second != NULL);
    EXPECT_INT(id_of(second), 2);
    EXPECT(PyInterpreterState_Head() == PyThreadState_GetInterpreter(second));
    EXPECT(PyInterpreterState_Next(PyInterpreterState_Head()) == PyInterpreterState_Main());
    EXPECT(PyInterpreterState_Next(PyInterpreterState_Main()) == NULL);
    Py_EndInterpreter(second);
    PyThreadState_Swap(main_state);
    EXPECT(PyInterpreterState_Head() == PyInterpreterState_Main());
    kit_down();
}

static void own_dicts(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyObject* main_dict = PyInterpreterState_GetDict(PyInterpreterState_Main());
    EXPECT(main_dict != NULL);
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(sub != NULL);
    EXPECT_INT(PyThreadState_GetID(sub), 1);
    PyObject* sub_dict = PyInterpreterState_GetDict(PyThreadState_GetInterpreter(sub));
    EXPECT(sub_dict != NULL && sub_dict != main_dict);
    EXPECT(PyInterpreterState_GetDict(PyThreadState_GetInterpreter(sub)) == sub_dict);
    EXPECT(PyInterpreterState_GetDict(PyInterpreterState_Main()) == main_dict);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

static void end_leaves_none_current(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(sub != NULL && PyThreadState_Get() == sub);
    kit_python("import sys; sys.marker = 1");
    Py_EndInterpreter(sub);
    EXPECT(kit_current() == NULL);
    EXPECT(PyThreadState_Swap(main_state) == NULL);
    kit_python("import sys\nassert not hasattr(sys, 'marker')");
    kit_down();
}

static void modules_are_apart(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    kit_python("shared = 'main'\nimport collections, types\ncollections.tag = 1");
    for (int i = 0; i < 3; ++i) {
        PyThreadState* sub = Py_NewInterpreter();
        EXPECT(sub != NULL);
        kit_python(
            "import collections, __main__\n"
            "assert not hasattr(__main__, 'shared')\n"
            "assert not hasattr(collections, 'tag')\n"
            "class C: pass\nassert C().__class__.__module__ == '__main__'");
        Py_EndInterpreter(sub);
        PyThreadState_Swap(main_state);
    }
    kit_python("assert shared == 'main' and collections.tag == 1");
    kit_down();
}

static void end_not_current(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    PyThreadState_Swap(main_state);
    Py_EndInterpreter(sub);
    kit_survived();
}
static void end_with_second_state(void) {
    kit_up();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(PyThreadState_New(PyThreadState_GetInterpreter(sub)) != NULL);
    Py_EndInterpreter(sub);
    kit_survived();
}
static PyObject* end_here(PyObject* self, PyObject* args) {
    (void)self, (void)args;
    Py_EndInterpreter(PyThreadState_Get());
    kit_survived();
}
static PyMethodDef end_def = {"end_here", end_here, METH_NOARGS, NULL};
static void end_with_frame(void) {
    kit_up();
    Py_NewInterpreter();
    kit_set_variable("end_here", PyCFunction_New(&end_def, NULL));
    kit_python("def f(): end_here()\nf()");
    kit_survived();
}
static void delete_main(void) {
    kit_up();
    Py_NewInterpreter();
    PyInterpreterState_Delete(PyInterpreterState_Main());
    kit_survived();
}

static void check_after_sub(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT_INT(PyGILState_Check(), 1);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    PyThreadState* saved = PyEval_SaveThread();
    EXPECT_INT(PyGILState_Check(), 1);
    PyEval_RestoreThread(saved);
    kit_down();
}

static void ensure_nests_on_sub(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(s, PyGILState_LOCKED);
    EXPECT(PyThreadState_Get() == sub);
    PyGILState_Release(s);
    EXPECT(PyThreadState_Get() == sub);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

static kit_gate spinning = KIT_GATE, spun = KIT_GATE;
static PyObject* now_spinning(PyObject* self, PyObject* args) {
    (void)self, (void)args;
    kit_open(&spinning);
    Py_RETURN_NONE;
}
static PyMethodDef spinning_def = {"now_spinning", now_spinning, METH_NOARGS, NULL};
static PyInterpreterState* sub_interp;
static void* spin_in_sub(void* unused) {
    (void)unused;
    PyThreadState* t = PyThreadState_New(sub_interp);
    PyEval_AcquireThread(t);
    kit_set_variable("now_spinning", PyCFunction_New(&spinning_def, NULL));
    kit_python("import time\nend = time.monotonic() + 2\nnow_spinning()\nwhile time.monotonic() < end: pass");
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    kit_open(&spun);
    return NULL;
}
/* One thread computes in the sub-interpreter; the main one wants the lock they share. */
static void waiter_in_another(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    sub_interp = PyThreadState_GetInterpreter(sub);
    PyThreadState_Swap(main_state);
    PyThreadState* saved = PyEval_SaveThread();
    pthread_t spinner = kit_start(spin_in_sub, NULL);
    kit_pass(&spinning);
    double start = kit_now();
    PyEval_RestoreThread(saved);
    double waited = kit_now() - start;
    kit_note("wait_ms", waited * 1e3);
    saved = PyEval_SaveThread();
    kit_join(spinner);
    PyEval_RestoreThread(saved);
    /* Four intervals are 20 ms; a machine with other work gets ten times that. */
    if (waited > 0.2)
        kit_end_with("starved", "waited %.0f ms for a thread of another interpreter", waited * 1e3);
    PyThreadState_Swap(sub);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

static void* visit(void* answer) {
    PyThreadState* t = PyThreadState_New(sub_interp);
    PyEval_AcquireThread(t);
    EXPECT(PyThreadState_GetInterpreter(PyThreadState_Get()) == sub_interp);
    kit_python("import threading\nanswer = 6 * 7");
    *(long*)answer = kit_variable("answer");
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    EXPECT(kit_current() == NULL);
    return NULL;
}
static void migrate(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    sub_interp = PyThreadState_GetInterpreter(sub);
    PyThreadState_Swap(main_state);
    PyThreadState* saved = PyEval_SaveThread();
    long answer = 0;
    for (int i = 0; i < 20; ++i) {
        answer = 0;
        kit_on_thread(visit, &answer);
        EXPECT_INT(answer, 42);
    }
    PyEval_RestoreThread(saved);
    EXPECT_INT(kit_count_states(sub_interp), 1);
    PyThreadState_Swap(sub);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

const kit_case kit_cases[] = {
    {"54", "P", RUNS, NULL, NULL, ids_rise, "ids rise and are not reused; the newest comes first"},
    {"55", "P", RUNS, NULL, NULL, own_dicts, "each interpreter has its dict and its first thread state"},
    {"55b", "P", RUNS, NULL, NULL, modules_are_apart, "modules of one are not seen in another"},
    {"56", "P", RUNS, NULL, NULL, end_leaves_none_current, "after EndInterpreter no state is current"},
    {"57a", "P", DIES, "thread is not current", NULL, end_not_current, "ending one that is not current"},
    {"57b", "P", DIES, "not the last thread", NULL, end_with_second_state, "ending one with a second state"},
    {"57c", "P", DIES, "thread still has a frame", NULL, end_with_frame, "ending one from its own function"},
    {"58", "P", DIES, "remaining subinterpreters", NULL, delete_main, "deleting main before the others"},
    {"59", "P", RUNS, NULL, NULL, check_after_sub, "GILState_Check answers 1 once there were several"},
    {"60", "X", RUNS, NULL, "hang", ensure_nests_on_sub, "Ensure while a sub-interpreter is current"},
    {"61", "X", RUNS, NULL, "starved", waiter_in_another,
     "a thread that computes in one interpreter and a waiter in another"},
    {"62", "P", RUNS, NULL, NULL, migrate, "a foreign thread works in a sub-interpreter"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
