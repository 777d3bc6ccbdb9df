/* File objects. Functions are declared in baton/api.h. */
#ifndef Py_FILEOBJECT_H
#define Py_FILEOBJECT_H
#define PY_STDIOTEXTMODE "b"
typedef PyObject *(*Py_OpenCodeHookFunction)(PyObject *path, void *data);
PyAPI_DATA(PyTypeObject) PyStdPrinter_Type;
PyAPI_DATA(const char *) Py_FileSystemDefaultEncoding;
PyAPI_DATA(const char *) Py_FileSystemDefaultEncodeErrors;
PyAPI_DATA(int) Py_HasFileSystemDefaultEncoding;
#endif
