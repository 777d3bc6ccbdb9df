import errno
import fcntl as F
import os
import tempfile


def outcome(f, *args):
    try:
        return repr(f(*args))
    except Exception as e:
        return type(e).__name__ + ": " + str(e)


r, w = os.pipe()
print(outcome(F.fcntl, r, F.F_GETFD), outcome(F.fcntl, "x", 1), outcome(F.fcntl, r, F.F_GETFD, "ab"), outcome(F.fcntl, r, F.F_GETFD, b"ab"))
print(outcome(F.fcntl, r, F.F_GETFD, b"a" * 2000), outcome(F.fcntl, r, F.F_GETFD, 1.5), outcome(F.fcntl, r, F.F_GETFD, 1 << 40))
print(outcome(F.fcntl, 999, 1), outcome(F.fcntl, r, F.F_GETFD, None), outcome(F.fcntl, r, F.F_SETFD, 0), F.fcntl(r, F.F_GETFD))
flags = F.fcntl(r, F.F_GETFL)
F.fcntl(r, F.F_SETFL, flags | os.O_NONBLOCK)
print(F.fcntl(r, F.F_GETFL) == flags | os.O_NONBLOCK, outcome(os.read, r, 1))
FIONREAD = 0x541B
os.write(w, b"abc")
buffer = bytearray(4)
print(F.ioctl(r, FIONREAD, bytes(4)), F.ioctl(r, FIONREAD, buffer), buffer, F.ioctl(r, FIONREAD, bytearray(4), False))
print(F.ioctl(r, FIONREAD, bytearray(2000)), outcome(F.ioctl, r, FIONREAD, b"x" * 2000), outcome(F.ioctl, r, FIONREAD, 1.5))
print(outcome(F.ioctl, r, 0x5413), outcome(F.ioctl, r, FIONREAD, bytearray(2000), False), outcome(F.ioctl, r, FIONREAD, 1 << 40))
with tempfile.NamedTemporaryFile() as f:
    print(F.flock(f, F.LOCK_EX | F.LOCK_NB), outcome(F.flock, f, 99))
    with open(f.name) as other:
        try:
            F.flock(other, F.LOCK_EX | F.LOCK_NB)
        except OSError as e:
            print(e.errno == errno.EWOULDBLOCK)
    print(F.flock(f, F.LOCK_UN), F.lockf(f, F.LOCK_EX), F.lockf(f, F.LOCK_UN, 1, 2, 0), outcome(F.lockf, f, F.LOCK_EX, "x"))
    print(outcome(F.lockf, r, F.LOCK_EX), outcome(F.lockf, f, F.LOCK_SH, 0, -5, 0), outcome(F.lockf, f, 16))
print({k: v for k, v in sorted(vars(F).items()) if isinstance(v, int)})
