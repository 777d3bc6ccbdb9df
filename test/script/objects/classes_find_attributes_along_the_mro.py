class O: pass
class A(O):
    def f(self): return "A.f"
    def g(self): return "A.g"
class B(O):
    def g(self): return "B.g"
    def h(self): return "B.h"
class C(A, B):
    def g(self): return "C.g " + super().g()
c = C()
print(c.f(), c.g(), c.h())
print([k.__name__ for k in C.__mro__], C.mro() == list(C.__mro__))
try:
    class X(O, A): pass
except TypeError as e:
    print(e)
try:
    class Y(A, A): pass
except TypeError as e:
    print(e)
A.f = lambda self: "new"
print(c.f())
del A.f
try:
    c.f()
except AttributeError as e:
    print(e)
print(C.__bases__, C.__base__, A.__subclasses__())
class D(O):
    def f(self): return "D.f"
C.__bases__ = (D, B)
print(c.f(), [k.__name__ for k in C.__mro__], A.__subclasses__(), D.__subclasses__())
for bad in ((), (C,), (int,), 3):
    try:
        C.__bases__ = bad
    except TypeError as e:
        print(e)
