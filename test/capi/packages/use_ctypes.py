# The library's own compiled modules that reach into _PyRuntime: _ctypes, _lsprof, _zoneinfo.
import cProfile
import ctypes
import datetime
import pstats
import threading
import zoneinfo
from ctypes import CFUNCTYPE, POINTER, Structure, Union, c_char, c_char_p, c_double, c_int, c_long, c_size_t, c_uint16, c_void_p

import _ctypes
import _lsprof
import _zoneinfo

print(all("lib-dynload" in m.__file__ for m in (_ctypes, _lsprof, _zoneinfo)))
libc = ctypes.CDLL("libc.so.6", use_errno=True)
libc.strlen.argtypes, libc.strlen.restype = [c_char_p], c_size_t
print(libc.strlen(b"hello"), libc.abs(-5), libc.abs(c_int(-300)))


class Both(Union):
    _fields_ = [("whole", c_uint16), ("bytes", c_char * 2)]


class Point(Structure):
    _fields_ = [("x", c_int), ("y", c_double), ("flag", c_int, 3), ("both", Both)]


class Node(Structure):
    pass


Node._fields_ = [("value", c_int), ("next", POINTER(Node))]
p = Point(1, 2.5, 3)
p.both.whole = 0x4241
print(p.x, p.y, p.flag, p.both.bytes, ctypes.sizeof(Point), Point.y.offset, bytes(p).hex(), Point.from_buffer_copy(p).y)
second = Node(2)
first = Node(1, ctypes.pointer(second))
print(first.next.contents.value, bool(second.next), ctypes.cast(first.next, POINTER(c_int))[0])
numbers = (c_int * 5)(5, 3, 1, 4, 2)
compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
libc.qsort(numbers, 5, ctypes.sizeof(c_int), compare(lambda a, b: a[0] - b[0]))
print(list(numbers), numbers[1:4], memoryview(numbers).format, memoryview(numbers).shape)


def deep(n):
    return n if n == 0 else call(n - 1) + 1


call = CFUNCTYPE(c_long, c_long)(deep)
print(call(50))
threads = [threading.Thread(target=lambda: [libc.qsort((c_int * 3)(3, 1, 2), 3, 4, compare(lambda a, b: a[0] - b[0])) for _ in range(200)]) for _ in range(4)]
for t in threads:
    t.start()
for t in threads:
    t.join()
libc.open(b"/nowhere at all", 0)
print(ctypes.get_errno(), ctypes.string_at(ctypes.create_string_buffer(b"text"), 2), ctypes.py_object([1]).value, ctypes.pythonapi.PyLong_AsLong(ctypes.py_object(77)))
for wrong in ("libc.nosuch", "Point('a')", "libc.strlen(5)", "numbers[9]", "Point(1, 2, 3, 4, 5)", "POINTER(c_int)().contents", "c_int('x')", "c_void_p(2.5)"):
    try:
        eval(wrong)
    except (AttributeError, TypeError, IndexError, ValueError, ctypes.ArgumentError) as e:
        print(type(e).__name__, str(e).split(": ")[-1])

profile = cProfile.Profile()


def key(c):
    return c


def work():
    return [sum(range(10)), sorted("ba", key=key)]


profile.runcall(work)
counts = pstats.Stats(profile).stats
print(sorted((name[2], count[0]) for name, count in counts.items() if name[2] in ("key", "work") or "sum" in name[2] or "sorted" in name[2]))
berlin = zoneinfo.ZoneInfo("UTC")
print(zoneinfo.ZoneInfo is _zoneinfo.ZoneInfo, berlin, datetime.datetime(2020, 7, 1, tzinfo=berlin).utcoffset(), berlin is zoneinfo.ZoneInfo("UTC"))
