/* Crossing between C and script, and the everyday functions of the interface. */
#include "measure.h"

static PyObject* add(PyObject* self, PyObject* args) {
    (void)self;
    long a, b;
    if (!PyArg_ParseTuple(args, "ll", &a, &b)) return NULL;
    return PyLong_FromLong(a + b);
}
static PyObject* same(PyObject* self, PyObject* o) {
    (void)self;
    Py_INCREF(o);
    return o;
}
static PyMethodDef methods[] = {
    {"add", add, METH_VARARGS, NULL},
    {"same", same, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "native", NULL, -1, methods, NULL, NULL, NULL, NULL};
static PyObject* make(void) {
    return PyModule_Create(&module);
}

static const char script[] =
    "import native\n"
    "def nothing(): pass\n"
    "def both(a, b): return a + b\n"
    "def c_add(n):\n"
    "    f, t = native.add, 0\n"
    "    for i in range(n): t = f(t, i)\n"
    "    return t\n"
    "def c_same(n):\n"
    "    f = native.same\n"
    "    for i in range(n): f(i)\n"
    "    return n\n";

static PyObject* named(const char* name) {
    return PyObject_GetAttrString(PyImport_AddModule("__main__"), name);
}

static void script_calls(const char* name, const char* function, long n) {
    PyObject* f = named(function);
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        double begin = seconds_now();
        PyObject* r = PyObject_CallFunction(f, "l", n);
        double span = seconds_now() - begin;
        if (!r) PyErr_Print();
        Py_XDECREF(r);
        if (span < best) best = span;
    }
    printf("%s %.2f ns\n", name, best * 1e9 / (double)n);
    Py_XDECREF(f);
}

int main(int argc, char** argv) {
    long n = (long)(200000 * scale_of(argc, argv));
    if (PyImport_AppendInittab("native", make) < 0) return 1;
    Py_Initialize();
    if (PyRun_SimpleString(script) != 0) return 1;

    PyObject *nothing = named("nothing"), *both = named("both");
    MEASURE("calls.script.no_args", n, Py_XDECREF(PyObject_CallNoArgs(nothing)));
    MEASURE("calls.script.format", n, Py_XDECREF(PyObject_CallFunction(both, "ll", 3L, i_)));
    script_calls("calls.c.parse_tuple", "c_add", n);
    script_calls("calls.c.one_object", "c_same", n);

    PyObject *list = PyList_New(0), *dict = PyDict_New(), *key = PyUnicode_FromString("key");
    MEASURE("calls.int", n, {
        PyObject* o = PyLong_FromLong(i_ + 1000);
        if (PyLong_AsLong(o) != i_ + 1000) return 1;
        Py_DECREF(o);
    });
    MEASURE("calls.list", n, {
        if (PyList_Append(list, key) < 0 || PyList_GetItem(list, 0) != key) return 1;
    });
    MEASURE("calls.dict", n, {
        if (PyDict_SetItem(dict, key, list) < 0 || PyDict_GetItemWithError(dict, key) != list) return 1;
    });
    MEASURE("calls.dict.string", n, {
        if (PyDict_SetItemString(dict, "text", list) < 0 || PyDict_GetItemString(dict, "text") != list)
            return 1;
    });
    MEASURE("calls.attribute", n, Py_XDECREF(PyObject_GetAttrString(nothing, "__name__")));
    MEASURE("calls.build_value", n, Py_XDECREF(Py_BuildValue("(is)", 7, "seven")));
    MEASURE("calls.text", n, {
        PyObject* o = PyUnicode_FromString("some text");
        if (PyUnicode_AsUTF8(o)[0] != 's') return 1;
        Py_DECREF(o);
    });
    if (PyList_Size(list) != 5 * n) return 1;
    Py_DECREF(list);
    Py_DECREF(dict);
    Py_DECREF(key);
    Py_DECREF(nothing);
    Py_DECREF(both);
    return Py_FinalizeEx() < 0;
}
