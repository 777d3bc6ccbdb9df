/* Kept for programs that include it: its contents are in methodobject.h. */
#ifndef Py_STRUCTMEMBER_H
#define Py_STRUCTMEMBER_H
#include "Python.h"
#endif
