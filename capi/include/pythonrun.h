/* Running source text; and, last of all, the functions of the whole interface. */
#ifndef Py_PYTHONRUN_H
#define Py_PYTHONRUN_H
#define Py_single_input 256
#define Py_file_input 257
#define Py_eval_input 258
#include "baton/api.h"
#endif
