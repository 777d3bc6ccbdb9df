/* Tracing memory. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_TRACEMALLOC_H
#define Py_TRACEMALLOC_H
#endif
