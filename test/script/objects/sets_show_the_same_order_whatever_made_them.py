# Int keys hash to themselves, so the order of a set of them is a fact: it tells which way an operation went and when it grew.
class Numbers:
    def __init__(self, seed):
        self.x = seed

    def randrange(self, low, high=None):
        if high is None:
            low, high = 0, low
        self.x = (self.x * 6364136223846793005 + 1442695040888963407) % 2**64
        return low + (self.x >> 33) * (high - low) // 2**31

    def choice(self, items):
        return items[self.randrange(len(items))]


rng = Numbers(7)


def ints(n, top):
    return [rng.randrange(-top, top) for _ in range(n)]


def show(s):
    items = list(s)
    h = 0
    for x in items:
        h = (h * 1000003 + x) % (2**61 - 1)
    print(type(s).__name__, len(items), h, items[:8], s.__sizeof__() > 0)


for n, m, top in ((5, 4, 20), (40, 9, 60), (300, 60, 500), (301, 75, 500), (300, 3000, 4000), (2000, 2000, 3000), (60000, 100, 10**6)):
    a, b = set(ints(n, top)), set(ints(m, top))
    for x, y in ((a, b), (b, a)):
        d, t = dict.fromkeys(y), list(y)
        show(x | y)
        show(x & y)
        show(x - y)
        show(x ^ y)
        show(x.difference(d))
        show(x.difference(t))
        show(x.symmetric_difference(d))
        show(x.symmetric_difference(t))
        show(x.intersection(t))
        show(x.union(d))
        show(set(d))
        show(frozenset(t) - y)
        for name in ('difference_update', 'symmetric_difference_update', 'intersection_update', 'update'):
            for other in (y, d, t):
                c = x.copy()
                getattr(c, name)(other)
                show(c)
        print(x.isdisjoint(y), x.isdisjoint(t), x.isdisjoint(()), x <= y, x >= y, x.issubset(x | y), (x | y) > x, x.isdisjoint(x))

s = set(range(1000))
for i in range(0, 1000, 3):
    s.discard(i)
show(s)
s.difference_update(range(0, 700))
show(s)
s |= {5, 6, 7}
show(s)
while s:
    s.pop()
show(s)
s.update(range(20))
show(s)

# Ints that are equal to keys of other types, and ints at the borders of a machine word.
edge = [0, -0.0, False, 1, True, 1.0, -1, -2, 2**61 - 1, 2**61 - 2, -(2**61) + 1, 2**61, 2**62 - 1, 2**62, -(2**62), 2**63, 2**64, 1e300]
for k in edge:
    s, d = {k}, {k: 'v'}
    for other in edge:
        assert (other in s) == (other == k), (k, other)
        assert (other in d) == (other == k), (k, other)
        assert d.get(other) == ('v' if other == k else None)
        c = set(s)
        c.add(other)
        assert len(c) == 1 + (other != k)
        e = dict(d)
        e[other] = 'w'
        assert list(e)[0] is k and len(e) == len(c)
        assert e[other] == 'w'
        c.discard(other)
        assert len(c) == (other != k)
print(len(set(edge)), len(frozenset(edge)))

# A key that comes after others were deleted takes the last deleted place on its way.
s = set(range(10))
s.discard(5)
s.discard(6)
s.add(37)
print(list(s))
s.add(69)
print(list(s))
for i in range(3000):
    s.add(i * 7 % 512)
    s.discard(i * 5 % 512)
    if i % 500 == 0:
        show(s)
