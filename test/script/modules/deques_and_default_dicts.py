import collections, copy, pickle, weakref
from collections import deque, defaultdict


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


d = deque("abc")
d.append("d")
d.appendleft("z")
print(d, len(d), d[0], d[-1], d.pop(), d.popleft(), list(d), list(reversed(d)), "b" in d, d.count("b"))
d.extend("xy")
d.extendleft("12")
print(d)
d.rotate(2)
print(d)
d.rotate(-3)
print(d)
d.rotate(10**6 + 1)
print(d)
d.insert(2, "I")
d.insert(-1, "J")
d.insert(100, "K")
d.insert(-100, "L")
print(d)
d.remove("I")
d.reverse()
del d[0]
d[1] = "M"
print(d, d.index("M"), d.index("M", 1), d.copy(), copy.copy(d))
for f in (lambda: deque().pop(), lambda: deque().popleft(), lambda: d.remove("none"), lambda: d.index("none"), lambda: d[99], lambda: d["x"], lambda: deque(5),
          lambda: deque([], -1), lambda: deque([], "x"), lambda: deque([1]) + [2], lambda: hash(deque()), lambda: deque(1, 2, 3), lambda: deque([1, 2], 2).insert(0, 5)):
    show(f)
m = deque(range(10), maxlen=3)
print(m, m.maxlen, deque().maxlen)
m.append(10)
m.appendleft(0)
print(m, m + m, m * 2, deque([1, 2]) * 3, deque([1]) + deque([2]), deque(maxlen=0).extend([1, 2]))
m += [7, 8]
m *= 2
print(m, deque([1, 2]) < deque([1, 3]), deque([1]) == deque([1]), deque([1]) == [1], deque([1]) != deque([1, 2]), deque([2]) > deque([1, 5]))
e = deque([1])
e.append(e)
print(e)
e.clear()
e.extend(e)
e.extend([1, 2])
e.extend(e)
print(e, e.__reduce__()[:3], m.__reduce__()[:2])
print(pickle.loads(pickle.dumps(m)), pickle.loads(pickle.dumps(m)).maxlen, copy.deepcopy(deque([[1]])))
it = iter(e)
next(it)
e.append(3)
show(lambda: next(it))


class Sub(deque):
    pass


s = Sub([1, 2], 5)
s.x = 1
print(s, s.copy(), type(s.copy()), pickle.loads(pickle.dumps(s)).__dict__ if __name__ != "__main__" else s.__dict__, weakref.ref(s)() is s)
big = deque()
for i in range(1000):
    big.append(i)
    if i % 3 == 0:
        big.popleft()
print(len(big), big[0], big[-1], sum(big), big[len(big) // 2])


class Evil:
    def __eq__(self, o):
        v.clear()
        return False


v = deque([Evil(), 1, 2])
show(lambda: v.index(5))
v = deque([Evil(), 1, 2])
show(lambda: v.remove(5))
v = deque([Evil(), 1, 2])
show(lambda: v.count(5))

dd = defaultdict(list)
dd["a"].append(1)
print(dd, dd.default_factory, dd["b"], dd.get("c"), "c" in dd, dict(dd))
show(lambda: defaultdict(5))
show(lambda: defaultdict(None)["k"])
show(lambda: defaultdict()[(1, 2)])
print(defaultdict(int, {"a": 1}, b=2), defaultdict(int) | {"a": 1}, {"a": 1} | defaultdict(int), type({"a": 1} | defaultdict(int)), defaultdict(None))
dd.default_factory = int
dd["n"] += 5
print(dd.copy(), type(copy.copy(dd)), copy.deepcopy(dd) == dd, pickle.loads(pickle.dumps(dd)), dd.__reduce__()[:4])


class SubDict(defaultdict):
    pass


print(SubDict(int, a=1), SubDict(int).copy().__class__)
dd.default_factory = None
show(lambda: dd["nope"])
r = defaultdict(None)
r["self"] = r
print(r)
c = collections.Counter("abracadabra")
print(c, c.most_common(2))
P = collections.namedtuple("P", "x y")
p = P(1, 2)
print(p, p.x, P.x.__doc__, p._replace(x=5), pickle.loads(pickle.dumps(P.x)) if False else P.x.__reduce__())
show(lambda: setattr(p, "x", 5))
show(lambda: P.x.__get__([], list))
