/* Comparing and printing C strings. */
#ifndef Py_STRCMP_H
#define Py_STRCMP_H
PyAPI_FUNC(int) PyOS_snprintf(char *out, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
PyAPI_FUNC(int) PyOS_vsnprintf(char *out, size_t size, const char *format, va_list va) __attribute__((format(printf, 3, 0)));
#define PyOS_strnicmp PyOS_mystrnicmp
#define PyOS_stricmp PyOS_mystricmp
#endif
