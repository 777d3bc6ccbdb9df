/* The end of the runtime with threads still about: foreign ones that come back late, daemons, atexit. */
#include "kit.h"

static kit_gate away = KIT_GATE, finalized = KIT_GATE, back = KIT_GATE;
static void destructor_ran(void* unused) {
    (void)unused;
    kit_end_with("silent", "the thread was unwound: its clean-up handlers ran without the lock");
}
static void* come_back_late(void* unused) {
    (void)unused;
    PyGILState_STATE s = PyGILState_Ensure();
    pthread_cleanup_push(destructor_ran, NULL);
    PyThreadState* saved = PyEval_SaveThread();
    kit_open(&away);
    kit_pass(&finalized);
    PyEval_RestoreThread(saved);
    kit_open(&back);
    pthread_cleanup_pop(0);
    PyGILState_Release(s);
    return NULL;
}
static void late_thread_parks(void) {
    kit_up();
    PyThreadState* saved = PyEval_SaveThread();
    kit_start(come_back_late, NULL);
    kit_pass(&away);
    PyEval_RestoreThread(saved);
    kit_down();
    kit_open(&finalized);
    /* Nothing may come: the wait itself is what is asked for. */
    EXPECT(!kit_open_within(&back, 0.3));
}

static void daemon_loop(void) {
    kit_up();
    kit_python(
        "import threading\n"
        "started = threading.Event()\n"
        "def loop():\n"
        "    started.set()\n"
        "    while True: pass\n"
        "threading.Thread(target=loop, daemon=True).start()\n"
        "started.wait()\n");
    double start = kit_now();
    kit_down();
    kit_note("finalize_ms", (kit_now() - start) * 1e3);
    EXPECT(kit_now() - start < 1.0 + 2.0 /* for a loaded machine */);
}

/* Daemons that ask for the lock all the time while the runtime ends: no release of the main thread may wait
 * for one of them. */
static void daemons_request_and_park(void) {
    for (int round = 0; round < 5; ++round) {
        kit_up();
        kit_python(
            "import threading, time, sys\n"
            "sys.setswitchinterval(1e-4)\n"
            "ready = threading.Semaphore(0)\n"
            "def loop():\n"
            "    ready.release()\n"
            "    while True: time.sleep(0)\n"
            "for i in range(6): threading.Thread(target=loop, daemon=True).start()\n"
            "for i in range(6): ready.acquire()\n");
        kit_down();
    }
}

static void thread_at_exit(void) {
    kit_up();
    kit_python(
        "import atexit, threading, os\n"
        "r, w = os.pipe()\n"
        "def late():\n"
        "    t = threading.Thread(target=lambda: os.write(w, b'x'))\n"
        "    t.start()\n"
        "    t.join()\n"
        "atexit.register(late)\n");
    long r = kit_variable("r");
    kit_down();
    char c = 0;
    EXPECT_INT(read((int)r, &c, 1), 1);
    EXPECT(c == 'x');
}

static void joins_non_daemons(void) {
    kit_up();
    kit_python(
        "import threading, os, time\n"
        "r, w = os.pipe()\n"
        "def slow():\n"
        "    time.sleep(0.1)\n"
        "    os.write(w, b'done')\n"
        "threading.Thread(target=slow).start()\n");
    long r = kit_variable("r");
    kit_down();
    char text[8];
    EXPECT_INT(read((int)r, text, sizeof text), 4);
}

const kit_case kit_cases[] = {
    {"90", "X", RUNS, NULL, "silent", late_thread_parks,
     "a foreign thread that comes back after the end parks"},
    {"94", "P", RUNS, NULL, NULL, daemon_loop, "a daemon thread that computes does not hold up the end"},
    {"94b", "P", RUNS, NULL, NULL, joins_non_daemons, "threads that are not daemons are joined first"},
    {"95", "P", RUNS, NULL, NULL, daemons_request_and_park,
     "daemons that ask for the lock while the runtime ends"},
    {"96", "P", RUNS, NULL, NULL, thread_at_exit, "an atexit function starts and joins a thread"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
