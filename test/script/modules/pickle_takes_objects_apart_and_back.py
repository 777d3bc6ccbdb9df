# _pickle: what is written in each protocol, what is read, and the errors of both.
import copyreg, functools, io, pickle, re, sys, zlib
import _pickle


def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, re.sub("0x[0-9a-f]+", "0x", str(e)).replace(__file__, "this file"))


class Plain:
    def __init__(self, v):
        self.v = v

    def __eq__(self, other):
        return type(other) is type(self) and other.v == self.v

    class Inner:
        pass

    def method(self):
        pass


class Slots:
    __slots__ = ("a", "b")


class Words(list):
    pass


class Table(dict):
    pass


class Args(Plain):
    def __getnewargs_ex__(self):
        return (1,), {"k": 2}

    def __new__(cls, *args, **kwargs):
        if kwargs:
            print("made with", args, kwargs)
        return object.__new__(cls)


class Reduced:
    def __init__(self, value):
        self.value = value

    def __reduce__(self):
        return self.value


def value_of(o):
    return o


slots = Slots()
slots.a = 5
words = Words([1, 2])
words.note = "n"
table = Table(a=1)
loop = [1]
loop.append(loop)
ring = {}
ring[1] = (ring,)
values = [None, True, False, 0, 1, 255, 256, 65535, 65536, -1, 2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**63, -(2**63), 2**2000, 127, 128, -128, -129, -32768, -32769, 1.5, -0.0, 1e300, "", "abc", "é\n\\\x00\x1a\r", "\u20ac", "\U0001d11e", "\ud800", "x" * 300,
          b"", b"abc", b"\xff" * 300, bytearray(), bytearray(b"xy"), (), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), [], [1], [1, 2], list(range(1001)), {}, {1: 2}, {1: 2, 3: 4}, dict.fromkeys(range(1001)), set(), {5}, frozenset(), frozenset([5]),
          len, int, type(None), type(...), type(NotImplemented), ..., NotImplemented, Plain, Plain.Inner, Plain.method, Plain("v"), words, table, sys.intern, 1j, range(3), slice(1, 2), value_of, OSError(2, "x"), functools.partial(int, base=2)]
for protocol in range(6):
    sums = []
    for value in values:
        data = _pickle.dumps(value, protocol)
        sums.append(zlib.crc32(data))
        again = _pickle.loads(data)
        assert type(again) is type(value), value
        if not isinstance(value, (OSError, functools.partial)):
            assert again == value, (value, again)
        assert pickle._loads(data) == again or isinstance(value, (OSError, functools.partial)), value
        out = io.BytesIO()
        _pickle.dump(value, out, protocol)
        _pickle.dump(value, out, protocol)
        assert out.getvalue() == data * 2
        out.seek(0)
        _pickle.load(out), _pickle.load(out)
        assert out.tell() == 2 * len(data)
    print(protocol, sums)
    again = _pickle.loads(_pickle.dumps(loop, protocol))
    assert again[1] is again
    again = _pickle.loads(_pickle.dumps(ring, protocol))
    assert again[1][0] is again
    same = [words, words]
    again = _pickle.loads(_pickle.dumps(same, protocol))
    assert again[0] is again[1] and again[0].note == "n"
    again = _pickle.loads(_pickle.dumps(Args("v"), protocol)) if protocol >= 2 else None
    assert protocol < 2 or again == Args("v")
    if protocol >= 2:
        assert _pickle.loads(_pickle.dumps(slots, protocol)).a == 5
    print(protocol, _pickle.dumps([1, "a", (2.5, None), {True: b"x"}, {3}], protocol))
big = [b"z" * 70000, "y" * 70000, bytearray(b"x" * 70000), list(range(40000))]
for protocol in (4, 5):
    data = _pickle.dumps(big, protocol)
    print(len(data), zlib.crc32(data))
    assert _pickle.loads(data) == big

for data in (b"P1\n.", b"\x80\x09.", b"\xff.", b"~.", b"'.", b"", b"I1", b"(", b".", b"0", b"(0.", b"t.", b"1.", b"g1\n.", b"ga\n.", b"p1\n.", b"Np-1\n.", b"Ia\n.", b"I01\n.", b"I 7 \n.", b"L5L\n.", b"Fa\n.", b"F1.5\n.", b"Sa\n.", b"S'a\\x41'\n.", b"S'a\n.", b"\x8a\x05a", b"\x8b\xff\xff\xff\xff.",
             b"T\xff\xff\xff\xff.", b"U\x02ab.", b"T\x02\0\0\0ab.", b"X\x05\0\0\0a", b"X\x02\0\0\0ab.", b"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", b"\x95\x05\0\0\0\0\0\0\0a", b"\x97.", b"N\x98.", b"N\x93.", b"NN\x93.", b"c__main__\nxx\n.", b"cxxxx\nxx\n.", b"\x82\x00.", b"\x82\x01.", b"N(NNNu.", b"}(NNNu.", b"}(NNNNu.", b"](NNe.",
             b"](N\x90.", b"\x8f(I1\nI1\n\x90.", b"NNb.", b"N}b.", b"NR.", b"NNR.", b"N)R.", b"]2.", b"(NNl.", b"(NNd.", b"(Nd.", b"(cbuiltins\nlist\no.", b"(I5\nibuiltins\nint\n.", b"N)\x81.", b"cbuiltins\nint\nN\x81.", b"cbuiltins\nint\n)\x81.", b"cbuiltins\nint\n))\x92.", b"N\x85.", b"\x86.", b"(N\x86.", b"NN\x86.", b"J\xff\xff\xff\xff.", b"M\xff\xff.",
             b"G?\xf8\0\0\0\0\0\0.", b"Va\\u0041\n.", b"(NN\x91.", b"\x94.", b"N\x94h\x00\x86.", b"Nq\x05h\x05\x86.", b"j\x05\0\0\0.", b"\x88\x89\x86.", b"C\x01a.", b"\x96\x01\0\0\0\0\0\0\0a.", b"Q.", b"NQ.", b"c__builtin__\nunicode\n.", b"\x80\x04\x8c\x08builtins\x8c\x05a.b.c\x93."):
    show(lambda: _pickle.loads(data))
show(lambda: _pickle.loads(b"S'\\xff'\n.", encoding="latin1"))
show(lambda: _pickle.loads(b"S'\\xff'\n.", encoding="bytes"))
show(lambda: _pickle.loads(b"S'\\xff'\n."))
show(lambda: _pickle.loads(b"S'\\xff'\n.", errors="replace"))
show(lambda: _pickle.loads(b"c__builtin__\nunicode\n.", fix_imports=False))
show(lambda: _pickle.loads("x"))


def local():
    def inner():
        pass
    return inner


for value in (1, (), (1,), (1, 2), (int, 2), (int, (), None, 1), (int, (), None, None, 1), (int, (), None, None, None, 1), "nonexist", (int,) * 7, (int, (), 1), (list, (), None, iter([1, 2])), (dict, (), None, None, iter([(1, 2)])), (dict, (), None, None, iter([1])),
              (Plain, (1,), (None, {"v": 3})), (Plain, (1,), 5, None, None, setattr), (copyreg.__newobj__, ()), (copyreg.__newobj__, (1,)), (copyreg.__newobj__, (int,)), (copyreg.__newobj_ex__, (1,)), (copyreg.__newobj_ex__, (1, 2, 3)), (copyreg.__newobj_ex__, (int, 2, 3)), (copyreg.__newobj_ex__, (int, (), 3))):
    show(lambda: _pickle.dumps(Reduced(value), 4) and 1)
for value in (local(), lambda: 0, (i for i in ()), sys, io.BytesIO().write, type("Nowhere", (), {})):
    try:
        _pickle.dumps(value)
    except Exception as e:
        print(type(e).__name__, str(e).split(" at 0x")[0].split(":")[0])
deep = []
for i in range(100000):
    deep = [deep]
show(lambda: _pickle.dumps(deep))
del deep
show(lambda: _pickle.dumps(1, 9))
show(lambda: _pickle.dumps(1, 4, buffer_callback=print))
show(lambda: _pickle.dumps(1, "x"))
show(lambda: _pickle.Pickler(1))
show(lambda: _pickle.Unpickler(1))
show(lambda: _pickle.dumps("é", 0))


class P(_pickle.Pickler):
    dispatch_table = copyreg.dispatch_table.copy()
    dispatch_table[complex] = lambda c: (value_of, ("complex",))

    def persistent_id(self, o):
        return ("id", o.v) if type(o) is Plain else None

    def reducer_override(self, o):
        if type(o) is Slots:
            return value_of, ("slots",)
        return NotImplemented


class U(_pickle.Unpickler):
    def persistent_load(self, pid):
        return ["loaded", pid]

    def find_class(self, module, name):
        print("find", module, name)
        return super().find_class(module, name)


for protocol in range(6):
    out = io.BytesIO()
    p = P(out, protocol)
    p.dump([slots, 1j, (Plain(3) if protocol else 7), Plain])
    show(lambda: U(io.BytesIO(out.getvalue())).load())
out = io.BytesIO()
p = _pickle.Pickler(out)
shared = ["shared"]
p.dump(shared)
size = out.tell()
p.dump(shared)
print(size, out.tell() - size, sorted(v[0] for v in p.memo.copy().values()))
p.memo = p.memo
p.memo = p.memo.copy()
p.clear_memo()
print(p.memo.copy(), p.bin, p.fast)
p.fast = True
show(lambda: p.dump(loop))
show(lambda: p.dump([shared, shared]))
show(lambda: setattr(p, "memo", 1))
show(lambda: setattr(p, "memo", {1: 2}))
show(lambda: setattr(p, "persistent_id", 1))
show(lambda: delattr(p, "persistent_id"))
show(lambda: p.persistent_id)
show(lambda: p.dispatch_table)
u = _pickle.Unpickler(io.BytesIO(pickle.dumps(["a", "b"]) + pickle.dumps(2)))
print(u.load(), u.memo.copy(), u.load())
show(lambda: u.load())
show(lambda: setattr(u, "memo", 1))
show(lambda: setattr(u, "memo", {"a": 1}))
show(lambda: setattr(u, "memo", {-1: 1}))
show(lambda: u.persistent_load)


class NoInit(_pickle.Pickler):
    def __init__(self):
        pass


class NoInitU(_pickle.Unpickler):
    def __init__(self):
        pass


show(lambda: NoInit().dump(1))
show(lambda: NoInitU().load())
for bad in (io.StringIO("abc"), type("F", (), {"read": lambda s, n: 5, "readline": lambda s: 5})(), type("F", (), {"read": lambda s, n: b"", "readline": lambda s: b""})()):
    show(lambda: _pickle.load(bad))

out_of_band = []
memory = bytearray(b"abc")
data = _pickle.dumps([pickle.PickleBuffer(memory), pickle.PickleBuffer(b"ro")], 5, buffer_callback=out_of_band.append)
show(lambda: _pickle.loads(data))
show(lambda: _pickle.loads(data, buffers=out_of_band[:1]))
first, second = _pickle.loads(data, buffers=out_of_band)
print(type(first), bytes(first), bytes(second), memoryview(second).readonly)
show(lambda: _pickle.loads(_pickle.dumps([pickle.PickleBuffer(memory), pickle.PickleBuffer(b"ro")], 5)))
show(lambda: _pickle.dumps(pickle.PickleBuffer(b"x"), 4))
buffer = pickle.PickleBuffer(memory)
show(lambda: bytes(buffer.raw()))
show(lambda: memoryview(buffer).readonly)
show(lambda: pickle.PickleBuffer(memoryview(b"abcd")[::2]).raw())
show(lambda: _pickle.dumps(pickle.PickleBuffer(memoryview(b"abcd")[::2]), 5))
buffer.release()
show(lambda: buffer.raw())
show(lambda: memoryview(buffer))
show(lambda: pickle.PickleBuffer(5))
copyreg.add_extension("__main__", "Plain", 0x1234)
print(_pickle.dumps(Plain), _pickle.loads(_pickle.dumps(Plain)) is Plain)
print(pickle.Pickler is _pickle.Pickler, _pickle.PicklingError.__mro__, sorted(dir(_pickle)))
