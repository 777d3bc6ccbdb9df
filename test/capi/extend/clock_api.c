/* An extension that offers a C function to other extensions through a capsule. With CLIENT defined: one that
 * uses it. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

typedef struct {
    int version;
    long (*minutes)(long hours, long minutes);
} ClockApi;
#define CAPSULE "clock_api._C_API"

#ifndef CLIENT
static long minutes(long hours, long rest) {
    return hours * 60 + rest;
}
static ClockApi api = {3, minutes};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "clock_api", NULL, -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_clock_api(void) {
    PyObject* m = PyModule_Create(&module);
    PyObject* capsule = m ? PyCapsule_New(&api, CAPSULE, NULL) : NULL;
    if (!capsule || PyModule_AddObject(m, "_C_API", capsule) < 0) {
        Py_XDECREF(capsule);
        Py_XDECREF(m);
        return NULL;
    }
    return m;
}
#else
static ClockApi* api;
static PyObject* of_day(PyObject* self, PyObject* args) {
    (void)self;
    long hours, rest;
    if (!PyArg_ParseTuple(args, "ll", &hours, &rest)) return NULL;
    return Py_BuildValue("il", api->version, api->minutes(hours, rest));
}
static PyMethodDef methods[] = {{"of_day", of_day, METH_VARARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "clock_client", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_clock_client(void) {
    PyObject* m = PyModule_Create(&module);
    if (!m) return NULL;
    api = (ClockApi*)PyCapsule_Import(CAPSULE, 0);
    if (!api) Py_CLEAR(m);
    return m;
}
#endif
