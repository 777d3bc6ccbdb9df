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


rng = Numbers(11)


def check(items, **kw):
    # Against insertion by `<` alone, which is stable whatever the order is.
    key, reverse = kw.get('key') or (lambda x: x), kw.get('reverse', False)
    got = sorted(items, **kw)
    keys = list(map(key, got))
    for i in range(1, len(keys)):
        assert not (keys[i - 1] < keys[i] if reverse else keys[i] < keys[i - 1]), (kw, i)
    where = {}
    for i, x in enumerate(items):
        where.setdefault(id(x), []).append(i)
    assert sorted(map(id, got)) == sorted(map(id, items))
    order = [where[id(x)].pop(0) for x in got]
    for i in range(1, len(got)):
        a, b = keys[i - 1], keys[i]
        if not a < b and not b < a and got[i] is not got[i - 1]:
            assert order[i - 1] < order[i], (kw, i)


kinds = {
    'small ints': lambda: rng.randrange(-3, 40),
    'ints': lambda: rng.randrange(-2**61, 2**61),
    'edge ints': lambda: rng.choice((0, -1, 1, 2**62 - 1, -2**62, 2**30, -2**30, 255, 256, 2**60)),
    'big ints': lambda: rng.choice((2**62, -2**62 - 1, 10**30, 5, -5, 2**62 - 1)),
    'floats': lambda: rng.choice((0.0, -0.0, 1.5, -1.5, 1e300, -1e300, 5e-324, -5e-324, float('inf'), float('-inf'), rng.randrange(1000) / 999)),
    'mixed numbers': lambda: rng.choice((1, 1.0, True, False, 0, 2.5, -3)),
    'ascii': lambda: ''.join(rng.choice('ab') for _ in range(rng.randrange(0, 12))),
    'zeros': lambda: rng.choice(('', '\0', 'a', 'a\0', 'a\0\0', 'aaaaaaaa', 'aaaaaaaa\0', 'aaaaaaab', '\xff', '\x80')),
    'wide': lambda: rng.choice(('', 'a', '\xe9', '\u1234', '\U0001f600', 'a\u1234', '\u1234a', '\U0001f600b', 'ab', 'abc', 'abd', 'abe\xe9')),
    'long': lambda: 'common prefix ' + str(rng.randrange(50)),
    'pairs': lambda: (rng.randrange(5), rng.choice('abc'), rng.randrange(3)),
    'text pairs': lambda: (rng.choice(('x', 'y', 'common prefix 1', 'common prefix 2')), rng.randrange(4)),
    'float pairs': lambda: (rng.choice((0.0, -0.0, 1.0)), rng.randrange(4)),
    'short tuples': lambda: tuple(rng.randrange(2) for _ in range(rng.randrange(0, 4))),
    'odd tuples': lambda: (rng.choice((1, 1.0, True, 2)), rng.randrange(3)),
    'nested': lambda: ((rng.randrange(3), rng.randrange(3)), [rng.randrange(2)]),
    'lists': lambda: [rng.randrange(3), rng.randrange(3)],
    'big pairs': lambda: (rng.choice((10**30, 5, -10**30)), rng.randrange(3)),
}
for name, make in kinds.items():
    for n in (0, 1, 2, 3, 20, 64, 65, 127, 128, 129, 400, 1500):
        items = [make() for _ in range(n)]
        check(items)
        check(items, reverse=True)
        check(items, key=lambda x: x)
        check(items, key=lambda x: x, reverse=True)
        check(sorted(items))
        check(sorted(items)[::-1])
        check(sorted(items) + [make()])
        check(list(enumerate(items)), key=lambda p: p[1])
        check(list(range(n)), key=lambda i: (items[i], -i))
        check(list(range(n)), key=lambda i: items[i], reverse=True)
    print(name)


class Text(str):
    def __lt__(self, other):
        return str.__gt__(self, other)


class Number(int):
    def __lt__(self, other):
        return int.__gt__(self, other)


class Pair(tuple):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


print(sorted([Text('a'), Text('c'), Text('b')]), sorted([Number(1), Number(3), Number(2)]), sorted([Pair((1,)), Pair((3,)), Pair((2,))]))
print(sorted(['b', Text('c'), 'a']), sorted([(Number(1), 2), (Number(3), 1)]))
print(sorted(range(5), key=lambda x: Number(x)))

# An order with NaN in it is no order, but nothing is lost or doubled.
nan = float('nan')
mixed = [3.0, nan, 1.0, nan, 2.0] * 40
print(len(sorted(mixed)), sum(x == x for x in sorted(mixed)), sorted([(nan, 2), (nan, 1)]) == [(nan, 1), (nan, 2)])
print(sorted([2.0, 1.0]), sorted([(nan, 3), (1.0, 2)])[0][1])


def attempt(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


attempt(lambda: sorted([1, 'a']))
attempt(lambda: sorted(['a', 1, None]))
attempt(lambda: sorted([(1, 'a'), (1, 2)]))
attempt(lambda: sorted([(1, 'a'), (2, 2)]))
attempt(lambda: sorted([(1, None), (1, None)]))
attempt(lambda: sorted([{}, {}]))
attempt(lambda: sorted([3, 1, 2], key=lambda x: None))
attempt(lambda: sorted([3, 1, 2], key=lambda x: 1 // (x - 1)))
attempt(lambda: sorted([1], key=5))
attempt(lambda: sorted([2, 1], key=len))
attempt(lambda: sorted([3, 1, 2], key=None))


# Comparisons and key functions that change the list, or fail half way.
class Meddler:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        l.append(self)
        return self.n < other.n


l = [Meddler(i) for i in (3, 1, 2)]
attempt(l.sort)
print(sorted(m.n for m in l))


class Clearer(Meddler):
    def __lt__(self, other):
        l.clear()
        return self.n < other.n


l = [Clearer(i) for i in range(50, 0, -1)]
attempt(l.sort)
print(len(l), len({id(m) for m in l}))


class Failing:
    left = 0

    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        Failing.left -= 1
        if Failing.left < 0:
            raise ZeroDivisionError('enough')
        return self.n < other.n


for n in (2, 10, 100, 1000):
    for left in (0, 1, n // 2, n, 3 * n, 6 * n):
        l = [Failing((i * 7919) % n) for i in range(n)]
        before = sorted(map(id, l))
        Failing.left = left
        try:
            l.sort()
        except ZeroDivisionError:
            pass
        assert sorted(map(id, l)) == before
        l = [(1, Failing((i * 7919) % n)) for i in range(n)]
        before = sorted(map(id, l))
        Failing.left = left
        try:
            l.sort(reverse=True)
        except ZeroDivisionError:
            pass
        assert sorted(map(id, l)) == before

l = [3, 1, 2]
seen = []
l.sort(key=lambda x: seen.append(list(l)) or x)
print(l, seen)
l = list(range(300, 0, -1))
attempt(lambda: l.sort(key=lambda x: l.append(1) or x))
print(len(l), l[:3])
attempt(lambda: [2, 1].sort(key=lambda x: 1 / 0))


class Odd:
    def __init__(self, n):
        self.n = n

    def __lt__(self, other):
        return [] if self.n >= other.n else [1]


print([o.n for o in sorted(Odd(i * 37 % 11) for i in range(11))])


class Eq:
    # Equal items of a tuple are passed over by ==, the next ones compared by <.
    log = []

    def __init__(self, n):
        self.n = n

    def __eq__(self, other):
        self.log.append('eq')
        return True

    def __lt__(self, other):
        self.log.append('lt')
        return False


print([p[1] for p in sorted([(Eq(1), 3), (Eq(2), 1), (Eq(3), 2)])], set(Eq.log))
