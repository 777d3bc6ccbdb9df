/* The conformance kit's harness: one case per process, one JSON line per case.
 *
 * A group is one C source with a table of cases (`kit_cases`) and includes this header once. Its program runs
 * the case whose number is argv[1]; `--list` prints the table, one tab-separated row per case, for matrix.py.
 * Invariants: only the public API of Python.h, so the same source builds against both runtimes; no case
 * sleeps to order threads, every wait is for an event and has a deadline; a case that is to die says so in
 * its row and calls kit_survived() behind the call that should have killed it. Everything here may be called
 * with or without the GIL, but a gate must be waited for without it when another Python thread has to open
 * it. */
#ifndef BATON_CONFORMANCE_KIT_H
#define BATON_CONFORMANCE_KIT_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <Python.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* What the process must do for its case to hold. */
typedef enum {
    RUNS,   /* reaches the end with every expectation met */
    DIES,   /* ends with a fatal error whose text contains `text` */
    DEFINED /* either of the two: the case is about not crashing and not hanging */
} kit_end;

typedef struct {
    const char* number;
    const char*
        tag; /* P: the same on CPython 3.11; X: it crashes, hangs, stays silent or answers otherwise */
    kit_end end;
    const char* text;      /* part of the fatal error, for DIES and DEFINED */
    const char* reference; /* X only: what 3.11 does: "crash", "hang", "silent", "starved" or the reason why
                              it differs */
    void (*run)(void);
    const char* title;
} kit_case;

extern const kit_case kit_cases[]; /* ends with a row whose number is NULL */

static const char* kit_number = "?";
static char kit_notes[512];
#define KIT_DEADLINE_SECONDS 8

/* Prints the case's line and ends the process without finalizing: the case is over, whatever state it left.
 */
__attribute__((noreturn, format(printf, 2, 3))) static void kit_end_with(const char* outcome,
                                                                         const char* format, ...) {
    char detail[512];
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof detail, format, args);
    va_end(args);
    for (char* p = detail; *p; ++p) {
        if (*p == '"' || *p == '\\') *p = '\'';
    }
    fflush(stdout);
    dprintf(1, "{\"case\": \"%s\", \"outcome\": \"%s\", \"detail\": \"%s\"%s}\n", kit_number, outcome, detail,
            kit_notes);
    _exit(strcmp(outcome, "ok") == 0 ? 0 : 3);
}

#define EXPECT(condition)                                                                      \
    do {                                                                                       \
        if (!(condition)) kit_end_with("failed", "%s:%d: %s", __FILE__, __LINE__, #condition); \
    } while (0)
#define EXPECT_INT(actual, expected)                                                                       \
    do {                                                                                                   \
        long long kit_a = (long long)(actual), kit_e = (long long)(expected);                              \
        if (kit_a != kit_e)                                                                                \
            kit_end_with("failed", "%s:%d: %s is %lld, expected %lld", __FILE__, __LINE__, #actual, kit_a, \
                         kit_e);                                                                           \
    } while (0)

/* Behind the call that ought to have ended the process. */
__attribute__((noreturn)) static inline void kit_survived(void) {
    kit_end_with("silent", "the misuse went unnoticed");
}

/* A number for the report; the matrix prints it and does not judge it. */
static inline void kit_note(const char* name, double value) {
    size_t used = strlen(kit_notes);
    snprintf(kit_notes + used, sizeof kit_notes - used, ", \"%s\": %.6g", name, value);
}

static inline double kit_now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}
static inline struct timespec kit_deadline(double seconds) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    long long ns = t.tv_nsec + (long long)(seconds * 1e9);
    t.tv_sec += (time_t)(ns / 1000000000);
    t.tv_nsec = (long)(ns % 1000000000);
    return t;
}

/* ---- gates: open once, pass any number of times ---- */
typedef struct {
    pthread_mutex_t mutex;
    pthread_cond_t changed;
    int open;
} kit_gate;
#define KIT_GATE \
    { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, 0 }

static inline void kit_open(kit_gate* gate) {
    pthread_mutex_lock(&gate->mutex);
    gate->open = 1;
    pthread_cond_broadcast(&gate->changed);
    pthread_mutex_unlock(&gate->mutex);
}
/* Waits up to `seconds`; whether the gate is open. */
static inline int kit_open_within(kit_gate* gate, double seconds) {
    struct timespec deadline = kit_deadline(seconds);
    pthread_mutex_lock(&gate->mutex);
    while (!gate->open && pthread_cond_timedwait(&gate->changed, &gate->mutex, &deadline) != ETIMEDOUT) {
    }
    int open = gate->open;
    pthread_mutex_unlock(&gate->mutex);
    return open;
}
static inline void kit_pass(kit_gate* gate) {
    if (!kit_open_within(gate, KIT_DEADLINE_SECONDS)) kit_end_with("stuck", "a gate stayed closed");
}

/* ---- threads the runtime did not make ---- */
static inline pthread_t kit_start(void* (*function)(void*), void* arg) {
    pthread_t thread;
    if (pthread_create(&thread, NULL, function, arg) != 0) kit_end_with("failed", "no thread could be made");
    return thread;
}
static inline void kit_join(pthread_t thread) {
    struct timespec deadline = kit_deadline(KIT_DEADLINE_SECONDS);
    if (pthread_timedjoin_np(thread, NULL, &deadline) != 0) kit_end_with("stuck", "a thread did not end");
}
/* Runs `function` on its own thread to its end. */
static inline void kit_on_thread(void* (*function)(void*), void* arg) {
    kit_join(kit_start(function, arg));
}

/* ---- the runtime ---- */
static inline void kit_up(void) {
    Py_InitializeEx(0);
    EXPECT(Py_IsInitialized());
}
static inline void kit_down(void) {
    EXPECT_INT(Py_FinalizeEx(), 0);
}
static inline void kit_python(const char* source) {
    if (PyRun_SimpleString(source) != 0) kit_end_with("failed", "a script raised: %.200s", source);
}
/* An int variable of __main__. */
static inline long kit_variable(const char* name) {
    PyObject* module = PyImport_AddModule("__main__");
    EXPECT(module != NULL);
    PyObject* value = PyDict_GetItemString(PyModule_GetDict(module), name);
    if (value == NULL) kit_end_with("failed", "__main__ has no %s", name);
    long n = PyLong_AsLong(value);
    EXPECT(!(n == -1 && PyErr_Occurred()));
    return n;
}
static inline void kit_set_variable(const char* name, PyObject* value) {
    EXPECT(value != NULL);
    EXPECT_INT(PyDict_SetItemString(PyModule_GetDict(PyImport_AddModule("__main__")), name, value), 0);
    Py_DECREF(value);
}
static inline int kit_count_states(PyInterpreterState* interp) {
    int n = 0;
    for (PyThreadState* t = PyInterpreterState_ThreadHead(interp); t != NULL; t = PyThreadState_Next(t)) ++n;
    return n;
}
/* The current thread state or NULL, without the fatal error. */
static inline PyThreadState* kit_current(void) {
    return _PyThreadState_UncheckedGet();
}

int main(int argc, char** argv) {
    static const char* const ends[] = {"runs", "dies", "defined"};
    if (argc == 2 && strcmp(argv[1], "--list") == 0) {
        for (const kit_case* c = kit_cases; c->number != NULL; ++c) {
            printf("%s\t%s\t%s\t%s\t%s\t%s\n", c->number, c->tag, ends[c->end], c->text ? c->text : "",
                   c->reference ? c->reference : "", c->title);
        }
        return 0;
    }
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    for (const kit_case* c = kit_cases; argc == 2 && c->number != NULL; ++c) {
        if (strcmp(c->number, argv[1]) != 0) continue;
        kit_number = c->number;
        c->run();
        kit_end_with("ok", "%s", "");
    }
    fprintf(stderr, "usage: %s CASE | --list\n", argv[0]);
    return 2;
}
#endif
