/* Group Pending calls: Py_AddPendingCall and Py_MakePendingCalls. */
#include "kit.h"

#define CAPACITY 31
#define PER_PASS 32

static int ran[256], runs, wrong_thread;
static pthread_t main_thread;
static int record(void* arg) {
    if (!pthread_equal(pthread_self(), main_thread)) wrong_thread = 1;
    if (runs < 256) ran[runs] = (int)(intptr_t)arg;
    ++runs;
    return 0;
}

static void capacity(void) {
    kit_up();
    main_thread = pthread_self();
    for (int i = 0; i < CAPACITY; ++i) EXPECT_INT(Py_AddPendingCall(record, (void*)(intptr_t)i), 0);
    EXPECT_INT(Py_AddPendingCall(record, NULL), -1);
    EXPECT(PyErr_Occurred() == NULL);
    EXPECT_INT(runs, 0);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, CAPACITY);
    EXPECT_INT(Py_AddPendingCall(record, NULL), 0);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    kit_down();
}

static void* add_one(void* arg) {
    EXPECT_INT(Py_AddPendingCall(record, arg), 0);
    return NULL;
}
static void first_in_first_out(void) {
    kit_up();
    main_thread = pthread_self();
    PyThreadState* t = PyEval_SaveThread();
    for (int i = 0; i < 20; ++i) {
        if (i % 2)
            add_one((void*)(intptr_t)i);
        else
            kit_on_thread(add_one, (void*)(intptr_t)i);
    }
    PyEval_RestoreThread(t);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 20);
    for (int i = 0; i < 20; ++i) EXPECT_INT(ran[i], i);
    EXPECT_INT(wrong_thread, 0);
    kit_down();
}

static void* make_elsewhere(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 0);
    kit_python("for i in range(20000): pass");
    EXPECT_INT(runs, 0);
    PyGILState_Release(s);
    return NULL;
}
static void not_on_other_threads(void) {
    kit_up();
    main_thread = pthread_self();
    EXPECT_INT(Py_AddPendingCall(record, NULL), 0);
    PyThreadState* t = PyEval_SaveThread();
    kit_on_thread(make_elsewhere, NULL);
    PyEval_RestoreThread(t);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 1);
    kit_down();
}

static int fail(void* arg) {
    record(arg);
    PyErr_SetString(PyExc_KeyError, "pending");
    return -1;
}
static void failing_call(void) {
    kit_up();
    main_thread = pthread_self();
    EXPECT_INT(Py_AddPendingCall(record, (void*)1), 0);
    EXPECT_INT(Py_AddPendingCall(fail, (void*)2), 0);
    EXPECT_INT(Py_AddPendingCall(record, (void*)3), 0);
    EXPECT_INT(Py_MakePendingCalls(), -1);
    EXPECT(PyErr_ExceptionMatches(PyExc_KeyError));
    PyErr_Clear();
    EXPECT_INT(runs, 2);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 3);
    EXPECT_INT(ran[2], 3);
    kit_down();
}

static int depth, deepest;
static int recurse(void* arg) {
    record(arg);
    if (++depth > deepest) deepest = depth;
    EXPECT_INT(Py_MakePendingCalls(), 0);
    --depth;
    return 0;
}
static void no_recursion(void) {
    kit_up();
    main_thread = pthread_self();
    for (int i = 0; i < 5; ++i) EXPECT_INT(Py_AddPendingCall(recurse, NULL), 0);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 5);
    EXPECT_INT(deepest, 1);
    kit_down();
}

static int add_self(void* arg) {
    record(arg);
    EXPECT_INT(Py_AddPendingCall(add_self, arg), 0);
    return 0;
}
static void self_adding(void) {
    kit_up();
    main_thread = pthread_self();
    EXPECT_INT(Py_AddPendingCall(add_self, NULL), 0);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, PER_PASS);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 2 * PER_PASS);
}

static int64_t ran_in = -1;
static int record_interpreter(void* arg) {
    ran_in = PyInterpreterState_GetID(PyInterpreterState_Get());
    return record(arg);
}
/* 3.11's profile: the call belongs to the interpreter that was current when it was added. */
static void added_in_subinterpreter(void) {
    kit_up();
    main_thread = pthread_self();
    PyThreadState* main_state = PyThreadState_Get();
    PyThreadState* sub = Py_NewInterpreter();
    EXPECT_INT(Py_AddPendingCall(record_interpreter, NULL), 0);
    PyThreadState_Swap(main_state);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 0);
    PyThreadState_Swap(sub);
    EXPECT_INT(Py_MakePendingCalls(), 0);
    EXPECT_INT(runs, 1);
    EXPECT_INT(ran_in, 1);
    Py_EndInterpreter(sub);
    PyThreadState_Swap(main_state);
    kit_down();
}

static PyObject* count_runs(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    return PyLong_FromLong(runs);
}
static PyMethodDef count_def = {"count_runs", count_runs, METH_NOARGS, "How many pending calls have run."};
static void run_by_the_loop(void) {
    kit_up();
    main_thread = pthread_self();
    kit_set_variable("count_runs", PyCFunction_New(&count_def, NULL));
    EXPECT_INT(Py_AddPendingCall(record, NULL), 0);
    kit_python(
        "for i in range(1000000):\n"
        "    if count_runs(): break\n"
        "served = i");
    EXPECT_INT(runs, 1);
    EXPECT(kit_variable("served") < 999999);
    kit_down();
}

static void self_adding_at_finalize(void) {
    kit_up();
    main_thread = pthread_self();
    EXPECT_INT(Py_AddPendingCall(add_self, NULL), 0);
    Py_FinalizeEx();
    EXPECT_INT(Py_IsInitialized(), 0);
    EXPECT(runs >= 1 && runs <= 2 * PER_PASS);
}

#define SERVED_ROUNDS 100
static kit_gate loop_runs = KIT_GATE;
static pthread_mutex_t served_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t served_changed = PTHREAD_COND_INITIALIZER;
static int served_round, adder_done;
static double served_at;
static int serve(void* arg) {
    pthread_mutex_lock(&served_mutex);
    served_at = kit_now();
    served_round = (int)(intptr_t)arg;
    pthread_cond_signal(&served_changed);
    pthread_mutex_unlock(&served_mutex);
    return 0;
}
static PyObject* adder_is_done(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    kit_open(&loop_runs);
    return PyBool_FromLong(__atomic_load_n(&adder_done, __ATOMIC_SEQ_CST));
}
static PyMethodDef done_def = {"adder_is_done", adder_is_done, METH_NOARGS,
                               "Whether the adding thread has ended."};
static int by_time(const void* a, const void* b) {
    double x = *(const double*)a, y = *(const double*)b;
    return (x > y) - (x < y);
}
static double waits[SERVED_ROUNDS];
static int served;
static void* add_and_wait(void* unused) {
    (void)unused;
    kit_pass(&loop_runs);
    for (int i = 1; i <= SERVED_ROUNDS; ++i) {
        double start = kit_now();
        if (Py_AddPendingCall(serve, (void*)(intptr_t)i) != 0) continue;
        struct timespec deadline = kit_deadline(0.02);
        pthread_mutex_lock(&served_mutex);
        while (served_round != i &&
               pthread_cond_timedwait(&served_changed, &served_mutex, &deadline) != ETIMEDOUT) {
        }
        if (served_round == i) waits[served++] = served_at - start;
        pthread_mutex_unlock(&served_mutex);
    }
    __atomic_store_n(&adder_done, 1, __ATOMIC_SEQ_CST);
    return NULL;
}
static void served_at_once(void) {
    kit_up();
    kit_set_variable("adder_is_done", PyCFunction_New(&done_def, NULL));
    pthread_t adder = kit_start(add_and_wait, NULL);
    kit_python(
        "n = 0\n"
        "adder_is_done()\n"
        "while n % 1000 or not adder_is_done(): n += 1");
    kit_join(adder);
    kit_note("served", served);
    if (served == 0) kit_end_with("silent", "none of %d calls was served within 20 ms", SERVED_ROUNDS);
    EXPECT(served >= SERVED_ROUNDS * 9 / 10);
    qsort(waits, (size_t)served, sizeof *waits, by_time);
    kit_note("p50_us", waits[served / 2] * 1e6);
    kit_note("max_us", waits[served - 1] * 1e6);
    EXPECT(waits[served / 2] < 1e-3);
}

const kit_case kit_cases[] = {
    {"69", "P", RUNS, NULL, NULL, capacity, "31 calls wait, the next is refused without an exception"},
    {"70", "P", RUNS, NULL, NULL, first_in_first_out,
     "first in first out across threads, on the main thread"},
    {"71", "P", RUNS, NULL, NULL, not_on_other_threads, "other threads run none"},
    {"72", "P", RUNS, NULL, NULL, failing_call, "a failing call: -1 and its exception, the rest later"},
    {"73", "P", RUNS, NULL, NULL, no_recursion, "no recursion into pending calls"},
    {"74", "P", RUNS, NULL, NULL, self_adding, "a call that adds itself runs 32 times in a pass"},
    {"75", "P", RUNS, NULL, NULL, added_in_subinterpreter,
     "added in a sub-interpreter, run there (3.11's profile)"},
    {"76", "P", RUNS, NULL, NULL, run_by_the_loop, "a running loop serves them"},
    {"77", "P", RUNS, NULL, NULL, self_adding_at_finalize,
     "a call that adds itself does not stop finalization"},
    {"123", "X", RUNS, NULL, "silent", served_at_once,
     "a foreign thread's call beside a lone running loop, within 1 ms"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
