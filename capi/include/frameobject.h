/* Frames. Functions are declared in baton/api.h; f_lineno is written by programs that make tracebacks. */
#ifndef Py_FRAMEOBJECT_H
#define Py_FRAMEOBJECT_H
#include "Python.h"
struct _frame {
    PyObject_HEAD
    PyFrameObject *f_back;
    void *f_frame;
    PyObject *f_trace;
    int f_lineno;
};
PyAPI_DATA(PyTypeObject) PyFrame_Type;
#define PyFrame_Check(op) Py_IS_TYPE(op, &PyFrame_Type)
#endif
