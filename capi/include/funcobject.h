/* Functions written in Python: accessors only, their insides are the runtime's. Declared in baton/api.h. */
#ifndef Py_FUNCOBJECT_H
#define Py_FUNCOBJECT_H
PyAPI_DATA(PyTypeObject) PyClassMethod_Type;
PyAPI_DATA(PyTypeObject) PyStaticMethod_Type;
#define PyFunction_GET_CODE(f) PyFunction_GetCode((PyObject *)(f))
#define PyFunction_GET_GLOBALS(f) PyFunction_GetGlobals((PyObject *)(f))
#define PyFunction_GET_MODULE(f) PyFunction_GetModule((PyObject *)(f))
#define PyFunction_GET_DEFAULTS(f) PyFunction_GetDefaults((PyObject *)(f))
#define PyFunction_GET_KW_DEFAULTS(f) PyFunction_GetKwDefaults((PyObject *)(f))
#define PyFunction_GET_CLOSURE(f) PyFunction_GetClosure((PyObject *)(f))
#define PyFunction_GET_ANNOTATIONS(f) PyFunction_GetAnnotations((PyObject *)(f))
#endif
