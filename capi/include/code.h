/* Code. What stands here by name is to be read only, and stands where cp311 has it; the rest is the runtime's. Functions are declared
 * in baton/api.h. */
#ifndef Py_CODE_H
#define Py_CODE_H
typedef struct PyCodeObject {
    PyObject_VAR_HEAD
    PyObject *co_consts;
    PyObject *co_names;
    void *_insides;
    int co_flags;
    int _registers;
    int co_argcount;
    int co_posonlyargcount;
    int co_kwonlyargcount;
    int co_stacksize;
    int co_firstlineno;
    int _exact_arguments;
    int co_nlocals;
    int _first_temporary;
    int co_ncellvars;
    int co_nfreevars;
    void *_constants;
    PyObject *_variables;
    PyObject *co_filename;
    PyObject *co_name;
    PyObject *co_qualname;
    const void *_depths;
    PyObject *co_weakreflist;
} PyCodeObject;
PyAPI_DATA(PyTypeObject) PyCode_Type;
#define PyCode_Check(op) Py_IS_TYPE(op, &PyCode_Type)
#define CO_OPTIMIZED 0x0001
#define CO_NEWLOCALS 0x0002
#define CO_VARARGS 0x0004
#define CO_VARKEYWORDS 0x0008
#define CO_NESTED 0x0010
#define CO_GENERATOR 0x0020
#define CO_COROUTINE 0x0080
#define CO_ITERABLE_COROUTINE 0x0100
#define CO_ASYNC_GENERATOR 0x0200
#define CO_FUTURE_DIVISION 0x20000
#define CO_FUTURE_ABSOLUTE_IMPORT 0x40000
#define CO_FUTURE_WITH_STATEMENT 0x80000
#define CO_FUTURE_PRINT_FUNCTION 0x100000
#define CO_FUTURE_UNICODE_LITERALS 0x200000
#define CO_FUTURE_BARRY_AS_BDFL 0x400000
#define CO_FUTURE_GENERATOR_STOP 0x800000
#define CO_FUTURE_ANNOTATIONS 0x1000000
#endif
