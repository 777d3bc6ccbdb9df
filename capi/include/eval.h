/* Evaluating code. What there is, Python.h declares; this header is for programs that name it. */
#ifndef Py_EVAL_H
#define Py_EVAL_H
#endif
