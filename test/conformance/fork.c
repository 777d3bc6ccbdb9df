/* The child of a fork: which thread state it has, what it may do, and who is its main thread. */
#include "kit.h"
#include <sys/wait.h>

/* Waits for the child with a deadline; its exit code. */
static int child_ends(pid_t child) {
    int status = 0;
    for (double end = kit_now() + KIT_DEADLINE_SECONDS; kit_now() < end;) {
        pid_t got = waitpid(child, &status, WNOHANG);
        if (got == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
        struct timespec pause = {0, 1000000};
        nanosleep(&pause, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    kit_end_with("hang", "the child of a fork hangs");
}
static pid_t fork_python(void) {
    PyOS_BeforeFork();
    pid_t pid = fork();
    if (pid == 0) {
        PyOS_AfterFork_Child();
    } else {
        PyOS_AfterFork_Parent();
    }
    EXPECT(pid >= 0);
    return pid;
}

static void one_state(void) {
    kit_up();
    PyThreadState* before = PyThreadState_Get();
    unsigned long native = PyThread_get_thread_native_id();
    PyThreadState_New(PyInterpreterState_Main());
    pid_t child = fork_python();
    if (child == 0) {
        int ok = PyThreadState_Get() == before && kit_count_states(PyInterpreterState_Main()) == 1 &&
                 PyGILState_GetThisThreadState() == before && PyThread_get_thread_native_id() != native &&
                 PyRun_SimpleString(
                     "import threading\nassert threading.get_native_id() == __import__('os').getpid()") == 0;
        _exit(ok ? 0 : 1);
    }
    EXPECT_INT(child_ends(child), 0);
    EXPECT(PyThreadState_Get() == before);
    EXPECT_INT(kit_count_states(PyInterpreterState_Main()), 2);
}

static int count_call(void* counter) {
    ++*(int*)counter;
    return 0;
}
static void* fork_here(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    pid_t child = fork_python();
    if (child == 0) {
        int calls = 0;
        int ok = Py_AddPendingCall(count_call, &calls) == 0 && Py_MakePendingCalls() == 0 && calls == 1;
        _exit(ok ? 0 : 1);
    }
    EXPECT_INT(child_ends(child), 0);
    PyGILState_Release(s);
    return NULL;
}
static void foreign_becomes_main(void) {
    kit_up();
    PyThreadState* saved = PyEval_SaveThread();
    kit_on_thread(fork_here, NULL);
    PyEval_RestoreThread(saved);
    kit_down();
}

static void child_hook_in_sub(void) {
    kit_up();
    Py_NewInterpreter();
    PyOS_AfterFork_Child();
    kit_survived();
}

static void script_fork_in_sub(void) {
    kit_up();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    kit_python(
        "import os\n"
        "try:\n"
        "    pid = os.fork()\n"
        "except RuntimeError:\n"
        "    outcome = 1\n"
        "else:\n"
        "    if pid == 0: os._exit(0)\n"
        "    outcome = 2 if os.waitpid(pid, 0)[1] else 3\n");
    long outcome = kit_variable("outcome");
    if (outcome == 2) kit_end_with("crash", "the child of os.fork() in a sub-interpreter dies");
    EXPECT_INT(outcome, 1);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

static volatile int stop;
static void* contend(void* unused) {
    (void)unused;
    while (!__atomic_load_n(&stop, __ATOMIC_SEQ_CST)) {
        PyGILState_STATE s = PyGILState_Ensure();
        PyObject* n = PyLong_FromLong(1 << 20);
        Py_XDECREF(n);
        PyGILState_Release(s);
    }
    return NULL;
}
static void* lock_in_child(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    PyGILState_Release(s);
    return NULL;
}
static void fork_under_contention(void) {
    kit_up();
    enum { THREADS = 8, FORKS = 100 };
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; ++i) threads[i] = kit_start(contend, NULL);
    for (int i = 0; i < FORKS; ++i) {
        PyThreadState* saved = PyEval_SaveThread();
        PyEval_RestoreThread(saved);
        pid_t child = fork_python();
        if (child == 0) {
            PyThreadState* t = PyEval_SaveThread();
            pthread_t visitor;
            if (pthread_create(&visitor, NULL, lock_in_child, NULL) != 0) _exit(2);
            pthread_join(visitor, NULL);
            PyEval_RestoreThread(t);
            _exit(PyRun_SimpleString("x = sum(range(10))") == 0 ? 0 : 1);
        }
        EXPECT_INT(child_ends(child), 0);
    }
    __atomic_store_n(&stop, 1, __ATOMIC_SEQ_CST);
    PyThreadState* saved = PyEval_SaveThread();
    for (int i = 0; i < THREADS; ++i) kit_join(threads[i]);
    PyEval_RestoreThread(saved);
    kit_down();
}

const kit_case kit_cases[] = {
    {"84", "P", RUNS, NULL, NULL, one_state, "the child has one thread state, the same one, with new ids"},
    {"85", "P", RUNS, NULL, NULL, foreign_becomes_main,
     "a foreign thread that forks is the child's main thread"},
    {"86", "P", DIES, "not main interpreter", NULL, child_hook_in_sub, "the child hook in a sub-interpreter"},
    {"87", "X", RUNS, NULL, "crash", script_fork_in_sub, "os.fork() in a sub-interpreter is refused"},
    {"88", "X", RUNS, NULL, "hang", fork_under_contention, "a hundred forks while eight threads contend"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
