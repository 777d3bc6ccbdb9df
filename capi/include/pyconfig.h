/* What this platform is: x86-64 Linux with the GNU C library. */
#ifndef Py_PYCONFIG_H
#define Py_PYCONFIG_H
#define HAVE_LONG_LONG 1
#define SIZEOF_INT 4
#define SIZEOF_SHORT 2
#define SIZEOF_LONG_LONG 8
#define SIZEOF_DOUBLE 8
#define SIZEOF_FLOAT 4
#define SIZEOF_WCHAR_T 4
#define SIZEOF_TIME_T 8
#define SIZEOF_OFF_T 8
#define SIZEOF_PID_T 4
#define SIZEOF_UINTPTR_T 8
#define ALIGNOF_LONG 8
#define ALIGNOF_SIZE_T 8
#define HAVE_SIGACTION 1
#define HAVE_UNISTD_H 1
#define HAVE_STDINT_H 1
#define HAVE_DYNAMIC_LOADING 1
#define HAVE_FORK 1
#define HAVE_PTHREAD_H 1
#define HAVE_WCHAR_H 1
#define HAVE_SSIZE_T 1
#define HAVE_SNPRINTF 1
#define WITH_DOC_STRINGS 1
#define WITH_PYMALLOC 1
#endif
