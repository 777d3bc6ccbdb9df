class A:
    __slots__ = ("x", "__private")
    def __init__(self): self.__private = 3
    def get(self): return self.__private
a = A()
print(a.get(), A.__slots__, sorted(n for n in A.__dict__ if not n.startswith("__")))
try:
    a.x
except AttributeError as e:
    print(e)
a.x = 1
print(a.x, A.x, type(A.x).__name__)
for act in (lambda: a.y, lambda: setattr(a, "y", 1), lambda: a.__dict__, lambda: delattr(a, "x") or delattr(a, "x")):
    try:
        act()
    except AttributeError as e:
        print(e)
class B(A):
    __slots__ = ["z", "__dict__"]
b = B()
b.z, b.other = 1, 2
print(b.z, b.other, b.__dict__)
class C(B): pass
c = C()
c.free = 1
print(c.__dict__)
cases = [
    lambda: type("X", (), {"__slots__": [1]}),
    lambda: type("X", (), {"__slots__": ["a b"]}),
    lambda: type("X", (), {"__slots__": ["a"], "a": 1}),
    lambda: type("X", (B,), {"__slots__": ["__dict__"]}),
    lambda: type("X", (int,), {"__slots__": ["a"]}),
    lambda: type("X", (A, type("Y", (), {"__slots__": ["q"]})), {}),
    lambda: A.x.__get__(3),
]
for case in cases:
    try:
        case()
        print("fine")
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)
class E(A): __slots__ = ()
print(hasattr(E(), "__dict__"))
import weakref
try:
    weakref.ref(E())
except TypeError as e:
    print(e)
class W: __slots__ = ("__weakref__",)
w = W()
print(weakref.ref(w)() is w)
