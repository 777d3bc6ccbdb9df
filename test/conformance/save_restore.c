/* Group Save/restore: PyEval_SaveThread, PyEval_RestoreThread and the ALLOW_THREADS blocks. */
#include "kit.h"

static void after_save(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    EXPECT(kit_current() == NULL);
    EXPECT(PyThreadState_GetDict() == NULL);
    EXPECT_INT(PyGILState_Check(), 0);
    EXPECT(PyGILState_GetThisThreadState() == t);
    PyEval_RestoreThread(t);
    EXPECT(PyThreadState_Get() == t);
    EXPECT_INT(PyGILState_Check(), 1);
    kit_down();
}

static void save_twice(void) {
    kit_up();
    PyEval_SaveThread();
    PyEval_SaveThread();
    kit_survived();
}

static void restore_null(void) {
    kit_up();
    PyEval_SaveThread();
    PyEval_RestoreThread(NULL);
    kit_survived();
}

static kit_gate spinning = KIT_GATE;
static PyObject* announce(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    kit_open(&spinning);
    Py_RETURN_NONE;
}
static PyMethodDef announce_def = {"announce", announce, METH_NOARGS, "Tells the C side that the loop runs."};
/* Holds the GIL until the main thread, which has to take it first, sets `stop`. */
static void* spin_until_stopped(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    kit_python("announce()\nwhile not stop: pass");
    PyGILState_Release(s);
    return NULL;
}
static void errno_survives(void) {
    kit_up();
    PyThreadState* t = PyEval_SaveThread();
    errno = 4242;
    PyEval_RestoreThread(t);
    EXPECT_INT(errno, 4242);

    kit_set_variable("announce", PyCFunction_New(&announce_def, NULL));
    kit_python("stop = 0");
    t = PyEval_SaveThread();
    pthread_t spinner = kit_start(spin_until_stopped, NULL);
    kit_pass(&spinning);
    errno = 4243;
    PyEval_RestoreThread(t);
    EXPECT_INT(errno, 4243);
    kit_python("stop = 1");
    t = PyEval_SaveThread();
    kit_join(spinner);
    PyEval_RestoreThread(t);
    kit_down();
}

static void restore_while_attached(void) {
    kit_up();
    PyThreadState* other = PyThreadState_New(PyInterpreterState_Main());
    PyEval_RestoreThread(other);
    kit_survived();
}

static int early_return(int leave) {
    Py_BEGIN_ALLOW_THREADS
    EXPECT(kit_current() == NULL);
    if (leave) {
        Py_BLOCK_THREADS EXPECT(kit_current() != NULL);
        return 1;
    }
    Py_BLOCK_THREADS EXPECT(kit_current() != NULL);
    Py_UNBLOCK_THREADS EXPECT(kit_current() == NULL);
    Py_END_ALLOW_THREADS
    return 0;
}
static void block_and_unblock(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    for (int i = 0; i < 1000; ++i) {
        EXPECT_INT(early_return(i % 2), i % 2);
        EXPECT(PyThreadState_Get() == t);
    }
    kit_down();
}

static PyThreadState* saved;
static void* restore_here(void* unused) {
    (void)unused;
    uint64_t id = PyThreadState_GetID(saved);
    PyEval_RestoreThread(saved);
    EXPECT(PyThreadState_Get() == saved);
    EXPECT_INT(PyThreadState_GetID(saved), id);
    kit_python("seen = 7");
    EXPECT(PyEval_SaveThread() == saved);
    return NULL;
}
static void restored_by_another(void) {
    kit_up();
    saved = PyEval_SaveThread();
    kit_on_thread(restore_here, NULL);
    PyEval_RestoreThread(saved);
    EXPECT_INT(PyThreadState_GetID(saved), 1);
    EXPECT_INT(kit_variable("seen"), 7);
    kit_down();
}

static kit_gate ran = KIT_GATE;
static void* run_bytecode(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    kit_python("ran = 1");
    PyGILState_Release(s);
    kit_open(&ran);
    return NULL;
}
static void others_run_in_the_block(void) {
    kit_up();
    pthread_t other = kit_start(run_bytecode, NULL);
    Py_BEGIN_ALLOW_THREADS
    kit_pass(&ran);
    Py_END_ALLOW_THREADS
    EXPECT_INT(kit_variable("ran"), 1);
    kit_join(other);
    kit_down();
}

const kit_case kit_cases[] = {
    {"31", "P", RUNS, NULL, NULL, after_save, "after a save: no current state, no dict, check 0"},
    {"32", "P", DIES, "PyEval_SaveThread", NULL, save_twice, "saving twice"},
    {"33", "P", DIES, "PyEval_RestoreThread", NULL, restore_null, "restoring NULL"},
    {"34", "P", RUNS, NULL, NULL, errno_survives, "errno survives a restore, contended and not"},
    {"35", "X", DIES, "PyEval_RestoreThread: non-NULL old thread state", "hang", restore_while_attached,
     "restoring while attached"},
    {"36", "P", RUNS, NULL, NULL, block_and_unblock, "BLOCK and UNBLOCK inside a block, and an early return"},
    {"37", "P", RUNS, NULL, NULL, restored_by_another, "a state saved by one thread and restored by another"},
    {"38", "P", RUNS, NULL, NULL, others_run_in_the_block, "other threads run inside an ALLOW_THREADS block"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
