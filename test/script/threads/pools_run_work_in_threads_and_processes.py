# concurrent.futures over threads and processes, as programs use it.
import concurrent.futures as futures
import hashlib
import os
import threading
import zlib


def digest(data):
    return hashlib.sha256(zlib.compress(data)).hexdigest()


def collatz(n):
    steps = 0
    while n != 1:
        n = n // 2 if n % 2 == 0 else 3 * n + 1
        steps += 1
    return n and steps


def fail(n):
    if n == 3:
        raise LookupError(n)
    return n


class CannotPickle:
    def __reduce__(self):
        raise TypeError("not to be sent")


def give_unpicklable():
    return CannotPickle()


def leave():
    os._exit(7)


prepared = None


def prepare(value):
    global prepared
    prepared = value


def get_prepared(_):
    return prepared


def name_of(exception):
    return type(exception).__name__


def common(pool):
    print([f.result() for f in [pool.submit(pow, n, 2) for n in range(5)]])
    print(list(pool.map(collatz, range(1, 20), chunksize=4)))
    print(sorted(f.result() for f in futures.as_completed([pool.submit(fail, n) for n in range(3)])))
    try:
        list(pool.map(fail, range(5)))
    except LookupError as e:
        print("raised", e, type(e.__cause__).__name__)
    done, rest = futures.wait([pool.submit(fail, n) for n in range(5)], return_when=futures.FIRST_EXCEPTION)
    print(any(f.exception() for f in done), len(done) + len(rest))


def threads():
    data = [bytes([i]) * 100000 for i in range(20)]
    expected = [digest(d) for d in data]
    with futures.ThreadPoolExecutor(4) as pool:
        print(list(pool.map(digest, data)) == expected)
        common(pool)
    with futures.ThreadPoolExecutor(1, thread_name_prefix="one", initializer=prepare, initargs=("ready",)) as pool:
        print(pool.submit(get_prepared, 0).result(), pool.submit(lambda: threading.current_thread().name).result())
        gate = threading.Event()
        first = pool.submit(gate.wait)
        second = pool.submit(print, "never")
        third = pool.submit(int)
        print(second.cancel(), second.cancelled(), third.done())
        try:
            first.result(timeout=0.01)
        except TimeoutError as e:
            print(name_of(e))
        called = []
        third.add_done_callback(lambda f: called.append(f.result()))
        gate.set()
        print(third.result(), first.result())
    print(called)
    try:
        pool.submit(int)
    except RuntimeError as e:
        print(e)
    pool = futures.ThreadPoolExecutor(1)
    gate = threading.Event()
    started = threading.Event()
    running = pool.submit(lambda: (started.set(), gate.wait()))
    started.wait()
    waiting = [pool.submit(int) for _ in range(3)]
    pool.shutdown(wait=False, cancel_futures=True)
    gate.set()
    print([f.cancelled() for f in waiting], running.result())


def processes():
    with futures.ProcessPoolExecutor(2) as pool:
        common(pool)
        print(pool.submit(os.getpid).result() != os.getpid())
        print(name_of(pool.submit(give_unpicklable).exception()))
    with futures.ProcessPoolExecutor(2, initializer=prepare, initargs=("ready",)) as pool:
        print(set(pool.map(get_prepared, range(4))))
    with futures.ProcessPoolExecutor(1) as pool:
        print(name_of(pool.submit(leave).exception()))
        try:
            pool.submit(int)
        except futures.process.BrokenProcessPool as e:
            print(name_of(e))


def many_threads():
    total = 0
    lock = threading.Lock()

    def add():
        nonlocal total
        with lock:
            total += 1

    for _ in range(40):
        crew = [threading.Thread(target=add) for _ in range(25)]
        for t in crew:
            t.start()
        for t in crew:
            t.join()
    print(total, threading.active_count())
    gate = threading.Event()
    crew = [threading.Thread(target=gate.wait) for _ in range(200)]
    for t in crew:
        t.start()
    print(threading.active_count())
    gate.set()
    for t in crew:
        t.join()
    print(threading.active_count())


if __name__ == "__main__":
    threads()
    processes()
    many_threads()
