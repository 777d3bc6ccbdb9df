def outer(a):
    b = 1

    def inner(c):
        nonlocal b
        b += c
        return a, b, [a + x for x in range(c) if x]
    del b
    return inner


def unbound(flag):
    if flag:
        x = 1
    print(x)
    print(x)
    del x


def generator(n):
    got = yield n
    yield from (y for y in got)
    return {k: v for k, v in got}
