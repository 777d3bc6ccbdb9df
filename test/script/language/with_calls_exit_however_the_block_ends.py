class Manager:
    def __init__(self, name, swallow=False):
        self.name, self.swallow = name, swallow

    def __enter__(self):
        print("enter", self.name)
        return self.name

    def __exit__(self, kind, value, tb):
        print("exit", self.name, kind and kind.__name__, value, tb is not None)
        return self.swallow


with Manager("a") as a, Manager("b"):
    print(a)
with (Manager("c") as c, Manager("d", True) as d):
    raise ValueError(c + d)
print("after")
try:
    with Manager("e"):
        1 / 0
except ZeroDivisionError as e:
    print("caught", e)


def leave():
    for i in range(3):
        with Manager(i) as got:
            if got == 0:
                continue
            if got == 1:
                break
    with Manager("r") as got:
        return got + "!"


print(leave())


class Broken:
    def __enter__(self):
        return self


try:
    with Broken():
        print("no")
except TypeError as e:
    print(e)
try:
    with 5:
        print("no")
except TypeError as e:
    print(e)


class RaisesInExit:
    def __enter__(self):
        pass

    def __exit__(self, *a):
        raise KeyError("exit")


try:
    with RaisesInExit():
        raise ValueError("body")
except KeyError as e:
    print(repr(e), repr(e.__context__))
with Manager("fgh") as (x, *y):
    print(x, y)


def generator():
    with Manager("gen"):
        yield 1
        yield 2


for v in generator():
    print(v)
    break
print("end")
