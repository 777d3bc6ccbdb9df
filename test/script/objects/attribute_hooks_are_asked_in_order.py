class A:
    cls = "class"
    def __init__(self): self.own = "own"
    def __getattr__(self, name): return "getattr " + name
a = A()
print(a.own, a.cls, a.nope)
class B(A):
    def __getattribute__(self, name):
        if name == "secret": raise AttributeError("hidden")
        return "attribute " + str(object.__getattribute__(self, "own"))
b = B()
print(b.anything, b.secret)
class C:
    def __setattr__(self, n, v): object.__setattr__(self, n, ("set", v))
    def __delattr__(self, n): print("del", n); object.__delattr__(self, n)
c = C()
c.x = 1
print(c.x, c.__dict__)
del c.x
try:
    del c.x
except AttributeError as e:
    print(e)
class D:
    def __get__(self, i, o): return ("get", i is not None, o.__name__)
    def __set__(self, i, v): print("set", v)
    def __delete__(self, i): print("delete")
class N:
    def __get__(self, i, o): return "nondata"
class E:
    d = D()
    n = N()
e = E()
e.d = 5
del e.d
e.__dict__["d"] = "hidden"
e.__dict__["n"] = "shown"
print(e.d, e.n, E.d, E.n)
class P:
    def __init__(self): self._x = 1
    @property
    def x(self): "doc of x"; return self._x
    @x.setter
    def x(self, v): self._x = v
    @property
    def ro(self): return 1
    @property
    def broken(self): raise AttributeError("inner")
    def __getattr__(self, n): return "fallback " + n
p = P()
p.x = 9
print(p.x, P.x.__doc__, p.broken)
for act in (lambda: setattr(p, "ro", 1), lambda: delattr(p, "x")):
    try:
        act()
    except AttributeError as err:
        print(err)
print(P.x.fget.__name__, P.ro.fset, isinstance(P.x, property))
class Meta(type):
    def __getattr__(cls, n): return "meta " + n
    @property
    def shown(cls): return "shown of " + cls.__name__
class M(metaclass=Meta): pass
print(M.foo, M.shown)
try:
    M().shown
except AttributeError as err:
    print(err)
print(getattr(3, "nope", "default"), hasattr(3, "real"), hasattr(3, "nope"))
try:
    object().x = 1
except AttributeError as err:
    print(err)
try:
    (3).real = 1
except AttributeError as err:
    print(err)
try:
    int.x = 1
except TypeError as err:
    print(err)
print(a.__class__, a.__dict__, vars(a))
a.__dict__ = {"own": 2}
print(a.own)
try:
    a.__dict__ = 3
except TypeError as err:
    print(err)
