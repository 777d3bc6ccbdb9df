/* An extension of types: members, properties, methods, garbage collection, subclassing, a number and a
 * sequence protocol, iteration, and a type made from a spec in a module of several phases. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "structmember.h"

/* ---- Book: fields of several kinds, part of cycles ---- */
typedef struct {
    PyObject_HEAD PyObject *title, *owner;
    int pages;
    double weight;
    char lent;
} Book;

static int book_traverse(Book* self, visitproc visit, void* arg) {
    Py_VISIT(self->title);
    Py_VISIT(self->owner);
    return 0;
}
static int book_clear(Book* self) {
    Py_CLEAR(self->title);
    Py_CLEAR(self->owner);
    return 0;
}
static void book_dealloc(Book* self) {
    PyObject_GC_UnTrack(self);
    book_clear(self);
    Py_TYPE(self)->tp_free((PyObject*)self);
}
static PyObject* book_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    (void)args, (void)keywords;
    Book* self = (Book*)type->tp_alloc(type, 0);
    if (!self) return NULL;
    self->title = PyUnicode_FromString("untitled");
    if (!self->title) {
        Py_DECREF(self);
        return NULL;
    }
    Py_INCREF(Py_None);
    self->owner = Py_None;
    return (PyObject*)self;
}
static int book_init(Book* self, PyObject* args, PyObject* keywords) {
    static char* names[] = {"title", "owner", "pages", NULL};
    PyObject *title = NULL, *owner = NULL;
    if (!PyArg_ParseTupleAndKeywords(args, keywords, "|UOi", names, &title, &owner, &self->pages)) return -1;
    if (title) {
        Py_INCREF(title);
        Py_XSETREF(self->title, title);
    }
    if (owner) {
        Py_INCREF(owner);
        Py_XSETREF(self->owner, owner);
    }
    self->weight = self->pages * 0.5;
    return 0;
}
static PyObject* book_get_title(Book* self, void* closure) {
    (void)closure;
    Py_INCREF(self->title);
    return self->title;
}
static int book_set_title(Book* self, PyObject* value, void* closure) {
    (void)closure;
    if (!value) {
        PyErr_SetString(PyExc_TypeError, "the title cannot be deleted");
        return -1;
    }
    if (!PyUnicode_Check(value)) {
        PyErr_SetString(PyExc_TypeError, "the title must be a string");
        return -1;
    }
    Py_INCREF(value);
    Py_SETREF(self->title, value);
    return 0;
}
static PyObject* book_card(Book* self, PyObject* unused) {
    (void)unused;
    return PyUnicode_FromFormat("%U (%d pages)", self->title, self->pages);
}
static PyObject* book_repr(Book* self) {
    return PyUnicode_FromFormat("<%s %R>", Py_TYPE(self)->tp_name, self->title);
}
static PyObject* book_compare(PyObject* a, PyObject* b, int op);

static PyMemberDef book_members[] = {
    {"owner", T_OBJECT_EX, offsetof(Book, owner), 0, "who has it"},
    {"pages", T_INT, offsetof(Book, pages), 0, NULL},
    {"weight", T_DOUBLE, offsetof(Book, weight), READONLY, NULL},
    {"lent", T_BOOL, offsetof(Book, lent), 0, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyGetSetDef book_getset[] = {
    {"title", (getter)book_get_title, (setter)book_set_title, "what is on the cover", NULL},
    {NULL, NULL, NULL, NULL, NULL},
};
static PyMethodDef book_methods[] = {
    {"card", (PyCFunction)book_card, METH_NOARGS, "The line on its index card."},
    {NULL, NULL, 0, NULL},
};
static PyTypeObject BookType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "shelf.Book",
    .tp_doc = "A book.",
    .tp_basicsize = sizeof(Book),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC,
    .tp_new = book_new,
    .tp_init = (initproc)book_init,
    .tp_dealloc = (destructor)book_dealloc,
    .tp_traverse = (traverseproc)book_traverse,
    .tp_clear = (inquiry)book_clear,
    .tp_repr = (reprfunc)book_repr,
    .tp_richcompare = book_compare,
    .tp_hash = PyObject_HashNotImplemented,
    .tp_members = book_members,
    .tp_methods = book_methods,
    .tp_getset = book_getset,
};
static PyObject* book_compare(PyObject* a, PyObject* b, int op) {
    if (!PyObject_TypeCheck(a, &BookType) || !PyObject_TypeCheck(b, &BookType)) Py_RETURN_NOTIMPLEMENTED;
    int x = ((Book*)a)->pages, y = ((Book*)b)->pages;
    Py_RETURN_RICHCOMPARE(x, y, op);
}

/* ---- Stack: a list that also counts, derived from the built-in one ---- */
typedef struct {
    PyListObject list;
    int pushes;
} Stack;
static PyObject* stack_push(Stack* self, PyObject* item) {
    if (PyList_Append((PyObject*)self, item) < 0) return NULL;
    return PyLong_FromLong(++self->pushes);
}
static PyMethodDef stack_methods[] = {
    {"push", (PyCFunction)stack_push, METH_O, NULL},
    {NULL, NULL, 0, NULL},
};
static int stack_init(Stack* self, PyObject* args, PyObject* keywords) {
    if (PyList_Type.tp_init((PyObject*)self, args, keywords) < 0) return -1;
    self->pushes = 0;
    return 0;
}
static PyTypeObject StackType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "shelf.Stack",
    .tp_basicsize = sizeof(Stack),
    .tp_flags = Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE,
    .tp_init = (initproc)stack_init,
    .tp_methods = stack_methods,
};

/* ---- Span: number, sequence and iteration, made from a spec ---- */
typedef struct {
    PyObject_HEAD long start, length, next;
} Span;
static PyObject* span_make(PyTypeObject* type, long start, long length) {
    Span* s = (Span*)type->tp_alloc(type, 0);
    if (s) {
        s->start = s->next = start;
        s->length = length;
    }
    return (PyObject*)s;
}
static PyObject* span_new(PyTypeObject* type, PyObject* args, PyObject* keywords) {
    long start, length;
    if (keywords && PyDict_Size(keywords)) {
        PyErr_SetString(PyExc_TypeError, "Span takes no keywords");
        return NULL;
    }
    if (!PyArg_ParseTuple(args, "ll", &start, &length)) return NULL;
    return span_make(type, start, length);
}
static PyObject* span_add(PyObject* a, PyObject* b) {
    if (Py_TYPE(a) != Py_TYPE(b)) {
        PyObject* self = PyLong_Check(b) ? a : b;
        PyObject* number = self == a ? b : a;
        if (!PyLong_Check(number)) Py_RETURN_NOTIMPLEMENTED;
        long by = PyLong_AsLong(number);
        if (by == -1 && PyErr_Occurred()) return NULL;
        return span_make(Py_TYPE(self), ((Span*)self)->start + by, ((Span*)self)->length);
    }
    return span_make(Py_TYPE(a), ((Span*)a)->start, ((Span*)a)->length + ((Span*)b)->length);
}
static Py_ssize_t span_length(PyObject* self) {
    return ((Span*)self)->length;
}
static PyObject* span_item(PyObject* self, Py_ssize_t i) {
    if (i < 0 || i >= ((Span*)self)->length) {
        PyErr_SetString(PyExc_IndexError, "outside of the span");
        return NULL;
    }
    return PyLong_FromLong(((Span*)self)->start + i);
}
static int span_contains(PyObject* self, PyObject* value) {
    long n = PyLong_AsLong(value);
    if (n == -1 && PyErr_Occurred()) return -1;
    return n >= ((Span*)self)->start && n < ((Span*)self)->start + ((Span*)self)->length;
}
static PyObject* span_iter(PyObject* self) {
    return span_make(Py_TYPE(self), ((Span*)self)->start, ((Span*)self)->length);
}
static PyObject* span_next(PyObject* self) {
    Span* s = (Span*)self;
    return s->next < s->start + s->length ? PyLong_FromLong(s->next++) : NULL;
}
static PyObject* span_repr(PyObject* self) {
    return PyUnicode_FromFormat("Span(%ld, %ld)", ((Span*)self)->start, ((Span*)self)->length);
}
static void span_dealloc(PyObject* self) {
    PyTypeObject* type = Py_TYPE(self);
    type->tp_free(self);
    Py_DECREF(type);
}
static PyType_Slot span_slots[] = {
    {Py_tp_new, span_new},
    {Py_tp_dealloc, span_dealloc},
    {Py_tp_repr, span_repr},
    {Py_nb_add, span_add},
    {Py_sq_length, span_length},
    {Py_sq_item, span_item},
    {Py_sq_contains, span_contains},
    {Py_tp_iter, span_iter},
    {Py_tp_iternext, span_next},
    {Py_tp_doc, "Some integers in a row."},
    {0, NULL},
};
static PyType_Spec span_spec = {"shelf.Span", sizeof(Span), 0, Py_TPFLAGS_DEFAULT, span_slots};

static int shelf_exec(PyObject* m) {
    StackType.tp_base = &PyList_Type;
    if (PyType_Ready(&BookType) < 0 || PyType_Ready(&StackType) < 0) return -1;
    if (PyModule_AddObjectRef(m, "Book", (PyObject*)&BookType) < 0) return -1;
    if (PyModule_AddObjectRef(m, "Stack", (PyObject*)&StackType) < 0) return -1;
    PyObject* span = PyType_FromSpec(&span_spec);
    if (!span) return -1;
    int bad = PyModule_AddObjectRef(m, "Span", span);
    Py_DECREF(span);
    return bad;
}
static PyModuleDef_Slot slots[] = {{Py_mod_exec, shelf_exec}, {0, NULL}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "shelf", NULL, 0, NULL, slots, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_shelf(void) {
    return PyModuleDef_Init(&module);
}
