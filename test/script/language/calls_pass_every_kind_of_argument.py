def f(a, b=2, /, c=3, *args, d, e=5, **kw):
    return a, b, c, args, d, e, kw


print(f(1, d=4))
print(f(1, 9, 8, 7, 6, d=4, z=0))
print(f(*[1, 2], *(3, 4), d=1, **{"x": 1}, **{"y": 2}))
print(f(1, *"bc", c2=1, d=0, **dict(e=9)))
print((lambda *a, k=1, **kw: (a, k, kw))(1, *[2], k=3, m=4))


class K:
    def m(self, *a, **k):
        return a, k

    @classmethod
    def c(cls, x):
        return cls.__name__, x

    @staticmethod
    def s(x):
        return x

    def __call__(self, *a):
        return "called", a


k = K()
print(k.m(1, x=2), k.m(*[1], **{"y": 1}), K.m(k, 3), K.c(1), k.c(2), K.s(3), k.s(4), k(1, 2))
bound = k.m
print(bound(5), bound.__self__ is k)
order = []


def o(x):
    order.append(x)
    return x


print(f(o(1), *[o(2)], d=o(3), **{"k": o(4)}), order)
for bad in ("f()", "f(1)", "f(1, d=1, a=2)", "f(1, 2, 3, d=4, c=5)", "f(d=1)", "f(1, d=2, **{'d': 3})", "f(*1, d=1)",
            "f(1, d=1, **1)", "f(1, d=1, **{1: 2})", "(lambda x: x)()", "(lambda x: x)(1, 2)", "(lambda x, y: x)(1)",
            "(lambda: 0)(1)", "(lambda *, a, b: 0)()", "k.s()", "K.c()", "5()", "k.nothing()", "print(1, bogus=2)"):
    try:
        eval(bad)
    except (TypeError, AttributeError) as e:
        print(type(e).__name__, e)


def defaults(a=[], *, b={}):
    a.append(1)
    b[len(a)] = 1
    return a, b


print(defaults(), defaults(), defaults.__defaults__, defaults.__kwdefaults__)


def many(a0, a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19):
    return a0 + a19


print(many(*range(20)), many(**{"a%d" % i: i for i in range(20)}))
print(max(1, 2, 3), max([4, 5], key=lambda v: -v), "a-b".split("-"), sorted("cab", reverse=True))


class Late:
    pass


late = Late()
try:
    late.missing(o("evaluated"))
except AttributeError as e:
    print(e, order)
print(" ".join(map(str, [1, 2])), "{}{x}".format(1, x=2), dict(a=1, **{"b": 2}))
