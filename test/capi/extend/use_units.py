"""Every format unit of PyArg_ParseTuple with every kind of value: what is accepted, and the text of each refusal."""
import units


class Index:
    def __index__(self):
        return 77

    def __repr__(self):
        return "Index()"


class Failing:
    def __index__(self):
        raise LookupError("no number today")

    __float__ = __bool__ = __index__

    def __repr__(self):
        return "Failing()"


VALUES = [5, -1, 300, 70_000, 1 << 40, 1 << 63, 1 << 70, -(1 << 70), 1.5, 1j, True, None, Index(), Failing(), "", "a", "ab", "a\0b", "é", "\ud800",
          b"x", b"x\0y", bytearray(b"z"), bytearray(b"zz"), memoryview(b"abcd"), memoryview(b"abcd")[::2], memoryview(bytearray(b"abc")),
          [1, 2], (1, 2), [1], (1, "a"), [1, 1 << 40], range(2), {1: 2}, object]
for name in sorted(vars(units)):
    if name.startswith(("__", "kw_", "two_buffers")):
        continue
    function = getattr(units, name)
    for value in VALUES:
        try:
            print(name, ascii(value).split(" at 0x")[0], ascii(function(value)))
        except Exception as e:
            print(name, ascii(value).split(" at 0x")[0], type(e).__name__, ascii(e.args))
    for arguments in ((), (1, 2)):
        try:
            print(name, arguments, ascii(function(*arguments)))
        except Exception as e:
            print(name, arguments, type(e).__name__, e)
CALLS = [((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 3), {}), ((), {"a": 1}), ((), {"b": 1}), ((), {"c": 1}), ((1,), {"a": 2}), ((1,), {"b": 2}),
         ((1, 2), {"b": 2}), ((1, 2), {"c": 1}), ((), {"a": 1, "b": 2}), ((), {"a": 1, "b": 2, "c": 3}), ((1,), {"": 2}), (("x",), {}),
         ((), {"b": "x", "a": 1}), ((1, 2, 3, 4), {"a": 1}), ((1,), {"é": 1})]
for name in sorted(vars(units)):
    if not name.startswith("kw_"):
        continue
    for arguments, keywords in CALLS:
        try:
            print(name, arguments, keywords, getattr(units, name)(*arguments, **keywords))
        except Exception as e:
            print(name, arguments, keywords, type(e).__name__, e)
buffer = bytearray(b"kept")
try:
    units.two_buffers(buffer, 5)
except TypeError as e:
    print(e)
buffer.append(1)  # a buffer left behind by the failed call would forbid this
print(buffer, units.two_buffers(buffer, b"1"))
