/* Mathematical constants and tests. */
#ifndef Py_PYMATH_H
#define Py_PYMATH_H
#define Py_MATH_PI 3.14159265358979323846
#define Py_MATH_E 2.7182818284590452354
#define Py_MATH_TAU 6.2831853071795864769252867665590057683943
#define Py_HUGE_VAL HUGE_VAL
#define Py_NAN ((double)NAN)
#define Py_IS_NAN(x) isnan(x)
#define Py_IS_INFINITY(x) isinf(x)
#define Py_IS_FINITE(x) isfinite(x)
#define Py_RETURN_INF(sign) return PyFloat_FromDouble(copysign(INFINITY, (sign)))
#endif
