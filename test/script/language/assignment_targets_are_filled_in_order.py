log = []


class Recorder:
    def __setattr__(self, name, value):
        log.append((name, value))

    def __setitem__(self, key, value):
        log.append((key, value))

    def __delitem__(self, key):
        log.append(("del", key))


r = Recorder()
r.a = r.b = r[0] = 1
r.x, r.y = 1, 2
(r.p, (r.q, *r.s)), r[1:2] = (1, "abc"), 4
r[1], r[2], r[3] = 1, 2, 3
r[1], r[2], r[3], r[4] = range(4)
[r.m, r.n] = "mn"
print(log)
log.clear()
for r.i in range(2):
    pass
for r[0], r[1] in [(1, 2)]:
    pass
del r[0], (r[1], [r[2]])
del r[1:2, ...]
print(log)


def f():
    a, b = 1, 2
    a, b = b, a
    print(a, b)
    a, b, c = b, a, a + b
    print(a, b, c)
    a, a = 1, 2
    print(a)
    x = [0, 1, 2]
    i = 0
    i, x[i] = 2, 9
    print(i, x)
    a, *b = "hello"
    *c, d = "hello"
    e, *g, h = "hello"
    print(a, b, c, d, e, g, h)
    (a, b), [c, *d] = (1, 2), (3,)
    print(a, b, c, d)
    a = b = c = []
    a.append(1)
    print(b is c, c)
    x = (x := 5) + x
    print(x)
    a, b = b, a = 3, 4
    print(a, b)


f()
for bad in ("a, b = 1", "a, b = 1, 2, 3", "a, b = 'a'", "a, *b, c = [1]", "a, b = {}", "a, b = iter([1, 2, 3])"):
    try:
        exec(bad)
    except (TypeError, ValueError) as e:
        print(type(e).__name__, e)


def walrus(x):
    return [x + (x := x * 2) + x, (x := 1) + x, x]


print(walrus(3))
print([last := i for i in range(3)], last)
print(any((hit := n) > 2 for n in [1, 2, 3, 4]), hit)
