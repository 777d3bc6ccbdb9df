/* Codecs. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_CODECS_H
#define Py_CODECS_H
#endif
