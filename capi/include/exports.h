/* Visibility. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_EXPORTS_H
#define Py_EXPORTS_H
#endif
