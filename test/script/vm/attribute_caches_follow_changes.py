class Base:
    count = 0

    def __init__(self, x):
        self._x = x

    @property
    def x(self):
        return self._x * 2

    def who(self):
        return "base"


kinds = [type("K%d" % i, (Base,), {"who": lambda self, i=i: i, "tag": -i}) for i in range(8)]


def read(o):
    return o.x, o.who(), o.count, getattr(o, "tag", None), o._x


objects = [k(i) for i, k in enumerate(kinds)] + [Base(99)]
for round in range(3):
    print([read(o) for o in objects])
    Base.count += 1
kinds[3].count = "own"
print(read(objects[3]))
del kinds[3].count
print(read(objects[3]))
objects[4].who = lambda: "shadow"
print(read(objects[4]))
objects[5].__dict__["who"] = lambda: "dict"
print(read(objects[5]))
Base.x = 7
print(read(objects[0]))
kinds[0].who = kinds[1].who
print(read(objects[0]))
Base.count = property(lambda self: "computed")
print(read(objects[1]))


class Failing:
    @property
    def bad(self):
        raise ValueError("bad getter")

    @property
    def items(self):
        yield from (1, 2)


for _ in range(3):
    try:
        [1, Failing().bad]
    except ValueError as e:
        print(e)
    print(list(Failing().items))


# The same for methods that are loaded before their arguments.
class Own(list):
    pass


def load(o, x):
    return o.who(x[0])


def put(o, x):
    o.append(x[0])
    return o


class Speaker:
    def who(self, x):
        return "speaker", x


class Shadowed(Speaker):
    def __init__(self):
        self.who = lambda x: ("shadow", x)


class Called(Speaker):
    who = staticmethod(lambda x: ("static", x))


s = Speaker()
for round in range(3):
    print([load(o, [round]) for o in (s, Shadowed(), Called(), s)])
    print(put([], [round]), put(Own(), [round]), put(bytearray(), [round]), put([2 ** 70], [2 ** 71]))
    if round == 0:
        s.who = lambda x: ("own", x)
    if round == 1:
        del s.who
        Speaker.who = lambda self, x: ("changed", x)
Own.append = lambda self, x: print("appended", x)
print(put(Own(), [1]), put([], [1]))
for wrong in ((), (1, 2)):
    try:
        [].append(*wrong)
    except TypeError as e:
        print(e)
try:
    put(5, [1])
except AttributeError as e:
    print(e)
try:
    put([], [])
except IndexError as e:
    print(e)
