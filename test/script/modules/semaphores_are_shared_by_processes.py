# _multiprocessing.SemLock, and multiprocessing over it: locks, queues and pools, in processes made in each way.
import _multiprocessing
import multiprocessing
import os
import signal
import tempfile
import threading


def attempt(function, *args):
    try:
        print(function.__name__, function(*args))
    except Exception as e:
        print(function.__name__, type(e).__name__, e)


def semaphores():
    name = f"/baton-test-{os.getpid()}"
    print(_multiprocessing.flags, _multiprocessing.SemLock.SEM_VALUE_MAX)
    s = _multiprocessing.SemLock(1, 2, 2, name, True)
    print(s.kind, s.maxvalue, s.name, s._count(), s._get_value(), s._is_zero(), s._is_mine())
    print(s.acquire(), s.acquire(True, 5), s.acquire(False), s.acquire(timeout=0.01), s.acquire(True, -1), s._is_zero(), s._count())
    s.release()
    s.release()
    attempt(s.release)
    with s as entered:
        print(entered, s._count())
    m = _multiprocessing.SemLock(kind=0, value=1, maxvalue=1, name=name, unlink=False)
    print(m.acquire(), m.acquire(), m._count(), m._is_mine(), m.name == name)
    other = _multiprocessing.SemLock._rebuild(m.handle, 0, 1, name)
    print(other.acquire(False), other._is_mine())
    thread = threading.Thread(target=lambda: attempt(m.release))
    thread.start()
    thread.join()
    m.release()
    m.release()
    print(other.acquire(False))
    other.release()
    _multiprocessing.sem_unlink(name)
    attempt(_multiprocessing.sem_unlink, name)
    attempt(_multiprocessing.SemLock, 2, 1, 1, name, True)
    attempt(_multiprocessing.SemLock, 0, 1, 1, 5, True)
    attempt(setattr, m, "kind", 5)

    # Waiting is left for a signal's handler, and goes on.
    came = []
    s.acquire(), s.acquire()
    signal.signal(signal.SIGALRM, lambda number, frame: (came.append(number), s.release()))
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    print(s.acquire(), came)

    def fail(number, frame):
        raise LookupError("handler")

    signal.signal(signal.SIGALRM, fail)
    signal.setitimer(signal.ITIMER_REAL, 0.02)
    attempt(s.acquire)


def count(lock, path, times):
    for _ in range(times):
        with lock:
            with open(path) as f:
                total = int(f.read())
            with open(path, "w") as f:
                f.write(str(total + 1))


def squares(inbox, outbox):
    for n in iter(inbox.get, None):
        outbox.put(n * n)


def square(n):
    return n * n


def processes(method):
    context = multiprocessing.get_context(method)
    lock = context.Lock()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "total")
        with open(path, "w") as f:
            f.write("0")
        crew = [context.Process(target=count, args=(lock, path, 50)) for _ in range(3)]
        for p in crew:
            p.start()
        for p in crew:
            p.join()
        with open(path) as f:
            print(method, [p.exitcode for p in crew], f.read())
    inbox, outbox = context.Queue(), context.Queue()
    p = context.Process(target=squares, args=(inbox, outbox))
    p.start()
    for n in [*range(5), None]:
        inbox.put(n)
    print([outbox.get() for _ in range(5)], p.join())
    with context.Pool(2) as pool:
        print(pool.map(square, range(10)), pool.apply_async(square, (12,)).get())


if __name__ == "__main__":
    semaphores()
    processes("fork")
    processes("spawn")
    processes("forkserver")
