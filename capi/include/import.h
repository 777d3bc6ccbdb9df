/* Importing. Functions are declared in baton/api.h. */
#ifndef Py_IMPORT_H
#define Py_IMPORT_H
struct _inittab {
    const char *name;
    PyObject *(*initfunc)(void);
};
#define PyImport_ImportModuleEx(name, globals, locals, fromlist) PyImport_ImportModuleLevel((name), (globals), (locals), (fromlist), 0)
#endif
