/* complex: its contents are in floatobject.h. */
#ifndef Py_COMPLEXOBJECT_H
#define Py_COMPLEXOBJECT_H
#define PyComplex_CheckExact(op) Py_IS_TYPE(op, &PyComplex_Type)
#endif
