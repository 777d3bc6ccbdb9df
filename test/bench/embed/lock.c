/* What it costs to give the lock back and take it, uncontended and from threads of the host. */
#include "measure.h"

#include <pthread.h>
#include <stdatomic.h>

static double scale;
static PyObject* handler;
static PyInterpreterState* interp;

static void* fresh_thread(void* unused) {
    (void)unused;
    MEASURE("lock.ensure_release.fresh", (long)(100000 * scale), PyGILState_Release(PyGILState_Ensure()));
    PyGILState_STATE outer = PyGILState_Ensure();
    PyThreadState* saved = PyEval_SaveThread();
    MEASURE("lock.ensure_release.known", (long)(500000 * scale), PyGILState_Release(PyGILState_Ensure()));
    PyEval_RestoreThread(saved);
    PyGILState_Release(outer);

    PyThreadState* own = PyThreadState_New(interp);
    MEASURE("lock.acquire_release_thread", (long)(500000 * scale), {
        PyEval_AcquireThread(own);
        PyEval_ReleaseThread(own);
    });
    PyEval_AcquireThread(own);
    PyThreadState_Clear(own);
    PyThreadState_DeleteCurrent();
    return NULL;
}

static atomic_long calls_left;
static atomic_int failed;

static void* caller(void* unused) {
    (void)unused;
    while (atomic_fetch_sub(&calls_left, 1) > 0) {
        PyGILState_STATE state = PyGILState_Ensure();
        PyObject* r = PyObject_CallNoArgs(handler);
        if (!r) atomic_store(&failed, 1);
        Py_XDECREF(r);
        PyGILState_Release(state);
    }
    return NULL;
}

static void run_threads(int count, void* (*function)(void*)) {
    pthread_t threads[8];
    Py_BEGIN_ALLOW_THREADS
    for (int i = 0; i < count; ++i) pthread_create(&threads[i], NULL, function, NULL);
    for (int i = 0; i < count; ++i) pthread_join(threads[i], NULL);
    Py_END_ALLOW_THREADS
}

static void call_rate(const char* name, int threads) {
    long calls = (long)(100000 * scale);
    atomic_store(&calls_left, calls);
    double begin = seconds_now();
    run_threads(threads, caller);
    printf("%s %.0f 1/s\n", name, (double)calls / (seconds_now() - begin));
}

int main(int argc, char** argv) {
    scale = scale_of(argc, argv);
    Py_Initialize();
    interp = PyInterpreterState_Main();
    MEASURE("lock.save_restore", (long)(1000000 * scale), PyEval_RestoreThread(PyEval_SaveThread()));
    MEASURE("lock.ensure_release.nested", (long)(1000000 * scale), PyGILState_Release(PyGILState_Ensure()));
    run_threads(1, fresh_thread);

    PyRun_SimpleString("count = 0\ndef on_event():\n    global count\n    count += 1\n");
    PyObject* module = PyImport_AddModule("__main__");
    handler = PyObject_GetAttrString(module, "on_event");
    call_rate("lock.foreign_calls.1", 1);
    call_rate("lock.foreign_calls.4", 4);
    PyObject* count = PyObject_GetAttrString(module, "count");
    if (!count || PyLong_AsLong(count) <= 0) atomic_store(&failed, 1);
    Py_XDECREF(count);
    Py_DECREF(handler);
    if (Py_FinalizeEx() < 0) return 1;
    return atomic_load(&failed);
}
