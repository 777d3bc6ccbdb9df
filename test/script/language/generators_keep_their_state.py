def count(n):
    i = 0
    while i < n:
        got = yield i
        if got is not None:
            i = got
        else:
            i += 1
    return "done"


g = count(5)
print(next(g), next(g), g.send(3), next(g))
try:
    next(g)
except StopIteration as e:
    print(e.value)
print(list(count(3)), sum(count(10)))


def delegate():
    r = yield from count(2)
    print("inner said", r)
    yield from "ab"
    return 1


print(list(delegate()))


def catcher():
    while True:
        try:
            x = yield "ready"
            print("got", x)
        except ValueError as e:
            print("caught", e)
            yield "after"


c = catcher()
next(c)
c.send(1)
print(c.throw(ValueError("v")))
print(next(c))
c.close()


def through():
    try:
        yield from catcher()
    finally:
        print("through ends")


t = through()
next(t)
print(t.throw(ValueError("w")))
t.close()


def bad():
    yield 1
    raise StopIteration


try:
    list(bad())
except RuntimeError as e:
    print(e, repr(e.__cause__))
squares = (x * x for x in range(5))
print(next(squares), list(squares), list(squares))
print({k: v for k, v in zip("ab", [1, 2])}, {x % 3 for x in range(9)}, [[y for y in range(x)] for x in range(3)])
print([(x, y) for x in range(3) for y in range(x) if x != 2 or y])


def tree(n):
    if n:
        yield from tree(n - 1)
        yield n
        yield from tree(n - 1)


print(list(tree(3)))
g = count(1)
next(g)
try:
    g.throw(TypeError("t"))
except TypeError as e:
    print(e)
print(next(g, "empty"))
g = count(1)
try:
    g.send(1)
except TypeError as e:
    print(e)


def running():
    yield next(me)


me = running()
try:
    next(me)
except ValueError as e:
    print(e)
import sys


def handled():
    try:
        raise ValueError("inside")
    except ValueError:
        yield sys.exc_info()[0]
        yield sys.exc_info()[0]


h = handled()
try:
    raise KeyError
except KeyError:
    print(next(h), sys.exc_info()[0])
print(sys.exc_info()[0], next(h), sys.exc_info()[0])
lazy = (1 / x for x in [1, 0])
print(next(lazy))
try:
    next(lazy)
except ZeroDivisionError as e:
    print(e)
