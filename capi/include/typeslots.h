/* Slots of types. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_TYPESLOTS_H
#define Py_TYPESLOTS_H
#endif
