/* Interrupts. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_INTRCHECK_H
#define Py_INTRCHECK_H
#endif
