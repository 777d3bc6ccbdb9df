/* An extension of functions: arguments of all kinds, keywords, an exception of its own, a stored callback. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject *TallyError, *callback;

static PyObject* tally_total(PyObject* self, PyObject* args) {
    (void)self;
    PyObject *items, *iterator, *item;
    if (!PyArg_ParseTuple(args, "O:total", &items)) return NULL;
    if (!(iterator = PyObject_GetIter(items))) return NULL;
    double sum = 0;
    while ((item = PyIter_Next(iterator)) != NULL) {
        double value = PyFloat_AsDouble(item);
        Py_DECREF(item);
        if (value == -1.0 && PyErr_Occurred()) {
            Py_DECREF(iterator);
            return NULL;
        }
        sum += value;
    }
    Py_DECREF(iterator);
    return PyErr_Occurred() ? NULL : PyFloat_FromDouble(sum);
}

static PyObject* tally_label(PyObject* self, PyObject* args, PyObject* keywords) {
    (void)self;
    static char* names[] = {"text", "count", "ratio", "loud", "data", NULL};
    const char *text, *data = "none";
    Py_ssize_t size, data_size = 4;
    int count = 1, loud = 0;
    double ratio = 0.5;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "s#|id$py#:label", names, &text, &size, &count, &ratio,
                                     &loud, &data, &data_size)) {
        return NULL;
    }
    if (count < 0) {
        PyErr_Format(TallyError, "count is %d, which is %R below zero", count, Py_True);
        return NULL;
    }
    return Py_BuildValue("(s#idNy#)", text, size, count, ratio, PyBool_FromLong(loud), data, data_size);
}

static PyObject* tally_set_callback(PyObject* self, PyObject* function) {
    (void)self;
    if (function != Py_None && !PyCallable_Check(function)) {
        PyErr_SetString(PyExc_TypeError, "the callback must be callable");
        return NULL;
    }
    Py_INCREF(function);
    Py_XSETREF(callback, function == Py_None ? (Py_DECREF(function), NULL) : function);
    Py_RETURN_NONE;
}

static PyObject* tally_notify(PyObject* self, PyObject* args) {
    (void)self;
    if (!callback) Py_RETURN_NONE;
    return PyObject_CallObject(callback, args);
}

static PyObject* tally_describe(PyObject* self, PyObject* value) {
    (void)self;
    const char* kind = PyLong_Check(value)      ? "int"
                       : PyFloat_Check(value)   ? "float"
                       : PyUnicode_Check(value) ? "str"
                       : PyBytes_Check(value)   ? "bytes"
                       : PyList_Check(value)    ? "list"
                       : PyTuple_Check(value)   ? "tuple"
                       : PyDict_Check(value)    ? "dict"
                                                : "other";
    Py_ssize_t n = PyObject_Size(value);
    if (n < 0) PyErr_Clear();
    return PyUnicode_FromFormat("%s of type %s, %zd item(s): %R / %S", kind, Py_TYPE(value)->tp_name, n,
                                value, value);
}

static PyObject* tally_invert(PyObject* self, PyObject* dict) {
    (void)self;
    if (!PyDict_Check(dict))
        return PyErr_Format(PyExc_TypeError, "a dict, not %.100s", Py_TYPE(dict)->tp_name);
    PyObject *result = PyDict_New(), *key, *value;
    Py_ssize_t at = 0;
    while (result && PyDict_Next(dict, &at, &key, &value)) {
        PyObject* keys = PyDict_GetItemWithError(result, value);
        if (!keys && PyErr_Occurred()) goto failed;
        if (keys) {
            if (PyList_Append(keys, key) < 0) goto failed;
            continue;
        }
        keys = PyList_New(1);
        if (!keys) goto failed;
        Py_INCREF(key);
        PyList_SET_ITEM(keys, 0, key);
        int bad = PyDict_SetItem(result, value, keys);
        Py_DECREF(keys);
        if (bad) goto failed;
    }
    return result;
failed:
    Py_DECREF(result);
    return NULL;
}

static PyMethodDef methods[] = {
    {"total", tally_total, METH_VARARGS, "total(items): their sum as a float."},
    {"label", (PyCFunction)(void (*)(void))tally_label, METH_VARARGS | METH_KEYWORDS, NULL},
    {"set_callback", tally_set_callback, METH_O, NULL},
    {"notify", tally_notify, METH_VARARGS, NULL},
    {"describe", tally_describe, METH_O, NULL},
    {"invert", tally_invert, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "tally", "Counts things.", -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_tally(void) {
    PyObject* m = PyModule_Create(&module);
    if (!m) return NULL;
    TallyError = PyErr_NewException("tally.error", PyExc_ValueError, NULL);
    Py_XINCREF(TallyError);
    if (PyModule_AddObject(m, "error", TallyError) < 0 || PyModule_AddIntConstant(m, "LIMIT", 1 << 20) < 0 ||
        PyModule_AddStringConstant(m, "unit", "piece") < 0) {
        Py_XDECREF(TallyError);
        Py_CLEAR(TallyError);
        Py_DECREF(m);
        return NULL;
    }
    return m;
}
