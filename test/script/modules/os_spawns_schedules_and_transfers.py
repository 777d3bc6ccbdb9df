# posix_spawn and its attributes, waiting, ids, scheduling, many buffers at once, terminals.
import errno
import os
import signal
import sys
import tempfile


def refuses(kind, text, function, *args, **kwargs):
    try:
        function(*args, **kwargs)
    except kind as e:
        assert text in str(e), (function.__name__, str(e))
        return
    raise AssertionError(f"{function.__name__} took {args} {kwargs}")


def status_of(pid):
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


env = dict(os.environ)
assert status_of(os.posix_spawn("/bin/sh", ["sh", "-c", "exit 7"], env)) == 7
assert status_of(os.posix_spawnp("sh", ("sh", "-c", "exit 8"), env)) == 8
with tempfile.TemporaryDirectory() as folder:
    out = os.path.join(folder, "out")
    actions = [(os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT, 0o600), (os.POSIX_SPAWN_DUP2, 1, 2), (os.POSIX_SPAWN_CLOSE, 0)]
    assert status_of(os.posix_spawn("/bin/sh", ["sh", "-c", "echo a; echo b >&2"], {}, file_actions=actions)) == 0
    assert open(out).read() == "a\nb\n"

    with open(out, "r+b") as f:
        first, second = bytearray(1), bytearray(10)
        assert os.readv(f.fileno(), [first, second]) == 4 and first == b"a" and second[:3] == b"\nb\n"
        assert os.pwritev(f.fileno(), [b"12", b"34"], 1) == 4
        assert os.preadv(f.fileno(), [first, second], 1) == 4 and first + second[:3] == b"1234"
        os.posix_fallocate(f.fileno(), 0, 100)
        assert os.fstat(f.fileno()).st_size == 100
        os.posix_fadvise(f.fileno(), 0, 0, os.POSIX_FADV_NORMAL)
        os.lockf(f.fileno(), os.F_LOCK, 4)
        os.lockf(f.fileno(), os.F_ULOCK, 4)
        other = os.open(os.path.join(folder, "copy"), os.O_RDWR | os.O_CREAT)
        assert os.copy_file_range(f.fileno(), other, 5, offset_src=0) == 5 and os.pread(other, 9, 0) == b"a1234"
        os.close(other)
    refuses(TypeError, "arg 2 must be a sequence", os.readv, 0, 5)
    refuses(BufferError, "not writable", os.readv, 0, [b"a"])
    refuses(FileNotFoundError, folder, os.posix_spawn, folder + "/none", ["x"], {})

refuses(ValueError, "argv must not be empty", os.posix_spawn, "/bin/true", [], {})
refuses(TypeError, "environment must be a mapping", os.posix_spawn, "/bin/true", ["true"], None)
for actions, text in [([None], "non-empty tuple"), ([(os.POSIX_SPAWN_OPEN, 1)], "A open file_action tuple must have 5"), ([(9,)], "Unknown"), (3, "must be a sequence")]:
    refuses(TypeError, text, os.posix_spawn, "/bin/true", ["true"], {}, file_actions=actions)
refuses(ValueError, "signal number 0 out of range [1; 64]", os.posix_spawn, "/bin/true", ["true"], {}, setsigmask=[0])
refuses(TypeError, "two elements", os.posix_spawn, "/bin/true", ["true"], {}, scheduler=(1,))
assert status_of(os.posix_spawn("/bin/true", ["true"], {}, setsigmask=[signal.SIGUSR1], setsigdef=[signal.SIGUSR2], setpgroup=0)) == 0

# waiting
pid = os.fork()
if pid == 0:
    os._exit(5)
found = os.waitid(os.P_PID, pid, os.WEXITED)
assert (found.si_pid, found.si_status, found.si_code, found.si_signo) == (pid, 5, os.CLD_EXITED, signal.SIGCHLD)
pid = os.posix_spawn("/bin/true", ["true"], {})
ended, status, usage = os.wait4(pid, 0)
assert ended == pid and status == 0 and usage.ru_maxrss > 0 and type(usage).__name__ == "struct_rusage"
refuses(ChildProcessError, "No child", os.wait3, os.WNOHANG)

# ids and scheduling
assert os.getresuid() == (os.getuid(), os.geteuid(), os.geteuid()) and len(os.getresgid()) == 3
for name, bad, text in [("setuid", 1 << 70, "uid is greater than maximum"), ("setgid", -2, "gid is less than minimum")]:
    refuses(OverflowError, text, getattr(os, name), bad)
refuses(TypeError, "uid should be integer, not str", os.setreuid, "a", 0)
param = os.sched_param(sched_priority=3)
assert param.sched_priority == 3 and param == (3,) and repr(param) == "posix.sched_param(sched_priority=3)"
refuses(TypeError, "missing required argument 'sched_priority'", os.sched_param)
refuses(TypeError, "must have a sched_param object", os.sched_setparam, 0, 3)
assert os.sched_getscheduler(0) in (os.SCHED_OTHER, os.SCHED_BATCH, os.SCHED_IDLE, os.SCHED_FIFO, os.SCHED_RR)
assert os.sched_get_priority_min(os.SCHED_FIFO) < os.sched_get_priority_max(os.SCHED_FIFO)
assert os.getpriority(os.PRIO_PROCESS, 0) == os.nice(0)

# descriptors without a name, terminals
fd = os.memfd_create("name")
os.write(fd, b"text")
assert os.pread(fd, 9, 0) == b"text" and not os.get_inheritable(fd)
os.close(fd)
fd = os.eventfd(2)
os.eventfd_write(fd, 3)
assert os.eventfd_read(fd) == 5
refuses(ValueError, "must be positive", os.eventfd_write, fd, -1)
os.close(fd)
master, slave = os.openpty()
assert os.isatty(slave) and os.device_encoding(slave) and os.device_encoding(os.open(os.devnull, 0)) is None
pid, fd = os.forkpty()
if pid == 0:
    os.write(1, b"from the terminal")
    os._exit(0)
text = os.read(fd, 100)
os.waitpid(pid, 0)
assert text == b"from the terminal", text
assert os.ctermid() == "/dev/tty"
refuses(OverflowError, "can't convert negative", os.major, -1)
assert (os.major(os.makedev(3, 4)), os.minor(os.makedev(3, 4))) == (3, 4)
print("done")  # expect: done
