# cmath: values by their inverses and identities, special values, and which arguments are errors.
import cmath
import math

inf, nan = math.inf, math.nan


def close(a, b):
    assert cmath.isclose(a, b, rel_tol=1e-12, abs_tol=1e-12), (a, b)


points = [complex(x, y) for x in (-2.5, -1, -0.3, 0.25, 1.5, 3) for y in (-3, -0.7, 0.2, 1.1)]
for z in points:
    close(cmath.sqrt(z) ** 2, z)
    close(cmath.exp(cmath.log(z)), z)
    close(10 ** cmath.log10(z), z)
    close(cmath.log(z, 3j), cmath.log(z) / cmath.log(3j))
    close(cmath.sin(cmath.asin(z)), z)
    close(cmath.cos(cmath.acos(z)), z)
    close(cmath.tan(cmath.atan(z)), z)
    close(cmath.sinh(cmath.asinh(z)), z)
    close(cmath.cosh(cmath.acosh(z)), z)
    close(cmath.tanh(cmath.atanh(z)), z)
    close(cmath.sin(z) ** 2 + cmath.cos(z) ** 2, 1)
    close(cmath.cosh(z) ** 2 - cmath.sinh(z) ** 2, 1)
    close(cmath.rect(*cmath.polar(z)), z)
    assert cmath.phase(z) == math.atan2(z.imag, z.real)


def show(f, *args):
    try:
        print(f.__name__, args, f(*args))
    except Exception as e:
        print(f.__name__, args, type(e).__name__, e)


for z in (0, -0.0, complex(-1, 0.0), complex(-1, -0.0), complex(inf, 0), complex(-inf, 1), complex(0, inf), complex(1, -inf), complex(nan, 1), complex(inf, nan)):
    show(cmath.sqrt, z)
    show(cmath.exp, z)
    show(cmath.log, z)
    show(cmath.phase, z)
    show(cmath.isnan, z)
    show(cmath.isinf, z)
    show(cmath.isfinite, z)
for f in (cmath.cosh, cmath.sinh, cmath.exp):
    show(f, 1000)
    show(f, complex(1, inf))
    show(f, complex(710, 1.5))
for f in (cmath.cos, cmath.sin, cmath.tan):
    show(f, 1000j)
    show(f, inf)
for z in (1, -1):
    show(cmath.atanh, z)
    show(cmath.atan, z * 1j)
show(cmath.polar, complex(1e308, 1.5e308))
show(cmath.polar, complex(-inf, nan))
for r in (0.0, 1.0, -1.0, inf, -inf, nan):
    for phi in (0.0, 1.0, inf, nan):
        show(cmath.rect, r, phi)
show(cmath.log, 2, 1)
show(cmath.log, 2, 0)
show(cmath.sqrt, "x")
show(cmath.sqrt)
show(cmath.isclose, 1, 1 + 1e-10)
show(cmath.isclose, inf, inf)
show(cmath.isclose, inf, 1)


class Like:
    def __complex__(self):
        return 3 + 4j


show(lambda: abs(cmath.sqrt(Like())) == 5 ** 0.5)
print(cmath.pi, cmath.e, cmath.tau, cmath.inf, cmath.nan, cmath.infj, cmath.nanj)
