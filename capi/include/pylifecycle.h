/* Initialisation and finalization. */
#ifndef Py_PYLIFECYCLE_H
#define Py_PYLIFECYCLE_H
typedef struct {
    enum { _PyStatus_TYPE_OK = 0, _PyStatus_TYPE_ERROR = 1, _PyStatus_TYPE_EXIT = 2 } _type;
    const char *func;
    const char *err_msg;
    int exitcode;
} PyStatus;
#endif
