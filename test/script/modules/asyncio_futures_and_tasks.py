# Futures and tasks in C++: states, callbacks, cancelling, what a task accepts from its coroutine.
import asyncio
import gc
import weakref

import _asyncio

assert asyncio.Future is _asyncio.Future and asyncio.Task is _asyncio.Task
assert asyncio.current_task.__module__ == "asyncio.tasks"


def text_of(function, *args):
    try:
        return repr(function(*args))
    except BaseException as e:
        return f"{type(e).__name__}: {e}"


async def states():
    loop = asyncio.get_running_loop()
    f = loop.create_future()
    print(f._state, f.done(), f.cancelled(), f._callbacks, text_of(f.result), text_of(f.exception))
    order = []
    f.add_done_callback(lambda g: order.append(("a", g is f)))
    f.add_done_callback(order.append)
    f.add_done_callback(order.append)
    print(f.remove_done_callback(order.append), len(f._callbacks))
    f.set_result(5)
    await asyncio.sleep(0)
    print(text_of(f.set_result, 6), text_of(f.set_exception, ValueError), await f, order)
    f = loop.create_future()
    print(f.cancel("why"), f.cancel(), f._state)
    print(text_of(f.result), text_of(f.exception))
    f = loop.create_future()
    print(text_of(f.set_exception, StopIteration), text_of(f.set_exception, 5))
    f.set_exception(KeyError("k"))
    print(text_of(f.result), repr(f.exception()))
    print(text_of(asyncio.Future.__new__(asyncio.Future).get_loop))


async def yields(what):
    class Yields:
        def __await__(self):
            return (yield what)

    return await Yields()


async def wrong_things():
    for what in 7, (i for i in ()), asyncio.get_running_loop().create_future():
        text = text_of((await asyncio.gather(yields(what), return_exceptions=True))[0].__str__)
        print(text.split(" in task")[0].split(": <")[0].split(" object at")[0])
    print(await yields(None))
    other = asyncio.new_event_loop()
    try:
        await other.create_future()
    except RuntimeError as e:
        print("attached to a different loop" in str(e))
    finally:
        other.close()

    async def itself():
        await asyncio.current_task()

    try:
        await asyncio.create_task(itself())
    except RuntimeError as e:
        print(str(e).split(":")[0])


class Foreign:
    """A future of another kind."""

    _asyncio_future_blocking = False

    def __init__(self, loop):
        self.loop, self.callbacks = loop, []

    def get_loop(self):
        return self.loop

    def add_done_callback(self, fn, *, context):
        self.callbacks.append((fn, context))

    def result(self):
        return "foreign"

    def __await__(self):
        self._asyncio_future_blocking = True
        yield self
        return self.result()


async def foreign_futures():
    loop = asyncio.get_running_loop()
    f = Foreign(loop)

    async def wait():
        return await f

    task = asyncio.create_task(wait(), name="waits")
    await asyncio.sleep(0)
    (fn, context), = f.callbacks
    print(task.get_name(), task._fut_waiter is f, f._asyncio_future_blocking)
    loop.call_soon(fn, f, context=context)
    print(await task)


async def cancelling():
    log = []

    async def stubborn():
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError as e:
            log.append(e.args)
        await asyncio.sleep(0)
        return "done"

    task = asyncio.create_task(stubborn())
    await asyncio.sleep(0)
    print(task.cancel("first"), task.cancelling(), task.uncancel(), await task, log)

    async def soft():
        await asyncio.sleep(60)

    task = asyncio.create_task(soft())
    await asyncio.sleep(0)
    task.cancel("gone")
    try:
        await task
    except asyncio.CancelledError as e:
        print(e.args, task.cancelled(), task.cancelling())

    async def handles():
        try:
            raise KeyError(1)
        except KeyError:
            await asyncio.sleep(60)

    task = asyncio.create_task(handles())
    await asyncio.sleep(0)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError as e:
        print("context:", repr(e.__context__.__context__ or e.__context__))


def forgotten():
    loop = asyncio.new_event_loop()
    heard = []
    loop.set_exception_handler(lambda loop, about: heard.append(sorted(about) + [about["message"]]))
    f = loop.create_future()
    f.set_exception(ValueError(1))
    del f
    gc.collect()

    async def waits():
        await loop.create_future()

    task = loop.create_task(waits())
    loop.call_soon(loop.stop)
    loop.run_forever()
    gone = weakref.ref(task)
    del task
    gc.collect()
    print(gone() is None)
    print(*heard, sep="\n")
    loop.close()


def nothing_stays_behind():
    async def fails():
        await asyncio.sleep(0)
        raise LookupError

    async def waits(f):
        return await f

    async def main():
        f, g = [asyncio.get_running_loop().create_future() for _ in range(2)]
        made = [f, g, asyncio.create_task(fails()), asyncio.create_task(waits(f)), asyncio.create_task(waits(g))]
        await asyncio.sleep(0)
        made[4].cancel()
        f.set_result(1)
        await asyncio.gather(*made, return_exceptions=True)
        return [weakref.ref(x) for x in made]

    references = asyncio.run(main())
    gc.collect()
    print([r() for r in references])


asyncio.run(states())
nothing_stays_behind()
asyncio.run(wrong_things())
asyncio.run(foreign_futures())
asyncio.run(cancelling())
forgotten()
print(text_of(asyncio.get_running_loop), text_of(asyncio.Task, 5))
