# differs: CPython has one mode
# What several threads may use at once, used by several at once, in every mode and with hand-overs at every step:
# buffered files, SimpleQueue, import, logging, lru_cache.
import functools
import gc
import importlib
import io
import logging
import logging.handlers
import os
import queue
import sys
import tempfile
import threading

THREADS = 4
folder = tempfile.TemporaryDirectory()
sys.path.insert(0, folder.name)
sys.dont_write_bytecode = True


def together(work, count=THREADS):
    """work(i) in `count` threads that begin together; what they returned."""
    begin = threading.Barrier(count)
    results, failures = [None] * count, []

    def run(i):
        begin.wait()
        try:
            results[i] = work(i)
        except BaseException as e:
            failures.append(e)

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    if failures:
        raise failures[0]
    return results


def writers(rounds):
    path = os.path.join(folder.name, "written")
    with open(path, "wb", buffering=256) as f:
        together(lambda i: [f.write(b"%d:%05d;" % (i, n)) for n in range(rounds)])
    with open(path, "rb") as f:
        parts = f.read().split(b";")
    assert parts.pop() == b""
    for i in range(THREADS):
        mine = [p for p in parts if p.startswith(b"%d:" % i)]
        assert mine == [b"%d:%05d" % (i, n) for n in range(rounds)], (i, mine[:3])
    assert len(parts) == THREADS * rounds


def readers(rounds):
    path = os.path.join(folder.name, "read")
    with open(path, "wb") as f:
        for n in range(THREADS * rounds):
            f.write(b"%07d\n" % n)
    with open(path, "rb", buffering=100) as f:
        got = together(lambda i: list(iter(lambda: f.read(8), b"")))
        assert f.tell() == THREADS * rounds * 8
    assert sorted(int(r) for part in got for r in part) == list(range(THREADS * rounds))
    for part in got:
        assert part == sorted(part)
    with open(path, "rb", buffering=100) as f:
        got = together(lambda i: [f.peek(1) and None or f.readline() for _ in range(rounds)])
    assert sorted(int(r) for part in got for r in part) == list(range(THREADS * rounds))


def update_and_read(rounds):
    path = os.path.join(folder.name, "random")
    with open(path, "w+b", buffering=64) as f:
        def work(i):
            for n in range(rounds):
                if i % 2:
                    f.seek(0)
                    f.read(10)
                else:
                    f.seek(0, 2)
                    f.write(b"0123456789")
                    f.flush()

        together(work)
        f.seek(0)
        # Where a write lands is not settled; that it is whole, and that the object is still right, is.
        assert len(f.read()) == os.path.getsize(path)
    memory = io.BytesIO()
    together(lambda i: [memory.write(b"abc") for _ in range(rounds)])
    assert memory.getvalue() == b"abc" * (THREADS * rounds)


def texts(rounds):
    with open(os.path.join(folder.name, "text"), "w", encoding="utf-8") as f:
        together(lambda i: [print(i, n, "\u20ac" * 5, file=f) for n in range(rounds)])
    with open(os.path.join(folder.name, "text"), encoding="utf-8") as f:
        assert f.read().count("\u20ac") == 5 * THREADS * rounds


def simple_queues(rounds):
    q = queue.SimpleQueue()

    def work(i):
        if i % 2:
            for n in range(rounds):
                q.put((i, n))
            q.put(None)
            return []
        return list(iter(q.get, None))

    got = together(work)
    assert q.empty() and q.qsize() == 0
    for part in got:
        for i in range(1, THREADS, 2):
            mine = [n for j, n in part if j == i]
            assert mine == sorted(mine)
    assert sorted(sum(got, [])) == [(i, n) for i in range(1, THREADS, 2) for n in range(rounds)]


generation = 0


def imports(rounds):
    global generation
    generation += 1
    names = [f"hammered_{generation}_{n}" for n in range(6)]
    for n, name in enumerate(names):
        with open(os.path.join(folder.name, name + ".py"), "w") as f:
            # Each imports the next, the last one the first. importlib refuses, here as in CPython, when a module appears in sys.modules
            # just after a thread that is part of a ring saw that it was not there; a second look finds it.
            f.write(
                "import builtins\nfrom importlib._bootstrap import _DeadlockError\nbuiltins.ran.append(__name__)\nbegin = True\n"
                f"try:\n    import {names[(n + 1) % 6]}\nexcept _DeadlockError:\n    import {names[(n + 1) % 6]}\nend = True\n"
            )
    importlib.invalidate_caches()
    import builtins
    builtins.ran = []

    def work(i):
        for n in range(6):
            module = importlib.import_module(names[(n * (1 if i % 2 else 5) + i) % 6])
            assert module.begin
        return [sys.modules[name].end for name in names]

    assert together(work) == [[True] * 6] * THREADS
    assert sorted(builtins.ran) == names, builtins.ran


def logs(rounds):
    stream = io.StringIO()
    logger = logging.getLogger("hammered")
    logger.propagate = False
    logger.setLevel(logging.DEBUG)
    handler = logging.StreamHandler(stream)
    handler.setFormatter(logging.Formatter("%(threadName)s %(message)s"))
    inbox = queue.SimpleQueue()
    listener = logging.handlers.QueueListener(inbox, handler)
    listener.start()
    logger.handlers[:] = [handler, logging.handlers.QueueHandler(inbox)]
    together(lambda i: [logger.info("%d %d", i, n) for n in range(rounds)])
    listener.stop()
    lines = stream.getvalue().splitlines()
    assert len(lines) == 2 * THREADS * rounds
    for i in range(THREADS):
        assert sorted(line.split(None, 3)[-2:] for line in lines if line.split()[-2] == str(i)) == sorted(
            [str(i), str(n)] for n in range(rounds) for _ in range(2))


def lru_caches(rounds):
    for size in 8, None, 0:
        @functools.lru_cache(maxsize=size)
        def cached(n):
            return [n, n * n]

        together(lambda i: [cached((n * (i + 1)) % 20)[1] == ((n * (i + 1)) % 20) ** 2 or 1 / 0 for n in range(rounds)])
        info = cached.cache_info()
        assert info.hits + info.misses == THREADS * rounds, info
        assert info.currsize <= (20 if size is None else size), info
        cached.cache_clear()
        assert cached.cache_info().currsize == 0


def properties(rounds):
    class Counted:
        made = 0

        @functools.cached_property
        def value(self):
            Counted.made += 1
            return object()

    objects = [Counted() for _ in range(rounds)]
    got = together(lambda i: [o.value for o in objects])
    assert all(part == got[0] for part in got) and Counted.made == rounds


for mode, n in (("ticks", 1), ("ticks", 7), ("ticks", 100), ("timed", None), ("fair", None)):
    sys._setgilmode(mode)
    if n:
        sys.setcheckinterval(n)
    else:
        sys.setswitchinterval(1e-5)
    for hammer in writers, readers, update_and_read, texts, simple_queues, imports, logs, lru_caches, properties:
        hammer(30 if n == 1 else 100)
    gc.collect()
    print(mode, n)
# expect: ticks 1
# expect: ticks 7
# expect: ticks 100
# expect: timed None
# expect: fair None
folder.cleanup()
