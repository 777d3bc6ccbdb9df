/* A host: calls a function of a script by name, and offers a built-in module to the script.
 *
 *     host FOLDER MODULE FUNCTION [INTEGER...] */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static int arguments;

static PyObject* count_arguments(PyObject* self, PyObject* args) {
    (void)self;
    if (!PyArg_ParseTuple(args, ":count_arguments")) return NULL;
    return PyLong_FromLong(arguments);
}
static PyMethodDef methods[] = {{"count_arguments", count_arguments, METH_VARARGS, NULL},
                                {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "host", NULL, -1, methods, NULL, NULL, NULL, NULL};
static PyObject* PyInit_host(void) {
    return PyModule_Create(&module);
}

int main(int argc, char** argv) {
    if (argc < 4) {
        fprintf(stderr, "usage: host FOLDER MODULE FUNCTION [INTEGER...]\n");
        return 2;
    }
    arguments = argc - 4;
    if (PyImport_AppendInittab("host", PyInit_host) < 0) return 2;
    Py_Initialize();
    int status = 1;
    PyObject *function = NULL, *args = NULL, *value = NULL, *m = NULL;
    PyObject* folder = PyUnicode_DecodeFSDefault(argv[1]);
    if (!folder || PyList_Insert(PySys_GetObject("path"), 0, folder) < 0) goto done;
    if (!(m = PyImport_ImportModule(argv[2]))) goto done;
    if (!(function = PyObject_GetAttrString(m, argv[3]))) goto done;
    if (!PyCallable_Check(function)) {
        PyErr_Format(PyExc_TypeError, "%s cannot be called", argv[3]);
        goto done;
    }
    if (!(args = PyTuple_New(argc - 4))) goto done;
    for (int i = 4; i < argc; ++i) {
        PyObject* number = PyLong_FromString(argv[i], NULL, 10);
        if (!number) goto done;
        PyTuple_SET_ITEM(args, i - 4, number);
    }
    if (!(value = PyObject_CallObject(function, args))) goto done;
    printf("result: %ld\n", PyLong_AsLong(value));
    status = PyErr_Occurred() ? 1 : 0;
done:
    if (PyErr_Occurred()) PyErr_Print();
    Py_XDECREF(value);
    Py_XDECREF(args);
    Py_XDECREF(function);
    Py_XDECREF(m);
    Py_XDECREF(folder);
    if (Py_FinalizeEx() < 0) status = 120;
    return status;
}
