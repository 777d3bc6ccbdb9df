/* An extension module that releases the lock around a blocking read.
 *
 *     pipe_reader.read_record(fd) -> (number, size), or None at the end of the pipe
 *
 * A record is what line_pool.c writes for each file it has finished: two numbers of 64 bits. */
#include <Python.h>

static PyObject* read_record(PyObject* self, PyObject* args) {
    (void)self;
    int fd;
    if (!PyArg_ParseTuple(args, "i:read_record", &fd)) return NULL;

    uint64_t record[2];
    size_t have = 0;
    while (have < sizeof record) {
        ssize_t n;
        Py_BEGIN_ALLOW_THREADS
        n = read(fd, (char*)record + have, sizeof record - have);
        Py_END_ALLOW_THREADS
        if (n > 0) {
            have += (size_t)n;
        } else if (n == 0) {
            if (have == 0) Py_RETURN_NONE;
            PyErr_SetString(PyExc_EOFError, "the pipe ended inside a record");
            return NULL;
        } else if (errno != EINTR) {
            return PyErr_SetFromErrno(PyExc_OSError);
        } else if (PyErr_CheckSignals() < 0) {
            return NULL;
        }
    }
    return Py_BuildValue("(KK)", (unsigned long long)record[0], (unsigned long long)record[1]);
}

static PyMethodDef methods[] = {
    {"read_record", read_record, METH_VARARGS, "Wait for the next record of a pipe with the lock released."},
    {NULL, NULL, 0, NULL},
};

static PyModuleDef_Slot slots[] = {{0, NULL}};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT,
    "pipe_reader",
    "Blocking reads with the lock released.",
    0,
    methods,
    slots,
    NULL,
    NULL,
    NULL,
};

PyMODINIT_FUNC PyInit_pipe_reader(void) {
    return PyModuleDef_Init(&module);
}
