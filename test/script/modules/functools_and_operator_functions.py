import copy, functools, operator, pickle


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


def f(*a, **k):
    return a, k


p = functools.partial(f, 1, x=2)
print(p(), p(3, y=4), p(x=5), p.func is f, p.args, p.keywords, functools.partial(p, 7, z=8)(9))
print(functools.partial(print, 1, a="b"), functools.partial(int, base=2)("101"), functools.partial(max)(3, 4), functools.partial[int])
for g in (lambda: functools.partial(), lambda: functools.partial(5), lambda: p.__setstate__(5), lambda: setattr(p, "func", 5)):
    show(g)
q = functools.partial(operator.add, 1)
q.note = "n"
for r in (pickle.loads(pickle.dumps(q)), copy.copy(q), copy.deepcopy(q)):
    print(r, r(2), r.note)
rec = functools.partial(repr)
rec.__setstate__((rec, (), {}, {}))
print(repr(rec))
print(functools.reduce(operator.add, [1, 2, 3]), functools.reduce(operator.add, [], "i"), functools.reduce(operator.add, "ab", "i"))
for g in (lambda: functools.reduce(operator.add, []), lambda: functools.reduce(operator.add, 5), lambda: functools.reduce(operator.add)):
    show(g)
print(sorted([3, 1, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
k = functools.cmp_to_key(lambda a, b: a - b)
print(k(1) < k(2), k(1) == k(1), k(1).obj)
show(lambda: k(1) < 5)
show(lambda: hash(k(1)))
show(lambda: k())
calls = []


@functools.lru_cache(maxsize=2)
def sq(x, y=0):
    calls.append((x, y))
    return x * x + y


print([sq(1), sq(2), sq(1), sq(3), sq(2), sq(1, y=0), sq(1.0)], calls, sq.cache_info(), sq.cache_parameters())
sq.cache_clear()
print(sq.cache_info(), sq.__name__, sq.__wrapped__(4))


@functools.lru_cache(maxsize=None, typed=True)
def ty(x):
    return type(x).__name__


print(ty(1), ty(1.0), ty(True), ty(1), ty.cache_info())


@functools.lru_cache(maxsize=0)
def no(x):
    return x


print(no(1), no(1), no.cache_info())
show(lambda: ty([]))


@functools.cache
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(80), fib.cache_info())


class C:
    @functools.lru_cache
    def m(self, x):
        return x + 1

    @functools.cached_property
    def prop(self):
        print("computed")
        return 5

    @functools.singledispatchmethod
    def sd(self, x):
        return "object"

    @sd.register
    def _(self, x: int):
        return "int"


c = C()
print(c.m(1), c.m(1), C.m.cache_info(), c.prop, c.prop, c.sd(1), c.sd("x"))
print(copy.copy(fib) is fib, pickle.loads(pickle.dumps(fib)) is fib if False else fib.__reduce__())
show(lambda: functools._lru_cache_wrapper(5, 1, False, tuple))


@functools.total_ordering
class T:
    def __init__(self, v):
        self.v = v

    def __eq__(self, o):
        return self.v == o.v

    def __lt__(self, o):
        return self.v < o.v


print(T(1) <= T(2), T(1) >= T(2), T(2) > T(1))


class O:
    pass


o = O()
o.a = O()
o.a.b = 5
print(operator.attrgetter("a.b")(o), operator.attrgetter("a.b", "a.b")(o), operator.itemgetter(1)("abc"), operator.itemgetter(0, -1)([1, 2, 3]), operator.itemgetter(slice(1, 3))("abcd"))
print(operator.methodcaller("split", ",", maxsplit=1)("a,b,c"), operator.itemgetter(1, "x"), operator.attrgetter("a", "b.c"), operator.methodcaller("f", 1, k=2))
for g in (operator.itemgetter(1, 2), operator.attrgetter("a.b"), operator.methodcaller("f", 1), operator.methodcaller("f", 1, k=2)):
    print(pickle.loads(pickle.dumps(g)), copy.copy(g))
for g in (lambda: operator.attrgetter(1), lambda: operator.attrgetter("a")(5), lambda: operator.itemgetter(5)([]), lambda: operator.methodcaller(1), lambda: operator.methodcaller("x")(5),
          lambda: operator.itemgetter(1)(), lambda: operator.concat(1, 2), lambda: operator.concat([1], [2]), lambda: operator.countOf([1, 2, 1], 1), lambda: operator.indexOf([1, 2], 2),
          lambda: operator.indexOf([1], 2), lambda: operator.countOf(1, 2), lambda: operator.index(5), lambda: operator.index(5.0), lambda: operator.truth([]), lambda: operator.not_([]),
          lambda: operator.is_(None, None), lambda: operator.is_not(1, 1), lambda: operator.iadd([1], (2,)), lambda: operator.ipow(2, 3), lambda: operator.pow(2, -1), lambda: operator.matmul(1, 2),
          lambda: operator.call(f, 1, a=2), lambda: operator.length_hint(iter([1, 2])), lambda: operator.contains("abc", "b"), lambda: operator.getitem([1, 2], 1), lambda: operator.inv(5),
          lambda: operator.abs(-3), lambda: operator.xor(5, 3), lambda: operator.lt(1, 2), lambda: operator.setitem([], 0, 1), lambda: operator.delitem([1], 0)):
    show(g)
import _operator

for args in (("a", "a"), ("a", "b"), (b"a", bytearray(b"a")), ("é", "a"), (1, 2), (b"a", "a"), (b"ab", b"a")):
    show(lambda: _operator._compare_digest(*args))
