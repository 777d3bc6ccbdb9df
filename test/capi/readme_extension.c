#include <Python.h>
#include <poll.h>

/* wait_readable(fd, milliseconds) -> bool. Other threads run meanwhile. */
static PyObject* wait_readable(PyObject* self, PyObject* args) {
    struct pollfd p = {.events = POLLIN};
    int milliseconds, n;
    if (!PyArg_ParseTuple(args, "ii", &p.fd, &milliseconds)) return NULL;
    Py_BEGIN_ALLOW_THREADS
    n = poll(&p, 1, milliseconds);
    Py_END_ALLOW_THREADS
    return n < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyBool_FromLong(n);
}

static PyMethodDef methods[] = {{"wait_readable", wait_readable, METH_VARARGS, NULL}, {NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "readable", NULL, 0, methods};

PyMODINIT_FUNC PyInit_readable(void) {
    return PyModule_Create(&module);
}
