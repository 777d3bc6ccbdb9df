/* bytearray. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_BYTEARRAYOBJECT_H
#define Py_BYTEARRAYOBJECT_H
#endif
