# Around every border at which an int changes how it is kept: 30-bit digits, the 62-bit tag, 64 and 120 bits.
edges = set()
for bit in (0, 1, 29, 30, 31, 59, 60, 61, 62, 63, 64, 65, 89, 90, 91, 119, 120, 121, 127, 128, 129, 150):
    for off in (-2, -1, 0, 1, 2):
        edges.add((1 << bit) + off)
        edges.add(-(1 << bit) + off)
edges.update((0xDEADBEEFCAFEBABE, 6364136223846793005, 0xFFFFFFFFFFFFFFFF, 0x123456789ABCDEF0123456789ABCDEF, 10**18, 10**19, 10**36))
edges = sorted(edges)

P = 2**89 - 1
h = 0


def note(v):
    global h
    assert type(v) is int
    h = (h * 1000003 + v) % P


for a in edges:
    for b in edges:
        note(a + b)
        note(a - b)
        note(a * b)
        note(a & b)
        note(a | b)
        note(a ^ b)
        assert (a + b) - b == a and (a ^ b) ^ b == a and (a & b) + (a | b) == a + b
        if b:
            q, r = divmod(a, b)
            assert q == a // b and r == a % b and q * b + r == a
            assert 0 <= r < b or b < r <= 0
            assert (a * b) // b == a and (a * b) % b == 0
            note(q)
            note(r)
    for n in (0, 1, 2, 28, 29, 30, 31, 59, 60, 61, 62, 63, 64, 65, 66, 90, 119, 120, 126, 127, 128, 129, 200):
        note(a << n)
        note(a >> n)
        assert (a << n) >> n == a and a >> n == a // (1 << n) and a << n == a * (1 << n)
    note(hash(a))
    note(~a)
print(len(edges), h)

# A number of any size has one form: equal ints are equal as keys, however they came about.
for a in edges:
    for made in (a + 1 - 1, a * 3 // 3, (a << 70) >> 70, a ^ 5 ^ 5, int(str(a)), -(-a), a + 2**125 - 2**125, a % 2**151 if a >= 0 else -(-a % 2**151)):
        assert made == a and hash(made) == hash(a) and {made: 1}[a] == 1 and a in {made} and str(made) == str(a)

x = 42
for _ in range(1000):
    x = (x * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
print(x)


class Sub(int):
    def __add__(self, other):
        return 'mine'


print(Sub(2**63) + 1, type(Sub(2**63) * 2) is int, type(Sub(2**63) & Sub(2**64 - 1)) is int, Sub(2**63) >> 1, 1 - Sub(2**70))
for f in (lambda: 2**63 // 0, lambda: 2**63 % 0, lambda: divmod(2**100, 0), lambda: 2**63 << -1, lambda: 2**63 >> -1, lambda: 2**63 << 2**70):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)
print(2**63 >> 2**70, -2**63 >> 2**70, 0 << 2**70)
print(isinstance(5, int), isinstance(5, (str, bytes)), isinstance(5, (str, int)), isinstance(5, object), isinstance(True, bool),
      isinstance(5, bool), isinstance(2**70, int), isinstance(5, ()), isinstance(5, (str, (bytes, int))), isinstance(5, int | str))
print('a b  c'.split(), 'a,b,,c'.split(','), 'abc'.split(',', 0), ' a b '.split(None, 1), ','.join('x' * 30).split(',').__len__(), 'a,b'.rsplit(',', 40))
