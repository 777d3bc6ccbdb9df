/* Cells of closures. Functions are declared in baton/api.h. */
#ifndef Py_CELLOBJECT_H
#define Py_CELLOBJECT_H
PyAPI_DATA(PyTypeObject) PyCell_Type;
#define PyCell_Check(op) Py_IS_TYPE(op, &PyCell_Type)
#define PyCell_GET(op) PyCell_Get(op)
#define PyCell_SET(op, v) ((void)PyCell_Set((op), (v)))
#endif
