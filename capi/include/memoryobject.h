/* memoryview. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_MEMORYOBJECT_H
#define Py_MEMORYOBJECT_H
#endif
