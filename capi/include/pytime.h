/* Private time functions that compiled programs call: 64-bit nanoseconds. Declared in baton/api.h. */
#ifndef Py_PYTIME_H
#define Py_PYTIME_H
#include <sys/time.h>
#include <time.h>
typedef int64_t _PyTime_t;
typedef enum { _PyTime_ROUND_FLOOR, _PyTime_ROUND_CEILING, _PyTime_ROUND_HALF_EVEN, _PyTime_ROUND_UP, _PyTime_ROUND_TIMEOUT = 3 } _PyTime_round_t;
#endif
