/* Audit hooks of C, the hook of io.open_code, PickleBuffer, statements read from a stream. The lines are the
 * same under CPython. */
#include <Python.h>

static int listening, events;

static int hook(const char* event, PyObject* args, void* data) {
    ++events;
    int last = strcmp(event, "cpython._PySys_ClearAuditHooks") == 0;
    if (!listening && !last) return 0;
    if (!strcmp(event, "mine.refuse")) {
        PyErr_SetString(PyExc_PermissionError, "refused");
        return -1;
    }
    if (!strcmp(event, "import") || !strcmp(event, "object.__getattr__") || !strncmp(event, "marshal", 7))
        return 0;
    printf("%s: %s", (const char*)data, event);
    if (last) {
        printf("\n");
        return 0;
    }
    listening = 0;
    for (Py_ssize_t i = 0; i < PyTuple_Size(args); ++i) {
        PyObject* item = PyTuple_GetItem(args, i);
        PyObject* text = PyCode_Check(item) ? PyUnicode_FromString("code") : PyObject_ASCII(item);
        printf(" %s", PyUnicode_AsUTF8(text));
        Py_DECREF(text);
    }
    printf("\n");
    listening = 1;
    return 0;
}
static int refuse_more(const char* event, PyObject* args, void* data) {
    (void)args, (void)data;
    if (listening && !strcmp(event, "sys.addaudithook")) {
        PyErr_SetString(*(int*)data ? PyExc_RuntimeError : PyExc_ValueError, "no more hooks");
        return -1;
    }
    return 0;
}
static void report(const char* what, int result) {
    PyObject *type, *value, *traceback;
    PyErr_Fetch(&type, &value, &traceback);
    PyErr_NormalizeException(&type, &value, &traceback);
    PyObject* text = value ? PyObject_Repr(value) : NULL;
    printf("%s: %d %s\n", what, result, text ? PyUnicode_AsUTF8(text) : "-");
    Py_XDECREF(text);
    Py_XDECREF(type);
    Py_XDECREF(value);
    Py_XDECREF(traceback);
}

static PyObject* open_code(PyObject* path, void* data) {
    if (!listening) {
        PyObject* io = PyImport_ImportModule("_io");
        PyObject* file = PyObject_CallMethod(io, "open", "Os", path, "rb");
        Py_DECREF(io);
        return file;
    }
    printf("%s %s\n", (const char*)data, PyUnicode_AsUTF8(path));
    return PyErr_Format(PyExc_LookupError, "not opened: %U", path);
}

static FILE* stream_of(const char* text) {
    FILE* f = tmpfile();
    fputs(text, f);
    rewind(f);
    return f;
}

int main(void) {
    setvbuf(stdout, NULL, _IONBF, 0);
    int quietly = 1;
    printf("early: %d %d\n", PySys_AddAuditHook(hook, "first"), PySys_Audit("mine.early", "i", 1));
    printf("early open_code: %d\n", PyFile_SetOpenCodeHook(open_code, "open_code"));
    Py_InitializeEx(0);
    printf("start was heard: %d\n", events > 10);
    PyRun_SimpleString("import io, sys, pickle\nsys.stdout.reconfigure(line_buffering=True)\n");

    listening = 1;
    report("audit", PySys_Audit("mine.event", "iOs", 1, Py_None, "text"));
    report("audit tuple", PySys_Audit("mine.tuple", "(ii)", 1, 2));
    report("audit nothing", PySys_Audit("mine.nothing", NULL));
    report("audit one", PySys_Audit("mine.one", "s", "x"));
    report("refused", PySys_Audit("mine.refuse", "i", 1));
    PyErr_SetString(PyExc_KeyError, "kept");
    report("while something is set", PySys_Audit("mine.event", "i", 2));
    PyRun_SimpleString("sys.audit('mine.script', 3)");
    PyRun_SimpleString(
        "sys.addaudithook(lambda event, args: event == 'mine.third' and print('script heard', args))");
    report("both hear", PySys_Audit("mine.third", "i", 3));
    report("a second hook", PySys_AddAuditHook(refuse_more, &quietly));
    report("a third, refused quietly", PySys_AddAuditHook(hook, "third"));
    quietly = 0;
    report("a fourth, refused loudly", PySys_AddAuditHook(hook, "fourth"));
    report("not heard twice", PySys_Audit("mine.event", "i", 4));
    report("open_code again", PyFile_SetOpenCodeHook(open_code, "again"));
    PyRun_SimpleString("try: io.open_code('/some/file')\nexcept LookupError as e: print('LookupError', e)");
    listening = 0;

    PyObject* bytes = PyByteArray_FromStringAndSize("abcdef", 6);
    PyObject* buffer = PyPickleBuffer_FromObject(bytes);
    const Py_buffer* view = PyPickleBuffer_GetBuffer(buffer);
    printf("%d %zd %.6s %d\n", PyPickleBuffer_Check(buffer), view->len, (const char*)view->buf,
           view->readonly);
    report("release", PyPickleBuffer_Release(buffer));
    report("released twice", PyPickleBuffer_Release(buffer));
    report("buffer of a released one", PyPickleBuffer_GetBuffer(buffer) != NULL);
    report("not one", PyPickleBuffer_Release(bytes));
    report("buffer of something else", PyPickleBuffer_GetBuffer(bytes) != NULL);
    report("no buffer", PyPickleBuffer_FromObject(Py_None) != NULL);
    Py_DECREF(buffer);
    Py_DECREF(bytes);

    PyObject* printer = PyFile_NewStdPrinter(1);
    printf("%d\n", Py_IS_TYPE(printer, &PyStdPrinter_Type));
    PyFile_WriteString("printed \n", printer);
    Py_DECREF(printer);

    FILE* f = stream_of("x = (40 +\n  2)\n\nif x:\n    print('x', x)\n\n1/0\nx + 1\n");
    for (int i = 0; i < 6; ++i) {
        FILE* err = freopen("/dev/null", "w", stderr);
        int result = PyRun_InteractiveOne(f, "<stream>");
        printf("one: %d %d\n", result, err != NULL);
    }
    fclose(f);
    f = stream_of("print('loop')\nfor i in range(2):\n  print(i)\n\nnonsense here\nprint('after')\n");
    printf("loop: %d\n", PyRun_InteractiveLoop(f, "<stream>"));
    fclose(f);
    printf("any: %d\n", PyRun_AnyFileEx(stream_of("print('a file', __name__)\n"), "named.py", 1));
    printf("any, failing: %d\n", PyRun_AnyFileEx(stream_of("1/0\n"), NULL, 1));
    f = stream_of("first line\nlast");
    for (int i = 0; i < 3; ++i) {
        char* line = PyOS_Readline(f, stdout, "");
        printf("[%s]\n", line);
        PyMem_Free(line);
    }
    fclose(f);
    printf("end: %d\n", Py_FinalizeEx());
    printf("late: %d\n", PySys_Audit("mine.late", "i", 1));
    return 0;
}
