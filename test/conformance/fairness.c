/* Group Ticker/interval/fairness: the switch interval and who gets the lock how often. Timing cases print
 * their figures and judge them by wide bounds, so that a loaded machine does not decide. */
#include "kit.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static void interval_values(void) {
    kit_up();
    kit_python(
        "import sys\n"
        "default = sys.getswitchinterval() == 0.005\n"
        "refused = 0\n"
        "for bad in (0, 0.0, -1, -1e-9):\n"
        "    try: sys.setswitchinterval(bad)\n"
        "    except ValueError as e: refused += str(e) == 'switch interval must be strictly positive'\n"
        "try: sys.setswitchinterval('x')\n"
        "except TypeError: refused += 1\n"
        "unchanged = sys.getswitchinterval() == 0.005\n"
        "sys.setswitchinterval(1e-7)\n"
        "tiny = sys.getswitchinterval() == 0.0\n"
        "sys.setswitchinterval(0.02)\n"
        "set = sys.getswitchinterval() == 0.02\n");
    EXPECT_INT(kit_variable("default"), 1);
    EXPECT_INT(kit_variable("refused"), 5);
    EXPECT_INT(kit_variable("unchanged"), 1);
    EXPECT_INT(kit_variable("tiny"), 1);
    EXPECT_INT(kit_variable("set"), 1);
    kit_down();
}

static void set_int(PyObject* globals, const char* name, long value) {
    PyObject* number = PyLong_FromLong(value);
    EXPECT(number != NULL);
    EXPECT_INT(PyDict_SetItemString(globals, name, number), 0);
    Py_DECREF(number);
}

/* Each spinner counts in its own slot and notes when it comes to run after another; `until` ends all. */
static const char spinners[] =
    "import time\n"
    "def spin(me):\n"
    "    global last, switches\n"
    "    clock = time.monotonic\n"
    "    n = mine = turns = 0\n"
    "    seen = clock()\n"
    "    longest = 0.0\n"
    "    while seen < until:\n"
    "        now = clock()\n"
    "        if now - seen > longest: longest = now - seen\n"
    "        seen = now\n"
    "        n += 1\n"
    "        if last != me:\n"
    "            last = me\n"
    "            switches += 1\n"
    "            if mine and switches - mine > turns: turns = switches - mine\n"
    "            mine = switches\n"
    "    counts[me] = n\n"
    "    passed[me] = turns\n"
    "    gaps[me] = longest\n"
    "last = -1\n"
    "switches = 0\n"
    "counts = {}\n"
    "passed = {}\n"
    "gaps = {}\n";
static kit_gate go = KIT_GATE;
static void* spin_thread(void* arg) {
    kit_pass(&go);
    PyGILState_STATE s = PyGILState_Ensure();
    char source[64];
    snprintf(source, sizeof source, "spin(%d)", (int)(intptr_t)arg);
    kit_python(source);
    PyGILState_Release(s);
    return NULL;
}
static void run_spinners(int count, double seconds) {
    char source[128];
    kit_python(spinners);
    snprintf(source, sizeof source, "until = time.monotonic() + %g", seconds);
    kit_python(source);
    pthread_t threads[32];
    PyThreadState* t = PyEval_SaveThread();
    for (int i = 0; i < count; ++i) threads[i] = kit_start(spin_thread, (void*)(intptr_t)i);
    kit_open(&go);
    for (int i = 0; i < count; ++i) kit_join(threads[i]);
    PyEval_RestoreThread(t);
}

static void two_spinners(void) {
    kit_up();
    run_spinners(2, 3.0);
    kit_python("share = int(1000 * counts[0] / (counts[0] + counts[1]))");
    double share = (double)kit_variable("share") / 1000,
           per_interval = (double)kit_variable("switches") / 600;
    kit_note("share", share);
    kit_note("switches_per_interval", per_interval);
    EXPECT(share >= 0.40 && share <= 0.60); /* 0.45 to 0.55 on an idle machine */
    EXPECT(per_interval >= 0.1 && per_interval <= 1.3);
    kit_down();
}

static void sixteen_spinners(void) {
    kit_up();
    run_spinners(16, 4.0);
    kit_python(
        "longest = int(1e6 * max(gaps.values()))\n"
        "turns = max(passed.values())\n"
        "fewest = int(1000 * min(counts.values()) * 16 / sum(counts.values()))\n");
    double intervals = (double)kit_variable("longest") / 5000;
    kit_note("longest_wait_in_intervals", intervals);
    kit_note("fewest_turns_of_a_share", (double)kit_variable("fewest") / 1000);
    kit_note("most_turns_of_others", (double)kit_variable("turns"));
    EXPECT(kit_variable("turns") <= 40); /* in turn: 16 */
    EXPECT(kit_variable("fewest") > 100);
    kit_down();
}

/* futex is made to trap, so that each call is counted and answered with success. */
static volatile sig_atomic_t futex_calls;
static void on_trap(int number, siginfo_t* info, void* context) {
    (void)number, (void)info, (void)context;
    ++futex_calls;
}
static void trap_futex(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = on_trap;
    action.sa_flags = SA_SIGINFO;
    EXPECT_INT(sigaction(SIGSYS, &action, NULL), 0);
    struct sock_filter rows[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_futex, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };
    struct sock_fprog program = {sizeof rows / sizeof *rows, rows};
    EXPECT_INT(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0)
        kit_end_with("skipped", "no system-call filter here");
}
static void no_futex_uncontended(void) {
    kit_up();
    PyEval_RestoreThread(PyEval_SaveThread());
    trap_futex();
    double start = kit_now();
    for (int i = 0; i < 1000000; ++i) PyEval_RestoreThread(PyEval_SaveThread());
    kit_note("pair_ns", (kit_now() - start) * 1e3);
    EXPECT_INT(futex_calls, 0);
    /* The trap itself works. */
    syscall(SYS_futex, &futex_calls, 1 /* FUTEX_WAKE */, 1, NULL, NULL, 0);
    EXPECT_INT(futex_calls, 1);
}

/* Small pieces of work with the lock, the lock given away and taken after each; pieces per second. */
static double pieces_per_second(double seconds) {
    long pieces = 0;
    double start = kit_now(), now = start;
    while (now - start < seconds) {
        for (volatile int i = 0; i < 5000; ++i) {
        }
        ++pieces;
        PyThreadState* t = PyEval_SaveThread();
        sched_yield();
        PyEval_RestoreThread(t);
        now = kit_now();
    }
    return (double)pieces / (now - start);
}
static void yielding_beside_spinners(void) {
    EXPECT_INT(setenv("BATON_GIL", "fair", 1), 0);
    kit_up();
    kit_python(spinners);
    kit_python("until = time.monotonic() + 4.0");
    double alone = pieces_per_second(0.5);
    pthread_t threads[3];
    for (int i = 0; i < 3; ++i) threads[i] = kit_start(spin_thread, (void*)(intptr_t)i);
    kit_open(&go);
    /* The best of some rounds: a loaded machine takes the processor away from either side. */
    double beside = 0;
    for (int round = 0; round < 5; ++round) {
        double now = pieces_per_second(0.5);
        if (now > beside) beside = now;
    }
    set_int(PyModule_GetDict(PyImport_AddModule("__main__")), "until", 0);
    PyThreadState* t = PyEval_SaveThread();
    for (int i = 0; i < 3; ++i) kit_join(threads[i]);
    PyEval_RestoreThread(t);
    double of_share = beside / (alone / 4);
    kit_note("pieces_alone", alone);
    kit_note("pieces_beside", beside);
    kit_note("of_a_fair_share", of_share);
    if (of_share < 0.20) kit_end_with("starved", "%.2f %% of a fair share", of_share * 100);
    kit_down();
}

const kit_case kit_cases[] = {
    {"107", "P", RUNS, NULL, NULL, interval_values,
     "the switch interval: default, refused and rounded values"},
    {"112", "P", RUNS, NULL, NULL, two_spinners, "two spinners: equal shares, about one switch an interval"},
    {"114", "X", RUNS, NULL, "differs: 3.11 leaves the order of the waiters to the condition variable",
     sixteen_spinners, "sixteen spinners: everybody else has a turn or two, not more, while one waits"},
    {"117", "P", RUNS, NULL, NULL, no_futex_uncontended, "a million uncontended pairs make no futex call"},
    {"124", "X", RUNS, NULL, "starved", yielding_beside_spinners,
     "a thread that yields after each small piece beside three spinners keeps a fifth of its share"},
    {NULL, NULL, RUNS, NULL, NULL, NULL, NULL},
};
