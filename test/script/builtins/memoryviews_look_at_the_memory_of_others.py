def show(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)


b = bytearray(b"0123456789abcdef")
m = memoryview(b)
print(len(m), m.nbytes, m.format, m.itemsize, m.ndim, m.shape, m.strides, m.suboffsets, m.readonly, m.obj is b)
print(m.c_contiguous, m.f_contiguous, m.contiguous, m.tolist()[:3], m[0], m[-1], bytes(m[2:5]), bytes(m[::-3]))
print(m == b, m == b"x", m != bytes(b), m[2:4] == b"23", m == memoryview(b), m == 5)
m[0] = 65
m[1:3] = b"BC"
m[4:8] = m[5:9]
print(b)
for k, v in ((0, 300), (0, "a"), (0, b"x"), (99, 1), (slice(0, 2), b"abc"), ("x", 1), (slice(0, 2), 5)):
    def f():
        m[k] = v
    show(f)
def d():
    del m[0]
show(d)
show(lambda: m["x"])
show(lambda: m[0, 0])
show(lambda: m[1:2, 1:2])
show(lambda: memoryview("x"))
show(lambda: memoryview())
show(lambda: hash(m))
print(hash(memoryview(b"abc")) == hash(b"abc"), hash(memoryview(b"abcabc")[::2]) == hash(b"acb"))
for fmt in "cbBhHiIlLqQnNfd?P":
    c = m.cast(fmt)
    print(fmt, c.shape, c.itemsize, c.nbytes, c.format)
for fmt, v in (("b", -128), ("b", 128), ("H", 65535), ("H", -1), ("i", -5), ("q", 2**63), ("Q", 2**64 - 1), ("f", 1.5), ("d", "x"), ("?", 3), ("c", b"z"), ("c", b"zz"), ("c", 5), ("n", 4)):
    c = m.cast(fmt)
    def f():
        c[0] = v
        return c[0]
    show(f)
g = memoryview(bytes(range(24))).cast("B", [2, 3, 4])
print(g.shape, g.strides, g.ndim, g.tolist(), g[1, 2, 3], len(g))
show(lambda: g[0])
show(lambda: g[0, 1])
show(lambda: g[0, 1, 2, 3])
show(lambda: g[0, 1, 9])
show(lambda: list(g))
print(g.tobytes("F"), g.tobytes("C") == bytes(range(24)), g.cast("B").shape, g == g.cast("B"))
z = memoryview(b"\x05").cast("B", ())
print(z.ndim, z.shape, z[()], z.tolist(), len(z), z[...] is z)
show(lambda: z[0])
show(lambda: m.cast("i", [2]))
show(lambda: m.cast("xy"))
show(lambda: m.cast("i").cast("h"))
show(lambda: m[::2].cast("i"))
show(lambda: memoryview(b"abc").cast("h"))
show(lambda: m.cast("B", "x"))
show(lambda: m.cast("B", [0, 16]))
show(lambda: m.cast("B", ["a"]))
print(m.hex(), memoryview(b"abcd").hex(":", 2), memoryview(b"abc").toreadonly().readonly)
show(lambda: m.tobytes("X"))
r = m.toreadonly()
def w():
    r[0] = 1
show(w)
show(lambda: b.append(1))
r.release()
with memoryview(b"abc") as v:
    print(v[0])
show(lambda: v[0])
show(lambda: v.tolist())
print(str(v)[:16], v == v)
v.release()
m2 = memoryview(b)
m3 = memoryview(m2)
m2.release()
print(m3[0])
print([x for x in memoryview(b"abc")], type(iter(memoryview(b""))).__name__, list(reversed(memoryview(b"abc"))))
print(memoryview(b"abc") == memoryview(b"abc").cast("b"), memoryview(b"\xff") == memoryview(b"\xff").cast("b"))
print(b"b" in memoryview(b"abc"), 98 in memoryview(b"abc"), b"x".join([memoryview(b"a"), b"c"]))
