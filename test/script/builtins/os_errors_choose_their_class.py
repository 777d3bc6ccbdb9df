import errno

for name in ("EAGAIN", "EALREADY", "EINPROGRESS", "EPIPE", "ESHUTDOWN", "ECHILD", "ECONNABORTED", "ECONNREFUSED",
             "ECONNRESET", "EEXIST", "ENOENT", "EISDIR", "ENOTDIR", "EINTR", "EACCES", "EPERM", "ESRCH", "ETIMEDOUT", "EXDEV"):
    print(name, type(OSError(getattr(errno, name), "x")).__name__)
print(type(OSError(2)).__name__, type(OSError("2", "x")).__name__)


class Mine(OSError):
    pass


class WithInit(OSError):
    def __init__(self, a, b, c=None):
        super().__init__(a, b)
        self.c = c


class WithNew(OSError):
    def __new__(cls, *args):
        return super().__new__(cls, *args)


print(repr(Mine(2, "x")), Mine(2, "x").errno)
w = WithInit(2, "x", c="f")
print(repr(w), w.errno, w.strerror, w.c, str(w))
print(repr(WithNew(2, "x", "f")), WithNew(2, "x", "f").filename)
try:
    Mine(2, "x", a=1)
except TypeError as e:
    print(e)
try:
    open("/nonexistent/file")
except FileNotFoundError as e:
    print(e, e.errno, e.filename, e.filename2)
