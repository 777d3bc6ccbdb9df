import pickle


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


class I:
    def __init__(self, n):
        self.n = n

    def __index__(self):
        return self.n


for r in (range(0), range(5), range(2, 9, 3), range(9, 2, -3), range(10**20, 10**20 + 7, 3), range(-10**25, 10**25, 10**24),
          range(I(2), I(5)), range(True, 4), range(2**63 - 3, 2**63 - 1), range(-2**63, -2**63 + 5, 2), range(2**62, -2**62, -2**61)):
    print(r, list(r), list(reversed(r)), bool(r), r.start, r.stop, r.step)
    print(hash(r) == hash((len(r), r.start if len(r) else None, r.step if len(r) > 1 else None)))
    for s in (slice(None), slice(1, None), slice(None, None, -1), slice(-2, None), slice(1, -1, 2), slice(10**30), slice(-10**30, 10**30, 10**10)):
        print(s, r[s], end="; ")
    print()
    print(pickle.loads(pickle.dumps(r)) == r, list(pickle.loads(pickle.dumps(iter(r)))))
show(lambda: range(5)[5])
show(lambda: range(5)[-6])
show(lambda: range(5)["x"])
show(lambda: range(5)[1.0])
show(lambda: range(1.0))
show(lambda: range())
show(lambda: range(1, 2, 3, 4))
show(lambda: range(1, 2, 0))
show(lambda: range(a=1))
show(lambda: len(range(10**30)))
show(lambda: range(10).index(3))
show(lambda: range(10).index(30))
show(lambda: range(10).index("x"))
show(lambda: range(10).count(3.0))
show(lambda: (3.0 in range(5), 3.5 in range(5), "a" in range(5), True in range(5), 10**30 in range(5)))
show(lambda: range(3) == range(0, 3, 1) and range(0) == range(2, 1) and range(0, 3, 2) == range(0, 4, 2))
show(lambda: range(3) < range(4))
show(lambda: setattr(range(3), "start", 4))
it = iter(range(10))
next(it), next(it)
print(it.__length_hint__(), it.__reduce__())
it.__setstate__(7)
print(list(it), type(it), type(iter(range(10**20))))
it = iter(range(10**20, 10**20 + 5))
next(it)
print(it.__length_hint__(), it.__reduce__())
print({range(3): 1}[range(0, 3)])
for args in ((5,), (1, 5), (1, 5, 2), (-1,), (None, None, -1), (10**30, -10**30, -10**29), ("a", 2)):
    s = slice(*args)
    for n in (0, 3, 10**30):
        show(lambda: s.indices(n))
show(lambda: slice(0, 1, 0).indices(4))
show(lambda: slice(1).indices(-1))
show(lambda: slice())
show(lambda: hash(slice(1)))
show(lambda: slice(1, 2) < slice(1, 3))
show(lambda: slice(1, 2) == slice(1, 2))
show(lambda: slice(1, 2).__reduce__())
