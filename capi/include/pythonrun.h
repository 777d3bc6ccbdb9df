/* Running source text; and, last of all, the functions of the whole interface. */
#ifndef Py_PYTHONRUN_H
#define Py_PYTHONRUN_H
#define Py_single_input 256
#define Py_file_input 257
#define Py_eval_input 258
typedef void (*PyOS_sighandler_t)(int);
BATON_EXTERN_C __attribute__((visibility("default"))) int (*PyOS_InputHook)(void);
BATON_EXTERN_C __attribute__((visibility("default"))) char *(*PyOS_ReadlineFunctionPointer)(FILE *, FILE *, const char *);
PyAPI_DATA(const unsigned long) Py_Version;
#include "baton/api.h"
#define Py_CompileStringFlags(text, filename, start, flags) Py_CompileStringExFlags((text), (filename), (start), (flags), -1)
#endif
