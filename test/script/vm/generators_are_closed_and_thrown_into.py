def gen(n):
    try:
        for i in range(n):
            got = yield i
            if got:
                print("got", got)
    except KeyError as e:
        print("caught", e)
        yield "after"
    finally:
        print("cleanup")
    return "done"


g = gen(3)
print(next(g), g.send("hi"), list(g))


def outer():
    r = yield from gen(2)
    print("r", r)
    yield 99


print(list(outer()))
g = outer()
next(g)
print(g.throw(KeyError("k")), g.gi_yieldfrom is not None)
g.close()
try:
    next(g)
except StopIteration as e:
    print("finished", e.value)
def bad():
    yield 1
    raise StopIteration("inner")


for misuse in (lambda: gen(1).send(1), lambda: gen(1).throw(5), lambda: list(bad())):
    try:
        misuse()
    except (TypeError, RuntimeError) as e:
        print(type(e).__name__, e, repr(e.__cause__))


try:
    list(bad())
except RuntimeError as e:
    print(e, repr(e.__cause__))


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass


s = stubborn()
next(s)
try:
    s.close()
except RuntimeError as e:
    print(e)


def running():
    try:
        next(me)
    except ValueError as e:
        print(e)
    yield 1


me = running()
next(me)


def reraise():
    try:
        raise ValueError("in generator")
    except ValueError:
        yield
        raise


r = reraise()
next(r)
try:
    raise KeyError("outside")
except KeyError:
    try:
        next(r)
    except ValueError as e:
        print(repr(e), repr(e.__context__))
