import sys, gc
# misc stress of the object model
class A:
    pass
objs=[]
for i in range(2000):
    a=A(); a.x=i; a.l=[a]; 
    if i%3==0: objs.append(a)
print(gc.collect()>0, len(objs))
class Meta(type):
    def mro(cls): return [cls, object]
class M(metaclass=Meta): pass
print(M.__mro__)
for i in range(300):
    T = type("T%d"%i, (A,), {"__repr__": lambda s: "T", "v": i})
    t = T(); t.z = t
    repr(t)
del T, t
print(gc.collect() > 0, len(A.__subclasses__()))
class D(dict):
    def __setitem__(self, k, v): super().__setitem__(k, v*2)
d = D(); d["a"] = 2; print(d, d.get("a"))
class L(list):
    def append(self, x): super().append(x); return self
print(L().append(1).append(2))
class S(str):
    def __new__(cls, v): return super().__new__(cls, v.upper())
    def __eq__(self, o): return str.__eq__(self, o.upper())
    __hash__ = str.__hash__
print(S("ab") == "ab", {S("q"): 1}[S("q")])
class I(int):
    def __repr__(self): return "I(%d)" % int(self)
x = I(5); x.tag = [x]; print(x, x + 1, -x, x.tag)
del x
class T(tuple):
    def __new__(cls, *a): return tuple.__new__(cls, a)
t = T(1,2,3); t.name = "n"; print(t, t.name, t[1:], hash(t) == hash((1,2,3)))
class E(Exception):
    def __init__(self, a, b): super().__init__(a); self.b = b
try:
    raise E(1, 2)
except E as e: print(e, e.b, e.args, repr(e))
class F(float): pass
print(F(2.5) + 1, F(3).is_integer())
class P:
    @property
    def x(self): return self._x
    @x.setter
    def x(self, v): self._x = v
    @x.deleter
    def x(self): del self._x
p = P(); p.x = 4; print(p.x); del p.x
try: p.x
except AttributeError as e: print(e)
class Desc:
    def __set_name__(self, o, n): self.n = n
    def __get__(self, o, t=None): return self if o is None else o.__dict__.get(self.n, "none")
    def __set__(self, o, v): o.__dict__[self.n] = v
class U:
    f = Desc()
u = U(); print(u.f); u.f = 3; print(u.f, u.__dict__, U.f.n)
class Ctx:
    def __enter__(self): return 1
    def __exit__(self, *a): print("exit", a[0]); return True
with Ctx() as c: raise ValueError
class It:
    def __init__(self): self.i = 0
    def __iter__(self): return self
    def __next__(self):
        self.i += 1
        if self.i > 3: raise StopIteration("val")
        return self.i
print(list(It()), sum(It()), max(It()))
def g():
    r = yield from It()
    print("r", r)
print(list(g()))
it = It(); [next(it) for _ in range(3)]
try: next(it)
except StopIteration as e: print("stop", e.value)
print(next(iter([]), "d"))
o = object()
try: o.x
except AttributeError as e: print(e, e.name, e.obj is o)
class Slots2:
    __slots__ = {"a": "doc of a"}
print(Slots2.__slots__, Slots2.a)
class G:
    def __class_getitem__(cls, i): return i
print(G[1, 2])
class R:
    def __init__(self, n): self.n = n
    def __lt__(self, o): return self.n < o.n
print([r.n for r in sorted([R(3), R(1), R(2)])])
class B:
    def __init__(self): self.__p = 1
    def get(self): return self.__p
print(B().get(), B().__dict__)
print(isinstance(3, (str, (int,))), issubclass(bool, int), callable(B), callable(3))
class X:
    def __del__(self): 
        global survived
        survived = self
x = X(); del x; print(type(survived).__name__); del survived
import types
ns = types.SimpleNamespace(a=1); print(ns)
print(type.__dict__["__dict__"].__get__(A)["__module__"], A.__dict__["__dict__"])
Y = types.new_class("Y", (A,), {}, lambda ns: ns.update(q=1)); print(Y.q, Y.__bases__)
class Big:
    a=1
for n in ("a","b"): setattr(Big, n, n)
print(Big.a, Big.b); del Big.a
print(hasattr(Big, "a"))
print((1).__class__.__mro__, type(None), type(...), type(NotImplemented))
def f(self): return "bound " + self.n
r = R("x"); r.f = types.MethodType(f, r); print(r.f())
print(object.__reduce_ex__(R(1), 2)[1])
class W:
    __hash__ = None
try: {W()}
except TypeError as e: print(e)
class Q:
    def __eq__(self, o): return NotImplemented
print(Q() == Q(), Q() != 1)
class Len:
    def __len__(self): return 0
print(bool(Len()), not Len())
try: len(5)
except TypeError as e: print(e)
class Fmt:
    def __format__(self, s): return "fmt:" + s
print(f"{Fmt():abc}", format(Fmt()))
try: format(object(), "x")
except TypeError as e: print(e)
print(sys.getsizeof(object()) > 0)
class Base0:
    def __init_subclass__(cls, **k): cls.kw = k
class Sub0(Base0, z=1): pass
print(Sub0.kw)
