/* Generic aliases. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_GENERICALIASOBJECT_H
#define Py_GENERICALIASOBJECT_H
#endif
