/* types.SimpleNamespace. */
#ifndef Py_NAMESPACEOBJECT_H
#define Py_NAMESPACEOBJECT_H
PyAPI_DATA(PyTypeObject) _PyNamespace_Type;
#endif
