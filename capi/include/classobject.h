/* Bound methods of objects written in C. */
#ifndef Py_CLASSOBJECT_H
#define Py_CLASSOBJECT_H
PyAPI_DATA(PyTypeObject) PyInstanceMethod_Type;
#define PyInstanceMethod_Check(op) Py_IS_TYPE(op, &PyInstanceMethod_Type)
#define PyInstanceMethod_GET_FUNCTION(m) PyInstanceMethod_Function(m)
#endif
