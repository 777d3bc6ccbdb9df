# Arguments that a careless caller gives: the errors are CPython's, and nothing is lost.
import _io
import collections
import itertools
import os
import sys
import warnings


def show(f):
    try:
        print(f())
    except Exception as e:
        print(type(e).__name__, e)


class Unlike(collections.deque):
    def __new__(cls, *args, **kwargs):
        return [42] if args else super().__new__(cls)


d = Unlike()
show(lambda: d * 42)
show(lambda: d + d)
show(lambda: d.copy())
show(lambda: itertools.product((), repeat=1, foo=2))
show(lambda: ImportError(name=1, path=2, foo=3))
show(lambda: NameError(name=1, foo=3))
show(lambda: _io.FileIO(2**31))
show(lambda: _io.FileIO(-1))
show(lambda: os.posix_spawn("/bin/true", ["true"], {}, resetids=None))
show(lambda: __import__("no-such-\udcff"))
show(lambda: memoryview(b"12").cast("B", shape=[2**64]))


class Size:
    def __init__(self, size):
        self.size = size

    def __sizeof__(self):
        return self.size


base = sys.getsizeof(Size(0))
print(sys.getsizeof(Size(sys.maxsize)) - base)
for size in (-1, None, 2**70):
    show(lambda: sys.getsizeof(Size(size)))
    show(lambda: sys.getsizeof(Size(size), "default"))

# A buffered stream counts its buffer, and lets go of it when it is closed.
raw = _io.BytesIO(b"some bytes")
stream = _io.BufferedReader(raw, 4096)
size = sys.getsizeof(stream)
print(stream.read(4), size > 4096)
stream.close()
print(size - sys.getsizeof(stream))
show(lambda: stream.read(1))
show(lambda: stream.peek())
stream.close()
show(lambda: _io._RawIOBase().write(b""))
show(lambda: _io._RawIOBase().readinto(b""))

# The iterator over a folder that a buffer names.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    entries = list(os.scandir(bytearray(b"/usr/lib/python3.11/json")))
print({type(e.path) for e in entries}, [str(w.message) for w in caught])


# Never awaited: warned about, also when the frame is cleared.
async def f():
    pass


with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    c = f()
    c.cr_frame.clear()
    print([str(w.message) for w in caught])
    c.close()
