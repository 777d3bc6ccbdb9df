"""What `tools/dev build` runs to learn which paths of the evaluator and the runtime are hot.

Ordinary programs in small: each function does one kind of work for some milliseconds. Not a benchmark and not a test: only how
often things happen matters, so nothing here should be rarer or commoner than in programs that people write.
"""
import collections
import functools
import itertools
import math
import re


# ---- objects ----

class Shape:
    sides = 0
    made = 0

    def __init__(self, name, x=0, y=0):
        self.name = name
        self.x = x
        self.y = y
        Shape.made += 1

    def move(self, dx, dy=0):
        self.x += dx
        self.y += dy
        return self

    def area(self):
        return 0

    @property
    def place(self):
        return self.x, self.y

    @place.setter
    def place(self, xy):
        self.x, self.y = xy

    @classmethod
    def unit(cls):
        return cls("unit", 1)

    @staticmethod
    def distance(a, b):
        return math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)

    def __eq__(self, other):
        return self.place == other.place

    def __lt__(self, other):
        return self.x < other.x

    def __hash__(self):
        return hash((self.x, self.y))

    def __repr__(self):
        return f"{type(self).__name__}({self.name!r}, {self.x}, {self.y})"


class Box(Shape):
    sides = 4

    def __init__(self, name, x=0, y=0, *, width=1, height=1):
        super().__init__(name, x, y)
        self.width = width
        self.height = height

    def area(self):
        return self.width * self.height

    def move(self, dx, dy=0):
        super().move(dx, dy)
        self.moved = True
        return self


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y, z):
        self.x = x
        self.y = y
        self.z = z

    def __add__(self, o):
        return Vector(self.x + o.x, self.y + o.y, self.z + o.z)

    def __mul__(self, k):
        return Vector(self.x * k, self.y * k, self.z * k)

    def __len__(self):
        return 3

    def __getitem__(self, i):
        return (self.x, self.y, self.z)[i]

    def __call__(self, k):
        return self.x * k

    def __contains__(self, v):
        return v == self.x or v == self.y


class Node:
    def __init__(self, key, left=None, right=None):
        self.key, self.left, self.right = key, left, right

    def insert(self, key):
        if key < self.key:
            if self.left is None:
                self.left = Node(key)
            else:
                self.left.insert(key)
        elif self.right is None:
            self.right = Node(key)
        else:
            self.right.insert(key)

    def __iter__(self):
        if self.left is not None:
            yield from self.left
        yield self.key
        if self.right is not None:
            yield from self.right


def objects(n):
    shapes = [Box("b%d" % i, i, -i, width=i % 7) if i % 3 else Shape("s", i) for i in range(n)]
    total = 0
    for s in shapes:
        s.move(1)
        s.move(2, dy=3)
        s.place = s.place
        total += s.area() + s.sides + s.x
        if isinstance(s, Box) and s.moved:
            total += s.width
        elif hasattr(s, "width"):
            total -= 1
    shapes.sort()
    shapes.sort(key=lambda s: (s.name, -s.x))
    v = Vector(0.0, 1.0, 2.0)
    for i in range(n):
        v = (v + Vector(i, 0.5, 1)) * 0.5
        total += len(v) + v[1] + v(2) + (3 in v)
    return total, len(set(shapes)), Shape.unit(), Shape.distance(shapes[0], shapes[1]), str(shapes[0]), Shape.made


def trees(n):
    root = Node(n // 2)
    x = 7
    for _ in range(n):
        x = (x * 1103515245 + 12345) % 2147483648
        root.insert(x)
    keys = list(root)

    def make(depth):
        return (make(depth - 1), make(depth - 1)) if depth else None

    def count(t):
        return 1 + count(t[0]) + count(t[1]) if t else 1
    return keys == sorted(keys), sum(1 for _ in root), count(make(12))


# ---- functions ----

def fibonacci(n):
    return n if n < 2 else fibonacci(n - 1) + fibonacci(n - 2)


def logged(f):
    calls = []

    @functools.wraps(f)
    def wrapper(*args, **kwargs):
        calls.append(len(args))
        return f(*args, **kwargs)
    wrapper.calls = calls
    return wrapper


@logged
def combine(a, b=1, *rest, scale=1, **options):
    for r in rest:
        a += r
    return a + b * scale + len(options)


@functools.lru_cache(None)
def ways(n, k):
    return 1 if n == 0 or k == 0 else ways(n - 1, k) + ways(n, k - 1)


def functions(n):
    def counter(step=1):
        at = 0

        def tick():
            nonlocal at
            at += step
            return at
        return tick
    tick, tock = counter(), counter(2)
    add = functools.partial(combine, 1)
    chain = [abs, lambda v: v + 1, lambda v, k=2: v * k, str, len]
    total = 0
    for i in range(n):
        total += tick() + tock() + combine(i) + combine(i, 2, 3, 4) + combine(i, scale=2, colour=1) + add(i)
        total += combine(*(i, 2), **{"scale": 3})
        v = -i
        for f in chain:
            v = f(v)
        total += v + min(i, 5) + max(1, i) + divmod(i, 7)[1] + ord(chr(65 + i % 26)) + int("12") + len("abc")
    return total, ways(15, 15), fibonacci(17), [f(1) for f in [lambda x, i=i: x + i for i in range(20)]]


def generators(n):
    def evens(k):
        for i in range(k):
            if i % 2 == 0:
                yield i

    def flat(*sources):
        for s in sources:
            yield from s

    def averages():
        total = count = 0
        got = None
        while True:
            got = yield got
            total += got
            count += 1
            got = total / count

    def queens(n, row=0, taken=()):
        if row == n:
            yield taken
            return
        for c in range(n):
            if all(c != t and abs(c - t) != row - r for r, t in enumerate(taken)):
                yield from queens(n, row + 1, taken + (c,))
    a = averages()
    next(a)
    mean = 0
    for i in evens(n):
        mean = a.send(i)
    total = sum(x * x for x in evens(n)) + sum(1 for _ in flat(evens(n), range(n), "abc"))
    any(x > n for x in evens(n))
    return mean, total, tuple(x for x in range(n // 4)), sum(1 for _ in queens(6)), max(evens(n), default=0), \
        list(itertools.islice(itertools.chain(evens(n), itertools.count()), n)), dict(zip(evens(n), itertools.repeat(1)))


class Refused(Exception):
    def __init__(self, code, text=""):
        super().__init__(text)
        self.code = code


class Guard:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, tb):
        return kind is not None and issubclass(kind, KeyError)


def exceptions(n):
    def risky(i):
        if i % 5 == 0:
            raise Refused(i, "five")
        if i % 7 == 0:
            raise ValueError("seven")
        return {}[i] if i % 11 == 0 else i

    def outer(i):
        try:
            return risky(i)
        finally:
            seen.append(i)
    seen, caught = [], 0
    for i in range(n):
        try:
            outer(i)
        except Refused as e:
            caught += e.code
        except (ValueError, KeyError):
            caught += 1
        else:
            caught -= 1
        with Guard():
            if i % 4 == 0:
                raise KeyError(i)
        try:
            int("x%d" % i if i % 8 == 0 else "1")
            [][i]
        except (ValueError, IndexError) as e:
            caught += len(str(e))
    return caught, len(seen)


# ---- numbers ----

def integers(n):
    total = 0
    for i in range(n):
        for j in range(1, 20):
            if i % j == 0 and i & 1 or j == 3:
                total += i // j
            else:
                total ^= (i << 2) - (j >> 1)
    sieve = [True] * n
    i = 2
    while i * i < n:
        if sieve[i]:
            for j in range(i * i, n, i):
                sieve[j] = False
        i += 1
    big = 1
    for i in range(1, 150):
        big = big * i + i
    digits = str(big)
    while big > 1000:
        big, r = divmod(big, 1000003)
        total += r % 7
    return total, sum(sieve), digits[-5:], pow(3, 200, 10 ** 9 + 7), math.gcd(total, 360), -total, ~total


def floats(n):
    points = [[i * 0.5, i / 3, 1.0] for i in range(20)]
    energy = 0.0
    for step in range(n // 20):
        for i, p in enumerate(points):
            q = points[i - 1]
            dx = p[0] - q[0]
            dy = p[1] - q[1]
            d = dx * dx + dy * dy + 0.01
            mag = 0.001 / (d * d ** 0.5)
            p[0] -= dx * mag
            p[1] -= dy * mag * 2
            q[2] += mag
            energy += d if d > 0.5 else -d
    def a(i, j):
        return 1.0 / ((i + j) * (i + j + 1) // 2 + i + 1)
    u = [1] * 25
    for _ in range(3):
        u = [sum(a(i, j) * u[j] for j in range(25)) for i in range(25)]
    z = 0j
    for i in range(n):
        z = z * z + complex(0.1, 0.2)
        x = abs(z) + round(energy, 2) + float("1.5") + math.sin(i) + int(2.5) + 2 * 0.5
    return "%.6f" % energy, f"{x:.3f}", repr(u[0]), str(z)


# ---- containers ----

def containers(n):
    items = [(i * 7919) % n for i in range(n)]
    counts = {}
    for x in items:
        counts[x % 100] = counts.get(x % 100, 0) + 1
    groups = collections.defaultdict(list)
    for i, x in enumerate(items):
        groups[x % 10].append(i)
    for k, v in groups.items():
        counts[k] += len(v)
    pairs = sorted(counts.items(), key=lambda kv: (-kv[1], kv[0]))
    by_pair = {(a, b): i for i, (a, b) in enumerate(zip(items, items[1:]))}
    found = sum((a, b) in by_pair for a, b in by_pair) + sum(1 for k in counts if k not in groups)
    s, t = set(items[: n // 2]), {x for x in items if x % 3}
    found += len(s & t) + len(s | t) + len(s - t) + len(s ^ t) + (5 in s) + s.issubset(t)
    s.add(-1)
    s.discard(3)
    for x in t:
        found += x in s
    queue = collections.deque(items[:50])
    while queue:
        x = queue.popleft()
        if x % 2 and x > 1:
            queue.append(x // 2)
    stack = []
    for x in items:
        stack.append(x)
        if len(stack) > 5:
            found += stack.pop()
    rows = [[0] * 12 for _ in range(12)]
    for i in range(12):
        for j in range(12):
            rows[i][j] = rows[j][i] + i * j
    perm = list(range(7))
    for i in range(n):
        k = i % 7
        perm[: k + 1] = perm[k::-1]
        perm[0], perm[k] = perm[k], perm[0]
        perm.insert(2, perm.pop(0))
    first, *rest = items
    items.sort(reverse=True)
    names = sorted("item%d" % i for i in items[:200])
    names.reverse()
    point = collections.namedtuple("point", "x y")
    q = [point(i, -i) for i in range(100)]
    return pairs[:3], found, len(rows), perm, first, len(rest), names[0], [p.x + p.y for p in q][:2], items == sorted(items), \
        list(map(str, items[:20])), list(filter(None, items[:20])), list(reversed(items))[:2], tuple(items[:3]) < (5, 6)


# ---- text ----

TEXT = """The runtime reads a word, then another word; it counts every word that it reads.
Some words are long, "quoted words" have marks, numbers such as 42 or 3.14 stand between them.\n""" * 12


def words(n):
    counts = {}
    for line in TEXT.splitlines():
        for w in line.lower().replace(",", " ").split():
            w = w.strip('.;"')
            if w.isalpha():
                counts[w] = counts.get(w, 0) + 1
    counter = collections.Counter(re.findall(r"[a-z]+", TEXT))
    out = []
    for i in range(n):
        s = "%s-%d" % ("key", i)
        out.append(s.upper() if i % 2 else s + ":" + str(i))
        out.append(f"{i:>5}|{i:x}|{s!r}")
        if s.startswith("key") and "9" in s and s.find("-") > 0:
            out.append("{} {}".format(s, i).title())
        a, _, b = s.partition("-")
        if a == "key" and b != "7" and s[0] == "k" and s[1:3] < "zz":
            out[-1] += b
    text = ",".join(out)
    acc = ""
    for c in text[:2000]:
        if c == "," or c in "-:|":
            acc += " "
        elif c.isdigit():
            acc += chr(ord(c) + 1)
        else:
            acc += c
    caesar = "".join(chr((ord(c) - 97 + 3) % 26 + 97) if "a" <= c <= "z" else c for c in TEXT)
    return len(text.split(",")), counter.most_common(2), len(acc), caesar.count("x"), text.encode()[:9], max(counts)


class Reader:
    """A parser of nested data, by character, and its printer."""

    def __init__(self, text):
        self.text = text
        self.at = 0

    def fail(self, what):
        raise ValueError("%s at %d" % (what, self.at))

    def blank(self):
        text, at = self.text, self.at
        while at < len(text) and text[at] in " \t\n":
            at += 1
        self.at = at
        return text[at] if at < len(text) else ""

    def value(self):
        c = self.blank()
        if c == "[" or c == "{":
            return self.items("]") if c == "[" else dict(self.items("}"))
        if c == '"':
            end = self.text.index('"', self.at + 1)
            s = self.text[self.at + 1: end]
            self.at = end + 1
            return s
        start = self.at
        while self.at < len(self.text) and self.text[self.at] not in ",]}: ":
            self.at += 1
        word = self.text[start: self.at]
        if word in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[word]
        if not word:
            self.fail("a value is missing")
        return float(word) if "." in word else int(word)

    def items(self, close):
        self.at += 1
        out = []
        while self.blank() != close:
            v = self.value()
            if close == "}":
                self.blank()
                self.at += 1
                v = v, self.value()
            out.append(v)
            if self.blank() == ",":
                self.at += 1
        self.at += 1
        return out


def write(v):
    if v is None or v is True or v is False:
        return {None: "null", True: "true", False: "false"}[v]
    if isinstance(v, str):
        return '"' + v + '"'
    if isinstance(v, (list, tuple)):
        return "[" + ", ".join([write(x) for x in v]) + "]"
    if isinstance(v, dict):
        return "{" + ", ".join(write(k) + ": " + write(x) for k, x in sorted(v.items())) + "}"
    return repr(v)


def nested(n):
    data = {"name": "thing", "tags": ["a", "b", "c"], "at": [1, 2.5, -3], "on": True, "more": {"none": None, "n": 12345}}
    for i in range(n):
        text = write([data, i])
        data, _ = Reader(text).value()
    try:
        Reader("[1, ").value()
    except ValueError as e:
        return str(e), text[:20]


class Task:
    def __init__(self, name, priority, work):
        self.name, self.priority, self.work = name, priority, work
        self.state = "ready"
        self.inbox = []

    def run(self, world):
        raise NotImplementedError


class Producer(Task):
    def run(self, world):
        self.work -= 1
        world.send("consumer", (self.name, self.work))
        self.state = "ready" if self.work > 0 else "done"


class Consumer(Task):
    def run(self, world):
        while self.inbox:
            who, what = self.inbox.pop(0)
            world.sums[who] = world.sums.get(who, 0) + what
        self.state = "waiting" if world.alive > 1 else "done"


class World:
    def __init__(self, tasks):
        self.tasks = tasks
        self.names = {t.name: t for t in tasks}
        self.sums = {}
        self.alive = len(tasks)

    def send(self, name, message):
        t = self.names[name]
        t.inbox.append(message)
        if t.state == "waiting":
            t.state = "ready"

    def run(self):
        steps = 0
        while self.alive:
            for t in self.tasks:
                if t.state == "ready" or (t.state == "waiting" and self.alive == 1):
                    t.run(self)
                    steps += 1
                    if t.state == "done":
                        self.alive -= 1
        return steps


def simulation(n):
    return World([Producer("a", 1, n), Producer("b", 2, n // 2), Consumer("consumer", 0, 0)]).run()


def main():
    for _ in range(3):
        for work, size in ((objects, 700), (trees, 900), (functions, 700), (generators, 800), (exceptions, 900),
                           (integers, 700), (floats, 1500), (containers, 1500), (words, 700), (nested, 60), (simulation, 1500)):
            work(size)


main()
