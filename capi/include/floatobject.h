/* float and complex. */
#ifndef Py_FLOATOBJECT_H
#define Py_FLOATOBJECT_H
typedef struct {
    PyObject_HEAD
    double ob_fval;
} PyFloatObject;
typedef struct {
    double real, imag;
} Py_complex;
typedef struct {
    PyObject_HEAD
    Py_complex cval;
} PyComplexObject;
PyAPI_DATA(PyTypeObject) PyFloat_Type;
PyAPI_DATA(PyTypeObject) PyComplex_Type;
#define PyFloat_Check(op) PyObject_TypeCheck(op, &PyFloat_Type)
#define PyFloat_CheckExact(op) Py_IS_TYPE(op, &PyFloat_Type)
#define PyFloat_AS_DOUBLE(op) (((PyFloatObject *)(op))->ob_fval)
#define PyComplex_Check(op) PyObject_TypeCheck(op, &PyComplex_Type)
#define Py_RETURN_NAN return PyFloat_FromDouble(NAN)
#endif
