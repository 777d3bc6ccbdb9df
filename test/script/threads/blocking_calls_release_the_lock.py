# differs: CPython has no mode in which only blocking calls let other threads in
# Every row of the table of blocking calls in vm/modules/README.md: other threads run meanwhile, or they do not.
#
# In mode ticks with a count that never runs out, a thread loses the lock by nothing but a call that gives it away.
import _multiprocessing
import _posixsubprocess
import _queue
import _thread
import _random
import binascii
import faulthandler
import fcntl
import hashlib
import io
import os
import pwd
import re
import select
import signal
import socket
import sys
import syslog
import tempfile
import threading
import time
import zlib

README = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "..", "vm", "modules", "README.md")
LONG = 20  # seconds after which a call that gives nothing away is given up
SOON = 0.2

sys._setgilmode("ticks")
sys.setcheckinterval(2**30)


def others_run_during(call, unblock=None, limit=LONG):
    """Whether this thread got the lock while another was in call(). Short calls are repeated until it does."""
    ended, seen, result = [], [], []
    gate = _thread.allocate_lock()
    gate.acquire()

    def run():
        end = time.monotonic() + limit
        gate.release()  # who waits for the gate waits for the interpreter lock from now on
        while True:
            call()
            if unblock or seen or time.monotonic() >= end:
                break
        ended.append(True)

    thread = threading.Thread(target=run)
    thread.start()
    gate.acquire()
    seen.append(True)
    result.append(not ended)
    if unblock:
        unblock()
    thread.join()
    return result[0]


CASES = {}


def case(name):
    def note(function):
        CASES[name] = function
        return function

    return note


folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, "file")
with open(path, "wb") as f:
    f.write(bytes(100))
DATA = os.urandom(1 << 20)
PACKED = zlib.compress(DATA)


def with_pipe(call):
    """call(read end, write end) -> (blocking call, what ends it)."""

    def run():
        read, write = os.pipe()
        try:
            return others_run_during(*call(read, write))
        finally:
            os.close(read)
            os.close(write)

    return run


def with_sockets(call):
    def run():
        a, b = socket.socketpair()
        with a, b:
            return others_run_during(*call(a, b))

    return run


def short(call, limit=LONG):
    return lambda: others_run_during(call, limit=limit)


def full_pipe(read, write):
    os.set_blocking(write, False)
    try:
        while True:
            os.write(write, bytes(65536))
    except BlockingIOError:
        os.set_blocking(write, True)
    return (lambda: os.write(write, bytes(4096))), (lambda: os.read(read, 65536))


def lock_case(make, try_again=False):
    def run():
        lock = make()
        lock.acquire()
        return others_run_during(lock.acquire, lock.release)

    return run


@case("_thread.RLock.acquire")
def rlock():
    lock = _thread.RLock()
    lock.acquire()
    return others_run_during(lock.acquire, lock.release)


@case("_queue.SimpleQueue.get")
def simple_queue():
    q = _queue.SimpleQueue()
    return others_run_during(q.get, lambda: q.put(1))



def blocked(wait):
    # Every thread inherits the mask.
    def run():
        old = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
        try:
            return others_run_during(lambda: wait([signal.SIGUSR1]), lambda: os.kill(os.getpid(), signal.SIGUSR1))
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, old)

    return run


@case("signal.pause")
def pause():
    waiter = []
    signal.signal(signal.SIGUSR2, lambda *args: None)

    def call():
        waiter.append(threading.get_ident())
        signal.pause()
        waiter.clear()

    def interrupt():
        # The signal may come just before the pause.
        while waiter:
            signal.pthread_kill(waiter[0], signal.SIGUSR2)
            time.sleep(0.001)

    return others_run_during(call, interrupt)


def a_fifo(opener):
    def run():
        name = os.path.join(folder.name, "fifo")
        os.mkfifo(name)
        try:
            closers = []
            return others_run_during(lambda: closers.append(opener(name)), lambda: os.close(os.open(name, os.O_WRONLY)))
        finally:
            os.unlink(name)

    return run


@case("os.open")
def os_open():
    return a_fifo(lambda name: os.close(os.open(name, os.O_RDONLY)))()


@case("io.open")
def io_open():
    return a_fifo(lambda name: io.open(name, "rb", buffering=0).close())()


def child(wait):
    def run():
        read, write = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
        os.close(read)
        return others_run_during(lambda: wait(pid), lambda: os.close(write))

    return run


@case("os.system")
def os_system():
    name = os.path.join(folder.name, "fifo")
    os.mkfifo(name)
    try:
        return others_run_during(lambda: os.system(f"cat {name}"), lambda: os.close(os.open(name, os.O_WRONLY)))
    finally:
        os.unlink(name)


@case("_posixsubprocess.fork_exec")
def fork_exec():
    def call():
        read, write = os.pipe()
        pid = _posixsubprocess.fork_exec([b"true"], [b"/bin/true"], True, (write,), None, None, -1, -1, -1, -1, -1, -1, read, write, True,
                                         False, -1, None, None, None, -1, None, True)
        os.close(write)
        os.close(read)
        pids.append(pid)

    pids = []
    seen = others_run_during(call)
    for pid in pids:
        os.waitpid(pid, 0)
    return seen


@case("io.FileIO.read")
@with_pipe
def fileio_read(read, write):
    f = io.FileIO(read, closefd=False)
    return (lambda: f.read(1)), (lambda: os.write(write, b"x"))


@case("io.FileIO.write")
@with_pipe
def fileio_write(read, write):
    _, drain = full_pipe(read, write)
    f = io.FileIO(write, "w", closefd=False)
    return (lambda: f.write(bytes(4096))), drain


@case("io.BufferedReader.read")
@with_pipe
def buffered_read(read, write):
    f = io.open(read, "rb", closefd=False)
    return (lambda: f.read(1)), (lambda: os.write(write, b"x"))


@case("io.BufferedWriter.flush")
@with_pipe
def buffered_flush(read, write):
    _, drain = full_pipe(read, write)
    f = io.open(write, "wb", closefd=False)
    f.write(bytes(4096))
    return f.flush, drain


def file_lock(lock):
    def run():
        with open(path, "r+b") as mine, open(path, "r+b") as other:
            lock(mine, fcntl.LOCK_EX)
            return others_run_during(lambda: lock(other, fcntl.LOCK_EX), lambda: lock(mine, fcntl.LOCK_UN))

    return run


@case("fcntl.lockf")
def lockf():
    # Such a lock belongs to the process: another one holds it.
    read, write = os.pipe()
    ready, told = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(write)
        f = open(path, "r+b")
        fcntl.lockf(f, fcntl.LOCK_EX)
        os.write(told, b"x")
        os.read(read, 1)
        os._exit(0)
    os.close(read)
    os.read(ready, 1)
    with open(path, "r+b") as f:
        seen = others_run_during(lambda: fcntl.lockf(f, fcntl.LOCK_EX), lambda: os.close(write))
    os.close(ready), os.close(told)
    os.waitpid(pid, 0)
    return seen


@case("socket.accept")
def accept():
    with socket.create_server(("127.0.0.1", 0)) as server:
        made = []
        try:
            return others_run_during(lambda: made.append(server.accept()[0]),
                                     lambda: made.append(socket.create_connection(server.getsockname())))
        finally:
            for s in made:
                s.close()


@case("socket.connect")
def connect():
    def call():
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as s:
            s.connect(server.getsockname())

    return others_run_during(call)


@case("socket.sendall")
@with_sockets
def sendall(a, b):
    a.setblocking(False)
    try:
        while True:
            a.send(bytes(65536))
    except BlockingIOError:
        a.setblocking(True)
    return (lambda: a.sendall(bytes(65536))), (lambda: [b.recv(1 << 20) for _ in range(2)])


@case("io.FileIO.close")
def fileio_close():
    return others_run_during(lambda: io.FileIO(path).close())


@case("os.fork")
def fork():
    def call():
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        pids.append(pid)

    pids = []
    seen = others_run_during(call, limit=SOON)
    for pid in pids:
        os.waitpid(pid, 0)
    return seen


def semaphore():
    s = _multiprocessing.SemLock(1, 0, 1, f"/baton-blocking-{os.getpid()}", True)
    return others_run_during(s.acquire, s.release)


number = 3**200
CASES |= {
    "time.sleep": short(lambda: time.sleep(0.001)),
    "_thread.lock.acquire": lock_case(_thread.allocate_lock),
    "_multiprocessing.SemLock.acquire": semaphore,
    "select.select": with_pipe(lambda r, w: ((lambda: select.select([r], [], [])), (lambda: os.write(w, b"x")))),
    "signal.sigwait": blocked(signal.sigwait),
    "signal.sigwaitinfo": blocked(signal.sigwaitinfo),
    "signal.sigtimedwait": blocked(lambda signals: signal.sigtimedwait(signals, LONG)),
    "os.read": with_pipe(lambda r, w: ((lambda: os.read(r, 1)), (lambda: os.write(w, b"x")))),
    "os.write": with_pipe(full_pipe),
    "os.waitpid": child(lambda pid: os.waitpid(pid, 0)),
    "os.wait": child(lambda pid: os.wait()),
    "os.stat": short(lambda: os.stat(path)),
    "os.listdir": short(lambda: os.listdir(folder.name)),
    "os.scandir": short(lambda: list(os.scandir(folder.name))),
    "os.getrandom": short(lambda: os.getrandom(1 << 16)),
    "fcntl.flock": file_lock(fcntl.flock),
    "socket.recv": with_sockets(lambda a, b: ((lambda: a.recv(1)), (lambda: b.send(b"x")))),
    "socket.recv_into": with_sockets(lambda a, b: ((lambda: a.recv_into(bytearray(1))), (lambda: b.send(b"x")))),
    "socket.getaddrinfo": short(lambda: socket.getaddrinfo("127.0.0.1", 80)),
    "pwd.getpwnam": short(lambda: pwd.getpwnam("root")),
    "zlib.compress": short(lambda: zlib.compress(DATA)),
    "zlib.decompress": short(lambda: zlib.decompress(PACKED)),
    "zlib.crc32": short(lambda: zlib.crc32(DATA)),
    "hashlib.sha256": short(lambda: hashlib.sha256(DATA)),
    "hashlib.blake2b": short(lambda: hashlib.blake2b(DATA)),
    "pwd.getpwall": short(pwd.getpwall, SOON),
    "binascii.hexlify": short(lambda: binascii.hexlify(DATA), SOON),
    "re.match": short(lambda: re.match(rb"(?:.)*", DATA, re.DOTALL), SOON),
    "sorted": short(lambda: sorted(DATA), SOON),
    "int.__pow__": short(lambda: pow(number, 300), SOON),
}


@case("os.fsync")
def fsync():
    with open(path, "r+b") as f:
        return others_run_during(lambda: os.fsync(f))


def waiting_object(make):
    @with_pipe
    def run(read, write):
        waiter = make()
        waiter.register(read, 1)  # POLLIN, EPOLLIN
        return (lambda: waiter.poll()), (lambda: os.write(write, b"x"))

    return run


@case("os.posix_spawn")
def posix_spawn():
    seen = others_run_during(lambda: pids.append(os.posix_spawn("/bin/true", ["true"], {})))
    for pid in pids:
        os.waitpid(pid, 0)
    return seen


def sendfile():
    with open(path, "rb") as source, open(os.path.join(folder.name, "copy"), "wb") as target:
        return others_run_during(lambda: os.sendfile(target.fileno(), source.fileno(), 0, 100))


def no_attribute():
    try:
        os.getxattr(path, "user.none")
    except OSError:
        pass


def watchdog():
    faulthandler.dump_traceback_later(1000)
    faulthandler.cancel_dump_traceback_later()


pids = []
CASES |= {
    "os.sendfile": sendfile,
    "os.sync": short(os.sync),
    "os.getxattr": short(no_attribute),
    "os.openpty": short(lambda: [os.close(fd) for fd in os.openpty()]),
    "os.getgrouplist": short(lambda: os.getgrouplist("root", 0)),
    "_random.Random.seed": short(_random.Random),
    "socket.recvmsg": with_sockets(lambda a, b: ((lambda: a.recvmsg(1)), (lambda: b.send(b"x")))),
    "socket.socketpair": short(lambda: [s.close() for s in socket.socketpair()]),
    "syslog.syslog": short(lambda: syslog.syslog(syslog.LOG_DEBUG, "")),
    "faulthandler.cancel_dump_traceback_later": short(watchdog),
}
CASES["select.poll"] = waiting_object(select.poll)
CASES["select.epoll"] = waiting_object(select.epoll)

with open(README, encoding="utf-8") as f:
    rows = dict(re.findall(r"^\| `([\w.]+)` \| (released|kept) \|", f.read(), re.MULTILINE))
print("rows without a case:", sorted(set(rows) - set(CASES)))  # expect: rows without a case: []
print("cases without a row:", sorted(set(CASES) - set(rows)))  # expect: cases without a row: []
wrong = []
for name, lock in rows.items():
    if CASES[name]() != (lock == "released"):
        wrong.append(name)
print("not as the table says:", wrong)  # expect: not as the table says: []
folder.cleanup()
