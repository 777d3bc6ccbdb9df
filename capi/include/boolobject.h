/* bool. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_BOOLOBJECT_H
#define Py_BOOLOBJECT_H
#endif
