def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


class A:
    def __add__(self, o):
        print("A.add")
        return NotImplemented

    def __radd__(self, o):
        print("A.radd")
        return "radd"

    def __eq__(self, o):
        print("A.eq")
        return NotImplemented

    def __lt__(self, o):
        print("A.lt")
        return NotImplemented

    def __iadd__(self, o):
        print("A.iadd")
        return NotImplemented


class B(A):
    def __radd__(self, o):
        print("B.radd")
        return NotImplemented

    def __gt__(self, o):
        print("B.gt")
        return True

    def __pow__(self, o, m=None):
        return ("pow", o, m)

    def __rpow__(self, o, m=None):
        return ("rpow", o, m)


class I:
    def __index__(self):
        return 3


a, b = A(), B()
show(lambda: a + b)
show(lambda: b + a)
show(lambda: a + 1)
show(lambda: 1 + a)
show(lambda: a == b)
show(lambda: a < b)
show(lambda: a < 1)
show(lambda: 1 > a)
show(lambda: b ** 2)
show(lambda: 2 ** b)
show(lambda: pow(b, 2, 3))
show(lambda: pow(2, 3, b))
x = a
try:
    x += 1
except TypeError as e:
    print(e)
for op in ("+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "@"):
    show(lambda: eval(f"1 {op} None"))
    try:
        exec(f"x = 1.5\nx {op}= []")
    except TypeError as e:
        print(e)
for f in (lambda: -"a", lambda: +[], lambda: ~1.5, lambda: abs("x"), lambda: divmod(1, "x"), lambda: "ab" * "c", lambda: [1] * 2.0,
          lambda: [1] * I(), lambda: I() * [1], lambda: "a" * True, lambda: [] + (), lambda: () + [], lambda: "a" + 1, lambda: b"a" + "b",
          lambda: print >> 1, lambda: 1 < "a", lambda: [] < (), lambda: None >= 1, lambda: {} < {}, lambda: len(5), lambda: 5[0],
          lambda: 5(), lambda: hash([]), lambda: 1 in 5, lambda: iter(5), lambda: next(5), lambda: isinstance(1, 5), lambda: issubclass(5, int),
          lambda: int("x"), lambda: int([]), lambda: float([]), lambda: [][I()], lambda: "abcd"[I()], lambda: range(10)[I()]):
    show(f)


class Hint:
    def __init__(self, v):
        self.v = v

    def __length_hint__(self):
        if isinstance(self.v, Exception):
            raise self.v
        return self.v


import operator

for v in (3, NotImplemented, -1, "x", TypeError("t"), ValueError("v")):
    show(lambda: operator.length_hint(Hint(v), 7))


class Bool:
    def __bool__(self):
        return 5


class Len:
    def __len__(self):
        return -1


class Str:
    def __str__(self):
        return 5

    def __repr__(self):
        return None

    def __format__(self, s):
        return 5

    def __hash__(self):
        return "x"

    def __bytes__(self):
        return 5

    def __int__(self):
        return "x"

    def __float__(self):
        return "x"

    def __index__(self):
        return "x"


for f in (lambda: bool(Bool()), lambda: bool(Len()), lambda: len(Len()), lambda: str(Str()), lambda: repr(Str()), lambda: format(Str()),
          lambda: hash(Str()), lambda: bytes(Str()), lambda: int(Str()), lambda: float(Str()), lambda: operator.index(Str()), lambda: ascii(Str())):
    show(f)


class Meta(type):
    def __instancecheck__(cls, o):
        return o == 7

    def __subclasscheck__(cls, c):
        return c is int


class M(metaclass=Meta):
    pass


print(isinstance(7, M), isinstance(8, M), issubclass(int, M), issubclass(str, M), isinstance(7, (str, (M,))))


class Fake:
    @property
    def __class__(self):
        return int


class Bases:
    __bases__ = (int,)


print(isinstance(Fake(), int), type(Fake()) is int)
show(lambda: issubclass(Bases(), int))
show(lambda: isinstance(1, Bases()))
