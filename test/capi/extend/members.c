/* A type with a member of every kind that PyMemberDef knows. */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include "structmember.h"

typedef struct {
    PyObject_HEAD char byte_, bool_, char_;
    unsigned char ubyte;
    short short_;
    unsigned short ushort_;
    int int_;
    unsigned uint_;
    long long_;
    unsigned long ulong_;
    long long longlong;
    unsigned long long ulonglong;
    Py_ssize_t ssize;
    float float_;
    double double_;
    PyObject *object, *object_ex;
    char* string;
    char in_place[8];
} M;

static void dealloc(M* self) {
    Py_XDECREF(self->object);
    Py_XDECREF(self->object_ex);
    Py_TYPE(self)->tp_free((PyObject*)self);
}
#define ROW(name, type, flags) \
    { #name, type, offsetof(M, name), flags, NULL }
static PyMemberDef rows[] = {
    ROW(byte_, T_BYTE, 0),
    ROW(bool_, T_BOOL, 0),
    ROW(char_, T_CHAR, 0),
    ROW(ubyte, T_UBYTE, 0),
    ROW(short_, T_SHORT, 0),
    ROW(ushort_, T_USHORT, 0),
    ROW(int_, T_INT, 0),
    ROW(uint_, T_UINT, 0),
    ROW(long_, T_LONG, 0),
    ROW(ulong_, T_ULONG, 0),
    ROW(longlong, T_LONGLONG, 0),
    ROW(ulonglong, T_ULONGLONG, 0),
    ROW(ssize, T_PYSSIZET, 0),
    ROW(float_, T_FLOAT, 0),
    ROW(double_, T_DOUBLE, 0),
    ROW(object, T_OBJECT, 0),
    ROW(object_ex, T_OBJECT_EX, 0),
    ROW(string, T_STRING, 0),
    ROW(in_place, T_STRING_INPLACE, 0),
    {"fixed", T_INT, offsetof(M, int_), READONLY, NULL},
    {NULL, 0, 0, 0, NULL},
};
static PyTypeObject type = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "members.M",
    .tp_basicsize = sizeof(M),
    .tp_flags = Py_TPFLAGS_DEFAULT,
    .tp_new = PyType_GenericNew,
    .tp_dealloc = (destructor)dealloc,
    .tp_members = rows,
};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "members", NULL, -1, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit_members(void) {
    PyObject* m = PyType_Ready(&type) < 0 ? NULL : PyModule_Create(&module);
    if (m && PyModule_AddObjectRef(m, "M", (PyObject*)&type) < 0) Py_CLEAR(m);
    return m;
}
