/* One function for each format unit of PyArg_ParseTuple; each returns what it got, as far as that can be
 * shown. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>

#define UNIT(name, format, declare, answer, ...)                       \
    static PyObject* name(PyObject* self, PyObject* args) {            \
        (void)self;                                                    \
        declare;                                                       \
        if (!PyArg_ParseTuple(args, format, __VA_ARGS__)) return NULL; \
        return answer;                                                 \
    }

static PyObject* copied(const char* data, Py_ssize_t size) {
    return data ? PyBytes_FromStringAndSize(data, size) : PyUnicode_FromString("NULL");
}
static PyObject* of_buffer(Py_buffer* b) {
    PyObject* answer = copied(b->buf, b->len);
    PyBuffer_Release(b);
    return answer;
}
static PyObject* encoded(char* text, Py_ssize_t size) {
    PyObject* answer = copied(text, size);
    PyMem_Free(text);
    return answer;
}
static int even(PyObject* o, void* out) {
    long n = PyLong_AsLong(o);
    if (n == -1 && PyErr_Occurred()) return 0;
    *(long*)out = n;
    return n % 2 == 0;
}
static PyObject* two_buffers(PyObject* self, PyObject* args) {
    (void)self;
    Py_buffer a, b;
    if (!PyArg_ParseTuple(args, "s*s*", &a, &b)) return NULL;
    Py_ssize_t n = a.len + b.len;
    PyBuffer_Release(&a);
    PyBuffer_Release(&b);
    return PyLong_FromSsize_t(n);
}

UNIT(s, "s", const char* p, PyUnicode_FromString(p), &p)
UNIT(s_sized, "s#", const char* p; Py_ssize_t n, copied(p, n), &p, &n)
UNIT(s_buffer, "s*", Py_buffer b, of_buffer(&b), &b)
UNIT(z, "z:z", const char* p, PyUnicode_FromString(p ? p : "NULL"), &p)
UNIT(z_sized, "z#", const char* p; Py_ssize_t n, copied(p, n), &p, &n)
UNIT(z_buffer, "z*", Py_buffer b, of_buffer(&b), &b)
UNIT(y, "y", const char* p, PyBytes_FromString(p), &p)
UNIT(y_sized, "y#", const char* p; Py_ssize_t n, copied(p, n), &p, &n)
UNIT(y_buffer, "y*", Py_buffer b, of_buffer(&b), &b)
UNIT(w_buffer, "w*", Py_buffer b, of_buffer(&b), &b)
UNIT(es, "es", char* p = NULL, encoded(p, (Py_ssize_t)strlen(p)), "latin-1", &p)
UNIT(et, "et", char* p = NULL, encoded(p, (Py_ssize_t)strlen(p)), NULL, &p)
UNIT(es_sized, "es#", char* p = NULL; Py_ssize_t n = 0, encoded(p, n), "utf-16-le", &p, &n)
UNIT(et_room, "et#", char room[4]; char* p = room; Py_ssize_t n = sizeof room, copied(p, n), NULL, &p, &n)
UNIT(U, "U", PyObject* p, Py_NewRef(p), &p)
UNIT(S, "S", PyObject* p, Py_NewRef(p), &p)
UNIT(Y, "Y", PyObject* p, Py_NewRef(p), &p)
UNIT(b, "b", unsigned char p, PyLong_FromLong(p), &p)
UNIT(B, "B", unsigned char p, PyLong_FromLong(p), &p)
UNIT(h, "h", short p, PyLong_FromLong(p), &p)
UNIT(H, "H", unsigned short p, PyLong_FromLong(p), &p)
UNIT(i, "i", int p, PyLong_FromLong(p), &p)
UNIT(I, "I", unsigned p, PyLong_FromUnsignedLong(p), &p)
UNIT(l, "l", long p, PyLong_FromLong(p), &p)
UNIT(k, "k", unsigned long p, PyLong_FromUnsignedLong(p), &p)
UNIT(L, "L", long long p, PyLong_FromLongLong(p), &p)
UNIT(K, "K", unsigned long long p, PyLong_FromUnsignedLongLong(p), &p)
UNIT(n, "n", Py_ssize_t p, PyLong_FromSsize_t(p), &p)
UNIT(c, "c", char p, PyLong_FromLong(p), &p)
UNIT(C, "C", int p, PyLong_FromLong(p), &p)
UNIT(f, "f", float p, PyFloat_FromDouble(p), &p)
UNIT(d, "d", double p, PyFloat_FromDouble(p), &p)
UNIT(
    D, "D",
    struct {
        double real;
        double imag;
    } p,
    PyComplex_FromDoubles(p.real, p.imag), &p)
UNIT(p, "p", int v, PyLong_FromLong(v), &v)
UNIT(O_typed, "O!", PyObject* p, Py_NewRef(p), &PyList_Type, &p)
UNIT(O_converted, "O&", long v, PyLong_FromLong(v), even, &v)
UNIT(pair, "(ii)", int a; int b, Py_BuildValue("ii", a, b), &a, &b)
UNIT(named_pair, "(ib):pair", int a; unsigned char b, Py_BuildValue("ii", a, b), &a, &b)
UNIT(optional, "|ii", int a = 7; int b = 8, Py_BuildValue("ii", a, b), &a, &b)
UNIT(own_words, "i;one small number", int a, PyLong_FromLong(a), &a)
UNIT(bad_format, "q", int a, PyLong_FromLong(a), &a)

/* Keywords: required, optional, only by keyword, only by position. */
static char *no_names[] = {NULL}, *one_name[] = {"a", NULL}, *two_names[] = {"a", "b", NULL},
            *second_named[] = {"", "b", NULL};
#define KEYWORDS(name, format, names, ...)                                                         \
    static PyObject* name(PyObject* self, PyObject* args, PyObject* keywords) {                    \
        (void)self;                                                                                \
        int x = 0, y = 0;                                                                          \
        if (!PyArg_ParseTupleAndKeywords(args, keywords, format, names, __VA_ARGS__)) return NULL; \
        return Py_BuildValue("ii", x, y);                                                          \
    }
KEYWORDS(kw_none, ":kw_none", no_names, NULL)
KEYWORDS(kw_nameless, "", no_names, NULL)
KEYWORDS(kw_one, "i:kw_one", one_name, &x)
KEYWORDS(kw_optional, "|i:kw_optional", one_name, &x)
KEYWORDS(kw_two, "i|i:kw_two", two_names, &x, &y)
KEYWORDS(kw_both, "ii", two_names, &x, &y)
KEYWORDS(kw_second, "i$i:kw_second", two_names, &x, &y)
KEYWORDS(kw_maybe_second, "|i$i:kw_maybe_second", two_names, &x, &y)
KEYWORDS(kw_only, "|$ii:kw_only", two_names, &x, &y)
KEYWORDS(kw_position, "i|i:kw_position", second_named, &x, &y)

#define KROW(name) \
    { #name, (PyCFunction)(void (*)(void))name, METH_VARARGS | METH_KEYWORDS, NULL }
#define ROW(name) \
    { #name, name, METH_VARARGS, NULL }
static PyMethodDef methods[] = {
    ROW(two_buffers),
    ROW(s),
    ROW(s_sized),
    ROW(s_buffer),
    ROW(z),
    ROW(z_sized),
    ROW(z_buffer),
    ROW(y),
    ROW(y_sized),
    ROW(y_buffer),
    ROW(w_buffer),
    ROW(es),
    ROW(et),
    ROW(es_sized),
    ROW(et_room),
    ROW(U),
    ROW(S),
    ROW(Y),
    ROW(b),
    ROW(B),
    ROW(h),
    ROW(H),
    ROW(i),
    ROW(I),
    ROW(l),
    ROW(k),
    ROW(L),
    ROW(K),
    ROW(n),
    ROW(c),
    ROW(C),
    ROW(f),
    ROW(d),
    ROW(D),
    ROW(p),
    ROW(O_typed),
    ROW(O_converted),
    ROW(pair),
    ROW(named_pair),
    ROW(optional),
    ROW(own_words),
    ROW(bad_format),
    KROW(kw_none),
    KROW(kw_nameless),
    KROW(kw_one),
    KROW(kw_optional),
    KROW(kw_two),
    KROW(kw_both),
    KROW(kw_second),
    KROW(kw_maybe_second),
    KROW(kw_only),
    KROW(kw_position),
    {NULL, NULL, 0, NULL},
};
static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "units", NULL, -1, methods, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_units(void) {
    return PyModule_Create(&module);
}
