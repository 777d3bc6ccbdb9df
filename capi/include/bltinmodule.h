/* builtins. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_BLTINMODULE_H
#define Py_BLTINMODULE_H
#endif
