import sys

import once

first = once
print(once.starts(), once.holds(once.Broken))
once.extra = "added later"
del sys.modules["once"]
import once

print(once is first, once.starts(), once.Broken is first.Broken, once.holds(first.Broken), hasattr(once, "extra"))
print(once.__name__, once.__file__ == first.__file__, once.__spec__.name)
try:
    once.break_()
except first.Broken as e:
    print("raised", e)

print(once.Point.__mro__, once.Point.__flags__ >> 12 & 1)
p = once.Point(7)
print(p.x, type(p) is once.Point)


class Sub(once.Point):
    pass


print(Sub(3).x, isinstance(Sub(), once.Point))

# Items behind a table of pointers: a slice moves along the table.
view = memoryview(once.scattered())
print(view.tolist(), view.suboffsets, view.c_contiguous)
print(view[2:5].tolist(), view[::-3].tolist(), view[1:9:2][1:3].tolist(), view[4:].tobytes())
print(view == memoryview(bytes(view)).cast("h"), view[3:6] == view[3:6], view[::2] == view[1::2])
try:
    bytes(once.scattered())[0]
    memoryview(once.scattered()).cast("B")
except TypeError as e:
    print(e)
