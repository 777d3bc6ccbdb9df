/* The digits of an int: their layout is in longobject.h. */
#ifndef Py_LONGINTREPR_H
#define Py_LONGINTREPR_H
typedef uint64_t twodigits;
typedef int64_t stwodigits;
#define PyLong_DECIMAL_SHIFT 9
#define PyLong_DECIMAL_BASE ((digit)1000000000)
#endif
