import sys
import traceback


class Slots:
    __slots__ = ("x", "y")


class Setter:
    def __repr__(self):
        return "Setter"

    log = []

    @property
    def x(self):
        return self._x

    @x.setter
    def x(self, v):
        if v == "bad":
            raise ValueError(v)
        self._x = v
        return "dropped"

    @property
    def read_only(self):
        return 1

    @property
    def lazy(self):
        return 2

    @lazy.setter
    def lazy(self, v):
        yield self.log.append(v)

    @property
    def caller(self):
        return None

    @caller.setter
    def caller(self, v):
        self.log.append(sys._getframe(1).f_code.co_name)


class Error(Exception):
    def __init__(self, code):
        self.code = code
        self.args = (code, code)


def store(o, v):
    o.x = v


def attempt(f, *args):
    try:
        return f(*args)
    except Exception as e:
        return type(e).__name__, str(e)


s, p = Slots(), Setter()
for v in (1, 2 ** 70, "text", None, 2.5):
    for o in (s, p, s, p):
        store(o, v)
    print(s.x, p.x)
del s.x
print(attempt(lambda: s.x))
store(s, 3)
print(s.x, attempt(lambda: s.y))

for i in range(3):
    print(attempt(store, p, "bad"), p.x)
try:
    store(p, "bad")
except ValueError as e:
    print([f.name for f in traceback.extract_tb(e.__traceback__)])


def no_setter():
    p.read_only = 1


def generator_setter():
    p.lazy = 5


def who():
    p.caller = 0


for i in range(3):
    print(attempt(no_setter))
    generator_setter()
    who()
print(Setter.log)

# A setter may be exchanged, and become something else.
Setter.x = Setter.x.setter(lambda self, v: self.log.append(("new", v)))
store(p, 8)
Setter.x = property(Setter.x.fget, print)
store(p, 9)
del Setter.x
store(p, 10)
print(p.__dict__["x"], Setter.log)
Slots.x = Slots.y
store(s, 11)
print(s.y)

for i in range(3):
    e = Error(i)
    e.note = i
    e.note = [i]
    print(e.code, e.args, e.__dict__)


# A class that gets a data descriptor later.
class Plain(Exception):
    pass


def mark(o):
    o.mark = 1


for i in range(3):
    e = Plain()
    mark(e)
    print(e.__dict__)
Plain.mark = property(None, lambda self, v: print("set", v))
mark(e)


class Deep:
    @property
    def x(self):
        return 0

    @x.setter
    def x(self, v):
        self.x = v


print(attempt(store, Deep(), 1))


class Dying:
    def __del__(self):
        print("gone")


s.x = Dying()
s.x = 1
p.only = Dying()
p.only = None


class Discards:
    @property
    def x(self):
        return 0

    @x.setter
    def x(self, v):
        return Dying()


store(Discards(), 1)
print("end")
