/* Group Async exceptions: PyThreadState_SetAsyncExc. */
#include "kit.h"

static unsigned long own_ident(void) {
    return PyThread_get_thread_ident();
}

/* Runs `source`; the exception type that ended it, borrowed and cleared, or NULL. */
static PyObject* ends_with(const char* source) {
    PyObject* globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyObject* result = PyRun_String(source, Py_file_input, globals, globals);
    PyObject* type = PyErr_Occurred();
    EXPECT((result == NULL) == (type != NULL));
    Py_XDECREF(result);
    PyErr_Clear();
    return type;
}

static void set_and_check(void) {
    kit_up();
    EXPECT_INT(PyThreadState_SetAsyncExc(1, PyExc_ValueError), 0);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), PyExc_ValueError), 1);
    EXPECT(PyErr_Occurred() == NULL);
    EXPECT(ends_with("for i in range(1000000): pass") == PyExc_ValueError);
    EXPECT(ends_with("for i in range(1000000): pass") == NULL);
    kit_down();
}

static void at_function_entry(void) {
    kit_up();
    kit_python(
        "def f():\n"
        "    return 5\n");
    PyObject* f = PyDict_GetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), "f");
    EXPECT(f != NULL);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), PyExc_KeyError), 1);
    PyObject* result = PyObject_CallObject(f, NULL);
    EXPECT(result == NULL);
    EXPECT(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Clear();
    result = PyObject_CallObject(f, NULL);
    EXPECT(result != NULL);
    EXPECT_INT(PyLong_AsLong(result), 5);
    Py_DECREF(result);
    kit_down();
}

static void cancel_and_replace(void) {
    kit_up();
    kit_python(
        "class A(Exception): pass\n"
        "class B(Exception): pass\n");
    PyObject* globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyObject *a = PyDict_GetItemString(globals, "A"), *b = PyDict_GetItemString(globals, "B");
    Py_ssize_t a_refs = Py_REFCNT(a), b_refs = Py_REFCNT(b);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), a), 1);
    EXPECT_INT(Py_REFCNT(a), a_refs + 1);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), NULL), 1);
    EXPECT_INT(Py_REFCNT(a), a_refs);
    kit_python("for i in range(100000): pass");

    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), a), 1);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), b), 1);
    EXPECT_INT(Py_REFCNT(a), a_refs);
    EXPECT(ends_with("for i in range(1000000): pass") == b);
    EXPECT(ends_with("for i in range(1000000): pass") == NULL);
    EXPECT_INT(Py_REFCNT(b), b_refs);
    kit_down();
}

static kit_gate sleeper_started = KIT_GATE;
static unsigned long sleeper_ident;
static PyObject* announce(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    sleeper_ident = own_ident();
    kit_open(&sleeper_started);
    Py_RETURN_NONE;
}
static PyMethodDef announce_def = {"announce", announce, METH_NOARGS,
                                   "Tells the C side that the thread runs."};
static void* sleep_in_python(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    kit_python(
        "import time\n"
        "hit = 0\n"
        "start = time.monotonic()\n"
        "try:\n"
        "    announce()\n"
        "    time.sleep(0.5)\n"
        "    for i in range(1000000): pass\n"
        "except ZeroDivisionError:\n"
        "    hit = 1\n"
        "took = int((time.monotonic() - start) * 1000)\n");
    PyGILState_Release(s);
    return NULL;
}
static void after_a_sleep(void) {
    kit_up();
    kit_set_variable("announce", PyCFunction_New(&announce_def, NULL));
    PyThreadState* t = PyEval_SaveThread();
    pthread_t sleeper = kit_start(sleep_in_python, NULL);
    kit_pass(&sleeper_started);
    PyEval_RestoreThread(t); /* the sleeper gives the lock away by sleeping */
    EXPECT_INT(PyThreadState_SetAsyncExc(sleeper_ident, PyExc_ZeroDivisionError), 1);
    t = PyEval_SaveThread();
    kit_join(sleeper);
    PyEval_RestoreThread(t);
    EXPECT_INT(kit_variable("hit"), 1);
    kit_note("took_ms", (double)kit_variable("took"));
    EXPECT(kit_variable("took") >= 499);
    kit_down();
}

static kit_gate sub_ready = KIT_GATE, sub_finish = KIT_GATE;
static unsigned long sub_ident;
static PyInterpreterState* sub_interp;
static void* live_in_sub(void* unused) {
    (void)unused;
    PyThreadState* t = PyThreadState_New(sub_interp);
    PyEval_AcquireThread(t);
    sub_ident = own_ident();
    kit_python("x = 1");
    PyEval_SaveThread();
    kit_open(&sub_ready);
    kit_pass(&sub_finish);
    PyEval_RestoreThread(t);
    kit_python("for i in range(100000): pass"); /* would raise if it had been hit */
    PyThreadState_Clear(t);
    PyThreadState_DeleteCurrent();
    return NULL;
}
static void other_interpreter(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT(sub != NULL);
    sub_interp = PyThreadState_GetInterpreter(sub);
    PyThreadState_Swap(main_state);
    PyEval_SaveThread();
    pthread_t thread = kit_start(live_in_sub, NULL);
    kit_pass(&sub_ready);
    PyEval_RestoreThread(main_state);
    EXPECT_INT(PyThreadState_SetAsyncExc(sub_ident, PyExc_ValueError), 0);
    PyThreadState_Swap(sub);
    EXPECT_INT(PyThreadState_SetAsyncExc(sub_ident, PyExc_ValueError), 1);
    EXPECT_INT(PyThreadState_SetAsyncExc(sub_ident, NULL), 1);
    PyThreadState_Swap(main_state);
    PyEval_SaveThread();
    kit_open(&sub_finish);
    kit_join(thread);
    PyEval_RestoreThread(main_state);
    PyThreadState_Swap(sub);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

#define NEWBORNS 300
/* Start and set without a check between them: the child has its state but, most times, has not run yet. */
static PyObject* set_after_start(PyObject* self, PyObject* child) {
    (void)self;
    PyObject* globals = PyModule_GetDict(PyImport_AddModule("__main__"));
    PyObject* thread_module = PyDict_GetItemString(globals, "_thread");
    PyObject* started = PyObject_CallMethod(thread_module, "start_new_thread", "O()", child);
    if (started == NULL) return NULL;
    Py_DECREF(started);
    EXPECT_INT(PyThreadState_SetAsyncExc(own_ident(), PyDict_GetItemString(globals, "Hit")), 1);
    Py_RETURN_NONE;
}
static PyMethodDef start_def = {"set_after_start", set_after_start, METH_O,
                                "Starts a thread, then hits the caller."};
static void parent_is_hit(void) {
    kit_up();
    kit_set_variable("set_after_start", PyCFunction_New(&start_def, NULL));
    kit_python(
        "import _thread, sys\n"
        "class Hit(Exception): pass\n"
        "sys.unraisablehook = lambda *a: None\n"
        "hits = 0\n"
        "def child(): pass\n"
        "def one():\n"
        "    global hits\n"
        "    try:\n"
        "        set_after_start(child)\n"
        "        for i in range(100): pass\n"
        "    except Hit:\n"
        "        hits += 1\n"
        "    while _thread._count(): pass\n");
    for (int i = 0; i < NEWBORNS; ++i) kit_python("one()");
    long hits = kit_variable("hits");
    kit_note("hits", (double)hits);
    EXPECT_INT(hits, NEWBORNS);
    kit_down();
}

const kit_case kit_cases[] = {
    {"78", "P", RUNS, NULL, NULL, set_and_check, "unknown ident 0, own ident 1, raised at the next check"},
    {"79", "P", RUNS, NULL, NULL, at_function_entry, "raised at function entry, without a loop"},
    {"80", "P", RUNS, NULL, NULL, cancel_and_replace,
     "NULL cancels, a later one replaces, references balance"},
    {"81", "P", RUNS, NULL, NULL, after_a_sleep, "a sleeping thread is hit after its sleep"},
    {"82", "P", RUNS, NULL, NULL, other_interpreter, "states of another interpreter are not matched"},
    {"83", "X", RUNS, NULL, "races: 3.11 stamps an unstarted child with its parent's ident", parent_is_hit,
     "the parent's ident never hits a child that has not started"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
