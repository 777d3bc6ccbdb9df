/* Group Lifecycle: initialization, finalization and what happens outside of them. */
#include "kit.h"

static void fresh_process(void) {
    EXPECT_INT(Py_IsInitialized(), 0);
    EXPECT_INT(Py_FinalizeEx(), 0);
    EXPECT_INT(PyGILState_Check(), 1);
}

static void after_initialization(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Main()), 0);
    EXPECT(PyInterpreterState_Get() == PyInterpreterState_Main());
    EXPECT(PyInterpreterState_Head() == PyInterpreterState_Main());
    EXPECT(PyInterpreterState_Next(PyInterpreterState_Head()) == NULL);
    EXPECT_INT(PyThreadState_GetID(t), 1);
    EXPECT(PyThreadState_GetInterpreter(t) == PyInterpreterState_Main());
    EXPECT_INT(t->gilstate_counter, 1);
    EXPECT_INT(t->thread_id, PyThread_get_thread_ident());
    EXPECT(PyGILState_GetThisThreadState() == t);
    EXPECT_INT(PyGILState_Check(), 1);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 1);
    kit_down();
}

static void twice_is_once(void) {
    kit_up();
    PyThreadState* t = PyThreadState_Get();
    Py_InitializeEx(0);
    EXPECT(PyThreadState_Get() == t);
    EXPECT_INT(PyThreadState_GetID(t), 1);
    kit_down();
    EXPECT_INT(Py_IsInitialized(), 0);
    kit_down();
    EXPECT_INT(Py_IsInitialized(), 0);
}

static void again_after_finalize(void) {
    for (int round = 0; round < 3; ++round) {
        kit_up();
        EXPECT_INT(PyInterpreterState_GetID(PyInterpreterState_Get()), 0);
        EXPECT_INT(PyThreadState_GetID(PyThreadState_Get()), 1);
        PyGILState_STATE s = PyGILState_Ensure();
        EXPECT_INT(s, PyGILState_LOCKED);
        PyGILState_Release(s);
        kit_python("x = sum(range(10))");
        EXPECT_INT(kit_variable("x"), 45);
        kit_down();
        EXPECT_INT(Py_IsInitialized(), 0);
    }
}

static int exit_order[40], exits, exit_initialized;
static void record_exit(int i) {
    exit_order[exits++] = i;
    exit_initialized |= Py_IsInitialized();
}
static void exit_first(void) {
    record_exit(1);
}
static void exit_middle(void) {
    record_exit(2);
}
static void exit_last(void) {
    record_exit(3);
}

static void exit_functions(void) {
    kit_up();
    EXPECT_INT(Py_AtExit(exit_first), 0);
    for (int i = 0; i < 30; ++i) EXPECT_INT(Py_AtExit(exit_middle), 0);
    EXPECT_INT(Py_AtExit(exit_last), 0);
    EXPECT_INT(Py_AtExit(exit_middle), -1);
    kit_down();
    EXPECT_INT(exits, 32);
    EXPECT_INT(exit_order[0], 3);
    EXPECT_INT(exit_order[1], 2);
    EXPECT_INT(exit_order[30], 2);
    EXPECT_INT(exit_order[31], 1);
    EXPECT_INT(exit_initialized, 0);
}

static void new_interpreter_before_init(void) {
    Py_NewInterpreter();
    kit_survived();
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

static void this_thread_after_finalize(void) {
    kit_up();
    EXPECT(PyGILState_GetThisThreadState() != NULL);
    kit_down();
    EXPECT(PyGILState_GetThisThreadState() == NULL);
}

static int sub_pipe[2];
static void finalize_with_subinterpreters(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    EXPECT_INT(pipe(sub_pipe), 0);
    for (int i = 0; i < 2; ++i) {
        char source[200];
        EXPECT(Py_NewInterpreter() != NULL);
        snprintf(source, sizeof source, "import atexit, posix\natexit.register(posix.write, %d, b's')",
                 sub_pipe[1]);
        kit_python(source);
        PyThreadState_Swap(main_state);
    }
    kit_down();
    EXPECT_INT(Py_IsInitialized(), 0);
    char ended[4];
    EXPECT_INT(read(sub_pipe[0], ended, sizeof ended), 2);
}

static void* finalize_here(void* unused) {
    (void)unused;
    PyGILState_Ensure();
    Py_FinalizeEx();
    return NULL;
}
static void finalize_on_other_thread(void) {
    kit_up();
    kit_python("import threading");
    PyEval_SaveThread();
    kit_on_thread(finalize_here, NULL);
    EXPECT_INT(Py_IsInitialized(), 0);
}

const kit_case kit_cases[] = {
    {"1", "P", RUNS, NULL, NULL, fresh_process,
     "a fresh process: not initialized, finalize is a no-op, check answers 1"},
    {"2", "P", RUNS, NULL, NULL, after_initialization,
     "after initialization: interpreter 0, state 1, counter 1, GIL held"},
    {"3", "P", RUNS, NULL, NULL, twice_is_once, "initializing and finalizing twice are no-ops"},
    {"4", "P", RUNS, NULL, NULL, again_after_finalize,
     "initializing again: ids restart, Ensure answers LOCKED"},
    {"5", "P", RUNS, NULL, NULL, exit_functions,
     "32 exit functions, last in first out, after the interpreter is gone"},
    {"6", "P", DIES, "Py_Initialize must be called first", NULL, new_interpreter_before_init,
     "Py_NewInterpreter before initialization"},
    {"7", "X", DIES, "PyGILState_Ensure: Python is not initialized", "crash", ensure_before_init,
     "Ensure before initialization"},
    {"8", "X", DIES, "PyGILState_Ensure: Python has been finalized", "crash", ensure_after_finalize,
     "Ensure after finalization"},
    {"9", "P", RUNS, NULL, NULL, this_thread_after_finalize, "no thread state after finalization"},
    {"10", "X", RUNS, NULL, "differs: 3.11 dies when sub-interpreters are left, later versions end them",
     finalize_with_subinterpreters, "finalizing with live sub-interpreters ends them first"},
    {"11", "X", DEFINED, "Py_FinalizeEx", "hang", finalize_on_other_thread,
     "finalizing on another thread than the main one"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
