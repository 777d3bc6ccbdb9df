/* Iterators over sequences and callables. Functions are declared in baton/api.h. */
#ifndef Py_ITEROBJECT_H
#define Py_ITEROBJECT_H
PyAPI_DATA(PyTypeObject) PySeqIter_Type;
PyAPI_DATA(PyTypeObject) PyCallIter_Type;
#define PySeqIter_Check(op) Py_IS_TYPE(op, &PySeqIter_Type)
#define PyCallIter_Check(op) Py_IS_TYPE(op, &PyCallIter_Type)
#endif
