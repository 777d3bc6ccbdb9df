def attempt(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as e:
        return type(e).__name__, str(e)


class Code(Exception):
    def __init__(self, code):
        five = 5
        self.code, self.same = code, code is five


class Whole(int):
    def __init__(self, n):
        five = 5
        self.same = n is five


class Pair(tuple):
    def __new__(cls, a, b):
        return super().__new__(cls, (a, b))

    def __init__(self, a, b):
        five = 5
        self.same = a is five, b


class Odd:
    def __new__(cls, kind, *rest):
        if kind == "other":
            return [kind]
        if kind == "sub":
            return object.__new__(Sub)
        if kind == "fails":
            raise ValueError(kind)
        if kind == "again":
            inner = make(Odd, "plain")
            self = object.__new__(cls)
            self.inner = inner
            return self
        if kind == "change":
            cls.__init__ = lambda self, *args: setattr(self, "made", "changed")
        return object.__new__(cls)

    def __init__(self, kind, *rest):
        self.made = "odd", kind


class Sub(Odd):
    def __init__(self, kind, *rest):
        self.made = "sub", kind


class File(OSError):
    def __init__(self, *args):
        self.given = args


class Bad:
    def __new__(cls, x):
        return object.__new__(cls)

    def __init__(self, x):
        return x


class Dying(Exception):
    def __init__(self, x):
        raise KeyError(x)


def make(cls, *args):
    return cls(*args)


def code(n): return Code(n)
def whole(n): return Whole(n)
def pair(a, b): return Pair(a, b)
def odd(kind): return Odd(kind)
def file(a, b): return File(a, b)
def bad(x): return Bad(x)
def dying(x): return Dying(x)


for round in range(3):
    c = code(5)
    print(c.code, c.same, c.args, repr(c), attempt(Code), attempt(Code, 1, 2))
    w = whole(5)
    print(w + 1, w.same, attempt(Whole))
    print(pair(5, round), pair(5, 1).same, attempt(Pair, 1))
    f = file(2, "no")
    print(type(f).__name__, f.args, f.given, f.errno)
    print(attempt(bad, None).__class__.__name__, attempt(bad, round), attempt(dying, round))
    o = odd("plain")
    print(o.made, odd("other"), type(odd("sub")).__name__, odd("sub").made, attempt(odd, "fails"), odd("again").made,
          odd("again").inner.made)
changed = odd("change")
print(changed.made, odd("plain").made)


# Arguments that C++ code has had in its hands before.
print(sorted([5, 3, 9], key=lambda x: 0 if x is five else 1), list(map(lambda x: x is five, [5, 6]))) if (five := 5) else 0
