# What sets, dicts and classes take over from each other: hashes, so that no key is hashed again, and orders.
import collections
import inspect
import io
import pickle
import re
import struct
import types
import weakref


class Counting(int):
    hashes = 0

    def __hash__(self):
        type(self).hashes += 1
        return int.__hash__(self)


keys = dict.fromkeys(map(Counting, range(10)))
assert Counting.hashes == 10
for make in (set, frozenset):
    s = make(keys)
    s.difference(keys)
    s - set()
    if make is set:
        s.symmetric_difference_update(keys)
    assert dict.fromkeys(make(keys)) == keys and dict.fromkeys(keys, 5) == dict.fromkeys(list(keys), 5)
    before = Counting.hashes
    dict.fromkeys(s)
    dict.fromkeys(keys)
    make(keys).difference(keys)
    assert Counting.hashes == before

namespace = collections.OrderedDict(a=1, b=2)
namespace.move_to_end("a")
assert list(vars(type("C", (), namespace)))[:2] == ["b", "a"]


class BadLength:
    def __iter__(self):
        return iter(range(3))

    def __length_hint__(self):
        raise RuntimeError("hint")


for container in ([], bytearray()):
    try:
        container.extend(BadLength())
    except RuntimeError as e:
        assert str(e) == "hint"
    else:
        raise AssertionError("the error of __length_hint__ is lost")
    assert not container

assert inspect.signature(object) == inspect.Signature()


async def generate():
    yield 1


assert repr(types.AsyncGeneratorType[int, str]) == "async_generator[int, str]"

for value, bits in ((0.0, b"\0\0"), (-0.0, b"\0\x80"), (2.0**-25, b"\0\0"), (1.5 * 2.0**-25, b"\1\0"), (2.0**-24, b"\1\0"), (2.0**-14, b"\0\4"), (1.0, b"\0\x3c"), (65504.0, b"\xff\x7b")):
    assert struct.pack("<e", value) == bits, value

pattern = re.compile("a")
assert weakref.ref(pattern)() is pattern
text = "x" * 1000000
for expression in (r"\Aa", "^a"):
    assert re.search(expression, text) is None and re.search(expression, "a" + text) is not None
assert re.search("^a", "x\na", re.M).start() == 2
assert re.compile("^a").search("xa", 1) is None

own = {"__builtins__": {"len": lambda o: "own"}, "function_type": types.FunctionType}
exec("def f(): return len(0)\ng = function_type(f.__code__, {})", own)
assert own["f"]() == own["g"]() == "own" and own["g"].__builtins__ is own["__builtins__"]

for file, state in ((io.BytesIO(), (b"", 0, None)), (io.StringIO(), ("", "", 0, None))):
    file.close()
    try:
        file.__setstate__(state)
    except ValueError:
        pass
    else:
        raise AssertionError("a closed file takes a state")
try:
    io.BytesIO(b"abc").readinto(memoryview(b"abc"))
except TypeError:
    pass
else:
    raise AssertionError("a read-only buffer was written")

for descriptor in (vars(dict)["fromkeys"], vars(bytearray)["maketrans"], vars(int)["real"]):
    for protocol in range(6):
        try:
            pickle.dumps(descriptor, protocol)
        except TypeError as e:
            assert str(e) == f"cannot pickle '{type(descriptor).__name__}' object"
        else:
            raise AssertionError(descriptor)
assert pickle.loads(pickle.dumps(str.join)) is str.join
print("done")
