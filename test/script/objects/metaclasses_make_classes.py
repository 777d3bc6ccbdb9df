log = []
class Meta(type):
    @classmethod
    def __prepare__(mcs, name, bases, **kw):
        log.append(("prepare", name, kw)); return {"prepared": True}
    def __new__(mcs, name, bases, ns, **kw):
        log.append(("new", name, sorted(kw))); return super().__new__(mcs, name, bases, ns)
    def __init__(cls, name, bases, ns, **kw):
        log.append(("init", name)); super().__init__(name, bases, ns)
    def __call__(cls, *a):
        log.append(("call", a)); return super().__call__(*a)
    def __instancecheck__(cls, o): return o == 42
    def __len__(cls): return 5
class A(metaclass=Meta, opt=1):
    def __init__(self, v): self.v = v
print(log, A.prepared, A(3).v, isinstance(42, A), len(A), type(A).__name__)
class B(A): pass
print(type(B) is Meta, log[-2:])
class Base:
    subs = []
    def __init_subclass__(cls, /, tag=None, **kw):
        super().__init_subclass__(**kw)
        Base.subs.append((cls.__name__, tag))
class C(Base, tag="c"): pass
class D(C): pass
print(Base.subs)
try:
    class E(C, nope=1): pass
except TypeError as e:
    print(e)
class Named:
    def __set_name__(self, owner, name): print("named", owner.__name__, name)
class F:
    first = Named()
    second = Named()
class Bad:
    def __set_name__(self, owner, name): 1 / 0
try:
    class G: x = Bad()
except RuntimeError as e:
    print(e, repr(e.__cause__))
class M1(type): pass
class M2(type): pass
try:
    type("X", (M1("P", (), {}), M2("Q", (), {})), {})
except TypeError as e:
    print(e)
class H:
    def __class_getitem__(cls, k): return (cls.__name__, k)
print(H[3])
T = type("T", (Base,), {"a": 1, "__doc__": "d"})
print(T.a, T.__doc__, T.__name__, T.__qualname__, T.__module__)
T.__name__ = "Renamed"
T.__qualname__ = "q.Renamed"
print(T, T.__name__)
for act in (lambda: type("a", 1, {}), lambda: type(1, (), {}), lambda: type("a", (), 1), lambda: type(1, 2),
            lambda: type("X", (3,), {}), lambda: type("X", (bool,), {}), lambda: type("X", (int, str), {})):
    try:
        act()
    except TypeError as e:
        print(e)
print(type.__call__(int, "12"), type(3), type("X", (), {}).__mro__[1])
class Cell:
    def me(self): return __class__
print(Cell().me() is Cell)
class Ann:
    x: int = 3
    y: "str"
print(Ann.__annotations__, F.__annotations__)
import abc
class Abs(abc.ABC):
    @abc.abstractmethod
    def f(self): ...
    @abc.abstractmethod
    def g(self): ...
try:
    Abs()
except TypeError as e:
    print(e)
class Half(Abs):
    def f(self): return 1
try:
    Half()
except TypeError as e:
    print(e)
class Whole(Half):
    def g(self): return 2
print(Whole().g(), Abs.__abstractmethods__ == {"f", "g"})
@Abs.register
class Virtual: pass
print(isinstance(Virtual(), Abs), issubclass(Virtual, Abs), issubclass(int, Abs))
