/* Tracebacks. Functions are declared in baton/api.h. */
#ifndef Py_TRACEBACK_H
#define Py_TRACEBACK_H
typedef struct _traceback {
    PyObject_HEAD
    struct _traceback *tb_next;
    PyFrameObject *tb_frame;
    int tb_lasti;
    int tb_lineno;
} PyTracebackObject;
PyAPI_DATA(PyTypeObject) PyTraceBack_Type;
#define PyTraceBack_Check(op) Py_IS_TYPE(op, &PyTraceBack_Type)
#endif
