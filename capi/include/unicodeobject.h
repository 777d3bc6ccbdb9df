/* str. */
#ifndef Py_UNICODEOBJECT_H
#define Py_UNICODEOBJECT_H
typedef struct {
    PyObject_HEAD
    Py_ssize_t length;
    Py_hash_t hash;
    struct {
        unsigned int interned : 2;
        unsigned int kind : 3;
        unsigned int compact : 1;
        unsigned int ascii : 1;
        unsigned int ready : 1;
        unsigned int : 24;
    } state;
    wchar_t *wstr;
} PyASCIIObject;
typedef struct {
    PyASCIIObject _base;
    Py_ssize_t utf8_length;
    char *utf8;
    Py_ssize_t wstr_length;
} PyCompactUnicodeObject;
typedef struct {
    PyCompactUnicodeObject _base;
    union {
        void *any;
        Py_UCS1 *latin1;
        Py_UCS2 *ucs2;
        Py_UCS4 *ucs4;
    } data;
} PyUnicodeObject;
PyAPI_DATA(PyTypeObject) PyUnicode_Type;
PyAPI_DATA(PyTypeObject) PyUnicodeIter_Type;
enum PyUnicode_Kind { PyUnicode_WCHAR_KIND = 0, PyUnicode_1BYTE_KIND = 1, PyUnicode_2BYTE_KIND = 2, PyUnicode_4BYTE_KIND = 4 };
#define PyUnicode_Check(op) PyType_FastSubclass(Py_TYPE(op), Py_TPFLAGS_UNICODE_SUBCLASS)
#define PyUnicode_CheckExact(op) Py_IS_TYPE(op, &PyUnicode_Type)
#define _PyASCIIObject_CAST(op) ((PyASCIIObject *)(op))
#define PyUnicode_GET_LENGTH(op) (_PyASCIIObject_CAST(op)->length)
#define PyUnicode_KIND(op) ((int)_PyASCIIObject_CAST(op)->state.kind)
#define PyUnicode_IS_ASCII(op) (_PyASCIIObject_CAST(op)->state.ascii)
#define PyUnicode_IS_COMPACT(op) (_PyASCIIObject_CAST(op)->state.compact)
#define PyUnicode_IS_COMPACT_ASCII(op) (PyUnicode_IS_ASCII(op) && PyUnicode_IS_COMPACT(op))
#define PyUnicode_IS_READY(op) 1
#define PyUnicode_READY(op) ((void)(op), 0)
static inline void *_baton_unicode_data(PyObject *op) {
    if (PyUnicode_IS_COMPACT(op)) return PyUnicode_IS_ASCII(op) ? (void *)(_PyASCIIObject_CAST(op) + 1) : (void *)((PyCompactUnicodeObject *)op + 1);
    return ((PyUnicodeObject *)op)->data.any;
}
#define PyUnicode_DATA(op) _baton_unicode_data(_PyObject_CAST(op))
#define PyUnicode_1BYTE_DATA(op) ((Py_UCS1 *)PyUnicode_DATA(op))
#define PyUnicode_2BYTE_DATA(op) ((Py_UCS2 *)PyUnicode_DATA(op))
#define PyUnicode_4BYTE_DATA(op) ((Py_UCS4 *)PyUnicode_DATA(op))
static inline Py_UCS4 _baton_unicode_read(int kind, const void *data, Py_ssize_t i) {
    return kind == 1 ? ((const Py_UCS1 *)data)[i] : kind == 2 ? ((const Py_UCS2 *)data)[i] : ((const Py_UCS4 *)data)[i];
}
#define PyUnicode_READ(kind, data, index) _baton_unicode_read((kind), (data), (index))
#define PyUnicode_READ_CHAR(op, i) PyUnicode_READ(PyUnicode_KIND(op), PyUnicode_DATA(op), (i))
#define PyUnicode_WRITE(kind, data, index, value)                                   \
    do {                                                                            \
        if ((kind) == 1) ((Py_UCS1 *)(data))[(index)] = (Py_UCS1)(value);           \
        else if ((kind) == 2) ((Py_UCS2 *)(data))[(index)] = (Py_UCS2)(value);      \
        else ((Py_UCS4 *)(data))[(index)] = (Py_UCS4)(value);                       \
    } while (0)
#define PyUnicode_GetSize PyUnicode_GetLength
#endif
