/* Old habits: a module that can be initialised once only, static types that PyType_Ready has never seen, and
   items that are reached through a table of pointers. */
#include <Python.h>

static PyObject*
    broken; /* what the library raises: made by the first initialisation, compared for ever after */
static int starts;

static PyObject* once_break(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    PyErr_SetString(broken, "out of order");
    return NULL;
}
static PyObject* once_starts(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    return PyLong_FromLong(starts);
}
static PyObject* once_holds(PyObject* self, PyObject* type) {
    (void)self;
    return PyBool_FromLong(type == broken);
}

typedef struct {
    PyObject_HEAD long x;
} Point;
static PyObject* point_new(PyTypeObject* type, PyObject* args, PyObject* kwargs) {
    (void)kwargs;
    long x = 0;
    if (!PyArg_ParseTuple(args, "|l", &x)) return NULL;
    Point* p = (Point*)type->tp_alloc(type, 0);
    if (p) p->x = x;
    return (PyObject*)p;
}
static PyObject* point_x(PyObject* self, void* unused) {
    (void)unused;
    return PyLong_FromLong(((Point*)self)->x);
}
static void point_dealloc(PyObject* self) {
    Py_TYPE(self)->tp_free(self);
}
static PyGetSetDef point_fields[] = {{"x", point_x, NULL, NULL, NULL}, {NULL}};
static PyTypeObject Point_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "once.Point",
    .tp_basicsize = sizeof(Point),
    .tp_dealloc = point_dealloc,
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_getset = point_fields,
    .tp_new = point_new,
};

#define ITEMS 12
typedef struct {
    PyObject_HEAD short item[ITEMS];
    void* place[ITEMS];
} Scattered;
static Py_ssize_t shape = ITEMS, stride = sizeof(void*), suboffset = 0;
static int scattered_get(PyObject* self, Py_buffer* view, int flags) {
    if ((flags & PyBUF_INDIRECT) != PyBUF_INDIRECT) {
        PyErr_SetString(PyExc_BufferError, "the items lie apart");
        view->obj = NULL;
        return -1;
    }
    *view = (Py_buffer){.buf = ((Scattered*)self)->place,
                        .obj = self,
                        .len = ITEMS * sizeof(short),
                        .itemsize = sizeof(short),
                        .ndim = 1,
                        .format = "h",
                        .shape = &shape,
                        .strides = &stride,
                        .suboffsets = &suboffset};
    Py_INCREF(self);
    return 0;
}
static PyBufferProcs scattered_buffer = {.bf_getbuffer = scattered_get};
static PyTypeObject Scattered_Type = {
    PyVarObject_HEAD_INIT(&PyType_Type, 0).tp_name = "once.Scattered",
    .tp_basicsize = sizeof(Scattered),
    .tp_dealloc = point_dealloc,
    .tp_as_buffer = &scattered_buffer,
    .tp_flags = Py_TPFLAGS_DEFAULT,
};
static PyObject* once_scattered(PyObject* self, PyObject* unused) {
    (void)self, (void)unused;
    Scattered* s = PyObject_New(Scattered, &Scattered_Type);
    for (int i = 0; s && i < ITEMS; ++i) {
        s->item[i] = (short)i;
        s->place[i] = &s->item[i];
    }
    return (PyObject*)s;
}

static PyMethodDef functions[] = {{"break_", once_break, METH_NOARGS, NULL},
                                  {"starts", once_starts, METH_NOARGS, NULL},
                                  {"holds", once_holds, METH_O, NULL},
                                  {"scattered", once_scattered, METH_NOARGS, NULL},
                                  {NULL}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "once", NULL, -1, functions};

PyMODINIT_FUNC PyInit_once(void) {
    PyObject* m = PyModule_Create(&definition);
    if (!m) return NULL;
    ++starts;
    broken = PyErr_NewException("once.Broken", PyExc_ValueError, NULL);
    Py_XINCREF(broken);
    if (PyModule_AddObject(m, "Broken", broken) < 0) return NULL;
    Py_INCREF(&Point_Type);
    if (PyModule_AddObject(m, "Point", (PyObject*)&Point_Type) < 0) return NULL;
    return m;
}
