/* Warnings. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_WARNINGS_H
#define Py_WARNINGS_H
#endif
