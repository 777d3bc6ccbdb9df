import sys


def pairs(it):
    out = []
    for a, b in it:
        out.append((a, b))
    return out


def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


class Fails:
    def __init__(self, n):
        self.n = n

    def __iter__(self):
        return self

    def __next__(self):
        self.n -= 1
        if self.n < 0:
            raise KeyError("over")
        return self.n


print(pairs({1: "a", "b": 2, (3,): None}.items()))
print(pairs(enumerate("abc")), pairs(enumerate([10, 20], 5)), pairs(enumerate((x for x in "xy"), 2 ** 62 - 1)))
print(pairs(enumerate([1, 2, 3], sys.maxsize - 1)), pairs(enumerate([1], 2 ** 80)))
print(pairs(zip([1, 2, 3], "ab")), pairs(zip((1, 2), {3: 4, 5: 6})), pairs(zip([], [1])), pairs(zip([1], [])))
shared = iter([1, 2, 3, 4, 5])
print(pairs(zip(shared, shared)), list(shared))
print(attempt(pairs, zip([1, 2], [3], strict=True)), attempt(pairs, zip([1], [3, 4], strict=True)))
print(attempt(pairs, zip([[1, 2]])), attempt(pairs, zip([1], [2], [3])))
print(attempt(pairs, zip([1, 2, 3], Fails(2))), attempt(pairs, zip(Fails(1), [1, 2])), attempt(pairs, enumerate(Fails(2))))


def changing(d, grow):
    for k, v in d.items():
        if grow:
            d[k + 10] = v
        else:
            d[k] = v + 1
    return d


print(attempt(changing, {1: 1, 2: 2}, True), attempt(changing, {1: 1, 2: 2}, False))


def replaced(d):
    for k, v in d.items():
        del d[k]
        d[k + 10] = v


print(attempt(replaced, {1: 1, 2: 2}))


def growing(items):
    for i, x in enumerate(items):
        if i < 3:
            items.append(i)
    return items


print(growing([7]))

# Other unpackings of the same iterators.
for i, (a, b) in enumerate(zip("ab", "cd")):
    print(i, a, b, end=" ")
for i, *rest in enumerate("ab"):
    print(i, rest, end=" ")
for pair in zip("ab", "cd"):
    print(pair, end=" ")
print()
kept = [pair for pair in zip("ab", "cd")]
print(kept, [a + b for a, b in kept], {a: b for a, b in zip("ab", [1, 2])})


class Box:
    def __del__(self):
        print("gone", end=" ")


for a, b in zip([Box()], [Box()]):
    a = b = None
    print("dropped", end=" ")
print("end")

# Counted and traced one by one, the loop does the same.
steps = []


def tracer(frame, event, arg):
    if event == "line":
        steps.append(frame.f_lineno - frame.f_code.co_firstlineno)
    return tracer


def traced():
    for a, b in enumerate("xy"):
        a, b


sys.settrace(tracer)
traced()
sys.settrace(None)
print([a for a, b in zip(steps, [0] + steps) if a != b])
