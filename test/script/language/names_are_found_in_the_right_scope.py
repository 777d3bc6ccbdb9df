x = "global"


def outer():
    x = "outer"

    def inner():
        return x

    def setter():
        nonlocal x
        x = "set"
        return x

    def shadow():
        x = "mine"
        return x

    def glob():
        global x
        return x

    return inner(), shadow(), glob(), setter(), inner(), x


print(outer(), x)


class C:
    x = "class"
    y = x
    copies = [x for _ in range(1)]

    def method(self):
        return x

    z = (lambda: x)()


print(C.y, C.copies, C().method(), C.z)


def in_function():
    x = "function"

    class D:
        before = x
        x = "d"
        after = x

        def m(self):
            return x, __class__.__name__
    return D.before, D.after, D().m()


try:
    print(in_function())
except NameError as e:
    print(type(e).__name__, e)


def class_sees_function_variable():
    v = "function"

    class D:
        before = v
    return D.before


print(class_sees_function_variable())


def unbound():
    if False:
        a = 1
    try:
        print(a)
    except UnboundLocalError as e:
        print(e)
    b = 1
    del b
    try:
        b
    except UnboundLocalError as e:
        print(e)
    try:
        del b
    except UnboundLocalError as e:
        print(e)

    def cell():
        return c
    try:
        cell()
    except NameError as e:
        print(type(e).__name__, e)
    c = 1
    del c
    try:
        c
    except UnboundLocalError as e:
        print(type(e).__name__, e)
    for i in []:
        pass
    try:
        i
    except UnboundLocalError as e:
        print(e)
    try:
        1 / 0
    except ZeroDivisionError as err:
        pass
    try:
        err
    except UnboundLocalError as e:
        print(e)


unbound()
try:
    nowhere
except NameError as e:
    print(e)
try:
    del nowhere
except NameError as e:
    print(e)


class Private:
    __secret = 1

    def __hidden(self):
        return self.__secret

    def show(self):
        __local = 2
        return self.__hidden(), __local, [n for n in dir(self) if "Private" in n]

    class __Inner:
        __deep = 3


print(Private().show(), Private._Private__Inner._Inner__deep)


def counter():
    n = 0

    def step(by=1):
        nonlocal n
        n += by
        return n
    return step


a, b = counter(), counter()
print(a(), a(5), b(), a())
fs = [lambda: i for i in range(3)]
print([f() for f in fs])
fs = [lambda i=i: i for i in range(3)]
print([f() for f in fs])


def argument_as_cell(a, b=2, *c, d=4, **e):
    def show():
        return a, b, c, d, e
    a += 1
    return show()


print(argument_as_cell(1), argument_as_cell(1, 5, 6, d=7, z=8))
print(len.__self__.__name__)
len = lambda o: "mine"
print(len([]))
del len
print(len([]))
