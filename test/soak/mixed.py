"""A program that does everything at once for a while: threads, signals, forks, sockets, pools, garbage, exceptions.

    mixed.py SECONDS [--report EVERY]

Every worker counts its rounds and checks what comes back. At the end each must have come round, nothing may be left over (threads,
descriptors, children), and memory must be flat: what the process has in use in the last quarter of the time is set against the second.
"""
import argparse
import asyncio
import contextlib
import contextvars
import gc
import hashlib
import io
import json
import logging
import os
import pickle
import queue
import select
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
import traceback
import weakref
import zlib
from concurrent.futures import ThreadPoolExecutor

ALLOWED_GROWTH = 0.05  # of what is in use
ALLOWED_MEGABYTES = 8  # in any case
CHILD_SECONDS = 60  # after which a forked child is taken to hang
SANITIZER_KEEPS_MEGABYTES = 1000  # of freed memory, more of it with time


def sanitized():
    with open("/proc/self/maps") as f:
        return any(name in line for line in f for name in ("libasan", "libtsan"))


class Soak:
    def __init__(self, seconds):
        self.end = time.monotonic() + seconds
        self.over = threading.Event()
        self.counts, self.failures = {}, []
        self.signals = 0

    def worker(self, work):
        self.counts[work.__name__] = 0
        try:
            while not self.over.is_set() and time.monotonic() < self.end:
                work()
                self.counts[work.__name__] += 1
        except BaseException:
            self.failures.append(f"{work.__name__} ({self.counts[work.__name__]} rounds before):\n{traceback.format_exc()}")
            self.over.set()


def check(condition, *facts):
    if not condition:
        raise AssertionError(facts)


class Node:
    def __init__(self, before=None):
        self.before, self.me = before, self
        self.data = [self, {"node": self}]

    def __del__(self):
        self.data.clear()


def garbage():
    node = None
    for _ in range(200):
        node = Node(node)
    seen = weakref.ref(node)
    del node
    gc.collect()
    check(seen() is None)


def deep(n):
    try:
        if n == 0:
            raise LookupError("the bottom")
        deep(n - 1)
    except Exception as e:
        if n % 10:
            raise
        raise ValueError(n) from e
    finally:
        len(str(n))


def exceptions():
    for _ in range(4):
        try:
            deep(60)
        except ValueError as e:
            check(e.args == (60,) and isinstance(e.__cause__, ValueError))
            check("".join(traceback.format_exception(e)).count("direct cause") == 7)
    try:
        raise ExceptionGroup("several", [TypeError(1), OSError(2, "two")])
    except* TypeError as group:
        check(len(group.exceptions) == 1)
    except* OSError as group:
        check(group.exceptions[0].errno == 2)


def recursion():
    def endless(n):
        return endless(n + 1)

    try:
        endless(0)
    except RecursionError:
        return
    raise AssertionError("no end")


def short_threads():
    local, total, lock = threading.local(), [], threading.Lock()

    def run(n):
        local.value = [n] * 10
        with lock:
            total.append(sum(local.value))

    crew = [threading.Thread(target=run, args=(n,)) for n in range(12)]
    for t in crew:
        t.start()
    for t in crew:
        t.join()
    check(sorted(total) == [10 * n for n in range(12)], total)


def queues():
    items, answers = queue.Queue(8), queue.SimpleQueue()

    def take():
        while (n := items.get()) is not None:
            answers.put(n * n)

    crew = [threading.Thread(target=take) for _ in range(3)]
    for t in crew:
        t.start()
    for n in range(200):
        items.put(n)
    for t in crew:
        items.put(None)
    for t in crew:
        t.join()
    check(sum(answers.get() for _ in range(200)) == sum(n * n for n in range(200)))


class Upper(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line.upper())


class Server(socketserver.ThreadingTCPServer):
    pass


def sockets():
    with Server(("127.0.0.1", 0), Upper) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            for n in range(5):
                with socket.create_connection(server.server_address) as s, s.makefile("rwb") as f:
                    for k in range(20):
                        f.write(b"line %d %d\n" % (n, k))
                        f.flush()
                        check(f.readline() == b"LINE %d %d\n" % (n, k))
        finally:
            server.shutdown()
            thread.join()


def socket_pairs():
    a, b = socket.socketpair()
    with a, b:
        data = os.urandom(300_000)
        sender = threading.Thread(target=lambda: (a.sendall(data), a.shutdown(socket.SHUT_WR)))
        sender.start()
        got = bytearray()
        while select.select([b], [], [], 60)[0]:
            piece = b.recv(10_000)
            if not piece:
                break
            got += piece
        sender.join()
        check(got == data, len(got))


def forks():
    r, w = os.pipe()
    pid = os.fork()
    if pid == 0:
        status = 9
        try:
            os.close(r)
            crew = [threading.Thread(target=lambda n=n: os.write(w, b"%d" % n)) for n in range(3)]
            for t in crew:
                t.start()
            for t in crew:
                t.join()
            status = 3
        finally:
            os._exit(status)
    os.close(w)
    gone = os.pidfd_open(pid)
    # GCC's AddressSanitizer does not make its allocator whole in the child: one that another thread had locked stays locked.
    if not select.select([gone], [], [], CHILD_SECONDS)[0] and sanitized():
        os.kill(pid, signal.SIGKILL)
        print(f"child {pid} given up: it waits for a lock, perhaps the sanitizer's", flush=True)
        os.waitpid(pid, 0)
    else:
        with open(r, "rb", closefd=False) as f:
            check(sorted(f.read()) == list(b"012"))
        check(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3)
    os.close(gone)
    os.close(r)


def subprocesses():
    run = subprocess.run(["tr", "a-z", "A-Z"], input=b"text " * 5000, stdout=subprocess.PIPE, check=True)
    check(run.stdout == b"TEXT " * 5000)


def event_loops():
    variable = contextvars.ContextVar("variable")

    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(line[::-1])
            await writer.drain()
        writer.close()

    async def talk(port, n):
        variable.set(n)
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for _ in range(5):
            writer.write(b"%05d\n" % n)
            answer = await reader.readexactly(6)
            check(answer == (b"%05d\n" % n)[::-1] and variable.get() == n, answer)
        writer.close()
        await writer.wait_closed()
        return n

    async def never():
        await asyncio.get_running_loop().create_future()

    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            results = await asyncio.gather(*[talk(port, n) for n in range(10)], asyncio.to_thread(sum, range(100)))
            check(results == [*range(10), 4950], results)
            task = asyncio.ensure_future(never())
            await asyncio.sleep(0)
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
            try:
                await asyncio.wait_for(never(), 0.001)
            except TimeoutError:
                return
            raise AssertionError("no timeout")

    asyncio.run(main())


def pools():
    data = [bytes([n]) * 50_000 for n in range(10)]
    with ThreadPoolExecutor(3) as pool:
        digests = list(pool.map(lambda d: hashlib.sha256(zlib.compress(d)).hexdigest(), data))
    check(digests == [hashlib.sha256(zlib.compress(d)).hexdigest() for d in data])


def texts():
    facts = {"list": list(range(100)), "text": "äöü€𝄞" * 20, "nested": {str(n): {"n": n, "half": n / 2} for n in range(50)}}
    check(json.loads(json.dumps(facts)) == facts == pickle.loads(pickle.dumps(facts)))
    log = logging.Logger("soak")
    stream = io.StringIO()
    log.addHandler(logging.StreamHandler(stream))
    log.warning("a %s of %d", "warning", 7)
    check(stream.getvalue() == "a warning of 7\n")
    namespace = {}
    exec(compile(f"class C{os.getpid()}:\n def f(self, n): return [n * k for k in range(10)]\nresult = C{os.getpid()}().f(3)\n", "<soak>", "exec"), namespace)
    check(namespace["result"] == [3 * k for k in range(10)])


def computing():
    value = 1
    for i in range(20_000):
        value = (value * 31 + i) % 65521
    check(value == 57735, value)


shared = {}


def shared_dict():
    me = threading.get_ident()
    for n in range(500):
        shared[me, n] = [n]
        check(shared.pop((me, n)) == [n])


WORKERS = [garbage, exceptions, recursion, short_threads, queues, sockets, socket_pairs, forks, subprocesses, event_loops, pools, texts, computing,
           shared_dict]  # fmt: skip


def megabytes():
    with open("/proc/self/statm") as f:
        return int(f.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


def descriptors():
    return len(os.listdir("/proc/self/fd"))


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("seconds", type=float)
    ap.add_argument("--report", type=float, default=0, help="seconds between two lines about where it stands")
    options = ap.parse_args()
    event_loops()  # what is made once and kept: imports, the resolver, the first arenas
    before = descriptors()
    soak = Soak(options.seconds)

    def on_alarm(number, frame):
        soak.signals += 1

    signal.signal(signal.SIGALRM, on_alarm)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    begin = time.monotonic()
    threads = [threading.Thread(target=soak.worker, args=(w,), name=w.__name__) for w in WORKERS]
    for t in threads:
        t.start()
    samples, reported = [], begin
    while any(t.is_alive() for t in threads) and time.monotonic() < soak.end + 300:
        soak.over.wait(min(0.25, options.seconds / 40))
        now = time.monotonic()
        if now < soak.end:
            samples.append(((now - begin) / options.seconds, megabytes()))
        if options.report and now - reported >= options.report:
            reported = now
            print(f"{now - begin:7.0f} s  {megabytes():7.1f} MB  {soak.signals} signals  {soak.counts}", flush=True)
        if soak.over.is_set():
            for t in threads:
                t.join(60)
    signal.setitimer(signal.ITIMER_REAL, 0)
    stuck = [t.name for t in threads if t.is_alive()]
    problems = list(soak.failures)
    if stuck:
        problems.append(f"still running: {stuck}")
        for thread, frame in sys._current_frames().items():
            problems.append("".join(traceback.format_stack(frame)))
    if not problems:
        problems += [f"never came round: {name}" for name, count in soak.counts.items() if not count]
    if not soak.signals:
        problems.append("no signal came")
    gc.collect()
    if not stuck and threading.active_count() != 1:
        problems.append(f"threads left: {threading.enumerate()}")
    if descriptors() != before:
        problems.append(f"descriptors: {before} before, {descriptors()} after")
    with contextlib.suppress(ChildProcessError):
        problems.append(f"a child left: {os.waitpid(-1, os.WNOHANG)}")
    if shared:
        problems.append(f"entries left: {len(shared)}")

    def most(first, last):
        return max((m for when, m in samples if first <= when < last), default=0)

    early, late = most(0.25, 0.5), most(0.75, 1.0)
    allowed = SANITIZER_KEEPS_MEGABYTES if sanitized() else ALLOWED_MEGABYTES
    if late > early + max(early * ALLOWED_GROWTH, allowed):
        problems.append(f"memory grew: {early:.1f} MB in the second quarter, {late:.1f} MB in the last")
    print(f"{time.monotonic() - begin:.0f} s, {soak.signals} signals, memory {early:.1f} -> {late:.1f} MB, rounds {soak.counts}")
    for p in problems:
        print("PROBLEM", p)
    print("soak:", "FAILED" if problems else "nothing found", flush=True)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
