import os


def outcome(f):
    try:
        return repr(f())
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


def in_folder(f):
    here = os.getcwd()
    folder = "/tmp/baton-script-%d" % os.getpid()
    os.mkdir(folder)
    os.chdir(folder)
    try:
        return f()
    finally:
        os.chdir(here)
        for entry in os.scandir(folder):
            (os.rmdir if entry.is_dir(follow_symlinks=False) else os.remove)(entry.path)
        os.rmdir(folder)


def make(*names):
    for name in names:
        with open(name, "w") as f:
            f.write(name * 3)


def listing():
    make("b", "a")
    os.mkdir("d")
    os.symlink("a", "l")
    entries = sorted((e.name, e.path, e.is_dir(), e.is_file(), e.is_symlink(), e.stat().st_size > 0) for e in os.scandir())
    return sorted(os.listdir()), sorted(os.listdir(b".")), entries, os.readlink("l")


def descriptors():
    fd = os.open("f", os.O_RDWR | os.O_CREAT)
    written = os.write(fd, b"hello world")
    position = os.lseek(fd, 6, os.SEEK_SET)
    text = os.read(fd, 100)
    os.ftruncate(fd, 3)
    size = os.fstat(fd).st_size
    inherited = os.get_inheritable(fd)
    os.close(fd)
    return written, position, text, size, inherited, os.path.getsize("f")


def names():
    make("a")
    os.rename("a", "b")
    os.link("b", "c")
    same = os.stat("b").st_ino == os.stat("c").st_ino
    os.replace("c", "d")
    os.utime("d", ns=(1_500_000_000, 2_500_000_001))
    st = os.stat("d")
    os.chmod("d", 0o600)
    os.remove("b")
    return same, os.listdir(), st.st_atime_ns, st.st_mtime_ns, st.st_mtime, oct(os.stat("d").st_mode & 0o777), st[8]


def pipes():
    r, w = os.pipe()
    os.write(w, b"x" * 10)
    os.close(w)
    data = os.read(r, 100), os.read(r, 1)
    os.close(r)
    return data


def child(code):
    pid = os.fork()
    if pid == 0:
        os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


print(ascii(outcome(lambda: in_folder(listing))))  # expect: "(['a', 'b', 'd', 'l'], [b'a', b'b', b'd', b'l'], [('a', './a', False, True, False, True), ('b', './b', False, True, False, True), ('d', './d', True, False, False, True), ('l', './l', False, True, True, True)], 'a')"
print(ascii(outcome(lambda: in_folder(descriptors))))  # expect: "(11, 6, b'world', 3, False, 3)"
print(ascii(outcome(lambda: in_folder(names))))  # expect: "(True, ['d'], 1500000000, 2500000001, 2.500000001, '0o600', 2)"
print(ascii(outcome(lambda: pipes())))  # expect: "(b'xxxxxxxxxx', b'')"
print(ascii(outcome(lambda: child(7))))  # expect: '7'
print(ascii(outcome(lambda: os.stat("/nonexistent"))))  # expect: "FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent'"
print(ascii(outcome(lambda: os.open("/nonexistent/x", 0))))  # expect: "FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent/x'"
print(ascii(outcome(lambda: os.rename("/nonexistent1", "/nonexistent2"))))  # expect: "FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent1' -> '/nonexistent2'"
print(ascii(outcome(lambda: os.stat([]))))  # expect: 'TypeError: stat: path should be string, bytes, os.PathLike or integer, not list'
print(ascii(outcome(lambda: os.open([], 0))))  # expect: 'TypeError: open: path should be string, bytes or os.PathLike, not list'
print(ascii(outcome(lambda: os.listdir(1.5))))  # expect: 'TypeError: listdir: path should be string, bytes, os.PathLike, integer or None, not float'
print(ascii(outcome(lambda: os.mkdir([]))))  # expect: 'TypeError: mkdir: path should be string, bytes or os.PathLike, not list'
print(ascii(outcome(lambda: os.rename("/a", 5))))  # expect: 'TypeError: rename: dst should be string, bytes or os.PathLike, not int'
print(ascii(outcome(lambda: os.stat("a", dir_fd=1.5))))  # expect: 'TypeError: argument should be integer or None, not float'
print(ascii(outcome(lambda: os.stat(5, dir_fd=3))))  # expect: "ValueError: stat: can't specify dir_fd without matching path"
print(ascii(outcome(lambda: os.stat(5, follow_symlinks=False))))  # expect: 'ValueError: stat: cannot use fd and follow_symlinks together'
print(ascii(outcome(lambda: os.stat("a\0b"))))  # expect: 'ValueError: embedded null byte'
print(ascii(outcome(lambda: os.dup(9999))))  # expect: 'OSError: [Errno 9] Bad file descriptor'
print(ascii(outcome(lambda: os.read(0, -1))))  # expect: 'OSError: [Errno 22] Invalid argument'
print(ascii(outcome(lambda: os.putenv("a=b", "c"))))  # expect: 'ValueError: illegal environment variable name'
print(ascii(outcome(lambda: os.utime("/tmp", (1, 2), ns=(1, 2)))))  # expect: "ValueError: utime: you may specify either 'times' or 'ns' but not both"
print(ascii(outcome(lambda: os.utime("/tmp", 5))))  # expect: "TypeError: utime: 'times' must be either a tuple of two ints or None"
print(ascii(outcome(lambda: os.utime("/tmp", ns=5))))  # expect: "TypeError: utime: 'ns' must be a tuple of two ints"
print(ascii(outcome(lambda: (os.waitstatus_to_exitcode(0x100), os.waitstatus_to_exitcode(9)))))  # expect: '(1, -9)'
print(ascii(outcome(lambda: os.sysconf("x"))))  # expect: 'ValueError: unrecognized configuration name'
print(ascii(outcome(lambda: (os.access("/", os.F_OK), os.access("/nonexistent", os.R_OK)))))  # expect: '(True, False)'
print(ascii(outcome(lambda: os.execv("/bin/x", ()))))  # expect: 'ValueError: execv() arg 2 must not be empty'
print(ascii(outcome(lambda: os.execv("/bin/x", [""]))))  # expect: 'ValueError: execv() arg 2 first element cannot be empty'
print(ascii(outcome(lambda: os.readlink("/nonexistent"))))  # expect: "FileNotFoundError: [Errno 2] No such file or directory: '/nonexistent'"
print(ascii(outcome(lambda: (os.urandom(-1), 1))))  # expect: 'ValueError: negative argument not allowed'
print(ascii(outcome(lambda: len(os.urandom(33)))))  # expect: '33'
print(ascii(outcome(lambda: os.register_at_fork())))  # expect: 'TypeError: At least one argument is required.'
print(ascii(outcome(lambda: os.register_at_fork(before=5))))  # expect: "TypeError: 'before' must be callable, not int"
print(ascii(outcome(lambda: os.strerror(2))))  # expect: "'No such file or directory'"
print(ascii(outcome(lambda: (os.fspath("x"), os.fspath(b"y")))))  # expect: "('x', b'y')"
print(ascii(outcome(lambda: os.fspath(5))))  # expect: 'TypeError: expected str, bytes or os.PathLike object, not int'
print(ascii(outcome(lambda: (os.pathconf("/", "PC_NAME_MAX"), os.confstr("CS_PATH")))))  # expect: "(255, '/bin:/usr/bin')"
print(ascii(outcome(lambda: (type(os.stat("/")).__name__, len(os.stat("/")), os.stat("/").n_fields if hasattr(os.stat("/"), "n_fields") else 0))))  # expect: "('stat_result', 10, 19)"
print(ascii(outcome(lambda: os.environ.get("PATH") is not None)))  # expect: 'True'
print(ascii(outcome(lambda: os.system("exit 3"))))  # expect: '768'
print(ascii(outcome(lambda: os.path.normpath("/a/../b//c/."))))  # expect: "'/b/c'"
print(ascii(outcome(lambda: sorted(k for k in os.supports_dir_fd if False))))  # expect: '[]'
print(ascii(outcome(lambda: (os.stat in os.supports_dir_fd, os.stat in os.supports_fd, os.stat in os.supports_follow_symlinks))))  # expect: '(True, True, True)'
