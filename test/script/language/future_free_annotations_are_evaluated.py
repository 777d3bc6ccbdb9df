log = []


def t(v):
    log.append(v)
    return v


x: t(1) = t(2)
y: t(3)


def f(a: t(4) = t(5), /, *b: t(6), c: t(7) = t(8), **d: t(9)) -> t(10):
    local: t(11) = 0
    other: t(12)


class C:
    m: t(13)
    o = t(0)


print(log, __annotations__, f.__annotations__, C.__annotations__)
