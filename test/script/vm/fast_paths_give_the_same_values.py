def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


# Floats: results may be written over operands and locals that nobody else holds, and only over those.
def alias(x):
    y = x
    x = x + 1.0
    z = x
    x = x * 2.0
    x = x - y
    return x, y, z


def locals_seen(x):
    before = locals()
    x = x * 2.0
    return before["x"], x


def accumulate(items):
    total = 0.0
    seen = []
    for x in items:
        total = total + x
        seen.append(total)
    return seen


def closure():
    x = 1.5

    def get():
        return x
    first = get()
    x = x + 1.0
    return first, x, get()


print(alias(1.5), locals_seen(1.5), accumulate([1.0, 2.0, 3.5]), closure())
constant = 2.5


def constants():
    a = constant
    a = a + a
    a = a / 2
    b = a
    b /= 4
    return a, b, constant


print(constants(), constants())
big = 2 ** 60 + 1
numbers = [0, 1, -3, 7, big, 0.0, -0.0, 0.5, -2.5, 1e308, float("inf"), float("-inf"), float("nan")]
for op in (lambda a, b: a + b, lambda a, b: a - b, lambda a, b: a * b, lambda a, b: a / b, lambda a, b: a ** b):
    out = []
    for a in numbers:
        for b in numbers:
            if isinstance(a, float) or isinstance(b, float):
                out.append(attempt(op, a, b))
    print(out)

# Equality of strs in jumps.
words = ["", "a", "b", "ab", "abc", "abd", "é", "\u20ac", "\U0001f600", "a" * 40, "a" * 39 + "b"]


class Text(str):
    def __eq__(self, other):
        return "custom"

    __hash__ = str.__hash__


def equal(a, b):
    return ("eq" if a == b else "ne") if a != b else "same"


print([[equal(a, "".join(b)) for b in words] for a in words])
print(equal(Text("x"), "y"), equal("y", Text("x")), equal("a", 1), equal(1, "a"), equal(None, "a"))


# append of lists of every kind.
class Own(list):
    def append(self, x):
        print("own", x)


def put(l, x):
    l.append(x)


for l in ([], [1], Own(), [], Own()):
    for x in (1, 2 ** 40, 2 ** 80, "s", None):
        put(l, x)
    print(l)
print(attempt(lambda: [].append()), attempt(lambda: [].append(1, 2)), attempt(lambda: [].append(x=1)))
grown = []
for i in range(2000):
    grown.append(i * 1000)
print(len(grown), sum(grown), grown.append(0))


def key(x):
    items.append(x)
    return x


items = [3, 1, 2]
print(attempt(lambda: items.sort(key=key)))


# Defaults, as they are at the moment of the call.
def defaults(a, b=1, c=2):
    d = a, b, c
    return d


def call(*args):
    return defaults(*args)


def direct():
    return defaults(0), defaults(0, 5), defaults(0, 5, 6), attempt(lambda: defaults()), attempt(lambda: defaults(1, 2, 3, 4))


print(direct(), call(1), call(1, 2))
defaults.__defaults__ = (7, 8, 9)
print(direct(), attempt(call))
defaults.__defaults__ = (3,)
print(attempt(lambda: defaults(1)), defaults(1, 2))
defaults.__defaults__ = None
print(attempt(lambda: defaults(1)), attempt(call, 1, 2))
print(attempt(lambda: sorted([3, 1], key=defaults)), sorted([3, 1, 2], key=lambda x, k=-1: x * k))


def deep(n=0):
    return deep(n + 1) if n < 400 else n


def spread(*args):
    return spread(*args) if False else deep(*args)


def endless(*args):
    return endless(*args)


def endless_plain(a):
    return endless_plain(*(a,))


print(spread(), spread(390), attempt(endless, 1), attempt(endless_plain, 1))


# Keys of dicts that are no strs, and strs that are no keys.
mixed = {1: "int", "a": "str", (1, 2): "tuple"}
for k in (1, 1.0, True, "a", Text("a"), (1, 2), "b"):
    print(attempt(lambda: mixed[k]), k in mixed, k in {"a": 1}, attempt(lambda: {"a": 1}[k]), end=" ")
print(attempt(lambda: [] in {"a": 1}), attempt(lambda: {"a": 1}[[]]))


# Comprehensions over ints of every size, and what equals them.
ints = [0, 1, -1, -2, 256, 257, -5, -6, 2 ** 30, 2 ** 61 - 1, 2 ** 61, -2 ** 61, 2 ** 62 - 1, 2 ** 62, -2 ** 62, 2 ** 70, 1, 0]
print({i for i in ints} == set(ints), len({i for i in ints}), {i: -i for i in ints} == dict(zip(ints, [-i for i in ints])))
print({x for x in (1, 1.0, True)}, {x for x in (True, 1)}, {k: v for k, v in ((1, "a"), (1.0, "b"), (True, "c"))})
print({hash(i) == hash(j) for i in ints for j in {i}}, sorted({i % 7 for i in range(100)}), {i: i * i for i in range(4)})


class Same:
    def __hash__(self):
        return hash(1)

    def __eq__(self, other):
        return other == 1


class Dies:
    def __del__(self):
        print("gone", end=" ")


print(len({x for x in (Same(), 1, 2)}), len({x: 0 for x in (1, Same(), 2)}))
print({k: Dies() for k in (1, 1, 2)}.keys())
