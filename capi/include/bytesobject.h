/* bytes and bytearray. */
#ifndef Py_BYTESOBJECT_H
#define Py_BYTESOBJECT_H
typedef struct {
    PyObject_VAR_HEAD
    Py_hash_t ob_shash;
    char ob_sval[1];
} PyBytesObject;
typedef struct {
    PyObject_VAR_HEAD
    Py_ssize_t ob_alloc;
    char *ob_bytes;
    char *ob_start;
    Py_ssize_t ob_exports;
} PyByteArrayObject;
PyAPI_DATA(PyTypeObject) PyBytes_Type;
PyAPI_DATA(PyTypeObject) PyByteArray_Type;
PyAPI_DATA(PyTypeObject) PyMemoryView_Type;
#define PyBytes_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_BYTES_SUBCLASS)
#define PyBytes_CheckExact(op) Py_IS_TYPE(op, &PyBytes_Type)
#define PyBytes_AS_STRING(op) (((PyBytesObject *)(op))->ob_sval)
#define PyBytes_GET_SIZE(op) Py_SIZE(op)
#define PyByteArray_Check(op) PyObject_TypeCheck(op, &PyByteArray_Type)
#define PyByteArray_CheckExact(op) Py_IS_TYPE(op, &PyByteArray_Type)
PyAPI_DATA(char) _PyByteArray_empty_string[];
#define PyByteArray_AS_STRING(op) (Py_SIZE(op) ? ((PyByteArrayObject *)(op))->ob_start : _PyByteArray_empty_string)
PyAPI_FUNC(PyObject *) PyBytes_FromFormat(const char *format, ...);
PyAPI_FUNC(PyObject *) PyBytes_FromFormatV(const char *format, va_list va);
#define PyMemoryView_GET_BUFFER(op) ((Py_buffer *)((char *)(op) + 56))
#define PyMemoryView_GET_BASE(op) (PyMemoryView_GET_BUFFER(op)->obj)
#define PyByteArray_GET_SIZE(op) Py_SIZE(op)
#define PyMemoryView_Check(op) Py_IS_TYPE(op, &PyMemoryView_Type)
#endif
