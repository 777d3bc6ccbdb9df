import asyncio
import sys
import warnings


def outcome(f, *args, **kw):
    try:
        return repr(f(*args, **kw))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


print(sys.get_asyncgen_hooks(), outcome(sys.set_asyncgen_hooks, 1), outcome(sys.set_asyncgen_hooks, firstiter=None, finalizer=5))
seen = []
print(sys.set_asyncgen_hooks(lambda g: seen.append("first"), lambda g: seen.append("last")), outcome(sys.set_asyncgen_hooks))


async def numbers():
    yield 1
    yield 2


def step(awaitable):
    try:
        awaitable.send(None)
    except StopIteration as e:
        return e.value


g = numbers()
print(step(g.__anext__()), step(g.__anext__()), seen)
del g
print(seen)
sys.set_asyncgen_hooks(None, None)
print(tuple(sys.get_asyncgen_hooks()), outcome(sys.set_coroutine_origin_tracking_depth, -1), outcome(sys.set_coroutine_origin_tracking_depth, "x"))


async def coroutine():
    pass


def outer():
    return inner()


def inner():
    return coroutine()


for depth in (0, 1, 2, 10):
    sys.set_coroutine_origin_tracking_depth(depth)
    c = outer()
    print(depth, sys.get_coroutine_origin_tracking_depth(), c.cr_origin and [o[1:] for o in c.cr_origin])
    c.close()
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    sys.set_coroutine_origin_tracking_depth(1)
    c = outer()
    del c
    sys.set_coroutine_origin_tracking_depth(0)
    c = outer()
    del c
print([[line.split('/')[-1] for line in str(w.message).splitlines()[::2]] for w in caught])


async def double(n):
    await asyncio.sleep(0.001)
    return n * 2


async def main():
    results = await asyncio.gather(*(double(i) for i in range(5)))
    async with asyncio.timeout(5), asyncio.TaskGroup() as group:
        tasks = [group.create_task(double(i)) for i in range(3)]
    reader, writer = None, None

    async def echo(r, w):
        w.write((await r.readline()).upper())
        await w.drain()
        w.close()

    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
    writer.write(b"line\n")
    answer = await reader.read()
    writer.close()
    server.close()
    process = await asyncio.create_subprocess_exec("echo", "from a child", stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    thread = await asyncio.to_thread(sum, [1, 2, 3])
    async for n in numbers():
        break
    return results, [t.result() for t in tasks], answer, output, process.returncode, thread, n


print(asyncio.run(main()))
