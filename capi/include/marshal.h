/* Marshalled values. Functions are declared in baton/api.h. */
#ifndef Py_MARSHAL_H
#define Py_MARSHAL_H
#define Py_MARSHAL_VERSION 4
#endif
