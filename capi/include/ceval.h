/* The lock and what runs under it. */
#ifndef Py_CEVAL_H
#define Py_CEVAL_H
PyAPI_FUNC(PyThreadState *) PyEval_SaveThread(void);
PyAPI_FUNC(void) PyEval_RestoreThread(PyThreadState *state);
#define Py_BEGIN_ALLOW_THREADS          \
    {                                   \
        PyThreadState *_save;           \
        _save = PyEval_SaveThread();
#define Py_BLOCK_THREADS PyEval_RestoreThread(_save);
#define Py_UNBLOCK_THREADS _save = PyEval_SaveThread();
#define Py_END_ALLOW_THREADS            \
        PyEval_RestoreThread(_save);    \
    }
typedef struct {
    int cf_flags;
    int cf_feature_version;
} PyCompilerFlags;
#define _PyCompilerFlags_INIT {0, PY_MINOR_VERSION}
#endif
