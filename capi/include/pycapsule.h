/* Capsules: C pointers as objects. Functions are declared in baton/api.h. */
#ifndef Py_PYCAPSULE_H
#define Py_PYCAPSULE_H
typedef void (*PyCapsule_Destructor)(PyObject *);
PyAPI_DATA(PyTypeObject) PyCapsule_Type;
#define PyCapsule_CheckExact(op) Py_IS_TYPE(op, &PyCapsule_Type)
#endif
