class Step:
    def __init__(self, v):
        self.v = v

    def __await__(self):
        got = yield self.v
        return got


class Source:
    def __init__(self, n):
        self.n = n

    def __aiter__(self):
        return self

    async def __anext__(self):
        if self.n == 0:
            raise StopAsyncIteration
        self.n -= 1
        return self.n


class Lock:
    async def __aenter__(self):
        print("aenter")
        return "lock"

    async def __aexit__(self, kind, value, tb):
        print("aexit", kind and kind.__name__)
        return kind is ValueError


async def agen(n):
    for i in range(n):
        got = yield i
        if got:
            print("sent", got)


async def main():
    print(await Step("first"))
    async for x in Source(2):
        print("item", x)
    else:
        print("exhausted")
    async with Lock() as l, Lock():
        print(l)
    async with Lock():
        raise ValueError
    print([x async for x in agen(3)], {x async for x in agen(2)}, {x: await inner(x) async for x in agen(2)})
    print([await inner(i) for i in range(2)])
    print(sum([y for y in [z async for z in Source(3)] if y]))
    g = (x async for x in agen(2))
    print(await g.__anext__())
    a = agen(2)
    print(await a.asend(None), await a.asend("hi"))
    try:
        await a.__anext__()
    except StopAsyncIteration:
        print("stop")
    async for x in agen(5):
        if x == 1:
            continue
        if x == 3:
            break
        print("x", x)
    try:
        await 5
    except TypeError as e:
        print(e)
    return "result"


async def inner(x):
    return x * 10


c = main()
print(c.send(None))
try:
    c.send("back")
except StopIteration as e:
    print(e.value)


async def cleanup():
    try:
        await Step(1)
    finally:
        print("cleaned")


c = cleanup()
c.send(None)
c.close()
