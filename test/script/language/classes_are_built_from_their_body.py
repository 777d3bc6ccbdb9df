class Meta(type):
    def __prepare__(name, bases, **kw):
        print("prepare", name, kw)
        return {"from_prepare": 1}

    def __new__(m, name, bases, ns, **kw):
        print("new", [k for k in ns if not k.startswith("__")])
        return super().__new__(m, name, bases, ns)

    def __init__(c, name, bases, ns, **kw):
        pass


class A(metaclass=Meta, option=3):
    "doc of A"
    x: int = 1
    y: "str"

    def f(self):
        "doc of f"
        return __class__


print(A.__doc__, A.f.__doc__, A.f.__qualname__, A.__annotations__, A().f() is A, A.from_prepare, A.__module__)


class Base:
    def __init_subclass__(cls, **kw):
        print("subclass", cls.__name__, kw)

    def hello(self):
        return "base"


class Child(Base, tag=1):
    def hello(self):
        return super().hello() + " child"

    def lazy(self):
        return [super(Child, self).hello() for _ in range(2)]


print(Child().hello(), Child().lazy())


def decorator(label):
    print("made", label)

    def apply(o):
        print("applied", label, o.__name__)
        return o
    return apply


@decorator(1)
@decorator(2)
class Decorated:
    @decorator(3)
    def m(self):
        pass

    @property
    def p(self):
        return 1

    @p.setter
    def p(self, v):
        print("set", v)


d = Decorated()
d.p = 5
print(d.p)


def local_classes():
    class Inner:
        class Deep:
            def g(self):
                return lambda: 0
    return Inner


I = local_classes()
print(I.__qualname__, I.Deep.__qualname__, I.Deep().g().__qualname__)
for i in range(2):
    class Loop:
        n = i
    print(Loop.n)


class Slots:
    __slots__ = ("a", "__b")

    def __init__(self):
        self.a, self.__b = 1, 2


s = Slots()
print(s.a, s._Slots__b)
try:
    s.c = 1
except AttributeError as e:
    print(e)


class Diamond:
    def who(self):
        return "D"


class L(Diamond):
    def who(self):
        return "L" + super().who()


class R(Diamond):
    def who(self):
        return "R" + super().who()


class Bottom(L, R):
    def who(self):
        return "B" + super().who()


print(Bottom().who(), [c.__name__ for c in Bottom.__mro__])
try:
    class Wrong(1):
        pass
except TypeError as e:
    print(e)


class Cell:
    def a(self):
        return __class__

    def b(self):
        return super().__repr__ is not None


print(Cell().a().__name__, Cell().b())
