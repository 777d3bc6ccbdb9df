/* What compiled programs remember between calls (Cython's do): a name's value in a module by the version of
 * its dict, and functions described by code objects without instructions. Also functions that are given the
 * thread state. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

static PyObject* version(PyObject* module, PyObject* dict) {
    if (!PyDict_Check(dict)) return PyErr_Format(PyExc_TypeError, "a dict is wanted, not %R", dict);
    return PyLong_FromUnsignedLongLong(((PyDictObject*)dict)->ma_version_tag);
}

/* lookup(dict, name): as a compiled function looks a global up, remembering the last one. */
static PyObject* lookup(PyObject* module, PyObject* args) {
    static uint64_t seen = 0;
    static PyObject* kept = NULL;
    PyObject *dict, *name;
    if (!PyArg_ParseTuple(args, "O!U", &PyDict_Type, &dict, &name)) return NULL;
    uint64_t now = ((PyDictObject*)dict)->ma_version_tag;
    if (now != seen) {
        if (PyObject_Hash(name) == -1) return NULL;
        kept = _PyDict_GetItem_KnownHash(dict, name, ((PyASCIIObject*)name)->hash);
        if (!kept && PyErr_Occurred()) return NULL;
        seen = now;
    }
    if (!kept) return PyErr_Format(PyExc_NameError, "name '%U' is not defined", name);
    Py_INCREF(kept);
    return kept;
}

static PyObject* compile_flags(PyObject* module, PyObject* text) {
    const char* source = PyUnicode_AsUTF8(text);
    PyCompilerFlags flags = {PyCF_ONLY_AST, PY_MINOR_VERSION};
    PyObject* tree = source ? Py_CompileStringFlags(source, "given.py", Py_eval_input, &flags) : NULL;
    if (!tree) return NULL;
    PyObject* name = PyObject_GetAttrString((PyObject*)Py_TYPE(tree), "__name__");
    Py_DECREF(tree);
    return name;
}

static PyObject* importer(PyObject* module, PyObject* path) {
    return PyImport_GetImporter(path);
}

static int events;
static int count(PyObject* self, PyFrameObject* frame, int what, PyObject* argument) {
    if (what == PyTrace_CALL || what == PyTrace_C_CALL) ++events;
    return 0;
}
PyAPI_FUNC(int) _PyEval_SetProfile(PyThreadState*, Py_tracefunc, PyObject*);
PyAPI_FUNC(void) _PyErr_SetString(PyThreadState*, PyObject*, const char*);
PyAPI_FUNC(void) _PyErr_Clear(PyThreadState*);
/* profiled(f): how many calls f made. */
static PyObject* profiled(PyObject* module, PyObject* function) {
    PyThreadState* state = PyThreadState_Get();
    events = 0;
    if (_PyEval_SetProfile(state, count, Py_None)) return NULL;
    PyObject* result = PyObject_CallNoArgs(function);
    if (_PyEval_SetProfile(state, NULL, NULL)) return NULL;
    if (!result) return NULL;
    Py_DECREF(result);
    return PyLong_FromLong(events);
}
static PyObject* fail_twice(PyObject* module, PyObject* unused) {
    PyThreadState* state = PyThreadState_Get();
    _PyErr_SetString(state, PyExc_KeyError, "first");
    _PyErr_Clear(state);
    if (PyErr_Occurred()) return NULL;
    _PyErr_SetString(state, PyExc_ValueError, "second");
    return NULL;
}

/* lines(bytes, room): what a stream of these bytes gives, line by line. */
static PyObject* lines(PyObject* module, PyObject* args) {
    const char* text;
    Py_ssize_t size;
    int room;
    if (!PyArg_ParseTuple(args, "y#i", &text, &size, &room)) return NULL;
    FILE* stream = tmpfile();
    PyObject* all = PyList_New(0);
    char buffer[64];
    if (!stream || !all || room > (int)sizeof buffer) return PyErr_NoMemory();
    fwrite(text, 1, size, stream);
    rewind(stream);
    while (Py_UniversalNewlineFgets(buffer, room, stream, NULL)) {
        PyObject* line = PyBytes_FromString(buffer);
        if (!line || PyList_Append(all, line)) return NULL;
        Py_DECREF(line);
    }
    fclose(stream);
    return all;
}

/* bare(f): f() in each way that C calls without arguments. */
static PyObject* bare(PyObject* module, PyObject* function) {
    PyObject* holder = PyModule_New("holder");
    if (!holder || PyObject_SetAttrString(holder, "f", function)) return NULL;
    PyObject* all = Py_BuildValue("(NNNNN)", PyObject_CallObject(function, NULL),
                                  PyObject_CallFunction(function, NULL), PyObject_CallFunction(function, ""),
                                  PyObject_CallMethod(holder, "f", NULL), PyObject_CallNoArgs(function));
    Py_DECREF(holder);
    return all;
}

PyAPI_FUNC(void) _PyErr_WriteUnraisableMsg(const char*, PyObject*);
static PyObject* unraisable(PyObject* module, PyObject* about) {
    PyErr_SetString(PyExc_KeyError, "lost");
    _PyErr_WriteUnraisableMsg("on purpose", about);
    PyErr_SetString(PyExc_ValueError, "lost too");
    _PyErr_WriteUnraisableMsg(NULL, about);
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {{"version", version, METH_O, "The version that a dict has now."},
                                {"lookup", lookup, METH_VARARGS, "A name's value, remembered."},
                                {"compile_flags", compile_flags, METH_O, "The type of a text's tree."},
                                {"importer", importer, METH_O, "The finder of a path."},
                                {"profiled", profiled, METH_O, "How many calls a function makes."},
                                {"fail_twice", fail_twice, METH_NOARGS, "Raises the second of two."},
                                {"lines", lines, METH_VARARGS, "The lines of a stream."},
                                {"bare", bare, METH_O, "What calls without arguments give."},
                                {"unraisable", unraisable, METH_O, "Two exceptions that nobody can catch."},
                                {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, .m_name = "caches", .m_size = -1,
                                        .m_methods = methods};
PyMODINIT_FUNC PyInit_caches(void) {
    return PyModule_Create(&definition);
}
