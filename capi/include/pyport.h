/* Basic types and the macros that declare functions. */
#ifndef Py_PYPORT_H
#define Py_PYPORT_H

typedef ssize_t Py_ssize_t;
typedef Py_ssize_t Py_hash_t;
typedef size_t Py_uhash_t;
typedef uint32_t Py_UCS4;
typedef uint16_t Py_UCS2;
typedef uint8_t Py_UCS1;
typedef wchar_t Py_UNICODE;

#define PY_SSIZE_T_MAX SSIZE_MAX
#define PY_SSIZE_T_MIN (-PY_SSIZE_T_MAX - 1)
#define PY_LONG_LONG long long
#define SIZEOF_VOID_P 8
#define SIZEOF_LONG 8
#define SIZEOF_SIZE_T 8
#define HAVE_STDARG_PROTOTYPES 1
#define WITH_THREAD 1
#define PY_FORMAT_SIZE_T "z"

#ifdef __cplusplus
#define BATON_EXTERN_C extern "C"
#else
#define BATON_EXTERN_C extern
#endif
#define PyAPI_FUNC(type) BATON_EXTERN_C __attribute__((visibility("default"))) type
#define PyAPI_DATA(type) BATON_EXTERN_C __attribute__((visibility("default"))) type
#ifdef __cplusplus
#define PyMODINIT_FUNC extern "C" __attribute__((visibility("default"))) PyObject *
#else
#define PyMODINIT_FUNC __attribute__((visibility("default"))) PyObject *
#endif

#define Py_UNUSED(name) _unused_##name __attribute__((unused))
#define Py_MIN(x, y) ((x) > (y) ? (y) : (x))
#define Py_MAX(x, y) ((x) > (y) ? (x) : (y))
#define Py_ABS(x) ((x) < 0 ? -(x) : (x))
#define Py_STRINGIFY_(x) #x
#define Py_STRINGIFY(x) Py_STRINGIFY_(x)
#define Py_CHARMASK(c) ((unsigned char)((c) & 0xff))
#define Py_LOCAL(type) static type
#define Py_LOCAL_INLINE(type) static inline type
#define Py_UNREACHABLE() __builtin_unreachable()
#define Py_DEPRECATED(version) __attribute__((deprecated))
#define Py_ARRAY_LENGTH(a) (sizeof(a) / sizeof((a)[0]))
#define Py_GCC_ATTRIBUTE(x) __attribute__(x)
#define PY_LITTLE_ENDIAN 1
#define PY_BIG_ENDIAN 0
#define PY_INT32_T int32_t
#define PY_UINT32_T uint32_t
#define PY_INT64_T int64_t
#define PY_UINT64_T uint64_t
typedef intptr_t Py_intptr_t;
typedef uintptr_t Py_uintptr_t;
#define Py_MEMCPY memcpy
#define Py_USING_UNICODE
#define _Py_PARSE_PID "i"
#define _Py_COMP_DIAG_PUSH _Pragma("GCC diagnostic push")
#define _Py_COMP_DIAG_IGNORE_DEPR_DECLS _Pragma("GCC diagnostic ignored \"-Wdeprecated-declarations\"")
#define _Py_COMP_DIAG_POP _Pragma("GCC diagnostic pop")
#define _Py_CAST(type, expr) ((type)(expr))
#define _Py_NULL NULL
#define Py_ALIGNED(n) __attribute__((aligned(n)))
#define Py_SAFE_DOWNCAST(value, wide, narrow) ((narrow)(value))
#define Py_EXPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_IMPORTED_SYMBOL __attribute__((visibility("default")))
#define Py_LOCAL_SYMBOL __attribute__((visibility("hidden")))
#define _Py_NO_RETURN __attribute__((noreturn))
#define Py_NO_INLINE __attribute__((noinline))
#define Py_ALWAYS_INLINE __attribute__((always_inline))
#define PyDoc_VAR(name) static const char name[]
#define PyDoc_STRVAR(name, text) PyDoc_VAR(name) = PyDoc_STR(text)
#define PyDoc_STR(text) text

#endif
