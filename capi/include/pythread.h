/* Threads, locks and thread-specific storage. */
#ifndef Py_PYTHREAD_H
#define Py_PYTHREAD_H
typedef void *PyThread_type_lock;
typedef enum PyLockStatus { PY_LOCK_FAILURE = 0, PY_LOCK_ACQUIRED = 1, PY_LOCK_INTR } PyLockStatus;
#define WAIT_LOCK 1
#define NOWAIT_LOCK 0
#define PY_TIMEOUT_T long long
#define PY_TIMEOUT_MAX LLONG_MAX
#define PYTHREAD_INVALID_THREAD_ID ((unsigned long)-1)
typedef struct _Py_tss_t {
    int _is_initialized;
    unsigned int _key;
} Py_tss_t;
#define Py_tss_NEEDS_INIT {0}
#endif
