/* Exceptions. */
#ifndef Py_ERRORS_H
#define Py_ERRORS_H
typedef struct {
    PyObject_HEAD
    PyObject *dict, *args, *notes, *traceback, *context, *cause;
    char suppress_context;
} PyBaseExceptionObject;
typedef struct {
    PyBaseExceptionObject base;
    PyObject *value;
} PyStopIterationObject;
#define PyExceptionClass_Check(x) (PyType_Check(x) && PyType_FastSubclass((PyTypeObject *)(x), Py_TPFLAGS_BASE_EXC_SUBCLASS))
#define PyExceptionInstance_Check(x) PyType_FastSubclass(Py_TYPE(x), Py_TPFLAGS_BASE_EXC_SUBCLASS)
#define PyExceptionInstance_Class(x) ((PyObject *)Py_TYPE(x))
#define PyErr_BadInternalCall() _PyErr_BadInternalCall(__FILE__, __LINE__)
PyAPI_FUNC(int) PyErr_ResourceWarning(PyObject *source, Py_ssize_t stack_level, const char *format, ...);
PyAPI_FUNC(int) PyErr_WarnExplicitFormat(PyObject *category, const char *filename, int line, const char *module, PyObject *registry, const char *format, ...);
#define PyErr_Warn(category, message) PyErr_WarnEx((category), (message), 1)
PyAPI_FUNC(void) _PyErr_BadInternalCall(const char *file, int line);
PyAPI_FUNC(PyObject *) PyErr_Format(PyObject *exception, const char *format, ...);
PyAPI_FUNC(int) PyErr_WarnFormat(PyObject *category, Py_ssize_t stack_level, const char *format, ...);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyUnicode_FromFormatV(const char *format, va_list args);
PyAPI_FUNC(PyObject *) PyErr_FormatV(PyObject *exception, const char *format, va_list args);
PyAPI_FUNC(void) _Py_FatalErrorFunc(const char *function, const char *message) __attribute__((noreturn));
#define Py_FatalError(message) _Py_FatalErrorFunc(__func__, (message))
#include "baton/exceptions.h"
#endif
