/* The program of README.md: a foreign thread calls a handler. */
#include <Python.h>
#include <pthread.h>

static PyObject* handler;

static void* worker(void* unused) {
    (void)unused;
    PyGILState_STATE state = PyGILState_Ensure();
    PyObject* answer = PyObject_CallFunction(handler, "i", 20);
    if (!answer) PyErr_Print();
    Py_XDECREF(answer);
    PyGILState_Release(state);
    return NULL;
}

int main(void) {
    Py_Initialize();
    PyRun_SimpleString("def on_event(n): print('event', n + 1)");
    handler = PyObject_GetAttrString(PyImport_AddModule("__main__"), "on_event");
    PyThreadState* saved = PyEval_SaveThread();
    pthread_t thread;
    pthread_create(&thread, NULL, worker, NULL);
    pthread_join(thread, NULL);
    PyEval_RestoreThread(saved);
    Py_DECREF(handler);
    return Py_FinalizeEx();
}
