/* Runs a shape, a script with a loop that does not end, and interrupts it: once for each cause. Public API
 * only.
 *
 *   host SHAPE...
 *
 * A shape calls ready() before it begins; from then on another thread waits until the loop has used some
 * processor time (or, for a shape whose first line says "# waits", until the thread sleeps in the kernel) and
 * acts:
 *
 *   signal    SIGINT to the process                  -> KeyboardInterrupt
 *   pending   Py_AddPendingCall of a call that fails -> RuntimeError
 *   async     PyThreadState_SetAsyncExc              -> LookupError
 *   drop      takes the interpreter lock twenty times from the loop, then as async
 *
 * A wait in the kernel is interrupted by signals only, as in CPython: such shapes have `signal` and `drop`
 * (which ends by a signal). A shape that gets no further within a minute ends the process: the watchdog names
 * it. */
#include <Python.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum cause { SIGNAL, PENDING, ASYNC, DROP, CAUSES };
static const char* const cause_names[] = {"signal", "pending", "async", "drop"};

static int ready_pipe[2];
static pthread_t main_thread;
static unsigned long main_ident;
static long main_tid;
static enum cause cause;
static int waits;
static const char* shape;

static int fail_pending(void* unused) {
    (void)unused;
    PyErr_SetString(PyExc_RuntimeError, "pending call");
    return -1;
}

static long long cpu_time(void) {
    clockid_t clock;
    struct timespec now;
    if (pthread_getcpuclockid(main_thread, &clock) != 0 || clock_gettime(clock, &now) != 0) return 0;
    return now.tv_sec * 1000000000ll + now.tv_nsec;
}

/* Does the main thread sleep in a system call? */
static int asleep(void) {
    char path[64], state = 'R';
    snprintf(path, sizeof path, "/proc/self/task/%ld/stat", main_tid);
    FILE* f = fopen(path, "r");
    if (!f) return 0;
    if (fscanf(f, "%*d (%*[^)]) %c", &state) != 1) state = 'R';
    fclose(f);
    return state == 'S';
}

static void pause_a_little(void) {
    struct timespec t = {0, 500000};
    nanosleep(&t, NULL);
}

static void until_in_the_loop(void) {
    if (waits) {
        /* Asleep in the loop, and not on the way there: for several looks in a row. */
        for (int seen = 0; seen < 10; seen = asleep() ? seen + 1 : 0) pause_a_little();
        return;
    }
    long long start = cpu_time();
    while (cpu_time() - start < 20000000) pause_a_little();
}

static void interrupt(void) {
    if (cause == PENDING) {
        while (Py_AddPendingCall(fail_pending, NULL) != 0) pause_a_little();
        return;
    }
    if (cause == SIGNAL || (waits && cause != DROP)) {
        kill(getpid(), SIGINT);
        return;
    }
    int rounds = cause == DROP ? 20 : 1;
    for (int i = 0; i < rounds; ++i) {
        PyGILState_STATE state = PyGILState_Ensure();
        if (i == rounds - 1 && !waits) PyThreadState_SetAsyncExc(main_ident, PyExc_LookupError);
        PyGILState_Release(state);
    }
    if (waits) kill(getpid(), SIGINT);
}

static void* other_thread(void* unused) {
    (void)unused;
    char c;
    while (read(ready_pipe[0], &c, 1) == 1) {
        until_in_the_loop();
        interrupt();
    }
    return NULL;
}

static void on_alarm(int unused) {
    (void)unused;
    char text[256];
    int n = snprintf(text, sizeof text, "not interrupted: %s by %s\n", shape, cause_names[cause]);
    if (write(2, text, (size_t)n)) _exit(3);
    _exit(3);
}

static char* read_file(const char* path) {
    FILE* f = fopen(path, "r");
    if (!f) return NULL;
    fseek(f, 0, SEEK_END);
    long size = ftell(f);
    rewind(f);
    char* text = malloc((size_t)size + 1);
    if (text) text[fread(text, 1, (size_t)size, f)] = 0;
    fclose(f);
    return text;
}

static int run(const char* text) {
    PyObject* main_module = PyImport_AddModule("__main__");
    PyObject* space = PyDict_Copy(PyModule_GetDict(main_module));
    PyObject* r = PyRun_String(text, Py_file_input, space, space);
    PyObject* wanted = cause == PENDING           ? PyExc_RuntimeError
                       : cause == SIGNAL || waits ? PyExc_KeyboardInterrupt
                                                  : PyExc_LookupError;
    int ok = !r && PyErr_ExceptionMatches(wanted);
    if (!ok) {
        fprintf(stderr, "%s by %s: %s\n", shape, cause_names[cause],
                r ? "ended by itself" : "another exception");
        if (!r) PyErr_Print();
    }
    PyErr_Clear();
    Py_XDECREF(r);
    Py_DECREF(space);
    return ok;
}

int main(int argc, char** argv) {
    int bad = 0, runs = 0;
    pthread_t other;
    char prelude[160];
    signal(SIGALRM, on_alarm);
    if (pipe(ready_pipe) != 0) return 2;
    main_thread = pthread_self();
    main_tid = syscall(SYS_gettid);
    Py_Initialize();
    main_ident = PyThread_get_thread_ident();
    snprintf(prelude, sizeof prelude, "import os\ndef ready(): os.write(%d, b'.')\n", ready_pipe[1]);
    if (PyRun_SimpleString(prelude) != 0) return 2;
    pthread_create(&other, NULL, other_thread, NULL);
    for (int i = 1; i < argc; ++i) {
        char* text = read_file(argv[i]);
        if (!text) return 2;
        const char* slash = strrchr(argv[i], '/');
        shape = slash ? slash + 1 : argv[i];
        waits = strncmp(text, "# waits", 7) == 0;
        for (cause = SIGNAL; cause < CAUSES; ++cause) {
            if (waits && (cause == PENDING || cause == ASYNC)) continue;
            alarm(60);
            bad += !run(text);
            alarm(0);
            ++runs;
        }
        free(text);
    }
    printf("%d interruptions of %d shapes, %d failed\n", runs, argc - 1, bad);
    fflush(stdout);
    PyThreadState* saved = PyEval_SaveThread();
    close(ready_pipe[1]);
    pthread_join(other, NULL);
    PyEval_RestoreThread(saved);
    return Py_FinalizeEx() != 0 || bad != 0;
}
