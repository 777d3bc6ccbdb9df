/* os. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_OSMODULE_H
#define Py_OSMODULE_H
#endif
