import pickle, operator


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(type(e).__name__, e)


class Seq:
    def __init__(self, n):
        self.n = n

    def __getitem__(self, i):
        if i >= self.n:
            raise IndexError
        return i * 10

    def __len__(self):
        return self.n


class Endless:
    def __iter__(self):
        return 5


it = iter(Seq(3))
print(type(it), next(it), operator.length_hint(it), list(it), list(it))
it = iter(Seq(3))
it.__setstate__(2)
print(list(it))
show(lambda: iter(Endless()))
show(lambda: iter(5))
n = iter([1, 2, 3, 4]).__next__
print(list(iter(n, 3)), type(iter(n, 3)))
show(lambda: iter(5, 6))
print(list(enumerate("ab", 10**20)), list(enumerate("ab", start=-1)), list(enumerate(iterable="x")))
show(lambda: enumerate())
show(lambda: enumerate("a", "b"))
show(lambda: enumerate("a", 1, 2))
show(lambda: enumerate[int])
show(lambda: list(pickle.loads(pickle.dumps(enumerate("abc", 4)))))
print(list(zip()), list(zip("ab")), list(zip("ab", [1, 2, 3])), list(zip("ab", [1, 2], strict=True)))
show(lambda: list(zip("ab", [1], strict=True)))
show(lambda: list(zip("a", [1, 2], strict=True)))
show(lambda: list(zip("a", "b", [1, 2], strict=True)))
show(lambda: list(zip("ab", "ab", [1], strict=True)))
show(lambda: zip("a", 5))
show(lambda: zip("a", strct=5))
a, b = zip(*[(1, 2), (3, 4)])
print(a, b)
z = zip("abc", "def")
first = next(z)
second = next(z)
print(first, second)
print(list(map(lambda *a: a, "ab", [1, 2, 3], (4, 5))), list(map(str, [1, 2])))
show(lambda: map())
show(lambda: map(str))
show(lambda: map(str, 5))
show(lambda: list(map(5, [1])))
print(list(filter(None, [0, 1, "", "a"])), list(filter(lambda x: x > 1, [1, 2, 3])), list(filter(bool, [0, 2])))
show(lambda: filter(None))
show(lambda: filter(None, 5))
print(list(reversed([1, 2, 3])), list(reversed(Seq(3))), list(reversed("ab")), list(reversed({1: 2, 3: 4})))
show(lambda: reversed({1, 2}))
show(lambda: reversed(5))
show(lambda: reversed())
r = reversed(Seq(4))
next(r)
print(operator.length_hint(r), r.__reduce__()[2])


class NoReverse:
    __reversed__ = None

    def __getitem__(self, i):
        raise IndexError

    def __len__(self):
        return 0


show(lambda: reversed(NoReverse()))
print([type(x).__name__ for x in (zip(), map(str, ()), filter(None, ()), reversed([]), enumerate(()))])
print(list(pickle.loads(pickle.dumps(map(str, [1, 2])))), list(pickle.loads(pickle.dumps(zip("ab", "cd")))))
