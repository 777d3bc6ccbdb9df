"""What audit hooks are told of, event by event; the lines are the same under CPython."""
import _thread
import array
import builtins
import fcntl
import gc
import io
import os
import re
import resource
import signal
import socket
import sys
import tempfile
import time
import ctypes
import marshal
import mmap
import pickle
import posixpath
import subprocess
import encodings.idna

folder = tempfile.mkdtemp()
log = []
on = False


def show(x):
    if isinstance(x, (int, float, str, bytes, type(None), tuple, list, dict)):
        text = repr(x).replace(folder, "FOLDER")
        return re.sub("0x[0-9a-f]+", "ADDRESS", text.replace(repr(__file__), "HERE"))[:60]
    name = getattr(x, "__qualname__", None)
    return f"<{type(x).__name__}{' ' + name if isinstance(name, str) else ''}>"


def hook(event, args):
    if on:
        log.append((event, args))


sys.addaudithook(hook)


def told(what, f, *args, **kw):
    global on
    log.clear()
    on = True
    try:
        f(*args, **kw)
        outcome = ""
    except BaseException as e:
        outcome = f" {type(e).__name__}"
    finally:
        on = False
    print(what + outcome)
    for event, args in list(log):
        print("   ", event, ", ".join(map(show, args[: {"import": 1, "builtins.id": 0, "os.kill": 0, "os.killpg": 0}.get(event)])))


path = os.path.join(folder, "file")
other = os.path.join(folder, "other")
with open(path, "w") as f:
    f.write("text")
fd = os.open(path, os.O_RDWR)
here = os.getcwd()

class A:
    pass
class B:
    pass
def function(a):
    return a
a = A()

# objects
told("setattr class", setattr, A, "x", 1)
told("setattr instance", setattr, a, "x", 1)
told("delattr class", delattr, A, "x")
told("type name", setattr, A, "__name__", "C")
told("type qualname", setattr, A, "__qualname__", "C")
told("type module", setattr, A, "__module__", "C")
told("type doc", setattr, A, "__doc__", "C")
told("type bases", setattr, type("D", (A,), {}), "__bases__", (B,))
told("class", setattr, a, "__class__", B)
told("object set class", object.__setattr__, a, "__class__", A)
told("function code", getattr, function, "__code__")
told("function code set", setattr, function, "__code__", function.__code__)
told("function globals", getattr, function, "__globals__")
told("function closure", getattr, function, "__closure__")
told("function builtins", getattr, function, "__builtins__")
told("function defaults", getattr, function, "__defaults__")
told("function kwdefaults", getattr, function, "__kwdefaults__")
told("function defaults set", setattr, function, "__defaults__", None)
told("function kwdefaults set", setattr, function, "__kwdefaults__", None)
told("function defaults del", delattr, function, "__defaults__")
told("function kwdefaults del", delattr, function, "__kwdefaults__")
told("function annotations", getattr, function, "__annotations__")
told("function dict", getattr, function, "__dict__")
told("method func", getattr, [].append, "__self__")
class M:
    def m(self): pass
told("method", getattr, M().m, "__func__")
def gen(): yield
async def co(): pass
g = gen()
c = co()
told("gi_code", getattr, g, "gi_code")
told("gi_frame", getattr, g, "gi_frame")
told("cr_code", getattr, c, "cr_code")
told("cr_frame", getattr, c, "cr_frame")
c.close()
async def ag(): yield
told("ag_code", getattr, ag(), "ag_code")
told("ag_frame", getattr, ag(), "ag_frame")
frame = sys._getframe()
told("f_code", getattr, frame, "f_code")
told("f_globals", getattr, frame, "f_globals")
told("f_back", getattr, frame, "f_back")
told("f_locals", getattr, frame, "f_locals")
told("f_builtins", getattr, frame, "f_builtins")
try:
    1 / 0
except ZeroDivisionError as e:
    tb = e.__traceback__
told("tb_frame", getattr, tb, "tb_frame")
told("tb_next", getattr, tb, "tb_next")
told("weakref", __import__("weakref").ref, a)
told("function new", type(function), function.__code__, {})

# builtins
told("id", lambda: id(None))
told("compile", compile, "1+1", "name", "eval")
told("compile bytes", compile, b"1+1", "name", "eval")
told("compile tree", compile, compile("1", "t", "eval", 1024), "name", "eval")
told("eval text", eval, "1")
told("eval code", eval, compile("1", "n", "eval"))
told("exec text", exec, "pass")
told("exec code", exec, compile("pass", "n", "exec"))
sys.breakpointhook = lambda: None
told("breakpoint", breakpoint)
told("open", lambda: open(path).close())
told("open w", lambda: open(path, "r+b").close())
told("open fd", lambda: open(fd, closefd=False))
told("open_code", lambda: io.open_code(path).close())
told("FileIO", lambda: io.FileIO(path, "r").close())
told("import", __import__, "wave_of_nothing")
told("import done", __import__, "os")
stdin = sys.stdin
sys.stdin = io.StringIO("line\nmore\n")
told("input", input, "")
told("input none", input)
sys.stdin = stdin
told("array", array.array, "i", [1, 2])
told("array none", array.array, "i")
told("thread", lambda: (lambda l: (l.acquire(), _thread.start_new_thread(l.release, (), {}), l.acquire()))(_thread.allocate_lock()))
told("gc", gc.get_objects, generation=0)
told("gc referrers", gc.get_referrers, a)
told("current frames", sys._current_frames)
told("settrace", sys.settrace, None)
told("setprofile", sys.setprofile, None)
told("asyncgen hooks", sys.set_asyncgen_hooks, lambda g: None, lambda g: None)
told("asyncgen hooks none", sys.set_asyncgen_hooks, None, None)
told("origin", sys.set_coroutine_origin_tracking_depth, 0)
told("switch", sys.setswitchinterval, sys.getswitchinterval())
told("recursion", sys.setrecursionlimit, sys.getrecursionlimit())
told("sleep", time.sleep, 0)
told("unraisable", lambda: sys.unraisablehook)

# os
told("os.open", lambda: os.close(os.open(path, os.O_RDONLY)))
told("listdir", os.listdir, folder)
told("listdir none", os.listdir)
told("listdir bytes", os.listdir, os.fsencode(folder))
told("scandir", lambda: os.scandir(folder).close())
told("mkdir", os.mkdir, os.path.join(folder, "d"), 0o700)
told("mkdir default", os.mkdir, os.path.join(folder, "e"))
told("rmdir", os.rmdir, os.path.join(folder, "e"))
told("chdir", os.chdir, folder)
dfd = os.open(folder, os.O_RDONLY)
told("fchdir", os.fchdir, dfd)
told("chmod", os.chmod, path, 0o600)
told("chmod fd", os.chmod, fd, 0o600)
told("fchmod", os.fchmod, fd, 0o600)
told("chown", os.chown, path, -1, -1)
told("fchown", os.fchown, fd, -1, -1)
told("lchown", os.lchown, path, -1, -1)
told("link", os.link, path, other)
told("symlink", os.symlink, path, os.path.join(folder, "s"))
told("readlink", os.readlink, os.path.join(folder, "s"))
told("rename", os.rename, other, other + "2")
told("replace", os.replace, other + "2", other)
told("remove", os.remove, other)
told("unlink", os.unlink, os.path.join(folder, "s"))
told("mkfifo", os.mkfifo, os.path.join(folder, "f"))
told("mknod", os.mknod, os.path.join(folder, "n"))
told("truncate", os.truncate, path, 3)
told("ftruncate", os.ftruncate, fd, 3)
told("utime", os.utime, path)
told("utime times", os.utime, path, (1, 2))
told("utime ns", os.utime, path, ns=(1, 2))
told("access", os.access, path, os.R_OK)
told("stat", os.stat, path)
told("putenv", os.putenv, "BATON_TEST", "1")
told("unsetenv", os.unsetenv, "BATON_TEST")
told("system", os.system, "true")
told("kill", os.kill, os.getpid(), 0)
told("killpg", os.killpg, os.getpgrp(), 0)
told("lockf", os.lockf, fd, os.F_ULOCK, 0)
told("getxattr", os.getxattr, path, "user.none")
told("setxattr", os.setxattr, path, "user.none", b"v")
told("listxattr", os.listxattr, path)
told("listxattr none", os.listxattr)
told("removexattr", os.removexattr, path, "user.none")
told("posix_spawn", lambda: os.waitpid(os.posix_spawn("/bin/true", ["true"], {"a": "b"}), 0))
told("execv", os.execv, "/nonexistent/x", ["x"])
told("execve", os.execve, "/nonexistent/x", ["x"], {"a": "b"})
def forked():
    pid = os.fork()
    if not pid: os._exit(0)
    os.waitpid(pid, 0)
told("fork", forked)
def forkedpty():
    pid, fd = os.forkpty()
    if not pid: os._exit(0)
    os.waitpid(pid, 0)
    os.close(fd)
told("forkpty", forkedpty)
told("pipe", os.pipe)
told("dup", os.dup, fd)
told("umask", os.umask, 0o22)
told("chroot", os.chroot, "/nonexistent/x")
told("walk", lambda: list(os.walk(folder)))
told("memfd", os.memfd_create, "m")
told("setpriority", os.setpriority, os.PRIO_PROCESS, 0, os.getpriority(os.PRIO_PROCESS, 0))
told("popen", lambda: subprocess.run(["true"]))
told("statvfs", os.statvfs, path)

# fcntl, resource, signal
told("fcntl", fcntl.fcntl, fd, fcntl.F_GETFD)
told("fcntl arg", fcntl.fcntl, fd, fcntl.F_SETFD, 1)
told("fcntl bytes", fcntl.fcntl, fd, fcntl.F_GETFD, b"12345678")
told("ioctl", fcntl.ioctl, fd, 0x5413, b"\0" * 8)
told("ioctl int", fcntl.ioctl, fd, 0x5413)
told("flock", fcntl.flock, fd, fcntl.LOCK_UN)
told("lockf", fcntl.lockf, fd, fcntl.LOCK_UN)
told("lockf all", fcntl.lockf, fd, fcntl.LOCK_UN, 1, 2, 0)
told("setrlimit", resource.setrlimit, resource.RLIMIT_CORE, resource.getrlimit(resource.RLIMIT_CORE))
told("prlimit", resource.prlimit, 0, resource.RLIMIT_CORE)
signal.signal(signal.SIGUSR1, lambda *a: None)
told("raise_signal", signal.raise_signal, signal.SIGUSR1)
told("alarm", signal.alarm, 0)

# socket
def tcp():
    global on
    s = socket.socket()
    s.bind(("127.0.0.1", 0))
    on = False
    at = s.getsockname()
    s.listen(2)
    on = True
    t = socket.socket()
    on = False
    global port
    port = at[1]
    on = True
    t.connect_ex(("127.0.0.1", 1))
    t.close()
    s.close()
told("tcp", tcp)
u, v = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
told("socketpair", socket.socketpair)
told("connect", socket.socket(socket.AF_UNIX).connect, os.path.join(folder, "none"))
told("sendto", u.sendto, b"x", os.path.join(folder, "none"))
told("sendto flags", u.sendto, b"x", 0, os.path.join(folder, "none"))
told("sendmsg", u.sendmsg, [b"x"])
told("sendmsg to", u.sendmsg, [b"x"], [], 0, os.path.join(folder, "none"))
told("recv", v.recv, 10)
told("getaddrinfo", socket.getaddrinfo, "127.0.0.1", 80)
told("getaddrinfo more", socket.getaddrinfo, b"127.0.0.1", "80", socket.AF_INET, socket.SOCK_STREAM, 0, socket.AI_PASSIVE)
told("getaddrinfo none", socket.getaddrinfo, None, 80)
told("gethostbyname", socket.gethostbyname, "127.0.0.1")
told("gethostbyname_ex", socket.gethostbyname_ex, "127.0.0.1")
told("gethostbyaddr", socket.gethostbyaddr, "127.0.0.1")
told("getnameinfo", socket.getnameinfo, ("127.0.0.1", 80), socket.NI_NUMERICHOST | socket.NI_NUMERICSERV)
told("getservbyname", socket.getservbyname, "http", "tcp")
told("getservbyname any", socket.getservbyname, "http")
told("getservbyport", socket.getservbyport, 80, "tcp")
told("getservbyport any", socket.getservbyport, 80)
told("gethostname", socket.gethostname)
told("sethostname", socket.sethostname, object())
told("socket fd", lambda: socket.socket(fileno=os.dup(u.fileno())).close())

# library modules in C
told("pickle", pickle.loads, pickle.dumps(os.path.join))
told("marshal", marshal.loads, marshal.dumps(1))
told("ctypes", ctypes.CDLL, None)
told("mmap", mmap.mmap, -1, 10)
os.chdir(here)
__import__("shutil").rmtree(folder)
