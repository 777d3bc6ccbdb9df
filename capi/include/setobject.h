/* set and frozenset. */
#ifndef Py_SETOBJECT_H
#define Py_SETOBJECT_H
typedef struct {
    PyObject *key;
    Py_hash_t hash;
} setentry;
typedef struct {
    PyObject_HEAD
    Py_ssize_t fill, used, mask;
    setentry *table;
    Py_hash_t hash;
    Py_ssize_t finger;
    setentry smalltable[8];
    PyObject *weakreflist;
} PySetObject;
PyAPI_DATA(PyTypeObject) PySet_Type;
PyAPI_DATA(PyTypeObject) PyFrozenSet_Type;
#define PySet_GET_SIZE(op) (((PySetObject *)(op))->used)
#define PyAnySet_Check(op) (PyObject_TypeCheck(op, &PySet_Type) || PyObject_TypeCheck(op, &PyFrozenSet_Type))
#define PySet_Check(op) PyObject_TypeCheck(op, &PySet_Type)
#define PySet_CheckExact(op) Py_IS_TYPE(op, &PySet_Type)
#define PyFrozenSet_CheckExact(op) Py_IS_TYPE(op, &PyFrozenSet_Type)
#define PyAnySet_CheckExact(op) (PySet_CheckExact(op) || PyFrozenSet_CheckExact(op))
#define PyFrozenSet_Check(op) PyObject_TypeCheck(op, &PyFrozenSet_Type)
#endif
