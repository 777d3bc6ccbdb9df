/* sys, and messages for its streams. What takes no variable arguments is declared in baton/api.h. */
#ifndef Py_SYSMODULE_H
#define Py_SYSMODULE_H
PyAPI_FUNC(void) PySys_WriteStdout(const char *format, ...) __attribute__((format(printf, 1, 2)));
PyAPI_FUNC(void) PySys_WriteStderr(const char *format, ...) __attribute__((format(printf, 1, 2)));
PyAPI_FUNC(void) PySys_FormatStdout(const char *format, ...);
PyAPI_FUNC(void) PySys_FormatStderr(const char *format, ...);
typedef int (*Py_AuditHookFunction)(const char *event, PyObject *args, void *data);
PyAPI_FUNC(int) PySys_Audit(const char *event, const char *format, ...);
#endif
