import sys


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, *a):
        raise ValueError("on the way out")


def unpack():
    a, b = 1, 2
    a, b = [1,
            2, 3]


def delete():
    d = {}
    del d["key"]


def store():
    (1).x = 5


def loop():
    for i in 5:
        pass


def manage():
    with Manager() as m:
        m.nothing


def import_():
    from sys import nothing_there


def import_module():
    import no_such_module.sub


def assertion():
    assert 1 == 2, "one is " \
        "not two"


def augmented():
    x = 1
    x += "a"


def raising():
    raise KeyError("a", 1) from LookupError()


def unbound():
    print(x)
    x = 1


def generator():
    def g():
        yield 1
        raise RuntimeError("inside")
    list(g())


def comprehension():
    return [1 / n for n in (2, 1, 0)]


def in_class():
    class C:
        x = 1
        y = x + z


def decorated():
    @5
    def f():
        pass


def nested_finally():
    try:
        1 / 0
    finally:
        undefined


for name, f in list(globals().items()):
    if callable(f) and name != "Manager":
        try:
            f()
        except Exception:
            sys.excepthook(*sys.exc_info())
