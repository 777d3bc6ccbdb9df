/* slice and Ellipsis. Functions are declared in baton/api.h. */
#ifndef Py_SLICEOBJECT_H
#define Py_SLICEOBJECT_H
typedef struct {
    PyObject_HEAD
    PyObject *start, *stop, *step;
} PySliceObject;
PyAPI_DATA(PyTypeObject) PySlice_Type;
PyAPI_DATA(PyTypeObject) PyEllipsis_Type;
PyAPI_DATA(PyObject) _Py_EllipsisObject;
#define Py_Ellipsis (&_Py_EllipsisObject)
#define PySlice_Check(op) Py_IS_TYPE(op, &PySlice_Type)
#define PySlice_GetIndicesEx(slice, length, start, stop, step, count)                                                          \
    (PySlice_Unpack((slice), (start), (stop), (step)) < 0 ? (*(count) = 0, -1)                                                  \
                                                          : (*(count) = PySlice_AdjustIndices((length), (start), (stop), *(step)), 0))
#endif
