def outcome(f, *args):
    try:
        return repr(f(*args))
    except BaseException as e:
        return type(e).__name__ + ": " + repr(e.args)


class NotAnIterator:
    def __aiter__(self):
        return 5


async def numbers():
    yield 1
    yield 2


print(outcome(aiter, 5), outcome(anext, 5), outcome(anext, 5, 6), outcome(aiter, NotAnIterator()))
g = numbers()
print(aiter(g) is g, outcome(anext(g).send, None), outcome(anext(g, 7).send, None))
x = anext(g, 7)
print(type(x), [n for n in dir(x) if not hasattr(object, n)], x.__await__() is x, iter(x) is x)
print(outcome(x.send, None), outcome(anext(g).send, None), outcome(next, anext(numbers(), 8)))


class Gives:
    def __init__(self, awaitable):
        self.awaitable = awaitable

    def __anext__(self):
        return self.awaitable


class Awaitable:
    def __await__(self):
        return iter([1, 2])


async def stops():
    raise StopAsyncIteration


print(outcome(next, anext(Gives(5), 3)), outcome(next, anext(Gives(iter([1])), 3)))
for args in ((stops(), 3), (stops(), None)):
    x = anext(Gives(args[0]), args[1])
    print(outcome(x.send, None))
x = anext(Gives(stops()), 3)
print(outcome(next, x))
x = anext(Gives(stops()), 3)
print(outcome(x.throw, StopAsyncIteration))
x = anext(Gives(stops()), 3)
print(outcome(x.throw, ValueError, "a", None), outcome(anext(Gives(stops()), 3).close))
x = anext(Gives(Awaitable()), 3)
print(outcome(next, x), outcome(x.send, None), outcome(x.close))


async def main():
    g = numbers()
    return [await anext(g), await anext(g, "end"), await anext(g, "end"), await anext(aiter(numbers()))]


print(outcome(main().send, None))
