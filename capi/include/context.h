/* Contexts and their variables. Functions are declared in baton/api.h. */
#ifndef Py_CONTEXT_H
#define Py_CONTEXT_H
PyAPI_DATA(PyTypeObject) PyContext_Type;
PyAPI_DATA(PyTypeObject) PyContextVar_Type;
PyAPI_DATA(PyTypeObject) PyContextToken_Type;
#define PyContext_CheckExact(op) Py_IS_TYPE(op, &PyContext_Type)
#define PyContextVar_CheckExact(op) Py_IS_TYPE(op, &PyContextVar_Type)
#define PyContextToken_CheckExact(op) Py_IS_TYPE(op, &PyContextToken_Type)
#endif
