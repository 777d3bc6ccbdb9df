/* Thread and interpreter states. The first fields of PyThreadState are cp311's; the rest is the runtime's. */
#ifndef Py_PYSTATE_H
#define Py_PYSTATE_H
typedef struct _ts PyThreadState;
typedef struct _is PyInterpreterState;
typedef struct _frame PyFrameObject;
typedef int (*Py_tracefunc)(PyObject *, PyFrameObject *, int, PyObject *);
typedef struct _PyCFrame {
    uint8_t use_tracing;
    void *current_frame;
    struct _PyCFrame *previous;
} _PyCFrame;
typedef struct _err_stackitem {
    PyObject *exc_value;
    struct _err_stackitem *previous_item;
} _PyErr_StackItem;
struct _ts {
    PyThreadState *prev;
    PyThreadState *next;
    PyInterpreterState *interp;
    int _initialized;
    int _static;
    int recursion_remaining;
    int recursion_limit;
    int recursion_headroom;
    int tracing;
    int tracing_what;
    _PyCFrame *cframe;
    Py_tracefunc c_profilefunc;
    Py_tracefunc c_tracefunc;
    PyObject *c_profileobj;
    PyObject *c_traceobj;
    PyObject *curexc_type;
    PyObject *curexc_value;
    PyObject *curexc_traceback;
    _PyErr_StackItem *exc_info;
    PyObject *dict;
    int gilstate_counter;
    PyObject *async_exc;
    unsigned long thread_id;
    unsigned long native_thread_id;
};
#define _PyInterpreterState_Get PyInterpreterState_Get
#define PyTrace_CALL 0
#define PyTrace_EXCEPTION 1
#define PyTrace_LINE 2
#define PyTrace_RETURN 3
#define PyTrace_C_CALL 4
#define PyTrace_C_EXCEPTION 5
#define PyTrace_C_RETURN 6
#define PyTrace_OPCODE 7
typedef enum { PyGILState_LOCKED, PyGILState_UNLOCKED } PyGILState_STATE;
#define PyThreadState_GET() PyThreadState_Get()

/* PEP 684 */
typedef struct {
    int use_main_obmalloc;
    int allow_fork;
    int allow_exec;
    int allow_threads;
    int allow_daemon_threads;
    int check_multi_interp_extensions;
    int gil;
} PyInterpreterConfig;
#define PyInterpreterConfig_DEFAULT_GIL 0
#define PyInterpreterConfig_SHARED_GIL 1
#define PyInterpreterConfig_OWN_GIL 2
#define _PyInterpreterConfig_INIT {0, 0, 0, 1, 0, 1, PyInterpreterConfig_OWN_GIL}
#define _PyInterpreterConfig_LEGACY_INIT {1, 1, 1, 1, 1, 0, PyInterpreterConfig_SHARED_GIL}
#endif
