/* What can be done with any object. Functions are declared in baton/api.h. */
#ifndef Py_ABSTRACT_H
#define Py_ABSTRACT_H
PyAPI_FUNC(PyObject *) PyObject_CallFunction(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethod(PyObject *object, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) PyObject_CallFunctionObjArgs(PyObject *callable, ...);
PyAPI_FUNC(PyObject *) PyObject_CallMethodObjArgs(PyObject *object, PyObject *name, ...);
#define PY_VECTORCALL_ARGUMENTS_OFFSET ((size_t)1 << (8 * sizeof(size_t) - 1))
#define PyVectorcall_NARGS(n) ((Py_ssize_t)((size_t)(n) & ~PY_VECTORCALL_ARGUMENTS_OFFSET))
#define PyObject_DelAttr(o, name) PyObject_SetAttr((o), (name), NULL)
#define PyObject_DelAttrString(o, name) PyObject_SetAttrString((o), (name), NULL)
#define PySequence_Fast_GET_SIZE(o) (PyList_Check(o) ? PyList_GET_SIZE(o) : PyTuple_GET_SIZE(o))
#define PySequence_Fast_GET_ITEM(o, i) (PyList_Check(o) ? PyList_GET_ITEM(o, i) : PyTuple_GET_ITEM(o, i))
#define PySequence_Fast_ITEMS(o) (PyList_Check(o) ? ((PyListObject *)(o))->ob_item : ((PyTupleObject *)(o))->ob_item)
#define PySequence_ITEM(o, i) PySequence_GetItem((o), (i))
#define PyMapping_DelItem(o, key) PyObject_DelItem((o), (key))
#define PyMapping_DelItemString(o, key) PyObject_DelItemString((o), (key))
PyAPI_FUNC(PyObject *) PyEval_CallFunction(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) PyEval_CallMethod(PyObject *object, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallFunction_SizeT(PyObject *callable, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethod_SizeT(PyObject *object, const char *name, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethodId(PyObject *object, _Py_Identifier *name, const char *format, ...);
PyAPI_FUNC(PyObject *) _PyObject_CallMethodIdObjArgs(PyObject *object, _Py_Identifier *name, ...);
#ifdef PY_SSIZE_T_CLEAN
#define _PyObject_CallMethodId _PyObject_CallMethodId_SizeT
PyAPI_FUNC(PyObject *) _PyObject_CallMethodId_SizeT(PyObject *object, _Py_Identifier *name, const char *format, ...);
#endif
#define PyEval_CallObject(callable, args) PyEval_CallObjectWithKeywords((callable), (args), (PyObject *)NULL)
#define _PyObject_CallNoArgs(callable) PyObject_CallNoArgs(callable)
#define _PyObject_CallOneArg(callable, arg) PyObject_CallOneArg((callable), (arg))
#define _PyObject_Vectorcall PyObject_Vectorcall
#define _PyVectorcall_Function PyVectorcall_Function
#define _PyObject_FastCallDict PyObject_VectorcallDict
#define _PyObject_VectorcallMethod PyObject_VectorcallMethod
#define PyObject_CallMethodNoArgs(o, name) PyObject_CallMethodObjArgs((o), (name), NULL)
#define PyObject_CallMethodOneArg(o, name, arg) PyObject_CallMethodObjArgs((o), (name), (arg), NULL)
#endif
