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
