/* Group Locks and TSS: PyThread_*_lock, their Python face, and thread-specific storage. */
#include "kit.h"
#include <sys/time.h>

static void try_and_timed(void) {
    PyThread_type_lock lock = PyThread_allocate_lock();
    EXPECT(lock != NULL);
    EXPECT_INT(PyThread_acquire_lock(lock, NOWAIT_LOCK), 1);
    EXPECT_INT(PyThread_acquire_lock(lock, NOWAIT_LOCK), 0);
    double start = kit_now();
    EXPECT_INT(PyThread_acquire_lock_timed(lock, 50000, 0), PY_LOCK_FAILURE);
    double took = kit_now() - start;
    kit_note("took_ms", took * 1e3);
    EXPECT(took >= 0.050);
    EXPECT(took < 0.500); /* 50 to 60 ms on an idle machine */
    PyThread_release_lock(lock);
    EXPECT_INT(PyThread_acquire_lock_timed(lock, 50000, 0), PY_LOCK_ACQUIRED);
    PyThread_release_lock(lock);
    PyThread_free_lock(lock);
}

static volatile sig_atomic_t alarms;
static void on_alarm(int number) {
    (void)number;
    ++alarms;
}
/* SIGALRM every 20 ms until cleared, without restarting system calls. */
static void start_alarms(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    EXPECT_INT(sigaction(SIGALRM, &action, NULL), 0);
    struct itimerval often = {{0, 20000}, {0, 20000}};
    EXPECT_INT(setitimer(ITIMER_REAL, &often, NULL), 0);
}
static void stop_alarms(void) {
    struct itimerval never = {{0, 0}, {0, 0}};
    EXPECT_INT(setitimer(ITIMER_REAL, &never, NULL), 0);
}
static void signals_and_waits(void) {
    PyThread_type_lock lock = PyThread_allocate_lock();
    EXPECT_INT(PyThread_acquire_lock(lock, WAIT_LOCK), 1);
    start_alarms();
    EXPECT_INT(PyThread_acquire_lock_timed(lock, 5000000, 1), PY_LOCK_INTR);
    EXPECT(alarms >= 1);
    EXPECT_INT(PyThread_acquire_lock_timed(lock, -1, 1), PY_LOCK_INTR);
    sig_atomic_t before = alarms;
    double start = kit_now();
    EXPECT_INT(PyThread_acquire_lock_timed(lock, 150000, 0), PY_LOCK_FAILURE);
    double took = kit_now() - start;
    stop_alarms();
    EXPECT(alarms > before);
    EXPECT(took >= 0.150);
    EXPECT(took < 1.0);
    PyThread_release_lock(lock);
    PyThread_free_lock(lock);
}

static PyThread_type_lock shared;
static kit_gate about_to_wait = KIT_GATE;
static void* release_shared(void* unused) {
    (void)unused;
    kit_pass(&about_to_wait);
    PyThread_release_lock(shared);
    return NULL;
}
static void extreme_timeouts(void) {
    shared = PyThread_allocate_lock();
    EXPECT_INT(PyThread_acquire_lock_timed(shared, 0, 0), PY_LOCK_ACQUIRED);
    double start = kit_now();
    for (int i = 0; i < 1000; ++i) EXPECT_INT(PyThread_acquire_lock_timed(shared, 0, 1), PY_LOCK_FAILURE);
    EXPECT(kit_now() - start < 1.0);
    static const long long timeouts[] = {-1, 3600000000LL, PY_TIMEOUT_MAX};
    for (int i = 0; i < 3; ++i) {
        about_to_wait.open = 0;
        pthread_t other = kit_start(release_shared, NULL);
        kit_open(&about_to_wait);
        EXPECT_INT(PyThread_acquire_lock_timed(shared, timeouts[i], 0), PY_LOCK_ACQUIRED);
        kit_join(other);
    }
    PyThread_release_lock(shared);
    PyThread_free_lock(shared);
}

static void* release_here(void* unused) {
    (void)unused;
    PyThread_release_lock(shared);
    return NULL;
}
static void release_by_another(void) {
    shared = PyThread_allocate_lock();
    EXPECT_INT(PyThread_acquire_lock(shared, WAIT_LOCK), 1);
    kit_on_thread(release_here, NULL);
    EXPECT_INT(PyThread_acquire_lock(shared, NOWAIT_LOCK), 1);
    PyThread_release_lock(shared);
    PyThread_free_lock(shared);
}

static void release_twice(void) {
    PyThread_type_lock lock = PyThread_allocate_lock();
    EXPECT_INT(PyThread_acquire_lock(lock, WAIT_LOCK), 1);
    PyThread_release_lock(lock);
    PyThread_release_lock(lock);
    kit_survived();
}

static void acquire_resumes(void) {
    kit_up();
    start_alarms();
    /* A Python-level wait that C-level signals interrupt again and again: it lasts its whole time. */
    kit_python(
        "import _thread, time\n"
        "l = _thread.allocate_lock()\n"
        "l.acquire()\n"
        "start = time.monotonic()\n"
        "got = int(l.acquire(timeout=0.3))\n"
        "took = int((time.monotonic() - start) * 1000000)\n");
    stop_alarms();
    EXPECT(alarms >= 2);
    EXPECT_INT(kit_variable("got"), 0);
    EXPECT(kit_variable("took") >= 299900);
    EXPECT(kit_variable("took") < 2000000);
    kit_down();
}
static void handler_returns(void) {
    kit_up();
    kit_python(
        "import _thread, time, signal\n"
        "calls = 0\n"
        "def handler(number, frame):\n"
        "    global calls\n"
        "    calls += 1\n"
        "signal.signal(signal.SIGALRM, handler)\n"
        "l = _thread.allocate_lock()\n"
        "l.acquire()\n"
        "signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)\n"
        "start = time.monotonic()\n"
        "got = int(l.acquire(timeout=0.3))\n"
        "took = int((time.monotonic() - start) * 1000000)\n"
        "signal.setitimer(signal.ITIMER_REAL, 0)\n");
    EXPECT(kit_variable("calls") >= 2);
    EXPECT_INT(kit_variable("got"), 0);
    EXPECT(kit_variable("took") >= 299900);
    EXPECT(kit_variable("took") < 2000000);
    kit_down();
}

static Py_tss_t key = Py_tss_NEEDS_INIT;
static int mine, theirs;
static void* other_value(void* unused) {
    (void)unused;
    EXPECT(PyThread_tss_get(&key) == NULL);
    EXPECT_INT(PyThread_tss_set(&key, &theirs), 0);
    EXPECT(PyThread_tss_get(&key) == &theirs);
    return NULL;
}
static void storage(void) {
    EXPECT_INT(PyThread_tss_is_created(&key), 0);
    EXPECT_INT(PyThread_tss_create(&key), 0);
    EXPECT_INT(PyThread_tss_create(&key), 0);
    EXPECT(PyThread_tss_is_created(&key) != 0);
    EXPECT(PyThread_tss_get(&key) == NULL);
    EXPECT_INT(PyThread_tss_set(&key, &mine), 0);
    kit_on_thread(other_value, NULL);
    EXPECT(PyThread_tss_get(&key) == &mine);
    PyThread_tss_delete(&key);
    EXPECT_INT(PyThread_tss_is_created(&key), 0);
    PyThread_tss_delete(&key);
    EXPECT_INT(PyThread_tss_create(&key), 0);
    EXPECT(PyThread_tss_get(&key) == NULL);
    PyThread_tss_delete(&key);
}

const kit_case kit_cases[] = {
    {"98", "P", RUNS, NULL, NULL, try_and_timed, "trying twice; a timed wait takes its time"},
    {"99", "P", RUNS, NULL, NULL, signals_and_waits,
     "signals interrupt a wait that asks for it, and no other"},
    {"100", "P", RUNS, NULL, NULL, extreme_timeouts, "time-outs of zero, for ever and out of range"},
    {"101", "P", RUNS, NULL, NULL, release_by_another, "another thread may release"},
    {"102", "X", DIES, "PyThread_release_lock: the lock is not held", "silent", release_twice,
     "releasing twice"},
    {"103", "P", RUNS, NULL, NULL, handler_returns,
     "a Python handler returns and the wait goes on for its remaining time"},
    {"103b", "P", RUNS, NULL, NULL, acquire_resumes, "the same with a C handler"},
    {"106", "P", RUNS, NULL, NULL, storage, "thread-specific storage: create, set, delete, create"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
