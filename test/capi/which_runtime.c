/* Tells on which runtime it runs; installed.py builds it against CPython's headers and library and runs it on
 * both. */
#include <Python.h>

static PyObject* answer(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    return Py_BuildValue("(is)", 42, "from C");
}
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, NULL}, {NULL, NULL, 0, NULL}};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "host", NULL, -1, methods, NULL, NULL, NULL, NULL,
};
static PyObject* make(void) {
    return PyModule_Create(&module);
}

int main(void) {
    if (PyImport_AppendInittab("host", make) < 0) return 1;
    Py_Initialize();
    int status = PyRun_SimpleString(
        "import host, sys\n"
        "assert host.answer() == (42, 'from C')\n"
        "assert sum(range(10 ** 5)) == 4999950000 and isinstance(3.5, float)\n"
        "print(sys.implementation.name)\n");
    /* Data of the library that the program refers to directly: the loader must give both sides the same. */
    PyObject* list = PyList_New(0);
    if (!list || Py_TYPE(list) != &PyList_Type || PyErr_Occurred()) status = 1;
    if (PyList_GetItem(list, 3) != NULL || !PyErr_ExceptionMatches(PyExc_IndexError)) status = 1;
    PyErr_Clear();
    Py_XDECREF(list);
    if (Py_FinalizeEx() < 0) status = 1;
    return status != 0;
}
